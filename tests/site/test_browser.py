"""The built site in a real browser: with scripts and without, in both palettes, on a narrow screen, from files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

PAGES = (
    "",
    "lessons/flow/",
    "study/",
    "study/flow/",
    "progress/",
    "practice/",
    "exam/",
    "quiz/flow/",
    "problems/flow/",
    "glossary/",
    "anki/",
    "evidence/",
    "evidence/flow/",
    "corrections/",
    "concepts/",
    "references/",
    "tags/",
    "downloads/",
)


class Watched:
    """A page that notes what went wrong on it: errors, and requests to anywhere but the site."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.wrong: list[str] = []
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("console", lambda message: self.wrong.append(message.text) if message.type == "error" else None)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")
        return self.page


@pytest.fixture
def look(browser: Browser, address: str) -> Iterator[Callable[..., Watched]]:
    """Opens a window; whatever is not on the site's own address is refused and noted."""
    contexts: list[BrowserContext] = []

    def start(*, at: str = address, **options: Any) -> Watched:
        context = browser.new_context(**options)
        contexts.append(context)
        watched = Watched(context.new_page(), at)

        def guard(route: Any) -> None:
            if route.request.url.startswith((at, "data:", "blob:")):
                route.continue_()
            else:
                watched.wrong.append(f"asks for {route.request.url}")
                route.abort()

        context.route("**/*", guard)
        return watched

    yield start
    for context in contexts:
        context.close()


def overflow(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def open_all(page: Page) -> None:
    """Open every fold."""
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_sound_quiet_accessible_and_fit_a_small_phone(path: str, look: Callable[..., Watched]) -> None:
    """No script error, no request elsewhere; axe finds nothing in what is ours, in both palettes, every fold open."""
    from axe_playwright_python.sync_playwright import Axe

    watched = look(color_scheme="light", viewport={"width": 1280, "height": 900})
    page = watched.open(path)
    # The theme puts its copy button into code blocks as an unnamed landmark: not ours.
    ours = {"include": [[".df"]], "exclude": [[".md-code__nav"]]}
    open_all(page)
    for scheme, wanted in (("light", "default"), ("dark", "slate")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.wait_for_function(f"document.body.dataset.mdColorScheme === '{wanted}'")
        found = Axe().run(page, context=ours).response["violations"]
        assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found] == [], scheme
    page.set_viewport_size({"width": 360, "height": 740})
    assert overflow(page) == 0
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = false })")
    assert overflow(page) == 0
    assert watched.wrong == []


def test_mathematics_is_set_and_read_aloud(look: Callable[..., Watched]) -> None:
    page = look().open("lessons/flow/")
    page.wait_for_selector(".df-math--done")
    places = page.locator(".df-math").count()
    assert places >= 6
    assert page.locator(".df-math .katex").count() == places
    assert page.locator(".df-math .katex-error").count() == 0
    assert page.locator(".df-math math").count() == places


def test_a_formula_that_scrolls_can_be_reached_by_keyboard(look: Callable[..., Watched]) -> None:
    page = look(viewport={"width": 360, "height": 740}).open("lessons/flow/")
    page.wait_for_selector(".df-display.df-math--done")
    formula = page.locator(".df-display")
    assert formula.evaluate("e => e.scrollWidth > e.clientWidth")
    assert formula.get_attribute("tabindex") == "0"
    assert page.locator(".df-math[tabindex]").count() == 1


def test_without_mathematics_no_katex_is_loaded(look: Callable[..., Watched]) -> None:
    watched = look()
    asked: list[str] = []
    watched.page.on("request", lambda request: asked.append(request.url))
    watched.open("downloads/")
    assert asked
    assert not [url for url in asked if "katex" in url]


def test_everything_can_be_read_without_scripts(look: Callable[..., Watched]) -> None:
    page = look(java_script_enabled=False).open("lessons/flow/")
    answer = page.get_by_text("Each layer multiplies by its Jacobian")
    assert not answer.is_visible()
    page.locator("article.df-item", has=page.locator("#vanishing")).locator("summary").click()
    assert answer.is_visible()
    assert r"\partial L/\partial w_2" in page.locator("#dw2").inner_text()


def test_a_study_page_is_questions_and_answers_without_scripts(look: Callable[..., Watched]) -> None:
    page = look(java_script_enabled=False).open("study/flow/")
    entry = page.locator(".df-plain", has_text="vanishingquestion")
    answer = entry.get_by_text("Each layer multiplies by its Jacobian")
    assert entry.is_visible()
    assert not answer.is_visible()
    entry.locator("summary").click()
    assert answer.is_visible()


def test_hints_appear_one_at_a_time_without_scripts(look: Callable[..., Watched]) -> None:
    page = look(java_script_enabled=False).open("lessons/flow/")
    first, second = (page.locator("summary", has_text=f"Hint {number}") for number in (1, 2))
    assert first.is_visible()
    assert not second.is_visible()
    first.click()
    assert second.is_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_evidence_shows_on_focus_and_fits(width: int, look: Callable[..., Watched]) -> None:
    """By keyboard alone, in every place where a number stands."""
    page = look(viewport={"width": width, "height": 800}, java_script_enabled=False).open("lessons/flow/")
    numbers = page.locator(".df-prose .df-n")
    assert numbers.count() >= 4
    for index in range(numbers.count()):
        number = numbers.nth(index)
        tip = page.locator(f"#{number.get_attribute('aria-describedby')}")
        assert not tip.is_visible()
        number.focus()
        assert tip.is_visible()
        box = tip.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 800
    assert overflow(page) == 0


def test_a_tap_shows_the_evidence_and_a_second_one_leads_to_it(look: Callable[..., Watched]) -> None:
    page = look(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True).open("lessons/flow/")
    number = page.locator(".df-prose .df-cited")
    tip = page.locator(f"#{number.get_attribute('aria-describedby')}")
    number.scroll_into_view_if_needed()
    box = number.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.touchscreen.tap(*middle)
    tip.wait_for(state="visible")
    assert page.url.endswith("/lessons/flow/")
    page.touchscreen.tap(*middle)
    page.wait_for_url("**/evidence/flow/#*")


def test_states_differ_without_colour(look: Callable[..., Watched]) -> None:
    page = look().open("lessons/flow/")
    open_all(page)
    line = "e => { const s = getComputedStyle(e); return s.textDecorationLine + ' ' + s.textDecorationStyle }"
    shapes = {
        name: page.locator(f".df-{name}").first.evaluate(line)
        for name in ("proven", "cited", "given", "wrong", "doubt")
    }
    assert len(set(shapes.values())) == len(shapes), shapes
    mark = "e => getComputedStyle(e, '::after').content"
    assert page.locator(".df-doubt").first.evaluate(mark) == '"?"'


def test_code_is_copied_without_its_evidence(look: Callable[..., Watched]) -> None:
    page = look().open("lessons/flow/")
    copied = page.locator("#read-code ~ .df-front code").evaluate("e => e.innerText")
    assert copied.splitlines()[2] == "    return 0.5 * (0.24 - 1) ** 2  # 0.2888"


def test_a_link_to_a_number_leads_to_its_evidence(look: Callable[..., Watched]) -> None:
    page = look().open("lessons/flow/")
    page.locator(".df-prose .df-cited").click()
    page.wait_for_url("**/evidence/flow/#*")
    assert "FlashAttention-3" in page.locator(".df-proof:target").inner_text()


def test_search_in_the_browser_finds_questions_only(look: Callable[..., Watched]) -> None:
    page = look().open("")
    page.locator("input[name=query]").click()
    page.keyboard.type("vanishingquestion")
    page.locator(".md-search-result__link", has_text="vanish").first.wait_for()
    page.keyboard.press("Control+A")
    page.keyboard.type("solutionword")
    page.locator(".md-search-result__meta", has_text="No matching documents").wait_for()


def test_printing_keeps_answers_secret(look: Callable[..., Watched]) -> None:
    page = look().open("lessons/flow/")
    page.emulate_media(media="print")
    assert page.locator(".df-fold:not([open])").count() > 5
    assert page.locator(".df-fold:visible").count() == 0
    assert page.locator("#vanishing").is_visible()


def test_from_files_mathematics_is_set_too(built: Path, look: Callable[..., Watched]) -> None:
    watched = look(at=f"file://{built}/")
    page = watched.open("lessons/flow/index.html")
    page.wait_for_selector(".df-math--done")
    assert page.locator(".df-math .katex").count() == page.locator(".df-math").count()


def test_from_files_every_click_leads_to_a_page_and_nothing_to_the_network(
    built: Path, look: Callable[..., Watched]
) -> None:
    watched = look(at=f"file://{built}/")
    page = watched.open("index.html")
    page.locator(".df-lesson__title a", has_text="Gradient flow").click()
    page.wait_for_url("**/lessons/flow/index.html")
    page.locator(".df-button", has_text="Quiz").click()
    page.wait_for_url("**/quiz/flow/index.html")
    page.locator(".md-tabs__link", has_text="Reference").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/concepts/index.html")
    assert page.locator("h1").inner_text().startswith("Concepts")
    page.locator("input[name=query]").click()
    page.keyboard.type("vanishingquestion")
    page.locator(".md-search-result__link", has_text="vanish").first.click()
    page.wait_for_url(re.compile(r"/lessons/flow/index\.html(\?h=.*)?#vanishing$"))
    watched.open("study/flow/index.html?mode=flashcards")
    page.locator(".df-app").get_by_text("vanishingquestion").wait_for()
    watched.open("study/flow/index.html?mode=learn")
    page.locator("df-study[data-on] .df-app button").first.wait_for()
    assert watched.wrong == []


def test_a_kept_site_is_read_without_a_network(browser: Browser, address: str) -> None:
    """The worker keeps where studying begins when it comes, and every other page once it was opened."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    page.wait_for_function("navigator.serviceWorker.controller !== null")  # the study elements have registered it
    page.goto(f"{address}lessons/flow/")
    context.set_offline(True)
    for path, title in (("study/flow/", "Gradient flow"), ("lessons/flow/", "Gradient flow"), ("", "Training")):
        page.goto(address + path)
        assert page.locator("h1").inner_text().startswith(title)
        assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--paper')") != ""
        if path.startswith("study/"):
            page.locator("df-study[data-on] .df-app").wait_for()
    page.goto(f"{address}references/")
    assert page.locator("h1").inner_text().startswith("Training"), "what was never opened leads home"
    context.close()


@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_cards_fit_and_meet_their_backs_on_paper(size: str, look: Callable[..., Watched], tmp_path: Path) -> None:
    page = look().open("print/flow-cards.html")
    page.emulate_media(media="print")
    fit = "e => e.scrollHeight <= e.clientHeight + 1 && e.scrollWidth <= e.clientWidth + 1"
    cards = page.locator(".card:not(.card--empty)")
    assert cards.count() == 8
    assert all(cards.nth(number).evaluate(fit) for number in range(cards.count()))
    place = "e => { const b = e.getBoundingClientRect(); return [b.left, b.width] }"
    leaves = [page.locator(".leaf").nth(number).evaluate(place) for number in (0, 1)]
    assert leaves[0] == leaves[1]
    data = page.pdf(format=size, prefer_css_page_size=False)
    assert data.count(b"/Type /Page\n") == 2, "a leaf is a page and its back"


@pytest.mark.parametrize("name", ["flow-questions", "flow-key", "flow-cards"])
def test_sheets_have_no_furniture_and_are_read_on_a_screen_too(name: str, look: Callable[..., Watched]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    watched = look(viewport={"width": 390, "height": 800})
    page = watched.open(f"print/{name}.html")
    page.wait_for_function("!document.querySelector('.df-math:not(.df-math--done)')")
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found] == []
    assert overflow(page) == 0
    page.emulate_media(media="print")
    assert page.locator(".screen:visible").count() == 0
    assert page.locator(".md-header").count() == 0
    assert watched.wrong == []


def test_the_concept_map_fits_a_phone_and_leads_to_its_concepts(look: Callable[..., Watched]) -> None:
    page = look(viewport={"width": 360, "height": 740}).open("concepts/")
    assert page.locator(".df-map:visible").count() == 1
    node = page.locator(".df-map--narrow [data-concept='gradient-flow']")
    assert float(node.locator("text").evaluate("e => e.getBoundingClientRect().height")) >= 12
    node.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("/concepts/#gradient-flow")


def test_instant_navigation_sets_mathematics_on_every_page(look: Callable[..., Watched]) -> None:
    """The script runs once, and the pages that are swapped in are rendered as well."""
    watched = look()
    page = watched.open("downloads/")
    page.evaluate("window.__kept = true")
    page.locator(".md-tabs__link", has_text="Lessons").click()
    page.wait_for_selector(".df-math--done")
    assert page.evaluate("window.__kept") is True, "the page was loaded anew: instant navigation was off"
    assert page.locator(".df-math .katex").count() == page.locator(".df-math").count()
    assert watched.wrong == []


def test_fifty_navigations_leave_nothing_behind(look: Callable[..., Watched]) -> None:
    """Every study element is there on every page that has one, and what it showed is gone with the page.

    The theme keeps the documents that it swapped out; what is ours must not hang on them.
    """
    watched = look()
    page = watched.open("")
    page.evaluate("() => { window.kept = true; window.shown = [] }")
    tabs = (("Study", "df-study"), ("Practice", ""), ("Reference", ""), ("Lessons", ""), ("Home", "df-home"))
    there = "tab => document.querySelector('.md-tabs__item--active')?.textContent.trim() === tab"
    for step in range(50):
        tab, element = tabs[step % len(tabs)]
        page.locator(".md-tabs__link", has_text=tab).first.click()
        page.wait_for_function(there, arg=tab)
        if element:
            page.locator(f"{element}[data-on] .df-app").wait_for(state="attached")
            page.evaluate("() => { window.shown.push(new WeakRef(document.querySelector('.df-app'))) }")
    assert page.evaluate("window.kept") is True, "a page was loaded anew"
    assert watched.wrong == []
    page.locator(".md-tabs__link", has_text="Practice").first.click()
    page.wait_for_function(there, arg="Practice")
    page.context.new_cdp_session(page).send("HeapProfiler.collectGarbage")
    assert page.evaluate("window.shown.length") == 20
    assert page.evaluate("window.shown.filter(each => each.deref()).length") <= 1
