"""What a printed number stands for: a table of writings with measured values just inside and just outside."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckforge.model.written import Kind, WrittenError, parse

G, GI = 10**9, 2**30

# writing, kind, measured values that fit, measured values that do not; base units, an int is a whole number
TABLE: list[tuple[str, Kind, list[float], list[float]]] = [
    # Plain decimals: half a unit of the last digit, both ends included.
    ("3.14", Kind.WRITTEN, [3.135, 3.1399, 3.145], [3.1349, 3.1451]),
    ("0.2888", Kind.WRITTEN, [0.28875, 0.28885], [0.28874, 0.28886]),
    ("-0.608", Kind.WRITTEN, [-0.6085, -0.608, -0.6075], [-0.6086, -0.6074, 0.608]),
    ("−0.608", Kind.WRITTEN, [-0.6085, -0.6075], [-0.6086, 0.608]),
    ("+0.25", Kind.WRITTEN, [0.245, 0.255], [0.2449, 0.2551]),
    ("0.12", Kind.WRITTEN, [0.125, 0.115], [0.1251, 0.1149]),
    ("0.13", Kind.WRITTEN, [0.125, 0.135], [0.1249, 0.1351]),
    ("12.50", Kind.WRITTEN, [12.495, 12.505], [12.49, 12.51]),
    ("12.5", Kind.WRITTEN, [12.45, 12.55, 12.51], [12.44, 12.56]),
    (".5", Kind.WRITTEN, [0.475, 0.525], [0.474, 0.526]),
    ("1.0", Kind.WRITTEN, [0.95, 1.05, 1], [0.949, 1.051]),
    ("0.0015", Kind.WRITTEN, [0.00145, 0.00155], [0.00144, 0.00156]),
    # One digit: 5 %, not half a unit.
    ("0.1", Kind.WRITTEN, [0.095, 0.105], [0.094, 0.106, 0.14]),
    ("0.5", Kind.WRITTEN, [0.475, 0.525], [0.47, 0.53]),
    ("0.9", Kind.WRITTEN, [0.855, 0.945], [0.854, 0.946]),
    ("1e-4", Kind.WRITTEN, [9.99999974e-05, 9.5e-5, 1.05e-4], [9.4e-5, 1.06e-4, 1.9e-4]),
    # Zero has no percentage.
    ("0.00", Kind.WRITTEN, [0.0, 0.005, -0.005, 0], [0.0051, -0.0051]),
    ("0", Kind.COUNT, [0, 0.0, 1e-5], [1, 2e-5, -2e-5]),
    # Scientific notation.
    ("1.2e-7", Kind.WRITTEN, [1.15e-7, 1.25e-7], [1.14e-7, 1.26e-7]),
    ("1.2×10⁻⁷", Kind.WRITTEN, [1.15e-7, 1.25e-7], [1.14e-7, 1.26e-7]),
    ("1.2 x 10^-7", Kind.WRITTEN, [1.15e-7, 1.25e-7], [1.14e-7, 1.26e-7]),
    ("1.2·10^{-7}", Kind.WRITTEN, [1.2e-7], [1.26e-7]),
    ("1.2\\times10^{-7}", Kind.WRITTEN, [1.2e-7], [1.26e-7]),
    ("1.2 * 10**-7", Kind.WRITTEN, [1.2e-7], [1.26e-7]),
    ("8.9e-16", Kind.WRITTEN, [0.5**50], [8.8e-16]),
    ("6.02E23", Kind.WRITTEN, [6.02214076e23], [6.03e23]),
    ("1e+5", Kind.WRITTEN, [95_000, 105_000], [94_999, 105_001]),
    ("-3.4e38", Kind.WRITTEN, [-3.4028e38], [3.4e38]),
    ("10^-7", Kind.WRITTEN, [1e-7, 1.05e-7], [1.1e-7, 9.4e-8]),
    ("10⁻⁷", Kind.WRITTEN, [1e-7], [2e-7]),
    # Whole numbers: exact where what is measured is whole, a rounding else.
    ("12", Kind.COUNT, [12, 12.4, 11.5], [11, 13, 12.6]),
    ("9", Kind.COUNT, [9, 9.45], [8, 9.46]),
    ("16,384", Kind.COUNT, [16384, 16384.5], [16383, 16385, 16384.6]),
    ("16\u2009384", Kind.COUNT, [16384], [16, 16383]),
    ("16\u00a0384", Kind.COUNT, [16384], [16383]),
    ("1,234,567.89", Kind.WRITTEN, [1234567.885, 1234567.895], [1234567.88]),
    ("16_384", Kind.COUNT, [16384], [16383]),
    ("5000", Kind.COUNT, [5000, 5000.4], [4999, 5001]),
    ("-3", Kind.COUNT, [-3, -3.1], [3, -2, -4]),
    ("12 layers", Kind.COUNT, [12], [11]),
    ("32 bits", Kind.COUNT, [32], [31, 4]),
    ("16 bytes per parameter", Kind.COUNT, [16, 16.4], [15]),
    ("32-bit", Kind.COUNT, [32], [31]),
    ("10-fold", Kind.COUNT, [10, 10.4], [11, 10.6]),
    # Powers and fractions are exact, give or take single precision.
    ("2^16", Kind.EXACT, [65536, 65536.0], [65535, 65537, 65535.9]),
    ("2¹⁶", Kind.EXACT, [65536], [65535]),
    ("2^{16}", Kind.EXACT, [65536], [65535]),
    ("2**16", Kind.EXACT, [65536], [65535]),
    ("2^-24", Kind.EXACT, [2.0**-24], [6e-8]),
    ("2⁻²⁴", Kind.EXACT, [2.0**-24], [6e-8]),
    ("0.5^50", Kind.EXACT, [0.5**50], [0.5**49, 8.9e-16]),
    ("-2^3", Kind.EXACT, [-8], [8]),
    ("1/8", Kind.EXACT, [0.125], [0.126, 0.1249]),
    ("1/3", Kind.EXACT, [1 / 3, 0.33333334], [0.333]),
    ("1.5×2^16", Kind.WRITTEN, [98304, 95_100.0], [94_000, 102_000]),
    # Ratios.
    ("20,000:1", Kind.COUNT, [20000, 20000.4], [19999, 20001]),
    ("4:1", Kind.COUNT, [4, 4.2, 3.8], [5, 4.21, 3.79]),
    ("1.5:1", Kind.WRITTEN, [1.45, 1.55], [1.44, 1.56]),
    ("1:20", Kind.WRITTEN, [0.05, 0.051], [0.053, 0.047]),
    # About: at least 10 %, at most 25 %.
    ("~8", Kind.APPROX, [7.2, 8.8], [7.1, 8.9]),
    ("≈ 3.0", Kind.APPROX, [2.7, 3.3], [2.69, 3.31]),
    ("about 100", Kind.APPROX, [90, 110], [89, 111]),
    ("around 30 %", Kind.APPROX, [27.0, 33.0], [26.9, 33.1, 0.3]),
    ("Roughly 1.3B", Kind.APPROX, [1.17e9, 1.43e9], [1.16e9]),
    ("~2x", Kind.APPROX, [1.5, 1.6, 2.5], [1.49, 2.51]),
    ("~8GB", Kind.APPROX, [8 * GI, 7.2e9], [7.1e9, 8.9e9]),
    ("~1", Kind.APPROX, [0.75, 1.25], [0.74, 1.26]),
    ("\\approx 8", Kind.APPROX, [8.8], [8.9]),
    # Ranges.
    ("2-4x", Kind.RANGE, [1.9, 3, 4.2], [1.89, 4.21]),
    ("2–4×", Kind.RANGE, [1.9, 4.2], [1.8, 4.3]),
    ("2 to 4", Kind.RANGE, [2, 4, 1.9], [1, 5, 1.8]),
    ("600–800", Kind.RANGE, [600, 800, 599.5, 800.5], [599, 801, 599.4]),
    ("600-800 words", Kind.RANGE, [700], [900]),
    ("between 0.1 and 0.2", Kind.RANGE, [0.095, 0.21], [0.09, 0.22]),
    ("1e-4–1e-3", Kind.RANGE, [1e-4, 1.05e-3], [9e-5, 1.1e-3]),
    ("-2 to -1", Kind.RANGE, [-2, -1, -1.5], [0, -3]),
    ("500 MB–2 GB", Kind.RANGE, [500e6, 2e9], [490e6, 2.2e9]),
    ("10–20 %", Kind.RANGE, [10.0, 20.4], [9.4, 21.0]),
    ("10 %–20 %", Kind.RANGE, [9.5, 20.5], [9.4]),
    ("~2–4x", Kind.RANGE, [1.5, 4.5], [1.4, 4.6]),
    ("8.0 ± 0.5", Kind.TOLERANCE, [7.5, 8.5], [7.4, 8.6]),
    ("8.0 ± 0.5 GB", Kind.TOLERANCE, [7.5e9, 8.5e9], [8.6e9]),
    # Bounds.
    ("≥ 5", Kind.BOUND, [5, 5.0, 6, 1e300], [4, 4.99]),
    (">= 0.3", Kind.BOUND, [0.3, 0.30000001192092896], [0.2999]),
    ("≤ 0.3", Kind.BOUND, [0.3, 0.30000001192092896, -5.0], [0.3001]),
    ("> 5", Kind.BOUND, [6, 5.0001], [5, 5.0, 4]),
    ("< 1", Kind.BOUND, [0, 0.999], [1, 1.0]),
    ("> 0", Kind.BOUND, [1e-300, 1], [0, 0.0, -1e-300]),
    ("at least 2.5x", Kind.BOUND, [2.5, 3.0], [2.4]),
    ("at most 12", Kind.BOUND, [12, 0], [13]),
    ("up to 4x", Kind.BOUND, [4.0, 1.0], [4.1]),
    ("more than 10K", Kind.BOUND, [10_001], [9_999, 10_000]),
    ("less than 1 %", Kind.BOUND, [0.99], [1.0]),
    ("no more than 24 GB", Kind.BOUND, [24e9], [24.1e9]),
    ("10K+", Kind.BOUND, [10_000, 10**9], [9_999]),
    ("≥ −1", Kind.BOUND, [-1.0, 0], [-1.1]),
    ("under 80 GB", Kind.BOUND, [79.9e9], [80e9]),
    # Percent and times: the number before the sign.
    ("8 %", Kind.COUNT, [8.0, 8.4, 8], [0.08, 8.5, 7, 9]),
    ("8.0%", Kind.WRITTEN, [8.05, 7.95], [8.06, 0.08]),
    ("0.1%", Kind.WRITTEN, [0.1], [8.0, 0.001]),
    ("75 percent", Kind.COUNT, [75.4], [0.75]),
    ("75\\%", Kind.COUNT, [75.4], [0.75]),
    ("2x", Kind.COUNT, [1.93, 2], [1.75]),
    ("2.5×", Kind.WRITTEN, [2.45, 2.55], [2.44, 2.56]),
    ("2× faster", Kind.COUNT, [1.9], [1.8]),
    # Counts with a scale.
    ("100M", Kind.WRITTEN, [100_000_000, 99_500_000, 100_499_999], [124e6, 99_000_000]),
    ("1B parameters", Kind.WRITTEN, [1_000_000_000, 1.05e9], [1.06e9]),
    ("1.3B", Kind.WRITTEN, [1_313_700_000], [1_240_000_000]),
    ("12K", Kind.WRITTEN, [12_345], [12_600]),
    ("12k tokens/s", Kind.WRITTEN, [11_500.0], [11_400.0]),
    ("2 million", Kind.WRITTEN, [2_000_000], [2_200_000]),
    ("1.4T tokens", Kind.WRITTEN, [1.4e12], [1.46e12]),
    # Bytes in both bases, bits, operations, times.
    ("8 GB", Kind.WRITTEN, [8 * G, 8.4e9, 7.6e9], [8 * GI, 7.45e9]),
    ("8GB", Kind.WRITTEN, [8 * G], [8 * GI]),
    ("8 GiB", Kind.WRITTEN, [8 * GI], [8 * G]),
    ("7.45 GiB", Kind.WRITTEN, [8 * G], [8.1 * G]),
    ("4.894 GiB", Kind.WRITTEN, [5.2549e9], [5.2560e9]),
    ("512 KiB", Kind.WRITTEN, [512 * 1024], [512_000]),
    ("80 kB", Kind.WRITTEN, [80_000], [81_000]),
    ("500 MB", Kind.WRITTEN, [500e6], [501e6]),
    ("3.35 TB/s", Kind.WRITTEN, [3.35e12], [3.36e12]),
    ("4 Mbit", Kind.WRITTEN, [4_000_000], [500_000]),
    ("312 TFLOPS", Kind.WRITTEN, [312e12], [313e12]),
    ("312 TFLOP/s", Kind.WRITTEN, [312e12], [313e12]),
    ("1.5 ms", Kind.WRITTEN, [0.0015], [0.0016, 1.5]),
    ("20 µs", Kind.WRITTEN, [20e-6], [21e-6]),
    ("20 us", Kind.WRITTEN, [20e-6], [21e-6]),
    ("3 days", Kind.WRITTEN, [3 * 86400], [3.0]),
    ("30 s", Kind.COUNT, [30.4], [31.0]),
    ("1.2 ms/step", Kind.WRITTEN, [0.0012], [0.0013]),
    ("600 tokens/min", Kind.WRITTEN, [10.0], [600.0]),
    ("1.8 GHz", Kind.WRITTEN, [1.8e9], [1.9e9]),
    ("2 gigabytes", Kind.WRITTEN, [2e9], [2, 2.2e9]),
    ("4 gibibits", Kind.WRITTEN, [4 * GI], [4e9]),
    ("8 EB", Kind.WRITTEN, [8e18], [8]),
    ("32 Gbps", Kind.WRITTEN, [32e9], [32]),
    ("80 TOPS", Kind.WRITTEN, [80e12], [80]),
    ("3 Tflop/s", Kind.WRITTEN, [3e12], [3]),
    ("2 teraFLOPs", Kind.WRITTEN, [2e12], [2]),
    ("3.6 PFLOP/s-days", Kind.WRITTEN, [3.6e15 * 86400], [3.6e15]),
    ("12 tokens/ms/GPU", Kind.WRITTEN, [12_000.0], [12.0]),
    ("5 kWh", Kind.WRITTEN, [1.8e7], [5, 5000]),
    ("3.7 pJ", Kind.WRITTEN, [3.7e-12], [3.7]),
    ("3 microseconds", Kind.WRITTEN, [3e-6], [3]),
    ("10 ‰", Kind.COUNT, [10.0], [1.0]),
    # Fractions that are one character, and the typographers' other signs.
    ("½", Kind.EXACT, [0.5], [0.49, 0.51]),
    ("3½", Kind.EXACT, [3.5], [3, 3.4]),
    ("−3 ¾", Kind.EXACT, [-3.75], [3.75, -2.25]),
    ("1⁄8", Kind.EXACT, [0.125], [0.126]),
    ("20,000∶1", Kind.COUNT, [20000], [20001]),
    ("$2^{16}$", Kind.EXACT, [65536], [65535]),
]  # fmt: skip


def test_the_table_is_long_enough() -> None:
    assert len({text for text, *_ in TABLE}) == len(TABLE) > 100


@pytest.mark.parametrize(("text", "kind", "inside", "outside"), TABLE, ids=[row[0] for row in TABLE])
def test_what_a_writing_accepts(text: str, kind: Kind, inside: list[float], outside: list[float]) -> None:
    written = parse(text)
    assert written.kind is kind
    assert [value for value in inside if not written.accepts(value)] == []
    assert [value for value in outside if written.accepts(value)] == []


@pytest.mark.parametrize(("text", "kind", "inside", "outside"), TABLE, ids=[row[0] for row in TABLE])
def test_a_correction_is_right(text: str, kind: Kind, inside: list[float], outside: list[float]) -> None:
    """What the tool tells an author to write is accepted by the tool, and speaks in the same unit."""
    for value in [*inside, *outside]:
        correction = parse(text).correction(value)
        again = parse(correction)
        assert again.accepts(value), f"{text} → {correction} for {value!r}"
        assert again.scale == parse(text).scale
        assert again.value != 0 or value == 0


@pytest.mark.parametrize(("text", "kind", "inside", "outside"), TABLE, ids=[row[0] for row in TABLE])
def test_a_shown_value_falls_on_the_same_side(text: str, kind: Kind, inside: list[float], outside: list[float]) -> None:
    written = parse(text)
    for value in [*inside, *outside]:
        shown = parse(written.show(value))
        interval = written.interval(whole=isinstance(value, int))
        assert shown.value is not None
        assert (float(shown.value) in interval) == (value in interval), f"{text}: {value!r} shown as {shown.text}"


CORRECTIONS = [
    ("-0.608", -0.68, "-0.680"), ("-0.68", -0.608, "-0.61"), ("−0.608", -0.7, "−0.700"), ("0.1 %", 8.0, "8.0 %"),
    ("16,384", 8192, "8,192"), ("16\u00a0384", 8192, "8\u00a0192"), ("2^16", 32768, "2^15"), ("2¹⁶", 32768, "2¹⁵"),
    ("2^16", 60000, "60000"), ("1e-4", 3e-4, "3e-4"), ("1e-04", 3e-4, "3e-04"), ("1E+4", 3e5, "3E+5"),
    ("1.2×10⁻⁷", 3.4e-6, "3.4×10⁻⁶"), ("10^-7", 1e-6, "10^-6"), ("10^-7", 3e-6, "3×10^-6"), ("9.9e1", 99.96, "1.0e2"),
    ("~8 GB", 4e9, "~4 GB"), ("100M", 124e6, "124M"), ("20,000:1", 15000.0, "15,000:1"), ("1/8", 0.25, "1/4"),
    ("1/8", 0.1234, "0.12"), ("≥ 5", 3.2, "≥ 3.2"), ("at least 1", 0.62, "at least 0.62"), ("> 5", 5, "> 4"),
    ("up to 4x", 4.53, "up to 4.6x"), ("12", 7.38, "7.4"), ("5.0", 0.0123, "0.012"), ("0.0", 0.0, "0.0"),
    ("2–4x", 1.4, "1.4x"), (".5", 0.7, ".7"), ("8.0 ± 0.5 GB", 9.1e9, "9.1 GB"), ("12 ms", 0.034, "34 ms"),
    ("-2", 3, "3"), ("+2", 3, "+3"), ("1:20", 0.04, "1:25"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "expected"), CORRECTIONS, ids=[row[0] for row in CORRECTIONS])
def test_what_to_write_instead(text: str, value: float, expected: str) -> None:
    assert parse(text).correction(value) == expected


SHOWN = [
    ("-0.68", -0.608, "-0.608"), ("-0.608", -0.68, "-0.680"), ("8GB", 8 * GI, "8.59GB"), ("8.0 %", 8.0, "8.0 %"),
    ("16,384", 1234567, "1,234,567"), ("1e-4", 1.9e-4, "1.9e-4"), ("≥ 1", 0.99999, "0.99999"), ("~2x", 1.6, "1.6x"),
    ("0.1", 1 / 3, "0.333"), ("0.5", 0.5250001, "0.5250001"), ("12K tokens/s", 11_500.0, "11.5K tokens/s"),
    ("0.0", 1.23e-7, "0.000000123"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "expected"), SHOWN, ids=[row[0] for row in SHOWN])
def test_a_measured_value_in_the_authors_hand(text: str, value: float, expected: str) -> None:
    assert parse(text).show(value) == expected


INTERVALS = [
    ("-0.608", "", "[-0.6085, -0.6075]"), ("8 GB", "", "[7.6, 8.4] GB"), ("8GB", "", "[7.6, 8.4] GB"),
    ("2-4x", "", "[1.9, 4.2]x"), ("≥ 5", "", "≥ 5"), ("up to 4x", "", "≤ 4x"), ("2^16", "", "exactly 2^16"),
    ("1.2×10⁻⁷", "", "[1.15×10⁻⁷, 1.25×10⁻⁷]"), ("16,384", "", "[16,383.5, 16,384.5]"),
    ("0.29", "±5%", "[0.2755, 0.3045]"),
    ("8", "±0.5", "[7.5, 8.5]"), ("8 %", "[7, 9]", "[7, 9] %"), ("10K+", "", "≥ 10K"), ("0.5", "exact", "exactly 0.5"),
    ("≥ 5", "±10%", "≥ 4.5"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "override", "expected"), INTERVALS, ids=[f"{row[0]} {row[1]}" for row in INTERVALS])
def test_the_interval_in_the_writers_unit(text: str, override: str, expected: str) -> None:
    assert parse(text, override).interval().text == expected


def test_a_count_is_exact_where_whole_things_are_counted() -> None:
    assert parse("16,384").interval(whole=True).text == "exactly 16,384"
    assert parse("8 GB").interval(whole=True).text == "[7.6, 8.4] GB"


OVERRIDES = [
    ("0.29", "±5%", [0.2755, 0.3045], [0.27, 0.31]), ("0.29", "± 5 %", [0.3045], [0.31]),
    ("0.29", "+-0.02", [0.27], [0.26]),
    ("8 GB", "±0.5", [7.5e9, 8.5e9], [8.6e9]), ("8", "exact", [8, 8.0], [8.1, 7]),
    ("0.1", "exact", [0.1, 0.10000000149], [0.101]),
    ("8 %", "[7, 9]", [7.0, 9.0], [6.9, 9.1]), ("8 GB", "[7.5,8.5]", [8.5e9], [8.6e9]), ("~8", "±1%", [8.08], [8.2]),
    ("2–4x", "±0.5", [1.5, 4.5], [1.4]), ("≥ 5", "±10%", [4.5, 9.0], [4.4]), ("8", "±0", [8], [9, 8.01]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "override", "inside", "outside"), OVERRIDES, ids=[f"{r[0]} {r[1]}" for r in OVERRIDES]
)
def test_an_author_may_set_the_tolerance(text: str, override: str, inside: list[float], outside: list[float]) -> None:
    written = parse(text, override)
    assert written.override == override
    assert [value for value in inside if not written.accepts(value)] == []
    assert [value for value in outside if written.accepts(value)] == []


@pytest.mark.parametrize(
    ("text", "override"),
    [("8", "5%"), ("8", "±x"), ("8", "±"), ("8", "[9, 10]"), ("8", "[9, 7]"), ("8", "about"), ("true", "±5%"),
     ("bfloat16", "exact"), ("2–4", "[2, 3]"), ("8", "±-1"), ("8", "±1/0")],
)  # fmt: skip
def test_a_tolerance_that_makes_no_sense(text: str, override: str) -> None:
    with pytest.raises(WrittenError):
        parse(text, override)


NO_VALUES = {
    "": "write the number", "   ": "write the number", "the gradient": "link the number", "16,38": "groups of three",
    "3.10.2": "groups of three", "0,5": "decimals follow a point", "~0": "write a bound", "1.3b": "bits or",
    "8 gb": "bits or bytes",
    "5 of 12": "second number", "∞": "finite", "nan": "finite", "9^99999999": "exponent", "1e999": "too large",
    "1e-999": "too small", "two": "in digits", "4–2": "ends below", "$5": "cite", "1/0": "zero", "0^-1": "zero",
    "~≥5": "link the number",
    "≥ ~5": "one of them", "≥ 2–4": "one of them", "a 5": "link the number", "1:2:3": "not one number",
    "8 ± 1 %": "two ends",
    "16 B/param": "bytes", "100m": "write", "5 + 3": "neither", "2 3": "second number", "8 (GB)": "neither",
    "-": "no value", "1e5e5": "not one number", "0x10": "not one number",
}  # fmt: skip


@pytest.mark.parametrize(("text", "says"), NO_VALUES.items(), ids=[repr(text) for text in NO_VALUES])
def test_what_is_no_value_says_why(text: str, says: str) -> None:
    with pytest.raises(WrittenError) as error:
        parse(text)
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("text", "value", "other", "correction"),
    [("true", True, False, "false"), ("Yes", True, False, "No"), ("no", False, True, "yes"),
    ("FALSE", False, True, "TRUE")],
)  # fmt: skip
def test_truth_values_are_compared_exactly(text: str, value: bool, other: bool, correction: str) -> None:
    written = parse(text)
    assert written.kind is Kind.TRUTH
    assert written.accepts(value)
    assert not written.accepts(other)
    assert not written.accepts(int(value)), "a number is no truth value"
    assert written.correction(other) == correction
    assert not parse("1").accepts(True), "and a truth value is no number"


def test_words_are_compared_exactly() -> None:
    written = parse("bfloat16")
    assert written.kind is Kind.WORD
    assert written.accepts("bfloat16")
    assert not written.accepts("float16")
    assert not written.numeric
    with pytest.raises(TypeError):
        written.interval()


@pytest.mark.parametrize(
    ("text", "twin"),
    [("8 GB", "8 GiB"), ("8GiB", "8GB"), ("~80 kB", "~80 KiB"), ("2–4 GB", "2–4 GiB"), ("500 MB–2 GB", "500 MiB–2 GiB"),
     ("3 TB/s", "3 TiB/s"), ("8 EB", "8 EiB"), ("512 B", "512 bytes"), ("16B", "16 bytes")],
)  # fmt: skip
def test_the_other_base(text: str, twin: str) -> None:
    found = parse(text).twin()
    assert found is not None
    assert found.text == twin


@pytest.mark.parametrize("text", ["8", "100M", "8 %", "32 bits", "true", "bfloat16", "16 bytes"])
def test_what_has_no_other_base(text: str) -> None:
    assert parse(text).twin() is None


FINITE = st.floats(min_value=1e-200, max_value=1e200) | st.floats(min_value=-1e200, max_value=-1e-200)


@given(FINITE, st.integers(1, 16))
def test_any_number_is_accepted_by_its_own_text(value: float, digits: int) -> None:
    """From two significant digits on; one digit alone is capped at 5 %."""
    assert parse(f"{value:.{digits}e}").accepts(value)


@given(st.floats(-1e12, 1e12).filter(lambda value: abs(value) >= 1), st.integers(1, 6))
def test_any_decimal_is_accepted_by_its_own_text(value: float, decimals: int) -> None:
    assert parse(f"{value:.{decimals}f}").accepts(value)
    assert parse(f"{value:,.{decimals}f}").accepts(value)


@given(st.integers(-(10**15), 10**15))
def test_a_whole_number_accepts_itself_alone(value: int) -> None:
    written = parse(f"{value:,}")
    assert written.accepts(value)
    assert not written.accepts(value + 1)
    assert not written.accepts(value - 1)


@given(FINITE, st.integers(0, 8), st.sampled_from(["{}", "~{}", "{} GB", "{} ms", "{}x", "{} %"]))
def test_an_interval_contains_what_is_written(value: float, digits: int, style: str) -> None:
    written = parse(style.format(f"{value:.{digits}e}"))
    interval = written.interval()
    assert isinstance(written.value, float)
    assert interval.low <= written.value <= interval.high
    assert Fraction(interval.high) - Fraction(interval.low) <= Fraction(abs(written.value)) * Fraction(51, 100)


@given(
    st.sampled_from([row[0] for row in TABLE]),
    st.floats(-1e30, 1e30).filter(lambda value: value == 0 or abs(value) > 1e-30) | st.integers(-(10**12), 10**12),
)
def test_any_correction_is_accepted(text: str, value: float) -> None:
    correction = parse(text).correction(value)
    assert parse(correction).accepts(value), f"{text} → {correction}"


@given(st.text(max_size=20) | st.text("0123456789.,eE+-−–×x^*/:~≈≥≤<> %kKMBGiT±⁰¹²⁻(){}", max_size=16))
def test_any_text_is_a_value_or_a_sentence(text: str) -> None:
    try:
        written = parse(text)
    except WrittenError:
        return
    if written.numeric:
        interval = written.interval()
        assert interval.low <= interval.high
        assert not math.isnan(interval.low)
        assert written.show(1.5)
        assert written.correction(1.5)
