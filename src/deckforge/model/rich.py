"""Text that has been rendered to HTML, except where a back end has to decide.

Markdown is read once. What does not depend on where it will be shown becomes a string of balanced HTML; what does (a
claim's verdict, a link's address, a picture's file name, math, code, a cloze's deletion) stays a piece of its own.
`render` turns the pieces into the HTML of one back end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from deckforge.model.claims import Claim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.model.source import Span


@dataclass(frozen=True, slots=True)
class LinkStart:
    """The start of a link as written: `https://…`, `other-lesson.md#item`, `#item`, `media/notes.pdf`.

    Every `LinkStart` is followed by its `LinkEnd` in the same text; links do not nest, and a claim is not a link.
    """

    target: str
    title: str
    span: Span


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """The end of the last link that was started."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as written; `source` is relative to `content/media` or to the lesson's file."""

    source: str
    alt: str
    title: str
    span: Span


@dataclass(frozen=True, slots=True)
class Math:
    """TeX between `$…$` or, for `display`, `$$…$$`, exactly as written."""

    tex: str
    display: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Mark:
    """A claim on the code points `start` to `end` (exclusive) of a code block's text."""

    start: int
    end: int
    claim: Claim


@dataclass(frozen=True, slots=True)
class Code:
    """A code block: its text as written, its language (`""` for none) and the claims that stand in it.

    `info` is what follows the language on the fence's line (`run`, `proof=name`).
    """

    text: str
    language: str
    info: str
    marks: tuple[Mark, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ClozeStart:
    """The start of a cloze deletion `{{c1::` with its number and its hint (`""` for none)."""

    number: int
    hint: str
    span: Span


@dataclass(frozen=True, slots=True)
class ClozeEnd:
    """The end of the last cloze deletion that was started."""


Piece: TypeAlias = str | Claim | LinkStart | LinkEnd | Image | Math | Code | ClozeStart | ClozeEnd
"""A `str` is balanced HTML only together with its neighbours: `"<p>"`, a `Claim`, `"</p>"`."""


@dataclass(frozen=True, slots=True)
class Rich:
    """One rendered text: a field, a heading, an option, a stretch of prose.

    `text` is the same in plain words (math as TeX, pictures as their `alt`, no HTML): for tables, titles and word
    counts. `block` tells paragraphs from a single inline run. `claims` are the claims whose places lie in this text
    but which could not be marked there (a header claim inside math); those that could be are pieces.
    """

    pieces: tuple[Piece, ...]
    text: str
    block: bool
    span: Span
    claims: tuple[Claim, ...] = field(default=())

    def __bool__(self) -> bool:
        """Tell whether there is anything to show: a picture alone is something, white space is not."""
        return bool(self.text.strip()) or any(not isinstance(piece, str) for piece in self.pieces)

    def all_claims(self) -> Iterator[Claim]:
        """Yield every claim of this text in the order of reading."""
        for piece in self.pieces:
            if isinstance(piece, Claim):
                yield piece
            elif isinstance(piece, Code):
                yield from (mark.claim for mark in piece.marks)
        yield from self.claims

    @property
    def has_math(self) -> bool:
        """Whether any piece is math."""
        return any(isinstance(piece, Math) for piece in self.pieces)
