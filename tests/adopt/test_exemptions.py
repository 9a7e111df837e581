"""A known-wrong number is tolerated as long as somebody's list says so, and the list only shrinks."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from deckforge import cli
from deckforge.diagnostics import Severity
from deckforge.errors import UsageError
from deckforge.model.claims import Status
from deckforge.verify import exemptions
from tests.example import COURSE, LESSON, PROOFS, Example, places

WRONG = LESSON.replace("[6.0](", "[7.0](").replace("[0.5](", "[0.9](")
LIST = """\
- lesson: doubling
  text: "7.0"
  reason: from the handout
- lesson: doubling
  item: quarter
  text: "0.9"
"""


def example(tmp_path: Path, lesson: str = WRONG, listed: str | None = LIST) -> Example:
    files = {"content/course.yaml": COURSE, "content/doubling.md": lesson, "verify/sums.py": PROOFS}
    return Example(tmp_path, files if listed is None else {**files, "content/exemptions.yaml": listed})


def test_a_course_with_known_wrong_numbers_builds_and_says_so(tmp_path: Path) -> None:
    result = example(tmp_path).build()
    assert result.written is not None
    found = [each for each in result.diagnostics if each.code.name == "claim-exempted"]
    assert [each.severity for each in found] == [Severity.WARNING] * 2
    assert "exempted (from the handout): `sums.double.value?x=3` measured 6.0" in found[0].message
    assert "write `6.0`" in found[0].fix
    assert result.verification
    assert len(result.verification.exempted) == 2
    # The verdict is what it is.
    assert [each.status for each in result.verification.verdicts.values()] == [Status.REFUTED] * 2


def test_what_is_not_listed_is_an_error(tmp_path: Path) -> None:
    result = example(tmp_path, listed='- {lesson: doubling, item: one, text: "0.9"}\n').build()
    assert result.written is None
    assert [each.split(" ")[1] for each in places(result)] == ["DF631", "DF631", "DF652"]


def test_strict_tolerates_nothing(tmp_path: Path) -> None:
    assert example(tmp_path).build(strict=True).written is None


@pytest.mark.parametrize(
    ("lesson", "why"),
    [
        (WRONG.replace("[7.0](", "[6.0]("), "the lesson `doubling` claims no such value"),
        (WRONG.replace("[7.0](claim:", "[7.0](wrong:"), "stated as false"),
        (WRONG.replace("[7.0](claim:sums.double.value?x=3)", "7"), "the lesson `doubling` claims no such value"),
    ],
)
def test_an_entry_that_nothing_needs_is_reported(tmp_path: Path, lesson: str, why: str) -> None:
    result = example(tmp_path, lesson).verify()
    [found] = [each for each in result.diagnostics if each.code.name == "exemption-unneeded"]
    assert why in found.message
    assert found.fix == "remove this entry"
    assert "content/exemptions.yaml:1:3 DF652 exemption-unneeded" in places(result)


def test_an_entry_may_name_the_claim(tmp_path: Path) -> None:
    listed = LIST.replace("  reason:", "  claim: sums.double.value?x=4\n  reason:")
    assert "DF631" in str(places(example(tmp_path, listed=listed).verify()))


def test_every_mistake_of_the_list_is_shown_at_once(tmp_path: Path) -> None:
    listed = (
        '- lesson: doubling\n- 7\n- {lesson: doubling, txt: "1"}\n- {lesson: a, text: [1]}\n- {lesson: a, lesson: b}\n'
    )
    result = example(tmp_path, listed=listed).verify()
    found = [each.message for each in result.diagnostics if each.code.name == "exemption-malformed"]
    assert found == [
        "this exemption has no `text`",
        "this entry is no mapping",
        "an exemption has no `txt`",
        "`text` is no text",
        "`lesson` stands twice",
    ]


@pytest.mark.parametrize("listed", ["a: b\n", "- [", "\xff"])
def test_a_list_that_is_none_is_an_error(listed: str) -> None:
    outcome = exemptions.parse(listed.encode("latin-1"))
    assert [each.code.name for each in outcome.diagnostics] == ["exemption-malformed"]


@pytest.mark.parametrize("listed", ["", "# nothing left\n", "[]\n"])
def test_an_empty_list_is_fine(tmp_path: Path, listed: str) -> None:
    assert not exemptions.parse(listed.encode()).diagnostics


def test_the_command_asks_writes_once_and_never_again(tmp_path: Path) -> None:
    made = example(tmp_path, listed=None)
    run = ["verify", "--exempt", "--project", str(tmp_path)]
    declined = CliRunner().invoke(cli.cli, run, input="n\n")
    assert declined.exit_code == 1
    assert not made.project.exemptions.exists()

    written = CliRunner().invoke(cli.cli, run, input="y\n")
    assert "Write 2 refuted claims to content/exemptions.yaml?" in written.stdout
    text = made.project.exemptions.read_text()
    assert [each.text for each in exemptions.parse(text.encode()).value] == ["7.0", "0.9"]
    built = made.build()
    assert built.written is not None
    assert "exempted" in CliRunner().invoke(cli.cli, ["verify", "--project", str(tmp_path)]).stdout

    made.replace("content/doubling.md", "[0.9](", "[0.8](")
    again = CliRunner().invoke(cli.cli, run, input="y\n")
    assert isinstance(again.exception, UsageError)
    assert made.project.exemptions.read_text() == text


def test_without_sandbox_everything_says_so(tmp_path: Path) -> None:
    made = example(tmp_path, LESSON, None)
    result = made.verify(sandbox=False)
    assert "DF661 no-sandbox" in places(result)
    assert result.verification
    assert {run.environment["isolation"] for run in result.verification.runs} == {"none (--no-sandbox)"}
    # Nothing of it is kept: the next run measures again, confined.
    after = made.verify()
    assert after.verification
    assert (after.verification.measured, after.verification.reused) == (2, 0)
    assert "no-sandbox" not in str(places(after))
    assert all("limits" in run.environment["isolation"] for run in after.verification.runs)
