"""The one event stream of a Markdown text, in the dialect that every field and all prose share.

The parser yields dictionaries; here each event becomes a flat tuple `(kind, value, start, end)`, where `kind` is a leaf
(`Text`, `Code`, `SoftBreak`, …) or a tag that opens (`+Paragraph`) or closes (`-Paragraph`), `value` is what the event
carries, and `start`, `end` are byte offsets into the text. Events are streamed, and kept only as long as one field:
a list of a whole course's events keeps the garbage collector busier than the parser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import pyromark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Event: TypeAlias = tuple[str, Any, int, int]
Broken: TypeAlias = "Callable[[Any], tuple[str, str] | None]"

_Options = pyromark.Options
DIALECT = (
    _Options.ENABLE_TABLES
    | _Options.ENABLE_FOOTNOTES
    | _Options.ENABLE_STRIKETHROUGH
    | _Options.ENABLE_TASKLISTS
    | _Options.ENABLE_MATH
    | _Options.ENABLE_GFM
    | _Options.ENABLE_HEADING_ATTRIBUTES
)
"""Not metadata blocks (they match in mid-document), smart punctuation (values stay as typed) or definition lists."""


class _Names(dict[str, str]):
    """`Paragraph` to `+Paragraph`, each made once."""

    def __init__(self, sign: str) -> None:
        self.sign = sign

    def __missing__(self, tag: str) -> str:
        name = self[tag] = self.sign + tag
        return name


def stream(data: bytes, broken: Broken | None = None) -> Iterator[Event]:
    """Yield the events of a text; `broken` is told of every link reference that nothing defines."""
    starts, ends = _Names("+"), _Names("-")
    event: Any
    for event, place in pyromark.events_with_range(data.decode("utf-8"), options=DIALECT, broken_link_callback=broken):
        start, end = place["start"], place["end"]
        if type(event) is str:
            yield event, None, start, end
            continue
        kind: str
        value: Any
        ((kind, value),) = event.items()
        if kind == "Start" or kind == "End":  # noqa: PLR1714 - measurably faster than a set, 10 times a field
            names = starts if kind == "Start" else ends
            if type(value) is str:
                yield names[value], None, start, end
            else:
                ((tag, value),) = value.items()
                yield names[tag], value, start, end
        else:
            yield kind, value, start, end


def blocks(events: Sequence[Event]) -> Iterator[Sequence[Event]]:
    """Yield the outermost pieces of some events: each a leaf, or an opened tag with all that is in it."""
    depth = first = 0
    for index, event in enumerate(events):
        sign = event[0][0]
        if sign == "+":
            depth += 1
        elif sign == "-":
            depth -= 1
        if not depth:
            yield events[first : index + 1]
            first = index + 1


def inside(block: Sequence[Event]) -> Sequence[Event]:
    """Return what stands between the opening and the closing of a block."""
    return block[1:-1]


def unwrapped(events: Sequence[Event]) -> Sequence[Event]:
    """Return the events without their paragraph, where they are one paragraph alone."""
    if events and events[0][0] == "+Paragraph":
        pieces = blocks(events)
        first = next(pieces)
        if len(first) == len(events):
            return inside(first)
    return events


def plain(events: Iterable[Event]) -> str:
    """Return the words of inline events: a heading's name, before anything is rendered."""
    words = ("Text", "Code", "InlineMath", "DisplayMath")
    return "".join(" " if kind == "SoftBreak" else value if kind in words else "" for kind, value, _, _ in events)


def extent(events: Sequence[Event]) -> tuple[int, int]:
    """Return where events begin and end; `(0, 0)` for none. A closing event ends where its block does."""
    return (events[0][2], events[-1][3]) if events else (0, 0)
