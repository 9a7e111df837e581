"""The questions of a QTI 1.2 assessment, element by element as text2qti and Canvas write them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from deckforge.emit.lms.grading import digits
from deckforge.emit.lms.question import Form
from deckforge.emit.lms.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.emit.lms.question import Question

_TYPES = {
    Form.CHOICE: "multiple_choice_question",
    Form.NUMBER: "numerical_question",
    Form.TYPED: "short_answer_question",
    Form.MATCH: "matching_question",
    Form.FREE: "essay_question",
}
_RESPONSE = "response1"


def item_of(section: ET.Element, question: Question) -> None:
    """Add a question: what is presented, how it is scored, and what is said afterwards."""
    item = add(section, "item", ident=question.id, title=question.label)
    kind = _TYPES[question.form] if question.single else "multiple_answers_question"
    values = {
        "question_type": kind,
        "points_possible": str(question.points),
        "original_answer_ids": ",".join(_answers(question)),
        "assessment_question_identifierref": f"{question.id}_ref",
    }
    metadata(add(item, "itemmetadata"), values)
    presentation = add(item, "presentation")
    _material(presentation, question.stem)
    processing = ET.Element("resprocessing")
    add(add(processing, "outcomes"), "decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
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
                add(right[0], "varequal", writing, respident=_RESPONSE)
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
            _material(add(add(item, "itemfeedback", ident=ident), "flow_mat"), text)


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
    response = add(presentation, "response_lid", ident=_RESPONSE, rcardinality=cardinality)
    choices = add(response, "render_choice")
    feedback: dict[str, str] = {}
    pairs = list(zip(_answers(question), question.options, strict=True))
    for ident, option in pairs:
        _material(add(choices, "response_label", ident=ident), option.text)
        if option.feedback:
            feedback[f"{ident}_fb"] = option.feedback
            condition = _condition(processing, goes_on=True)
            add(condition[0], "varequal", ident, respident=_RESPONSE)
            _says(condition, f"{ident}_fb")
    right = _condition(processing)
    where = right[0] if question.single else add(right[0], "and")
    for ident, option in pairs:
        if option.key:
            add(where, "varequal", ident, respident=_RESPONSE)
        elif not question.single:
            add(add(where, "not"), "varequal", ident, respident=_RESPONSE)
    _set(right)
    return feedback


def _number(processing: ET.Element, question: Question) -> None:
    number = question.number
    assert number is not None  # the form says so
    right = _condition(processing)
    either = add(right[0], "or")
    add(either, "varequal", digits(number.value), respident=_RESPONSE)
    both = add(either, "and")
    add(both, "vargte", digits(number.low), respident=_RESPONSE)
    add(both, "varlte", digits(number.high), respident=_RESPONSE)
    _set(right)


def _match(presentation: ET.Element, processing: ET.Element, question: Question) -> None:
    """Add a list to choose from for each left side, as Canvas has it; each right choice is worth its share."""
    idents = _answers(question)
    for ident, (left, _) in zip(idents, question.pairs, strict=True):
        response = add(presentation, "response_lid", ident=f"response_{ident}")
        _material(response, left)
        choices = add(response, "render_choice")
        for other, (_, right) in zip(idents, question.pairs, strict=True):
            _material(add(choices, "response_label", ident=other), right, plain=True)
    for ident in idents:
        condition = add(processing, "respcondition")
        add(add(condition, "conditionvar"), "varequal", ident, respident=f"response_{ident}")
        add(condition, "setvar", f"{100 / len(idents):.2f}", varname="SCORE", action="Add")


def _typed(presentation: ET.Element, *, rshuffle: str = "", fibtype: str = "") -> None:
    response = add(presentation, "response_str", ident=_RESPONSE, rcardinality="Single")
    render = add(response, "render_fib", **({"fibtype": fibtype} if fibtype else {}))
    add(render, "response_label", ident="answer1", **({"rshuffle": rshuffle} if rshuffle else {}))


# Elements -------------------------------------------------------------------------------------------------------------


def _condition(processing: ET.Element, *, always: bool = False, goes_on: bool = False) -> ET.Element:
    """Add a condition, whose first child is what it asks; `goes_on` says that those behind it are looked at too."""
    condition = add(processing, "respcondition", **{"continue": "Yes" if goes_on else "No"})
    variable = add(condition, "conditionvar")
    if always:
        add(variable, "other")
    return condition


def _says(condition: ET.Element, ident: str) -> None:
    add(condition, "displayfeedback", feedbacktype="Response", linkrefid=ident)


def _set(condition: ET.Element) -> None:
    add(condition, "setvar", "100", action="Set", varname="SCORE")


def _material(parent: ET.Element, text: str, *, plain: bool = False) -> None:
    add(add(parent, "material"), "mattext", text, texttype="text/plain" if plain else "text/html")


def add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    """Add an element without the characters that no XML file may hold."""
    made = ET.SubElement(parent, tag, {name: printable(value) for name, value in attributes.items()})
    if text:
        made.text = printable(text)
    return made


def metadata(parent: ET.Element, values: Mapping[str, str]) -> None:
    """Add values by their labels."""
    made = add(parent, "qtimetadata")
    for label, entry in values.items():
        field = add(made, "qtimetadatafield")
        add(field, "fieldlabel", label)
        add(field, "fieldentry", entry)
