"""What `outline` makes of a document: items, sections and parts, with the blocks that stand in each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from deckforge.intake.documents.blocks import Block

Said: TypeAlias = tuple[str, tuple[int, ...]]
"""A value, and the lines that say it."""


@dataclass(slots=True)
class RawItem:
    """An item: `parts` are its texts by name (`outline` says which), `meta` its values by name.

    `level` is that of its heading (7 for what is no heading); `group` is the section it stands in.
    """

    word: str
    number: int | None
    level: int
    title: str = ""
    group: RawSection | None = None
    meta: dict[str, Said] = field(default_factory=dict)
    parts: dict[str, list[Block]] = field(default_factory=dict)
    hints: list[tuple[str, list[Block]]] = field(default_factory=list)
    extra: dict[str, Said] = field(default_factory=dict)
    marks: list[int] = field(default_factory=list)
    """Lines of its headings and labels."""
    labelled: set[str] = field(default_factory=set)
    """The parts that a label or a heading opened."""
    shown: str = ""
    """Its number as written, where it is none to count with."""
    listed: bool = False
    """Whether it was an entry of a list."""

    def has(self, part: str) -> bool:
        """Tell whether something stands in a part."""
        return any(block.kind != "rule" for block in self.parts.get(part, ()))

    @property
    def label(self) -> str:
        """What the source calls it."""
        return f"{self.word.capitalize()} {self.shown or self.number}" if self.number is not None else ""


@dataclass(slots=True)
class RawSection:
    """A part of the document that holds items; `kind` is `cards`, `quiz` or `problems`."""

    kind: str
    level: int
    heading: tuple[Block, ...] = ()
    title: str = ""
    intro: list[Block] = field(default_factory=list)
    items: list[RawItem] = field(default_factory=list)
    meta: dict[str, Said] = field(default_factory=dict)
    """What its heading says of all its items: `type`, `difficulty`, `points`."""


@dataclass(slots=True)
class RawPart:
    """Any other part: a guide, an export, an answer key without headings; `name` is `""` for prose."""

    name: str
    level: int
    heading: tuple[Block, ...] = ()
    title: str = ""
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Outline:
    """A document in its parts, in order; `meta` is what it says of itself."""

    title: str = ""
    kind: str = ""
    meta: dict[str, Said] = field(default_factory=dict)
    claimed: dict[str, Said] = field(default_factory=dict)
    parts: list[RawSection | RawPart] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    """Lines of its title and of what divides its parts."""
    chat: list[Block] = field(default_factory=list)
    """What was said around the document."""
    comments: list[Block] = field(default_factory=list)

    @property
    def items(self) -> list[RawItem]:
        """All items, in order."""
        return [item for part in self.parts if isinstance(part, RawSection) for item in part.items]

    @property
    def sections(self) -> list[RawSection]:
        """The sections, in order."""
        return [part for part in self.parts if isinstance(part, RawSection)]


def of_word(items: list[RawItem], word: str) -> list[RawItem]:
    """Return the items that are called by a word; without any, those that an answer key may speak of; else all."""
    named = [item for item in items if item.word == word]
    return named or [item for item in items if item.word != "card"] or items
