"""What the command `deckforge pull` does: read the course and the package, compare, write where asked to, show.

Proofs are not run for it: what a field says of a number rests on receipts and on what is known from before.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from deckforge.diagnostics import Diagnostic, has_errors
from deckforge.exchange import pull_report
from deckforge.exchange.apkg import read_package
from deckforge.exchange.pull import Pull, compare

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rich.console import Console

    from deckforge.model.source import Source
    from deckforge.project import Project

_NOTHING = ("",)
"""A choice of claims that none is in."""


def run(project: Project, file: Path, *, write: bool, style: str) -> tuple[Diagnostic, ...]:
    """Show how a package differs from the sources, write what can be written if asked to, return what was wrong.

    Raises:
        OutputError: a lesson cannot be written.
    """
    from deckforge import pipeline
    from deckforge.emit.anki import lock
    from deckforge.exchange import write_back
    from deckforge.verify import Options

    read = read_package(file)
    package, found = read.value, read.diagnostics
    if has_errors(found):
        _show(Pull(), found, {}, file.name, style)
        return found
    result = pipeline.check(project)
    wrong = [each for each in result.diagnostics if each.severity.name == "ERROR"]
    if not wrong:
        result = pipeline.verify(project, Options(only=_NOTHING))
    if wrong or result.verification is None:
        found = (*found, *wrong)
        _show(Pull(), found, result.course.sources, file.name, style)
        return found
    verdicts = result.verification.verdicts
    data = project.lock.read_bytes() if project.lock.is_file() else b""
    entries, corrupt = lock.read(data)
    compared = compare(result.course, verdicts, entries, package)
    found = (*found, *corrupt, *compared.diagnostics)
    pulled = compared.value
    if write and not has_errors(found):
        pulled = write_back.write(pulled, result.course, verdicts, project)
    _show(pulled, found, result.course.sources, file.name, style)
    return found


def _show(pulled: Pull, found: tuple[Diagnostic, ...], sources: Mapping[str, Source], name: str, style: str) -> None:
    if style == "json":
        from deckforge.diagnostics import machine

        document = json.loads(machine.render(found, sources)) | pull_report.document(pulled, sources)
        sys.stdout.write(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
        return
    from deckforge.diagnostics import text

    terminal = sys.stdout.isatty()
    sys.stdout.write(text.render(found, sources, color=terminal, width=None))
    if has_errors(found):
        return
    if terminal:
        from rich.console import Console

        coloured(pulled, sources, name, Console(highlight=False))
    else:
        sys.stdout.write(pull_report.text(pulled, sources, name))


def coloured(pulled: Pull, sources: Mapping[str, Source], name: str, console: Console) -> None:
    """Show a pull at a terminal: what was is struck out, what is stands behind it, in colours."""
    from rich.text import Text

    styles = {"same": "", "old": "red strike", "new": "green"}
    for line, pieces in pull_report.lines(pulled, sources, name):
        shown = Text(line)
        for number, piece in enumerate(pieces):
            shown.append(" " if number else "")
            shown.append(piece.text, styles[piece.op])
        console.print(shown)
