"""Moodle XML, held against what Moodle's importer reads.

`READ` writes down, for every type, the elements that `question/format/xml/format.php` (Moodle 4.x) asks for, with those
that it cannot do without; `GRADES` are the fractions that `question_bank::fraction_options` knows and an import with
"error if grade not listed" accepts. An element that nobody reads would be lost without a word, so it fails too.
"""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings

from deckforge.emit.lms import moodle
from deckforge.model.items import Choice, Numeric
from tests.anki.build import PNG, claim, context, course, lesson, make, option, rich
from tests.emit.courses import courses, exported

if TYPE_CHECKING:
    from deckforge.model.course import Course

HEADER = {"name", "questiontext", "generalfeedback", "defaultgrade", "penalty", "hidden", "idnumber", "tags", "hint"}
NEEDED = {"name", "questiontext", "generalfeedback", "defaultgrade"}
FEEDBACK = {"correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"}
READ: dict[str, tuple[set[str], set[str]]] = {
    "category": ({"category"}, {"category"}),
    "description": (HEADER, NEEDED),
    "multichoice": (
        HEADER | FEEDBACK | {"single", "shuffleanswers", "answernumbering", "answer"},
        NEEDED | FEEDBACK | {"single", "shuffleanswers", "answer"},
    ),
    "numerical": (
        HEADER | {"answer", "units", "unitgradingtype", "unitpenalty", "showunits", "unitsleft"},
        NEEDED | {"answer"},
    ),
    "shortanswer": (HEADER | {"usecase", "answer"}, NEEDED | {"usecase", "answer"}),
    "matching": (HEADER | {"shuffleanswers", "subquestion"}, NEEDED | {"shuffleanswers", "subquestion"}),
    "cloze": (HEADER, NEEDED),
    "essay": (
        HEADER
        | {"responseformat", "responserequired", "responsefieldlines", "minwordlimit", "maxwordlimit", "attachments"}
        | {"attachmentsrequired", "graderinfo", "responsetemplate"},
        NEEDED | {"responseformat", "graderinfo"},
    ),
}
GRADES = {
    *(100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667, 14.28571, 12.5, 11.11111),
    *(10, 5, 0),
}
GAP = re.compile(r"\{1:(SHORTANSWER|MULTICHOICE_V):([^}]*)\}")


def questions(made: Course) -> list[ET.Element]:
    """The questions of a course's file, after looking at each as the importer does."""
    root = ET.fromstring(moodle.emit(context(Path("/nowhere"), made)).value[0].data)
    assert root.tag == "quiz"
    found = list(root)
    for question in found:
        _looked_at(question)
    return found


def _looked_at(question: ET.Element) -> None:
    kind = question.get("type", "")
    known, needed = READ[kind]
    tags = {child.tag for child in question}
    assert needed <= tags <= known, (kind, tags ^ known)
    for child in question.iter():
        if child.get("format") is not None:
            assert child.find("text") is not None, child.tag
        if child.tag == "file":
            assert child.get("encoding") == "base64"
            assert child.get("path") == "/"
            assert b64decode(child.text or "", validate=True)
        if child.get("fraction") is not None:
            assert abs(float(child.get("fraction", ""))) in GRADES
    for child in question.iter("text"):
        parent_files = {
            file.get("name") for each in question.iter() if child in list(each) for file in each.iter("file")
        }
        assert set(re.findall(r"@@PLUGINFILE@@/([^\"]+)", child.text or "")) <= parent_files
    if kind in ("multichoice", "numerical", "shortanswer"):
        assert max(float(each.get("fraction", "0")) for each in question.iter("answer")) > 0
    if kind == "multichoice" and question.findtext("single") == "false":
        assert sum(max(float(each.get("fraction", "0")), 0) for each in question.iter("answer")) == pytest.approx(100)
    if kind == "cloze":
        assert GAP.search(question.findtext("questiontext/text") or "")


@pytest.fixture(scope="module")
def found() -> dict[str, ET.Element]:
    return {each.findtext("idnumber") or "": each for each in questions(exported())}


def test_every_type_is_one_that_moodle_reads(found: dict[str, ET.Element]) -> None:
    kinds = {name: each.get("type") for name, each in found.items() if name}
    assert kinds == {
        "why": "essay",
        "gaps": "cloze",
        "power": "essay",
        "one": "multichoice",
        "several": "multichoice",
        "size": "numerical",
        "count": "numerical",
        "format": "shortanswer",
        "bound": "essay",
        "essay": "essay",
        "short": "essay",
        "dead": "cloze",
        "plain": "essay",
        "float16.match": "matching",
    }


def test_categories_and_instructions_follow_the_sections() -> None:
    made = questions(exported())
    paths = [each.findtext("category/text") for each in made if each.get("type") == "category"]
    assert paths[1] == "$course$/top/Training networks/Gradient flow/Quiz: Part A"
    place = next(place for place, each in enumerate(made) if each.findtext("category/text") == paths[1])
    assert made[place + 1].get("type") == "description"
    assert made[place + 1].findtext("questiontext/text") == "<p>Answer all.</p>"


def test_options_have_grades_feedback_and_stay_in_order_where_one_speaks_of_the_others(
    found: dict[str, ET.Element],
) -> None:
    one, several = found["one"], found["several"]
    assert [(each.get("fraction"), each.findtext("feedback/text")) for each in one.iter("answer")] == [
        ("100", "<p>Right: 1/2 ~ 0.5.</p>"),
        ("0", "<p>No.</p>"),
        ("0", ""),
    ]
    assert one.findtext("incorrectfeedback/text") == "<p>Review fractions.</p>"
    assert one.findtext("defaultgrade") == "5"
    assert [each.get("fraction") for each in several.iter("answer")] == ["50", "50", "-50", "-50"]
    assert (one.findtext("shuffleanswers"), several.findtext("shuffleanswers")) == ("true", "false")
    assert several.findtext("defaultgrade") == "2"


def test_a_number_has_its_tolerance_and_its_unit(found: dict[str, ET.Element]) -> None:
    size = found["size"]
    assert size.findtext("answer/text") == "8"
    assert size.findtext("answer/tolerance") == "0.4"
    assert size.findtext("units/unit/unit_name") == "GB"
    assert size.findtext("showunits") == "0"
    assert found["count"].find("units") is None
    assert found["count"].findtext("showunits") == "3"


def test_a_picture_is_inside_the_file(found: dict[str, ET.Element]) -> None:
    (file,) = found["size"].findall("questiontext/file")
    assert b64decode(file.text or "") == PNG
    assert f'<img src="@@PLUGINFILE@@/{file.get("name")}"' in (found["size"].findtext("questiontext/text") or "")


def test_a_cloze_has_its_gaps_in_the_sentence(found: dict[str, ET.Element]) -> None:
    assert found["gaps"].findtext("questiontext/text") == (
        "It starts at {1:SHORTANSWER:=65,536~=65536} and grows by {1:SHORTANSWER:=two} <em>(a number)</em>."
    )


def test_hints_come_one_at_a_time_and_cost_their_share(found: dict[str, ET.Element]) -> None:
    dead = found["dead"]
    assert [each.findtext("text") for each in dead.findall("hint")] == [
        "<p><strong>Conceptual</strong></p><p>Look at the slope.</p>",
        "<p>It is zero.</p>",
    ]
    assert dead.findtext("penalty") == "0.3333333"
    assert (dead.findtext("questiontext/text") or "").endswith("{1:MULTICHOICE_V:=I have a solution~Not yet}</p>")
    feedback = dead.findtext("generalfeedback/text") or ""
    for words in ("A dead unit", "No step moves it.", "It recovers slowly.", "Try another activation."):
        assert words in feedback


def test_the_rubric_is_for_whoever_grades(found: dict[str, ET.Element]) -> None:
    essay = found["essay"]
    grader = essay.findtext("graderinfo/text") or ""
    assert "<th>Full</th>" in grader
    assert "names a format" in grader
    assert "<th>Full</th>" not in (essay.findtext("generalfeedback/text") or "")
    assert "Choose a format. (4 points)" in (essay.findtext("questiontext/text") or "")


def test_tags_come_along(found: dict[str, ET.Element]) -> None:
    assert [each.text for each in found["one"].findall("tags/tag/text")] == ["backprop", "lesson::flow"]


@pytest.mark.parametrize("keys", range(1, 13))
def test_any_number_of_keys_has_grades_that_moodle_knows(keys: int) -> None:
    """More keys than it has grades for are left out with a note."""
    options = tuple(option(f"key {number}", key=number < keys) for number in range(keys + 2))
    made = course(lesson("flow", make(Choice, "many", rich("Which?"), options=options)))
    outcome = moodle.emit(context(Path("/nowhere"), made))
    assert [each.code.id for each in outcome.diagnostics] == (["DF710"] if keys > 10 else [])
    assert len(questions(made)) == (0 if keys > 10 else 2)


@pytest.mark.parametrize(
    ("written", "value", "tolerance"),
    [
        ("-0.608", "-0.608", "0.0005"),
        ("8.9e-16", "8.9e-16", "5e-18"),
        ("75 %", "75", "0.5"),
        ("1–3", "2.05", "1.1"),
        ("2^16", "65536", "0.015625"),
        ("8.0 ± 0.5 GB", "8", "0.5"),
    ],
)
def test_written_values_become_a_number_and_a_tolerance(written: str, value: str, tolerance: str) -> None:
    """The interval is the one that judges the claim."""
    item = make(Numeric, "n", rich("How much?"), value=claim(written, "sums.double.value"))
    (_, made) = questions(course(lesson("flow", item)))
    assert (made.findtext("answer/text"), made.findtext("answer/tolerance")) == (value, tolerance)


def test_our_own_course_can_be_read(ours: Course) -> None:
    asked = [each.findtext("idnumber") for each in questions(ours)]
    assert len([each for each in asked if each]) > 50


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=courses())
def test_whatever_stands_in_a_course_moodle_can_read(made: Course) -> None:
    questions(made)
