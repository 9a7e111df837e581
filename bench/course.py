"""A large course on disk, for the benchmarks: one lesson with as many cards as are asked for."""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING

from deckforge.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COURSE = "id: bench\ntitle: Bench\nconcepts:\n  - id: gradient-flow\n    title: Gradient flow\n"
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
PROOFS = '''"""Proofs of the benchmark."""

from deckforge.proof import proof


@proof
def shrink(factor: float, depth: int) -> dict[str, float]:
    """Multiply a factor by itself."""
    return {"product": factor**depth}
'''


def write(root: Path, cards: int) -> Project:
    """Write a course of so many cards into a folder."""
    lesson = HEADER + "".join(CARD.format(n=n, m=n + 1) for n in range(cards))
    for name, text in (("course.yaml", COURSE), ("bench.md", lesson)):
        (root / "content").mkdir(exist_ok=True)
        (root / "content" / name).write_text(text, encoding="utf-8")
    (root / "verify").mkdir()
    (root / "verify" / "backprop.py").write_text(PROOFS, encoding="utf-8")
    return Project(root)


def best(work: Callable[[], object], rounds: int = 5) -> float:
    """Return the shortest time of some rounds, in seconds of processor time."""
    times = []
    for _ in range(rounds):
        start = process_time()
        work()
        times.append(process_time() - start)
    return min(times)
