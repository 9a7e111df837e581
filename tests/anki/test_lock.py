"""The lock file: what it remembers, what it survives, and what it refuses."""

from __future__ import annotations

import random
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckforge.emit import anki as emitter
from deckforge.emit.anki import lock
from deckforge.emit.anki.lock import Entry
from tests.anki.build import NOW, card, context, course, lesson
from tests.anki.learner import package

if TYPE_CHECKING:
    from pathlib import Path

A, B = "a" * 16, "b" * 16

entries = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9-]{0,20}|notetype:[a-z]+", fullmatch=True),
    st.builds(
        Entry,
        st.integers(0, 10**11),
        st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
        st.sampled_from(["", "card", "cloze"]),
    ),
)


@given(entries)
def test_what_is_written_is_read(known: dict[str, Entry]) -> None:
    assert lock.read(lock.write(known)) == (known, ())


@given(entries, entries)
def test_a_change_moves_a_time_forward_and_no_change_leaves_it(old: dict[str, Entry], new: dict[str, Entry]) -> None:
    current = {key: (entry.hash, entry.type) for key, entry in new.items()}
    after = lock.advance(old, current, NOW)
    assert after.keys() == old.keys() | new.keys()
    for key, entry in after.items():
        if key not in old:
            assert entry == Entry(NOW, *current[key])
        elif key not in current or current[key] == (old[key].hash, old[key].type):
            assert entry == old[key]
        else:
            assert entry.mod > old[key].mod
            assert entry.mod >= NOW


@given(entries, st.binary(max_size=200))
def test_no_bytes_make_the_reader_fall_over(known: dict[str, Entry], junk: bytes) -> None:
    lock.read(lock.write(known) + junk)
    assert lock.newest(junk) >= 0


def test_the_shape_is_three_lines_a_note() -> None:
    known = {"b": Entry(2, B, "cloze"), "a": Entry(1, A, "card"), "notetype:card": Entry(3, A)}
    assert lock.write(known).decode() == f"a\n1 {A} card\n\nb\n2 {B} cloze\n\nnotetype:card\n3 {A}\n\n"
    assert lock.newest(lock.write(known)) == 3
    assert lock.newest(b"") == 0


def test_conflict_markers_are_skipped_and_the_later_value_counts() -> None:
    text = (
        f"a\n<<<<<<< ours\n5 {A} card\n||||||| base\n1 {B} card\n=======\n9 {B} card\n>>>>>>> theirs\n\nb\n2 {A} card\n"
    )
    known, found = lock.read(text.encode())
    assert known == {"a": Entry(9, B, "card"), "b": Entry(2, A, "card")}
    assert not found


def test_one_id_twice_counts_once() -> None:
    known, found = lock.read(f"a\n5 {A} card\n\na\n7 {B} card\n\na\n6 {A} card\n".encode())
    assert known == {"a": Entry(7, B, "card")}
    assert not found


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (f"a\nyesterday {A} card\n", "a", "no modification time"),
        (f"a\nyesterday {A} card\n", f"yesterday {A} card", "neither an id nor a time"),
        (f"5 {A} card\n", f"5 {A} card", "behind no id"),
        (f"a\n\nb\n5 {A} card\n", "a", "no modification time"),
        ("a\n5 zzz card\n", "5 zzz card", "neither an id nor a time"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(text: str, line: str, says: str) -> None:
    _, found = lock.read(text.encode())
    places = {text[each.span.start : each.span.end]: each.message for each in found}
    assert says in places[line]


def test_bytes_that_are_no_text_are_said() -> None:
    (found,) = lock.read(b"\xff\xfe\n")[1]
    assert "UTF-8" in found.message


def test_a_corrupt_lock_file_stops_the_package(tmp_path: Path) -> None:
    package(tmp_path, course(lesson("flow", card("a", "A?"))))
    path = tmp_path / "content" / "anki.lock"
    path.write_text(path.read_text() + "half an entry\n")
    made = emitter.emit(context(tmp_path, course(lesson("flow", card("a", "A?")))))
    assert made.value == ()
    assert [each.code.name for each in made.diagnostics] == ["corrupt-lock"]


def test_locked_names_what_would_change(tmp_path: Path) -> None:
    package(tmp_path, course(lesson("flow", card("a", "A?"), card("b", "B?"))))
    changed = course(lesson("flow", card("a", "A!"), card("b", "B?"), card("c", "C?")))
    made = emitter.emit(context(tmp_path, changed, locked=True))
    assert made.value == ()
    (found,) = made.diagnostics
    assert found.code.name == "lock-out-of-date"
    assert "a, c changed" in found.message


def test_locked_is_content_where_nothing_changed(tmp_path: Path) -> None:
    made = course(lesson("flow", card("a", "A?")))
    first = package(tmp_path, made)
    outcome = emitter.emit(context(tmp_path, made, now=NOW + 5, locked=True))
    assert [each.path for each in outcome.value] == ["build/decks/training.apkg", "build/decks/rows.sha256"]
    assert outcome.value[0].data == first
    assert not outcome.diagnostics


def test_a_vanished_item_keeps_its_time_and_returns_with_it(tmp_path: Path) -> None:
    full, less = (course(lesson("flow", *cards)) for cards in ((card("a", "A?"), card("b", "B?")), (card("b", "B?"),)))
    package(tmp_path, full)
    before = (tmp_path / "content" / "anki.lock").read_bytes()
    package(tmp_path, less, now=NOW + 5)
    assert (tmp_path / "content" / "anki.lock").read_bytes() == before
    package(tmp_path, full, now=NOW + 10)
    assert (tmp_path / "content" / "anki.lock").read_bytes() == before


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@pytest.mark.parametrize("seed", range(4))
def test_git_merges_what_two_branches_changed(tmp_path: Path, seed: int) -> None:
    """Both branches edit and add notes in one lesson; some of the edits are of the same note."""
    chance = random.Random(seed)
    base = {f"note-{number:02}": Entry(100, A, "card") for number in range(20)}

    def branch(time: int) -> dict[str, Entry]:
        edited = chance.sample(sorted(base), 4)
        added = [f"note-{chance.randrange(20):02}-new-{time}-{number}" for number in range(2)]
        return base | {key: Entry(time, f"{time:016x}", "card") for key in [*edited, *added]}

    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    def commit(known: dict[str, Entry]) -> None:
        (tmp_path / "anki.lock").write_bytes(lock.write(known))
        git("add", ".")
        git("commit", "-m", "a change")

    git("init", "-b", "main")
    (tmp_path / ".gitattributes").write_text("*.lock merge=union text eol=lf\n")
    commit(base)
    ours, theirs = branch(200), branch(300)
    git("checkout", "-b", "theirs")
    commit(theirs)
    git("checkout", "main")
    commit(ours)
    git("merge", "theirs", "-m", "a merge")

    known, found = lock.read((tmp_path / "anki.lock").read_bytes())
    assert not found
    expected = {
        key: max((each.get(key, base.get(key)) for each in (ours, theirs) if each.get(key)), key=lambda e: e.mod)
        for key in ours.keys() | theirs.keys()
    }
    assert known == expected
