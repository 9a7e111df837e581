"""Formats of text and tables: what is found in them, and what is refused rather than guessed."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deckforge.diagnostics import has_errors
from deckforge.intake import encoding, knowt, paste, readers, table
from deckforge.intake.found import items
from deckforge.intake.readers import Options
from deckforge.model.items import Bloom, Difficulty, Kind

if TYPE_CHECKING:
    from deckforge.diagnostics import Outcome
    from deckforge.intake.draft import Lesson

PAGE = """\
Plate tectonics

0.0(0)
Studied by 0 people
call kaiCall Kai
flashcardsFlashcards

1/3

3 Terms

1
New cards

Where do plates part?

At mid-ocean ridges.
New crust forms there:

  • it is hot

    • and thin

2
Still learning

Mantle plume

3
Mastered

Why do |stresses| of $5 matter?

See `slip`*.
Explore top flashcards
Biology
"""


def pairs(outcome: Outcome[tuple[Lesson, ...]]) -> list[tuple[str, str]]:
    return [(item.front, item.answer) for lesson in outcome.value for item in items(lesson)]


def codes(outcome: Outcome[object]) -> list[str]:
    return [each.code.id for each in outcome.diagnostics]


def test_a_knowt_page_is_its_terms_without_the_page() -> None:
    outcome = knowt.read(PAGE.encode(), "page.txt", Options())
    assert pairs(outcome) == [
        ("Where do plates part?", "At mid-ocean ridges.\\\nNew crust forms there:\n\n- it is hot\n  - and thin"),
        ("Mantle plume", ""),
        ("Why do |stresses| of $5 matter?", "See \\`slip\\`\\*."),
    ]
    assert outcome.value[0].claimed == {"Terms": "3 Terms"}
    assert outcome.value[0].title == "Plate tectonics"
    assert [(each.code.id, each.span and each.span.start) for each in outcome.diagnostics] == [
        ("DF173", PAGE.encode().index(b"2\nStill"))
    ]


def test_a_page_that_claims_more_terms_than_it_has_is_reported() -> None:
    outcome = knowt.read(PAGE.replace("3 Terms", "9 Terms").encode(), "page.txt", Options())
    assert "DF174" in codes(outcome)


def test_every_line_of_a_page_is_accounted_for() -> None:
    [lesson] = knowt.read(PAGE.encode(), "page.txt", Options()).value
    used = {*lesson.lines, *(line for item in items(lesson) for line in item.lines)}
    assert used == {number for number, row in enumerate(PAGE.split("\n"), 1) if row.strip()}


def test_the_seed_of_knowt_has_71_terms_of_which_one_is_empty() -> None:
    folder = os.environ.get("DECKFORGE_SEEDS")
    if not folder:
        pytest.skip("DECKFORGE_SEEDS names no folder of seeds")
    [seed] = Path(folder).glob("003*.txt")
    outcome = knowt.read(seed.read_bytes(), seed.name, Options())
    assert len(pairs(outcome)) == 71
    assert [front for front, answer in pairs(outcome) if not answer] == ["Intermediate/scratch memory"]
    assert codes(outcome) == ["DF173"]
    assert readers.choose(seed.read_bytes(), seed.read_bytes(), seed.name) is knowt
    [lesson] = outcome.value
    used = {*lesson.lines, *(line for item in items(lesson) for line in item.lines)}
    assert used == {number for number, row in enumerate(seed.read_text().split("\n"), 1) if row.strip()}


@pytest.mark.parametrize(
    ("text", "separators"),
    [
        ("ridge\tplates part\ntrench\tone sinks", ("\t", "\n")),
        ("ridge\tplates part;trench\tone sinks", ("\t", ";")),
        ("ridge\tplates\npart\n\ntrench\tone\nsinks", ("\t", "\n\n")),
        ("ridge - plates part - slowly\ntrench - one sinks", (" - ", "\n")),
        ("ridge: plates part\ntrench: one sinks", (": ", "\n")),
        ("ridge::plates part\ntrench::one sinks", ("::", "\n")),
        ("ridge, plates part\ntrench, one sinks", (",", "\n")),
        ("ridge;plates part\ntrench;one sinks", (";", "\n")),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_separators_of_a_paste_are_found_out(text: str, separators: tuple[str, str]) -> None:
    assert paste.separators(text) == separators
    fronts = [front for front, _ in pairs(paste.read(text.encode(), "list.txt", Options()))]
    assert fronts == ["ridge", "trench"]
    assert readers.choose(text.encode(), text.encode(), "list.txt") is paste


def test_separators_of_ones_own_may_be_anything() -> None:
    text = "ridge =>> plates part ### trench =>> one sinks"
    outcome = paste.read(text.encode(), "list.txt", Options(separators=("=>>", "###")))
    assert pairs(outcome) == [("ridge", "plates part"), ("trench", "one sinks")]


def test_rows_that_would_run_together_are_refused_and_shown() -> None:
    outcome = paste.read(b"ridge\tplates part\nand crust forms\ntrench\tone sinks", "list.txt", Options())
    assert outcome.value == ()
    assert [each.message for each in outcome.diagnostics] == [
        "“and crust forms” has no tab, so it is not a term and a definition"
    ]
    assert has_errors(outcome.diagnostics)


TABLE = """\
Question;Answer;Difficulty;Cognitive Level;Topic;Tags;Mnemonic
"Which plate; which edge?";"The lower,
always";Hard;Analysis;Subduction;earth geo;low goes
What is a ridge?;A seam;easy;;;;
"""


def test_columns_are_known_by_their_headings_and_others_stay_with_their_card() -> None:
    [lesson] = table.read(TABLE.encode(), "cards.csv", Options()).value
    first, second = items(lesson)
    assert (first.kind, first.front) == (Kind.CARD, "Which plate; which edge?")
    assert first.answer == "The lower,\\\nalways"
    assert (first.difficulty, first.bloom, first.concepts) == (Difficulty.HARD, (Bloom.ANALYZE,), ("Subduction",))
    assert (first.tags, first.extra) == (("earth", "geo"), {"Mnemonic": "low goes"})
    assert second.difficulty is Difficulty.EASY


def test_columns_can_be_named_by_number_or_heading() -> None:
    outcome = table.read(b"a,b,c\nx,y,z\n", "t.csv", Options(columns={"front": "3", "answer": "A"}))
    assert pairs(outcome) == [("z", "x")]
    outcome = table.read(b"a,b\nx,y\n", "t.csv", Options(columns={"front": "9", "colour": "1"}))
    assert codes(outcome)[:2] == ["DF177", "DF177"]


def test_a_table_without_headings_is_questions_and_answers() -> None:
    assert pairs(table.read(b"ridge,seam\ntrench,gap\n", "t.csv", Options())) == [("ridge", "seam"), ("trench", "gap")]


def test_a_column_for_each_option_makes_a_choice() -> None:
    text = "Question,Option A,Option B,Correct\nWhich sinks?,The older,The younger,A\n"
    [item] = items(table.read(text.encode(), "t.csv", Options()).value[0])
    assert item.kind is Kind.CHOICE
    assert [(option.text, option.key) for option in item.options] == [("The older", True), ("The younger", False)]


def test_a_row_with_too_many_cells_is_refused() -> None:
    outcome = table.read(b"Front,Back\nAdam,two moments, per parameter\n", "t.csv", Options())
    assert codes(outcome) == ["DF178"]


def workbook(rows: list[list[object]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_a_table() -> None:
    data = workbook([["Term", "Meaning"], ["ridge", 5.0], ["trench", "a | gap"]])
    outcome = table.read(data, "words.xlsx", Options())
    assert pairs(outcome) == [("ridge", "5"), ("trench", "a | gap")]
    assert readers.choose(data, b"", "words.xlsx") is table


def test_a_workbook_that_would_fill_the_disk_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "x")
        archive.writestr("xl/sharedStrings.xml", b"\0" * 250_000_000)
    outcome = table.read(out.getvalue(), "bomb.xlsx", Options())
    assert codes(outcome) == ["DF179"]
    assert codes(table.read(b"PK\x03\x04 cut off", "cut.xlsx", Options())) == ["DF179"]


@pytest.mark.parametrize(
    ("data", "text", "code"),
    [
        ("Über µ".encode(), "Über µ", []),
        (b"\xef\xbb\xbfa\r\nb\rc", "a\nb\nc", []),
        ("Über".encode("utf-16"), "Über", ["DF171"]),
        ("plain text".encode("utf-16-le"), "plain text", ["DF171"]),
        ("“Über”".encode("cp1252"), "“Über”", ["DF171"]),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "", ["DF170"]),
        (b"\xff\xfea", "", ["DF170"]),
    ],
)
def test_text_of_any_encoding_is_read_and_told(data: bytes, text: str, code: list[str]) -> None:
    outcome = encoding.as_utf8(data, "notes.txt")
    assert outcome.value.decode() == text
    assert codes(outcome) == code


def test_an_absurd_size_is_refused_before_anything_is_read() -> None:
    assert codes(encoding.as_utf8(b"x" * (encoding.MAX_TEXT + 1), "big.txt")) == ["DF172"]
