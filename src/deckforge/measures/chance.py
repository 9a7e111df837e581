"""Quantities that are random: independent draws, whose mean is claimed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from deckforge.measures import MEAN, Measure, short

if TYPE_CHECKING:
    from collections.abc import Callable


def samples(draw: Callable[[], float], count: int = 100) -> Measure:
    """Return independent samples of something random: what `draw()` gives, `count` times (30 or more).

    The claim is then about the mean, and the 95 % interval of the mean has to fit it: `[2.8 on average](claim:…)`.
    Random numbers are seeded by the proof and its arguments, so the same samples come again.

    Raises:
        ValueError: too few, or a draw that is no finite number.
    """
    if count < 30:
        raise ValueError(f"count={count}: fewer than 30 samples say little of a mean whose distribution nobody knows")
    drawn = [float(draw()) for _ in range(count)]
    wrong = next((value for value in drawn if not math.isfinite(value)), None)
    if wrong is not None:
        raise ValueError(f"a draw is {wrong}, which has no mean")
    return Measure(tuple(short(value) for value in drawn), MEAN, {}, {"samples": count})
