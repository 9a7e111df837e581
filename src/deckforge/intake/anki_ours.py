"""A note of the tool's own note types back to the item that it was made from, as far as its fields say.

What the build puts into a field for a template (options, a rubric, hints) has a shape of its own, by classes; here it
is read again. Numbers lose the links to what answers for them: that stands in the course that made them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.intake.draft import Hint, Item, Mistake, Option, Rubric, RubricRow, Task
from deckforge.intake.html_tree import Node, parse
from deckforge.intake.range import stretch
from deckforge.model.items import Bloom, Difficulty, Kind, ProblemType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MARKS = frozenset({"ID", "Front", "Back", "InShort", "Evidence", "Lesson", "Reserved1"})
"""Fields that only the tool's own note types have, all together."""


def kind_of(fields: Mapping[str, str]) -> Kind:
    """Return the kind of item that has these fields."""
    if "Options" in fields:
        return Kind.CHOICE
    if "Low" in fields:
        return Kind.NUMERIC
    if "Rubric" in fields:
        return Kind.ESSAY if fields.get("Words") else Kind.SHORT
    if "Hints" in fields:
        return Kind.PROBLEM
    if re.search(r"\{\{c\d+::", fields.get("Front", "")):
        return Kind.CLOZE
    return Kind.TERM if "Both" in fields and fields.get("_type", "").endswith("Term") else Kind.CARD


def item(fields: Mapping[str, str], convert: Callable[[str], str], inner: Callable[[Node], str]) -> Item:
    """Return the item of a note; `convert` makes Markdown of a field, `inner` of what is in an element."""
    kind = kind_of(fields)
    texts = {name: convert(fields[name]) if fields.get(name) else "" for name in _TEXTS}
    points = fields.get("Points", "")
    difficulty = fields.get("Difficulty", "")
    type_ = fields.get("Type", "")
    return Item(
        kind=kind,
        front=texts["Front"],
        title=texts["Title"],
        answer="" if kind in (Kind.CHOICE, Kind.PROBLEM) else texts["Back"],
        solution=texts["Back"] if kind is Kind.PROBLEM else "",
        in_short=texts["InShort"],
        why=texts["Why"],
        critical=bool(texts["Why"]),
        explanation=texts["Explanation"],
        gap=texts["Gap"],
        extension=texts["Extension"],
        difficulty=Difficulty(difficulty) if difficulty in list(Difficulty) else None,
        bloom=tuple(Bloom(word) for word in fields.get("Bloom", "").split(", ") if word in list(Bloom))[:2],
        concepts=_words(fields.get("Concept", "")),
        terms=_words(fields.get("Terms", "")),
        source=_plain(fields.get("Source", "")),
        points=int(points) if points.isdecimal() and int(points) else None,
        minutes=stretch(fields.get("Minutes", "")),
        words=stretch(fields.get("Words", "")),
        both=bool(fields.get("Both")),
        options=_options(fields.get("Options", ""), inner),
        tasks=_tasks(fields.get("Tasks", ""), inner),
        rubric=_rubric(fields.get("Rubric", ""), inner),
        criteria=tuple(inner(each) for each in _entries(fields.get("Criteria", ""))),
        problem_type=ProblemType(type_) if type_ in list(ProblemType) else None,
        hints=_hints(fields.get("Hints", ""), inner),
        mistakes=_mistakes(fields.get("Mistakes", ""), inner),
    )


_TEXTS = ("Front", "Title", "Back", "InShort", "Why", "Explanation", "Gap", "Extension")


def _plain(html: str) -> str:
    return " ".join(parse(html)[0].text.split())


def _words(html: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in _plain(html).split(",") if word.strip())


def _entries(html: str) -> list[Node]:
    root, _ = parse(html)
    outer = next(root.elements(), None)
    return list(outer.elements("li")) if outer else []


def _find(node: Node, css: str) -> Node | None:
    for tag in ("div", "span", "ol", "ul", "p", "label"):
        for each in node.every(tag):
            if css in each.classes:
                return each
    return None


def _options(html: str, inner: Callable[[Node], str]) -> tuple[Option, ...]:
    found = []
    for each in _entries(html):
        text, feedback = _find(each, "df-text"), _find(each, "df-feedback")
        found.append(
            Option(
                text=inner(text) if text else "",
                key="data-key" in each.attributes,
                feedback=inner(feedback) if feedback else "",
            )
        )
    return tuple(found)


def _without_points(node: Node) -> tuple[Node, int | None]:
    """Return an element without its `5 points`, and the number."""
    points = None
    kept: list[Node | str] = []
    for child in node.children:
        if isinstance(child, Node) and "df-points" in child.classes:
            digits = re.search(r"\d+", child.text)
            points = int(digits[0]) if digits else None
        else:
            kept.append(child)
    return Node(node.tag, node.attributes, kept), points


def _tasks(html: str, inner: Callable[[Node], str]) -> tuple[Task, ...]:
    found = []
    for each in _entries(html):
        node, points = _without_points(each)
        found.append(Task(text=inner(node), points=points))
    return tuple(found)


def _rubric(html: str, inner: Callable[[Node], str]) -> Rubric | None:
    rows: list[RubricRow] = []
    levels: list[str] = []
    for each in _entries(html):
        head = next(each.elements("p"), Node("p"))
        component, points = _without_points(head)
        cells = []
        names = []
        for level in each.elements("label"):
            text = _find(level, "df-text") or level
            name = next(text.elements("b"), None)
            names.append(inner(name) if name else "")
            cells.append(inner(Node("span", {}, [child for child in text.children if child is not name])))
        levels = names or levels
        rows.append(RubricRow(component=inner(component), points=points, cells=tuple(cells)))
    return Rubric(levels=tuple(levels) or ("Met",), rows=tuple(rows)) if rows else None


def _hints(html: str, inner: Callable[[Node], str]) -> tuple[Hint, ...]:
    found = []
    for each in parse(html)[0].elements("details"):
        summary = next(each.elements("summary"), Node("summary"))
        body = _find(each, "df-body") or each
        found.append(Hint(name=summary.text.partition("·")[2].strip(), text=inner(body)))
    return tuple(found)


def _mistakes(html: str, inner: Callable[[Node], str]) -> tuple[Mistake, ...]:
    found = []
    for each in _entries(html):
        parts = list(each.elements("div"))
        by_class = {css: inner(part) for part in parts for css in part.classes}
        why = next((inner(part) for part in parts if not part.classes), "")
        prevention = by_class.get("df-prevention", "")
        found.append(Mistake(mistake=by_class.get("df-mistake", ""), why=why, prevention=prevention))
    return tuple(found)
