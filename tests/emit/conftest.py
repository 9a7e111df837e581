"""Our own course, read once for each worker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deckforge import pipeline
from deckforge.project import Project

if TYPE_CHECKING:
    from deckforge.model.course import Course


@pytest.fixture(scope="session")
def ours() -> Course:
    """The course in `content/`, unverified."""
    return pipeline.check(Project(Path(__file__).parents[2])).course
