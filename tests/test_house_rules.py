"""The shape of the code itself: who imports whom, what is documented, what stays light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "deckforge"
MODULES = sorted(PACKAGE.rglob("*.py"))
STAGES = ("read", "check", "verify", "render", "emit")

# Who may import what, beyond itself and the ground that everybody stands on.
GROUND = {"model", "diagnostics", "errors", "project", "progress", "cache", "library", "__init__"}
MAY_ALSO = {"emit": {"render"}, "verify": {"proof", "measure", "measures"}, "model": set(), "diagnostics": set()}


def imports(path: Path) -> set[str]:
    """The parts of deckforge that a module imports, by the first name below the package."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("deckforge.")}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_module_tells_its_story(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text())), f"{path.name} has no docstring of its own"


@pytest.mark.parametrize("stage", [*STAGES, "model", "diagnostics"])
def test_stages_never_import_one_another(stage: str) -> None:
    allowed = {stage} | MAY_ALSO.get(stage, set()) | (set() if stage == "model" else GROUND)
    for path in (PACKAGE / stage).rglob("*.py"):
        stray = {name for name in imports(path) if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()}
        assert stray <= allowed, f"{path.relative_to(PACKAGE)} imports {sorted(stray - allowed)}"


def test_only_the_pipeline_and_the_command_line_see_all_stages() -> None:
    seeing = {path.stem for path in PACKAGE.glob("*.py") if len(imports(path) & set(STAGES)) > 1}
    assert seeing <= {"pipeline", "cli", "catalogue"}


def test_help_imports_nothing_heavy() -> None:
    """`deckforge --help` is instant: no stage, no parser and no torch is loaded for it."""
    script = (
        "import sys\n"
        "from deckforge.cli import main\n"
        "try:\n    main(['--help'])\n"
        "except SystemExit:\n    pass\n"
        "heavy = {'torch', 'numpy', 'yaml', 'genanki', 'mkdocs', 'jinja2', 'rich', 'pyromark', 'pygments', 'nh3',"
        " 'deckforge.model', 'deckforge.read', 'deckforge.verify', 'deckforge.emit'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_model_types_are_frozen_and_slotted() -> None:
    """A stage cannot change what it is handed (`Course` and `Source` keep a dictionary for their cached views)."""
    import dataclasses
    import importlib

    for path in (PACKAGE / "model").glob("[a-z]*.py"):
        module = importlib.import_module(f"deckforge.model.{path.stem}")
        for value in vars(module).values():
            if isinstance(value, type) and dataclasses.is_dataclass(value) and value.__module__ == module.__name__:
                assert value.__dataclass_params__.frozen, value  # type: ignore[attr-defined]
                assert "__slots__" in vars(value) or value.__name__ in {"Course", "Source"}, value


def test_the_command_line_names_every_back_end() -> None:
    from deckforge import cli, pipeline

    [only] = [option for option in cli.cli.commands["build"].params if option.name == "only"]
    assert tuple(only.type.choices) == tuple(back_end.name for back_end in pipeline.back_ends())  # type: ignore[attr-defined]
