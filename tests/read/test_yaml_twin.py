"""One lesson in both formats makes one model: field for field, but for the places in the files."""

from __future__ import annotations

import dataclasses
import textwrap
from typing import Any

from deckforge.model.course import Lesson
from deckforge.model.items import Kind
from deckforge.model.source import Source, Span
from deckforge.read.markdown import read_markdown_lesson
from deckforge.read.yaml_lesson import read_yaml_lesson

HEADER = """\
id: relu
title: What ReLU lets through
description: The slope of ReLU
deck: Training::Basics
source: Lesson 5
subject: Deep learning
generated: by hand
tags: [backprop, relu]
objectives:
  - Explain *why* units die
  - Compute $dL/dw$
requires: [chain-rule]
connections:
  - lesson: chain-rule
    text: is **used** here
  - topic: Biology
    text: has neurons, too
claims:
  - text: "L = 0.5 × (0.24 - 1)² = 0.2888"
    value: "0.2888"
    proof: backprop.relu_chain.loss
    with: {w2: 0.3}
  - text: "2^16"
    in: why-die
    kind: given
corrections:
  - quote: the gradient is always ≥ 1
    source: a set of cards
    truth: It may be [0.5](claim:backprop.residual.gradient?x=1).
"""

MARKDOWN = f"""\
---
{HEADER}---

Before any heading: [6](given:).

# What ReLU lets through

It passes positive numbers.

```python
L = 0.5 × (0.24 - 1)² = 0.2888
```

## Flashcards

Do these first.

### What is the slope left of zero? {{#left .easy .remember .critical concept=relu,chain-rule terms=slope,unit}}

#### Answer

Zero, see [the quiz](#which).

- one
- two

#### Short question

Slope of ReLU left?

#### In short

Zero.

#### Why it matters

Such a unit **never** learns.

### A word {{#word .both tags=extra source=page-3}}

What passes positive numbers?

#### Answer

ReLU

### Right of zero, the slope is {{{{c1::one::how many?}}}}. {{#right .cloze .easy .remember}}

#### Answer

Always.

## Quiz: Part A {{points=10 minutes=35-45}}

### Which unit still learns? {{#which .choice .medium .understand .analyze points=5}}

- [ ] One that is *negative*
  > Its gradient is zero.
- [x] One that is positive

#### Explanation

A gradient passes.

#### Gap

Review the slope.

### Why do units die? {{#why-die .short .medium .analyze words=20-60}}

#### Tasks

1. Say what a dead unit is. (4 points)
2. Say what `2^16` can do. (6 points)

#### Model answer

It is negative for every input.

#### Rubric

| Component | Full | Part |
|---|---|---|
| Dead unit (4 points) | names the sign | one of the two |
| Large step (6 points) | names the bias | says **large** |

#### Criteria

- names the sign
- names $b$

### Design a network {{#design .essay .hard .create minutes=25 points=30}}

#### Model answer

Long.

### What is dL/dw? {{#slope .numeric}}

#### Answer

[-0.608](claim:backprop.relu_chain.dw2?w2=0.3): by the chain rule.

#### Explanation

Chain rule.

### Performance guide

| Score | Level | Advice |
|---|---|---|
| 90-100 | Master | Go on. |
| 0-89 | Learner | Read **again**. |

### Review advice

| Item | Review |
|---|---|
| [Question 1](#which) | the slope |

### Mastery checklist

- I can derive it.

### Progression path

1. Read on.

### Source mapping

| Item | Source |
|---|---|
| [Question 1](#which) | Section 3 |

### Review schedule

| Day | What |
|---|---|
| 1 | [Question 1](#which): from memory |
| 7 | All of it |

## Problems

### By hand {{#by-hand .warm-up .apply minutes=5-10 requires=chain-rule}}

Let $h = wx$.

#### Tasks

- Find the slope. (2 points)

#### Hint: Conceptual

What is the sign?

#### Hint

Look again.

#### Solution

Zero.

#### Mistakes

| Mistake | Why | Prevention |
|---|---|---|
| The output's sign | never negative | look at $wx$ |

#### Extension

Try leaky units.

## Terms

### Dead unit {{#dead-unit .both concept=relu}}

A unit that is negative for every input.

## After

The end.
"""

YAML = (
    HEADER
    + r"""
content:
  - prose: |
      Before any heading: [6](given:).

      # What ReLU lets through

      It passes positive numbers.

      ```python
      L = 0.5 × (0.24 - 1)² = 0.2888
      ```
  - section: flashcards
    instructions: Do these first.
    items:
      - id: left
        front: What is the slope left of zero?
        difficulty: easy
        bloom: remember
        critical: true
        concept: [relu, chain-rule]
        terms: [slope, unit]
        answer: |
          Zero, see [the quiz](#which).

          - one
          - two
        short_question: Slope of ReLU left?
        in_short: Zero.
        why: Such a unit **never** learns.
      - id: word
        title: A word
        front: What passes positive numbers?
        both: true
        tags: [extra]
        source: page-3
        answer: ReLU
      - id: right
        kind: cloze
        front: Right of zero, the slope is {{c1::one::how many?}}.
        difficulty: low
        bloom: [remembering]
        answer: Always.
  - section: quiz
    title: Part A
    points: 10
    minutes: 35-45
    items:
      - id: which
        kind: choice
        front: "Which unit still learns?"
        difficulty: medium
        bloom: [understand, analyze]
        points: 5
        options:
          - text: One that is *negative*
            feedback: Its gradient is zero.
          - text: One that is positive
            key: true
        explanation: A gradient passes.
        gap: Review the slope.
      - id: why-die
        kind: short
        front: Why do units die?
        difficulty: moderate
        bloom: [analysis]
        words: 20-60
        tasks:
          - text: Say what a dead unit is.
            points: 4
          - text: Say what `2^16` can do.
            points: 6
        answer: It is negative for every input.
        rubric:
          levels: [Full, Part]
          rows:
            - component: Dead unit
              points: 4
              cells: [names the sign, one of the two]
            - component: Large step
              points: 6
              cells: [names the bias, says **large**]
        criteria:
          - names the sign
          - names $b$
      - id: design
        kind: essay
        front: Design a network
        difficulty: high
        bloom: synthesis
        minutes: 25
        points: 30
        answer: >
          Long.
      - id: slope
        kind: numeric
        front: What is dL/dw?
        answer: "[-0.608](claim:backprop.relu_chain.dw2?w2=0.3): by the chain rule."
        explanation: Chain rule.
    performance:
      - {score: 90-100, level: Master, advice: Go on.}
      - {score: 0-89, level: Learner, advice: Read **again**.}
    review:
      - {items: [which], text: the slope}
    checklist: [I can derive it.]
    progression: [Read on.]
    source_mapping:
      - {items: which, text: Section 3}
    schedule:
      - {day: 1, items: which, text: from memory}
      - {day: 7, text: All of it}
  - section: problems
    items:
      - id: by-hand
        title: By hand
        front: Let $h = wx$.
        type: warm-up
        bloom: apply
        minutes: 5-10
        requires: chain-rule
        tasks:
          - {text: Find the slope., points: 2}
        hints:
          - {name: Conceptual, text: "What is the sign?"}
          - Look again.
        solution: Zero.
        mistakes:
          - mistake: The output's sign
            why: never negative
            prevention: look at $wx$
        extension: Try leaky units.
  - section: terms
    items:
      - id: dead-unit
        front: Dead unit
        both: true
        concept: relu
        definition: A unit that is negative for every input.
  - prose: |
      ## After

      The end.
"""
)


def bare(value: Any) -> Any:
    """A model value as plain data, without places."""
    if isinstance(value, Span):
        return "…"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (each.name for each in dataclasses.fields(value))
        return (type(value).__name__, {name: bare(getattr(value, name)) for name in names if name != "path"})
    if isinstance(value, tuple):
        return tuple(bare(each) for each in value)
    return value


def markdown_lesson() -> Lesson:
    outcome = read_markdown_lesson(Source("content/relu.md", MARKDOWN.encode()))
    assert outcome.diagnostics == ()
    return outcome.value


def yaml_lesson() -> Lesson:
    outcome = read_yaml_lesson(Source("content/relu.yaml", YAML.encode()))
    assert outcome.diagnostics == ()
    return outcome.value


def test_both_formats_say_everything_that_a_lesson_can_say() -> None:
    lesson = markdown_lesson()
    assert {item.kind for item in lesson.items} == set(Kind)
    assert all(getattr(lesson.sections[1].guide, each.name) for each in dataclasses.fields(lesson.sections[1].guide))
    assert len(lesson.claims) == 2


def test_the_header_is_the_same() -> None:
    ours, theirs = yaml_lesson(), markdown_lesson()
    for name in (each.name for each in dataclasses.fields(Lesson)):
        if name not in ("content", "path", "claims"):
            assert bare(getattr(ours, name)) == bare(getattr(theirs, name)), name


def test_prose_is_the_same() -> None:
    ours, theirs = yaml_lesson(), markdown_lesson()
    prose = [[bare(part) for part in lesson.content if part not in lesson.sections] for lesson in (ours, theirs)]
    assert prose[0] == prose[1]


def test_every_item_is_the_same() -> None:
    ours, theirs = yaml_lesson(), markdown_lesson()
    assert [item.id for item in ours.items] == [item.id for item in theirs.items]
    for mine, other in zip(ours.items, theirs.items, strict=True):
        for each in dataclasses.fields(mine):
            assert bare(getattr(mine, each.name)) == bare(getattr(other, each.name)), f"{mine.id}.{each.name}"


def test_sections_are_the_same() -> None:
    for mine, other in zip(yaml_lesson().sections, markdown_lesson().sections, strict=True):
        for each in dataclasses.fields(mine):
            assert bare(getattr(mine, each.name)) == bare(getattr(other, each.name)), f"{mine.kind}.{each.name}"


def test_claims_of_the_header_are_the_same_and_land_in_the_texts() -> None:
    ours, theirs = yaml_lesson(), markdown_lesson()
    assert bare(ours.claims) == bare(theirs.claims)
    assert sorted(claim.text for claim in ours.all_claims()) == sorted(claim.text for claim in theirs.all_claims())
    source = Source("content/relu.yaml", YAML.encode())
    assert [source.text(claim.text_span) for claim in ours.claims] == ["0.2888", "2^16"]


def test_an_indented_lesson_keeps_its_meaning() -> None:
    """Front matter in the middle of nowhere: the same YAML, indented as a whole, is the same lesson."""
    indented = textwrap.indent(YAML, "  ")
    outcome = read_yaml_lesson(Source("content/relu.yaml", indented.encode()))
    assert outcome.diagnostics == ()
    assert bare(outcome.value) == bare(yaml_lesson())
