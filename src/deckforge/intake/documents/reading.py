"""A study document to a lesson, with an account of its lines: the stages in their order.

Lines → blocks → outline → items, guides, terms and prose. Whatever none of them took is kept as prose where it stood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from deckforge.intake.documents import concepts as concept_parts
from deckforge.intake.documents.account import Account, Use, settle
from deckforge.intake.documents.answers import apart, each_points
from deckforge.intake.documents.blocks import Block, blocks
from deckforge.intake.documents.claimed import agreements
from deckforge.intake.documents.codes import COUNT
from deckforge.intake.documents.dialect import definitions
from deckforge.intake.documents.frame import unframed, unwrapped
from deckforge.intake.documents.guides import GUIDES, overview, read_guide
from deckforge.intake.documents.kept import prose, sweep, talk
from deckforge.intake.documents.labels import DOCUMENT, label_of, normal
from deckforge.intake.documents.maker import Maker
from deckforge.intake.documents.raw import RawPart, RawSection
from deckforge.intake.documents.scan import outline
from deckforge.intake.documents.sections import build_all, objectives, section, take_exports, terms
from deckforge.intake.documents.structures import lines_of
from deckforge.intake.documents.whole import attach, lesson_of
from deckforge.intake.documents.work import Work

if TYPE_CHECKING:
    from deckforge.diagnostics import Diagnostic
    from deckforge.intake import draft

_WORDS = {"cards": "Card", "quiz": "Question", "problems": "Problem"}
_FAR = 100
"""Parts that are looked ahead."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was made of a document."""

    lesson: draft.Lesson
    account: Account
    diagnostics: tuple[Diagnostic, ...]


def read_document(text: str, name: str) -> Reading:
    """Return the lesson of a document's text (with plain line ends), the account of its lines, what is to be told."""
    work = Work(text, name)
    front, framed = unframed(work.lines, work.ledger)
    lines = unwrapped(framed)
    defined = definitions(lines)
    work.make = Maker(work.ledger, defined, work.report)
    work.ledger.enter(defined.lines, Use.METADATA)
    held = set(defined.lines)
    found = [
        block for block in blocks(lines) if not (block.kind == "text" and block.first in held and len(block.lines) == 1)
    ]
    work.outlined = outline(found)
    for key, said in front.items():
        _of_front_matter(work, key, said)
    work.ledger.enter(work.outlined.marks, Use.METADATA)
    for title in work.outlined.parts:
        work.ledger.enter(lines_of(title.heading), Use.METADATA)
    work.guides.items = work.outlined.items
    _distributions(work)
    apart(work.outlined, work.ledger)
    each_points(work.outlined)
    left = _parts_before(work)
    build_all(work)
    take_exports(work)
    _parts(work, left)
    attach(work)
    talk(work)
    return _settled(work)


def _distributions(work: Work) -> None:
    """Take what a document counts of itself outside of its head: `**Distribution:**` in the instructions."""
    for part in work.outlined.parts:
        found = part.intro if isinstance(part, RawSection) else part.blocks
        for at, block in enumerate(found):
            following = found[at + 1] if at + 1 < len(found) else None
            label = label_of(block.text) if block.kind == "text" else None
            if label is None or not label.bold or "distribution" not in label.name:
                continue
            below = (
                " | ".join(entry.text for entry in following.entries) if following and following.kind == "list" else ""
            )
            work.outlined.claimed.setdefault(label.words, (label.rest or below, block.numbers))


def _of_front_matter(work: Work, key: str, said: tuple[str, tuple[int, ...]]) -> None:
    name = DOCUMENT.get(normal(key), "")
    if name:
        work.outlined.meta.setdefault(name, said)
    else:
        work.outlined.claimed.setdefault(key, said)


def _parts_before(work: Work) -> dict[int, list[Block]]:
    """Read the parts that give values to items; return by part what is left of it."""
    left: dict[int, list[Block]] = {}
    word = _word(work)
    for at, part in enumerate(work.outlined.parts):
        if not isinstance(part, RawPart):
            continue
        if part.name == "overview":
            left[at] = [
                block
                for block in part.blocks
                if not (overview(block, work.make, work.guides, word) or _contents(work, block))
            ]
        elif (part.name in GUIDES and work.outlined.items) or part.name == "connections":
            left[at] = read_guide(part.name, part.blocks, work.make, work.guides, word)
    return left


def _word(work: Work) -> str:
    kinds = [section.kind for section in work.outlined.sections if section.items]
    return _WORDS[kinds[0]] if kinds else _WORDS.get(work.outlined.kind, "")


def _contents(work: Work, block: Block) -> bool:
    """Tell whether a list is a table of contents: links to headings that are there."""
    if block.kind != "list":
        return False
    lines = [line for entry in block.entries for _, line in entry.lines if line.strip()]
    if all(re.match(r"^\s*(?:[-*+]|\d+\.)?\s*\[[^\]]+\]\(#[^)]*\)\s*$", line) for line in lines):
        work.ledger.enter(block.numbers, Use.METADATA)
        return True
    return False


def _parts(work: Work, left: dict[int, list[Block]]) -> None:
    pending: list[Block] = []
    parts = work.outlined.parts
    for at, part in enumerate(parts):
        if isinstance(part, RawSection):
            section(work, part, pending)
            pending = []
            continue
        rest = left.get(at, work.unexported.get(at, part.blocks))
        if part.name == "instructions" and _before_section(work, at):
            pending += rest
            continue
        if part.name == "objectives":
            rest = objectives(work, rest)
        elif part.name == "concepts":
            work.concepts += concept_parts.concepts(rest, work.make)
        elif part.name == "matrix":
            work.relations += rest
        elif part.name == "terms":
            rest = terms(work, part, rest)
        contains = not rest and bool(part.heading) and _holds_guides(work, part, at, left)
        prose(work, part, rest, understood=at in left or contains)


def _before_section(work: Work, at: int) -> bool:
    """Tell whether the next part that has anything is a section."""
    later = islice(work.outlined.parts, at + 1, at + 1 + _FAR)
    return isinstance(next((one for one in later if isinstance(one, RawSection) or one.blocks), None), RawSection)


def _holds_guides(work: Work, part: RawPart, at: int, left: dict[int, list[Block]]) -> bool:
    """Tell whether a heading without text only holds parts that were understood as a whole."""
    below = 0
    for later, one in enumerate(islice(work.outlined.parts, at + 1, at + 1 + _FAR), at + 1):
        if one.level <= part.level:
            break
        if isinstance(one, RawSection) or left.get(later, work.unexported.get(later, one.blocks)):
            return bool(part.name)
        below += 1
    return below > 0


def _settled(work: Work) -> Reading:
    sweep(work)
    lesson = lesson_of(work)
    for agreement in agreements(lesson):
        if not agreement.agrees:
            said = work.outlined.claimed.get(agreement.name) or work.outlined.claimed.get(
                agreement.name.partition(": ")[0]
            )
            message = f"the document says {agreement.name} {agreement.claimed}, and {agreement.found} were found"
            work.report(
                COUNT,
                said[1] if said else (1,),
                message,
                "look at what was kept as prose, or correct the document's count",
            )
    account = settle(work.ledger, work.lines)
    order = sorted(work.found, key=lambda one: (one.span.start if one.span else 0, one.code.id))
    return Reading(lesson, account, tuple(order))
