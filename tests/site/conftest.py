"""The built site, once for each worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.site import build

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, serve: Callable[[Path], str]) -> tuple[Path, str]:
    """The small course's site as the real generator builds it, and its address.

    The generator writes the address into the pages, and only a site with one has instant navigation: so the server is
    there first.
    """
    folder = tmp_path_factory.mktemp("site")
    served = folder / "served"
    served.mkdir()
    address = serve(served)
    for entry in build.site(folder / "project", url=address).iterdir():
        entry.rename(served / entry.name)
    return served, address


@pytest.fixture(scope="session")
def built(published: tuple[Path, str]) -> Path:
    """The folder of the built site."""
    return published[0]


@pytest.fixture(scope="session")
def address(published: tuple[Path, str]) -> str:
    """Where the built site is served."""
    return published[1]
