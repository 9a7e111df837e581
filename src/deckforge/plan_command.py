"""`deckforge plan` at a terminal: the days and what is done on each; then the calendar file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deckforge.diagnostics import text
from deckforge.emit import calendar, plan
from deckforge.errors import OutputError, UsageError

if TYPE_CHECKING:
    from datetime import date

    from deckforge.model.course import Course


def run(course: Course, start: date | None, exam: date | None, minutes: int | None, out: Path | None) -> None:
    """Show the plan, and what is wrong with it, and write it; what is not given comes from `course.yaml`.

    Raises:
        UsageError: there is no first day, or the exam is not after it, or a file that is no plan of ours is in the way.
        OutputError: the file cannot be written.
    """
    timetable = course.timetable
    start = start or timetable.start
    exam = exam or timetable.exam
    if start is None:
        raise UsageError("say when to begin: --start 2026-12-01, or `study: {start: 2026-12-01}` in course.yaml")
    if exam is not None and exam <= start:
        raise UsageError(f"the exam ({exam}) is not after the first day ({start})")
    made = plan.plan(course, start, exam, minutes or timetable.minutes or plan.MINUTES)
    for session in made.value:
        shown = f"{session.minutes:>4} min" if session.minutes else " " * 8
        click.echo(f"{session.day:%a} {session.day}  {shown}  {calendar.summary(course, session)}")
    path = out or Path(f"{course.id}-plan.ics")
    _write(path, calendar.calendar(course, made.value, start))
    click.echo(f"{len(made.value)} events in {path}: open it with a calendar, or import it there.")
    click.echo(text.render(made.diagnostics, course.sources, color=False, width=None), nl=False)


def _write(path: Path, data: bytes) -> None:
    try:
        if path.exists() and f"PRODID:{calendar.PRODUCT}".encode() not in path.read_bytes():
            raise UsageError(f"{path} is no study plan of DeckForge: move it, or name another file with --out")
        path.write_bytes(data)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error
