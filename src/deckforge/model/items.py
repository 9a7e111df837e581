"""Items: any unit of study or assessment, one class a kind.

Every kind shares `Item`; what a kind adds is its own. Texts are `Rich`; what an author left out is `None` or `()`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, TypeAlias

if TYPE_CHECKING:
    from deckforge.model.claims import Claim
    from deckforge.model.rich import Rich
    from deckforge.model.source import Span


class Kind(StrEnum):
    """The kinds of item; each value is also the heading attribute that asks for the kind (`.choice`)."""

    CARD = "card"
    CLOZE = "cloze"
    CHOICE = "choice"
    SHORT = "short"
    ESSAY = "essay"
    NUMERIC = "numeric"
    PROBLEM = "problem"
    TERM = "term"


class Difficulty(StrEnum):
    """How hard an item is; problems also know the seeds' names, normalised to these (`warm-up` = easy)."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Bloom(StrEnum):
    """The levels of the revised taxonomy of Bloom, lowest first."""

    REMEMBER = "remember"
    UNDERSTAND = "understand"
    APPLY = "apply"
    ANALYZE = "analyze"
    EVALUATE = "evaluate"
    CREATE = "create"


class ProblemType(StrEnum):
    """The kinds of practice problem."""

    WARM_UP = "warm-up"
    SKILL_BUILDER = "skill-builder"
    CHALLENGE = "challenge"
    DEBUG = "debug"


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of whole numbers, such as minutes or words, both ends included; `15` is `15-15`."""

    low: int
    high: int

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}\u2013{self.high}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What all kinds share.

    `id` is permanent and unique in the course. `title` is the heading when it is only a title, hidden until answered,
    else `None`. `front` is what is asked: the text before the first part, else the heading. `source` is where in the
    lesson's source it comes from; `terms` are its key terms; `requires` names prerequisites (concepts, lessons or
    free words). `points` are the points it is worth in a quiz.
    """

    kind: ClassVar[Kind]

    id: str
    title: Rich | None
    front: Rich
    difficulty: Difficulty | None = None
    bloom: tuple[Bloom, ...] = ()
    concepts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    source: str = ""
    terms: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    critical: bool = False
    points: int | None = None
    minutes: Range | None = None
    short_question: Rich | None = None
    in_short: Rich | None = None
    why: Rich | None = None
    """Why it matters: given with `.critical`."""
    span: Span
    """Of the heading, or of the YAML mapping."""

    def texts(self) -> tuple[Rich, ...]:
        """Every text of the item in the order of reading; kinds add theirs."""
        return tuple(
            text
            for text in (self.title, self.front, *self.parts(), self.short_question, self.in_short, self.why)
            if text is not None
        )

    def parts(self) -> tuple[Rich | None, ...]:
        """The texts that a kind adds, in the order of reading."""
        return ()

    @property
    def heading(self) -> Rich:
        """What to call the item in a list: its title, else its front."""
        return self.title or self.front


@dataclass(frozen=True, slots=True, kw_only=True)
class Card(Item):
    """A question and its answer; `both` makes a card in the other direction too."""

    kind: ClassVar[Kind] = Kind.CARD

    answer: Rich | None
    both: bool = False

    def parts(self) -> tuple[Rich | None, ...]:
        """The answer."""
        return (self.answer,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloze(Item):
    """A sentence with deletions; `front` holds the `ClozeStart` and `ClozeEnd` pieces, `answer` is shown behind it."""

    kind: ClassVar[Kind] = Kind.CLOZE

    answer: Rich | None

    def parts(self) -> tuple[Rich | None, ...]:
        """What the back adds."""
        return (self.answer,)


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to choose; `key` marks a right one. `feedback` is for a learner who chose it."""

    text: Rich
    key: bool
    feedback: Rich | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Item):
    """A question with options, one or more of them keys; `gap` is what to review after a particular mistake."""

    kind: ClassVar[Kind] = Kind.CHOICE

    options: tuple[Option, ...]
    explanation: Rich | None
    gap: Rich | None

    @property
    def multiple(self) -> bool:
        """Whether more than one option is a key."""
        return sum(option.key for option in self.options) > 1

    def parts(self) -> tuple[Rich | None, ...]:
        """Options with their feedback, then explanation and gap."""
        options = tuple(text for option in self.options for text in (option.text, option.feedback))
        return (*options, self.explanation, self.gap)


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a question, with its points where it states them."""

    text: Rich
    points: int | None
    span: Span


@dataclass(frozen=True, slots=True)
class RubricRow:
    """One criterion of a rubric: what it is, its points, and a text for each level."""

    component: Rich
    points: int | None
    cells: tuple[Rich, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Rubric:
    """A table for scoring: the levels' names (best first) and a row for each criterion."""

    levels: tuple[Rich, ...]
    rows: tuple[RubricRow, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Item):
    """What short and essay questions share: tasks, a model answer, a rubric, criteria and a length in words."""

    tasks: tuple[Task, ...]
    answer: Rich | None
    rubric: Rubric | None
    criteria: tuple[Rich, ...]
    words: Range | None

    def parts(self) -> tuple[Rich | None, ...]:
        """Tasks, model answer, rubric, criteria."""
        rubric = self.rubric
        rows = (
            ()
            if rubric is None
            else (
                *rubric.levels,
                *(text for row in rubric.rows for text in (row.component, *row.cells)),
            )
        )
        return (*(task.text for task in self.tasks), self.answer, *rows, *self.criteria)


@dataclass(frozen=True, slots=True, kw_only=True)
class Short(Written):
    """A question answered in a few sentences, scored by the learner."""

    kind: ClassVar[Kind] = Kind.SHORT


@dataclass(frozen=True, slots=True, kw_only=True)
class Essay(Written):
    """A question answered at length, scored by the learner against the rubric."""

    kind: ClassVar[Kind] = Kind.ESSAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeric(Item):
    """A question whose answer is a number, graded by the acceptance interval of `value`.

    `value` is the first claim of the answer; `None` where the answer holds none (then a diagnostic says so).
    """

    kind: ClassVar[Kind] = Kind.NUMERIC

    answer: Rich | None
    value: Claim | None
    explanation: Rich | None

    def parts(self) -> tuple[Rich | None, ...]:
        """Answer and explanation."""
        return (self.answer, self.explanation)


@dataclass(frozen=True, slots=True)
class Hint:
    """One step of help; `name` says what kind (`Conceptual`), or is empty."""

    name: str
    text: Rich
    span: Span


@dataclass(frozen=True, slots=True)
class Mistake:
    """A common mistake, why it is wrong, and how to prevent it."""

    mistake: Rich
    why: Rich
    prevention: Rich | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem(Item):
    """An exercise: hints one at a time, then the solution, common mistakes and a way to go further."""

    kind: ClassVar[Kind] = Kind.PROBLEM

    type: ProblemType | None
    tasks: tuple[Task, ...]
    hints: tuple[Hint, ...]
    solution: Rich | None
    mistakes: tuple[Mistake, ...]
    extension: Rich | None

    def parts(self) -> tuple[Rich | None, ...]:
        """Tasks, hints, solution, mistakes, extension."""
        mistakes = tuple(text for row in self.mistakes for text in (row.mistake, row.why, row.prevention))
        hints = tuple(hint.text for hint in self.hints)
        return (*(task.text for task in self.tasks), *hints, self.solution, *mistakes, self.extension)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(Item):
    """A word and its definition; `both` asks for the word from the definition too."""

    kind: ClassVar[Kind] = Kind.TERM

    definition: Rich | None
    both: bool = False

    def parts(self) -> tuple[Rich | None, ...]:
        """The definition."""
        return (self.definition,)


AnyItem: TypeAlias = Card | Cloze | Choice | Short | Essay | Numeric | Problem | Term
KINDS: dict[Kind, type[AnyItem]] = {
    item.kind: item for item in (Card, Cloze, Choice, Short, Essay, Numeric, Problem, Term)
}
