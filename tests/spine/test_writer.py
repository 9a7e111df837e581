"""What a build does to the disk: everything or nothing, and nothing that is not its own."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path

import pytest

from deckforge.emit import Artifact, writer
from deckforge.errors import OutputError
from deckforge.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "content").mkdir()
    (tmp_path / "build").mkdir()
    return Project(tmp_path)


def artifacts(**files: str) -> list[Artifact]:
    return [Artifact(f"build/{name.replace('_', '/')}.txt", text.encode()) for name, text in files.items()]


def commit(project: Project, site: Path | None = None, **by: list[Artifact]) -> writer.Written:
    outcome = writer.commit(project, by, site, "inputs" if site else "")
    assert outcome.value is not None, outcome.diagnostics
    return outcome.value


def staged_site(project: Project, **pages: str) -> Path:
    folder = writer.staging(project)
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text)
    return folder


def test_writes_what_changed_and_leaves_the_rest(project: Project) -> None:
    first = commit(project, tables=artifacts(a="1", b="2"))
    before = (project.build / "a.txt").stat().st_mtime_ns
    second = commit(project, tables=artifacts(a="1", b="3"))
    assert first.changed == ("build/a.txt", "build/b.txt")
    assert second.changed == ("build/b.txt",)
    assert second.unchanged == ("build/a.txt",)
    assert (project.build / "a.txt").stat().st_mtime_ns == before


def test_the_same_outputs_give_the_same_manifest(project: Project) -> None:
    commit(project, tables=artifacts(a="1"))
    first = writer.manifest_path(project).read_bytes()
    commit(project, tables=artifacts(a="1"))
    assert writer.manifest_path(project).read_bytes() == first


def test_removes_what_it_no_longer_makes(project: Project) -> None:
    commit(project, tables=artifacts(deep_old="1", deep_new="1"))
    written = commit(project, tables=artifacts(new="1"))
    assert written.removed == ("build/deep/new.txt", "build/deep/old.txt")
    assert not (project.build / "deep").exists(), "a folder that is left empty goes too"


def test_keeps_what_somebody_has_changed_since(project: Project) -> None:
    commit(project, tables=artifacts(old="1"))
    (project.build / "old.txt").write_text("mine now")
    assert commit(project, tables=artifacts(new="1")).removed == ()
    assert (project.build / "old.txt").read_text() == "mine now"


def test_a_back_end_that_does_not_run_keeps_its_files(project: Project) -> None:
    commit(project, tables=artifacts(a="1"), decks=artifacts(d="1"))
    commit(project, tables=artifacts(a="2"))
    assert (project.build / "d.txt").read_text() == "1"
    assert "build/d.txt" in json.loads(writer.manifest_path(project).read_bytes())["files"]


def test_refuses_to_overwrite_what_no_build_made(project: Project) -> None:
    (project.build / "b.txt").write_text("my only copy")
    outcome = writer.commit(project, {"tables": artifacts(a="1", b="2")}, None, "")
    assert outcome.value is None
    assert [each.message for each in outcome.diagnostics] == ["build/b.txt is in the way: no build made it"]
    assert (project.build / "b.txt").read_text() == "my only copy"
    assert not (project.build / "a.txt").exists(), "nothing is half-written"


def test_a_build_killed_halfway_is_no_stranger_to_the_next(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after a file is in place and before the manifest: the next build knows the file for its own."""

    class Killed(BaseException):
        pass

    real = writer._replace

    def replace(path: Path, data: bytes) -> None:
        if path == writer.manifest_path(project):
            raise Killed
        real(path, data)

    monkeypatch.setattr(writer, "_replace", replace)
    with pytest.raises(Killed):
        commit(project, tables=artifacts(a="1"))
    assert (project.build / "a.txt").read_text() == "1"
    monkeypatch.undo()
    assert commit(project, tables=artifacts(a="2")).changed == ("build/a.txt",)
    assert (project.build / "a.txt").read_text() == "2"


def test_swaps_the_whole_site_and_carries_over_what_is_not_ours(project: Project) -> None:
    commit(project, staged_site(project, index="1", old="1"))
    (project.build / "site" / "CNAME").write_text("study.example")
    written = commit(project, staged_site(project, index="2"))
    site = project.build / "site"
    assert sorted(path.name for path in site.iterdir()) == ["CNAME", "index.html"]
    assert (site / "CNAME").read_text() == "study.example"
    assert written.changed == ("build/site/index.html",)
    assert written.removed == ("build/site/old.html",)
    assert site.stat().st_mode & 0o755 == 0o755


def test_a_site_page_never_replaces_a_strangers_file(project: Project) -> None:
    commit(project, staged_site(project, index="1"))
    (project.build / "site" / "about.html").write_text("by hand")
    outcome = writer.commit(project, {}, staged_site(project, index="1", about="2"), "inputs")
    assert outcome.value is None
    assert (project.build / "site" / "about.html").read_text() == "by hand"


def test_a_touched_site_is_not_current(project: Project) -> None:
    commit(project, staged_site(project, index="1"))
    assert writer.site_is_current(project, "inputs")
    assert not writer.site_is_current(project, "others")
    (project.build / "site" / "index.html").write_text("touched")
    assert not writer.site_is_current(project, "inputs")


@pytest.mark.parametrize("torn", [b"", b"{", b"[]", b'{"version": 99}', b"\xff\xfe", b'{"version": 1, "files": 3}'])
def test_a_torn_manifest_is_no_manifest(project: Project, torn: bytes) -> None:
    commit(project, tables=artifacts(a="1"))
    writer.manifest_path(project).write_bytes(torn)
    assert commit(project, tables=artifacts(a="1")).unchanged == ("build/a.txt",)


def test_one_build_at_a_time(project: Project) -> None:
    with (
        (project.build / ".lock").open("a") as other,
        pytest.raises(OutputError, match="another build is writing"),
    ):
        fcntl.flock(other, fcntl.LOCK_EX)
        with writer.only_build(project):
            pytest.fail("two builds at once")


def test_what_a_killed_build_left_is_cleared_away(project: Project) -> None:
    left = staged_site(project, index="1")
    with writer.only_build(project):
        assert not left.exists()


def test_says_when_the_disk_refuses(project: Project) -> None:
    (project.build / "deep").write_text("a file where a folder has to be")
    with pytest.raises(OutputError, match="cannot be written"):
        commit(project, tables=artifacts(deep_file="1"))
