"""What belongs to a section as a whole: `###` headings of six names, without an id, at the section's end."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Severity
from deckforge.model.course import Advice, Band, Guide, Review
from deckforge.model.items import Range
from deckforge.read.markdown.events import blocks, inside, plain, unwrapped
from deckforge.read.markdown.render import Field, render
from deckforge.read.markdown.structures import COLUMNS, SHAPE, entries, only, span_of, table, wrong
from deckforge.read.score import SCORE, UNREAD, score
from deckforge.read.simple import MALFORMED_VALUE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckforge.read.markdown.events import Event
    from deckforge.read.markdown.headings import Heading

NO_ITEM = Code(
    "DF268",
    "guide-without-link",
    Severity.ERROR,
    "A row of a guide names items without linking to them.",
    "Numbers of questions change when one is added; a link to an item's id is checked and stays right.",
    "| Question 2 | The chain rule |",
    "| [Question 2](#dw2) | The chain rule |",
)
CODES: tuple[Code, ...] = (NO_ITEM,)

GUIDES = {
    "performance guide": "performance",
    "review advice": "review",
    "mastery checklist": "checklist",
    "progression path": "progression",
    "source mapping": "source_mapping",
    "review schedule": "schedule",
}
"""The headings of a section's guides, in lower case, and the fields of `Guide` that they fill."""

_DAY = re.compile(r"(?:day\s*)?(\d{1,5})(?:\s*days?)?", re.IGNORECASE)
_LINE = re.compile(r"^\s*(?:[:–—-]|$)\s*")
_BETWEEN = re.compile(r"\s*(?:,|;|and|&|or|\+|)\s*")


def read_guide(parts: Sequence[tuple[str, Heading, Sequence[Event]]], field: Field) -> Guide:
    """Return a section's guide from its parts: (field of `Guide`, heading, events).

    Its texts belong to no item; the part of the section's field is what tells their anchors apart.
    """
    guide = Guide()
    for name, heading, events in parts:
        owner = field.named(f"{field.scope.part}-{name}")
        if name == "performance":
            guide = replace(guide, performance=(*guide.performance, *_bands(events, owner, heading)))
        elif name == "review":
            guide = replace(guide, review=(*guide.review, *_rows(events, owner, heading)))
        elif name == "source_mapping":
            guide = replace(guide, source_mapping=(*guide.source_mapping, *_rows(events, owner, heading)))
        elif name == "checklist":
            guide = replace(guide, checklist=(*guide.checklist, *_entries(events, owner, heading)))
        elif name == "schedule":
            guide = replace(guide, schedule=(*guide.schedule, *_reviews(events, owner, heading)))
        else:
            guide = replace(guide, progression=(*guide.progression, *_entries(events, owner, heading)))
    return guide


def _columns(
    events: Sequence[Event], field: Field, heading: Heading, meaning: str
) -> Iterator[tuple[Sequence[Event], ...]]:
    """Yield the rows of a guide's table: the whole row, then its cells."""
    block = only("+Table", events, field, heading)
    if block is None:
        return
    cells = table(block)
    wanted = meaning.count("|") + 1
    if len(cells.head) != wanted:
        message = f"`{heading.name}` is a table of {wanted} columns, and this one has {len(cells.head)}"
        wrong(field, COLUMNS, block, message, f"write: {meaning}")
        return
    for row, texts in cells.rows:
        yield (row, *texts)


def _bands(events: Sequence[Event], field: Field, heading: Heading) -> Iterator[Band]:
    for row, first, level, advice in _columns(events, field, heading, "Score | Level | Advice"):
        percents = score(plain(first))
        if not isinstance(percents, Range):
            wrong(field, SCORE, first or row, *percents)
            percents = UNREAD
        render(first, field)  # for what is wrong inside it
        yield Band(percents.low, percents.high, render(level, field), render(advice, field), span_of(field, row))


def _rows(events: Sequence[Event], field: Field, heading: Heading) -> Iterator[Advice]:
    second = "Review" if heading.name.lower().startswith("review") else "Source"
    for row, first, text in _columns(events, field, heading, f"Item | {second}"):
        items, rest = _leading(first)
        if plain(rest).strip() or (first and not items):
            message = f"`{plain(first).strip()}` has to be one or more links to items"
            wrong(field, NO_ITEM, first, message, "write `[name](#id)`; leave the cell empty for the whole section")
        yield Advice(items, render(text, field), span_of(field, row))


def _reviews(events: Sequence[Event], field: Field, heading: Heading) -> Iterator[Review]:
    for row, first, what in _columns(events, field, heading, "Day | What"):
        written = plain(first).strip()
        day = _DAY.fullmatch(written)
        render(first, field)  # for what is wrong inside it
        if day is None:
            message = f"`{written}` is no whole number of days"
            wrong(field, MALFORMED_VALUE, first or row, message, "write after how many days: `3`")
        items, text = _labelled(what)
        yield Review(int(day[1]) if day else 0, items, render(text, field), span_of(field, row))


def _entries(events: Sequence[Event], field: Field, heading: Heading) -> Iterator[Advice]:
    block = only("+List", events, field, heading)
    for entry in entries(block) if block else ():
        inner = unwrapped([event for event in inside(entry) if event[0] != "TaskListMarker"])
        items, text = _labelled(inner)
        made = render(text, field, inline=True)
        if not made:
            wrong(field, SHAPE, entry, f"an entry of `{heading.name}` is empty", "write it, or take it out")
        yield Advice(items, made, span_of(field, entry))


def _labelled(events: Sequence[Event]) -> tuple[tuple[str, ...], Sequence[Event]]:
    """Return the items that some events begin with, and the text: the links' labels where nothing stands behind."""
    items, rest = _leading(events)
    return items, rest if plain(rest).strip() else [event for event in events if event[0] not in ("+Link", "-Link")]


def _leading(events: Sequence[Event]) -> tuple[tuple[str, ...], Sequence[Event]]:
    """Return the ids of the items that some inline events begin with links to, and what stands behind the links."""
    items: list[str] = []
    used = at = 0
    for block in blocks(events):
        kind, value, _, _ = block[0]
        at += len(block)
        if kind == "+Link" and value["dest_url"].startswith("#"):
            items.append(value["dest_url"][1:])
            used = at
        elif kind == "SoftBreak" or (kind == "Text" and items and _BETWEEN.fullmatch(value)):
            continue
        else:
            break
    rest = list(events[used:])
    if items and rest and rest[0][0] == "Text":
        kind, value, start, end = rest[0]
        kept = _LINE.sub("", value, count=1).lstrip()
        rest[0] = (kind, kept, start + len(value[: len(value) - len(kept)].encode()), end)
    return tuple(items), rest
