"""Blocks to the outline of a document: one pass, in which headings, labels and lists open items, parts and fields.

`state` is what is open; `headings`, `lines`, `lists`, `tables` and `details` say what each kind of block does to it,
and `opening` which label may open what. Nothing is dropped: a block is in a part, or it marks one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.intake.documents import values
from deckforge.intake.documents.scan.around import around
from deckforge.intake.documents.scan.details import closed, note, opened, rule
from deckforge.intake.documents.scan.headings import heading
from deckforge.intake.documents.scan.lines import text
from deckforge.intake.documents.scan.lists import indented, listed, quoted
from deckforge.intake.documents.scan.state import State
from deckforge.intake.documents.scan.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deckforge.intake.documents.blocks import Block
    from deckforge.intake.documents.raw import Outline

_TAKES: dict[str, Callable[[State, Block], None]] = {
    "heading": heading,
    "open": opened,
    "close": closed,
    "rule": rule,
    "note": note,
    "text": text,
    "list": listed,
    "table": table,
    "quote": quoted,
    "code": indented,
}
"""What each kind of block does; any other is part of the text where it stands."""


def outline(found: Sequence[Block]) -> Outline:
    """Return the outline that some blocks make."""
    kept, chat, footer = around(found)
    state = State(kept)
    state.outline.chat.extend(chat)
    if footer is not None:
        state.outline.claimed["Footer"] = (values.plain(footer.text), footer.numbers)
        state.outline.marks.extend(footer.numbers)
    while state.queue:
        block = state.queue.popleft()
        take = _TAKES.get(block.kind)
        if take is None:
            state.content(block)
        else:
            take(state, block)
    return state.outline
