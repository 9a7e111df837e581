"""What all tests share: the example project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.example import Example

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def example(tmp_path: Path) -> Example:
    """A small course with one lesson, one proof and two claims that hold."""
    return Example(tmp_path)
