"""Advice about items: what to review, marks of mastery, paths, where they come from, and what an overview says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.intake import draft
from deckforge.intake.documents import values
from deckforge.intake.documents.account import Use
from deckforge.intake.documents.blocks import Block, blocks, cells
from deckforge.intake.documents.guides.base import Guides, enter_marks, flow, groups, halves, introduces
from deckforge.intake.documents.guides.names import _BARE, NAMED, labels_in, word_of
from deckforge.intake.documents.labels import normal, of_name
from deckforge.intake.documents.structures import cell, lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deckforge.intake.documents.maker import Maker
    from deckforge.intake.documents.raw import RawItem


def advice(rows_of: str) -> Callable[[Block, Maker, Guides, str], bool]:
    """Return the reader of a part that gives advice: a table of item and text, a list, or lines of a code block."""

    def read(block: Block, make: Maker, guides: Guides, word: str) -> bool:
        made: list[draft.Advice] = getattr(guides, rows_of)
        if block.kind == "table":
            head, rows = cells(block)
            of = word_of(head, word) or (
                word if rows_of == "checklist" and any(_BARE.match(row[0].strip("*")) for _, row in rows) else ""
            )
            for number, row in rows:
                made.append(_row(head, row, number, make, of))
        elif block.kind == "list":
            for entry in block.entries:
                text = re.sub(r"^\s*(?:\[[ xX]?\]|☐|□|⬜|◻️?)\s*", "", entry.lines[0][1])
                inner = blocks([(entry.lines[0][0], text), *entry.lines[1:]])
                made.append(_entry(inner, make))
        elif block.kind == "code":
            divided = groups(block)
            if not divided:
                return False
            for lines in divided:
                text = make.text([Block("text", ((lines[0][0], flow(lines)),))])
                make.ledger.enter([number for number, _ in lines], Use.FIELD)
                made.append(
                    draft.Advice(text=text, labels=labels_in(lines[0][1]), lines=tuple(number for number, _ in lines))
                )
        elif block.kind == "text":
            if introduces(block):
                return False
            text = re.sub(r"^\s*(?:☐|□|⬜|◻️?|\d+[.)])\s*", "", block.text)
            made.append(_entry([Block("text", ((block.first, text),))], make))
        else:
            return False
        enter_marks(block, make)
        return True

    return read


def _row(head: Sequence[str], row: Sequence[str], number: int, make: Maker, word: str) -> draft.Advice:
    labels = labels_in(values.plain(row[0]), word)
    parts = [
        (head[at], text)
        for at, text in enumerate(row)
        if at and text.strip(" ☐□⬜[]") and not re.fullmatch(r"\W*\[?\s*\]?\W*", text)
    ]
    texts = [text if len(parts) == 1 or at == 0 else f"{name}: {text}" for at, (name, text) in enumerate(parts)]
    whole = "; ".join(texts)
    if not labels:
        whole = f"{row[0]}: {whole}" if whole else row[0]
    return draft.Advice(text=make.text(cell(number, whole or row[0])), labels=labels, lines=(number,))


def _entry(inner: list[Block], make: Maker) -> draft.Advice:
    """Return the advice of an entry: the items it begins with are what it is about."""
    first = inner[0].text if inner else ""
    lead, rest = halves(first)
    labels = labels_in(values.plain(re.split(r"[→–—]", lead, maxsplit=1)[0]))
    lines = lines_of(inner)
    if labels and rest and not NAMED.sub("", values.plain(lead)).strip(" *,&"):
        inner = [Block("text", ((inner[0].first, rest),)), *inner[1:]]
    return draft.Advice(text=make.text(inner), labels=labels, lines=lines)


def mapping(block: Block, make: Maker, guides: Guides, word: str) -> bool:
    """Read a table of items and where they come from; its other columns are the items' own values."""
    if block.kind != "table":
        return block.kind == "list" and advice("source_mapping")(block, make, guides, word)
    head, rows = cells(block)
    of = word_of(head, word)
    names = [of_name(name).meta for name in head]
    source = next((at for at, name in enumerate(names) if name == "source" and at), None)
    if source is None:
        source = next(
            (
                at
                for at, name in enumerate(head)
                if at and re.search(r"source|section|lesson|reference|page", normal(name))
            ),
            1 if len(head) > 1 else None,
        )
    if source is None:
        return False
    for number, row in rows:
        labels = labels_in(values.plain(row[0]), of)
        items = [item for item in guides.items if item.label in labels] if labels else []
        texts = [row[source]]
        for at, text in enumerate(row):
            if at in (0, source) or not text or values.empty(text):
                continue
            if (
                names[at] in ("terms", "bloom", "concept", "difficulty")
                and items
                and all(absorb(item, names[at], text, number) for item in items)
            ):
                continue
            texts.append(f"{head[at]}: {text}")
        whole = "; ".join(text for text in texts if text)
        if not labels:
            whole = f"{row[0]}: {whole}"
        guides.source_mapping.append(draft.Advice(text=make.text(cell(number, whole)), labels=labels, lines=(number,)))
    enter_marks(block, make)
    return True


def absorb(item: RawItem, name: str, text: str, number: int) -> bool:
    """Give an item a value that it has not; tell whether it has that value now."""
    if name not in item.meta:
        item.meta[name] = (text, (number,))
        return True
    own = item.meta[name][0]
    match name:
        case "difficulty":
            return values.difficulty(own) == values.difficulty(text)
        case "bloom":
            return bool(values.bloom(text)) and set(values.bloom(text)) <= set(values.bloom(own))
        case "minutes":
            return values.minutes(own) == values.minutes(text)
        case "points":
            return values.points(own) == values.points(text)
        case "type":
            return (values.kind(own) or values.problem_type(own)) == (values.kind(text) or values.problem_type(text))
    return normal(text) == normal(own) or normal(text) in normal(own) or normal(text) in normal(item.title)


def overview(block: Block, make: Maker, guides: Guides, word: str) -> bool:
    """Give the items the values of an overview; tell whether all that it says is theirs now."""
    if block.kind != "table":
        return False
    head, rows = cells(block)
    of = word_of(head, word)
    names = [
        of_name(name).meta
        or ("title" if normal(name) in ("title", "name", "question", "problem", "focus", "summary") else "")
        for name in head
    ]
    if not of or not any(names[1:]):
        return False
    whole = True
    for number, row in rows:
        labels = labels_in(values.plain(row[0]), of)
        items = [item for item in guides.items if item.label in labels]
        if not items:
            whole = False
            continue
        for at, text in enumerate(row):
            if at == 0 or not text or values.empty(text):
                continue
            for item in items:
                if names[at] in ("title", "concept") and normal(values.plain(text)) in (
                    normal(item.title),
                    normal(values.plain(item.meta.get("concept", ("", ()))[0])),
                ):
                    continue
                if (
                    names[at] in ("", "title")
                    or (
                        names[at] == "concept"
                        and item.title
                        and "concept" not in item.meta
                        and normal(text) != normal(item.title)
                    )
                    or not absorb(item, names[at], values.plain(text), number)
                ):
                    whole = False
    if whole:
        enter_marks(block, make)
    return whole
