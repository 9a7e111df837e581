"""The little of Protocol Buffers that Anki's packages need: fields by number, from bytes that nobody vouches for.

A message is a sequence of keys (`number << 3 | wire type`) and values. Numbers that are asked for are found; what is
not known is skipped, so that a newer Anki's additions do no harm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class WireError(ValueError):
    """The bytes are no message."""


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the number and value of every field: an `int` for a varint, `bytes` for all else.

    Raises:
        WireError: a field runs over the end, or is of a kind that no message of today has.
    """
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, at = _varint(data, at)
            yield number, value
            continue
        if kind == _BYTES:
            size, at = _varint(data, at)
        elif kind in (_FIXED64, _FIXED32):
            size = 8 if kind == _FIXED64 else 4
        else:
            raise WireError(f"wire type {kind} at byte {at}")
        if size > len(data) - at:
            raise WireError(f"field {number} runs over the end")
        yield number, data[at : at + size]
        at += size


def integer(data: bytes, number: int) -> int | None:
    """Return the last integer field of this number, read as `int64`; `None` where there is none."""
    found = None
    for each, value in fields(data):
        if each == number and isinstance(value, int):
            found = value - (1 << 64) if value >> 63 else value
    return found


def text(data: bytes, number: int) -> str:
    """Return the last text field of this number; `""` where there is none."""
    found = b""
    for each, value in fields(data):
        if each == number and isinstance(value, bytes):
            found = value
    return found.decode("utf-8", "replace")


def messages(data: bytes, number: int) -> Iterator[bytes]:
    """Yield every message field of this number."""
    for each, value in fields(data):
        if each == number and isinstance(value, bytes):
            yield value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while shift < 70:
        if at >= len(data):
            raise WireError("a number runs over the end")
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value & ((1 << 64) - 1), at
        shift += 7
    raise WireError("a number has more than ten bytes")
