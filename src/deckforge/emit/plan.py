"""A study plan: on which day which lesson is learned, and on which days it is repeated.

Lessons come in the order of study, as many minutes a day as there are; what is to be repeated comes first. A lesson is
repeated on the days that its sections' schedules name, counted from the day on which it was finished; where nobody
wrote a schedule, on the days on which FSRS would ask a card that is always known (with the course's retention and the
default weights). An exam ends the plan, and the day before it is for everything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Outcome, Severity
from deckforge.model.course import Prose
from deckforge.model.items import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from deckforge.diagnostics import Diagnostic
    from deckforge.model.course import Course, Lesson, Section
    from deckforge.model.items import AnyItem

BEYOND = Code(
    "DF716",
    "plan-beyond-the-exam",
    Severity.WARNING,
    "The lessons do not fit between the first day and the exam.",
    "A plan that ends before its last lesson is no plan for this exam. It holds what can be learned by then; the help "
    "says how many minutes a day would do.",
    "study: {start: 2026-12-01, exam: 2026-12-02, minutes: 10}",
    "study: {start: 2026-12-01, exam: 2026-12-20, minutes: 30}",
)
CODES = (BEYOND,)

MINUTES = 30
"""Minutes a day where nobody says how many."""
HORIZON = 180
"""Days after a lesson within which it is repeated, where no exam ends the plan."""
_LEAST = 5
"""Minutes that are worth beginning a lesson for."""
_MOST = 24 * 60
_NAMED = 8
"""How many lessons that do not fit are named."""
_WORDS_A_MINUTE = 150
_LEARNING = {
    Kind.CARD: 1.0,
    Kind.CLOZE: 1.0,
    Kind.TERM: 1.0,
    Kind.CHOICE: 2.0,
    Kind.NUMERIC: 3.0,
    Kind.SHORT: 5.0,
    Kind.ESSAY: 25.0,
    Kind.PROBLEM: 15.0,
}
"""Minutes for meeting an item, where neither it nor its section says how many."""
_REPEATING = 0.4
"""Minutes for repeating an item: an answer that is known comes in seconds."""
_REPEATED = frozenset(_LEARNING) - {Kind.ESSAY, Kind.PROBLEM}


class Act(StrEnum):
    """What is done in a session, in the order of a day."""

    REPEAT = "repeat"
    LEARN = "learn"
    EVERYTHING = "everything"
    EXAM = "exam"


@dataclass(frozen=True, slots=True)
class Session:
    """Something to do on a day. `lesson` is its id (`""`: the course); `number` of `of` counts parts, or repetitions.

    `minutes` is an estimate; `text` is what the lesson's schedule says of the day.
    """

    day: date
    act: Act
    lesson: str
    number: int
    of: int
    minutes: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Step:
    """A repetition: so many days after the lesson, so many minutes, in so many words."""

    after: int
    minutes: float
    text: str


def plan(course: Course, start: date, exam: date | None, minutes: int) -> Outcome[tuple[Session, ...]]:
    """Return the sessions by day, and a warning where the lessons do not fit before the exam."""
    sessions, left = _fill(course, start, exam, minutes)
    if exam is None or not left:
        return Outcome(sessions)
    return Outcome(sessions, (_beyond(course, start, exam, minutes, left),))


def _beyond(course: Course, start: date, exam: date, minutes: int, left: Sequence[Lesson]) -> Diagnostic:
    """Return what to say of lessons that do not fit: the fewest minutes a day with which they would."""
    names = ", ".join(f"`{lesson.id}`" for lesson in left[:_NAMED])
    names += f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
    more = range(minutes + _LEAST, _MOST, _LEAST)
    low, high = 0, len(more)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if _fill(course, start, exam, more[middle])[1] else (low, middle)
    fix = f"study {more[low]} minutes a day, or begin earlier" if low < len(more) else "begin earlier"
    days = (exam - start).days
    message = f"with {minutes} minutes a day, {max(days, 0)} days before the exam are too few for {names}"
    return BEYOND.at(None, message, fix=fix)


def _fill(
    course: Course, start: date, exam: date | None, minutes: int
) -> tuple[tuple[Session, ...], tuple[Lesson, ...]]:
    """Return the sessions, and the lessons that were not finished before the exam."""
    last = exam - timedelta(days=2 if (exam - start).days > 1 else 1) if exam else None
    found: list[Session] = []
    due: dict[date, list[Session]] = {}
    queue = [(lesson, learning(lesson)) for lesson in course.lessons if lesson.content]
    day = start
    parts: list[Session] = []
    while queue and (last is None or day <= last):
        budget = minutes - sum(session.minutes for session in due.get(day, ()))
        while queue and budget > 0:
            lesson, left = queue[0]
            if left > budget and budget < min(_LEAST, minutes):
                break
            now = min(left, budget)
            parts.append(Session(day, Act.LEARN, lesson.id, len(parts) + 1, 0, now))
            budget -= now
            queue[0] = (lesson, left - now)
            if left == now:
                queue.pop(0)
                found += [replace(part, of=len(parts)) for part in parts]
                parts = []
                for session in _repetitions(course, lesson, day, exam):
                    due.setdefault(session.day, []).append(session)
        day += timedelta(days=1)
    found += [replace(part, of=len(parts) + 1) for part in parts]
    found += [session for sessions in due.values() for session in sessions]
    if exam is not None:
        found += _end(course, start, exam)
    acts = list(Act)
    in_order = sorted(found, key=lambda session: (session.day, acts.index(session.act)))
    return tuple(in_order), tuple(lesson for lesson, _ in queue)


def _end(course: Course, start: date, exam: date) -> list[Session]:
    """Return the exam, and the day for everything before it, where there is one after the first."""
    found = [Session(exam, Act.EXAM, "", 1, 1, 0)]
    if (exam - start).days > 1 and course.items:
        minutes = sum(repeating(section.items) for lesson in course.lessons for section in lesson.sections)
        found.insert(0, Session(exam - timedelta(days=1), Act.EVERYTHING, "", 1, 1, _whole(minutes)))
    return found


def _repetitions(course: Course, lesson: Lesson, day: date, exam: date | None) -> list[Session]:
    """Return when a lesson is repeated that was finished on a day."""
    steps = _written(course, lesson) or _computed(course, lesson)
    within = [
        step
        for step in steps
        if (day + timedelta(days=step.after) < exam - timedelta(days=1) if exam else True) and step.after > 0
    ]
    return [
        Session(
            day + timedelta(days=step.after),
            Act.REPEAT,
            lesson.id,
            number,
            len(within),
            _whole(step.minutes),
            step.text,
        )
        for number, step in enumerate(within, start=1)
    ]


def _written(course: Course, lesson: Lesson) -> list[_Step]:
    """Return the steps that the lesson's sections name, those of one day together."""
    found: dict[int, _Step] = {}
    for section in lesson.sections:
        for review in section.guide.schedule:
            named = [course.items[item][1] for item in review.items if item in course.items]
            minutes = repeating(named or section.items)
            before = found.get(review.day, _Step(review.day, 0.0, ""))
            text = "; ".join(filter(None, (before.text, " ".join(review.text.text.split()))))
            found[review.day] = _Step(review.day, before.minutes + minutes, text)
    return [found[day] for day in sorted(found)]


def _computed(course: Course, lesson: Lesson) -> list[_Step]:
    minutes = sum(repeating(section.items) for section in lesson.sections)
    if not minutes:
        return []
    return [_Step(day, minutes, "") for day in days(course.preset.retention)]


@cache
def days(retention: float) -> tuple[int, ...]:
    """Return the days after the first answer on which FSRS asks a card that is always known, up to the horizon."""
    from fsrs import Card, Rating, Scheduler

    scheduler = Scheduler(desired_retention=retention, learning_steps=(), enable_fuzzing=False)
    first = now = datetime(1970, 1, 1, tzinfo=UTC)
    card = Card(card_id=1, due=first)
    found: list[int] = []
    while True:
        card, _ = scheduler.review_card(card, Rating.Good, now)
        now = card.due
        if (now - first).days > HORIZON:
            return tuple(found)
        found.append((now - first).days)


def learning(lesson: Lesson) -> int:
    """Return how many minutes a lesson takes the first time: what its sections and items say, else by their kind."""
    text = " ".join(part.body.text for part in lesson.content if isinstance(part, Prose) and part.body)
    return _whole(len(text.split()) / _WORDS_A_MINUTE + sum(_section(section) for section in lesson.sections))


def _section(section: Section) -> float:
    if section.minutes:
        return (section.minutes.low + section.minutes.high) / 2
    return sum(_item(item) for item in section.items)


def _item(item: AnyItem) -> float:
    return (item.minutes.low + item.minutes.high) / 2 if item.minutes else _LEARNING[item.kind]


def repeating(items: Iterable[AnyItem]) -> float:
    """Return how many minutes repeating some items takes; essays and problems are not repeated."""
    return sum(_REPEATING for item in items if item.kind in _REPEATED)


def _whole(minutes: float) -> int:
    return max(1, round(minutes))
