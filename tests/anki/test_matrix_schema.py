"""What the lock file knows of note types: written and read back, merged, compared as Anki compares."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckforge.emit.anki import lock, schema
from deckforge.emit.anki.lock import Entry
from deckforge.emit.anki.schema import Part, Schema

if TYPE_CHECKING:
    from pathlib import Path

parts = st.lists(
    st.builds(Part, st.text(min_size=1, max_size=12), st.integers(1, 2**53)),
    min_size=1,
    max_size=5,
    unique_by=(lambda part: part.id, lambda part: part.name),
).map(tuple)
schemas = st.builds(Schema, st.sampled_from(["basic", "cloze"]), st.integers(1, 10**13), parts, parts)
SMALL = Schema("basic", 7, (Part("Front", 1), Part("Back", 2)), (Part("Card", 3),))


@given(schemas)
def test_a_schema_survives_the_lock_file(known: Schema) -> None:
    """Whatever the names are: with spaces, signs that the file uses itself, or no letters at all."""
    entries = {"notetype:card": Entry(1, "a" * 16, schema.write(known))}
    read, found = lock.read(lock.write(entries))
    assert not found
    assert read == entries
    assert schema.read(read["notetype:card"].type) == known


@pytest.mark.parametrize("word", ["", "card", "cloze"])
def test_an_entry_without_a_schema_tells_nothing(word: str) -> None:
    assert schema.read(word) is None


@pytest.mark.parametrize(
    "word", ["basic;7", "basic;x;A=1;B=2", "basic;7;A;B=2", "basic;7;A=1,;B=2", "basic;7;A=zz;B=2"]
)
def test_half_a_schema_is_a_corrupt_lock(word: str) -> None:
    _, found = lock.read(f"notetype:card\n1 {'a' * 16} {word}\n\n".encode())
    assert [each.code.name for each in found] == ["corrupt-lock", "corrupt-lock"]


@given(schemas)
def test_equal_schemas_do_not_differ_whatever_their_parts_are_called(known: Schema) -> None:
    renamed = replace(known, fields=tuple(replace(part, name=f"{part.name}!") for part in known.fields))
    assert schema.compare(known, known) == ()
    assert schema.compare(known, renamed) == ()


@given(schemas, schemas)
def test_schemas_differ_where_anki_finds_them_different(one: Schema, other: Schema) -> None:
    """Anki: as many parts, and each with the id of its counterpart; and for us, one kind and one id."""

    def ids(known: Schema) -> object:
        return known.kind, known.id, [part.id for part in known.fields], [part.id for part in known.templates]

    assert bool(schema.compare(one, other)) == (ids(one) != ids(other))


@pytest.mark.parametrize(
    ("changed", "said", "full_sync"),
    [
        (replace(SMALL, fields=(*SMALL.fields, Part("Audio", 9))), ("field", "added", "Audio"), True),
        (replace(SMALL, fields=SMALL.fields[:1]), ("field", "removed", "Back"), False),
        (replace(SMALL, fields=SMALL.fields[::-1]), ("field", "reordered", ""), False),
        (replace(SMALL, templates=(*SMALL.templates, Part("Two", 9))), ("template", "added", "Two"), True),
        (replace(SMALL, kind="cloze"), ("note type", "kind", "a cloze type"), False),
        (replace(SMALL, id=8), ("note type", "id", ""), True),
    ],
)
def test_every_difference_is_named(changed: Schema, said: tuple[str, str, str], full_sync: bool) -> None:
    (change,) = schema.compare(SMALL, changed)
    assert (change.part, change.how, change.name) == said
    assert change.full_sync == full_sync
    message, fix = change.words("Training · Card")
    assert "`Training · Card`" in message
    assert "--allow-full-sync" in fix


def test_without_ids_the_names_count() -> None:
    """As in packages of other makers."""
    bare = replace(SMALL, fields=tuple(replace(part, id=None) for part in SMALL.fields))
    assert schema.compare(bare, SMALL) == ()
    renamed = replace(bare, fields=(Part("Question", None), bare.fields[1]))
    assert [change.how for change in schema.compare(bare, renamed)] == ["added", "removed"]


def test_two_branches_that_change_a_note_type_merge_and_the_later_counts(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    def commit(mod: int, known: Schema) -> None:
        entries = {
            "a": Entry(1, "a" * 16, "card"),
            "notetype:card": Entry(mod, f"{mod:016x}", schema.write(known)),
            "z": Entry(1, "b" * 16, "card"),
        }
        (tmp_path / "anki.lock").write_bytes(lock.write(entries))
        git("commit", "-qam", f"At {mod}")

    git("init", "-q", "-b", "main")
    (tmp_path / ".gitattributes").write_text("*.lock merge=union text eol=lf\n")
    (tmp_path / "anki.lock").write_text("")
    git("add", ".")
    commit(1, SMALL)
    git("checkout", "-qb", "other")
    later = replace(SMALL, fields=(*SMALL.fields, Part("Later", 9)))
    commit(3, later)
    git("checkout", "-q", "main")
    commit(2, replace(SMALL, fields=(*SMALL.fields, Part("Earlier", 8))))
    git("merge", "-q", "other", "-m", "Both")
    entries, found = lock.read((tmp_path / "anki.lock").read_bytes())
    assert not found
    assert schema.read(entries["notetype:card"].type) == later
    assert entries.keys() == {"a", "notetype:card", "z"}
