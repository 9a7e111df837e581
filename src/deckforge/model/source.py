"""Text on disk, and places in it.

Which numbers count from where, for the whole project: byte offsets count from 0 and a span's `end` is one past its
last byte; lines and columns count from 1; a column counts Unicode code points, tabs as one.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The bytes `start` to `end` (exclusive) of the file `path`, which is relative to the project, with `/`."""

    path: str
    start: int
    end: int

    def before(self, end: int) -> Span:
        """Return the same start with another end."""
        return Span(self.path, self.start, end)

    def point(self) -> Span:
        """Return the empty span at the start of this one."""
        return Span(self.path, self.start, self.start)


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A line and a column, both from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Source:
    """A file's bytes, as they were when a stage read them."""

    path: str
    data: bytes = field(repr=False)

    @cached_property
    def line_starts(self) -> list[int]:
        """The offset of each line's first byte."""
        starts = [0]
        at = self.data.find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.data.find(b"\n", at + 1)
        return starts

    def position(self, offset: int) -> Position:
        """Return the line and column of a byte offset; an offset inside a character counts as that character."""
        offset = max(0, min(offset, len(self.data)))
        line = bisect_right(self.line_starts, offset)
        start = self.line_starts[line - 1]
        # A lead byte starts a code point; continuation bytes (10xxxxxx) do not.
        before = sum(1 for byte in self.data[start:offset] if byte & 0xC0 != 0x80)
        if line == 1 and self.data.startswith(b"\xef\xbb\xbf") and offset >= 3:
            before -= 1  # the byte-order mark is no column
        return Position(line, before + 1)

    def line(self, number: int) -> str:
        """Return line `number` (from 1) without its end; bytes that are not UTF-8 show as U+FFFD."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.data)
        text = self.data[start:end].rstrip(b"\r\n").decode("utf-8", "replace")
        return text.removeprefix("\ufeff")

    def text(self, span: Span) -> str:
        """Return the text of a span of this file."""
        return self.data[span.start : span.end].decode("utf-8", "replace")
