r"""GIFT, read back twice: by an independent parser, and by a strict reader of the format as Moodle documents it.

The reader follows Moodle's page "GIFT format": entries stand apart by empty lines, `//` begins a comment, `$CATEGORY:`
is an entry of its own; `::name::`, `[html]`, the text, and answers in braces; `=` right, `~` wrong, `%n%` a weight, `#`
feedback, `->` a pair, a leading `#` a number, `####` feedback for all; a backslash before `~ = # { } :` and itself.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from deckforge.emit.lms import gift
from deckforge.model.items import Numeric
from tests.anki.build import claim, context, course, lesson, make, rich
from tests.emit.courses import courses, exported

if TYPE_CHECKING:
    from deckforge.model.course import Course

with warnings.catch_warnings():  # its patterns are older than raw strings
    warnings.simplefilter("ignore")
    from pygiftparser import parser


@dataclass
class Read:
    """A question as the format says it."""

    name: str
    text: str
    category: str
    kind: str = "description"
    answers: list[tuple[str, str, str]] = field(default_factory=list)
    """Mark (`=`, `~`, `50`), text, feedback."""
    general: str = ""


TOKEN = re.compile(r"\\([~=#{}:\\n])|(####|->|[~=#{}])|([^\\~=#{}:-]+|.)", re.DOTALL)


def tokens(text: str) -> list[tuple[bool, str]]:
    """Pieces of a text, with whether each is a control sign; an escaped sign is text."""
    found = []
    place = 0
    while place < len(text):
        match = TOKEN.match(text, place)
        assert match, f"a stray backslash: {text[place : place + 20]!r}"
        escaped, sign, plain = match.groups()
        found.append((bool(sign), sign or {"n": "\n"}.get(escaped, escaped) or plain))
        place = match.end()
    return found


def read(source: str) -> list[Read]:
    """Read a GIFT file strictly."""
    found: list[Read] = []
    category = ""
    for entry in re.split(r"\n[ \t]*\n", source.strip()):
        lines = [line for line in entry.split("\n") if not line.startswith("//")]
        if not lines:
            continue
        if lines[0].startswith("$CATEGORY: "):
            assert len(lines) == 1, "a category stands alone"
            category = lines[0].removeprefix("$CATEGORY: ")
            continue
        match = re.fullmatch(r"::((?:[^:\\]|\\.)*)::\[html\](.*)", "\n".join(lines), re.DOTALL)
        assert match, entry
        found.append(_question(_plain(match[1]), match[2], category))
    return found


def _plain(text: str) -> str:
    pieces = tokens(text)
    assert not any(sign for sign, _ in pieces)
    return "".join(piece for _, piece in pieces)


def _question(name: str, rest: str, category: str) -> Read:
    pieces = tokens(rest)
    braces = [place for place, (sign, piece) in enumerate(pieces) if sign and piece in "{}"]
    text = "".join(piece for sign, piece in pieces[: braces[0] if braces else None])
    made = Read(name, text, category)
    if not braces:
        return made
    assert [pieces[place][1] for place in braces] == ["{", "}"]
    assert braces[1] == len(pieces) - 1, "nothing stands behind the answers"
    inside = pieces[braces[0] + 1 : braces[1]]
    if (True, "####") in inside:
        place = inside.index((True, "####"))
        made.general = "".join(piece for _, piece in inside[place + 1 :]).strip()
        inside = inside[:place]
    _answers(made, inside)
    return made


def _answers(made: Read, inside: list[tuple[bool, str]]) -> None:
    while inside and not inside[0][1].strip():
        inside = inside[1:]
    if not inside:
        made.kind = "essay"
        return
    if inside[0] == (True, "#"):
        made.kind = "number"
        low, high = "".join(piece for _, piece in inside[1:]).strip().split("..")
        assert float(low) <= float(high)
        made.answers.append(("=", f"{low}..{high}", ""))
        return
    for sign, piece in inside:
        if sign and piece in "=~":
            made.answers.append((piece, "", ""))
        elif sign and piece == "#":
            mark, text, feedback = made.answers[-1]
            assert not feedback
            made.answers[-1] = (mark, text, "\0")
        else:
            mark, text, feedback = made.answers[-1]
            part = "->" if sign else piece
            made.answers[-1] = (mark, text, feedback + part) if feedback else (mark, text + part, "")
    made.answers = [_weighed(mark, text.strip(), feedback.strip("\0 \t\n")) for mark, text, feedback in made.answers]
    marks = {mark for mark, _, _ in made.answers}
    made.kind = "choice" if marks != {"="} else "match" if "->" in made.answers[0][1] else "short"


def _weighed(mark: str, text: str, feedback: str) -> tuple[str, str, str]:
    weight = re.match(r"%(-?[\d.]+)%", text)
    return (weight[1], text[weight.end() :], feedback) if weight else (mark, text, feedback)


def emitted(made: Course | None = None) -> str:
    """The file of a course."""
    return gift.emit(context(Path("/nowhere"), made or exported())).value[0].data.decode()


@pytest.fixture(scope="module")
def questions() -> dict[str, Read]:
    return {each.name: each for each in read(emitted())}


def test_a_choice_has_its_key_and_feedback(questions: dict[str, Read]) -> None:
    one = questions["Halves"]
    assert one.kind == "choice"
    assert one.text == r"Which of {a, b} is \(\frac{1}{2}\)?"
    assert one.answers == [
        ("=", "a = 0.5: yes", "<p>Right: 1/2 ~ 0.5.</p>"),
        ("~", "b # 2", "<p>No.</p>"),
        ("~", "neither", ""),
    ]
    assert one.general.endswith("<p>Halves.</p><p>Review fractions.</p>")


def test_several_keys_share_the_points_and_a_wrong_tick_costs_one(questions: dict[str, Read]) -> None:
    assert [mark for mark, _, _ in questions["What does Adam keep?"].answers] == ["50", "50", "-50", "-50"]


def test_numbers_have_their_interval_words_are_typed_bounds_are_for_a_person(questions: dict[str, Read]) -> None:
    sizes = next(each for name, each in questions.items() if name.startswith("How large"))
    assert (sizes.kind, sizes.answers[0][1]) == ("number", "7.6..8.4")
    assert "Unit: GB" in sizes.text
    assert questions["Which format keeps the range of float32?"].answers == [("=", "bfloat16", "")]
    assert questions["How much faster, at least?"].kind == "essay"


def test_terms_are_matched_and_categories_follow_the_lessons(questions: dict[str, Read]) -> None:
    (terms,) = [each for each in questions.values() if each.kind == "match"]
    assert [text for _, text, _ in terms.answers] == [
        "<p>Five exponent bits.</p> -> float16",
        "<p>Eight.</p> -> bfloat16",
        "<p>Eight, and 23.</p> -> float32",
    ]
    assert terms.category == "$course$/top/Training networks/Gradient flow/Terms"


def test_each_deletion_of_a_cloze_is_a_question(questions: dict[str, Read]) -> None:
    assert questions["It starts at 65,536 and grows by two. (2)"].text == (
        "It starts at 65,536 and grows by _____ <em>(a number)</em>."
    )
    one = questions["It starts at 65,536 and grows by two. (1)"]
    assert [text for _, text, _ in one.answers] == ["65,536", "65536"]


def test_an_independent_parser_reads_the_same(questions: dict[str, Read]) -> None:
    """Pygiftparser knows no negative numbers; this course has none."""
    kinds = {
        "Essay": "essay",
        "Description": "description",
        "ShortSet": "short",
        "SelectSet": "choice",
        "MultipleChoicesSet": "choice",
        "NumericAnswerSet": "number",
        "MatchingSet": "match",
    }
    theirs = parser.parseFile(emitted().splitlines(keepends=True))
    assert all(each.valid for each in theirs)
    assert [kinds[type(each.answers).__name__] for each in theirs] == [each.kind for each in questions.values()]
    for their, our in zip(theirs, questions.values(), strict=True):
        if our.kind == "choice":
            weights = [float(mark) if mark not in "=~" else 100.0 * (mark == "=") for mark, _, _ in our.answers]
            assert [float(each.fraction) for each in their.answers.answers] == weights


def test_a_negative_number_and_a_tiny_one() -> None:
    numbers = [
        make(Numeric, f"n{place}", rich(text), answer=None, value=claim(text, "sums.double.value"))
        for place, text in enumerate(("-0.608", "8.9e-16"))
    ]
    found = read(emitted(course(lesson("flow", *numbers))))
    assert [each.answers[0][1] for each in found] == ["-0.6085..-0.6075", "8.85e-16..8.95e-16"]


def test_our_own_course_is_read_the_same_by_both(ours: Course) -> None:
    text = emitted(ours)
    found = read(text)
    assert len(found) > 50
    assert {each.kind for each in found} >= {"essay", "number", "short", "choice", "match"}
    theirs = parser.parseFile(text.splitlines(keepends=True))
    assert len(theirs) == len(found)
    for their, our in zip(theirs, found, strict=True):
        assert their.valid or our.kind == "number"  # its numbers have no sign and no exponent


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=courses())
def test_whatever_stands_in_a_course_can_be_read_back(made: Course) -> None:
    for each in read(emitted(made)):
        assert each.category.startswith("$course$/top/")
        assert each.kind in ("description", "essay", "number", "short", "choice", "match")
