"""`deckforge import`: what comes in, comes in again, or was edited on either side."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deckforge.cli import cli
from deckforge.diagnostics import has_errors
from deckforge.intake.record import PATH
from tests.example import COURSE, Example

CARDS = (
    "Front\tBack\tTopic\nWhere do plates part?\tAt ridges.\tSpreading\nWhere do they meet?\tAt trenches.\tSubduction\n"
)


@pytest.fixture
def example(tmp_path: Path) -> Example:
    return Example(tmp_path / "course", {})


def run(example: Example, *arguments: str) -> Result:
    runner = CliRunner()
    return runner.invoke(cli, ["import", "--project", str(example.root), *arguments], catch_exceptions=False)


def put(example: Example, text: str, name: str = "plates.tsv") -> str:
    path = example.root.parent / name
    path.write_text(text)
    return str(path)


def lesson(example: Example, name: str = "plates.md") -> str:
    return (example.root / "content" / name).read_text()


def test_a_table_becomes_a_lesson_that_builds(example: Example) -> None:
    done = run(example, put(example, CARDS))
    assert done.exit_code == 0, done.output
    assert lesson(example) == (
        "---\nid: plates\ntitle: plates\n---\n\n## Flashcards\n\n"
        "### Where do plates part? {#where-do-plates-part concept=spreading}\n\n#### Answer\n\nAt ridges.\n\n"
        "### Where do they meet? {#where-do-they-meet concept=subduction}\n\n#### Answer\n\nAt trenches.\n"
    )
    assert (example.root / "content/course.yaml").read_text() == (
        COURSE + "  - id: spreading\n    title: Spreading\n  - id: subduction\n    title: Subduction\n"
    )
    assert not has_errors(example.build().diagnostics)


def test_import_build_import_is_a_fixed_point(example: Example) -> None:
    file = put(example, CARDS)
    run(example, file)
    example.build()
    before = {path: path.read_bytes() for path in (example.root / "content").rglob("*") if path.is_file()}
    done = run(example, file)
    assert "Nothing to write" in done.output
    assert {path: path.read_bytes() for path in (example.root / "content").rglob("*") if path.is_file()} == before


def test_a_dry_run_shows_everything_and_writes_nothing(example: Example) -> None:
    done = run(example, "--dry-run", put(example, CARDS))
    assert "2 cards" in done.output
    assert "content/plates.md: 3 new" in done.output
    assert not (example.root / "content/plates.md").exists()
    assert not (example.root / PATH).exists()


def test_a_reworded_card_keeps_its_id_and_the_change_is_shown(example: Example) -> None:
    run(example, put(example, CARDS))
    done = run(example, put(example, CARDS.replace("Where do they meet?", "Where do plates meet?")))
    assert "~ item:where-do-they-meet: changed" in done.output
    assert "+### Where do plates meet? {#where-do-they-meet concept=subduction}" in done.output
    assert lesson(example).count("{#") == 2


def test_an_edit_of_the_author_outlives_the_document_coming_again(example: Example) -> None:
    run(example, put(example, CARDS))
    example.replace("content/plates.md", "At ridges.", "At mid-ocean ridges, *slowly*.")
    done = run(example, put(example, CARDS))
    assert "Nothing to write" in done.output
    assert "*slowly*" in lesson(example)


def test_where_both_changed_the_author_wins_and_is_told(example: Example) -> None:
    run(example, put(example, CARDS))
    example.replace("content/plates.md", "At ridges.", "At mid-ocean ridges.")
    new = put(example, CARDS.replace("At ridges.", "Under the sea."))
    done = run(example, new)
    assert done.exit_code == 6
    assert "DF186" in done.output
    assert "Under the sea." in done.output
    assert "At mid-ocean ridges." in lesson(example)
    assert run(example, new).exit_code == 0, "said once"


def test_what_left_the_document_stays_and_is_named(example: Example) -> None:
    run(example, put(example, CARDS))
    done = run(example, put(example, "\n".join(CARDS.split("\n")[:2])))
    assert "DF187" in done.output
    assert "where-do-they-meet" in lesson(example)


def test_what_the_author_deleted_does_not_come_back(example: Example) -> None:
    run(example, put(example, CARDS))
    path = example.root / "content/plates.md"
    path.write_text(path.read_text().partition("### Where do they meet?")[0])
    run(example, put(example, CARDS))
    assert "where-do-they-meet" not in lesson(example)


def test_a_new_card_stands_behind_the_one_before_it(example: Example) -> None:
    run(example, put(example, CARDS))
    rows = CARDS.split("\n")
    run(example, put(example, "\n".join([*rows[:2], "What drives plates?\tSlab pull.\tSpreading", *rows[2:]])))
    text = lesson(example)
    places = [text.index(word) for word in ("plates part?", "drives plates?", "they meet?")]
    assert places == sorted(places)


def test_concepts_are_added_once_and_the_file_is_otherwise_as_it_was(example: Example) -> None:
    course = "id: e\n# a comment\ntitle: E   # kept\nconcepts:\n- id: spreading\n  title: Sea floors\nlanguage: en\n"
    example.write({"content/course.yaml": course})
    run(example, put(example, CARDS))
    assert (example.root / "content/course.yaml").read_text() == course.replace(
        "language", "- id: subduction\n  title: Subduction\nlanguage"
    )


def test_a_file_that_cannot_be_read_keeps_the_others_from_being_written(example: Example) -> None:
    bad = put(example, "a\tb\nc\n", "bad.txt")
    done = run(
        example, "--as", "paste", put(example, CARDS.replace("\tSpreading", "").replace("\tSubduction", "")), bad
    )
    assert done.exit_code == 1
    assert not (example.root / "content/plates.md").exists()


def test_what_nobody_recognises_is_refused(example: Example) -> None:
    done = run(example, put(example, "Dear diary, today was long. I slept.", "diary.txt"))
    assert done.exit_code == 1
    assert "DF188" in done.output


def test_lessons_live_in_content(example: Example) -> None:
    from deckforge.errors import UsageError

    with pytest.raises(UsageError, match="lessons live there"):
        run(example, "--into", "/tmp", put(example, CARDS))
    run(example, "--into", "content/earth", put(example, CARDS))
    assert (example.root / "content/earth/plates.md").is_file()


def test_ids_stay_unique_in_the_course(example: Example) -> None:
    run(example, put(example, CARDS))
    run(example, put(example, CARDS, "other.tsv"))
    assert not has_errors(example.check().diagnostics)
    assert "{#where-do-they-meet-2" in lesson(example, "other.md")
