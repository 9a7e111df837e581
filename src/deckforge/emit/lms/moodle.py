"""Moodle XML: `build/lms/<course>.moodle.xml`, the format that keeps most of a course.

Choice, numerical, short answer, matching and essay questions, and gaps ("cloze"); with feedback an option, units,
rubrics for whoever grades, tags and pictures. The hints of a problem come one at a time where a quiz runs in the
behaviour "interactive with multiple tries": the question asks how far one got, and each "not yet" costs its share.
The elements are those that Moodle's importer reads (`question/format/xml/format.php`), in the order of its exporter.
"""

from __future__ import annotations

import re
from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from deckforge.diagnostics import Outcome
from deckforge.emit import Artifact
from deckforge.emit.lms.gaps import GAP
from deckforge.emit.lms.grading import digits
from deckforge.emit.lms.question import Form
from deckforge.emit.lms.questions import bank
from deckforge.emit.lms.text import printable
from deckforge.emit.losses import Losses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.emit import Context
    from deckforge.emit.lms.question import Group, Question

name = "moodle"

FOLDER = "@@PLUGINFILE@@"
_TYPES = {
    Form.CHOICE: "multichoice",
    Form.NUMBER: "numerical",
    Form.TYPED: "shortanswer",
    Form.GAPS: "cloze",
    Form.REPORT: "cloze",
    Form.MATCH: "matching",
    Form.FREE: "essay",
}
_SHOWN = re.compile(rf'(?<="{FOLDER}/)[^"]+')
_REPORT = "<p>{1:MULTICHOICE_V:=I have a solution~Not yet}</p>"
_ANY_UNIT, _NO_UNIT = "0", "3"
"""Moodle's `showunits`: a unit may be typed, or there is none."""


def emit(context: Context) -> Outcome[tuple[Artifact, ...]]:
    """Return the course's questions, a category a section."""
    lost = Losses("Moodle XML")
    made = bank(context.course, lost, folder=FOLDER, gaps=True, hints=True)
    quiz = ET.Element("quiz")
    for group in made.groups:
        _category(quiz, group, made.pictures)
        for question in group.questions:
            _question(quiz, question, made.pictures)
    ET.indent(quiz)
    data = ET.tostring(quiz, encoding="UTF-8", xml_declaration=True) + b"\n"
    return Outcome((Artifact(f"build/lms/{context.course.id}.moodle.xml", data),), lost.told())


def _category(quiz: ET.Element, group: Group, files: Mapping[str, bytes]) -> None:
    """Add the category of what follows, and the section's instructions as a question that asks nothing."""
    category = ET.SubElement(quiz, "question", type="category")
    path = "/".join(part.replace("/", "//") for part in group.path)
    _text(ET.SubElement(category, "category"), f"$course$/top/{path}")
    if group.instructions:
        description = ET.SubElement(quiz, "question", type="description")
        _text(ET.SubElement(description, "name"), f"{group.path[2]}: instructions")
        _html(description, "questiontext", group.instructions, files)
        _html(description, "generalfeedback", "", files)
        for tag, value in (("defaultgrade", "0"), ("penalty", "0"), ("hidden", "0")):
            ET.SubElement(description, tag).text = value


def _question(quiz: ET.Element, question: Question, files: Mapping[str, bytes]) -> None:
    made = ET.SubElement(quiz, "question", type=_TYPES[question.form])
    _text(ET.SubElement(made, "name"), question.name)
    _html(made, "questiontext", _stem(question), files)
    _html(made, "generalfeedback", question.feedback, files)
    penalty = f"{1 / (len(question.hints) + 1):.7f}" if question.hints else "0.3333333"
    common = (("defaultgrade", str(question.points)), ("penalty", penalty), ("hidden", "0"), ("idnumber", question.id))
    for tag, value in common:
        ET.SubElement(made, tag).text = value
    match question.form:
        case Form.CHOICE:
            _choice(made, question, files)
        case Form.NUMBER:
            _number(made, question)
        case Form.TYPED:
            ET.SubElement(made, "usecase").text = "0"
            for writing in question.accepted[0]:
                _answer(made, "100", writing)
        case Form.MATCH:
            ET.SubElement(made, "shuffleanswers").text = "true"
            for left, right in question.pairs:
                pair = _html(made, "subquestion", left, files)
                _text(ET.SubElement(pair, "answer"), right)
        case Form.FREE:
            _essay(made, question, files)
    for hint in question.hints:
        _html(made, "hint", hint, files)
    tags = ET.SubElement(made, "tags")
    for tag in question.tags:
        _text(ET.SubElement(tags, "tag"), tag)


def _stem(question: Question) -> str:
    """Return the stem with its gaps as Moodle writes them: `{1:SHORTANSWER:=2,000~=2000}`."""
    if question.form is Form.REPORT:
        return question.stem + _REPORT
    stem = question.stem
    for writings in question.accepted if question.form is Form.GAPS else ():
        answers = "~".join(f"={escape(writing, quote=False)}" for writing in writings)
        stem = stem.replace(GAP, f"{{1:SHORTANSWER:{answers}}}", 1)
    return stem


def _choice(made: ET.Element, question: Question, files: Mapping[str, bytes]) -> None:
    """Add the options: a key is worth its share, and where there are several a distractor costs as much."""
    ET.SubElement(made, "single").text = str(question.single).lower()
    ET.SubElement(made, "shuffleanswers").text = str(question.shuffle).lower()
    ET.SubElement(made, "answernumbering").text = "ABCD"
    for tag, text in (
        ("correctfeedback", ""),
        ("partiallycorrectfeedback", ""),
        ("incorrectfeedback", question.missed),
    ):
        _html(made, tag, text, files)
    share = f"{100 / sum(option.key for option in question.options):.7g}"
    for option in question.options:
        fraction = share if option.key else "0" if question.single else f"-{share}"
        answer = _html(made, "answer", option.text, files, fraction=fraction)
        _html(answer, "feedback", option.feedback, files)


def _number(made: ET.Element, question: Question) -> None:
    number = question.number
    assert number is not None  # the form says so
    answer = _answer(made, "100", digits(number.value))
    ET.SubElement(answer, "tolerance").text = digits(number.tolerance, 8)
    if number.unit:
        unit = ET.SubElement(ET.SubElement(made, "units"), "unit")
        ET.SubElement(unit, "multiplier").text = "1"
        ET.SubElement(unit, "unit_name").text = number.unit
    ET.SubElement(made, "unitgradingtype").text = "0"
    ET.SubElement(made, "showunits").text = _ANY_UNIT if number.unit else _NO_UNIT
    ET.SubElement(made, "unitsleft").text = "0"


def _essay(made: ET.Element, question: Question, files: Mapping[str, bytes]) -> None:
    values = {
        "responseformat": "editor",
        "responserequired": "1",
        "responsefieldlines": "15" if question.length and question.length.high > 200 else "10",
        "attachments": "0",
        "attachmentsrequired": "0",
    }
    for tag, value in values.items():
        ET.SubElement(made, tag).text = value
    _html(made, "graderinfo", question.answer + question.scoring, files)
    _html(made, "responsetemplate", "", files)


def _answer(made: ET.Element, fraction: str, writing: str) -> ET.Element:
    answer = ET.SubElement(made, "answer", fraction=fraction, format="moodle_auto_format")
    _text(answer, writing)
    _html(answer, "feedback", "", {})
    return answer


def _text(parent: ET.Element, text: str) -> None:
    ET.SubElement(parent, "text").text = printable(text)


def _html(parent: ET.Element, tag: str, text: str, files: Mapping[str, bytes], **attributes: str) -> ET.Element:
    """Add an element that holds HTML, with the pictures that the HTML shows."""
    made = ET.SubElement(parent, tag, {**attributes, "format": "html"})
    _text(made, text)
    for picture in dict.fromkeys(_SHOWN.findall(text)):
        file = ET.SubElement(made, "file", name=picture, path="/", encoding="base64")
        file.text = b64encode(files[picture]).decode()
    return made
