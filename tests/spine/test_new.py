"""`deckforge new` makes a course that builds at once, and never touches what is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckforge import new, pipeline
from deckforge.errors import UsageError
from deckforge.project import Project
from deckforge.verify import Options


def test_a_new_course_builds_without_a_word(tmp_path: Path) -> None:
    folder = tmp_path / "Backprop by Hand"
    made = new.new(folder)
    assert sorted(made) == sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    result = pipeline.build(Project(folder), Options())
    assert result.diagnostics == ()
    assert result.course.id == "backprop-by-hand"
    assert result.course.title == "Backprop by hand"
    assert (folder / "build" / "decks" / "backprop-by-hand.apkg").is_file()
    assert (folder / "build" / "site" / "index.html").is_file()
    assert result.verification is not None
    assert {verdict.status.value for verdict in result.verification.verdicts.values()} == {"proven"}


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not empty"):
        new.new(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    folder = tmp_path / "course"
    folder.mkdir()
    assert "content/course.yaml" in new.new(folder, 'A "quoted" title: with a colon')
    assert pipeline.check(Project(folder)).course.title == 'A "quoted" title: with a colon'


def test_a_name_without_letters_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no letter or digit"):
        new.new(tmp_path / "…")


@given(st.text())
def test_a_slug_is_a_valid_id_or_nothing(text: str) -> None:
    slug = new.slug(text)
    assert slug == "" or (slug.strip("-") == slug and slug.replace("-", "").isalnum() and slug.isascii())
    assert new.slug(slug) == slug
