"""What cases in Markdown cannot show: the table of rules, large courses, circles of any shape, near words."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckforge import check as stage
from deckforge.check import RULES, check, places
from deckforge.check.claims import fits
from deckforge.check.names import circles
from deckforge.check.near import Vocabulary, listed, slug
from deckforge.check.points import words
from deckforge.model.course import SectionKind
from deckforge.model.items import Card, Choice, Option
from deckforge.model.source import Source, Span

from .build import NOWHERE, course, large, lesson, rich, section


def test_every_rule_is_in_the_table_once() -> None:
    """A rule is a public generator of a family's module that takes a course alone; a forgotten one would never run."""
    found = set()
    for path in Path(stage.__file__).parent.glob("*.py"):
        module = import_module(f"deckforge.check.{path.stem}") if path.stem != "__init__" else stage
        for name, function in vars(module).items():
            is_rule = inspect.isgeneratorfunction(function) and list(inspect.signature(function).parameters) == [
                "course"
            ]
            if is_rule and not name.startswith("_"):
                found.add(function)
    assert set(RULES) == found
    assert max(Counter(RULES).values()) == 1


def test_nothing_is_wrong_with_a_large_course_and_no_place_is_searched_for() -> None:
    """Looking for exact places is what takes time, so it may happen for mistakes only."""
    with (
        patch.object(places, "_word", side_effect=AssertionError("a place was searched for")),
        patch.object(Source, "position", side_effect=AssertionError("a position was searched for")),
    ):
        assert check(large(2_000)) == ()


def test_an_empty_option_is_an_error_but_a_picture_is_something() -> None:
    options = (
        Option(rich("ReLU"), key=True, feedback=None, span=NOWHERE),
        Option(rich("  "), key=False, feedback=None, span=NOWHERE),
    )
    item = Choice(id="a", title=None, front=rich("Which?"), span=NOWHERE, options=options, explanation=None, gap=None)
    found = check(course(lesson("x", section(SectionKind.QUIZ, item))))
    assert [(each.code.name, each.message) for each in found] == [("empty-option", "option 2 is empty")]


def test_a_place_that_cannot_be_found_is_the_first_line_of_its_item() -> None:
    text = "### Why? {#Why}\n\nmore\n"
    item = Card(id="Why_not", title=None, front=rich("Why?"), span=Span("content/x.md", 0, 22), answer=rich("So."))
    made = course(lesson("x", section(SectionKind.FLASHCARDS, item)), sources={"content/x.md": text})
    (found,) = check(made)
    assert found.span == Span("content/x.md", 0, 15)


def test_an_id_is_found_behind_its_sign_and_not_in_the_title() -> None:
    text = "### What does relu do to relu {#relu}\n"
    made = course(sources={"content/x.md": text})
    place = places.value(made, Span("content/x.md", 0, 10), "id", "relu")
    assert text[place.start : place.end] == "#relu"


GRAPHS = st.dictionaries(st.sampled_from("abcdefg"), st.lists(st.sampled_from("abcdefgh"), max_size=4), max_size=7)


@given(GRAPHS)
def test_circles_are_found_where_there_is_no_order_and_only_there(graph: dict[str, list[str]]) -> None:
    found = list(circles(graph))
    for circle in found:
        assert circle[0] == circle[-1]
        assert len(set(circle)) == len(circle) - 1
        assert all(later in graph[earlier] for earlier, later in pairwise(circle))
    known = {name: [other for other in others if other in graph] for name, others in graph.items()}
    try:
        tuple(TopologicalSorter(known).static_order())
    except CycleError:
        assert found
    else:
        assert not found


@given(GRAPHS)
def test_each_group_of_names_in_a_circle_is_reported_once(graph: dict[str, list[str]]) -> None:
    starts = [circle[0] for circle in circles(graph)]
    assert len(set(starts)) == len(starts)


def test_circles_in_a_long_chain_take_no_recursion() -> None:
    chain = {str(number): [str(number + 1)] for number in range(20_000)}
    assert list(circles(chain)) == []
    chain["20000"] = ["0"]
    (circle,) = circles(chain)
    assert len(circle) == 20_002


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("gradient-flwo", "gradient-flow"),
        ("Gradient-Flow", "gradient-flow"),
        ("chian-rule", "chain-rule"),
        ("patience", ""),
        ("", ""),
    ],
)
def test_the_nearest_word(word: str, nearest: str) -> None:
    assert Vocabulary(["gradient-flow", "chain-rule", "relu"]).nearest(word) == nearest


@given(st.text(max_size=80))
def test_a_slug_is_a_valid_id_or_nothing(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*|", slug(text))
    assert len(slug(text)) <= 40


def test_slugs() -> None:
    assert slug("Why do gradients vanish?") == "why-do-gradients-vanish"
    assert slug("Überraschung: naïve") == "uberraschung-naive"
    assert slug("梯度") == ""


def test_long_lists_are_cut() -> None:
    assert listed("ab") == "`a`, `b`"
    assert listed("abcd", most=2) == "`a`, `b` and 2 more"


@pytest.mark.parametrize(
    ("text", "annotation", "good"),
    [
        ("3", "int", True),
        ("1e9", "int", True),
        ("1.5", "int", False),
        ("inf", "int", False),
        ("nan", "int", False),
        ("-2", "int", True),
        ("1e-4", "float", True),
        ("half", "float", False),
        ("inf", "float", False),
        ("−0.5", "float", True),
        ("true", "bool", True),
        ("False", "bool", True),
        ("1", "bool", False),
        ("anything", "str", True),
        ("anything", "Literal['a']", True),
    ],
)
def test_what_fits_an_annotation(text: str, annotation: str, good: bool) -> None:
    assert fits(text, annotation) is good


def test_words_are_counted_as_an_author_counts_them() -> None:
    assert words("For stability – nothing else, don't you think?") == 7
    assert words(" - * \n") == 0
