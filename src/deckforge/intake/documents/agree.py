"""Numbers of an item that have to agree: points with those of its parts, words with the answer's."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from deckforge.intake.documents import values
from deckforge.intake.documents.codes import POINTS, WORDS
from deckforge.intake.documents.shared import together

if TYPE_CHECKING:
    from deckforge.intake import draft
    from deckforge.intake.documents.maker import Maker
    from deckforge.intake.documents.raw import RawItem, Said

_WORDS = re.compile(r"\S*\w\S*")


def limited(made: draft.Item, raw: RawItem, make: Maker) -> draft.Item:
    """Give a written question its length, unless its own answer does not keep it."""
    said: Said | None = raw.meta.get("words")
    if said is None:
        return made
    value, lines = said
    limit = values.stretch(f"{value} {'limit' if 'limit' in ' '.join(raw.meta) else ''}")
    count = len(_WORDS.findall(re.sub(r"[*_`#|]|\]\([^)]*\)", " ", made.answer)))
    if limit and (
        not made.answer or limit.low * 1.05 <= count <= limit.high * 0.95 or limit.low <= count <= limit.high
    ):
        return replace(made, words=limit)
    if limit:
        message = f"the model answer has {count} words, and {value} are asked for"
        make.report(WORDS, lines, message, "shorten or lengthen the answer, then give the question its `words=`")
    return replace(made, front=together(made.front, f"**Length:** {make.words(value, lines)}"))


def agreed(made: draft.Item, raw: RawItem, make: Maker) -> draft.Item:
    """Let the points of the item be the sum of its parts; what the document says of the whole is told."""
    own = made.points
    if own is None and raw.group and "points" in raw.group.meta:
        own = values.points_in(raw.group.meta["points"][0])
    sums = [
        _sum([task.points for task in made.tasks]),
        _sum([row.points for row in made.rubric.rows]) if made.rubric else None,
    ]
    known = [each for each in sums if each is not None]
    if not known:
        return made
    wanted = known[0]
    if len(known) == 2 and known[0] != known[1] and made.rubric:
        message = f"the tasks of {raw.label} make {known[0]} points, and its rubric {known[1]}"
        make.report(POINTS, raw.marks, message, "give the rows of the rubric the points of the tasks")
        rows = tuple(
            replace(
                row,
                component=f"{row.component}: {row.points} p." if row.points is not None else row.component,
                points=None,
            )
            for row in made.rubric.rows
        )
        made = replace(made, rubric=replace(made.rubric, rows=rows))
    if own is not None and own != wanted:
        message = f"{raw.label} is worth {own} points, and its parts make {wanted}"
        make.report(POINTS, raw.marks, message, "correct the parts, or leave the sum")
        return replace(made, points=wanted)
    if made.points is None:
        return replace(made, points=wanted)
    return made


def _sum(points: list[int | None]) -> int | None:
    known = [number for number in points if number is not None]
    return sum(known) if known and len(known) == len(points) else None
