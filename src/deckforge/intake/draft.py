"""A lesson as it comes out of somebody else's document, before it is one of ours.

The shape is the model's (`deckforge.model.items`, `deckforge.model.course`), with two differences: a text is Markdown
in our dialect (`str`, `""` where there is none) instead of `Rich`, and an id may be missing until `merge` gives one.
`lines` are the lines of the source (counted from 1) that a part was made from, so that every line can be accounted for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.model.course import SectionKind
    from deckforge.model.identity import KeptType
    from deckforge.model.items import Bloom, Difficulty, Kind, ProblemType, Range

Lines: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An answer to choose."""

    text: str
    key: bool = False
    feedback: str = ""
    lines: Lines = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task of a question."""

    text: str
    points: int | None = None
    lines: Lines = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricRow:
    """One criterion of a rubric, a cell for each level."""

    component: str
    points: int | None = None
    cells: tuple[str, ...] = ()
    lines: Lines = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """The levels' names, best first, and a row for each criterion."""

    levels: tuple[str, ...]
    rows: tuple[RubricRow, ...]
    lines: Lines = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """One step of help; `name` is its kind or empty."""

    text: str
    name: str = ""
    lines: Lines = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A common mistake, why it is wrong, and how to prevent it."""

    mistake: str
    why: str = ""
    prevention: str = ""
    lines: Lines = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Any item; the fields that its kind does not have stay empty.

    `label` is what the source calls it ("Card 3", "Question 2"), for resolving references to it. `guid` is Anki's,
    where it comes from a deck; an item with one keeps it. `extra` is what the source says beyond our model, by its own
    label.
    """

    kind: Kind
    front: str
    id: str = ""
    label: str = ""
    title: str = ""
    guid: str = ""
    difficulty: Difficulty | None = None
    bloom: tuple[Bloom, ...] = ()
    concepts: tuple[str, ...] = ()
    """Titles as the source writes them; `merge` makes ids of them."""
    tags: tuple[str, ...] = ()
    source: str = ""
    terms: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    critical: bool = False
    why: str = ""
    points: int | None = None
    minutes: Range | None = None
    words: Range | None = None
    short_question: str = ""
    in_short: str = ""
    both: bool = False
    answer: str = ""
    """Also a term's definition and a model answer."""
    options: tuple[Option, ...] = ()
    explanation: str = ""
    gap: str = ""
    tasks: tuple[Task, ...] = ()
    rubric: Rubric | None = None
    criteria: tuple[str, ...] = ()
    problem_type: ProblemType | None = None
    hints: tuple[Hint, ...] = ()
    solution: str = ""
    mistakes: tuple[Mistake, ...] = ()
    extension: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    note_type: int = 0
    """The id of the note type that the item's note keeps (0: none), one of the lesson's `note_types`."""
    modified: int = 0
    """When the note was last changed in Anki, in seconds."""
    lines: Lines = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A row of a performance guide, in percent."""

    low: int
    high: int
    level: str
    advice: str
    lines: Lines = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Advice about some items; `labels` are the source's names for them ("Question 2")."""

    text: str
    labels: tuple[str, ...] = ()
    lines: Lines = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One step of a schedule of repetition: after how many days, and what to do then."""

    day: int
    text: str = ""
    labels: tuple[str, ...] = ()
    lines: Lines = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a lesson that holds items, with what belongs to it as a whole."""

    kind: SectionKind
    title: str = ""
    instructions: str = ""
    points: int | None = None
    minutes: Range | None = None
    items: tuple[Item, ...] = ()
    performance: tuple[Band, ...] = ()
    review: tuple[Advice, ...] = ()
    checklist: tuple[Advice, ...] = ()
    progression: tuple[Advice, ...] = ()
    source_mapping: tuple[Advice, ...] = ()
    schedule: tuple[Review, ...] = ()
    lines: Lines = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """Markdown that is no item: it stands under its heading (`""`: before the first)."""

    text: str
    heading: str = ""
    level: int = 2
    lines: Lines = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How a lesson relates to another lesson or topic, by the name that the source gives it.

    `merge` writes `lesson:` and the id where the name is that of a lesson of the course.
    """

    to: str
    text: str = ""
    lines: Lines = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A concept that the source names, with what it says of it; `id` is empty until `merge` gives one."""

    title: str
    id: str = ""
    definition: str = ""
    requires: tuple[str, ...] = ()
    """Titles."""
    lines: Lines = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A file that texts refer to by `name`."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A lesson to be. `origin` says what it was read from; documents with the same `source` become one lesson."""

    title: str
    origin: str
    id: str = ""
    description: str = ""
    deck: str = ""
    source: str = ""
    subject: str = ""
    generated: str = ""
    tags: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    connections: tuple[Connection, ...] = ()
    concepts: tuple[Concept, ...] = ()
    content: tuple[Prose | Section, ...] = ()
    media: tuple[Media, ...] = ()
    note_types: tuple[KeptType, ...] = ()
    claimed: Mapping[str, str] = field(default_factory=dict)
    """What the document says of itself (`Total Cards`: `5`), for the report that compares it with what was found."""
    lines: Lines = ()
