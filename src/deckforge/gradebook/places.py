"""Where something stands in a JSON text: looked for only when there is something to say about it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


def place(text: str, path: Sequence[str | int]) -> tuple[int, int]:
    """Return start and end (code points) of the value that `path`, of keys and indices, leads to in valid JSON.

    Where it leads nowhere, the place of the last value on the way.
    """
    start = _skip(text, 0)
    for step in path:
        found = _step(text, start, step)
        if found is None:
            break
        start = found
    return start, _DECODER.raw_decode(text, start)[1]


def _step(text: str, start: int, step: str | int) -> int | None:
    """Return where the member `step` of the value at `start` begins; the last one, where a key stands twice."""
    keyed = text[start] == "{"
    if text[start] not in "{[" or keyed is not isinstance(step, str):
        return None
    found = None
    index = 0
    at = _skip(text, start + 1)
    while text[at] not in "}]":
        key: str | int = index
        if keyed:
            key, at = _DECODER.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)  # past the colon
        if key == step:
            found = at
            if not keyed:
                break
        at = _skip(text, _DECODER.raw_decode(text, at)[1])
        index += 1
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
