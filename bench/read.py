"""How long 10,000 cards take to read, and how much that is beside the parser's own HTML of the same text.

`python bench/read.py [cards]` prints both in seconds of processor time (the best of five) and their ratio.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import course
import pyromark

from deckforge.read import read
from deckforge.read.markdown.events import DIALECT


def main(cards: int) -> None:
    """Print the times for a course of so many cards."""
    with TemporaryDirectory() as folder:
        project = course.write(Path(folder), cards)
        outcome = read(project)
        assert len(outcome.value.lessons[0].items) == cards, "not every card was read"
        assert not outcome.diagnostics, outcome.diagnostics[0]
        del outcome
        text = (Path(folder) / "content" / "bench.md").read_text(encoding="utf-8")
        ours = course.best(lambda: read(project))
    parser = course.best(lambda: pyromark.html(text, options=DIALECT))
    print(f"{cards:,} cards, {len(text.encode()) / 1e6:.1f} MB")
    print(f"read          {ours:7.3f} s")
    print(f"pyromark.html {parser:7.3f} s")
    print(f"ratio         {ours / parser:7.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
