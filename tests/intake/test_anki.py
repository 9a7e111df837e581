"""A deck of the real Anki comes in and goes out: the same notes to the learner who has it, with their progress."""

from __future__ import annotations

import shutil
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


def export(col: Collection, path: Path, *, legacy: bool) -> Path:
    options = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, legacy=legacy)
    col.export_anki_package(out_path=str(path), options=options, limit=DeckIdLimit(col.decks.id("Earth")))
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
