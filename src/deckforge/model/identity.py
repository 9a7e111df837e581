"""Who an item is in Anki, where it was somebody's note before it was an item of this course.

Usually a note's GUID is made from the ids of course and item, and its note type is the tool's own. An item that came
from a deck keeps the GUID and the note type that learners have, or Anki would give them a second note, or refuse to
update the first.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """The GUID of an item's note, the id of its note type (0: the tool's own)."""

    guid: str
    type: int = 0


@dataclass(frozen=True, slots=True)
class KeptField:
    """A field of a note type that was taken over: its name, its permanent id (0 for none), and what fills it.

    `source` is `front`, `answer`, `answer/Heading` for what stands in the answer under that heading, `field:Back` for
    a field of the tool's own note type, `both` for one that asks for the card in the other direction, or empty.
    """

    name: str
    id: int
    source: str


@dataclass(frozen=True, slots=True)
class KeptTemplate:
    """A card template of a note type that was taken over."""

    name: str
    id: int
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class KeptType:
    """A note type that learners have from elsewhere, exactly as they have it; `mod` in seconds."""

    id: int
    name: str
    mod: int
    cloze: bool
    fields: tuple[KeptField, ...]
    templates: tuple[KeptTemplate, ...]
    css: str

    @property
    def key(self) -> str:
        """What the lock file calls it."""
        return f"n{self.id}"
