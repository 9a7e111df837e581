"""A deck of the real Anki comes in and goes out: the same notes to the learner who has it, with their progress."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection, DeckIdLimit, ExportAnkiPackageOptions
from click.testing import CliRunner

from deckforge.cli import cli
from deckforge.diagnostics import has_errors
from tests.anki.build import PNG
from tests.anki.learner import Learner
from tests.example import Example

SOUND = b"ID3\x03\x00\x00\x00\x00\x00\x00"
STUDIED = 45
"""Days of the interval that the learner has reached."""


def made(folder: Path) -> Collection:
    """A learner's collection: notes of every common type, with media, tags, and a schedule."""
    folder.mkdir(parents=True)
    col = Collection(str(folder / "collection.anki2"))
    col.media.write_data("ridge.png", PNG)
    col.media.write_data("sea floor.mp3", SOUND)
    deck = col.decks.id("Earth::Plates")

    def add(type_name: str, fields: dict[str, str], *tags: str) -> None:
        note = col.new_note(col.models.by_name(type_name))
        for name, text in fields.items():
            note[name] = text
        note.tags = list(tags)
        col.add_note(note, deck)

    vocabulary = col.models.copy(col.models.by_name("Basic"), add=False)
    vocabulary["name"] = "Vocabulary"
    for name in ("Example", "Audio"):
        col.models.add_field(vocabulary, col.models.new_field(name))
    vocabulary["tmpls"][0]["afmt"] += "<br>{{Example}} {{Audio}}"
    col.models.add(vocabulary)
    add("Basic", {"Front": "Where do plates part?", "Back": "At <b>ridges</b>, by 5 &lt; 9 cm"}, "earth", "plates::new")
    add("Basic", {"Front": '<img src="ridge.png">', "Back": "A ridge, \\(v = \\frac{d}{t}\\)"})
    add("Basic (and reversed card)", {"Front": "trench", "Back": "one plate sinks<br>below another"}, "leech")
    add("Basic (optional reversed card)", {"Front": "plume", "Back": "rising rock", "Add Reverse": "y"})
    add("Cloze", {"Text": "The {{c1::crust}} floats on the {{c2::mantle::layer}}.", "Back Extra": "On <i>rock</i>."})
    add(
        "Vocabulary",
        {"Front": "magma", "Back": "molten rock", "Example": "Magma rises.", "Audio": "[sound:sea floor.mp3]"},
        "words",
    )
    for card in col.find_cards(""):
        col.db.execute("update cards set ivl = ?, reps = 9, type = 2, queue = 2, due = 50 where id = ?", STUDIED, card)
    col.db.execute("update notes set mod = mod - 5000")
    return col


def export(col: Collection, path: Path, *, legacy: bool, deck: str = "Earth") -> Path:
    options = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, legacy=legacy)
    col.export_anki_package(out_path=str(path), options=options, limit=DeckIdLimit(col.decks.id(deck)))
    return path


def rows(col: Collection) -> list[Any]:
    """Everything of a learner's notes that matters to them."""
    return [
        (
            note.guid,
            note.mid,
            dict(note.items()),
            sorted(note.tags),
            [(card.ord, card.ivl, card.reps, card.due, col.decks.name(card.did)) for card in note.cards()],
        )
        for note in map(col.get_note, sorted(col.find_notes("")))
    ]


@pytest.fixture(scope="module", params=[True, False], ids=["legacy", "current"])
def imported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Example]:
    """A learner's collection in a folder, and a course that its exported deck was imported into."""
    folder = tmp_path_factory.mktemp("deck")
    col = made(folder / "learner")
    package = export(col, folder / "earth.apkg", legacy=request.param)
    col.close()
    example = Example(folder / "course", {})
    done = CliRunner().invoke(cli, ["import", "--project", str(example.root), str(package)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return folder, example


def package_of(example: Example) -> bytes:
    result = example.build(only=("decks",))
    assert not has_errors(result.diagnostics), result.diagnostics
    return (example.root / "build/decks/example.apkg").read_bytes()


def opened(folder: Path, tmp_path: Path) -> Collection:
    """A copy of the learner's collection, with its media."""
    shutil.copytree(folder / "learner", tmp_path / "copy")
    return Collection(str(tmp_path / "copy/collection.anki2"))


def test_the_lessons_read_as_if_an_author_had_written_them(imported: tuple[Path, Example]) -> None:
    text = (imported[1].root / "content/plates.md").read_text()
    assert "### Where do plates part? {#where-do-plates-part tags=earth,plates::new}\n\n#### Answer\n\n" in text
    assert "At **ridges**, by 5 < 9 cm" in text
    assert "A ridge, $v = \\frac{d}{t}$" in text
    assert "### The {{c1::crust}} floats on the {{c2::mantle::layer}}. {#" in text
    assert "##### Audio\n\n[sea floor.mp3](sea%20floor.mp3)" in text
    assert (imported[1].root / "content/media/ridge.png").read_bytes() == PNG
    assert "leech" not in text


def test_an_unchanged_deck_changes_nothing_for_its_learner(imported: tuple[Path, Example], tmp_path: Path) -> None:
    folder, example = imported
    data = package_of(example)
    col = opened(folder, tmp_path)
    before, schema = rows(col), col.db.scalar("select scm from col")
    (tmp_path / "packages").mkdir()
    log = Learner(col, tmp_path / "packages").take(data)
    assert log == {"new": 0, "updated": 0, "duplicate": 6, "conflicting": 0}
    assert rows(col) == before
    assert col.db.scalar("select scm from col") == schema, "no full sync"
    assert len(col.models.all_names()) == len({name.rstrip("+") for name in col.models.all_names()})
    col.close()


def test_an_edited_lesson_updates_the_learners_own_note(imported: tuple[Path, Example], tmp_path: Path) -> None:
    folder, example = imported
    copy = Example(Path(shutil.copytree(example.root, tmp_path / "course")), {})
    copy.replace("content/plates.md", "one plate sinks", "one plate *slides*")
    copy.replace("content/plates.md", "Magma rises.", "Magma rises fast.")
    data = package_of(copy)
    col = opened(folder, tmp_path)
    before, schema = rows(col), col.db.scalar("select scm from col")
    (tmp_path / "packages").mkdir()
    log = Learner(col, tmp_path / "packages").take(data)
    assert log == {"new": 0, "updated": 2, "duplicate": 4, "conflicting": 0}
    after = rows(col)
    assert [(guid, mid, cards) for guid, mid, _, _, cards in after] == [(g, m, c) for g, m, _, _, c in before]
    changed = [fields for (_, _, fields, *_), (_, _, old, *_) in zip(after, before, strict=True) if fields != old]
    assert changed == [
        {"Front": "trench", "Back": "one plate <em>slides</em><br>below another"},
        {
            "Front": "magma",
            "Back": "molten rock",
            "Example": "Magma rises fast.",
            "Audio": "[sound:sea floor.mp3]",
        },
    ]
    assert col.db.scalar("select scm from col") == schema, "no full sync"
    col.close()


def test_somebody_else_gets_the_same_deck(imported: tuple[Path, Example], tmp_path: Path) -> None:
    folder, example = imported
    original = opened(folder, tmp_path)
    wanted = [
        (guid, mid, fields, [tag for tag in tags if tag != "leech"]) for guid, mid, fields, tags, _ in rows(original)
    ]
    cards = [[card[0] for card in each[4]] for each in rows(original)]
    original.close()
    (tmp_path / "packages").mkdir()
    fresh = Collection(str(tmp_path / "fresh.anki2"))
    someone = Learner(fresh, tmp_path / "packages")
    assert someone.take(package_of(example)) == {"new": 6, "updated": 0, "duplicate": 0, "conflicting": 0}
    got = {guid: (mid, fields, tags) for guid, mid, fields, tags, _ in rows(fresh)}
    for guid, mid, fields, tags in wanted:
        # The marks that Markdown knows are written in HTML's newer way.
        plain = {name: text.replace("<b>", "<strong>").replace("</b>", "</strong>") for name, text in fields.items()}
        plain = {name: text.replace("<i>", "<em>").replace("</i>", "</em>") for name, text in plain.items()}
        assert got[guid][0] == mid
        assert got[guid][1] == plain
        assert got[guid][2] == [tag for tag in tags if tag != "leech"]
    assert sorted(map(tuple, cards)) == sorted(tuple(card[0] for card in each[4]) for each in rows(fresh))
    assert fresh.media.check().missing == []
    assert sorted(path.name for path in (tmp_path / "fresh.media").iterdir()) == ["ridge.png", "sea floor.mp3"]
    fresh.close()


def test_importing_the_package_again_changes_nothing(imported: tuple[Path, Example]) -> None:
    folder, example = imported
    example.build(only=("decks",))
    before = {path: path.read_bytes() for path in (example.root / "content").rglob("*") if path.is_file()}
    done = CliRunner().invoke(
        cli, ["import", "--project", str(example.root), str(folder / "earth.apkg")], catch_exceptions=False
    )
    assert "Nothing to write" in done.output
    assert {path: path.read_bytes() for path in (example.root / "content").rglob("*") if path.is_file()} == before


def test_a_whole_collection_comes_in_too(tmp_path: Path) -> None:
    col = made(tmp_path / "learner")
    col.close()
    col = Collection(str(tmp_path / "learner/collection.anki2"))
    col.export_collection_package(str(tmp_path / "all.colpkg"), include_media=True, legacy=False)
    example = Example(tmp_path / "course", {})
    done = run(example, tmp_path / "all.colpkg")
    assert done.exit_code == 0, done.output
    assert (example.root / "content/plates.md").read_text().count("\n### ") == 6
    assert (example.root / "content/media/sea floor.mp3").read_bytes() == SOUND


def run(example: Example, *arguments: object) -> Any:
    words = ["import", "--project", str(example.root), *map(str, arguments)]
    return CliRunner().invoke(cli, words, catch_exceptions=False)


def test_the_text_export_keeps_guids(imported: tuple[Path, Example], tmp_path: Path) -> None:
    folder, _ = imported
    col = opened(folder, tmp_path)
    col.export_note_csv(
        out_path=str(tmp_path / "notes.txt"),
        limit=None,
        with_html=True,
        with_tags=True,
        with_deck=True,
        with_notetype=True,
        with_guid=True,
    )
    guids = sorted(each[0] for each in rows(col))
    col.close()
    example = Example(tmp_path / "course", {})
    done = run(example, tmp_path / "notes.txt")
    assert done.exit_code == 0, done.output
    kept = {each.guid for each in example.check().course.identities.values()}
    assert sorted(kept) == guids
    assert not has_errors(example.build(only=("decks",)).diagnostics)
    assert "Nothing to write" in run(example, tmp_path / "notes.txt").output


def test_our_own_note_types_become_full_items_again(tmp_path: Path) -> None:
    lesson = """\
        ---
        id: plates
        title: Plates
        ---

        ## Flashcards

        ### Where do plates part? {#part .both .easy .recall .critical source=p.5 terms=ridge tags=earth}

        #### Answer

        At **ridges**: $v = 5$.

        #### In short

        Ridges.

        #### Why it matters

        Crust forms there.

        ### The {{c1::crust}} floats. {#floats .cloze}

        ## Quiz

        ### Which plate sinks? {#sinks .choice .medium points=5}

        - [x] The older
          > It is colder.
        - [ ] The younger

        #### Explanation

        Cold rock is dense.

        ### Why do plates move? {#move .short points=5}

        #### Tasks

        1. Say what pulls. (2 points)
        2. Say what pushes. (3 points)

        #### Model answer

        Slabs pull, ridges push.

        #### Rubric

        | Component | Full | Part |
        |---|---|---|
        | Pull (2 points) | names slabs | vague |
        | Push (3 points) | names ridges | vague |

        ## Problems

        ### How fast? {#fast .problem .warm-up .easy minutes=5-10}

        It moves 10 cm in two years.

        #### Hint: Units

        Divide.

        #### Solution

        5 cm a year.

        #### Mistakes

        | Mistake | Why it is wrong |
        |---|---|
        | 20 | that is the product |

        ## Terms

        ### Ridge {#ridge}

        Where plates part.
        """
    first = Example(tmp_path / "first", {"content/plates.md": lesson})
    package = package_of(first)
    (tmp_path / "example.apkg").write_bytes(package)
    second = Example(tmp_path / "second", {}).write({"content/course.yaml": "id: other\ntitle: Other\n"})
    done = run(second, tmp_path / "example.apkg")
    assert done.exit_code == 0, done.output
    assert not has_errors(second.check().diagnostics)

    def said(example: Example) -> list[Any]:
        from deckforge.fmt import meaning

        left_out = frozenset({"id", "item", "lesson", "tags", "heading"})
        return sorted(repr(meaning(item, left_out)) for _, item in example.check().course.items.values())

    assert said(second) == said(first)
    result = second.build(only=("decks",))
    assert not has_errors(result.diagnostics)
    (tmp_path / "packages").mkdir()
    learner = Learner(Collection(str(tmp_path / "learner.anki2")), tmp_path / "packages")
    assert learner.take(package)["new"] == 6
    made = (second.root / "build/decks/other.apkg").read_bytes()
    assert learner.take(made) == {"new": 0, "updated": 0, "duplicate": 6, "conflicting": 0}
    learner.collection.close()


def hostile(media: dict[str, str], members: dict[str, bytes], tmp_path: Path) -> Path:
    """A package of the old format with a list of media and files of one's choice."""
    path = tmp_path / "hostile.apkg"
    col = Collection(str(tmp_path / "c.anki2"))
    note = col.new_note(col.models.by_name("Basic"))
    note["Front"], note["Back"] = '<img src="x.png" onerror="go()">', "<script>go()</script>b"
    col.add_note(note, col.decks.id("Default"))
    col.close()
    whole = export(Collection(str(tmp_path / "c.anki2")), tmp_path / "plain.apkg", legacy=True, deck="Default")
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in ("media", "meta", *members):
                new.writestr(name, old.read(name))
        new.writestr("media", json.dumps(media))
        for name, data in members.items():
            new.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("media", "members", "code"),
    [
        ({"0": "../../evil.png"}, {"0": b"x"}, "DF754"),
        ({"0": "x.png"}, {"../0": b"x"}, "DF754"),
        ({}, {"collection.anki21": b"\0" * 1_200_000_000}, "DF753"),
        ({}, {"collection.anki21": b"no database"}, "DF755"),
    ],
    ids=["media name", "member name", "zip bomb", "broken database"],
)
def test_a_hostile_package_writes_nothing(
    media: dict[str, str], members: dict[str, bytes], code: str, tmp_path: Path
) -> None:
    example = Example(tmp_path / "course", {})
    before = sorted(path for path in tmp_path.rglob("*") if path.is_file() and "course" in path.parts)
    done = run(example, hostile(media, members, tmp_path))
    assert done.exit_code == 1
    assert code in done.output
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file() and "course" in path.parts) == before


def test_what_runs_in_a_note_stays_outside(tmp_path: Path) -> None:
    example = Example(tmp_path / "course", {})
    done = run(example, hostile({"0": "x.png"}, {"0": PNG}, tmp_path))
    assert done.exit_code == 0, done.output
    assert "DF180" in done.output
    text = (example.root / "content/default.md").read_text()
    assert "script" not in text
    assert "onerror" not in text
    assert "![x](x.png)" in text
