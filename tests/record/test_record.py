"""What somebody else measured is taken in, shown as such, and proves nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from deckforge import cli, pipeline, record
from deckforge.errors import UsageError
from deckforge.model.claims import Status
from tests.example import COURSE, Example
from tests.verify.test_bound import LESSON, PROOF

ENTRY: dict[str, Any] = {
    "proof": "fast.ratio",
    "arguments": {"n": 1024},
    "outputs": {"times": 2.01},
    "device": "64 × NVIDIA H100",
    "environment": {"torch": "2.8.0"},
    "made": "2026-01-31T12:00:00Z",
    "note": "the log of January",
}


def example(folder: Path) -> Example:
    lesson = LESSON.format(query="n=1024")
    return Example(folder, {"content/course.yaml": COURSE, "content/fast.md": lesson, "verify/fast.py": PROOF})


def given(folder: Path, document: object) -> Path:
    path = folder / "runs.json"
    path.write_text(json.dumps(document))
    return path


def test_an_imported_number_is_shown_and_proves_nothing(tmp_path: Path) -> None:
    made = example(tmp_path)
    file = given(tmp_path, {"measurements": [ENTRY]})
    run = CliRunner().invoke(cli.cli, ["record", str(file), "--project", str(tmp_path)])
    assert run.exit_code == 0, run.output
    result = made.verify()
    assert result.verification
    [verdict] = result.verification.verdicts.values()
    assert verdict.status is Status.UNPROVEN
    assert verdict.reason.startswith("imported from the log of January, and not measured by deckforge: times = 2.01")
    assert verdict.measurement
    assert verdict.measurement.method == "imported"


def test_every_mistake_is_listed_and_nothing_is_written(tmp_path: Path) -> None:
    made = example(tmp_path)
    wrong = [
        ENTRY,
        {**ENTRY, "proof": "fast.ratoi"},
        {**ENTRY, "outputs": {"time": 1.0}, "note": "", "mode": 3},
        {**ENTRY, "arguments": {"n": 1.5}, "made": "yesterday"},
        {"proof": "fast.ratio"},
        7,
    ]
    with pytest.raises(UsageError) as caught:
        record.record(made.project, given(tmp_path, wrong))
    text = str(caught.value)
    for mistake in (
        "measurement 2: there is no proof `fast.ratoi`",
        "measurement 3: there is no key `mode`",
        "measurement 3: `note` is no text",
        "measurement 3: `fast.ratio` has no output `time`",
        "measurement 4: `made` is no time",
        "measurement 4: n=1.5 is no whole number",
        "measurement 5: `outputs` is missing",
        "measurement 6: it is no mapping",
    ):
        assert mistake in text
    assert not made.project.receipts.exists()


@pytest.mark.parametrize("data", [b"{", b"\xff", b"[]", b'{"measurements": []}'])
def test_a_file_without_a_measurement_is_refused(tmp_path: Path, data: bytes) -> None:
    proofs = pipeline.all_proofs(example(tmp_path).check().course)
    found, mistakes = record.read(data, proofs)
    assert not found
    assert mistakes


def test_a_number_that_is_none_is_refused(tmp_path: Path) -> None:
    proofs = pipeline.all_proofs(example(tmp_path).check().course)
    for value in ("NaN", "Infinity", "[]", '["a"]', "null"):
        data = json.dumps(ENTRY).replace("2.01", value).encode()
        assert "`times` is no finite number" in record.read(data, proofs)[1][0]
