"""Lists and quotes: items, options, answers, labels, or part of a text."""

from __future__ import annotations

import re

from deckforge.intake.documents.blocks import Block, blocks
from deckforge.intake.documents.labels import Label, label_of, labels_of
from deckforge.intake.documents.options import is_option, option_list
from deckforge.intake.documents.raw import RawItem, RawPart, RawSection
from deckforge.intake.documents.scan.opening import asked_as, opens, takes, written
from deckforge.intake.documents.scan.state import ANSWERS, WORD_OF, State
from deckforge.intake.documents.titles import ItemTitle

_ENTRY = re.compile(
    r"^(?:\*\*|__)?(?:(?:question|problem|q|card)\s*)?#?(?P<number>\d{1,4})\s*(?:[.):：\]|–—-]|(?=\*\*))+\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"^\s*> ?")


def listed(state: State, block: Block) -> None:
    """Take a list."""
    item = state.item
    first = block.entries[0] if block.entries else None
    if first is None:
        state.content(block)
        return
    if item is not None and item.listed and _numbered_items(state, block):
        return
    if item is None:
        _list_outside(state, block)
        return
    if item.word == "question" and state.field in ("", "front", "options") and _option_list(state, block, item):
        return
    if _labelled(state, block):
        return
    state.content(block)


def _list_outside(state: State, block: Block) -> None:
    part = state.part
    if part is None:
        if all(
            len(entry.lines) == 1 and (label_of(entry.lines[0][1]) or Label("", "")).name for entry in block.entries
        ):
            for entry in reversed(block.entries):
                state.queue.appendleft(Block("text", entry.lines))
            return
        if state.word and _numbered_items(state, block):
            return
        state.content(block)
        return
    if isinstance(part, RawPart) and part.name in ANSWERS and _keyed(state, block):
        return
    if isinstance(part, RawSection):
        if _numbered_items(state, block):
            return
        labels = [label_of(entry.lines[0][1]) for entry in block.entries]
        if labels and labels[0] and labels[0].part == "front":
            for entry in reversed(block.entries):
                state.queue.extendleft(reversed(blocks(entry.lines)))
            return
    state.content(block)


def _numbered_items(state: State, block: Block) -> bool:
    """Take the entries of a numbered list in a section as items, where they ask or are answered."""
    section = state.section if isinstance(state.part, RawSection) else None
    word = WORD_OF[section.kind] if section else state.word
    numbered = all(entry.number is not None for entry in block.entries)
    if not word or not numbered:
        return False
    if state.item is not None and state.item.number is not None and block.entries[0].number != state.item.number + 1:
        return False
    if not any(asking(entry.text) for entry in block.entries) and state.item is None:
        return False
    if (
        state.item is None
        and word != "card"
        and not any("?" in entry.text or len(entry.lines) > 1 for entry in block.entries)
    ):
        return False
    first = block.entries[0].number or 0
    for at, entry in reversed(list(enumerate(block.entries))):
        inner = blocks(entry.lines)
        state.queue.extendleft(reversed(inner))
        state.queue.appendleft(Block("item", entry.lines[:1], level=first + at, title=word))
    return True


def _keyed(state: State, block: Block) -> bool:
    """Take the numbered entries of an answer key as what they say of the items of those numbers."""
    assert isinstance(state.part, RawPart)
    first = block.entries[0]
    queue: list[Block] = []
    for at, entry in enumerate(block.entries):
        match = _ENTRY.match(entry.lines[0][1])
        number = (
            int(match["number"])
            if match and entry.number is None
            else (first.number or 0) + at
            if entry.number is not None
            else None
        )
        if number is None or state.existing(ItemTitle("", number)) is None:
            return False
        lines = entry.lines
        if match and entry.number is None:
            lines = ((lines[0][0], match["rest"]), *lines[1:])
        queue.append(Block("answer", entry.lines[:1], level=number))
        queue.extend(blocks([line for line in lines if line[1].strip()]) if len(lines) == 1 else blocks(lines))
    state.queue.extendleft(reversed(queue))
    return True


def _option_list(state: State, block: Block, item: RawItem) -> bool:
    choice = asked_as(item) in ("choice", "truth")
    if written(item) and not option_list(block):
        return False
    plain = (
        (choice or state.field == "options")
        and 2 <= len(block.entries) <= 10
        and all(len(entry.lines) <= 3 and len(entry.text) < 400 for entry in block.entries)
    )
    if option_list(block) or (plain and item.has("front") | bool(item.title) and not item.has("options")):
        state.field = "options"
        item.parts.setdefault("options", []).append(block)
        return True
    return False


def _labelled(state: State, block: Block) -> bool:
    """Take the entries of a list that are labels of the item."""
    assert state.item is not None
    item = state.item
    labels = [label_of(entry.lines[0][1]) for entry in block.entries]
    known = [label for label in labels if label and label.known]
    first = labels[0]
    most = len(known) == len(labels) or (not item.parts and len(known) * 2 > len(labels))
    if first is None or not first.known or not most:
        return False
    may = bool(opens(state.field, first, item, heading=False)) or (
        bool(first.meta) and takes(state.field, first, item, heading=False)
    )
    if not may:
        return False
    for entry in reversed(block.entries):
        state.queue.extendleft(reversed(blocks(entry.lines)))
    return True


def indented(state: State, block: Block) -> None:
    """Take indented lines for the options of a question, where each is one; any other code is part of the text."""
    item = state.item
    lines = [(number, line.strip()) for number, line in block.lines if line.strip()]
    fenced = block.lines[0][1].lstrip().startswith(("```", "~~~"))
    asked = item is not None and item.word == "question" and state.field in ("", "front", "options")
    if asked and not fenced and len(lines) > 1 and all(is_option(line) for _, line in lines):
        state.queue.extendleft(reversed([Block("text", (line,)) for line in lines]))
    else:
        state.content(block)


def quoted(state: State, block: Block) -> None:
    """Take a quote for what it is, or, where it begins with a label or an option, for what stands in it."""
    inner = blocks(tuple((number, _QUOTE.sub("", line, count=1)) for number, line in block.lines))
    first = next((one for one in inner if one.kind == "text"), None)
    alert = re.match(r"^\s*>\s*\[!(\w+)\]\s*$", block.lines[0][1])
    if state.item is not None and first is not None and not alert:
        labels = labels_of(first.text)
        if labels and (
            opens(state.field, labels[0], state.item, heading=False)
            or (labels[0].meta and takes(state.field, labels[0], state.item, heading=False))
        ):
            state.queue.extendleft(reversed(inner))
            return
        if state.item.word == "question" and state.field in ("", "front", "options") and is_option(first.text):
            state.queue.extendleft(reversed(inner))
            return
    if (
        alert
        and alert[1].lower() == "tip"
        and state.item is not None
        and state.item.word != "card"
        and state.field in ("", "front", "tasks", "hint", "hints")
    ):
        state.item.hints.append(("", list(inner[1:])))
        state.item.marks.extend(block.numbers[:1])
        return
    if state.item is None and state.part is None and first is not None and _quoted_head(state, inner):
        return
    state.content(block)


def _quoted_head(state: State, inner: list[Block]) -> bool:
    texts = [one for one in inner if one.kind == "text"]
    if len(texts) != len(inner) or not all(labels_of(one.text) and labels_of(one.text)[0].rest for one in texts):
        return False
    state.queue.extendleft(reversed(inner))
    return True


def asking(text: str) -> bool:
    """Tell whether an entry of a list looks like an item: it asks, has options, or is answered."""
    lines = text.split("\n")
    return (
        "?" in text
        or any(is_option(line.strip()) for line in lines[1:])
        or any((label_of(line) or Label("", "")).part in ("front", "back", "answer", "solution") for line in lines)
    )
