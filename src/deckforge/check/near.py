"""Did you mean …? The known word that is nearest to an unknown one, found without comparing it to all of them."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

CANDIDATES = 60
"""How many words are compared in full: a suggestion is not worth more, however large the course."""


class Vocabulary:
    """Known words, indexed by how they begin and end; remembers what it was asked."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = dict.fromkeys(words)
        self._index: dict[tuple[bool, str], list[str]] | None = None
        self._asked: dict[str, str] = {}

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def __bool__(self) -> bool:
        return bool(self._words)

    def nearest(self, word: str, cutoff: float = 0.72) -> str:
        """Return the known word that is nearest to an unknown one, or `""`."""
        if word not in self._asked:
            self._asked[word] = self._search(word, cutoff)
        return self._asked[word]

    def _search(self, word: str, cutoff: float) -> str:
        if self._index is None:
            self._index = {}
            for known in self._words:
                for key in _ends(known):
                    self._index.setdefault(key, []).append(known)
        folded = word.casefold()
        candidates: dict[str, str] = {}
        for key in _ends(word):
            for known in self._index.get(key, ()):
                if abs(len(known) - len(word)) <= 4 and len(candidates) < CANDIDATES:
                    candidates.setdefault(known.casefold(), known)
        best = get_close_matches(folded, candidates, n=1, cutoff=cutoff)
        return candidates[best[0]] if best else ""

    def suggestion(self, word: str, otherwise: str) -> str:
        """Return `did you mean …?`, or what else to do where no known word is near."""
        best = self.nearest(word)
        return f"did you mean `{best}`?" if best else otherwise


def _ends(word: str) -> tuple[tuple[bool, str], tuple[bool, str]]:
    """Return the keys of the index under which a word is found: how it begins, how it ends."""
    folded = word.casefold()
    return (True, folded[:2]), (False, folded[-2:])


def slug(text: str, longest: int = 40) -> str:
    """Return an id made from a text: `Why do gradients vanish?` gives `why-do-gradients-vanish`, and “?” gives `""`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    short = ""
    for word in words:
        longer = f"{short}-{word}" if short else word[:longest]
        if len(longer) > longest:
            break
        short = longer
    return short


def listed(words: Iterable[str], most: int = 8) -> str:
    """Return words as a list for a message: `` `a`, `b` and 3 more ``."""
    every = list(words)
    shown = ", ".join(f"`{word}`" for word in every[:most])
    return f"{shown} and {len(every) - most} more" if len(every) > most else shown


def shown(text: str, longest: int = 60) -> str:
    """Return a text in one line and short enough for a message."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"
