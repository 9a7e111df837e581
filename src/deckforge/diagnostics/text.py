"""Diagnostics for a person at a terminal: the place, the line it is on, carets under what is wrong, and what to do.

A caret has to stand under the right glyph, so a line is laid out as cells first: a tab is four columns, a wide
character two, a combining one none, and a control character is shown as a picture of itself (it must not reach the
terminal). A line that is too long for the terminal is cut to a window around the place.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckforge.diagnostics import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deckforge.diagnostics import Diagnostic
    from deckforge.model.source import Source, Span

TAB = "    "
ELLIPSIS = "…"
_NAMES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;36"}
_BLUE, _BOLD = "1;34", "1"
_LEAST_WINDOW = 20


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source], *, color: bool, width: int | None) -> str:
    """Return the diagnostics as text, in the order given, with a line that counts them; `""` for none.

    `color` adds ANSI colours. `width` is the terminal's in columns; `None` shows every line whole.
    """
    if not diagnostics:
        return ""
    paint = _Paint(color)
    blocks = [_block(diagnostic, sources, paint, width) for diagnostic in diagnostics]
    return "\n\n".join([*blocks, paint(_BOLD, summary(diagnostics))]) + "\n"


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """Return the count of diagnostics in words: `3 errors, 1 warning in 2 files`."""
    counts = [
        _count(sum(diagnostic.severity is severity for diagnostic in diagnostics), name)
        for severity, name in _NAMES.items()
    ]
    files = len({diagnostic.span.path for diagnostic in diagnostics if diagnostic.span})
    words = ", ".join(count for count in counts if count) or "nothing to report"
    return f"{words} in {_count(files, 'file')}" if files else words


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""


@dataclass(frozen=True, slots=True)
class _Paint:
    """Wraps text in an ANSI style, or leaves it alone."""

    on: bool

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.on and text else text


@dataclass(frozen=True, slots=True)
class _Layout:
    """What every place of one diagnostic has in common; `gutter` is the width of its longest line number."""

    sources: Mapping[str, Source]
    paint: _Paint
    gutter: int
    width: int | None

    def place(self, span: Span, arrow: str, mark: str, style: str, label: str = "") -> list[str]:
        """Return `--> path:line:column`, the source line and its underline; the path alone if there is no source."""
        pad = " " * self.gutter
        head = f"{pad}{self.paint(_BLUE, arrow)} "
        source = self.sources.get(span.path)
        if source is None:
            return [head + span.path + (f": {label}" if label else "")]
        start, end = source.position(span.start), source.position(span.end)
        text = source.line(start.line)
        last = end.column if end.line == start.line else len(text) + 1
        room = None if self.width is None else max(_LEAST_WINDOW, self.width - self.gutter - 3)
        shown, before, under = excerpt(text, start.column, last, room)
        bar = self.paint(_BLUE, "|")
        underline = self.paint(style, mark * under + (f" {label}" if label else ""))
        return [
            f"{head}{span.path}:{start.line}:{start.column}",
            f"{pad} {bar}",
            f"{self.paint(_BLUE, str(start.line).rjust(self.gutter))} {bar} {shown}".rstrip(),
            f"{pad} {bar} {' ' * before}{underline}",
        ]

    def help(self, fix: str) -> list[str]:
        """Return what to do, its further lines below the first."""
        pad = " " * self.gutter
        first, *rest = printable(fix, keep="\n").split("\n")
        head = f"{pad} {self.paint(_BLUE, '=')} {self.paint(_BOLD, 'help')}: {first}"
        return [head, *(f"{pad}         {line}".rstrip() for line in rest)]


def _block(diagnostic: Diagnostic, sources: Mapping[str, Source], paint: _Paint, width: int | None) -> str:
    """Return one diagnostic: headline, place, related places, help."""
    style = _COLORS[diagnostic.severity]
    label = f"{_NAMES[diagnostic.severity]}[{diagnostic.code.id} {diagnostic.code.name}]"
    lines = [paint(style, label) + paint(_BOLD, f": {printable(diagnostic.message)}")]
    spans = [span for span in (diagnostic.span, *(other.span for other in diagnostic.related)) if span]
    gutter = max((len(str(_line_number(span, sources))) for span in spans), default=1)
    layout = _Layout(sources, paint, gutter, width)
    if diagnostic.span:
        lines += layout.place(diagnostic.span, "-->", "^", style)
    for other in diagnostic.related:
        lines += layout.place(other.span, ":::", "-", _BLUE, printable(other.message))
    if diagnostic.fix:
        lines += layout.help(diagnostic.fix)
    return "\n".join(lines)


def _line_number(span: Span, sources: Mapping[str, Source]) -> int:
    source = sources.get(span.path)
    return source.position(span.start).line if source else 1


def excerpt(text: str, start: int, end: int, room: int | None) -> tuple[str, int, int]:
    """Lay out the columns `start` to `end` (from 1, `end` exclusive) of a line in at most `room` terminal columns.

    Returns the text to show, how many terminal columns stand before the mark, and how many the mark takes (at least
    one: an empty place, also the one behind the last character, has a caret).
    """
    cells = [_cell(character) for character in text]
    first = min(max(start, 1) - 1, len(cells))
    last = min(max(end - 1, first), len(cells))
    while 0 < first < len(cells) and not cells[first][1]:
        first -= 1  # a combining character is marked under the character that it changes
    edges = [0]
    for _, wide in cells:
        edges.append(edges[-1] + wide)
    if room is None or edges[-1] <= room:
        low, high = 0, len(cells)
    else:
        low, high = _window(edges, first, last, room)
    left, right = (ELLIPSIS if low else ""), (ELLIPSIS if high < len(cells) else "")
    shown = left + "".join(glyph for glyph, _ in cells[low:high]) + right
    before = len(left) + edges[first] - edges[low]
    return shown, before, max(1, edges[min(last, high)] - edges[first])


def _window(edges: Sequence[int], first: int, last: int, room: int) -> tuple[int, int]:
    """Return the cells to show of a line that is too long: around the place, or from its start if that is too long."""
    inner = room - 2 * len(ELLIPSIS)
    spare = max(inner - (edges[last] - edges[first]), inner // 3)
    low = first
    while low > 0 and edges[first] - edges[low - 1] <= spare // 2:
        low -= 1
    high = low
    while high < len(edges) - 1 and edges[high + 1] - edges[low] <= inner:
        high += 1
    while high == len(edges) - 1 and low > 0 and edges[high] - edges[low - 1] <= inner:
        low -= 1  # nothing is cut on the right: use its room on the left
    return low, high


def _cell(character: str) -> tuple[str, int]:
    """Return what a character is shown as, and how many terminal columns that takes."""
    if character == "\t":
        return TAB, len(TAB)
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code), 1
    if 0x7F <= code < 0xA0 or character in _BIDI:
        return "\ufffd", 1
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return character, 0
    return character, 2 if unicodedata.east_asian_width(character) in "WF" else 1


_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: Iterable[str], keep: str = "") -> str:
    """Return a text in one line and without control characters, but for those to `keep`."""
    return "".join(
        character if character in keep else " " if character in "\t\r\n" else _cell(character)[0] for character in text
    )
