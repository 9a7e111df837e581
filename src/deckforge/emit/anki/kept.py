"""Notes of note types that were taken over with a deck: the learners' own fields, filled from our items.

Anki updates a note only in the note type that the learner's copy has, so such a note is built exactly as it was: the
same fields in the same order, the same templates, and no tags but its own. What fills a field is written down beside
it (`KeptField.source`); a card exists where its template asks something.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.emit.anki import notetypes
from deckforge.emit.anki.fields import fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.emit.anki.target import AnkiTarget
    from deckforge.model.course import Course, Lesson, Section
    from deckforge.model.identity import KeptType
    from deckforge.model.items import AnyItem

_HEADING = re.compile(r"(?:\A|\n)?<h5>(.*?)</h5>\n?", re.DOTALL)
_PARAGRAPH = re.compile(r"<p>((?:(?!</?p>).)*)</p>", re.DOTALL)
_TAG = re.compile(r"\{\{([#^/]?)\s*(?:[^{}:]*:)*([^{}]+?)\s*\}\}")
_CLOZE = re.compile(r"\{\{c(\d+)::")


def type_of(course: Course, item: AnyItem) -> KeptType | None:
    """Return the note type that an item keeps, if it came with one."""
    identity = course.identities.get(item.id)
    return course.note_types.get(identity.type) if identity else None


def note_types(course: Course) -> dict[str, notetypes.NoteType]:
    """Return the note types that were taken over, by key, ready for a package."""
    return {
        type_.key: notetypes.NoteType(
            type_.key,
            type_.id,
            type_.name,
            tuple(notetypes.Field(field.name, field.id) for field in type_.fields),
            tuple(notetypes.Template(each.name, each.id, each.front, each.back) for each in type_.templates),
            type_.css,
            type_.cloze,
        )
        for type_ in course.note_types.values()
    }


def filled(type_: KeptType, item: AnyItem, section: Section, target: AnkiTarget) -> tuple[str, ...]:
    """Return the fields of an item's note, in the order of its note type."""
    own = fields(item, section, target)
    front = _inline(target.render(item.front))
    parts = _under_headings(own.get("Back", ""))
    made = {"front": front, "answer": parts.pop("", "")}
    whole = _inline(own.get("Back", ""))
    headings = {field.source.removeprefix("answer/") for field in type_.fields if field.source.startswith("answer/")}
    if not headings & parts.keys():
        made["answer"] = whole
    else:  # what stands under no heading of the note type's belongs to the answer itself
        rest = "".join(f"<h5>{name}</h5>{text}" for name, text in parts.items() if name not in headings)
        made["answer"] += rest
    return tuple(_field(field.source, made, parts, own) for field in type_.fields)


def _field(source: str, made: Mapping[str, str], parts: Mapping[str, str], own: Mapping[str, str]) -> str:
    if source.startswith("field:"):
        return own.get(source.removeprefix("field:"), "")
    if source == "both":
        return "y" if own.get("Both") else ""
    if source.startswith("answer/"):
        return parts.get(source.removeprefix("answer/"), "")
    return made.get(source, "")


def _under_headings(html: str) -> dict[str, str]:
    """Return an answer's HTML by the headings in it; `""` for what stands before the first."""
    pieces = _HEADING.split(html)
    found = {"": _inline(pieces[0])}
    for name, text in zip(pieces[1::2], pieces[2::2], strict=True):
        found[re.sub(r"<[^>]+>", "", name)] = _inline(text)
    return found


def _inline(html: str) -> str:
    """Return HTML as a field of Anki's has it: a lone paragraph without its tags, lines ended by `<br>`."""
    html = html.strip()
    alone = _PARAGRAPH.fullmatch(html)
    html = alone[1] if alone else html
    return html.replace("<br />\n", "<br>").replace("<br />", "<br>")


def cards(type_: KeptType, texts: tuple[str, ...]) -> tuple[int, ...]:
    """Return the numbers of the cards that Anki makes of a note with these fields."""
    values = dict(zip((field.name for field in type_.fields), texts, strict=True))
    if type_.cloze:
        asked = "".join(values.get(name, "") for _, name in _TAG.findall(type_.templates[0].front))
        return tuple(sorted({int(number) - 1 for number in _CLOZE.findall(asked) if int(number) > 0}))
    return tuple(number for number, each in enumerate(type_.templates) if _asks(each.front, values))


def _asks(front: str, values: Mapping[str, str]) -> bool:
    """Tell whether a template shows any field of a note: the sections that empty fields hide are left out."""
    hidden: list[bool] = []
    for sign, name in _TAG.findall(front):
        full = bool(re.sub(r"<(?!img|audio)[^>]*>|&nbsp;|\s", "", values.get(name, "")))
        if sign == "#":
            hidden.append(not full)
        elif sign == "^":
            hidden.append(full)
        elif sign == "/":
            hidden[-1:] = []
        elif full and not any(hidden):
            return True
    return False


def tags(item: AnyItem, lesson: Lesson) -> tuple[str, ...]:
    """Return a note's own tags: those that could be computed were never on it."""
    return tuple(dict.fromkeys(word for word in (*lesson.tags, *item.tags) if word))
