"""Where the bytes of a YAML scalar's text stand in its file.

`places` gives pairs (offset in the text, offset in the written scalar), sorted, for `Text`: exact for plain scalars on
one line, quoted ones without escapes and literal blocks; for folded and escaped ones as near as it gets, and never
outside the scalar.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ESCAPED_DIGITS = {ord("x"): 2, ord("u"): 4, ord("U"): 8}
_SPACE = frozenset(b" \t\r\n")


def places(text: bytes, raw: bytes, style: str) -> tuple[tuple[int, int], ...]:
    """Return where the bytes of `text` stand in the scalar `raw`, written in `style`."""
    opening = 1 if style in ("'", '"') else 0
    if style not in ("|", ">") and raw[opening : opening + len(text)] == text:
        return ((0, opening),)
    if style == "|":
        found = _literal(text, raw)
    else:
        # A block's header (`>-  # comment`) is no text.
        start = raw.find(b"\n") + 1 if style == ">" else opening
        found = _aligned(text, raw, start, style)
    return tuple(_merged(found)) or ((0, min(opening, len(raw))),)


def _merged(pairs: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Leave out every pair that follows from the one before it; make the first stand at 0."""
    shift: int | None = None
    for at, place in pairs:
        if place - at != shift:
            yield (0 if shift is None else at), place
            shift = place - at


def _literal(text: bytes, raw: bytes) -> Iterator[tuple[int, int]]:
    """Match a literal block line by line: a line's text ends where the written line ends."""
    at = 0
    place = raw.find(b"\n") + 1 or len(raw)
    for line in text.split(b"\n"):
        end = raw.find(b"\n", place)
        end = len(raw) if end < 0 else end
        stop = end - 1 if raw[place:end].endswith(b"\r") else end
        yield at, max(place, stop - len(line))
        at += len(line) + 1
        place = min(end + 1, len(raw))


def _aligned(text: bytes, raw: bytes, place: int, style: str) -> Iterator[tuple[int, int]]:
    """Walk both at once: what is equal matches, white space may be missing on either side, escapes count as one."""
    at = 0
    last = max(0, len(raw) - 1)
    while at < len(text):
        if place >= len(raw):
            # Line ends at the end that are counted and not written: all at the last byte.
            yield from ((rest, last) for rest in range(at, len(text)))
            return
        written = raw[place]
        if style == '"' and written == ord("\\") and place + 1 < len(raw):
            yield at, place
            length, breaks = _escape(raw, place)
            place += length
            at += 0 if breaks else _width(text[at])
        elif written == text[at]:
            yield at, place
            # In single quotes one quote is written as two.
            place += 2 if style == "'" and written == ord("'") else 1
            at += 1
        elif written in _SPACE:
            place += 1
        else:
            yield at, place
            at += 1


def _escape(raw: bytes, place: int) -> tuple[int, bool]:
    """Return how many bytes the escape at `place` takes, and whether it only joins two lines."""
    kind = raw[place + 1]
    if kind in b"\r\n":
        end = place + 1
        while end < len(raw) and raw[end] in _SPACE:
            end += 1
        return end - place, True
    return 2 + _ESCAPED_DIGITS.get(kind, 0), False


def _width(lead: int) -> int:
    """Return how many bytes a character takes in UTF-8, by its first."""
    return 1 if lead < 0x80 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
