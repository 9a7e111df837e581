"""Sums that authors wrote down: what does not add up, found without any annotation.

`model.arithmetic` finds, parses and evaluates; nothing of the author's is executed. Only what leaves no doubt is
reported: see docs/arithmetic.md for what is left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Diagnostic, Severity
from deckforge.model.arithmetic import Holding, equalities

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.model.course import Course

WRONG_ARITHMETIC = Code(
    "DF550",
    "wrong-arithmetic",
    Severity.ERROR,
    "The two sides of an equality are not equal.",
    "Learners would memorise a false sum. The left side is computed exactly; the right side stands for everything that "
    "rounds to it, or that is about it behind `≈` or `~`. A sum that is meant to be false belongs into a `wrong:` "
    "link, an option that is no key, or a table of mistakes.",
    "250M × 2 bytes = 400MB",
    "250M × 2 bytes = 500MB",
)
WRONG_UNITS = Code(
    "DF551",
    "wrong-units",
    Severity.ERROR,
    "The two sides of an equality measure different things.",
    "Bytes are never seconds: a factor is missing, or a unit is. Words for what is counted (steps, images, parameters) "
    "have no unit and fit anywhere.",
    "300 GB / 2 = 150 s",
    "300 GB / 2 GB/s = 150 s",
)
WRONG_TOTAL = Code(
    "DF552",
    "wrong-total",
    Severity.WARNING,
    "The lines of a list do not make up the total below them.",
    "A reader adds them up. If a line does not belong to the sum, put it above or below the list.",
    "- Weights: 2 GB\n- Optimizer: 8 GB\n- Total: 12 GB",
    "- Weights: 2 GB\n- Optimizer: 8 GB\n- Total: 10 GB",
)
CODES = (WRONG_ARITHMETIC, WRONG_UNITS, WRONG_TOTAL)


def sums(course: Course) -> Iterator[Diagnostic]:
    """Report equalities and totals that are certainly wrong, at the side that does not fit."""
    for equality in equalities(course):
        if equality.status is not Holding.WRONG:
            continue
        code = WRONG_TOTAL if equality.total else WRONG_UNITS if equality.units else WRONG_ARITHMETIC
        if equality.units:
            fix = "give both sides units that go together"
        elif equality.total:
            fix = f"write `{equality.value}`, or move what does not belong to the sum out of the list"
        else:
            fix = f"write `{equality.value}`"
        yield code.at(equality.wrong or equality.span, equality.reason, fix=fix)
