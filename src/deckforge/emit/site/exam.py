"""An exam over the whole course, drawn from its quizzes: the same questions every time, from all lessons alike.

Each lesson gives its share of the questions, and within a lesson they are taken at even distances, so that the first
and the last part of a quiz are both asked. Another exam is a test that the study elements draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from deckforge.emit.site import words
from deckforge.model.course import SectionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.model.course import Course, Lesson, Section
    from deckforge.model.items import AnyItem


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the exam, with where it is from and what it is worth."""

    lesson: Lesson
    section: Section
    item: AnyItem

    @property
    def points(self) -> int:
        """What it is worth: one point where nobody said."""
        return words.worth(self.section, self.item) or 1


@dataclass(frozen=True, slots=True)
class Exam:
    """The questions in the order of the course; `minutes` of 0 set no limit."""

    questions: tuple[Question, ...]
    minutes: int

    @property
    def points(self) -> int:
        """What all questions are worth."""
        return sum(question.points for question in self.questions)

    @property
    def lessons(self) -> tuple[tuple[Lesson, tuple[Question, ...]], ...]:
        """The questions lesson by lesson."""
        found: dict[str, list[Question]] = {}
        for question in self.questions:
            found.setdefault(question.lesson.id, []).append(question)
        return tuple((asked[0].lesson, tuple(asked)) for asked in found.values())


def draw(course: Course) -> Exam:
    """Return the exam of a course: as many questions and minutes as `site.test` says, of the kinds that it names."""
    wanted = course.site.test
    pools = [_pool(course, lesson) for lesson in course.lessons]
    pools = [pool for pool in pools if pool]
    shares = _shares([len(pool) for pool in pools], wanted.count)
    questions = [question for pool, share in zip(pools, shares, strict=True) for question in _spread(pool, share)]
    return Exam(tuple(questions), wanted.minutes or _time(questions))


def _pool(course: Course, lesson: Lesson) -> list[Question]:
    kinds = course.site.test.kinds
    return [
        Question(lesson, section, item)
        for section in lesson.sections
        if section.kind is SectionKind.QUIZ
        for item in section.items
        if not kinds or item.kind in kinds
    ]


def _shares(sizes: Sequence[int], count: int) -> list[int]:
    """Return how many of each size to take, `count` in all where there are as many: in turn, so that all get alike."""
    shares = [0] * len(sizes)
    left = min(count, sum(sizes))
    while left:
        for place, size in enumerate(sizes):
            if left and shares[place] < size:
                shares[place] += 1
                left -= 1
    return shares


def _spread(pool: Sequence[Question], share: int) -> list[Question]:
    """Return `share` entries of a pool at even distances, the first among them."""
    return [pool[place * len(pool) // share] for place in range(share)]


def _time(questions: Sequence[Question]) -> int:
    """Return the minutes that the questions take by what their authors say; 0 where nobody said anything."""
    known = [minutes for question in questions if (minutes := _minutes(question))]
    return 5 * ceil(sum(known) / len(known) * len(questions) / 5) if known else 0


def _minutes(question: Question) -> float:
    """Return the minutes of one question: its own, else its share of its section's."""
    if question.item.minutes:
        return question.item.minutes.high
    section = question.section
    return section.minutes.high / len(section.items) if section.minutes else 0
