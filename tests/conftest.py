"""What all tests share: the example project."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from example import Example  # noqa: E402 - the path has to be set first


@pytest.fixture
def example(tmp_path: Path) -> Example:
    """A small course with one lesson, one proof and two claims that hold."""
    return Example(tmp_path)
