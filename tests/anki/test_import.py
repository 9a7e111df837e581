"""A package in the real Anki: every note yields its cards, every card renders, nothing is missing or left over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.emit.anki import ids
from deckforge.model.course import Preset
from tests.anki.build import PNG, card, course, demo, image, lesson, p, rich
from tests.anki.learner import learner, package

if TYPE_CHECKING:
    from pathlib import Path


def test_every_kind_of_item_arrives_with_its_cards_and_renders(tmp_path: Path) -> None:
    with learner(tmp_path / "anki") as anki:
        assert anki.take(package(tmp_path, demo())) == {"new": 10, "updated": 0, "duplicate": 0, "conflicting": 0}
        assert anki.problems() == []
        cards = {item: len(anki.note(item).cards()) for item in demo().items}
        assert cards == dict.fromkeys(demo().items, 1) | {"scaler": 2, "bfloat16": 2}


def test_new_cards_come_in_the_order_of_the_course(tmp_path: Path) -> None:
    with learner(tmp_path / "anki") as anki:
        anki.take(package(tmp_path, demo()))
        queued = [anki.collection.get_card(each).note()["ID"] for each in anki.collection.find_cards("", order="c.due")]
        assert list(dict.fromkeys(queued)) == list(demo().items)


def test_a_lesson_s_deck_lies_below_the_course_s(tmp_path: Path) -> None:
    both = course(lesson("one", card("a", "A?"), deck="Training::Basics"), lesson("two", card("b", "B?")))
    with learner(tmp_path / "anki") as anki:
        anki.take(package(tmp_path, both))
        names = {deck.name for deck in anki.collection.decks.all_names_and_ids()}
        assert {"Networks", "Networks::Training", "Networks::Training::Basics"} <= names
        assert "How networks learn." in anki.collection.decks.by_name("Networks")["desc"]
        assert [each.current_deck_id() for each in anki.note("b").cards()] == [anki.collection.decks.id("Networks")]


def test_two_spellings_of_a_deck_become_one(tmp_path: Path) -> None:
    both = course(lesson("one", card("a", "A?"), deck="Training"), lesson("two", card("b", "B?"), deck="training"))
    with learner(tmp_path / "anki") as anki:
        anki.take(package(tmp_path, both))
        assert anki.collection.decks.id("Networks::Training") == anki.note("b").cards()[0].current_deck_id()


def test_the_course_s_preset_is_offered_and_attached_to_its_decks(tmp_path: Path) -> None:
    made = course(lesson("one", card("a", "A?"), deck="Training"), preset=Preset("Slow", 7, 90, 0.85))
    with learner(tmp_path / "anki") as anki:
        anki.take(package(tmp_path, made), presets=True)
        options = anki.collection.decks.config_dict_for_deck_id(anki.note("a").cards()[0].current_deck_id())
        assert (options["name"], options["new"]["perDay"], options["rev"]["perDay"]) == ("Slow", 7, 90)
        assert options["desiredRetention"] == 0.85


def test_tags_can_be_searched(tmp_path: Path) -> None:
    with learner(tmp_path / "anki") as anki:
        anki.take(package(tmp_path, demo()))
        assert set(anki.note("vanishing").tags) == {
            "backprop", "bloom::understand", "concept::gradient-flow", "critical", "difficulty::easy",
            "lesson::gradient-flow",
        }  # fmt: skip


def test_pictures_travel_by_a_name_made_of_their_bytes(tmp_path: Path) -> None:
    made = course(
        lesson("one", card("a", rich("What is ", image("Loss curve.png", "a curve"), "?"), p("A curve."))),
        media={"content/media/Loss curve.png": PNG},
    )
    with learner(tmp_path / "anki") as anki:
        anki.take(package(tmp_path, made))
        assert anki.problems() == []
        (name,) = [path.name for path in (tmp_path / "anki" / "collection.media").iterdir()]
        assert name.startswith("loss-curve-")
        assert name.endswith(".png")
        assert f'<img src="{name}" alt="a curve">' in anki.note("a")["Front"]


def test_a_picture_that_is_not_there_shows_its_words(tmp_path: Path) -> None:
    made = course(lesson("one", card("a", rich("What is ", image("gone.png", "a curve"), "?"))))
    with learner(tmp_path / "anki") as anki:
        anki.take(package(tmp_path, made))
        assert '<span class="df-missing">a curve</span>' in anki.note("a")["Front"]
        assert anki.problems() == []


def test_two_courses_do_not_touch_each_other(tmp_path: Path) -> None:
    """The same item ids, titles and decks; only the course's id differs."""
    one = course(lesson("one", card("a", "Of the first?")))
    two = course(lesson("one", card("a", "Of the second?")), id="other", title="Another")
    with learner(tmp_path / "anki") as anki:
        anki.take(package(tmp_path / "one", one))
        assert anki.take(package(tmp_path / "two", two))["new"] == 1
        assert anki.type_names == {"Training networks · Card", "Another · Card"}
        assert anki.problems() == []


def test_ids_that_hash_alike_are_told_apart(monkeypatch) -> None:
    monkeypatch.setattr(ids, "moment", lambda *_: 1_500_000_000_000)
    assert ids.spread(["b", "a", "c"], "note") == {
        "a": 1_500_000_000_000,
        "b": 1_500_000_000_001,
        "c": 1_500_000_000_002,
    }


def test_permanent_ids_never_change() -> None:
    """These numbers are in learners' collections: a change of one is a change of all their notes' type."""
    assert ids.moment("training", "note type", "card") == 1504052817518
    assert ids.part("training", "field", "card", "Front") == 5452371988038852
    assert ids.guid("training", "vanishing") == "Ocs[/v94OB"
