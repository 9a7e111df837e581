"""`deckforge push` at a terminal: shows the plan, asks, and says what became of it.

Results go to standard output. A refusal to go on is an answer like any other, and changes nothing.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from deckforge import report
from deckforge.exchange import push_package, push_preview
from deckforge.exchange.push import push

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from deckforge.emit.anki.lock import Entry
    from deckforge.exchange.ankiconnect import AnkiConnect
    from deckforge.exchange.push_steps import Options, Plan
    from deckforge.model.course import Course
    from deckforge.progress import Progress
    from deckforge.project import Project


def entries(project: Project) -> Mapping[str, Entry]:
    """Return what the lock file says now: to be read before the build changes it."""
    return push_package.entries(project.lock)


def run(
    project: Project,
    course: Course,
    before: Mapping[str, Entry],
    anki: AnkiConnect,
    options: Options,
    *,
    style: str,
    yes: bool,
    dry_run: bool,
) -> bool:
    """Push what was just built; return whether nothing is left that somebody has to look at.

    Raises:
        AnkiError: Anki cannot be reached, refuses, or went away.
    """
    package = project.build / "decks" / f"{course.id}.apkg"
    shipped = push_package.load(package, course, before, entries(project))

    def show(profile: str, plan: Plan) -> None:
        if style == "text":
            sys.stdout.write(push_preview.text(profile, plan))
            sys.stdout.flush()

    def ask() -> bool:
        return click.confirm("Do it?")

    def watch() -> AbstractContextManager[Progress]:
        return report.progress(quiet=style != "text")

    done = push(shipped, anki, options, show=show, ask=None if yes else ask, dry_run=dry_run, watch=watch)
    if style == "json":
        sys.stdout.write(push_preview.machine(done))
        return done.complete
    sys.stdout.write(push_preview.outcome(done, project.relative(package)))
    if not done.pushed and done.plan.changes:
        sys.stdout.write("Nothing was changed in Anki.\n")
    return done.complete
