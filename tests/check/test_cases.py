"""Every Markdown file in `cases/` is a suite: a heading is a test, its fenced blocks are files, the last what is found.

A block's fence names its file: `markdown lesson.md` is `content/lesson.md`. A lesson without a header gets the smallest
one there is, which does not count as lines. What is expected is one line a diagnostic, in the order of diagnostics:
`file:line code name ‹what is underlined›`, the file left out for `lesson.md` and the place for what has none.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from deckforge.check import check
from deckforge.project import Project
from deckforge.read import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.diagnostics import Diagnostic
    from deckforge.model.course import Course

CASES = Path(__file__).parent / "cases"
COURSE = "id: example\ntitle: An example\n"
PROOFS = '''\
"""Small sums."""

from deckforge.proof import proof


@proof
def double(x: float, times: int = 1, exact: bool = False, name: str = "") -> dict[str, float]:
    """Twice `x`, so many times."""
    return {"value": 2.0**times * x, "count": times}
'''
HEADER = "---\nid: lesson\ntitle: Lesson\n---\n"
CASE = re.compile(r"^## (.*?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
PART = re.compile(r"^(`{3,})(\w+)(?: (\S+))?\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


class Case(NamedTuple):
    title: str
    files: dict[str, str]
    expected: str


def cases() -> Iterator[Case]:
    for path in sorted(CASES.glob("*.md")):
        for title, body in CASE.findall(without_fences(path.read_text())):
            parts = [(part[3], part[4]) for part in PART.finditer(restored(body))]
            files = {name: text for name, text in parts if name}
            yield Case(f"{path.stem}: {title}", files, "".join(text for name, text in parts if not name))


def without_fences(text: str) -> str:
    """Hide what is in fences from the search for headings: their `#` becomes U+E000."""
    return PART.sub(lambda part: part[0].replace("#", "\ue000"), text)


def restored(text: str) -> str:
    return text.replace("\ue000", "#")


def course_of(files: dict[str, str], folder: Path) -> Course:
    """Read a project of these files; the course and the proofs are small ones unless they are among them."""
    everything = {"course.yaml": COURSE, "../verify/sums.py": PROOFS, **files}
    for name, text in everything.items():
        path = (folder / "content" / name).resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        header = HEADER if name.endswith(".md") and not text.startswith("---\n") else ""
        path.write_text(header + text)
    return read(Project(folder)).value


def shown(found: Diagnostic, course: Course, files: dict[str, str]) -> str:
    name = f"{found.code.id} {found.code.name}"
    if found.span is None:
        return name
    source = course.sources[found.span.path]
    file = found.span.path.removeprefix("content/")
    added = 0 if files.get(file, "---\n").startswith("---\n") or not file.endswith(".md") else HEADER.count("\n")
    place = "" if file == "lesson.md" else f"{file}:"
    return f"{place}{source.position(found.span.start).line - added} {name} ‹{source.text(found.span)}›"


@pytest.mark.parametrize("case", [pytest.param(case, id=case.title) for case in cases()])
def test_what_is_found(case: Case, tmp_path: Path) -> None:
    course = course_of(case.files, tmp_path)
    found = [shown(diagnostic, course, case.files) for diagnostic in check(course)]
    assert "\n".join(found) == case.expected.rstrip("\n")


def test_there_are_cases_for_every_code_of_the_stage() -> None:
    from importlib import import_module

    from deckforge.catalogue import MODULES

    ours = {
        f"{code.id} {code.name}"
        for module in MODULES
        if module.startswith("deckforge.check.")
        for code in import_module(module).CODES
    }
    expected = "\n".join(case.expected for case in cases())
    assert {name for name in ours if name not in expected} == set()
