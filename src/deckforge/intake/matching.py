"""Which item of a lesson is which card of a document that comes in again: by wording, never by number.

Wordings that are equal match first, in their order. Of what is left, those match that are most alike, best first, if
they are alike enough: a question that was reworded, or one that kept its answer.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ALIKE = 0.72
"""How much of two questions has to be the same, in their order."""
_HALF = 0.45
"""And how much, where the answers are the same."""
_CANDIDATES = 25
_TOO_COMMON = 0.2


class Wording(NamedTuple):
    """An item in words: what it asks, and what it answers."""

    id: str
    front: str
    answer: str


def normal(text: str) -> str:
    """Return a text as wordings are compared: letters and digits, in small letters."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def matched(new: Sequence[Wording], old: Sequence[Wording]) -> dict[int, str]:
    """Return the ids of old items by the index of the new one that is the same."""
    found: dict[int, str] = {}
    left: dict[str, list[Wording]] = defaultdict(list)
    for each in old:
        left[normal(each.front)].append(each)
    for index, each in enumerate(new):
        same = left.get(normal(each.front))
        if same:
            wanted = normal(each.answer)
            best = next((one for one in same if normal(one.answer) == wanted), same[0])
            same.remove(best)
            found[index] = best.id
    rest_new = [index for index in range(len(new)) if index not in found]
    rest_old = [each for each in old if each.id not in set(found.values())]
    used: set[str] = set()
    for _, index, id_ in sorted(_pairs(new, rest_new, rest_old), key=lambda pair: (-pair[0], pair[1])):
        if index not in found and id_ not in used:
            found[index] = id_
            used.add(id_)
    return found


def _pairs(new: Sequence[Wording], indexes: Sequence[int], old: Sequence[Wording]) -> list[tuple[float, int, str]]:
    """Return the pairs that are alike enough, with how much."""
    words = {each.id: normal(f"{each.front} {each.answer}").split() for each in old}
    holders: Mapping[str, list[Wording]] = defaultdict(list)
    for each in old:
        for word in set(words[each.id]):
            holders[word].append(each)
    pairs = []
    for index in indexes:
        this = new[index]
        shared: Counter[Wording] = Counter()
        for word in set(normal(f"{this.front} {this.answer}").split()):
            having = holders.get(word, ())
            if len(having) <= max(3, _TOO_COMMON * len(old)) or len(old) < _CANDIDATES:
                shared.update(having)
        for other, _ in shared.most_common(_CANDIDATES):
            front = _ratio(this.front, other.front)
            answer = _ratio(this.answer, other.answer) if this.answer and other.answer else 0.0
            if front >= _ALIKE or (front >= _HALF and answer >= _ALIKE):
                pairs.append((front + answer, index, other.id))
    return pairs


def _ratio(one: str, other: str) -> float:
    a, b = normal(one).split()[:200], normal(other).split()[:200]
    return SequenceMatcher(None, a, b, autojunk=False).ratio() if a and b else 0.0
