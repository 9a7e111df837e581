"""The study site with 5,000 cards and 50,000 answers: how long the browser's main thread is busy at a time.

    python bench/study.py [CARDS] [ANSWERS]

For each thing that a learner does: how long it takes until it shows, the longest task of the page's main thread, and
the longest wait between two frames (a frame over 100 ms is felt). One run each, in the Chromium of this machine.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.frontend import pages  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

DAY = 86_400_000

WATCH = """
window.busy = { task: 0, frame: 0 };
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) busy.task = Math.max(busy.task, duration);
}).observe({ type: "longtask", buffered: true });
let last = 0;
requestAnimationFrame(function frame(now) {
  if (last) busy.frame = Math.max(busy.frame, now - last);
  last = now;
  requestAnimationFrame(frame);
});
"""


def progress(course: str, cards: int, answers: int, now: float) -> dict[str, Any]:
    """A learner's file: every card learned some months ago and reviewed about equally often since."""
    chance = random.Random(7)
    log = []
    for number in range(answers):
        card = number % cards
        at = int(now - (180 - 179 * number / answers) * DAY) + chance.randrange(1000)
        grade = chance.choices((1, 2, 3, 4), (1, 1, 6, 2))[0]
        entry = {"id": f"a{number}", "card": f"card-{card}", "at": at, "day": at // DAY, "grade": grade}
        log.append(entry | {"mode": "repeat", "ms": chance.randrange(2000, 20_000)})
    head = {"format": "deckforge-progress", "version": 1, "algorithm": "fsrs-6", "course": course, "title": ""}
    return head | {"learner": "", "exported": "2026-01-01T00:00:00.000Z", "log": log, "marks": []}


def measured(page: Page, act: Callable[[], object], shown: Callable[[], object]) -> tuple[float, float, float]:
    """Milliseconds until something shows, of the longest task, and of the longest wait between two frames."""
    page.evaluate("() => { if (window.busy) busy = { task: 0, frame: 0 } }")
    start = time.perf_counter()
    act()
    shown()
    took = (time.perf_counter() - start) * 1000
    page.wait_for_timeout(300)
    busy = page.evaluate("() => busy")
    return took, busy["task"], busy["frame"]


def run(page: Page, folder: Path, cards: int, answers: int) -> dict[str, tuple[float, float, float]]:
    """Import the progress of a long time, then study with it."""
    course, _ = pages.course(cards)
    file = folder / "progress.json"
    file.write_text(json.dumps(progress(course["id"], cards, answers, time.time() * 1000)))
    address = pages.write(folder / "site", cards, defaults=course["defaults"] | {"reviewsPerDay": 9999}).as_uri()
    page.set_default_timeout(120_000)
    page.add_init_script(WATCH)
    found: dict[str, tuple[float, float, float]] = {}

    def look(path: str, place: str) -> tuple[float, float, float]:
        return measured(page, lambda: page.goto(address + path), lambda: page.wait_for_selector(place))

    def press(key: str, place: str) -> tuple[float, float, float]:
        return measured(page, lambda: page.keyboard.press(key), lambda: page.wait_for_selector(place))

    page.goto(address + "/progress.html")
    choose = page.get_by_label("Import …")
    offered = page.get_by_role("button", name="Merge")
    found["look at a file"] = measured(page, lambda: choose.set_input_files(file), offered.wait_for)
    found["import it"] = measured(page, offered.click, page.get_by_text("Imported.").wait_for)
    found["open the overview"] = look("/study.html", ".df-modes")
    found["open the progress page"] = look("/progress.html", ".df-calendar [data-level='4']")
    found["open spaced repetition"] = look("/study.html?mode=repeat", ".df-card")
    found["show an answer"] = press("Space", ".df-grade")
    found["answer"] = press("3", ".df-actions--grades .df-primary")
    for _ in range(3):
        page.keyboard.press("Space")
        page.keyboard.press("3")
    found["undo"] = press("u", ".df-live:has-text('Taken back')")
    found["open flashcards"] = look("/study.html?mode=flashcards", ".df-card")
    found["next flashcard"] = press("ArrowRight", "text=Card 2 of")
    return found


def main() -> None:
    """Measure and print a table."""
    from playwright.sync_api import sync_playwright

    cards, answers = (int(text) for text in (*sys.argv[1:], *("5000", "50000")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        found = run(chromium.new_page(), Path(folder), cards, answers)
        print(f"{cards:,} cards, {answers:,} answers, Chromium {chromium.version}; milliseconds")
        print(f"{'':24}{'shows after':>12}{'longest task':>14}{'longest frame':>15}")
        for name, (took, task, frame) in found.items():
            print(f"{name:24}{took:12.0f}{task:14.0f}{frame:15.0f}")
        chromium.close()


if __name__ == "__main__":
    main()
