"""Tables: of labels and values, of cards, of options, or part of a text."""

from __future__ import annotations

import re

from deckforge.intake.documents import values
from deckforge.intake.documents.blocks import Block, cells
from deckforge.intake.documents.labels import DOCUMENT, normal, of_name
from deckforge.intake.documents.options import option_table
from deckforge.intake.documents.raw import RawSection
from deckforge.intake.documents.scan.state import KIND_OF, LINE, WORD_OF, State
from deckforge.intake.documents.titles import ItemTitle


def table(state: State, block: Block) -> None:
    """Take a table."""
    item = state.item
    head, rows = cells(block)
    if item is None:
        if isinstance(state.part, RawSection) and _card_table(state, block, head, rows):
            return
        if state.part is None and _label_table(state, block, head, rows):
            return
        if state.part is None and state.word and len(head) > 1:
            section = RawSection(KIND_OF[state.word], 1)
            state.part = section
            if _card_table(state, block, head, rows):
                return
            state.part = None
        state.content(block)
        return
    if _label_table(state, block, head, rows):
        return
    if item.word == "question" and state.field in ("", "front", "options") and option_table(block):
        state.field = "options"
        item.parts.setdefault("options", []).append(block)
        return
    state.content(block)


def _label_table(state: State, block: Block, head: list[str], rows: list[tuple[int, list[str]]]) -> bool:
    """Take a table of two columns whose first names values or parts, or one of a single row below such names."""
    across = [of_name(cell, bold=True) for cell in head]
    if state.item is not None and len(rows) == 1 and not state.item.parts and all(label.meta for label in across):
        number, row = rows[0]
        state.outline.marks.extend(block.numbers)
        for label, value in zip(across, row, strict=True):
            if value:
                state.item.meta.setdefault(label.meta, (value, (number,)))
        return True
    if len(head) != 2:
        return False
    whole = [(block.lines[0][0], head), *rows]
    heading = normal(head[0]) in (
        "field",
        "property",
        "attribute",
        "key",
        "metadata",
        "item",
        "aspect",
        "",
        "detail",
        "label",
        "element",
    )
    named = whole[1:] if heading else whole
    labels = [of_name(row[0], row[1], bold=True) for _, row in named]
    if state.item is None:
        fits = len(labels) > 1 and all(label.name in DOCUMENT or label.counts for label in labels)
    else:
        known = [label for label in labels if label.known]
        begun = state.item.parts and state.field not in ("", "front")
        fits = len(known) == len(labels) > 1 and not begun
    if not fits:
        return False
    marks = [number for number, _ in block.lines[1:2]] + ([block.lines[0][0]] if heading else [])
    state.outline.marks.extend(marks)
    for number, row in reversed(named):
        value = re.sub(r"<br\s*/?>", "\n", row[1]).replace("\\|", "|")
        state.queue.appendleft(Block("text", ((number, f"**{values.plain(row[0]).strip(': ')}:** {value}"),)))
    return True


def _card_table(state: State, block: Block, head: list[str], rows: list[tuple[int, list[str]]]) -> bool:
    """Take a table with a column of fronts and one of backs as items, one a row."""
    assert isinstance(state.part, RawSection)
    names = [of_name(cell) for cell in head]
    if state.part.kind == "quiz" and _choice_table(state, block, head, rows):
        return True
    fronts = [at for at, name in enumerate(names) if name.part == "front" or name.name in ("term", "card", "problem")]
    backs = [
        at
        for at, name in enumerate(names)
        if name.part in ("back", "answer", "model", "solution", "definition", "explanation")
    ]
    if len(fronts) < 1 or not backs or not rows or fronts[0] == backs[0]:
        return False
    word = WORD_OF[state.part.kind]
    front, back = fronts[-1] if len(fronts) > 1 and normal(head[fronts[0]]) == "card" else fronts[0], backs[0]
    numbers = next(
        (
            at
            for at, cell in enumerate(head)
            if normal(cell) in ("", "no", "number", "card", "id") or cell.strip() == "#"
        ),
        None,
    )
    state.outline.marks.extend(block.numbers[:2])
    for number, row in rows:
        digits = re.search(r"\d+", row[numbers]) if numbers is not None and numbers not in (front, back) else None
        item = state.new_item(ItemTitle(word, int(digits[0]) if digits else None), LINE, None)
        item.marks.append(number)
        for at, cell in enumerate(row):
            text = re.sub(r"<br\s*/?>", "\n", cell).replace("\\|", "|")
            if at == front:
                item.parts["front"] = [Block("text", ((number, text),))]
            elif at == back:
                item.parts["back" if word == "card" else "key" if word == "question" else "solution"] = [
                    Block("text", ((number, text),))
                ]
            elif at != numbers and text:
                if names[at].meta:
                    item.meta.setdefault(names[at].meta, (text, (number,)))
                elif names[at].part in ("hint", "hints"):
                    item.hints.append(("", [Block("text", ((number, text),))]))
                else:
                    item.extra[head[at]] = (text, (number,))
    state.item, state.field = None, ""
    return True


def _choice_table(state: State, block: Block, head: list[str], rows: list[tuple[int, list[str]]]) -> bool:
    """Take a table whose columns A, B, C … are options as choices, one a row."""
    letters = {
        at: letter for at, cell in enumerate(head) if (letter := cell.strip(" *).(").upper()) in tuple("ABCDEFGH")
    }
    asked = next((at for at, cell in enumerate(head) if at not in letters and of_name(cell).part == "front"), None)
    if len(letters) < 2 or asked is None:
        return False
    state.outline.marks.extend(block.numbers[:2])
    for number, row in rows:
        digits = re.search(r"\d+", row[0]) if asked else None
        item = state.new_item(ItemTitle("question", int(digits[0]) if digits else None), LINE, None)
        item.marks.append(number)
        item.parts["front"] = [Block("text", ((number, row[asked]),))]
        item.parts["options"] = [
            Block("text", ((number, f"{letter}) {row[at]}"),)) for at, letter in letters.items() if row[at]
        ]
        for at, cell in enumerate(row):
            name = of_name(head[at])
            if at in letters or at == asked or not cell or (digits and not at):
                continue
            if name.part in ("answer", "explanation", "gap", "wrong"):
                part = "key" if name.part == "answer" else name.part
                item.parts.setdefault(part, []).append(Block("text", ((number, cell),)))
            elif name.meta:
                item.meta.setdefault(name.meta, (cell, (number,)))
            else:
                item.extra[head[at]] = (cell, (number,))
    state.item, state.field = None, ""
    return True
