"""The scores of a performance guide: `80–89 %`, `≥ 90`, `below 60`, read alike in both formats."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Severity
from deckforge.model.items import Range
from deckforge.read.values import scalar_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from deckforge.read.nodes import Node, Scalar
    from deckforge.read.values import Found, Json

SCORE = Code(
    "DF267",
    "score-unreadable",
    Severity.ERROR,
    "The score of a performance guide is no range of percents.",
    "A learner's result is looked up in it, so it has to lie between 0 and 100 and to begin before it ends.",
    "| very good | Master | Go on. |",
    "| 90–100 % | Master | Go on. |",
)
CODES: tuple[Code, ...] = (SCORE,)

UNREAD = Range(-1, -1)
"""What stands for a score that could not be read: no score is, so nothing is said of what the other rows leave out."""

_RANGE = r"{n}\s*(?:-|–|—|to)\s*{n}"
_AT_LEAST = r"(?:≥|>=|at least|from)\s*{n}"
_OR_MORE = r"{n}\s*(?:\+|or more|and more|or above|and above)"
_ABOVE = r"(?:>|above|over|more than)\s*{n}"
_AT_MOST = r"(?:≤|<=|at most|up to)\s*{n}"
_BELOW = r"(?:<|below|under|less than)\s*{n}"
_ONE = r"{n}"
_FORMS: tuple[tuple[str, Callable[..., tuple[int, int]]], ...] = (
    (_RANGE, lambda low, high: (low, high)),
    (_AT_LEAST, lambda low: (low, 100)),
    (_OR_MORE, lambda low: (low, 100)),
    (_ABOVE, lambda low: (low + 1, 100)),
    (_AT_MOST, lambda high: (0, high)),
    (_BELOW, lambda high: (0, high - 1)),
    (_ONE, lambda only: (only, only)),
)
"""The ways to write a score, `{n}` for a number, and the percents that it means, both ends included."""

_READ = tuple((re.compile(form.format(n=r"(\d{1,3})\s*%?"), re.IGNORECASE), meaning) for form, meaning in _FORMS)


def score(text: str) -> Range | tuple[str, str]:
    """Return the percents that a written score stands for; else what is wrong with it, and what to do."""
    text = text.strip()
    for form, meaning in _READ:
        match = form.fullmatch(text)
        if match is None:
            continue
        low, high = meaning(*map(int, match.groups()))
        if max(low, high) > 100:
            return f"`{text}` reaches beyond 100 percent", "write a range from 0 to 100"
        if low > high and len(match.groups()) == 2:
            return f"the range `{text}` ends before it begins", f"write `{high}–{low}`"
        return Range(low, high) if low <= high else (f"no score is `{text}`", "write a range from 0 to 100")
    return f"`{text}` is no range of percents", "write `80–89`, `≥ 90` or `< 60`"


@dataclass(frozen=True, slots=True)
class Score:
    """The type of a score in YAML."""

    def read(self, node: Node, key: str, found: Found) -> Range | None:
        """Return the percents."""
        scalar: Scalar | None = scalar_of(node, key, "a range of percents", found)
        if scalar is None:
            return None
        read = score(scalar.text)
        if isinstance(read, Range):
            return read
        message, fix = read
        found.append(SCORE.at(scalar.span, message, fix=fix))
        return None

    def schema(self) -> Json:
        """A number, or a range as text."""
        # JSON Schema has no way to ignore the case of letters but to write both.
        both = (re.sub(r"(?<!\\)[a-z]", lambda letter: f"[{letter[0].upper()}{letter[0]}]", form) for form, _ in _FORMS)
        forms = "|".join(both).replace("{[Nn]}", r"(?:100|\d{1,2})\s*%?")
        text = {"type": "string", "pattern": rf"^\s*(?:{forms})\s*$"}
        return {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 100}, text]}

    def __str__(self) -> str:
        return "range of percents"
