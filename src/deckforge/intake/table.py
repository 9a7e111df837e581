"""Tables: CSV, TSV and Excel workbooks, a card a row.

What a column means is known from its heading, by synonym, or told with `--columns front=1,answer=Meaning`; a table
without headings is a question and an answer. A column that means nothing to us stays with its card, under its heading.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, NamedTuple

from deckforge.diagnostics import Code, Outcome, Severity
from deckforge.intake import plain
from deckforge.intake.draft import Lesson, Section
from deckforge.intake.found import incomplete
from deckforge.intake.row import FIELDS, item_of, meaning_of
from deckforge.model.course import SectionKind
from deckforge.model.items import Kind
from deckforge.model.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deckforge.diagnostics import Diagnostic
    from deckforge.intake.readers import Options

NO_COLUMN = Code(
    "DF177",
    "import-column-unknown",
    Severity.ERROR,
    "`--columns` names a column that the table does not have, or a field that no card has.",
    "The cards would come in without what the column should give them.",
    "deckforge import --columns front=Frage words.csv      (the table has Term and Meaning)",
    "deckforge import --columns front=Term,answer=Meaning words.csv",
)
RAGGED = Code(
    "DF178",
    "import-row-ragged",
    Severity.ERROR,
    "A row of a table has more cells than the table has columns.",
    "Most often a separator stands in a text that is not quoted, and half of the text is in the next column.",
    "Adam,keeps two moments, per parameter",
    'Adam,"keeps two moments, per parameter"',
)
CODES = (NO_COLUMN, RAGGED)

name = "table"
summary = "CSV, TSV or an Excel workbook, a card a row"
binary = True

MOST_ROWS = 200_000


class Grid(NamedTuple):
    """A table: its name, and its rows with the line that each begins on."""

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def recognise(data: bytes, name: str) -> float:
    """Go by the name, and by headings that mean something."""
    lower = name.lower()
    if data.startswith(b"PK\x03\x04"):
        return 0.95 if lower.endswith((".xlsx", ".xlsm")) else 0.9 if b"xl/" in data[:4096] else 0.0
    if lower.endswith((".csv", ".tsv")):
        return 0.9
    first = data[:2000].decode("utf-8", "replace").split("\n")[0]
    cells = [cell.strip().strip('"').lower() for cell in re.split(r"[,;\t|]", first)]
    return 0.75 if len(cells) > 1 and sum(meaning_of(cell) is not None for cell in cells) > 1 else 0.0


def read(data: bytes, name: str, options: Options) -> Outcome[tuple[Lesson, ...]]:
    """Return each table as a lesson."""
    from deckforge.intake import workbook
    from deckforge.intake.encoding import as_utf8

    found: list[Diagnostic] = []
    if data.startswith(b"PK\x03\x04"):
        grids, found = workbook.grids(data, name)
        source = Source(name, b"")
    else:
        text = as_utf8(data, name)
        found += text.diagnostics
        source = Source(name, text.value)
        grids = [_grid(text.value.decode(), name, options.separators[0])]
    lessons = []
    for grid in grids:
        lesson, wrong = _lesson(grid, name, options, source)
        found += wrong
        if lesson is not None:
            lessons.append(lesson)
    return Outcome(tuple(lessons), tuple(found))


def _grid(text: str, name: str, separator: str) -> Grid:
    from deckforge.intake.paste import unescaped

    between = unescaped(separator) or delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=False)
    rows = []
    at = 1
    csv.field_size_limit(10_000_000)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            rows.append((at, tuple(cell.strip() for cell in cells)))
        at = reader.line_num + 1
    return Grid(plain.title(name), tuple(rows[:MOST_ROWS]))


def delimiter(text: str) -> str:
    """Return what stands between the cells: what cuts the first rows into the same number of cells, more than one."""
    best, most = ",", 0.0
    for candidate in ("\t", ",", ";", "|"):
        rows = list(csv.reader(io.StringIO(text[:50_000], newline=""), delimiter=candidate))[:50]
        widths = [len(row) for row in rows if any(cell.strip() for cell in row)]
        if not widths or max(widths) < 2:
            continue
        usual = max(set(widths), key=widths.count)
        score = widths.count(usual) / len(widths) * (1 if usual > 1 else 0.1)
        if score > most:
            best, most = candidate, score
    return best


def _lesson(grid: Grid, name: str, options: Options, source: Source) -> tuple[Lesson | None, list[Diagnostic]]:
    found: list[Diagnostic] = []
    if not grid.rows:
        return None, found
    head = grid.rows[0][1]
    has_head = sum(meaning_of(cell) is not None for cell in head) > (1 if len(head) > 1 else 0)
    has_head = has_head or any(not value.isdecimal() for value in options.columns.values())
    names = [cell or f"Column {number}" for number, cell in enumerate(head, 1)] if has_head else []
    names = names or [f"Column {number}" for number in range(1, max(len(cells) for _, cells in grid.rows) + 1)]
    for number, each in enumerate(names):
        if each in names[:number]:
            names[number] = f"{each} {number + 1}"
    columns = _columns(names, options.columns, found, headed=has_head)
    if "front" not in columns.values():
        listed = ", ".join(f"`{each}`" for each in names)
        message = f"no column of {grid.name} is known to hold the question: its columns are {listed}"
        found.append(NO_COLUMN.at(None, message, fix="say which: --columns front=1,answer=2"))
        return None, found
    items = []
    for place, cells in grid.rows[1 if has_head else 0 :]:
        if len(cells) > len(names) and any(cells[len(names) :]):
            message = f"this row has {len(cells)} cells, and the table {len(names)} columns"
            fix = "put the text that holds the separator into quotes, or name the separator: --separators"
            found.append(RAGGED.at(_place(source, place), message, fix=fix))
            continue
        items.append(item_of(dict(zip(names, cells, strict=False)), columns, place))
    content = tuple(
        Section(kind=kind, items=tuple(item for item in items if item.kind in kinds))
        for kind, kinds in _SECTIONS.items()
        if any(item.kind in kinds for item in items)
    )
    lesson = Lesson(title=grid.name, origin=name, content=content, claimed=_mapping(columns))
    return lesson, [*found, *incomplete(lesson, source)]


_SECTIONS = {
    SectionKind.FLASHCARDS: (Kind.CARD, Kind.CLOZE),
    SectionKind.QUIZ: (Kind.CHOICE, Kind.SHORT, Kind.ESSAY, Kind.NUMERIC),
    SectionKind.PROBLEMS: (Kind.PROBLEM,),
    SectionKind.TERMS: (Kind.TERM,),
}


def _mapping(columns: Mapping[str, str]) -> dict[str, str]:
    """Return how the columns were understood, for the preview."""
    return {
        "Columns": ", ".join(f"{column} → {meaning or 'kept under its heading'}" for column, meaning in columns.items())
    }


def _columns(names: Sequence[str], said: Mapping[str, str], found: list[Diagnostic], *, headed: bool) -> dict[str, str]:
    """Return the field of each column, `""` for one that means nothing to us."""
    columns: dict[str, str] = {}
    for field, wanted in said.items():
        at = (
            int(wanted) - 1
            if wanted.isdecimal()
            else next((number for number, name in enumerate(names) if name.casefold() == wanted.casefold()), -1)
        )
        if field not in FIELDS:
            known = ", ".join(f"`{each}`" for each in FIELDS)
            found.append(NO_COLUMN.at(None, f"a card has no field `{field}`", fix=f"the fields are {known}"))
        elif not 0 <= at < len(names):
            listed = ", ".join(f"`{each}`" for each in names)
            found.append(NO_COLUMN.at(None, f"the table has no column `{wanted}`", fix=f"its columns are {listed}"))
        else:
            columns[names[at]] = field
    taken = set(columns.values())
    for number, name in enumerate(names):
        if name in columns:
            continue
        meaning = meaning_of(name) if headed else None
        if not headed and not said and number < 2:
            meaning = ("front", "answer")[number]
        meaning = meaning if meaning not in taken else None
        columns[name] = meaning or ""
        taken |= {meaning} if meaning else set()
    return columns


def _place(source: Source, line_number: int) -> Span | None:
    from deckforge.intake.found import line_span

    return line_span(source, line_number) if source.data else None
