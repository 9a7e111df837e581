"""The names by which tables and advice call items: "Card 3", "Questions 1-3", or a number alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.intake.documents.labels import normal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORDS = {
    "card": "Card",
    "flashcard": "Card",
    "question": "Question",
    "q": "Question",
    "problem": "Problem",
    "exercise": "Problem",
}
NAMED = re.compile(
    r"\b(?P<word>flash\s?card|card|question|problem|exercise|q)s?\s*#?"
    r"(?P<numbers>\d{1,4}(?:\.\d{1,3})?(?:\s*(?:[-–—]|to|through|,|and|&|,\s*and)\s*#?\d{1,4}(?:\.\d{1,3})?(?![\d%]))*)",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^\W*#?(?P<numbers>\d{1,4}(?:\.\d{1,3})?(?:\s*(?:[-–—]|to|through|,|and|&)\s*#?\d{1,4}(?:\.\d{1,3})?)*)\b"
)


def labels_in(text: str, word: str = "") -> tuple[str, ...]:
    """Return the items that a text names; with `word`, numbers alone are names of that kind."""
    found: dict[str, None] = {}
    for match in NAMED.finditer(text):
        name = _WORDS[re.sub(r"\s", "", match["word"].lower())]
        found.update(dict.fromkeys(f"{name} {number}" for number in _numbers(match["numbers"])))
    if not found and word and (bare := _BARE.match(text)):
        found.update(dict.fromkeys(f"{word} {number}" for number in _numbers(bare["numbers"])))
    return tuple(found)


def _numbers(text: str) -> Iterator[str]:
    last = 0
    for sign, digits in re.findall(r"(-|–|—|to|through|,|and|&|)\s*(?:and\s*)?#?(\d{1,4}(?:\.\d{1,3})?)", text):
        if sign in ("-", "–", "—", "to", "through") and digits.isdigit() and last < int(digits) <= last + 200:
            yield from map(str, range(last + 1, int(digits) + 1))
        else:
            yield digits
        last = int(digits) if digits.isdigit() else 0


def word_of(head: Sequence[str], default: str) -> str:
    """Return the kind of item that a table's first column numbers."""
    name = normal(head[0]) if head else ""
    for word, shown in _WORDS.items():
        if len(word) > 1 and re.search(rf"\b{word}", name):
            return shown
    return default if name in ("", "no", "number", "item", "q", "id") or head[0].strip() in ("#", "№") else ""
