"""`deckforge doctor` tries what it speaks of, and executes nothing of the course."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from deckforge import cli, doctor
from deckforge.verify.driver import Driver, Request
from tests.example import Example


def test_says_what_holds_on_this_machine_and_how_the_course_stands(tmp_path: Path) -> None:
    example = Example(tmp_path)
    example.verify(record=True)
    example.build()
    broken = next((tmp_path / "verify" / "receipts").rglob("*.json"))
    broken.write_text("{")
    example.replace("verify/sums.py", "2 * x", "x + x")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    run = CliRunner().invoke(cli.cli, ["doctor", "--project", str(tmp_path)])
    assert run.exit_code == 0
    lines = {line[4:].split("  ")[0].strip(): line for line in run.stdout.splitlines()}
    assert lines["torch"].startswith("ok")
    assert " ms a proof" in lines["fork server"]
    for layer in ("limits", "network", "writes"):
        assert f"isolation: {layer}" in lines
    assert lines["anki.lock"].startswith("ok")
    assert "1 stale, 1 broken" in lines["receipts"]
    assert lines["receipts"].startswith("!!")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_outside_a_course_it_speaks_of_the_machine_alone(tmp_path: Path) -> None:
    findings = {each.name: each for each in doctor.examine(tmp_path)}
    assert findings["course"].found == "none here"
    assert "receipts" not in findings


def test_a_layer_that_does_not_hold_is_said(tmp_path: Path) -> None:
    """Without the layer of writes the probe can write, and the finding says that a promised layer is missing."""
    outside = tmp_path / "written"
    with Driver(tmp_path, layers=("limits",), preload=False) as driver:
        answer = driver.run([Request("deckforge.verify.sandbox", "probe", {"outside": str(outside)}, timeout=60.0)])[0]
    assert answer.outputs["wrote"] is True
    assert outside.is_file()
    findings = {each.name: each for each in doctor.isolation(answer, ("limits", "writes"))}
    assert findings["isolation: limits"].good
    assert findings["isolation: writes"].good is False
