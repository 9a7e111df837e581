"""`content/course.yaml`: what the course is called, its concepts, its references, and how it is studied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Severity
from deckforge.model.course import ENGINES, Concept, ExamOptions, Preset, Reference, SiteOptions, Timetable
from deckforge.model.items import Kind
from deckforge.read import fields
from deckforge.read.header import read_record
from deckforge.read.text import Text

if TYPE_CHECKING:
    from deckforge.diagnostics import Diagnostic
    from deckforge.model.rich import Rich
    from deckforge.model.source import Source, Span
    from deckforge.read.values import Found, Values


CLAIM = Code(
    "DF144",
    "claim-in-a-definition",
    Severity.ERROR,
    "The definition of a concept states a claim.",
    "A claim belongs to a lesson: its verdict is counted and shown there, and a concept stands in none.",
    "definition: Halves after [8](claim:schedules.halving.steps) steps.",
    "definition: Halves after so many steps.",
)
CODES: tuple[Code, ...] = (CLAIM,)


@dataclass(frozen=True, slots=True)
class CourseFile:
    """What `course.yaml` says: the fields of a `Course` that do not come from other files."""

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
    timetable: Timetable
    site: SiteOptions
    silenced: tuple[str, ...]
    lesson_packages: bool
    span: Span


def read_course_file(source: Source) -> tuple[CourseFile, tuple[Diagnostic, ...]]:
    """Return what a `course.yaml` says, with defaults for what it leaves out, and all that is wrong with it."""
    text = Text.of_file(source.path, source.data, 3 if source.data.startswith(b"\xef\xbb\xbf") else 0)
    values, found = read_record(text, fields.COURSE)
    title = values.text(fields.COURSE_TITLE)
    deck = values.text(fields.COURSE_DECK, title or values.text(fields.COURSE_ID))
    made = CourseFile(
        id=values.text(fields.COURSE_ID),
        title=title,
        description=values.text(fields.COURSE_DESCRIPTION),
        deck=deck,
        authors=values.texts(fields.AUTHORS),
        licence=values.text(fields.LICENCE),
        language=values.text(fields.LANGUAGE, "en"),
        concepts=tuple(_concept(each, found) for each in values.all(fields.CONCEPTS)),
        references=tuple(_reference(each) for each in values.all(fields.REFERENCES)),
        preset=_preset(values.get(fields.STUDY_FIELD), deck),
        timetable=_timetable(values.get(fields.STUDY_FIELD)),
        site=_site(values.get(fields.SITE_FIELD)),
        silenced=values.texts(fields.SILENCE),
        lesson_packages=values.get(fields.LESSON_PACKAGES) is True,
        span=values.span,
    )
    return made, tuple(found)


def _concept(values: Values, found: Found) -> Concept:
    name = values.text(fields.CONCEPT_ID)
    written = values.get(fields.CONCEPT_DEFINITION)
    before = len(found)
    definition = None if written is None else _rich(written, f"concept-{name}", found) or None
    for claim in definition.all_claims() if definition and len(found) == before else ():
        message = f"`{claim.text}` is claimed in the definition of a concept, which is in no lesson"
        found.append(CLAIM.at(claim.span, message, fix="claim it in a lesson, and define the concept in words"))
    return Concept(
        id=name,
        title=values.text(fields.CONCEPT_TITLE, name),
        definition=definition,
        requires=values.texts(fields.CONCEPT_REQUIRES),
        span=values.span,
    )


def _rich(text: Text, part: str, found: Found) -> Rich:
    from deckforge.read.markdown import Scope, rich

    made, diagnostics = rich(text, Scope("", "", (), part), inline=True)
    found.extend(diagnostics)
    return made


def _reference(values: Values) -> Reference:
    return Reference(
        key=values.text(fields.REFERENCE_KEY),
        title=values.text(fields.REFERENCE_TITLE),
        authors=values.texts(fields.REFERENCE_AUTHORS),
        year=values.text(fields.REFERENCE_YEAR),
        url=values.text(fields.REFERENCE_URL),
        note=values.text(fields.REFERENCE_NOTE),
        span=values.span,
    )


def _preset(values: Values | None, deck: str) -> Preset:
    if values is None:
        return Preset(deck, 20, 200, 0.9)
    new, reviews = values.get(fields.STUDY_NEW), values.get(fields.STUDY_REVIEWS)
    return Preset(
        name=values.text(fields.STUDY_NAME, deck),
        new_per_day=20 if new is None else new,
        reviews_per_day=200 if reviews is None else reviews,
        retention=values.get(fields.STUDY_RETENTION) or 0.9,
        by_difficulty=values.get(fields.STUDY_BY_DIFFICULTY) is True,
    )


def _timetable(values: Values | None) -> Timetable:
    if values is None:
        return Timetable()
    return Timetable(
        start=values.get(fields.STUDY_START),
        exam=values.get(fields.STUDY_EXAM),
        minutes=values.get(fields.STUDY_MINUTES),
    )


def _site(values: Values | None) -> SiteOptions:
    if values is None:
        return SiteOptions()
    return SiteOptions(
        url=values.text(fields.SITE_URL),
        report=values.text(fields.SITE_REPORT),
        engine=values.get(fields.SITE_ENGINE) or ENGINES[0],
        test=_test(values.get(fields.TEST_FIELD)),
    )


def _test(values: Values | None) -> ExamOptions:
    if values is None:
        return ExamOptions()
    return ExamOptions(
        count=values.get(fields.TEST_COUNT) or 20,
        minutes=values.get(fields.TEST_MINUTES) or 0,
        kinds=tuple(dict.fromkeys(Kind(kind) for kind in values.all(fields.TEST_KINDS))),
    )
