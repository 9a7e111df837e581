"""What a newer package does to a learner's collection: every way in which a course changes, on both ends of Anki.

Each change is a function below; the words over it are the row of the table in docs/updating.md, and they are compared
with what the newest and the oldest supported Anki did. The learner has imported the first build, has studied `a`, and
has made `b` their own: whatever arrives, none of that may be lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from deckforge.emit import anki as emitter
from deckforge.emit.anki import notetypes
from deckforge.model.course import Course, Preset
from deckforge.model.items import Cloze, Term
from deckforge.model.rich import Rich
from tests.anki.build import PNG, card, cloze, course, image, lesson, make, p, rich
from tests.anki.versions import VERSIONS, Anki, Seen, World, note

DOCS = Path(__file__).parents[2] / "docs" / "updating.md"
A, B = "What is a gradient?", "What is a Jacobian?"


@dataclass(frozen=True)
class Change:
    """A change of the course: its row in the documentation, and what else has to be seen."""

    title: str
    notes: str
    progress: str
    full_sync: str
    see: Callable[[World], Seen]


CHANGES: dict[str, Change] = {}


def change(title: str, notes: str, progress: str = "kept", full_sync: str = "no") -> Callable[..., Any]:
    """Register a change; the words are those of `Seen.words`."""

    def register(see: Callable[[World], Seen]) -> Callable[[World], Seen]:
        assert see.__name__ not in CHANGES
        CHANGES[see.__name__] = Change(title, notes, progress, full_sync, see)
        return see

    return register


@pytest.fixture(scope="module", params=VERSIONS)
def anki(request: pytest.FixtureRequest) -> Iterator[Anki]:
    found = Anki(request.param)
    yield found
    found.close()


@pytest.fixture
def world(anki: Anki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A learner who has imported the first build, studied `a`, and written into `b`."""
    anki.call("open", folder=str(tmp_path / "collection"))
    world = World(anki, tmp_path, monkeypatch)
    assert world.take(world.build(two())).log["new"] == 2
    world.do("study", item="a", days=21)
    world.do("write", item="b", field="Back", text="my own words")
    world.do("tag", item="b", tags=["mine"])
    return world


def two(first: str | Rich = A, second: str = B, *more: Any, **fields: Any) -> Course:
    """Return a course with the cards `a` and `b`, and maybe more."""
    return course(lesson("flow", card("a", first), card("b", second), *more), **fields)


# Notes


@change("a note's text", "updated")
def text(world: World) -> Seen:
    seen = world.take(world.build(two("What is the gradient?")))
    assert note(seen.after, "a")["fields"]["Front"] == "What is the gradient?"
    return seen


@change("nothing: the same course built again, or imported twice", "left alone")
def nothing(world: World) -> Seen:
    package = world.build(two())
    world.take(package)
    return world.take(package)


@change("a note's text, built on a machine whose clock is slow", "updated")
def slow_clock(world: World) -> Seen:
    world.now -= 100_000
    return world.take(world.build(two("What is the gradient?")))


@change("a note's text, built without the lock file within the same second", "left alone")
def same_time(world: World) -> Seen:
    """Why the lock file is committed: to Anki, a note of the same time is the same note."""
    package = world.build(two("What is the gradient?"), project="without lock", same_time=True)
    seen = world.take(package)
    assert note(seen.after, "a")["fields"]["Front"] == A
    return seen


@change("a new item", "added")
def new_item(world: World) -> Seen:
    return world.take(world.build(two(A, B, card("c", "What is a Hessian?"))))


@change("an item moved to another lesson", "updated")
def moved(world: World) -> Seen:
    """Its tags and its link change; the card stays in the deck where it is."""
    elsewhere = course(lesson("flow", card("b", B)), lesson("chain", card("a", A), deck="Chains"))
    seen = world.take(world.build(elsewhere))
    assert "lesson::chain" in note(seen.after, "a")["tags"]
    assert note(seen.after, "a")["cards"][0]["deck"] == "Networks"
    return seen


@change("the order of items", "left alone")
def reordered(world: World) -> Seen:
    seen = world.take(world.build(course(lesson("flow", card("b", B), card("a", A)))))
    assert _dues(seen.before) == _dues(seen.after)
    return seen


@change("an item removed", "left alone")
def removed(world: World) -> Seen:
    """The note stays, and the search of the build finds it."""
    shorter = course(lesson("flow", card("b", B)))
    seen = world.take(world.build(shorter))
    assert world.do("search", text=emitter.retired_search(shorter, ["a"])) == ["a"]
    return seen


@change("an item removed and back again, changed", "updated")
def returned(world: World) -> Seen:
    world.take(world.build(course(lesson("flow", card("b", B)))))
    seen = world.take(world.build(two("What is the gradient?")))
    assert note(seen.after, "a")["fields"]["Front"] == "What is the gradient?"
    return seen


@change("an item's kind (the build refuses)", "refused")
def kind(world: World) -> Seen:
    package = world.build(_another_kind(), allow=True)
    assert [each.code.name for each in world.refused] == ["note-type-changed"]
    seen = world.take(package)
    assert note(seen.after, "a")["fields"]["Front"] == A
    return seen


@change("an item's kind, note types merged (the build refuses)", "updated", full_sync="yes")
def kind_merged(world: World) -> Seen:
    """The note has the fields of both types from now on; between a cloze and another type, nothing is imported."""
    term = make(Term, "a", rich("gradient"), definition=p("A vector of derivatives."))
    seen = world.take(world.build(course(lesson("flow", term, card("b", B))), allow=True), merge=True)
    with pytest.raises(AssertionError, match=r"Cloze note ?types cannot be merged"):
        world.take(world.build(_another_kind(), allow=True), merge=True)
    return seen


@change("a card asked in both directions (`.both`)", "updated")
def both(world: World) -> Seen:
    course_ = course(lesson("flow", card("a", A, both=True), card("b", B)))
    seen = world.take(world.build(course_))
    assert [each["ord"] for each in note(seen.after, "a")["cards"]] == [0, 1]
    return seen


@change("a cloze deletion added", "updated")
def deletion_added(world: World) -> Seen:
    world.take(world.build(two(A, B, _cloze("c", *cloze(1, "one"), " and two"))))
    seen = world.take(world.build(two(A, B, _cloze("c", *cloze(1, "one"), " and ", *cloze(2, "two")))))
    assert len(note(seen.after, "c")["cards"]) == 2
    return seen


@change("a cloze deletion removed", "updated")
def deletion_removed(world: World) -> Seen:
    """Its card stays, empty, until the learner runs *Empty Cards*."""
    world.take(world.build(two(A, B, _cloze("c", *cloze(1, "one"), " and ", *cloze(2, "two")))))
    seen = world.take(world.build(two(A, B, _cloze("c", *cloze(1, "one"), " and two"))))
    assert len(note(seen.after, "c")["cards"]) == 2
    assert world.do("empty_cards") == 1
    return seen


# Note types


@change("a template", "left alone")
def template(world: World) -> Seen:
    """No note changes, and every card looks new."""
    _own(world, "card/front.html", '<main class="df">Asked: {{Front}}</main>')
    seen = world.take(world.build(two()))
    assert f"Asked: {A}" in note(seen.after, "a")["cards"][0]["question"]
    return seen


@change("the style", "left alone")
def style(world: World) -> Seen:
    _own(world, "shared/style.css", ".df { color: teal }")
    seen = world.take(world.build(two()))
    assert "teal" in note(seen.after, "a")["cards"][0]["css"]
    assert "teal" not in note(seen.before, "a")["cards"][0]["css"]
    return seen


@change("the course's title, and with it the names of note types", "left alone")
def title(world: World) -> Seen:
    seen = world.take(world.build(replace(two(), title="Learning")))
    assert list(seen.after["types"]) == ["Learning · Card"]
    return seen


@change("the name of a field", "updated")
def field_renamed(world: World) -> Seen:
    """By its id, together with a change of text."""
    _load(world, lambda type_: replace(type_, fields=_renamed(type_.fields, "Reserved1", "Audio")))
    seen = world.take(world.build(two("What is the gradient?")))
    assert "Audio" in note(seen.after, "a")["fields"]
    assert "Reserved1" not in note(seen.after, "a")["fields"]
    assert note(seen.after, "a")["fields"]["Front"] == "What is the gradient?"
    return seen


@change("the name of a template", "left alone")
def template_renamed(world: World) -> Seen:
    _load(world, lambda type_: replace(type_, templates=_renamed(type_.templates, "Question", "Forwards")))
    seen = world.take(world.build(two()))
    assert seen.after["types"]["Training networks · Card"]["templates"] == ["Forwards", "Reverse"]
    return seen


def _grown(world: World) -> Path:
    """Build a package whose note type has a field more, as a later version of the tool might."""
    shape = notetypes.SHAPES["card"]
    world.patch.setitem(notetypes.SHAPES, "card", replace(shape, fields=(*shape.fields, "Audio")))
    package = world.build(two("What is the gradient?"), allow=True)
    assert [each.code.name for each in world.refused] == ["note-type-schema-changed"]
    assert "`Training networks · Card` would get the field `Audio`" in world.refused[0].message
    return package


@change("a field more (the build refuses)", "refused")
def field_added(world: World) -> Seen:
    seen = world.take(_grown(world))
    assert note(seen.after, "a")["fields"]["Front"] == A
    assert "Audio" not in note(seen.after, "a")["fields"]
    return seen


@change("a field more, note types merged (the build refuses)", "left alone", full_sync="yes")
def field_added_merged(world: World) -> Seen:
    """Merging gives the learner's notes the time of the import, so the package's are no newer: not even text comes."""
    seen = world.take(_grown(world), merge=True)
    assert "Audio" in note(seen.after, "a")["fields"]
    assert note(seen.after, "a")["fields"]["Front"] == A
    return seen


@change("a field fewer (the build refuses)", "refused")
def field_removed(world: World) -> Seen:
    world.patch.setattr(notetypes, "RESERVED", notetypes.RESERVED[:-1])
    package = world.build(two("What is the gradient?"), allow=True)
    assert "would lose the field `Reserved6`" in world.refused[0].message
    return world.take(package)


@change("a field fewer, note types merged (the build refuses)", "updated")
def field_removed_merged(world: World) -> Seen:
    """The learner's type keeps the field, and what was in it is gone."""
    world.do("write", item="a", field="Reserved6", text="the learner's")
    world.patch.setattr(notetypes, "RESERVED", notetypes.RESERVED[:-1])
    seen = world.take(world.build(two("What is the gradient?"), allow=True), merge=True)
    assert note(seen.after, "a")["fields"]["Reserved6"] == ""
    return seen


@change("fields in another order (the build refuses)", "refused")
def fields_reordered(world: World) -> Seen:
    world.patch.setattr(notetypes, "RESERVED", notetypes.RESERVED[::-1])
    package = world.build(two("What is the gradient?"), allow=True)
    assert "another order" in world.refused[0].message
    return world.take(package)


@change("fields in another order, note types merged (the build refuses)", "updated")
def fields_reordered_merged(world: World) -> Seen:
    """The learner's type keeps its order, and every text is in its field."""
    world.patch.setattr(notetypes, "RESERVED", notetypes.RESERVED[::-1])
    seen = world.take(world.build(two("What is the gradient?"), allow=True), merge=True)
    assert list(note(seen.after, "a")["fields"]) == list(note(seen.before, "a")["fields"])
    assert note(seen.after, "a")["fields"]["Front"] == "What is the gradient?"
    return seen


def _third(world: World) -> Path:
    """Build a package whose note type has a template more."""
    shape = notetypes.SHAPES["card"]
    world.patch.setitem(notetypes.SHAPES, "card", replace(shape, templates=(*shape.templates, ("Third", ""))))
    package = world.build(two("What is the gradient?"), allow=True)
    assert "would get the template `Third`" in world.refused[0].message
    return package


@change("a template more (the build refuses)", "refused")
def template_added(world: World) -> Seen:
    return world.take(_third(world))


@change("a template more, note types merged (the build refuses)", "updated", full_sync="yes")
def template_added_merged(world: World) -> Seen:
    return world.take(_third(world), merge=True)


def _only_template(world: World) -> Path:
    """Build a package whose note type has lost its second template."""
    shape = notetypes.SHAPES["card"]
    world.patch.setitem(notetypes.SHAPES, "card", replace(shape, templates=shape.templates[:1]))
    package = world.build(two("What is the gradient?"), allow=True)
    assert "would lose the template `Reverse`" in world.refused[0].message
    return package


@change("a template fewer (the build refuses)", "refused")
def template_removed(world: World) -> Seen:
    return world.take(_only_template(world))


@change("a template fewer, note types merged (the build refuses)", "updated")
def template_removed_merged(world: World) -> Seen:
    seen = world.take(_only_template(world), merge=True)
    assert seen.after["types"]["Training networks · Card"]["templates"] == ["Question", "Reverse"]
    return seen


@change("a note type's kind (the build refuses)", "left alone")
def type_kind(world: World) -> Seen:
    """Anki applies it without a word; the cards complain, and *Empty Cards* would delete them with their progress."""
    _load(world, lambda type_: replace(type_, cloze=True))
    package = world.build(two(), allow=True)
    assert "would become a cloze type" in world.refused[0].message
    seen = world.take(package)
    kinds = [each["types"]["Training networks · Card"]["kind"] for each in (seen.before, seen.after)]
    assert kinds == [0, 1]
    assert "No cloze" in note(seen.after, "a")["cards"][0]["question"]
    assert world.do("empty_cards") == 2
    return seen


@change("the course's `id` (the build refuses)", "added")
def course_id(world: World) -> Seen:
    """Every note comes a second time, without progress; the studied ones stay beside them."""
    package = world.build(replace(two(), id="renamed"), allow=True)
    assert "would have another id" in world.refused[0].message
    seen = world.take(package)
    assert seen.log["new"] == 2
    return seen


# Decks, presets, media


@change("a deck's name", "left alone")
def deck_renamed(world: World) -> Seen:
    """Cards stay where they are; new notes go to the new deck."""
    renamed = course(lesson("flow", card("a", A), card("b", B), deck="Elsewhere"))
    seen = world.take(world.build(renamed))
    assert note(seen.after, "a")["cards"][0]["deck"] == "Networks"
    third = world.take(
        world.build(course(lesson("flow", card("a", A), card("b", B), card("c", "C?"), deck="Elsewhere")))
    )
    assert note(third.after, "c")["cards"][0]["deck"] == "Networks::Elsewhere"
    return seen


@change("the study preset", "left alone")
def preset(world: World) -> Seen:
    """A preset is added once, where the learner asks for it, and theirs from then on."""
    world.take(world.build(two()), presets=True)
    world.do("new_per_day", item="a", cards=3)
    seen = world.take(world.build(two(preset=Preset("Faster", 50, 500, 0.9))), presets=True)
    assert note(seen.after, "a")["cards"][0]["per_day"] == 3
    return seen


@change("a picture's content", "updated")
def picture(world: World) -> Seen:
    world.take(world.build(_with_picture("curve.png", PNG)))
    seen = world.take(world.build(_with_picture("curve.png", PNG + b"more")))
    assert len(seen.after["media"]) == 2
    assert note(seen.before, "a")["fields"]["Front"] != note(seen.after, "a")["fields"]["Front"]
    return seen


@change("a picture's file name", "updated")
def picture_renamed(world: World) -> Seen:
    world.take(world.build(_with_picture("curve.png", PNG)))
    seen = world.take(world.build(_with_picture("loss.png", PNG)))
    assert "loss-" in note(seen.after, "a")["fields"]["Front"]
    assert any(name.startswith("loss-") for name in seen.after["media"])
    return seen


# What learners do


@change("another note's text, where the learner has edited and tagged this one", "updated")
def edit_kept(world: World) -> Seen:
    """What `keeps_what_is_theirs` looks at holds after every change: this row says it."""
    return world.take(world.build(two("What is the gradient?")))


@change("the text of a note that the learner has edited and tagged since the build", "left alone")
def edit_newer(world: World) -> Seen:
    """What the learner wrote later than the author counts."""
    package = world.build(two("What is the gradient?"))
    world.do("write", item="a", field="Back", text="mine too")
    seen = world.take(package)
    assert note(seen.after, "a")["fields"]["Back"] == "mine too"
    return seen


@change("the text of a note that the learner has edited and tagged", "updated")
def edit_replaced(world: World) -> Seen:
    """Fields and tags are the author's again: so a note is newer only when its content is."""
    world.do("write", item="a", field="Back", text="mine too")
    world.do("tag", item="a", tags=["marked", "later"])
    seen = world.take(world.build(two("What is the gradient?")))
    assert note(seen.after, "a")["fields"]["Back"] == "<p>An answer.</p>"
    assert not {"marked", "later"} & set(note(seen.after, "a")["tags"])
    return seen


@change("a note's text, where the learner let Anki never update notes", "left alone")
def never(world: World) -> Seen:
    return world.take(world.build(two("What is the gradient?")), update=2)


@change("nothing, where the learner has deleted a note", "added")
def deleted(world: World) -> Seen:
    world.take(world.build(two(A, B, card("c", "C?"))))
    world.do("delete", item="c")
    return world.take(world.build(two(A, B, card("c", "C?"))))


@change("the text of a note whose card the learner has suspended, flagged and moved", "updated")
def own_card(world: World) -> Seen:
    world.do("suspend", item="a")
    world.do("flag", item="a", colour=3)
    world.do("move", item="a", deck="My own")
    seen = world.take(world.build(two("What is the gradient?")))
    (before,), (after,) = (note(each, "a")["cards"] for each in (seen.before, seen.after))
    for name in ("deck", "suspended", "flag", "days", "due"):
        assert before[name] == after[name], name
    assert (after["deck"], after["suspended"], after["flag"]) == ("My own", True, 3)
    return seen


@change("a second course with the same items, lessons and deck", "added")
def second_course(world: World) -> Seen:
    other = replace(two("Of the other?", "And this?"), id="other", title="Another")
    seen = world.take(world.build(other, project="other"))
    assert seen.log["new"] == 2
    assert sorted(seen.after["types"]) == ["Another · Card", "Training networks · Card"]
    assert len(seen.after["notes"]) == 4
    return seen


# Held against the real Anki, and against the documentation


@pytest.mark.parametrize("name", CHANGES)
def test_a_newer_package_over_an_older_one(name: str, world: World) -> None:
    expected = CHANGES[name]
    seen = expected.see(world)
    assert seen.words == (expected.notes, expected.progress, expected.full_sync)
    keeps_what_is_theirs(seen)
    if name not in UNFORESEEN:
        as_foretold(seen)
    assert world.do("problems") == [] or name == "deletion_removed"


UNFORESEEN = {
    "returned": "the learner has it from a package before the last",
    "edit_newer": "the learner wrote later",
    "deleted": "the learner deleted a note",
    "never": "the learner told Anki so",
    "second_course": "the learner has another course",
    "course_id": "the course has become another",
    "type_kind": "Anki applies it without a word",
    "field_removed_merged": "the learner merged note types",
    "fields_reordered_merged": "the learner merged note types",
    "template_removed_merged": "the learner merged note types",
}
"""Where two packages cannot tell what happens, and why."""


def as_foretold(seen: Seen) -> None:
    """Hold what `deckforge diff` says of two packages against what Anki did with the second."""
    said = seen.foretold
    assert said.forces_full_sync == (seen.log["conflicting"] > 0 or seen.before["schema"] != seen.after["schema"])
    if said.forces_full_sync:
        return
    assert len(said.new) == seen.log["new"]
    written = [each for each in said.updated if each.fields or each.tags_added or each.tags_removed]
    assert len(written) + len(said.touched) == seen.log["updated"]
    for each in written:
        now = note(seen.after, each.item)["fields"]
        assert [now[name] for name, _, _ in each.fields] == [text for _, _, text in each.fields]
    for each in said.moved:
        assert note(seen.after, each.item)["cards"][0]["deck"] == note(seen.before, each.item)["cards"][0]["deck"]
    before = sum(len(each["cards"]) for each in seen.before["notes"].values())
    cards = sum(each.cards_added for each in said.updated) + sum(
        len(note(seen.after, item)["cards"]) for item in said.new
    )
    assert sum(len(each["cards"]) for each in seen.after["notes"].values()) == before + cards


def test_always_update_notes_overwrites_what_learners_wrote(world: World) -> None:
    """Why the documentation says to leave it at *If newer*."""
    seen = world.take(world.build(two()), update=1)
    assert note(seen.after, "b")["fields"]["Back"] == "<p>An answer.</p>"
    assert "mine" not in note(seen.after, "b")["tags"]


def test_a_package_from_before_the_last_import(world: World) -> None:
    """Anki before 25.01 stamps what it updates with the time of the import, and takes the package for older."""
    second, third = world.build(two("What is the gradient?")), world.build(two("What is one gradient?"))
    world.take(second)
    after = world.take(third).after
    expected = {"newest": "What is one gradient?", "oldest": "What is the gradient?"}
    assert note(after, "a")["fields"]["Front"] == expected[world.anki.version]
    assert world.take(world.build(two("What are gradients?"))).log["updated"] == 1


def keeps_what_is_theirs(seen: Seen) -> None:
    """Hold what must hold after every import."""
    own = [each for each in seen.after["notes"].values() if each["guid"] == note(seen.before, "b")["guid"]]
    assert [each["fields"]["Back"] for each in own] == ["my own words"]
    assert all("mine" in each["tags"] for each in own)


def test_the_table_in_the_documentation_is_this_one() -> None:
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", DOCS.read_text(), re.MULTILINE)
    listed = [row[:4] for row in rows if row[1] not in ("its notes", "---")]
    assert listed == [(each.title, each.notes, each.progress, each.full_sync) for each in CHANGES.values()]


def _dues(collection: dict[str, Any]) -> dict[str, int]:
    return {guid: each["cards"][0]["due"] for guid, each in collection["notes"].items()}


def _cloze(id_: str, *pieces: Any) -> Any:
    return make(Cloze, id_, rich(*pieces), answer=p("More."))


def _another_kind(*more: Any) -> Course:
    return course(lesson("flow", _cloze("a", *cloze(1, "a gradient")), card("b", B), *more))


def _own(world: World, name: str, text: str) -> None:
    """Put a template of the course's own into the project."""
    path = world.folder / "project" / "templates" / "anki" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _renamed(parts: tuple[Any, ...], old: str, new: str) -> tuple[Any, ...]:
    return tuple(replace(part, name=new) if part.name == old else part for part in parts)


def _load(world: World, later: Callable[[notetypes.NoteType], notetypes.NoteType]) -> None:
    """Change note types as a later version of the tool would."""
    load = notetypes.load
    world.patch.setattr(emitter, "load", lambda *given: {key: later(type_) for key, type_ in load(*given).items()})


def _with_picture(name: str, data: bytes) -> Course:
    made = two(rich("What is a gradient? ", image(name)))
    return replace(made, media={f"content/media/{name}": data})
