"""What is kept as prose: parts that are no items and no guides, comments, and every line that nothing used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.intake import draft
from deckforge.intake.documents.account import Use, settle
from deckforge.intake.documents.blocks import Block, blocks
from deckforge.intake.documents.codes import CHAT, COMMENT, KEPT
from deckforge.intake.documents.structures import lines_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.intake.documents.raw import RawPart
    from deckforge.intake.documents.work import Work

_EXPECTED = frozenset({"critical", "instructions", "matrix", "concepts", "overview", "objectives", "terms", "export"})
"""Parts that are prose by their nature, or whose prose was read besides."""


def prose(work: Work, part: RawPart, rest: Sequence[Block], *, understood: bool) -> None:
    """Keep what is left of a part as prose, in one piece a heading."""
    pieces: list[tuple[Block | None, list[Block]]] = [(part.heading[0] if part.heading else None, [])]
    for block in rest:
        if block.kind == "heading":
            pieces.append((block, []))
        else:
            pieces[-1][1].append(block)
    for heading, found in pieces:
        full = [block for block in found if block.kind != "rule"]
        opens = heading is pieces[0][0]
        if not full and (heading is None or (opens and len(pieces) == 1 and (understood or part.name))):
            work.ledger.enter(lines_of(found), Use.METADATA)
            continue
        text = work.make.prose(found)
        title = (part.title if heading is pieces[0][0] else heading.title) if heading else ""
        level = max(2, min(6, heading.level)) if heading and heading.kind == "heading" else 2
        lines = (*(heading.numbers if heading else ()), *lines_of(full))
        if heading:
            work.ledger.enter(heading.numbers, Use.PROSE)
        shown = work.make.words(re.sub(r"\s*\{[^}]*\}\s*$", "", title), ()).replace("\n", " ")
        work.content.append((lines[0] if lines else 1, draft.Prose(text=text, heading=shown, level=level, lines=lines)))
        _told(work, part, heading, lines, full)


def _told(work: Work, part: RawPart, heading: Block | None, lines: tuple[int, ...], full: Sequence[Block]) -> None:
    """Tell of prose in a document that is made of items, unless it is the kind of part that is prose."""
    if not full or not work.outlined.items or work.outlined.kind in ("map", "notes") or part.name in _EXPECTED:
        return
    if (
        not part.heading
        and lines
        and lines[0] < min((item.marks[0] for item in work.outlined.items if item.marks), default=0)
        and not heading
    ):
        return  # the words below a document's title
    what = f"“{heading.title[:60]}”" if heading else "this"
    work.report(
        KEPT, lines, f"{what} is no item and no guide, and was kept as prose", "look whether it should be an item"
    )


def sweep(work: Work) -> None:
    """Keep every line that nothing used, in runs, where it stood."""
    missing = settle(work.ledger, work.lines).missing
    run: list[int] = []
    runs: list[list[int]] = []
    for number in missing:
        if run and number != run[-1] + 1:
            runs.append(run)
            run = []
        run.append(number)
    if run:
        runs.append(run)
    for run in runs:
        found = blocks([work.lines[number - 1] for number in run])
        kept = [block for block in found if block.kind not in ("open", "close", "note")] or [
            Block("text", tuple(work.lines[number - 1] for number in run))
        ]
        work.ledger.enter(run, Use.METADATA)
        text = work.make.prose(kept)
        if text:
            work.ledger.enter(run, Use.PROSE)
            work.report(
                KEPT,
                run,
                "this found no place in an item or a guide, and was kept as prose",
                "look whether it should be an item",
            )
            work.content.append((run[0], draft.Prose(text=text, heading="", lines=tuple(run))))


def talk(work: Work) -> None:
    """Tell of words around the document, and keep its comments."""
    chat = [block for block in work.outlined.chat if block.kind != "footer"]
    if chat:
        work.ledger.enter(lines_of(chat), Use.CHAT)
        for block in chat:
            work.report(CHAT, block.numbers, f"“{block.text.strip()[:60]}” is not of the document, and was left out")
    for block in work.outlined.comments:
        work.report(COMMENT, block.numbers, "this comment was kept as words", "take it out, if nobody should read it")
        text = work.make.prose(
            [Block("text", tuple((number, line.strip()) for number, line in block.lines if line.strip()))]
        )
        work.content.append((block.first, draft.Prose(text=text, heading="", lines=block.numbers)))
