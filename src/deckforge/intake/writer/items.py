"""An item of a draft as Markdown: its heading with attributes, what is asked, and its parts.

`care` says how carefully: 0 writes the question into the heading where it fits; 1 writes it below a title of its own
and puts every entry of a list and cell of a table in one line; 2 shows every text as the words it is made of.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from deckforge.intake.texts import mapped_item
from deckforge.intake.writer.escapes import SCOPE, line, value
from deckforge.intake.writer.header import tag_name, words
from deckforge.intake.writer.mended import escaped, field
from deckforge.intake.writer.shapes import cell, entry, heading, quote
from deckforge.model.course import SectionKind
from deckforge.model.items import Kind
from deckforge.read.markdown.page import rich
from deckforge.read.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deckforge.intake.draft import Item, Mistake, Option, Rubric, Task
    from deckforge.model.items import Range

UNSAID = {SectionKind.FLASHCARDS: Kind.CARD, SectionKind.TERMS: Kind.TERM}
"""The kind that a section gives its items, which their headings then leave out."""
_TITLE = 60
"""Characters of a title made from a question."""
_CLAIM = re.compile(r"\]\((?:claim|cite|given|wrong):")
_NUMBER = re.compile(r"(?<![\w.])[-−+]?\d[\d,]*(?:\.\d+)?(?:\s*[×x]\s*10\^?-?\d+|[eE][-+]?\d+)?(?![\w])")


def settled(item: Item) -> Item:
    """Return an item whose every text has a place in a lesson: what our model does not know stands in its answer."""
    if item.kind is Kind.TERM:
        item = _word(item)
    elif item.title and heading(item.title) is None:
        item = replace(item, title="", front=f"{item.title}\n\n{item.front}".strip())
    rest = "".join(f"\n\n##### {line(name)}\n\n{text}" for name, text in item.extra.items() if text.strip())
    if rest and item.kind is Kind.CHOICE:
        item = replace(item, extra={}, explanation=f"{item.explanation}{rest}".strip())
    elif rest and item.kind is Kind.PROBLEM:
        item = replace(item, extra={}, solution=f"{item.solution}{rest}".strip())
    elif rest:
        item = replace(item, extra={}, answer=f"{item.answer}{rest}".strip())
    if item.kind is Kind.NUMERIC and item.answer and not _CLAIM.search(item.answer):
        item = replace(item, answer=_NUMBER.sub(lambda match: f"[{match[0]}](given:)", item.answer, count=1))
    return item


def _word(item: Item) -> Item:
    """Return a term whose front is one run of words: what is more than that is part of the definition."""
    if heading(item.front) is None:
        answer = f"{item.front}\n\n{item.answer}".strip()
        item = replace(item, front=line(short(plain_words(item.front))), answer=answer)
    if item.title:
        item = replace(item, title="", extra={"Title": item.title, **item.extra})
    return item


def item_text(item: Item, section: SectionKind, care: int = 0) -> str:
    """Return an item's Markdown."""
    item = settled(item)
    if care > 1:
        item = shown(item)
    return "\n\n".join(part for part in (_top(item, section, care), *_parts(item, care)) if part)


def shown(item: Item) -> Item:
    """Return an item whose texts are shown as words, whatever they meant."""
    title = " ".join(item.title.split())
    changed = mapped_item(replace(item, title=title), escaped)
    return replace(changed, front=item.front) if item.kind is Kind.CLOZE else changed


def _top(item: Item, section: SectionKind, care: int) -> str:
    """Return the heading, and what stands before the first part."""
    cloze = item.kind is Kind.CLOZE
    marks = attributes(item, section)
    below = [_options(item.options, care)] if item.options else []
    if item.kind is Kind.TERM:
        word = heading(item.front) or line(plain_words(item.front))
        return "\n\n".join([f"### {word} {marks}", field(item.answer)]).rstrip()
    written = heading(item.front, cloze=cloze) if not item.title and not care else None
    if written:
        return "\n\n".join([f"### {written} {marks}", *below])
    title = heading(item.title) if item.title else None
    name = title or line(short(plain_words(item.title or item.front) or item.label or item.id))
    return "\n\n".join([f"### {name} {marks}", field(item.front, cloze=cloze), *below])


def plain_words(text: str) -> str:
    """Return the words of a text, deletions and their braces left out."""
    bare = re.sub(r"\{\{c\d+::(.*?)(?:::[^}]*)?\}\}", r"\1", field(text, cloze=True), flags=re.DOTALL)
    made, _ = rich(Text.of_file("", field(bare).encode()), SCOPE)
    return " ".join(made.text.split())


def short(text: str) -> str:
    """Return the first words of a text, as many as make a title."""
    if len(text) <= _TITLE:
        return text
    return text[: _TITLE - 1].rpartition(" ")[0].rstrip(" ,;:–—-") + "…" if " " in text[:_TITLE] else text[:_TITLE]


def attributes(item: Item, section: SectionKind) -> str:
    """Return an item's attributes in their order, in braces."""
    found = [f"#{item.id}"]
    if UNSAID.get(section) is not item.kind:
        found.append(f".{item.kind}")
    if item.problem_type:
        found.append(f".{item.problem_type}")
    found += [".both"] if item.both and item.kind in (Kind.CARD, Kind.TERM) else []
    if item.difficulty:
        found.append(f".{item.difficulty}")
    found += [f".{level}" for level in dict.fromkeys(item.bloom[:2])]
    found += [".critical"] if item.critical else []
    found += _pairs(item)
    return f"{{{' '.join(found)}}}"


_WRITTEN = (Kind.SHORT, Kind.ESSAY)


def _pairs(item: Item) -> Iterator[str]:
    if item.points and item.kind in (Kind.CHOICE, *_WRITTEN, Kind.NUMERIC, Kind.PROBLEM):
        yield f"points={item.points}"
    if item.words and item.kind in _WRITTEN:
        yield f"words={stretch(item.words)}"
    if item.minutes:
        yield f"minutes={stretch(item.minutes)}"
    # Concepts and tags are words; the others may have spaces.
    yield from _listed("requires", map(words, item.requires))
    yield from _listed("concept", map(tag_name, item.concepts))
    if words(item.source):
        yield f"source={value(words(item.source))}"
    yield from _listed("terms", map(words, item.terms))
    yield from _listed("tags", map(tag_name, item.tags))


def _listed(key: str, entries: Iterable[str]) -> Iterator[str]:
    listed = [value(each, entry=True) for each in entries if each]
    if listed:
        yield f"{key}={','.join(dict.fromkeys(listed))}"


def stretch(range_: Range) -> str:
    """Return a stretch of whole numbers as an attribute has it."""
    return str(range_.low) if range_.low == range_.high else f"{range_.low}-{range_.high}"


def _parts(item: Item, care: int) -> Iterator[str]:
    kind = item.kind
    if kind in (*_WRITTEN, Kind.PROBLEM):
        yield _part("Tasks", _tasks(item.tasks, care))
    if kind in (Kind.CARD, Kind.CLOZE, Kind.NUMERIC):
        yield _part("Answer", field(item.answer))
    if kind in _WRITTEN:
        yield _part("Model answer", field(item.answer))
        yield _part("Rubric", _rubric(item.rubric) if item.rubric else "")
        yield _part("Criteria", "\n".join(f"- {entry(text, 2, flat=care > 0)}" for text in item.criteria))
    if kind is Kind.PROBLEM:
        for hint in item.hints:
            name = line(words(hint.name))
            yield _part(f"Hint: {name}" if name else "Hint", field(hint.text))
        yield _part("Solution", field(item.solution))
        yield _part("Mistakes", _mistakes(item.mistakes))
        yield _part("Extension", field(item.extension))
    if kind in (Kind.CHOICE, Kind.NUMERIC):
        yield _part("Explanation", field(item.explanation))
    if kind is Kind.CHOICE:
        yield _part("Gap", field(item.gap))
    yield _part("Short question", field(item.short_question))
    yield _part("In short", field(item.in_short))
    yield _part("Why it matters", field(item.why))


def _part(name: str, text: str) -> str:
    return f"#### {name}\n\n{text}" if text.strip() else ""


def _options(options: Iterable[Option], care: int) -> str:
    rows = []
    for option in options:
        rows.append(f"- [{'x' if option.key else ' '}] {entry(option.text, 2, flat=care > 0)}")
        if option.feedback.strip():
            rows.append(quote(option.feedback, 2))
    return "\n".join(rows)


def _tasks(tasks: Iterable[Task], care: int) -> str:
    rows = []
    for number, task in enumerate(tasks, 1):
        text = entry(task.text, len(str(number)) + 2, flat=care > 0)
        rows.append(f"{number}. {_worth(text, task.points)}")
    return "\n".join(rows)


def _worth(text: str, points: int | None) -> str:
    """Return a text that ends its first line in its points, where it has some."""
    if points is None:
        return text
    first, newline, rest = text.partition("\n")
    return f"{first} ({points} {'point' if points == 1 else 'points'}){newline}{rest}"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table of finished cells."""
    names = list(head)
    lines = [_row(names), f"|{'---|' * len(names)}"]
    lines += [_row([*row, *[""] * len(names)][: len(names)]) for row in rows]
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _rubric(rubric: Rubric) -> str:
    levels = [cell(level) or "–" for level in rubric.levels] or ["Met"]
    rows = ([_worth(cell(row.component), row.points), *map(cell, row.cells)] for row in rubric.rows)
    return table(["Component", *levels], rows)


def _mistakes(mistakes: tuple[Mistake, ...]) -> str:
    if not mistakes:
        return ""
    three = any(each.prevention for each in mistakes)
    head = ["Mistake", "Why it is wrong", "Prevention"] if three else ["Mistake", "Why it is wrong"]
    return table(head, ([cell(each.mistake), cell(each.why), cell(each.prevention)] for each in mistakes))
