"""Every variation comes into one course by `deckforge import`: recognised, without a mistake, and a fixed point."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deckforge.cli import cli
from deckforge.diagnostics import Severity
from tests.example import Example
from tests.intake.documents.fixtures import variations


def documents() -> dict[str, str]:
    found = {f"{each.name}.md": each.document for each in variations()}
    if folder := os.environ.get("DECKFORGE_SEEDS"):
        found |= {path.name: path.read_text() for path in sorted(Path(folder).glob("00[0-2]_*.txt"))}
    return found


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    for name, document in documents().items():
        (tmp_path / name).write_text(document)
    return sorted(str(path) for path in tmp_path.iterdir())


def run(example: Example, files: list[str]) -> Result:
    return CliRunner().invoke(cli, ["import", "--project", str(example.root), "--yes", *files], catch_exceptions=False)


def test_all_documents_become_lessons_without_mistakes_and_do_not_come_in_twice(
    tmp_path_factory: pytest.TempPathFactory, files: list[str]
) -> None:
    example = Example(tmp_path_factory.mktemp("course"), {"content/course.yaml": "id: all\ntitle: All\n"})
    first = run(example, files)
    assert first.exit_code == 0, first.output
    assert first.output.count(": document, “") == len(files)
    result = example.check()
    assert [each for each in result.diagnostics if each.severity is Severity.ERROR] == []
    assert len(result.course.items) > 2 * len(files)
    assert "Nothing to write" in run(example, files).output
