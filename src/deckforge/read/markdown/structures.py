"""Parts that are more than text: options, tasks, lists and tables of an item or guide.

Each function takes the events of a part and returns what it says. What does not belong is a diagnostic; it is rendered
all the same, so that what is wrong inside it is told too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Severity
from deckforge.model.items import Mistake, Option, Rubric, RubricRow, Task
from deckforge.read.markdown.events import blocks, extent, inside, plain
from deckforge.read.markdown.losses import broken_box
from deckforge.read.markdown.render import Field, render

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckforge.model.rich import Rich
    from deckforge.model.source import Span
    from deckforge.read.markdown.events import Event
    from deckforge.read.markdown.headings import Heading

NO_OPTIONS = Code(
    "DF260",
    "options-missing",
    Severity.ERROR,
    "A choice has no task list.",
    "The options of a choice are its task list, with `[x]` before each right one.",
    "### Which? {#which .choice}\n\n- ReLU\n- Sigmoid",
    "### Which? {#which .choice}\n\n- [x] ReLU\n- [ ] Sigmoid",
)
TWO_LISTS = Code(
    "DF261",
    "options-in-two-lists",
    Severity.ERROR,
    "A choice has more than one task list.",
    "Two lists follow each other where the mark changes (`-`, `*`) or text stands between; which of them holds the "
    "options cannot be known.",
    "- [x] ReLU\n* [ ] Sigmoid",
    "- [x] ReLU\n- [ ] Sigmoid",
)
BEHIND = Code(
    "DF262",
    "text-behind-options",
    Severity.ERROR,
    "Text follows the options of a choice.",
    "It would be shown above them, as part of the question. Parts begin with a `####` heading.",
    "- [x] ReLU\n- [ ] Sigmoid\n\nReLU does not saturate.",
    "- [x] ReLU\n- [ ] Sigmoid\n\n#### Explanation\n\nReLU does not saturate.",
)
NO_BOX = Code(
    "DF263",
    "option-without-box",
    Severity.ERROR,
    "An entry of the options has no box.",
    "Whether it is right cannot be known.",
    "- [x] ReLU\n- Sigmoid",
    "- [x] ReLU\n- [ ] Sigmoid",
)
FEEDBACKS = Code(
    "DF264",
    "feedback-twice",
    Severity.ERROR,
    "An option has more than one block quote.",
    "An option's feedback is one block quote; a blank line between two lines with `>` makes two.",
    "- [ ] Clipping\n  > It bounds.\n\n  > It does not help.",
    "- [ ] Clipping\n  > It bounds.\n  >\n  > It does not help.",
)
SHAPE = Code(
    "DF265",
    "part-misshapen",
    Severity.ERROR,
    "A part that is a list or a table holds something else.",
    "There is no place for it, and it would be lost.",
    "#### Tasks\n\nAnswer in full.\n\n1. Derive it. (5 points)",
    "#### Tasks\n\n1. Derive it, in full sentences. (5 points)",
)
COLUMNS = Code(
    "DF266",
    "columns-unexpected",
    Severity.ERROR,
    "A table has too few or too many columns for its part.",
    "Each column has a meaning by its place; cells without one would be lost.",
    "#### Mistakes\n\n| Mistake |\n|---|\n| forgets the sign |",
    "#### Mistakes\n\n| Mistake | Why it is wrong |\n|---|---|\n| forgets the sign | the slope is negative |",
)
NO_NUMBER = Code(
    "DF269",
    "points-not-a-number",
    Severity.ERROR,
    "A cell in a rubric's column of points is no whole number, or contradicts the component's own points.",
    "The rows of a rubric are added up, and a learner is scored by them.",
    "| Component | Points | Full |\n|---|---|---|\n| Warm-up | five | Names the steps |",
    "| Component | Points | Full |\n|---|---|---|\n| Warm-up | 5 | Names the steps |",
)
CODES: tuple[Code, ...] = (NO_OPTIONS, TWO_LISTS, BEHIND, NO_BOX, FEEDBACKS, SHAPE, COLUMNS, NO_NUMBER)

_POINTS = re.compile(r"\s*[(\[]\s*(\d+)\s*(?:points?|pts?\.?|p\.?)\s*[)\]]\s*\.?\s*$", re.IGNORECASE)


_UNREAD = -1
_POINTS_COLUMN = re.compile(r"(?:max(?:imum|\.)?\s+)?(?:points?|pts?\.?|marks?)", re.IGNORECASE)
_POINTS_CELL = re.compile(r"(\d{1,6})\s*(?:points?|pts?\.?|marks?|p\.?)?", re.IGNORECASE)


def wrong(field: Field, code: Code, events: Sequence[Event], message: str, fix: str = "") -> None:
    """Report something about some events, at their first line."""
    start, end = extent(events)
    data = field.page.text.data
    line = data.find(b"\n", start, end)
    stop = start + len(data[start : end if line < 0 else line].rstrip())
    field.page.found.append(code.at(field.page.text.span(start, stop), message, fix=fix))


def span_of(field: Field, events: Sequence[Event]) -> Span:
    """Return the place of some events, without the blank lines behind them."""
    start, end = extent(events)
    return field.page.text.span(start, start + len(field.page.text.data[start:end].rstrip()))


@dataclass(frozen=True, slots=True)
class Table:
    """A table as events: its heading cells, and rows of cells with the events of the whole row."""

    head: tuple[Sequence[Event], ...]
    rows: tuple[tuple[Sequence[Event], tuple[Sequence[Event], ...]], ...]


def entries(block: Sequence[Event]) -> Iterator[Sequence[Event]]:
    """Yield the entries of a list, each from its opening to its closing."""
    yield from blocks(inside(block))


def table(block: Sequence[Event]) -> Table:
    """Return a table's cells."""
    head: tuple[Sequence[Event], ...] = ()
    rows = []
    for row in blocks(inside(block)):
        cells = tuple(inside(cell) for cell in blocks(inside(row)))
        if row[0][0] == "+TableHead":
            head = cells
        else:
            rows.append((row, cells))
    return Table(head, tuple(rows))


def only(kind: str, events: Sequence[Event], field: Field, heading: Heading) -> Sequence[Event] | None:
    """Return the one list (`+List`) or table (`+Table`) of a part; anything else in it is a diagnostic."""
    found: Sequence[Event] | None = None
    what = "list" if kind == "+List" else "table"
    for block in blocks(events):
        if block[0][0] == kind and found is None:
            found = block
        else:
            again = block[0][0] == kind
            message = (
                f"`{heading.name}` is one {what}, and a second one begins here"
                if again
                else f"`{heading.name}` is a {what}, and this is none"
            )
            fix = f"join the {what}s" if again else f"put it into the {what}, or before the first part of the item"
            wrong(field, SHAPE, block, message, fix)
            render(block, field)
    if found is None and not events:
        field.page.found.append(
            SHAPE.at(heading.span, f"`{heading.name}` is a {what}, and nothing stands here", fix=f"write the {what}")
        )
    return found


def points(events: Sequence[Event]) -> tuple[Sequence[Event], int | None]:
    """Take a final `(5 points)` off some events: the text without it, and the number."""
    for index in range(len(events) - 1, -1, -1):
        kind, value, start, end = events[index]
        if kind == "Text":
            match = _POINTS.search(value)
            if not match:
                break
            rest = value[: match.start()]
            kept = [*events[:index], *([(kind, rest, start, end)] if rest else []), *events[index + 1 :]]
            return kept, int(match[1])
        if kind in ("+List", "+BlockQuote", "+CodeBlock", "-CodeBlock", "Code", "InlineMath", "DisplayMath", "-Link"):
            break
    return events, None


def _first_run(entry: Sequence[Event]) -> tuple[Sequence[Event], Sequence[Event]]:
    """Split an entry behind its first line of text: a task's points may stand there, before a list of its own."""
    for index, event in enumerate(entry):
        if event[0] == "-Paragraph":
            return entry[: index + 1], entry[index + 1 :]
        if event[0] in ("+List", "+BlockQuote", "+CodeBlock", "+Table"):
            return entry[:index], entry[index:]
    return entry, ()


def read_tasks(events: Sequence[Event], field: Field, heading: Heading) -> tuple[Task, ...]:
    """Return the tasks of a list, each with its points."""
    block = only("+List", events, field, heading)
    tasks = []
    for entry in entries(block) if block else ():
        head, tail = _first_run(_without_box(inside(entry)))
        head, worth = points(head)
        inner: Sequence[Event] = [*head, *tail]
        if worth is None:
            inner, worth = points(inner)
        tasks.append(Task(render(inner, field, inline=True), worth, span_of(field, entry)))
    return tuple(tasks)


def read_list(events: Sequence[Event], field: Field, heading: Heading) -> tuple[Rich, ...]:
    """Return the entries of a list."""
    block = only("+List", events, field, heading)
    return (
        tuple(render(_without_box(inside(entry)), field, inline=True) for entry in entries(block) if block)
        if block
        else ()
    )


def _without_box(events: Sequence[Event]) -> Sequence[Event]:
    return [event for event in events if event[0] != "TaskListMarker"]


def read_rubric(events: Sequence[Event], field: Field, heading: Heading) -> Rubric | None:
    """Return a rubric: levels from the head, and a row for each component with its points.

    The points end the component, `Warm-up (5 points)`, or stand in a column of their own with that name.
    """
    block = only("+Table", events, field, heading)
    if block is None:
        return None
    cells = table(block)
    names = [plain(cell).strip() for cell in cells.head]
    column = next((at for at, name in enumerate(names) if at and _POINTS_COLUMN.fullmatch(name)), None)
    levels = tuple(render(cell, field) for at, cell in enumerate(cells.head) if at not in (0, column))
    if not levels:
        fix = "name a level in each column behind the first"
        wrong(field, COLUMNS, block, "a rubric has a column for the component and at least one for a level", fix)
    rows = []
    for row, columns in cells.rows:
        component, worth = points(columns[0])
        texts = tuple(render(cell, field) for at, cell in enumerate(columns) if at not in (0, column))
        if column is not None:
            worth = _points_in(columns[column], worth, field)
        rows.append(RubricRow(render(component, field), worth, texts, span_of(field, row)))
    if cells.head:
        render(cells.head[0], field)
    if any(row.points == _UNREAD for row in rows):  # what was said of one row is not said again of the sum
        rows = [replace(row, points=None) for row in rows]
    return Rubric(levels, tuple(rows), span_of(field, block))


def _points_in(cell: Sequence[Event], stated: int | None, field: Field) -> int | None:
    """Return the points that a cell of the points' column says; `stated` are those behind the component."""
    text = plain(cell).strip()
    match = _POINTS_CELL.fullmatch(text)
    render(cell, field)  # for what is wrong inside it
    if text and not match:
        wrong(field, NO_NUMBER, cell, f"`{text}` is no whole number of points", "write a number: `5`")
        return _UNREAD
    worth = int(match[1]) if match else None
    if worth is not None and stated is not None and worth != stated:
        message = f"the component says {stated} points, and this column says {worth}"
        wrong(field, NO_NUMBER, cell, message, "write the points in one of the two places")
        return _UNREAD
    return stated if worth is None else worth


def read_mistakes(events: Sequence[Event], field: Field, heading: Heading) -> tuple[Mistake, ...]:
    """Return the rows of a table of mistakes: what, why, and how to prevent it."""
    block = only("+Table", events, field, heading)
    if block is None:
        return ()
    cells = table(block)
    if not 2 <= len(cells.head) <= 3:
        message = f"a table of mistakes has two or three columns, and this one has {len(cells.head)}"
        wrong(field, COLUMNS, block, message, "write: Mistake | Why it is wrong | How to prevent it")
    mistakes = []
    for row, texts in cells.rows:
        mistake, why, prevention = ([render(cell, field) for cell in texts] + [render((), field)] * 3)[:3]
        mistakes.append(Mistake(mistake, why, prevention or None, span_of(field, row)))
    return tuple(mistakes)


def read_options(events: Sequence[Event], field: Field, heading: Heading) -> tuple[Sequence[Event], tuple[Option, ...]]:
    """Return the stem of a choice (the events that are not its options) and its options."""
    stem: list[Event] = []
    options: Sequence[Event] | None = None
    for block in blocks(events):
        if block[0][0] == "+List" and _has_boxes(block):
            if options is None:
                options = block
                continue
            fix = "join the lists: the same mark before each option, and no text between"
            wrong(field, TWO_LISTS, block, "a second task list begins here", fix)
        elif options is not None:
            fix = "put it before the options, or under `#### Explanation`"
            wrong(field, BEHIND, block, "this stands behind the options and in no part", fix)
        stem += block
    if options is None:
        fix = "write the options as `- [ ] …`, with `[x]` for each right one"
        field.page.found.append(NO_OPTIONS.at(heading.span, f"`{heading.name}` has no options", fix=fix))
        return stem, ()
    return stem, tuple(_option(entry, field) for entry in entries(options))


def _has_boxes(block: Sequence[Event]) -> bool:
    return any(_box(inside(entry)) is not None for entry in entries(block))


def _box(events: Sequence[Event]) -> bool | None:
    """Return what stands in an entry's own box; `None` where it has none."""
    for kind, value, _, _ in events[:2]:
        if kind == "TaskListMarker":
            return bool(value)
    return None


def _option(entry: Sequence[Event], field: Field) -> Option:
    inner = inside(entry)
    key = _box(inner)
    if key is None and not broken_box(field.page.text.data, entry[0][2]):  # that was reported as what it is
        wrong(field, NO_BOX, entry, "this entry of the options has no box", "write `- [ ] …` or `- [x] …`")
    skip = 1 if inner and inner[0][0] == "TaskListMarker" else 0
    inner = inner[skip:]
    if not skip and key is not None:
        inner = [inner[0], *inner[2:]]
    text: list[Event] = []
    quotes = []
    for block in blocks(inner):
        if block[0][0] == "+BlockQuote" and block[0][1] is None:
            quotes.append(block)
            continue
        if block[0][0] == "+List" and _has_boxes(block):
            fix = "begin it at the same column as the options above it"
            wrong(field, TWO_LISTS, block, "this list of options stands inside an option", fix)
        text += block
    feedback = render(inside(quotes[0]), field, inline=True) if quotes else None
    for quote in quotes[1:]:
        fix = "join the quotes with a line `>` between their paragraphs"
        wrong(field, FEEDBACKS, quote, "this is a second block quote of the option", fix)
        render(inside(quote), field)
    return Option(render(text, field, inline=True), bool(key), feedback or None, span_of(field, entry))
