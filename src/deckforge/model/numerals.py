"""One printed number: what it says exactly, how finely, and how its author would print another one.

`read` finds a number at the start of a text; `write` prints a value in the same hand: same notation, separators, minus
sign, exponent style. Values are exact fractions in the unit of writing; nothing here knows about tolerance.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction


class Notation(StrEnum):
    """The ways to print one number."""

    PLAIN = "plain"
    SCIENTIFIC = "scientific"
    """A mantissa and a power of ten: `1e-4`, `1.2×10⁻⁷`, and `10^-7` for a mantissa of one digit."""
    POWER = "power"
    """`2^16`, `0.5^50`: exact, however long it would be in digits."""
    FRACTION = "fraction"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as printed.

    `value` is exact. `half` is half a unit of its last written digit, 0 where the notation is exact. `decimals` are
    the digits behind the point of the number, or of its mantissa. Both are in the unit of writing.
    """

    text: str
    notation: Notation
    value: Fraction
    half: Fraction
    decimals: int
    parts: tuple[tuple[str, str], ...]
    """The named pieces of the text, for `write`."""

    @property
    def bare(self) -> bool:
        """Whether it is a whole number in all its digits: exact when what it counts is whole."""
        exact = (
            self.notation is Notation.RATIO
            or (self.notation is Notation.POWER and not self.half)
            or (self.notation is Notation.PLAIN and self.decimals == 0)
        )
        return exact and self.value.denominator == 1

    @property
    def significant(self) -> int:
        """How many significant digits are written."""
        if not self.half or not self.value:
            return 1
        return max(1, _magnitude(self.value) - _magnitude(2 * self.half) + 1)


_SUPERSCRIPT = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
_TO_SUPERSCRIPT = str.maketrans("+-0123456789", "⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SEPARATORS = ",_\u00a0\u2009\u202f'’"
_PLAIN = rf"(?:\d{{1,3}}(?:[{_SEPARATORS}]\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)"
_TIMES = r"(?:×|x|·|\*|\\times|\\cdot)"
_VULGAR = {sign: Fraction(unicodedata.normalize("NFKD", sign).replace("⁄", "/")) for sign in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅐⅑⅒"}
"""Fractions that are one character: `½`, `3½`."""
_EXPONENT = (
    r"(?:(?P<caret>\^|\*\*)(?P<open>[{(]?)(?P<exponent>[+\-−]?\d+(?:\.\d+)?)[})]?|(?P<raised>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))"
)
_SIGN = r"(?P<sign>[+\-−]?)"
_FORMS = tuple(
    (notation, re.compile(pattern))
    for notation, pattern in (
        (Notation.POWER, rf"{_SIGN}(?:(?P<mantissa>{_PLAIN})(?P<glue>\s*{_TIMES}\s*))?(?P<base>{_PLAIN}){_EXPONENT}"),
        (Notation.SCIENTIFIC, rf"{_SIGN}(?P<mantissa>{_PLAIN})(?P<e>[eE])(?P<exponent>[+\-−]?\d+)(?!\d|\.\d)"),
        (Notation.RATIO, rf"{_SIGN}(?P<above>{_PLAIN})(?P<colon>\s*[:∶]\s*)(?P<below>{_PLAIN})"),
        (Notation.FRACTION, rf"{_SIGN}(?P<above>{_PLAIN})(?P<colon>\s*[/⁄∕]\s*)(?P<below>{_PLAIN})"),
        (Notation.FRACTION, rf"{_SIGN}(?P<whole>\d+)?\s?(?P<vulgar>[{''.join(_VULGAR)}])"),
        (Notation.PLAIN, rf"{_SIGN}(?P<mantissa>{_PLAIN})"),
    )
)


class NumeralError(ValueError):
    """A number that cannot be computed with; the text says why, to a person."""


def read(text: str) -> Numeral | None:
    """Return the number at the very start of `text`, or `None` where there is none.

    Raises:
        NumeralError: a division by zero, or a power beyond what a double holds.
    """
    for notation, pattern in _FORMS:
        if found := pattern.match(text):
            parts = {name: piece for name, piece in found.groupdict().items() if piece is not None}
            return _numeral(found[0], notation, parts)
    return None


def _numeral(text: str, notation: Notation, parts: dict[str, str]) -> Numeral:
    mantissa, decimals = _digits(parts.get("mantissa", "1"))
    half = Fraction(1, 2) / 10**decimals
    match notation:
        case Notation.PLAIN:
            value = mantissa
        case Notation.SCIENTIFIC:
            factor = _power(Fraction(10), Fraction(_ascii(parts["exponent"])))
            value, half = mantissa * factor, half * factor
        case Notation.POWER:
            base = _digits(parts["base"])[0]
            exponent = parts.get("exponent") or parts["raised"].translate(_SUPERSCRIPT)
            factor = _power(base, Fraction(_ascii(exponent)))
            value = mantissa * factor
            if base == 10:
                notation = Notation.SCIENTIFIC
            half = half * factor if base == 10 or "mantissa" in parts else Fraction(0)
        case _ if "vulgar" in parts:
            value, half, decimals = _VULGAR[parts["vulgar"]] + int(parts.get("whole", "0")), Fraction(0), 0
        case _:
            (above, above_decimals), (below, below_decimals) = _digits(parts["above"]), _digits(parts["below"])
            if not below:
                raise NumeralError("it divides by zero")
            value, half, decimals = above / below, Fraction(0), above_decimals
            if notation is Notation.RATIO and above:
                # In 20,000:1 and in 1:20,000 the larger number carries the digits; the 1 only says what it is for.
                larger, places = max((above, above_decimals), (below, below_decimals))
                half = value * (Fraction(1, 2) / 10**places / larger)
    if parts["sign"] in ("-", "−"):
        value = -value
    try:
        if value and not float(value):
            raise NumeralError("it is too small for a floating-point number")
    except OverflowError:
        raise NumeralError("it is too large for a floating-point number") from None
    return Numeral(text, notation, value, half, decimals, tuple(parts.items()))


def _ascii(text: str) -> str:
    return text.replace("−", "-")


def _digits(text: str) -> tuple[Fraction, int]:
    """Return a plain number's value and how many digits stand behind its point."""
    bare = re.sub(f"[{_SEPARATORS}]", "", text)
    return Fraction(Decimal(bare)), len(bare.partition(".")[2])


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if not base and exponent < 0:
        raise NumeralError("it divides by zero")
    if abs(exponent) > 4096:
        raise NumeralError("its exponent is beyond any floating-point number")
    if exponent.denominator == 1:
        return Fraction(base ** int(exponent))
    try:
        return Fraction(float(base) ** float(exponent))
    except OverflowError:
        raise NumeralError("it is too large for a floating-point number") from None


def _magnitude(value: Fraction) -> int:
    """Return the power of ten of the first digit of a value that is not zero."""
    with localcontext() as context:
        context.prec = 40
        return (Decimal(value.numerator) / Decimal(value.denominator)).adjusted()


def exponent_of(numeral: Numeral, value: Fraction) -> int:
    """Return the power of ten that `write` would put before a value's digits: 0 except in scientific notation."""
    return _magnitude(value) if numeral.notation is Notation.SCIENTIFIC and value else 0


def digits_needed(value: Fraction, significant: int) -> int:
    """Return how many digits behind the point show a value with that many significant digits."""
    return max(0, significant - 1 - _magnitude(value)) if value else 0


def write(like: Numeral, value: Fraction, decimals: int) -> str:
    """Print a value in the hand of another number, with so many digits behind the point of the number or mantissa.

    A power or fraction that fits exactly is printed as one (`2^15`, `1/4`); else the value is printed in digits.
    """
    parts = dict(like.parts)
    match like.notation:
        case Notation.SCIENTIFIC:
            return _scientific(parts, value, decimals)
        case Notation.POWER if exact := _as_power(parts, value):
            return exact
        case Notation.FRACTION if value and (near := value.limit_denominator(1000)) and _close(near, value):
            return _sign(parts, value) + f"{abs(near.numerator)}{parts.get('colon', '/')}{near.denominator}"
        case Notation.RATIO if value:
            if abs(value) >= 1:
                return _sign(parts, value) + _plain(parts["above"], abs(value), decimals) + parts["colon"] + "1"
            return _sign(parts, value) + "1" + parts["colon"] + _plain(parts["below"], 1 / abs(value), decimals)
    return _sign(parts, value) + _plain(parts.get("mantissa", ""), abs(value), decimals)


def _close(one: Fraction, other: Fraction) -> bool:
    return abs(one - other) <= abs(other) / 10**6


def _sign(parts: dict[str, str], value: Fraction) -> str:
    if value < 0:
        return "−" if "−" in "".join(parts.values()) else "-"
    return "+" if parts["sign"] == "+" and value > 0 else ""


def _plain(like: str, value: Fraction, decimals: int) -> str:
    digits = str(round(value * 10**decimals)).rjust(decimals + 1, "0")
    whole, behind = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    if separator := next((mark for mark in like if mark in _SEPARATORS), ""):
        whole = f"{int(whole):,}".replace(",", separator)
    if like.startswith(".") and whole == "0" and behind:
        whole = ""
    return f"{whole}.{behind}" if behind else whole


def _scientific(parts: dict[str, str], value: Fraction, decimals: int) -> str:
    exponent = _magnitude(value) if value else 0
    factor = Fraction(10) ** exponent
    if value and round(abs(value) / factor * 10**decimals) >= 10 ** (decimals + 1):
        exponent, factor = exponent + 1, factor * 10  # 9.96 rounds to 10.0
    mantissa = _plain(parts.get("mantissa", ""), abs(value) / factor, decimals)
    sign = _sign(parts, value)
    minus = "−" if "−" in parts.get("exponent", "") else "-"
    shown = str(abs(exponent))
    if "e" in parts:
        written = parts["exponent"].lstrip("+-−")
        plus = "+" if parts["exponent"].startswith("+") else ""
        shown = shown.rjust(len(written), "0") if written.startswith("0") else shown
        return f"{sign}{mantissa}{parts['e']}{minus if exponent < 0 else plus}{shown}"
    shown = f"{minus}{shown}" if exponent < 0 else shown
    if "raised" in parts:
        raised = shown.translate(_TO_SUPERSCRIPT)
    else:
        close = {"{": "}", "(": ")"}.get(parts["open"], "")
        raised = f"{parts['caret']}{parts['open']}{shown}{close}"
    if "mantissa" not in parts and mantissa == "1":
        return f"{sign}10{raised}"
    return f"{sign}{mantissa}{parts.get('glue', '×')}10{raised}"


def _as_power(parts: dict[str, str], value: Fraction) -> str:
    """Return a value as a power of the author's base, or `""` where it is none."""
    base = _digits(parts["base"])[0]
    if "mantissa" in parts or value <= 0 or base in (0, 1):
        return ""
    power, exponent = Fraction(1), 0
    step = 1 if (base > 1) == (value >= 1) else -1
    while not _close(power, value):
        exponent += step
        power = base**exponent
        if abs(exponent) > 4096 or (power > 2 * value if value >= 1 else 2 * power < value):
            return ""
    shown = str(exponent)
    if "raised" in parts:
        return parts["base"] + shown.translate(_TO_SUPERSCRIPT)
    close = {"{": "}", "(": ")"}.get(parts["open"], "")
    return f"{parts['base']}{parts['caret']}{parts['open']}{shown}{close}"
