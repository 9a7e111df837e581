"""The order of study: what a lesson requires comes before it; else lessons come by path."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.model.course import Lesson


def in_study_order(lessons: Sequence[Lesson]) -> tuple[Lesson, ...]:
    """Return the lessons, prerequisites first, ties by path.

    A cycle is somebody else's to report: its lessons, and those that wait for them, come last, by path. What is
    required and not there is as if it were not required.
    """
    first = {lesson.id: lesson for lesson in reversed(lessons)}
    by_path = {lesson.path: lesson for lesson in lessons}
    waits = {
        lesson.path: {first[name].path for name in lesson.requires if name in first and first[name].path != lesson.path}
        for lesson in lessons
    }
    followers: dict[str, list[str]] = {}
    for path, needed in waits.items():
        for other in needed:
            followers.setdefault(other, []).append(path)
    ready = [path for path, needed in waits.items() if not needed]
    heapify(ready)
    ordered = []
    while ready:
        path = heappop(ready)
        ordered.append(by_path[path])
        for follower in followers.get(path, ()):
            waits[follower].discard(path)
            if not waits[follower]:
                heappush(ready, follower)
    left = sorted(path for path, needed in waits.items() if needed)
    return (*ordered, *(by_path[path] for path in left))
