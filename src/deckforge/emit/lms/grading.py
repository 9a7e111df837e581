"""What a typed number is judged by elsewhere: the acceptance interval of the written value, in the unit of writing.

The interval is the one that judges the claim when the course is built, and the one that Anki's card and the site use.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from deckforge.model import written

if TYPE_CHECKING:
    from deckforge.model.claims import Claim


@dataclass(frozen=True, slots=True)
class Number:
    """A number between two ends, in the unit that the author wrote (`""` for none); `value` is the one written."""

    value: float
    low: float
    high: float
    unit: str

    @property
    def tolerance(self) -> float:
        """How far an answer may be off `value` on either side."""
        return max(self.high - self.value, self.value - self.low)


def number(claim: Claim | None) -> Number | None:
    """Return what a number is judged by; `None` where it has no two ends (a bound, a word, a growth)."""
    value = _parsed(claim)
    if value is None or not value.numeric:
        return None
    interval = value.interval()
    if not (isfinite(interval.low) and isfinite(interval.high)):
        return None
    low, high = interval.low / value.scale, interval.high / value.scale
    middle = value.value if isinstance(value.value, int | float) else None
    return Number((low + high) / 2 if middle is None else middle / value.scale, low, high, value.unit)


def word(claim: Claim | None) -> str:
    """Return the word or truth value that a claim states; nothing where it states a number."""
    value = _parsed(claim)
    return value.text.strip() if value is not None and value.kind in (written.Kind.WORD, written.Kind.TRUTH) else ""


def _parsed(claim: Claim | None) -> written.Written | None:
    try:
        return None if claim is None else written.parse(claim.text, claim.override)
    except written.WrittenError:
        return None  # the claim itself is a mistake that has its own diagnostic


def digits(value: float, most: int = 12) -> str:
    """Return a number in twelve digits: what is left out is the noise of arithmetic, a difference has more of it."""
    return f"{value:.{most}g}"
