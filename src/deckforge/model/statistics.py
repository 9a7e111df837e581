"""What a list of numbers says about the quantity behind them: a mean, a ratio, an exponent, each with its interval.

Student's t, since numbers are few: the true mean lies within t · s/√n of the samples' mean in 95 of 100 such runs,
where s is their standard deviation and t the 97.5 % quantile for n - 1 degrees of freedom.

Everything here is a pure function of its arguments, without a random number: whoever has the samples gets the verdict.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CONFIDENCE = 0.95


def mean_interval(
    samples: Sequence[float], confidence: float = CONFIDENCE, *, one_sided: bool = False
) -> tuple[float, float, float]:
    """Return the mean of two or more samples, and the low and high end of its interval.

    With `one_sided`, each end by itself holds with that confidence: what a bound (`≥ 2x`) is compared with.
    """
    count = len(samples)
    mean = math.fsum(samples) / count
    variance = math.fsum((sample - mean) ** 2 for sample in samples) / (count - 1)
    level = 2 * confidence - 1 if one_sided else confidence
    half = t_quantile(count - 1, level) * math.sqrt(variance / count)
    return mean, mean - half, mean + half


@lru_cache(maxsize=1024)
def t_quantile(freedom: int, confidence: float = CONFIDENCE) -> float:
    """Return the t that a two-sided interval with so many degrees of freedom (1 or more) reaches to."""
    if freedom > 1000:
        # The normal quantile with the first two terms of its expansion is right to nine digits.
        z = _normal(confidence)
        return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    low, high = 0.0, 1.0
    while _between(high, freedom) < confidence:
        low, high = high, 2 * high
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if _between(middle, freedom) < confidence else (low, middle)
    return (low + high) / 2


def _normal(confidence: float) -> float:
    """Return the z between whose two signs a normal quantity lies with that probability."""
    from statistics import NormalDist

    return NormalDist().inv_cdf((1 + confidence) / 2)


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


def median(values: Sequence[float]) -> float:
    """Return the middle of some numbers."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def hodges_lehmann(values: Sequence[float]) -> float:
    """Return the median of all pairwise means, each value with itself included.

    Nearly as sharp as the mean where the noise is even, and unmoved by a quarter of the values gone wild: what a
    neighbour on the machine does to a few rounds does not show.
    """
    return median([(a + b) / 2 for index, a in enumerate(values) for b in values[index:]])


def log_ratio(above: Sequence[float], below: Sequence[float]) -> float:
    """Return the Hodges–Lehmann estimate of the logarithm of a ratio from paired positive numbers."""
    return hodges_lehmann([math.log(a / b) for a, b in zip(above, below, strict=True)])


@dataclass(frozen=True, slots=True)
class Fit:
    """How a quantity grows: y ≈ intercept + factor · N^exponent over the sizes from `first` to `last`.

    `exponent` is the slope on logarithmic axes over the upper half of the sizes; where a constant makes up 5 % or more
    of the smallest value there, it is that of the curve with an intercept. `steepness` is the slope between the last
    two sizes, `error` the standard error of the exponent (0 for what lies on a line).
    """

    exponent: float
    error: float
    steepness: float
    intercept: float
    factor: float
    first: float
    last: float

    def at(self, size: float) -> float:
        """Return the fitted value at a size."""
        return self.intercept + self.factor * float(size**self.exponent)


INTERCEPT = 0.05
"""The part of a value from which on a constant is no rounding error of the growth."""


def growth(sizes: Sequence[float], values: Sequence[float]) -> Fit:
    """Fit an exponent to three or more sizes, which increase, and the positive values measured at them."""
    start = min(len(sizes) // 2, len(sizes) - 3)
    xs, ys = list(map(float, sizes[start:])), list(map(float, values[start:]))
    slope, offset, error = _line([math.log(x) for x in xs], [math.log(y) for y in ys])
    constant = max(ys) <= min(ys) * (1 + 1e-9)
    steepness = math.log(ys[-1] / ys[-2]) / math.log(xs[-1] / xs[-2])
    if not constant and len(xs) >= 4:
        exponent, intercept, factor = _with_intercept(xs, ys)
        if intercept >= INTERCEPT * ys[0] and factor > 0:
            grown = (ys[-1] - intercept) / (ys[-2] - intercept)
            steepness = math.log(grown) / math.log(xs[-1] / xs[-2]) if grown > 0 else steepness
            return Fit(exponent, error, steepness, intercept, factor, xs[0], xs[-1])
    return Fit(slope, error, steepness, 0.0, math.exp(offset), xs[0], xs[-1])


def _line(xs: Sequence[float], ys: Sequence[float]) -> tuple[float, float, float]:
    """Return slope, offset and the slope's standard error of the line of least squares."""
    count = len(xs)
    x, y = math.fsum(xs) / count, math.fsum(ys) / count
    spread = math.fsum((each - x) ** 2 for each in xs)
    slope = math.fsum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / spread
    rest = math.fsum((b - y - slope * (a - x)) ** 2 for a, b in zip(xs, ys, strict=True))
    return slope, y - slope * x, math.sqrt(rest / (count - 2) / spread) if count > 2 else 0.0


def _with_intercept(xs: Sequence[float], ys: Sequence[float]) -> tuple[float, float, float]:
    """Return exponent, intercept and factor of the curve a + b·x^p with the least relative squares; p is 0.1 to 4."""

    def linear(p: float) -> tuple[float, float, float]:
        # Relative residuals: each equation a + b·x^p = y is divided by its y.
        powers = [(x / xs[-1]) ** p for x in xs]
        u, v = [1 / y for y in ys], [power / y for power, y in zip(powers, ys, strict=True)]
        uu, uv, vv = (math.fsum(a * b for a, b in zip(*pair, strict=True)) for pair in ((u, u), (u, v), (v, v)))
        su, sv = math.fsum(u), math.fsum(v)
        determinant = uu * vv - uv * uv
        if determinant <= 1e-14 * uu * vv:
            return math.inf, 0.0, 0.0
        a, b = (su * vv - sv * uv) / determinant, (sv * uu - su * uv) / determinant
        rest = math.fsum((a * first + b * second - 1) ** 2 for first, second in zip(u, v, strict=True))
        return rest, a, b / xs[-1] ** p

    grid = [step / 20 for step in range(2, 81)]
    best = min(grid, key=lambda p: linear(p)[0])
    low, high = best - 0.05, best + 0.05
    for _ in range(60):
        third = (high - low) / 3
        if linear(low + third)[0] < linear(high - third)[0]:
            high -= third
        else:
            low += third
    exponent = (low + high) / 2
    _, intercept, factor = linear(exponent)
    return exponent, intercept, factor
