"""Numbers with what they count: bytes and seconds keep their kind through a computation, steps and images do not.

Units come in two readings. *Measured*: a unit is so many base units (`2 bytes`, `500MB` = 5e8 bytes). *Digits*: a unit
of measure is a mere word, as in `24 hours × 60 = 1440 minutes`, where the conversion stands in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from deckforge.model import units

Dimension = tuple[tuple[str, int], ...]
"""Kinds of base unit with their powers, sorted: `(("byte", 1), ("s", -1))`."""

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


_BYTES = re.compile(r"(k|K|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?(?:B|[Bb]ytes?)")
_BITS = re.compile(r"(k|K|M|G|T|Ki|Mi|Gi)?[Bb]its?")
_FLOPS = re.compile(r"(k|K|M|G|T|P|E)?(?:FLOPs?|FLOPS)(/s)?")
_OTHERS = {"W": "W", "J": "J", "Hz": "Hz", "kW": "W", "MHz": "Hz", "GHz": "Hz", "kHz": "Hz"}
_TIMES = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), Fraction(1)),
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), Fraction(1, 10**3)),
    **dict.fromkeys(("µs", "μs", "us", "microsecond", "microseconds"), Fraction(1, 10**6)),
    **dict.fromkeys(("ns", "nanosecond", "nanoseconds"), Fraction(1, 10**9)),
    **dict.fromkeys(("min", "minute", "minutes"), Fraction(60)),
    **dict.fromkeys(("h", "hour", "hours"), Fraction(3600)),
    **dict.fromkeys(("day", "days"), Fraction(86400)),
    **dict.fromkeys(("week", "weeks"), Fraction(7 * 86400)),
}
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
    if slash and word != "FLOP/s" and not word.endswith("FLOP/s"):
        top, bottom = measure(above), _TIMES.get(below)
        if top is None:
            return None
        if bottom is None:
            return top
        dimension = combine(top.dimension, (("s", -1),), 1)
        return Unit(scale=top.scale / bottom, dimension=dimension)
    if word in _TIMES:
        return Unit(scale=_TIMES[word], dimension=(("s", 1),))
    if found := _BYTES.fullmatch(word):
        return Unit(scale=_prefix(found[1]), dimension=(("byte", 1),))
    if found := _BITS.fullmatch(word):
        return Unit(scale=_prefix(found[1]), dimension=(("bit", 1),))
    if found := _FLOPS.fullmatch(word):
        rate = bool(found[2]) or word.endswith("FLOPS")
        return Unit(scale=_prefix(found[1]), dimension=(("flop", 1), ("s", -1)) if rate else (("flop", 1),))
    if word in _OTHERS:
        return Unit(scale=_prefix(word[0] if len(word) > 1 and word != "Hz" else None), dimension=((_OTHERS[word], 1),))
    return None


def _prefix(text: str | None) -> Fraction:
    return Fraction(1) if not text else Fraction(units.BINARY.get(text) or units.DECIMAL[text])


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
    names = {"byte": "bytes", "bit": "bits", "s": "seconds", "flop": "FLOP", "W": "watts", "J": "joules", "Hz": "hertz"}
    above = "·".join(names[name] + (f"^{power}" if power > 1 else "") for name, power in dimension if power > 0)
    below = "·".join(names[name] + (f"^{-power}" if power < -1 else "") for name, power in dimension if power < 0)
    return (above or "1") + (f"/{below}" if below else "") if dimension else "a plain number"
