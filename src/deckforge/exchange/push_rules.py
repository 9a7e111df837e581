"""Whose text is to hold: three-way comparison of texts and of tags, as functions of what they compare.

Every text (a note's fields, a note type's templates and style) is compared by `decide`: ours now, theirs now, and what
both were when they last agreed. Of tags, only those are put on or taken off that the course itself put on or took off.

The base is the record of the last push. Where there is none, because the package was imported by hand, a modification
time that is one of our builds' says that nobody has touched the note since that import: an edit carries the time of the
edit. And a note that was edited after our own last change holds an edit that we have nothing to say against. What
remains is unknown, and counts as a conflict.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING

from deckforge.emit.anki import lock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deckforge.exchange.packed import NoteType, PackedNote
    from deckforge.exchange.push_record import Base

RETIRED = "deckforge::retired"
SUSPENDED = "deckforge::retired::suspended"
"""The tags that a retired note gets: a note is retired once, and what a learner does with it then is theirs."""
_OURS_BY_NATURE = ("concept::", "difficulty::", "bloom::", "lesson::")


class Side(StrEnum):
    """Whose text is to hold."""

    SAME = "same"
    OURS = "ours"
    THEIRS = "theirs"
    CONFLICT = "conflict"
    UNCLEAR = "unclear"


def decide(ours: str, theirs: str, base: Base, *, mod: int, our_mod: int, built: frozenset[int]) -> Side:
    """Return whose text is to hold, from the hashes of both, the base, and the times at which each last changed."""
    if ours == theirs:
        return Side.SAME
    if base.seen:
        if theirs == base.seen:
            return Side.SAME if ours == base.sent else Side.OURS
        if mod in built:
            return Side.OURS
        return Side.THEIRS if ours == base.sent else Side.CONFLICT
    if mod in built:
        return Side.OURS
    return Side.THEIRS if mod > our_mod else Side.UNCLEAR


def note_hash(fields: Mapping[str, str], ours: PackedNote) -> str:
    """Return the hash of a note's fields, of those that the course knows and that are not empty."""
    names = {name for name, _ in ours.fields}
    return lock.digest({name: plain(text) for name, text in fields.items() if text and name in names})


def type_hash(type_: NoteType) -> str:
    """Return the hash of a note type's templates and style."""
    return lock.digest([type_.css.strip(), sorted([each.name, each.front, each.back] for each in type_.templates)])


def plain(text: str) -> str:
    """Return a text as Anki keeps it: it composes characters on their way in."""
    return unicodedata.normalize("NFC", text)


def merged_tags(ours: Sequence[str], base: Sequence[str] | None, theirs: Sequence[str]) -> tuple[str, ...] | None:
    """Return the tags that a note should have, `None` where it has them: ours set, the learner's own kept.

    Without a base, our tags of earlier builds are those in the name spaces that only the course uses.
    """
    want = {tag.casefold(): tag for tag in ours}
    have = {tag.casefold(): tag for tag in theirs}
    if base is None:
        gone = {key for key in have if key.startswith(_OURS_BY_NATURE) and key not in want}
        new = want.keys() - have.keys()
    else:
        was = {tag.casefold() for tag in base}
        gone, new = was - want.keys(), want.keys() - was
    gone |= {RETIRED.casefold(), SUSPENDED.casefold()}
    made = {key: tag for key, tag in have.items() if key not in gone} | {
        key: want[key] for key in sorted(new) if key not in have
    }
    return None if made.keys() == have.keys() else tuple(made.values())
