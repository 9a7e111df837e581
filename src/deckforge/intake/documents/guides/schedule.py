"""Schedules of repetition: after how many days what is gone over again, by day or by card."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.intake import draft
from deckforge.intake.documents import values
from deckforge.intake.documents.account import Use
from deckforge.intake.documents.blocks import Block, blocks, cells
from deckforge.intake.documents.guides.base import Guides, enter_marks, flow, groups, halves
from deckforge.intake.documents.guides.names import labels_in, word_of
from deckforge.intake.documents.labels import normal
from deckforge.intake.documents.structures import cell

if TYPE_CHECKING:
    from deckforge.intake.documents.maker import Maker

_DAYS = (
    (re.compile(r"\b(?:same day|today|immediate(?:ly)?|now|right away|hours?)\b", re.IGNORECASE), 0),
    (re.compile(r"\b(?:tomorrow|next day)\b", re.IGNORECASE), 1),
    (re.compile(r"\bday\s*(\d{1,4})", re.IGNORECASE), 1),
    (re.compile(r"\b(\d{1,4})\s*(?:-|–|to)?\s*\d*\s*days?\b", re.IGNORECASE), 1),
    (re.compile(r"\bweek\s*(\d{1,3})", re.IGNORECASE), 7),
    (re.compile(r"\b(\d{1,3})\s*(?:-|–|to)?\s*\d*\s*weeks?\b", re.IGNORECASE), 7),
    (re.compile(r"\b(\d{1,2})\s*months?\b", re.IGNORECASE), 30),
    (re.compile(r"^\W*(\d{1,4})\s*d?\W*$"), 1),
)
"""Ways to say a time, and how many days the number in each counts for (without a number: how many it is)."""


def schedule(block: Block, make: Maker, guides: Guides, _word: str) -> bool:
    """Read a table, a list or lines that say after how many days what is repeated."""
    made: list[draft.Review] = []
    if block.kind == "table":
        head, rows = cells(block)
        at_day = next(
            (
                at
                for at, name in enumerate(head)
                if re.search(r"\b(?:day|interval|when|date|time|week|after|review date|timing)\b", normal(name))
            ),
            None,
        )
        if at_day is None:
            at_day = next(
                (at for at in range(len(head)) if rows and all(_day(row[at]) is not None for _, row in rows)), None
            )
        if at_day is None:
            return False
        of = word_of(head, "")
        for number, row in rows:
            day = _day(row[at_day])
            if day is None:
                return False
            labels = labels_in(values.plain(row[0]), of) if at_day else ()
            texts = []
            for at, text in enumerate(row):
                if at == at_day or not text or (at == 0 and labels):
                    continue
                column = word_of([head[at]], "")
                named = labels_in(values.plain(text), column)
                labels = labels or named
                bare = re.sub(r"[^A-Za-z]", "", text)
                if named and not re.sub(r"(?i)cards?|questions?|problems?|and|to|q", "", bare):
                    continue
                texts.append(
                    text
                    if len(row) <= 3
                    or re.search(r"review|focus|activity|what|action|task|note|recommend", normal(head[at]))
                    else f"{head[at]}: {text}"
                )
            whole = "; ".join(texts)
            made.append(
                draft.Review(
                    day=day, text=make.text(cell(number, whole)) if whole else "", labels=labels, lines=(number,)
                )
            )
    elif block.kind in ("list", "text"):
        lines = [entry.lines for entry in block.entries] if block.kind == "list" else [block.lines]
        for own in lines:
            first = values.plain(own[0][1])
            lead, rest = halves(first)
            if _day(lead) is None and labels_in(lead):  # "Card 1: review after a day"
                lead = rest
            day = _day(lead)
            if day is None:
                return False
            inner = [*cell(own[0][0], rest), *blocks(own[1:])] if rest or len(own) > 1 else cell(own[0][0], lead)
            made.append(
                draft.Review(
                    day=day, text=make.text(inner), labels=labels_in(first), lines=tuple(number for number, _ in own)
                )
            )
    elif block.kind == "code":
        for group in groups(block):
            day = _day(group[0][1])
            if day is None:
                return False
            text = make.text([Block("text", ((group[0][0], flow(group)),))])
            make.ledger.enter([number for number, _ in group], Use.FIELD)
            made.append(
                draft.Review(
                    day=day, text=text, labels=labels_in(group[0][1]), lines=tuple(number for number, _ in group)
                )
            )
    if not made:
        return False
    guides.schedule += made
    enter_marks(block, make)
    return True


def _day(text: str) -> int | None:
    """Return after how many days something is, as it is written; `None` where it is not said."""
    text = values.plain(text)
    for pattern, length in _DAYS:
        match = pattern.search(text)
        if match:
            return min(length * int(match[1]) if match.re.groups else length, 100_000)
    return None
