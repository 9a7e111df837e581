"""How long it takes to check 10,000 items that have been read.

`python bench/check.py [cards]` prints seconds of processor time (the best of five), for all rules and for the five
that take longest.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import course

from deckforge.check import RULES, check
from deckforge.diagnostics import has_errors
from deckforge.read import read


def main(cards: int) -> None:
    """Print the times for a course of so many cards."""
    with TemporaryDirectory() as folder:
        read_course = read(course.write(Path(folder), cards)).value
    found = check(read_course)
    assert not has_errors(found), found[0]
    print(f"{cards:,} cards, {len(found):,} warnings and notes")
    print(f"{'check':<24}{course.best(lambda: check(read_course)):7.3f} s")
    by_rule = {rule: course.best(lambda rule=rule: list(rule(read_course)), 2) for rule in RULES}
    for rule, seconds in sorted(by_rule.items(), key=lambda pair: -pair[1])[:5]:
        print(f"  {rule.__name__:<22}{seconds:7.3f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
