"""The site that the real generator builds from the pages."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from deckforge.emit import Artifact
from deckforge.emit.site import engine
from deckforge.project import Project
from tests.site import build


class Page(HTMLParser):
    """The links, files and anchors of a built page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: list[str] = []
        self.feed(path.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the shape
        for name, value in attrs:
            if name in ("href", "src") and value is not None:
                self.links.append(value)
            elif name == "id" and value:
                self.anchors.append(value)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_every_link_and_every_file_is_there(built: Path, address: str) -> None:
    """Nothing of the site leads nowhere, ours or the theme's, and nothing is fetched from elsewhere."""
    pages = {path: Page(path) for path in built.rglob("*.html") if path.name != "404.html"}
    assert len(pages) == 28
    checked = 0
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or link.startswith("//"):
                elsewhere = ("https://example.org/fa3", "https://example.org/mistake?item=", address)
                assert link.startswith(elsewhere), f"{path}: {link}"
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), f"{path.relative_to(built)} links to {link}"
            if parts.fragment and target in pages:
                assert unquote(parts.fragment) in pages[target].anchors, f"{path.relative_to(built)} links to {link}"
            checked += 1
    assert checked > 200


def test_anchors_are_unique_and_every_item_has_one(built: Path) -> None:
    found, _ = build.course()
    for lesson in found.lessons:
        anchors = Page(built / "lessons" / lesson.id / "index.html").anchors
        assert len(anchors) == len(set(anchors))
        assert {item.id for item in lesson.items} <= set(anchors)


def test_search_finds_questions_and_prose_but_no_answer(built: Path) -> None:
    index = (built / "search" / "search_index.json").read_text()
    assert [word for word in build.ANSWERS if word in index] == []
    assert [word for word in build.OPEN if word not in index] == []


def test_search_leads_to_the_question(built: Path) -> None:
    docs = json.loads((built / "search" / "search_index.json").read_text())["docs"]
    (found,) = [doc["location"] for doc in docs if "vanishingquestion" in doc["title"]]
    assert found == "lessons/flow/#vanishing"


def test_no_page_runs_a_script_of_ours_from_its_text(built: Path) -> None:
    for path in built.rglob("*.html"):
        content = path.read_text().partition('<article class="md-content__inner')[2].partition("</main>")[0]
        assert "<script" not in content.partition("</article>\n")[0].partition('class="md-source-file"')[0], path


def test_tags_lead_to_lessons(built: Path) -> None:
    tags = (built / "tags" / "index.html").read_text()
    assert "backprop" in tags
    assert "../lessons/flow/" in tags


def test_two_builds_are_the_same_bytes(built: Path, address: str, tmp_path: Path) -> None:
    """Another folder and another moment, the same files: sitemap and its archive too."""
    other = build.site(tmp_path, url=address)
    assert tree(other) == tree(built)


def test_the_only_time_in_the_site_is_the_one_given(built: Path) -> None:
    made = (built / "sitemap.xml.gz").read_bytes()[4:8]
    assert int.from_bytes(made, "little") == 1_790_000_000 // 86_400 * 86_400, "the day of the epoch"


def test_the_site_on_disk_is_not_touched(tmp_path: Path) -> None:
    project = build.project(tmp_path)
    for folder in ("site", "pages"):
        (tmp_path / "build" / folder).mkdir(parents=True)
        (tmp_path / "build" / folder / "mine.html").write_text("mine")
    built = build.site(tmp_path)
    assert built.parent.parent == project.build
    assert built.parent.name.startswith(".staging-")
    assert sorted(path.name for path in built.parent.iterdir()) == ["site"]
    for folder in ("site", "pages"):
        assert [path.name for path in (tmp_path / "build" / folder).iterdir()] == ["mine.html"]


def test_a_staging_folder_may_be_given(tmp_path: Path) -> None:
    project = build.project(tmp_path)
    made = build.emit(tmp_path)
    staging = tmp_path / "elsewhere"
    staging.mkdir()
    assert engine.build(project, made.value, epoch=1, staging=staging).value == staging / "site"


def test_a_theme_folder_beside_the_configuration_is_found(tmp_path: Path) -> None:
    project = build.project(tmp_path)
    made = build.emit(tmp_path)
    (tmp_path / "overrides").mkdir()
    (tmp_path / "overrides" / "main.html").write_text('{% extends "base.html" %}{% block announce %}Ours{% endblock %}')
    text = project.mkdocs.read_text()
    project.mkdocs.write_text(text.replace("name: material\n", "name: material\n  custom_dir: overrides\n"))
    built = engine.build(project, made.value, epoch=1)
    assert built.value is not None, built.diagnostics
    assert "Ours" in (built.value / "index.html").read_text()


BROKEN = {
    "a theme that is not installed": ("name: material", "name: materiel", "DF813", "materiel"),
    "an unknown setting": ("plugins:", "nonsense: 1\nplugins:", "DF813", "nonsense"),
    "an unknown plugin": ("  - tags", "  - taggs", "DF813", "taggs"),
    "no YAML": ("plugins:", "plugins: [", "DF813", "mkdocs.yml"),
    "another source folder": ("docs_dir: build/pages", "docs_dir: docs", "DF812", "docs_dir"),
    "no navigation": ("INHERIT: build/site.yml", "site_name: x", "DF812", "INHERIT"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_the_generator_says_becomes_a_diagnostic(case: str, tmp_path: Path) -> None:
    old, new, code, words = BROKEN[case]
    project = build.project(tmp_path)
    made = build.emit(tmp_path)
    project.mkdocs.write_text(project.mkdocs.read_text().replace(old, new))
    built = engine.build(project, made.value, epoch=1)
    assert built.value is None
    assert {each.code.id for each in built.diagnostics} == {code}
    assert words in " ".join(each.message for each in built.diagnostics)
    assert list(project.build.glob(".staging-*")) == [] if project.build.exists() else True


def test_a_page_that_the_generator_warns_about_keeps_the_site_from_being_built(tmp_path: Path) -> None:
    project = build.project(tmp_path)
    made = (*build.emit(tmp_path).value, Artifact("build/pages/stray.md", b"# Stray\n\n[gone](gone.md)\n"))
    built = engine.build(project, made, epoch=1)
    assert built.value is None
    messages = " ".join(each.message for each in built.diagnostics)
    assert "stray.md" in messages
    assert "gone.md" in messages


def test_a_project_without_configuration_is_told_what_to_write(tmp_path: Path) -> None:
    built = engine.build(Project(tmp_path), (), epoch=1)
    assert [each.code.id for each in built.diagnostics] == ["DF811"]
    assert "INHERIT: build/site.yml" in built.diagnostics[0].fix
