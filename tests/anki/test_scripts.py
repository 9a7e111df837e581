"""What the cards do when somebody uses them, in Chromium, on the HTML that the real Anki renders."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deckforge.model import diagrams
from deckforge.model.items import Choice, Numeric
from deckforge.model.rich import Code
from tests.anki.build import HERE, card, claim, code, course, demo, image, lesson, make, option, p, rich
from tests.anki.learner import learner, package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from deckforge.model.course import Course

CHROMIUM = Path("/usr/bin/chromium")
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("cards are used in Chromium, and /usr/bin/chromium is not there: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone that fails the test when a script of a card fails."""
    context = browser.new_context(viewport=PHONE, has_touch=True)
    made = context.new_page()
    errors: list[str] = []
    made.on("pageerror", lambda error: errors.append(str(error)))
    made.route("https://cards.example/**", lambda route: route.fulfill(body="<!doctype html><title>a card</title>"))
    made.goto("https://cards.example/")
    yield made
    context.close()
    assert errors == []


def render(folder: Path, made: Course) -> dict[str, list[tuple[str, str]]]:
    """Return both sides of every card by its item's id, as Anki renders them."""
    with learner(folder / "anki") as anki:
        anki.take(package(folder, made))
        return {item: anki.sides(item) for item in made.items}


def show(page: Page, side: str, *, night: bool = False) -> None:
    """Show one side the way phones do: as a page of its own, with what the other side stored still there."""
    page.goto("https://cards.example/")
    page.set_content(f'<!doctype html><body class="card card1{" nightMode" if night else ""}">{side}</body>')


CHOICE = make(
    Choice,
    "fix",
    rich("Which?"),
    options=(
        option("<b>zero</b>", feedback="It is not zero."),
        option("one", key=True, feedback="Yes."),
        option("two"),
        option("three"),
        option("four"),
    ),
)


def order(page: Page) -> list[str]:
    return page.locator(".df-text").all_inner_texts()


@pytest.mark.parametrize("fixed", [False, True])
def test_options_have_one_order_a_day_and_the_same_on_both_sides(page: Page, tmp_path: Path, fixed: bool) -> None:
    last = option("all of the above" if fixed else "five")
    item = make(Choice, "fix", rich("Which?"), options=(*CHOICE.options, last))
    ((front, back),) = render(tmp_path, course(lesson("flow", item)))["fix"]
    written = [each.text.text for each in item.options]
    orders = set()
    for day in range(1, 9):
        page.clock.set_fixed_time(f"2026-03-{day:02}T12:00:00")
        show(page, front)
        seen = order(page)
        show(page, back)
        assert order(page) == seen
        assert sorted(seen) == sorted(written)
        orders.add(tuple(seen))
    assert orders == {tuple(written)} if fixed else len(orders) > 4


def test_the_chosen_option_is_told_from_the_right_one(page: Page, tmp_path: Path) -> None:
    ((front, back),) = render(tmp_path, course(lesson("flow", CHOICE)))["fix"]
    show(page, front)
    assert page.get_by_text("It is not zero.").is_hidden()
    page.locator("label", has_text="zero").tap()
    assert page.get_by_role("radio", checked=True).count() == 1
    show(page, back)
    assert re.fullmatch(r"You chose [A-E]; right: [A-E]", page.locator(".df-result").inner_text())
    assert page.locator(".df-chosen").inner_text().startswith("zero")
    assert page.get_by_text("It is not zero.").is_visible()
    assert page.get_by_text("Yes.").is_hidden()
    page.get_by_role("button", name="About the other options").tap()
    assert page.get_by_text("Yes.").is_visible()


def test_without_a_choice_every_feedback_is_shown(page: Page, tmp_path: Path) -> None:
    ((front, back),) = render(tmp_path, course(lesson("flow", CHOICE)))["fix"]
    show(page, front)
    page.locator("label", has_text="zero").tap()
    show(page, front)  # another day
    show(page, back)
    assert page.get_by_text("It is not zero.").is_visible()
    assert page.get_by_text("Yes.").is_visible()
    assert page.locator(".df-result").inner_text() == ""


def test_a_key_on_the_keyboard_chooses(page: Page, tmp_path: Path) -> None:
    ((front, back),) = render(tmp_path, course(lesson("flow", CHOICE)))["fix"]
    show(page, front)
    place = order(page).index("one") + 1
    page.keyboard.press(f"Alt+Digit{place}")
    show(page, back)
    assert page.locator(".df-result").inner_text() == f"Right: {'ABCDE'[place - 1]}"


def test_several_keys_have_all_to_be_chosen(page: Page, tmp_path: Path) -> None:
    ((front, back),) = render(tmp_path, demo())["state"]
    for tapped, right in ((["gradients"], False), (["gradients", "squares"], True)):
        show(page, front)
        for word in tapped:
            page.get_by_text(f"A running mean of their {word}" if word == "squares" else "A running mean of its").tap()
        show(page, back)
        assert page.locator(".df-result").inner_text().startswith("Right: ") is right
        assert page.locator(".df-missed").count() == (0 if right else 1)


TYPED = [
    ("-0.608", "-0.608", True),
    ("-0.608", "−0,608", True),
    ("-0.608", "-6.08e-1", True),
    ("-0.608", "-6.08 × 10^-1", True),
    ("-0.608", "-6.08·10⁻¹", True),
    ("-0.608", "= -.608", True),
    ("-0.608", "0.608", False),
    ("-0.608", "-0.68", False),
    ("-0.608", "nothing", False),
    ("16,384", "16384", True),
    ("16,384", "16 384", True),
    ("16,384", "16,384", True),
    ("16,384", "2^14", True),
    ("16,384", "16.384", False),
    ("8.0 GB", "8", True),
    ("8.0 GB", "8 GB", True),
    ("8.0 GB", "8000 MB", True),
    ("8.0 GB", "8e9", True),
    ("8.0 GB", "8 GiB", False),
    ("12 ms", "0.012 s", True),
    ("12 ms", "12", True),
    ("12 ms", "12 s", False),
    ("1.3B", "1300000000", True),
    ("1.3B", "1,300 M", True),
    ("1.3B", "1.3M", False),
    ("8 %", "8", True),
    ("8 %", "8%", True),
    ("8 %", "80 %", False),
    ("0.125", "1/8", True),
    ("bfloat16", "BFloat16", True),
    ("bfloat16", "float16", False),
]


def test_typed_numbers_are_judged_by_the_interval(page: Page, tmp_path: Path) -> None:
    written = list(dict.fromkeys(text for text, _, _ in TYPED))
    made = course(
        lesson(
            "flow",
            *(
                make(Numeric, f"n{number}", rich("How much?"), answer=rich(text), value=claim(text, "a.b.c"))
                for number, text in enumerate(written)
            ),
        )
    )
    sides = render(tmp_path, made)
    wrong = []
    for text, typed, right in TYPED:
        ((front, back),) = sides[f"n{written.index(text)}"]
        show(page, front)
        page.get_by_label("Your answer").fill(typed)
        show(page, back)
        result = page.locator(".df-result").inner_text()
        if result.startswith("✓") is not right or not result:
            wrong.append((text, typed, result))
    assert wrong == []


def test_a_near_miss_says_how_near(page: Page, tmp_path: Path) -> None:
    ((front, back),) = render(tmp_path, demo())["dw2"]
    for typed, hint in (
        ("0.608", "the sign is not"),
        ("-608", "factor of 1000"),
        ("-0.5", "Accepted: [-0.6085, -0.6075]"),
    ):
        show(page, front)
        page.get_by_label("Your answer").fill(typed)
        show(page, back)
        assert hint in page.locator(".df-result").inner_text()


def test_a_written_answer_stands_beside_the_model_answer_and_is_scored(page: Page, tmp_path: Path) -> None:
    ((front, back),) = render(tmp_path, demo())["pipeline"]
    show(page, front)
    page.get_by_label("Your answer").fill("Weights <b>in</b> bfloat16.")
    show(page, back)
    assert page.locator(".df-yours").inner_text() == "Weights <b>in</b> bfloat16."
    assert "3 words" in page.locator(".df-mine").inner_text()
    page.get_by_text("every tensor named").tap()
    page.locator("label", has_text="Partly computed").tap()
    assert page.locator(".df-score").inner_text() == "Your score: 10.5 of 15 points"


def test_hints_open_one_after_another(page: Page, tmp_path: Path) -> None:
    ((front, _),) = render(tmp_path, demo())["dead-relu"]
    show(page, front)
    assert page.get_by_text("Hint 2 of 3").is_hidden()
    page.get_by_text("Hint 1 of 3").tap()
    assert page.get_by_text("What is the derivative").is_visible()
    assert page.get_by_text("Hint 2 of 3").is_visible()
    assert page.get_by_text("Hint 3 of 3").is_hidden()


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
@pytest.mark.parametrize("width", [320, 900])
def test_nothing_overflows_and_everything_can_be_tapped(page: Page, tmp_path: Path, width: int, night: bool) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    wide = card("wide", rich("What is " + "x" * 120 + "?"))
    made = demo()
    made = replace(made, lessons=(*made.lessons, lesson("wide-words", wide)))
    for item, cards in render(tmp_path, made).items():
        for front, back in cards:
            for side in (front, back):
                show(page, side, night=night)
                page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
                assert page.evaluate("document.documentElement.scrollWidth") <= width, item
                small = page.evaluate(
                    "[...document.querySelectorAll('summary, button, label, textarea, .df-input')]"
                    ".filter(each => each.offsetHeight && each.offsetHeight < 44).map(each => each.className)"
                )
                assert small == [], item


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
def test_every_text_has_contrast(page: Page, tmp_path: Path, night: bool) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for item, cards in render(tmp_path, demo()).items():
        for side in cards[0]:
            show(page, side, night=night)
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            found = Axe().run(page, options={"runOnly": ["color-contrast", "label", "aria-valid-attr-value", "list"]})
            assert found.response["violations"] == [], (item, found.generate_report())


BOX = """\
┌──────────┐      ┌──────────────────┐      ┌─────────────────────────┐
│  inputs  │ ───▶ │  hidden (tanh)   │ ───▶ │  output, one per class  │
└──────────┘      └──────────────────┘      └─────────────────────────┘
                           │
                           ▼ backward
                  ┌──────────────────┐
                  │   gradients ░▒▓  │
                  └──────────────────┘
"""


@pytest.mark.parametrize("width", [320, 900])
def test_a_drawing_out_of_characters_keeps_its_shape(page: Page, tmp_path: Path, width: int) -> None:
    """It scrolls rather than wraps, a column is a column, and its lines touch."""
    page.set_viewport_size({"width": width, "height": 844})
    made = course(lesson("flow", card("box", p("What is ", "this?"), rich(code(BOX, "text"), block=True))))
    ((_, back),) = render(tmp_path, made)["box"]
    show(page, back)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = page.evaluate(
        """() => {
          const pre = document.querySelector(".df-art pre");
          const walk = document.createTreeWalker(pre, NodeFilter.SHOW_TEXT);
          const places = [];
          let row = 0, column = 0;
          while (walk.nextNode()) {
            for (let at = 0; at < walk.currentNode.length; at++) {
              const sign = walk.currentNode.data[at];
              if (sign === "\\n") { row += 1; column = 0; continue; }
              const range = document.createRange();
              range.setStart(walk.currentNode, at);
              range.setEnd(walk.currentNode, at + 1);
              const box = range.getBoundingClientRect();
              places.push([row, column, box.left, box.top]);
              column += 1;
            }
          }
          const style = getComputedStyle(pre);
          return {
            places: places, scrolls: pre.scrollWidth > pre.clientWidth,
            lines: parseFloat(style.lineHeight) / parseFloat(style.fontSize),
          };
        }"""
    )
    assert found["scrolls"] or width > 320
    assert found["lines"] <= 1.2
    step = found["places"][1][2] - found["places"][0][2]
    start = found["places"][0][2]
    tops: dict[int, set[float]] = {}
    for row, column, left, top in found["places"]:
        assert abs(left - start - column * step) < 1, (row, column)
        tops.setdefault(row, set()).add(round(top))
    assert all(len(each) <= 2 for each in tops.values())
    assert len({min(each) for each in tops.values()}) == len(BOX.splitlines())


def test_wide_tables_and_formulas_of_code_scroll_and_pictures_shrink(page: Page, tmp_path: Path) -> None:
    cells = "".join(f"<th>Column {number}</th>" for number in range(14))
    table = f"<table><thead><tr>{cells}</tr></thead><tbody><tr>{cells.replace('th', 'td')}</tr></tbody></table>"
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="400"><rect width="1600" height="400"/></svg>'
    long = code("total = " + " + ".join(f"value_{number}" for number in range(40)))
    answer = rich("<p>", image("wide.svg", "wide"), "</p>", table, long, block=True)
    made = replace(course(lesson("flow", card("wide", "Wide?", answer))), media={"content/media/wide.svg": svg})
    ((_, back),) = render(tmp_path, made)["wide"]
    drawn = base64.b64encode(svg).decode()
    page.set_viewport_size({"width": 320, "height": 844})
    show(page, re.sub(r'src="wide-[^"]*"', f'src="data:image/svg+xml;base64,{drawn}"', back))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for selector in ("table", "pre"):
        assert page.evaluate(f"(e => e.scrollWidth > e.clientWidth)(document.querySelector('{selector}'))"), selector
    size = page.evaluate("(e => [e.offsetWidth, e.offsetHeight])(document.querySelector('img'))")
    assert 200 < size[0] < 320
    assert abs(size[0] / size[1] - 4) < 0.1


@pytest.mark.parametrize(("wide", "scrolls"), [(200, False), (400, False), (900, True)])
def test_a_diagram_shrinks_as_long_as_it_can_be_read_and_then_scrolls(
    page: Page, tmp_path: Path, wide: int, scrolls: bool
) -> None:
    block = Code("flowchart LR\n A-->B\n", "mermaid", "", (), HERE)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="100"><rect width="9" height="9"/></svg>'
    made = replace(course(lesson("flow", card("d", "D?", rich(block)))), media={diagrams.path(block): svg.encode()})
    ((_, back),) = render(tmp_path, made)["d"]
    drawn = base64.b64encode(svg.encode()).decode()
    page.set_viewport_size({"width": 320, "height": 844})
    show(page, re.sub(r'src="flowchart-[^"]*"', f'src="data:image/svg+xml;base64,{drawn}"', back))
    page.wait_for_function("document.querySelector('.df-diagram img').complete")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    frame, shown = page.evaluate(
        "[document.querySelector('.df-diagram').clientWidth, document.querySelector('.df-diagram img').offsetWidth]"
    )
    assert (shown > frame) is scrolls
    assert shown >= 0.65 * wide
    assert shown <= wide
