"""A teacher gets three files from learners and asks for the class's table."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckforge.gradebook import files, view
from deckforge.gradebook.command import gather
from deckforge.gradebook.files import Entry
from deckforge.gradebook.memory import memory
from deckforge.gradebook.table import cards, class_table
from tests.example import Example

if TYPE_CHECKING:
    from pathlib import Path

    from deckforge.gradebook.table import ClassTable
    from deckforge.model.course import Course

COURSE = """
id: small
title: A small course
concepts: [{id: flow, title: Flow}, {id: formats, title: Formats}]
"""
LESSON = """---
id: lesson
title: A lesson
---

# A lesson

## Flashcards

### Why do gradients vanish? {#vanish .card concept=flow}

#### Answer

They are a product.

### What is the range of fp16? {#range .card .both concept=formats}

#### Answer

Up to 65,504.

### The scaler starts at {{c1::65,536}} and halves after {{c2::an overflow}}. {#scaler .cloze concept=flow}
"""
DAY = 20_400


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """Four cards of three items: a plain card, one in two directions, a cloze with two deletions."""
    from deckforge import pipeline

    example = Example(tmp_path / "course", {"content/course.yaml": COURSE, "content/lesson.md": LESSON})
    result = pipeline.check(example.project)
    assert result.diagnostics == ()
    return result.course


def answer(card: str, grade: int, day: int = DAY, *, mode: str = "repeat", id: str = "") -> dict[str, Any]:  # noqa: A002
    """An answer as the site writes it, given at noon."""
    at = day * 86_400_000 + 43_200_000
    return {
        "id": id or f"{card}-{day}-{grade}-{mode}".replace(":", "_"),
        "card": card,
        "at": at,
        "day": day,
        "grade": grade,
        "mode": mode,
        "ms": 6000,
    }


def document(*log: dict[str, Any], learner: str = "Ada", **more: Any) -> dict[str, Any]:
    """A progress file."""
    return {
        "format": "deckforge-progress",
        "version": 1,
        "algorithm": "fsrs-6",
        "course": "small",
        "title": "A small course",
        "learner": learner,
        "exported": "2025-11-09T18:00:00.000Z",  # day 20,401
        "log": list(log),
        "marks": [],
        **more,
    }


def hand_in(folder: Path, **documents: Any) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in documents.items():
        text = content if isinstance(content, str) else json.dumps(content, indent=1)
        (folder / f"{name}.json").write_text(text)
    return folder


def table(course: Course, folder: Path) -> ClassTable:
    outcome, _ = gather(course, [folder])
    assert outcome.diagnostics == (), outcome.diagnostics
    return outcome.value


# What it says ---------------------------------------------------------------------------------------------------------


def test_the_cards_of_an_item_are_those_that_the_site_studies(course: Course) -> None:
    assert [cards(item) for _, item in course.items.values()] == [
        ("vanish",),
        ("range", "range:r"),
        ("scaler:c1", "scaler:c2"),
    ]


def test_a_learner_is_counted_by_what_they_answered(course: Course, tmp_path: Path) -> None:
    """Two of three items seen; three answers of four right; the one that was taken back is nowhere."""
    log = [answer("vanish", 3), answer("vanish", 3, DAY + 1), answer("range", 1), answer("range", 3, DAY + 1)]
    taken_back = answer("scaler:c1", 0)
    (ada,) = table(course, hand_in(tmp_path / "in", ada=document(*log, taken_back))).learners
    assert (ada.name, ada.answers, ada.minutes, ada.days, ada.last) == ("Ada", 4, pytest.approx(0.4), 2, DAY + 1)
    assert (ada.seen, ada.right) == (pytest.approx(2 / 3), 0.75)


def test_mastery_is_what_is_remembered_on_the_day_of_the_newest_file(course: Course, tmp_path: Path) -> None:
    """FSRS-6: after one Good the stability is 2.3065 days, so a day later the recall is some 95 %."""
    first = table(course, hand_in(tmp_path / "in", ada=document(answer("vanish", 3))))
    (flow, formats) = first.concepts
    decay = -0.1542
    recall = (1 + (0.9 ** (1 / decay) - 1) * 1 / 2.3065) ** decay
    assert flow.mean == pytest.approx((recall + 0) / 2), "one of two items of the concept, the other never seen"
    assert formats.mean == 0
    later = document(answer("range", 3), learner="Grace", exported="2026-11-09T18:00:00.000Z")
    year = table(course, hand_in(tmp_path / "in", grace=later))
    assert year.day == DAY + 366
    assert year.concepts[0].mastery[0] < flow.mean, "everybody is measured on the same day, and a year has gone by"


def test_half_of_a_cloze_is_half_known(course: Course, tmp_path: Path) -> None:
    (row,) = (
        row
        for row in table(course, hand_in(tmp_path / "in", ada=document(answer("scaler:c1", 3, DAY + 1)))).items
        if row.id == "scaler"
    )
    assert row.mean == pytest.approx(0.5)


def test_what_was_only_practised_counts_as_one_good_review(course: Course, tmp_path: Path) -> None:
    """As on the learner's own page: where it was right the last time; spaced repetition, if any, decides."""

    def mastery(*log: dict[str, Any]) -> float:
        return table(course, hand_in(tmp_path / "in", ada=document(*log))).learners[0].mastery

    good = mastery(answer("vanish", 3))
    assert good > 0
    assert mastery(answer("vanish", 3, mode="learn")) == good
    assert mastery(answer("vanish", 3, DAY - 1, mode="learn"), answer("vanish", 1, mode="test")) == 0
    assert mastery(answer("vanish", 3), answer("vanish", 1, DAY + 1, mode="match")) == good


def test_the_hardest_items_come_first_and_those_nobody_answered_last(course: Course, tmp_path: Path) -> None:
    folder = hand_in(
        tmp_path / "in",
        ada=document(answer("vanish", 3), answer("range", 1)),
        grace=document(answer("vanish", 1, id="g1"), answer("range", 1, id="g2"), learner="Grace"),
    )
    rows = table(course, folder).items
    assert [(row.id, row.missed, row.learners) for row in rows] == [
        ("range", 1.0, 2),
        ("vanish", 0.5, 2),
        ("scaler", None, 0),
    ]


def test_answers_to_items_that_are_gone_are_counted_for_nobody(course: Course, tmp_path: Path) -> None:
    made = table(course, hand_in(tmp_path / "in", ada=document(answer("vanish", 3), answer("old-card", 1))))
    assert (made.gone, made.learners[0].answers) == (1, 1)


# Who is who -----------------------------------------------------------------------------------------------------------


def test_an_older_and_a_newer_export_are_one_learner(course: Course, tmp_path: Path) -> None:
    old, new = answer("vanish", 1), answer("vanish", 3, DAY + 1)
    folder = hand_in(tmp_path / "in", monday=document(old), friday=document(old, new))
    outcome, _ = gather(course, [folder])
    assert [each.code.id for each in outcome.diagnostics] == ["DF856"]
    assert [each.answers for each in outcome.value.learners] == [2]


def test_what_was_taken_back_in_one_of_two_files_is_taken_back(course: Course, tmp_path: Path) -> None:
    given_ = answer("vanish", 1, id="same")
    folder = hand_in(tmp_path / "in", phone=document(given_), desk=document({**given_, "grade": 0}))
    outcome, _ = gather(course, [folder])
    assert [each.answers for each in outcome.value.learners] == [0]


def test_two_learners_of_one_name_stay_two(course: Course, tmp_path: Path) -> None:
    folder = hand_in(tmp_path / "in", a=document(answer("vanish", 3)), b=document(answer("range", 1)))
    outcome, _ = gather(course, [folder])
    assert [each.code.id for each in outcome.diagnostics] == ["DF855"]
    names = [each.name for each in outcome.value.learners]
    assert len(set(names)) == 2
    assert all(name.startswith("Ada (") for name in names)


def test_who_gave_no_name_goes_by_the_file(course: Course, tmp_path: Path) -> None:
    folder = hand_in(tmp_path / "in", seat12=document(answer("vanish", 3), learner=""))
    assert [each.name for each in table(course, folder).learners] == ["seat12"]


# What is wrong --------------------------------------------------------------------------------------------------------

BROKEN: dict[str, tuple[Any, str, str]] = {
    "nothing": ("", "DF851", "1:1"),
    "no JSON": ('{"format": "deckforge-progress",}', "DF851", "1:33"),
    "another JSON": ("[1, 2]", "DF851", "1:1"),
    "nested without end": ("[" * 200_000, "DF851", ""),
    "a later version": (document(version=2), "DF851", "3:"),
    "another course": (document(course="large"), "DF853", "5:"),
    "a time in words": (document(answer("vanish", 3) | {"at": "noon"}), "DF852", "13:"),
    "a grade of nine": (document(answer("vanish", 9)), "DF852", "15:"),
    "a grade that is true": (document(answer("vanish", 3) | {"grade": True}), "DF852", "15:"),
    "an infinite time": (document(answer("vanish", 3) | {"ms": float("inf")}), "DF852", "17:"),
    "no list": (document(log="none"), "DF852", "9:"),
    "no date": (document(exported="yesterday"), "DF852", "8:"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_named_with_its_place_and_the_others_count(case: str, course: Course, tmp_path: Path) -> None:
    content, code, place = BROKEN[case]
    folder = hand_in(tmp_path / "in", broken=content, good=document(answer("vanish", 3), learner="Grace"))
    outcome, sources = gather(course, [folder])
    assert [each.name for each in outcome.value.learners] == ["Grace"]
    assert {each.code.id for each in outcome.diagnostics} == {code}
    (found, *_) = outcome.diagnostics
    assert found.span is not None
    position = sources[found.span.path].position(found.span.start)
    assert f"{position.line}:{position.column}".startswith(place)


def test_a_file_that_is_too_large_is_not_read(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST", 100)
    outcome, _ = gather(course, [hand_in(tmp_path / "in", huge=document(answer("vanish", 3)))])
    assert [each.code.id for each in outcome.diagnostics] == ["DF854"]
    assert outcome.value.learners == ()


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda x: (
            st.lists(x)
            | st.dictionaries(
                st.sampled_from(["format", "version", "course", "log", "id", "card", "at", "grade", "exported"]), x
            )
        ),
    )
)
def test_whatever_stands_in_a_file_is_read_or_said(content: Any) -> None:
    for whole in (content, document(log=content), document(content), document(answer("a", 3), exported=content)):
        outcome = files.read("some.json", json.dumps(whole).encode(), "small")
        assert (outcome.value is None) == bool(outcome.diagnostics)


# How it is shown ------------------------------------------------------------------------------------------------------


def test_a_spreadsheet_gets_a_column_for_each_learner_and_no_formula(course: Course, tmp_path: Path) -> None:
    folder = hand_in(tmp_path / "in", a=document(answer("vanish", 3), learner="=HYPERLINK(1)"))
    rows = list(csv.reader(io.StringIO(view.as_csv(table(course, folder)))))
    assert rows[0] == ["kind", "id", "title", "items", "class", "'=HYPERLINK(1)"]
    assert [row[:2] for row in rows[1:3]] == [["concept", "flow"], ["concept", "formats"]]
    assert len(rows) == 1 + 2 + 3


def test_json_has_everything_by_name(course: Course, tmp_path: Path) -> None:
    made = json.loads(view.as_json(table(course, hand_in(tmp_path / "in", a=document(answer("vanish", 3))))))
    assert made["day"] == "2025-11-09"
    assert list(made["concepts"][0]["mastery"]) == ["Ada"]


def test_the_command_shows_the_table_and_says_what_was_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from deckforge.cli import main

    example = Example(tmp_path / "course", {"content/course.yaml": COURSE, "content/lesson.md": LESSON})
    folder = hand_in(tmp_path / "in", ada=document(answer("vanish", 3)), other=document(course="large"))
    with pytest.raises(SystemExit) as stopped:
        main(["progress", "--project", str(example.root), str(folder)])
    shown = capsys.readouterr()
    assert stopped.value.code == 1
    assert "A small course: 1 learners on 2025-11-09" not in shown.out
    assert "A small course: 1 learner on 2025-11-09" in shown.out
    assert "Why do gradients vanish?" in shown.out
    assert "DF853 progress-of-another-course" in shown.err


# The memory -----------------------------------------------------------------------------------------------------------


def test_a_clock_that_was_set_back_does_not_break_the_memory() -> None:
    log = [Entry(**answer("a", 3, DAY)), Entry(**answer("a", 3, DAY - 30)), Entry(**answer("a", 3, DAY + 3))]
    found = memory(log)
    assert found is not None
    assert found.day == DAY + 3
    assert 0 < found.recall(DAY + 10) < 1


def test_an_empty_class_has_an_empty_table(course: Course) -> None:
    made = class_table(course, []).value
    assert made.learners == ()
    assert all(row.mean == 0 for row in made.items)
