"""The built site, once for each worker, and a browser to look at it with."""

from __future__ import annotations

import functools
import http.server
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.site import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

CHROMIUM = Path("/usr/bin/chromium")


class _Quiet(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Serves a folder on the loopback interface and gives its address."""
    servers: list[http.server.ThreadingHTTPServer] = []

    def start(folder: Path) -> str:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if not CHROMIUM.exists():
        pytest.skip("pages are looked at in Chromium, and /usr/bin/chromium is not there: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()
