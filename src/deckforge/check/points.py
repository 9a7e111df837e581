"""Points, words and minutes: numbers of an item that have to agree with one another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.check.near import shown
from deckforge.check.places import first_line, value
from deckforge.diagnostics import Code, Diagnostic, Related, Severity
from deckforge.model.course import SectionKind
from deckforge.model.items import Problem, Written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.model.course import Course, Section
    from deckforge.model.items import AnyItem, Task
    from deckforge.model.source import Span

UNPOINTED_ITEM = Code(
    "DF417",
    "unpointed-item",
    Severity.WARNING,
    "A question of a quiz has no points although others have.",
    "A score in percent cannot be computed over questions of which some are worth nothing that is known.",
    "### Which change helps? {#fix .choice points=10}\n\n### Why does it help? {#why .short}",
    "### Which change helps? {#fix .choice points=10}\n\n### Why does it help? {#why .short points=15}",
)
TASKS_DO_NOT_SUM = Code(
    "DF431",
    "tasks-do-not-sum",
    Severity.ERROR,
    "The points of an item's tasks are not, together, the points of the item.",
    "A learner would be scored out of a number that cannot be reached, or can be passed.",
    "### Design a schedule {#schedule .essay points=10}\n\n#### Tasks\n\n1. Warm-up (5 points)\n2. Decay (4 points)",
    "### Design a schedule {#schedule .essay points=10}\n\n#### Tasks\n\n1. Warm-up (5 points)\n2. Decay (5 points)",
)
RUBRIC_DOES_NOT_SUM = Code(
    "DF432",
    "rubric-does-not-sum",
    Severity.ERROR,
    "The points of a rubric's rows are not, together, the points of the item.",
    "Who scores by the rubric arrives at another total than who reads the question.",
    "### Why warm up? {#warm-up .short points=10}\n\n#### Rubric\n\n"
    "| Component | Points | Full |\n|---|---|---|\n| Warm-up | 5 | Names the steps |",
    "### Why warm up? {#warm-up .short points=10}\n\n#### Rubric\n\n"
    "| Component | Points | Full |\n|---|---|---|\n| Warm-up | 10 | Names the steps |",
)
TASK_WITHOUT_POINTS = Code(
    "DF433",
    "task-without-points",
    Severity.WARNING,
    "A task, or a row of a rubric, has no points although others have.",
    "The points cannot be added up, so nobody knows whether they make the item's.",
    "1. Warm-up (5 points)\n2. Decay",
    "1. Warm-up (5 points)\n2. Decay (5 points)",
)
ANSWER_OUTSIDE_WORDS = Code(
    "DF435",
    "answer-outside-words",
    Severity.ERROR,
    "A model answer is shorter or longer than the answer that is asked for.",
    "A learner measures an answer by the model; one that breaks its own rule teaches that the rule does not count.",
    "### Why is warm-up needed? {#warm-up .short words=50-100}\n\n#### Model answer\n\nFor stability.",
    "### Why is warm-up needed? {#warm-up .short words=2-10}\n\n#### Model answer\n\nFor stability.",
)
SECTION_MINUTES_TOO_SHORT = Code(
    "DF436",
    "section-minutes-too-short",
    Severity.WARNING,
    "The items of a section need, together, more minutes than the section has.",
    "Who plans the time of the section cannot finish it.",
    "## Problems {minutes=20}\n\n### A {#a minutes=15}\n\n### B {#b minutes=15}",
    "## Problems {minutes=30}\n\n### A {#a minutes=15}\n\n### B {#b minutes=15}",
)
CODES = (
    UNPOINTED_ITEM,
    TASKS_DO_NOT_SUM,
    RUBRIC_DOES_NOT_SUM,
    TASK_WITHOUT_POINTS,
    ANSWER_OUTSIDE_WORDS,
    SECTION_MINUTES_TOO_SHORT,
)

_WORD = re.compile(r"\S*\w\S*")


def tasks(course: Course) -> Iterator[Diagnostic]:
    """Report tasks whose points do not make the item's, or cannot be added up."""
    for section, item in _items(course):
        if not isinstance(item, Written | Problem):
            continue
        stated = [task.points for task in item.tasks]
        if not any(points is not None for points in stated):
            continue
        yield from _unpointed(course, item.tasks)
        total = _total(stated)
        wanted = _points(section, item)
        if total is not None and wanted is not None and total != wanted:
            yield TASKS_DO_NOT_SUM.at(
                _points_place(course, section, item),
                f"the tasks make {_sum(stated)} points, and the item is worth {wanted}",
                fix=f"change the tasks, or write `points={total}`",
                related=(Related(first_line(course, item.tasks[0].span), "the tasks begin here"),),
            )


def _unpointed(course: Course, rows: tuple[Task, ...]) -> Iterator[Diagnostic]:
    for number, task in enumerate(rows, 1):
        if task.points is None:
            yield TASK_WITHOUT_POINTS.at(
                first_line(course, task.span),
                f"task {number} has no points, and others have",
                fix="end it with its points: `(5 points)`",
            )


def rubrics(course: Course) -> Iterator[Diagnostic]:
    """Report rubrics that do not make the item's points (else the tasks'), or have a row without points."""
    for section, item in _items(course):
        rubric = item.rubric if isinstance(item, Written) else None
        if rubric is None or not isinstance(item, Written):
            continue
        stated = [row.points for row in rubric.rows]
        if not any(points is not None for points in stated):
            continue
        for row in rubric.rows:
            if row.points is None:
                yield TASK_WITHOUT_POINTS.at(
                    first_line(course, row.span),
                    f"the criterion “{shown(row.component.text)}” has no points, and others have",
                    fix="end the criterion with its points, `(5 points)`, or add a column `Points`",
                )
        total, wanted, what = _total(stated), _points(section, item), "the item is worth"
        if wanted is None:
            wanted, what = _total([task.points for task in item.tasks]), "its tasks make"
        if total is not None and wanted is not None and total != wanted:
            yield RUBRIC_DOES_NOT_SUM.at(
                first_line(course, rubric.span),
                f"the rubric makes {_sum(stated)} points, and {what} {wanted}",
                fix="change the points of its rows",
                related=(Related(_points_place(course, section, item), "the item is here"),),
            )


def answers(course: Course) -> Iterator[Diagnostic]:
    """Report model answers that are not of the length that is asked for."""
    for _, item in _items(course):
        if not isinstance(item, Written) or item.words is None or not item.answer:
            continue
        count = words(item.answer.text)
        if not item.words.low <= count <= item.words.high:
            short = count < item.words.low
            yield ANSWER_OUTSIDE_WORDS.at(
                value(course, item.span, "words", f"{item.words.low}"),
                f"the model answer has {count} words; {item.words} are asked for",
                fix=f"{'lengthen' if short else 'shorten'} the model answer, or change `words=`",
                related=(Related(first_line(course, item.answer.span), "the model answer begins here"),),
            )


def words(text: str) -> int:
    """Count words as an author does: what stands between white space and has a letter or a digit in it."""
    return len(_WORD.findall(text))


def unpointed_items(course: Course) -> Iterator[Diagnostic]:
    """Report questions without points in a lesson in which others have some."""
    for lesson in course.lessons:
        asked = [
            (section, item) for section in lesson.sections if section.kind is SectionKind.QUIZ for item in section.items
        ]
        missing = [item for section, item in asked if _points(section, item) is None]
        if len(missing) == len(asked):
            continue
        for item in missing:
            yield UNPOINTED_ITEM.at(
                first_line(course, item.span),
                f"“{shown(item.heading.text)}” has no points, and other questions of the quiz have",
                fix="give it `points`, or the quiz for all of its questions",
            )


def section_minutes(course: Course) -> Iterator[Diagnostic]:
    """Report sections whose items take longer, even at their shortest, than the section at its longest."""
    for lesson in course.lessons:
        for section in lesson.sections:
            needed = sum(item.minutes.low for item in section.items if item.minutes)
            if section.minutes and needed > section.minutes.high:
                yield SECTION_MINUTES_TOO_SHORT.at(
                    value(course, section.span, "minutes", str(section.minutes.high)),
                    f"the items need {needed} minutes, and the section has {section.minutes}",
                    fix=f"write `minutes={needed}` or more",
                )


def _items(course: Course) -> Iterator[tuple[Section, AnyItem]]:
    for lesson in course.lessons:
        for section in lesson.sections:
            for item in section.items:
                yield section, item


def _points(section: Section, item: AnyItem) -> int | None:
    """Return what an item is worth: its own points, else its section's."""
    return section.points if item.points is None else item.points


def _points_place(course: Course, section: Section, item: AnyItem) -> Span:
    if item.points is None and section.points is not None:
        return first_line(course, item.span)
    return value(course, item.span, "points", str(item.points))


def _total(points: list[int | None]) -> int | None:
    """Return the sum; `None` where there is nothing to add, or something is unknown."""
    known = [number for number in points if number is not None]
    return sum(known) if known and len(known) == len(points) else None


def _sum(points: list[int | None]) -> str:
    known = [number for number in points if number is not None]
    return f"{' + '.join(map(str, known))} = {sum(known)}" if len(known) > 1 else str(sum(known))
