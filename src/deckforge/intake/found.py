"""What several readers have to say about what they found: cards that are not whole, counts that do not agree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Severity
from deckforge.intake.draft import Section
from deckforge.model.items import Kind
from deckforge.model.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.diagnostics import Diagnostic
    from deckforge.intake.draft import Item, Lesson

INCOMPLETE = Code(
    "DF173",
    "import-card-incomplete",
    Severity.WARNING,
    "A card of an imported file has a question and no answer, or the other way round.",
    "It cannot be studied as it is. It comes in as a line of the lesson's prose, so that nothing is lost; write what "
    "is missing and make an item of it.",
    "62\nNew cards\n\nScratch memory\n\n63",
    "62\nNew cards\n\nScratch memory\n\nMemory that an operation needs while it runs.\n\n63",
)
COUNT = Code(
    "DF174",
    "import-count-disagrees",
    Severity.WARNING,
    "An imported file says how many cards it has, and another number was found.",
    "Either the file is cut off or wrong about itself, or a card was not recognised: look at both.",
    "Total Cards: 5      (and four cards below it)",
    "Total Cards: 4",
)
NOTHING = Code(
    "DF175",
    "import-nothing-found",
    Severity.ERROR,
    "Nothing that could be studied was found in a file.",
    "It may be of another kind than it was read as: `--as` names the kind.",
    "deckforge import mails.txt",
    "deckforge import --as document notes.txt",
)
UNREADABLE = Code(
    "DF179",
    "import-file-unreadable",
    Severity.ERROR,
    "A workbook or a `course.json` cannot be read: it is damaged, protected, of another version, or absurdly large.",
    "Workbooks are zip archives; a small one can unpack to more than a disk holds. Of a `course.json`, only the keys "
    "of a known version are known to mean what they meant.",
    "words.xlsx, protected by a password",
    "words.csv, saved from the spreadsheet as CSV",
)
CODES = (INCOMPLETE, COUNT, NOTHING, UNREADABLE)


def line_span(source: Source, number: int) -> Span:
    """Return the place of a line, counted from 1."""
    rows = source.data.split(b"\n")
    start = sum(len(row) + 1 for row in rows[: number - 1])
    return Span(source.path, start, start + len(rows[number - 1])) if number <= len(rows) else Span(source.path, 0, 0)


def items(lesson: Lesson) -> Iterator[Item]:
    """Yield the items of a draft."""
    for part in lesson.content:
        if isinstance(part, Section):
            yield from part.items


def answered(item: Item) -> bool:
    """Tell whether an item has what it needs to be studied."""
    match item.kind:
        case Kind.CARD | Kind.TERM | Kind.NUMERIC | Kind.SHORT:
            return bool(item.answer.strip())
        case Kind.ESSAY:
            return bool(item.answer.strip() or item.rubric or item.criteria)
        case Kind.PROBLEM:
            return bool(item.solution.strip())
        case Kind.CHOICE:
            keys = [option.key for option in item.options]
            return len(keys) > 1 and any(keys) and not all(keys)
        case Kind.CLOZE:
            return bool(re.search(r"\{\{c[1-9]\d*::", item.front))


def incomplete(lesson: Lesson, source: Source) -> Iterator[Diagnostic]:
    """Report the items that cannot be studied."""
    for item in items(lesson):
        if not item.front.strip() or not answered(item):
            name = f"{item.label} “{' '.join(item.front.split())[:60]}”" if item.label else item.front[:60]
            missing = "no question" if not item.front.strip() else _MISSING.get(item.kind, "no answer")
            place = line_span(source, item.lines[0]) if item.lines else Span(source.path, 0, 0)
            yield INCOMPLETE.at(
                place, f"{name.strip()} has {missing}", fix="it is kept as prose; write what is missing"
            )


_MISSING = {
    Kind.TERM: "no definition",
    Kind.CHOICE: "no two options of which some are right and some wrong",
    Kind.PROBLEM: "no solution",
    Kind.CLOZE: "no deletion",
}


def disagrees(claimed: str, number: int, source: Source, line: int) -> Iterator[Diagnostic]:
    """Report that a file claims another number of cards than was found."""
    digits = re.search(r"\d+", claimed)
    if digits and int(digits[0]) != number:
        message = f"the file says “{claimed.strip()}”, and {number} were found"
        yield COUNT.at(line_span(source, line), message, fix="look whether some are missing")
