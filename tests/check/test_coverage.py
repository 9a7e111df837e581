"""Coverage: which numbers need an answer, by what they are answered, and what the command line makes of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from deckforge import cli
from deckforge.model.coverage import Answer, LessonCoverage, coverage, percent
from deckforge.model.figures import figures
from deckforge.model.passages import passages
from tests.example import Example

if TYPE_CHECKING:
    from pathlib import Path


def needing(text: str) -> list[str]:
    """The numbers of a text that need an answer, as they are written."""
    return [figure.text for passage in passages(text) for figure in figures(passage)]


COUNTED = {
    "It takes 2,000 of 25,000 steps.": ["2,000", "25,000"],
    "A gradient of -0.608, or −0.608.": ["-0.608", "−0.608"],
    "Between 600–800 words, 8-10 of them.": ["600–800", "8-10"],
    "From 2 to 4 times.": ["2 to 4"],
    "About 1.2×10⁻⁷, $1.2 \\times 10^{-7}$ or 2^16.": ["1.2×10⁻⁷", "1.2 ×10^(-7)", "2^16"],
    "A ratio of 20,000:1, a share of 8 % or 8%.": ["20,000:1", "8 %", "8%"],
    "With 8 GPUs it needs ~18GB.": ["8", "~18GB"],
    "Over 50 layers": ["50"],
    "| 5.25 GB | 110M |": ["5.25", "110M"],
    "The features 1, 2 and (3, 4).": ["1", "2", "3", "4"],
    "Exactly $5$ of them": ["5"],
    "A batch of 2048 tokens": ["2048"],
    "1. It costs 5 GB": ["5"],
    "## 5 GB of weights": ["5"],
    "It has 1.3 billion parameters": ["1.3"],
    "2 + 2 bytes": ["2", "2"],
}
LEFT = """\
1. Compute the loss
10) Then the gradient
### 3. A title
Written on 2026-01-08 at 1:22 PM, before 6/10/26.
In 2017, Ba 2016, or March 2019, and Ba et al. 2016.
Set `lr=1e-4` and `2 * 3`.
See https://example.org/2024/page/3 and ![figure 5 of 8](a.svg).
GPT-2, ResNet-50, fp16, float32, H100 and FP8.
Later came Llama 3.
A 16-bit format with 24-layer and 3-way things.
Card 3, problem 4, section 2, Figure 7, page 12 and question 5.
At step 1000 of stage 2.
The 1st and the 2nd.
Say why. (5 points)
$2/n_{in}$ and $w_1 = 0.5$, or $x^2 + 1$.
O(1) memory and O(N^2) time.
F(x) = −0.5·x
Two layers, half of them.
Version 1.2.3 is out.
<a title="5">text</a>
"""


@pytest.mark.parametrize(("text", "expected"), COUNTED.items(), ids=COUNTED)
def test_numbers_that_need_an_answer(text: str, expected: list[str]) -> None:
    assert needing(text) == expected


@pytest.mark.parametrize("text", LEFT.splitlines())
def test_numbers_that_need_none(text: str) -> None:
    assert needing(text) == []


def test_code_needs_no_answer() -> None:
    assert needing("```python\nlr = 1e-4  # 5 GB\n```\n") == []


LESSON = """\
---
id: doubling
title: Doubling
claims:
  - text: "twice = 0.5"
    value: "0.5"
    proof: sums.double.value
    with: {x: 0.25}
---

# Doubling

Twice 3 is [6.0](claim:sums.double.value?x=3), which is not [7.0](wrong:sums.double.value?x=3). A premise is
[4](given:), and 64 × 4 = 256 is a sum. Nobody answers for 12 GB, but [5 %](cite:book) is in a book
([by Ada 2019](cite:book)).

```text
twice = 0.5
2 × 0.25 = 0.5
lr = 3e-4
```

## Terms

### Tanh {#tanh}

Its slope is [1.0](claim:sums.double.value?x=3) at 0.
"""
COURSE = "id: example\ntitle: An example\nreferences:\n  - {key: book, title: A book, authors: [A], year: 2019}\n"


def measured(folder: Path, lesson: str = LESSON) -> LessonCoverage:
    example = Example(folder, {"content/course.yaml": COURSE, "content/doubling.md": lesson})
    result = example.verify()
    assert result.verification is not None
    (found,) = coverage(result.course, result.verification.verdicts)
    return found


def test_every_number_has_one_answer(tmp_path: Path) -> None:
    found = measured(tmp_path)
    assert [(number.text, number.answer.value) for number in found.numbers] == [
        ("3", "given"),  # what the claim beside it hands to its proof
        ("6.0", "proven"),
        ("7.0", "proven"),  # stated as false, and refuted
        ("4", "given"),
        ("64", "arithmetic"),
        ("4", "arithmetic"),
        ("256", "arithmetic"),
        ("12", "unanswered"),
        ("5 %", "cited"),
        ("0.5", "proven"),  # in a code block, claimed in the header
        ("0.5", "arithmetic"),  # in a code block, computed
        ("1.0", "refuted"),
        ("0", "unanswered"),
    ]
    assert (found.answered, len(found.numbers)) == (10, 13)
    assert found.percent == pytest.approx(100 * 10 / 13)


PREMISES = """\
---
id: doubling
title: Doubling
---

# Doubling

Doubling 3 billion of 80 bytes gives [6e9](claim:sums.double.value?x=3e9), and 3 of them nothing.

## Flashcards

### What is twice 2 GB for 7 of them? {#twice .easy .remember}

#### Answer

Not 2 GB, but [4 GB](claim:sums.double.value?x=2e9).

#### In short

Twice 2 GB.

### What is 2 GB? {#other .easy .remember}

#### Answer

Nothing.
"""


def test_what_a_claim_hands_to_its_proof_is_a_premise_where_it_stands_and_where_the_item_asks(tmp_path: Path) -> None:
    found = measured(tmp_path, PREMISES)
    assert [(number.text, number.answer.value) for number in found.numbers] == [
        ("3", "given"),  # billion
        ("80", "unanswered"),
        ("6e9", "proven"),
        ("3", "unanswered"),
        ("2", "given"),  # asked for, and handed to the answer's claim
        ("7", "unanswered"),
        ("2", "given"),  # beside the claim
        ("4 GB", "proven"),
        ("2", "unanswered"),  # a part of the answer that claims nothing
        ("2", "unanswered"),  # another item
    ]


def test_a_claim_that_nothing_has_measured_is_unproven(tmp_path: Path) -> None:
    result = Example(tmp_path, {"content/doubling.md": LESSON, "content/course.yaml": COURSE}).check()
    (found,) = coverage(result.course, {})
    assert found.counts[Answer.UNPROVEN] == 6
    assert found.counts[Answer.PROVEN] == 0


def test_a_wrong_sum_refutes_its_number(tmp_path: Path) -> None:
    found = measured(tmp_path, LESSON.replace("256", "265"))
    assert [number.answer for number in found.numbers if number.text == "265"] == [Answer.REFUTED]


def test_places_are_those_of_the_file(tmp_path: Path) -> None:
    found = measured(tmp_path, LESSON.replace("Nobody", "Straße: nobody"))
    raw = (tmp_path / "content/doubling.md").read_bytes()
    for number in found.numbers:
        assert raw[number.span.start : number.span.end].decode() == number.text


def test_of_nothing_all_is_answered() -> None:
    assert percent(0, 0) == 100.0


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """What `deckforge verify` prints to standard output, and its exit code."""
    done = CliRunner().invoke(cli.cli, ["verify", "--project", str(folder), *arguments])
    return done.exit_code, done.stdout


SOUND = LESSON.replace("[1.0](claim:sums.double.value?x=3)", "[1.0](given:)")


def test_the_command_line_lists_what_is_not_answered(tmp_path: Path) -> None:
    Example(tmp_path, {"content/course.yaml": COURSE, "content/doubling.md": SOUND})
    code, shown = run(tmp_path, "--coverage")
    assert code == 0
    assert "content/doubling.md:14:60  12      unanswered" in shown
    assert shown.splitlines()[-1].split() == ["doubling", "13", "3", "1", "3", "4", "·", "·", "2", "84.6", "%"]


@pytest.mark.parametrize(("least", "code"), [("80", 0), ("84.6", 0), ("90", 9)])
def test_less_than_asked_for_is_an_exit_code(tmp_path: Path, least: str, code: int) -> None:
    Example(tmp_path, {"content/course.yaml": COURSE, "content/doubling.md": SOUND})
    assert run(tmp_path, "--coverage", "--min", least)[0] == code


def test_mistakes_come_before_coverage(tmp_path: Path) -> None:
    Example(tmp_path, {"content/course.yaml": COURSE, "content/doubling.md": LESSON})
    assert run(tmp_path, "--coverage", "--min", "99")[0] == cli.ExitCode.REFUTED


def test_a_minimum_without_coverage_is_a_mistake(tmp_path: Path) -> None:
    Example(tmp_path)
    done = CliRunner().invoke(cli.cli, ["verify", "--project", str(tmp_path), "--min", "90"])
    assert "add --coverage" in str(done.exception)


def test_as_json(tmp_path: Path) -> None:
    Example(tmp_path, {"content/course.yaml": COURSE, "content/doubling.md": SOUND})
    code, shown = run(tmp_path, "--coverage", "--format", "json", "--min", "10")
    document = json.loads(shown)["coverage"]
    assert code == 0
    assert (document["percent"], document["minimum"]) == (84.62, 10.0)
    (lesson,) = document["lessons"]
    assert lesson["counts"] == {
        "proven": 3, "cited": 1, "given": 3, "arithmetic": 4, "refuted": 0, "unproven": 0, "unanswered": 2,
    }  # fmt: skip
    assert lesson["numbers"][7] == {
        "text": "12",
        "place": "content/doubling.md:14:60",
        "context": lesson["numbers"][7]["context"],
        "answer": "unanswered",
    }
    assert "Nobody answers for 12 GB" in lesson["numbers"][7]["context"]


@given(st.text("0123456789 .,-–×^²%$()ab_fn|:\n", max_size=80))
def test_figures_of_any_text_are_in_order_and_apart(text: str) -> None:
    for passage in passages(text):
        end = 0
        for figure in figures(passage):
            assert end <= figure.start < figure.end <= len(passage.text)
            end = figure.end
