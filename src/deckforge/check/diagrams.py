"""Diagrams written as text: a picture is made of them, so they need words for those who cannot see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Diagnostic, Severity
from deckforge.model import diagrams

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.model.course import Course

DIAGRAM_WITHOUT_WORDS = Code(
    "DF318",
    "diagram-without-words",
    Severity.WARNING,
    "A Mermaid diagram has no words for those who cannot see it.",
    "The diagram becomes a picture on cards and pages. Mermaid's own `accTitle:` and `accDescr:` say in words what it "
    "shows; a screen reader reads them, and a table of cards has them where the picture was.",
    "```mermaid\nflowchart LR\n  A[Loss] --> B[Gradients]\n```",
    "```mermaid\nflowchart LR\n  accTitle: The loss is differentiated for gradients\n  A[Loss] --> B[Gradients]\n```",
)
CODES = (DIAGRAM_WITHOUT_WORDS,)


def wordless_diagrams(course: Course) -> Iterator[Diagnostic]:
    """Report diagrams that say nothing to those who cannot see them."""
    for code in diagrams.of_course(course):
        if not diagrams.words(code):
            yield DIAGRAM_WITHOUT_WORDS.at(
                code.span,
                "this diagram says nothing to those who cannot see it",
                fix="write `accTitle: what it shows` on the line below the diagram's first",
            )
