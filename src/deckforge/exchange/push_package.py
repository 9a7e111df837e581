"""The course as its package has it, and the smaller package of what a collection does not have yet.

Push reads the package that the build has just written, so that what it sends and what an import brings cannot differ.
What is new goes in as a package, because only a package carries GUIDs and permanent ids. But the one that Anki gets
from us holds the new notes alone:

- notes that a learner deleted do not come back with it, and those they have cannot be touched by it;
- note types that the collection has come with the oldest of times, so that their templates stay as they are: these are
  updated, or left, one by one;
- decks that the collection has come without description and with the preset number 1, which tells Anki to leave the
  deck's own: AnkiConnect imports presets too, and would take the learner's away.
"""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckforge.emit.anki import ids, lock
from deckforge.emit.anki.notetypes import SHAPES
from deckforge.errors import EngineError
from deckforge.exchange.apkg import read_package

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from deckforge.emit.anki.lock import Entry
    from deckforge.exchange.packed import NoteType, PackedNote
    from deckforge.model.course import Course

_DATABASE = "collection.anki2"
_OLDEST = 1
_NO_PRESET = 1


@dataclass(frozen=True, slots=True)
class Shipped:
    """What the course gives.

    `notes` by item, in the order of study; `types` by id, those that have notes; `type_ids` are all that the course
    can ever have. `mods` are the modification times of notes by item and of note types by id as text, `built` all
    times at which anything of the course was built, as far as the lock file still knows them, and `known` the items
    that it ever had. `root` is the course's deck. `pictures` are the names of media files.
    """

    course: Course
    path: Path
    notes: Mapping[str, PackedNote]
    types: Mapping[int, NoteType]
    type_ids: Mapping[int, str]
    mods: Mapping[str, int]
    built: frozenset[int]
    known: frozenset[str]
    root: str
    pictures: frozenset[str]

    def deck(self, item: str) -> str:
        """Return the deck in which the course has an item."""
        return self.notes[item].cards[0].deck


def load(path: Path, course: Course, before: Mapping[str, Entry], after: Mapping[str, Entry]) -> Shipped:
    """Return what a built package holds; `before` and `after` are the lock file's entries around that build.

    Raises:
        EngineError: the package cannot be read: the build that wrote it is broken.
    """
    outcome = read_package(path)
    if outcome.diagnostics:
        raise EngineError(f"the package that was just built cannot be read: {outcome.diagnostics[0].message}")
    package = outcome.value
    # Notes of types that were taken over with a deck have no field that names their item: the package brings those.
    own = {ids.moment(course.id, "note type", key): key for key in SHAPES}
    ours = [note for note in package.notes if note.type in own]
    notes = sorted(ours, key=lambda note: (note.cards[0].due if note.cards else 0, note["ID"]))
    decks = {card.deck for note in notes for card in note.cards}
    return Shipped(
        course=course,
        path=path,
        notes={note["ID"]: note for note in notes},
        types={number: type_ for number, type_ in package.note_types.items() if any(n.type == number for n in notes)},
        type_ids=own,
        mods={note["ID"]: note.mod for note in notes}
        | {str(each.id): each.mod for each in package.note_types.values()},
        built=frozenset(entry.mod for entry in (*before.values(), *after.values())),
        known=frozenset(
            key
            for key, entry in after.items()
            if not key.startswith("notetype:") and (not entry.type or entry.type in SHAPES)
        ),
        root=_root(package.decks, decks),
        pictures=frozenset(each.name for each in package.media),
    )


def entries(path: Path) -> Mapping[str, Entry]:
    """Return the lock file's entries; none where there is no file."""
    return lock.read(path.read_bytes())[0] if path.is_file() else {}


def _root(decks: Iterable[str], used: Collection[str]) -> str:
    """Return the deck above all of the course's: the shortest that holds every one that is used."""
    above = [deck for deck in decks if used and all(inside(each, deck) for each in used)]
    return min(above, key=len, default="")


def inside(deck: str, root: str) -> bool:
    """Tell whether a deck is another one or lies below it."""
    return bool(root) and f"{deck}::".casefold().startswith(f"{root}::".casefold())


def picture(path: Path, names: AbstractSet[str]) -> dict[str, bytes]:
    """Return the bytes of media files of a package, by name."""
    with zipfile.ZipFile(path) as package:
        numbered = json.loads(package.read("media"))
        return {name: package.read(number) for number, name in numbered.items() if name in names}


def only(shipped: Shipped, items: AbstractSet[str], types: AbstractSet[int], decks: AbstractSet[str]) -> bytes:
    """Return a package of some notes, for a collection that has some of the note types (by id) and decks already."""
    guids = {shipped.notes[item].guid for item in items}
    out = io.BytesIO()
    with zipfile.ZipFile(shipped.path) as whole, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as part:
        part.writestr(_DATABASE, _cut(whole.read(_DATABASE), guids, shipped.root, types, decks))
        part.writestr("media", "{}")  # pictures go by themselves, before the notes that show them
    return out.getvalue()


def _cut(data: bytes, guids: AbstractSet[str], root: str, types: AbstractSet[int], decks: AbstractSet[str]) -> bytes:
    """Return the database without what is not wanted, and with what is there already made harmless."""
    known = {deck.casefold() for deck in decks}
    database = sqlite3.connect(":memory:")
    try:
        database.deserialize(data)
        gone = [(note,) for note, guid in database.execute("SELECT id, guid FROM notes") if guid not in guids]
        database.executemany("DELETE FROM cards WHERE nid = ?", gone)
        database.executemany("DELETE FROM notes WHERE id = ?", gone)
        models, folders = (json.loads(text) for text in database.execute("SELECT models, decks FROM col").fetchone())
        used = {str(number) for (number,) in database.execute("SELECT DISTINCT mid FROM notes")}
        models = {number: model for number, model in models.items() if number in used}
        for model in models.values():
            if int(model["id"]) in types:
                model["mod"] = _OLDEST
        filled = {str(number) for (number,) in database.execute("SELECT DISTINCT did FROM cards")}
        folders = {
            number: deck
            for number, deck in folders.items()
            if number in filled or number == "1" or (deck["name"] == root and root.casefold() not in known)
        }
        for deck in folders.values():
            if deck["name"].casefold() in known:
                deck["conf"], deck["desc"] = _NO_PRESET, ""
        database.execute("UPDATE col SET models = ?, decks = ?", (json.dumps(models), json.dumps(folders)))
        database.commit()
        return database.serialize()
    finally:
        database.close()
