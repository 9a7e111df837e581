"""What the readers of guides share: where they put what they understood, and how lines of theirs are taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deckforge.intake.documents.account import Use

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.intake import draft
    from deckforge.intake.documents.blocks import Block
    from deckforge.intake.documents.maker import Maker
    from deckforge.intake.documents.raw import RawItem


@dataclass(slots=True)
class Guides:
    """What was understood of the parts of a document."""

    performance: list[draft.Band] = field(default_factory=list)
    review: list[draft.Advice] = field(default_factory=list)
    checklist: list[draft.Advice] = field(default_factory=list)
    progression: list[draft.Advice] = field(default_factory=list)
    source_mapping: list[draft.Advice] = field(default_factory=list)
    schedule: list[draft.Review] = field(default_factory=list)
    connections: list[draft.Connection] = field(default_factory=list)
    items: list[RawItem] = field(default_factory=list)
    """The document's items, to which its tables may give values."""


def introduces(block: Block) -> bool:
    """Tell whether a line only says that something follows."""
    return block.kind == "text" and block.text.strip().rstrip("*_").endswith(":") and len(block.text) < 90


def halves(text: str) -> tuple[str, str]:
    """Return what stands before and behind a colon or a dash; nothing behind, where there is none."""
    parts = re.split(r"\s*[:：]\s*|\s+[–—-]\s+", text, maxsplit=1)
    return (parts[0], parts[1]) if len(parts) == 2 else (text, "")


def enter_marks(block: Block, make: Maker) -> None:
    """Enter the lines that a block has beside its contents: the head of a table, the fences of code."""
    if block.kind == "table":
        make.ledger.enter(block.numbers, Use.METADATA)
    elif block.kind == "code":
        make.ledger.enter((block.first, block.numbers[-1]), Use.METADATA)
    else:
        make.ledger.enter(block.numbers, Use.METADATA)


def groups(block: Block) -> list[list[tuple[int, str]]]:
    """Return the lines of a code block in groups, divided at blank lines and before lines without indentation."""
    inner = block.lines[1:-1] if len(block.lines) > 2 else ()
    groups: list[list[tuple[int, str]]] = []
    fresh = True
    for number, line in inner:
        if not line.strip():
            fresh = True
            continue
        if fresh or not groups or not (line.startswith((" ", "\t")) or re.match(r"^\W*(?:→|->|=>|↓|└|├)", line)):
            groups.append([])
        groups[-1].append((number, line))
        fresh = False
    return groups


def flow(lines: Sequence[tuple[int, str]]) -> str:
    """Return the lines of a group as one sentence: `If struggled with Problem 1: Review: …; Flashcard: …`."""
    first = lines[0][1].strip()
    others = [re.sub(r"^\s*(?:→|->|=>|↓|[-*•]|└─*|├─*)\s*", "", line.strip()) for _, line in lines[1:]]
    return f"{first} {'; '.join(others)}".strip()
