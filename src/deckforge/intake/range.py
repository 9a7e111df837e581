"""Stretches of numbers as people write them: `15`, `15-20`, `15 to 20 minutes`."""

from __future__ import annotations

import re

from deckforge.model.items import Range

_STRETCH = re.compile(r"(\d{1,6})(?:\s*(?:[-–—]|to)\s*(\d{1,6}))?")


def stretch(text: str) -> Range | None:
    """Return the stretch that a text begins with; `None` where it has none."""
    match = _STRETCH.search(text)
    if not match:
        return None
    low, high = int(match[1]), int(match[2] or match[1])
    return Range(min(low, high), max(low, high))
