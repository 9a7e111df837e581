"""Every unit that we read, compared with pint, which knows all of them; and what pint would read otherwise."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckforge.model import units
from deckforge.model.written import parse

PINT = pint.UnitRegistry(non_int_type=Fraction)
OURS = {"byte": "byte", "bit": "bit", "s": "second", "Hz": "hertz", "W": "watt", "J": "joule", "m": "meter"}
"""Our base units by pint's names; it knows no FLOP and no operations."""
RENAMED = {"KB": "kB", "Kbit": "kbit", "KHz": "kHz", "KW": "kW", "KJ": "kJ", "KWh": "kWh", "mins": "minutes"}
RENAMED |= {"secs": "seconds", "hrs": "hours", "msec": "ms", "usec": "us", "nsec": "ns", "watt-hour": "watt_hour"}
"""Spellings of ours that pint writes otherwise."""


def spellings() -> list[str]:
    """Every word that the table knows: symbols and names with every prefix, and times."""
    found = list(units._TIMES)
    for symbol, (_, _, which) in units._SYMBOLS.items():
        prefixes = (*units._PREFIXES[which], *([""] if symbol in units._ALONE else []))
        found += [prefix + symbol for prefix in prefixes]
    found += [
        prefix + name + plural for prefix in (*units._SPELLED, "") for name in units._NAMES for plural in ("", "s")
    ]
    return [word for word in dict.fromkeys(found) if units.known(word)]


SPELLINGS = spellings()


def by_pint(word: str) -> Any:
    """One of a unit as pint has it, or `None` where it has none of that name."""
    name = RENAMED.get(word, word.replace("watt-hour", "watt_hour"))
    name = f"k{name[1:]}" if name.startswith("K") and not name.startswith("Ki") else name
    if name.endswith(("bps", "Bps")):
        name = f"{name[:-3]}bit/s" if name.endswith("bps") else f"{name[:-3]}B/s"
    try:
        return PINT.Quantity(Fraction(1), name)
    except pint.errors.UndefinedUnitError:
        return None


def test_the_table_is_as_large_as_it_says() -> None:
    assert len(SPELLINGS) > 300
    assert sum(by_pint(word) is not None for word in SPELLINGS) > 250


@pytest.mark.parametrize("word", SPELLINGS)
def test_a_unit_is_what_pint_says(word: str) -> None:
    ours, theirs = units.known(word), by_pint(word)
    assert ours is not None
    if theirs is None:
        # Pint knows no operations; what is left must be one of these.
        assert {name for name, _ in ours.dimension} & {"flop", "op"}, word
        return
    base = "*".join(f"{OURS[name]}**{power}" for name, power in ours.dimension)
    assert theirs.to(base).magnitude == ours.scale


@given(st.sampled_from(SPELLINGS), st.integers(1, 10**6), st.integers(0, 3))
def test_a_written_quantity_is_what_pint_converts_it_to(word: str, digits: int, decimals: int) -> None:
    theirs = by_pint(word)
    if theirs is None or word in units.COUNTS:
        return
    shown = f"{digits / 10**decimals:.{decimals}f}"
    ours = units.known(word)
    assert ours is not None
    base = "*".join(f"{OURS[name]}**{power}" for name, power in ours.dimension)
    value = (Fraction(digits, 10**decimals) * theirs).to(base).magnitude
    for text in (f"{shown} {word}", f"{shown}{word}"):
        written = parse(text)
        assert isinstance(written.value, float)
        assert written.value == pytest.approx(float(value), rel=1e-12)
        assert written.accepts(float(value))


@given(st.sampled_from(SPELLINGS), st.sampled_from(sorted(units._TIMES)))
def test_a_rate_divides_by_the_time(word: str, time: str) -> None:
    if word in units.COUNTS or word in units._AMBIGUOUS:
        return
    above, below = units.known(word), units.known(time)
    assert above is not None
    assert below is not None
    if word != "B":
        assert units.parse(f"{word}/{time}").scale == above.scale / below.scale
    assert units.parse(f" tokens/{time}").scale == 1 / below.scale


BYTES = [f"{large}{base}" for large in (*"kMGTPEZY", "Ki", "Mi", "Gi", "Ti", "Pi") for base in ("B", "byte", "bytes")]
BITS = [f"{large}{base}" for large in (*"kMGTPE", "Ki", "Mi", "Gi") for base in ("bit", "bits")]
SYMBOLS = [f"{prefix}{base}" for prefix in (*"kMGTPEmµnpf",) for base in ("W", "J", "Wh")] + [
    "kHz",
    "MHz",
    "GHz",
    "THz",
]
NAMES = [
    f"{prefix}{base}{plural}"
    for prefix in ("kilo", "mega", "giga", "tera", "peta", "exa", "kibi", "mebi", "gibi", "tebi")
    for base in ("byte", "bit")
    for plural in ("", "s")
] + [f"{prefix}{base}s" for prefix in ("kilo", "mega", "giga", "milli", "micro", "nano") for base in ("watt", "joule")]
LENGTHS = ["km", "cm", "mm", "µm", "um", "nm", "kilometers", "nanometers", "nanometres"]


@pytest.mark.parametrize("word", [*BYTES, *BITS, *SYMBOLS, *NAMES, *LENGTHS])
def test_no_unit_with_a_prefix_passes_for_a_mere_word(word: str) -> None:
    """`2 gigabytes` read as two of something would be refuted for the wrong reason, or worse, proven."""
    base = next(base for kind, base in OURS.items() if by_pint(word).is_compatible_with(base) and kind != "byte")
    ours = units.known(word)
    assert ours is not None
    ratio = 8 if ours.dimension == (("byte", 1),) else 1
    assert units.parse(word).scale == ours.scale == by_pint(word).to(base).magnitude / ratio != 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1B parameters", 1e9), ("100M", 1e8), ("12K steps", 12_000.0), ("100k", 100_000.0), ("16-bit", 16.0),
        ("−0.608", -0.608), ("8 KB", 8000.0), ("2x", 2.0), ("75 %", 75.0), ("312 TFLOP/s", 312e12),
        ("5000 tokens/s", 5000.0),
    ],
)  # fmt: skip
def test_what_pint_would_read_otherwise(text: str, value: float) -> None:
    """Why pint is the judge of our units, and does not read lessons."""
    assert parse(text).value == value
    try:
        theirs = pint.UnitRegistry()(text)
        differs = not hasattr(theirs, "magnitude") or theirs.to_base_units().magnitude != value or not theirs.unitless
    except (pint.errors.PintError, AttributeError):
        differs = True
    assert differs
