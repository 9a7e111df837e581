"""Notes of any note type as items of ours, and the note type as what fills it again.

A note with deletions is a cloze; a note of two fields is a question and an answer; of a note with more, the field that
its first card asks for is the question, and the others are the answer, each under its name. What fills which field is
kept with the note type, so that the next build writes the note that learners have.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

from deckforge.intake import anki_ours
from deckforge.intake.draft import Item
from deckforge.intake.html import Converted, markdown, of_node
from deckforge.intake.writer.escapes import line
from deckforge.model.identity import KeptField, KeptTemplate, KeptType
from deckforge.model.items import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.exchange.packed import NoteType, PackedNote

_TAG = re.compile(r"\{\{([#^/]?)\s*(?:[^{}:]*:)*([^{}]+?)\s*\}\}")
_FIELD = re.compile(r"\{\{[#^/]?\s*(?:[^{}:]*:)*([^{}]+?)\s*\}\}")
_ANKIS = frozenset({"leech", "marked"})
"""Tags that Anki gives a learner's own note."""


class Convert(Protocol):
    """Makes Markdown of a field."""

    def __call__(self, html: str, *, cloze: bool = False) -> str:
        """Return the Markdown; deletions stay deletions in a `cloze`."""


class Read(NamedTuple):
    """An item, and what its fields lost: what was dangerous, what looks, which media they show."""

    item: Item
    dropped: tuple[str, ...]
    lost: tuple[str, ...]
    media: tuple[str, ...]


def is_ours(type_: NoteType) -> bool:
    """Tell whether a note type is one of the tool's own."""
    return {name for name, _ in type_.fields} >= anki_ours.MARKS


def kept(type_: NoteType) -> KeptType:
    """Return a note type as a course keeps it: with what fills each field."""
    sources = _sources(type_)
    return KeptType(
        type_.id,
        type_.name,
        type_.mod,
        type_.kind == "cloze",
        tuple(KeptField(name, number or 0, sources.get(name, "")) for name, number in type_.fields),
        tuple(KeptTemplate(each.name, each.id or 0, each.front, each.back) for each in type_.templates),
        type_.css,
    )


def _sources(type_: NoteType) -> dict[str, str]:
    names = [name for name, _ in type_.fields]
    if is_ours(type_):
        return {name: f"field:{name}" for name in names}
    front = question(type_)
    main = answer(type_)
    flags = switches(type_)
    named = {name: f"answer/{name}" for name in names if name not in (front, main)}
    return {front: "front", **({main: "answer"} if main else {}), **named, **dict.fromkeys(flags, "both")}


def answer(type_: NoteType) -> str:
    """Return the field that a note's first card shows first behind the question; `""` for none."""
    front = question(type_)
    others = [name for name, _ in type_.fields if name != front and name not in switches(type_)]
    shown = _FIELD.findall(type_.templates[0].back) if type_.templates else []
    return next((str(name) for name in shown if name in others), others[0] if others else "")


def switches(type_: NoteType) -> tuple[str, ...]:
    """Return the fields that no card shows, and that decide whether there is a card."""
    sides = "".join(side for each in type_.templates for side in (each.front, each.back))
    shown = {name for sign, name in _TAG.findall(sides) if not sign}
    asked = {name for sign, name in _TAG.findall(sides) if sign in ("#", "^")}
    return tuple(name for name, _ in type_.fields if name in asked and name not in shown)


def question(type_: NoteType) -> str:
    """Return the field that a note's first card asks for."""
    names = [name for name, _ in type_.fields]
    for template in type_.templates[:1]:
        for name in _FIELD.findall(template.front):
            if name in names:
                return str(name)
    return names[0] if names else ""


def item(note: PackedNote, type_: NoteType) -> Read:
    """Return the item of a note."""
    gathered: list[Converted] = []

    def convert(html: str, *, cloze: bool = False) -> str:
        made = markdown(html, cloze=cloze)
        gathered.append(made)
        return made.text

    tags = tuple(tag for tag in note.tags if tag.casefold() not in _ANKIS)
    made = _ours(note, type_, convert) if is_ours(type_) else _theirs(note, type_, convert)
    made = _with_identity(made, note, type_, tags)
    return Read(
        made,
        tuple(dict.fromkeys(each for one in gathered for each in one.dropped)),
        tuple(dict.fromkeys(each for one in gathered for each in one.lost)),
        tuple(dict.fromkeys(each for one in gathered for each in one.media)),
    )


def _with_identity(made: Item, note: PackedNote, type_: NoteType, tags: Sequence[str]) -> Item:
    own = tuple(tag for tag in tags if not (is_ours(type_) and _COMPUTED.match(tag)))
    return replace(made, guid=note.guid, note_type=type_.id, modified=note.mod, tags=own)


_COMPUTED = re.compile(r"(?:concept|difficulty|bloom|lesson)::|critical$")
"""Tags that the build makes from what an item says, and makes again."""


def _ours(note: PackedNote, type_: NoteType, convert: Convert) -> Item:
    fields = {name: html for name, html in note.fields if html or name in ("Options", "Low", "Rubric", "Hints", "Both")}
    fields["_type"] = type_.name
    cloze = type_.kind == "cloze"

    def text(html: str) -> str:
        return convert(html, cloze=cloze and html == fields.get("Front"))

    return anki_ours.item(fields, text, of_node)


def _theirs(note: PackedNote, type_: NoteType, convert: Convert) -> Item:
    front = question(type_)
    cloze = type_.kind == "cloze"
    asked = convert(note[front], cloze=cloze)
    main, flags = answer(type_), switches(type_)
    parts = [text] if main and (text := convert(note[main])) else []
    for name, html in note.fields:
        if name not in (front, main, *flags) and html.strip() and (text := convert(html)):
            parts.append(f"##### {line(name)}\n\n{text}")
    both = not cloze and len(note.cards) > 1
    return Item(
        kind=Kind.CLOZE if cloze else Kind.CARD,
        front=asked,
        answer="\n\n".join(parts),
        both=both,
    )
