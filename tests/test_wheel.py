"""What people install: a wheel that holds everything the tool needs, and nothing that it must not."""

from __future__ import annotations

import ast
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [path] = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_holds_templates_styles_and_vendored_files(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    templates = {path.relative_to(ROOT) for path in (ROOT / "templates").rglob("*") if path.is_file()}
    assert templates
    assert {f"deckforge/{path.as_posix()}" for path in templates} <= names
    assets = {path.relative_to(ROOT / "src") for path in (ROOT / "src").rglob("assets/**/*") if path.is_file()}
    assert assets
    assert {path.as_posix() for path in assets} <= names
    assert "deckforge/py.typed" in names
    proofs = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src/deckforge/library").glob("*.py")}
    assert len(proofs) > 5
    assert proofs <= names


def test_never_depends_on_anki(wheel: zipfile.ZipFile) -> None:
    """The `anki` package is under the AGPL: only the tests import it."""
    [metadata] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    needs = Parser().parsestr(wheel.read(metadata).decode()).get_all("Requires-Dist") or []
    assert not [need for need in needs if need.startswith("anki") and "extra == 'test'" not in need]
    for name in (name for name in wheel.namelist() if name.endswith(".py")):
        for node in ast.walk(ast.parse(wheel.read(name))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
            assert not [each for each in names if each.split(".")[0] in {"anki", "aqt"}], name
