"""Ten different mistakes in one lesson are ten diagnostics of one run: none hides another, none brings a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.check import check
from deckforge.diagnostics import Severity, in_order
from deckforge.project import Project
from deckforge.read import read

from .test_cases import course_of

if TYPE_CHECKING:
    from pathlib import Path

COURSE = """\
id: example
title: An example
concepts:
  - {id: gradient-flow, title: Gradient flow}
"""

LESSON = """\
---
id: lesson
title: Lesson
---

# Lesson

Twice three is [6.0](claim:sums.double.valu?x=3), see [there](gone.md) and ![the loss](loss.png).

## Flashcards

### Why do gradients vanish? {#vanishing concept=gradient-flwo}

#### Answer

A product of factors below one.

### Why do they explode? {#vanishing concept=gradient-flow}

#### Answer

A product of factors above one: [32](claim:sums.double.value?x=many).

### The scaler starts at 65536 {#scaler .cloze}

## Quiz

### Which change helps? {#fix .choice points=10}

- [ ] Clipping
- [ ] ReLU

### Design a schedule {#schedule .essay points=10}

#### Tasks

1. Warm-up (4 points)
2. Decay (5 points)

#### Model answer

First up, then down.

### Which change hurts? {#hurt .choice points=10}

- [ ] Clipping
- [x] No warm-up

## Problems

### A dead ReLU {#dead .problem points=5}

Why is it dead?

#### Hint

Look at its input.
"""

EXPECTED = """\
8 DF503 unknown-output
8 DF307 broken-link
8 DF308 missing-media
12 DF305 unknown-concept
18 DF303 duplicate-id
22 DF506 mistyped-argument
24 DF410 cloze-without-deletion
28 DF404 choice-without-key
33 DF431 tasks-do-not-sum
51 DF401 answerless-item
"""


def test_ten_mistakes_are_ten_diagnostics(tmp_path: Path) -> None:
    course = course_of({"course.yaml": COURSE, "lesson.md": LESSON}, tmp_path)
    found = in_order((*read(Project(tmp_path)).diagnostics, *check(course)))
    lines = [
        f"{course.sources[each.span.path].position(each.span.start).line} {each.code.id} {each.code.name}"
        for each in found
        if each.span
    ]
    assert "\n".join(lines) + "\n" == EXPECTED
    assert len(found) == 10
    assert {each.severity for each in found} == {Severity.ERROR}


def test_the_same_lesson_without_them_has_none(tmp_path: Path) -> None:
    mended = LESSON
    for wrong, right in (
        ("double.valu?", "double.value?"),
        ("[there](gone.md) and ![the loss](loss.png)", "[there](#fix)"),
        ("gradient-flwo", "gradient-flow"),
        ("explode? {#vanishing", "explode? {#exploding"),
        ("[32](claim:sums.double.value?x=many)", "[32](claim:sums.double.value?x=16)"),
        ("at 65536", "at {{c1::65536}}"),
        ("- [ ] ReLU", "- [x] ReLU"),
        ("(5 points)", "(6 points)"),
        ("Look at its input.\n", "Look at its input.\n\n#### Solution\n\nIt is negative.\n"),
    ):
        assert mended.count(wrong) == 1
        mended = mended.replace(wrong, right)
    course = course_of({"course.yaml": COURSE, "lesson.md": mended}, tmp_path)
    assert (*read(Project(tmp_path)).diagnostics, *check(course)) == ()
