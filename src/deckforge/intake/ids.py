"""Ids made from wording: readable, unique in the course, and the same whenever the same document comes in."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from deckforge.check.near import slug
from deckforge.intake.draft import Section
from deckforge.intake.writer.items import plain_words
from deckforge.model.course import SectionKind
from deckforge.read.markdown.structure import slug as anchor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deckforge.intake.draft import Item, Lesson

LONGEST = 48
_OPENING = re.compile(
    r"^(?:(?:what|which|who) (?:is|are|was|were)|(?:how|why|when) (?:do|did|can|should|would) (?:you|we|one)"
    r"|explain|describe|define|state)\s+(?:(?:the|a|an)\s+)?",
    re.IGNORECASE,
)
"""What questions begin with and nobody would call them by."""
_TRAILING = re.compile(
    r"(?:-(?:a|an|and|are|as|at|by|do|for|from|in|into|is|of|on|or|than|that|the|to|what|when|with))+$"
)
_PLACES = tuple(kind.value for kind in SectionKind)


def named(lesson: Lesson, taken: Iterable[str]) -> Lesson:
    """Return a lesson in which every item has an id that nothing else of the course has.

    `taken` are the ids of the course's items. An item that has one keeps it.
    """
    used = {*taken, *_PLACES, *anchors(lesson), lesson.id}
    used |= {item.id for part in lesson.content if isinstance(part, Section) for item in part.items if item.id}
    content: list[object] = []
    for part in lesson.content:
        if not isinstance(part, Section):
            content.append(part)
            continue
        items = []
        for item in part.items:
            id_ = item.id or free(of_item(item), used)
            used.add(id_)
            items.append(replace(item, id=id_))
        content.append(replace(part, items=tuple(items)))
    return replace(lesson, content=tuple(content))  # type: ignore[arg-type] # the same parts, with ids


def of_item(item: Item) -> str:
    """Return the id that an item's wording gives it."""
    words = plain_words(item.title or item.front)
    return of_words(words, item.kind.value)


def of_words(words: str, otherwise: str) -> str:
    """Return an id made of words; of words in another script, one that at least stays the same."""
    shorter = _OPENING.sub("", words)
    made = slug(shorter, LONGEST)
    made = _TRAILING.sub("", made or slug(words, LONGEST))
    if len(made) > 2 or made == words.lower():
        return made or otherwise
    letters = hashlib.sha256(" ".join(words.split()).casefold().encode()).hexdigest()[:8]
    return f"{otherwise}-{letters}"


def sound(id_: str) -> bool:
    """Tell whether something can be an id."""
    return re.fullmatch(r"[a-z0-9][a-z0-9-]*", id_) is not None


def free(wanted: str, used: set[str]) -> str:
    """Return an id that nothing has, as near as possible to the one that is wanted."""
    id_, number = wanted, 1
    while id_ in used:
        number += 1
        id_ = f"{wanted}-{number}"
    return id_


def anchors(lesson: Lesson) -> set[str]:
    """Return the places that headings of the prose may have on the lesson's page."""
    found = set()
    for part in lesson.content:
        if not isinstance(part, Section):
            headings = [part.heading, *re.findall(r"^ {0,3}#{1,6}[ \t]+(.+)$", part.text, re.MULTILINE)]
            found |= {anchor(plain_words(text)) for text in headings if text.strip()}
    return found
