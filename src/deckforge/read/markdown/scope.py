"""Who owns a field, and which claims of the header stand somewhere in its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from deckforge.model.claims import Claim
    from deckforge.model.source import Span


class HeaderMark(NamedTuple):
    """A claim of the header and the place, in the file, of its written value."""

    value: Span
    claim: Claim


class Scope(NamedTuple):
    """The owner of a field: the ids of its lesson and of its item (`""` in prose).

    `part` tells the fields of one item apart, so that footnotes get anchors of their own; without it, a digest of the
    field's text does. `marks` are the header's claims that stand anywhere in the file; those that stand in this field
    become part of it.
    """

    lesson: str
    item: str
    marks: tuple[HeaderMark, ...] = ()
    part: str = ""
