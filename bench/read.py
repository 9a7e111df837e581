"""How long 10,000 cards take to read, and how much that is beside the parser's own HTML of the same text.

`python bench/read.py [cards]` prints both in seconds of processor time (the best of five) and their ratio.
"""

from __future__ import annotations

import sys
from time import process_time
from typing import TYPE_CHECKING

import pyromark

from deckforge.model.source import Source
from deckforge.read.markdown import read_markdown_lesson
from deckforge.read.markdown.events import DIALECT

if TYPE_CHECKING:
    from collections.abc import Callable

HEADER = "---\nid: bench\ntitle: Bench\n---\n\n# Bench\n\n## Flashcards\n\n"
CARD = """### Why does layer {n} learn more slowly than layer {m}? {{#card-{n} .easy .understand concept=gradient-flow}}

#### Answer

Each layer multiplies by its Jacobian; **{n} factors** of $0.5$ leave
[8.9e-16](claim:backprop.shrink.product?factor=0.5&depth={n}), and `float32` ends at 1e-38.

- A factor below one *shrinks*.
- A factor above one grows.

#### In short

A product of {n} factors below one shrinks exponentially.

"""


def best(work: Callable[[], object], rounds: int = 5) -> float:
    """Return the shortest time of some rounds, in seconds of processor time."""
    times = []
    for _ in range(rounds):
        start = process_time()
        work()
        times.append(process_time() - start)
    return min(times)


def main(cards: int) -> None:
    """Print the times for a lesson of so many cards."""
    text = HEADER + "".join(CARD.format(n=n, m=n + 1) for n in range(cards))
    source = Source("content/bench.md", text.encode())
    outcome = read_markdown_lesson(source)
    assert len(outcome.value.items) == cards, "not every card was read"
    assert not outcome.diagnostics, outcome.diagnostics[0]
    ours = best(lambda: read_markdown_lesson(source))
    parser = best(lambda: pyromark.html(text, options=DIALECT))
    print(f"{cards:,} cards, {len(text.encode()) / 1e6:.1f} MB")
    print(f"read          {ours:7.3f} s")
    print(f"pyromark.html {parser:7.3f} s")
    print(f"ratio         {ours / parser:7.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
