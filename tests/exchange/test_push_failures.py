"""Everything that can be wrong with the other side: a sentence and an exit code, and the next push completes it."""

from __future__ import annotations

import copy
import json
import socket
from typing import TYPE_CHECKING

import pytest

from deckforge.exchange import ankiconnect
from tests.exchange.pushing import Pushing
from tests.exchange.server import Faults
from tests.exchange.test_push import LESSON, add_a_card, left, without

if TYPE_CHECKING:
    from collections.abc import Callable

ANKI, USAGE = 5, 2
NOTHING = "Anki (profile User 1) has all of the course: nothing to change.\n"


@pytest.mark.parametrize(
    ("faults", "sentence"),
    [
        (Faults(version=5), "AnkiConnect speaks version 5 of its protocol, and 6 is needed: update the add-on"),
        (Faults(version="six"), "answers, but not as AnkiConnect does"),
        (Faults(denied=True), "AnkiConnect denies permission"),
        (Faults(key="secret"), "AnkiConnect asks for its API key: give it with --key, or in DECKFORGE_ANKI_KEY"),
        (Faults(body=b"<!DOCTYPE html><title>Router</title>"), "not as AnkiConnect does ('<!DOCTYPE html>"),
        (Faults(body=b""), "not as AnkiConnect does ('')"),
        (Faults(body=b"[1, 2]"), "is another program at that address?"),
        (Faults(body=b'{"result": [], "error": null}'), "answers, but not as AnkiConnect does"),
        (Faults(body=b"\xff\xfe\x00" * 50), "not as AnkiConnect does"),
        (Faults(status=404), "answers with HTTP status 404"),
        (Faults(status=403), "AnkiConnect denies permission to this program"),
        (Faults(unsupported=frozenset({"findModelsById"})), "does not know `findModelsById`: update the add-on"),
        (Faults(errors={"findNotes": ["collection is not available"] * 9}), "Anki has no collection open"),
        (Faults(errors={"deckNames": ["database is locked"]}), "Anki refuses `deckNames`: database is locked"),
        (Faults(die_at=("requestPermission", 2, False)), "nothing answers at"),
    ],
    ids=lambda each: "" if isinstance(each, str) else repr({k: v for k, v in vars(each).items() if v})[:60],
)
def test_what_is_wrong_is_said_in_one_sentence(pushed: Pushing, faults: Faults, sentence: str) -> None:
    pushed.server.anki.faults = copy.deepcopy(faults)
    pushed.example.replace(LESSON, "One.", "One, the first.")
    done = pushed()
    assert done.code == ANKI
    assert sentence in done.err
    assert "Traceback" not in done.err
    assert pushed.server.anki.changed == []
    assert pushed.note("one")["Back"] == "<p>One.</p>"
    pushed.server.restart()
    assert pushed().code == 0


def test_anki_is_not_running(push: Pushing) -> None:
    push.server.stop()
    done = push()
    assert done.code == ANKI
    assert "nothing answers at http://127.0.0.1:" in done.err
    assert "start Anki, with the add-on AnkiConnect in it" in done.err


def test_a_program_that_speaks_no_http(push: Pushing) -> None:
    from threading import Thread

    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            there, _ = listening.accept()
            with there:
                there.recv(1 << 16)
                there.sendall(b"220 mail.example ESMTP\r\n")

        thread = Thread(target=answer)
        thread.start()
        done = push("--url", f"http://127.0.0.1:{listening.getsockname()[1]}")
        thread.join()
    assert done.code == ANKI
    assert "does not speak HTTP" in done.err


def test_no_answer_in_time(pushed: Pushing) -> None:
    pushed.server.anki.faults = Faults(delay=1)
    done = pushed("--timeout", "0.2")
    assert done.code == ANKI
    assert "Anki gave no answer to `requestPermission` within 0.2 s: it may be busy, or wait for you" in done.err


@pytest.mark.parametrize("key", ["", "wrong", "right"])
def test_the_key(push: Pushing, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    push.server.anki.faults = Faults(key="right")
    monkeypatch.setenv("DECKFORGE_ANKI_KEY", key)
    done = push()
    assert done.code == (0 if key == "right" else ANKI)
    assert ("does not accept the API key" in done.err) == (key == "wrong")
    assert push.collection.note_count() == (4 if key == "right" else 0)


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8765", "ftp://127.0.0.1", "http://", "http://user:word@127.0.0.1", "http://127.0.0.1:port"]
)
def test_an_address_that_is_none(push: Pushing, url: str) -> None:
    done = push("--url", url)
    assert done.code == USAGE
    assert url in done.err


def test_another_machine_is_warned_about(push: Pushing, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "create_connection", nowhere)
    done = push("--url", "http://anki.invalid:8765")
    assert done.code == ANKI
    assert "anki.invalid is another machine: the course and the key go over the network" in done.err
    assert "there is no machine called anki.invalid" in done.err


def test_no_proxy_is_used(push: Pushing, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert push().code == 0


def test_json_cannot_ask(push: Pushing) -> None:
    done = push("--format", "json", yes=False)
    assert done.code == USAGE
    assert "add --yes, or --dry-run" in done.err


def test_a_moment_without_a_collection_is_waited_for(push: Pushing) -> None:
    push.server.anki.faults = Faults(errors={"deckNames": ["collection is not available"] * 2})
    assert push().code == 0


def test_mistakes_in_the_lessons_come_before_anki(pushed: Pushing) -> None:
    pushed.example.replace(LESSON, "{#two .easy}", "{#one .easy}")
    done = pushed()
    assert done.code == 1
    assert pushed.server.anki.changed == []


def everything_changes(push: Pushing) -> None:
    """One change of every kind: a new note, an update, a picture, a move, a style, a retired note."""
    without(push, "What is two? {#two .easy}", "Two.")
    push.example.replace(LESSON, "One.", "One, the first.")
    push.example.replace("content/second.md", "deck: Second", "deck: Later")
    push.example.write({"content/media/dot.png": (push.example.root / "content/media/dot.png").read_bytes() + b"!"})
    push.example.write({"templates/anki/card/front.html": '<main class="df">Asked: {{Front}}</main>'})
    add_a_card(push)


STEPS = [
    ("storeMediaFile", "0 of 1 pictures (the ones just sent may be done too)"),
    ("updateModelTemplates", "1 of 1 pictures, 0 of 1 note types"),
    ("importPackage", "1 of 1 note types, 0 of 1 new notes"),
    ("updateNote", "1 of 1 new notes, 0 of 2 updates"),
    ("changeDeck", "2 of 2 updates, 0 of 1 moves"),
    ("suspend", "1 of 1 moves, 0 of 1 retired notes"),
    ("addTags", "1 of 1 moves, 0 of 1 retired notes"),
]


@pytest.mark.parametrize("after", [False, True], ids=["before doing it", "after doing it"])
@pytest.mark.parametrize(("action", "words"), STEPS, ids=[action for action, _ in STEPS])
def test_anki_dies_in_the_middle_and_the_next_push_completes(
    pushed: Pushing, action: str, words: str, after: bool
) -> None:
    everything_changes(pushed)
    schema = pushed.schema
    n = pushed.server.anki.count(action) + 1
    pushed.server.anki.faults = Faults(die_at=(action, n, after))
    done = pushed()
    assert done.code == ANKI
    assert "Anki went away during" in done.err
    assert words in done.err
    assert "Run `deckforge push` again: it looks first, and does what is missing." in done.err
    pushed.server.restart()
    assert pushed().code == 0
    assert_all_is_there(pushed)
    assert pushed.schema == schema
    assert pushed().out == NOTHING


def assert_all_is_there(push: Pushing) -> None:
    assert "the first" in push.note("one")["Back"]
    assert push.note("four")["Front"] == "What is four?"
    assert push.deck("ring") == "Examples::Later"
    assert [card.queue for card in push.note("two").cards()] == [-1]
    assert "deckforge::retired::suspended" in push.note("two").tags
    assert "Asked:" in push.note("one").cards()[0].question()
    assert push.collection.media.check().missing == []
    assert "_deckforge-new-notes.apkg" not in push.server.anki.do_getMediaFilesNames()


def test_stopped_from_the_keyboard_says_what_was_done(pushed: Pushing, monkeypatch: pytest.MonkeyPatch) -> None:
    everything_changes(pushed)
    tell = ankiconnect.AnkiConnect.tell

    def stopping(anki: ankiconnect.AnkiConnect, action: str, **params: object) -> object:
        if action == "changeDeck":
            raise KeyboardInterrupt
        return tell(anki, action, **params)

    with monkeypatch.context() as patch:
        patch.setattr(ankiconnect.AnkiConnect, "tell", stopping)
        done = pushed()
    assert done.code == ANKI
    assert "stopped from the keyboard" in done.err
    assert "2 of 2 updates, 0 of 1 moves" in done.err
    assert pushed().code == 0
    assert_all_is_there(pushed)


@pytest.mark.parametrize("action", ["retrieveMediaFile", "getActiveProfile"])
def test_anki_dies_while_it_is_looked_at_again(pushed: Pushing, action: str) -> None:
    everything_changes(pushed)
    # Looked at for the plan, and again after the work.
    pushed.server.anki.faults = Faults(die_at=(action, pushed.server.anki.count(action) + 2, False))
    done = pushed()
    assert done.code == ANKI
    assert "1 of 1 retired notes" in done.err
    pushed.server.restart()
    assert pushed().code == 0
    assert_all_is_there(pushed)
    assert pushed().out == NOTHING


def test_the_first_push_is_cut_off_after_the_import(push: Pushing) -> None:
    push.server.anki.faults = Faults(die_at=("importPackage", 1, True))
    assert push().code == ANKI
    push.server.restart()
    assert push.collection.note_count() == 4
    assert push().code == 0
    assert "_deckforge-new-notes.apkg" not in push.server.anki.do_getMediaFilesNames()
    assert push().out == NOTHING


def test_a_package_that_anki_refuses_does_not_stay_behind(push: Pushing) -> None:
    push.server.anki.faults = Faults(errors={"importPackage": ["not an apkg"]})
    done = push()
    assert done.code == ANKI
    assert "Anki refuses `importPackage`: not an apkg" in done.err
    assert "_deckforge-new-notes.apkg" not in push.server.anki.do_getMediaFilesNames()


def test_a_note_is_deleted_between_the_preview_and_the_push(pushed: Pushing) -> None:
    pushed.example.replace(LESSON, "One.", "One, the first.").replace(LESSON, "Two.", "Two, the second.")
    gone = pushed.note("one").id
    pushed.server.anki.faults.before["updateNote"] = lambda: pushed.collection.remove_notes([gone])
    done = pushed()
    assert done.code == 0
    assert "the second" in pushed.note("two")["Back"]
    assert left(pushed.json()) == {("one", "deleted")}


def test_anki_changes_while_one_thinks_about_the_answer(pushed: Pushing, monkeypatch: pytest.MonkeyPatch) -> None:
    pushed.example.replace(LESSON, "One.", "One, the first.").replace(LESSON, "Two.", "Two, the second.")
    asked = []

    def confirm(_: str) -> bool:
        if not asked:
            pushed.edit("one", Back="Uno.")
        asked.append(True)
        return True

    monkeypatch.setattr("click.confirm", confirm)
    done = pushed(yes=False)
    assert len(asked) == 2
    assert "one  edited in Anki, and changed in the course too" in done.out
    assert pushed.note("one")["Back"] == "Uno."
    assert "the second" in pushed.note("two")["Back"]


def test_a_note_that_is_open_in_the_browser_is_not_taken_and_that_is_said(pushed: Pushing) -> None:
    def ignore(note: dict[str, object]) -> None:
        """Do as the add-on does with a note that is being edited: answer, and change nothing."""

    pushed.example.replace(LESSON, "One.", "One, the first.")
    pushed.server.anki.do_updateNote = ignore  # type: ignore[method-assign]
    done = pushed()
    assert done.code == 6
    assert "not all of it was taken" in done.out
    assert "open in Anki's browser" in done.out
    del pushed.server.anki.do_updateNote
    assert pushed().code == 0
    assert "the first" in pushed.note("one")["Back"]


def test_one_refused_note_does_not_stop_the_others(pushed: Pushing) -> None:
    pushed.example.replace(LESSON, "One.", "One, the first.").replace(LESSON, "Two.", "Two, the second.")
    pushed.server.anki.faults = Faults(errors={"updateNote": ["cannot write field"]})
    done = pushed("--format", "json")
    assert done.code == 6
    assert json.loads(done.out)["refused"] == ["Anki refuses `updateNote`: cannot write field"]
    assert json.loads(done.out)["still_to_do"] == 1
    pushed.server.restart()
    assert pushed().code == 0


def test_a_text_that_anki_writes_in_its_own_way_is_not_sent_for_ever(pushed: Pushing) -> None:
    real = pushed.server.anki.do_updateNote

    def rewriting(note: dict) -> None:
        real({**note, "fields": {name: text.replace("<p>", "<p >") for name, text in note["fields"].items()}})

    pushed.server.anki.do_updateNote = rewriting  # type: ignore[method-assign]
    pushed.example.replace(LESSON, "One.", "One, the first.")
    assert pushed().code == 0
    assert pushed().out == NOTHING


@pytest.mark.parametrize(
    "break_it",
    [
        lambda note: note.pop("cards"),
        lambda note: note.update(fields=[]),
        lambda note: note.update(tags=None),
    ],
    ids=["no cards", "fields as a list", "no tags"],
)
def test_answers_of_another_shape(pushed: Pushing, break_it: Callable[[dict], object]) -> None:
    real = pushed.server.anki.do_notesInfo

    def broken(notes: list[int]) -> list[dict]:
        found = real(notes)
        for each in found:
            break_it(each)
        return found

    pushed.server.anki.do_notesInfo = broken  # type: ignore[method-assign]
    done = pushed()
    assert done.code == ANKI
    assert "have another shape than expected" in done.err
