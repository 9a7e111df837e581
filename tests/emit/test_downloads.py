"""Every export is offered on the site's downloads page, with a line that says what it is for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from deckforge import pipeline
from deckforge.emit.site.downloads import downloads
from deckforge.model.course import Timetable
from tests.anki.build import context
from tests.emit.courses import exported

UNLISTED = {"build/llms/llms.txt", "build/llms/lessons/flow/index.html.md", "build/decks/rows.sha256"}
"""What is read where it stands, or is for those who publish a course."""


def test_what_is_made_is_offered(tmp_path: Path) -> None:
    made = replace(exported(), timetable=Timetable(date(2026, 12, 1)))
    artifacts = [
        artifact
        for back_end in pipeline.back_ends()
        if back_end.name not in ("site", "decks")
        for artifact in back_end.emit(context(tmp_path, made)).value
    ]
    offered = downloads(artifacts)
    listed = {artifact.path for artifact in artifacts} - UNLISTED
    assert sorted(download.name for download in offered) == sorted(Path(path).name for path in listed)
    assert [download.kind for download in offered] == ["text", *["list"] * 3, "table", *["lms"] * 3, "plan", "data"]
    assert all(download.label for download in offered)
    assert len({download.label for download in offered}) == len(offered)
