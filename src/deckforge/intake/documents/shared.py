"""What all kinds of items share: values, title and front, hints, and parts that a kind has no place for."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from deckforge.intake.documents import structures, values
from deckforge.intake.documents.account import Use
from deckforge.intake.documents.blocks import Block
from deckforge.intake.documents.codes import VALUE
from deckforge.intake.documents.dialect import ours
from deckforge.intake.documents.labels import label_of, normal

if TYPE_CHECKING:
    from deckforge.intake import draft
    from deckforge.intake.documents.maker import Maker
    from deckforge.intake.documents.raw import RawItem

_CONCEPT = re.compile(
    r"^(.*?)\s*[(\[]((?:core )?concepts?\b[^)\]]*|lesson [^)\]]*|section [^)\]]*|§[^)\]]*)[)\]]$", re.IGNORECASE
)
NAMES = {
    "explanation": "Explanation",
    "wrong": "Why the others are wrong",
    "gap": "Gap",
    "mistakes": "Common mistakes",
    "rubric": "Rubric",
    "criteria": "Criteria",
    "points_of": "Key points",
}
"""What a part is called in the text of an item whose kind has no such part."""


def common(raw: RawItem, make: Maker) -> dict[str, Any]:
    """Return the values that all kinds share."""
    group = raw.group.meta if raw.group else {}
    said = {**{name: group[name] for name in ("difficulty",) if name in group}, **raw.meta}
    extra: dict[str, str] = {}
    found: dict[str, Any] = {"label": raw.label, "extra": extra}
    for name, (value, lines) in said.items():
        make.ledger.enter(lines, Use.METADATA)
        if not _take(name, value, found, raw) and not values.empty(value):
            extra[name.capitalize()] = make.words(values.plain(value), lines)
            if name in ("difficulty", "bloom", "points", "minutes") and lines:
                make.report(
                    VALUE,
                    lines,
                    f"`{values.plain(value)}` is no {name} that is known",
                    "write it into the lesson by hand, if it matters",
                )
    return found


def _take(name: str, value: str, found: dict[str, Any], raw: RawItem) -> bool:
    """Put a value where it belongs; tell whether it could be understood."""
    match name:
        case "difficulty":
            found["difficulty"] = values.difficulty(value)
            return found["difficulty"] is not None
        case "bloom":
            found["bloom"] = values.bloom(value)
            return bool(found["bloom"])
        case "concept":
            placed = _CONCEPT.match(values.plain(value))
            if placed and placed[1]:
                found["concepts"] = values.several(placed[1], commas=False)
                found.setdefault("source", placed[2])
            else:
                found["concepts"] = values.several(value, commas=False)
            return bool(found["concepts"])
        case "source":
            found["source"] = values.plain(value)
            return True
        case "requires":
            found["requires"] = values.several(value)
            return True
        case "tags":
            found["tags"] = values.tags(value)
            return True
        case "terms":
            found["terms"] = values.several(value)
            return True
        case "minutes":
            found["minutes"] = values.minutes(value)
            return found["minutes"] is not None
        case "points":
            found["points"] = values.points(value)
            return found["points"] is not None
        case "critical":
            said = values.flag(value)
            if said is None:
                return False
            found["critical"], why = said
            if found["critical"]:
                found["why"] = ours(why)
            return True
        case "words":
            return True
        case "id":
            return normal(value) in (str(raw.number), f"{raw.word} {raw.number}")
        case "type":
            if raw.word == "problem":
                found["problem_type"] = values.problem_type(value)
                return found["problem_type"] is not None
            return bool(
                values.kind(value)
                or values.kind_in(value)
                or normal(value) in ("basic", "card", "flashcard", "cloze", "standard")
            )
    return False


def title_and_front(raw: RawItem, front: str, make: Maker) -> tuple[str, str]:
    """Return the title and what is asked: a title alone is what is asked, and one that the text repeats is left out."""
    title = make.words(raw.title, raw.marks) if raw.title else ""
    if not front:
        return "", title
    if normal(values.plain(title)) == normal(values.plain(front)):
        return "", front
    return title, front


def unbold(found: list[Block]) -> list[Block]:
    """Return blocks without the emphasis of a stem that is bold as a whole."""
    texts = [block for block in found if block.kind == "text"]
    if texts and len(texts) == len(found):
        whole = "\n".join(block.text for block in texts)
        match = re.fullmatch(r"\s*(\*\*|__)((?:(?!\1).)+)\1\s*", whole, re.DOTALL)
        if match:
            lines = match[2].split("\n")
            return [Block("text", ((block.first, line),)) for block, line in zip(texts, lines, strict=False)]
    if texts and found[0].kind == "text":
        match = re.fullmatch(r"\s*(\*\*|__)((?:(?!\1).)+)\1\s*", found[0].text)
        if (
            match
            and match[2].rstrip().endswith(("?", "."))
            and not label_of(found[0].text.rstrip("*_ ").rstrip("?.") + ":**")
        ):
            return [Block("text", ((found[0].first, match[2]),)), *found[1:]]
    return found


def hints_of(raw: RawItem, make: Maker) -> tuple[draft.Hint, ...]:
    """Return the hints of an item, each by itself."""
    made = list(structures.hints(raw.parts.get("hints", ()), make.text))
    for name, found in raw.hints:
        lists = [block for block in found if block.kind == "list"]
        if (
            not name
            and len(found) == 1
            and lists
            and len(raw.hints) == 1
            and len(lists[0].entries) > 1
            and all(re.match(r"^\W*hint", entry.text, re.IGNORECASE) for entry in lists[0].entries)
        ):
            made += structures.hints(found, make.text)
        else:
            made.append(structures.hint(name, found, make.text))
    return tuple(hint for hint in made if hint.text)


def with_hints(front: str, hints: tuple[draft.Hint, ...]) -> str:
    """Return a front with its hints below, folded: only problems have hints of their own."""
    folded = []
    for number, hint in enumerate(hints, 1):
        name = f"Hint {number}" if len(hints) > 1 else "Hint"
        name = f"{name} ({html.escape(hint.name, quote=False)})" if hint.name else name
        folded.append(f"<details>\n<summary>{name}</summary>\n\n{hint.text}\n\n</details>")
    return together(front, *folded)


def titled(name: str, text: str) -> str:
    """Return a text below its name in bold; nothing for no text."""
    return f"**{name}:**\n\n{text}" if text else ""


def together(*texts: str) -> str:
    """Return texts as paragraphs of one."""
    return "\n\n".join(text for text in texts if text)
