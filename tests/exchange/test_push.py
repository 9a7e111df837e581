"""`deckforge push` into the real Anki: what it adds, changes, moves and retires, and what it leaves alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deckforge.exchange.push_record import file_name
from tests.exchange.pushing import PNG, START

if TYPE_CHECKING:
    from tests.exchange.pushing import Pushing

LESSON = "content/first.md"


def test_the_first_push_brings_everything_with_its_permanent_ids(push: Pushing) -> None:
    done = push.json()
    assert [each["item"] for each in done["added"]] == ["one", "two", "three", "ring"]
    assert done["complete"]
    assert push.deck("one") == "Examples::First"
    assert len(push.note("ring").cards()) == 2
    # The same note, to Anki, as the one in the package: an import finds nothing new.
    log = push.collection.import_anki_package(whole_package(push)).log
    assert (len(log.new), len(log.updated), len(log.conflicting)) == (0, 0, 0)


def whole_package(push: Pushing):
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    path = push.example.root / "build" / "decks" / "example.apkg"
    return ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions(merge_notetypes=True))


def test_the_preview_comes_first_and_no_is_an_answer(push: Pushing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.confirm", lambda *_: False)
    done = push(yes=False)
    assert done.code == 0
    assert "4 new notes" in done.out
    assert done.out.endswith("Nothing was changed in Anki.\n")
    assert push.server.anki.changed == []
    assert push.collection.note_count() == 0


def test_a_dry_run_changes_nothing(push: Pushing) -> None:
    assert "one  in Examples::First" in push("--dry-run", yes=False).out
    assert push.server.anki.changed == []


def test_an_edit_of_the_course_becomes_an_edit_in_anki(pushed: Pushing) -> None:
    schema = pushed.schema
    pushed.study("one")
    pushed.example.replace(LESSON, "One.", "One, and no more.")
    done = pushed()
    assert "1 changed note\n    one  Back: “One.” → “One, and no more.”\n" in done.out
    assert "one, and no more" in pushed.note("one")["Back"].lower()
    assert (pushed.note("one").cards()[0].ivl, pushed.note("one").cards()[0].reps) == (21, 7)
    assert pushed.schema == schema
    assert pushed.server.anki.changed == ["updateNote", "storeMediaFile"]


def test_only_the_changed_fields_of_the_changed_notes_are_sent(pushed: Pushing) -> None:
    times = {item: pushed.note(item).mod for item in ("two", "three", "ring")}
    pushed.example.replace(LESSON, "One.", "1.")
    (update,) = pushed.json()["updated"]
    assert (update["item"], list(update["fields"])) == ("one", ["Back"])
    assert {item: pushed.note(item).mod for item in times} == times


def test_a_second_push_has_nothing_to_do(pushed: Pushing) -> None:
    done = pushed()
    assert (done.code, done.out) == (0, "Anki (profile User 1) has all of the course: nothing to change.\n")
    assert pushed.server.anki.changed == []


def test_a_moved_lesson_takes_its_cards_along(pushed: Pushing) -> None:
    schema = pushed.schema
    pushed.study("ring")
    pushed.example.replace("content/second.md", "deck: Second", "deck: Later::Second")
    done = pushed.json()
    assert done["moved"] == [
        {"item": "ring", "cards": 2, "old": "Examples::Second", "new": "Examples::Later::Second"},
    ]
    assert pushed.deck("ring") == "Examples::Later::Second"
    assert pushed.note("ring").cards()[0].ivl == 21
    assert pushed.schema == schema


def test_a_renamed_course_deck_takes_all_cards_along(pushed: Pushing) -> None:
    pushed.example.replace("content/course.yaml", "deck: Examples", "deck: Samples")
    assert len(pushed.json()["moved"]) == 4
    assert pushed.deck("one") == "Samples::First"
    assert pushed().out.endswith("nothing to change.\n")


def test_a_card_that_the_learner_moved_stays_where_it_is(pushed: Pushing) -> None:
    own = pushed.collection.decks.id("My own")
    pushed.collection.set_deck([pushed.note("one").cards()[0].id], own)
    pushed.example.replace(LESSON, "deck: First", "deck: Beginning")
    done = pushed.json()
    assert {each["item"] for each in done["moved"]} == {"two", "three"}
    assert ("one", "moved") in left(done)
    assert done["complete"]
    assert pushed.deck("one") == "My own"


def test_a_card_in_a_filtered_deck_follows_when_it_is_back(pushed: Pushing) -> None:
    collection = pushed.collection
    filtered = collection.sched.get_or_create_filtered_deck(deck_id=0)
    filtered.name = "Cramming"
    filtered.config.search_terms[0].search = '"ID:one"'
    made = collection.sched.add_or_update_filtered_deck(filtered).id
    assert pushed.deck("one") == "Cramming"
    pushed.example.replace(LESSON, "deck: First", "deck: Beginning")
    assert ("one", "moved") in left(pushed.json())
    collection.sched.empty_filtered_deck(made)
    assert pushed.deck("one") == "Examples::First"
    assert [each["item"] for each in pushed.json()["moved"]] == ["one"]


def left(done: dict) -> set[tuple[str, str]]:
    return {(each["name"], each["why"]) for each in done["left"]}


def without(push: Pushing, heading: str, body: str) -> None:
    push.example.replace(LESSON, f"### {heading}\n\n#### Answer\n\n{body}\n", "")


def test_a_retired_note_is_suspended_and_tagged_once(pushed: Pushing) -> None:
    without(pushed, "What is two? {#two .easy}", "Two.")
    done = pushed()
    assert "1 note no longer in the course: to be suspended and tagged\n    two\n" in done.out
    note = pushed.note("two")
    assert [card.queue for card in note.cards()] == [-1]
    assert "deckforge::retired::suspended" in note.tags
    pushed.collection.sched.unsuspend_cards([card.id for card in note.cards()])
    assert pushed().out.endswith("nothing to change.\n")
    assert pushed.note("two").cards()[0].queue == 0, "what the learner does with a retired note is theirs"


def test_a_retired_note_that_returns_is_studied_again(pushed: Pushing) -> None:
    text = (pushed.example.root / LESSON).read_text()
    without(pushed, "What is two? {#two .easy}", "Two.")
    pushed()
    (pushed.example.root / LESSON).write_text(text)
    pushed()
    note = pushed.note("two")
    assert note.cards()[0].queue == 0
    assert not [tag for tag in note.tags if tag.startswith("deckforge::")]


@pytest.mark.parametrize(("how", "notes", "tagged"), [("delete", 3, 0), ("tag", 4, 1), ("keep", 4, 0)])
def test_other_ways_to_retire(pushed: Pushing, how: str, notes: int, tagged: int) -> None:
    without(pushed, "What is two? {#two .easy}", "Two.")
    assert pushed("--retire", how).code == 0
    assert pushed.collection.note_count() == notes
    assert len(pushed.collection.find_notes("tag:deckforge::retired")) == tagged
    assert not pushed.collection.find_cards("is:suspended")
    assert pushed("--retire", how).code == 0
    assert pushed.server.anki.changed.count("deleteNotes" if how == "delete" else "addTags") == (how != "keep")


def test_a_note_that_was_deleted_by_us_and_returns_is_new(pushed: Pushing) -> None:
    text = (pushed.example.root / LESSON).read_text()
    without(pushed, "What is two? {#two .easy}", "Two.")
    pushed("--retire", "delete")
    (pushed.example.root / LESSON).write_text(text)
    assert [each["item"] for each in pushed.json()["added"]] == ["two"]


def test_a_learner_s_edit_is_kept_while_the_course_says_the_same(pushed: Pushing) -> None:
    pushed.edit("one", Back="Uno.")
    pushed.example.replace(LESSON, "Two.", "Two, after one.")
    done = pushed.json()
    assert [each["item"] for each in done["updated"]] == ["two"]
    assert ("one", "edited") in left(done)
    assert done["complete"]
    assert pushed.note("one")["Back"] == "Uno."


def test_where_both_changed_it_the_note_is_left_and_named(pushed: Pushing) -> None:
    pushed.edit("one", Back="Uno.")
    pushed.example.replace(LESSON, "One.", "One, the first.")
    for _ in range(2):
        done = pushed()
        assert done.code == 6
        assert "one  edited in Anki, and changed in the course too (--overwrite takes the course's): Back" in done.out
        assert pushed.note("one")["Back"] == "Uno."
    assert pushed("--overwrite").code == 0
    assert "the first" in pushed.note("one")["Back"]
    assert pushed().out.endswith("nothing to change.\n")


def test_tags_are_ours_where_they_were_ours_and_the_learner_s_otherwise(pushed: Pushing) -> None:
    note = pushed.note("one")
    note.tags = [*(tag for tag in note.tags if tag != "lesson::first"), "mine", "marked"]
    pushed.collection.update_note(note)
    pushed.example.replace(LESSON, "{#one .easy}", "{#one .hard}")
    (update,) = pushed.json()["updated"]
    assert (update["tags_added"], update["tags_removed"]) == (["difficulty::hard"], ["difficulty::easy"])
    # `lesson::first` was taken off by the learner, and nothing about it changed since.
    assert sorted(pushed.note("one").tags) == ["difficulty::hard", "marked", "mine"]


def test_a_note_that_the_learner_deleted_does_not_come_back_unless_asked_for(pushed: Pushing) -> None:
    pushed.collection.remove_notes([pushed.note("two").id])
    add_a_card(pushed)
    done = pushed.json()
    assert [each["item"] for each in done["added"]] == ["four"]
    assert ("two", "deleted") in left(done)
    assert not pushed.collection.find_notes('"ID:two"')
    assert pushed("--restore").code == 0
    assert pushed.note("two")["Front"] == "What is two?"


def add_a_card(push: Pushing, item: str = "four") -> None:
    lesson = push.example.root / LESSON
    lesson.write_text(f"{lesson.read_text()}\n### What is {item}? {{#{item} .easy}}\n\n#### Answer\n\nA number.\n")


def test_a_new_note_later_touches_no_other_and_no_preset(pushed: Pushing) -> None:
    schema = pushed.schema
    pushed.edit("one", Back="Uno.")
    decks = pushed.collection.decks
    own = decks.add_config_returning_id("my own preset")
    there = decks.get(decks.id("Examples::First"))
    decks.set_config_id_for_deck_dict(there, own)
    before = pushed.collection.db.all("select * from notes order by id")
    add_a_card(pushed)
    assert pushed().code == 0
    after = pushed.collection.db.all("select * from notes order by id")
    assert [row for row in after if row in before] == before
    assert len(after) == len(before) + 1
    assert decks.get(decks.id("Examples::First"))["conf"] == own
    assert pushed.schema == schema
    assert "_deckforge-new-notes.apkg" not in pushed.server.anki.do_getMediaFilesNames()


def test_a_new_note_type_later_asks_for_no_full_sync(push: Pushing) -> None:
    (push.example.root / "content" / "second.md").unlink()
    push()
    schema = push.schema
    push.example.write(
        {
            "content/third.md": "---\nid: third\ntitle: Third\n---\n\n## Flashcards\n\n"
            "### The group has {{c1::one}} identity. {#identity .cloze}\n\n#### Answer\n\nIt is unique.\n"
        }
    )
    assert push().code == 0
    assert push.note("identity").note_type()["name"] == "An example · Cloze"
    assert push.schema == schema


def test_new_templates_and_styles_arrive_and_a_learner_s_own_stay(pushed: Pushing) -> None:
    schema = pushed.schema
    own = pushed.example.root / "templates" / "anki" / "card"
    own.mkdir(parents=True)
    (own / "front.html").write_text('<main class="df">Asked: {{Front}}</main>')
    done = pushed.json()
    assert done["note_types"] == [{"name": "An example · Card", "templates": ["Question"], "css": False}]
    assert "Asked: What is one?" in pushed.note("one").cards()[0].question()
    assert pushed.schema == schema

    term = pushed.note("ring").note_type()
    term["css"] = "/* mine */"
    pushed.collection.models.update_dict(term)
    assert ("An example · Term", "edited") in left(pushed.json())
    add_a_term(pushed)
    assert [each["item"] for each in pushed.json()["added"]] == ["field"]
    assert pushed.note("ring").note_type()["css"] == "/* mine */"


def add_a_term(push: Pushing) -> None:
    lesson = push.example.root / "content" / "second.md"
    lesson.write_text(f"{lesson.read_text()}\n### Field {{#field}}\n\nA ring in which one divides.\n")


def test_a_changed_picture_arrives_before_the_note_that_shows_it(pushed: Pushing) -> None:
    pushed.example.write({"content/media/dot.png": PNG + b"more"})
    done = pushed.json()
    assert len(done["pictures"]) == 1
    assert done["pictures"][0] in pushed.note("three")["Back"]
    assert pushed.server.anki.changed == ["storeMediaFile", "updateNote", "storeMediaFile"]
    assert pushed.collection.media.check().missing == []


def test_asking_in_both_directions_adds_a_card_in_the_same_deck(pushed: Pushing) -> None:
    pushed.study("one")
    pushed.example.replace(LESSON, "{#one .easy}", "{#one .easy .both}")
    pushed()
    there, new = pushed.note("one").cards()
    assert (there.ivl, pushed.collection.decks.name(new.did)) == (21, "Examples::First")


def test_what_is_not_ours_is_not_touched(pushed: Pushing) -> None:
    collection = pushed.collection
    for name, item in (("Basic", ""), ("An example · Card", "my-own")):
        note = collection.new_note(collection.models.by_name(name))
        note.fields[0] = item or "ID: one"
        note.fields[1] = "What is mine?"
        collection.add_note(note, collection.decks.id("Mine" if not item else "Examples::First"))
    mine = collection.find_notes('"What is mine?"')
    before = pushed.everything(), [collection.get_note(each).fields for each in mine]
    without(pushed, "What is two? {#two .easy}", "Two.")
    pushed.example.replace(LESSON, "deck: First", "deck: Beginning")
    pushed.example.replace(LESSON, "One.", "One, the first.")
    add_a_card(pushed)
    done = pushed.json("--retire", "delete", "--overwrite", "--restore")
    assert ("my-own", "foreign") in left(done)
    assert (pushed.everything(), [collection.get_note(each).fields for each in mine]) == before
    assert len(mine) == 2


def test_two_notes_with_one_id_are_told_apart_or_left(pushed: Pushing) -> None:
    collection = pushed.collection
    copy = collection.new_note(pushed.note("one").note_type())
    copy.fields = list(pushed.note("one").fields)
    copy["Back"] = "A copy."
    collection.add_note(copy, 1)
    pushed.example.replace(LESSON, "One.", "One, the first.")
    assert pushed().code == 0
    fields = {collection.get_note(each)["Back"] for each in collection.find_notes('"ID:one"')}
    assert fields == {"<p>One, the first.</p>", "A copy."}


def test_a_note_that_has_another_type_now_is_not_merged_back(pushed: Pushing) -> None:
    """Its package note would meet its GUID in another type, and Anki would melt the two types together."""
    from anki.models import ChangeNotetypeRequest

    collection, note = pushed.collection, pushed.note("one")
    basic = collection.models.by_name("Basic")
    request = ChangeNotetypeRequest()
    request.ParseFromString(
        collection.models.change_notetype_info(
            old_notetype_id=note.mid, new_notetype_id=basic["id"]
        ).input.SerializeToString()
    )
    request.note_ids.append(note.id)
    collection.models.change_notetype_of_notes(request)
    schema = pushed.schema
    (record := push_record_path(pushed)).unlink()
    add_a_card(pushed)
    done = pushed.json()
    assert ("one", "retyped") in left(done)
    assert [each["item"] for each in done["added"]] == ["four"]
    assert pushed.schema == schema
    assert record.is_file()


def push_record_path(push: Pushing):
    from pathlib import Path

    return Path(push.collection.media.dir()) / file_name("example")


def test_types_with_other_fields_get_updates_but_no_new_notes(pushed: Pushing) -> None:
    """The learner added a field: an update by name is harmless, a package would force a full sync."""
    models = pushed.collection.models
    type_ = pushed.note("one").note_type()
    models.add_field(type_, models.new_field("Mnemonic"))
    models.update_dict(type_)
    schema = pushed.schema
    pushed.example.replace(LESSON, "One.", "One, the first.")
    add_a_card(pushed)
    done = pushed()
    assert done.code == 6
    assert "four  its note type has other fields or templates in Anki" in done.out
    assert "Import build/decks/example.apkg there by hand" in done.out
    assert "the first" in pushed.note("one")["Back"]
    assert pushed.schema == schema
    assert "importPackage" not in pushed.server.anki.log


class TestWithoutARecord:
    """The package was imported by hand: what is known of the past is in the notes' times."""

    @pytest.fixture
    def imported(self, push: Pushing) -> Pushing:
        push("--dry-run", yes=False)
        push.collection.import_anki_package(whole_package(push))
        push.collection.models._clear_cache()
        push.server.anki.log.clear()
        return push

    def test_what_nobody_touched_is_updated(self, imported: Pushing) -> None:
        assert imported.note("one").mod == START + 1000
        imported.example.replace(LESSON, "One.", "One, the first.")
        imported("--dry-run", yes=False)  # another build between the import and the push
        assert [each["item"] for each in imported.json()["updated"]] == ["one"]
        assert imported().out.endswith("nothing to change.\n")

    def test_an_edit_after_our_last_change_is_kept(self, imported: Pushing) -> None:
        imported.edit("one", Back="Uno.")
        assert left(imported.json()) == {("one", "edited")}
        assert imported.note("one")["Back"] == "Uno."

    def test_an_edit_before_our_last_change_is_left_for_a_person(self, imported: Pushing) -> None:
        imported.edit("one", Back="Uno.")
        imported.collection.db.execute("update notes set mod = ? where id = ?", START + 1500, imported.note("one").id)
        imported.example.replace(LESSON, "One.", "One, the first.")
        done = imported.json()
        assert left(done) == {("one", "unclear")}
        assert not done["complete"]
        assert imported.note("one")["Back"] == "Uno."

    def test_moves_follow_within_the_course_s_decks(self, imported: Pushing) -> None:
        own = imported.collection.decks.id("My own")
        imported.collection.set_deck([imported.note("two").cards()[0].id], own)
        imported.example.replace(LESSON, "deck: First", "deck: Beginning")
        done = imported.json()
        assert {each["item"] for each in done["moved"]} == {"one", "three"}
        assert ("two", "moved") in left(done)

    def test_a_damaged_record_is_no_record(self, pushed: Pushing) -> None:
        push_record_path(pushed).write_bytes(b"no gzip at all")
        pushed.example.replace(LESSON, "One.", "One, the first.")
        assert pushed().code == 0
        assert "the first" in pushed.note("one")["Back"]
