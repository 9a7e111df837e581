"""What an import found and what it would do, as lines for a person."""

from __future__ import annotations

from collections import Counter
from difflib import unified_diff
from typing import TYPE_CHECKING

from deckforge.intake.draft import Prose
from deckforge.intake.found import items
from deckforge.intake.threeway import How
from deckforge.model.items import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckforge.intake.draft import Lesson
    from deckforge.intake.merge import Plan
    from deckforge.intake.threeway import Change

_PLURAL = {
    Kind.CARD: ("card", "cards"),
    Kind.CLOZE: ("cloze", "clozes"),
    Kind.CHOICE: ("choice", "choices"),
    Kind.SHORT: ("short question", "short questions"),
    Kind.ESSAY: ("essay", "essays"),
    Kind.NUMERIC: ("numeric question", "numeric questions"),
    Kind.PROBLEM: ("problem", "problems"),
    Kind.TERM: ("term", "terms"),
}
_SHOWN = 5
_MARK = {How.NEW: "+", How.CHANGED: "~", How.CONFLICT: "!", How.REMOVED: "-", How.DELETED: "·"}


def _agreement(lesson: Lesson) -> Iterator[str]:
    """Yield whether a document has as much of everything as it says."""
    from deckforge.intake.documents import agreements

    counted = agreements(lesson)
    agreed = [f"{each.name} {each.found}" for each in counted if each.agrees]
    if agreed:
        yield f"  in agreement: {', '.join(agreed)}"
    for each in counted:
        if not each.agrees:
            yield f"  NOT in agreement: {each.name} {each.claimed}, and {each.found} found"


def found(reader: str, lessons: Sequence[Lesson]) -> Iterator[str]:
    """Yield what was found in one file, and what it claims of itself."""
    for lesson in lessons:
        yield f"{lesson.origin}: {reader}, “{lesson.title}”"
        yield f"  found: {counted(lesson) or 'no items'}"
        for name, value in lesson.claimed.items():
            yield f"  it says: {name}: {value}"
        if reader == "document":
            yield from _agreement(lesson)
        prose = [part for part in lesson.content if isinstance(part, Prose)]
        for part in prose[:_SHOWN]:
            name = f"“{part.heading}”" if part.heading else "a text without a heading"
            yield f"  kept as prose: {name}{_lines(part.lines)}"
        if len(prose) > _SHOWN:
            yield f"  and {len(prose) - _SHOWN} more texts"
        if lesson.media:
            yield f"  {len(lesson.media)} {'file' if len(lesson.media) == 1 else 'files'} of media"
        for item in list(items(lesson))[:_SHOWN]:
            yield f"    {_line(item.front)} → {_line(item.answer or item.solution or _options(item.options))}"


def counted(lesson: Lesson) -> str:
    """Return how many items of each kind a draft has."""
    kinds = Counter(item.kind for item in items(lesson))
    return ", ".join(f"{number} {_PLURAL[kind][number != 1]}" for kind, number in kinds.items())


def _options(options: Sequence[object]) -> str:
    return f"{len(options)} options" if options else "…"


def _lines(numbers: Sequence[int]) -> str:
    return f" (line {numbers[0]})" if numbers else ""


def _line(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:59]}…"


def changes(plan: Plan) -> Iterator[str]:
    """Yield what would become of each lesson: counts, and the difference of every piece that changes."""
    for path in dict.fromkeys(change.path for change in plan.changes):
        here = [change for change in plan.changes if change.path == path]
        how = Counter(change.how for change in here if change.key != "header")
        said = ", ".join(f"{how[each]} {each.value}" for each in How if how[each])
        yield f"{path}: {said or 'nothing to do'}"
        for change in here:
            if change.how in (How.CHANGED, How.CONFLICT):
                yield from _difference(change)
            elif change.how in (How.REMOVED, How.DELETED):
                yield f"  {_MARK[change.how]} {change.key}: {change.how.value}"


def _difference(change: Change) -> Iterator[str]:
    note = "; the document says:" if change.how is How.CONFLICT else ""
    yield f"  {_MARK[change.how]} {change.key}: {change.how.value}{note}"
    rows = unified_diff(change.before.splitlines(), change.after.splitlines(), lineterm="", n=1)
    for number, row in enumerate(rows):
        if number > 1 and not row.startswith("@@"):
            yield f"      {row}"


def files(plan: Plan) -> Iterator[str]:
    """Yield the files that would be written."""
    for path in sorted(plan.files):
        yield f"  {path}"
