"""What proofs measure that a bare number cannot carry: times, memory, growth, arithmetic, chance, and absolutes.

A measure returns a `Measure`: a headline value with the raw samples that it came from. The samples are kept, in the
cache and in receipts, and every build computes the verdict from them again. Authors import measures from
`deckforge.proof`. Nothing here knows of claims or verdicts, and nothing imports torch before a measure needs it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deckforge.model.estimates import BYTES, FLOPS, GROWTH, MEAN, PAIRED, SEARCH, SWEEP, TIMED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deckforge.model.claims import Scalar

__all__ = ["BYTES", "FLOPS", "GROWTH", "MEAN", "PAIRED", "SEARCH", "SWEEP", "TIMED", "Measure", "short"]


@dataclass(frozen=True, slots=True)
class Measure:
    """What a measure returns: the headline `value`, and what it came from.

    `series` are the raw numbers and `facts` what else is worth knowing, as in `deckforge.model.claims.Trial`; `rule`
    names how they are judged, `method` what measured (`cuda-peak`). A proof returns it as an output; `value` is there
    to compute with.
    """

    value: bool | int | float | tuple[float, ...]
    rule: str
    series: Mapping[str, Sequence[float]] = field(default_factory=dict)
    facts: Mapping[str, Scalar] = field(default_factory=dict)
    method: str = ""
    repeats: bool = False
    """Whether it means something only when fresh processes have measured it too."""

    def __float__(self) -> float:
        """Return the headline value; the mean, where there are several."""
        if isinstance(self.value, tuple):
            return sum(self.value) / len(self.value)
        return float(self.value)


def short(value: float) -> float:
    """Return a number in seven digits: more are noise in a time, and receipts stay small."""
    return float(f"{value:.7g}")
