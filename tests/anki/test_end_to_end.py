"""From lessons on disk to a learner's collection: what an author writes is what Anki shows."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

from deckforge.emit import anki as emitter
from deckforge.project import Project
from deckforge.read import read
from tests.anki.build import context
from tests.anki.learner import learner, package

if TYPE_CHECKING:
    from deckforge.model.course import Course

ROOT = Path(__file__).parents[2]

COURSE = """\
id: shapes
title: Shapes of tensors
"""

LESSON = """\
---
id: shapes-basics
title: Shapes
tags: [tensors]
---

# Shapes

## Flashcards

### What does `x[None]` do to a shape? {#none .easy .remember .both}

#### Answer

It adds an axis of length **1** in front: a `List<int>` of lengths $(3, 4)$ becomes $(1, 3, 4)$, and `{{x}}` is text.

### A matrix product of shapes $(n, m)$ and {{c1::$(m, k)$}} has the shape {{c2::$(n, k)$}}. {#product .cloze}

## Quiz

### Which shapes broadcast with $(3, 1)$? {#broadcast .choice .medium}

- [x] $(1, 4)$
  > Each axis has a one, or the same length.
- [x] $(4,)$
- [ ] $(2, 4)$
  > Neither 3 nor 2 is one.

### Why is broadcasting cheap? {#cheap .short points=5}

#### Model answer

The axis gets a stride of zero, so nothing is copied.

## Problems

### An outer product {#outer .problem .warm-up minutes=5}

Write $x y^\\top$ without a matrix product.

#### Hint: Conceptual

Which axes have to be added?

#### Solution

```python
x[:, None] * y[None, :]
```

## Terms

### Stride {#stride .both}

How many elements further in memory the next one along an axis lies.
"""


def lessons(root: Path) -> Course:
    (root / "content").mkdir(parents=True)
    (root / "content" / "course.yaml").write_text(COURSE)
    (root / "content" / "shapes.md").write_text(LESSON)
    outcome = read(Project(root))
    assert [each.message for each in outcome.diagnostics] == []
    return outcome.value


def text(shown: str) -> str:
    body = re.sub(r"<(script|style)>.*?</\1>", "", shown, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_a_lesson_in_markdown_is_studied_in_anki(tmp_path: Path) -> None:
    made = lessons(tmp_path / "course")
    with learner(tmp_path / "anki") as anki:
        assert anki.take(package(tmp_path / "course", made))["new"] == 6
        assert anki.problems() == []
        question, answer = anki.sides("none")[0]
        assert "x[None]" in text(question)
        assert "List<int>" in text(answer)
        assert "{{x}}" in text(answer)
        assert r"\((1, 3, 4)\)" in answer
        reverse, _ = anki.sides("none")[1]
        assert "List<int>" in text(reverse)
        first, second = anki.sides("product")
        assert "[...]" in text(first[0])
        assert r"\((n, k)\)" in first[0]
        assert r"\((n, k)\)" not in second[0]
        assert "stride of zero" in text(anki.sides("cheap")[0][1])
        solution = anki.sides("outer")[0][1]
        code = solution.partition('<div class="highlight"><pre>')[2].partition("</pre>")[0]
        assert unescape(re.sub(r"<[^>]+>", "", code)).strip() == "x[:, None] * y[None, :]"
        assert '<span class="' in code
        assert len(anki.sides("stride")) == 2


SIGNS = """\
---
id: signs
title: Signs & <angles>
---

# Signs

## Flashcards

### When is x<5 and y>3, with a `List<int>` & a Map<str, int>? {#signs .easy .remember}

#### Answer

Where `a && b`, AT&amp;T, 1 < 2 > 0 & $x < y \\& z$; never `&amp;` twice.

### In C++ it is {{c1::`std::vector<int>`::a type}}, and `{{c1::x}}` is Python's `f"{{x}}"`. {#scope .cloze}

### Costs \\$5 or {{c1::$\\frac{a}{b^{2}}$}}? {#costs .cloze}
"""


def test_signs_that_mean_something_elsewhere_mean_themselves(tmp_path: Path) -> None:
    root = tmp_path / "course"
    (root / "content").mkdir(parents=True)
    (root / "content" / "course.yaml").write_text("id: signs\ntitle: A & B <c>\ndeck: A & B\n")
    (root / "content" / "signs.md").write_text(SIGNS)
    made = read(Project(root)).value
    with learner(tmp_path / "anki") as anki:
        anki.take(package(root, made))
        assert anki.problems() == []
        (question, answer) = anki.sides("signs")[0]
        assert "When is x<5 and y>3, with a List<int> & a Map<str, int>?" in words(question)
        assert "Where a && b , AT&T, 1 < 2 > 0 &" in text(answer)
        assert r"\(x &lt; y \&amp; z\)" in answer
        assert "never &amp; twice" in words(answer)
        assert "Signs & <angles>" in words(answer)
        (question, answer) = anki.sides("scope")[0]
        assert "In C++ it is [a type], and {{c1::x}} is Python's" in words(question).replace("\u2019", "'")
        assert "In C++ it is std::vector<int>, and" in words(answer)
        assert 'f"{{x}}"' in words(answer)
        assert len(anki.sides("scope")) == 1
        (question, answer) = anki.sides("costs")[0]
        assert "Costs $5 or [...]?" in words(question)
        assert r"Costs $5 or \(\frac{a}{b^{2} }\)?" in words(answer)
        assert anki.collection.decks.by_name("A & B") is not None


def words(shown: str) -> str:
    """Return what a reader sees in one line, without spaces where tags were."""
    body = re.sub(r"<(script|style)>.*?</\1>", "", shown, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", body)).split())


def test_the_course_that_ships_is_sound_in_anki(tmp_path: Path) -> None:
    """Every note yields its cards, every card renders, no media is missing; and the text import agrees."""
    made = read(Project(ROOT)).value
    with learner(tmp_path / "anki") as anki:
        log = anki.take(package(tmp_path / "course", made))
        assert log["new"] == len(made.items) > 0
        assert anki.problems() == []
        # Every card that the package wrote is one that Anki itself would make, and none is missing.
        outcome = emitter.notes.from_course(made, context(tmp_path, made).verdicts).value
        for note in outcome.notes:
            assert tuple(sorted(card.ord for card in anki.note(note.item).cards())) == note.cards
