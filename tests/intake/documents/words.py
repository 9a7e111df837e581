"""Whether the words of a document are in what was made of it: an account that does not believe the reader's own."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

from deckforge.intake.documents import Use
from deckforge.intake.documents.labels import DOCUMENT, META, PARTS, label_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.intake.documents import Reading

_WORD = re.compile(r"[^\W\d_]{3,}")
_RULE = re.compile(r"\s*\|?\s*:?-{2,}[\s|:-]*")
NAMES = {word for name in (*META, *PARTS, *DOCUMENT) for word in _WORD.findall(name)} | {
    "details", "summary", "day", "days", "week", "weeks", "month", "pts", "points", "point", "min", "minutes", "below",
    "above", "correct", "true", "false", "yes", "front", "back", "tags", "html", "kbd", "href",
    "component", "criterion", "fix", "instead", "tomorrow", "directions",
}  # fmt: skip
"""Words that name a value or a part, or stand around a number: they need not be in any text."""


def texts(value: Any) -> Iterator[str]:
    """Yield every text in a draft."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from texts(getattr(value, field.name))
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from texts(key)
            yield from texts(each)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from texts(each)


def lost(document: str, reading: Reading) -> list[tuple[int, str]]:
    """Return the words of fields and prose that are nowhere in the draft, with their lines."""
    kept = {word.casefold() for text in texts(reading.lesson) for word in _WORD.findall(text)}
    missing = []
    lines = document.split("\n")
    for number, line in enumerate(lines, 1):
        if reading.account.uses.get(number, Use.CHAT) < Use.PROSE:
            continue
        label = label_of(line)
        named = NAMES | ({word.casefold() for word in _WORD.findall(label.words)} if label and label.part else set())
        if _RULE.fullmatch(lines[number] if number < len(lines) else ""):
            # The title of a table's first column says what its rows are: a rubric has no place for it.
            named |= {word.casefold() for word in _WORD.findall(line.strip().strip("|").partition("|")[0])}
        words = [word.casefold() for word in _WORD.findall(line)]
        missing += [(number, word) for word in words if word not in kept and word not in named]
    return missing
