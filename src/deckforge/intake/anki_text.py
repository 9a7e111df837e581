"""Anki's text export: notes in rows, with `#` lines at the top that say which column is what.

The GUIDs in it are kept. A text has no note types, only their names, so an item becomes one of the tool's own; to
update notes that learners have of other types, import a package of the deck too.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from deckforge.diagnostics import Diagnostic, Outcome
from deckforge.exchange.packed import NoteType, PackedNote, PackedTemplate
from deckforge.intake import anki_notes, plain
from deckforge.intake.anki import DANGEROUS, LOOKS
from deckforge.intake.draft import Item, Lesson, Section
from deckforge.intake.found import incomplete
from deckforge.model.course import SectionKind
from deckforge.model.items import Kind
from deckforge.model.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deckforge.intake.readers import Options

name = "anki-text"
summary = "notes as Anki exports them in plain text, with its header lines"
binary = False

_HEADER = re.compile(r"#([a-z ]+):(.*)", re.IGNORECASE)
_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " ", "pipe": "|", "colon": ":"}


def recognise(data: bytes, name: str) -> float:  # noqa: ARG001 - the shape of all readers
    """Look for Anki's header lines."""
    head = data[:2000].decode("utf-8", "replace").split("\n")[:8]
    keys = {match[1].strip().lower() for line in head if (match := _HEADER.fullmatch(line.strip()))}
    return 0.97 if keys & {"separator", "html", "notetype", "guid column", "notetype column", "columns"} else 0.0


def read(data: bytes, name: str, options: Options) -> Outcome[tuple[Lesson, ...]]:  # noqa: ARG001 - the shape of all
    """Return the notes, a lesson a deck."""
    source = Source(name, data)
    said, body, first = _head(data.decode("utf-8", "replace"))
    separator = _SEPARATORS.get(said.get("separator", "tab").lower(), said.get("separator", "\t")[:1] or "\t")
    csv.field_size_limit(10_000_000)
    rows = csv.reader(io.StringIO(body, newline=""), delimiter=separator)
    special = {key: int(said[key]) - 1 for key in _COLUMNS if said.get(key, "").isdecimal()}
    is_html = said.get("html", "true").lower() == "true"
    found: list[Diagnostic] = []
    decks: dict[str, list[Item]] = {}
    names = said.get("columns", "").split(separator) if said.get("columns") else []
    line = first
    for cells in rows:
        place, line = line, first + rows.line_num
        if not any(cell.strip() for cell in cells) or (cells[0].startswith("#") and len(cells) == 1):
            continue
        item = _item(cells, names, special, said, html=is_html)
        found += [LOOKS.at(None, f"{name}: {each} left out of a note") for each in item.lost]
        found += [DANGEROUS.at(None, f"{name}: {each} was left out of a note") for each in item.dropped]
        deck = cells[special["deck column"]] if "deck column" in special else said.get("deck", "")
        decks.setdefault(deck, []).append(replace(item.item, label=f"Row {place}", lines=(place,)))
    lessons = tuple(
        Lesson(
            title=deck.rpartition("::")[2] or plain.title(name),
            origin=f"{name} {deck}".strip(),
            deck=deck,
            source=f"Anki: {deck}" if deck else "",
            content=(Section(kind=SectionKind.FLASHCARDS, items=tuple(items)),),
        )
        for deck, items in decks.items()
    )
    found = list(dict.fromkeys(found))
    return Outcome(lessons, (*found, *(each for lesson in lessons for each in incomplete(lesson, source))))


_COLUMNS = ("guid column", "notetype column", "deck column", "tags column")


def _head(text: str) -> tuple[Mapping[str, str], str, int]:
    """Return what the header lines say, the rows, and the line that they begin on."""
    said: dict[str, str] = {}
    lines = text.split("\n")
    for number, line in enumerate(lines):
        match = _HEADER.fullmatch(line.rstrip())
        if not match and not line.startswith("#"):
            return said, "\n".join(lines[number:]), number + 1
        if match:
            said[match[1].strip().lower()] = match[2].strip() or match[2]
    return said, "", len(lines)


def _item(
    cells: Sequence[str], names: Sequence[str], special: Mapping[str, int], said: Mapping[str, str], *, html: bool
) -> anki_notes.Read:
    def cell(key: str) -> str:
        at = special.get(key, -1)
        return cells[at] if 0 <= at < len(cells) else ""

    taken = set(special.values())
    fields: list[tuple[str, str]] = []
    for number, text in enumerate(cells):
        if number in taken:
            continue
        called = names[number] if number < len(names) and names[number] else f"Field {len(fields) + 1}"
        fields.append((called, text if html else _as_html(text)))
    while len(fields) > 2 and not fields[-1][1].strip():
        fields.pop()
    cloze = any(re.search(r"\{\{c\d+::", text) for _, text in fields)
    front = next((called for called, text in fields if "{{c" in text), fields[0][0]) if fields else ""
    type_name = cell("notetype column") or said.get("notetype", "")
    type_ = NoteType(
        0,
        type_name,
        0,
        "cloze" if cloze else "normal",
        tuple((called, None) for called, _ in fields),
        (PackedTemplate("Card 1", None, f"{{{{{'cloze:' if cloze else ''}{front}}}}}", ""),),
        "",
    )
    tags = tuple((cell("tags column") + " " + said.get("tags", "")).split())
    note = PackedNote(cell("guid column"), 0, 0, 0, tuple(fields), tags, ())
    made = anki_notes.item(note, type_)
    kind = Kind.CLOZE if cloze else made.item.kind
    return made._replace(item=replace(made.item, kind=kind, note_type=0, modified=0))


def _as_html(text: str) -> str:
    from html import escape

    return escape(text, quote=False).replace("\n", "<br>")
