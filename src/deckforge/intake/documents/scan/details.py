"""`<details>`, comments and rules: what encloses, notes and divides."""

from __future__ import annotations

import re

from deckforge.intake.documents.blocks import Block
from deckforge.intake.documents.labels import DOCUMENT, Label, heading_label, label_of, of_name
from deckforge.intake.documents.raw import RawPart, RawSection
from deckforge.intake.documents.scan.opening import opens
from deckforge.intake.documents.scan.state import ANSWERS, LINE, WORD_OF, State
from deckforge.intake.documents.titles import ItemTitle, item_title, part_of, untitled

_DIVIDES = re.compile(
    r"(?:\W|\d|card|flashcard|question|problem|section|page|part|item|start|end|begin|beginning|break|of)*",
    re.IGNORECASE,
)
"""A comment that only marks where something begins or ends."""
_VERB = re.compile(
    r"^(?:click|tap)?(?: here)?\s*(?:to|for)?\s*(?:show|reveal|view|see|expand|open|check|display|unhide|toggle)?"
    r"\s*(?:the|your|for)?\s+",
    re.IGNORECASE,
)


def opened(state: State, block: Block) -> None:
    """Take the opening of `<details>`: its summary is a label, the title of an item, or words."""
    state.stack.append((state.item, state.field))
    title = block.title
    label = of_name(_VERB.sub("", f"{title} ", count=1).strip() or title)
    if not label.known:
        label = heading_label(title) or of_name(_VERB.sub("", title))
    marks = state.item.marks if state.item else state.outline.marks
    found = item_title(title)
    if state.item is not None and not (
        found and state.item.level == LINE and found.number == (state.item.number or 0) + 1
    ):
        opened = label.part and opens(state.field, label, state.item, heading=True)
        if opened and opened != "text":
            state.open_field(
                opened,
                Label(label.name, label.rest, label.aside, label.number, bold=True),
                state.item,
                block,
                heading=opened == "hint",
            )
            return
        if label.part == "answer" and state.item.word == "question" and not state.item.has("key"):
            state.open_field("key", label, state.item, block, heading=False)
            return
        marks.extend(block.numbers)
        if title and not (label.part and label.part in (state.field, state.renamed(state.item, label.part))):
            state.content(Block("text", ((block.first, f"**{title.strip('*')}**"),)))
        return
    _open_outside(state, block, title, found)


def _open_outside(state: State, block: Block, title: str, found: ItemTitle | None) -> None:
    part = state.part
    if found is not None and isinstance(part, RawPart) and part.name in ANSWERS and (existing := state.existing(found)):
        state.reopen(existing, Block("text", block.lines, level=LINE), state.renamed(existing, ANSWERS[part.name]))
        return
    if found is not None or (isinstance(part, RawSection) and title):
        word = WORD_OF[part.kind] if isinstance(part, RawSection) else state.word or "card"
        item = state.new_item(
            found or untitled(re.sub(r"^[Qq]\s*[:.]\s*", "", title), word), LINE, Block("text", block.lines)
        )
        if item.title and item.word == "card":
            item.parts["front"] = [Block("text", ((block.lines[-1][0], item.title),))]
            item.title = ""
            state.field = "back"
        return
    opened = part_of(title)
    if opened in ANSWERS and state.outline.items:
        state.open_part(RawPart(opened, 6, (Block("text", block.lines),), title))
        return
    state.outline.marks.extend(block.numbers)
    if title:
        state.content(Block("text", ((block.first, f"**{title.strip('*')}**"),)))


def closed(state: State, block: Block) -> None:
    """Go back to what was open outside."""
    state.outline.marks.extend(block.numbers)
    if state.stack:
        item, field = state.stack.pop()
        if item is state.item and item is not None and field != state.field:
            state.field = field


def rule(state: State, block: Block) -> None:
    """Keep a rule inside a text; any other divides parts."""
    if state.item is not None and state.field and state.field not in ("options", "key", "hint", "hints"):
        state.content(block)
    elif state.item is None and isinstance(state.part, RawPart) and not state.part.name and state.part.blocks:
        state.part.blocks.append(block)
    else:
        state.outline.marks.extend(block.numbers)


def note(state: State, block: Block) -> None:
    """Take values out of a comment; any other comment is kept apart."""
    pieces = [piece for _, line in block.lines for piece in re.split(r"[;|]", line) if piece.strip()]
    labels = [label_of(piece.strip()) for piece in pieces]
    if labels and all(label and label.rest for label in labels):
        for label in labels:
            assert label is not None
            if state.item is not None and label.meta and label.meta not in state.item.meta:
                state.item.meta[label.meta] = (label.rest, block.numbers)
            elif state.item is None and label.name in DOCUMENT and DOCUMENT[label.name] not in state.outline.meta:
                state.outline.meta[DOCUMENT[label.name]] = (label.rest, block.numbers)
            else:
                break
        else:
            state.outline.marks.extend(block.numbers)
            return
    if any(line.strip() and not _DIVIDES.fullmatch(line) for _, line in block.lines):
        state.outline.comments.append(block)
    else:
        state.outline.marks.extend(block.numbers)
