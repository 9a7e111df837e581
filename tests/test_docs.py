"""The documentation holds: its files make a course, its commands print what it says, its tables are complete.

On a page, a fenced block whose info names a file is written there, and a `console` block is run in the folder that they
make; `…` stands for what may differ. The rest of a line after `…` is not looked at.
"""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from deckforge import catalogue, cli

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def same(shown: str, printed: str) -> bool:
    """Compare line by line; a line `…` stands for any number of lines, `…` within one for the rest of it."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "…\n" else re.escape(line).replace("…", r"[^\n]*") for line in shown.splitlines(True)
    )
    return re.fullmatch(pattern, re.sub(r" +$", "", printed, flags=re.MULTILINE)) is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_shows_is_so(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for _language, name, text in (match.groups() for match in FENCE.finditer(page.read_text()) if match[2]):
        if "/" in name:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
    for session in (match[3] for match in FENCE.finditer(page.read_text()) if match[1] == "console"):
        for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE):
            program, *arguments = shlex.split(command)
            if program == "cd":
                monkeypatch.chdir(arguments[0])
                continue
            assert program == "deckforge"
            printed = CliRunner().invoke(cli.cli, arguments).stdout
            assert same(shown, printed), f"{page.name}: {command}\nprinted\n{printed}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#|claim:|wrong:|cite:|given:)([^)\s]+)\)", page.read_text()):
        path = (page.parent / target.partition("#")[0]).resolve()
        assert path.exists() or page.name in {"codes.md", "keys.md", "lessons.md"}, f"{page.name} links to {target}"


def test_every_command_and_option_is_documented() -> None:
    text = (DOCS / "cli.md").read_text()
    for name, command in cli.cli.commands.items():
        assert f"`deckforge {name}" in text, name
        for option in (each for each in command.params if isinstance(each, click.Option)):
            assert f"`{option.opts[0]}" in text, f"{name} {option.opts[0]}"


def test_every_exit_code_is_documented() -> None:
    text = (DOCS / "cli.md").read_text()
    for code in cli.ExitCode:
        assert re.search(rf"^\| {code.value} \| \S", text, re.MULTILINE), code


def test_every_code_is_documented() -> None:
    text = (DOCS / "codes.md").read_text()
    for code in catalogue.codes():
        assert code.id in text, code.id
        assert code.name in text, code.name


def test_generated_pages_are_current() -> None:
    """`make docs` writes them."""
    spec = importlib.util.spec_from_file_location("generate_docs", DOCS.parent / "scripts" / "generate_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, text in module.pages().items():
        assert (DOCS / name).read_text() == text, f"{name} is not current"
