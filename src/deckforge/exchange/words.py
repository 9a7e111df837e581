"""What differs between two texts, word by word, with a few words around each difference."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

AROUND = 5
"""How many words are shown on each side of a difference."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words: `op` is `same`, `old` (only in the first text) or `new` (only in the second)."""

    op: str
    text: str


def differences(old: Sequence[str], new: Sequence[str]) -> tuple[Piece, ...]:
    """Return the differences in the order of reading; unchanged words far from any are an ellipsis."""
    pieces: list[Piece] = []
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for number, (op, i1, i2, j1, j2) in enumerate(opcodes):
        if op == "equal":
            first, last = number == 0, number == len(opcodes) - 1
            pieces.append(Piece("same", _shortened(old[i1:i2], first=first, last=last)))
            continue
        if i1 < i2:
            pieces.append(Piece("old", " ".join(old[i1:i2])))
        if j1 < j2:
            pieces.append(Piece("new", " ".join(new[j1:j2])))
    return tuple(pieces)


def _shortened(words: Sequence[str], *, first: bool, last: bool) -> str:
    """Leave out the middle of unchanged words, or their far end at the text's start or end."""
    head = [] if first else list(words[:AROUND])
    tail = [] if last else list(words[-AROUND:])
    if len(words) <= len(head) + len(tail) + 1:
        return " ".join(words)
    return " ".join([*head, "…", *tail])


def plain(pieces: Sequence[Piece]) -> str:
    """Return differences as one line without colours: `[-old-]{+new+}`."""
    shown = {"same": "{}", "old": "[-{}-]", "new": "{{+{}+}}"}
    return " ".join(shown[piece.op].format(piece.text) for piece in pieces)
