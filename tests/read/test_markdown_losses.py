"""Whatever Markdown would drop or read differently is said, at its place.

The cases stand in `markdown_losses/losses.md`: a `##` title, a text between `~~~~`, and a list of what is said of it
as `line:column code-name`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deckforge.model.source import Source
from deckforge.read.markdown import Scope, rich
from deckforge.read.text import Text

CASES = Path(__file__).with_name("markdown_losses") / "losses.md"
CASE = re.compile(r"^## ([^\n]+)\n~~~~ markdown\n(.*?)^~~~~\n((?:- [^\n]+\n)*)", re.MULTILINE | re.DOTALL)
FOUND = [(title, text, expected) for title, text, expected in CASE.findall(CASES.read_text(encoding="utf-8"))]


def said(text: str) -> list[str]:
    """What is said of a text, in the order of its places."""
    source = Source("content/a.md", text.encode())
    _, diagnostics = rich(Text.of_file(source.path, source.data), Scope("lesson", "item"))
    places = []
    for diagnostic in diagnostics:
        assert diagnostic.span is not None
        at = source.position(diagnostic.span.start)
        places.append((at.line, at.column, diagnostic.code.name))
    return [f"- {line}:{column} {name}" for line, column, name in sorted(places)]


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in FOUND], ids=[case[0] for case in FOUND])
def test_what_would_be_lost_is_said(text: str, expected: str) -> None:
    assert said(text) == expected.splitlines()


def test_every_case_of_the_file_is_run() -> None:
    assert len(FOUND) == CASES.read_text(encoding="utf-8").count("\n## ")


def test_the_same_holds_with_the_line_ends_of_windows() -> None:
    """A case whose place depends on line ends would show here; raw carriage returns never reach a text."""
    for title, text, expected in FOUND:
        assert said(text.replace("\n", "\r\n")) == expected.splitlines(), title
