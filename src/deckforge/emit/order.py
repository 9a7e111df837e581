"""The order in which a learner meets new cards: lesson by lesson, and nothing before what it builds on.

Lessons come in the order of study, and within a lesson items come as written. On top of that, an item of a concept
waits until each concept that this one requires has been met: until some item of it has come. A concept is *met* with
its first item, not with its last: if it were the last, the hard problem at the end of a lesson would hold back every
card of the next. Of all items that need not wait, the earliest comes first, so that whatever the concept map says
nothing about stays where its author put it, and an author who writes prerequisites first never sees this rule at work.

A later item is never pulled forward: a card speaks to somebody who has read its lesson. What waits moves back instead.
Items may wait for one another in a circle (a circle in the concept map is a mistake and has a diagnostic; an item of
two concepts may make one of its own). Then the one that was written first comes first.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from deckforge.model.course import Course, Lesson, Section
    from deckforge.model.items import AnyItem


def in_study_order(course: Course) -> list[tuple[Lesson, Section, AnyItem]]:
    """Return every item with its lesson and section, in the order of new cards."""
    written = [
        (lesson, section, item) for lesson in course.lessons for section in lesson.sections for item in section.items
    ]
    needs = _needs(course, written)
    if not any(needs):
        return written
    waiting: dict[str, list[int]] = {}
    for place, needed in enumerate(needs):
        for concept in needed:
            waiting.setdefault(concept, []).append(place)
    ready = [place for place, needed in enumerate(needs) if not needed]  # ascending, so it is a heap
    left = dict.fromkeys(range(len(written)))
    ordered: list[int] = []
    while left:
        place = heappop(ready) if ready else next(iter(left))  # in a circle, whatever was written first
        if place not in left:
            continue
        del left[place]
        ordered.append(place)
        for concept in written[place][2].concepts:
            for other in waiting.pop(concept, ()):
                needs[other].discard(concept)
                if not needs[other]:
                    heappush(ready, other)
    return [written[place] for place in ordered]


def _needs(course: Course, written: Sequence[tuple[Lesson, Section, AnyItem]]) -> list[set[str]]:
    """Return the concepts that each item waits for: the nearest below its own that some item of the course teaches.

    The nearest are enough: the item that meets one of them has itself waited for what lies further down.
    """
    requires = {concept.id: concept.requires for concept in course.concepts}
    taught = {concept for _, _, item in written for concept in item.concepts}
    nearest: dict[str, AbstractSet[str]] = {}
    needs: list[set[str]] = []
    for _, _, item in written:
        # An item may also name what it builds on by itself; words that are no concept hold nothing back.
        found: set[str] = set()
        for name in item.requires:
            if name in taught:
                found.add(name)
            elif name in requires:
                found |= _nearest(name, requires, taught, nearest)
        for concept in item.concepts:
            found |= _nearest(concept, requires, taught, nearest)
        needs.append(found - set(item.concepts))
    return needs


def _nearest(
    concept: str, requires: Mapping[str, tuple[str, ...]], taught: AbstractSet[str], known: dict[str, AbstractSet[str]]
) -> AbstractSet[str]:
    """Return the taught concepts that have to be met right before this one, looking through those nobody asks about."""
    if concept not in known:
        found: set[str] = set()
        seen = {concept}
        pending = list(requires.get(concept, ()))
        while pending:
            name = pending.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in taught:
                found.add(name)
            else:
                pending += requires.get(name, ())
        known[concept] = found
    return known[concept]
