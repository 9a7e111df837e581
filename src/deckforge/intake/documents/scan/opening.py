"""Which part of an item a label may open, and which value it may give, where it stands.

Each kind of item has a table of its own. `field` is the part that is open (`""` before any). A label that has no
business there is text: "**Explanation:**" in a solution stays in it, a second "**Answer:**" never replaces the first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.intake.documents import values

if TYPE_CHECKING:
    from deckforge.intake.documents.labels import Label
    from deckforge.intake.documents.raw import RawItem


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(","))


_WEAK = _names(
    "level, from, section, focus, essential, time, weight, value, score, format, type, category, number, topic, "
    "topics, skill, reference, references, vocabulary, terms, terminology, critical, concept, concepts, lesson, kind, "
    "worth, marks, length, tests, duration, key concept, key concepts, core concept, main concept, key terms, "
    "key term, high priority, must know"
)
"""Names that begin an ordinary sentence as often as a value: they count only before anything is asked."""
_UNSURE = _names("summary, short answer, concise answer, brief answer, quick answer, short form")
"""Names that an answer has for a part of its own."""


def opens(field: str, label: Label, item: RawItem, *, heading: bool) -> str:
    """Return the part of the item that a label opens here; `""` where it is text."""
    part = label.part
    if not part or (not label.bold and not heading and len(label.name) < 2 and label.name not in ("q", "a")):
        return ""
    if label.meta and not heading and label.rest and part not in ("front", "answer", "hint", "rubric"):
        return ""
    if item.word == "card":
        return _opens_card(field, part, label, item)
    if item.word == "problem":
        return _opens_problem(field, part, label, item, heading=heading)
    return _opens_question(field, part, label, item, heading=heading)


def _opens_card(field: str, part: str, label: Label, item: RawItem) -> str:
    behind = field not in ("", "front", "hint", "hints")
    if part in ("front", "cloze"):
        return "front" if _free(field, item, "front", label) and not behind else ""
    if part in ("back", "answer", "model", "solution"):
        return "back" if _free(field, item, "back", label) else ""
    if part in ("explanation", "definition"):
        return "back" if "back" not in item.parts and (item.has("front") or item.title) and label.bold else ""
    if part in ("hint", "hints"):
        return part if (not behind or (label.name == "hint" and label.bold)) else ""
    if part in ("short_question", "in_short"):
        return part if label.name not in _UNSURE and not item.has(part) else ""
    if part == "context" and not behind:
        return "text"
    return ""


def _opens_problem(field: str, part: str, label: Label, item: RawItem, *, heading: bool) -> str:
    before = field in ("", "front", "tasks")
    solved = not _free(field, item, "solution", label)
    if part == "front":
        return "front" if _free(field, item, "front", label) and before else ""
    if part == "context":
        return "text" if before else ""
    if part == "tasks":
        return "tasks" if before and _free(field, item, "tasks", label) else ""
    if part in ("hint", "hints"):
        return (
            part
            if not solved or (heading and not item.hints) or (label.name == "hint" and label.number and label.bold)
            else ""
        )
    if part in ("solution", "model"):
        return "solution" if not solved else ""
    if part in ("answer", "explanation"):
        return (
            "solution"
            if not solved and (label.bold or heading) and (not before or item.has("front") or item.has("tasks"))
            else ""
        )
    if part in ("mistakes", "extension"):
        sure = label.bold or heading
        weak = label.name in ("variation", "variations", "bonus", "follow up", "follow-up", "watch out")
        return part if sure and not item.has(part) and not (weak and not solved) else ""
    return ""


def _opens_question(field: str, part: str, label: Label, item: RawItem, *, heading: bool) -> str:
    by_words = written(item)
    answered = field in ("answer", "key", "explanation", "wrong", "gap")
    before = field in ("", "front", "options", "tasks", "hint", "hints", "criteria", "rubric")
    match part:
        case "front":
            return "front" if before and not item.has("front") else ""
        case "context":
            return "text" if field in ("", "front") else ""
        case "tasks":
            return "tasks" if field in ("", "front") and _free(field, item, "tasks", label) else ""
        case "options":
            return "options" if field in ("", "front") else ""
        case "answer":
            if label.name in ("answers", "correct", "key") and not label.bold and not heading:
                return ""
            if field == "answer" and by_words:
                return ""
            return "key" if _free(field, item, "key", label) else ""
        case "back":
            return "key" if _free(field, item, "key", label) and before else ""
        case "model":
            return "answer" if _free(field, item, "answer", label) else ""
        case "in_short":
            return (
                "answer"
                if label.name in ("short answer", "concise answer") and not item.has("answer") and not before
                else ""
            )
        case "solution":
            name = "explanation" if item.has("key") else "key"
            return name if not item.has(name) and (before or field == "key") else ""
        case "explanation":
            if field == "answer" and not heading:
                return ""
            if label.name in ("why", "reason", "reasoning", "justification") and not answered:
                return ""
            return "explanation" if _free(field, item, "explanation", label) else ""
        case "points_of" | "rubric" | "criteria":
            return part if _free(field, item, part, label) else ""
        case "wrong" | "gap" | "mistakes":
            return part if _free(field, item, part, label) and (label.bold or heading) else ""
        case "hint" | "hints":
            return part if not answered or label.bold or heading else ""
    return ""


def _free(field: str, item: RawItem, part: str, label: Label) -> bool:
    """Tell whether a part can be opened: it was not yet, or just now by another name for it."""
    again = field == part and not item.has(part) and label.part not in ("definition", "explanation", "solution")
    return part not in item.labelled or again


def asked_as(item: RawItem) -> str:
    """Return the kind of question that the item or its section says it is; `""` for none."""
    said = item.meta.get("type") or (item.group.meta.get("type") if item.group else None)
    return values.kind(said[0]) or said[0] if said else ""


def written(item: RawItem) -> bool:
    """Tell whether a question is answered in words."""
    return asked_as(item) in ("short", "essay")


def takes(field: str, label: Label, item: RawItem, *, heading: bool) -> bool:
    """Tell whether a label may give the item a value here."""
    if label.meta in item.meta and not (label.meta == "points" and item.meta["points"][0] == ""):
        return False
    begun = bool(item.parts or item.hints)
    certain = label.meta == "critical" and re.match(r"(?i)\W*(?:yes|no)\b", label.rest)
    early = label.name == "type" and not item.has("front")
    if label.name in _WEAK and begun and not certain and not early:
        return False
    if (
        begun
        and not heading
        and (len(label.rest) > 240 or not label.rest or (not label.bold and label.name not in ("tags", "difficulty")))
    ):
        return False
    solved = field in ("solution", "answer", "explanation", "back", "mistakes")
    if solved and label.meta in ("minutes", "points", "words", "type", "id", "requires", "concept", "terms"):
        return label.meta in ("terms", "concept", "requires") and item.word == "card" and label.name not in _WEAK
    if label.meta == "points" and values.points(label.rest) is None:
        return False
    if label.meta == "source" and field in ("front", "options") and item.has("front") and item.word != "card":
        return label.name in ("source section", "lesson section", "source reference")
    return bool(label.rest) or heading or not begun
