"""The signs of arithmetic in plain text: numbers with their units, names, operators, relations, and what breaks off.

A token knows which characters of its passage it is. What may be read in two ways (a hyphen between two numbers, `K` as
a thousand or 1024) is kept as written: the reader of expressions tries both.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import lru_cache

from deckforge.model.passages import Mark


class Sort(Enum):
    """What a token is."""

    NUMBER = "number"
    NAME = "name"
    OPERATOR = "operator"
    """`+ - × / ^ √ ( ) , ~ ..` (the last is a range) and `²`, whose `value` is the exponent."""
    RELATION = "relation"
    """`=` or `≈`."""
    BREAK = "break"
    """A sign over which no expression reaches."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token: the characters `start` to `end` of its passage.

    `text` is normalised (`×` for every sign of multiplication). `value` is a number's, without its unit, or a
    superscript's; `half` is half a unit of its last written digit. `suffix` is the unit that is written without a space
    (`K`, `GB`, `%`, `x`). `tight` says that no space stands before it.
    """

    sort: Sort
    text: str
    start: int
    end: int
    value: Fraction = Fraction(0)
    half: Fraction = Fraction(0)
    suffix: str = ""
    tight: bool = False
    mark: str = Mark.TEXT.value

    @property
    def name(self) -> bool:
        """Whether it is a name or a word."""
        return self.sort is Sort.NAME


_VULGAR = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LETTER = rf"[^\W\d{_VULGAR}{_RAISED}]"
_LATER = rf"[^\W{_VULGAR}{_RAISED}]"
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    rf"|(?P<number>(?:\d{{1,3}}(?:[,_\u00a0\u2009\u202f'’]\d{{3}})+(?!\d)|\d+)(?:\.\d+)?"
    rf"(?:[eE][+\-−]?\d+(?![\w.]))?[{_VULGAR}]?|(?<![\w)])\.\d+(?:[eE][+\-−]?\d+(?!\w))?|[{_VULGAR}])"
    rf"|(?P<derivative>[∂d]{_LETTER}{_LATER}*/[∂d](?:{_LETTER}{_LATER}*|\([^()\n]*\)))"
    rf"|(?P<partial>∂(?:{_LATER}+|\([^()\n]*\))/∂(?:{_LATER}+|\([^()\n]*\)))"
    rf"|(?P<name>{_LETTER}{_LATER}*(?:\.{_LETTER}{_LATER}*)*[′']*)"
    r"|(?P<two>===|==|!=|<=|>=|=>|->|<-|:=|\+=|-=|\*=|/=|\+/-|\.\.\.|&&|\|\||\?=|%=|//)"
    r"|(?P<power>\*\*|\^)"
    rf"|(?P<raised>[⁺⁻]?[{_RAISED}]+)"
    r"|(?P<any>.)",
    re.DOTALL,
)
_SIGNS = {
    "×": "×", "✕": "×", "·": "×", "⋅": "×", "∙": "×", "*": "×", "/": "/", "÷": "/", "∕": "/", "⁄": "/", "+": "+",
    "-": "-", "−": "-", "‐": "-", "–": "–", "√": "√", "(": "(", ")": ")", ",": ",", "~": "~", "∼": "~",
}  # fmt: skip
_RELATIONS = {"=": "=", "≈": "≈", "≃": "≈", "≅": "≈"}
_TO_DIGITS = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
_SUFFIX = re.compile(rf"(?:%|‰|°|(?:µ|μ|{_LETTER}){_LATER}*(?:/(?:s|sec|min|h|step|token)\b)?)")
_COMPOUND = re.compile(rf"(?:-{_LATER}+)+")
_DIFFERENCE = re.compile(r"-\d.*|-(?:[α-ωA-Z]|[A-Za-zα-ω][_₀-₉\d]\w*)", re.DOTALL)
"""What stands behind a number and its minus and is no part of a compound: `1-β₁`, `1-x2`, but `24-layer`."""
_BEHIND = re.compile(r"[.:]\d")
_RATIO = re.compile(r":(\d+(?:,\d{3})*)(?![:.]\d|\w)")
_HUGE = re.compile(r"[eE][+\-−]?0*(?:[4-9]\d{2}|\d{4,})")
_LONGEST = 60
"""Digits of a number: more is no number that anybody computes with."""


def tokens(text: str, marks: str = "", begin: int = 0, stop: int | None = None) -> list[Token]:
    """Return the tokens of a passage, or of its characters `begin` to `stop`; white space is none."""
    found: list[Token] = []
    cursor = begin
    stop = len(text) if stop is None else stop
    tight = False
    while cursor < stop:
        match = _TOKEN.match(text, cursor, stop)
        assert match is not None, "the last alternative matches any character"
        kind = match.lastgroup
        start, cursor = match.span()
        if kind == "space":
            tight = False
            continue
        mark = marks[start] if marks else Mark.TEXT.value
        if kind == "number":
            token = _number(text, start, cursor, mark=mark, tight=tight)
        elif kind in ("name", "derivative", "partial"):
            end = cursor
            if kind == "name" and mark != Mark.MATH and (more := _COMPOUND.match(text, cursor)):
                end = more.end()
            token = Token(Sort.NAME, text[start:end], start, end, tight=tight, mark=mark)
        elif kind == "power":
            token = Token(Sort.OPERATOR, "^", start, cursor, tight=tight, mark=mark)
        elif kind == "raised":
            value = Fraction(match[0].translate(_TO_DIGITS)) if len(match[0]) < 6 else Fraction(9999)
            token = Token(Sort.OPERATOR, "²", start, cursor, value=value, tight=tight, mark=mark)
        elif kind == "any" and (sign := _SIGNS.get(match[0])):
            token = Token(Sort.OPERATOR, sign, start, cursor, tight=tight, mark=mark)
        elif kind == "any" and (sign := _RELATIONS.get(match[0])):
            token = Token(Sort.RELATION, sign, start, cursor, tight=tight, mark=mark)
        else:
            token = Token(Sort.BREAK, match[0], start, cursor, tight=tight, mark=mark)
        found.append(token)
        cursor = token.end
        tight = True
    return found


def _number(text: str, start: int, end: int, *, mark: str, tight: bool) -> Token:
    """Read a number with what is glued to it; what is no number after all (`1.2.3`, `24-layer`) is a name."""
    digits = text[start:end]
    after = _BEHIND.match(text, end)
    if len(digits) > _LONGEST or _HUGE.search(digits) or (after and after[0][0] == "."):
        stop = re.compile(r"[\w.]*").match(text, end)
        assert stop is not None
        return Token(Sort.NAME, text[start : stop.end()], start, stop.end(), tight=tight, mark=mark)
    if after:
        ratio = _RATIO.match(text, end)
        if ratio is None:
            stop = re.compile(r"[\w:.]*").match(text, end)
            assert stop is not None
            return Token(Sort.NAME, text[start : stop.end()], start, stop.end(), tight=tight, mark=mark)
        above, half = value_of(digits)
        below, _ = value_of(ratio[1])
        if below:
            return Token(
                Sort.NUMBER, text[start : ratio.end()], start, ratio.end(), above / below, half / below, tight=tight,
                mark=mark,
            )  # fmt: skip
    suffix = ""
    behind = _SUFFIX.match(text, end) if mark != Mark.MATH or text[end : end + 1] == "%" else None
    if behind:
        suffix, end = behind[0], behind.end()
    compound = _COMPOUND.match(text, end) if mark != Mark.MATH else None
    if compound and not _DIFFERENCE.fullmatch(compound[0]):
        return Token(Sort.NAME, text[start : compound.end()], start, compound.end(), tight=tight, mark=mark)
    value, half = value_of(digits)
    return Token(
        Sort.NUMBER, text[start:end], start, end, value=value, half=half, suffix=suffix, tight=tight, mark=mark
    )


@lru_cache(maxsize=8192)
def value_of(digits: str) -> tuple[Fraction, Fraction]:
    """Return the value of a number as written and half a unit of its last digit; a vulgar fraction is exact."""
    vulgar = Fraction(0)
    if digits[-1] in _VULGAR:
        vulgar = Fraction(unicodedata.numeric(digits[-1])).limit_denominator(10)
        digits = digits[:-1] or "0"
    bare = re.sub(r"[,_\u00a0\u2009\u202f'’]", "", digits).replace("−", "-").lower()
    mantissa, _, exponent = bare.partition("e")
    power = int(exponent or 0)
    decimals = len(mantissa.partition(".")[2])
    scale = Fraction(10) ** power
    half = Fraction(0) if vulgar else Fraction(1, 2) / 10**decimals * scale
    return Fraction(mantissa) * scale + vulgar, half
