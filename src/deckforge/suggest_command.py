"""`deckforge suggest` at a terminal: each number in its sentence, the link, the measured value; then the question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from deckforge import suggest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.pipeline import Result
    from deckforge.project import Project

SHOWN = 3
"""How many candidates of a number are listed."""


def run(project: Project, lessons: Sequence[str], *, write: bool, yes: bool) -> int:
    """Show the suggestions, and with `write` put links where they are wanted; return how many were written."""
    from deckforge import pipeline, report

    result = pipeline.check(project)
    found = suggest.suggest(
        result.course,
        pipeline.all_proofs(result.course),
        suggest.runner(project),
        lambda lesson: report.wanted(lesson, lessons),
    )
    if not found:
        click.echo("No proof fits a number that nobody answers for.")
        return 0
    chosen: list[tuple[suggest.Suggestion, suggest.Candidate]] = []
    everything = False
    for suggestion in found:
        click.echo(_shown(result, suggestion))
        if not write:
            continue
        best = suggestion.candidates[0]
        if yes:
            chosen += [(suggestion, best)] if suggestion.unique else []
            continue
        answer = (
            "y"
            if everything
            else click.prompt("Write the first?", type=click.Choice(["y", "n", "all", "quit"]), default="n")
        )
        if answer == "quit":
            break
        everything = everything or answer == "all"
        chosen += [(suggestion, best)] if answer != "n" else []
    count, left = suggest.write(project, chosen, pipeline.claims_of)
    for why in left:
        click.echo(f"left out: {why}")
    if write:
        click.echo(
            f"{count} {'link' if count == 1 else 'links'} written. Look at them: `git diff`, `deckforge verify`."
        )
    else:
        click.echo(f"{len(found)} {'number' if len(found) == 1 else 'numbers'}; --write asks for each, and writes.")
    return count


def _shown(result: Result, suggestion: suggest.Suggestion) -> str:
    number = suggestion.number
    source = result.course.sources[number.span.path]
    lines = [f"{number.span.path}:{source.position(number.span.start).line}  {number.text}", f"  {number.context}"]
    for candidate in suggestion.candidates[:SHOWN]:
        lines.append(f"    {suggestion.link(candidate)}")
        lines.append(f"      measured {candidate.measured}; shares {', '.join(candidate.shared)}")
    if more := len(suggestion.candidates) - SHOWN:
        lines += [f"    and {more} more"] if more > 0 else []
    return "\n".join(lines)
