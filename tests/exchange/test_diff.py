"""`deckforge diff`: what is said before an import, from a package, a lock file or a git revision.

That Anki then does what was said is held in `tests/anki/test_matrix.py`, change by change.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckforge.cli import ExitCode
from deckforge.emit import anki as emitter
from deckforge.emit.anki import lock, schema
from deckforge.exchange.apkg import read_package
from deckforge.exchange.diff import compare_locks, compare_packages, searches
from deckforge.exchange.diff_model import Diff, Why
from deckforge.exchange.diff_view import words
from tests.anki.build import NOW, PNG, card, context, course, image, lesson, make, p, rich
from tests.anki.learner import package
from tests.anki.versions import VERSIONS, Anki
from tests.example import Example

if TYPE_CHECKING:
    from pathlib import Path

    from deckforge.model.course import Course

LATER = NOW + 1000
PLAIN = """\
---
id: doubling
title: Doubling
---

# Doubling

## Flashcards

### What is twice 0.25? {#quarter .easy .remember concept=chain-rule}

#### Answer

One half.

### What is twice one? {#one .easy .remember concept=chain-rule}

#### Answer

Two.
"""
"""A lesson without claims, so that nothing has to be executed."""


def said(root: Path, old: Course, new: Course) -> Diff:
    """Build one course, then the other, and return what is said about the two packages."""
    packages = []
    for name, each, now in (("old", old, NOW), ("new", new, LATER)):
        path = root / f"{name}.apkg"
        path.write_bytes(package(root, each, now=now))
        packages.append(read_package(path).value)
    return compare_packages(*packages, new)


def cards(*items: str, **fields: Any) -> Course:
    return course(lesson("flow", *(card(item, f"What is {item}?") for item in items)), **fields)


# What two packages tell


def test_nothing_has_changed(tmp_path: Path) -> None:
    assert said(tmp_path, cards("a", "b"), cards("a", "b")) == Diff()


def test_new_retired_and_reordered_notes(tmp_path: Path) -> None:
    found = said(tmp_path, cards("a", "b", "c", "d"), cards("c", "b", "d", "e"))
    assert found.new == ("e",)
    assert found.retired == ("a",)
    assert len(found.reordered) == 1
    assert found.reordered[0] in ("b", "c")
    assert found.searches == ('"note:Training networks · *" ("ID:a")',)


def test_an_updated_note_with_its_fields_and_tags(tmp_path: Path) -> None:
    old, new = (
        course(lesson("flow", card("a", "What is a?", f"It is {word}.", tags=(word,)))) for word in ("small", "large")
    )
    (update,) = said(tmp_path, old, new).updated
    assert update.fields == (("Back", "<p>It is small.</p>", "<p>It is large.</p>"),)
    assert (update.tags_added, update.tags_removed) == (("large",), ("small",))


def test_a_moved_note(tmp_path: Path) -> None:
    old, new = (course(lesson("flow", card("a", "A?"), deck=deck)) for deck in ("One", "Two"))
    (move,) = said(tmp_path, old, new).moved
    assert (move.item, move.old, move.new) == ("a", "Networks::One", "Networks::Two")


def test_a_deck_in_another_case_is_the_same_deck(tmp_path: Path) -> None:
    old, new = (course(lesson("flow", card("a", "A?"), deck=deck)) for deck in ("One", "ONE"))
    assert not said(tmp_path, old, new).moved


def test_a_card_more_and_a_card_fewer(tmp_path: Path) -> None:
    one, both = (course(lesson("flow", card("a", "A?", both=value))) for value in (False, True))
    assert said(tmp_path / "one", one, both).updated[0].cards_added == 1
    assert said(tmp_path / "two", both, one).updated[0].cards_left_empty == 1


def test_a_style_a_template_and_a_title(tmp_path: Path) -> None:
    (tmp_path / "old.apkg").write_bytes(package(tmp_path, cards("a")))
    own = tmp_path / "templates" / "anki"
    (own / "card").mkdir(parents=True)
    (own / "card" / "front.html").write_text("{{Front}}")
    (own / "shared").mkdir()
    (own / "shared" / "style.css").write_text("main { color: teal }")
    found = said(tmp_path, cards("a"), cards("a", title="Learning"))
    (change,) = found.types
    assert change.name == "Learning · Card"
    assert change.what == ("was called Training networks · Card",)
    first = read_package(tmp_path / "old.apkg").value
    assert first.notes


def test_templates_and_style_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "old.apkg"
    path.write_bytes(package(tmp_path, cards("a")))
    old = read_package(path).value
    (number, type_) = next(iter(old.note_types.items()))
    templates = (replace(type_.templates[0], front="{{Front}}"), replace(type_.templates[1], name="Backwards"))
    fields = tuple(("Audio" if name == "Reserved1" else name, id_) for name, id_ in type_.fields)
    later = replace(type_, mod=type_.mod + 1, css="main {}", templates=templates, fields=fields)
    found = compare_packages(old, replace(old, note_types={number: later}), cards("a"))
    assert found.types[0].what == (
        "the template Question",
        "the template Reverse is called Backwards",
        "the field Reserved1 is called Audio",
        "the style",
    )
    assert not found.updated, "a field's text stays its own when the field is renamed"
    assert not found.refused


def test_media_by_name(tmp_path: Path) -> None:
    def shown(name: str) -> Course:
        made = course(lesson("flow", card("a", rich("A? ", image(name)))))
        return replace(made, media={f"content/media/{name}": PNG})

    found = said(tmp_path, shown("curve.png"), shown("loss.png"))
    assert [name.partition("-")[0] for name in (*found.media_new, *found.media_gone)] == ["loss", "curve"]


def test_a_note_of_another_type_a_duplicate_and_a_changed_schema_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "old.apkg"
    path.write_bytes(package(tmp_path, cards("a", "b")))
    old = read_package(path).value
    number, type_ = next(iter(old.note_types.items()))
    wider = replace(type_, fields=(*type_.fields, ("Audio", 77)))
    twin = replace(old.notes[0], id=1)
    other = replace(type_, id=number + 1, name="Another")
    new = replace(
        old,
        notes=(replace(old.notes[0], type=number + 1), old.notes[1], twin),
        note_types={number: wider, number + 1: other},
    )
    found = compare_packages(old, new, cards("a", "b"))
    assert {each.why for each in found.refused} == {Why.SCHEMA, Why.KIND, Why.DUPLICATE}
    assert found.forces_full_sync
    assert all(each.message and each.fix for each in found.refused)


def test_what_changed_without_being_newer_is_said_to_be_skipped(tmp_path: Path) -> None:
    """As after a lost lock file."""
    for name, front in (("old", "A?"), ("new", "A!")):
        data = package(tmp_path / name, course(lesson("flow", card("a", front))))
        (tmp_path / f"{name}.apkg").write_bytes(data)
    old, new = (read_package(tmp_path / f"{name}.apkg").value for name in ("old", "new"))
    found = compare_packages(old, new, cards("a"))
    assert [(each.why, each.what) for each in found.refused] == [(Why.STALE, "a")]
    assert not found.updated
    assert not found.forces_full_sync


def test_what_is_newer_without_a_change_is_said_to_overwrite_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "old.apkg"
    path.write_bytes(package(tmp_path, cards("a")))
    old = read_package(path).value
    new = replace(old, notes=tuple(replace(each, mod=each.mod + 1) for each in old.notes))
    assert compare_packages(old, new, cards("a")) == Diff(touched=("a",))


@settings(deadline=None)
@given(st.permutations(range(7)))
def test_the_reordered_are_the_fewest_that_explain_the_order(order: list[int]) -> None:
    from deckforge.exchange.diff import _reordered

    now = [str(number) for number in order]
    moved = _reordered(sorted(now), now)
    still = [item for item in now if item not in moved]
    assert still == sorted(still)
    longest = next(
        length
        for length in range(7, 0, -1)
        if any(list(run) == sorted(run) for run in itertools.combinations(now, length))
    )
    assert len(still) == longest


def test_a_course_that_calls_itself_something_else_would_come_a_second_time(tmp_path: Path) -> None:
    for name in ("training", "renamed"):
        (tmp_path / f"{name}.apkg").write_bytes(package(tmp_path / name, cards("a", "b", id=name)))
    old, new = (read_package(tmp_path / f"{name}.apkg").value for name in ("training", "renamed"))
    found = compare_packages(old, new, cards("a", "b", id="renamed"))
    assert found.forces_full_sync
    assert "every note a second time" in found.refused[0].message


# Searches


@settings(deadline=None)
@given(st.lists(st.from_regex(r"[a-z][a-z0-9_-]{0,60}", fullmatch=True), unique=True, max_size=700))
def test_every_retired_note_is_in_one_search_and_no_search_is_too_long(items: list[str]) -> None:
    found = searches(cards("a"), items)
    assert sum(text.count('"ID:') for text in found) == len(items)
    assert all(len(text) <= 8000 and text.count('"ID:') <= 300 for text in found)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_searches_for_many_retired_notes_find_them_all(version: str, tmp_path: Path) -> None:
    """One search for more than 990 notes is more than Anki takes."""
    many = [f"item-{number}" for number in range(1200)]
    (tmp_path / "old.apkg").write_bytes(package(tmp_path, cards(*many, "kept")))
    anki = Anki(version)
    try:
        anki.call("open", folder=str(tmp_path / "collection"))
        anki.call("take", package=str(tmp_path / "old.apkg"))
        with pytest.raises(AssertionError, match="Expression tree"):
            anki.call("search", text=emitter.retired_search(cards("kept"), many))
        found = [item for text in searches(cards("kept"), many) for item in anki.call("search", text=text)]
        assert sorted(found) == sorted(many)
    finally:
        anki.close()


def test_retired_notes_are_searched_by_the_name_that_their_type_will_have(tmp_path: Path) -> None:
    """A new title renames the types that are in the package, and no other."""
    term = make_term("t")
    old = course(lesson("flow", card("a", "A?"), card("b", "B?"), term))
    found = said(tmp_path, old, replace(cards("a"), title="Learning"))
    assert sorted(found.searches) == ['"note:Learning · *" ("ID:b")', '"note:Training networks · *" ("ID:t")']


def make_term(id_: str) -> Any:
    from deckforge.model.items import Term

    return make(Term, id_, rich("A word"), definition=p("What it means."))


def test_a_build_names_one_search_or_this_command(tmp_path: Path) -> None:
    """A search that Anki would not take is none."""
    package(tmp_path, cards("kept", *(f"item-{number}" for number in range(400))))
    for gone, says in ((400, "run deckforge diff"), (300, 'OR "ID:item-399")')):
        left = cards("kept", *(f"item-{number}" for number in range(400 - gone)))
        (found,) = emitter.emit(context(tmp_path, left, now=LATER)).diagnostics
        assert says in found.message


# What lock files tell


def entries(root: Path, made: Course, now: int = NOW) -> dict[str, lock.Entry]:
    package(root, made, now=now)
    return lock.read((root / "content" / "anki.lock").read_bytes())[0]


def test_a_lock_file_tells_what_is_new_updated_and_retired_and_what_it_does_not_know(tmp_path: Path) -> None:
    old = entries(tmp_path, cards("a", "b", "c"))
    changed = course(lesson("flow", card("a", "What is a?"), card("b", "What is b!"), card("d", "D?")))
    found = compare_locks(old, entries(tmp_path, changed, LATER), ["a", "b", "d"], changed)
    assert (found.new, [each.item for each in found.updated], found.retired) == (("d",), ["b"], ("c",))
    assert found.searches == ('"note:Training networks · *" ("ID:c")',)
    assert "order" in found.unknown
    assert not found.refused


def test_lock_files_tell_of_schemas_and_kinds(tmp_path: Path) -> None:
    old = entries(tmp_path, cards("a"))
    known = schema.read(old["notetype:card"].type)
    assert known is not None
    narrow = schema.write(replace(known, fields=known.fields[:-1]))
    before = old | {"notetype:card": replace(old["notetype:card"], type=narrow)}
    found = compare_locks(before, old, ["a"], cards("a"))
    assert [each.why for each in found.refused] == [Why.SCHEMA]
    assert "`Reserved6`" in found.refused[0].message
    before = old | {"a": replace(old["a"], type="cloze")}
    assert [each.why for each in compare_locks(before, old, ["a"], cards("a")).refused] == [Why.KIND]


def test_a_lock_file_from_before_schemas_were_kept_is_no_difference(tmp_path: Path) -> None:
    now = entries(tmp_path, cards("a"))
    old = {key: replace(entry, type="") for key, entry in now.items()}
    assert not compare_locks(old, now, ["a"], cards("a")).differs


# The build refuses


def test_a_build_learns_schemas_without_moving_any_time(tmp_path: Path) -> None:
    now = entries(tmp_path, cards("a"))
    path = tmp_path / "content" / "anki.lock"
    path.write_bytes(lock.write({key: replace(entry, type="") for key, entry in now.items()}))
    assert entries(tmp_path, cards("a"), LATER) == now


def test_a_build_that_would_force_a_full_sync_is_refused(example: Example) -> None:
    """The lock file knows a field that the note type no longer has."""
    example.build(only=("decks",))
    before = example.outputs()
    path = example.root / "content" / "anki.lock"
    text = path.read_text()
    assert ",Reserved6=" in text
    path.write_text(text.replace(",Reserved6=", ",Audio=4d,Reserved6="))
    example.replace("content/doubling.md", "Two.", "Two, of course.")
    refused = example.build(only=("decks",))
    assert refused.written is None
    assert [each.code.name for each in refused.diagnostics] == ["note-type-schema-changed"]
    assert "`An example · Card` would lose the field `Audio`" in refused.diagnostics[0].message
    assert "--allow-full-sync" in refused.diagnostics[0].fix
    assert example.outputs() == before
    assert example.build(only=("decks",), allow_full_sync=True).written is not None
    assert ",Audio=4d" not in path.read_text()
    assert not example.build(only=("decks",)).diagnostics


def test_an_item_of_another_kind_is_refused_until_it_has_a_new_id(example: Example) -> None:
    example.build(only=("decks",))
    example.replace(
        "content/doubling.md", "### What is twice one? {#one .easy", "### Twice one is {{c1::two}}. {#one .cloze .easy"
    )
    refused = example.build(only=("decks",))
    assert [each.code.name for each in refused.diagnostics] == ["note-type-changed"]
    example.replace("content/doubling.md", "{#one .cloze", "{#one-cloze .cloze")
    assert [each.code.name for each in example.build(only=("decks",)).diagnostics] == ["retired-notes"]


def test_other_ids_of_all_note_types_mean_another_course_id(tmp_path: Path) -> None:
    package(tmp_path, cards("a"))
    made = emitter.emit(context(tmp_path, cards("a", id="renamed"), now=LATER))
    (found,) = made.diagnostics
    assert "every note a second time" in found.message
    assert "`id` of course.yaml" in found.fix


# The command


def diff(example: Example, old: str, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deckforge", "diff", old, *more],
        cwd=example.root,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def example(tmp_path: Path) -> Example:
    return Example(tmp_path, {"content/doubling.md": PLAIN})


@pytest.fixture
def published(example: Example) -> Example:
    """A course that was built, published as `published.apkg`, committed as `v1`, and then changed."""
    example.build(only=("decks",))
    (example.root / "published.apkg").write_bytes((example.root / "build/decks/example.apkg").read_bytes())
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "content"], ["commit", "-qm", "First"], ["tag", "v1"]):
        subprocess.run([*git, *command], cwd=example.root, check=True, capture_output=True)
    example.replace("content/doubling.md", "Two.", "Two, exactly.")
    example.replace("content/doubling.md", "{#quarter", "{#quarter-2")
    return example


def test_the_command_tells_a_package_from_what_would_be_built_and_writes_nothing(published: Example) -> None:
    def files() -> dict[str, bytes]:
        return {
            str(path.relative_to(published.root)): path.read_bytes()
            for path in published.root.rglob("*")
            if path.is_file() and ".git" not in path.parts and "cache" not in path.parts
        }

    before = files()
    done = diff(published, "published.apkg")
    assert done.returncode == ExitCode.DIFFERENT
    assert done.stdout == (
        "Since published.apkg, a learner's collection will see:\n"
        "\n"
        "1 new\n"
        "  quarter-2\n"
        "\n"
        "1 updated (fields and tags are replaced, progress stays)\n"
        "  one\n"
        "    Back: [-Two.-]{+Two, exactly.+}\n"
        "\n"
        "1 retired (they stay with learners until deleted)\n"
        "  quarter\n"
        "\n"
        "In Anki's browser, this search finds it:\n"
        '  "note:An example · *" ("ID:quarter")\n'
    )
    assert files() == before


def test_a_package_of_one_lesson_is_compared_with_that_lesson_s(published: Example) -> None:
    course_yaml = published.root / "content" / "course.yaml"
    course_yaml.write_text(course_yaml.read_text() + "lesson_packages: true\n")
    published.write({"content/other.md": PLAIN.replace("doubling", "other").replace("{#", "{#other-")})
    published.replace("content/doubling.md", "Two, exactly.", "Two.")
    published.replace("content/doubling.md", "{#quarter-2", "{#quarter")
    (published.root / "example-doubling.apkg").write_bytes((published.root / "published.apkg").read_bytes())
    assert diff(published, "example-doubling.apkg").returncode == ExitCode.OK
    assert "2 new\n  other-quarter\n  other-one\n" in diff(published, "published.apkg").stdout


@pytest.mark.parametrize("old", ["v1", "HEAD", "old.lock"])
def test_the_command_tells_a_lock_file_or_a_revision_from_now(published: Example, old: str) -> None:
    (published.root / "old.lock").write_bytes((published.root / "content" / "anki.lock").read_bytes())
    done = diff(published, old, "--format", "json")
    assert done.returncode == ExitCode.DIFFERENT
    document = json.loads(done.stdout)
    assert document["version"] == 1
    assert (document["new"], document["retired"]) == (["quarter-2"], ["quarter"])
    assert [each["item"] for each in document["updated"]] == ["one"]
    assert document["unknown"]


def test_the_help_shows_its_examples_line_by_line(example: Example) -> None:
    assert "\n  deckforge diff v1.2                the lock file" in diff(example, "--help").stdout


def test_no_difference_is_said_and_is_exit_code_0(example: Example) -> None:
    example.build(only=("decks",))
    done = diff(example, "build/decks/example.apkg")
    assert (done.returncode, done.stdout) == (ExitCode.OK, "Nothing has changed since build/decks/example.apkg.\n")


def test_what_would_force_a_full_sync_has_its_own_exit_code(published: Example) -> None:
    published.replace(
        "content/doubling.md", "### What is twice one? {#one .easy", "### Is it {{c1::two}}? {#one .cloze .easy"
    )
    done = diff(published, "published.apkg")
    assert done.returncode == ExitCode.FULL_SYNC
    assert "1 Anki would refuse, or ask for a full sync\n  `one` was a note of the type" in done.stdout
    assert "help: give it a new id" in done.stdout


@pytest.mark.parametrize(
    ("old", "says"),
    [
        ("v9", "neither a file here nor a revision"),
        ("--output=x", "No such option"),
        ("content/doubling.md", "is no lock file"),
        ("broken.apkg", "broken.apkg"),
        ("empty", "there is no content/anki.lock in empty"),
    ],
)
def test_what_cannot_be_compared_gets_a_sentence(published: Example, old: str, says: str) -> None:
    (published.root / "broken.apkg").write_bytes(b"PK\x03\x04 and no more")
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (["checkout", "-q", "--orphan", "empty"], ["read-tree", "--empty"]):
        subprocess.run([*git, *command], cwd=published.root, check=True, capture_output=True)
    subprocess.run(
        [*git, "commit", "-qm", "None", "--allow-empty"], cwd=published.root, check=True, capture_output=True
    )
    done = diff(published, old)
    assert done.returncode == ExitCode.USAGE
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_package_of_another_course_is_refused(published: Example, tmp_path: Path) -> None:
    (tmp_path / "other.apkg").write_bytes(package(tmp_path / "other", cards("x", id="other")))
    done = diff(published, str(tmp_path / "other.apkg"))
    assert done.returncode == ExitCode.USAGE
    assert "a package of another course" in done.stderr


def test_mistakes_in_the_lessons_come_before_any_difference(published: Example) -> None:
    published.replace(
        "content/doubling.md", "concept=chain-rule}\n\n#### Answer\n\nOne", "concept=none}\n\n#### Answer\n\nOne"
    )
    done = diff(published, "v1")
    assert done.returncode == ExitCode.LESSONS
    assert "unknown-concept" in done.stdout
    assert "a learner's collection" not in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("<p>one two</p>", "<p>one three</p>", "one [-two-]{+three+}"),
        ("<p>one</p>", "<p><em>one</em></p>", "only the markup"),
        ("", "<p>new</p>", "{+new+}"),
        ("a &lt; b", "a &gt; b", "a [-<-]{+>+} b"),
        (
            "one two three four five six seven eight nine ten",
            "one two three four five SIX seven eight nine ten",
            "… two three four five [-six-]{+SIX+} seven eight nine ten",
        ),
    ],
)
def test_the_words_that_changed(old: str, new: str, shown: str) -> None:
    assert words(old, new) == shown


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_fields_can_be_shown_in_a_line_of_some_length(old: str, new: str) -> None:
    assert len(words(old, new)) <= 201
