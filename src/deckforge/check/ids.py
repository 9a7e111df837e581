"""Ids: permanent names that decide where a learner's progress belongs and where a link goes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from deckforge.check.items import WORDS
from deckforge.check.near import shown, slug
from deckforge.check.places import first_line, header, value
from deckforge.diagnostics import Code, Diagnostic, Related, Severity
from deckforge.model.course import Prose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.model.course import Course, Lesson
    from deckforge.model.source import Span

MALFORMED_ID = Code(
    "DF301",
    "malformed-id",
    Severity.ERROR,
    "An id is made of lower-case letters, digits and hyphens, and starts with a letter or a digit.",
    "Ids become addresses on the site, names in search and part of a card's identity in Anki. Other characters would "
    "be escaped differently in each of these places, and two ids that differ only in case would be one file on some "
    "disks.",
    "### Why do gradients vanish? {#Vanishing_Gradients}",
    "### Why do gradients vanish? {#vanishing-gradients}",
)
MISSING_ID = Code(
    "DF302",
    "missing-id",
    Severity.ERROR,
    "An item has no id.",
    "The id decides which card in a learner's collection an item is. An id made from the text would change with the "
    "text, and mending a typo would throw the learner's history away.",
    "### Why do gradients vanish?",
    "### Why do gradients vanish? {#vanishing}",
)
DUPLICATE_ID = Code(
    "DF303",
    "duplicate-id",
    Severity.ERROR,
    "Two things of one kind have the same id.",
    "Ids are unique in the whole course. Of two items with one id, Anki would keep only one, and every link to it "
    "would be a guess.",
    "### What does ReLU do? {#relu}\n\n### When does ReLU die? {#relu}",
    "### What does ReLU do? {#relu}\n\n### When does ReLU die? {#dead-relu}",
)
COLLIDING_ANCHOR = Code(
    "DF304",
    "colliding-anchor",
    Severity.ERROR,
    "An item has the same id as a heading of its lesson's prose, or as its lesson.",
    "Both would be the same place on the lesson's page, so a link to one of them would go to the other.",
    "## Vanishing gradients {#vanishing}\n\n## Flashcards\n\n### Why do gradients vanish? {#vanishing}",
    "## Vanishing gradients {#vanishing-gradients}\n\n## Flashcards\n\n### Why do gradients vanish? {#vanishing}",
)
CODES = (MALFORMED_ID, MISSING_ID, DUPLICATE_ID, COLLIDING_ANCHOR)

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


def malformed_ids(course: Course) -> Iterator[Diagnostic]:
    """Report ids with characters that an id cannot have."""
    for named in _named(course):
        if named.id and not _ID.fullmatch(named.id):
            better = slug(named.id)
            yield MALFORMED_ID.at(
                _place(course, named),
                f"`{shown(named.id)}` cannot be the id of {_articled(named.kind)}: an id has only a-z, 0-9 and hyphens",
                fix=f"write `{better}`" if better else "write an id such as `gradient-flow`",
            )


def missing_ids(course: Course) -> Iterator[Diagnostic]:
    """Report items without an id, with one that could be theirs."""
    taken = set(course.items)
    for lesson in course.lessons:
        for item in lesson.items:
            if not item.id:
                free = _free(slug(item.heading.text) or item.kind.value, taken)
                taken.add(free)
                repair = f"`{{#{free}}}` to the heading" if lesson.path.endswith(".md") else f"`id: {free}` to the item"
                yield MISSING_ID.at(
                    first_line(course, item.span),
                    f"the {WORDS[item.kind]} “{shown(item.heading.text)}” has no id",
                    fix=f"add {repair}, and never change it afterwards",
                )


def _free(wanted: str, taken: set[str]) -> str:
    number = 2
    free = wanted
    while free in taken:
        free = f"{wanted}-{number}"
        number += 1
    return free


def duplicate_ids(course: Course) -> Iterator[Diagnostic]:
    """Report the second and every further thing of a kind that has an id, with the place of the first."""
    first: dict[tuple[str, str], _Named] = {}
    for named in _named(course):
        if not named.id:
            continue
        earlier = first.setdefault((named.kind, named.id), named)
        if earlier is not named:
            yield DUPLICATE_ID.at(
                _place(course, named),
                f"there is already {_articled(named.kind)} with the id `{named.id}`",
                fix="give one of them another id: the newer, if the course has been given to learners",
                related=(Related(_place(course, earlier), "the first one is here"),),
            )


def colliding_anchors(course: Course) -> Iterator[Diagnostic]:
    """Report items whose place on the page is also that of their lesson or of a heading of its prose."""
    for lesson in course.lessons:
        anchors = {
            part.heading.id: part.heading.span
            for part in lesson.content
            if isinstance(part, Prose) and part.heading and part.heading.id
        }
        for item in lesson.items:
            if not item.id:
                continue
            if item.id in anchors:
                related = Related(anchors[item.id], "the heading with the same place on the page")
            elif item.id == lesson.id:
                related = Related(header(course, lesson, "id", lesson.id), "the lesson with the same id")
            else:
                continue
            yield COLLIDING_ANCHOR.at(
                value(course, item.span, "id", item.id),
                f"the id `{item.id}` names two places on the page of `{lesson.id}`",
                fix="give the heading an id of its own (`{#…}`), or the item, if no learner has it yet",
                related=(related,),
            )


class _Named(NamedTuple):
    """Something that has an id; items of all kinds share their ids."""

    kind: str
    id: str
    span: Span
    lesson: Lesson | None = None


def _named(course: Course) -> Iterator[_Named]:
    yield _Named("course", course.id, course.span)
    for concept in course.concepts:
        yield _Named("concept", concept.id, concept.span)
    for reference in course.references:
        yield _Named("reference", reference.key, reference.span)
    for lesson in course.lessons:
        yield _Named("lesson", lesson.id, lesson.span, lesson)
        for item in lesson.items:
            yield _Named("item", item.id, item.span)


def _articled(kind: str) -> str:
    return f"an {kind}" if kind == "item" else f"a {kind}"


def _place(course: Course, named: _Named) -> Span:
    if named.lesson:
        return header(course, named.lesson, "id", named.id)
    return value(course, named.span, "id", named.id)
