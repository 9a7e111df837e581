"""Concepts, relationships and terms of concept maps and lesson notes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from deckforge.intake import draft
from deckforge.intake.documents import values
from deckforge.intake.documents.account import Use
from deckforge.intake.documents.blocks import Block, blocks, cells
from deckforge.intake.documents.labels import LONGEST, label_of, normal, of_name
from deckforge.intake.documents.structures import cell, lines_of
from deckforge.model.items import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckforge.intake.documents.maker import Maker

_NUMBERED = re.compile(
    r"^\W*(?:(?:core |key )?concept\s*)?#?(?:\d+(?:\.\d+)+[.:)]?\s+|(?:\d+|[A-Z])\s*[.:)–—-]+\s*)", re.IGNORECASE
)
_NEEDS = re.compile(
    r"\b(?:requires?|depends? on|builds? (?:up)?on|uses|needs?|relies on|based on|"
    r"extends|is a prerequisite of this|derived from|assumes)\b",
    re.IGNORECASE,
)
_ENABLES = re.compile(
    r"\b(?:enables?|prerequisite (?:for|of|to)|leads? to|foundation (?:for|of)|underl(?:ies|ie)|supports?|"
    r"required (?:by|for)|feeds into|allows|precedes)\b",
    re.IGNORECASE,
)


def concepts(found: Sequence[Block], make: Maker) -> Iterator[draft.Concept]:
    """Yield the concepts that a part names: its headings, the entries of its lists, the rows of its tables."""
    at = 0
    level = min((block.level for block in found if block.kind == "heading"), default=0)
    while at < len(found):
        block = found[at]
        at += 1
        if block.kind == "heading" and block.level == level:
            below = []
            while at < len(found) and not (found[at].kind == "heading" and found[at].level <= level):
                below.append(found[at])
                at += 1
            yield _headed(block, below, make)
        elif block.kind == "table" and not level:
            yield from _rows(block, make)
        elif block.kind == "list" and not level:
            yield from _entries(block, make)


def _title(text: str) -> str:
    return values.plain(_NUMBERED.sub("", values.plain(text))) or values.plain(text)


def _headed(heading: Block, below: Sequence[Block], make: Maker) -> draft.Concept:
    definition: list[Block] = []
    requires: tuple[str, ...] = ()
    for block in below:
        label = label_of(block.text) if block.kind == "text" else None
        if label and label.part == "definition" and label.rest and not definition:
            definition = [Block("text", ((block.first, label.rest),))]
        elif label and (label.meta == "requires" or _NEEDS.search(label.name)) and label.rest:
            requires = values.several(label.rest)
    if not definition:
        for block in below:
            if block.kind != "text" or (definition and block.first != definition[-1].first + 1):
                break
            if label_of(block.text):
                break
            definition.append(block)
    return draft.Concept(
        title=_title(heading.title), definition=make.text(definition), requires=requires, lines=heading.numbers
    )


def _rows(block: Block, make: Maker) -> Iterator[draft.Concept]:
    head, rows = cells(block)
    named = next((at for at, name in enumerate(head) if re.search(r"concept|term|name|topic|idea", normal(name))), 0)
    defined = next(
        (
            at
            for at, name in enumerate(head)
            if re.search(r"definition|description|meaning|summary|explanation|what", normal(name)) and at != named
        ),
        None,
    )
    needs = next(
        (at for at, name in enumerate(head) if of_name(name).meta == "requires" or _NEEDS.search(normal(name))), None
    )
    for number, row in rows:
        definition = make.text(cell(number, row[defined])) if defined is not None else ""
        requires = values.several(row[needs]) if needs is not None else ()
        if row[named].strip():
            yield draft.Concept(title=_title(row[named]), definition=definition, requires=requires, lines=(number,))


def _entries(block: Block, make: Maker) -> Iterator[draft.Concept]:
    for entry in block.entries:
        name, rest = _halves(entry.lines[0][1])
        if not name or len(name.split()) > 10:
            continue
        definition = make.text(cell(entry.lines[0][0], rest)) if rest else ""
        yield draft.Concept(title=_title(name), definition=definition, lines=tuple(number for number, _ in entry.lines))


def _halves(line: str) -> tuple[str, str]:
    """Return the word and the definition of `**Word**: what it means`, however the two are divided."""
    if len(line) > LONGEST:
        return line, ""
    line = re.sub(r"^\s*(?:\[[ xX]?\]\s*)?", "", line)
    label = label_of(line)
    if label and label.bold and (label.rest or label.bare):
        words = re.match(r"^\W*?(?:\*\*|__)(.+?)(?:\*\*|__)(?!\s*\()", line)
        name = words[1].strip(" :：") if words else label.words
        return (
            (name, label.rest)
            if not (":" in name and not label.rest)
            else (name.partition(":")[0], name.partition(":")[2].strip())
        )
    words = re.match(r"^\W*?(?:\*\*|__)(.+?)(?:\*\*|__)(\s*\([^)]*\))?\s*(?:[:：]|[–—-]\s)?\s*(.*)$", line)
    if words:
        return words[1] + (words[2] or ""), words[3]
    parts = re.split(r"\s*[:：]\s+|\s+[–—]\s+|\s+-\s+", line, maxsplit=1)
    return (parts[0], parts[1]) if len(parts) == 2 else (line, "")


def related(found: Sequence[Block], known: Sequence[draft.Concept]) -> tuple[draft.Concept, ...]:
    """Return the concepts with what they require according to tables of relationships."""
    names = {normal(concept.title): concept.title for concept in known}
    needs: dict[str, list[str]] = {}
    for block in found:
        if block.kind != "table":
            continue
        head, rows = cells(block)
        if len(head) < 3:
            continue
        columns = [normal(name) for name in head]
        first = next(
            (
                at
                for at, name in enumerate(columns)
                if re.search(r"from|source|concept a|concept 1|subject|^concept$", name)
            ),
            0,
        )
        second = next(
            (
                at
                for at, name in enumerate(columns)
                if re.search(r"\bto\b|target|concept b|concept 2|object|related", name) and at != first
            ),
            len(head) - 1,
        )
        middle = next(
            (
                at
                for at, name in enumerate(columns)
                if re.search(r"relation|type|link|connection|how", name) and at not in (first, second)
            ),
            1,
        )
        for _, row in rows:
            one, other = names.get(normal(_title(row[first]))), names.get(normal(_title(row[second])))
            if not one or not other or one == other:
                continue
            if _ENABLES.search(row[middle]):
                needs.setdefault(other, []).append(one)
            elif _NEEDS.search(row[middle]):
                needs.setdefault(one, []).append(other)
    return tuple(
        replace(concept, requires=tuple(dict.fromkeys((*concept.requires, *needs.get(concept.title, ())))))
        for concept in known
    )


def terms(found: Sequence[Block], make: Maker) -> tuple[list[draft.Item], list[Block]]:
    """Return the terms of a part with their definitions, and what is none."""
    made: list[draft.Item] = []
    rest: list[Block] = []
    level = min((block.level for block in found if block.kind == "heading"), default=0)
    at = 0
    while at < len(found):
        block = found[at]
        at += 1
        if block.kind == "table" and len(cells(block)[0]) > 1:
            made += _term_rows(block, make)
        elif (
            block.kind == "list"
            and not level
            and all(_halves(entry.lines[0][1])[1] or len(entry.lines) > 1 for entry in block.entries)
        ):
            for entry in block.entries:
                name, text = _halves(entry.lines[0][1])
                number = entry.lines[0][0]
                inner = [*cell(number, text), *blocks(entry.lines[1:])]
                made.append(_term(name, inner, tuple(number for number, _ in entry.lines), make))
        elif block.kind == "heading" and block.level == level:
            below = []
            while at < len(found) and not (found[at].kind == "heading" and found[at].level <= level):
                below.append(found[at])
                at += 1
            if any(one.kind != "rule" for one in below):
                made.append(_term(block.title, below, (*block.numbers, *lines_of(below)), make))
                make.ledger.enter(block.numbers, Use.METADATA)
            else:
                rest += [block, *below]
        elif block.kind == "text" and _defines(block.text):
            name, text = _halves(block.text)
            inner = cell(block.first, text)
            while at < len(found) and found[at].kind not in ("heading", "rule") and not _defines(found[at].text):
                inner.append(found[at])
                at += 1
            made.append(_term(name, inner, lines_of(inner) or block.numbers, make))
        elif block.kind == "rule":
            make.ledger.enter(block.numbers, Use.METADATA)
        else:
            rest.append(block)
    return made, rest


def _defines(text: str) -> bool:
    """Tell whether a line begins with a word in bold and goes on with what it means."""
    return text.lstrip().startswith(("**", "__")) and bool(_halves(text)[1])


def _term_rows(block: Block, make: Maker) -> Iterator[draft.Item]:
    head, rows = cells(block)
    named = next(
        (
            at
            for at, name in enumerate(head)
            if re.search(r"term|word|concept|name|abbreviation|acronym|symbol", normal(name))
        ),
        0,
    )
    defined = next(
        (
            at
            for at, name in enumerate(head)
            if at != named and re.search(r"defin|meaning|description|explanation|what", normal(name))
        ),
        1 if named == 0 else 0,
    )
    make.ledger.enter(block.numbers[:2], Use.METADATA)
    for number, row in rows:
        inner = cell(number, row[defined])
        extra = [
            f"**{head[at].strip('* ')}:** {text}"
            for at, text in enumerate(row)
            # `N/A` and dashes say nothing; that something needs none may be the point.
            if at not in (named, defined) and text and (not values.empty(text) or normal(text) == "none")
        ]
        definition = make.text(inner)
        more = [make.text(cell(number, text)) for text in extra]
        made = _term(row[named], [], (number,), make)
        yield replace(made, answer="\n\n".join(text for text in (definition, *more) if text))


def _term(name: str, inner: list[Block], lines: tuple[int, ...], make: Maker) -> draft.Item:
    words = name.strip()
    match = re.fullmatch(r"(\*\*|__)(.+)\1", words)
    make.ledger.enter(lines[:1], Use.FIELD)
    return draft.Item(
        kind=Kind.TERM,
        front=make.words((match[2] if match else words).strip(" :"), ()),
        answer=make.text(inner),
        lines=lines,
    )
