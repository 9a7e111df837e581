"""In which order new cards come, and how Anki spaces them: seen in the real Anki's queue."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from deckforge.emit.order import in_study_order
from deckforge.model.course import Concept, Preset
from deckforge.model.items import Difficulty
from tests.anki.build import HERE, NOW, card, course, lesson
from tests.anki.learner import learner, package
from tests.example import Example

if TYPE_CHECKING:
    from pathlib import Path

    from deckforge.model.course import Course
    from deckforge.model.items import Card
    from tests.anki.learner import Learner


def concept(id_: str, *requires: str) -> Concept:
    return Concept(id_, id_.capitalize(), None, requires, HERE)


MAP = (concept("sums"), concept("products", "sums"), concept("powers", "products"))


def about(id_: str, *concepts: str, requires: tuple[str, ...] = ()) -> Card:
    return card(id_, f"{id_}?", concepts=concepts, requires=requires)


def order(made: Course) -> list[str]:
    return [item.id for _, _, item in in_study_order(made)]


def test_items_stay_as_written_where_nothing_has_to_wait() -> None:
    items = [about("a", "sums"), about("b"), about("c", "products"), about("d", "sums"), about("e", "powers")]
    assert order(course(lesson("one", *items), concepts=MAP)) == ["a", "b", "c", "d", "e"]


def test_an_item_waits_for_the_first_item_of_what_its_concept_requires_and_no_longer() -> None:
    items = [about("power", "powers"), about("free"), about("product", "products"), about("sum", "sums")]
    more = [about("sum-2", "sums"), about("product-2", "products")]
    made = course(lesson("one", *items), lesson("two", *more), concepts=MAP)
    assert order(made) == ["free", "sum", "product", "power", "sum-2", "product-2"]


def test_a_concept_that_nobody_asks_about_passes_the_waiting_on() -> None:
    made = course(lesson("one", about("power", "powers"), about("sum", "sums")), concepts=MAP)
    assert order(made) == ["sum", "power"]


def test_a_prerequisite_in_a_later_lesson_is_not_pulled_forward() -> None:
    made = course(
        lesson("one", about("power", "powers"), about("x"), about("y")),
        lesson("two", about("product", "products"), about("z")),
        concepts=MAP,
    )
    assert order(made) == ["x", "y", "product", "power", "z"]


def test_an_item_names_what_it_builds_on_by_itself() -> None:
    made = course(
        lesson("one", about("later", requires=("powers", "patience")), about("power", "powers")), concepts=MAP
    )
    assert order(made) == ["power", "later"]


def test_an_item_of_both_concepts_waits_for_neither() -> None:
    made = course(lesson("one", about("both", "powers", "products"), about("sum", "sums")), concepts=(MAP[0], *MAP[1:]))
    assert order(made) == ["sum", "both"]
    alone = (concept("products"), concept("powers", "products"))
    made = course(lesson("one", about("both", "powers", "products"), about("product", "products")), concepts=alone)
    assert order(made) == ["both", "product"]


def test_a_circle_loses_nothing() -> None:
    circle = (concept("hen", "egg"), concept("egg", "hen"))
    made = course(lesson("one", about("h", "hen"), about("e", "egg"), about("x")), concepts=circle)
    assert order(made) == ["x", "h", "e"]


NAMES = ("p", "q", "r", "s", "t")


@given(
    st.lists(st.frozensets(st.sampled_from(NAMES), max_size=2), max_size=12),
    st.fixed_dictionaries({name: st.frozensets(st.sampled_from(NAMES), max_size=2) for name in NAMES}),
)
def test_every_item_comes_once_and_after_what_it_builds_on(
    tagged: list[frozenset[str]], wanted: dict[str, frozenset[str]]
) -> None:
    acyclic = [concept(name, *sorted(need for need in wanted[name] if need < name)) for name in NAMES]
    items = [about(f"i{number}", *sorted(concepts)) for number, concepts in enumerate(tagged)]
    made = course(lesson("one", *items), concepts=tuple(acyclic))
    found = order(made)
    assert sorted(found) == sorted(item.id for item in items)
    requires = {each.id: each.requires for each in acyclic}
    taught = {name for concepts in tagged for name in concepts}
    met: set[str] = set()
    left = list(found)

    def below(name: str) -> set[str]:
        """The taught concepts right below one, through those that nobody asks about."""
        return {each for need in requires[name] for each in ({need} if need in taught else below(need))}

    def free(id_: str) -> bool:
        own = tagged[int(id_[1:])]
        return all(need in met | own for name in own for need in below(name))

    for id_ in found:
        # Free to come, or nobody is and it is the first in the file; and no earlier item had to wait without a reason.
        frees = [other for other in left if free(other)] or left
        assert id_ == min(frees, key=lambda other: int(other[1:])), (id_, found)
        left.remove(id_)
        met |= tagged[int(id_[1:])]


# In Anki.


def queue(anki: Learner, deck: str) -> list[str]:
    """Return the items that Anki shows next, in its order, for somebody who clicks on a deck."""
    decks = anki.collection.decks
    decks.select(decks.id(deck))
    queued = anki.collection.sched.get_queued_cards(fetch_limit=100).cards
    return [anki.collection.get_card(each.card.id).note()["ID"] for each in queued]


def test_the_queue_follows_the_course_through_all_its_decks(tmp_path: Path) -> None:
    """Left to itself, Anki takes the decks by the alphabet; and a hint of both directions comes on another day."""
    made = course(
        lesson("one", about("power", "powers"), card("both", "Both?", both=True), deck="Zebra"),
        lesson("two", about("product", "products"), about("sum", "sums"), deck="Ant"),
        concepts=MAP,
    )
    with learner(tmp_path / "anki") as anki:
        anki.take(package(tmp_path, made), presets=True)
        assert queue(anki, "Networks") == ["both", "sum", "product", "power"]
        due = {item: anki.note(item).cards()[0].due for item in made.items}
        assert sorted(due, key=lambda item: due[item]) == ["both", "sum", "product", "power"]


MIXED = course(
    lesson(
        "one",
        card("h", "H?", difficulty=Difficulty.HARD),
        card("e", "E?", difficulty=Difficulty.EASY),
        card("m", "M?", difficulty=Difficulty.MEDIUM),
        card("n", "N?"),
        deck="Training",
    ),
    preset=Preset("Training networks", 12, 150, 0.92, by_difficulty=True),
)


def test_each_difficulty_has_a_subdeck_with_a_schedule_of_its_own(tmp_path: Path) -> None:
    with learner(tmp_path / "anki") as anki:
        anki.take(package(tmp_path, MIXED), presets=True)
        found = {}
        for item in MIXED.items:
            deck = anki.note(item).cards()[0].current_deck_id()
            options = anki.collection.decks.config_dict_for_deck_id(deck)
            new = options["new"]
            found[item] = (anki.collection.decks.name(deck), options["name"], new["ints"][:2], new["initialFactor"])
            assert (new["perDay"], options["rev"]["perDay"], options["desiredRetention"]) == (12, 150, 0.92)
            assert options["fsrsParams6"] == []
        assert found == {
            "h": ("Networks::Training::Hard", "Training networks · Hard", [7, 11], 1500),
            "e": ("Networks::Training::Easy", "Training networks · Easy", [1, 4], 2500),
            "m": ("Networks::Training::Medium", "Training networks · Medium", [3, 6], 2000),
            "n": ("Networks::Training", "Training networks", [1, 4], 2500),
        }
        assert queue(anki, "Networks") == ["h", "e", "m", "n"]
        assert anki.problems() == []


def test_a_course_asks_for_it_in_its_file(tmp_path: Path) -> None:
    example = Example(tmp_path)
    plain = example.build().course
    assert plain.preset.by_difficulty is False
    example.replace("content/course.yaml", "concepts:", "study:\n  by_difficulty: true\nconcepts:")
    assert example.build().course.preset.by_difficulty is True
    assert "An example::Easy" in example.outputs()["tables/example.txt"].decode()


def test_a_card_that_is_learnt_gets_the_interval_of_its_difficulty(tmp_path: Path) -> None:
    with learner(tmp_path / "anki") as anki:
        anki.take(package(tmp_path, MIXED), presets=True)
        intervals = {}
        for item in ("e", "m", "h"):
            made = anki.note(item).cards()[0]
            made.start_timer()
            states = anki.collection._backend.get_scheduling_states(made.id)
            intervals[item] = (
                states.easy.normal.review.scheduled_days,
                round(states.easy.normal.review.ease_factor, 2),
            )
        days = {item: interval for item, (interval, _) in intervals.items()}
        assert {item: ease for item, (_, ease) in intervals.items()} == {"e": 2.5, "m": 2.0, "h": 1.5}
        assert abs(days["e"] - 4) <= 1
        assert abs(days["m"] - 6) <= 1
        assert abs(days["h"] - 11) <= 2


def test_without_presets_a_learner_s_own_are_kept(tmp_path: Path) -> None:
    with learner(tmp_path / "anki") as anki:
        anki.take(package(tmp_path, MIXED))
        assert [each["name"] for each in anki.collection.decks.all_config()] == ["Default"]


def test_a_preset_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    with learner(tmp_path / "anki") as anki:
        anki.take(package(tmp_path, MIXED), presets=True)
        decks = anki.collection.decks
        (hard,) = [each for each in decks.all_config() if each["name"].endswith("Hard")]
        hard["new"]["perDay"] = 3
        hard["new"]["ints"][0] = 2
        decks.update_config(hard)
        changed = replace(MIXED, preset=replace(MIXED.preset, new_per_day=99, retention=0.8))
        later = replace(changed, lessons=(*changed.lessons, lesson("two", card("z", "Z?", difficulty=Difficulty.HARD))))
        anki.take(package(tmp_path, later, now=NOW + 9), presets=True)
        (kept,) = [each for each in decks.all_config() if each["name"].endswith("Hard")]
        assert (kept["new"]["perDay"], kept["new"]["ints"][0], kept["desiredRetention"]) == (3, 2, 0.92)


def test_what_a_learner_suspended_or_buried_stays_so(tmp_path: Path) -> None:
    with learner(tmp_path / "anki") as anki:
        anki.take(package(tmp_path, MIXED), presets=True)
        (hard,), (easy,) = anki.note("h").cards(), anki.note("e").cards()
        anki.collection.sched.suspend_cards([hard.id])
        anki.collection.sched.bury_cards([easy.id])
        (made,) = MIXED.lessons
        retold = [card(item.id, f"{item.id} again?", difficulty=item.difficulty) for item in made.items]
        told = replace(MIXED, lessons=(lesson("one", *retold, deck="Training"),))
        assert anki.take(package(tmp_path, told, now=NOW + 9), presets=True)["updated"] == 4
        queues = [anki.note(item).cards()[0].queue for item in ("h", "e", "m")]
        assert queues == [-1, -3, 0]


def test_decks_by_difficulty_change_no_note(tmp_path: Path) -> None:
    """A course may begin to ask for them; learners keep their cards where they are, and new ones come in below."""
    plain = replace(MIXED, preset=replace(MIXED.preset, by_difficulty=False))
    with learner(tmp_path / "anki") as anki:
        anki.take(package(tmp_path, plain), presets=True)
        assert anki.take(package(tmp_path, MIXED, now=NOW + 9), presets=True)["updated"] == 0
        assert anki.collection.decks.name(anki.note("h").cards()[0].did) == "Networks::Training"
