"""A newer build over an older one, in the real Anki: one test for each way in which a course changes.

The promise throughout: what did not change is left alone, with whatever the learner wrote there; what did is updated;
the schedule stays; nobody is asked for a full sync; no second note type appears.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from deckforge.emit import anki as emitter
from deckforge.emit.anki import notetypes
from tests.anki.build import NOW, PNG, card, cloze, context, course, image, lesson, make, p, rich
from tests.anki.learner import Learner, learner, package

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deckforge.model.course import Course

LATER = NOW + 1000


def two(first: str = "What is a gradient?", second: str = "What is a Jacobian?", **more: object) -> Course:
    return course(lesson("flow", card("a", first), card("b", second), **more))


@pytest.fixture
def anki(tmp_path: Path) -> Iterator[Learner]:
    """A learner who has imported the first build, studied `a`, and made `b` their own."""
    with learner(tmp_path / "anki") as found:
        found.take(package(tmp_path, two()))
        studied = found.note("a").cards()[0]
        studied.ivl, studied.type, studied.queue, studied.due = 21, 2, 2, 99
        found.collection.update_card(studied)
        own = found.note("b")
        own["Back"] = "my own words"
        own.tags.append("mine")
        found.collection.update_note(own)
        yield found


def unharmed(anki: Learner, schema: int) -> None:
    """Check what must hold after every import."""
    assert anki.schema == schema, "Anki would ask for a full sync"
    assert not [name for name in anki.type_names if name.endswith("+")]
    assert anki.note("b")["Back"] == "my own words"
    assert "mine" in anki.note("b").tags
    assert anki.note("a").cards()[0].ivl == 21
    assert anki.problems() == []


@pytest.mark.parametrize("merge", [False, True], ids=["plain", "merging note types"])
def test_a_changed_note_is_updated_and_an_unchanged_one_left_alone(anki: Learner, tmp_path: Path, merge: bool) -> None:
    schema = anki.schema
    log = anki.take(package(tmp_path, two(first="What is the gradient?"), now=LATER), merge=merge)
    assert (log["updated"], log["new"], log["conflicting"]) == (1, 0, 0)
    assert anki.note("a")["Front"] == "What is the gradient?"
    unharmed(anki, schema)


def test_the_same_build_again_changes_nothing(anki: Learner, tmp_path: Path) -> None:
    schema = anki.schema
    assert anki.take(package(tmp_path, two(), now=LATER))["updated"] == 0
    unharmed(anki, schema)


def test_a_change_is_newer_even_when_the_clock_went_backwards(anki: Learner, tmp_path: Path) -> None:
    schema = anki.schema
    assert anki.take(package(tmp_path, two(first="What is the gradient?"), now=NOW - 9999))["updated"] == 1
    unharmed(anki, schema)


def test_without_the_lock_file_s_memory_the_same_time_would_be_no_update(anki: Learner, tmp_path: Path) -> None:
    """Why the lock file exists: Anki takes a note of the same time for the same note."""
    assert anki.take(package(tmp_path / "elsewhere", two(first="What is the gradient?")))["updated"] == 0
    assert anki.note("a")["Front"] == "What is a gradient?"


def test_a_changed_style_or_template_reaches_every_card(anki: Learner, tmp_path: Path) -> None:
    schema = anki.schema
    own = tmp_path / "templates" / "anki" / "card"
    own.mkdir(parents=True)
    (own / "front.html").write_text('<main class="df">Asked: {{Front}}</main>')
    log = anki.take(package(tmp_path, two(), now=LATER))
    assert log["updated"] == 0
    assert "Asked: What is a gradient?" in anki.sides("a")[0][0]
    unharmed(anki, schema)


def test_a_new_title_of_the_course_renames_its_note_types(anki: Learner, tmp_path: Path) -> None:
    schema = anki.schema
    anki.take(package(tmp_path, replace(two(), title="Learning"), now=LATER))
    assert anki.type_names == {"Learning · Card"}
    unharmed(anki, schema)


def test_a_reserved_field_can_be_renamed(anki: Learner, tmp_path: Path, monkeypatch) -> None:
    schema = anki.schema
    rename(monkeypatch, fields={"Reserved1": "Audio"})
    anki.take(package(tmp_path, two(first="What is the gradient?"), now=LATER))
    assert "Audio" in anki.note("a").keys()  # noqa: SIM118 - a note is no mapping
    assert anki.note("a")["Front"] == "What is the gradient?"
    unharmed(anki, schema)


def test_a_template_can_be_renamed(anki: Learner, tmp_path: Path, monkeypatch) -> None:
    schema = anki.schema
    rename(monkeypatch, templates={"Question": "Forwards"})
    anki.take(package(tmp_path, two(), now=LATER))
    assert anki.note("a").cards()[0].template()["name"] == "Forwards"
    unharmed(anki, schema)


def test_a_removed_note_stays_and_the_search_finds_it(anki: Learner, tmp_path: Path) -> None:
    schema = anki.schema
    shorter = course(lesson("flow", card("b", "What is a Jacobian?")))
    (retired,) = emitter.emit(context(tmp_path, shorter, now=LATER)).diagnostics
    anki.take(package(tmp_path, shorter, now=LATER))
    unharmed(anki, schema)
    assert retired.code.name == "retired-notes"
    search = retired.message.partition("search in Anki for ")[2]
    assert anki.collection.find_notes(search) == [anki.note("a").id]


def test_the_search_for_retired_notes_finds_no_other_course_s(anki: Learner, tmp_path: Path) -> None:
    other = replace(two(), id="other", title='All about * _nets_ "and" more: 100%')
    anki.take(package(tmp_path / "other", other))
    assert len(anki.collection.find_notes('"ID:a"')) == 2
    for each in (two(), other):
        (found,) = anki.collection.find_notes(emitter.retired_search(each, ["a"]))
        title = each.title.replace('"', "")
        assert anki.collection.get_note(found).note_type()["name"] == f"{title} · Card"


def test_a_renamed_deck_takes_new_notes_and_leaves_old_cards(anki: Learner, tmp_path: Path) -> None:
    schema = anki.schema
    renamed = course(lesson("flow", card("a", "What is a gradient?"), card("c", "New?"), deck="Elsewhere"))
    anki.take(package(tmp_path, renamed, now=LATER))
    deck = {item: anki.collection.decks.name(anki.note(item).cards()[0].current_deck_id()) for item in ("a", "c")}
    assert deck == {"a": "Networks", "c": "Networks::Elsewhere"}
    unharmed(anki, schema)


def test_another_order_changes_no_note(anki: Learner, tmp_path: Path) -> None:
    schema = anki.schema
    turned = course(lesson("flow", card("b", "What is a Jacobian?"), card("a", "What is a gradient?")))
    assert anki.take(package(tmp_path, turned, now=LATER))["updated"] == 0
    unharmed(anki, schema)


def test_an_item_in_another_lesson_is_the_same_note(anki: Learner, tmp_path: Path) -> None:
    schema = anki.schema
    moved = course(lesson("flow", card("b", "What is a Jacobian?")), lesson("chain", card("a", "What is a gradient?")))
    log = anki.take(package(tmp_path, moved, now=LATER))
    assert (log["new"], log["updated"]) == (0, 1)  # its tags and its lesson's name
    assert "lesson::chain" in anki.note("a").tags
    unharmed(anki, schema)


def test_a_changed_picture_is_a_new_file_and_an_update(anki: Learner, tmp_path: Path) -> None:
    def with_picture(data: bytes) -> Course:
        front = rich("What is a gradient? ", image("curve.png"))
        return replace(
            course(lesson("flow", card("a", front), card("b", "What is a Jacobian?"))),
            media={"content/media/curve.png": data},
        )

    schema = anki.schema
    anki.take(package(tmp_path, with_picture(PNG), now=LATER))
    before = anki.note("a")["Front"]
    assert anki.take(package(tmp_path, with_picture(PNG + b"more"), now=LATER + 1))["updated"] == 1
    assert anki.note("a")["Front"] != before
    old = before.partition('src="')[2].partition('"')[0]
    (tmp_path / "anki" / "collection.media" / old).unlink()  # what Anki's media check would offer to delete
    unharmed(anki, schema)


def test_asking_in_both_directions_adds_a_card_to_the_same_note(anki: Learner, tmp_path: Path) -> None:
    schema = anki.schema
    both = course(lesson("flow", card("a", "What is a gradient?", both=True), card("b", "What is a Jacobian?")))
    anki.take(package(tmp_path, both, now=LATER))
    assert len(anki.note("a").cards()) == 2
    unharmed(anki, schema)


def test_another_deletion_adds_a_card(tmp_path: Path) -> None:
    def note(*pieces: object) -> Course:
        return course(lesson("flow", make_cloze(*pieces)))

    with learner(tmp_path / "anki") as anki:
        anki.take(package(tmp_path, note(*cloze(1, "one"), " and two")))
        anki.take(package(tmp_path, note(*cloze(1, "one"), " and ", *cloze(2, "two")), now=LATER))
        assert len(anki.note("c").cards()) == 2
        assert anki.problems() == []


def test_another_kind_of_item_is_a_conflict_that_the_build_announces(anki: Learner, tmp_path: Path) -> None:
    schema = anki.schema
    turned = course(lesson("flow", make_cloze(*cloze(1, "one"), id_="a"), card("b", "What is a Jacobian?")))
    refused = emitter.emit(context(tmp_path, turned, now=LATER))
    assert refused.value == ()
    assert [each.code.name for each in refused.diagnostics] == ["note-type-changed"]
    allowed = emitter.emit(replace(context(tmp_path, turned, now=LATER), allow_full_sync=True))
    assert anki.take(allowed.value[0].data)["conflicting"] == 1
    assert anki.note("a")["Front"] == "What is a gradient?"
    unharmed(anki, schema)


def make_cloze(*pieces: object, id_: str = "c") -> object:
    from deckforge.model.items import Cloze

    return make(Cloze, id_, rich(*pieces), answer=p("More."))


def rename(
    monkeypatch: pytest.MonkeyPatch, fields: dict[str, str] | None = None, templates: dict[str, str] | None = None
) -> None:
    """Give fields and templates other names and leave their ids, as a later version of the tool would."""
    load = notetypes.load

    def later(*arguments: object) -> dict[str, notetypes.NoteType]:
        return {
            key: replace(
                type_,
                fields=tuple(replace(each, name=(fields or {}).get(each.name, each.name)) for each in type_.fields),
                templates=tuple(
                    replace(each, name=(templates or {}).get(each.name, each.name)) for each in type_.templates
                ),
            )
            for key, type_ in load(*arguments).items()
        }

    monkeypatch.setattr(emitter, "load", later)
