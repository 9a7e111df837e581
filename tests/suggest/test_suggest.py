"""Suggestions are found by running proofs, shown with their measurement, and written without breaking a lesson."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deckforge import cli, pipeline, suggest
from deckforge.model.claims import Status
from deckforge.model.written import parse
from tests.example import COURSE, Example

LESSON = """\
---
id: numbers
title: Numbers
---

# Numbers

For 10 classes the first loss is 2.30. There are 42 monkeys.

The warm-up of 2000 of 25000 steps is a share of 8% of training.

As a formula, the first loss for 10 classes is $2.30$; as code, `2.30`.

## Flashcards

### What is the first loss? {#loss .easy .remember concept=chain-rule}

#### Answer

Twice 21 is what sums give when they double it.
"""


def example(tmp_path: Path) -> Example:
    return Example(tmp_path, {"content/course.yaml": COURSE, "content/numbers.md": LESSON})


def run(folder: Path, *options: str, answers: str = "") -> Result:
    result = CliRunner().invoke(cli.cli, ["suggest", "--project", str(folder), *options], input=answers)
    assert result.exception is None, result.exception
    return result


def test_shows_the_sentence_the_link_and_what_was_measured(tmp_path: Path) -> None:
    example(tmp_path)
    before = (tmp_path / "content" / "numbers.md").read_bytes()
    shown = run(tmp_path).stdout
    assert "content/numbers.md:8  2.30\n  For 10 classes the first loss is 2.30.\n" in shown
    assert "[2.30](claim:deckforge.initialisation.first_loss.loss?classes=10)\n      measured 2.3026" in shown
    assert "[8%](claim:deckforge.schedules.warmup_share.share?warm=2000&total=25000)" in shown
    assert "monkeys" not in shown.replace("For 10 classes", "")
    assert (tmp_path / "content" / "numbers.md").read_bytes() == before


def test_a_number_is_taken_with_its_unit_and_its_own_sentence(tmp_path: Path) -> None:
    text = "Adam keeps 8 GB for 1.3 billion of them. bf16 halves it, see Ba et al. 2016 of 70 papers, at 900 GB/s."
    made = Example(tmp_path, {"content/course.yaml": COURSE, "content/a.md": f"---\nid: a\ntitle: A\n---\n\n{text}\n"})
    found = [number for _, number in suggest.unanswered(made.check().course, lambda _: True)]
    assert [number.text for number in found] == ["8 GB", "1.3 billion", "70", "900 GB/s"]
    assert found[0].context == "Adam keeps 8 GB for 1.3 billion of them."
    assert [(shown, words) for shown, _, words in suggest._numbers(found[0])] == [("1.3e9", ("of", "for"))]
    assert found[2].context.startswith("bf16 halves it, see Ba et al. 2016")


def test_writes_what_was_said_yes_to_and_it_is_proven(tmp_path: Path) -> None:
    made = example(tmp_path)
    run(tmp_path, "--write", answers="y\nn\nn\nn\nn\nn\n")
    text = (tmp_path / "content" / "numbers.md").read_text()
    assert "is [2.30](claim:deckforge.initialisation.first_loss.loss?classes=10). There" in text
    assert "share of 8% of" in text
    verification = made.verify().verification
    assert verification
    assert [each.status for each in verification.verdicts.values()] == [Status.PROVEN]


def test_yes_takes_the_unique_ones_and_never_a_formula(tmp_path: Path) -> None:
    made = example(tmp_path)
    found = suggest.suggest(made.check().course, pipeline.all_proofs(made.check().course), suggest.runner(made.project))
    unique = {each.number.text for each in found if each.unique}
    assert "8%" in unique
    run(tmp_path, "--write", "--yes")
    text = (tmp_path / "content" / "numbers.md").read_text()
    assert "[8%](claim:" in text
    assert "$2.30$; as code, `2.30`" in text
    assert not [each for each in made.check().diagnostics if each.severity.name == "ERROR"]


def test_quit_keeps_what_was_taken(tmp_path: Path) -> None:
    example(tmp_path)
    run(tmp_path, "--write", answers="y\nquit\n")
    assert (tmp_path / "content" / "numbers.md").read_text().count("](claim:") == 1


def test_a_file_that_changed_in_the_meantime_is_left_alone(tmp_path: Path) -> None:
    made = example(tmp_path)
    course = made.check().course
    found = suggest.suggest(course, pipeline.all_proofs(course), suggest.runner(made.project))
    made.replace("content/numbers.md", "For 10 classes", "For the 10 classes")
    after = (tmp_path / "content" / "numbers.md").read_bytes()
    count, left = suggest.write(made.project, [(each, each.candidates[0]) for each in found], pipeline.claims_of)
    assert count == 0
    assert len(left) == len(found)
    assert (tmp_path / "content" / "numbers.md").read_bytes() == after


def test_yes_without_write_is_a_mistake(tmp_path: Path) -> None:
    example(tmp_path)
    result = CliRunner().invoke(cli.cli, ["suggest", "--project", str(tmp_path), "--yes"])
    assert result.exit_code != 0


@pytest.mark.parametrize(
    ("text", "unit", "fits"),
    [
        ("8 GB", "bytes", True),
        ("8 GiB", "bytes a token", True),
        ("8 GB", "count", False),
        ("8%", "percent of the peak", True),
        ("8", "percent", False),
        ("8", "bytes", False),
        ("8x", "ratio", True),
        ("8", "", True),
        ("8", "nats", True),
    ],
)
def test_units_have_to_agree(text: str, unit: str, fits: bool) -> None:
    assert suggest.fits(parse(text), unit) is fits
