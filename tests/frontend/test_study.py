"""The study elements in a real browser, from files: every screen from its start to its end, by the keyboard alone."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from playwright.sync_api import expect

from tests.frontend import pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

SCHEMA = pages.GOLDEN.parents[2] / "docs" / "progress.schema.json"


def texts(page: Page) -> str:
    return page.inner_text(".df-app")


def answer(page: Page, grade: int) -> None:
    """Turn the card over and answer, by the keyboard."""
    page.wait_for_selector(".df-card")
    page.keyboard.press("Space")
    page.wait_for_selector(".df-grade")
    page.keyboard.press(str(grade))


# Flashcards


def test_flashcards_from_start_to_end(page: Page, files: str) -> None:
    page.goto(files + "study.html?mode=flashcards")
    count = len(pages.golden("course")["items"])
    for at in range(1, count + 1):
        expect(page.get_by_text(f"Card {at} of {count}")).to_be_visible()
        page.keyboard.press("Space")
        expect(page.locator(".df-card__back")).to_be_focused()
        page.keyboard.press("ArrowRight")
    heading = page.get_by_role("heading", name=f"{count} cards seen")
    expect(heading).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text(f"Card {count} of {count}")).to_be_visible()
    page.get_by_role("button", name="All modes").click()
    expect(page.get_by_role("button", name="Spaced repetition")).to_be_visible()


def test_sorting_goes_round_until_all_is_known(page: Page, files: str) -> None:
    page.goto(files + "study.html?mode=flashcards&items=vanishing,scaler,fix")
    page.get_by_role("button", name="Sort", exact=True).click()
    card = page.locator(".df-card")
    card.focus()
    page.keyboard.press("ArrowLeft")  # still learning
    expect(page.get_by_text("Card 2 of 3")).to_be_visible()
    page.reload()  # in the middle of the round
    expect(page.get_by_text("Card 2 of 3")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", name="1 known, 2 still learning")).to_be_focused()
    page.keyboard.press("u")  # from the end screen
    expect(page.get_by_text("Card 3 of 3")).to_be_visible()
    page.keyboard.press("u")
    page.keyboard.press("u")  # answered before the reload
    expect(page.get_by_text("Card 1 of 3")).to_be_visible()
    for key in ("ArrowLeft", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    page.get_by_role("button", name="Go on with the 2 still learning").press("Enter")
    expect(page.get_by_text("Card 1 of 2")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="You know all of them")).to_be_focused()
    assert "2 of 11 items chosen" not in texts(page)
    page.goto(files + "study.html?missed")
    expect(page.get_by_text("0 of 11 items chosen")).to_be_visible()  # the last answers were right


def test_either_side_comes_first(page: Page, files: str) -> None:
    page.goto(files + "study.html?mode=flashcards&items=bfloat16")
    expect(page.locator(".df-card")).to_contain_text("bfloat16")
    page.get_by_label("First").select_option("back")
    expect(page.locator(".df-card")).to_contain_text("What is this the answer to?")
    page.locator(".df-card").click()
    expect(page.locator(".df-card__back")).to_contain_text("bfloat16")


def test_shuffled_cards_stay_as_they_were_dealt(page: Page, files: str) -> None:
    page.goto(files + "study.html?mode=flashcards")
    page.get_by_role("button", name="Shuffle").click()
    page.locator(".df-card").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Card 2 of")).to_be_visible()
    front = page.locator(".df-card").inner_text()
    page.reload()
    expect(page.get_by_text("Card 2 of")).to_be_visible()
    assert page.locator(".df-card").inner_text() == front


def test_a_star_is_kept_and_chosen_by(page: Page, files: str) -> None:
    page.goto(files + "study.html?mode=flashcards")
    page.wait_for_selector(".df-card")
    page.keyboard.press("s")
    expect(page.get_by_role("button", name="Star")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.get_by_role("button", name="Star")).to_have_attribute("aria-pressed", "true")
    page.goto(files + "study.html?starred")
    expect(page.get_by_text("1 of 11 items chosen")).to_be_visible()


# Spaced repetition


def test_spaced_repetition_from_start_to_end(page: Page, files: str) -> None:
    page.goto(files + "study.html?mode=repeat&kind=card,cloze")
    counts = page.locator(".df-counts")
    expect(counts).to_contain_text(re.compile(r"3\s*New\s*0\s*Learning\s*0\s*Due"))
    page.wait_for_selector(".df-card")
    page.keyboard.press("Space")
    assert re.findall(r"\d (Again|Hard|Good|Easy)\s+([^\n]+)", texts(page)) == [
        ("Again", "1 min"), ("Hard", "6 min"), ("Good", "10 min"), ("Easy", "8 days"),
    ]  # fmt: skip
    page.keyboard.press("Space")  # good
    expect(counts).to_contain_text(re.compile(r"2\s*New\s*1\s*Learning"))
    page.reload()  # in the middle
    expect(counts).to_contain_text(re.compile(r"2\s*New\s*1\s*Learning"))
    answer(page, 4)
    answer(page, 4)
    answer(page, 3)  # nothing else is left: what waits for ten minutes comes early
    expect(page.get_by_role("heading", name="That is all for today")).to_be_focused()
    assert "4 answers today" in texts(page)
    page.keyboard.press("u")  # from the end screen
    expect(counts).to_contain_text(re.compile(r"0\s*New\s*1\s*Learning"))
    page.keyboard.press("Control+z")
    page.keyboard.press("u")
    page.keyboard.press("u")  # given before the reload
    expect(counts).to_contain_text(re.compile(r"3\s*New\s*0\s*Learning"))
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


def test_the_day_has_its_limit_and_more_can_be_had(page: Page, files: str, tmp_path: Path) -> None:
    defaults = pages.golden("course")["defaults"] | {"newPerDay": 2}
    address = pages.write(tmp_path / "site", defaults=defaults).as_uri() + "/study.html?mode=repeat"
    page.goto(address)
    answer(page, 4)
    answer(page, 4)
    page.get_by_role("button", name="9 more new cards").click()
    expect(page.locator(".df-counts")).to_contain_text(re.compile(r"9\s*New"))
    page.reload()
    expect(page.locator(".df-counts")).to_contain_text(re.compile(r"9\s*New"))


def test_practice_leaves_the_schedule_alone(page: Page, files: str) -> None:
    page.goto(files + "study.html?mode=repeat&due=0&kind=card&new=0")
    for _ in range(2):
        answer(page, 4)
    page.get_by_role("button", name="Practise without a schedule").click()
    expect(page.get_by_text("Practice: your schedule stays as it is.")).to_be_visible()
    before = page.url
    assert before.endswith("?mode=repeat&practice&kind=card")
    page.goto(files + "progress.html")
    page.get_by_role("button", name="Reset …").click()
    page.get_by_role("button", name="Forget everything").click()
    page.goto(before)
    answer(page, 1)
    answer(page, 3)
    page.reload()
    answer(page, 1)  # the missed one comes again
    page.keyboard.press("u")
    answer(page, 3)
    expect(page.get_by_role("heading", name="That is all for today")).to_be_visible()
    page.goto(files + "study.html?new&kind=card")
    expect(page.get_by_text("0 of 11 items chosen")).to_be_visible()
    page.goto(files + "study.html?mode=repeat&kind=card")
    expect(page.locator(".df-counts")).to_contain_text(re.compile(r"2\s*New"))


def test_a_goal_in_minutes_ends_the_session(page: Page, files: str) -> None:
    page.clock.install()
    page.goto(files + "study.html")
    page.get_by_label("Stop after").select_option("5")
    page.get_by_role("button", name="Spaced repetition").click()
    page.wait_for_selector(".df-card")
    for _ in range(5):
        page.clock.fast_forward(60_000)
        answer(page, 4)
    expect(page.get_by_role("heading", name="5 minutes done")).to_be_visible()
    page.get_by_role("button", name="Go on without a limit").click()
    expect(page.locator(".df-card")).to_be_visible()


def test_what_is_due_comes_back_on_its_day(page: Page, files: str) -> None:
    page.clock.install(time="2026-03-02T09:00:00")
    page.goto(files + "study.html?mode=repeat&items=vanishing")
    answer(page, 4)
    expect(page.get_by_role("heading", name="That is all for today")).to_be_visible()
    page.clock.set_system_time("2026-03-09T23:00:00")
    page.goto(files + "study.html?due")
    expect(page.get_by_text("0 of 11 items chosen")).to_be_visible()
    page.clock.set_system_time("2026-03-10T05:00:00")
    page.goto(files + "study.html?mode=repeat&due")
    expect(page.locator(".df-counts")).to_contain_text(re.compile(r"0\s*New\s*0\s*Learning\s*1\s*Due"))


# Progress


def exported(page: Page) -> dict[str, Any]:
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    assert re.fullmatch(r"training-progress-\d{4}-\d\d-\d\d\.json", download.value.suggested_filename)
    found: dict[str, Any] = json.loads(download.value.path().read_text())
    jsonschema.validate(found, json.loads(SCHEMA.read_text()))
    return found


def test_two_profiles_become_one(profile: Callable[..., BrowserContext], files: str, tmp_path: Path) -> None:
    one, other = profile().new_page(), profile().new_page()
    for page, mode in ((one, "kind=card"), (other, "kind=term")):
        page.goto(f"{files}study.html?mode=repeat&{mode}")
        answer(page, 3)
        answer(page, 1)
        page.keyboard.press("u")
        expect(page.locator(".df-live")).to_have_text("Taken back")
        page.keyboard.press("s")
        expect(page.get_by_role("button", name="Star")).to_have_attribute("aria-pressed", "true")
        page.goto(files + "progress.html")
    mine, theirs = exported(one), exported(other)
    assert [entry["grade"] for entry in mine["log"]] == [3, 0]
    file = tmp_path / "progress.json"
    for page, brought in ((one, theirs), (other, mine)):
        file.write_text(json.dumps(brought))
        page.get_by_label("Import …").set_input_files(file)
        expect(page.get_by_role("status")).to_contain_text("2 answers: 2 that are not here yet, about")
        page.get_by_role("button", name="Merge").click()
        expect(page.get_by_text("Imported.")).to_be_visible()
    both = exported(one)
    assert len(both["log"]) == 4
    assert exported(other)["log"] == both["log"]
    assert {mark["key"] for mark in both["marks"]} >= {"star:read-code", "star:bfloat16"}
    file.write_text(json.dumps(both))
    one.get_by_label("Import …").set_input_files(file)
    expect(one.get_by_role("status")).to_contain_text("4 answers: 0 that are not here yet")
    one.get_by_role("button", name="Cancel").click()
    one.reload()
    assert exported(one)["log"] == both["log"]


def test_a_file_that_is_none_is_refused_in_words(page: Page, files: str, tmp_path: Path) -> None:
    page.goto(files + "progress.html")
    for content, message in (
        ("not json", "no progress file"),
        ('{"format": "deckforge-progress", "version": 1, "course": "other"}', "another course (other)"),
    ):
        (tmp_path / "file.json").write_text(content)
        page.get_by_label("Import …").set_input_files(tmp_path / "file.json")
        expect(page.get_by_role("status")).to_contain_text(message)


def test_reset_asks_and_forgets(page: Page, files: str) -> None:
    page.goto(files + "study.html?mode=repeat")
    answer(page, 3)
    page.goto(files + "progress.html")
    page.get_by_role("button", name="Reset …").click()
    page.get_by_role("button", name="Cancel").click()
    assert len(exported(page)["log"]) == 1
    page.get_by_role("button", name="Reset …").click()
    expect(page.get_by_role("status")).to_contain_text("This forgets 1 answer for good.")
    page.get_by_role("button", name="Forget everything").click()
    page.reload()
    assert exported(page)["log"] == []


def test_settings_are_kept(page: Page, files: str) -> None:
    page.goto(files + "progress.html")
    page.get_by_label("How much shall be known").fill("95")
    page.get_by_label("New cards a day").fill("3")
    page.get_by_label("Your name").fill("A learner")
    page.get_by_label("Your name").press("Tab")
    page.reload()
    expect(page.get_by_label("How much shall be known")).to_have_value("95")
    assert exported(page)["learner"] == "A learner"
    page.goto(files + "study.html?mode=repeat")
    expect(page.locator(".df-counts")).to_contain_text(re.compile(r"3\s*New"))


def test_progress_shows_what_was_done(page: Page, files: str) -> None:
    page.goto(files + "study.html?mode=repeat")
    for _ in range(3):
        answer(page, 4)
    page.goto(files + "progress.html")
    expect(page.get_by_role("img", name="3 answers on 1 day in the last 26 weeks")).to_be_visible()
    expect(page.get_by_role("img", name="0 due today, 3 in the next 30 days")).to_be_visible()
    expect(page.get_by_text("Spaced repetition").locator("..")).to_contain_text("3 answers")
    page.goto(files + "home.html")
    expect(page.get_by_role("link", name="Go on: Spaced repetition · Training deep networks")).to_be_visible()


def test_marks_on_pages(page: Page, files: str) -> None:
    page.goto(files + "marks.html")
    page.get_by_label("Two").check()
    expect(page.locator("[data-concept=gradient-flow]")).to_have_attribute("data-mastery", "0")
    assert page.locator("[data-concept=nothing]").get_attribute("data-mastery") is None
    expect(page.locator("df-mastery[concept]")).to_have_text("0 % known")
    page.reload()
    expect(page.get_by_label("Two")).to_be_checked()
    expect(page.get_by_label("One")).not_to_be_checked()


# Whatever the page does


def test_two_windows_of_one_learner(profile: Callable[..., BrowserContext], files: str) -> None:
    learner = profile()
    one, other = learner.new_page(), learner.new_page()
    for page in (one, other):
        page.goto(files + "study.html?mode=repeat&kind=card")
        expect(page.locator(".df-counts")).to_contain_text(re.compile(r"2\s*New"))
    answer(one, 4)
    expect(other.locator(".df-counts")).to_contain_text(re.compile(r"1\s*New"))


@pytest.mark.parametrize("refusal", ["throw new DOMException('denied', 'SecurityError')", "return undefined.x"])
def test_where_storage_is_refused_one_can_study(page: Page, files: str, refusal: str) -> None:
    page.add_init_script(f"IDBFactory.prototype.open = () => {{ {refusal} }}")
    page.goto(files + "study.html")
    expect(page.get_by_text("This browser keeps nothing for this site")).to_be_visible()
    page.get_by_role("button", name="Spaced repetition").click()
    answer(page, 4)
    page.get_by_role("button", name="All modes").click()
    expect(page.locator(".df-standing--1").last).to_contain_text("1 learning")
    page.goto(files + "progress.html")
    assert exported(page)["log"] == []


def test_moved_about_fifty_times_there_is_one_tree(page: Page, files: str) -> None:
    page.goto(files + "study.html?mode=repeat")
    page.wait_for_selector(".df-card")
    page.evaluate(
        """async () => {
            const element = document.querySelector("df-study");
            for (let i = 0; i < 50; i++) {
                element.remove();
                if (i % 2) await new Promise(requestAnimationFrame);
                document.querySelector(".df").append(element);
                if (i % 3) await new Promise(requestAnimationFrame);
            }
        }"""
    )
    page.wait_for_selector(".df-card")
    assert page.locator(".df-app").count() == page.locator(".df-card").count() == 1
    assert "Questions without a script." not in page.inner_text("body")


def test_the_themes_hotkeys_stay_out(page: Page, files: str) -> None:
    page.goto(files + "study.html?mode=flashcards")
    page.evaluate("window.heard = []; window.addEventListener('keydown', (event) => heard.push(event.key))")
    page.locator(".df-card").focus()
    for key in ("s", "f", "n", "p", "/", ".", ","):
        page.keyboard.press(key)
    assert page.evaluate("heard") == []


def test_without_javascript_and_on_paper_the_questions_are_there(
    profile: Callable[..., BrowserContext], files: str
) -> None:
    bare = profile(java_script_enabled=False).new_page()
    bare.goto(files + "study.html")
    expect(bare.get_by_text("Questions without a script.")).to_be_visible()
    page = profile().new_page()
    page.goto(files + "study.html")
    page.wait_for_selector(".df-modes")
    expect(page.get_by_text("Questions without a script.")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.get_by_text("Questions without a script.")).to_be_visible()
    expect(page.locator(".df-modes")).to_be_hidden()


def test_a_deck_that_is_not_there_says_so(page: Page, files: str) -> None:
    page.goto(files + "nowhere.html")
    expect(page.get_by_role("alert")).to_contain_text("There is no deck “gone” in this course.")


def test_data_of_another_version_says_so(page: Page, tmp_path: Path) -> None:
    page.goto(pages.write(tmp_path / "site", schema=99).as_uri() + "/study.html")
    expect(page.get_by_role("alert")).to_contain_text("different versions of DeckForge")


def test_data_that_is_broken_names_the_place(page: Page, tmp_path: Path) -> None:
    items = [pages.golden("course")["items"][0] | {"blanks": ["one"]}]
    page.goto(pages.write(tmp_path / "site", items=items).as_uri() + "/study.html")
    expect(page.get_by_role("alert")).to_contain_text("items[0].blanks[0]: expected number")


SCREENS = ("study.html", "study.html?mode=flashcards", "study.html?mode=repeat", "progress.html", "home.html")


@pytest.mark.parametrize("scheme", ["", "dark-"])
def test_axe_finds_nothing(page: Page, files: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(reduced_motion="reduce")
    for screen in SCREENS:
        page.goto(files + scheme + screen)
        page.wait_for_selector(".df-card")
        if "mode" in screen:
            page.keyboard.press("Space")
        for fold in page.locator(".df-app summary").all():
            fold.click()
        found = Axe().run(page, context=".df-app", options={"preload": False})
        wrong = [
            (each["id"], each["nodes"][0]["html"], each["nodes"][0]["failureSummary"])
            for each in found.response["violations"]
        ]
        assert not wrong, (screen, wrong)


@pytest.mark.parametrize("width", [360, 3840])
def test_nothing_overflows_and_targets_are_large(
    profile: Callable[..., BrowserContext], files: str, width: int
) -> None:
    page = profile(viewport={"width": width, "height": 800}).new_page()
    for screen in SCREENS:
        page.goto(files + screen)
        page.wait_for_selector(".df-card")
        if "mode" in screen:
            page.keyboard.press("Space")
        for fold in page.locator(".df-app summary").all():
            fold.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, screen
        for button in page.locator(".df-app :is(button, select, input)").all():
            box = button.bounding_box()
            assert box is not None
            assert box["height"] >= 43.5, (screen, button.inner_text())
