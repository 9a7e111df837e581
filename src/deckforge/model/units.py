"""Units behind a number: how many base units one of them is, and what is too ambiguous to guess.

Base units are bytes, bits, seconds, FLOP, operations, hertz, watts, joules and metres; percent and `×` are numbers as
they stand. A proof returns base units: `8 GB` is measured as 8e9, `12 ms` as 0.012, `8 %` as 8.0. Words that are no
unit of measure (`tokens`, `steps`, `parameters`) count as one, and are kept for showing. After `/` or `per`, times
count too: `tokens/min` is measured in tokens a second.

`known` is the one table of units of measure. It is our own; pint, which knows all units that there are, is what tests
compare it with (ARCHITECTURE.md says why).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

Dimension = tuple[tuple[str, int], ...]
"""Kinds of base unit with their powers, sorted: `(("byte", 1), ("s", -1))`."""

DECIMAL = {
    "k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15, "E": 10**18, "Z": 10**21, "Y": 10**24,
}  # fmt: skip
BINARY = {f"{prefix}i": 2 ** (10 * power) for power, prefix in enumerate("KMGTPEZY", 1)}
_SMALL = {
    "c": Fraction(1, 10**2), "m": Fraction(1, 10**3), **dict.fromkeys(("µ", "μ", "u"), Fraction(1, 10**6)),
    "n": Fraction(1, 10**9), "p": Fraction(1, 10**12), "f": Fraction(1, 10**15),
}  # fmt: skip
_SPELLED = {
    "kilo": "k", "mega": "M", "giga": "G", "tera": "T", "peta": "P", "exa": "E", "zetta": "Z", "yotta": "Y",
    "kibi": "Ki", "mebi": "Mi", "gibi": "Gi", "tebi": "Ti", "pebi": "Pi", "exbi": "Ei", "zebi": "Zi", "yobi": "Yi",
    "centi": "c", "milli": "m", "micro": "µ", "nano": "n", "pico": "p", "femto": "f",
}  # fmt: skip

COUNTS = {
    "k": 10**3,
    "K": 10**3,
    "M": 10**6,
    "B": 10**9,
    "T": 10**12,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "trillion": 10**12,
}
"""What may stand between a number and what it counts: `100M parameters`, `2 billion`."""

_TIMES = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), Fraction(1)),
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds"), Fraction(1, 10**3)),
    **dict.fromkeys(("µs", "μs", "us", "usec", "microsecond", "microseconds"), Fraction(1, 10**6)),
    **dict.fromkeys(("ns", "nsec", "nanosecond", "nanoseconds"), Fraction(1, 10**9)),
    **dict.fromkeys(("ps", "picosecond", "picoseconds"), Fraction(1, 10**12)),
    **dict.fromkeys(("fs", "femtosecond", "femtoseconds"), Fraction(1, 10**15)),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), Fraction(60)),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), Fraction(3600)),
    **dict.fromkeys(("d", "day", "days"), Fraction(86400)),
    **dict.fromkeys(("week", "weeks"), Fraction(7 * 86400)),
    **dict.fromkeys(("year", "years"), Fraction(31557600)),
}

_SECOND: Dimension = (("s", 1),)
_SYMBOLS: dict[str, tuple[Dimension, int, str]] = {
    "B": ((("byte", 1),), 1, "large"),
    "bit": ((("bit", 1),), 1, "large"),
    "bps": ((("bit", 1), ("s", -1)), 1, "large"),
    "Bps": ((("byte", 1), ("s", -1)), 1, "large"),
    "FLOP": ((("flop", 1),), 1, "large"),
    "FLOPS": ((("flop", 1), ("s", -1)), 1, "large"),
    "OPS": ((("op", 1), ("s", -1)), 1, "large"),
    "Hz": ((("Hz", 1),), 1, "large"),
    "W": ((("W", 1),), 1, "any"),
    "J": ((("J", 1),), 1, "any"),
    "Wh": ((("J", 1),), 3600, "any"),
    "m": ((("m", 1),), 1, "length"),
}
"""Symbols of units: what they measure, how many base units one is, and which prefixes are written before them."""
_PREFIXES: dict[str, dict[str, Fraction]] = {
    "large": {prefix: Fraction(size) for prefix, size in (DECIMAL | BINARY).items()},
    "any": {
        prefix: Fraction(size) for prefix, size in (DECIMAL | {k: v for k, v in _SMALL.items() if k != "c"}).items()
    },
    "length": {"k": Fraction(1000), **{prefix: size for prefix, size in _SMALL.items() if prefix not in "pf"}},
}
_ALONE = frozenset(_SYMBOLS) - {"bps", "Bps", "OPS", "m"}
"""Symbols that are a unit without a prefix too."""
_NAMES = {
    "byte": "B", "bit": "bit", "flop": "FLOP", "hertz": "Hz", "watt": "W", "joule": "J", "watt-hour": "Wh",
    "meter": "m", "metre": "m",
}  # fmt: skip
_SYMBOL = re.compile(rf"(\w{{0,2}}?)({'|'.join(sorted(_SYMBOLS, key=len, reverse=True))})")
_OTHERWISE = (
    (re.compile(r"[Bb]ytes?$"), "B"),
    (re.compile(r"[Bb]its?$"), "bit"),
    (re.compile(r"FLOPs$|[Ff]lops?$"), "FLOP"),
    (re.compile(r"[Ff]lopS$"), "FLOPS"),
)
"""How else symbols are written, behind a prefix too: `kbytes`, `Gbits`, `Tflop`."""
_NAME = re.compile(rf"({'|'.join(_SPELLED)}|)({'|'.join(_NAMES)}|flops)s?", re.IGNORECASE)

_AMBIGUOUS = {
    "b": "`b` may be bits or billions: write `bits` or `B`",
    "m": "`m` may be millions, minutes or metres: write `M`, `min` or the word",
    "G": "`G` is no count: write `GB` for bytes or `B` for billions",
    **{unit: f"`{unit}` may be bits or bytes: write `{unit[0].upper()}B` or `{unit[0].upper()}bit`"
       for unit in ("kb", "Kb", "mb", "Mb", "gb", "Gb", "tb", "Tb")},
    **{unit: f"`{unit}` may be bits or bytes: write `{unit[:2]}B` or `{unit[:2]}bit`"
       for unit in ("Kib", "Mib", "Gib", "Tib", "Pib")},
}  # fmt: skip

_BYTES = re.compile(rf"({'|'.join(sorted((*DECIMAL, *BINARY), key=len, reverse=True))})B")
_WORDS = re.compile(r"(?:°|[^\W\d_])[\w²³°'’.\-]*|[%‰]")


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit of measure: how many base units one of it is, and of which kinds."""

    scale: Fraction
    dimension: Dimension


@lru_cache(maxsize=8192)
def known(word: str) -> Measure | None:
    """Return the unit of measure that a single word is (`GB`, `TFLOPS`, `kilowatt-hours`); `None` for other words."""
    if word in _TIMES:
        return Measure(_TIMES[word], _SECOND)
    symbol = next((pattern.sub(name, word) for pattern, name in _OTHERWISE if pattern.search(word)), word)
    if found := _SYMBOL.fullmatch(symbol):
        prefix, name = found.groups()
        dimension, size, which = _SYMBOLS[name]
        factor = _PREFIXES[which].get(prefix) if prefix else Fraction(1) if name in _ALONE else None
        return Measure(factor * size, dimension) if factor else None
    if found := _NAME.fullmatch(word):
        prefix, name = _SPELLED.get(found[1].lower(), ""), found[2].lower()
        dimension, size, which = _SYMBOLS["FLOP" if name == "flops" else _NAMES[name]]
        factor = _PREFIXES[which].get(prefix) if prefix else Fraction(1)
        return None if factor is None else Measure(factor * size, dimension)
    return None


class UnitError(ValueError):
    """What stands behind the number is no unit; the text says why, to a person."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as written (`shown`, spaces stripped) and how many base units it is."""

    shown: str
    scale: Fraction


def parse(text: str) -> Unit:
    """Return the unit that `text`, everything behind a number, says.

    Raises:
        UnitError: it says none, or may be read in two ways.
    """
    shown = " ".join(text.split())
    rest = shown.replace("\\%", "%").removeprefix("-")  # `32-bit`, `10-fold`
    if not rest:
        return Unit("", Fraction(1))
    if rest[0] in "%‰×":
        _words(rest[1:])
        return Unit(shown, Fraction(1))
    scale = Fraction(1)
    token = re.match(r"[^\W\d_]+|", rest)
    first = token[0] if token else ""
    if first in ("x", "X", "percent"):
        _words(rest[len(first) :])
        return Unit(shown, Fraction(1))
    if first in _AMBIGUOUS:
        raise UnitError(_AMBIGUOUS[first])
    if first in COUNTS:
        scale *= COUNTS[first]
        rest = rest[len(first) :].strip()
        if first == "B" and rest.startswith("/"):
            raise UnitError(f"`B{rest}` may be bytes or billions: write `bytes{rest}` or `billion{rest}`")
    above, divider, below = _split(rest)
    scale *= _scale(above)
    if divider:
        scale /= _below(below)
        _words(below)
    _words(above)
    return Unit(shown, scale)


def spellings(text: str) -> dict[str, Fraction]:
    """Return the units in which a quantity of unit `text` may be given as well, with how many base units each is.

    `GB` may be given in any multiple of bytes, `ms` in any unit of time, `B parameters` as `million` or in full, with
    the word or without; what is no unit of measure only as it is written.
    """
    shown = parse(text).shown
    first = re.match(r"-?([^\W\d_]+|[%×]|)", shown)
    token = first[1] if first else ""
    found = {shown: parse(text).scale} if shown else {}
    if token in ("%", "percent"):
        return found | dict.fromkeys(("%", "percent"), Fraction(1))
    if token in ("×", "x", "X"):
        return found | dict.fromkeys(("×", "x", "times", "-fold"), Fraction(1))
    if not token:
        return found | {name: Fraction(count) for name, count in COUNTS.items()} | {"%": Fraction(1, 100)}
    if token in COUNTS and "/" not in shown and " per " not in shown:
        word = shown[len(token) :].strip()
        counts = {name: Fraction(count) for name, count in COUNTS.items()}
        return found | counts | ({f"{name} {word}": count for name, count in counts.items()} | {word: Fraction(1)}
                                 if word else {})  # fmt: skip
    above, divider, below = _split(shown)
    upper = _multiples(above)
    if not divider:
        return found | upper
    written, time = _first(above), _first(below)
    tops = upper or {above: Fraction(1)}
    rates = {f"{top}/{below}": size / _TIMES.get(time, 1) for top, size in tops.items()}
    others = _TIMES if time in _TIMES else {}
    return found | rates | {f"{above}/{other}": tops.get(written, 1) / size for other, size in others.items()}


def _multiples(text: str) -> dict[str, Fraction]:
    """Return every spelling of what is measured in this unit; none where it is no unit of measure."""
    measure = known(_first(text))
    if measure is None:
        return {}
    if measure.dimension == _SECOND:
        return dict(_TIMES)
    found: dict[str, Fraction] = {}
    for name, (dimension, size, which) in _SYMBOLS.items():
        if dimension != measure.dimension:
            continue
        plural = (name, f"{name}s") if name in ("bit", "FLOP") else (name,)
        for prefix, factor in (*((("", Fraction(1)),) if name in _ALONE else ()), *_PREFIXES[which].items()):
            found |= dict.fromkeys((f"{prefix}{each}" for each in plural), factor * size)
    if measure.dimension == (("byte", 1),):
        found |= dict.fromkeys(("byte", "bytes"), Fraction(1))
    return found


def twin(text: str) -> str:
    """Return a text with its unit read in the other way that people use.

    Bytes are counted in the other base (`8 GB` as `8 GiB`, `7.45GiB` as `7.45GB`), and a bare `B` is bytes (`512 B`).
    """

    def other(found: re.Match[str]) -> str:
        prefix = found[1]
        if prefix.endswith("i"):
            return "kB" if prefix == "Ki" else f"{prefix[0]}B"
        return f"{prefix.upper()}iB"

    if bare := re.fullmatch(r"(.*\d)\s*B", text.rstrip()):
        return f"{bare[1]} bytes"
    return re.sub(rf"(?<![^\W\d_]){_BYTES.pattern}(?![^\W\d_])", other, text)


def _split(text: str) -> tuple[str, str, str]:
    """Split `GB/s` or `bytes per parameter` into what is above and below the line."""
    found = re.search(r"\s*/\s*|(?:^|\s+)per\s+", text)
    if not found:
        return text, "", ""
    return text[: found.start()], "/", text[found.end() :]


def _first(text: str) -> str:
    return re.split(r"[\s/·]", text.strip(), maxsplit=1)[0]


def _scale(text: str) -> Fraction:
    word = _first(text)
    if word in _AMBIGUOUS:
        raise UnitError(_AMBIGUOUS[word])
    measure = known(word)
    return measure.scale if measure else Fraction(1)


def _below(text: str) -> Fraction:
    """Return what a quotient's scale is divided by: times count, and `FLOP/s-days` multiplies by them again."""
    word = _first(text)
    second, dash, day = word.partition("-")
    if dash and second in _TIMES and day in _TIMES:
        return _TIMES[second] / _TIMES[day]
    return _TIMES.get(word, Fraction(1))


def _words(text: str) -> None:
    """Raise where the rest is no short run of plain words."""
    words = [word for word in re.split(r"[\s/·]+", text) if word]
    if len(words) > 5:
        raise UnitError("a written value is a number with at most a few words behind it: link the number alone")
    for word in words:
        if word[0] in "0123456789":
            raise UnitError(f"`{word}` is a second number: link one number alone")
        if not _WORDS.fullmatch(word):
            raise UnitError(f"`{word}` is neither a number nor a unit")
