"""A study document to a lesson, with an account of its lines: the stages in their order.

Lines → blocks → outline → items, guides, terms and prose. Whatever none of them took is kept as prose where it stood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deckforge.intake import draft
from deckforge.intake.documents import concepts as concept_parts
from deckforge.intake.documents import exports, values
from deckforge.intake.documents.account import Account, Ledger, Use, settle
from deckforge.intake.documents.blocks import Block, blocks, cells
from deckforge.intake.documents.claimed import agreements
from deckforge.intake.documents.codes import CHAT, COMMENT, COUNT, KEPT, REFERENCE, ROW
from deckforge.intake.documents.dialect import definitions, joined
from deckforge.intake.documents.guides import GUIDES, Guides, labels_in, overview, read_guide, word_of
from deckforge.intake.documents.items import Maker, build
from deckforge.intake.documents.keys import run_of_keys
from deckforge.intake.documents.labels import DOCUMENT, label_of, normal, of_name
from deckforge.intake.documents.outline import outline
from deckforge.intake.documents.raw import Outline, RawPart, RawSection
from deckforge.intake.documents.structures import cell, lines_of
from deckforge.intake.documents.titles import lesson_title
from deckforge.model.course import SectionKind
from deckforge.model.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deckforge.diagnostics import Code, Diagnostic
    from deckforge.intake.documents.raw import RawItem

_SECTIONS = {"cards": SectionKind.FLASHCARDS, "quiz": SectionKind.QUIZ, "problems": SectionKind.PROBLEMS}
_WORDS = {"cards": "Card", "quiz": "Question", "problems": "Problem"}
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})\s*(?:markdown|md|text)?\s*$", re.IGNORECASE)
_CLOSE = re.compile(r"^\s*(`{3,}|~{3,})\s*$")
_EXPECTED = frozenset({"critical", "instructions", "matrix", "concepts", "overview", "objectives", "terms", "export"})
"""Parts that are prose by their nature, or whose prose was read besides."""
KEPT_HEADING = "Also in the source"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was made of a document."""

    lesson: draft.Lesson
    account: Account
    diagnostics: tuple[Diagnostic, ...]


def read_document(text: str, name: str) -> Reading:
    """Return the lesson of a document's text (with plain line ends), the account of its lines, and what is to be told."""
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
        front, lines = self._around(self.lines)
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
        self._answers()
        self._each_points()
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

    # What stands around the Markdown

    def _around(
        self, lines: list[tuple[int, str]]
    ) -> tuple[dict[str, tuple[str, tuple[int, ...]]], list[tuple[int, str]]]:
        """Take off the front matter, and a fence around the whole document; blank lines stand in their place."""
        full = [at for at, (_, line) in enumerate(lines) if line.strip()]
        out = list(lines)
        if not full:
            return {}, out
        opening = next(
            (
                at
                for at in full[:4]
                if re.match(r"^\s*(?:`{3,}|~{3,})\s*(?:markdown|md)\s*$", lines[at][1], re.IGNORECASE)
            ),
            None,
        )
        if opening is not None and not any(lines[at][1].lstrip().startswith("#") for at in full if at < opening):
            mark = lines[opening][1].strip()[0]
            closing = next(
                (
                    at
                    for at in reversed(full)
                    if at > opening and _CLOSE.match(lines[at][1]) and lines[at][1].strip()[0] == mark
                ),
                None,
            )
            fences = sum(1 for at in full if opening < at and re.match(r"^\s*(?:`{3,}|~{3,})", lines[at][1]))
            gone = [opening] if closing is None or not fences % 2 else [opening, closing]
            for at in gone:
                self.ledger.enter((lines[at][0],), Use.METADATA)
                out[at] = (lines[at][0], "")
            full = [at for at in full if at not in gone]
        front: dict[str, tuple[str, tuple[int, ...]]] = {}
        if full and out[full[0]][1].strip() == "---":
            front = self._front_matter(out, full[0])
        return front, out

    def _front_matter(self, lines: list[tuple[int, str]], first: int) -> dict[str, tuple[str, tuple[int, ...]]]:
        last = next(
            (at for at in range(first + 1, min(len(lines), first + 60)) if lines[at][1].strip() in ("---", "...")), None
        )
        if last is None:
            return {}
        said: dict[str, tuple[str, tuple[int, ...]]] = {}
        key = ""
        for at in range(first + 1, last):
            number, line = lines[at]
            pair = re.match(r"^([A-Za-z][\w -]*?)\s*:\s*(.*)$", line)
            entry = re.match(r"^\s*-\s+(.*)$", line)
            if pair:
                key = pair[1].replace("_", " ")
                said[key] = (pair[2].strip().strip("\"'").strip("[]"), (number,))
            elif entry and key:
                before, numbers = said[key]
                said[key] = (f"{before}, {entry[1].strip()}".lstrip(", "), (*numbers, number))
            elif line.strip():
                return {}
        if not said:
            return {}
        for at in range(first, last + 1):
            self.ledger.enter((lines[at][0],), Use.METADATA)
            lines[at] = (lines[at][0], "")
        return said

    def _of_front_matter(self, key: str, said: tuple[str, tuple[int, ...]]) -> None:
        name = DOCUMENT.get(normal(key), "")
        if name:
            self.outlined.meta.setdefault(name, said)
        else:
            self.outlined.claimed.setdefault(key, said)

    def _distributions(self) -> None:
        """Take what a document counts of itself outside of its head: `**Question Distribution:**` in the instructions."""
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

    # Answers, points and values that stand apart from their items

    def _answers(self) -> None:
        """Give the items the answers of a key that is a table, or a line of letters."""
        for part in self.outlined.parts:
            if not isinstance(part, RawPart) or part.name not in ("key", "solutions"):
                continue
            rest = []
            for block in part.blocks:
                if block.kind == "table" and self._key_table(block):
                    self.ledger.enter(block.numbers, Use.METADATA)
                elif (
                    block.kind == "text" and (keys := run_of_keys(values.plain(block.text))) and self._keys(keys, block)
                ):
                    self.ledger.enter(block.numbers, Use.FIELD)
                else:
                    rest.append(block)
            part.blocks = rest

    def _numbered(self, number: int, field: str) -> RawItem | None:
        same = [item for item in self.outlined.items if item.number == number]
        return next((item for item in same if not item.has(field)), same[-1] if same else None)

    def _keys(self, keys: Sequence[tuple[int, str]], block: Block) -> bool:
        items = [(self._numbered(number, "key"), letters) for number, letters in keys]
        if any(item is None for item, _ in items):
            return False
        for item, letters in items:
            if item is not None:
                item.parts.setdefault("key", []).append(Block("text", ((block.first, letters),)))
        return True

    def _key_table(self, block: Block) -> bool:
        head, rows = cells(block)
        names = [of_name(name) for name in head]
        numbered = next(
            (
                at
                for at, name in enumerate(head)
                if normal(name)
                in ("question", "q", "no", "number", "item", "problem", "question no", "question number")
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
        if any(digits is None or self._numbered(int(digits[0]), "key") is None for _, _, digits in wanted):
            return False
        for number, row, digits in wanted:
            assert digits is not None
            item = self._numbered(int(digits[0]), "key" if names[answer].part != "solution" else "solution")
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

    def _each_points(self) -> None:
        """Make what a section's heading says of points what each of its items is worth; a sum is divided if it can be."""
        for section in self.outlined.sections:
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
                self.outlined.claimed.setdefault(f"Points of {section.title or section.kind}", (str(points), said[1]))
            else:
                del section.meta["points"]
                self.outlined.claimed.setdefault(f"Points of {section.title or section.kind}", (str(points), said[1]))

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
                if not rows or not cards:
                    rest.append(block)
                    continue
                matched = exports.match(rows, cards)
                lost = [row for row, to in zip(rows, matched, strict=True) if to is None]
                for row, to in zip(rows, matched, strict=True):
                    if to is not None:
                        cards[to] = self._short(cards[to], row)
                self.ledger.enter(
                    [number for number in block.numbers if number not in {row.line for row in lost}], Use.METADATA
                )
                self.ledger.enter([row.line for row in rows if row not in lost], Use.FIELD)
                if lost:
                    lines = tuple(
                        block.lines[at]
                        for at, (number, _) in enumerate(block.lines)
                        if at in (0, len(block.lines) - 1) or number in {row.line for row in lost}
                    )
                    rest.append(Block("code", lines, title=block.title))
                    for row in lost:
                        self._report(
                            ROW, (row.line,), f"no card asks “{row.front[:60]}”", "make a card of it, or take it out"
                        )
            unmatched[at] = rest
        self.unexported = unmatched
        replaced = iter(cards)
        for section in self.outlined.sections:
            if section.kind == "cards":
                self.built[id(section)] = [next(replaced) for _ in self.built[id(section)]]

    def _short(self, card: draft.Item, row: exports.Row) -> draft.Item:
        """Give a card its short form; what a second export says in other words stays beside it."""
        extra = dict(card.extra)
        front, back = self.make.words(row.front, ()), self.make.words(row.back, ())
        short, in_short = card.short_question, card.in_short
        same = {normal(values.plain(text)) for text in (card.front, card.title)}
        if not in_short and not short:
            short, in_short = ("" if normal(front) in same else front), back
        else:
            for name, text, known in (("Short question", front, short), ("In short", back, in_short)):
                if text and normal(text) != normal(known) and normal(text) not in same:
                    extra[self._free(f"{name}, as exported", extra)] = text
        tags = list(card.tags)
        for name, text in row.others:
            if name == "tags":
                tags += [tag for tag in values.tags(text) if tag not in tags]
            elif name == "difficulty" and card.difficulty is None:
                card = replace(card, difficulty=values.difficulty(text))
            elif name == "bloom" and not card.bloom:
                card = replace(card, bloom=values.bloom(text))
            elif name == "concept" and not card.concepts:
                card = replace(card, concepts=values.several(text, commas=False))
            elif not self._known(name, text, card):
                extra[self._free(f"{name.capitalize()}, as exported", extra)] = self.make.words(text, ())
        return replace(
            card, short_question=short, in_short=in_short, tags=tuple(tags), extra=extra, lines=(*card.lines, row.line)
        )

    @staticmethod
    def _free(name: str, extra: dict[str, str]) -> str:
        count, free = 2, name
        while free in extra:
            free, count = f"{name} ({count})", count + 1
        return free

    @staticmethod
    def _known(name: str, text: str, card: draft.Item) -> bool:
        match name:
            case "difficulty":
                return values.difficulty(text) == card.difficulty
            case "bloom":
                return bool(set(values.bloom(text)) & set(card.bloom))
            case "source":
                return normal(text) == normal(card.source)
            case "concept":
                return any(normal(text) in normal(concept) for concept in card.concepts)
        return False

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
            following = next(
                (later for later in parts[at + 1 :] if isinstance(later, RawSection) or later.blocks), None
            )
            if part.name == "instructions" and isinstance(following, RawSection):
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
            later = next((one for one in parts[at + 1 :]), None)
            contains = not rest and later is not None and later.level > part.level and bool(part.heading)
            self._prose(part, rest, understood=at in left or contains)

    def _section(self, raw: RawSection, pending: list[Block]) -> None:
        items = self.built[id(raw)]
        intro = [*pending, *raw.intro]
        full = [block for block in intro if block.kind != "rule"]
        if not items:
            if full or pending:
                self._prose(
                    RawPart("instructions", raw.level, raw.heading, raw.title or "Instructions"), intro, understood=True
                )
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
        wrote = False
        for heading, found in pieces:
            full = [block for block in found if block.kind != "rule"]
            if not full and (understood or part.name) and heading is pieces[0][0]:
                self.ledger.enter(lines_of(found), Use.METADATA)
                continue
            if not full and heading is None:
                self.ledger.enter(lines_of(found), Use.METADATA)
                continue
            text = self.make.prose(found)
            title = (part.title if heading is pieces[0][0] else heading.title) if heading else ""
            level = (
                2
                if not wrote and (heading is pieces[0][0] or part.name)
                else min(6, max(2, heading.level))
                if heading
                else 2
            )
            lines = (*(heading.numbers if heading else ()), *lines_of(full))
            if heading:
                self.ledger.enter(heading.numbers, Use.PROSE)
            shown = self.make.words(re.sub(r"\s*\{[^}]*\}\s*$", "", title), ()).replace("\n", " ")
            self.content.append(
                (lines[0] if lines else 1, draft.Prose(text=text, heading=shown, level=level, lines=lines))
            )
            wrote = True
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
        at = next(
            (
                index
                for index in range(len(self.content) - 1, -1, -1)
                if isinstance(self.content[index][1], draft.Section)
                and self.content[index][1].kind is not SectionKind.TERMS
            ),
            None,
        )  # type: ignore[union-attr]
        if at is None:
            return
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
        for row in (*guides.review, *guides.checklist, *guides.progression, *guides.source_mapping, *guides.schedule):
            for label in row.labels:
                if label.partition(" ")[0] in words and label not in own:
                    self._report(
                        REFERENCE,
                        row.lines,
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


__all__ = ["Reading", "joined", "labels_in", "read_document", "word_of"]
