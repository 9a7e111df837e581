"""Decks: names that Anki keeps as they are, and lessons that a learner can tell apart.

What Anki 26 does with a name was measured: it drops control characters, strips white space and colons from the ends of
each level, and calls an empty level `blank`. A deck is found again by its name, so a changed one is another deck.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.check.near import shown
from deckforge.check.places import first_line, header, value
from deckforge.diagnostics import Code, Diagnostic, Related, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.model.course import Course, Lesson

MALFORMED_DECK_NAME = Code(
    "DF320",
    "malformed-deck-name",
    Severity.ERROR,
    "Anki would change the name of a deck, or could not search for it.",
    "Anki finds a deck by its name. A name that it changes on import is a different deck at the next one, and quotes "
    "end a name in its search.",
    'deck: "Training::"',
    "deck: Training",
)
INDISTINCT_LESSONS = Code(
    "DF321",
    "indistinct-lessons",
    Severity.WARNING,
    "Two lessons have the same title and the same deck.",
    "In navigation, in search and in Anki's browser nobody could tell one from the other.",
    "# a.md: title: Gradients, deck: Training\n# b.md: title: Gradients, deck: Training",
    "# a.md: title: Gradient flow, deck: Training\n# b.md: title: Gradient clipping, deck: Training",
)
CODES = (MALFORMED_DECK_NAME, INDISTINCT_LESSONS)

LONGEST = 100
"""Characters in one level of a deck's name; what is longer is cut off in Anki's list of decks."""
_FIX = "write levels with `::` between them, such as `Training::Optimisers`"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def deck_names(course: Course) -> Iterator[Diagnostic]:
    """Report names of decks that would not stay as they are."""
    wrong = _wrong(course.deck)
    if wrong:
        yield MALFORMED_DECK_NAME.at(
            value(course, course.span, "deck", course.deck), f"the deck `{shown(course.deck)}` {wrong}", fix=_FIX
        )
    for lesson in course.lessons:
        wrong = _wrong(lesson.deck) if lesson.deck else ""
        if wrong:
            place = header(course, lesson, "deck", lesson.deck)
            yield MALFORMED_DECK_NAME.at(place, f"the deck `{shown(lesson.deck)}` {wrong}", fix=_FIX)


def _wrong(deck: str) -> str:
    """Return what is wrong with a deck's name, in words; `""` if nothing is."""
    levels = deck.split("::")
    if _CONTROL.search(deck):
        return "has a control character, which Anki drops"
    if '"' in deck:
        return "has a quote in it, which ends a name in Anki's search"
    if any(not level.strip(" :") for level in levels):
        return "has an empty level, which Anki calls `blank`"
    if any(level != level.strip(" :") for level in levels):
        return "has a level with white space or a colon at its end, which Anki takes away"
    longest = max(levels, key=len)
    if len(longest) > LONGEST:
        return f"has a level of {len(longest)} characters; {LONGEST} can be shown"
    return ""


def indistinct_lessons(course: Course) -> Iterator[Diagnostic]:
    """Report lessons that have title and deck in common with an earlier one."""
    first: dict[tuple[str, str], Lesson] = {}
    for lesson in course.lessons:
        earlier = first.setdefault((lesson.title.casefold(), lesson.deck), lesson)
        if earlier is not lesson:
            where = f"in the deck `{lesson.deck}`" if lesson.deck else "in the same deck"
            yield INDISTINCT_LESSONS.at(
                header(course, lesson, "title", lesson.title),
                f"another lesson {where} is called “{shown(lesson.title)}” too",
                fix="give one of them a title of its own",
                related=(Related(first_line(course, header(course, earlier, "title", earlier.title)), "this one"),),
            )
