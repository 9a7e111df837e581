"""Arithmetic that authors write down without marking it: found in a lesson's text, computed, judged.

`equalities` is the whole interface: what it returns says where each equality stands, whether it holds, and what a wrong
side should be. Nothing is executed; sums are parsed and evaluated by `expressions`, bounded in size and time.

Reading order: `tokens` (signs), `quantities` (units), `expressions` (a parser and its values), `equalities` (chains and
their verdicts), `budgets` (lists that end in a total).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckforge.model.arithmetic.budgets import totals
from deckforge.model.arithmetic.equalities import Found, Holding, Scope, find
from deckforge.model.items import Choice, Problem, ProblemType
from deckforge.model.passages import Form, Offsets, Passage, passages
from deckforge.model.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deckforge.model.course import Course, Lesson
    from deckforge.model.rich import Rich
    from deckforge.model.source import Source

__all__ = ["Equality", "Holding", "equalities", "equalities_in_text", "in_lesson"]


@dataclass(frozen=True, slots=True)
class Equality:
    """An equality in a file, `text` as a reader sees it.

    `wrong` is the place of the side that does not fit, `value` what should stand there, `reason` one sentence; all
    three are empty unless it is wrong. `units` tells that the sides measure different things, `total` that it is a
    list and its total. `results` are the places behind the signs.
    """

    span: Span
    text: str
    status: Holding
    wrong: Span | None = None
    value: str = ""
    reason: str = ""
    units: bool = False
    total: bool = False
    results: tuple[Span, ...] = ()


def equalities(course: Course) -> tuple[Equality, ...]:
    """Return the equalities of a course, lesson by lesson, in the order of the files."""
    return tuple(equality for lesson in course.lessons for equality in in_lesson(lesson, course.sources))


def in_lesson(lesson: Lesson, sources: Mapping[str, Source]) -> tuple[Equality, ...]:
    """Return the equalities of a lesson in the order of the file.

    A name means what the text before says, within one item or within the prose. What is stated in order to be found
    wrong (an option that is no key, a mistake in a table of mistakes, the statement of a debugging problem) is not
    reported.
    """
    source = sources.get(lesson.path)
    if source is None:
        return ()
    found: list[Equality] = []
    for texts in _scopes(lesson):
        scope = Scope()
        for text, false in texts:
            if text.span.path == source.path:
                raw = source.text(text.span)
                found += _in_text(raw, text.span.path, text.span.start, scope, false=false)
    return tuple(sorted(found, key=lambda each: (each.span, each.total)))


def equalities_in_text(text: str, path: str = "") -> tuple[Equality, ...]:
    """Return the equalities of Markdown that is no lesson; a heading of the first two levels forgets all names."""
    return tuple(sorted(_in_text(text, path, 0, Scope(), false=False), key=lambda each: (each.span, each.total)))


def _in_text(raw: str, path: str, base: int, scope: Scope, *, false: bool) -> Iterator[Equality]:
    if not any(sign in raw for sign in ("=", "≈", "≃", "otal")):
        return
    place = Offsets(raw, base)
    every = passages(raw)
    for passage in every:
        if passage.form is Form.HEADING and passage.level <= 2:
            scope.values.clear()
            scope.several.clear()
        for found in find(passage, scope):
            if not (false and found.holding is Holding.WRONG):
                yield _equality(found, passage, path, place)
    for passage, found in totals(every):
        if not (false and found.holding is Holding.WRONG):
            yield _equality(found, passage, path, place, total=True)


def _equality(found: Found, passage: Passage, path: str, place: Offsets, *, total: bool = False) -> Equality:
    def span(start: int, end: int) -> Span:
        first, last = passage.raw(start, end)
        return Span(path, place(first), place(last))

    return Equality(
        span(found.start, found.end),
        passage.text[found.start : found.end],
        found.holding,
        span(*found.wrong) if found.wrong else None,
        found.value,
        found.reason,
        found.units,
        total,
        tuple(span(*each) for each in found.results),
    )


def _scopes(lesson: Lesson) -> Iterator[list[tuple[Rich, bool]]]:
    """Yield the texts within which a name keeps its meaning, each with whether it is false on purpose."""
    items = {id(text) for item in lesson.items for text in item.texts()}
    yield [(text, False) for text in lesson.texts() if id(text) not in items]
    for item in lesson.items:
        false: set[int] = set()
        if isinstance(item, Choice):
            false = {id(option.text) for option in item.options if not option.key}
        elif isinstance(item, Problem):
            false = {id(row.mistake) for row in item.mistakes}
            if item.type is ProblemType.DEBUG:
                false.add(id(item.front))
        yield [(text, id(text) in false) for text in item.texts()]
