"""What a document says of itself against what was found in it: counts, distributions, points.

`Total Cards: 5`, `2 Easy | 2 Medium | 1 Hard`, `Total Points: 70`. A report shows every one, in agreement or not.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckforge.intake import draft
from deckforge.intake.documents import values
from deckforge.intake.documents.labels import normal
from deckforge.model.items import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TOTAL = re.compile(
    r"^(?:total|number of|total number of|no of)?\s*(cards?|flash ?cards?|questions?|problems?|exercises?|"
    r"items?|terms?)(?: count)?$"
    r"|^(card|question|problem|item)s? count$|^(?:count|total)$"
)
_KINDS = {
    "card": (Kind.CARD, Kind.CLOZE),
    "flashcard": (Kind.CARD, Kind.CLOZE),
    "question": (Kind.CHOICE, Kind.SHORT, Kind.ESSAY, Kind.NUMERIC),
    "problem": (Kind.PROBLEM,),
    "exercise": (Kind.PROBLEM,),
    "term": (Kind.TERM,),
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """Something that a document counts: the name it gives it, what it says, and what was found."""

    name: str
    claimed: int
    found: int

    @property
    def agrees(self) -> bool:
        """Whether the two are the same."""
        return self.claimed == self.found


def agreements(lesson: draft.Lesson) -> tuple[Agreement, ...]:
    """Return everything that a document counts of itself and that can be counted in the draft."""
    sections = [part for part in lesson.content if isinstance(part, draft.Section)]
    items = [item for section in sections for item in section.items]
    return tuple(_agreements(lesson, sections, items)) if items else ()


def _agreements(
    lesson: draft.Lesson, sections: Sequence[draft.Section], items: Sequence[draft.Item]
) -> Iterator[Agreement]:
    asked = [item for item in items if item.kind is not Kind.TERM]
    for name, value in lesson.claimed.items():
        said = re.sub(r" in (?:this|the) \w+$", "", normal(name))
        number = re.match(r"^\W*(\d{1,6})\b(?!\s*[/-])", value)
        total = _TOTAL.match(said)
        if total and number and not re.search(r"points?|marks?|pts", value, re.IGNORECASE):
            word = (total[1] or total[2] or "").rstrip("s").replace(" ", "")
            kinds = _KINDS.get(word)
            found = sum(item.kind in kinds for item in items) if kinds else len(asked)
            yield Agreement(name, int(number[1]), found)
        elif number and "passing" not in said and re.search(r"points|marks|score", f"{said} {value.casefold()}"):
            yield Agreement(name, int(number[1]), _points(sections))
        elif (
            "distribution" in said
            or "breakdown" in said
            or said in ("difficulty", "difficulty mix", "types", "question types", "composition")
        ):
            counted = _counted(asked)
            for word, claimed in values.counts(value).items():
                key = _key(word)
                if key:
                    yield Agreement(f"{name}: {word}", claimed, counted[key])


def _points(sections: Sequence[draft.Section]) -> int:
    return sum(
        (item.points if item.points is not None else section.points or 0)
        for section in sections
        for item in section.items
    )


def _counted(items: Sequence[draft.Item]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for item in items:
        counted.update(str(each) for each in (item.difficulty, item.problem_type) if each)
        counted.update(str(level) for level in item.bloom)
        counted[str(item.kind)] += 1
    return counted


def _key(word: str) -> str:
    """Return what a word of a distribution counts."""
    problem = values.problem_type(word)
    if problem and normal(word) not in ("advanced", "application", "standard", "practice", "core"):
        return str(problem)
    level = values.difficulty(word)
    if level:
        return str(level)
    kind = values.kind(word) or values.kind_in(word)
    if kind in values.KINDS and normal(word) not in ("application", "analysis", "conceptual", "explain"):
        return str(values.KINDS[kind]) if kind != "truth" else ""
    bloom = values.bloom(word)
    return str(bloom[0]) if len(bloom) == 1 else ""
