"""Pages with the study elements, and windows on them that note what goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.frontend import pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course's pages."""
    return pages.write(tmp_path_factory.mktemp("study") / "site")


@pytest.fixture(scope="session")
def files(folder: Path) -> str:
    """The address of the pages as files, as whoever copied them opens them."""
    return folder.as_uri() + "/"


@pytest.fixture
def profile(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A learner's browser: what it keeps is its own. Whatever goes wrong on its pages fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)

    def guard(route: Any) -> None:
        wrong.append(f"asks for {route.request.url}")
        route.abort()

    def start(**options: Any) -> BrowserContext:
        context = browser.new_context(**({"viewport": {"width": 1000, "height": 800}} | options))
        context.set_default_timeout(20_000)
        context.route(lambda url: not url.startswith(("file:", "http://127.0.0.1", "data:", "blob:")), guard)
        context.on("page", watch)
        contexts.append(context)
        return context

    yield start
    for context in contexts:
        context.close()
    assert not wrong, wrong


@pytest.fixture
def page(profile: Callable[..., BrowserContext]) -> Page:
    """A window of one learner."""
    return profile().new_page()
