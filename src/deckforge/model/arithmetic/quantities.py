"""Numbers with what they count: bytes and seconds keep their kind through a computation, steps and images do not.

Units come in two readings. *Measured*: a unit is so many base units (`2 bytes`, `500MB` = 5e8 bytes). *Digits*: a unit
of measure is a mere word, as in `24 hours × 60 = 1440 minutes`, where the conversion stands in the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from deckforge.model import units

if TYPE_CHECKING:
    from deckforge.model.units import Dimension

PLAIN: Dimension = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit behind a number: `count` is a factor of counting (`M`), `scale` that of a unit of measure (`GB`)."""

    count: Fraction = Fraction(1)
    scale: Fraction = Fraction(1)
    dimension: Dimension = PLAIN
    percent: bool = False
    binary: bool = False
    """Whether the count is a `K` that may mean 1024."""


_COUNT_WORDS = frozenset({"thousand", "million", "billion", "trillion", "bn"})


def count_word(word: str) -> Fraction | None:
    """Return the factor of `million` and its like, which stand behind a space."""
    return Fraction(units.COUNTS[word]) if word in _COUNT_WORDS else None


@lru_cache(maxsize=1024)
def glued(suffix: str) -> Unit | None:
    """Return what stands right behind the digits (`K`, `GB`, `%`, `x`), or `None` where it is no unit."""
    if suffix in ("%", "percent"):
        return Unit(Fraction(1, 100), percent=True)
    if suffix in ("", "x", "X", "×"):
        return Unit()
    if suffix in units.COUNTS:
        return Unit(Fraction(units.COUNTS[suffix]), binary=suffix in ("k", "K"))
    return measure(suffix)


@lru_cache(maxsize=8192)
def measure(word: str) -> Unit | None:
    """Return a unit of measure by its word, with `/s` and its like; `None` for any other word."""
    above, slash, below = word.partition("/")
    if above == "d":
        return None  # in a formula it is a name
    top = units.known(above)
    if top is None or not slash:
        return None if top is None else Unit(scale=top.scale, dimension=top.dimension)
    bottom = units.known(below)
    if bottom is None or bottom.dimension != (("s", 1),):
        return Unit(scale=top.scale, dimension=top.dimension)
    return Unit(scale=top.scale / bottom.scale, dimension=combine(top.dimension, bottom.dimension, -1))


def combine(one: Dimension, other: Dimension, sign: int) -> Dimension:
    """Return the dimension of a product (`sign` 1) or quotient (-1)."""
    if not other:
        return one
    powers = dict(one)
    for name, power in other:
        powers[name] = powers.get(name, 0) + sign * power
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def words(dimension: Dimension) -> str:
    """Return a dimension for a person: `bytes`, `bytes/s`, `a plain number`."""
    names = {
        "byte": "bytes", "bit": "bits", "s": "seconds", "flop": "FLOP", "op": "operations", "W": "watts", "J": "joules",
        "Hz": "hertz", "m": "metres",
    }  # fmt: skip
    above = "·".join(names[name] + (f"^{power}" if power > 1 else "") for name, power in dimension if power > 0)
    below = "·".join(names[name] + (f"^{-power}" if power < -1 else "") for name, power in dimension if power < 0)
    return (above or "1") + (f"/{below}" if below else "") if dimension else "a plain number"
