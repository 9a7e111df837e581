"""Study presets: how Anki spaces the cards of a deck, and in which order it takes new ones.

A preset belongs to a deck. So a course has one preset for all of its decks, unless it asks for `by_difficulty`: then
the items of a deck lie in a subdeck for each difficulty (an item without one stays in the deck itself), and each
difficulty has a preset of its own. What an easy, medium or hard card begins with:

| difficulty | first interval | starting ease | interval after “easy” |
|---|---|---|---|
| easy | 1 day | 2.5 × | 4 days |
| medium | 3 days | 2.0 × | 6 days |
| hard | 7 days | 1.5 × | 11 days |

These are values of Anki's older scheduler. Where a learner has turned FSRS on, Anki ignores all three and works with
the retention to aim for, which is the course's, and with parameters fitted to the learner's own reviews; none are
given here, so Anki's defaults hold until it has fitted some.

Anki adds a preset only where it knows none of that id, and never changes one that is there: what a learner set stays.
Which cards are suspended or buried is no preset's business, and no package's: new cards come in as new.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from deckforge.emit.anki import ids
from deckforge.model.items import Difficulty

if TYPE_CHECKING:
    from deckforge.model.course import Course, Preset
    from deckforge.model.items import AnyItem

_EVEN = 4
"""Anki's own number of days after “easy” on a new card; no preset of ours has fewer."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a card begins with: the first interval in days, and the ease that multiplies it."""

    days: int
    ease: float

    @property
    def easy_days(self) -> int:
        """The interval for a new card that was answered with “easy”: the next step of the ordinary way."""
        return max(_EVEN, ceil(self.days * self.ease))


USUAL = Schedule(1, 2.5)
"""Anki's own beginning, for decks that mix difficulties."""
BY_DIFFICULTY = {
    Difficulty.EASY: Schedule(1, 2.5),
    Difficulty.MEDIUM: Schedule(3, 2.0),
    Difficulty.HARD: Schedule(7, 1.5),
}


def subdeck(deck: str, course: Course, item: AnyItem) -> tuple[str, Difficulty | None]:
    """Return an item's deck below its lesson's, and the difficulty whose preset that deck has."""
    if not course.preset.by_difficulty or item.difficulty is None:
        return deck, None
    return f"{deck}::{item.difficulty.value.capitalize()}", item.difficulty


def preset_id(course: str, difficulty: Difficulty | None) -> int:
    """Return the permanent id of a preset of the course."""
    return ids.moment(course, "preset", difficulty.value) if difficulty else ids.moment(course, "preset")


def options(course: str, preset: Preset, difficulty: Difficulty | None) -> dict[str, Any]:
    """Return a preset as Anki's deck options."""
    schedule = BY_DIFFICULTY[difficulty] if difficulty else USUAL
    return {
        "id": preset_id(course, difficulty),
        "name": f"{preset.name} · {difficulty.value.capitalize()}" if difficulty else preset.name,
        "mod": 0,
        "usn": -1,
        "maxTaken": 60,
        "autoplay": True,
        "timer": 0,
        "replayq": True,
        "dyn": False,
        "new": {
            "bury": True,
            "delays": [1.0, 10.0],
            "initialFactor": round(schedule.ease * 1000),
            "ints": [schedule.days, schedule.easy_days, 0],
            "order": 1,
            "perDay": preset.new_per_day,
        },
        "rev": {
            "bury": True,
            "ease4": 1.3,
            "ivlFct": 1.0,
            "maxIvl": 36500,
            "perDay": preset.reviews_per_day,
            "hardFactor": 1.2,
        },
        "lapse": {"delays": [10.0], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0.0},
        # By position over all subdecks, and shown as gathered: else Anki goes through the decks by the alphabet.
        "newGatherPriority": 1,
        "newSortOrder": 1,
        "desiredRetention": preset.retention,
        "fsrsParams6": [],
    }
