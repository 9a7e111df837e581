"""What a person sees at a terminal: progress while work goes on, then diagnostics, verdicts and what was made.

Standard output carries results and nothing else: with `--format json` it is one JSON document. Progress goes to
standard error, and where that is no terminal, a line when a stage begins.
"""

from __future__ import annotations

import fnmatch
import json
import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from deckforge.diagnostics import Severity
from deckforge.model.claims import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from deckforge.model.claims import Claim, Verdict
    from deckforge.model.course import Lesson
    from deckforge.pipeline import Result
    from deckforge.progress import Progress
    from deckforge.project import Project

STYLES = {
    Status.PROVEN: "green",
    Status.UNREFUTED: "green",
    Status.CITED: "cyan",
    Status.GIVEN: "cyan",
    Status.UNPROVEN: "yellow",
    Status.STALE: "yellow",
    Status.INCONCLUSIVE: "yellow",
    Status.REFUTED: "bold red",
    Status.FAILED: "bold red",
}


_EXPORTS = ("build/lms/", "build/llms/llms.txt", "build/plan.ics")
"""Files for other programs, of which a build shows how many there are and where."""


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    # A pipe has no width: 120 keeps tables readable in a log.
    return Console(stderr=stderr, highlight=False, soft_wrap=False, width=None if stream.isatty() else 120)


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Progress]:
    """Show the progress of stages on standard error; a bar at a terminal, a line a stage elsewhere."""
    from deckforge.progress import silent

    if quiet:
        yield silent
        return
    console = _console(stderr=True)
    if not console.is_terminal:
        begun: set[str] = set()

        def line(stage: str, done: int, total: int, detail: str = "") -> None:  # noqa: ARG001 - Progress
            if stage not in begun:
                begun.add(stage)
                console.print(f"{stage}: {total} to do" if total else f"{stage} …", style="dim")

        yield line
        return

    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description:>8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[detail]}"),
    )
    with Bars(*columns, console=console, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def bar(stage: str, done: int, total: int, detail: str = "") -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total or None, detail=detail)
            bars.update(tasks[stage], completed=done, total=total or None, detail=detail)

        yield bar


def narrow(result: Result, only: Sequence[str]) -> Result:
    """Return the result with the diagnostics and verdicts of some lessons alone (by id or path; none: all)."""
    if not only:
        return result
    chosen = {lesson.path for lesson in result.course.lessons if wanted(lesson, only)}
    diagnostics = tuple(each for each in result.diagnostics if each.span is None or each.span.path in chosen)
    return replace(result, diagnostics=diagnostics)


def wanted(lesson: Lesson, only: Sequence[str]) -> bool:
    """Tell whether a lesson is among the chosen, by its id or its path."""
    names = (lesson.id, lesson.path, lesson.path.removeprefix("content/"))
    return not only or any(fnmatch.fnmatchcase(name, pattern) for pattern in only for name in names)


def show(result: Result, style: str, project: Project, *, what: str) -> None:
    """Show what a command did: `what` is its name, `style` one of text, json, github."""
    sources = result.course.sources
    if style == "json":
        from deckforge.diagnostics import machine

        document = json.loads(machine.render(result.diagnostics, sources))
        document["verdicts"] = [_record(result, verdict) for verdict in _verdicts(result)]
        ran, blocks = result.verification.blocks if result.verification else (0, 0)
        document["code_blocks"] = {"run": ran, "all": blocks}
        document["written"] = [] if result.written is None else [*result.written.changed, *result.written.unchanged]
        print(json.dumps(document, indent=1, ensure_ascii=False))  # noqa: T201 - standard output is the result
        return
    if style == "github":
        from deckforge.diagnostics import github

        sys.stdout.write(github.render(result.diagnostics, sources))
        return
    from deckforge.diagnostics import text

    console = _console()
    width = console.width if console.is_terminal else None
    sys.stdout.write(text.render(result.diagnostics, sources, color=console.is_terminal, width=width))
    sys.stdout.flush()
    if result.verification is not None:
        if what == "verify":
            _verdict_table(result, console)
        _summary_table(result, console)
    if what == "build":
        _made(result, project, console)
    elif what == "check" and not any(each.severity is Severity.ERROR for each in result.diagnostics):
        course = result.course
        counts = {"lesson": len(course.lessons), "item": len(course.items), "claim": len(course.all_claims())}
        console.print(", ".join(f"{n} {word}{'' if n == 1 else 's'}" for word, n in counts.items()) + ": no errors")


def _verdicts(result: Result, lesson: Lesson | None = None) -> list[Verdict]:
    if result.verification is None:
        return []
    claims = (lesson or result.course).all_claims()
    return [result.verification.verdicts[claim] for claim in claims]


def place(result: Result, claim: Claim) -> str:
    """Return where a claim stands, as `path:line`."""
    source = result.course.sources.get(claim.span.path)
    return claim.span.path if source is None else f"{claim.span.path}:{source.position(claim.text_span.start).line}"


def _record(result: Result, verdict: Verdict) -> dict[str, Any]:
    claim = verdict.claim
    return {
        "kind": claim.kind.value,
        "text": claim.text,
        "reference": claim.reference,
        "place": place(result, claim),
        "status": verdict.status.value,
        "interval": verdict.interval,
        "measured": verdict.measured,
        "correction": verdict.correction,
        "reason": verdict.reason,
    }


def _verdict_table(result: Result, console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table("place", "written", "allowed", "measured", "proof", "verdict", box=None, pad_edge=False)
    for verdict in _verdicts(result):
        claim = verdict.claim
        proof = claim.reference if claim.needs_proof else f"{claim.kind}:{claim.target}"
        cells = (place(result, claim), claim.text, verdict.interval, verdict.measured, proof)
        table.add_row(*map(Text, cells), Text(verdict.status.value, STYLES[verdict.status]))
    console.print(table)
    console.print()


def _summary_table(result: Result, console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    verdicts = {lesson.id: _verdicts(result, lesson) for lesson in result.course.lessons}
    counts = {lesson: Counter(verdict.status for verdict in each) for lesson, each in verdicts.items()}
    shown = [status for status in Status if any(count[status] for count in counts.values())]
    table = Table("numbers that are", box=None, pad_edge=False)
    for status in shown:
        table.add_column(Text(status.value, STYLES[status]), justify="right")
    table.add_column("in all", justify="right")
    for lesson, count in counts.items():
        table.add_row(lesson, *(str(count[status] or "·") for status in shown), str(count.total()))
    if len(counts) > 1:
        whole = sum(counts.values(), Counter[Status]())
        table.add_section()
        table.add_row("together", *(str(whole[status]) for status in shown), str(whole.total()))
    console.print(table)
    verification = result.verification
    if verification is not None:
        console.print(f"{verification.measured} measured now, {verification.reused} known from before", style="dim")
        ran, blocks = verification.blocks
        if blocks:
            state = "green" if ran == blocks else "yellow"
            console.print(f"{ran} of {blocks} code block{'' if blocks == 1 else 's'} run", style=state)
        if verification.exempted:
            console.print(f"{len(verification.exempted)} exempted by content/exemptions.yaml", style="bold yellow")
    console.print()


def _made(result: Result, project: Project, console: Console) -> None:
    if result.written is None:
        console.print("Nothing was written; what an earlier build made is as it was.")
        return
    paths = [*result.written.changed, *result.written.unchanged]
    groups = {
        "decks": [path for path in paths if path.startswith("build/decks/") and path.endswith(".apkg")],
        "tables": [path for path in paths if path.startswith("build/tables/") and "-quizlet" not in path],
        "course.json": [path for path in paths if path == "build/course.json"],
        "drawings": [path for path in result.written.changed if path.startswith("content/media/")],
    }
    for name, files in groups.items():
        for path in sorted(files):
            size = (project.root / path).stat().st_size
            console.print(f"{name:>12}  {path}  [dim]{_size(size)}[/dim]")
    tables = {path for path in paths if path.startswith("build/tables/")}
    exports = [path for path in paths if path.startswith(_EXPORTS) or path in tables - set(groups["tables"])]
    if exports:
        folders = ", ".join(sorted({path.rpartition("/")[0] for path in exports}))
        console.print(f"{'exports':>12}  {len(exports)} files in {folders}")
    index = project.build / "site" / "index.html"
    if index.is_file():
        state = "" if result.site_built else "  [dim]as it was[/dim]"
        console.print(f"{'site':>12}  build/site/index.html{state}")
    changed = [path for path in result.written.changed if not path.startswith(("build/site/", "build/pages/"))]
    seconds = sum(result.seconds.values())
    if changed or result.site_built:
        console.print(f"Made in {seconds:.1f} s.")
    else:
        console.print(f"Everything was up to date ({seconds:.1f} s).")


def _size(count: int) -> str:
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"
