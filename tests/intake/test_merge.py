"""Several documents, one lesson: shared sources, links to items, other courses, and the seeds as a whole."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from deckforge.cli import cli
from deckforge.diagnostics import has_errors
from deckforge.fmt import formatted, meaning
from deckforge.intake import draft, merge
from deckforge.model.course import SectionKind
from deckforge.model.items import Kind
from deckforge.read import read
from tests.example import Example


def run(example: Example, *arguments: object) -> Any:
    words = ["import", "--project", str(example.root), *map(str, arguments)]
    return CliRunner().invoke(cli, words, catch_exceptions=False)


def card(number: int, front: str, answer: str, **more: Any) -> draft.Item:
    return draft.Item(kind=Kind.CARD, label=f"Card {number}", front=front, answer=answer, **more)


CARDS = draft.Lesson(
    title="Tides",
    origin="cards.md",
    source="Lesson 3",
    objectives=("Say what a tide is",),
    tags=("sea",),
    concepts=(
        draft.Concept(title="Spring tide", requires=("Moon",)),
        draft.Concept(title="Moon", requires=("Spring tide",)),
    ),
    content=(
        draft.Section(
            kind=SectionKind.FLASHCARDS,
            items=(
                card(1, "What is a spring tide?", "The highest.", concepts=("Spring tide",)),
                card(2, "What is a neap tide?", "The lowest."),
            ),
            review=(draft.Advice(text="Read Card 2 again; see [there](gone.md)", labels=("Card 1", "Card 9")),),
        ),
        draft.Prose(
            heading="How to go on",
            text="After card 1 comes `Card 2`, says Card 2. ![moon](https://x.org/moon.png)\n\n"
            "Again: cards 1, 2 and 9, then card 1, 2 minutes each.",
        ),
    ),
)
QUIZ = draft.Lesson(
    title="Tides, quiz",
    origin="quiz.md",
    source="lesson 3",
    objectives=("Say when tides are highest",),
    tags=("moon",),
    content=(
        draft.Section(
            kind=SectionKind.QUIZ,
            items=(
                draft.Item(
                    kind=Kind.CHOICE,
                    label="Question 1",
                    front="When?",
                    options=(draft.Option(text="Full moon", key=True), draft.Option(text="Half moon")),
                ),
                draft.Item(kind=Kind.CHOICE, label="Question 2", front="No key?", options=(draft.Option(text="a"),)),
            ),
        ),
    ),
)

LESSON = """\
---
id: tides
title: Tides
source: Lesson 3
tags: [sea, moon]
objectives:
  - Say what a tide is
  - Say when tides are highest
---

## Flashcards

### What is a spring tide? {#spring-tide concept=spring-tide}

#### Answer

The highest.

### What is a neap tide? {#neap-tide}

#### Answer

The lowest.

### Review advice

| Item | Review |
|---|---|
| [Card 1](#spring-tide) | Card 9: Read [Card 2](#neap-tide) again; see there (gone.md) |

## How to go on

After [card 1](#spring-tide) comes `Card 2`, says [Card 2](#neap-tide). moon (https://x.org/moon.png)

Again: [cards 1](#spring-tide), [2](#neap-tide) and 9, then [card 1](#spring-tide), 2 minutes each.

## Quiz

### When? {#when .choice}

- [x] Full moon
- [ ] Half moon

## Left to write

**No key?**

- [ ] a
"""


def test_documents_with_one_source_become_one_lesson(tmp_path: Path) -> None:
    example = Example(tmp_path, {})
    course = read(example.project).value
    plan = merge.merge(course, b"", b"", (CARDS, QUIZ), "content")
    assert plan.files["content/tides.md"].decode() == LESSON
    assert formatted(LESSON) == LESSON
    assert [each.code.id for each in plan.diagnostics] == ["DF183", "DF183", "DF184"]
    assert (
        plan.files["content/course.yaml"]
        .decode()
        .endswith("  - id: spring-tide\n    title: Spring tide\n    requires: [moon]\n  - id: moon\n    title: Moon\n")
    )


def test_one_after_the_other_they_make_the_same_lesson(tmp_path: Path) -> None:
    example = Example(tmp_path, {})
    for each in (CARDS, QUIZ, CARDS):
        lock = example.root / "content/imports.lock"
        data = lock.read_bytes() if lock.is_file() else b""
        plan = merge.merge(read(example.project).value, data, b"", (each,), "content")
        example.write(plan.files)
    assert (example.root / "content/tides.md").read_text() == LESSON
    assert plan.files == {}


def test_a_course_json_brings_a_whole_course_with_its_ids(tmp_path: Path) -> None:
    first = Example(tmp_path / "first", {})
    own = Path(__file__).parents[2]
    first.write({f"content/{path.name}": path.read_bytes() for path in (own / "content").glob("*.md")})
    first.write({"content/course.yaml": (own / "content/course.yaml").read_bytes()})
    course = read(first.project).value
    from deckforge.emit import Context, course_json
    from deckforge.model.claims import Status, Verdict

    verdicts = {claim: Verdict(claim, Status.UNPROVEN, "not measured") for claim in course.all_claims()}
    [artifact] = course_json.emit(Context(first.project, course, verdicts, 0)).value
    (tmp_path / "course.json").write_bytes(artifact.data)
    second = Example(tmp_path / "second", {}).write({"content/course.yaml": "id: other\ntitle: Other\n"})
    done = run(second, tmp_path / "course.json")
    assert done.exit_code == 0, done.output
    there = read(second.project).value
    assert not has_errors(second.check().diagnostics)
    assert set(there.items) == set(course.items)
    assert {concept.id for concept in there.concepts} == {concept.id for concept in course.concepts}
    for id_, (_, item) in course.items.items():
        made = there.items[id_][1]
        assert (made.kind, made.difficulty, made.bloom, made.points) == (
            item.kind,
            item.difficulty,
            item.bloom,
            item.points,
        )
        assert made.front.text.split() == item.front.text.split()
        assert len(made.parts()) == len(item.parts())
    assert "Nothing to write" in run(second, tmp_path / "course.json").output


def test_a_course_json_of_another_version_is_refused(tmp_path: Path) -> None:
    example = Example(tmp_path / "course", {})
    (tmp_path / "course.json").write_text(json.dumps({"deckforge": 99}))
    done = run(example, tmp_path / "course.json")
    assert done.exit_code == 1
    assert "DF179" in done.output


def test_the_seeds_come_in_together_build_and_come_in_again_without_a_change(tmp_path: Path) -> None:
    folder = os.environ.get("DECKFORGE_SEEDS")
    if not folder:
        pytest.skip("DECKFORGE_SEEDS names no folder of seeds")
    example = Example(tmp_path, {})
    seeds = sorted(Path(folder).glob("*.txt"))
    assert run(example, *seeds).exit_code == 0
    assert not has_errors(example.build().diagnostics)
    before = {path: path.read_bytes() for path in (example.root / "content").rglob("*") if path.is_file()}
    assert "Nothing to write" in run(example, *seeds).output
    assert {path: path.read_bytes() for path in (example.root / "content").rglob("*") if path.is_file()} == before
    course = read(example.project).value
    assert len(course.lessons) == 2, "three documents have one source"
    for lesson in course.lessons:
        text = course.sources[lesson.path].data.decode()
        assert formatted(text) == text
        assert meaning(lesson)
