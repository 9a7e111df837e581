"""QTI 1.2, compared with text2qti, whose packages Canvas is known to take: the same quiz, written once for each."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from text2qti.config import Config
from text2qti.qti import QTI
from text2qti.quiz import Quiz

from deckforge.emit.lms import qti
from deckforge.model.course import SectionKind
from deckforge.model.items import Choice, Cloze, Essay, Numeric
from tests.anki.build import PNG, claim, cloze, context, course, lesson, make, option, p
from tests.emit.courses import exported

if TYPE_CHECKING:
    from deckforge.model.course import Course

SOURCE = """\
Quiz title: Flow: Quiz

Title: Question 1
Points: 5
1. Which change removes the cause?
... Only one changes a factor.
- Compare both kinds.
a) Clipping
... It bounds *large* gradients.
*b) ReLU
... Its factor is 1.
c) A larger batch

Title: Question 2
Points: 2
2. What does Adam keep?
[*] means
[*] squares
[ ] gradients
... Only momentum is kept.

Title: Question 3
Points: 1
3. How many bytes are two floats?
... Twice four.
= 8 +- 0.25

Title: Question 4
Points: 1
4. It grows by \\_\\_\\_\\_\\_.
... It grows by two.
* two

Title: Question 5
Points: 30
5. Plan a run.
... In sixteen bits.
___
"""


def ours() -> bytes:
    """The same quiz in our model."""
    numeric = claim("8.0 ± 0.25", "formats.two.bytes")
    items = (
        make(
            Choice,
            "fix",
            p("Which change removes the cause?"),
            options=(
                replace(option(p("Clipping")), feedback=p("It bounds <em>large</em> gradients.")),
                option(p("ReLU"), key=True, feedback="Its factor is 1."),
                option(p("A larger batch")),
            ),
            explanation=p("Only one changes a factor."),
            gap=p("Compare both kinds."),
            points=5,
        ),
        make(
            Choice,
            "state",
            p("What does Adam keep?"),
            options=(
                option(p("means"), key=True),
                option(p("squares"), key=True),
                option(p("gradients"), feedback="Only momentum is kept."),
            ),
            points=2,
        ),
        make(Numeric, "floats", p("How many bytes are two floats?"), explanation=p("Twice four."), value=numeric),
        make(Cloze, "grows", p("It grows by ", *cloze(1, "two"), "."), answer=None),
        make(Essay, "plan", p("Plan a run."), answer=p("In sixteen bits."), points=30),
    )
    quiz = lesson("flow", *items, kind=SectionKind.QUIZ)
    return files(qti.emit(context(Path("/nowhere"), course(quiz))).value[0].data)[
        "deckforge_flow-1/deckforge_flow-1.xml"
    ]


def files(data: bytes) -> dict[str, bytes]:
    package = zipfile.ZipFile(io.BytesIO(data))
    return {name: package.read(name) for name in package.namelist()}


def theirs() -> bytes:
    """What text2qti makes of the source."""
    config = Config()
    config["latex_render_url"] = "https://example.org"
    package = files(QTI(Quiz(SOURCE, config=config)).zip_bytes())
    return next(data for name, data in package.items() if name.endswith(".xml") and b"<questestinterop" in data)


def normal(data: bytes) -> list[str]:
    """An assessment as lines: ids are numbered as they occur, numbers and white space are written one way."""
    root = ET.fromstring(data)
    known: dict[str, str] = {}

    def ident(text: str) -> str:
        suffix = "_fb" if text.endswith("_fb") else ""
        if text in ("general_fb", "general_incorrect_fb", "response1", "answer1", "root_section"):
            return text
        return known.setdefault(text.removesuffix("_fb"), f"id{len(known)}") + suffix

    def value(text: str) -> str:
        try:
            return f"{float(text):g}"
        except ValueError:
            return " ".join(text.split())

    lines: list[str] = []

    def walk(element: ET.Element, depth: int) -> None:
        tag = element.tag.partition("}")[2]
        label = element.findtext("{*}fieldlabel")
        if label in ("original_answer_ids", "assessment_question_identifierref"):
            return
        attributes = {
            name: ident(each) if name in ("ident", "linkrefid", "respident") else each
            for name, each in element.attrib.items()
            if not name.startswith("{")
        }
        text = (element.text or "").strip()
        if tag == "varequal" and text in known:
            text = known[text]
        shown = " ".join(f"{name}={each}" for name, each in sorted(attributes.items()))
        lines.append(f"{'  ' * depth}{tag} {shown} {value(text)}".rstrip())
        for child in element:
            walk(child, depth + 1)

    walk(root, 0)
    return lines


def test_the_same_quiz_says_the_same_as_text2qti_s() -> None:
    """Structure, keys, points, intervals, feedback: all that a program can read of the two packages."""
    found = normal(ours())
    assert found == normal(theirs())
    assert sum("displayfeedback" in line for line in found) == 8
    assert sum("SCORE" in line and "setvar" in line for line in found) == 4


def test_the_manifest_names_every_file_and_nothing_else() -> None:
    package = files(qti.emit(context(Path("/nowhere"), exported())).value[0].data)
    root = ET.fromstring(package["imsmanifest.xml"])
    named = [each.get("href", "") for each in root.iter() if each.tag.endswith("}file")]
    assert sorted(named) == sorted(package.keys() - {"imsmanifest.xml"})
    idents = [each.get("identifier", "") for each in root.iter() if each.tag.endswith("}resource")]
    assert len(set(idents)) == len(idents)
    for each in root.iter():
        if each.tag.endswith("}dependency"):
            assert each.get("identifierref") in idents


def test_a_picture_travels_with_the_questions() -> None:
    package = files(qti.emit(context(Path("/nowhere"), exported())).value[0].data)
    (picture,) = [name for name in package if name.startswith("images/")]
    assert package[picture] == PNG
    assert f"%24IMS-CC-FILEBASE%24/{picture}" in package["deckforge_flow-2/deckforge_flow-2.xml"].decode()


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_the_title_of_a_question_does_not_give_its_answer_away(number: int) -> None:
    """Canvas shows it to learners; an item's own title is hidden until answered."""
    package = files(qti.emit(context(Path("/nowhere"), exported())).value[0].data)
    root = ET.fromstring(package[f"deckforge_flow-{number}/deckforge_flow-{number}.xml"])
    titles = [each.get("title", "") for each in root.iter() if each.tag.endswith("}item")]
    assert titles
    assert all(title.split()[0] in ("Card", "Question", "Problem", "Term", "Terms") for title in titles)


def test_a_matched_term_is_chosen_from_all_and_worth_its_share() -> None:
    package = files(qti.emit(context(Path("/nowhere"), exported())).value[0].data)
    root = ET.fromstring(package["deckforge_flow-4/deckforge_flow-4.xml"])
    lists = [each for each in root.iter() if each.tag.endswith("}response_lid")]
    assert [len(each.findall(".//{*}response_label")) for each in lists] == [3, 3, 3]
    assert [each.text for each in root.iter() if each.tag.endswith("}setvar")] == ["33.33"] * 3


def test_the_package_is_the_same_on_every_machine() -> None:
    """Nothing is compressed, and the clock is no part of it."""
    package = zipfile.ZipFile(io.BytesIO(qti.emit(context(Path("/nowhere"), exported())).value[0].data))
    assert {(each.compress_type, each.date_time) for each in package.infolist()} == {
        (zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0))
    }


def test_our_own_course_is_well_formed_and_names_no_answer_twice(ours: Course) -> None:
    package = files(qti.emit(context(Path("/nowhere"), ours)).value[0].data)
    seen: set[str] = set()
    for name, data in package.items():
        if not name.endswith(".xml"):
            continue
        for item in (each for each in ET.fromstring(data).iter() if each.tag.endswith("}item")):
            ident = item.get("ident", "")
            assert ident not in seen
            seen.add(ident)
            shown = {each.get("ident") for each in item.iter() if each.tag.endswith("}itemfeedback")}
            assert {each.get("linkrefid") for each in item.iter() if each.tag.endswith("}displayfeedback")} == shown
    assert len(seen) > 50
