"""Exports that a document holds in code blocks: each row is the short form of the card that asks the same."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from deckforge.intake import draft
from deckforge.intake.documents import values
from deckforge.intake.documents.labels import normal, of_name
from deckforge.model.items import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.intake.documents.blocks import Block
    from deckforge.intake.documents.maker import Maker

_HEADS = {"front", "question", "term", "back", "answer", "definition", "tags", "difficulty"}
_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "do",
        "does",
        "for",
        "from",
        "how",
        "in",
        "is",
        "it",
        "of",
        "on",
        "or",
        "that",
        "the",
        "to",
        "what",
        "when",
        "which",
        "why",
        "with",
        "you",
        "your",
        "vs",
        "not",
        "each",
        "its",
        "this",
    ]
)
_MOST = 5_000
_MOST_PAIRS = 200_000
"""Beyond these nothing is matched: that is no study set."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an export: its question, its answer, and its other columns by name (`tags`, `difficulty`, …)."""

    line: int
    front: str
    back: str
    others: tuple[tuple[str, str], ...]


def rows_of(block: Block) -> list[Row]:
    """Return the rows of a code block that is an export; none where it is anything else."""
    inner = block.lines[1:-1] if block.kind == "code" and len(block.lines) > 2 else ()
    full = [(number, line) for number, line in inner if line.strip() and not line.startswith("#")][:_MOST]
    if not full:
        return []
    separator = _separator([line for _, line in full])
    if not separator:
        return []
    table = _cells(full, separator)
    if not table or any(len(row) < 2 for _, row in table):
        return []
    head: list[str] = []
    names = [normal(name.replace("_", " ")) for name in table[0][1]]
    if len(_HEADS & set(names)) >= 2:
        head = names
        table = table[1:]
    front = next((at for at, name in enumerate(head) if name in ("front", "question", "term")), 0)
    back = next(
        (at for at, name in enumerate(head) if name in ("back", "answer", "definition")), 1 if front == 0 else 0
    )
    rows = []
    for number, row in table:
        others = []
        for at, text in enumerate(row):
            if at in (front, back) or not text.strip():
                continue
            name = of_name(head[at]).meta or head[at] if at < len(head) else "tags"
            others.append((name, text.strip()))
        if len(row) > max(front, back):
            rows.append(Row(number, row[front].strip(), row[back].strip(), tuple(others)))
    return rows


def _separator(lines: Sequence[str]) -> str:
    for sign in ("\t", ",", ";", "|", " :: ", "::"):
        if all(sign in line for line in lines) and (
            sign != ","
            or sum('"' in line for line in lines) * 2 >= len(lines)
            or len({line.count(",") for line in lines}) == 1
        ):
            return sign
    if sum("\t" in line for line in lines) * 10 >= len(lines) * 8:
        return "\t"
    return ""


def _cells(full: Sequence[tuple[int, str]], separator: str) -> list[tuple[int, list[str]]]:
    if len(separator) > 1:
        return [(number, line.split(separator)) for number, line in full]
    found = []
    for number, line in full:
        try:
            (row,) = csv.reader(io.StringIO(line), delimiter=separator, skipinitialspace=True, quotechar='"')
        except (csv.Error, ValueError):
            row = line.split(separator)
        found.append((number, row))
    return found


def words(text: str) -> frozenset[str]:
    """Return the words of a text that say what it is about, without their endings."""
    found = re.findall(r"[a-z0-9]+", normal(values.plain(text)).replace("-", " "))
    return frozenset(_stem(word) for word in found if word not in _STOP)


def _stem(word: str) -> str:
    for ending in ("ization", "isation", "ations", "ation", "ings", "ing", "ers", "er", "ies", "es", "s", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def match(rows: Sequence[Row], cards: Sequence[draft.Item]) -> list[int | None]:
    """Return for each row which card asks the same, each card once; the order of both is a hint, never a proof."""
    asked = [words(f"{card.title} {card.front} {' '.join(card.concepts)}") for card in cards]
    answered = [words(card.answer) for card in cards]
    if len(rows) * len(cards) > _MOST_PAIRS:
        return [None] * len(rows)
    scores = []
    for at, row in enumerate(rows):
        front, back = words(row.front), words(row.back)
        for to, card in enumerate(cards):
            common = len(front & asked[to]) / max(1, len(front))
            telling = len(back & answered[to]) / max(1, len(back))
            near = SequenceMatcher(
                None, row.front.casefold()[:200], card.front.casefold()[:200], autojunk=False
            ).quick_ratio()
            inorder = 0.25 if len(rows) == len(cards) and at == to else 0.0
            score = common + 0.6 * telling + 0.3 * near + inorder
            if common >= 0.3 or (common > 0 and telling >= 0.3) or (inorder and (common > 0 or telling >= 0.25)):
                scores.append((score, at, to))
    found: list[int | None] = [None] * len(rows)
    taken: set[int] = set()
    for _, at, to in sorted(scores, key=lambda each: (-each[0], each[1], each[2])):
        if found[at] is None and to not in taken:
            found[at] = to
            taken.add(to)
    return found


def short_form(card: draft.Item, row: Row, make: Maker) -> tuple[draft.Item, bool]:
    """Give a card its short form and the values of a row; return too whether all that the row says is the card's now.

    A second export often says the same in other words: those have no place in the card.
    """
    front, back = make.words(row.front, ()), make.words(row.back, ())
    asked = {normal(values.plain(text)) for text in (card.front, card.title)}
    whole = True
    if not card.in_short:
        card = replace(card, short_question="" if normal(front) in asked else front, in_short=back)
    else:
        whole = normal(front) in {*asked, normal(card.short_question)} and normal(back) == normal(card.in_short)
    for name, text in row.others:
        if name == "tags":
            new = tuple(tag for tag in values.tags(re.sub(r"\s+", ",", text)) if tag not in card.tags)
            card = replace(card, tags=(*card.tags, *new))
        elif name == "difficulty" and card.difficulty is None:
            card = replace(card, difficulty=values.difficulty(text))
        elif name == "bloom" and not card.bloom:
            card = replace(card, bloom=values.bloom(text))
        elif name == "concept" and not card.concepts:
            card = replace(card, concepts=values.several(text, commas=False))
        whole = whole and (name == "tags" or _known(name, text, card))
    return replace(card, lines=(*card.lines, row.line)), whole


def made_of(row: Row, make: Maker) -> draft.Item:
    """Return the card that a row is, in a document that holds nothing but its export."""
    card = draft.Item(kind=Kind.CARD, front=make.words(row.front, ()), answer=make.words(row.back, ()), in_short="-")
    made, _ = short_form(card, row, make)
    return replace(made, in_short="")


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
