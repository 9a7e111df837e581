"""The built site, once for each worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.site import build

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small course's site, as the real generator builds it."""
    return build.site(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def address(built: Path, serve: Callable[[Path], str]) -> str:
    """Where the built site is served."""
    return serve(built)
