"""What the study elements get: the contract's two kinds of script, as the pages around them are read.

The golden scripts are the same files that the front end's validators read.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckforge.emit import site as emitter
from deckforge.emit.site import study
from deckforge.emit.site.view import blanked, deletions, words_of
from deckforge.model import written
from deckforge.model.course import ExamOptions
from deckforge.model.items import Kind
from deckforge.model.rich import ClozeEnd, ClozeStart, Math
from tests.site import build
from tests.site.build import line, span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.emit import Context

GOLDEN = Path(__file__).parent / "golden"


def data(context: Context) -> Mapping[str, Any]:
    """What each script registers, by its name."""
    found = {}
    for artifact in emitter.emit(context).value:
        folder, _, name = artifact.path.rpartition("/")
        if folder == "build/pages/assets/study":
            text = artifact.data.decode()
            assert text.startswith("deckforge.register(")
            assert text.endswith(");\n")
            found[name] = json.loads(f"[{text[len('deckforge.register(') : -3]}]")[1]
    return found


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    return data(build.context(tmp_path_factory.mktemp("study")))


@pytest.fixture(scope="module")
def items(scripts: Mapping[str, Any]) -> Mapping[str, Any]:
    return {item["id"]: item for item in scripts["lesson-flow.js"]["items"]}


@pytest.mark.parametrize("name", ["course.js", "lesson-flow.js", "lesson-formats.js"])
def test_scripts_are_as_the_front_end_reads_them(name: str, tmp_path: Path) -> None:
    """Run with UPDATE_GOLDEN=1 to accept what changed, and with the front end's contract test after it."""
    made = {artifact.path: artifact.data for artifact in build.emit(tmp_path).value}
    found = made[f"build/pages/assets/study/{name}"].decode()
    golden = GOLDEN / f"study-{name}"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(found)
    assert found == golden.read_text()


def test_decks_are_the_course_and_then_each_lesson(scripts: Mapping[str, Any]) -> None:
    course = scripts["course.js"]
    assert [(deck["id"], deck["url"], deck["lessons"]) for deck in course["decks"]] == [
        ("*", "@/study/", ["flow", "formats"]),
        ("flow", "@/study/flow/", ["flow"]),
        ("formats", "@/study/formats/", ["formats"]),
    ]
    assert {item["id"] for item in course["items"]} == {
        item["id"] for name, lesson in scripts.items() if name != "course.js" for item in lesson["items"]
    }


def test_a_lesson_s_script_changes_its_address_with_its_bytes(tmp_path: Path) -> None:
    context = build.context(tmp_path)
    first, *others = context.course.lessons
    changed = replace(context, course=replace(context.course, lessons=(replace(first, content=()), *others)))
    before, after = (data(each)["course.js"]["lessons"] for each in (context, changed))
    assert before[0]["script"] != after[0]["script"]
    assert before[1]["script"] == after[1]["script"]
    assert before[0]["script"].startswith("@/assets/study/lesson-flow.js?v=")


def test_a_summary_never_shows_an_answer(scripts: Mapping[str, Any]) -> None:
    shown = json.dumps(scripts["course.js"])
    assert [word for word in build.ANSWERS if word in shown] == []
    summary = {item["id"]: item for item in scripts["course.js"]["items"]}
    assert summary["scaler"]["text"] == "The gradient scaler starts at [a power] and halves."
    assert summary["pipeline"]["points"] == 30
    assert summary["dead"]["minutes"] == 17.5


def test_addresses_begin_at_the_root_of_the_site(items: Mapping[str, Any]) -> None:
    assert '<a href="@/lessons/formats/#bfloat16">number formats</a>' in items["vanishing"]["answer"]
    assert 'href="@/evidence/flow/#flow.vanishing.1"' in items["vanishing"]["answer"]


def test_what_is_asked_carries_no_mark_of_the_answer(items: Mapping[str, Any]) -> None:
    assert [option["text"] for option in items["fix"]["options"]][2] == "A warm-up of 0.1%"
    assert "df-wrong" not in items["warm-up"]["front"]
    assert "df-cloze" not in items["scaler"]["front"]


def test_tooltips_of_two_lessons_have_ids_of_their_own(items: Mapping[str, Any]) -> None:
    assert 'id="df-tip-flow-1"' in items["vanishing"]["answer"]


def test_a_cloze_has_a_sentence_for_each_number() -> None:
    text = line(
        "A ", ClozeStart(1, "", span()), "gradient", ClozeEnd(), " of ", ClozeStart(2, "a power", span()),
        Math("2^{16}", False, span()), ClozeEnd(), " and a second ", ClozeStart(1, "", span()), "loss", ClozeEnd(),
    )  # fmt: skip
    assert deletions(text) == {1: "gradient, loss", 2: "2^{16}"}
    assert words_of(blanked(text, 2).pieces) == "A gradient of [a power] and a second loss"
    assert words_of(blanked(text).pieces) == "A […] of [a power] and a second […]"


def test_a_deletion_within_a_deletion_belongs_to_both() -> None:
    text = line(ClozeStart(1, "", span()), "a ", ClozeStart(2, "", span()), "b", ClozeEnd(), " c", ClozeEnd(), " d")
    assert deletions(text) == {1: "a b c", 2: "b"}
    assert words_of(blanked(text, 2).pieces) == "a […] c d"
    assert words_of(blanked(text, 1).pieces) == "[…] d"


def test_the_author_s_test_comes_before_what_the_quizzes_ask(tmp_path: Path, scripts: Mapping[str, Any]) -> None:
    assert scripts["course.js"]["defaults"]["test"] == {
        "count": 20,
        "minutes": 0,
        "kinds": ["choice", "short", "essay", "numeric"],
    }
    context = build.context(tmp_path)
    site = replace(context.course.site, test=ExamOptions(5, 10, (Kind.CHOICE,)))
    chosen = data(replace(context, course=replace(context.course, site=site)))
    assert chosen["course.js"]["defaults"]["test"] == {"count": 5, "minutes": 10, "kinds": ["choice"]}


def test_nothing_in_the_data_ends_a_script_or_a_line(tmp_path: Path) -> None:
    text = "a\u2028b</script><!-- c"
    made = study.script("course", {"title": text}).decode()
    assert made.count("\n") == 1
    assert not {"\u2028", "</", "<!--"} & {made[at : at + size] for at in range(len(made)) for size in (1, 2, 4)}
    assert json.loads(made[len('deckforge.register("course", ') : -3]) == {"title": text}


# Numbers -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "override", "low", "high", "unit"),
    [
        ("8.0 GB", "", 7.95, 8.05, "GB"),
        ("-0.608", "", -0.6085, -0.6075, ""),
        ("8 %", "±1%", 7.92, 8.08, "%"),
        ("1.3B parameters", "", 1.25, 1.35, "B parameters"),
        ("2–4x", "", 1.9, 4.2, "x"),
        ("≥ 5 ms", "", 5, None, "ms"),
    ],
)
def test_the_interval_is_the_claim_s_in_its_own_unit(
    text: str, override: str, low: float, high: float | None, unit: str
) -> None:
    found = study.accept(text, override)
    assert found is not None
    assert found["low"] == pytest.approx(low, rel=1e-6)
    assert found["high"] == (None if high is None else pytest.approx(high, rel=1e-6))
    assert found["unit"] == unit
    assert (found["lowOpen"], found["highOpen"]) == (False, False)
    if unit:
        assert found["units"][unit] == found["factor"]


def test_a_strict_bound_is_an_open_end() -> None:
    found = study.accept("< 1 %", "")
    assert found is not None
    assert (found["low"], found["high"], found["lowOpen"], found["highOpen"]) == (None, 1.0, False, True)


@pytest.mark.parametrize("text", ["true", "bfloat16", "O(N²)", "no number at all"])
def test_what_is_no_number_is_not_compared(text: str) -> None:
    assert study.accept(text, "") is None


@settings(deadline=None)
@given(st.floats(1e-6, 1e6).map(lambda value: f"{value:.3g}"), st.sampled_from(["", " GB", " ms", " %", "x"]))
def test_ends_and_middle_are_judged_as_the_claim_is(number: str, unit: str) -> None:
    found = study.accept(f"{number}{unit}", "")
    value = written.parse(f"{number}{unit}")
    assert found is not None
    interval = value.interval()
    inside = [found["low"] * 1.0000001, found["high"] * 0.9999999]
    outside = [found["low"] * 0.99, found["high"] * 1.01]
    assert all(each * found["factor"] in interval for each in inside if found["low"] <= each <= found["high"])
    assert all(each * found["factor"] not in interval for each in outside if abs(each) < inf)
