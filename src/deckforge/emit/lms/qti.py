"""QTI 1.2 for Canvas, Brightspace, Blackboard and others: `build/lms/<course>.qti.zip`, an assessment a section.

The package is laid out as Canvas exports one: a manifest, a folder an assessment with its questions and Canvas's own
settings (`assessment_meta.xml`, which others pass over), and the pictures. Its questions say what those of text2qti
say; a test compares the two. Entries are stored, not compressed, so that every machine writes the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from deckforge.diagnostics import Outcome
from deckforge.emit import Artifact
from deckforge.emit.lms.grading import digits
from deckforge.emit.lms.questions import Form, bank
from deckforge.emit.lms.text import printable
from deckforge.emit.losses import Losses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.emit import Context
    from deckforge.emit.lms.questions import Bank, Group, Question

name = "qti"

FOLDER = "%24IMS-CC-FILEBASE%24/images"
_QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
_PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_DATE = (1980, 1, 1, 0, 0, 0)
"""The first date that a zip can hold."""
_TYPES = {
    Form.CHOICE: "multiple_choice_question",
    Form.NUMBER: "numerical_question",
    Form.TYPED: "short_answer_question",
    Form.MATCH: "matching_question",
    Form.FREE: "essay_question",
}
_RESPONSE = "response1"
_PREFIX = "deckforge_"
"""Identifiers of a manifest begin with a letter, which a lesson's id need not."""


def emit(context: Context) -> Outcome[tuple[Artifact, ...]]:
    """Return the package with the course's questions."""
    lost = Losses("QTI")
    course = context.course
    made = bank(course, lost, folder=FOLDER, gaps=False, hints=False)
    files = {"imsmanifest.xml": _manifest(course.id, made)}
    for group in made.groups:
        files[f"{_ident(group)}/assessment_meta.xml"] = _meta(group)
        files[f"{_ident(group)}/{_ident(group)}.xml"] = _assessment(group)
    files |= {f"images/{picture}": data for picture, data in made.pictures.items()}
    return Outcome((Artifact(f"build/lms/{course.id}.qti.zip", _zip(files)),), lost.told())


def _zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for path, data in files.items():
            info = zipfile.ZipInfo(path, _DATE)
            info.external_attr = 0o644 << 16
            info.create_system = 3
            package.writestr(info, data, zipfile.ZIP_STORED)
    return out.getvalue()


# The package ----------------------------------------------------------------------------------------------------------


def _manifest(course: str, made: Bank) -> bytes:
    root = ET.Element("manifest", {"identifier": _PREFIX + course, "xmlns": _PACKAGE})
    metadata = _add(root, "metadata")
    _add(metadata, "schema", "IMS Content")
    _add(metadata, "schemaversion", "1.1.3")
    _add(root, "organizations")
    resources = _add(root, "resources")
    for ident in map(_ident, made.groups):
        resource = _add(resources, "resource", identifier=ident, type="imsqti_xmlv1p2")
        _add(resource, "file", href=f"{ident}/{ident}.xml")
        _add(resource, "dependency", identifierref=f"{ident}_meta")
        path = f"{ident}/assessment_meta.xml"
        kind = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
        _add(_add(resources, "resource", identifier=f"{ident}_meta", type=kind, href=path), "file", href=path)
    for number, picture in enumerate(made.pictures, start=1):
        path = f"images/{picture}"
        resource = _add(resources, "resource", identifier=f"image_{number}", type="webcontent", href=path)
        _add(resource, "file", href=path)
    return _bytes(root)


def _ident(group: Group) -> str:
    return _PREFIX + group.id


def _title(group: Group) -> str:
    return f"{group.path[1]}: {group.path[2]}"


def _meta(group: Group) -> bytes:
    """Return what Canvas reads of a quiz beside its questions; what is left out keeps its default there."""
    root = ET.Element("quiz", {"identifier": _ident(group), "xmlns": _CANVAS})
    values = {
        "title": _title(group),
        "description": group.instructions,
        "shuffle_answers": str(all(question.shuffle for question in group.questions)).lower(),
        "quiz_type": "practice_quiz",
        "points_possible": f"{sum(question.points for question in group.questions):.1f}",
        "show_correct_answers": "true",
        "available": "false",
    }
    for tag, value in values.items():
        _add(root, tag, value)
    return _bytes(root)


def _assessment(group: Group) -> bytes:
    root = ET.Element("questestinterop", {"xmlns": _QTI})
    assessment = _add(root, "assessment", ident=_ident(group), title=_title(group))
    _metadata(assessment, {"cc_maxattempts": "1"})
    section = _add(assessment, "section", ident="root_section")
    for question in group.questions:
        _item(section, question)
    return _bytes(root)


def _metadata(parent: ET.Element, values: Mapping[str, str]) -> None:
    metadata = _add(parent, "qtimetadata")
    for label, entry in values.items():
        field = _add(metadata, "qtimetadatafield")
        _add(field, "fieldlabel", label)
        _add(field, "fieldentry", entry)


# A question -----------------------------------------------------------------------------------------------------------


def _item(section: ET.Element, question: Question) -> None:
    item = _add(section, "item", ident=question.id, title=question.label)
    kind = _TYPES[question.form] if question.single else "multiple_answers_question"
    values = {
        "question_type": kind,
        "points_possible": str(question.points),
        "original_answer_ids": ",".join(_answers(question)),
        "assessment_question_identifierref": f"{question.id}_ref",
    }
    _metadata(_add(item, "itemmetadata"), values)
    presentation = _add(item, "presentation")
    _material(presentation, question.stem)
    processing = ET.Element("resprocessing")
    _add(_add(processing, "outcomes"), "decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    # A rubric goes with the feedback: QTI 1.2 has no place for whoever grades.
    general = question.feedback + question.scoring
    feedback = {"general_fb": general, "general_incorrect_fb": question.missed}
    if general and question.form is not Form.FREE:
        _says(_condition(processing, always=True, goes_on=True), "general_fb")
    match question.form:
        case Form.CHOICE:
            feedback |= _choice(presentation, processing, question)
        case Form.NUMBER:
            _typed(presentation, fibtype="Decimal")
            _number(processing, question)
        case Form.TYPED:
            _typed(presentation, rshuffle="No")
            right = _condition(processing)
            for writing in question.accepted[0]:
                _add(right[0], "varequal", writing, respident=_RESPONSE)
            _set(right)
        case Form.MATCH:
            _match(presentation, processing, question)
        case Form.FREE:
            _typed(presentation, rshuffle="No")
            _condition(processing, always=True)
            if general:
                _says(_condition(processing, always=True, goes_on=True), "general_fb")
    if question.missed:
        _says(_condition(processing, always=True, goes_on=True), "general_incorrect_fb")
    item.append(processing)
    for ident, text in feedback.items():
        if text:
            _material(_add(_add(item, "itemfeedback", ident=ident), "flow_mat"), text)


def _answers(question: Question) -> list[str]:
    """Return the ids of what can be answered."""
    if question.form is Form.CHOICE:
        return [f"{question.id}_{number}" for number in range(1, len(question.options) + 1)]
    if question.form is Form.MATCH:
        return [f"{question.id}_{number}" for number in range(1, len(question.pairs) + 1)]
    if question.form is Form.TYPED:
        return [f"{question.id}_{number}" for number in range(1, len(question.accepted[0]) + 1)]
    return [f"{question.id}_answer"] if question.form is Form.NUMBER else []


def _choice(presentation: ET.Element, processing: ET.Element, question: Question) -> Mapping[str, str]:
    """Add the options and what scores them; return the feedback of each by its id."""
    cardinality = "Single" if question.single else "Multiple"
    response = _add(presentation, "response_lid", ident=_RESPONSE, rcardinality=cardinality)
    choices = _add(response, "render_choice")
    feedback: dict[str, str] = {}
    pairs = list(zip(_answers(question), question.options, strict=True))
    for ident, option in pairs:
        _material(_add(choices, "response_label", ident=ident), option.text)
        if option.feedback:
            feedback[f"{ident}_fb"] = option.feedback
            condition = _condition(processing, goes_on=True)
            _add(condition[0], "varequal", ident, respident=_RESPONSE)
            _says(condition, f"{ident}_fb")
    right = _condition(processing)
    where = right[0] if question.single else _add(right[0], "and")
    for ident, option in pairs:
        if option.key:
            _add(where, "varequal", ident, respident=_RESPONSE)
        elif not question.single:
            _add(_add(where, "not"), "varequal", ident, respident=_RESPONSE)
    _set(right)
    return feedback


def _number(processing: ET.Element, question: Question) -> None:
    number = question.number
    assert number is not None  # the form says so
    right = _condition(processing)
    either = _add(right[0], "or")
    _add(either, "varequal", digits(number.value), respident=_RESPONSE)
    both = _add(either, "and")
    _add(both, "vargte", digits(number.low), respident=_RESPONSE)
    _add(both, "varlte", digits(number.high), respident=_RESPONSE)
    _set(right)


def _match(presentation: ET.Element, processing: ET.Element, question: Question) -> None:
    """Add a list to choose from for each left side, as Canvas has it; each right choice is worth its share."""
    idents = _answers(question)
    for ident, (left, _) in zip(idents, question.pairs, strict=True):
        response = _add(presentation, "response_lid", ident=f"response_{ident}")
        _material(response, left)
        choices = _add(response, "render_choice")
        for other, (_, right) in zip(idents, question.pairs, strict=True):
            _material(_add(choices, "response_label", ident=other), right, plain=True)
    for ident in idents:
        condition = _add(processing, "respcondition")
        _add(_add(condition, "conditionvar"), "varequal", ident, respident=f"response_{ident}")
        _add(condition, "setvar", f"{100 / len(idents):.2f}", varname="SCORE", action="Add")


def _typed(presentation: ET.Element, *, rshuffle: str = "", fibtype: str = "") -> None:
    response = _add(presentation, "response_str", ident=_RESPONSE, rcardinality="Single")
    render = _add(response, "render_fib", **({"fibtype": fibtype} if fibtype else {}))
    _add(render, "response_label", ident="answer1", **({"rshuffle": rshuffle} if rshuffle else {}))


# Elements -------------------------------------------------------------------------------------------------------------


def _condition(processing: ET.Element, *, always: bool = False, goes_on: bool = False) -> ET.Element:
    """Add a condition, whose first child is what it asks; `goes_on` says that those behind it are looked at too."""
    condition = _add(processing, "respcondition", **{"continue": "Yes" if goes_on else "No"})
    variable = _add(condition, "conditionvar")
    if always:
        _add(variable, "other")
    return condition


def _says(condition: ET.Element, ident: str) -> None:
    _add(condition, "displayfeedback", feedbacktype="Response", linkrefid=ident)


def _set(condition: ET.Element) -> None:
    _add(condition, "setvar", "100", action="Set", varname="SCORE")


def _material(parent: ET.Element, text: str, *, plain: bool = False) -> None:
    _add(_add(parent, "material"), "mattext", text, texttype="text/plain" if plain else "text/html")


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, tag, {name: printable(value) for name, value in attributes.items()})
    if text:
        made.text = printable(text)
    return made


def _bytes(root: ET.Element) -> bytes:
    ET.indent(root)
    data: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return data + b"\n"
