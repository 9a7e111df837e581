"""The study site's scheduler against py-fsrs, over long random histories: state, memory and waiting time agree."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fsrs import Card, Rating, Scheduler, State

ROOT = Path(__file__).parents[2]
FRONTEND = ROOT / "frontend"
START = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)

USUAL = Scheduler().parameters
PARAMETERS = {
    "the default parameters": USUAL,
    "a learner who forgets quickly": tuple(value * 0.55 if at < 4 else value for at, value in enumerate(USUAL)),
    "a learner who hardly forgets": tuple(value * 3 if at < 4 else value for at, value in enumerate(USUAL)),
    "other shapes of every formula": tuple(value * (0.8 + 0.05 * (at % 8)) for at, value in enumerate(USUAL)),
}


def replayed(told: dict[str, object]) -> list[list[list[float]]]:
    """What the bundled scheduler says."""
    if not (FRONTEND / "node_modules").is_dir():
        pytest.skip("the study elements' tools are not installed: make frontend")
    command = [str(ROOT / "scripts" / "node.sh"), sys.executable, "node", "tools/replay.mjs"]
    told_text = json.dumps(told)
    done = subprocess.run(
        command, input=told_text, stdout=subprocess.PIPE, text=True, cwd=FRONTEND, timeout=120, check=True
    )
    found: list[list[list[float]]] = json.loads(done.stdout)
    return found


def histories(seed: int, cards: int, reviews: int) -> list[list[tuple[Rating, datetime]]]:
    """Random reviews. Within a card the time of day never goes back: both count the same whole days then."""
    chance = random.Random(seed)
    made = []
    for _ in range(cards):
        at, history = START, []
        for _ in range(reviews):
            history.append((Rating(chance.choices((1, 2, 3, 4), (2, 2, 6, 1))[0]), at))
            days = chance.choice((0, 0, 0, 1, 2, 3, 7, 20, 90, 400))
            at += days * DAY + timedelta(minutes=chance.choice((1, 5, 10)))
        made.append(history)
    return made


@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize("retention", [0.8, 0.9, 0.97])
def test_states_equal_those_of_py_fsrs(name: str, retention: float) -> None:
    parameters = PARAMETERS[name]
    made = histories(int(retention * 100), cards=25, reviews=40)
    told = [[[int(grade), int(at.timestamp() * 1000), (at - START).days] for grade, at in card] for card in made]
    ours = replayed({"w": list(parameters), "retention": retention, "cards": told})
    scheduler = Scheduler(parameters, desired_retention=retention, enable_fuzzing=False)
    compared = 0
    for history, states in zip(made, ours, strict=True):
        card = Card()
        for (grade, at), (state, step, stability, difficulty, wait) in zip(history, states, strict=True):
            card, _ = scheduler.review_card(card, grade, at)
            where = f"review {compared}: {grade!r} after {at - START}"
            assert State(int(state)) is card.state, where
            assert step == (card.step or 0), where
            assert stability == pytest.approx(card.stability, rel=1e-5), where
            assert difficulty == pytest.approx(card.difficulty, abs=1e-5), where
            assert timedelta(milliseconds=wait) == card.due - at, where
            compared += 1
    assert compared == 1000
