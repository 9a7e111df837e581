"""Markdown as bytes that know where in a file they stand.

A Markdown lesson is one stretch of its file. A scalar of a YAML lesson is not: its indentation is gone, its escapes
are resolved, its lines are folded. `Text` hides the difference, so that whatever reads Markdown reports places of the
file without knowing what kind of file it is.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from deckforge.model.source import Span


@dataclass(frozen=True, slots=True)
class Text:
    """UTF-8 bytes and the file offsets that they come from.

    `pieces` are pairs (offset in `data`, offset in the file `path`), sorted, the first at data offset 0. Between two
    pieces both offsets advance together.
    """

    path: str
    data: bytes = field(repr=False)
    pieces: tuple[tuple[int, int], ...] = ((0, 0),)

    @classmethod
    def of_file(cls, path: str, data: bytes, start: int = 0) -> Text:
        """Return a file's bytes from `start` on, as they stand."""
        return cls(path, data[start:], ((0, start),))

    def offset(self, at: int) -> int:
        """Return the file offset of the byte `at` of `data`."""
        index = bisect_right(self.pieces, (at, float("inf"))) - 1
        start, place = self.pieces[max(index, 0)]
        if index + 1 < len(self.pieces):
            # Several bytes that one short escape wrote (`\L` is three) stay inside what the escape wrote.
            return min(place + at - start, self.pieces[index + 1][1])
        return place + at - start

    def span(self, start: int, end: int) -> Span:
        """Return the file's span of the bytes `start` to `end` (exclusive) of `data`."""
        if len(self.pieces) == 1:  # all of a Markdown file: most of the places that are ever asked for
            base = self.pieces[0][1] - self.pieces[0][0]
            return Span(self.path, base + start, base + max(start, end))
        first = self.offset(start)
        # By its last byte: behind a line's end comes the indentation of the next line, which is not ours.
        return Span(self.path, first, max(first, self.offset(end - 1) + 1) if end > start else first)

    def slice(self, start: int, end: int) -> Text:
        """Return the bytes `start` to `end` (exclusive) as a text of their own that keeps its places."""
        inside = tuple((at - start, place) for at, place in self.pieces if start < at < end)
        return Text(self.path, self.data[start:end], ((0, self.offset(start)), *inside))

    @property
    def whole(self) -> Span:
        """The file's span of all the bytes."""
        return self.span(0, len(self.data))

    def __str__(self) -> str:
        return self.data.decode("utf-8", "replace")
