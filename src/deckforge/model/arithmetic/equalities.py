"""Equalities that an author wrote without saying so: found in plain text, computed, and judged.

A chain `a = b ≈ c` is cut into sides at its signs. Each side that is a value is compared with the ones before it: a
written number by what it rounds to, `≈` and `~` by what is about it, an expression by the digits of its literals. An
equality holds where any sensible reading of it does (`K` as 1024, a unit as a mere word where the conversion stands in
the text). It is wrong only where every reading fails and the text leaves no doubt about where each side begins and
ends; anything else is left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from deckforge.model.arithmetic.expressions import (
    LOGS,
    STOPS,
    Binary,
    Call,
    Mismatch,
    Name,
    Number,
    Quantity,
    Reading,
    Scaled,
    Tree,
    Unary,
    Unknown,
    computed,
    evaluate,
    literals,
    parse,
    scientific,
    symbols,
)
from deckforge.model.arithmetic.quantities import PLAIN, words
from deckforge.model.arithmetic.tokens import Sort, Token, tokens
from deckforge.model.passages import Form, Mark, Passage
from deckforge.model.written import CAP, WrittenError
from deckforge.model.written import parse as parse_written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckforge.model.units import Dimension


class Holding(StrEnum):
    """What became of an equality."""

    HOLDS = "holds"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    """It may be an equality of numbers, and there is a doubt about what it says: nothing is reported."""


@dataclass(frozen=True, slots=True)
class Found:
    """An equality in a passage: the characters `start` to `end` of it.

    `wrong` are the characters of the side that does not fit, `value` what it should say, in the author's hand, and
    `reason` one sentence. `units` tells that the sides measure different things. `results` are the numbers behind the
    signs, each with its characters.
    """

    holding: Holding
    start: int
    end: int
    wrong: tuple[int, int] | None = None
    value: str = ""
    reason: str = ""
    units: bool = False
    results: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class Scope:
    """What names mean: the givens that stand before, in one item or one stretch of prose."""

    values: dict[str, Fraction] = field(default_factory=dict)
    several: set[str] = field(default_factory=set)
    """Names that were given more than one value: too uncertain to call anything wrong."""

    def bind(self, name: str, value: Fraction) -> None:
        """Remember what a name stands for from here on."""
        if self.values.setdefault(name, value) != value:
            self.several.add(name)
            self.values[name] = value


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a chain: tokens `first` to `last`; `whole` says that nothing is left over up to the next sign."""

    tree: Tree
    first: int
    last: int
    whole: bool
    sharp: bool
    """Whether it is certain where the side begins (the first one) and ends (the last one)."""


_SENTENCE = re.compile(r"(?<=[^.\s])\.\s")
_SIGN = re.compile(r"[=≈≃≅]")
_LEADERS = frozenset({
    "so", "is", "are", "that", "have", "has", "with", "then", "gives", "makes", "means", "hence", "thus",
    "because", "since", "where", "here", "for", "at", "in", "takes", "uses", "needs", "costs", "holds",
    "therefore", "i.e", "e.g", "namely", "exactly", "about", "roughly", "yields",
})  # fmt: skip
"""Words before an expression that are certainly no part of it; `root of`, `half` or `twice` may be."""
_SAFE_BREAKS = frozenset({":", ";", ".", "—", "–", "→", "⇒", "=>", "->", "←", "?", "•", "☐", "□"})
_MISGIVINGS = re.compile(
    r"\b(?:wrong(?:ly)?|mistaken?|mistakes|incorrect(?:ly)?|errors?|false(?:ly)?|bugs?|not|never|instead|claim(?:s|ed)?|"
    r"sa(?:ys|id|ying)|thinks?|believes?|would|mod|modulo|binary|hex|octal|base \d+|xor|suppose|pretend|cannot|isn't|"
    r"doesn't|myth|rather)\b",
    re.IGNORECASE,
)
"""Words beside which a false sum may be meant to be false, or to be read in another arithmetic."""
_FORMATS = re.compile(
    r"\b(?:b?fp?\d+|bfloat\d*|float\d+|int\d+|u?int|half|single|precision|e4m3|e5m2|round(?:s|ed|ing)?|stored|overflows?|"
    r"underflows?|truncat\w*|saturat\w*|floor(?:ed)?|ceil|integer|quanti[sz]\w*|lost|absorbed)\b",
    re.IGNORECASE,
)
"""Words that tell of arithmetic in few bits, where 256 + 1 may well be 256."""
_BITS: Dimension = (("bit", 1),)
_BYTES: Dimension = (("byte", 1),)
_LONGEST = 80
"""Tokens of a side that are looked at: bounds the work for any text."""
_MOST_SIDES = 12
"""Sides of a chain: a longer one is cut."""
_CONSTANTS = frozenset(
    Fraction(each) for each in (7, 8, 24, 60, 365, 1000, 1024, 3600, 86400, 10**6, 2**20, 10**9, 2**30, 10**12, 2**40)
)
"""Factors that turn one unit into another."""
_CODE = {
    "": "", "text": "", "txt": "", "plain": "", "plaintext": "", "math": "", "output": "",
    "python": "#", "py": "#", "julia": "#", "r": "#", "ruby": "#", "bash": "#", "sh": "#", "yaml": "#", "toml": "#",
    "c": "//", "cpp": "//", "c++": "//", "cuda": "//", "java": "//", "js": "//", "javascript": "//", "ts": "//",
    "typescript": "//", "rust": "//", "go": "//", "swift": "//", "kotlin": "//",
}  # fmt: skip
"""Languages of code blocks, with the sign of a comment; a language without one is written down as a person would."""


def find(passage: Passage, scope: Scope) -> Iterator[Found]:
    """Yield the equalities of a passage in the order of writing; names that it gives a value are added to the scope."""
    if "=" not in passage.text and "≈" not in passage.text and "≃" not in passage.text:
        return
    if passage.form is Form.CODE:
        sign = _CODE.get(passage.language)
        if sign is None:
            return
        if sign:
            yield from _code_line(passage, sign, scope)
            return
    begin = 0
    for end in [*(found.end() for found in _SENTENCE.finditer(passage.text)), len(passage.text)]:
        # No expression reaches over the end of a sentence; one without a sign is not worth looking at.
        if _SIGN.search(passage.text, begin, end):
            yield from _Chains(passage, tokens(passage.text, passage.marks, begin, end), scope).find()
        begin = end


def _code_line(passage: Passage, sign: str, scope: Scope) -> Iterator[Found]:
    """Look at a line of a programming language: at its comment, and at `x = 3 * 4  # = 12`."""
    at = passage.text.find(sign)
    found = tokens(passage.text, passage.marks)
    code = [token for token in found if at < 0 or token.end <= at]
    comment = [token for token in found if at >= 0 and token.start >= at + len(sign)]
    if comment and comment[0].sort is Sort.RELATION and code:
        yield from _Chains(passage, code + comment, scope).find()
        return
    if len(code) == 3 and code[0].name and code[1].text == "=" and code[2].sort is Sort.NUMBER and not code[2].suffix:
        scope.bind(code[0].text, code[2].value)
    elif len(code) > 2 and code[0].name and code[1].text in ("=", "+=", "-=", "*=", "/="):
        scope.several.add(code[0].text)
    if comment:
        yield from _Chains(passage, comment, scope).find()


class _Chains:
    """The chains of one run of tokens."""

    def __init__(self, passage: Passage, found: Sequence[Token], scope: Scope) -> None:
        self.passage = passage
        self.tokens = found
        self.scope = scope
        self.doubtful: bool | None = None
        self.formats: bool | None = None

    def find(self) -> Iterator[Found]:
        signs = [index for index, token in enumerate(self.tokens) if token.sort is Sort.RELATION]
        number = 0
        while number < len(signs):
            first = self.left(signs[number])
            sides: list[_Side] = [] if first is None else [first]
            relations: list[int] = []
            while number < len(signs) and len(sides) <= _MOST_SIDES:
                sign = signs[number]
                side = self.right(sign)
                number += 1
                if side is None:
                    break
                relations.append(sign)
                sides.append(side)
                if not (number < len(signs) and side.last == signs[number]):
                    break
            if relations and len(sides) > len(relations):
                yield from self.judge(sides, relations)

    def left(self, sign: int) -> _Side | None:
        """Return the longest expression that ends at a sign."""
        start = sign
        depth = 0
        while start > 0 and sign - start < _LONGEST:
            token = self.tokens[start - 1]
            if token.sort is Sort.RELATION:
                break
            if token.sort is Sort.BREAK and token.text != "%":
                break
            if token.sort is Sort.OPERATOR:
                if token.text == ")":
                    depth += 1
                elif token.text == "(":
                    if depth == 0:
                        break
                    depth -= 1
                elif token.text == "," and depth == 0:
                    break
            start -= 1
        for first in range(start, sign):
            if self.tokens[first].text in (")", "²", ",", "^", "/", "×") and not self.tokens[first].name:
                continue
            found = parse(self.tokens, first, sign, juxtaposed=True)
            if found is not None and found[1] == sign:
                return _Side(found[0], first, sign, whole=first == start, sharp=self.begins(first, start))
        return None

    def begins(self, first: int, start: int) -> bool:
        """Tell whether it is certain that an expression begins at a token."""
        bullet = first == 1 and self.tokens[0].text in ("-", "+", "×") and not self.tokens[1].tight
        if first == 0 or bullet:
            return True
        before = self.tokens[first - 1]
        if first == start:
            if before.sort is Sort.BREAK:
                return before.text in _SAFE_BREAKS
            return (
                before.text in "(,"
                and before.sort is Sort.OPERATOR
                and not (first > 1 and before.tight and self.tokens[first - 2].name)
            )
        joined = first - start == 1 and before.text.lower() in ("and", "but")
        return before.name and (joined or before.text.lower() in _LEADERS)

    def right(self, sign: int) -> _Side | None:
        """Return the longest expression that begins behind a sign."""
        stop = sign + 1
        depth = 0
        while stop < len(self.tokens) and stop - sign < _LONGEST:
            token = self.tokens[stop]
            if token.sort is Sort.RELATION and depth == 0:
                break
            if token.sort is Sort.BREAK and token.text != "%":
                break
            if token.sort is Sort.OPERATOR:
                if token.text == "(":
                    depth += 1
                elif token.text == ")":
                    if depth == 0:
                        break
                    depth -= 1
                elif token.text == "," and depth == 0:
                    break
            stop += 1
        follows = stop < len(self.tokens) and self.tokens[stop].sort is Sort.RELATION
        if follows:
            found = parse(self.tokens, sign + 1, stop, juxtaposed=True)
            if found is not None and found[1] == stop:
                return _Side(found[0], sign + 1, stop, whole=True, sharp=True)
        found = parse(self.tokens, sign + 1, stop, juxtaposed=False)
        if found is None:
            return None
        return _Side(found[0], sign + 1, found[1], whole=found[1] == stop, sharp=self.ends(found[1], stop))

    def ends(self, last: int, stop: int) -> bool:
        """Tell whether it is certain that an expression ends before a token."""
        if last >= len(self.tokens):
            return True
        token = self.tokens[last]
        if token.name:
            return token.text.lower() not in ("x", "times", "to", "or", "of", "plus", "minus", "over", "more", "less")
        if token.sort is Sort.BREAK:
            return token.text not in ("±", "+/-", "…", "...", "%", "\ufffc", "^", "|")
        return token.sort is Sort.OPERATOR and token.text in "(),~" and last <= stop

    def judge(self, sides: list[_Side], relations: list[int]) -> Iterator[Found]:
        """Compare every side that has a value with those before it, and yield what comes of it."""
        values = [self.value(side.tree) for side in sides]
        found: Found | None = None
        some = False
        unsure = False
        results: list[tuple[int, int]] = []
        for this in range(1, len(sides)):
            if values[this] is None:
                continue
            before = [other for other in range(this) if values[other] is not None]
            before = [other for other in before if self.comparable(sides[other], sides[this])]
            if not before:
                if self.restates(sides, this):
                    some = True
                    results.append(self.place(sides[this]))
                continue
            some = True
            results.append(self.place(sides[this]))
            about = any(self.tokens[sign].text == "≈" for sign in relations[before[-1] : this])
            verdicts = [self.compare(sides[other], sides[this], about=about) for other in before]
            if "" in verdicts:
                continue
            clear = verdicts[-1] is not None and self.certain(sides, before[-1], this)
            if found is None and clear:
                found = self.wrong(sides, before[-1], this, str(verdicts[-1]), about=about)
            unsure = True
        if self.passage.form is not Form.CODE or not _CODE.get(self.passage.language):
            self.bind(sides, values)
        if not some:
            return
        start, end = self.tokens[sides[0].first].start, self.tokens[sides[-1].last - 1].end
        if Mark.WRONG.value in self.passage.marks[start:end]:
            return
        if found is None:
            yield Found(Holding.UNKNOWN if unsure else Holding.HOLDS, start, end, results=tuple(results))
        else:
            yield Found(found.holding, start, end, found.wrong, found.value, found.reason, found.units, tuple(results))

    def restates(self, sides: list[_Side], this: int) -> bool:
        """Tell whether a chain ends in a name and the value that it was given before: `∂y/∂h2 = W3 = 0.8`."""
        one, other = sides[this - 1], sides[this]
        return (
            this > 1
            and isinstance(one.tree, Name)
            and isinstance(other.tree, Number)
            and not symbols(one.tree) & self.scope.several
            and self.compare(one, other, about=False) == ""
        )

    def value(self, tree: Tree, reading: Reading = Reading()) -> Quantity | None:  # noqa: B008 - frozen
        try:
            return evaluate(tree, self.scope.values, reading)
        except Unknown:
            pass
        try:
            return evaluate(tree, self.scope.values, Reading(digits=True, log="ln"))
        except Unknown:
            return None

    def place(self, side: _Side) -> tuple[int, int]:
        return self.tokens[side.first].start, self.tokens[side.last - 1].end

    def comparable(self, one: _Side, other: _Side) -> bool:
        """Tell whether there is something to compute between two sides; a name alone is being defined."""
        if isinstance(one.tree, Name):
            return False
        if isinstance(other.tree, Name):
            return False
        if computed(one.tree) or computed(other.tree):
            return True
        if isinstance(one.tree, Number) and isinstance(other.tree, Number):
            # `8 GiB = 8.59 GB`: a conversion.
            mine, others = one.tree.unit, other.tree.unit
            same = mine.dimension == others.dimension != PLAIN and mine.scale != others.scale
            return one.sharp and (same or {mine.dimension, others.dimension} == {_BITS, _BYTES})
        return False

    def certain(self, sides: list[_Side], one: int, this: int) -> bool:
        """Tell whether a difference between two sides can only be a mistake."""
        if self.passage.false or not sides[this].sharp or not sides[one].sharp:
            return False
        if any(not self.measured(sides[between]) for between in range(max(one, 1), this)):
            return False
        names = symbols(sides[one].tree) | symbols(sides[this].tree)
        if names & self.scope.several:
            return False
        if isinstance(sides[one].tree, Number) and not sides[one].whole:
            return False
        text = self.sentence(sides, this)
        if _MISGIVINGS.search(text) or text.count('"') % 2 or "“" in text:
            return False
        plain = all(not number.unit.dimension for side in (sides[one], sides[this]) for number in literals(side.tree))
        return not (plain and _FORMATS.search(text))

    def sentence(self, sides: list[_Side], this: int) -> str:
        """Return the sentence around an equality."""
        text = self.passage.text
        start = self.tokens[sides[0].first].start
        end = self.tokens[sides[this].last - 1].end
        first = max(text.rfind(". ", 0, start), text.rfind(".\n", 0, start)) + 1
        last = min((at for at in (text.find(". ", end), text.find(".\n", end)) if at >= 0), default=len(text))
        return text[max(first, start - 300) : min(last, end + 300)]

    def measured(self, side: _Side) -> bool:
        """Tell whether a side between two signs ends with a number or a unit: a word may belong to what follows."""
        last = self.tokens[side.last - 1]
        symbol = last.name and last.text in symbols(side.tree)
        return not last.name or symbol or bool(literals(side.tree) and literals(side.tree)[-1].unit.dimension)

    def compare(self, one: _Side, this: _Side, *, about: bool) -> str | None:
        """Return `""` where two sides agree, the reason where they do not, `None` where it cannot be said."""
        reasons: list[str] = []
        cannot = False
        for reading in self.readings(one, this):
            try:
                left = evaluate(one.tree, self.scope.values, reading)
                right = evaluate(this.tree, self.scope.values, reading)
            except Mismatch:
                reasons.append("units")
                continue
            except Unknown:
                cannot = True
                continue
            if {left.dimension, right.dimension} == {_BITS, _BYTES}:
                if not reading.digits:
                    left, right = _in_bytes(left), _in_bytes(right)  # as for the rest of a chain
            elif left.dimension and right.dimension and left.dimension != right.dimension:
                reasons.append("units")
                continue
            verdict = self.agree(one, this, left, right, reading, about=about)
            if verdict:
                return ""
            if verdict is None:
                cannot = True
            else:
                reasons.append("value")
        if cannot or not reasons or _mixed(one.tree) or _mixed(this.tree):
            return None
        return "value" if "value" in reasons else "units"

    def readings(self, one: _Side, this: _Side) -> list[Reading]:
        """Return the ways in which the two sides may be meant, the plain one first."""
        mine, others = literals(one.tree), literals(this.tree)
        every = mine + others
        units = {(number.unit.scale, number.unit.dimension) for number in mine if number.unit.dimension}
        targets = {(number.unit.scale, number.unit.dimension) for number in others if number.unit.dimension}
        digits = bool(units or targets) and (
            not units or not targets or units == targets or any(number.token.value in _CONSTANTS for number in every)
        )
        found = [Reading()]
        if digits:
            found.append(Reading(digits=True))
        if any(number.unit.binary for number in every):
            found += [Reading(digits=each.digits, binary=True) for each in found]
        if any(number.high is not None for number in every):
            found += [Reading(digits=each.digits, binary=each.binary, minus=True) for each in found]
        if "log" in {name.lower().rpartition(".")[2] for name in _functions(one.tree) | _functions(this.tree)}:
            found = [
                Reading(digits=each.digits, binary=each.binary, minus=each.minus, log=log)
                for each in found
                for log in LOGS
            ]
        return found

    def agree(
        self, one: _Side, this: _Side, left: Quantity, right: Quantity, reading: Reading, *, about: bool
    ) -> bool | None:
        """Tell whether the first value fits what the second side says."""
        if not isinstance(this.tree, Number) and scientific(this.tree) is None and _single(one.tree):
            one, this, left, right = this, one, right, left  # `16 = 2 + 2 + 4 + 8`: the literal is what is judged
        about = about or any(number.about for number in literals(one.tree))
        if not left.point:
            return right.low <= left.low and left.high <= right.high if not right.point else None
        written = self.written(this, about=about)
        if written is not None:
            low, high, scale, percent = written
            factors = [_scale(this.tree, reading) if scale is None else scale]
            if percent:
                factors.append(Fraction(1))
            elif _points(one.tree, this.tree):
                factors.append(Fraction(1, 100))  # `96 % − 78 % = 18 points`
            if not reading.digits and left.dimension == _BYTES and _dimension(this.tree) == _BITS:
                factors = [factor / 8 for factor in factors]
            if _single(one.tree) and _single(this.tree) and left.dimension == _BYTES:
                # `1 KB = 1024 bytes` defines a unit rather than computing with it.
                factors.append(factors[0] * _binary_ratio(this.tree))
                factors.append(factors[0] / _binary_ratio(one.tree))
            return any(low <= float(left.low / factor) <= high for factor in factors)
        if not right.point:
            return right.low <= left.low <= right.high
        slack = self.reach(this.tree, right, reading) + abs(right.low) / 10**9
        if about:
            slack = max(slack, abs(right.low) / 10)
        return abs(left.low - right.low) <= slack

    def written(self, side: _Side, *, about: bool) -> tuple[float, float, Fraction | None, bool] | None:
        """Return what a written number allows, in its unit of writing; `None` for what is no written number."""
        tree = side.tree
        negative = False
        while isinstance(tree, Unary) and tree.sign in "+-":
            negative ^= tree.sign == "-"
            tree = tree.of
        mark = "~" if about or (isinstance(tree, Number) and tree.about) else ""
        sign = "-" if negative else ""
        try:
            if isinstance(tree, Number):
                digits = self.digits(tree.token)
                low, high = _allowed(f"{mark}{sign}{digits}")
                if tree.high is not None:
                    if negative:
                        return None
                    high = _allowed(f"{mark}{self.digits(tree.high)}")[1]
                return low, high, None, tree.unit.percent
            if ends := scientific(tree):
                text = self.passage.text[ends[0].start : ends[1].end]
                return *_allowed(f"{mark}{sign}{_powers(text)}"), Fraction(1), False
        except (WrittenError, TypeError, OverflowError):
            return None
        return None

    def digits(self, token: Token) -> str:
        text = token.text.removesuffix(token.suffix) if token.suffix else token.text
        if token.half == 0:
            return f"{token.value.numerator}/{token.value.denominator}"
        return text

    def reach(self, tree: Tree, value: Quantity, reading: Reading) -> Fraction:
        """Return how far the rounding of an expression's literals may move its value."""
        total = Fraction(0)
        for number in literals(tree)[:24]:
            if number.token.half and not (number.token.half == Fraction(1, 2) and number.unit.count == 1):
                try:
                    moved = evaluate(tree, self.scope.values, reading, (number.token, 1))
                except Unknown:
                    continue
                total += abs(moved.low - value.low)
        return min(total, CAP * abs(value.low))

    def wrong(self, sides: list[_Side], one: int, this: int, reason: str, *, about: bool) -> Found:
        """Say what is wrong between two sides, and what the second should be."""
        left, right = sides[one], sides[this]
        judged = right
        if not _single(right.tree) and scientific(right.tree) is None and _single(left.tree):
            judged, left = left, right
        written = self.text(left)
        start, end = self.place(judged)
        if reason == "units":
            kinds = [self.dimension(side.tree) for side in (left, judged)]
            text = f"{written} is in {words(kinds[0])}, and {self.text(judged)} in {words(kinds[1])}"
            return Found(Holding.WRONG, start, end, (start, end), "", text, units=True)
        value = self.value(left.tree)
        if value is None:
            return Found(Holding.UNKNOWN, start, end)
        if _points(left.tree, judged.tree):
            value = Quantity(value.low * 100, value.high * 100, value.dimension)
        shown = self.shown(judged, value, about=about)
        reason = f"{written} is {shown}, not {self.text(judged)}"
        return Found(Holding.WRONG, start, end, (start, end), shown, reason)

    def dimension(self, tree: Tree) -> Dimension:
        value = self.value(tree)
        return value.dimension if value else PLAIN

    def text(self, side: _Side) -> str:
        """Return a side for a message: as it reads, but for TeX, which reads worse."""
        start, end = self.place(side)
        text = self.passage.text[start:end]
        if "((" in text and Mark.MATH.value in self.passage.marks[start:end]:
            return "the left side"
        spaced = re.sub("([×·])", r" \1 ", text)
        return f"`{' '.join(spaced.split())}`"

    def shown(self, side: _Side, value: Quantity, *, about: bool) -> str:
        """Return a value in the hand of the number that it should stand for."""
        exact = value.low
        if self.written(side, about=about) is None:
            return _digits_of(exact)
        tree = side.tree
        _, end = self.place(side)
        if ends := scientific(tree):
            return parse_written(_powers(self.passage.text[ends[0].start : ends[1].end])).correction(float(exact))
        sign = "-" if isinstance(tree, Unary) and tree.sign == "-" else ""
        while isinstance(tree, Unary):
            tree = tree.of
        if not isinstance(tree, Number) or tree.high is not None:
            return _digits_of(exact)
        if {value.dimension, tree.unit.dimension} == {_BITS, _BYTES}:
            exact = exact / 8 if value.dimension == _BITS else exact * 8
        exact /= _scale(tree, Reading(digits=not value.dimension))
        digits = self.digits(tree.token)
        number: float | int = int(exact) if exact.denominator == 1 and abs(exact) < 2**53 else float(exact)
        corrected = parse_written(sign + digits).correction(number)
        behind = self.passage.text[tree.token.start + len(digits) : end] if tree.token.half else ""
        return " ".join(f"{'~' if tree.about else ''}{corrected}{behind}".split())

    def bind(self, sides: list[_Side], values: list[Quantity | None]) -> None:
        """Remember what the names of a chain stand for: `h1 = relu(0.5 × 2) = 1.0` gives `h1` a value."""
        if self.passage.false:
            return
        known = [
            value.low
            for side, value in zip(sides, values, strict=True)
            if value is not None and value.point and not isinstance(side.tree, Name)
        ]
        for side in sides:
            if isinstance(side.tree, Name):
                if known and (side is not sides[0] or side.whole or self.alone(side)):
                    self.scope.bind(side.tree.text, known[0])
                elif side is sides[0] and side.whole and side.tree.text in self.scope.values:
                    self.scope.several.add(side.tree.text)

    def alone(self, side: _Side) -> bool:
        """Tell whether a name is no part of a longer one: `let w = 2`, but not `validation loss = 2`."""
        token, before = self.tokens[side.first], self.tokens[side.first - 1]
        return not before.name or before.text.lower() in STOPS or (token.mark == Mark.MATH != before.mark)


@lru_cache(maxsize=8192)
def _allowed(text: str) -> tuple[float, float]:
    """Return the ends of what a written number stands for, in its unit of writing."""
    interval = parse_written(text).interval()
    return interval.low, interval.high


def _single(tree: Tree) -> bool:
    while isinstance(tree, Unary) and tree.sign in "+-":
        tree = tree.of
    return isinstance(tree, Number)


def _scale(tree: Tree, reading: Reading) -> Fraction:
    while isinstance(tree, Unary):
        tree = tree.of
    assert isinstance(tree, Number)
    unit = tree.unit
    scale = unit.count * (1 if reading.digits else unit.scale)
    return scale / 1000 * 1024 if reading.binary and unit.binary else scale


def _points(one: Tree, other: Tree) -> bool:
    """Tell whether percentages are on one side and what may be their points on the other."""
    mine = literals(one)
    return bool(mine) and all(each.unit.percent for each in mine) and not any(n.unit.percent for n in literals(other))


def _dimension(tree: Tree) -> Dimension:
    while isinstance(tree, Unary):
        tree = tree.of
    return tree.unit.dimension if isinstance(tree, Number) else PLAIN


def _in_bytes(value: Quantity) -> Quantity:
    return Quantity(value.low / 8, value.high / 8, _BYTES) if value.dimension == _BITS else value


def _mixed(tree: Tree) -> bool:
    """Tell whether percent are added to something else, which has two meanings: `100 + 5 %`."""
    match tree:
        case Unary(_, of) | Scaled(of, _):
            return _mixed(of)
        case Call(_, arguments):
            return any(_mixed(each) for each in arguments)
        case Binary(sign, left, right):
            kinds = {number.unit.percent for number in literals(tree) if number.token.value != 1}
            return (sign in "+-" and len(kinds) == 2) or _mixed(left) or _mixed(right)
    return False


def _binary_ratio(tree: Tree) -> Fraction:
    """Return what a decimal unit of bytes would have to be multiplied by to be the binary one of its name."""
    scale = _scale(tree, Reading())
    for power in range(1, 6):
        if scale == 1000**power:
            return Fraction(1024**power, 1000**power)
    return Fraction(1)


def _functions(tree: Tree) -> set[str]:
    match tree:
        case Call(function, arguments):
            return {function} | {name for each in arguments for name in _functions(each)}
        case Binary(_, left, right):
            return _functions(left) | _functions(right)
        case Unary(_, of) | Scaled(of, _):
            return _functions(of)
    return set()


def _powers(text: str) -> str:
    """Return a power as `written` knows it: `10^(-7)` as `10^-7`, ` · ` as `×`."""
    text = re.sub(r"[\s()]", "", text)
    return re.sub(r"[·⋅∙*✕](?!\*)", "×", text.replace("**", "^"))


def _digits_of(value: Fraction) -> str:
    if value.denominator == 1 and abs(value) < 10**15:
        return f"{int(value):,}" if abs(value) >= 10_000 else str(int(value))
    return f"{float(value):.6g}"
