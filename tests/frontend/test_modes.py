"""Learn, Test and Match in a real browser, from files: from start to end, by the keyboard alone, over reloads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.frontend import course

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Locator, Page

# How a question begins, and what answers it: options are chosen by any of the texts, the first is what is typed.
ANSWERS: dict[str, tuple[str, ...]] = {
    "Which rule": ("chain rule", "The chain rule"),
    "Which optimizer": ("Adam",),
    "Which layer": ("LayerNorm", "layer normalization", "Layer normalization (LayerNorm)"),
    "What carries": ("a residual connection", "A residual connection"),
    "Which activation": ("relu", "ReLU"),
    "What bounds": ("gradient clipping", "Gradient clipping"),
    "What is this the answer to?One pass": ("epoch", "Epoch"),
    "Epoch": ("One pass over all of the training data.",),
    "Warm-up": ("A schedule that raises the learning rate from near zero over the first steps.",),
    "bfloat16": ("A 16-bit float with the exponent of float32 and seven bits of mantissa.",),
    "The gradient scaler starts at […] and doubles every 2,000": ("65536", "65,536"),
    "The gradient scaler starts at 65,536": ("2000", "2,000"),
    "The gradient scaler starts at […] and doubles every […]": ("65 536", "2000"),
    "Which change": ("Activations with the derivative",),
    "Which formats": ("float16", "float8 e5m2"),
    "How much memory": ("8000 MB",),
    "Ten layers": ("1/1024",),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study page of a course that has some of everything."""
    return course.site(tmp_path_factory.mktemp("modes") / "site")


@pytest.fixture(scope="module")
def site(folder: Path) -> str:
    """Its address as a file."""
    return folder.as_uri() + "/study.html"


# What was written before is done when a few more transactions are: the elements write one after the other.
WRITTEN = """async () => {
  const done = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
  const database = await done(indexedDB.open("deckforge-modes"));
  for (let turn = 0; turn < 20; turn++) {
    const tables = [...database.objectStoreNames];
    await done(database.transaction(tables, "readwrite").objectStore(tables[0]).count());
  }
  database.close();
}"""


def reload(page: Page) -> None:
    """Reload the page, as a person does: not in the same millisecond."""
    page.evaluate(WRITTEN)
    page.reload()


def answers(face: str) -> tuple[str, ...]:
    """What answers the question with such a face."""
    return next(found for begins, found in ANSWERS.items() if face.startswith(begins))


def face(of: Page | Locator) -> str:
    """What is asked, in its own words and not as it is styled."""
    return " ".join((of.locator(".df-face").first.text_content() or "").split())


def digits(page: Page) -> list[str]:
    """The digits that press the right options."""
    wanted = answers(face(page))
    options = page.locator(".df-option").all_inner_texts()
    return [str(at) for at, text in enumerate(options, 1) if any(text.strip().startswith(each) for each in wanted)]


def solve(page: Page) -> None:
    """Answer the question of Learn that is shown, and go on."""
    page.wait_for_selector(".df-card")
    if page.locator(".df-typed input").count():
        expect(page.locator(".df-typed input")).to_be_focused()
        page.keyboard.type(answers(face(page))[0])
        page.keyboard.press("Enter")
    elif page.locator(".df-option").count():
        for digit in digits(page):
            page.keyboard.press(digit)
        if page.locator(".df-answers--many").count():
            page.keyboard.press("Enter")
    else:
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="I know it")).to_be_focused()
        page.keyboard.press("2")
    expect(page.locator(".df-mark.df-right")).to_be_visible()
    expect(page.get_by_role("button", name="Continue")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".df-mark")).to_have_count(0)


# Learn


def test_learn_from_start_to_end(page: Page, site: str) -> None:
    """Chosen, typed, said to oneself, in both directions: until all is mastered, with a reload in every round."""
    items = "rule,skip,epoch,scaler,vanishing,five-bits,adam-memory,dead-relu"
    page.goto(f"{site}?mode=learn&items={items}")
    page.wait_for_selector(".df-card")
    first = face(page)
    page.keyboard.press("Escape")  # don't know: it comes back in this round
    expect(page.locator(".df-mark")).to_contain_text("Not right")
    expect(page.locator(".df-card__back")).to_contain_text("The chain rule")
    expect(page.locator(".df-live")).to_have_text("Not right. Answer: The chain rule")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Round 1, 7 left")).to_be_visible()
    again = 0
    rounds = 0
    while not page.get_by_role("heading", name="You have mastered all of it").count():
        again += rounds == 0 and face(page) == first
        solve(page)
        if not page.locator(".df-end").count():
            left = page.locator(".df-meta").first.inner_text()
            reload(page)
            expect(page.locator(".df-meta").first).to_have_text(left)
        elif page.get_by_role("button", name="Next round").count():
            rounds += 1
            expect(page.get_by_role("heading", name=f"Round {rounds} is done")).to_be_focused()
            reload(page)  # the end of a round is still shown
            page.get_by_role("button", name="Next round").press("Enter")
        assert rounds < 9
    assert again == 1
    expect(page.get_by_role("heading", name="You have mastered all of it")).to_be_focused()
    expect(page.get_by_text("10 mastered, 0 familiar, of 10")).to_be_visible()
    reload(page)
    page.get_by_role("button", name="Learn it again").press("Enter")
    expect(page.get_by_text("Round 1, 7 left · 0 mastered")).to_be_visible()


def test_what_was_learnt_of_one_deck_counts_in_every_choice_of_it(page: Page, site: str) -> None:
    page.goto(f"{site}?mode=learn&items=adam-memory")
    for _ in range(2):
        solve(page)
        if page.get_by_role("button", name="Next round").count():
            page.keyboard.press("Tab")
            page.get_by_role("button", name="Next round").press("Enter")
    expect(page.get_by_role("heading", name="You have mastered all of it")).to_be_visible()
    page.goto(f"{site}?mode=learn&kind=numeric")
    expect(page.get_by_text("1 mastered, 0 familiar, of 2")).to_be_visible()
    assert face(page).startswith("Ten layers")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("8", "Right"),
        ("7,8 GB", "Right"),
        ("8e9 bytes", "Right"),
        ("-8", "the sign is not"),
        ("8000", "Too large by a factor of 1,000"),
        ("8 s", "the answer is in GB"),
        ("eight", "cannot be read as a number"),
    ],
)
def test_a_number_is_judged_as_people_type_it(typed: str, says: str, page: Page, site: str) -> None:
    page.goto(f"{site}?mode=learn&items=adam-memory")
    page.wait_for_selector(".df-typed")
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    expect(page.locator(".df-mark")).to_contain_text(says)


def test_whoever_was_right_says_so(page: Page, site: str) -> None:
    """The answer is taken back and logged anew: nothing of it is missed."""
    page.goto(f"{site}?mode=learn&items=adam-memory")
    page.wait_for_selector(".df-typed")
    page.keyboard.type("eight gigabytes")
    page.keyboard.press("Enter")
    expect(page.locator(".df-mark")).to_contain_text("Not right")
    page.keyboard.press("i")
    expect(page.get_by_text("0 mastered, 1 familiar, of 1")).to_be_visible()
    page.goto(f"{site}?missed")
    expect(page.get_by_text("0 of 16 items chosen")).to_be_visible()


def test_a_first_letter_helps_whoever_types_on_glass(page: Page, site: str) -> None:
    page.goto(f"{site}?mode=learn&items=skip")
    solve(page)
    page.get_by_role("button", name="Next round").press("Enter")
    page.get_by_role("button", name="First letter").press("Enter")
    expect(page.get_by_text("It begins with “A”.")).to_be_visible()
    page.get_by_label("Your answer").fill("residual conection")
    page.get_by_role("button", name="Check").press("Enter")
    expect(page.locator(".df-mark")).to_contain_text("Look at the spelling")


def test_options_keep_their_order_where_one_means_all_of_them(page: Page, site: str) -> None:
    page.goto(f"{site}?mode=learn&items=five-bits")
    expect(page.locator(".df-option")).to_have_text(["float16", "bfloat16", "float8 e5m2", "All of these"])


# Test


def fill(page: Page, sheet: Locator) -> None:
    """Answer a question of a test rightly, by the keyboard."""
    if sheet.locator("textarea").count():
        sheet.locator("textarea").fill("Because no statistics of other sequences are needed.")
    elif sheet.locator("input").count():
        for field, text in zip(sheet.locator("input").all(), answers(face(sheet)), strict=False):
            field.fill(text)
    elif sheet.locator(".df-stated").count():
        so = sheet.locator(".df-stated").inner_text().strip() == answers(face(sheet))[0]
        sheet.get_by_role("button", name=str(so), exact=True).press("Enter")
    else:
        for option in sheet.locator(".df-option").all():
            if any(option.inner_text().strip().startswith(each) for each in answers(face(sheet))):
                option.press("Enter")


def begin(page: Page, address: str) -> Locator:
    """Start the test that the address asks for; its questions."""
    page.goto(address)
    expect(page.get_by_role("heading", name="Test")).to_be_focused()
    assert page.locator(".df-sheet").count() == 0
    page.get_by_role("button", name="Start").press("Enter")
    page.wait_for_selector(".df-sheet")
    return page.locator(".df-sheet")


def test_a_test_from_start_to_end(page: Page, site: str) -> None:
    kinds = "term,card,cloze,choice,numeric,short,problem"
    sheets = begin(page, f"{site}?mode=test&count=16&minutes=30&kinds={kinds}&seed=a")
    expect(sheets).to_have_count(16)
    expect(page.get_by_role("heading", name="0 of 16 answered")).to_be_focused()
    assert re.fullmatch(r"(30:00|29:\d\d)", page.get_by_role("timer").inner_text())
    assert sheets.locator(".df-fold:visible").count() == 0  # a test has no hints
    for at in range(10):
        fill(page, sheets.nth(at))
    sheets.nth(3).focus()
    page.keyboard.press("f")
    expect(page.get_by_role("heading", name="10 of 16 answered")).to_be_visible()
    page.wait_for_timeout(400)  # until the typing rests
    reload(page)  # in the middle
    expect(page.get_by_role("heading", name="10 of 16 answered")).to_be_focused()
    page.get_by_text("All questions").press("Enter")
    page.get_by_role("button", name="Question 4, answered, flagged").press("Enter")
    expect(sheets.nth(3)).to_be_focused()
    page.get_by_role("button", name="Submit", exact=True).press("Enter")
    warning = page.get_by_role("alert")
    expect(warning).to_be_focused()
    expect(warning).to_contain_text("Not answered yet: 6 questions")
    warning.get_by_role("button", name="Go on answering").press("Enter")
    expect(sheets.nth(10)).to_be_focused()
    for at in range(10, 16):
        fill(page, sheets.nth(at))
    page.get_by_role("button", name="Submit", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="100 %")).to_be_focused()
    expect(page.get_by_text("2 answers to score by yourself")).to_be_visible()
    reload(page)  # before the own scores
    expect(page.get_by_text("2 answers to score by yourself")).to_be_visible()
    for at, score in ((14, ("4", "1")), (15, ("5",))):
        for field, value in zip(sheets.nth(at).locator("input[type=number]").all(), score, strict=True):
            field.fill(value)
    sheets.nth(14).get_by_label("Names what BatchNorm averages over").check()
    expect(page.get_by_role("heading", name="97 %")).to_be_visible()
    expect(sheets.nth(14)).to_contain_text("5 of 6 points")
    page.wait_for_timeout(400)  # until the typing rests
    reload(page)
    expect(page.get_by_role("heading", name="97 %")).to_be_visible()
    expect(page.locator(".df-gap").first).to_contain_text("Fluent")
    expect(page.locator(".df-sums").first).to_contain_text(re.compile(r"Gradients.*9\d %.*Formats.*100 %", re.DOTALL))
    page.get_by_role("button", name="Another test").press("Enter")
    expect(page.get_by_text("Last result: 97 %")).to_be_visible()


NAMED = """() => {
  const on = document.activeElement;
  return (on.getAttribute("aria-label") || on.innerText || on.closest("label")?.innerText || "").trim();
}"""


def tab_to(page: Page, wanted: str, *, kind: str = "*") -> None:
    """Press Tab until what has the focus is named so (a pattern) and of this kind (a selector)."""
    for _ in range(80):
        page.keyboard.press("Tab")
        matches = page.evaluate("(kind) => document.activeElement.matches(kind)", kind)
        if matches and re.search(wanted, page.evaluate(NAMED)):
            return
    raise AssertionError(f"Tab does not lead to {wanted!r}")


def test_tab_enter_and_letters_are_enough_for_a_test(page: Page, site: str) -> None:
    """Nothing is focused from outside: a learner without a mouse gets from the setup to the score and back."""
    page.goto(f"{site}?mode=test&items=five-bits,shrink,why-layernorm&kinds=choice,numeric,short&seed=a")
    expect(page.get_by_role("heading", name="Test")).to_be_focused()
    tab_to(page, "^Start$")
    page.keyboard.press("Enter")
    sheets = page.locator(".df-sheet")
    expect(sheets).to_have_count(3)
    for _ in range(3):
        tab_to(page, "", kind=".df-sheet :is(.df-option, input, textarea)")
        if page.evaluate("document.activeElement.matches('.df-option')"):
            page.keyboard.press("Enter")
            for _ in range(page.locator(".df-sheet:focus-within .df-option").count() - 1):
                page.keyboard.press("Tab")
        else:
            page.keyboard.type("1/1024")
    expect(page.get_by_role("heading", name="3 of 3 answered")).to_be_visible()
    tab_to(page, "^Submit$")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile(r"^\d+ %$"))).to_be_focused()
    tab_to(page, "^Another test$")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Test")).to_be_focused()


def test_what_was_missed_is_reviewed_learnt_and_retaken(page: Page, site: str) -> None:
    sheets = begin(page, f"{site}?mode=test&count=3&kinds=choice,numeric&seed=b")
    expect(page.get_by_role("timer")).to_have_count(0)
    expect(sheets).to_have_count(3)
    page.get_by_role("button", name="Submit", exact=True).press("Enter")
    page.get_by_role("button", name="Submit anyway").press("Enter")
    expect(page.get_by_role("heading", name="0 %")).to_be_focused()
    expect(page.locator(".df-end")).to_contain_text("On the way")
    expect(page.locator(".df-end")).to_contain_text("Go over vanishing gradients.")
    link = page.get_by_role("link", name="Vanishing", exact=True)
    expect(link).to_have_attribute("href", re.compile("/lessons/flow/(index.html)?#vanishing$"))
    expect(sheets.first).to_contain_text("no answer")
    page.get_by_role("button", name="Retake the 3 missed").press("Enter")
    expect(page.get_by_role("heading", name="0 of 3 answered")).to_be_focused()
    for at in range(3):
        fill(page, sheets.nth(at))
    page.get_by_role("button", name="Submit", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="100 %")).to_be_focused()


def test_partial_marks_and_whoever_was_right(page: Page, site: str) -> None:
    items = "five-bits,adam-memory,scaler"
    sheets = begin(page, f"{site}?mode=test&items={items}&kinds=cloze,choice,numeric&minutes=0&seed=c")
    sheets.nth(0).locator("input").first.fill("65 536")
    sheets.nth(1).get_by_role("button", name="float16", exact=True).press("Enter")
    sheets.nth(2).locator("input").fill("eight")
    page.get_by_role("button", name="Submit", exact=True).press("Enter")
    page.get_by_role("button", name="Submit anyway").press("Enter")
    expect(sheets.nth(0)).to_contain_text("0.5 of 1 point")
    expect(sheets.nth(1)).to_contain_text("2 of 4 points")
    expect(sheets.nth(1)).to_contain_text("Partly right")
    expect(page.get_by_role("heading", name="31 %")).to_be_visible()
    sheets.nth(2).get_by_role("button", name="I was right").press("Enter")
    expect(page.get_by_role("heading", name="69 %")).to_be_visible()
    page.get_by_role("button", name="Learn the missed").press("Enter")
    expect(page.get_by_text("of 3", exact=False).first).to_be_visible()  # two gaps and a choice
    page.goto(f"{site}?missed")
    expect(page.get_by_text("2 of 16 items chosen")).to_be_visible()


@pytest.mark.parametrize("away", [False, True])
def test_at_zero_a_test_submits_itself_even_while_the_page_is_away(
    away: bool, profile: Callable[..., BrowserContext], site: str
) -> None:
    context = profile()
    page = context.new_page()
    page.clock.install(time="2026-01-05T10:00:00")
    address = f"{site}?mode=test&items=adam-memory&kinds=numeric&minutes=2&seed=d"
    fill(page, begin(page, address).first)
    page.clock.run_for(59_500)
    expect(page.get_by_role("timer")).to_have_text(re.compile("^1:0"))
    if away:
        page.close()
        page = context.new_page()
        page.clock.install(time="2026-01-05T10:03:00")
        page.goto(address)
    else:
        page.clock.run_for(1000)
        expect(page.locator(".df-live")).to_have_text("1 minute left")
        page.clock.run_for(61_000)
    expect(page.get_by_role("heading", name="100 %")).to_be_visible()
    page.clock.run_for(100)
    expect(page.locator(".df-live")).to_have_text("Time is up")


def test_a_test_prints_as_a_question_sheet_and_then_with_answers(page: Page, site: str) -> None:
    sheets = begin(page, f"{site}?mode=test&items=vanishing&kinds=choice&seed=e")
    page.emulate_media(media="print")
    expect(sheets.first).to_be_visible()
    expect(page.get_by_role("button", name="Submit")).to_be_hidden()
    expect(page.get_by_text("Questions without a script")).to_be_hidden()
    page.emulate_media(media="screen")
    fill(page, sheets.first)
    page.get_by_role("button", name="Submit", exact=True).press("Enter")
    page.emulate_media(media="print")
    expect(page.get_by_text("A factor below one")).to_be_visible()
    expect(page.get_by_role("button", name="Another test")).to_be_hidden()


# Match


def halves(page: Page) -> list[tuple[int, int]]:
    """Which tiles belong together."""
    texts = [text.split("\n", 1)[1].strip() for text in page.locator(".df-half").all_inner_texts()]
    asked = {at: answers(text) for at, text in enumerate(texts) if any(text.startswith(begins) for begins in ANSWERS)}
    return [(at, texts.index(next(each for each in found if each in texts))) for at, found in asked.items()]


def choose(page: Page, at: int) -> None:
    """Go to a tile with the arrow keys, and choose it."""
    tiles = page.locator(".df-half")
    now = next(each for each in range(tiles.count()) if tiles.nth(each).get_attribute("tabindex") == "0")
    tiles.nth(now).focus()
    for _ in range(abs(at - now)):
        page.keyboard.press("ArrowRight" if at > now else "ArrowLeft")
    expect(tiles.nth(at)).to_be_focused()
    page.keyboard.press("Enter")


def test_match_from_start_to_end(page: Page, site: str) -> None:
    page.goto(f"{site}?mode=match&kind=card")
    expect(page.get_by_role("heading", name="Match")).to_be_focused()
    page.get_by_role("button", name="Start").press("Enter")
    expect(page.locator(".df-half")).to_have_count(12)
    expect(page.get_by_role("timer")).to_be_visible()
    pairs = halves(page)
    assert len(pairs) == 6
    choose(page, pairs[0][0])
    expect(page.locator(".df-half[aria-pressed=true]")).to_have_count(1)
    choose(page, pairs[1][1])
    expect(page.get_by_text("1 error")).to_be_visible()
    expect(page.locator(".df-live")).to_have_text("They do not belong together")
    for at, (one, other) in enumerate(pairs):
        choose(page, one)
        choose(page, other)
        expect(page.locator(".df-half--gone")).to_have_count(2 * at + 2) if at < 5 else None
        if at == 2:
            reload(page)  # in the middle
            expect(page.locator(".df-half--gone")).to_have_count(6)
            expect(page.get_by_text("1 error")).to_be_visible()
    expect(page.get_by_role("heading", name="A new best time")).to_be_focused()
    expect(page.locator(".df-score")).to_contain_text(re.compile(r"\d+\.\d s, 1 error"))
    reload(page)
    expect(page.get_by_text(re.compile(r"Best: \d+\.\d s"))).to_be_visible()
    expect(page.get_by_role("button", name="Learn")).to_have_class("df-primary")
    page.get_by_label("Against the clock").uncheck()
    page.get_by_role("button", name="Play again").press("Enter")
    expect(page.locator(".df-half")).to_have_count(12)
    expect(page.get_by_role("timer")).to_have_count(0)


def test_match_says_where_there_is_too_little(page: Page, site: str) -> None:
    page.goto(f"{site}?mode=match&items=rule")
    expect(page.get_by_role("heading", name="There are too few short answers")).to_be_focused()
    page.get_by_role("button", name="Learn").press("Enter")
    expect(page.get_by_text("Round 1, 1 left")).to_be_visible()


# All of them

EVERYTHING = "test&count=20&kinds=term,card,cloze,choice,numeric,short,problem"


def nothing(page: Page) -> None:
    """Look at the screen as it opens."""


def start(page: Page) -> None:
    page.get_by_role("button", name="Start").press("Enter")


def warned(page: Page) -> None:
    start(page)
    page.get_by_text("All questions").press("Enter")
    page.get_by_role("button", name="Submit", exact=True).press("Enter")


def submitted(page: Page) -> None:
    start(page)
    page.wait_for_selector(".df-sheet")
    for sheet in page.locator(".df-sheet").all()[::2]:
        fill(page, sheet)
    page.get_by_role("button", name="Submit", exact=True).press("Enter")
    page.get_by_role("button", name="Submit anyway").press("Enter")


SCREENS: dict[str, Callable[[Page], None]] = {
    "learn": nothing,
    "learn&items=rule,skip,stops-blow-up": lambda page: page.keyboard.press("Escape"),
    "learn&items=five-bits": lambda page: page.keyboard.press("1"),
    "learn&items=shrink": lambda page: page.keyboard.type("1/1024"),
    "learn&items=dead-relu": lambda page: page.keyboard.press("Enter"),
    EVERYTHING: nothing,
    f"{EVERYTHING}&minutes=9&seed=f&critical=0": warned,
    f"{EVERYTHING}&seed=g&kind=choice,short,problem,cloze,numeric": submitted,
    "match": nothing,
    "match&kind=card": start,
}
SMALL = """[...document.querySelectorAll(".df-app :is(button, summary, label, input, textarea)")]
  .filter((each) => each.offsetParent && Math.max(each.offsetHeight, each.closest("label")?.offsetHeight ?? 0) < 44)
  .map((each) => each.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("scheme", ["", "dark-"])
def test_every_screen_is_accessible_and_fits_a_small_phone(
    scheme: str, profile: Callable[..., BrowserContext], folder: Path, serve: Callable[[Path], str]
) -> None:
    """No violation in either palette; nothing is cut off at 360 px; what is pressed is large enough for a finger."""
    from axe_playwright_python.sync_playwright import Axe

    context = profile(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    address = serve(folder)
    for screen, go in SCREENS.items():
        page = context.new_page()
        page.goto(f"{address}{scheme}study.html?mode={screen}")
        page.wait_for_selector(".df-card")
        go(page)
        page.wait_for_timeout(100)
        found = Axe().run(page, context={"include": [[".df"]]}).response["violations"]
        assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found] == [], screen
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, screen
        assert page.evaluate(SMALL) == [], screen
        page.close()
