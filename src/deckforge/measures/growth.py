"""How a quantity grows with a size: an exponent, fitted over a stated range.

`O(N²)` speaks of sizes beyond all that anybody measures. What can be measured is the exponent over a range, and that
is what a verdict says. Counted quantities (bytes, operations) do not vary, so the exponent has to be within 0.05 of
what is written; times do, so their processes' exponents have to agree on it, within 0.15.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from deckforge.measures import GROWTH, Measure, short
from deckforge.model.statistics import growth

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FEWEST = 6


def scaling(measure: Callable[[int], float | Measure], sizes: Sequence[int]) -> Measure:
    """Return the exponent with which `measure(size)` grows: 1 for what doubles when the size does, 2 for squares.

    `measure` returns a number, or a measure such as `peak_memory(…)`, `flops(…)` or `seconds(…)`. Six sizes or more,
    each twice the one before or so. Only the larger half decides, where what does not grow weighs least.

    Raises:
        ValueError: sizes too few or not increasing, or a value that is not above zero.
    """
    sizes = list(sizes)
    if len(sizes) < FEWEST or sizes[0] <= 0 or any(b < 1.2 * a for a, b in pairwise(sizes)):
        raise ValueError(f"sizes={sizes}: give {FEWEST} or more, above zero, each at least 1.2 times the one before")
    found = [measure(size) for size in sizes]
    measures = [each for each in found if isinstance(each, Measure)]
    values = [short(float(each)) for each in found]
    if not all(value > 0 for value in values):
        wrong = next(size for size, value in zip(sizes, values, strict=True) if not value > 0)
        raise ValueError(f"at size {wrong} nothing was measured: an exponent needs values above zero")
    repeats = any(each.repeats for each in measures)
    fit = growth(sizes, values)
    return Measure(
        short(fit.exponent),
        GROWTH,
        {"size": [float(size) for size in sizes], "value": values},
        {"exact": not repeats},
        " + ".join(dict.fromkeys(each.method for each in measures if each.method)),
        repeats=repeats,
    )
