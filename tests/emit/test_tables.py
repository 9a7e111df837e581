"""The CSV for people and the text file for Anki."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from deckforge.emit import tables
from deckforge.model.items import Choice, Cloze
from tests.anki.build import NOW, card, cloze, code, context, course, demo, lesson, make, math, option, p, rich
from tests.anki.learner import learner, package

if TYPE_CHECKING:
    from pathlib import Path

    from deckforge.model.course import Course


def emitted(root: Path, made: Course) -> dict[str, bytes]:
    outcome = tables.emit(context(root, made))
    assert not outcome.diagnostics
    return {artifact.path: artifact.data for artifact in outcome.value}


def rows(root: Path, made: Course) -> list[dict[str, str]]:
    text = emitted(root, made)["build/tables/training.csv"].decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_the_csv_has_the_five_columns_and_a_row_an_item(tmp_path: Path) -> None:
    found = rows(tmp_path, demo())
    assert [list(row) for row in found] == [["Front", "Back", "Difficulty", "Concept", "Cognitive_Level"]] * len(found)
    assert len(found) == len(demo().items)
    assert found[0] == {
        "Front": "Why do gradients vanish in deep networks?",
        "Back": "A product of factors below one shrinks exponentially with depth.",
        "Difficulty": "Easy",
        "Concept": "Gradient flow",
        "Cognitive_Level": "Understand",
    }


@pytest.mark.parametrize("item", list(demo().items))
def test_every_kind_of_item_asks_and_answers_in_plain_words(item: str) -> None:
    _, found = demo().items[item]
    for text in (tables.front(found), tables.back(found)):
        assert text.strip()
        assert "<p>" not in text
        assert "{{" not in text


def test_the_short_forms_come_first_where_they_are_given() -> None:
    item = card("a", "A long question?", "A long answer.", short_question=rich("Short?"), in_short=rich("Short."))
    assert (tables.front(item), tables.back(item)) == ("Short?", "Short.")


def test_a_choice_has_letters_and_names_its_keys() -> None:
    options = (option("one"), option("two", key=True), option("three", key=True))
    item = make(Choice, "a", rich("Which?"), options=options, explanation=p("Count."))
    assert tables.front(item) == "Which?\nA) one\nB) two\nC) three"
    assert tables.back(item) == "B) two\nC) three\nCount."


def test_a_cloze_hides_its_deletions_in_front_and_shows_them_behind() -> None:
    item = make(
        Cloze,
        "a",
        rich("From ", *cloze(1, "one ", *cloze(2, math("x"))), " to ", *cloze(3, "two", hint="a number"), "."),
        answer=p("More."),
    )
    assert tables.front(item) == "From […] to [a number]."
    assert tables.back(item) == "From one x to two.\nMore."


def test_quotes_commas_and_lines_survive(tmp_path: Path) -> None:
    item = card("a", 'Is "a, b" one cell?', p(code('print("x,\\ty")\nprint(2)\n')))
    (row,) = rows(tmp_path, course(lesson("flow", item)))
    assert row["Front"] == 'Is "a, b" one cell?'
    assert row["Back"] == 'print("x,\\ty")\nprint(2)'
    data = emitted(tmp_path, course(lesson("flow", item)))["build/tables/training.csv"]
    assert data.startswith(b'"Front","Back","Difficulty","Concept","Cognitive_Level"\r\n')


def test_the_text_import_updates_the_package_s_notes_and_makes_no_new_ones(tmp_path: Path) -> None:
    """By GUID and note type: what the text file changes is what the package brought."""
    made = demo()
    with learner(tmp_path / "anki") as anki:
        anki.take(package(tmp_path, made))
        for note_id in anki.collection.find_notes(""):
            note = anki.collection.get_note(note_id)
            note["InShort"] = "something else"
            anki.collection.update_note(note)
        log = anki.take_text(emitted(tmp_path, made)["build/tables/training.txt"])
        assert log == {"new": 0, "updated": len(made.items), "missing_notetype": 0, "missing_deck": 0}
        assert anki.note("vanishing")["InShort"].startswith("A product of factors")
        assert anki.note("fix")["InShort"] == ""
        assert anki.problems() == []


def test_the_text_import_brings_the_same_notes_as_the_package(tmp_path: Path) -> None:
    """Field by field and tag by tag, for a learner who has the note types but none of the notes."""
    made = demo()
    with learner(tmp_path / "one") as packaged, learner(tmp_path / "two") as typed:
        packaged.take(package(tmp_path, made))
        typed.take(package(tmp_path, made))
        typed.collection.remove_notes(typed.collection.find_notes(""))
        log = typed.take_text(emitted(tmp_path, made)["build/tables/training.txt"])
        assert log["new"] == len(made.items)
        for item in made.items:
            one, two = packaged.note(item), typed.note(item)
            assert (two.guid, two.fields, sorted(two.tags)) == (one.guid, one.fields, sorted(one.tags))
            decks = [
                each.collection.decks.name(each.note(item).cards()[0].current_deck_id()) for each in (packaged, typed)
            ]
            assert decks[0] == decks[1]
        assert typed.problems() == []


def test_without_the_package_the_note_types_are_missing_and_anki_says_so(tmp_path: Path) -> None:
    with learner(tmp_path / "anki") as anki:
        log = anki.take_text(emitted(tmp_path, demo())["build/tables/training.txt"])
        assert log["missing_notetype"] == len(demo().items)


def test_both_tables_depend_on_no_clock(tmp_path: Path) -> None:
    assert tables.emit(context(tmp_path, demo(), now=NOW)) == tables.emit(context(tmp_path, demo(), now=NOW + 99))


def test_an_empty_course_has_empty_tables(tmp_path: Path) -> None:
    found = emitted(tmp_path, course())
    assert found["build/tables/training.csv"].count(b"\r\n") == 1
    assert all(line.startswith(b"#") for line in found["build/tables/training.txt"].splitlines())
