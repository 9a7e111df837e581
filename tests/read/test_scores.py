"""Scores of a performance guide, which Markdown and YAML write and read alike."""

from __future__ import annotations

import pytest

from deckforge.model.course import Band, Lesson
from deckforge.model.items import Range
from deckforge.model.source import Source
from deckforge.read.markdown import read_markdown_lesson
from deckforge.read.score import score
from deckforge.read.yaml_lesson import read_yaml_lesson
from tests.example import Example


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("80-89", 80, 89),
        (" 80 % – 89 % ", 80, 89),
        ("80 to 89", 80, 89),
        ("≥ 90", 90, 100),
        ("At least 90 %", 90, 100),
        ("90+", 90, 100),
        ("90 or more", 90, 100),
        ("> 89", 90, 100),
        ("above 89", 90, 100),
        ("≤ 59", 0, 59),
        ("< 60 %", 0, 59),
        ("Below 60", 0, 59),
        ("100 %", 100, 100),
        ("0", 0, 0),
    ],
)
def test_a_score_says_which_percents_it_means(written: str, low: int, high: int) -> None:
    assert score(written) == Range(low, high)


@pytest.mark.parametrize(
    ("written", "wrong", "fix"),
    [
        ("70–60", "ends before it begins", "60–70"),
        ("90-110", "beyond 100 percent", "0 to 100"),
        ("below 0", "no score", "0 to 100"),
        ("very good", "no range of percents", "80–89"),
        ("", "no range of percents", "80–89"),
        ("8.5–9", "no range of percents", "80–89"),
    ],
)
def test_a_score_that_cannot_be_read_says_what_is_wrong(written: str, wrong: str, fix: str) -> None:
    read = score(written)
    assert not isinstance(read, Range)
    assert wrong in read[0]
    assert fix in read[1]


MARKDOWN = """---
id: a
title: b
---

## Quiz

### q {#q .short}

#### Model answer

c

### Performance guide

| Score | Level | Advice |
|---|---|---|
| SCORE | Good [1](claim:a.b.c) | Go on [2](claim:a.b.d) |
| below 60 | Weak | Again |
"""
YAML = """id: a
title: b
content:
  - section: quiz
    items:
      - {id: q, kind: short, front: q, answer: c}
    performance:
      - {score: "SCORE", level: "Good [1](claim:a.b.c)", advice: "Go on [2](claim:a.b.d)"}
      - {score: below 60, level: Weak, advice: Again}
"""


def both(score: str) -> list[tuple[Lesson, list[str]]]:
    """The lesson in both formats, with the codes of what is wrong with it."""
    outcomes = (
        read_markdown_lesson(Source("a.md", MARKDOWN.replace("SCORE", score).encode())),
        read_yaml_lesson(Source("a.yaml", YAML.replace("SCORE", score).encode())),
    )
    return [(outcome.value, [each.code.id for each in outcome.diagnostics]) for outcome in outcomes]


def bands(lesson: Lesson) -> list[tuple[int, int, str, str]]:
    def bare(band: Band) -> tuple[int, int, str, str]:
        return band.low, band.high, band.level.text, band.advice.text

    return [bare(band) for band in lesson.sections[0].guide.performance]


@pytest.mark.parametrize("score", ["60–100", "≥ 60", "60 or more", "100 - 60", "60-101", "good"])
def test_both_formats_read_a_score_alike(score: str) -> None:
    (markdown, said), (yaml, said_of_yaml) = both(score)
    assert said == said_of_yaml
    assert bands(markdown) == bands(yaml)


def test_claims_of_a_guide_belong_to_the_section_and_to_no_item() -> None:
    for lesson, _ in both("60–100"):
        assert [(claim.text, claim.item) for claim in lesson.all_claims()] == [("1", ""), ("2", "")]


@pytest.mark.parametrize(("name", "text"), [("a.md", MARKDOWN), ("a.yaml", YAML)])
@pytest.mark.parametrize("score", ["100–60", "good"])
def test_what_the_other_rows_leave_out_is_unknown_beside_a_score_that_cannot_be_read(
    example: Example, name: str, text: str, score: str
) -> None:
    text = text.replace("SCORE", score).replace("[1](claim:a.b.c)", "").replace("[2](claim:a.b.d)", "")
    example.write({f"content/{name}": text})
    codes = [each.code.id for each in example.check().diagnostics if each.span and each.span.path.endswith(name)]
    assert codes.count("DF267") == 1
    assert "DF443" not in codes
