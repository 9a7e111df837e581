"""What became of every line of a document: nothing is dropped without somebody knowing.

A line is used in a *field* of a lesson, or as *metadata* (a title, a label, a value, a rule, the head of a table), or
is kept as *prose*, or is *chat*: words around the document that are not of it, which a diagnostic names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Use(IntEnum):
    """What a line was used for; where it was used for more than one thing, the highest counts."""

    CHAT = 1
    METADATA = 2
    PROSE = 3
    FIELD = 4


@dataclass(slots=True)
class Ledger:
    """Where lines are entered as they are used."""

    uses: dict[int, Use] = field(default_factory=dict)

    def enter(self, lines: Iterable[int], use: Use) -> None:
        """Enter lines as used."""
        for line in lines:
            if use > self.uses.get(line, 0):
                self.uses[line] = use


@dataclass(frozen=True, slots=True)
class Account:
    """The use of every line that is not blank, by its number from 1; `missing` are lines that nothing used."""

    uses: Mapping[int, Use]
    missing: tuple[int, ...]

    def of(self, use: Use) -> tuple[int, ...]:
        """Return the lines of one use."""
        return tuple(line for line, each in sorted(self.uses.items()) if each is use)


_MARKS = re.compile(r"[\s>|=*_#~:+`-]*")
"""A line of nothing but these divides or encloses what stands around it."""


def settle(ledger: Ledger, lines: Iterable[tuple[int, str]]) -> Account:
    """Return the account of a document's lines."""
    full = [number for number, line in lines if line.strip()]
    ledger.enter([number for number, line in lines if line.strip() and _MARKS.fullmatch(line)], Use.METADATA)
    uses = {number: ledger.uses[number] for number in full if number in ledger.uses}
    return Account(uses, tuple(number for number in full if number not in uses))
