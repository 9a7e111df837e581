"""Headings: titles of the document, of its parts and of items, or parts of an item, or headings of a text."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from deckforge.intake.documents import values
from deckforge.intake.documents.labels import heading_label, labels_of, of_name
from deckforge.intake.documents.options import is_option, option_list
from deckforge.intake.documents.raw import RawPart, RawSection
from deckforge.intake.documents.scan.state import ANSWERS, INTERRUPTS, KIND_OF, WORD_OF, State
from deckforge.intake.documents.titles import (
    cleaned,
    item_title,
    kind_of,
    lesson_title,
    level_of,
    part_of,
    section_title,
    untitled,
)

if TYPE_CHECKING:
    from deckforge.intake.documents.blocks import Block

_OF_ITEM = re.compile(
    r"^\W*(?P<part>worked solution|solution|answer|hints?|explanation|model answer|rubric|mistakes)s?"
    r"\s+(?:to|for|of)\s+(?P<item>(?:question|problem|card|exercise|q)\s*#?\d+)\b.*$",
    re.IGNORECASE,
)


def heading(state: State, block: Block) -> None:
    """Take a heading."""
    if _heading_of_item(state, block) or _heading_in_item(state, block):
        return
    title = block.title
    part = part_of(title)
    if (
        not state.headed
        and state.item is None
        and state.part is None
        and (block.level == 1 or kind_of(title))
        and (block.level == 1 or not part)
    ):
        state.entitle(block)
        return
    if not state.headed and not state.outline.title and kind_of(title) and lesson_title(title) != title:
        state.entitle(block)
        return
    state.headed = True
    open_part = state.part if isinstance(state.part, RawPart) else None
    if (
        open_part
        and open_part.name in ANSWERS
        and block.level > open_part.level
        and part in ("quiz", "problems", "cards", "level")
    ):
        state.item, state.subkey = None, cleaned(title)
        state.outline.marks.extend(block.numbers)
        return
    state.item, state.field = None, ""
    if (
        open_part
        and open_part.name in ("concepts", "matrix", "terms", "objectives")
        and block.level > open_part.level
        and (
            part not in INTERRUPTS
            and (not part or part not in ("terms", "objectives", "cards", "quiz") or block.level > open_part.level + 1)
        )
    ):
        open_part.blocks.append(block)
        return
    if part in WORD_OF or part == "level":
        section(state, block, part)
    elif part:
        state.subkey = ""
        state.open_part(RawPart(part, block.level, (block,), title))
    elif not _bare_item(state, block):
        if open_part and open_part.name and block.level > open_part.level:
            open_part.blocks.append(block)
        else:
            state.open_part(RawPart("", block.level, (block,), title))


def _heading_of_item(state: State, block: Block) -> bool:
    """Open an item that a heading names: a new one, or in an answer key the one that is there."""
    of_item = _OF_ITEM.match(block.title)
    if of_item and (named := item_title(of_item["item"])):
        existing = state.existing(named)
        label = of_name(of_item["part"])
        if existing and label.part:
            state.reopen(existing, block, state.renamed(existing, label.part))
            return True
    found = item_title(block.title)
    if found is None:
        return False
    state.headed = True
    existing = state.existing(found)
    if existing is not None:
        label = of_name(found.title)
        if label.part in ("answer", "solution", "hints", "hint", "explanation", "model", "rubric") and label.name:
            state.reopen(existing, block, state.renamed(existing, label.part))
            return True
        if isinstance(state.part, RawPart) and state.part.name in ANSWERS:
            state.reopen(existing, block, state.renamed(existing, ANSWERS[state.part.name]))
            state.retitle(existing, found)
            return True
    state.new_item(found, block.level, block)
    return True


def _heading_in_item(state: State, block: Block) -> bool:
    """Take a heading that belongs to the open item: a part of it, its title, or a heading of its text."""
    item = state.item
    if item is None:
        return False
    part = part_of(block.title)
    deeper = block.level > state.level
    label = heading_label(block.title)
    if not deeper and part in ANSWERS and _answers_below(state):
        return False
    if label and (deeper or (block.level == state.level and part not in ("key", "solutions"))):
        if part in INTERRUPTS and part != "key" and not (deeper and label.part in ("rubric", "hints")):
            return False
        if state.accept(label, block, heading=True):
            return True
    if not deeper or part in INTERRUPTS:
        return False
    if not item.title and not item.parts and not item.hints and state.field == "" and not label:
        title = untitled(block.title, item.word)
        item.title = title.title or block.title
        for name, value in title.meta.items():
            item.meta.setdefault(name, (value, block.numbers))
        item.marks.extend(block.numbers)
        return True
    state.content(block)
    return True


def _answers_below(state: State) -> bool:
    """Tell whether the next heading names an item that is there: what begins here is for all of them."""
    heading = next((block for block in islice(state.queue, 200) if block.kind == "heading"), None)
    found = item_title(heading.title) if heading else None
    return found is not None and found.number in state.numbered


def section(state: State, block: Block, part: str) -> None:
    """Open a section that holds items."""
    title = block.title
    kind = part
    if part == "level":
        kind = (
            state.section.kind
            if state.section and state.section.level < block.level
            else KIND_OF.get(state.word, "cards")
        )
    elif state.outline.kind == "problems" and part == "quiz" and "question" not in cleaned(title):
        kind = "problems"
    elif state.outline.kind == "quiz" and part == "problems" and "problem" not in cleaned(title):
        kind = "quiz"
    above = state.section if state.section and state.section.level < block.level and not state.section.items else None
    section = RawSection(kind, block.level, (block,), section_title(title, kind))
    lines = block.numbers
    if level := level_of(title):
        section.meta["difficulty"] = (level, lines)
    if (asked := values.kind_in(title)) and kind == "quiz":
        section.meta["type"] = (asked, lines)
    if (problem := values.problem_type(re.sub(r"\(.*", "", title))) and kind == "problems":
        section.meta["type"] = (problem.value, lines)
    if values.points_in(title) is not None:
        section.meta["points"] = (title, lines)
    if above is not None:
        section.meta = {**above.meta, **section.meta}
    state.outline.parts.append(section)
    state.part = state.section = section
    state.word = WORD_OF[kind]


def _bare_item(state: State, block: Block) -> bool:
    """Open an item whose heading has no word for it: `### 3. Why?`, or a title with answers below, in a section."""
    section = state.section
    if section is None or state.part is not section or block.level <= section.level:
        return False
    word = WORD_OF[section.kind]
    found = item_title(block.title, word=word)
    if found is None:
        if not _answered_below(state, block.level):
            return False
        found = untitled(block.title, word)
    state.new_item(found, block.level, block)
    return True


def _answered_below(state: State, level: int) -> bool:
    """Tell whether what stands below a heading, up to the next of its level, looks like an item."""
    for block in islice(state.queue, 120):
        if block.kind == "heading":
            if block.level <= level:
                return False
            label = heading_label(block.title)
            if label and label.part in (
                "front",
                "back",
                "answer",
                "solution",
                "hint",
                "hints",
                "explanation",
                "model",
            ):
                return True
        elif block.kind == "open":
            return True
        elif block.kind == "text":
            if any(
                one.part in ("front", "back", "answer", "solution", "options", "model", "hint")
                for one in labels_of(block.text)
            ):
                return True
            if is_option(block.text):
                return True
        elif block.kind == "list" and option_list(block):
            return True
    return False
