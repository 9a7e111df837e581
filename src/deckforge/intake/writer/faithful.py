"""Does a lesson, read back, say what the draft says? Asked of every block, and answered by the reader itself."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from deckforge.diagnostics import Severity
from deckforge.emit.course_json import Neutral
from deckforge.exchange import tokens
from deckforge.exchange.tokens import Kind as TokenKind
from deckforge.intake import draft
from deckforge.intake.writer.escapes import SCOPE
from deckforge.intake.writer.items import settled, shown
from deckforge.intake.writer.mended import escaped, field
from deckforge.intake.writer.shapes import heading
from deckforge.model.course import Prose, Section
from deckforge.model.items import Card, Choice, Cloze, Kind, Numeric, Problem, Term, Written
from deckforge.model.source import Source
from deckforge.read.markdown.lesson import read_markdown_lesson
from deckforge.read.markdown.page import rich
from deckforge.read.text import Text
from deckforge.render.html import html

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckforge.exchange.tokens import Token
    from deckforge.intake.writer import Block
    from deckforge.model.course import Lesson
    from deckforge.model.items import AnyItem
    from deckforge.model.rich import Rich

_WORDS = frozenset({TokenKind.WORD, TokenKind.CODE, TokenKind.MATH, TokenKind.DISPLAY, TokenKind.IMAGE})
Pair = tuple[str, "Rich | None"]
"""A text of a draft, and what was read."""


def unfaithful(lesson: draft.Lesson, blocks: tuple[Block, ...]) -> set[str]:
    """Return the keys of the blocks that have to be written with more care."""
    starts, at = [], 0
    pieces = []
    for block in blocks:
        starts.append(at)
        pieces.append(f"{block.text}\n\n" if block.text else "")
        at += len(pieces[-1].encode())
    outcome = read_markdown_lesson(Source("import.md", "".join(pieces).encode()))
    wrong = {
        _of_guide(blocks[bisect_right(starts, each.span.start) - 1].key)
        for each in outcome.diagnostics
        if each.severity is Severity.ERROR and each.span
    }
    return wrong or set(_different(lesson, outcome.value))


def _of_guide(key: str) -> str:
    """Return the key under which care is counted: a section's guides are written together."""
    return key.rpartition(":")[0] if key.startswith("guide:") else key


def _different(lesson: draft.Lesson, read: Lesson) -> Iterator[str]:
    sections = [part for part in read.content if isinstance(part, Section)]
    ours = [(number, part) for number, part in enumerate(lesson.content, 1) if isinstance(part, draft.Section)]
    if len(sections) != len(ours):
        yield from (f"prose:{number}" for number, part in enumerate(lesson.content, 1) if isinstance(part, draft.Prose))
        return
    for (number, section), there in zip(ours, sections, strict=True):
        if [item.id for item in section.items] != [item.id for item in there.items]:
            yield f"section:{number}"
            yield from (f"item:{item.id}" for item in section.items)
            continue
        if not any(_same(text, there.instructions) for text in (section.instructions, escaped(section.instructions))):
            yield f"section:{number}"
        for item, made in zip(section.items, there.items, strict=True):
            if not _same_item(item, made):
                yield f"item:{item.id}"
    yield from _different_prose(lesson, read)


def _different_prose(lesson: draft.Lesson, read: Lesson) -> Iterator[str]:
    """Yield the prose whose words are not all there: a heading in it begins a stretch of its own, so words count."""
    there = [word for part in read.content if isinstance(part, Prose) for text in part.texts() for word in _words(text)]
    at = 0
    for number, part in enumerate(lesson.content, 1):
        if not isinstance(part, draft.Prose):
            continue
        one_line = heading(part.heading) is not None
        texts = (part.heading, part.text) if one_line else (f"{part.heading}\n\n{part.text}",)
        ends = [
            _behind(there, at, [word for text in each for word in _words(_read(text))])
            for each in (texts, tuple(escaped(text) for text in texts))
        ]
        if max(ends) < 0:
            yield f"prose:{number}"
            return
        at = min(end for end in ends if end >= 0)


def _behind(there: Sequence[str], at: int, words: Sequence[str]) -> int:
    """Return where some words end in a row of words, one after the other and maybe with others between; -1 for not."""
    for word in words:
        try:
            at = there.index(word, at) + 1
        except ValueError:
            return -1
    return at


def _same_item(item: draft.Item, made: AnyItem) -> bool:
    """Tell whether an item says what was meant, or shows it word for word."""
    item = settled(item)
    return _agree(item, made) or _agree(shown(item), made)


def _agree(item: draft.Item, made: AnyItem) -> bool:
    if made.kind is not item.kind or not _same(item.front, made.front, cloze=item.kind is Kind.CLOZE):
        return False
    if item.title and item.kind is not Kind.TERM and not _same(item.title, made.title):
        return False
    pairs = [(item.short_question, made.short_question), (item.in_short, made.in_short), (item.why, made.why)]
    return all(_same(text, text_made) for text, text_made in (*pairs, *_pairs(item, made)))


def _pairs(item: draft.Item, made: AnyItem) -> Iterator[Pair]:
    """Yield every text of an item beside what was read of it; one that one side alone has, beside nothing."""
    match made:
        case Card() | Cloze():
            yield item.answer, made.answer
        case Term():
            yield item.answer, made.definition
        case Choice():
            yield from ((item.explanation, made.explanation), (item.gap, made.gap))
            yield from _beside([o.text for o in item.options], [o.text for o in made.options])
            yield from _beside([o.feedback for o in item.options], [o.feedback for o in made.options])
        case Numeric():
            yield from ((item.answer, made.answer), (item.explanation, made.explanation))
        case Problem():
            yield from ((item.solution, made.solution), (item.extension, made.extension))
            yield from _beside([hint.text for hint in item.hints if hint.text.strip()], [h.text for h in made.hints])
            cells = [text for row in item.mistakes for text in (row.mistake, row.why, row.prevention)]
            cells_made = [text for row in made.mistakes for text in (row.mistake, row.why, row.prevention)]
            yield from _beside(cells, cells_made)
        case Written():
            yield item.answer, made.answer
            yield from _beside(item.criteria, made.criteria)
            rows = item.rubric.rows if item.rubric else ()
            cells = [text for row in rows for text in (row.component, *row.cells)]
            rows_made = made.rubric.rows if made.rubric else ()
            yield from _beside(cells, [text for row in rows_made for text in (row.component, *row.cells)])
    if isinstance(made, Written | Problem):
        yield from _beside([task.text for task in item.tasks], [task.text for task in made.tasks])


def _beside(drafts: Sequence[str], made: Sequence[Rich | None]) -> Iterator[Pair]:
    if len(drafts) == len(made):
        yield from zip(drafts, made, strict=True)
    else:
        yield "an entry is missing", None


def _same(text: str, made: Rich | None, *, cloze: bool = False) -> bool:
    wanted = _read(text, cloze=cloze)
    if not wanted and not made:
        return True
    if not made:
        return False
    return _said(wanted) == _said(made) or list(_words(wanted)) == list(_words(made))


def _read(text: str, *, cloze: bool = False) -> Rich:
    return rich(Text.of_file("", field(text, cloze=cloze).encode()), SCOPE, cloze=cloze)[0]


def _said(text: Rich) -> Sequence[Token]:
    """Return what a text says, without the paragraph that a text alone stands in."""
    found = tokens.read(html(text, Neutral()))
    paragraphs = sum(token.kind is TokenKind.OPEN and token.text == "p" for token in found)
    if paragraphs == 1 and found[0].text == "p" and found[-1].kind is TokenKind.CLOSE:
        return found[1:-1]
    return found


def _words(text: Rich) -> Iterator[str]:
    for token in tokens.read(html(text, Neutral())):
        if token.kind is TokenKind.BLOCK:
            yield from token.text.partition("\n")[2].split()
        elif token.kind is TokenKind.CODE:
            yield from token.text.split()
        elif token.kind in _WORDS and token.text != "•":
            yield token.text
