"""The words of a push: what may be done and what left alone, and the plan that says which.

Plain data, made by `push_plan`, shown by `push_preview` and carried out by `push`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """What becomes of notes that are no longer in the course."""

    DELETE = "delete"
    SUSPEND = "suspend"
    TAG = "tag"
    KEEP = "keep"


class Why(StrEnum):
    """Why something is left alone, as a sentence about it."""

    EDITED = "edited in Anki, and not changed in the course since"
    DELETED = "deleted in Anki (--restore brings it back)"
    MOVED = "moved to another deck in Anki"
    FOREIGN = "has our note type, but the course never had it"
    CONFLICT = "edited in Anki, and changed in the course too (--overwrite takes the course's)"
    UNCLEAR = "changed in the course, and perhaps edited in Anki (--overwrite takes the course's)"
    RETYPED = "is a note of another type in Anki"
    DOUBLE = "there are several notes with this ID in Anki"
    SCHEMA = "its note type has other fields or templates in Anki"


OPEN = frozenset({Why.CONFLICT, Why.UNCLEAR, Why.RETYPED, Why.DOUBLE, Why.SCHEMA})
"""What somebody has to decide. The rest is a learner's own decision, and stands."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person asked for."""

    retire: Mode = Mode.SUSPEND
    overwrite: bool = False
    restore: bool = False


@dataclass(frozen=True, slots=True)
class Addition:
    """A new note."""

    item: str
    deck: str


@dataclass(frozen=True, slots=True)
class Update:
    """A change of a note: `fields` are (name, old, new); `tags` all that it will have, `None` for no change.

    `unsuspend` are cards that were suspended when the note was retired; the course has it again.
    """

    item: str
    note: int
    fields: tuple[tuple[str, str, str], ...]
    tags: tuple[str, ...] | None
    tags_added: tuple[str, ...] = ()
    tags_removed: tuple[str, ...] = ()
    unsuspend: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """Cards of a note that go to another deck."""

    item: str
    cards: tuple[int, ...]
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Retirement:
    """A note that is no longer in the course."""

    item: str
    note: int
    cards: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Restyling:
    """A note type whose templates (`(name, front, back)`, those that change) or style (`None`: no change) changes."""

    type: int
    name: str
    templates: tuple[tuple[str, str, str], ...]
    css: str | None


@dataclass(frozen=True, slots=True)
class Left:
    """Something that is left alone; `name` is an item's id, or a note type's name."""

    name: str
    why: Why
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a push would do. `retired_before` counts retired notes for which nothing is left to do."""

    additions: tuple[Addition, ...]
    updates: tuple[Update, ...]
    moves: tuple[Move, ...]
    retirements: tuple[Retirement, ...]
    restylings: tuple[Restyling, ...]
    pictures: tuple[str, ...]
    left: tuple[Left, ...]
    retire: Mode
    retired_before: int = 0

    @property
    def changes(self) -> bool:
        """Whether there is anything to do."""
        kept = self.retirements if self.retire is not Mode.KEEP else ()
        return any((self.additions, self.updates, self.moves, kept, self.restylings, self.pictures))

    @property
    def open(self) -> tuple[Left, ...]:
        """What is left alone and waits for a decision."""
        return tuple(each for each in self.left if each.why in OPEN)
