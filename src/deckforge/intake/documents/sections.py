"""Sections of the lesson: items, terms, objectives, and cards of an export."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from deckforge.intake import draft
from deckforge.intake.documents import concepts as concept_parts
from deckforge.intake.documents import exports, values
from deckforge.intake.documents.account import Use
from deckforge.intake.documents.blocks import Block, blocks
from deckforge.intake.documents.codes import ROW
from deckforge.intake.documents.exports import short_form
from deckforge.intake.documents.items import build
from deckforge.intake.documents.kept import prose
from deckforge.intake.documents.raw import RawPart, RawSection
from deckforge.intake.documents.structures import lines_of
from deckforge.model.course import SectionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.intake.documents.work import Work

_KINDS = {"cards": SectionKind.FLASHCARDS, "quiz": SectionKind.QUIZ, "problems": SectionKind.PROBLEMS}


def build_all(work: Work) -> None:
    """Make drafts of all items, section by section."""
    made: dict[int, list[draft.Item]] = {}
    for section in work.outlined.sections:
        made[id(section)] = [build(item, work.make) for item in section.items]
    work.built = made


def section(work: Work, raw: RawSection, pending: list[Block]) -> None:
    """Put a section into the lesson, with what was said before it; one without items is prose."""
    items = work.built[id(raw)]
    intro = [*pending, *raw.intro]
    full = [block for block in intro if block.kind != "rule"]
    if not items:
        if full or pending:
            title = raw.heading[0].title if raw.heading else "Instructions"
            prose(work, RawPart("instructions", raw.level, raw.heading, title), intro, understood=True)
        return
    points = values.points_in(raw.meta["points"][0]) if "points" in raw.meta else None
    lines = lines_of(raw.heading)
    first = lines[0] if lines else items[0].lines[0] if items[0].lines else 1
    text = work.make.text(intro) if full else ""
    work.ledger.enter(lines_of(intro), Use.METADATA)
    work.content.append(
        (
            first,
            draft.Section(
                kind=_KINDS[raw.kind],
                title=raw.title,
                instructions=text,
                points=points,
                items=tuple(items),
                lines=(*lines, *lines_of(full)),
            ),
        )
    )


def objectives(work: Work, rest: list[Block]) -> list[Block]:
    """Take the entries of lists as objectives, and return what is none."""
    kept = []
    for block in rest:
        if block.kind == "list":
            for entry in block.entries:
                text = work.make.text(
                    blocks([(entry.lines[0][0], re.sub(r"^\[[ xX]?\]\s*", "", entry.lines[0][1])), *entry.lines[1:]])
                )
                work.objectives.append(text)
            work.ledger.enter(block.numbers, Use.METADATA)
        elif block.kind == "rule" or (block.kind == "text" and block.text.rstrip("* ").endswith((":", "to"))):
            work.ledger.enter(block.numbers, Use.METADATA)
        else:
            kept.append(block)
    return kept


def terms(work: Work, part: RawPart, rest: list[Block]) -> list[Block]:
    """Make a section of a part that defines terms; return what is left of one that defines none."""
    made, kept = concept_parts.terms(rest, work.make)
    if made:
        first = part.heading[0].first if part.heading else made[0].lines[0]
        full = [block for block in kept if block.kind != "rule"]
        instructions = work.make.text(full) if full else ""
        work.content.append(
            (
                first,
                draft.Section(
                    kind=SectionKind.TERMS,
                    instructions=instructions,
                    items=tuple(made),
                    lines=(*lines_of(part.heading), *lines_of(full)),
                ),
            )
        )
        return []
    return kept


def take_exports(work: Work) -> None:
    """Give each card the row of an export that asks the same; rows that nobody asks stay prose."""
    cards = [item for section in work.outlined.sections if section.kind == "cards" for item in work.built[id(section)]]
    unmatched: dict[int, list[Block]] = {}
    for at, part in enumerate(work.outlined.parts):
        if not isinstance(part, RawPart) or part.name != "export":
            continue
        rest = []
        for block in part.blocks:
            rows = exports.rows_of(block)
            if rows and not work.outlined.items:
                _cards(work, rows, block)
                continue
            if not rows or not cards:
                rest.append(block)
                continue
            told: set[int] = set()
            for row, to in zip(rows, exports.match(rows, cards), strict=True):
                if to is None:
                    message = f"no card asks “{row.front[:60]}”"
                    work.report(ROW, (row.line,), message, "make a card of it, or take it out")
                    continue
                cards[to], whole = short_form(cards[to], row, work.make)
                work.ledger.enter((row.line,), Use.FIELD)
                if whole:
                    told.add(row.line)
            work.ledger.enter(block.numbers, Use.METADATA)
            if len(told) < len(rows):  # under their head, what is said in other words, or by no card
                rest.append(replace(block, lines=tuple(line for line in block.lines if line[0] not in told)))
        unmatched[at] = rest
    work.unexported = unmatched
    replaced = iter(cards)
    for section in work.outlined.sections:
        if section.kind == "cards":
            work.built[id(section)] = [next(replaced) for _ in work.built[id(section)]]


def _cards(work: Work, rows: Sequence[exports.Row], block: Block) -> None:
    """Make cards of an export that stands alone."""
    work.ledger.enter(block.numbers, Use.METADATA)
    work.ledger.enter([row.line for row in rows], Use.FIELD)
    items = tuple(exports.made_of(row, work.make) for row in rows)
    work.content.append((block.first, draft.Section(kind=SectionKind.FLASHCARDS, items=items, lines=block.numbers)))
