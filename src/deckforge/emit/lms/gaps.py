"""What a cloze deletes, as gaps that a program can grade: where they are, and what may be typed into them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from deckforge.model.claims import Claim
from deckforge.model.rich import ClozeEnd, ClozeStart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.model.rich import Piece, Rich

BLANK = "_____"
GAP = "\x0e"
"""The place of a gap in a stem, for a format to fill: a character that no source and no XML file can hold."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """What one outermost deletion hides: its number, its hint, and its words where a person can type them."""

    number: int
    hint: str
    words: str


_UNTYPABLE = re.compile(r"[{}#~/\"\\&<>=*|\n]|->")
"""What would have to be escaped, or is a wild card, in one of the formats: not a word to ask somebody to type."""
_MOST_TYPED = 60


def typable(text: str) -> bool:
    """Tell whether a program can compare a typed answer with this text."""
    return 0 < len(text) <= _MOST_TYPED and not _UNTYPABLE.search(text) and text.isprintable()


def variants(text: str) -> tuple[str, ...]:
    """Return the ways to type an answer: numbers with and without separators of thousands."""
    return tuple(dict.fromkeys((text, re.sub(r"(?<=\d),(?=\d{3}\b)", "", text))))


def deletions(rich: Rich) -> tuple[tuple[tuple[Piece, ...] | Deletion, ...], bool]:
    """Return a cloze as stretches of text and outermost deletions, and whether each deletion can be typed."""
    out: list[tuple[Piece, ...] | Deletion] = []
    open_: list[ClozeStart] = []
    run: list[Piece] = []
    good = True
    for piece in rich.pieces:
        if isinstance(piece, ClozeStart):
            open_.append(piece)
            if len(open_) == 1:
                out.append(tuple(run))
                run = []
        elif isinstance(piece, ClozeEnd):
            if len(open_) == 1:
                words = _typed(run)
                good = good and typable(words)
                out.append(Deletion(open_[0].number, open_[0].hint, words))
                run = []
            open_ = open_[:-1]
        else:
            run.append(piece)
    out.append(tuple(run))
    return tuple(out), good


def _typed(pieces: Sequence[Piece]) -> str:
    """Return the plain words of some pieces, or nothing where they hold more than words."""
    parts: list[str] = []
    for piece in pieces:
        if isinstance(piece, Claim):
            parts.append(piece.text)
        elif isinstance(piece, str) and "<" not in piece:
            parts.append(unescape(piece))
        else:
            return ""
    return " ".join("".join(parts).split())
