"""`deckforge verify --coverage`: a table a lesson, and every number that nothing answers for, with its place."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from deckforge import report
from deckforge.model.coverage import Answer, Counted, LessonCoverage, coverage, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.pipeline import Result
    from deckforge.project import Project

COLORS = {
    Answer.PROVEN: "green",
    Answer.CITED: "cyan",
    Answer.GIVEN: "cyan",
    Answer.ARITHMETIC: "green",
    Answer.REFUTED: "bold red",
    Answer.UNPROVEN: "yellow",
    Answer.UNANSWERED: "magenta",
}


def measure(result: Result, only: Sequence[str] = ()) -> tuple[LessonCoverage, ...]:
    """Return the coverage of the chosen lessons (by id or path; none: all) after a verification."""
    assert result.verification is not None, "verify always verifies"
    chosen = {lesson.id for lesson in result.course.lessons if report.wanted(lesson, only)}
    found = coverage(result.course, result.verification.verdicts)
    return tuple(lesson for lesson in found if lesson.lesson in chosen)


def total(lessons: Sequence[LessonCoverage]) -> float:
    """Return the share of answered numbers of all lessons together, 0 to 100."""
    return percent(sum(lesson.answered for lesson in lessons), sum(len(lesson.numbers) for lesson in lessons))


def show(result: Result, lessons: Sequence[LessonCoverage], style: str, project: Project, *, least: float) -> None:
    """Show the coverage on standard output: `least` is what was asked for (0: nothing)."""
    if style == "json":
        from deckforge.diagnostics import machine

        document = json.loads(machine.render(result.diagnostics, result.course.sources))
        document["coverage"] = {
            "percent": round(total(lessons), 2),
            "minimum": least,
            "lessons": [_record(result, lesson) for lesson in lessons],
        }
        print(json.dumps(document, indent=1, ensure_ascii=False))  # noqa: T201 - standard output is the result
        return
    report.show(result, style, project, what="coverage")
    if style == "text":
        _text(result, lessons, least)


def place(result: Result, number: Counted) -> str:
    """Return where a number stands, as `path:line:column`."""
    position = result.course.sources[number.span.path].position(number.span.start)
    return f"{number.span.path}:{position.line}:{position.column}"


def _record(result: Result, lesson: LessonCoverage) -> dict[str, Any]:
    return {
        "lesson": lesson.lesson,
        "path": lesson.path,
        "percent": round(lesson.percent, 2),
        "counts": {answer.value: lesson.counts[answer] for answer in Answer},
        "numbers": [
            {
                "text": number.text,
                "place": place(result, number),
                "context": number.context,
                "answer": number.answer.value,
            }
            for number in lesson.numbers
        ],
    }


def _text(result: Result, lessons: Sequence[LessonCoverage], least: float) -> None:
    from rich.table import Table
    from rich.text import Text

    console = report._console()
    waiting = [number for lesson in lessons for number in lesson.numbers if not number.answer.answered]
    if waiting:
        places = Table("without an answer", "number", "", "in", box=None, pad_edge=False)
        for number in waiting:
            state = Text(number.answer.value, COLORS[number.answer])
            places.add_row(*map(Text, (place(result, number), number.text)), state, Text(number.context))
        console.print(places)
        console.print()
    table = Table("coverage", "numbers", box=None, pad_edge=False)
    table.columns[1].justify = "right"
    for answer in Answer:
        table.add_column(Text(answer.value, COLORS[answer]), justify="right")
    table.add_column("answered", justify="right")
    for lesson in lessons:
        table.add_row(lesson.lesson, *_cells(lesson.counts, lesson.percent))
    if len(lessons) > 1:
        whole = sum((lesson.counts for lesson in lessons), Counter[Answer]())
        table.add_section()
        table.add_row("together", *_cells(whole, total(lessons)))
    console.print(table)
    if least and total(lessons) < least:
        console.print(f"{total(lessons):.1f} % of the numbers are answered for; {least:g} % were asked for.")


def _cells(counts: Counter[Answer], share: float) -> list[str]:
    return [str(counts.total()), *(str(counts[answer] or "·") for answer in Answer), f"{share:.1f} %"]
