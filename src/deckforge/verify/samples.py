"""What a list of samples says about the quantity behind them: their mean, and the interval it lies in at 95 %.

Student's t, since samples are few: the true mean lies within t · s/√n of the samples' mean in 95 of 100 such runs,
where s is their standard deviation and t the 97.5 % quantile for n - 1 degrees of freedom.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CONFIDENCE = 0.95
_NORMAL = 1.959963984540054
_MANY = 1000
"""From here on t is the normal quantile with the first two terms of its expansion, right to nine digits."""


def mean_interval(samples: Sequence[float]) -> tuple[float, float, float]:
    """Return the mean of two or more samples, and the low and high end of its 95 % interval."""
    count = len(samples)
    mean = math.fsum(samples) / count
    variance = math.fsum((sample - mean) ** 2 for sample in samples) / (count - 1)
    half = t_quantile(count - 1) * math.sqrt(variance / count)
    return mean, mean - half, mean + half


@lru_cache(maxsize=256)
def t_quantile(freedom: int) -> float:
    """Return the t that a two-sided 95 % interval with so many degrees of freedom (1 or more) reaches to."""
    if freedom >= _MANY:
        z = _NORMAL
        return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    low, high = 1.0, 13.0  # from the normal's 1.96 to 12.7 for one degree of freedom
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if _between(middle, freedom) < CONFIDENCE else (low, middle)
    return (low + high) / 2


def _between(t: float, freedom: int) -> float:
    """Return the probability of lying between -t and t, by the finite series for whole degrees of freedom."""
    angle = math.atan(t / math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    even = freedom % 2 == 0
    term = total = 1.0 if even else (cosine if freedom > 1 else 0.0)
    for step in range(2 if even else 3, freedom - 1, 2):
        term *= cosine * cosine * (step - 1) / step
        total += term
    return sine * total if even else (angle + sine * total) * 2 / math.pi
