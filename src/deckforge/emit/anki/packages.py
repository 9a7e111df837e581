"""Which packages a build makes, what they are called, and a digest of each that is the same on any machine.

The course has one package, `build/decks/<course>.apkg`. Where `course.yaml` says `lesson_packages: true`, every lesson
with notes has one more, `build/decks/<course>-<lesson>.apkg`, for somebody who wants a part. It is a part in every
respect: GUIDs, ids, note types, decks, presets, modification times and the places of new cards are those of the whole
package, so that whoever imports a lesson first and the course later, or both, has each note once and in its place.

`build/decks/rows.sha256` says what is *in* the packages: a line a package with the digest of its rows. The bytes of a
package are the same from the same versions of the tools; SQLite writes its own version into a file, and zlib builds
differ. The digest is the same on any machine, so two builders can tell that they have made the same decks.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

from deckforge.emit import Artifact
from deckforge.emit.anki import package

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deckforge.emit.anki.notes import Note
    from deckforge.emit.anki.package import Contents
    from deckforge.model.course import Course

FOLDER = "build/decks"
ROWS = f"{FOLDER}/rows.sha256"

_FILE = re.compile(r'<img src="([^"]+)"|\[sound:([^\]]+)\]')


def artifacts(course: Course, whole: Contents) -> list[Artifact]:
    """Return the course's package, those of its lessons where it asks for them, and the list of digests."""
    made = {course.id: package.build(whole)}
    if course.lesson_packages:
        for lesson in course.lessons:
            notes = [note for note in whole.notes if note.lesson == lesson.id]
            if notes:
                made[f"{course.id}-{lesson.id}"] = package.build(part(whole, notes))
    digests = "".join(f"{package.rows_digest(data)}  {name}.apkg\n" for name, data in sorted(made.items()))
    packed = [Artifact(f"{FOLDER}/{name}.apkg", data) for name, data in made.items()]
    return [*packed, Artifact(ROWS, digests.encode())]


def part(whole: Contents, notes: Sequence[Note]) -> Contents:
    """Return a package's contents with some of its notes, and only what belongs to them."""
    used = {note.type for note in notes}
    types = {key: type_ for key, type_ in whole.types.items() if key in used}
    keys = {note.item for note in notes} | {f"notetype:{key}" for key in types}
    return replace(
        whole,
        notes=notes,
        types=types,
        mods={key: mod for key, mod in whole.mods.items() if key in keys},
        media=_shown(whole.media, notes),
    )


def _shown(media: Mapping[str, bytes], notes: Sequence[Note]) -> dict[str, bytes]:
    """Return the pictures that notes show."""
    found = (match for note in notes for text in note.fields for match in _FILE.findall(text))
    names = {unescape(picture) or sound for picture, sound in found}
    return {name: data for name, data in media.items() if name in names}
