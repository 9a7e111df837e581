"""Models without files, for what a lesson in Markdown cannot say and for courses too large to write."""

from __future__ import annotations

from typing import Any

from deckforge.model.claims import Claim, ClaimKind, Parameter, ProofSignature
from deckforge.model.course import Concept, Course, Guide, Lesson, Preset, Section, SectionKind, SiteOptions
from deckforge.model.items import Card, Choice, Option
from deckforge.model.rich import LinkEnd, LinkStart, Piece, Rich
from deckforge.model.source import Source, Span

NOWHERE = Span("content/a.md", 0, 0)


def rich(text: str, *pieces: Piece, span: Span = NOWHERE) -> Rich:
    return Rich((text, *pieces), text, block=False, span=span)


def lesson(id_: str, *sections: Section, **other: Any) -> Lesson:
    fields: dict[str, Any] = {
        "id": id_,
        "title": id_,
        "description": "",
        "path": f"content/{id_}.md",
        "deck": "",
        "source": "",
        "subject": "",
        "generated": "",
        "tags": (),
        "objectives": (),
        "requires": (),
        "connections": (),
        "corrections": (),
        "claims": (),
        "content": sections,
        "span": Span(f"content/{id_}.md", 0, 0),
    }
    return Lesson(**{**fields, **other})


def section(kind: SectionKind, *items: Any) -> Section:
    return Section(kind, "", None, None, None, items, Guide(), NOWHERE)


def course(*lessons: Lesson, sources: dict[str, str] | None = None, **other: Any) -> Course:
    fields: dict[str, Any] = {
        "id": "example",
        "title": "An example",
        "description": "",
        "deck": "Example",
        "authors": (),
        "licence": "",
        "language": "en",
        "concepts": (),
        "references": (),
        "preset": Preset("Default", 20, 200, 0.9),
        "site": SiteOptions(),
        "silenced": (),
        "lessons": lessons,
        "proofs": {},
        "media": {},
        "sources": {path: Source(path, text.encode()) for path, text in (sources or {}).items()},
        "span": Span("content/course.yaml", 0, 0),
    }
    return Course(**{**fields, **other})


def large(items: int, per_lesson: int = 100) -> Course:
    """A course of many cards and choices with claims and links, and nothing wrong with it."""
    proof = ProofSignature(
        "sums", "double", (Parameter("x", "float", None),), ("value",), "cpu", None, None, "", "", NOWHERE, "", {}
    )
    lessons = []
    for first in range(0, items, per_lesson):
        id_ = f"lesson-{first}"
        span = Span(f"content/{id_}.md", 0, 10)
        every: list[Card | Choice] = []
        for number in range(first, first + per_lesson):
            place = Span(span.path, number, number + 5)
            claim = Claim(
                ClaimKind.CLAIM,
                "6.0",
                "sums.double.value",
                (("x", "3"),),
                "",
                id_,
                f"item-{number}",
                "it",
                place,
                place,
            )
            text = rich(f"Question {number}", claim, LinkStart(f"#item-{first}", "", place), LinkEnd(), span=place)
            names = {"id": f"item-{number}", "title": None, "front": text, "span": place, "concepts": ("sums",)}
            if number % 2:
                options = tuple(Option(rich(f"Option {n}"), n == 0, None, place) for n in range(4))
                every.append(Choice(**names, options=options, explanation=None, gap=None))
            else:
                every.append(Card(**names, answer=rich(f"Answer {number}", claim, span=place)))
        cards = section(SectionKind.FLASHCARDS, *(item for item in every if isinstance(item, Card)))
        choices = section(SectionKind.QUIZ, *(item for item in every if isinstance(item, Choice)))
        lessons.append(lesson(id_, cards, choices))
    concept = Concept("sums", "Sums", None, (), NOWHERE)
    return course(*lessons, proofs={"sums.double": proof}, concepts=(concept,))
