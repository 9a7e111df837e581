"""Written values: what a printed number stands for, and which measured values its writing allows.

A number stands for everything that rounds to it. The rule, for a value v whose last written digit is worth 2h:

| written | accepts | kind |
|---|---|---|
| `0.2888`, `1e-4`, `8 GB`, `8.0 %` | v ± min(h, 5 % of v) | written |
| `12`, `16,384`: whole, without a scale | v alone where what is measured is whole, else as above | count |
| `2^16`, `0.5^50`, `1/8` | v, give or take the noise of single precision | exact |
| `~8 GB`, `about 30 %` | v ± min(max(h, 10 % of v), 25 % of v) | approx |
| `2–4x`, `600 to 800` | from a − min(h, 5 % of a) to b + min(h, 5 % of b) | range |
| `8.0 ± 0.5 GB` | v ± what it says | tolerance |
| `2–4x for N = 1k–16k` | the same, where what is measured says its sizes | any of these |
| `≥ 5`, `up to 4x`, `less than 1 %` | everything on that side; `<` and `>` without v itself | bound |
| `0.00`, `0` | ± h; ± 1e-5 where no digit stands behind the point | written, count |
| `true`, `no`, `always`, `bfloat16` | itself | truth, word |
| `O(N²)`, `O(N log N)` | an exponent within 0.05 (what is counted) or 0.15 (what is timed) | scaling |

The cap of 5 % takes the lottery out of one-digit numbers: without it `1e-4` would accept 1.5e-4. Trailing zeros count
as written digits. Both ends belong to the interval (0.125 may be written 0.12 or 0.13), and a few units in the last
place of a double are added for arithmetic. An author may override the rule: `±5%`, `±0.01`, `exact`, `[0.1, 0.2]`.

`parse` reads; a `Written` answers `interval`, `accepts`, `show` (a measured value in the author's notation and unit)
and `correction` (what to write instead).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from deckforge.model import numerals, units

if TYPE_CHECKING:
    from collections.abc import Collection

    from deckforge.model.claims import Scalar
    from deckforge.model.numerals import Numeral

CAP = Fraction(5, 100)
"""No slack of rounding is wider than this part of the value."""
ABOUT = Fraction(10, 100)
ABOUT_CAP = Fraction(25, 100)
NOISE = Fraction(4, 2**24)
"""A few units in the last place of single precision: what a value may be off that has no slack of its own."""
SIZES = 0.05
"""By which part a size may differ from what is written: 1,024 is `1k`."""
ZERO = Fraction(1, 10**5)
"""What a plain `0` accepts on either side, as torch compares single-precision zeros."""


COUNTED, TIMED = 0.05, 0.15
"""How far a fitted exponent may be off, where values do not vary and where they do."""


class WrittenError(ValueError):
    """The text is no written value; the error's text says why and what to do, in one sentence for a person."""


class Kind(StrEnum):
    """How a value is written; see the table above."""

    WRITTEN = "written"
    COUNT = "count"
    EXACT = "exact"
    APPROX = "approx"
    RANGE = "range"
    TOLERANCE = "tolerance"
    BOUND = "bound"
    TRUTH = "truth"
    WORD = "word"
    SCALING = "scaling"


@dataclass(frozen=True, slots=True)
class Interval:
    """The measured values that a writing allows: `low` to `high`, both included, in base units.

    A bound has an infinite end. `text` is for people, in the writer's unit and without the noise of arithmetic:
    `[7.6, 8.4] GB`, `≥ 5`, `exactly 12`.
    """

    low: float
    high: float
    text: str

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def covers(self, low: float, high: float) -> bool:
        """Tell whether every value from `low` to `high` is allowed."""
        return self.low <= low and high <= self.high

    def misses(self, low: float, high: float) -> bool:
        """Tell whether no value from `low` to `high` is allowed."""
        return high < self.low or self.high < low


@dataclass(frozen=True, slots=True)
class Sizes:
    """For which sizes a value is claimed: what they are called, the least, the largest, and all of that as written."""

    name: str
    low: float
    high: float
    text: str

    def __contains__(self, size: float) -> bool:
        return self.low * (1 - SIZES) <= size <= self.high * (1 + SIZES)

    def spanned(self, sizes: Collection[float]) -> bool:
        """Tell whether some sizes reach from the least to the largest."""
        return min(sizes) <= self.low * (1 + SIZES) and max(sizes) >= self.high * (1 - SIZES)


@dataclass(frozen=True, slots=True)
class Written:
    """A value exactly as an author wrote it.

    `unit` is as shown (`GB`, `%`, `×`, `tokens/s`, `""`) and `scale` how many base units one of it is. `truth` and
    `word` are the value of those two kinds. `override` is an explicit tolerance, shown wherever the value is judged.
    """

    text: str
    kind: Kind
    unit: str
    scale: float
    override: str = ""
    truth: bool | None = None
    word: str = ""
    power: float = 0.0
    """Of a scaling: the exponent, 2 for `O(N²)`."""
    logs: int = 0
    """Of a scaling: how often log N is a factor."""
    sizes: Sizes | None = None
    """For which sizes it is claimed, where it says so."""
    _prefix: str = ""
    _suffix: str = ""
    _low: Numeral | None = None
    _high: Numeral | None = None
    _side: str = ""
    """Of a bound: `≥`, `>`, `≤` or `<`."""
    _factor: Fraction = Fraction(1)
    _width: Fraction | None = None
    """Half of the width, where the author stated it in the unit of writing."""
    _ends: tuple[Fraction, Fraction] | None = None
    """Both ends, where an override states them in the unit of writing."""

    @property
    def numeric(self) -> bool:
        """Whether it is a number (or a range or bound) rather than a truth value or a word."""
        return self._low is not None

    @property
    def unitless(self) -> str:
        """The text without a unit of measure behind it: `8` of `8 GB`, but `1.5M` of `1.5M parameters`."""
        bare = self.text[: len(self.text) - len(self._suffix)] if self._suffix else self.text
        found = re.match(r"\s*([^\W\d_]+)", self._suffix)
        return bare + found[0] if found and found[1] in units.COUNTS else bare

    @property
    def strict(self) -> bool:
        """Whether it is a bound that leaves out its own value: `> 5`, `less than 1 %`."""
        return self.kind is Kind.BOUND and not self.override and self._side in ("<", ">")

    @property
    def reached(self) -> Written | None:
        """Of `up to 4x`: the `4x` that the best is to reach; `None` of anything else."""
        if not self._prefix.strip().casefold().startswith("up to"):
            return None
        return parse(self.text.strip()[len(self._prefix) :], self.override)

    @property
    def growth(self) -> str:
        """Which exponents a scaling allows, for people: `exponent 1.95 to 2.05 (1.85 to 2.15 for times)`."""
        exact, timed = (f"{self.power - slack:.2f} to {self.power + slack:.2f}" for slack in (COUNTED, TIMED))
        factor = " after dividing by log N" if self.logs else ""
        return f"exponent {exact}{factor} ({timed} for times)"

    @property
    def value(self) -> Scalar | None:
        """The one value that is written, numbers in base units; `None` for a range or a bound."""
        if self.kind is Kind.TRUTH:
            return self.truth
        if self.kind is Kind.WORD:
            return self.word
        if self.kind in (Kind.RANGE, Kind.BOUND) or self._low is None:
            return None
        return float(self._low.value * self._factor)

    def interval(self, *, whole: bool = False) -> Interval:
        """Return which measured values the writing allows; `whole` says that what is measured is a whole number.

        Raises:
            TypeError: a truth value or a word has no interval.
        """
        low, high, noisy = self._exact_ends(whole=whole)
        down = None if low is None else float(low * self._factor)
        up = None if high is None else float(high * self._factor)
        if noisy:
            ulps = 4 * math.ulp(max(abs(down or 0.0), abs(up or 0.0)))
            down = None if down is None else down - ulps
            up = None if up is None else up + ulps
        if self.kind is Kind.BOUND and not self.override:
            # A strict bound leaves out its own value; the others forgive the noise of single precision.
            noise = 0.0 if whole else float(NOISE)
            counted = whole and self._low is not None and self._low.value not in (low, high)  # moved by one already
            if down is not None and not counted:
                down = math.nextafter(down, math.inf) if self._side == ">" else down - noise * abs(down)
            if up is not None and not counted:
                up = math.nextafter(up, -math.inf) if self._side == "<" else up + noise * abs(up)
        return Interval(
            -math.inf if down is None else down, math.inf if up is None else up, self._interval_text(low, high, whole)
        )

    def accepts(self, value: Scalar) -> bool:
        """Tell whether a measured value fits: truth values and words exactly, numbers by the interval."""
        if self.kind is Kind.TRUTH:
            return isinstance(value, bool) and value is self.truth
        if self.kind is Kind.WORD:
            return isinstance(value, str) and value == self.word
        if isinstance(value, bool | str):
            return False
        return value in self.interval(whole=isinstance(value, int))

    def show(self, value: Scalar) -> str:
        """Return a measured value as the author would write it, with digits enough to see on which side it falls."""
        if isinstance(value, bool):
            return self._truth_text(value)
        if isinstance(value, str):
            return value
        like = self._high or self._low
        if like is None or not math.isfinite(value):
            return repr(value)
        exact = Fraction(value) / self._factor
        like = _hand(like, exact)
        inside = self.accepts(value)
        interval = self.interval(whole=isinstance(value, int))
        most = like.decimals if exact.denominator == 1 and like.notation is numerals.Notation.PLAIN else None
        decimals = most if most is not None else self._enough(like, exact, 2, 3)
        for extra in range(18):
            text = numerals.write(like, exact, decimals + extra)
            shown = numerals.read(text)
            if shown is None:
                break
            back = float(shown.value * self._factor)
            if (interval.low <= back <= interval.high) == inside and (back != 0 or value == 0):
                break
        if most is None:
            text = _trim(text, like.decimals)
        return text + self._suffix

    def correction(self, value: Scalar) -> str:
        """Return what to write instead of this text, in the same style: a text that accepts the measured value."""
        if isinstance(value, bool):
            return self._truth_text(value)
        if isinstance(value, str):
            return value
        like = self._low
        if like is None or not math.isfinite(value):
            return repr(value)
        exact = Fraction(value) / self._factor
        like = _hand(like, exact)
        prefix = self._prefix if self.kind in (Kind.APPROX, Kind.BOUND) else ""
        override = "" if self._ends or self.kind in (Kind.RANGE, Kind.TOLERANCE) else self.override
        start = like.decimals
        if self.kind is Kind.BOUND:
            start = like.decimals if isinstance(value, int) else self._enough(like, exact, 0, 2)
        elif exact and like.value and like.notation is numerals.Notation.PLAIN:
            start = max(start, min(self._enough(like, exact, 0, 1), start + 3)) if like.decimals else start
        for decimals in range(start, start + 40):
            for candidate in self._candidates(like, exact, decimals):
                text = prefix + candidate + self._suffix
                if _holds(text, value, override):
                    return text
        return prefix + repr(float(exact)) + self._suffix

    def twin(self) -> Written | None:
        """Return the same text with its bytes counted in the other base (`8 GB` as `8 GiB`), or `None`."""
        if self._low is None or (text := units.twin(self.text)) == self.text:
            return None
        return parse(text, self.override)

    def _exact_ends(self, *, whole: bool) -> tuple[Fraction | None, Fraction | None, bool]:
        """Return both ends in the unit of writing (`None` for none), and whether arithmetic noise is to be added."""
        if self._low is None or self._high is None:
            raise TypeError(f"{self.text!r} is no number and has no interval")
        if self._ends:
            return *self._ends, True
        exact = whole and self._factor == 1
        first, last = self._low.value, self._high.value
        if self.kind is Kind.BOUND:
            slack = self._slack(self._low, exact=exact) if self.override else Fraction(0)
            strict = Fraction(1) if exact and first.denominator == 1 and not self.override else Fraction(0)
            if self._side in ("≥", ">"):
                return first - slack + (strict if self._side == ">" else 0), None, bool(self.override)
            return None, first + slack - (strict if self._side == "<" else 0), bool(self.override)
        down, up = self._slack(self._low, exact=exact), self._slack(self._high, exact=exact)
        return first - down, last + up, bool(down or up)

    def _slack(self, numeral: Numeral, *, exact: bool) -> Fraction:
        """Return how far a measured value may lie from a written one, in the unit of writing."""
        size = abs(numeral.value)
        if self.override == "exact":
            return Fraction(0) if exact else NOISE * size
        if self._width is not None:
            return self._width * size if self.override.endswith("%") else self._width
        if self._prefix and self.kind in (Kind.APPROX, Kind.RANGE) and _about(self._prefix):
            return min(max(numeral.half, ABOUT * size), ABOUT_CAP * size) if size else 2 * numeral.half
        if exact and numeral.bare:
            return Fraction(0)
        if not numeral.half:
            return NOISE * size
        if not size:
            return numeral.half if numeral.decimals else ZERO
        return min(numeral.half, CAP * size)

    def _interval_text(self, low: Fraction | None, high: Fraction | None, whole: bool) -> str:
        like = self._low
        assert like is not None  # _exact_ends has raised otherwise
        suffix = self._suffix
        if self.kind is Kind.BOUND and not self.override:
            return f"{self._side} {like.text}{suffix}"
        if low is None or high is None:
            side, end = ("≤", high) if low is None else ("≥", low)
            return f"{side} {_end(like, end or Fraction(0))}{suffix}"
        if low == high or self.kind is Kind.EXACT or self.override == "exact":
            return f"exactly {like.text if low == high or not whole else _end(like, low)}{suffix}"
        glued = suffix if suffix.startswith(" ") or suffix[:1] in ("%", "x", "×", "") else f" {suffix}"
        return f"[{_end(like, low)}, {_end(self._high or like, high)}]{glued}"

    def _enough(self, like: Numeral, value: Fraction, more: int, significant: int) -> int:
        """Return decimals: `more` than written, and enough to show so many significant digits of the value."""
        value /= Fraction(10) ** numerals.exponent_of(like, value)
        return max(like.decimals + more, min(numerals.digits_needed(value, significant), 40))

    def _candidates(self, like: Numeral, value: Fraction, decimals: int) -> tuple[str, ...]:
        """Return ways to write a value with so many digits: for a bound also the next number that lets it in."""
        nearest = numerals.write(like, value, decimals)
        if self.kind is not Kind.BOUND:
            return (nearest,)
        step = Fraction(10) ** (numerals.exponent_of(like, value) - decimals)
        step = max(step, Fraction(8 * math.ulp(float(value))))
        outward = -step if self._side in ("≥", ">") else step
        return nearest, numerals.write(like, value + outward, decimals)

    def _truth_text(self, value: bool) -> str:
        """Return a truth value in the words that the author uses."""
        for yes, no in (("true", "false"), ("yes", "no"), ("always", "not always")):
            for style in (str.lower, str.capitalize, str.upper):
                if self.text in (style(yes), style(no)):
                    return style(yes if value else no)
        return "true" if value else "false"


_TEX = {
    "\\approx": "≈", "\\sim": "~", "\\geq": "≥", "\\ge": "≥", "\\leq": "≤", "\\le": "≤", "\\gt": ">", "\\lt": "<",
    "\\pm": "±", "\\,": "\u2009", "\\;": " ", "{,}": ",", "\\%": "%",
}  # fmt: skip
_ABOUT_WORDS = r"~|≈|≃|∼|about\b|around\b|roughly\b|approximately\b|approx\.|circa\b|nearly\b"
_SIDES = (
    ("≥", r"≥|>=|at least\b|no less than\b|no fewer than\b|not less than\b"),
    ("≤", r"≤|<=|at most\b|up to\b|no more than\b|not more than\b"),
    (">", r">|more than\b|greater than\b|larger than\b|over\b|above\b"),
    ("<", r"<|less than\b|fewer than\b|smaller than\b|under\b|below\b"),
)
_ABOUT_PREFIX = re.compile(rf"(?:{_ABOUT_WORDS})\s*", re.IGNORECASE)
_SIDE_PREFIXES = tuple((side, re.compile(rf"(?:{words})\s*", re.IGNORECASE)) for side, words in _SIDES)
_BETWEEN = re.compile(r"(?:between|from)\s+", re.IGNORECASE)
_DASH = re.compile(r"(?P<unit>\s*(?:%|×|[^\W\d_]+(?:/[^\W\d_]+)?)??)\s*(?P<dash>–|—|-|to\b|and\b|\.\.|…)\s*")
_SPREAD = re.compile(r"\s*(?:±|\+/-|\+-)\s*")
_TRUTHS = {"true": True, "yes": True, "false": False, "no": False}
# Absolutes: "it holds in every case". A search answers for them, and its word for that is `holds`.
_TRUTHS |= dict.fromkeys(("always", "never", "every", "any", "all", "each", "for any", "for all", "for every"), True)
_TRUTHS |= dict.fromkeys(("not always", "sometimes"), False)
_SIZE = r"[A-Za-zα-ω](?:_[A-Za-z]+)?"
_SCALING = re.compile(
    rf"(?:O|Θ|\\mathcal\{{O\}}|\\Theta)\s*\(\s*(?:(?P<one>1)|(?P<root>√|\\sqrt)?\s*\(?\{{?(?P<size>{_SIZE})\}}?\)?"
    rf"\s*(?P<power>[²³⁴]|(?:\^|\*\*)\s*\{{?\s*[0-9.]+\s*\}}?)?(?P<log>\s*[·*×]?\s*\\?log(?:_2|₂)?\s*\(?(?P=size)\)?)?"
    rf"|\\?log(?:_2|₂)?\s*\(?(?P<alone>{_SIZE})\)?)\s*\)"
)
_WORD = re.compile(r"[^\W\d][\w.\-]*")
_SPELLED = re.compile(
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|hundred|thousand|million|billion|half|"
    "quarter|third|twice|double"
)


@lru_cache(maxsize=4096)
def parse(text: str, override: str = "") -> Written:
    """Return what `text` says, read with an author's explicit tolerance where there is one.

    Raises:
        WrittenError: the text is no value, or may be read in two ways, or the override makes no sense for it.
    """
    plain = text.strip()
    if len(plain) > 2 and plain[0] == plain[-1] == "$":
        plain = plain[1:-1].strip()
    for tex, sign in _TEX.items():
        plain = plain.replace(tex, sign)
    if not plain:
        raise WrittenError("there is no value: write the number that is claimed")
    if found := _SIZES.search(plain):
        return replace(parse(plain[: found.start()], override), sizes=_sizes(found))
    try:
        written = _scaling(text, plain) or _word(text, plain) or _number(text, plain)
    except (numerals.NumeralError, units.UnitError) as error:
        raise WrittenError(f"`{text}` cannot be measured against: {error}") from None
    return _overridden(written, override.strip()) if override.strip() else written


_SIZES = re.compile(r"\s+(?:for|at|over)\s+([^\W\d]\w*)\s*=\s*(\S.*)$")


def _sizes(found: re.Match[str]) -> Sizes:
    said = parse(found[2])
    if said._low is None or said._high is None or said.kind is Kind.BOUND or said.sizes:
        raise WrittenError(f"`{found[2]}` says no sizes: write `for N = 4096` or `for N = 1k–16k`")
    low, high = (float(end.value * said._factor) for end in (said._low, said._high))
    return Sizes(found[1], low, high, found[0].strip())


def _word(text: str, plain: str) -> Written | None:
    """Read a truth value or a single word such as `bfloat16`; return `None` where it may be a number."""
    if plain.lower() in _TRUTHS:
        return Written(text, Kind.TRUTH, "", 1.0, truth=_TRUTHS[plain.lower()])
    if plain.lower() in ("nan", "inf", "infinity"):
        raise WrittenError(f"`{text}` is no finite number: claim something that can be measured, such as `true`")
    if _SPELLED.fullmatch(plain.lower()):
        raise WrittenError(f"write `{text}` in digits: only a number in digits can be measured against")
    if _WORD.fullmatch(plain) and plain[0].isalpha():
        return Written(text, Kind.WORD, "", 1.0, word=plain)
    return None


def _scaling(text: str, plain: str) -> Written | None:
    """Read `O(N²)` and its like; return `None` where it is none."""
    found = _SCALING.fullmatch(plain)
    if found is None:
        if re.match(r"[OΘ]\s*\(", plain):
            raise WrittenError(f"`{text}` is no growth in one size: write `O(1)`, `O(N)`, `O(N log N)` or `O(N^2)`")
        return None
    if found["one"] or found["alone"]:
        return Written(text, Kind.SCALING, "", 1.0, logs=1 if found["alone"] else 0)
    shown = re.sub(r"[\^*{}\s]", "", found["power"] or "1").translate(str.maketrans("²³⁴", "234"))
    power = 0.5 if found["root"] else float(shown)
    return Written(text, Kind.SCALING, "", 1.0, power=power, logs=1 if found["log"] else 0)


def _number(text: str, plain: str) -> Written:
    """Read a number, range or bound with whatever stands before and behind it."""
    rest, side, about = plain, "", False
    for name, pattern in _SIDE_PREFIXES:
        if found := pattern.match(rest):
            side, rest = name, rest[found.end() :]
            break
    if found := _ABOUT_PREFIX.match(rest):
        about, rest = True, rest[found.end() :]
    if found := _BETWEEN.match(rest):
        rest = rest[found.end() :]
    if side and about:
        raise WrittenError(f"`{text}` is both a bound and an approximation: write one of them")
    prefix = plain[: len(plain) - len(rest)]
    low = numerals.read(rest)
    if low is None:
        raise WrittenError(_why_not(text, rest))
    behind = rest[len(low.text) :]
    if found := _SPREAD.match(behind):
        return _spread(text, prefix, low, behind[found.end() :])
    low, high, first, suffix = _second(low, behind)
    if high is None and not side and (plus := re.search(r"^[^\s+]*(\+)(?=\s|$)", suffix)):  # `100+`, `10K+ steps`
        side, suffix, prefix = "≥", suffix[: plus.start(1)] + suffix[plus.end(1) :], "≥ "
    if re.match(r"[.,:]\d|[^\W\d_]+\d", suffix):
        raise WrittenError(
            f"`{text}` is not one number: decimals follow a point, and thousands are separated in groups of three"
        )
    unit = units.parse(suffix)
    if first and units.parse(first).scale != unit.scale:
        # `500 MB–2 GB`: bring the first end to the unit of the second.
        ratio = units.parse(first).scale / unit.scale
        low = replace(low, value=low.value * ratio, half=low.half * ratio)
    if about and not low.value and not low.decimals and high is None:
        raise WrittenError(f"`{text}` allows nothing that can be measured: write a bound such as `< 0.001`, or `0.00`")
    if high is not None:
        if side:
            raise WrittenError(f"`{text}` is both a bound and a range: write one of them")
        if high.value < low.value:
            raise WrittenError(f"the range `{text}` ends below its start: write the smaller number first")
        kind = Kind.RANGE
    elif side:
        kind = Kind.BOUND
    elif about:
        kind = Kind.APPROX
    elif not low.half:
        kind = Kind.EXACT
    else:
        kind = Kind.COUNT if low.bare and unit.scale == 1 else Kind.WRITTEN
    return Written(
        text, kind, unit.shown, float(unit.scale),
        _prefix=prefix, _suffix=suffix, _low=low, _high=high or low, _side=side, _factor=unit.scale,
    )  # fmt: skip


def _second(low: Numeral, behind: str) -> tuple[Numeral, Numeral | None, str, str]:
    """Return both ends of a range, the unit behind its first end, and what stands behind the second."""
    found = _DASH.match(behind)
    if found and (high := numerals.read(behind[found.end() :])):
        return low, high, found["unit"].strip(), behind[found.end() + len(high.text) :]
    return low, None, "", behind


def _spread(text: str, prefix: str, middle: Numeral, behind: str) -> Written:
    width = numerals.read(behind)
    if width is None or width.value <= 0 or prefix:
        raise WrittenError(f"`{text}`: behind ± stands by how much, as in `8.0 ± 0.5`, and nothing before the number")
    suffix = behind[len(width.text) :]
    unit = units.parse(suffix)
    if unit.shown == "%":
        raise WrittenError(f"`{text}` may mean percent of the value or percentage points: write the two ends")
    return Written(
        text, Kind.TOLERANCE, unit.shown, float(unit.scale),
        _suffix=suffix, _low=middle, _high=middle, _factor=unit.scale, _width=width.value,
    )  # fmt: skip


def _why_not(text: str, rest: str) -> str:
    if rest.startswith("∞"):
        return f"`{text}` is no finite number: claim something that can be measured, such as `true`"
    if re.match(r"[$€£]", rest):
        return f"`{text}` is money, which no proof measures: cite it instead"
    if re.search(r"\d", text):
        return f"`{text}` does not begin with its number: link the number alone, with its unit"
    return f"`{text}` is no value: link the number that is claimed (or one word, or true or false)"


_PERCENT = re.compile(r"(?:±|\+/-|\+-)\s*(.+?)\s*%")
_ABSOLUTE = re.compile(r"(?:±|\+/-|\+-)\s*(.+)")
_PAIR = re.compile(r"\[\s*(.+?)\s*[,;]\s+(.+?)\s*\]|\[\s*([^,;\s]+)\s*[,;]\s*([^,;\s]+)\s*\]")


def _overridden(written: Written, override: str) -> Written:
    """Return the value with an author's explicit tolerance.

    Raises:
        WrittenError: the override is none of the known forms, or leaves out the written value itself.
    """
    if not written.numeric:
        raise WrittenError(f"a tolerance (`{override}`) means nothing for `{written.text}`, which is no number")
    if override == "exact":
        return replace(written, override="exact")
    if found := _PAIR.fullmatch(override):
        ends = tuple(_whole_number(end, override) for end in (found[1] or found[3], found[2] or found[4]))
        low, high = ends
        inside = written.kind is Kind.BOUND or all(
            end is None or low <= end.value <= high for end in (written._low, written._high)
        )
        if low > high or not inside:
            raise WrittenError(f"the tolerance `{override}` leaves out the written value `{written.text}`")
        return replace(written, override=override, _ends=(low, high))
    if found := _PERCENT.fullmatch(override):
        width = _whole_number(found[1], override) / 100
    elif found := _ABSOLUTE.fullmatch(override):
        width = _whole_number(found[1], override)
    else:
        raise WrittenError(
            f"`{override}` is no tolerance: write `±5%`, `±0.01` (in the number's unit), `exact` or `[0.1, 0.2]`"
        )
    if width < 0:
        raise WrittenError(f"`{override}` is no tolerance: it is negative")
    return replace(written, override=override, _width=width)


def _whole_number(text: str, override: str) -> Fraction:
    """Read a tolerance's number, all of `text`."""
    try:
        found = numerals.read(text)
    except numerals.NumeralError:
        found = None
    if found is None or found.text != text:
        raise WrittenError(f"`{text}` in the tolerance `{override}` is no number")
    return found.value


def _hand(like: Numeral, value: Fraction) -> Numeral:
    """Return the notation to print a value in: the author's, or scientific where that would be a row of zeros."""
    if like.notation is numerals.Notation.SCIENTIFIC or not value or Fraction(1, 10**9) <= abs(value) < 10**21:
        return like
    return numerals.read("1.0e0") or like


def _about(prefix: str) -> bool:
    return bool(_ABOUT_PREFIX.match(prefix))


def _holds(text: str, value: float, override: str) -> bool:
    """Tell whether a text, parsed, accepts a value; a zero never stands for what is not zero."""
    try:
        written = parse(text, override)
    except WrittenError:
        return False
    if written.value == 0.0 and value != 0:
        return False
    return written.accepts(value)


def _end(like: Numeral, value: Fraction) -> str:
    """Return an end of an interval in the author's notation: exactly where that is short, else in three more digits."""
    if like.notation not in (numerals.Notation.PLAIN, numerals.Notation.SCIENTIFIC):
        like = numerals.read("1") or like
    if value and abs(value) < Fraction(1, 10 ** (like.decimals + 3)) and like.notation is numerals.Notation.PLAIN:
        like = numerals.read("1.0e0") or like
    unscaled = value / Fraction(10) ** numerals.exponent_of(like, value)
    exact = (extra for extra in range(4) if (unscaled * 10 ** (like.decimals + extra)).denominator == 1)
    return numerals.write(like, value, like.decimals + next(exact, 4))


def _trim(text: str, keep: int) -> str:
    """Drop zeros at the end of the digits behind a number's point, down to `keep` of them."""
    found = re.match(r"([^.]*\.)(\d+)(.*)", text, re.DOTALL)
    if not found:
        return text
    digits = found[2][:keep] + found[2][keep:].rstrip("0")
    return (found[1] + digits if digits else found[1][:-1]) + found[3]
