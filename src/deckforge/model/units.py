"""Units behind a number: how many base units one of them is, and what is too ambiguous to guess.

Base units are bytes, bits, seconds, FLOP, hertz, watts and joules; percent and `×` are numbers as they stand. A proof
returns base units: `8 GB` is measured as 8e9, `12 ms` as 0.012, `8 %` as 8.0. Words that are no unit of measure
(`tokens`, `steps`, `parameters`) count as one, and are kept for showing. After `/` or `per`, times count too:
`tokens/min` is measured in tokens a second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

DECIMAL = {"k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15, "E": 10**18}
BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50}

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
    **dict.fromkeys(("s", "sec", "second", "seconds"), Fraction(1)),
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), Fraction(1, 10**3)),
    **dict.fromkeys(("µs", "μs", "us", "microsecond", "microseconds"), Fraction(1, 10**6)),
    **dict.fromkeys(("ns", "nanosecond", "nanoseconds"), Fraction(1, 10**9)),
    **dict.fromkeys(("ps",), Fraction(1, 10**12)),
    **dict.fromkeys(("min", "minute", "minutes"), Fraction(60)),
    **dict.fromkeys(("h", "hour", "hours"), Fraction(3600)),
    **dict.fromkeys(("d", "day", "days"), Fraction(86400)),
    **dict.fromkeys(("week", "weeks"), Fraction(7 * 86400)),
    **dict.fromkeys(("year", "years"), Fraction(31557600)),
}

_AMBIGUOUS = {
    "b": "`b` may be bits or billions: write `bits` or `B`",
    "m": "`m` may be millions, minutes or metres: write `M`, `min` or the word",
    "G": "`G` is no count: write `GB` for bytes or `B` for billions",
    **{unit: f"`{unit}` may be bits or bytes: write `{unit[0].upper()}B` or `{unit[0].upper()}bit`"
       for unit in ("kb", "Kb", "mb", "Mb", "gb", "Gb", "tb", "Tb")},
}  # fmt: skip

_BYTES = re.compile(r"(k|K|M|G|T|P|Ki|Mi|Gi|Ti|Pi)B")
_PREFIXED = re.compile(r"(k|K|M|G|T|P|E|Ki|Mi|Gi|Ti)?(bits?|[Bb]ytes?|FLOPs?|FLOPS|Hz|W|J)")
_WORDS = re.compile(r"[^\W\d_][\w²³°'’.\-]*|%")


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
    if rest[0] in "%×":
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
        scale /= _TIMES.get(_first(below), Fraction(1))
        _words(below)
    _words(above)
    return Unit(shown, scale)


def spellings(text: str) -> dict[str, Fraction]:
    """Return the units in which a quantity of unit `text` may be given as well, with how many base units each is.

    `GB` may be given in any multiple of bytes, `ms` in any unit of time, `B parameters` as `million` or in full, with
    the word or without; what is no unit of measure only as it is written.
    """
    shown = parse(text).shown
    first = re.match(r"[^\W\d_]+|[%×]|", shown)
    token = first[0] if first else ""
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
    word = _first(text)
    if word in _TIMES:
        return dict(_TIMES)
    prefixes = {"": 1} | DECIMAL | BINARY
    if _BYTES.fullmatch(word) or word in ("B", "bytes", "byte"):
        names = {f"{prefix}B": Fraction(size) for prefix, size in prefixes.items() if prefix != "E"}
        return names | {"byte": Fraction(1), "bytes": Fraction(1)}
    found = _PREFIXED.fullmatch(word.removesuffix("/s"))
    if not found:
        return {}
    base = found[2].removesuffix("s") if found[2] != "FLOPS" else found[2]
    bases = (base,) if base in ("Hz", "W", "J", "FLOPS") else (base, f"{base}s")
    rate = "/s" if word.endswith("/s") else ""
    return {f"{prefix}{name}{rate}": Fraction(size) for prefix, size in prefixes.items() for name in bases}


def twin(text: str) -> str:
    """Return a text with its bytes counted in the other base: `8 GB` as `8 GiB`, `7.45GiB` as `7.45GB`."""

    def other(found: re.Match[str]) -> str:
        prefix = found[1]
        if prefix.endswith("i"):
            return "kB" if prefix == "Ki" else f"{prefix[0]}B"
        return f"{prefix.upper()}iB"

    return re.sub(rf"(?<![^\W\d_]){_BYTES.pattern}(?![^\W\d_])", other, text)


def _split(text: str) -> tuple[str, str, str]:
    """Split `GB/s` or `bytes per parameter` into what is above and below the line."""
    found = re.search(r"\s*/\s*|(?:^|\s+)per\s+", text)
    if not found:
        return text, "", ""
    if text[: found.end() + 1].upper().startswith("FLOP/S"):
        return text, "", ""
    return text[: found.start()], "/", text[found.end() :]


def _first(text: str) -> str:
    return text.strip().partition(" ")[0]


def _scale(text: str) -> Fraction:
    word = _first(text)
    if word in _TIMES:
        return _TIMES[word]
    if word in _AMBIGUOUS:
        raise UnitError(_AMBIGUOUS[word])
    found = _BYTES.fullmatch(word) or _PREFIXED.fullmatch(word.removesuffix("/s"))
    if not found or not found[1]:
        return Fraction(1)
    return Fraction(BINARY.get(found[1]) or DECIMAL[found[1]])


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
