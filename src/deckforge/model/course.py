"""Lessons, and the course that holds them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from deckforge.model.claims import Claim, ProofSignature
    from deckforge.model.identity import Identity, KeptType
    from deckforge.model.items import AnyItem, Kind, Range
    from deckforge.model.rich import Rich
    from deckforge.model.source import Source, Span


class SectionKind(StrEnum):
    """The four headings under which items stand."""

    FLASHCARDS = "flashcards"
    QUIZ = "quiz"
    PROBLEMS = "problems"
    TERMS = "terms"


@dataclass(frozen=True, slots=True)
class Band:
    """A row of a performance guide: scores from `low` to `high` percent, the level's name, and what to do next."""

    low: int
    high: int
    level: Rich
    advice: Rich
    span: Span


@dataclass(frozen=True, slots=True)
class Advice:
    """Advice about some items: what to review after missing them, a mark of mastery, a step of a path.

    `items` are item ids; empty where the advice is for the whole section.
    """

    items: tuple[str, ...]
    text: Rich
    span: Span


@dataclass(frozen=True, slots=True)
class Review:
    """A step of a schedule of repetition: `day` days after the first study, what to go over again.

    `items` are item ids; empty where the step is for the whole section.
    """

    day: int
    items: tuple[str, ...]
    text: Rich
    span: Span


@dataclass(frozen=True, slots=True)
class Guide:
    """What belongs to a section as a whole and is shown after its items."""

    performance: tuple[Band, ...] = ()
    review: tuple[Advice, ...] = ()
    checklist: tuple[Advice, ...] = ()
    progression: tuple[Advice, ...] = ()
    source_mapping: tuple[Advice, ...] = ()
    """As written; computed from the items' `source` where nobody wrote one."""
    schedule: tuple[Review, ...] = ()

    def texts(self) -> Iterator[Rich]:
        """Yield every text in the order of reading."""
        for band in self.performance:
            yield band.level
            yield band.advice
        for row in (*self.review, *self.checklist, *self.progression, *self.source_mapping):
            yield row.text
        for step in self.schedule:
            yield step.text


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a lesson that holds items: `## Quiz: Part B` is of kind quiz with the title `Part B`.

    `points` are what each item of the part is worth unless it says otherwise; `minutes` is for the whole section.
    """

    kind: SectionKind
    title: str
    instructions: Rich | None
    points: int | None
    minutes: Range | None
    items: tuple[AnyItem, ...]
    guide: Guide
    span: Span

    def texts(self) -> Iterator[Rich]:
        """Yield every text in the order of reading."""
        if self.instructions:
            yield self.instructions
        for item in self.items:
            yield from item.texts()
        yield from self.guide.texts()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a lesson's prose; `level` is 1 to 6 and `id` an anchor, unique on the lesson's page."""

    level: int
    text: Rich
    id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Prose:
    """What stands under one heading of the prose (`heading` is `None` before the first), up to the next heading."""

    heading: Heading | None
    body: Rich | None
    span: Span

    def texts(self) -> Iterator[Rich]:
        """Yield the heading's text and the body."""
        if self.heading:
            yield self.heading.text
        if self.body:
            yield self.body


@dataclass(frozen=True, slots=True)
class Connection:
    """How a lesson relates to another lesson (`lesson`, an id) or to a topic outside the course (`topic`)."""

    lesson: str
    topic: str
    text: Rich
    span: Span


@dataclass(frozen=True, slots=True)
class Correction:
    """Something a source has wrong: the words it uses, where, and what is true, with the claims that show it."""

    quote: str
    source: str
    truth: Rich
    claims: tuple[Claim, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson: prose and sections in the order of the file.

    `deck` is below the course's deck, with `::` between levels; `""` is the course's own. `path` is the lesson's file,
    relative to the project. `claims` are those of the header, wherever their text stands.
    """

    id: str
    title: str
    description: str
    path: str
    deck: str
    source: str
    subject: str
    generated: str
    tags: tuple[str, ...]
    objectives: tuple[Rich, ...]
    requires: tuple[str, ...]
    connections: tuple[Connection, ...]
    corrections: tuple[Correction, ...]
    claims: tuple[Claim, ...]
    content: tuple[Prose | Section, ...]
    span: Span

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections in the order of the file."""
        return tuple(part for part in self.content if isinstance(part, Section))

    @property
    def items(self) -> tuple[AnyItem, ...]:
        """The items of all sections in the order of the file."""
        return tuple(item for section in self.sections for item in section.items)

    def texts(self) -> Iterator[Rich]:
        """Yield every text of the lesson in the order of reading."""
        yield from self.objectives
        for connection in self.connections:
            yield connection.text
        for correction in self.corrections:
            yield correction.truth
        for part in self.content:
            yield from part.texts()

    def all_claims(self) -> tuple[Claim, ...]:
        """Every claim of the lesson, each once, in the order of the file."""
        found: dict[Claim, None] = {}
        for text in self.texts():
            found.update(dict.fromkeys(text.all_claims()))
        found.update(dict.fromkeys(self.claims))
        for correction in self.corrections:
            found.update(dict.fromkeys(correction.claims))
        return tuple(sorted(found, key=lambda claim: (claim.span, claim.text_span)))


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of the course: the concept map and the order of new cards follow `requires`."""

    id: str
    title: str
    definition: Rich | None
    requires: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Reference:
    """A source that numbers may cite."""

    key: str
    title: str
    authors: tuple[str, ...]
    year: str
    url: str
    note: str
    span: Span


@dataclass(frozen=True, slots=True)
class Preset:
    """How a deck is studied: new cards a day, reviews a day, the retention to aim for (0 to 1).

    With `by_difficulty` each difficulty has a subdeck with a preset of its own.
    """

    name: str
    new_per_day: int
    reviews_per_day: int
    retention: float
    by_difficulty: bool = False


ENGINES = ("mkdocs", "properdocs", "zensical")


@dataclass(frozen=True, slots=True)
class ExamOptions:
    """What a test on the site asks for unless the learner says otherwise.

    `minutes` of 0 set no limit; no `kinds` stand for those of the course's quizzes.
    """

    count: int = 20
    minutes: int = 0
    kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class Timetable:
    """When the course is studied: the first day, the day of the exam, minutes a day; `None` for what is not said."""

    start: date | None = None
    exam: date | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """What the course says about its site; `url` is where it will be published, or empty."""

    url: str = ""
    report: str = ""
    """Where a reader reports a mistake: an `https:` or `mailto:` address, or empty.

    `{item}`, `{title}` and `{url}` in it stand for what the mistake is in.
    """
    test: ExamOptions = ExamOptions()
    engine: str = "mkdocs"
    """The program that makes the site from its pages, one of `ENGINES`."""


@dataclass(frozen=True)
class Course:
    """A course, with everything that was read: the sources for showing places, the proofs for checking claims.

    `lessons` are in the order of study: prerequisites first, else by path. `media` maps a file's path, relative to the
    project, to its bytes.
    """

    id: str
    title: str
    description: str
    deck: str
    authors: tuple[str, ...]
    licence: str
    language: str
    concepts: tuple[Concept, ...]
    references: tuple[Reference, ...]
    preset: Preset
    site: SiteOptions
    silenced: tuple[str, ...]
    """Ids of codes that this course does not want to see; errors cannot be silenced."""
    lessons: tuple[Lesson, ...]
    proofs: Mapping[str, ProofSignature] = field(repr=False)
    """By qualified name."""
    media: Mapping[str, bytes] = field(repr=False)
    sources: Mapping[str, Source] = field(repr=False)
    """By path: every file that was read."""
    span: Span
    identities: Mapping[str, Identity] = field(default_factory=dict, repr=False)
    """By item: those that were somebody's notes before."""
    note_types: Mapping[int, KeptType] = field(default_factory=dict, repr=False)
    """By id: the note types that such notes keep."""
    lesson_packages: bool = False
    """Whether every lesson has an Anki package of its own beside the course's."""

    timetable: Timetable = Timetable()

    @cached_property
    def items(self) -> Mapping[str, tuple[Lesson, AnyItem]]:
        """Every item with its lesson, by id; where an id stands twice, the first."""
        found: dict[str, tuple[Lesson, AnyItem]] = {}
        for lesson in self.lessons:
            for item in lesson.items:
                found.setdefault(item.id, (lesson, item))
        return found

    @cached_property
    def lesson(self) -> Mapping[str, Lesson]:
        """Lessons by id."""
        return {lesson.id: lesson for lesson in self.lessons}

    def all_claims(self) -> tuple[Claim, ...]:
        """Every claim of the course, lesson by lesson."""
        return tuple(claim for lesson in self.lessons for claim in lesson.all_claims())
