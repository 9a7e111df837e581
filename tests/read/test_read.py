"""The stage: from a project's files to the course, also when half of them are wrong."""

from __future__ import annotations

import os
import pathlib
from typing import TYPE_CHECKING

import pytest

from deckforge.model.source import Source
from deckforge.read import files as file_limits
from deckforge.read import folder_deck, read
from tests.example import Example, place

if TYPE_CHECKING:
    from pathlib import Path

    from deckforge.diagnostics import Outcome
    from deckforge.model.course import Course

LESSON = "---\nid: {id}\ntitle: {id}\nrequires: [{requires}]\n---\n\nText.\n"
YAML = "id: {id}\ntitle: {id}\ncontent:\n  - prose: Text.\n"


def lesson(name: str, requires: str = "") -> str:
    return LESSON.format(id=name, requires=requires)


def shown(outcome: Outcome[Course]) -> list[str]:
    """The diagnostics as `path:line:column code`."""
    found = []
    for each in outcome.diagnostics:
        assert each.span
        source = outcome.value.sources.get(each.span.path, Source(each.span.path, b""))
        position = source.position(each.span.start)
        found.append(f"{each.span.path}:{position.line}:{position.column} {each.code.id}")
    return sorted(found)


def test_the_example_is_read_whole(example: Example) -> None:
    outcome = read(example.project)
    assert outcome.diagnostics == ()
    course = outcome.value
    assert (course.id, course.title) == ("example", "An example")
    assert [each.id for each in course.lessons] == ["doubling"]
    assert [name for name in course.proofs if not name.startswith("deckforge.")] == ["sums.double"]
    assert sorted(course.sources) == ["content/course.yaml", "content/doubling.md", "verify/sums.py"]


def test_lessons_are_found_in_all_folders_but_hidden_ones(tmp_path: Path) -> None:
    example = Example(
        tmp_path,
        {
            "content/a.md": lesson("a"),
            "content/deep-learning/gpu/b.yaml": YAML.format(id="b"),
            "content/c.yml": YAML.format(id="c"),
            "content/README.md": "# For authors",
            "content/x/readme.md": "# For authors",
            "content/_drafts/d.md": "no lesson",
            "content/_e.md": "no lesson",
            "content/.f.md": "no lesson",
            "content/media/notes.md": "no lesson",
            "content/media/deep/picture.svg": "<svg/>",
            "content/media/_kept.png": b"png",
            "content/media/.DS_Store": b"x",
        },
    )
    outcome = read(example.project)
    assert outcome.diagnostics == ()
    assert {each.path: each.deck for each in outcome.value.lessons} == {
        "content/a.md": "",
        "content/c.yml": "",
        "content/deep-learning/gpu/b.yaml": "Deep Learning::Gpu",
    }
    assert sorted(outcome.value.media) == [
        "content/media/_kept.png",
        "content/media/deep/picture.svg",
        "content/media/notes.md",
    ]


def test_a_lesson_s_own_deck_comes_before_its_folders(tmp_path: Path) -> None:
    text = lesson("a").replace("title: a", "title: a\ndeck: Mine::Too")
    example = Example(tmp_path, {"content/training/a.md": text})
    assert read(example.project).value.lessons[0].deck == "Mine::Too"


@pytest.mark.parametrize(
    ("path", "deck"),
    [
        ("content/x.md", ""),
        ("content/training/x.md", "Training"),
        ("content/number-formats/x.md", "Number Formats"),
        ("content/GPU-memory/h100/x.md", "GPU Memory::H100"),
    ],
)
def test_folders_name_decks(path: str, deck: str) -> None:
    assert folder_deck(path) == deck


def test_prerequisites_come_first_and_else_paths_decide(tmp_path: Path) -> None:
    files = {"a": "d", "b": "", "c": "b, nowhere", "d": "c", "e": ""}
    example = Example(tmp_path, {f"content/{name}.md": lesson(name, needs) for name, needs in files.items()})
    assert [each.id for each in read(example.project).value.lessons] == ["b", "c", "d", "a", "e"]


def test_a_cycle_is_left_in_the_order_of_paths(tmp_path: Path) -> None:
    files = {"a": "c", "b": "", "c": "a", "d": "d"}
    example = Example(tmp_path, {f"content/{name}.md": lesson(name, needs) for name, needs in files.items()})
    assert [each.id for each in read(example.project).value.lessons] == ["b", "d", "a", "c"]


def test_one_bad_file_never_hides_the_others(tmp_path: Path) -> None:
    example = Example(
        tmp_path,
        {
            "content/a.yaml": "id: a\ntitle: [\n",
            "content/b.yaml": b"id: b\ntitle: \xff\n",
            "content/c.yaml": b"i\0d\0",
            "content/d.yaml": YAML.format(id="d").replace("title", "titel"),
            "content/e.yaml": "",
            "content/f.md": lesson("f"),
            "content/g.md": b"---\nid: g\ntitle: caf\xff\n---\n",
            "content/H.MD": lesson("h"),
        },
    )
    outcome = read(example.project)
    assert shown(outcome) == [
        "content/H.MD:1:1 DF106",
        "content/a.yaml:2:8 DF110",
        "content/b.yaml:2:8 DF101",
        "content/c.yaml:1:2 DF102",
        "content/d.yaml:1:1 DF121",
        "content/d.yaml:2:1 DF120",
        "content/e.yaml:1:1 DF116",
        "content/g.md:3:11 DF294",
    ]
    assert {"a", "d", "f", "g"} <= set(outcome.value.lesson), (
        "also a lesson that is no YAML keeps its name for links to it"
    )


def test_links_stay_inside_the_project(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.md").write_text(lesson("secret"))
    example = Example(tmp_path / "course", {"content/a.md": lesson("a"), "shared/b.md": lesson("b")})
    content = example.root / "content"
    (content / "b.md").symlink_to("../shared/b.md")
    (content / "c.md").symlink_to("../../outside/secret.md")
    (content / "d").symlink_to("../../outside")
    (content / "gone.md").symlink_to("nowhere.md")
    (content / "loop").symlink_to(".")
    (content / "round.md").symlink_to("round.md")
    (content / "media").symlink_to("../../outside")
    outcome = read(example.project)
    assert sorted(each.id for each in outcome.value.lessons) == ["a", "b"]
    assert outcome.value.media == {}
    assert shown(outcome) == [
        "content/c.md:1:1 DF104",
        "content/d:1:1 DF104",
        "content/gone.md:1:1 DF103",
        "content/media:1:1 DF104",
        "content/round.md:1:1 DF103",
    ]


def test_what_is_no_ordinary_file_is_not_waited_for(tmp_path: Path) -> None:
    example = Example(tmp_path, {"content/a.md": lesson("a")})
    os.mkfifo(example.root / "content" / "pipe.md")
    assert shown(read(example.project)) == ["content/pipe.md:1:1 DF103"]


def test_a_file_without_permission_is_a_diagnostic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = Example(tmp_path, {"content/a.md": lesson("a"), "content/b.md": lesson("b")})
    readable = pathlib.Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "b.md":  # by hand, because root may read everything
            raise PermissionError(13, "Permission denied")
        return readable(path)

    monkeypatch.setattr(pathlib.Path, "read_bytes", refuse)
    outcome = read(example.project)
    assert shown(outcome) == ["content/b.md:1:1 DF103"]
    assert list(outcome.value.lesson) == ["a"]


def test_a_file_that_is_too_large_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_limits, "MAX_MEDIA", 10)
    example = Example(tmp_path, {"content/a.md": lesson("a"), "content/media/film.mp4": b"x" * 11})
    outcome = read(example.project)
    assert shown(outcome) == ["content/media/film.mp4:1:1 DF105"]
    assert outcome.value.media == {}


def test_a_course_without_lessons_says_so(tmp_path: Path) -> None:
    outcome = read(Example(tmp_path, {}).project)
    assert shown(outcome) == ["content/course.yaml:1:1 DF107"]
    assert outcome.value.id == "example"


def test_a_course_file_that_is_gone_or_broken_hides_no_lesson(tmp_path: Path) -> None:
    example = Example(tmp_path, {"content/a.md": lesson("a"), "content/course.yaml": b"id: \xff\n"})
    outcome = read(example.project)
    assert shown(outcome) == ["content/course.yaml:1:5 DF101"]
    assert list(outcome.value.lesson) == ["a"]
    (example.root / "content" / "course.yaml").unlink()
    assert shown(read(example.project)) == ["content/course.yaml:1:1 DF103"]


def test_reading_twice_reads_the_same(tmp_path: Path) -> None:
    files = {f"content/{name}.md": lesson(name) for name in "abc"}
    first = read(Example(tmp_path / "one", files).project)
    second = read(Example(tmp_path / "two", dict(reversed(files.items()))).project)
    assert first == second


def test_a_lesson_is_checked_in_both_formats_alike(tmp_path: Path) -> None:
    """Through the whole of read and check: a YAML item's mistakes are found where they stand."""
    text = YAML.format(id="b") + (
        "  - section: quiz\n    items:\n      - id: q\n        kind: choice\n        front: Which?\n"
        "        options: [one, two]\n        concept: chain-rul\n"
    )
    example = Example(tmp_path, {"content/b.yaml": text})
    result = example.check()
    places = [place(result, each) for each in result.diagnostics]
    assert any(each.startswith("content/b.yaml:11:18 DF305") for each in places), places
