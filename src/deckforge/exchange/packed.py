"""What a package of Anki holds, as plain data, whichever of its formats it was written in."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - a dataclass field, kept for whoever inspects it
from dataclasses import dataclass, field
from enum import IntEnum


class Version(IntEnum):
    """How a package is written; the numbers are Anki's own."""

    LEGACY_1 = 1
    """`collection.anki2`: what genanki and this tool write, and Anki up to 2.1.27."""
    LEGACY_2 = 2
    """`collection.anki21`: what Anki exports for older versions of itself."""
    LATEST = 3
    """`collection.anki21b`, compressed, with note types in tables: what Anki exports since 2.1.50."""


@dataclass(frozen=True, slots=True)
class PackedCard:
    """A card: which template or deletion (`ord`, from 0), in which deck (full path), and how it is scheduled.

    `due` and `interval` (days; negative: seconds) are Anki's; `queue` is -1 for a suspended card. A card that is away
    in a filtered deck has the deck that it returns to.
    """

    ord: int
    deck: str
    due: int
    queue: int = 0
    interval: int = 0
    reps: int = 0


@dataclass(frozen=True, slots=True)
class PackedNote:
    """A note: `id` in milliseconds, `mod` in seconds, `type` the id of its note type.

    `fields` are (name, HTML) in the type's order; `tags` as Anki has them, sorted; `cards` by `ord`.
    """

    guid: str
    id: int
    mod: int
    type: int
    fields: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]
    cards: tuple[PackedCard, ...]

    def __getitem__(self, name: str) -> str:
        """Return the HTML of a field; `""` where the note type has none of this name."""
        return next((html for field_name, html in self.fields if field_name == name), "")


@dataclass(frozen=True, slots=True)
class PackedTemplate:
    """A card template; `id` is `None` where nobody gave it a permanent one."""

    name: str
    id: int | None
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class NoteType:
    """A note type: `mod` in seconds, `kind` is `normal` or `cloze`, `fields` are (name, permanent id or `None`)."""

    id: int
    name: str
    mod: int
    kind: str
    fields: tuple[tuple[str, int | None], ...]
    templates: tuple[PackedTemplate, ...]
    css: str


@dataclass(frozen=True, slots=True)
class PackedMedia:
    """A media file: its name in a collection, and how many bytes it has."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Package:
    """Everything of a package but the bytes of its media and the history of reviews.

    `notes` are in the order of their ids, `note_types` by id, `decks` are full paths with `::`, sorted.
    """

    notes: tuple[PackedNote, ...] = ()
    note_types: Mapping[int, NoteType] = field(default_factory=dict)
    decks: tuple[str, ...] = ()
    media: tuple[PackedMedia, ...] = ()
    version: Version = Version.LEGACY_1
