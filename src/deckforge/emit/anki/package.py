"""Notes to the bytes of an `.apkg`, the same bytes every time.

genanki lays out the database; what it leaves to chance or to a clock is decided here: ids, modification times, the
order of new cards, which cards a note has (its own guess from the template gives none to a note that leaves a field
empty), the study preset, and the zip with its dates.
"""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Mapping  # noqa: TC003 - a dataclass field, kept for whoever inspects it
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from deckforge.emit.anki import ids
from deckforge.emit.anki.notetypes import SORT_FIELD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.emit.anki.notes import Note
    from deckforge.emit.anki.notetypes import NoteType
    from deckforge.model.course import Preset

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


def _add(package: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, _DATE)
    info.create_system = 3  # the same bytes wherever they are made
    info.external_attr = 0o644 << 16
    package.writestr(info, data, zipfile.ZIP_DEFLATED, _DEFLATE)


def _collection(contents: Contents) -> bytes:
    """Return the SQLite database that Anki reads."""
    from genanki import Package

    genanki = _classes()
    preset = ids.moment(contents.course, "preset")
    models = {key: _model(genanki, type_, contents) for key, type_ in contents.types.items()}
    paths = dict.fromkeys([contents.deck, *(note.deck for note in contents.notes)])
    decks = {path: genanki.deck(_deck_id(contents.course, path), path, preset) for path in paths}
    decks[contents.deck].description = contents.description
    note_ids = ids.spread([note.guid for note in contents.notes], "note")
    card_ids = ids.spread([f"{note.guid} {card}" for note in contents.notes for card in note.cards], "card")
    for due, note in enumerate(contents.notes, start=1):
        made = genanki.note(models[note.type], list(note.fields), tags=list(note.tags), guid=note.guid, due=due)
        made.mod = contents.mods[note.item]
        made.ids = [note_ids[note.guid], *(card_ids[f"{note.guid} {card}"] for card in note.cards)]
        made.ords = note.cards
        decks[note.deck].add_note(made)

    newest = max(contents.mods.values(), default=0)
    # Autocommit is genanki's way of using the connection; a database in memory has no journal to leak into the bytes.
    with sqlite3.connect(":memory:") as database:
        Package(list(decks.values())).write_to_db(database.cursor(), newest, iter(()))
        row = database.execute("SELECT dconf FROM col").fetchone()
        options = json.loads(row[0]) | {str(preset): _options(preset, contents.preset)}
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
            {"name": field.name, "id": field.id, "preventDeletion": True}
            | ({"collapsed": True, "plainText": True} if field.name == "ID" else {})
            | ({"collapsed": True} if field.name.startswith("Reserved") else {})
            for field in type_.fields
        ],
        templates=[
            {"name": template.name, "id": template.id, "qfmt": template.front, "afmt": template.back}
            for template in type_.templates
        ],
        css=type_.css,
        model_type=1 if type_.cloze else 0,
        sort_field_index=SORT_FIELD,
    )
    model.mod = contents.mods[f"notetype:{type_.key}"]
    model.deck = _deck_id(contents.course, contents.deck)
    return model


def _options(preset_id: int, preset: Preset) -> dict[str, Any]:
    """Return a study preset as Anki's deck options. New cards come in the order of the course."""
    return {
        "id": preset_id,
        "name": preset.name,
        "mod": 0,
        "usn": -1,
        "maxTaken": 60,
        "autoplay": True,
        "timer": 0,
        "replayq": True,
        "dyn": False,
        "new": {
            "bury": True,
            "delays": [1.0, 10.0],
            "initialFactor": 2500,
            "ints": [1, 4, 0],
            "order": 1,
            "perDay": preset.new_per_day,
        },
        "rev": {
            "bury": True,
            "ease4": 1.3,
            "ivlFct": 1.0,
            "maxIvl": 36500,
            "perDay": preset.reviews_per_day,
            "hardFactor": 1.2,
        },
        "lapse": {"delays": [10.0], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0.0},
        "desiredRetention": preset.retention,
    }


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
