"""The SQLite database in a package, read without Anki: both of its shapes, and no statement that writes.

Until 2.1.27 note types and decks were JSON in the one row of `col`; since then they are tables whose details are
Protocol Buffers. Notes and cards are the same in both.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from contextlib import closing
from typing import TYPE_CHECKING, Any

from deckforge.diagnostics import Code, Severity
from deckforge.exchange import wire
from deckforge.exchange.archive import BadPackage
from deckforge.exchange.packed import NoteType, PackedCard, PackedNote, PackedTemplate

if TYPE_CHECKING:
    from pathlib import Path

CORRUPT = Code(
    "DF755",
    "collection-corrupt",
    Severity.ERROR,
    "The collection in the package cannot be read: its database, or what stands in it, is damaged.",
    "Half of a collection would look like a learner who deleted the other half.",
    "a package that was cut off and repaired by an archiver",
    "in Anki: Tools › Check Database, then export the deck again",
)
ORPHAN = Code(
    "DF756",
    "note-without-type",
    Severity.WARNING,
    "A note in the package is of a note type that the package does not have.",
    "Without the type nobody knows which of its texts is which field; the note is left out.",
    "a package written by a script that forgot the note type",
    "in Anki: Tools › Check Database, then export the deck again",
)
CODES = (CORRUPT, ORPHAN)

_NOTES = "SELECT id, guid, mid, mod, tags, flds FROM notes ORDER BY id"
_CARDS = "SELECT nid, ord, CASE odid WHEN 0 THEN did ELSE odid END, due, queue, ivl, reps FROM cards ORDER BY nid, ord"
_TABLES = ("notes", "cards", "col")
_FIX = "in Anki: Tools › Check Database, then export the deck again"


class Read:
    """What `read` found: notes, note types by id, deck paths by id, and how many notes had no type."""

    def __init__(
        self, notes: tuple[PackedNote, ...], types: dict[int, NoteType], decks: dict[int, str], orphans: int
    ) -> None:
        self.notes, self.types, self.decks, self.orphans = notes, types, decks, orphans


def read(path: Path) -> Read:
    """Return what stands in a collection.

    Raises:
        BadPackage: it is damaged.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            _distrust(database)
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            missing = [name for name in _TABLES if name not in tables]
            if missing:
                raise BadPackage(CORRUPT, f"its collection has no table {missing[0]}", _FIX)
            modern = "notetypes" in tables
            types = _types_of_tables(database) if modern else _types_of_json(database)
            decks = _decks_of_tables(database) if modern else _decks_of_json(database)
            notes, orphans = _notes(database, types, decks)
            return Read(notes, types, decks, orphans)
    except (
        sqlite3.Error,
        wire.WireError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        raise BadPackage(CORRUPT, f"its collection is damaged: {error}", _FIX) from None


def _distrust(database: sqlite3.Connection) -> None:
    """Open nothing that the file itself could have prepared: no functions in its schema, no text that is none."""
    database.text_factory = lambda data: data.decode("utf-8", "replace")
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA query_only = ON")
    # Anki's tables compare names in this way; we only have to be able to read them.
    database.create_collation("unicase", lambda a, b: (a.casefold() > b.casefold()) - (a.casefold() < b.casefold()))


def _notes(
    database: sqlite3.Connection, types: dict[int, NoteType], decks: dict[int, str]
) -> tuple[tuple[PackedNote, ...], int]:
    """Return the notes with their cards, and how many were left out because their type is missing."""
    cards: dict[int, list[PackedCard]] = defaultdict(list)
    for note, number, deck, due, queue, interval, reps in database.execute(_CARDS):
        card = PackedCard(int(number), decks.get(int(deck), ""), int(due), int(queue), int(interval), int(reps))
        cards[int(note)].append(card)
    notes: list[PackedNote] = []
    orphans = 0
    for id_, guid, type_id, mod, tags, texts in database.execute(_NOTES):
        type_ = types.get(int(type_id))
        if type_ is None:
            orphans += 1
            continue
        names = [name for name, _ in type_.fields]
        values = [*str(texts).split("\x1f"), *[""] * len(names)]
        fields = tuple(zip(names, values, strict=False))
        words = tuple(sorted(set(str(tags).split())))
        notes.append(PackedNote(str(guid), int(id_), int(mod), type_.id, fields, words, tuple(cards[int(id_)])))
    return tuple(notes), orphans


# Until 2.1.27: JSON


def _json(database: sqlite3.Connection, column: str) -> list[dict[str, Any]]:
    row = database.execute(f"SELECT {column} FROM col").fetchone()  # noqa: S608 - one of two words of ours
    if row is None:
        raise ValueError("it has no row about itself")
    found = json.loads(row[0])
    return [each for each in found.values() if isinstance(each, dict)]


def _types_of_json(database: sqlite3.Connection) -> dict[int, NoteType]:
    def in_order(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return sorted(parts, key=lambda part: int(part.get("ord") or 0))

    found = {}
    for type_ in _json(database, "models"):
        fields = tuple((str(each["name"]), _id(each.get("id"))) for each in in_order(type_["flds"]))
        templates = tuple(
            PackedTemplate(str(each["name"]), _id(each.get("id")), str(each["qfmt"]), str(each["afmt"]))
            for each in in_order(type_["tmpls"])
        )
        kind = "cloze" if type_.get("type") == 1 else "normal"
        made = NoteType(
            int(type_["id"]),
            str(type_["name"]),
            int(type_.get("mod") or 0),
            kind,
            fields,
            templates,
            str(type_.get("css") or ""),
        )
        found[made.id] = made
    return found


def _id(value: object) -> int | None:
    return value if isinstance(value, int) and value else None


def _decks_of_json(database: sqlite3.Connection) -> dict[int, str]:
    return {int(deck["id"]): str(deck["name"]) for deck in _json(database, "decks")}


# Since 2.1.28: tables; the numbers are those of Anki's messages.

_KIND, _CSS = 1, 3
_FIELD_ID = 9
_FRONT, _BACK, _TEMPLATE_ID = 1, 2, 8


def _types_of_tables(database: sqlite3.Connection) -> dict[int, NoteType]:
    fields: dict[int, list[tuple[str, int | None]]] = defaultdict(list)
    for type_id, name, config in database.execute("SELECT ntid, name, config FROM fields ORDER BY ntid, ord"):
        fields[int(type_id)].append((str(name), wire.integer(config, _FIELD_ID)))
    templates: dict[int, list[PackedTemplate]] = defaultdict(list)
    for type_id, name, config in database.execute("SELECT ntid, name, config FROM templates ORDER BY ntid, ord"):
        made = PackedTemplate(
            str(name), wire.integer(config, _TEMPLATE_ID), wire.text(config, _FRONT), wire.text(config, _BACK)
        )
        templates[int(type_id)].append(made)
    return {
        int(id_): NoteType(
            int(id_),
            str(name),
            int(mod),
            "cloze" if wire.integer(config, _KIND) == 1 else "normal",
            tuple(fields[int(id_)]),
            tuple(templates[int(id_)]),
            wire.text(config, _CSS),
        )
        for id_, name, mod, config in database.execute("SELECT id, name, mtime_secs, config FROM notetypes")
    }


def _decks_of_tables(database: sqlite3.Connection) -> dict[int, str]:
    rows = database.execute("SELECT id, name FROM decks")
    return {int(id_): str(name).replace("\x1f", "::") for id_, name in rows}
