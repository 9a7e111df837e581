"""Notes to the bytes of an `.apkg`, the same bytes every time.

genanki lays out the database; what it leaves to chance or to a clock is decided here: ids, modification times, the
order of new cards, which cards a note has (its own guess from the template gives none to a note that leaves a field
empty), the study preset, and the zip with its dates.
"""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import zipfile
from collections.abc import Mapping  # noqa: TC003 - a dataclass field, kept for whoever inspects it
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from deckforge.emit.anki import ids, presets
from deckforge.emit.anki.notetypes import SORT_FIELD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.emit.anki.notes import Note
    from deckforge.emit.anki.notetypes import NoteType
    from deckforge.model.course import Preset
    from deckforge.model.items import Difficulty

_DATE = (1980, 1, 1, 0, 0, 0)
"""The first date that a zip can hold."""
_DEFLATE = 6


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that a package is a function of.

    `mods` are the modification times in seconds, of notes by item id and of note types by `notetype:` and their key.
    """

    course: str
    deck: str
    description: str
    preset: Preset
    notes: Sequence[Note]
    types: Mapping[str, NoteType]
    mods: Mapping[str, int]
    media: Mapping[str, bytes]


def build(contents: Contents) -> bytes:
    """Return the package as bytes."""
    media = sorted(contents.media.items())
    numbered = {str(number): name for number, (name, _) in enumerate(media)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        _add(package, "collection.anki2", _collection(contents))
        _add(package, "media", json.dumps(numbered, ensure_ascii=False).encode())
        for number, (_, data) in enumerate(media):
            _add(package, str(number), data)
    return out.getvalue()


def rows_digest(data: bytes) -> str:
    """Return a SHA-256 of what a package holds: every row of its database, sorted, and its media.

    It does not depend on what differs between machines: SQLite's version and pages, the zip's compression, the order
    of rows. Columns that hold JSON count as the data they mean.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        named = json.loads(packed.read("media"))
        media = sorted((name, hashlib.sha256(packed.read(number)).hexdigest()) for number, name in named.items())
        database = sqlite3.connect(":memory:")
        database.deserialize(packed.read("collection.anki2"))
    whole = hashlib.sha256(repr(media).encode())
    try:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in sorted(name for name in names if not name.startswith("sqlite_")):
            found = database.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the names come from the file's own schema
            columns = [column[0] for column in found.description]
            rows = found.fetchall()
            if table == "col":
                rows = [tuple(map(_meant, columns, row)) for row in rows]
            # Numbers, text and NULL: what `repr` makes of these is the same in every Python.
            whole.update(f"{table}\n".encode() + "\n".join(sorted(map(repr, rows))).encode())
    finally:
        database.close()
    return whole.hexdigest()


_JSON_COLUMNS = frozenset({"conf", "models", "decks", "dconf", "tags"})


def _meant(column: str, value: object) -> object:
    """Return a cell of the table `col`; where it holds JSON, in one way of writing it."""
    if column in _JSON_COLUMNS and isinstance(value, str):
        return json.dumps(json.loads(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return value


def _add(package: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, _DATE)
    info.create_system = 3  # the same bytes wherever they are made
    info.external_attr = 0o644 << 16
    package.writestr(info, data, zipfile.ZIP_DEFLATED, _DEFLATE)


def _collection(contents: Contents) -> bytes:
    """Return the SQLite database that Anki reads."""
    from genanki import Package

    genanki = _classes()
    models = {key: _model(genanki, type_, contents) for key, type_ in contents.types.items()}
    studied: dict[str, Difficulty | None] = {contents.deck: None}
    for note in contents.notes:
        studied[note.deck] = studied.get(note.deck) or note.study
    decks = {
        path: genanki.deck(_deck_id(contents.course, path), path, presets.preset_id(contents.course, study))
        for path, study in studied.items()
    }
    decks[contents.deck].description = contents.description
    note_ids = ids.spread([note.guid for note in contents.notes], "note")
    card_ids = ids.spread([f"{note.guid} {card}" for note in contents.notes for card in note.cards], "card")
    for note in contents.notes:
        packed = genanki.note(
            models[note.type], list(note.fields), tags=list(note.tags), guid=note.guid, due=note.position
        )
        packed.mod = contents.mods[note.item]
        packed.ids = [note_ids[note.guid], *(card_ids[f"{note.guid} {card}"] for card in note.cards)]
        packed.ords = note.cards
        decks[note.deck].add_note(packed)

    newest = max(contents.mods.values(), default=0)
    # Autocommit is genanki's way of using the connection; a database in memory has no journal to leak into the bytes.
    with sqlite3.connect(":memory:") as database:
        Package(list(decks.values())).write_to_db(database.cursor(), newest, iter(()))
        row = database.execute("SELECT dconf FROM col").fetchone()
        made = [presets.options(contents.course, contents.preset, study) for study in dict.fromkeys(studied.values())]
        options = json.loads(row[0]) | {str(each["id"]): each for each in made}
        database.execute("UPDATE col SET dconf = ?, mod = ?, tags = '{}'", (json.dumps(options), newest * 1000))
        database.commit()
        data = database.serialize()
    database.close()
    return data


def _deck_id(course: str, path: str) -> int:
    """Return a deck's id. Anki matches decks by name; the id only has to be steady, and not that of another deck."""
    return ids.moment(course, "deck", path.casefold())


def _model(genanki: _Classes, type_: NoteType, contents: Contents) -> Any:
    model = genanki.model(
        type_.id,
        type_.name,
        # Shown folded in Anki's editor: nobody edits an id, and it must be there for the next import.
        fields=[
            {"name": field.name}
            | ({"id": field.id} if field.id else {})  # one that was taken over may have none
            | ({"preventDeletion": True} if type_.ours else {})
            | ({"collapsed": True, "plainText": True} if type_.ours and field.name == "ID" else {})
            | ({"collapsed": True} if type_.ours and field.name.startswith("Reserved") else {})
            for field in type_.fields
        ],
        templates=[
            {"name": template.name, "qfmt": template.front, "afmt": template.back}
            | ({"id": template.id} if template.id else {})
            for template in type_.templates
        ],
        css=type_.css,
        model_type=1 if type_.cloze else 0,
        sort_field_index=SORT_FIELD if type_.ours else 0,
    )
    model.mod = contents.mods[f"notetype:{type_.key}"]
    model.deck = _deck_id(contents.course, contents.deck)
    return model


@dataclass(frozen=True, slots=True)
class _Classes:
    """genanki's classes as we bend them; made on first use, because genanki is slow to import."""

    model: Any
    note: Any
    deck: Any


@cache
def _classes() -> _Classes:
    import genanki

    class Model(genanki.Model):  # type: ignore[misc] # genanki has no types
        """A note type with its own modification time."""

        mod = 0
        deck = 1

        @property
        def _req(self) -> list[Any]:
            # Which fields a card needs is for Anki to work out, from its own template language.
            return [[number, "any", [SORT_FIELD]] for number, _ in enumerate(self.templates)]

        def to_json(self, timestamp: float, deck_id: int) -> Any:  # noqa: ARG002 - ours instead of theirs
            return super().to_json(self.mod, self.deck)

    class Note(genanki.Note):  # type: ignore[misc]
        """A note with its own modification time, ids and cards."""

        mod = 0
        ids: Sequence[int] = ()
        ords: Sequence[int] = ()

        @property
        def cards(self) -> list[Any]:
            return [genanki.Card(number) for number in self.ords]

        def write_to_db(self, cursor: Any, timestamp: float, deck_id: int, id_gen: Any) -> None:  # noqa: ARG002
            super().write_to_db(cursor, self.mod, deck_id, iter(self.ids))

        def _check_invalid_html_tags_in_fields(self) -> None:
            """Look for nothing: every field is HTML that we escaped, and the pattern takes `x<5 and y>3` for fine."""

    class Deck(genanki.Deck):  # type: ignore[misc]
        """A deck with a study preset."""

        def __init__(self, deck_id: int, name: str, preset: int) -> None:
            super().__init__(deck_id, name)
            self.preset = preset

        def to_json(self) -> Any:
            return super().to_json() | {"conf": self.preset}

    return _Classes(Model, Note, Deck)
