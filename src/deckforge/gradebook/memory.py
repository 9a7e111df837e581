"""How well a card is remembered, computed from its answers alone, as the study site computes it.

FSRS-6 with its default weights, by py-fsrs. The site uses ts-fsrs; the tests hold that both come to the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fsrs import Card, Scheduler

    from deckforge.gradebook.files import Entry

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Memory:
    """What the answers to one card leave: `stability` in days, `difficulty` from 1 to 10, the day of the last one."""

    stability: float
    difficulty: float
    day: int

    def recall(self, day: int) -> float:
        """Return the probability, 0 to 1, that the answer is known on a day (counted from 1970)."""
        from fsrs import Card

        card = Card(stability=self.stability, difficulty=self.difficulty, last_review=_moment(self.day))
        return float(_scheduler().get_card_retrievability(card, _moment(max(day, self.day))))


def memory(answers: Iterable[Entry]) -> Memory | None:
    """Return what the answers to one card, in the order of time, leave; `None` where nothing is remembered.

    What was taken back does not count. Spaced repetition decides; a card that was only practised, and right the last
    time, counts as one good review on that day.
    """
    from fsrs import Card, Rating

    card: Card | None = None
    last = 0
    practised: Entry | None = None
    for entry in answers:
        if entry.mode == "repeat" and entry.grade:
            last = max(entry.day, last)  # a clock that was set back
            card, _ = _scheduler().review_card(card or Card(), Rating(entry.grade), _moment(last))
        elif entry.grade:
            practised = entry
    if card is None and practised is not None and practised.grade > 1:
        last = practised.day
        card, _ = _scheduler().review_card(Card(), Rating.Good, _moment(last))
    if card is None or card.stability is None or card.difficulty is None:
        return None
    return Memory(card.stability, card.difficulty, last)


def _moment(day: int) -> datetime:
    return _EPOCH + timedelta(days=day)


@cache
def _scheduler() -> Scheduler:
    from fsrs import Scheduler

    return Scheduler(enable_fuzzing=False)
