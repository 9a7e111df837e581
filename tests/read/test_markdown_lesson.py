"""A Markdown lesson: headings make sections, items and parts, and everything else stands where it belongs."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckforge.diagnostics import Outcome, Severity
from deckforge.model.claims import ClaimKind
from deckforge.model.course import Lesson, Prose, Section, SectionKind
from deckforge.model.items import (
    Bloom,
    Card,
    Choice,
    Cloze,
    Difficulty,
    Essay,
    Kind,
    Numeric,
    Problem,
    ProblemType,
    Range,
    Short,
    Term,
)
from deckforge.model.rich import ClozeStart, Code, Rich
from deckforge.model.source import Source
from deckforge.read.markdown import Scope, prose_blocks, read_markdown_lesson
from deckforge.read.text import Text

HEADER = "---\nid: relu\ntitle: What ReLU lets through\n---\n"

WHOLE = """\
---
id: adam-memory
title: What Adam remembers
description: Two moments for each parameter
deck: Training
tags: [memory]
objectives: [Count the bytes of `exp_avg`, Say what a step reads]
requires: [gradients]
claims:
  - text: "state = 8 * n  # 56 GB"
    value: "56 GB"
    proof: memory.adam.bytes
    with: {params: 7e9}
---

# What Adam remembers

Adam keeps [2](given:) numbers for a parameter, here $m$ and $v$; see [the paper][adam].[^half]

```python run
state = 8 * n  # 56 GB
```

## Why it matters {#why-memory}

The moments of 7B parameters take [56 GB](claim:memory.adam.bytes?params=7e9).

## Flashcards

Cover the answers.

### How many moments does Adam keep? {#moments .easy .remember .critical concept=adam,memory}

#### Answer

Two, as

1. the mean,
2. the mean square.

##### And with weight decay?

Two as well.[^half]

#### In short

Two.

#### Why it matters

They are most of the memory of an optimizer.

### Half precision {#half-moments .both}

What is lost when the moments are kept in half precision?

#### Answer

Small squares vanish.

### Adam keeps {{c1::$m$ and $v$::two letters}}. {#letters .cloze .easy}

## Quiz: Part A {points=10 minutes=35-45}

### Which optimizer keeps nothing? {#stateless .choice .medium .understand .analyze points=5}

- [ ] Adam
  > It keeps *two* moments.
- [x] SGD

#### Explanation

SGD has no state.

#### Gap

Review the moments.

### Why two? {#why-two .short}

#### Tasks

1. Name them. (4 points)
2. Say what each is for. (6 pts)
   - with an example

#### Model answer

The mean steers and the mean square scales.

#### Rubric

| Component | Full | Part |
|---|---|---|
| Names (4 points) | both | one |
| Use (6 points) | both | one |

#### Criteria

- Names *both*
- Says why

### Plan a run {#plan .essay words=300-400 minutes=25}

You have 80 GB. What fits?

#### Model answer

Not 7B parameters with Adam in single precision.

### How many bytes a parameter? {#bytes .numeric}

#### Answer

[8](claim:memory.adam.bytes?params=1)

### Performance guide

| Score | Level | Advice |
|---|---|---|
| 90–100 % | **Master** | Go on. |
| 60-89 | Learner | Review. |
| < 60 | Beginner | Read again. |

### Review advice

| Item | Review |
|---|---|
| [Two](#why-two), [bytes](#bytes) | the moments |
| | all of it |

### Mastery checklist

- [ ] [Bytes](#bytes): I can count them
- I can say why

### Progression path

1. [Two](#why-two)
2. Then the next lesson

### Source mapping

| Item | Source |
|---|---|
| [Two](#why-two) | section 2 |

### Review schedule

| Day | What |
|---|---|
| 1 | [Two](#why-two), [bytes](#bytes): from memory |
| Day 7 | all of it |

## Problems

### Fit it {#fit .warm-up minutes=15-20 requires=gradients}

Fit 1B parameters.

#### Hint: Conceptual

Count bytes.

#### Hint

8 a parameter.

#### Solution

8 GB.

#### Mistakes

| Mistake | Why | Prevention |
|---|---|---|
| forgets $v$ | there are two | list the state |

#### Extension

Try Adafactor.

## Terms

### Moment {#moment .both}

A running mean of gradients.

[adam]: https://arxiv.org/abs/1412.6980

[^half]: In single precision.
"""


def read(text: str) -> Outcome[Lesson]:
    return read_markdown_lesson(Source("content/a.md", text.encode()))


def said(text: str) -> list[str]:
    source = Source("content/a.md", text.encode())
    places = []
    for diagnostic in read_markdown_lesson(source).diagnostics:
        assert diagnostic.span is not None
        at = source.position(diagnostic.span.start)
        places.append((at.line, at.column, diagnostic.code.name))
    return [f"{line}:{column} {name}" for line, column, name in sorted(places)]


def body(text: str) -> list[str]:
    """What is said of a body; lines count from its first."""
    lines = HEADER.count("\n")
    found = []
    for place in said(HEADER + textwrap.dedent(text)):
        line, rest = place.split(":", 1)
        found.append(f"{int(line) - lines}:{rest}")
    return found


def words(text: Rich | None) -> str | None:
    return None if text is None else text.text


def test_a_whole_lesson_reads_in_silence() -> None:
    assert said(WHOLE) == []


def test_the_header_and_the_prose_of_a_whole_lesson() -> None:
    lesson = read(WHOLE).value
    assert (lesson.id, lesson.title, lesson.deck, lesson.tags) == (
        "adam-memory",
        "What Adam remembers",
        "Training",
        ("memory",),
    )
    assert [words(each) for each in lesson.objectives] == ["Count the bytes of exp_avg", "Say what a step reads"]
    assert not lesson.objectives[0].block
    blocks = [part for part in lesson.content if isinstance(part, Prose)]
    assert [(block.heading.level, block.heading.id) for block in blocks if block.heading] == [
        (1, "what-adam-remembers"),
        (2, "why-memory"),
    ]
    code = next(piece for piece in blocks[0].body.pieces if isinstance(piece, Code)) if blocks[0].body else None
    assert code is not None
    assert (code.language, code.info, len(code.marks)) == ("python", "run", 1)
    (claim,) = lesson.claims
    assert code.marks[0].claim == claim
    assert (claim.text, claim.proof, claim.arguments) == ("56 GB", "memory.adam", (("params", "7e9"),))
    assert [each.text for each in lesson.all_claims() if each.kind is ClaimKind.CLAIM] == ["56 GB", "56 GB", "8"]


def test_the_cards_of_a_whole_lesson() -> None:
    section = read(WHOLE).value.sections[0]
    assert (section.kind, words(section.instructions)) == (SectionKind.FLASHCARDS, "Cover the answers.")
    first, second, third = section.items
    assert isinstance(first, Card)
    assert (first.id, words(first.title), words(first.front)) == ("moments", None, "How many moments does Adam keep?")
    assert (first.difficulty, first.bloom, first.concepts) == (Difficulty.EASY, (Bloom.REMEMBER,), ("adam", "memory"))
    assert (
        words(first.answer)
        == "Two, as\nthe mean,\nthe mean square.\nAnd with weight decay?\nTwo as well.[1]\n[1] In single precision."
    )
    assert (first.critical, words(first.in_short), words(first.why)) == (
        True,
        "Two.",
        "They are most of the memory of an optimizer.",
    )
    assert isinstance(second, Card)
    assert second.both
    assert (words(second.title), words(second.front)) == (
        "Half precision",
        "What is lost when the moments are kept in half precision?",
    )
    assert isinstance(third, Cloze)
    (start,) = (piece for piece in third.front.pieces if isinstance(piece, ClozeStart))
    assert (start.number, start.hint, third.title) == (1, "two letters", None)


def test_the_quiz_of_a_whole_lesson() -> None:
    section = read(WHOLE).value.sections[1]
    assert (section.title, section.points, section.minutes) == ("Part A", 10, Range(35, 45))
    choice, short, essay, numeric = section.items
    assert isinstance(choice, Choice)
    assert (choice.title, words(choice.front), choice.points) == (None, "Which optimizer keeps nothing?", 5)
    assert [(words(option.text), option.key, words(option.feedback)) for option in choice.options] == [
        ("Adam", False, "It keeps two moments."),
        ("SGD", True, None),
    ]
    assert (words(choice.explanation), words(choice.gap)) == ("SGD has no state.", "Review the moments.")
    assert isinstance(short, Short)
    assert [(words(task.text), task.points) for task in short.tasks] == [
        ("Name them.", 4),
        ("Say what each is for.\nwith an example", 6),
    ]
    assert short.rubric is not None
    assert [words(level) for level in short.rubric.levels] == ["Full", "Part"]
    assert [(words(row.component), row.points, [*map(words, row.cells)]) for row in short.rubric.rows] == [
        ("Names", 4, ["both", "one"]),
        ("Use", 6, ["both", "one"]),
    ]
    assert [words(each) for each in short.criteria] == ["Names both", "Says why"]
    assert isinstance(essay, Essay)
    assert (essay.words, essay.minutes, words(essay.front)) == (
        Range(300, 400),
        Range(25, 25),
        "You have 80 GB. What fits?",
    )
    assert isinstance(numeric, Numeric)
    assert numeric.value is not None
    assert (numeric.value.text, numeric.value.item) == ("8", "bytes")


def test_the_guides_of_a_whole_lesson() -> None:
    guide = read(WHOLE).value.sections[1].guide
    assert [(band.low, band.high, words(band.level), words(band.advice)) for band in guide.performance] == [
        (90, 100, "Master", "Go on."),
        (60, 89, "Learner", "Review."),
        (0, 59, "Beginner", "Read again."),
    ]
    assert [(row.items, words(row.text)) for row in guide.review] == [
        (("why-two", "bytes"), "the moments"),
        ((), "all of it"),
    ]
    assert [(row.items, words(row.text)) for row in guide.checklist] == [
        (("bytes",), "I can count them"),
        ((), "I can say why"),
    ]
    assert [(row.items, words(row.text)) for row in guide.progression] == [
        (("why-two",), "Two"),
        ((), "Then the next lesson"),
    ]
    assert [(row.items, words(row.text)) for row in guide.source_mapping] == [(("why-two",), "section 2")]
    assert [(row.day, row.items, words(row.text)) for row in guide.schedule] == [
        (1, ("why-two", "bytes"), "from memory"),
        (7, (), "all of it"),
    ]


def test_the_problem_and_the_term_of_a_whole_lesson() -> None:
    problem, term = read(WHOLE).value.sections[2].items + read(WHOLE).value.sections[3].items
    assert isinstance(problem, Problem)
    assert (problem.type, words(problem.title), words(problem.front)) == (
        ProblemType.WARM_UP,
        "Fit it",
        "Fit 1B parameters.",
    )
    assert [(hint.name, words(hint.text)) for hint in problem.hints] == [
        ("Conceptual", "Count bytes."),
        ("", "8 a parameter."),
    ]
    assert (words(problem.solution), words(problem.extension)) == ("8 GB.", "Try Adafactor.")
    (mistake,) = problem.mistakes
    assert [words(mistake.mistake), words(mistake.why), words(mistake.prevention)] == [
        "forgets $v$",
        "there are two",
        "list the state",
    ]
    assert isinstance(term, Term)
    assert (words(term.front), words(term.definition), term.both, term.title) == (
        "Moment",
        "A running mean of gradients.",
        True,
        None,
    )


def test_every_anchor_of_a_footnote_is_unique_in_the_lesson() -> None:
    import re

    pieces = [piece for text in read(WHOLE).value.texts() for piece in text.pieces if isinstance(piece, str)]
    anchors = re.findall(r' id="([^"]+)"', "".join(pieces))
    assert anchors
    assert len(anchors) == len(set(anchors))


def test_places_are_the_same_with_a_byte_order_mark_and_windows_lines() -> None:
    plain = read(WHOLE).value
    strange = Source("content/a.md", b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode())
    outcome = read_markdown_lesson(strange)
    assert outcome.diagnostics == ()
    assert [item.id for item in outcome.value.items] == [item.id for item in plain.items]
    assert [words(text) for text in outcome.value.texts()] == [words(text) for text in plain.texts()]
    for claim in outcome.value.all_claims():
        assert strange.text(claim.text_span) == claim.text


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.CHOICE, Kind.CLOZE)])
def test_text_before_the_first_part_makes_the_heading_a_title(kind: Kind) -> None:
    lesson = read(f"{HEADER}\n## Quiz\n\n### A title {{#a .{kind}}}\n\nWhat is asked?\n").value
    (item,) = lesson.items
    if isinstance(item, Term):
        assert (words(item.front), words(item.definition)) == ("A title", "What is asked?")
    else:
        assert (words(item.title), words(item.front)) == ("A title", "What is asked?")


def test_the_options_of_a_choice_are_no_text_and_its_stem_is() -> None:
    lesson = read(
        f"{HEADER}## Quiz\n\n### Title {{#a .choice}}\n\nWhich?\n\n1. [ ] a\n\n   > no\n   >\n   > never\n\n2. [X] b\n"
    )
    (item,) = lesson.value.items
    assert lesson.diagnostics == ()
    assert isinstance(item, Choice)
    assert (words(item.title), words(item.front)) == ("Title", "Which?")
    assert [(words(option.text), words(option.feedback), option.text.block) for option in item.options] == [
        ("a", "no\nnever", False),
        ("b", None, False),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## Flash cards\n### a {#a}\n", ["1:1 section-unknown"]),
        ("## Background\n### a {#a .easy}\n", ["2:11 item-outside-section"]),
        ("## Background\n### a {#a}\n## Problem\nText.\n", []),
        ("## Terms\n#### Definition\nb\n", ["2:1 heading-structures-nothing"]),
        ("## Terms\n> ### a {#a}\n", ["2:3 heading-not-at-top-level"]),
        ("## Terms\n### Mastery check list\n- a\n", ["2:1 guide-unknown"]),
        ("## Flashcards\n### a {#a}\n#### Anwser\nb\n", ["3:1 part-unknown"]),
        ("## Flashcards\n### a {#a}\n#### Rubric\nb\n", ["3:1 part-of-another-kind"]),
        ("## Flashcards\n### a {#a}\n#### answer\nb\n#### Answer\nc\n", ["5:1 part-twice"]),
        ("## Flashcards\n### a {#a}\n#### Answer\n#### In short\nc\n", ["3:1 part-empty"]),
        ("## Flashcards\n### a {#a}\n#### Answer: b\nc\n", ["3:1 part-with-a-name"]),
        ("## Flashcards\n### a {#a}\n#### Answer {.easy}\nc\n", ["3:14 attributes-without-effect"]),
        ("## Terms\n### a {#a}\nb\n#### Definition\nc\n", ["3:1 part-twice"]),
        ("## Terms\n### x^{2}\nb\n", ["2:8 heading-attribute-lost"]),
        ("## Terms\n### a {#a x}\nb\n", ["2:11 heading-attribute-lost"]),
        ("## Terms\n### a {#a #b}\nb\n", ["2:11 two-ids"]),
        ('## Terms\n### é {#a concept="b c"}\nb\n', ["2:11 attribute-quoted"]),
        ("## Terms\n### a {#a} ###\nb\n", ["2:7 attributes-left-as-text"]),
        ("## Terms\n### a {.both} b {#a}\nb\n", ["2:7 attributes-left-as-text"]),
        ("## Quiz\n### a {#a .choice}\n- b\n", ["2:1 options-missing"]),
        ("## Quiz\n### a {#a .choice}\n- [x] b\n* [ ] c\n", ["4:1 options-in-two-lists"]),
        ("## Quiz\n### a {#a .choice}\n- [x] b\n\nc\n", ["5:1 text-behind-options"]),
        ("## Quiz\n### a {#a .choice}\n- [x] b\n- c\n", ["4:1 option-without-box"]),
        ("## Quiz\n### a {#a .choice}\n- [x] b\n  > c\n\n  > d\n", ["6:3 feedback-twice"]),
        ("## Quiz\n### a {#a .short}\n#### Tasks\nb\n1. c\n", ["4:1 part-misshapen"]),
        ("## Quiz\n### a {#a .short}\n#### Rubric\n", ["3:1 part-misshapen"]),
        ("## Problems\n### a {#a}\n#### Mistakes\n| b |\n|---|\n| c |\n", ["4:1 columns-unexpected"]),
        ("## Terms\n### Performance guide\n| a | b | c |\n|--|--|--|\n| good | b | c |\n", ["5:3 score-unreadable"]),
        ("## Terms\n### Review advice\n| a | b |\n|--|--|\n| Question 2 | c |\n", ["5:3 guide-without-link"]),
        ("## Terms\n### Review schedule\n| a | b |\n|--|--|\n| soon | c |\n", ["5:3 malformed-value"]),
        ("## Terms\n### Source mapping\n| a |\n|--|\n| b |\n", ["3:1 columns-unexpected"]),
        ("Text {#a}\n---\n", ["2:1 setext-heading"]),
        ("## Forward {#pass}\n\n## Pass {#pass}\n", ["3:10 anchor-twice"]),
        ("## Flashcards\n### a {#a}\n#### Answer\nb {{c1::c}}\n", ["4:3 cloze-outside-cloze"]),
        ("## Flashcards\n### T {#a .cloze}\nb {{c1::c}}\n", []),
        ("## Flashcards\n### T {{c1::c}} {#a .cloze}\nb\n", ["2:7 cloze-outside-cloze"]),
        ("## Flashcards\n###\u00a0a {#a}\n#### Answer\nb\n", ["2:1 heading-not-read"]),
        ("## Flashcards\n### a {# a}\n#### Answer\nb\n", ["2:8 heading-attribute-lost"]),
        ("## Quiz: [3](claim:a.b)\n### a {#a .short}\nb\n", ["1:10 claim-in-a-name"]),
        ("## Problems\n### a {#a}\nb\n#### Hint: [3](claim:a.b)\nc\n", ["4:12 claim-in-a-name"]),
        ("## Quiz\n### a {#a .choice}\n- [x] b\n  - [ ] c\n", ["4:3 options-in-two-lists"]),
        ("## Quiz\n### a {#a .choice}\n- [x] b\n- [ ]c\n", ["4:3 task-not-read"]),
    ],
)
def test_headings_and_parts_that_would_be_lost(text: str, expected: list[str]) -> None:
    assert body(text) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"# No header\n", ["1:1 front-matter-missing"]),
        (b"---\nid: a\ntitle: b\n\n# Text\n", ["1:1 front-matter-not-closed"]),
        (b"---\nid: a\ntitle: b\n---\nc\0\xffd\n", ["5:2 not-utf-8"]),
        (b"---\nid: a\ntitle: \xff b\n---\n\xff d\n", ["3:8 not-utf-8"]),
    ],
)
def test_files_that_are_no_lessons(data: bytes, expected: list[str]) -> None:
    source = Source("content/a.md", data)
    found = []
    for diagnostic in read_markdown_lesson(source).diagnostics:
        assert diagnostic.span is not None
        at = source.position(diagnostic.span.start)
        found.append(f"{at.line}:{at.column} {diagnostic.code.name}")
    assert found == expected


def test_a_rule_in_the_middle_is_no_metadata() -> None:
    lesson = read(f"{HEADER}\nfirst\n\n---\nhidden: para\n\n---\n\nlast\n")
    assert lesson.diagnostics == ()
    (block,) = lesson.value.content
    assert isinstance(block, Prose)
    assert words(block.body) == "first\nhidden: para\nlast"


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [
        ("x = 0.5", "x = 0.5", []),
        ("x = 0.5", "`x = 0.6`", ["header-claim-not-found"]),
        ("0.5", "0.5 and 0.5", ["header-claim-ambiguous"]),
        ("target", "[t](target)\n\n[t]: target", ["header-claim-ambiguous"]),
        ("hidden", "[t](other 'x')\n\n[t]: hidden", ["header-claim-not-shown"]),
    ],
)
def test_a_claim_of_the_header_stands_in_one_place_that_is_shown(claim: str, text: str, expected: list[str]) -> None:
    header = f'---\nid: a\ntitle: b\nclaims:\n  - text: "{claim}"\n    kind: given\n---\n'
    assert [place.partition(" ")[2] for place in said(header + text + "\n")] == expected


def test_a_claim_of_the_header_may_name_its_item() -> None:
    header = '---\nid: a\ntitle: b\nclaims:\n  - text: "0.5"\n    kind: given\n    in: {}\n---\n'
    text = "## Flashcards\n\n### Q {#one}\n\n#### Answer\n\n$0.5$\n\n### R {#two}\n\n#### Answer\n\n0.5\n"
    outcome = read(header.format("two") + text)
    assert outcome.diagnostics == ()
    (claim,) = outcome.value.claims
    assert claim.item == "two"
    assert [each.claims for each in outcome.value.items[1].texts() if each.claims] == [(claim,)]
    assert [place.partition(" ")[2] for place in said(header.format("three") + text)] == [
        "header-claim-in-unknown-item"
    ]


def test_prose_of_its_own_has_blocks_by_heading_and_anchors_of_its_own() -> None:
    taken = {"two"}
    text = Text.of_file("a.yaml", b"one\n\n## Two\n\nthree\n\n## Quiz\n\n### Four {#four}\n")
    blocks, diagnostics = prose_blocks(text, Scope("lesson", ""), taken)
    assert diagnostics == ()
    assert [(block.heading and block.heading.id, words(block.body)) for block in blocks] == [
        (None, "one"),
        ("two-2", "three"),
        ("quiz", None),
        ("four", None),
    ]
    assert taken == {"two", "two-2", "quiz", "four"}


LINE = (
    "## Flashcards¦## Quiz: B {points=2}¦## Terms¦## Problems¦## Else¦# One¦### a {#a}"
    "¦### {{c1::b}} {#b .cloze}¦### c {#c .choice}"
    "¦### d {#d .short}¦#### Answer¦#### Tasks¦#### Rubric¦#### Mistakes¦#### Hint: x¦#### Nothing¦##### Deep"
    "¦- [x] a¦- [ ] b"
    "¦1. c (5 points)¦| a | b |¦|---|---|¦| c | d |¦| e |¦  > quote¦text [2](given:) $x$¦```¦---¦===¦[^1]¦[^1]: note"
    "¦### Review advice¦### Performance guide¦### Progression path¦- [x](#a): y¦¦<div>¦</div>¦{{c1::x"
)
LINES = st.lists(st.sampled_from(LINE.split("¦")), max_size=25).map("\n".join)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "## Flashcards",
                "## Quiz: x",
                "## Prose",
                "### a {#a}",
                "### b {#b .choice}",
                "### c {#c .cloze}",
                "#### Answer",
                "#### Hint: x",
                "#### Tasks",
                "#### Rubric",
                "### Performance guide",
                "### Mastery checklist",
                "##### d",
                "- ",
                "- [ ] ",
                "> ",
                "| ",
                "|---|",
                " | ",
                "$",
                "$$",
                "*",
                "<b>",
                "</b>",
                "<div>",
                "<!--",
                "-->",
                "[^1]",
                "[^1]: ",
                "{{c1::",
                "::",
                "}}",
                "![",
                "](x.png)",
                "[",
                "](y)",
                "\\",
                "\n",
                "\n",
                "\n\n",
                "\n\n",
                "[7](claim:a.b.c)",
                "[8](wrong:a.b.c)",
                "[9](cite:k)",
                "[9](given:)",
            ]
        ),
        max_size=24,
    )
)
def test_no_claim_is_lost_without_a_word(pieces: list[str]) -> None:
    text = "".join(pieces)
    outcome = read(HEADER + text)
    # An error stops the build, and a comment is left out with a warning of its own.
    if all(each.severity is not Severity.ERROR and each.code.id != "DF212" for each in outcome.diagnostics):
        written = sum(text.count(f"]({kind}:") for kind in ClaimKind)
        assert len(outcome.value.all_claims()) == written


@settings(deadline=None)
@given(LINES, st.booleans())
def test_no_lesson_breaks_the_reader(text: str, windows: bool) -> None:
    text = HEADER + text
    source = Source("content/a.md", (text.replace("\n", "\r\n") if windows else text).encode())
    outcome = read_markdown_lesson(source)
    for diagnostic in outcome.diagnostics:
        assert diagnostic.span is not None
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(source.data)
    for part in outcome.value.content:
        assert isinstance(part, Prose | Section)
    for claim in outcome.value.all_claims():
        assert source.text(claim.text_span) == claim.text


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    outcome = read_markdown_lesson(Source("content/a.md", data))
    assert outcome.diagnostics, "a lesson without a title is never silent"


def test_the_points_of_a_rubric_may_have_a_column_of_their_own() -> None:
    table = "| Component | Max. points | Full | Part |\n|---|---|---|---|\n| Sign | 4 | names it | guesses |\n"
    table += "| Size (6 points) | | names it | guesses |\n"
    lesson = read(f"{HEADER}## Quiz\n\n### q {{#q .short points=10}}\n\n#### Rubric\n\n{table}")
    assert lesson.diagnostics == ()
    (item,) = lesson.value.items
    assert isinstance(item, Short)
    assert item.rubric is not None
    assert [words(level) for level in item.rubric.levels] == ["Full", "Part"]
    assert [(words(row.component), row.points, [*map(words, row.cells)]) for row in item.rubric.rows] == [
        ("Sign", 4, ["names it", "guesses"]),
        ("Size", 6, ["names it", "guesses"]),
    ]


@pytest.mark.parametrize("row", ["| Sign | four |", "| Sign (4 points) | 5 |", "| Sign | 2.5 |"])
def test_points_of_a_rubric_that_cannot_be_added_up(row: str) -> None:
    text = f"## Quiz\n### q {{#q .short}}\n#### Rubric\n| Component | Points | Full |\n|---|---|---|\n{row} x |\n"
    assert body(text) == [f"6:{row.index('|', 2) + 3} points-not-a-number"]
