"""A project as a value: `Example(tmp_path, {"content/a.md": "…"}).build()`.

Every example has a small `course.yaml` and a small proof unless it brings its own, so that a test shows only what it is
about.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from deckforge import pipeline
from deckforge.diagnostics import Diagnostic, Severity
from deckforge.project import Project

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from deckforge.pipeline import Result

COURSE = """\
id: example
title: An example
concepts:
  - id: chain-rule
    title: The chain rule
"""

PROOFS = '''\
"""Small sums for the examples."""

from deckforge.proof import proof


@proof
def double(x: float = 1.0) -> dict[str, float]:
    """Twice `x`.

    Outputs:
        value: a number
    """
    return {"value": 2 * x}
'''

LESSON = """\
---
id: doubling
title: Doubling
---

# Doubling

Twice three is [6.0](claim:sums.double.value?x=3).

## Flashcards

### What is twice 0.25? {#quarter .easy .remember concept=chain-rule}

#### Answer

It is [0.5](claim:sums.double.value?x=0.25).

### What is twice one? {#one .easy .remember concept=chain-rule}

#### Answer

Two.
"""

FILES = {"content/course.yaml": COURSE, "content/doubling.md": LESSON, "verify/sums.py": PROOFS}


class Example:
    """A project in a temporary folder."""

    def __init__(self, folder: Path, files: Mapping[str, str | bytes] | None = None) -> None:
        self.root = folder
        self.write(FILES if files is None else {"content/course.yaml": COURSE, "verify/sums.py": PROOFS, **files})

    @property
    def project(self) -> Project:
        return Project(self.root)

    def write(self, files: Mapping[str, str | bytes]) -> Example:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
        return self

    def replace(self, name: str, old: str, new: str) -> Example:
        text = (self.root / name).read_text()
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {name}"
        (self.root / name).write_text(text.replace(old, new))
        return self

    def check(self) -> Result:
        return pipeline.check(self.project)

    def verify(self, **options: object) -> Result:
        from deckforge.verify import Options

        return pipeline.verify(self.project, Options(**options))  # type: ignore[arg-type]

    def build(self, *, only: tuple[str, ...] = ("decks", "tables", "json"), **options: bool) -> Result:
        """Build; without the site unless asked for, because the site generator takes a second."""
        from deckforge.verify import Options

        return pipeline.build(self.project, Options(), only=only, **options)

    def outputs(self) -> dict[str, bytes]:
        """Every file in build/ but the cache, by its path."""
        build = self.root / "build"
        files = (path for path in build.rglob("*") if path.is_file() and "cache" not in path.parts)
        return {path.relative_to(build).as_posix(): path.read_bytes() for path in sorted(files) if path.name != ".lock"}


def places(result: Result, worst: Severity = Severity.WARNING) -> list[str]:
    """The diagnostics as `path:line:column code name`, in order."""
    return [place(result, each) for each in result.diagnostics if each.severity >= worst]


def place(result: Result, diagnostic: Diagnostic) -> str:
    name = f"{diagnostic.code.id} {diagnostic.code.name}"
    if diagnostic.span is None:
        return name
    position = result.course.sources[diagnostic.span.path].position(diagnostic.span.start)
    return f"{diagnostic.span.path}:{position.line}:{position.column} {name}"
