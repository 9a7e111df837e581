"""`deckforge import` at a terminal: read every file, show what is in it and what it would change, and write it.

Nothing is written where a file could not be read or something in it is wrong; then, of all files or of none.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deckforge.diagnostics import Code, Diagnostic, Severity, has_errors
from deckforge.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.intake.draft import Lesson
    from deckforge.intake.merge import Plan
    from deckforge.intake.readers import Options
    from deckforge.model.source import Source
    from deckforge.project import Project

UNKNOWN = Code(
    "DF188",
    "import-kind-unknown",
    Severity.ERROR,
    "A file is of no kind that can be imported, or of none that it could be told by.",
    "A file that is read as something else than it is makes cards out of noise.",
    "deckforge import photo.jpg",
    "deckforge import --as paste list.txt",
)
CODES = (UNKNOWN,)

MAX_FILE = 1 << 30
"""Bytes of a package with its media."""


@dataclass(slots=True)
class _Read:
    """What was read so far: drafts, what is wrong, and the texts that places are in."""

    lessons: list[Lesson] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)


def run(
    project: Project, files: Sequence[Path], folder: Path | None, kind: str, options: Options, *, dry: bool, yes: bool
) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    """Import files into a course; return what was done, or `None` where nothing was, and what was wrong.

    Raises:
        UsageError: the folder is not in the course's `content/`, or there is no such kind.
        OutputError: a file cannot be written; then none was.
    """
    from deckforge import pipeline
    from deckforge.diagnostics import text
    from deckforge.intake import files as writing
    from deckforge.intake import merge, record, report

    into = _folder(project, folder)
    read = _Read()
    for file in files:
        _read(file, kind, options, read)
    result = pipeline.check(project)
    plan: Plan | None = None
    if not has_errors(read.found):
        locks = [path.read_bytes() if path.is_file() else b"" for path in (project.root / record.PATH, project.lock)]
        plan = merge.merge(result.course, locks[0], locks[1], read.lessons, into)
        read.found += plan.diagnostics
    sys.stdout.write(text.render(tuple(read.found), read.sources, color=sys.stdout.isatty(), width=None))
    if plan is None or has_errors(read.found):
        return None, tuple(read.found)
    for row in report.changes(plan):
        click.echo(row)
    if not plan.files:
        click.echo("Nothing to write: the course has all of it.")
        return plan, tuple(read.found)
    click.echo("Would write:" if dry else "To write:")
    for row in report.files(plan):
        click.echo(row)
    if dry:
        return plan, tuple(read.found)
    if not yes and sys.stdin.isatty() and not click.confirm("Write these files?", default=True):
        return None, tuple(read.found)
    before = {name: source.data for name, source in result.course.sources.items() if name in plan.files}
    writing.put(project, plan.files, before)
    click.echo("Written. Look at it with `git diff` and `deckforge check`; ids are permanent from now on.")
    return plan, tuple(read.found)


def _folder(project: Project, folder: Path | None) -> str:
    """Return where new lessons go, relative to the project."""
    if folder is None:
        return project.relative(project.content)
    path = folder if folder.is_absolute() else (Path.cwd() / folder)
    path = path.resolve()
    if not path.is_relative_to(project.content.resolve()):
        inside = (project.root / folder).resolve()
        if not inside.is_relative_to(project.content.resolve()):
            raise UsageError(f"--into {folder} is not in {project.content}: lessons live there")
        path = inside
    return path.relative_to(project.root.resolve()).as_posix()


def _read(file: Path, kind: str, options: Options, read: _Read) -> None:
    from deckforge.intake import found, readers, report
    from deckforge.intake.encoding import TOO_LARGE, as_utf8
    from deckforge.model.source import Source

    name = file.name if str(file) != "-" else "standard input"
    if str(file) != "-" and file.stat().st_size > MAX_FILE:
        read.found.append(TOO_LARGE.at(None, f"{name} has more than {MAX_FILE:,} bytes", fix="split it"))
        return
    data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    decoded = as_utf8(data, name)
    reader = readers.named(kind) if kind else readers.choose(data, decoded.value, name)
    if kind and reader is None:
        known = ", ".join(each.name for each in readers.readers())
        raise UsageError(f"there is no kind `{kind}`: {known}")
    if reader is None:
        problems = decoded.diagnostics if not decoded.value and data else ()
        names = ", ".join(each.name for each in readers.readers())
        fix = f"say what it is: --as {names.replace(', ', '|')}"
        read.found += problems or (UNKNOWN.at(None, f"{name}: it cannot be told what this is", fix=fix),)
        return
    read.sources[name] = Source(name, decoded.value)
    if not reader.binary:
        read.found += decoded.diagnostics
        if has_errors(decoded.diagnostics):
            return
    outcome = reader.read(data if reader.binary else decoded.value, name, options)
    read.found += outcome.diagnostics
    read.lessons += outcome.value
    for row in report.found(reader.name, outcome.value):
        click.echo(row)
    nothing = not any(lesson.content for lesson in outcome.value)
    if nothing and not has_errors(outcome.diagnostics):
        read.found.append(
            found.NOTHING.at(None, f"{name}: nothing to study was found in it", fix="try --as another kind")
        )
