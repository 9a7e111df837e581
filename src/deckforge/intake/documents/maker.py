"""Blocks to texts in our dialect, with their lines entered in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.intake.documents.account import Use
from deckforge.intake.documents.dialect import joined, ours
from deckforge.intake.documents.structures import lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deckforge.diagnostics import Code
    from deckforge.intake.documents.account import Ledger
    from deckforge.intake.documents.blocks import Block
    from deckforge.intake.documents.dialect import Definitions


class Maker:
    """Makes texts of blocks and enters their lines in the ledger; `report` is where what should be told goes."""

    def __init__(
        self, ledger: Ledger, defined: Definitions, report: Callable[[Code, Sequence[int], str, str], None]
    ) -> None:
        self.ledger = ledger
        self.defined = defined
        self.report = report

    def text(self, found: Sequence[Block]) -> str:
        """Return blocks as a text in our dialect."""
        return self._text(found, Use.FIELD)

    def prose(self, found: Sequence[Block]) -> str:
        """Return blocks as a text that is kept as prose."""
        return self._text(found, Use.PROSE)

    def cloze(self, found: Sequence[Block]) -> str:
        """Return blocks as a text with deletions."""
        return self._text(found, Use.FIELD, cloze=True)

    def _text(self, found: Sequence[Block], use: Use, *, cloze: bool = False) -> str:
        lines = lines_of(found)
        self.ledger.enter([number for block in found if block.kind != "rule" for number in block.numbers], use)
        self.ledger.enter(lines, Use.METADATA)
        return ours(joined(found), self.defined, cloze=cloze)

    def words(self, text: str, lines: Sequence[int]) -> str:
        """Return a text that stood in a title or a value."""
        self.ledger.enter(lines, Use.METADATA)
        return self._words(text)

    def _words(self, text: str) -> str:
        return ours(text.strip(), self.defined)
