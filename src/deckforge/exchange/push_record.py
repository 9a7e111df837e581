"""What was last pushed into a collection, kept in that collection: the base of a three-way comparison.

Two texts alone, the course's and Anki's, cannot say who changed his. The third, what both were when they last agreed,
has to be known, and it belongs to the collection: another profile, or a backup that was put back, has another past.
So the record is a small file in the collection's media folder, where it is synchronised, backed up and deleted with
it. Its name begins with `_`, which tells Anki not to offer it as unused. It holds hashes and no text.

Of a note it keeps a hash of the fields as they were sent and one as Anki then had them (`""`: not known; they differ
where Anki writes a text in its own way), the deck, and the tags; of a note type the two hashes of templates and style.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1
_GZIP = 31
"""How zlib is told to expect gzip's frame."""
_MOST = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Base:
    """What a note or note type was when it was last pushed."""

    sent: str = ""
    seen: str = ""
    deck: str = ""
    tags: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Notes by item, note types by their id as text."""

    notes: Mapping[str, Base] = field(default_factory=dict)
    types: Mapping[str, Base] = field(default_factory=dict)


def file_name(course: str) -> str:
    """Return the record's name in the media folder."""
    return f"_deckforge-{re.sub(r'[^A-Za-z0-9-]+', '-', course)}.json.gz"


def write(record: Record) -> str:
    """Return the file as AnkiConnect takes it: base64."""
    document = {
        "deckforge": VERSION,
        "notes": {item: _row(base) for item, base in sorted(record.notes.items())},
        "types": {key: _row(base) for key, base in sorted(record.types.items())},
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def read(data: object) -> Record:
    """Return the record that AnkiConnect hands over; an empty one where there is none, or none that can be read.

    Without a record nothing is lost but the knowledge of who changed what, and in doubt nothing is overwritten.
    """
    if not isinstance(data, str):
        return Record()
    try:
        document = json.loads(_unpacked(base64.b64decode(data)))
        if document["deckforge"] != VERSION:
            return Record()
        notes = {str(item): _base(row) for item, row in document["notes"].items()}
        return Record(notes, {str(key): _base(row) for key, row in document["types"].items()})
    except (zlib.error, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Record()


def _unpacked(data: bytes) -> bytes:
    """Return what was compressed; the file may come from anybody whose package was ever imported."""
    stream = zlib.decompressobj(_GZIP)
    found = stream.decompress(data, _MOST)
    if stream.unconsumed_tail:
        raise ValueError("it is larger than any record of ours")
    return found


def _row(base: Base) -> list[Any]:
    return [base.sent, base.seen, base.deck, None if base.tags is None else list(base.tags)]


def _base(row: Any) -> Base:
    sent, seen, deck, tags = row
    return Base(str(sent), str(seen), str(deck), None if tags is None else tuple(str(tag) for tag in tags))
