"""A study document to a lesson, with an account of its lines: the stages in their order.

Lines → blocks → outline → items, guides, terms and prose. Whatever none of them took is kept as prose where it stood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from deckforge.intake import draft
from deckforge.intake.documents import concepts as concept_parts
from deckforge.intake.documents import exports, values
from deckforge.intake.documents.account import Account, Ledger, Use, settle
from deckforge.intake.documents.answers import apart, each_points
from deckforge.intake.documents.blocks import Block, blocks
from deckforge.intake.documents.claimed import agreements
from deckforge.intake.documents.codes import CHAT, COMMENT, COUNT, KEPT, REFERENCE, ROW
from deckforge.intake.documents.dialect import definitions
from deckforge.intake.documents.exports import short_form
from deckforge.intake.documents.frame import unframed, unwrapped
from deckforge.intake.documents.guides import GUIDES, Guides, overview, read_guide
from deckforge.intake.documents.items import build
from deckforge.intake.documents.labels import DOCUMENT, label_of, normal
from deckforge.intake.documents.maker import Maker
from deckforge.intake.documents.raw import Outline, RawPart, RawSection
from deckforge.intake.documents.scan import outline
from deckforge.intake.documents.structures import lines_of
from deckforge.intake.documents.titles import lesson_title
from deckforge.model.course import SectionKind
from deckforge.model.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deckforge.diagnostics import Code, Diagnostic

_SECTIONS = {"cards": SectionKind.FLASHCARDS, "quiz": SectionKind.QUIZ, "problems": SectionKind.PROBLEMS}
_WORDS = {"cards": "Card", "quiz": "Question", "problems": "Problem"}
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})\s*(?:markdown|md|text)?\s*$", re.IGNORECASE)
_CLOSE = re.compile(r"^\s*(`{3,}|~{3,})\s*$")
_EXPECTED = frozenset({"critical", "instructions", "matrix", "concepts", "overview", "objectives", "terms", "export"})
"""Parts that are prose by their nature, or whose prose was read besides."""
_FAR = 100
"""Parts that are looked ahead."""
KEPT_HEADING = "Also in the source"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was made of a document."""

    lesson: draft.Lesson
    account: Account
    diagnostics: tuple[Diagnostic, ...]


def read_document(text: str, name: str) -> Reading:
    """Return the lesson of a document's text (with plain line ends), the account of its lines, what is to be told."""
    return _Reader(text, name).read()


class _Reader:
    """Reads one document."""

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

    def read(self) -> Reading:
        """Return what is made of it."""
        front, framed = unframed(self.lines, self.ledger)
        lines = unwrapped(framed)
        defined = definitions(lines)
        self.make = Maker(self.ledger, defined, self._report)
        self.ledger.enter(defined.lines, Use.METADATA)
        held = set(defined.lines)
        found = [
            block
            for block in blocks(lines)
            if not (block.kind == "text" and block.first in held and len(block.lines) == 1)
        ]
        self.outlined = outline(found)
        for key, said in front.items():
            self._of_front_matter(key, said)
        self.ledger.enter(self.outlined.marks, Use.METADATA)
        for title in self.outlined.parts:
            self.ledger.enter(lines_of(title.heading), Use.METADATA)
        self.guides.items = self.outlined.items
        self._distributions()
        apart(self.outlined, self.ledger)
        each_points(self.outlined)
        left = self._parts_before()
        self._sections()
        self._exports()
        self._parts(left)
        self._attach()
        self._talk()
        return self._settled()

    def _report(self, code: Code, lines: Iterable[int], message: str, fix: str = "") -> None:
        numbers = [line for line in lines if 0 < line < len(self.starts)] or [1]
        first, last = min(numbers), max(numbers)
        # The first line alone: a place of forty lines shows nobody where to look.
        end = self.starts[first] - 1 if last > first else self.starts[last] - 1
        span = Span(self.name, self.starts[first - 1], max(self.starts[first - 1], min(end, len(self.source))))
        self.found.append(code.at(span, message, fix=fix))

    def _of_front_matter(self, key: str, said: tuple[str, tuple[int, ...]]) -> None:
        name = DOCUMENT.get(normal(key), "")
        if name:
            self.outlined.meta.setdefault(name, said)
        else:
            self.outlined.claimed.setdefault(key, said)

    def _distributions(self) -> None:
        """Take what a document counts of itself outside of its head: `**Distribution:**` in the instructions."""
        for part in self.outlined.parts:
            found = part.intro if isinstance(part, RawSection) else part.blocks
            for at, block in enumerate(found):
                following = found[at + 1] if at + 1 < len(found) else None
                label = label_of(block.text) if block.kind == "text" else None
                if label is None or not label.bold or "distribution" not in label.name:
                    continue
                below = (
                    " | ".join(entry.text for entry in following.entries)
                    if following and following.kind == "list"
                    else ""
                )
                self.outlined.claimed.setdefault(label.words, (label.rest or below, block.numbers))

    def _parts_before(self) -> dict[int, list[Block]]:
        """Read the parts that give values to items; return by part what is left of it."""
        left: dict[int, list[Block]] = {}
        word = self._word()
        for at, part in enumerate(self.outlined.parts):
            if not isinstance(part, RawPart):
                continue
            if part.name == "overview":
                left[at] = [
                    block
                    for block in part.blocks
                    if not (overview(block, self.make, self.guides, word) or self._contents(block))
                ]
            elif (part.name in GUIDES and self.outlined.items) or part.name == "connections":
                left[at] = read_guide(part.name, part.blocks, self.make, self.guides, word)
        return left

    def _word(self) -> str:
        kinds = [section.kind for section in self.outlined.sections if section.items]
        return _WORDS[kinds[0]] if kinds else _WORDS.get(self.outlined.kind, "")

    def _contents(self, block: Block) -> bool:
        """Tell whether a list is a table of contents: links to headings that are there."""
        if block.kind != "list":
            return False
        lines = [line for entry in block.entries for _, line in entry.lines if line.strip()]
        if all(re.match(r"^\s*(?:[-*+]|\d+\.)?\s*\[[^\]]+\]\(#[^)]*\)\s*$", line) for line in lines):
            self.ledger.enter(block.numbers, Use.METADATA)
            return True
        return False

    # Items

    def _sections(self) -> None:
        made: dict[int, list[draft.Item]] = {}
        for section in self.outlined.sections:
            made[id(section)] = [build(item, self.make) for item in section.items]
        self.built = made

    def _exports(self) -> None:
        """Give each card the row of an export that asks the same; rows that nobody asks stay prose."""
        cards = [
            item for section in self.outlined.sections if section.kind == "cards" for item in self.built[id(section)]
        ]
        unmatched: dict[int, list[Block]] = {}
        for at, part in enumerate(self.outlined.parts):
            if not isinstance(part, RawPart) or part.name != "export":
                continue
            rest = []
            for block in part.blocks:
                rows = exports.rows_of(block)
                if rows and not self.outlined.items:
                    self._cards(rows, block)
                    continue
                if not rows or not cards:
                    rest.append(block)
                    continue
                told: set[int] = set()
                for row, to in zip(rows, exports.match(rows, cards), strict=True):
                    if to is None:
                        message = f"no card asks “{row.front[:60]}”"
                        self._report(ROW, (row.line,), message, "make a card of it, or take it out")
                        continue
                    cards[to], whole = short_form(cards[to], row, self.make)
                    self.ledger.enter((row.line,), Use.FIELD)
                    if whole:
                        told.add(row.line)
                self.ledger.enter(block.numbers, Use.METADATA)
                if len(told) < len(rows):  # under their head, what is said in other words, or by no card
                    rest.append(replace(block, lines=tuple(line for line in block.lines if line[0] not in told)))
            unmatched[at] = rest
        self.unexported = unmatched
        replaced = iter(cards)
        for section in self.outlined.sections:
            if section.kind == "cards":
                self.built[id(section)] = [next(replaced) for _ in self.built[id(section)]]

    def _cards(self, rows: Sequence[exports.Row], block: Block) -> None:
        """Make cards of an export that stands alone."""
        self.ledger.enter(block.numbers, Use.METADATA)
        self.ledger.enter([row.line for row in rows], Use.FIELD)
        items = tuple(exports.made_of(row, self.make) for row in rows)
        self.content.append((block.first, draft.Section(kind=SectionKind.FLASHCARDS, items=items, lines=block.numbers)))

    # Parts

    def _parts(self, left: dict[int, list[Block]]) -> None:
        pending: list[Block] = []
        parts = self.outlined.parts
        for at, part in enumerate(parts):
            if isinstance(part, RawSection):
                self._section(part, pending)
                pending = []
                continue
            rest = left.get(at, self.unexported.get(at, part.blocks))
            if part.name == "instructions" and self._before_section(at):
                pending += rest
                continue
            if part.name == "objectives":
                rest = self._objectives(rest)
            elif part.name == "concepts":
                self.concepts += concept_parts.concepts(rest, self.make)
            elif part.name == "matrix":
                self.relations += rest
            elif part.name == "terms":
                rest = self._terms(part, rest)
            contains = not rest and bool(part.heading) and self._holds_guides(part, at, left)
            self._prose(part, rest, understood=at in left or contains)

    def _before_section(self, at: int) -> bool:
        """Tell whether the next part that has anything is a section."""
        later = islice(self.outlined.parts, at + 1, at + 1 + _FAR)
        return isinstance(next((one for one in later if isinstance(one, RawSection) or one.blocks), None), RawSection)

    def _holds_guides(self, part: RawPart, at: int, left: dict[int, list[Block]]) -> bool:
        """Tell whether a heading without text only holds parts that were understood as a whole."""
        below = 0
        for later, one in enumerate(islice(self.outlined.parts, at + 1, at + 1 + _FAR), at + 1):
            if one.level <= part.level:
                break
            if isinstance(one, RawSection) or left.get(later, self.unexported.get(later, one.blocks)):
                return bool(part.name)
            below += 1
        return below > 0

    def _section(self, raw: RawSection, pending: list[Block]) -> None:
        items = self.built[id(raw)]
        intro = [*pending, *raw.intro]
        full = [block for block in intro if block.kind != "rule"]
        if not items:
            if full or pending:
                title = raw.heading[0].title if raw.heading else "Instructions"
                self._prose(RawPart("instructions", raw.level, raw.heading, title), intro, understood=True)
            return
        points = values.points_in(raw.meta["points"][0]) if "points" in raw.meta else None
        lines = lines_of(raw.heading)
        first = lines[0] if lines else items[0].lines[0] if items[0].lines else 1
        text = self.make.text(intro) if full else ""
        self.ledger.enter(lines_of(intro), Use.METADATA)
        self.content.append(
            (
                first,
                draft.Section(
                    kind=_SECTIONS[raw.kind],
                    title=raw.title,
                    instructions=text,
                    points=points,
                    items=tuple(items),
                    lines=(*lines, *lines_of(full)),
                ),
            )
        )

    def _objectives(self, rest: list[Block]) -> list[Block]:
        kept = []
        for block in rest:
            if block.kind == "list":
                for entry in block.entries:
                    text = self.make.text(
                        blocks(
                            [(entry.lines[0][0], re.sub(r"^\[[ xX]?\]\s*", "", entry.lines[0][1])), *entry.lines[1:]]
                        )
                    )
                    self.objectives.append(text)
                self.ledger.enter(block.numbers, Use.METADATA)
            elif block.kind == "rule" or (block.kind == "text" and block.text.rstrip("* ").endswith((":", "to"))):
                self.ledger.enter(block.numbers, Use.METADATA)
            else:
                kept.append(block)
        return kept

    def _terms(self, part: RawPart, rest: list[Block]) -> list[Block]:
        made, kept = concept_parts.terms(rest, self.make)
        if made:
            first = part.heading[0].first if part.heading else made[0].lines[0]
            full = [block for block in kept if block.kind != "rule"]
            instructions = self.make.text(full) if full else ""
            self.content.append(
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

    def _prose(self, part: RawPart, rest: Sequence[Block], *, understood: bool) -> None:
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
                self.ledger.enter(lines_of(found), Use.METADATA)
                continue
            text = self.make.prose(found)
            title = (part.title if heading is pieces[0][0] else heading.title) if heading else ""
            level = max(2, min(6, heading.level)) if heading and heading.kind == "heading" else 2
            lines = (*(heading.numbers if heading else ()), *lines_of(full))
            if heading:
                self.ledger.enter(heading.numbers, Use.PROSE)
            shown = self.make.words(re.sub(r"\s*\{[^}]*\}\s*$", "", title), ()).replace("\n", " ")
            self.content.append(
                (lines[0] if lines else 1, draft.Prose(text=text, heading=shown, level=level, lines=lines))
            )
            self._told(part, heading, lines, full)

    def _told(self, part: RawPart, heading: Block | None, lines: tuple[int, ...], full: Sequence[Block]) -> None:
        """Tell of prose in a document that is made of items, unless it is the kind of part that is prose."""
        if not full or not self.outlined.items or self.outlined.kind in ("map", "notes") or part.name in _EXPECTED:
            return
        if (
            not part.heading
            and lines
            and lines[0] < min((item.marks[0] for item in self.outlined.items if item.marks), default=0)
            and not heading
        ):
            return  # the words below a document's title
        what = f"“{heading.title[:60]}”" if heading else "this"
        self._report(
            KEPT, lines, f"{what} is no item and no guide, and was kept as prose", "look whether it should be an item"
        )

    # The whole

    def _attach(self) -> None:
        """Give the guides to the last section that has items, and tell of items they name that are not there."""
        guides = self.guides
        places = [
            at
            for at, (_, part) in enumerate(self.content)
            if isinstance(part, draft.Section) and part.kind is not SectionKind.TERMS
        ]
        if not places:
            return
        at = places[-1]
        first, section = self.content[at]
        assert isinstance(section, draft.Section)
        self.content[at] = (
            first,
            replace(
                section,
                performance=tuple(guides.performance),
                review=tuple(guides.review),
                checklist=tuple(guides.checklist),
                progression=tuple(guides.progression),
                source_mapping=tuple(guides.source_mapping),
                schedule=tuple(guides.schedule),
            ),
        )
        own = {item.label for item in self.outlined.items}
        words = {label.partition(" ")[0] for label in own if label}
        advice = (*guides.review, *guides.checklist, *guides.progression, *guides.source_mapping)
        rows = [*((row.labels, row.lines) for row in advice), *((row.labels, row.lines) for row in guides.schedule)]
        for labels, lines in rows:
            for label in labels:
                if label.partition(" ")[0] in words and label not in own:
                    self._report(
                        REFERENCE,
                        lines,
                        f"there is no {label} in this document",
                        "correct the number, or leave the words",
                    )

    def _talk(self) -> None:
        """Tell of words around the document, and keep its comments."""
        chat = [block for block in self.outlined.chat if block.kind != "footer"]
        if chat:
            self.ledger.enter(lines_of(chat), Use.CHAT)
            for block in chat:
                self._report(
                    CHAT, block.numbers, f"“{block.text.strip()[:60]}” is not of the document, and was left out"
                )
        for block in self.outlined.comments:
            self._report(
                COMMENT, block.numbers, "this comment was kept as words", "take it out, if nobody should read it"
            )
            text = self.make.prose(
                [Block("text", tuple((number, line.strip()) for number, line in block.lines if line.strip()))]
            )
            self.content.append((block.first, draft.Prose(text=text, heading="", lines=block.numbers)))

    def _sweep(self) -> None:
        """Keep every line that nothing used, in runs, where it stood."""
        missing = settle(self.ledger, self.lines).missing
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
            found = blocks([self.lines[number - 1] for number in run])
            kept = [block for block in found if block.kind not in ("open", "close", "note")] or [
                Block("text", tuple(self.lines[number - 1] for number in run))
            ]
            self.ledger.enter(run, Use.METADATA)
            text = self.make.prose(kept)
            if text:
                self.ledger.enter(run, Use.PROSE)
                self._report(
                    KEPT,
                    run,
                    "this found no place in an item or a guide, and was kept as prose",
                    "look whether it should be an item",
                )
                self.content.append((run[0], draft.Prose(text=text, heading="", lines=tuple(run))))

    def _settled(self) -> Reading:
        self._sweep()
        lesson = self._lesson()
        for agreement in agreements(lesson):
            if not agreement.agrees:
                said = self.outlined.claimed.get(agreement.name) or self.outlined.claimed.get(
                    agreement.name.partition(": ")[0]
                )
                message = f"the document says {agreement.name} {agreement.claimed}, and {agreement.found} were found"
                self._report(
                    COUNT,
                    said[1] if said else (1,),
                    message,
                    "look at what was kept as prose, or correct the document's count",
                )
        account = settle(self.ledger, self.lines)
        order = sorted(self.found, key=lambda one: (one.span.start if one.span else 0, one.code.id))
        return Reading(lesson, account, tuple(order))

    def _lesson(self) -> draft.Lesson:
        said: Outline = self.outlined
        meta = {name: values.plain(value) for name, (value, _) in said.meta.items()}
        for _, lines in (*said.meta.values(), *said.claimed.values()):
            self.ledger.enter(lines, Use.METADATA)
        content = _ordered(self.content)
        content = self._timed(content, meta.get("minutes", ""))
        title = meta.get("title") or lesson_title(said.title) or re.sub(r"\.\w+$", "", self.name.rpartition("/")[2])
        objectives = (*self.objectives, *(values.several(meta["objectives"]) if "objectives" in meta else ()))
        return draft.Lesson(
            title=values.plain(title),
            origin=self.name,
            description=meta.get("description", ""),
            source=meta.get("source", ""),
            subject=meta.get("subject", ""),
            generated=meta.get("generated", ""),
            tags=values.tags(meta.get("tags", "")),
            objectives=objectives,
            requires=values.several(meta.get("requires", "")),
            connections=tuple(self.guides.connections),
            concepts=concept_parts.related(self.relations, self.concepts),
            content=content,
            claimed={name: value for name, (value, _) in said.claimed.items()},
            lines=tuple(sorted({line for line, use in self.ledger.uses.items() if use is Use.METADATA})),
        )

    def _timed(
        self, content: tuple[draft.Prose | draft.Section, ...], said: str
    ) -> tuple[draft.Prose | draft.Section, ...]:
        """Give the time of the whole to its one section; of several, to the words of the first."""
        time = values.minutes(said) if said else None
        sections = [part for part in content if isinstance(part, draft.Section) and part.kind is not SectionKind.TERMS]
        if not sections or not said:
            return content
        first = sections[0]
        needed = sum(item.minutes.low for item in first.items if item.minutes)
        if len(sections) == 1 and time and needed <= time.high:
            timed = replace(first, minutes=time)
        else:
            words = f"**Estimated time:** {said}"
            timed = replace(first, instructions=f"{first.instructions}\n\n{words}".strip())
        return tuple(timed if part is first else part for part in content)


def _ordered(content: Sequence[tuple[int, draft.Prose | draft.Section]]) -> tuple[draft.Prose | draft.Section, ...]:
    """Return the parts in the order of the document; prose without a heading goes below the heading before it."""
    made: list[draft.Prose | draft.Section] = []
    for _, part in sorted(content, key=lambda each: each[0]):
        if isinstance(part, draft.Prose) and not part.heading and made:
            before = made[-1]
            if isinstance(before, draft.Prose):
                made[-1] = replace(
                    before, text=f"{before.text}\n\n{part.text}".strip(), lines=(*before.lines, *part.lines)
                )
            else:
                made.append(replace(part, heading=KEPT_HEADING, level=2))
        elif isinstance(part, draft.Prose) and (not made or isinstance(made[-1], draft.Section)):
            made.append(replace(part, level=2))
        else:
            made.append(part)
    return tuple(made)
