"""A learner of a year: 5,000 cards with 50,000 answers. `bench/study.py` has figures; here they only must be sane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import study

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page


def test_five_thousand_cards_with_fifty_thousand_answers(page: Page, tmp_path: Path) -> None:
    found = study.run(page, tmp_path, 5000, 50_000)
    for name in ("open the overview", "open spaced repetition", "show an answer", "answer", "undo", "next flashcard"):
        _, task, _ = found[name]
        assert task < 500, (name, found)  # under 60 on a quiet machine
