"""`deckforge fmt` at a terminal: which lessons are not in their canonical form, and put into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from deckforge.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from deckforge.project import Project


def run(project: Project, files: Sequence[Path], *, check: bool) -> int:
    """Format lessons (none named: all), or with `check` only say which would change; return how many do.

    Raises:
        UsageError: a file is no Markdown lesson of the course.
        OutputError: a file cannot be written; then none was.
    """
    from deckforge import fmt
    from deckforge.intake import files as writing
    from deckforge.read import read

    course = read(project).value
    lessons = {(project.root / lesson.path).resolve(): lesson for lesson in course.lessons}
    for file in files:
        if file.resolve() not in lessons or file.suffix != ".md":
            raise UsageError(f"{file} is no Markdown lesson of this course")
    wanted = {file.resolve() for file in files} or {path for path in lessons if path.suffix == ".md"}
    taken = [item.id for lesson in course.lessons for item in lesson.items if item.id]
    made: dict[str, bytes] = {}
    before: dict[str, bytes] = {}
    for path in sorted(wanted):
        lesson = lessons[path]
        data = course.sources[lesson.path].data
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            click.echo(f"{lesson.path}: no UTF-8; left as it is", err=True)
            continue
        new = fmt.formatted(text.removeprefix("\ufeff"), taken).encode()
        if new != data:
            made[lesson.path], before[lesson.path] = new, data
            added = fmt.missing_ids(lesson)
            ids = f", {added} {'id' if added == 1 else 'ids'} added" if added else ""
            click.echo(f"{'would format' if check else 'formatted'}  {lesson.path}{ids}")
            taken += _ids(new)
    if made and not check:
        writing.put(project, made, before)
    many = "lesson" if len(wanted) == 1 else "lessons"
    click.echo(f"{len(wanted)} {many}, {len(made)} {'to format' if check else 'formatted'}")
    return len(made)


def _ids(data: bytes) -> list[str]:
    from deckforge.model.source import Source
    from deckforge.read.markdown import read_markdown_lesson

    return [item.id for item in read_markdown_lesson(Source("lesson.md", data)).value.items if item.id]
