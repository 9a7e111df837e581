"""Studying on the built site: links that ask for a mode lead there, under instant navigation too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_links_with_a_mode_open_it_without_loading_the_page(browser: Browser, address: str) -> None:
    page = browser.new_page(service_workers="block")
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(address)
    page.evaluate("window.__kept = true")
    page.get_by_role("link", name="Study now").click()
    expect(page.locator(".df-mode--repeat .df-card")).to_be_visible()
    page.get_by_role("button", name="All modes").click()
    page.get_by_role("button", name="Flashcards").click()
    expect(page.locator(".df-mode--flashcards .df-card")).to_be_visible()
    assert page.url.endswith("/study/?mode=flashcards")
    # A link on the page to the page itself, in another mode.
    page.evaluate(
        """() => {
            const link = document.createElement("a");
            link.href = "?mode=repeat&critical";
            link.textContent = "another";
            document.querySelector(".df").before(link);
        }"""
    )
    page.get_by_role("link", name="another").click()
    expect(page.locator(".df-mode--repeat .df-card")).to_be_visible()
    page.go_back()
    expect(page.locator(".df-mode--flashcards .df-card")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Card 2 of")).to_be_visible()
    page.evaluate("location.hash = 'study'")
    page.locator(".df-card").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Card 3 of")).to_be_visible()
    page.goto(address)
    page.get_by_role("link", name="Go on: Flashcards").click()
    expect(page.locator(".df-mode--flashcards .df-card")).to_be_visible()
    assert wrong == []
    page.context.close()
