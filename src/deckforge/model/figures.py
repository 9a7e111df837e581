"""Which numbers of a text need an answer.

A figure is a number in digits that says how much or how many: with its sign, its power, its range and its unit it is
one. No figures are: numbers in code; list numbers; dates and years; names and labels (`GPT-2`, `fp16`, `24-layer`,
`Card 3`, `step 1000`); ordinals (`2nd`); points of an exam; and formulas with a free symbol (`2/n`, `O(1)`,
`x = 2` within math), which say how things depend on one another. docs/coverage.md is the table of this.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckforge.model.arithmetic.expressions import STOPS
from deckforge.model.arithmetic.tokens import Sort, Token, tokens
from deckforge.model.passages import Form, Mark, Passage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a passage: its characters and its text with sign, power, range and percent."""

    start: int
    end: int
    text: str


LABELS = frozenset({
    "appendix", "card", "cards", "chapter", "concept", "eq", "equation", "example", "exercise", "fig", "figure",
    "footnote", "hint", "item", "lesson", "lessons", "level", "line", "module", "no", "note", "number",
    "option", "p", "page", "pages", "part", "phase", "pp", "principle", "problem", "problems", "question",
    "questions", "rule", "scenario", "section", "stage", "step", "table", "task", "term", "version", "layer",
    "row", "column", "epoch", "zero",
})  # fmt: skip
"""Words before a number that it names rather than measures: `Card 3`, `step 1000`, `stage 2`."""
_POINTS = frozenset({"point", "points", "pt", "pts", "mark", "marks"})
_MONTHS = frozenset({
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
})  # fmt: skip
_BEFORE_YEARS = frozenset(
    {"in", "since", "until", "year", "others", "al", "al.", "spring", "summer", "autumn", "winter"}
)
_DATE = re.compile(
    r"\b(?:\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}/\d{1,2}/\d{2,4}|\d{1,2}\.\d{1,2}\.\d{4}|\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm])?)\b"
)
_OPERATORS = frozenset("+-×/^")
_FUNCTION = re.compile(r"[^\W\d]\w*\Z")


def figures(passage: Passage) -> Iterator[Figure]:
    """Yield the numbers of a passage that need an answer, in the order of reading."""
    if passage.form is Form.CODE or not any(char.isdigit() for char in passage.text):
        return
    found = tokens(passage.text, passage.marks)
    dates = [match.span() for match in _DATE.finditer(passage.text)]
    symbolic = _symbolic(found)
    index = 0
    while index < len(found):
        token = found[index]
        if token.sort is not Sort.NUMBER or token.mark == Mark.CODE:
            index += 1
            continue
        last = _last(found, index)
        if not (
            any(first <= token.start < end for first, end in dates)
            or index in symbolic
            or _names(found, index, last, passage)
        ):
            start = _start(found, index)
            yield Figure(start, found[last].end, passage.text[start : found[last].end])
        index = last + 1


def _last(found: Sequence[Token], index: int) -> int:
    """Return the last token of the number that begins at a token: `1.2 × 10^-7`, `2^16`, `600–800`, `8 %`."""
    last = index

    def at(ahead: int) -> Token | None:
        return found[last + ahead] if last + ahead < len(found) else None

    times, base, caret = at(1), at(2), at(3)
    if times and base and caret and times.text == "×" and base.value == 10 and caret.text in ("^", "²"):
        last += 2
    raised, exponent = at(1), at(2)
    if raised and raised.sort is Sort.OPERATOR and raised.text == "²":
        last += 1
    elif raised and raised.text == "^" and exponent:
        minus = exponent.text in ("-", "(")
        following = at(4 if exponent.text == "(" and (at(3) or exponent).text == "-" else 3)
        if exponent.sort is Sort.NUMBER:
            last += 2
        elif minus and following and following.sort is Sort.NUMBER:
            last = found.index(following, last)
            closing = at(1)
            last += 1 if closing is not None and closing.text == ")" else 0
    dash, high = at(1), at(2)
    if (
        dash
        and high
        and high.sort is Sort.NUMBER
        and (dash.text == "–" or (dash.text in ("-", "/") and dash.tight) or (dash.name and dash.text == "to"))
        and dash.tight == high.tight
    ):
        last += 2
    percent = at(1)
    if percent and percent.text == "%" and percent.sort is Sort.BREAK:
        last += 1
    return last


def _start(found: Sequence[Token], index: int) -> int:
    """Return where a number begins with its sign."""
    if index and found[index].tight and found[index - 1].text in "-~" and found[index - 1].sort is Sort.OPERATOR:
        before = found[index - 2] if index > 1 else None
        if before is None or not (before.sort is Sort.NUMBER or before.text == ")"):
            return found[index - 1].start
    return found[index].start


def _symbolic(found: Sequence[Token]) -> set[int]:
    """Return the numbers that stand in an expression with a free symbol, or among the arguments of a function.

    An expression is a run of numbers, names, operators and parentheses; words have no operator beside them.
    """
    inside: set[int] = set()
    index = 0
    while index < len(found):
        end = index
        while end < len(found) and _goes_on(found, end, index):
            end += 1
        run = range(index, end)
        if any(_is_symbol(found, at, index, end) for at in run):
            inside |= {at for at in run if found[at].sort is Sort.NUMBER}
        index = max(end, index + 1)
    return inside


def _goes_on(found: Sequence[Token], at: int, start: int) -> bool:
    """Tell whether a token continues the expression that began at `start`."""
    token = found[at]
    if token.sort is Sort.BREAK:
        return False
    if token.sort is Sort.RELATION:
        return token.mark == Mark.MATH
    if at == start or token.sort is Sort.OPERATOR:
        return token.text != "," or token.mark == Mark.MATH
    before = found[at - 1]
    if token.mark == Mark.MATH and before.mark == Mark.MATH:
        return True
    return before.sort is Sort.OPERATOR and before.text != ")"


def _is_symbol(found: Sequence[Token], at: int, start: int, end: int) -> bool:
    """Tell whether a token is a symbol of the formula `found[start:end]` rather than a word beside a number."""
    token = found[at]
    if not token.name or not _FUNCTION.match(token.text[:1]) or token.text.lower() in STOPS:
        return False
    if token.mark == Mark.MATH:
        return True
    before = found[at - 1] if at > start else None
    behind = found[at + 1] if at + 1 < end else None
    call = behind is not None and behind.text == "(" and behind.tight
    operator = (before is not None and before.text in _OPERATORS) or (behind is not None and behind.text in _OPERATORS)
    return call or (operator and (len(token.text) <= 2 or "_" in token.text))


def _names(found: Sequence[Token], index: int, last: int, passage: Passage) -> bool:
    """Tell whether a number is a name, a label, a year or points rather than an amount."""
    token = found[index]
    before = found[index - 1] if index else None
    behind = found[last + 1] if last + 1 < len(found) else None
    if behind is not None and behind.name and behind.text.lower() in _POINTS:
        return True
    if token.suffix and re.fullmatch(r"st|nd|rd|th", token.suffix):
        return True
    if index == 0 and passage.form is Form.HEADING and behind is not None and behind.text in ".)":
        return True
    if before is not None and before.sort is Sort.BREAK and before.text in "#§":
        return True
    earlier = found[index - 2] if index > 1 else None
    if before is not None and before.text == "." and earlier is not None and earlier.text == "al":
        return _is_year(token.text)  # `Ba et al. 2016`
    if before is None or not before.name:
        return False
    word = before.text.lower().rstrip(".")
    whole = token.text.isdigit()
    if word in LABELS and (whole or last > index or re.fullmatch(r"[\d,]+|\d+[a-z]?", token.text)):
        return not (behind is not None and behind.name and behind.text.lower() in ("times", "percent"))
    if not whole:
        return False
    if word in _MONTHS and before.text[0].isupper():
        return True
    year = _is_year(token.text)
    if year and (word in _BEFORE_YEARS or before.text[0].isupper()) and not (behind is not None and behind.name):
        return True
    if year and passage.marks[token.start] == Mark.LINK and before.text[0].isupper():
        return True
    capital = before.text[0].isupper() and token.mark == before.mark and index > 1
    if not capital or (behind is not None and behind.name) or len(token.text) > 2:
        return False
    # `Llama 3`, but neither the first word of a sentence nor a unit of one: `Over 50 layers`.
    earlier = found[index - 2]
    return not (earlier.sort is Sort.BREAK and earlier.text in ".:;?!")


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdigit() and "1800" <= text <= "2099"
