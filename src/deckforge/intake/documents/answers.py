"""Answers that stand apart from their items: keys in a table or on one line; and points that a section gives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.intake.documents import values
from deckforge.intake.documents.account import Use
from deckforge.intake.documents.blocks import Block, cells
from deckforge.intake.documents.keys import run_of_keys
from deckforge.intake.documents.labels import normal, of_name
from deckforge.intake.documents.raw import RawPart, of_word
from deckforge.intake.documents.structures import cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.intake.documents.account import Ledger
    from deckforge.intake.documents.raw import Outline, RawItem


def apart(outlined: Outline, ledger: Ledger) -> None:
    """Give the items the answers of a key that is a table, or a line of letters."""
    for part in outlined.parts:
        if not isinstance(part, RawPart) or part.name not in ("key", "solutions"):
            continue
        rest = []
        for block in part.blocks:
            if block.kind == "table" and _key_table(outlined, block):
                ledger.enter(block.numbers, Use.METADATA)
            elif (
                block.kind == "text"
                and (keys := run_of_keys(values.plain(block.text)))
                and _keys(outlined, keys, block)
            ):
                ledger.enter(block.numbers, Use.FIELD)
            else:
                rest.append(block)
        part.blocks = rest


def _numbered(outlined: Outline, number: int, field: str) -> RawItem | None:
    same = of_word([item for item in outlined.items if item.number == number], "question")
    return next((item for item in same if not item.has(field)), same[-1] if same else None)


def _keys(outlined: Outline, keys: Sequence[tuple[int, str]], block: Block) -> bool:
    items = [(_numbered(outlined, number, "key"), letters) for number, letters in keys]
    if any(item is None for item, _ in items):
        return False
    for item, letters in items:
        if item is not None:
            item.parts.setdefault("key", []).append(Block("text", ((block.first, letters),)))
    return True


def _key_table(outlined: Outline, block: Block) -> bool:
    head, rows = cells(block)
    names = [of_name(name) for name in head]
    numbered = next(
        (
            at
            for at, name in enumerate(head)
            if normal(name) in ("question", "q", "no", "number", "item", "problem", "question no", "question number")
            or name.strip() == "#"
            or re.fullmatch(r"(?:question|problem) ?#?", normal(name))
        ),
        None,
    )
    answer = next(
        (
            at
            for at, name in enumerate(names)
            if at != numbered
            and (
                name.part in ("answer", "back", "model", "solution")
                or name.name in ("letter", "correct letter", "option")
            )
        ),
        None,
    )
    if numbered is None or answer is None:
        return False
    wanted = [(number, row, re.search(r"\d{1,4}", row[numbered])) for number, row in rows]
    if any(digits is None or _numbered(outlined, int(digits[0]), "key") is None for _, _, digits in wanted):
        return False
    for number, row, digits in wanted:
        assert digits is not None
        item = _numbered(outlined, int(digits[0]), "key" if names[answer].part != "solution" else "solution")
        assert item is not None
        field = "solution" if item.word == "problem" else "back" if item.word == "card" else "key"
        item.parts.setdefault(field, []).extend(cell(number, row[answer]))
        for at, text in enumerate(row):
            if at in (numbered, answer) or not text.strip():
                continue
            if names[at].meta and names[at].meta not in item.meta:
                item.meta[names[at].meta] = (text, (number,))
            elif names[at].meta and normal(item.meta[names[at].meta][0]) == normal(text):
                continue
            else:
                part = names[at].part if names[at].part in ("explanation", "wrong", "gap") else "explanation"
                item.parts.setdefault(part, []).extend(cell(number, text))
    return True


def each_points(outlined: Outline) -> None:
    """Make what a section's heading says of points what each of its items is worth; a sum is divided if it can be."""
    for section in outlined.sections:
        said = section.meta.get("points")
        if said is None:
            continue
        points = values.points_in(said[0]) or 0
        each = re.search(r"\b(?:each|apiece|per|every)\b", said[0], re.IGNORECASE)
        count = len(section.items)
        if each or (points and count == 1):
            section.meta["points"] = (f"{points} points", said[1])
        elif points and count and points % count == 0 and not any("points" in item.meta for item in section.items):
            section.meta["points"] = (f"{points // count} points", said[1])
            outlined.claimed.setdefault(f"Points of {section.title or section.kind}", (str(points), said[1]))
        else:
            del section.meta["points"]
            outlined.claimed.setdefault(f"Points of {section.title or section.kind}", (str(points), said[1]))
