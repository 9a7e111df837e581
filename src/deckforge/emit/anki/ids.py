"""Permanent ids, derived and never stored: the same course, kind and name give the same id for ever.

Anki's importer matches notes by GUID and note types, fields, templates and presets by id, so these numbers decide
whether a learner's collection is updated or polluted. Ids that Anki reads as times (note types, decks, presets, notes,
cards) are milliseconds between 2014 and 2020: plausible to Anki's own checks, and never in the future.
"""

from __future__ import annotations

import hashlib

_FIRST = 1_400_000_000_000
_SPAN = 200_000_000_000


def digest(*words: str) -> int:
    """Return 63 bits of a hash of the words; where one word ends and the next begins matters."""
    joined = "\x1f".join(words).encode()
    return int.from_bytes(hashlib.sha256(joined).digest()[:8], "big") >> 1


def moment(*words: str) -> int:
    """Return an id that looks like milliseconds since 1970, from a hash of the words."""
    return _FIRST + digest(*words) % _SPAN


def part(*words: str) -> int:
    """Return an id for a field or a template; 53 bits, so that no JSON reader rounds it."""
    return 1 + digest(*words) % (2**53 - 1)


def guid(course: str, item: str) -> str:
    """Return the GUID of an item's note: of ids alone, so that an item may be edited, moved and reordered."""
    from genanki import guid_for

    return str(guid_for(course, item))


def spread(keys: list[str], space: str) -> dict[str, int]:
    """Return an id for each key, all different.

    Two keys that hash alike (about one in ten million pairs of packages with 100 notes) are told apart in the order of
    the keys, not of the notes, so that reordering a lesson moves no id.
    """
    taken: dict[int, str] = {}
    for key in sorted(set(keys)):
        number = moment(space, key)
        while number in taken:
            number += 1
        taken[number] = key
    return {key: number for number, key in taken.items()}
