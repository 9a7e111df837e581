"""The first three study documents of the seeds: nothing of them is lost, and everything is where it belongs.

They are read from the folder that `DECKFORGE_SEEDS` names; without it these tests are skipped.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deckforge.intake import draft
from deckforge.intake.documents import Reading, agreements, read_document, recognise
from deckforge.model.items import Bloom, Difficulty, Kind, ProblemType, Range
from tests.intake.documents.words import lost

FOLDER = os.environ.get("DECKFORGE_SEEDS", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="DECKFORGE_SEEDS names no folder with the seeds")


def document(number: int) -> str:
    (path,) = Path(FOLDER).glob(f"{number:03}_*.txt")
    return path.read_text()


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    return [read_document(document(number), f"{number}.md") for number in range(3)]


def sections(reading: Reading) -> list[draft.Section]:
    return [part for part in reading.lesson.content if isinstance(part, draft.Section)]


def items(reading: Reading) -> list[draft.Item]:
    return [item for section in sections(reading) for item in section.items]


@pytest.mark.parametrize("number", range(3))
def test_every_line_is_accounted_for_and_no_word_is_lost(readings: list[Reading], number: int) -> None:
    reading = readings[number]
    full = {at for at, line in enumerate(document(number).split("\n"), 1) if line.strip()}
    assert set(reading.account.uses) == full
    assert reading.account.missing == ()
    assert lost(document(number), reading) == []
    assert recognise(document(number).encode(), "seed.txt") > 0.8


def test_the_three_are_of_one_source_and_agree_with_what_they_count(readings: list[Reading]) -> None:
    assert {(each.lesson.title, each.lesson.source, each.lesson.generated) for each in readings} == {
        ("Lesson 5 - Deep Learning", "Lessons/Lesson_5.md", "2026-01-08")
    }
    assert all(each.agrees for reading in readings for each in agreements(reading.lesson))
    assert [len(agreements(reading.lesson)) for reading in readings] == [4, 4, 5]


def test_the_cards(readings: list[Reading]) -> None:
    made = items(readings[0])
    assert [(item.label, item.difficulty, item.bloom) for item in made] == [
        ("Card 1", Difficulty.EASY, (Bloom.REMEMBER,)),
        ("Card 2", Difficulty.EASY, (Bloom.UNDERSTAND,)),
        ("Card 3", Difficulty.MEDIUM, (Bloom.APPLY,)),
        ("Card 4", Difficulty.MEDIUM, (Bloom.ANALYZE,)),
        ("Card 5", Difficulty.HARD, (Bloom.CREATE,)),
    ]
    for item in made:
        assert item.kind is Kind.CARD
        assert item.critical
        assert all((item.why, item.front, item.answer, item.short_question, item.in_short, item.concepts, item.source))
        assert item.terms
        assert item.tags
    assert made[0].answer.startswith("**Definition:**")
    assert made[0].answer.endswith("LSTM/GRU (for RNNs)")
    assert "#### " not in made[4].answer
    (section,) = sections(readings[0])
    assert [(step.day, step.labels) for step in section.schedule] == [
        (1, ("Card 1",)), (1, ("Card 2",)), (3, ("Card 3",)), (3, ("Card 4",)), (7, ("Card 5",)),
    ]  # fmt: skip
    assert [row.labels for row in section.source_mapping] == [(f"Card {number}",) for number in range(1, 6)]
    assert [each.to for each in readings[0].lesson.connections] == ["Transformers (L4)", "LLMs (L3)"]


def test_the_quiz(readings: list[Reading]) -> None:
    first, second, third, fourth, essay = items(readings[1])
    assert [(section.title, section.points) for section in sections(readings[1])] == [
        ("Part A: Multiple Choice", 10),
        ("Part B: Short Answer", 15),
        ("Part C: Essay", 30),
    ]
    assert [[option.key for option in item.options] for item in (first, second)] == [
        [False, True, False, False],
        [False, False, True, False],
    ]
    for item in (first, second):
        assert all((item.title, item.front, item.explanation, item.gap))
        assert [bool(option.feedback) for option in item.options] == [not option.key for option in item.options]
    assert [[task.points for task in item.tasks] for item in (third, fourth)] == [[5, 5, 5], [7, 4, 4]]
    assert (third.kind, essay.kind) == (Kind.SHORT, Kind.ESSAY)
    assert [task.points for task in essay.tasks] == [7, 7, 8, 8]
    assert essay.rubric is not None
    assert [(row.component, row.points, len(row.cells)) for row in essay.rubric.rows] == [
        ("Optimization", 7, 3), ("Regularization", 7, 3), ("Memory Management", 8, 3), ("Training Stability", 8, 3),
    ]  # fmt: skip
    assert len(essay.criteria) == 4
    assert essay.answer.startswith("**1. Optimization Configuration**")
    last = sections(readings[1])[-1]
    assert [(band.low, band.high) for band in last.performance] == [(90, 100), (75, 89), (60, 74), (0, 59)]
    assert [row.labels for row in last.review] == [(f"Question {number}",) for number in range(1, 6)]


def test_the_problems(readings: list[Reading]) -> None:
    made = items(readings[2])
    assert [(item.title, item.problem_type, item.minutes) for item in made] == [
        ("Gradient Flow Computation", ProblemType.WARM_UP, Range(15, 20)),
        ("Optimizer Selection and Configuration", ProblemType.SKILL_BUILDER, Range(20, 25)),
        ("Regularization Strategy Design", ProblemType.SKILL_BUILDER, Range(25, 30)),
        ("Complete Training Pipeline Design", ProblemType.CHALLENGE, Range(45, 60)),
        ("Training Failure Diagnosis", ProblemType.DEBUG, Range(25, 30)),
    ]
    names = ["Conceptual", "Procedural", "Solution Direction"]
    assert [[hint.name for hint in item.hints] for item in made] == [names, names, names, names, []]
    assert [len(item.mistakes) for item in made] == [3, 3, 3, 3, 0]
    assert all(row.mistake and row.why and row.prevention for item in made for row in item.mistakes)
    assert [len(item.tasks) for item in made] == [5, 0, 5, 9, 0]
    assert all(item.solution and item.front and item.requires for item in made)
    assert "**Explanation:**" not in made[0].front
    assert made[4].solution.rstrip().endswith("```")
    section = sections(readings[2])[0]
    assert [row.labels for row in section.checklist] == [(f"Problem {number}",) for number in range(1, 6)]
    assert [row.labels for row in section.progression] == [(f"Problem {number}",) for number in range(1, 6)]
