"""An Excel workbook as tables: read cell by cell, nothing in it is executed, and no more of it than a table has."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from deckforge.intake import plain, table
from deckforge.intake.found import UNREADABLE

if TYPE_CHECKING:
    from deckforge.diagnostics import Diagnostic
    from deckforge.intake.table import Grid

MAX_UNPACKED = 200_000_000
MAX_RATIO = 1_100
_MOST_COLUMNS = 200
_FIX = "save it from the spreadsheet as CSV"


def grids(data: bytes, name: str) -> tuple[list[Grid], list[Diagnostic]]:
    """Return a table for each sheet that has rows."""
    problem = _problem(data)
    if problem:
        return [], [UNREADABLE.at(None, f"{name}: {problem}", fix=_FIX)]
    from openpyxl import load_workbook

    try:
        # `data_only`: of a formula the value that was last computed. XML is read by defusedxml where it is there.
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        found = []
        for sheet in book.worksheets:
            rows = []
            for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS), 1):
                if number > table.MOST_ROWS:
                    break
                texts = [_text(cell) for cell in cells]
                while texts and not texts[-1]:
                    texts.pop()
                if texts:
                    rows.append((number, tuple(texts)))
            if rows:
                title = plain.title(name) if len(book.worksheets) == 1 else str(sheet.title)
                found.append(table.Grid(title, tuple(rows)))
        book.close()
    except Exception as error:
        return [], [UNREADABLE.at(None, f"{name} cannot be read: {error}", fix=_FIX)]
    return found, []


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _problem(data: bytes) -> str:
    """Return why the archive is not to be unpacked; `""` where it may be."""
    try:
        infos = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        return f"it is no workbook, or cut off ({error})"
    if any(info.flag_bits & 1 for info in infos):
        return "it is protected by a password"
    total = sum(info.file_size for info in infos)
    if total > MAX_UNPACKED or any(info.file_size > MAX_RATIO * max(info.compress_size, 1) for info in infos):
        return f"it would unpack to {total:,} bytes"
    if "xl/workbook.xml" not in {info.filename for info in infos}:
        return "it is an archive of something else than a workbook"
    return ""
