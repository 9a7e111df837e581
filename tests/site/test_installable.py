"""The manifest, and the service worker that is written over whatever a site generator has built."""

from __future__ import annotations

import json
import re
from pathlib import Path

from deckforge.emit.site import installable
from tests.site import build


def site(folder: Path, **files: str) -> Path:
    """A built site of these files; `__` in a name is a folder, and every name ends in its suffix behind `_dot_`."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


PAGE = "<html><head><title>x</title></head><body></body></html>"


def test_the_manifest_names_the_course_and_its_icons(built: Path) -> None:
    values = json.loads((built / "manifest.webmanifest").read_text())
    assert (values["name"], values["short_name"]) == ("Training deep networks", "Training")
    assert values["start_url"] == values["scope"] == "./"
    assert {icon.get("purpose") for icon in values["icons"]} == {None, "maskable"}
    for icon in values["icons"]:
        assert (built / icon["src"]).is_file()


def test_every_page_of_the_theme_links_the_manifest(built: Path) -> None:
    for path in built.rglob("*.html"):
        links = re.findall(r'<link rel="manifest" href="([^"]+)">', path.read_text())
        if path.name == "404.html" or path.parent.name == "print":
            assert links == []
        else:
            assert [(path.parent / link).resolve() for link in links] == [built / "manifest.webmanifest"]


def test_the_worker_keeps_what_studying_needs(built: Path) -> None:
    worker = (built / "sw.js").read_text()
    shell = json.loads(worker[worker.index("SHELL = [") + len("SHELL = ") : worker.index("];") + 1])
    assert {"./", "study/", "study/flow/", "progress/", "assets/deckforge.css", "assets/study/course.js"} <= set(shell)
    assert "assets/study/lesson-flow.js" in shell
    assert not [path for path in shell if path.endswith((".apkg", ".map", ".html")) or "search_index" in path]
    for path in shell:
        assert (built / path / "index.html" if path.endswith("/") else built / path).is_file(), path


def test_any_change_of_the_site_is_a_new_version(tmp_path: Path) -> None:
    first = installable.worker({"index.html": b"a", "assets/a.css": b"b"})
    assert installable.worker({"assets/a.css": b"b", "index.html": b"a"}) == first
    assert installable.worker({"index.html": b"a", "assets/a.css": b"c"}) != first
    assert b'"VERSION"' not in first


def test_a_site_is_finished_once(tmp_path: Path) -> None:
    folder = site(tmp_path, manifest_dot_webmanifest="{}", index_dot_html=PAGE, a__index_dot_html=PAGE)
    installable.finish(folder)
    once = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    installable.finish(folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == once
    assert 'href="../manifest.webmanifest"' in (folder / "a" / "index.html").read_text()


def test_a_site_without_a_manifest_is_left_alone(tmp_path: Path) -> None:
    folder = site(tmp_path, index_dot_html=PAGE)
    installable.finish(folder)
    assert [path.name for path in folder.iterdir()] == ["index.html"]
    assert (folder / "index.html").read_text() == PAGE


def test_an_icon_s_name_is_short(tmp_path: Path) -> None:
    made = json.loads(installable.webmanifest(build.course()[0]))
    assert len(made["short_name"]) <= 12
