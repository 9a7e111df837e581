"""What a learner's collection will see of a new package, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Why(StrEnum):
    """Why something does not arrive, or arrives at a price."""

    SCHEMA = "schema"
    """A note type has other fields, templates or another kind."""
    KIND = "kind"
    """A note has another note type."""
    DUPLICATE = "duplicate"
    """Two notes have one GUID; Anki would add both."""
    STALE = "stale"
    """Changed, but not newer: Anki takes it for unchanged."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What Anki would refuse, skip, or take at the price of a full sync; `what` is an item or a note type's name."""

    why: Why
    what: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Update:
    """A note that is replaced. `fields` are (name, before, now); all of them are empty where only a lock is known."""

    item: str
    fields: tuple[tuple[str, str, str], ...] = ()
    tags_added: tuple[str, ...] = ()
    tags_removed: tuple[str, ...] = ()
    cards_added: int = 0
    cards_left_empty: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """A note whose cards are in another deck now."""

    item: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class TypeChange:
    """What is different about a note type, in words, and applied without a question."""

    name: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """All differences; items are named by their ids.

    `touched` are notes that are newer without being different: their update overwrites what learners wrote, for
    nothing. `searches` find the retired ones. `unknown` names what the source of before could not tell.
    """

    new: tuple[str, ...] = ()
    updated: tuple[Update, ...] = ()
    touched: tuple[str, ...] = ()
    moved: tuple[Move, ...] = ()
    reordered: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    types: tuple[TypeChange, ...] = ()
    media_new: tuple[str, ...] = ()
    media_gone: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether there is any difference."""
        return replace(self, unknown=()) != Diff()

    @property
    def forces_full_sync(self) -> bool:
        """Whether Anki would refuse a part of it, or ask for a full sync."""
        return any(each.why is not Why.STALE for each in self.refused)
