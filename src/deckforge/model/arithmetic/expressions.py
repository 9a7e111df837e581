"""Expressions: from tokens to a tree (a Pratt parser), and from a tree to a value.

`parse` reads the longest expression that begins at a token and says where it ends; it never fails but returns `None`.
Every tree is small: nesting and length are bounded, so that no text costs more than its length. `evaluate` computes
with exact fractions wherever the functions allow it, refuses (`Unknown`) what has a free symbol, a division by zero or
a result beyond what a double holds, and never builds a large number on the way.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from deckforge.model.arithmetic.quantities import PLAIN, Unit, combine, count_word, glued, measure
from deckforge.model.arithmetic.tokens import Sort, Token
from deckforge.model.passages import Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from deckforge.model.units import Dimension


class Unknown(Exception):  # noqa: N818 - not an error: what cannot be computed is left alone
    """The value cannot be known: a free symbol, units that do not go together, or a number out of bounds."""


class Mismatch(Unknown):
    """Two quantities of different kinds were added."""


@dataclass(frozen=True, slots=True)
class Number:
    """A literal with its unit: tokens `first` to `last`; `high` is the upper end of a range."""

    token: Token
    unit: Unit
    first: int
    last: int
    about: bool = False
    high: Token | None = None
    high_unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A symbol."""

    text: str


@dataclass(frozen=True, slots=True)
class Unary:
    """A sign or a root."""

    sign: str
    of: Tree


@dataclass(frozen=True, slots=True)
class Binary:
    """An operation on two expressions: `+ - × / ^`; `hyphen` tells a `-` between two numbers without spaces."""

    sign: str
    left: Tree
    right: Tree


@dataclass(frozen=True, slots=True)
class Scaled:
    """An expression in parentheses with a unit of measure behind it: `(4 + 4) bytes`."""

    of: Tree
    unit: Unit


@dataclass(frozen=True, slots=True)
class Call:
    """A function of some expressions; a function that is not known cannot be evaluated."""

    function: str
    arguments: tuple[Tree, ...]


Tree: TypeAlias = Number | Name | Unary | Binary | Scaled | Call

STOPS = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "because", "but", "by", "for", "from", "gives", "giving", "has",
    "have", "hence", "here", "if", "in", "into", "is", "it", "its", "leaves", "less", "makes", "means", "minus",
    "more", "must", "needs", "of", "on", "or", "over", "plus", "since", "so", "than", "that", "the", "then",
    "there", "therefore", "thus", "to", "until", "uses", "using", "was", "we", "were", "when", "where",
    "whereas", "which", "while", "will", "with", "without", "would", "yields", "you", "times", "larger",
    "smaller", "faster", "slower", "bigger", "longer", "shorter", "higher", "lower", "squared", "cubed",
    "modulo", "mod", "not", "only",
})  # fmt: skip
"""Words that are no name of what is counted: an expression ends before them."""
_UNIT_WORDS = 4
_DEEPEST = 24
_SUMS, _PRODUCTS, _SIGNS, _POWERS = 10, 20, 30, 40
_BINDING = {"+": _SUMS, "-": _SUMS, "×": _PRODUCTS, "/": _PRODUCTS, "^": _POWERS, "²": _POWERS}


def parse(tokens: Sequence[Token], start: int, stop: int, *, juxtaposed: bool) -> tuple[Tree, int] | None:
    """Return the longest expression in `tokens[start:stop]` that begins at `start`, and where it ends.

    `juxtaposed` says that `2 (3 + 4)` is a product; behind an equals sign the parentheses are rather a remark.
    """
    parser = _Parser(tokens, stop, juxtaposed=juxtaposed)
    tree = parser.expression(start, 0, 0)
    return (tree, parser.at) if tree is not None else None


class _Parser:
    """A Pratt parser; `at` is the token behind what was read."""

    def __init__(self, tokens: Sequence[Token], stop: int, *, juxtaposed: bool) -> None:
        self.tokens = tokens
        self.stop = stop
        self.juxtaposed = juxtaposed
        self.at = 0

    def peek(self, ahead: int = 0) -> Token | None:
        index = self.at + ahead
        return self.tokens[index] if index < self.stop else None

    def sign(self, ahead: int = 0) -> str:
        token = self.peek(ahead)
        return token.text if token is not None and token.sort is Sort.OPERATOR else ""

    def expression(self, start: int, floor: int, depth: int) -> Tree | None:
        self.at = start
        if depth > _DEEPEST or (left := self.prefix(depth)) is None:
            return None
        while True:
            token = self.peek()
            if token is None:
                return left
            before = self.at
            if token.sort is Sort.OPERATOR and token.text == "²":
                left = Binary("^", left, Number(token, Unit(), self.at, self.at + 1))
                self.at += 1
                left = self.measured(left, self.behind(Unit()))
                continue
            sign, implicit = self.operator(token, left)
            binding = _BINDING.get(sign, -1)
            if binding < floor or binding < 0:
                return left
            # A power binds to the right: 2^3^2 is 2^9.
            right = self.expression(
                before if implicit else before + 1, binding if sign == "^" else binding + 1, depth + 1
            )
            if right is None:
                self.at = before
                return left
            left = Binary(sign, left, right)
            if sign == "^" and isinstance(right, Number) and not right.token.suffix and right.high is None:
                # In `10^12 bytes` it is not the exponent that is measured in bytes.
                bare = Number(right.token, Unit(), right.first, right.first + 1, right.about)
                left = self.measured(Binary("^", left.left, bare), right.unit)

    def measured(self, of: Tree, unit: Unit) -> Tree:
        """Return an expression with the unit that stands behind its last number."""
        return Scaled(of, unit) if unit.dimension else of

    def operator(self, token: Token, left: Tree) -> tuple[str, bool]:
        """Return the operator at this token (`""` for none), and whether it goes without saying: 2 (3 + 4)."""
        following = self.peek(1)
        if token.sort is Sort.OPERATOR and token.text in _BINDING:
            return token.text, False
        if token.name and token.text in ("x", "X") and following is not None and following.sort is Sort.NUMBER:
            return "×", False
        if token.text == "of" and following is not None and following.sort is Sort.NUMBER and _is_share(left):
            return "×", False
        if token.sort is Sort.OPERATOR and token.text in "(√":
            closed = isinstance(left, Number) and left.last - left.first == 1 and not left.unit.dimension
            bracketed = self.tokens[self.at - 1].text == ")"
            if (closed or bracketed) and (self.juxtaposed or token.tight or token.mark == Mark.MATH):
                return "×", True
        in_math = token.mark == Mark.MATH and self.tokens[self.at - 1].mark == Mark.MATH
        return ("×", True) if in_math and token.name and not isinstance(left, Name) else ("", False)

    def prefix(self, depth: int) -> Tree | None:
        token = self.peek()
        if token is None:
            return None
        if token.sort is Sort.NUMBER:
            return self.number(about=False)
        if token.name:
            return self.name(token, depth)
        match self.sign():
            case "-" | "+" as sign:
                following = self.peek(1)
                if depth == 0 and following is not None and not following.tight and token.mark != Mark.MATH:
                    return None  # a dash, or a list's mark
                inner = self.expression(self.at + 1, _SIGNS, depth + 1)
                return None if inner is None else Unary(sign, inner)
            case "√":
                inner = self.expression(self.at + 1, _POWERS, depth + 1)
                return None if inner is None else Unary("√", inner)
            case "~":
                following = self.peek(1)
                if following is None or following.sort is not Sort.NUMBER:
                    return None
                self.at += 1
                return self.number(about=True)
            case "(":
                return self.bracket(depth)
        return None

    def bracket(self, depth: int) -> Tree | None:
        inner = self.expression(self.at + 1, 0, depth + 1)
        if inner is None or self.sign() != ")":
            return None
        self.at += 1
        word = self.peek()
        if word is not None and word.name and (unit := measure(word.text)):
            self.at += 1
            return Scaled(inner, unit)
        return inner

    def name(self, token: Token, depth: int) -> Tree | None:
        if token.text.lower() in STOPS and token.mark != Mark.MATH:
            return None
        self.at += 1
        opening = self.peek()
        if opening is None or opening.text != "(" or not opening.tight or opening.sort is not Sort.OPERATOR:
            return Name(token.text)
        arguments: list[Tree] = []
        while True:
            argument = self.expression(self.at + 1, 0, depth + 1)
            if argument is None:
                return self.opaque(opening)
            arguments.append(argument)
            match self.sign():
                case ")":
                    self.at += 1
                    return Call(token.text, tuple(arguments))
                case ",":
                    pass
                case _:
                    return self.opaque(opening)

    def opaque(self, opening: Token) -> Tree | None:
        """Skip parentheses whose inside is no expression: `max(|x|, 1)`."""
        index = next(i for i in range(self.stop - 1, -1, -1) if self.tokens[i] is opening)
        depth = 0
        for at in range(index, min(self.stop, index + 60)):
            text = self.tokens[at].text
            depth += (text == "(") - (text == ")")
            if depth == 0:
                self.at = at + 1
                return Call("", ())
        return None

    def number(self, *, about: bool) -> Tree | None:
        first = self.at
        token = self.tokens[first]
        unit = glued(token.suffix)
        if unit is None:
            # `8N`, `3D`: a product with a symbol, or a name; nothing that can be computed.
            self.at += 1
            return Name(token.text)
        self.at += 1
        dash, second = self.peek(), self.peek(1)
        if (
            dash is not None and second is not None and dash.text in ("-", "–") and second.sort is Sort.NUMBER
            and dash.tight == second.tight and (dash.tight or dash.text == "–") and not token.suffix
            and dash.sort is Sort.OPERATOR and token.mark != Mark.MATH and (high := glued(second.suffix))
        ):  # fmt: skip
            self.at += 2
            unit = self.behind(high)
            return Number(token, unit, first, self.at, about, second, unit)
        return Number(token, self.behind(unit), first, self.at, about)

    def behind(self, unit: Unit) -> Unit:
        """Read the words behind a number: a factor, a unit of measure, or what is counted."""
        if self.tokens[self.at - 1].mark == Mark.MATH:
            return unit
        token = self.peek()
        if token is not None and token.sort is Sort.BREAK and token.text == "%" and unit == Unit():
            self.at += 1
            unit = glued("%") or unit
        count = 0
        per = False
        while (token := self.peek()) is not None and token.name and count < _UNIT_WORDS:
            word = token.text
            if token.mark == Mark.MATH or word.lower() in STOPS or not word.replace("-", "").isalpha():
                break
            following = self.peek(1)
            if following is not None and following.text == "(" and following.tight:
                break
            if (factor := count_word(word)) is not None and count == 0 and not unit.dimension:
                unit = replace(unit, count=unit.count * factor)
                self.at += 1
                continue
            if word == "per":
                if following is None or not following.name or following.text.lower() in STOPS:
                    break
                per = True
            else:
                found = measure(word)
                if found is not None and per:
                    unit = replace(
                        unit, scale=unit.scale / found.scale, dimension=combine(unit.dimension, found.dimension, -1)
                    )
                elif found is not None and not unit.dimension and not unit.percent and count == 0:
                    rate = self.rate(word)
                    unit = replace(unit, scale=(rate or found).scale, dimension=(rate or found).dimension)
                    self.at += 2 if rate else 0
                elif len(word) == 1:
                    break
                per = False
            self.at += 1
            count += word != "per"
        return unit

    def rate(self, word: str) -> Unit | None:
        """Return the unit of `TB/s`, whose slash is no division of the number."""
        slash, below = self.peek(1), self.peek(2)
        if slash is None or below is None or slash.text != "/" or not (slash.tight and below.tight and below.name):
            return None
        unit = measure(f"{word}/{below.text}")
        return unit if unit is not None and ("s", -1) in unit.dimension else None


def _is_share(tree: Tree) -> bool:
    """Tell whether an expression says which part of something: `40 %`, `1/8`, `¾`."""
    match tree:
        case Number(unit=unit, high=None, token=token):
            return unit.percent or (not token.half and unit == Unit())
        case Binary("/", Number(unit=above, high=None), Number(unit=below, high=None)):
            return above == below == Unit()
    return False


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read what may be read in several: see the two readings of units in `quantities`."""

    digits: bool = False
    binary: bool = False
    """`K` is 1024."""
    minus: bool = False
    """A hyphen between two numbers is a minus rather than a range."""
    log: str = "log"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in base units, from `low` to `high`, which are the same but for a range."""

    low: Fraction
    high: Fraction
    dimension: Dimension = PLAIN

    @property
    def point(self) -> bool:
        """Whether it is one value."""
        return self.low == self.high


_LIMIT = 10**300


def _bounded(value: Fraction) -> Fraction:
    """Return a value that no later step can blow up: short fractions as they are, long ones as the nearest double.

    Raises:
        Unknown: it is beyond what a double holds.
    """
    above, below = value.numerator.bit_length(), value.denominator.bit_length()
    if above < 900 and below < 900:
        return value
    if above - below > 996:
        raise Unknown
    return value if above < 4096 and below < 4096 else Fraction(float(value))


def evaluate(
    tree: Tree, names: Mapping[str, Fraction], reading: Reading, shift: tuple[Token, int] | None = None
) -> Quantity:
    """Return the value of an expression.

    `shift` moves one literal by half a unit of its last digit, to see how far its rounding reaches.

    Raises:
        Unknown: a symbol is free, units do not go together, or the result is out of bounds.
    """

    def value(tree: Tree) -> Quantity:
        match tree:
            case Number():
                return _literal(tree, reading, shift)
            case Name(text):
                if text in names:
                    return Quantity(names[text], names[text])
                if text in ("π", "pi"):
                    return Quantity(Fraction(math.pi), Fraction(math.pi))
                raise Unknown
            case Unary("√", of):
                return _apply(math.sqrt, value(of))
            case Unary(sign, of):
                inner = value(of)
                return Quantity(-inner.high, -inner.low, inner.dimension) if sign == "-" else inner
            case Scaled(of, unit):
                inner = value(of)
                if inner.dimension:
                    raise Unknown
                scale = Fraction(1) if reading.digits else unit.scale
                return Quantity(inner.low * scale, inner.high * scale, unit.dimension)
            case Call(function, arguments):
                return _call(function, [value(each) for each in arguments], reading)
            case Binary(sign, left, right):
                return _binary(sign, value(left), value(right))
        raise Unknown

    return value(tree)


_BARE = Unit()


def _literal(number: Number, reading: Reading, shift: tuple[Token, int] | None) -> Quantity:
    moved = shift[1] * number.token.half if shift and shift[0] is number.token else 0
    unit = number.unit
    if unit == _BARE and number.high is None:
        value = number.token.value + moved if moved else number.token.value
        return Quantity(value, value)
    scale = unit.count if reading.digits else unit.count * unit.scale
    if reading.binary and unit.binary:
        scale = scale / 1000 * 1024
    low = high = (number.token.value + moved) * scale
    if number.high is not None:
        high = number.high.value * scale
        if reading.minus:
            low = high = low - high
        elif high < low:
            raise Unknown
    return Quantity(_bounded(low), _bounded(high), unit.dimension)


def _binary(sign: str, left: Quantity, right: Quantity) -> Quantity:
    if sign in "+-":
        if left.dimension != right.dimension and left.dimension and right.dimension:
            raise Mismatch
        dimension = left.dimension or right.dimension
        if sign == "+":
            return Quantity(_bounded(left.low + right.low), _bounded(left.high + right.high), dimension)
        return Quantity(_bounded(left.low - right.high), _bounded(left.high - right.low), dimension)
    if sign == "^":
        if right.dimension or not (left.point and right.point):
            raise Unknown
        value = _power(left.low, right.low)
        if left.dimension and right.low.denominator != 1:
            raise Unknown
        dimension = tuple((name, power * int(right.low)) for name, power in left.dimension if right.low)
        return Quantity(value, value, dimension)
    if sign == "/" and right.low <= 0 <= right.high:
        raise Unknown
    ends = [
        _bounded(one * other if sign == "×" else one / other)
        for one in {left.low, left.high}
        for other in {right.low, right.high}
    ]
    return Quantity(min(ends), max(ends), combine(left.dimension, right.dimension, 1 if sign == "×" else -1))


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if abs(exponent) > 10_000 or (not base and exponent <= 0):
        raise Unknown
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if exponent.denominator == 1 and bits * abs(exponent) <= 4096:
        return _bounded(base ** int(exponent))
    if base < 0 and exponent.denominator != 1:
        raise Unknown
    try:
        value = float(base) ** (int(exponent) if exponent.denominator == 1 else float(exponent))
    except (OverflowError, ZeroDivisionError):
        raise Unknown from None
    return _finite(value)


def _finite(value: float) -> Fraction:
    if not math.isfinite(value) or abs(value) > _LIMIT:
        raise Unknown
    return Fraction(value)


_ONE: dict[str, Callable[[float], float]] = {
    "sqrt": math.sqrt, "exp": math.exp, "ln": math.log, "log2": math.log2, "log10": math.log10, "tanh": math.tanh,
    "sin": math.sin, "cos": math.cos, "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "softplus": lambda x: math.log1p(math.exp(x)),
}  # fmt: skip
_CIRCLE = 7
"""More than a full turn in radians: a larger angle may be in degrees."""
_EXACT: dict[str, Callable[[Fraction], Fraction]] = {
    "relu": lambda x: max(x, Fraction(0)), "abs": abs, "floor": lambda x: Fraction(math.floor(x)),
    "ceil": lambda x: Fraction(math.ceil(x)), "int": lambda x: Fraction(int(x)), "float": lambda x: x,
}  # fmt: skip
_MANY: dict[str, Callable[[list[Fraction]], Fraction]] = {
    "max": max, "min": min, "sum": lambda x: sum(x, Fraction(0)),
    "mean": lambda x: sum(x, Fraction(0)) / len(x), "avg": lambda x: sum(x, Fraction(0)) / len(x),
}  # fmt: skip
FUNCTIONS = frozenset({*_ONE, *_EXACT, *_MANY, "log", "round", "pow"})
"""What can be applied, whatever the case and the module in front of it (`math.sqrt`, `ReLU`)."""
LOGS = ("ln", "log10", "log2")
"""What `log` may mean; an author's field decides."""


def _call(function: str, arguments: list[Quantity], reading: Reading) -> Quantity:
    name = function.rpartition(".")[2].lower()
    if name == "log":
        name = reading.log
    if name in ("sin", "cos") and arguments and arguments[0].point and abs(arguments[0].low) >= _CIRCLE:
        raise Unknown  # `sin(90)` is in degrees, as likely as not
    if name in _ONE and len(arguments) == 1:
        return _apply(_ONE[name], arguments[0])
    if not all(each.point for each in arguments) or not arguments:
        raise Unknown
    values = [each.low for each in arguments]
    dimensions = {each.dimension for each in arguments}
    if name in _EXACT and len(values) == 1:
        value = _EXACT[name](values[0])
    elif name == "round" and len(values) in (1, 2) and (len(values) == 1 or abs(values[1]) < 20):
        value = Fraction(round(values[0], int(values[1])) if len(values) == 2 else round(values[0]))
    elif name == "pow" and len(values) == 2 and dimensions == {PLAIN}:
        value = _power(values[0], values[1])
    elif name in _MANY:
        value = _MANY[name](values)
    else:
        raise Unknown
    if len(dimensions) != 1:
        raise Mismatch
    return Quantity(_bounded(value), _bounded(value), arguments[0].dimension)


def _apply(function: Callable[[float], float], of: Quantity) -> Quantity:
    if of.dimension or not of.point:
        raise Unknown
    try:
        value = _finite(function(float(of.low)))
    except (ValueError, OverflowError):
        raise Unknown from None
    return Quantity(value, value)


def computed(tree: Tree) -> bool:
    """Tell whether anything is computed: more than one literal or one name, with a sign."""
    match tree:
        case Unary("√", _) | Call() | Scaled():
            return True
        case Unary(_, of):
            return computed(of)
        case Binary("^", _, _):
            return True
        case Binary():
            return scientific(tree) is None
    return False


def scientific(tree: Tree) -> tuple[Token, Token] | None:
    """Return the first and the last number of `1.2 × 10^-7`, `2^16` and their like, which are one written number."""
    match tree:
        case Binary("×", Number(token=mantissa, high=None), Binary("^", Number(token=base, high=None), exponent)):
            if base.value == 10 and (last := _whole(exponent)):
                return mantissa, last
        case Binary("^", Number(token=base, high=None), exponent):
            if last := _whole(exponent):
                return base, last
    return None


def _whole(tree: Tree) -> Token | None:
    match tree:
        case Number(token=token, high=None):
            return token
        case Unary("-" | "+", Number(token=token, high=None)):
            return token
    return None


def literals(tree: Tree) -> list[Number]:
    """Return the literals of an expression in the order of writing."""
    match tree:
        case Number():
            return [tree]
        case Unary(_, of) | Scaled(of, _):
            return literals(of)
        case Binary(_, left, right):
            return literals(left) + literals(right)
        case Call(_, arguments):
            return [each for argument in arguments for each in literals(argument)]
    return []


def symbols(tree: Tree) -> set[str]:
    """Return the names in an expression."""
    match tree:
        case Name(text):
            return {text}
        case Unary(_, of) | Scaled(of, _):
            return symbols(of)
        case Binary(_, left, right):
            return symbols(left) | symbols(right)
        case Call(function, arguments):
            found = {name for argument in arguments for name in symbols(argument)}
            known = function.rpartition(".")[2].lower() in FUNCTIONS
            return found if known else found | {f"{function}()"}
    return set()
