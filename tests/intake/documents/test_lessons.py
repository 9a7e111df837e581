"""Every variation becomes a lesson that reads back to the draft and has no mistakes, all of them in one course."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from deckforge.diagnostics import Severity
from deckforge.intake import draft, ids, writer
from deckforge.intake.documents import read
from tests.example import Example
from tests.intake.documents.fixtures import variations

if TYPE_CHECKING:
    from collections.abc import Iterator


def documents() -> Iterator[tuple[str, str]]:
    for variation in variations():
        yield variation.name, variation.document
    if folder := os.environ.get("DECKFORGE_SEEDS"):
        for path in sorted(Path(folder).glob("00[0-2]_*.txt")):
            yield path.stem.replace("_", "-"), path.read_text()


def test_every_document_becomes_a_lesson_without_mistakes(tmp_path: Path) -> None:
    example = Example(tmp_path, {"content/course.yaml": "id: all\ntitle: All\n"})
    taken: list[str] = []
    names = []
    for name, document in documents():
        (lesson,) = read(document.encode(), f"{name}.md").value
        lesson = ids.named(replace(lesson, id=f"of-{name}", title=name), taken)
        taken += [item.id for part in lesson.content if isinstance(part, draft.Section) for item in part.items]
        # The writer reads what it wrote, and gives up with an error where it says anything but the draft.
        (tmp_path / "content" / f"{name}.md").write_text(writer.write(lesson))
        names.append(name)
    result = example.check()
    assert [each for each in result.diagnostics if each.severity is Severity.ERROR] == []
    assert sorted(Path(lesson.path).stem for lesson in result.course.lessons) == sorted(names)
