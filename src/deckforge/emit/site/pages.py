"""Which pages the site has, in the order of the navigation: each is planned here and made from its template.

A function of `GROUPS` plans the pages of one part of the navigation. To add a page, yield it there and put its
template into `templates/site/`. A page is planned only where there is something to show on it.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deckforge.emit.site import exam
from deckforge.emit.site.atlas import evidence_page, lesson_page, problems_page, quiz_page, study_page
from deckforge.emit.site.downloads import downloads
from deckforge.emit.site.page import shown
from deckforge.model.course import SectionKind
from deckforge.model.items import Term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from deckforge.emit import Context
    from deckforge.model.claims import ProofSignature
    from deckforge.model.course import Course, Lesson
    from deckforge.model.items import AnyItem
    from deckforge.model.source import Source


@dataclass(frozen=True, slots=True)
class Planned:
    """A page to be made: its address and template, what the template gets, and where the navigation has it.

    `group` is the part of the navigation, with `/` between levels, `""` for the top; `label` is its name there.
    """

    address: str
    template: str
    title: str
    group: str = ""
    label: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The Markdown file: its folder's index.

        A generator that rewrites the relative links of HTML takes them to start from the file's folder; so do we.
        """
        return f"{self.address}index.md"

    @property
    def front(self) -> dict[str, Any]:
        """The front matter."""
        return {"title": shown(self.title), **self.meta}


_UNLISTED = {"search": {"exclude": True}}
"""Of pages that repeat what stands elsewhere, or hold answers: search leads to the lesson."""


def plan(context: Context) -> tuple[Planned, ...]:
    """Return every page of the site in the order of the navigation."""
    return tuple(page for group in GROUPS for page in group(context))


def _described(text: str, **more: Any) -> dict[str, Any]:
    return {**({"description": shown(text)} if text else {}), **more}


def _home(context: Context) -> Iterator[Planned]:
    course = context.course
    values = {
        "downloads": downloads(context.made),
        "corrections": sum(len(lesson.corrections) for lesson in course.lessons),
        "studied": bool(course.items),
    }
    yield Planned(
        "", "home.html", course.title, "", "Home", values, _described(course.description, hide=["navigation", "toc"])
    )


def _lessons(context: Context) -> Iterator[Planned]:
    for lesson in context.course.lessons:
        tags = {"tags": list(dict.fromkeys(lesson.tags))} if lesson.tags else {}
        meta = _described(lesson.description, **tags)
        yield Planned(
            lesson_page(lesson), "lesson.html", lesson.title, "Lessons", lesson.title, {"lesson": lesson}, meta
        )


def _study(context: Context) -> Iterator[Planned]:
    course = context.course
    studied = [lesson for lesson in course.lessons if lesson.items]
    if not studied:
        return
    meta = {**_UNLISTED, "hide": ["toc"]}
    yield Planned("study/", "study.html", "Study", "Study", "The whole course", {"lessons": studied}, meta)
    for lesson in studied:
        title = f"Study: {lesson.title}"
        yield Planned(study_page(lesson), "study-lesson.html", title, "Study", lesson.title, {"lesson": lesson}, meta)
    yield Planned("progress/", "progress.html", "Your progress", "Study", "Your progress", {}, meta)


def _practice(context: Context) -> Iterator[Planned]:
    course = context.course
    quizzes = [lesson for lesson in course.lessons if quiz_items(lesson)]
    problems = [lesson for lesson in course.lessons if problem_items(lesson)]
    if not course.items:
        return
    values = {"quizzes": quizzes, "problems": problems}
    yield Planned("practice/", "practice.html", "Practice", "Practice", "Overview", values, {"hide": ["toc"]})
    drawn = exam.draw(course)
    if drawn.questions:
        yield Planned("exam/", "exam.html", "Exam", "Practice", "Exam", {"exam": drawn}, _UNLISTED)
    for lesson in quizzes:
        title = f"Quiz: {lesson.title}"
        yield Planned(
            quiz_page(lesson), "quiz.html", title, "Practice/Quizzes", lesson.title, {"lesson": lesson}, _UNLISTED
        )
    for lesson in problems:
        title = f"Problems: {lesson.title}"
        yield Planned(
            problems_page(lesson),
            "problems.html",
            title,
            "Practice/Problems",
            lesson.title,
            {"lesson": lesson},
            _UNLISTED,
        )


def _reference(context: Context) -> Iterator[Planned]:
    course = context.course
    if course.concepts:
        values = {"teaches": _teaches(course)}
        yield Planned("concepts/", "concepts.html", "Concepts", "Reference", "Concept map", values, {"hide": ["toc"]})
    if terms := _terms(course):
        letters = {"letters": _by_letter(terms)}
        yield Planned("glossary/", "glossary.html", "Glossary", "Reference", "Glossary", letters, {"hide": ["toc"]})
    yield from _evidence(context)
    corrections = [(lesson, each) for lesson in course.lessons for each in lesson.corrections]
    if corrections:
        shown_there = {"corrections": corrections}
        yield Planned("corrections/", "corrections.html", "Corrections", "Reference", "Corrections", shown_there)
    if course.references:
        cited = {"cited": _cited(course)}
        yield Planned("references/", "references.html", "References", "Reference", "References", cited)
    if any(lesson.tags for lesson in course.lessons):
        yield Planned("tags/", "tags.html", "Tags", "Reference", "Tags")


def _evidence(context: Context) -> Iterator[Planned]:
    course = context.course
    if not course.all_claims():
        return
    yield Planned("evidence/", "evidence.html", "Evidence", "Reference/Evidence", "All numbers", {}, _UNLISTED)
    for lesson in course.lessons:
        if lesson.all_claims():
            title = f"Evidence: {lesson.title}"
            values = {"lesson": lesson, "proofs": _proofs(course, lesson)}
            address = evidence_page(lesson)
            yield Planned(address, "evidence-lesson.html", title, "Reference/Evidence", lesson.title, values, _UNLISTED)


def _take_along(context: Context) -> Iterator[Planned]:
    offered = downloads(context.made)
    if not offered:
        return
    mirrored = any(artifact.path == "build/llms/llms.txt" for artifact in context.made)
    values = {"downloads": offered, "mirrored": mirrored}
    yield Planned("downloads/", "downloads.html", "Downloads", "Downloads", "Files", values)
    packages = [download for download in offered if download.kind == "anki"]
    if packages:
        yield Planned("anki/", "anki.html", "Into Anki", "Downloads", "Into Anki", {"packages": packages})


GROUPS: tuple[Callable[[Context], Iterator[Planned]], ...] = (
    _home,
    _lessons,
    _study,
    _practice,
    _reference,
    _take_along,
)


def quiz_items(lesson: Lesson) -> tuple[AnyItem, ...]:
    """Return the questions of a lesson's quizzes."""
    return tuple(item for part in lesson.sections if part.kind is SectionKind.QUIZ for item in part.items)


def problem_items(lesson: Lesson) -> tuple[AnyItem, ...]:
    """Return the problems of a lesson."""
    return tuple(item for part in lesson.sections if part.kind is SectionKind.PROBLEMS for item in part.items)


def _teaches(course: Course) -> dict[str, list[Lesson]]:
    """Return the lessons in which each concept occurs, by the concept's id."""
    found: dict[str, list[Lesson]] = {}
    for lesson in course.lessons:
        for concept in dict.fromkeys(concept for item in lesson.items for concept in item.concepts):
            found.setdefault(concept, []).append(lesson)
    return found


def _terms(course: Course) -> list[tuple[Lesson, Term]]:
    """Return the terms in the order of a dictionary."""
    terms = [(lesson, item) for lesson, item in course.items.values() if isinstance(item, Term)]
    return sorted(terms, key=lambda pair: (pair[1].heading.text.casefold(), pair[1].id))


def _by_letter(terms: list[tuple[Lesson, Term]]) -> dict[str, list[tuple[Lesson, Term]]]:
    """Return the terms by their first letter, what begins with none under `#`, which comes first."""
    found: dict[str, list[tuple[Lesson, Term]]] = {"#": []}
    for lesson, term in terms:
        first = term.heading.text.lstrip()[:1].upper()
        found.setdefault(first if first.isalpha() else "#", []).append((lesson, term))
    return {letter: entries for letter, entries in found.items() if entries}


def _proofs(course: Course, lesson: Lesson) -> list[tuple[ProofSignature, str]]:
    """Return the proofs that answer for a lesson's numbers, with their source code (`""` where it was not read)."""
    names = dict.fromkeys(claim.proof for claim in lesson.all_claims() if claim.needs_proof)
    known = [course.proofs[proof] for proof in sorted(names) if proof in course.proofs]
    return [
        (proof, _code(course.sources[proof.span.path], proof) if proof.span.path in course.sources else "")
        for proof in known
    ]


def _code(source: Source, proof: ProofSignature) -> str:
    """Return the source code of a proof, of which the signature knows where its name stands."""
    text = proof.program.text if proof.program else source.data.decode("utf-8-sig", "replace")
    lines = text.splitlines()
    if proof.is_block:
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    line = source.position(proof.span.start).line
    for node in ast.parse(text).body:
        if not isinstance(node, ast.FunctionDef) or node.name != proof.name:
            continue
        first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
        if first <= line <= (node.end_lineno or 0) or proof.program:
            return "\n".join(lines[first - 1 : node.end_lineno])
    return ""


def _cited(course: Course) -> dict[str, list[Any]]:
    """Return the claims that cite each reference, by the reference's key."""
    found: dict[str, list[Any]] = {}
    for claim in course.all_claims():
        if claim.kind == "cite":
            found.setdefault(claim.target, []).append(claim)
    return found
