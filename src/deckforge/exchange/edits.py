"""From an edited field to its source: which bytes of a lesson would have to be replaced, and by what Markdown.

The words of a field know their places (`sources`); what stands between two versions of it is a list of stretches, and
each must lie in one place of the lesson, hold nothing that a proof answers for, and be something that Markdown has a
plain word for. What comes out is a proposal: `write_back` finds out whether it gives the field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

from deckforge.exchange import tokens
from deckforge.exchange.tokens import Kind, Token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from deckforge.exchange.pull import Change
    from deckforge.exchange.sources import Placed, Places
    from deckforge.exchange.tracing import Traced
    from deckforge.model.course import Lesson
    from deckforge.model.rich import Rich

_MADE = {
    "Evidence": "it is made from the proofs of the item's claims",
    "Lesson": "it is the title of the lesson",
    "ID": "an item's id is permanent",
    "Concept": "it comes from the item's attributes",
    "Bloom": "it comes from the item's attributes",
    "Difficulty": "it comes from the item's attributes",
    "Source": "it comes from the item's attributes",
    "Terms": "it comes from the item's attributes",
    "Points": "it comes from the item's attributes",
    "Minutes": "it comes from the item's attributes",
    "Words": "it comes from the item's attributes",
    "Type": "it comes from the item's attributes",
    "Both": "it comes from the item's attributes",
    "Multiple": "it follows from the options",
    **dict.fromkeys(("Low", "High", "Scale", "Unit", "Accepted"), "it follows from the answer's claim"),
}
_PARTS = {"InShort": "In short", "Why": "Why it matters", "Explanation": "Explanation", "Gap": "Gap"}


class Refused(Exception):  # noqa: N818 - reads as what happened; `write_back` keeps it
    """Why a change is not written."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes of a file, and what to put in their place."""

    start: int
    end: int
    text: bytes


def edits(
    change: Change, traced: Traced, lesson: Lesson, places: Places, escape: Callable[[str], str]
) -> tuple[Edit, ...]:
    """Return what would have to be replaced in the lesson's file to give the edited field.

    Raises:
        Refused: some of it has no place in the file, or must not be touched.
    """
    name = change.field
    if name in _MADE:
        raise Refused(f"{_MADE[name]}; edit the lesson by hand")
    if name.startswith("Reserved"):
        raise Refused("the sources have no place for this field")
    if name not in traced.fields:
        part = f"add `#### {_PARTS[name]}` by hand" if name in _PARTS else "add it by hand"
        raise Refused(f"the item has no such part; {part}")
    shown = tokens.traced(traced.fields[name])
    new = tokens.read(change.html)
    if not new:
        raise Refused("the field was emptied: whether the part should go is for a person to say")
    placed = _places(places, shown, traced.texts)
    old = [token for token, _ in shown]
    found: list[Edit] = []
    for op, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op != "equal":
            start, end = _stretch(old, i1, i2, placed, new[j1:j2])
            _protect(lesson, start, end)
            text = places.quoted(start, _markdown(new[j1:j2], escape))
            found.append(Edit(start, end, text.encode()))
    return tuple(found)


def _places(places: Places, shown: Sequence[tuple[Token, int]], texts: Sequence[Rich]) -> dict[int, Placed]:
    """Return where each token of a field stands in the file, by its index."""
    found: dict[int, Placed] = {}
    for owner in sorted({owner for _, owner in shown if owner >= 0}):
        indexes = [index for index, (_, each) in enumerate(shown) if each == owner]
        aligned = places.aligned(texts[owner], [shown[index][0] for index in indexes])
        found |= {indexes[inner]: placed for inner, placed in aligned.items()}
    return found


def _stretch(
    old: Sequence[Token], first: int, last: int, places: Mapping[int, Placed], new: Sequence[Token]
) -> tuple[int, int]:
    """Return the bytes that make the tokens `first` to `last` (exclusive), or between which new ones belong."""
    for token in (*old[first:last], *new):
        _writable(token)
    if first < last:
        touched = [places.get(index) for index in range(first, last)]
        for each in touched:
            if each is None:
                raise Refused(
                    f"{_named(old[first:last])} is made by the build, or stands in no one place of the lesson"
                )
            if each.claim:
                raise Refused(f"changing {each.claim} would change what is claimed; edit by hand")
        placed = [each for each in touched if each is not None]
        if any(after.start < before.end for before, after in pairwise(placed)):
            raise Refused("it stands in more than one place of the lesson")
        return placed[0].start, placed[-1].end
    before, after = places.get(first - 1), places.get(last)
    if before is not None and after is not None and before.claim and before.start == after.start:
        raise Refused(f"changing {before.claim} would change what is claimed; edit by hand")
    if before is not None and old[first - 1].kind not in (Kind.OPEN, Kind.VOID):
        return before.end, before.end
    if after is not None:
        return after.start, after.start
    if before is not None:
        return before.end, before.end
    raise Refused("the lesson has no place for it between what the build makes")


def _writable(token: Token) -> None:
    """Make sure that Markdown has a plain word for a token.

    Raises:
        Refused: it has none.
    """
    name = token.text.partition(" ")[0]
    if token.kind is Kind.BLOCK:
        raise Refused("it changes a code block; edit it by hand")
    if token.kind is Kind.IMAGE:
        raise Refused("it adds, changes or removes a picture; edit it by hand")
    if token.kind is Kind.VOID and name == "br":
        raise Refused("it adds or removes a line break; edit it by hand")
    if token.kind in (Kind.OPEN, Kind.CLOSE, Kind.VOID) and name not in _MARKERS:
        what = "a link" if name == "a" else f"the structure (`<{name}>`)"
        raise Refused(f"it changes {what}; edit it by hand")


def _named(touched: Sequence[Token]) -> str:
    words = " ".join(tokens.words(touched))
    return f"“{words[:40]}{'…' if len(words) > 40 else ''}”" if words else "what was changed"


def _protect(lesson: Lesson, start: int, end: int) -> None:
    """Make sure that no number of a claim in the header is touched.

    Raises:
        Refused: one is.
    """
    for claim in lesson.claims:
        place = claim.text_span
        if place.path == lesson.path and place.start < end and start < place.end:
            raise Refused(f"changing {claim.text} would change what is claimed; edit by hand")


_MARKERS = {"em": "*", "strong": "**", "del": "~~"}


def lightly(text: str) -> str:
    """Escape what Markdown would read anywhere in a text."""
    return re.sub(r"([\\`*<>$\[\]~|])", r"\\\1", text)


def heavily(text: str) -> str:
    """Escape all that Markdown could read."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def _markdown(new: Sequence[Token], escape: Callable[[str], str]) -> str:
    """Return tokens as Markdown."""
    out: list[str] = []
    for token in new:
        match token.kind:
            case Kind.WORD:
                out.append(escape(token.text))
            case Kind.SPACE:
                out.append(" ")
            case Kind.MATH:
                out.append(f"${token.text}$")
            case Kind.DISPLAY:
                out.append(f"$${token.text}$$")
            case Kind.CODE:
                fence = "`" * (1 + max(map(len, re.findall("`+", token.text)), default=0))
                pad = " " if "`" in token.text else ""
                out.append(f"{fence}{pad}{token.text}{pad}{fence}")
            case _:
                out.append(_MARKERS[token.text])
    return "".join(out)
