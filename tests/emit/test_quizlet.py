"""Lists for Quizlet and Knowt, split as their importers split what is pasted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from deckforge.emit import quizlet, tables
from tests.anki.build import card, code, context, course, lesson, p, rich
from tests.emit.courses import courses, exported

if TYPE_CHECKING:
    from deckforge.model.course import Course


def emitted(made: Course) -> dict[str, str]:
    """The three files by what tells them apart."""
    files = quizlet.emit(context(Path("/nowhere"), made)).value
    return {file.path.removeprefix("build/tables/training-quizlet").lstrip("-."): file.data.decode() for file in files}


def pasted(files: dict[str, str]) -> list[tuple[str, ...]]:
    """The cards of the second list, split at the signs that the third file names."""
    side, end = re.findall(r"custom: +(\S+)", files["readme.txt"])
    text = files["custom.txt"]
    cards = [tuple(part.strip() for part in each.split(side)) for each in text.split(end)] if text else []
    assert all(len(each) == 2 for each in cards)
    return cards


def words(text: str) -> list[str]:
    return text.split()


def test_a_card_is_a_line_with_one_tab() -> None:
    made = course(lesson("flow", card("a", "What\tis\nthis?", p(code("x = 1\n\n\ty = 2\n")))))
    assert emitted(made)["tsv"] == "What is / this?\tx = 1 / y = 2\n"


def test_the_short_forms_are_taken() -> None:
    made = course(lesson("flow", card("a", "Long?", "Long.", short_question=rich("Short?"), in_short=rich("Short."))))
    assert emitted(made)["tsv"] == "Short?\tShort.\n"


@pytest.mark.parametrize("made", [exported()])
def test_the_second_list_keeps_line_breaks(made: Course) -> None:
    items = [item for _, item in made.items.values()]
    assert [(words(front), words(back)) for front, back in pasted(emitted(made))] == [
        (words(tables.front(item)), words(tables.back(item))) for item in items
    ]
    assert "A) a = 0.5: yes\nB) b # 2" in emitted(made)["custom.txt"]


def test_the_signs_are_in_no_card() -> None:
    made = course(
        lesson("flow", card("a", "One ||| two ~~", "Three |||| @@@ ;;; four"), card("b", "Ends in |", "; so"))
    )
    files = emitted(made)
    assert re.findall(r"custom: +(\S+)", files["readme.txt"]) == ["~~~", "###"]
    assert pasted(files) == [("One ||| two ~~", "Three |||| @@@ ;;; four"), ("Ends in |", "; so")]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=courses())
def test_whatever_stands_in_a_course_is_split_again(made: Course) -> None:
    files = emitted(made)
    lines = files["tsv"].split("\n")[:-1]
    cards = pasted(files)
    assert len(lines) == len(cards)
    for line, (front, back) in zip(lines, cards, strict=True):
        shown = [words(side.replace(quizlet.BREAK, " ")) for side in line.split("\t")]
        assert shown == [words(side.replace(quizlet.BREAK, " ")) for side in (front, back)] or "/" in front + back
