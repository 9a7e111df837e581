"""A question of a learning management system, as every format can write it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.emit.lms.grading import Number
    from deckforge.model.items import Range


class Form(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"
    NUMBER = "number"
    TYPED = "typed"
    GAPS = "gaps"
    """Several typed answers in the running text, whose places `stem` marks with `GAP`."""
    MATCH = "match"
    REPORT = "report"
    """The learner works on paper and reports how far they got; hints come one at a time."""
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to choose, as HTML, and what is said to a learner who chose it."""

    text: str
    key: bool
    feedback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as every format can write it; texts are HTML, except `name`, `accepted` and the right side of a pair.

    `items` are the ids of the items that it asks for, `id` is unique among all questions. `label` says nothing about
    the answer (`Question 3`), `name` may. `feedback` is for the learner after answering, `missed` for one who answered
    wrongly; `answer` and `scoring` (criteria, rubric) are for whoever grades, and the answer is in the feedback too.
    """

    id: str
    items: tuple[str, ...]
    form: Form
    name: str
    label: str
    stem: str
    points: int = 1
    options: tuple[Option, ...] = ()
    single: bool = True
    shuffle: bool = True
    number: Number | None = None
    accepted: tuple[tuple[str, ...], ...] = ()
    """For each thing to type, the writings that are right."""
    pairs: tuple[tuple[str, str], ...] = ()
    feedback: str = ""
    missed: str = ""
    answer: str = ""
    scoring: str = ""
    hints: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    length: Range | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The questions of a section; `path` is the course's, the lesson's and the section's title."""

    id: str
    path: tuple[str, str, str]
    instructions: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Bank:
    """All questions of a course, and the pictures they show by name."""

    groups: tuple[Group, ...]
    pictures: Mapping[str, bytes]
