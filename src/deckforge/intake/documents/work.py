"""What is at hand while a document is read: its lines, the ledger, what was found, and the lesson so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.intake.documents.account import Ledger
from deckforge.intake.documents.guides import Guides
from deckforge.model.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deckforge.diagnostics import Code, Diagnostic
    from deckforge.intake import draft
    from deckforge.intake.documents.blocks import Block
    from deckforge.intake.documents.maker import Maker
    from deckforge.intake.documents.raw import Outline


class Work:
    """One document on its way to a lesson."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.source = text.encode("utf-8", "replace")
        self.lines = list(enumerate(text.split("\n"), 1))
        self.starts = [0]
        for _, line in self.lines:
            self.starts.append(self.starts[-1] + len(line.encode("utf-8", "replace")) + 1)
        self.found: list[Diagnostic] = []
        self.ledger = Ledger()
        self.content: list[tuple[int, draft.Prose | draft.Section]] = []
        self.objectives: list[str] = []
        self.concepts: list[draft.Concept] = []
        self.relations: list[Block] = []
        self.guides = Guides()
        self.outlined: Outline
        self.make: Maker
        self.built: dict[int, list[draft.Item]] = {}
        """The items of each section, by the section's identity."""
        self.unexported: dict[int, list[Block]] = {}
        """What is left of each export, by the number of its part."""

    def report(self, code: Code, lines: Iterable[int], message: str, fix: str = "") -> None:
        """Tell of something at some lines; without any, of the document as a whole."""
        numbers = [line for line in lines if 0 < line < len(self.starts)] or [1]
        first, last = min(numbers), max(numbers)
        # The first line alone: a place of forty lines shows nobody where to look.
        end = self.starts[first] - 1 if last > first else self.starts[last] - 1
        span = Span(self.name, self.starts[first - 1], max(self.starts[first - 1], min(end, len(self.source))))
        self.found.append(code.at(span, message, fix=fix))
