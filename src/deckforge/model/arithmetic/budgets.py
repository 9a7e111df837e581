"""Lists that end in a total: lines `name: ~2 GB` and a line `Total: ~18 GB` below them.

A line's share is what stands behind its last equals sign, else behind its colon; in a table, in the last column. A
list is added up only where every line above the total gives exactly one number of the total's kind. A total that a
shorter run of the lines just above makes up is right as well: what stands further up may be something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from deckforge.model.arithmetic.equalities import Found, Holding
from deckforge.model.arithmetic.expressions import Number, Reading, Unknown, evaluate, parse
from deckforge.model.arithmetic.tokens import Sort, tokens
from deckforge.model.passages import Form, Mark, Passage
from deckforge.model.written import WrittenError
from deckforge.model.written import parse as parse_written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckforge.model.units import Dimension

_TOTAL = re.compile(r"\s*(?:total|sum|in total)\b", re.IGNORECASE)
_LABEL = re.compile(r"\s*[^\W\d][^:=|]{0,80}?:\s+")
_MOST = 60


@dataclass(frozen=True, slots=True)
class _Share:
    """One line's number: its value in base units and what its writing allows."""

    value: Fraction
    low: Fraction
    high: Fraction
    dimension: Dimension
    about: bool
    scale: Fraction
    start: int
    end: int
    number: str


def totals(every: Sequence[Passage]) -> Iterator[tuple[Passage, Found]]:
    """Yield the totals among passages, each with the verdict on its list."""
    if not any(_TOTAL.match(passage.text) for passage in every):
        return
    lines = list(_lines(every))
    for number, (label, last) in enumerate(lines):
        if not _TOTAL.match(label.text) or last.false:
            continue
        share = _share(last, whole_cell=last is not label)
        if share is None:
            continue
        above = _above(lines[max(0, number - _MOST) : number], last, share)
        if len(above) >= 2 and (verdict := _verdict(above, share, last)):
            yield last, verdict


def _lines(every: Sequence[Passage]) -> Iterator[tuple[Passage, Passage]]:
    """Yield lines as their first and last passage: the cells of a table's row, else the same passage twice."""
    row: list[Passage] = []
    for passage in every:
        if passage.form is Form.CELL:
            if row and (row[0].block, row[0].row) != (passage.block, passage.row):
                yield row[0], row[-1]
                row = []
            row.append(passage)
            continue
        if row:
            yield row[0], row[-1]
            row = []
        if passage.form is not Form.HEADING:
            yield passage, passage
    if row:
        yield row[0], row[-1]


def _above(lines: Sequence[tuple[Passage, Passage]], last: Passage, total: _Share) -> list[_Share]:
    """Return the shares right above a total, up to a line that gives none."""
    found: list[_Share] = []
    row = last.row
    for label, passage in reversed(lines):
        near = row - passage.row <= (1 if last.form is not Form.PROSE else 3)
        if passage.block != last.block or not near or _TOTAL.match(label.text):
            break
        share = _share(passage, whole_cell=passage is not label)
        if share is None or share.dimension != total.dimension:
            break
        row = passage.row
        found.append(share)
    return found[::-1]


def _share(passage: Passage, *, whole_cell: bool) -> _Share | None:
    """Return the one number that a line gives, or `None`."""
    text = passage.text
    at = max(text.rfind("="), text.rfind("≈")) + 1
    label = _LABEL.match(text)
    if not at:
        if label:
            at = label.end()
        elif not whole_cell:
            return None
    elif not label and not whole_cell:
        return None
    found = tokens(text[at:], passage.marks[at:])
    if found and found[0].text == "≈":
        found = found[1:]
    parsed = parse(found, 0, len(found), juxtaposed=False)
    if parsed is None or not isinstance(parsed[0], Number) or parsed[0].high is not None or parsed[0].unit.percent:
        return None
    number, end = parsed
    assert isinstance(number, Number)
    if end < len(found) and not (found[end].text in "(,;." or found[end].sort is Sort.BREAK):
        return None
    if Mark.WRONG.value in passage.marks[at:]:
        return None
    digits = number.token.text.removesuffix(number.token.suffix)
    try:
        quantity = evaluate(number, {}, Reading())
        interval = parse_written(("~" if number.about else "") + digits).interval()
    except (Unknown, WrittenError, TypeError):
        return None
    scale = number.unit.count * number.unit.scale
    return _Share(
        quantity.low, Fraction(interval.low) * scale, Fraction(interval.high) * scale, quantity.dimension,
        number.about, scale, at + found[0].start, at + found[end - 1].end, digits,
    )  # fmt: skip


def _verdict(above: list[_Share], total: _Share, passage: Passage) -> Found | None:
    """Return whether the lines above make up the total; `None` where there is a doubt."""
    for first in range(len(above) - 1):
        if _fits(above[first:], total):
            return Found(Holding.HOLDS, total.start, total.end, results=((total.start, total.end),))
    if not total.dimension:
        return None  # counts of different things are often listed together
    value = sum((share.value for share in above), Fraction(0)) / total.scale
    shown = parse_written(total.number).correction(float(value))
    unit = passage.text[total.start : total.end].partition(total.number)[2]
    whole = ("~" if total.about else "") + shown + unit
    reason = f"the {len(above)} lines above make {whole}, not {passage.text[total.start : total.end]}"
    return Found(Holding.WRONG, total.start, total.end, (total.start, total.end), whole, reason)


def _fits(above: list[_Share], total: _Share) -> bool:
    exact = sum(share.value for share in above)
    if total.low <= exact <= total.high:
        return True
    low, high = sum(share.low for share in above), sum(share.high for share in above)
    return low <= total.high and total.low <= high
