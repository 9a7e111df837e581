"""A Knowt page as copied from the browser: the terms between its buttons, counters and notices.

Each card stands behind its number and what Knowt knows of it (`New cards`); the first paragraph is the term, what
follows is the definition, to the next number. Everything before the first card is the page: its title is the first
line, and `71 Terms` is what it claims to hold.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.diagnostics import Diagnostic, Outcome
from deckforge.intake import plain
from deckforge.intake.draft import Item, Lesson, Section
from deckforge.intake.found import disagrees, incomplete
from deckforge.intake.writer.escapes import line
from deckforge.model.course import SectionKind
from deckforge.model.items import Kind
from deckforge.model.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.intake.readers import Options

name = "knowt"
summary = "a Knowt page, copied from the browser with everything around its terms"
binary = False

_NUMBER = re.compile(r"\d{1,5}")
_STATE = re.compile(
    r"(?:new|still learning|learning|almost (?:done|there)|familiar|known?|know|mastered|reviewing|due)(?: cards?)?",
    re.IGNORECASE,
)
_CLAIM = re.compile(r"(\d{1,5}) (?:terms?|cards?|flashcards?)", re.IGNORECASE)
_FOOTER = re.compile(
    r"(?:explore top|similar (?:flashcards?|decks)|related flashcards?|looks like you|add to folder)", re.IGNORECASE
)
"""What stands below the last card, where the page was copied to its end."""
_NOISE = re.compile(
    r"call ?kai|spaced repetition|knowt play|no analytics yet|practice test|studied by \d+|heart puzzle", re.IGNORECASE
)


def recognise(data: bytes, name: str) -> float:  # noqa: ARG001 - the shape of all readers
    """Look for numbered cards with a state, and for the page's buttons."""
    rows = data.decode("utf-8", "replace").split("\n")[:5000]
    cards = len(_starts(rows))
    noise = sum(bool(_NOISE.search(row)) for row in rows[:60])
    return 0.95 if cards > 1 or (cards and noise) else 0.3 if noise > 2 else 0.0


def read(data: bytes, name: str, options: Options) -> Outcome[tuple[Lesson, ...]]:  # noqa: ARG001 - the shape of all
    """Return the page's terms as one lesson."""
    source = Source(name, data)
    rows = data.decode("utf-8", "replace").split("\n")
    starts = _starts(rows)
    ends = [*starts[1:], len(rows)]
    head = rows[: starts[0]] if starts else rows
    title = next((" ".join(row.split()) for row in head if row.strip()), "") or name
    claim, claim_line = next(
        ((row.strip(), number) for number, row in enumerate(head, 1) if _CLAIM.fullmatch(row.strip())), ("", 1)
    )
    items = tuple(_item(rows, start, end) for start, end in zip(starts, ends, strict=True))
    section = Section(kind=SectionKind.TERMS, items=items)
    lesson = Lesson(
        title=title,
        origin=name,
        source=title,
        content=(section,) if items else (),
        claimed={"Terms": claim} if claim else {},
        lines=tuple(number for number, row in enumerate(head, 1) if row.strip()),
    )
    found: list[Diagnostic] = [*disagrees(claim, len(items), source, claim_line), *incomplete(lesson, source)]
    return Outcome((lesson,), tuple(found))


def _starts(rows: Sequence[str]) -> list[int]:
    """Return the indexes of the rows that hold the number of a card: a row behind them says how well it is known."""
    return [
        index
        for index in range(len(rows) - 1)
        if _NUMBER.fullmatch(rows[index].strip()) and _STATE.fullmatch(rows[index + 1].strip())
    ]


def _item(rows: Sequence[str], start: int, end: int) -> Item:
    number = int(rows[start])
    first = next((at for at in range(start + 2, end) if rows[at].strip()), end)
    stop = next((at for at in range(first, end) if _FOOTER.match(rows[at].strip())), end)
    behind = next((at for at in range(first, stop) if not rows[at].strip()), stop)
    front = " ".join(" ".join(rows[first:behind]).split())
    return Item(
        kind=Kind.TERM,
        label=f"Card {number}",
        front=line(front),
        answer=plain.markdown("\n".join(rows[behind:stop])),
        lines=tuple(at + 1 for at in range(start, end) if rows[at].strip()),
    )
