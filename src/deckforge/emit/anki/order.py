"""The order in which a learner meets new cards: lesson by lesson, and nothing before what it builds on.

Lessons come in the order of study, and within a lesson items come as written. On top of that, an item of a concept
waits until each concept that this one requires has been met: until some item of it has come. A concept is *met* with
its first item, not with its last: if it were the last, the hard problem at the end of a lesson would hold back every
card of the next. Of all items that need not wait, the earliest comes first, so that whatever the concept map says
nothing about stays where its author put it, and an author who writes prerequisites first never sees this rule at work.

A later item is never pulled forward: a card speaks to somebody who has read its lesson. What waits moves back instead.
A circle in the concept map is its own mistake, and has a diagnostic; here its items simply come as written, last.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
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
    ordered: list[int] = []
    while ready:
        place = heappop(ready)
        ordered.append(place)
        for concept in written[place][2].concepts:
            for other in waiting.pop(concept, ()):
                needs[other].discard(concept)
                if not needs[other]:
                    heappush(ready, other)
    circular = sorted(set(range(len(written))) - set(ordered))
    return [written[place] for place in (*ordered, *circular)]


def _needs(course: Course, written: Sequence[tuple[Lesson, Section, AnyItem]]) -> list[set[str]]:
    """Return the concepts that each item waits for: those below its own that some item of the course teaches."""
    requires = {concept.id: concept.requires for concept in course.concepts}
    taught = {concept for _, _, item in written for concept in item.concepts}
    below: dict[str, AbstractSet[str]] = {}
    needs: list[set[str]] = []
    for _, _, item in written:
        # An item may also name what it builds on by itself; words that are no concept hold nothing back.
        asked = [*item.concepts, *(name for name in item.requires if name in requires)]
        found = {name for name in item.requires if name in requires}
        for concept in asked:
            if concept not in below:
                below[concept] = _below(concept, requires)
            found |= below[concept]
        needs.append((found & taught) - set(item.concepts))
    return needs


def _below(concept: str, requires: dict[str, tuple[str, ...]]) -> AbstractSet[str]:
    """Return every concept that has to be met before this one, however far down the map."""
    found: set[str] = set()
    pending = list(requires.get(concept, ()))
    while pending:
        name = pending.pop()
        if name not in found and name != concept:
            found.add(name)
            pending += requires.get(name, ())
    return found
