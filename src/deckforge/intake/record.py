"""`content/imports.lock`: what each import wrote, so that the next one can tell an author's edit from the document's.

In three lines a piece, sorted, without times or counts, so that git merges it (`merge=union`):

    relu-lesson item:slope-left
    6f1d0c2ab4e98d75 cards.md
    (an empty line)

that is the lesson and the piece of it, a hash of what was written, and the document that it came from. Of two values
for one key, which a merge may leave, either does: the worst that can follow is that an author is asked.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH = "content/imports.lock"

_VALUE = re.compile(r"([0-9a-f]{16}) (\S+)")


class Entry(NamedTuple):
    """What an import wrote: a hash of the piece, and the document's name."""

    hash: str
    origin: str


Key = tuple[str, str]
"""A lesson's id and the key of a piece."""


def read(data: bytes) -> dict[Key, Entry]:
    """Return the entries; a line that is none (of a merge's conflict, say) is left out."""
    entries: dict[Key, Entry] = {}
    key: Key | None = None
    for raw in data.decode("utf-8", "replace").splitlines():
        value = _VALUE.fullmatch(raw.strip())
        if value and key:
            entries[key] = Entry(value[1], unquote(value[2]))
            key = None
        elif " " in raw.strip():
            lesson, _, piece = raw.strip().partition(" ")
            key = (lesson, unquote(piece))
    return entries


def write(entries: Mapping[Key, Entry]) -> bytes:
    """Return the file's bytes."""
    rows = (
        f"{lesson} {quote(piece, safe=':~-')}\n{entry.hash} {quote(entry.origin)}\n\n"
        for (lesson, piece), entry in sorted(entries.items())
    )
    return "".join(rows).encode()


def digest(words: str) -> str:
    """Return the hash of a piece."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]
