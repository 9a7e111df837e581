"""`deckforge progress FILES…`: read the files, make the table, show it; say which files were left out and why."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from deckforge.diagnostics import Outcome, in_order
from deckforge.gradebook import files, view
from deckforge.gradebook.table import class_table
from deckforge.model.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from deckforge.diagnostics import Diagnostic
    from deckforge.gradebook.table import ClassTable
    from deckforge.model.course import Course


def gather(course: Course, paths: Sequence[Path]) -> tuple[Outcome[ClassTable], dict[str, Source]]:
    """Return the table of the files that can be read, everything there is to say of the others, and their sources."""
    found: list[files.ProgressFile] = []
    said: list[Diagnostic] = []
    sources: dict[str, Source] = {}
    for path in dict.fromkeys(each for given in paths for each in _expanded(given)):
        name = path.as_posix()
        with path.open("rb") as stream:
            data = stream.read(files.LARGEST + 1)
        outcome = files.read(name, data, course.id)
        said += outcome.diagnostics
        if outcome.diagnostics:
            sources[name] = Source(name, data)
        if outcome.value is not None:
            found.append(outcome.value)
    table = class_table(course, found)
    return Outcome(table.value, in_order((*said, *table.diagnostics))), sources


def _expanded(path: Path) -> list[Path]:
    """Return the files of a folder, or the file itself."""
    return sorted(path.glob("*.json")) if path.is_dir() else [path]


def show(outcome: Outcome[ClassTable], sources: dict[str, Source], style: str, *, every: bool) -> None:
    """Show the table on standard output and what was wrong on standard error; `every` lists all items."""
    from rich.console import Console

    from deckforge.diagnostics import text

    if outcome.diagnostics:
        sys.stderr.write(text.render(outcome.diagnostics, sources, color=sys.stderr.isatty(), width=120))
        sys.stderr.flush()
    table = outcome.value
    if style == "json":
        sys.stdout.write(view.as_json(table))
    elif style == "csv":
        sys.stdout.write(view.as_csv(table))
    elif table.learners:
        # A pipe has no width: 120 keeps tables readable in a log.
        console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
        view.show(table, console, every=every)
