"""Connections to other lessons: a list, a table of them, or a matrix with a column for each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.intake import draft
from deckforge.intake.documents import values
from deckforge.intake.documents.blocks import Block, blocks, cells
from deckforge.intake.documents.guides.base import Guides, enter_marks, halves
from deckforge.intake.documents.labels import label_of, normal
from deckforge.intake.documents.structures import cell

if TYPE_CHECKING:
    from deckforge.intake.documents.maker import Maker

_RELATION = frozenset(
    (
        "relationship",
        "relation",
        "connection",
        "connections",
        "how",
        "description",
        "relevance",
        "link",
        "note",
        "notes",
    )
) | {"details", "explanation", "role", "type", "strength", "purpose"}
"""Words of columns that say how, where a matrix would name a lesson."""


def connections(block: Block, make: Maker, guides: Guides, _word: str) -> bool:
    """Read how the document is connected to other lessons."""
    made: list[draft.Connection] = []
    if block.kind == "table":
        head, rows = cells(block)
        first = normal(head[0])
        columns = [normal(name) for name in head[1:]]
        matrix = (
            len(head) > 2
            and not any(set(name.split()) & _RELATION for name in columns)
            and not re.search(r"lesson|module|chapter|unit", first)
        )
        if matrix:
            for at, name in enumerate(head[1:], 1):
                full = [(number, row[0], row[at]) for number, row in rows if row[at] and not values.empty(row[at])]
                text = "; ".join(f"{values.plain(row)}: {said}" for _, row, said in full)
                lines = tuple(number for number, _, _ in full)
                if text:
                    made.append(
                        draft.Connection(
                            to=values.plain(name), text=make.text([Block("text", ((lines[0], text),))]), lines=lines
                        )
                    )
        else:
            named = [at for at, name in enumerate(head) if re.search(r"lesson|module|chapter|unit|topic", normal(name))]
            column = named[0] if named else 0
            for number, row in rows:
                parts = [
                    (head[at], text) for at, text in enumerate(row) if at != column and text and not values.empty(text)
                ]
                text = "; ".join(text if len(parts) == 1 else f"{name}: {text}" for name, text in parts)
                made.append(
                    draft.Connection(
                        to=values.plain(row[column]), text=make.text(cell(number, text or row[column])), lines=(number,)
                    )
                )
    elif block.kind == "list":
        for entry in block.entries:
            label = label_of(entry.lines[0][1])
            to, text = (
                (
                    label.words + (f" ({label.aside})" if label.aside and label.aside not in label.words else ""),
                    label.rest,
                )
                if label and label.bold
                else halves(entry.lines[0][1])
            )
            number = entry.lines[0][0]
            inner = [*cell(number, text), *blocks(entry.lines[1:])]
            made.append(
                draft.Connection(
                    to=values.plain(to),
                    text=make.text(inner) if inner else make.text(cell(number, to)),
                    lines=tuple(number for number, _ in entry.lines),
                )
            )
    elif block.kind == "text":
        label = label_of(block.text)
        if label is None or not label.rest or not label.bold:
            return False
        made.append(
            draft.Connection(to=label.words, text=make.text(cell(block.first, label.rest)), lines=block.numbers)
        )
    if not made:
        return False
    guides.connections += made
    enter_marks(block, make)
    return True
