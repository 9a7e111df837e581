"""Packages of Anki, read without Anki: what the real Anki exports, and what somebody with bad intentions could send."""

from __future__ import annotations

import io
import json
import sqlite3
import struct
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import zstandard
from anki import import_export_pb2
from anki.collection import ExportAnkiPackageOptions
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from deckforge.exchange import archive, wire
from deckforge.exchange.apkg import Package, PackedMedia, PackedTemplate, Version, read_package
from tests.anki.build import PNG, card, course, demo, image, lesson, rich
from tests.anki.learner import learner, package

if TYPE_CHECKING:
    from deckforge.model.course import Course


def pictured() -> Course:
    """A course with a picture, and a second deck."""
    made = course(
        lesson("flow", card("a", rich("What is this? ", image("curve.png"))), deck="Pictures"),
        lesson("words", card("b", "What is `x<5`, <em>ñ</em> and “this”?")),
    )
    object.__setattr__(made, "media", {"content/media/curve.png": PNG})
    return made


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same collection, exported by the real Anki in every format it has; and what Anki says is in it."""
    folder = tmp_path_factory.mktemp("exported")
    found = {}
    with learner(folder / "anki") as anki:
        anki.take(package(folder / "demo", demo()))
        anki.take(package(folder / "pictured", pictured()))
        note = anki.note("vanishing")
        note["Back"], note.tags = "<p>äé€😀</p>\n", ["mine", "Über::all"]
        anki.collection.update_note(note)
        anki.collection.sched.suspend_cards([card.id for card in note.cards()])
        for name, legacy in (("current", False), ("legacy", True)):
            found[name] = folder / f"{name}.apkg"
            options: Any = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, legacy=legacy)
            anki.collection.export_anki_package(out_path=str(found[name]), options=options, limit=None)
        (folder / "truth.json").write_text(json.dumps(truth(anki.collection)))
        for name, legacy in (("current collection", False), ("legacy collection", True)):
            found[name] = folder / f"{name}.colpkg"
            anki.collection.export_collection_package(str(found[name]), include_media=True, legacy=legacy)
            anki.collection.reopen()
    found["truth"] = folder / "truth.json"
    return found


def truth(collection: Any) -> dict[str, Any]:
    """What Anki itself says of a collection."""
    notes = {}
    for note_id in collection.find_notes(""):
        note = collection.get_note(note_id)
        cards = [(each.ord, collection.decks.name(each.did), each.queue) for each in note.cards()]
        notes[note.guid] = [note.id, note.mod, note.mid, note.items(), sorted(note.tags), cards]
    types = {}
    for type_ in collection.models.all():
        fields = [(each["name"], each["id"]) for each in type_["flds"]]
        templates = [(each["name"], each["id"], each["qfmt"], each["afmt"]) for each in type_["tmpls"]]
        types[str(type_["id"])] = [type_["name"], type_["mod"], type_["type"], fields, templates, type_["css"]]
    return {"notes": notes, "types": types}


EVERY = ["current", "legacy", "current collection", "legacy collection"]


@pytest.mark.parametrize("name", EVERY)
def test_what_is_read_is_what_anki_has(exported: dict[str, Path], name: str) -> None:
    outcome = read_package(exported[name])
    assert outcome.diagnostics == ()
    read, known = outcome.value, json.loads(exported["truth"].read_text())
    assert len(read.notes) == len(known["notes"]) == 12
    for note in read.notes:
        id_, mod, mid, items, tags, cards = known["notes"][note.guid]
        assert (note.id, note.mod, note.type, sorted(note.tags)) == (id_, mod, mid, tags)
        assert [list(pair) for pair in note.fields] == items
        assert [[each.ord, each.deck, each.queue] for each in note.cards] == cards
        type_name, type_mod, kind, fields, templates, css = known["types"][str(note.type)]
        type_ = read.note_types[note.type]
        assert (type_.name, type_.mod, type_.kind) == (type_name, type_mod, "cloze" if kind else "normal")
        assert [list(pair) for pair in type_.fields] == fields
        assert type_.templates == tuple(PackedTemplate(*each) for each in templates)
        assert type_.css == css


@pytest.mark.parametrize("name", EVERY)
def test_decks_and_media_are_listed(exported: dict[str, Path], name: str) -> None:
    read = read_package(exported[name]).value
    assert {"Networks", "Networks::Pictures", "Networks::Training"} <= set(read.decks)
    (picture,) = read.media
    assert picture == PackedMedia(picture.name, len(PNG))
    assert picture.name.startswith("curve-")


def test_the_version_says_how_a_package_is_written(exported: dict[str, Path]) -> None:
    versions = [read_package(exported[name]).value.version for name in EVERY]
    assert versions == [Version.LATEST, Version.LEGACY_2, Version.LATEST, Version.LEGACY_2]


def test_our_own_packages_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "own.apkg").write_bytes(package(tmp_path, pictured()))
    read = read_package(tmp_path / "own.apkg").value
    assert read.version is Version.LEGACY_1
    assert {note["ID"] for note in read.notes} == {"a", "b"}
    assert [each.name.partition("-")[0] for each in read.media] == ["curve"]
    assert all(number for type_ in read.note_types.values() for _, number in type_.fields)


def test_a_suspended_card_says_so(exported: dict[str, Path]) -> None:
    (note,) = [note for note in read_package(exported["current"]).value.notes if note["ID"] == "vanishing"]
    assert [each.queue for each in note.cards] == [-1]
    assert note["Back"] == "<p>äé€😀</p>\n"
    assert note["no such field"] == ""


# What is wrong with a package is one diagnostic


def code(path: Path) -> str:
    """Read a package that is no good, and return the one code that says why."""
    outcome = read_package(path)
    assert outcome.value == Package()
    (diagnostic,) = outcome.diagnostics
    assert diagnostic.message.startswith(path.name)
    assert "Traceback" not in diagnostic.message
    return diagnostic.code.name


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_no_zip(tmp_path: Path) -> None:
    (tmp_path / "a.apkg").write_text("front\tback\n")
    assert code(tmp_path / "a.apkg") == "package-unreadable"
    (tmp_path / "empty.apkg").write_bytes(b"")
    assert code(tmp_path / "empty.apkg") == "package-unreadable"


def test_no_file(tmp_path: Path) -> None:
    assert code(tmp_path / "missing.apkg") == "package-unreadable"
    assert code(tmp_path) == "package-unreadable"


def test_no_collection(tmp_path: Path) -> None:
    assert code(zipped(tmp_path / "a.apkg", {"readme.txt": b"hello"})) == "package-without-collection"
    assert code(zipped(tmp_path / "b.apkg", {"meta": b"\x08\x03"})) == "package-without-collection"


def test_a_newer_format(exported: dict[str, Path], tmp_path: Path) -> None:
    parts = members(exported["current"])
    assert code(zipped(tmp_path / "a.apkg", parts | {"meta": b"\x08\x09"})) == "package-newer"
    assert code(zipped(tmp_path / "b.apkg", parts | {"meta": b""})) == "package-newer"
    assert code(zipped(tmp_path / "c.apkg", parts | {"meta": b"\x08"})) == "collection-corrupt"


@pytest.mark.parametrize("name", ["current", "legacy"])
def test_a_download_that_broke_off(exported: dict[str, Path], tmp_path: Path, name: str) -> None:
    whole = exported[name].read_bytes()
    for part in (1, 10, len(whole) // 2, len(whole) - 1):
        (tmp_path / "cut.apkg").write_bytes(whole[:part])
        assert code(tmp_path / "cut.apkg") == "package-unreadable"


@pytest.mark.parametrize("name", ["../../evil", "/etc/passwd", "a/../../b", "C:\\evil", "..\\evil"])
def test_a_name_that_leads_out(exported: dict[str, Path], tmp_path: Path, name: str) -> None:
    parts = members(exported["legacy"])
    assert code(zipped(tmp_path / "member.apkg", parts | {name: b"x"})) == "package-unsafe-name"
    listed = {"media": json.dumps({"0": name}).encode()}
    assert code(zipped(tmp_path / "media.apkg", parts | listed)) == "package-unsafe-name"
    entry = import_export_pb2.MediaEntries.MediaEntry(name=name, size=1)
    entries = import_export_pb2.MediaEntries(entries=[entry]).SerializeToString()
    parts = members(exported["current"]) | {"media": zstandard.compress(entries)}
    assert code(zipped(tmp_path / "current.apkg", parts)) == "package-unsafe-name"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current.apkg", "media.apkg", "member.apkg"]


def test_a_bomb(exported: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A megabyte stands for the gigabyte that is the limit."""
    monkeypatch.setattr("deckforge.exchange.apkg.MAX_COLLECTION", 1 << 20)
    monkeypatch.setattr("deckforge.exchange.apkg.MAX_MEDIA_LIST", 1 << 20)
    zeros = bytes(4 << 20)
    assert code(zipped(tmp_path / "deflate.apkg", {"collection.anki2": zeros})) == "package-too-large"
    current = members(exported["current"])
    bomb = zstandard.compress(zeros)
    assert len(bomb) < 1000
    assert code(zipped(tmp_path / "zstd.apkg", current | {"collection.anki21b": bomb})) == "package-too-large"
    assert code(zipped(tmp_path / "media.apkg", current | {"media": bomb})) == "package-too-large"


def test_more_files_than_a_course_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 10)
    assert code(zipped(tmp_path / "a.apkg", {str(n): b"" for n in range(11)})) == "package-too-large"


def test_a_member_that_lies_about_its_size(exported: dict[str, Path], tmp_path: Path) -> None:
    """The directory of the zip says four gigabytes; nothing is unpacked to find out."""
    data = bytearray(exported["legacy"].read_bytes())
    at = data.index(b"PK\x01\x02")
    while data[at + 46 : at + 46 + 17] != b"collection.anki21":
        at = data.index(b"PK\x01\x02", at + 1)
    data[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFFE)
    (tmp_path / "a.apkg").write_bytes(data)
    assert code(tmp_path / "a.apkg") == "package-too-large"


def test_an_encrypted_member(exported: dict[str, Path], tmp_path: Path) -> None:
    data = bytearray(exported["legacy"].read_bytes())
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data[at + 8] |= 1
    (tmp_path / "a.apkg").write_bytes(data)
    assert code(tmp_path / "a.apkg") == "package-unreadable"


def database(path: Path, statements: str, of: Path) -> Path:
    """A legacy package with its database changed."""
    parts = members(of)
    connection = sqlite3.connect(":memory:")
    connection.deserialize(parts["collection.anki21"])
    connection.executescript(statements)
    parts["collection.anki21"] = connection.serialize()
    connection.close()
    return zipped(path, parts)


@pytest.mark.parametrize(
    "statements",
    [
        "UPDATE col SET models = '{'",
        "UPDATE col SET models = '[]'",
        'UPDATE col SET models = \'{"1": {"id": 1}}\'',
        f"UPDATE col SET decks = '{'[' * 100_000}'",
        'UPDATE col SET decks = \'{"1": {"id": "one", "name": "x"}}\'',
        "DELETE FROM col",
        "DROP TABLE cards",
        "UPDATE notes SET mid = 'text'",
        "UPDATE notes SET mod = 'yesterday'",
        "UPDATE cards SET due = 'soon'",
        "DROP TABLE notes; CREATE VIEW notes AS SELECT 1 id, 'g' guid, 1 mid, 1 mod, '' tags, '' flds",
    ],
)
def test_a_damaged_collection(exported: dict[str, Path], tmp_path: Path, statements: str) -> None:
    assert code(database(tmp_path / "a.apkg", statements, exported["legacy"])) == "collection-corrupt"


def test_no_database_at_all(exported: dict[str, Path], tmp_path: Path) -> None:
    legacy, current = members(exported["legacy"]), members(exported["current"])
    assert code(zipped(tmp_path / "a.apkg", legacy | {"collection.anki21": b"SQLite?"})) == "collection-corrupt"
    assert code(zipped(tmp_path / "b.apkg", legacy | {"collection.anki21": b""})) == "collection-corrupt"
    raw = zstandard.compress(b"no database")
    assert code(zipped(tmp_path / "c.apkg", current | {"collection.anki21b": raw})) == "collection-corrupt"
    assert code(zipped(tmp_path / "d.apkg", current | {"collection.anki21b": b"no zstd"})) == "package-unreadable"
    assert code(zipped(tmp_path / "e.apkg", legacy | {"media": b"{"})) == "collection-corrupt"
    assert code(zipped(tmp_path / "f.apkg", legacy | {"media": b"[]"})) == "collection-corrupt"


def test_a_note_of_a_type_that_is_not_there_is_left_out(exported: dict[str, Path], tmp_path: Path) -> None:
    damage = "UPDATE notes SET mid = 7 WHERE id = (SELECT min(id) FROM notes)"
    path = database(tmp_path / "a.apkg", damage, exported["legacy"])
    outcome = read_package(path)
    assert len(outcome.value.notes) == 11
    (warning,) = outcome.diagnostics
    assert warning.code.name == "note-without-type"
    assert "a note is" in warning.message


def test_bytes_that_are_no_text_do_no_harm(exported: dict[str, Path], tmp_path: Path) -> None:
    damage = "UPDATE notes SET flds = CAST(x'ff1f41fe' AS TEXT), tags = CAST(x'c3' AS TEXT)"
    path = database(tmp_path / "a.apkg", damage, exported["legacy"])
    outcome = read_package(path)
    assert outcome.diagnostics == ()
    assert all(note.fields[0][1] == "\ufffd" for note in outcome.value.notes)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), name=st.sampled_from(["current", "legacy"]))
def test_any_damage_is_a_diagnostic_or_harmless(
    exported: dict[str, Path], tmp_path: Path, data: Any, name: str
) -> None:
    whole = bytearray(exported[name].read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)) | st.just(len(whole)))
    (tmp_path / "damaged.apkg").write_bytes(whole[:cut])
    outcome = read_package(tmp_path / "damaged.apkg")
    assert outcome.value.notes or outcome.diagnostics


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_of_the_database_is_a_diagnostic_or_harmless(
    exported: dict[str, Path], tmp_path: Path, data: Any
) -> None:
    """The zip is sound, so that the damage reaches SQLite."""
    parts = members(exported["current"])
    raw = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(parts["collection.anki21b"])).read()
    found = bytearray(raw)
    for _ in range(data.draw(st.integers(1, 20))):
        found[data.draw(st.integers(0, len(found) - 1))] = data.draw(st.integers(0, 255))
    path = zipped(tmp_path / "damaged.apkg", parts | {"collection.anki21b": zstandard.compress(bytes(found))})
    for diagnostic in read_package(path).diagnostics:
        assert diagnostic.code.id.startswith("DF75")


# The wire format


@given(st.binary(max_size=60))
@example(b"\xff" * 11)
@example(b"\x0a\x05ab")
@example(b"\x0b")
def test_any_bytes_are_a_message_or_none(data: bytes) -> None:
    try:
        found = list(wire.fields(data))
    except wire.WireError:
        return
    assert all(isinstance(value, int | bytes) for _, value in found)


@given(st.text(max_size=20), st.integers(0, 2**32 - 1), st.binary(max_size=20))
def test_messages_of_the_real_library_are_read(name: str, size: int, sha1: bytes) -> None:
    entry = import_export_pb2.MediaEntries.MediaEntry(name=name, size=size, sha1=sha1, legacy_zip_filename=7)
    (inner,) = wire.messages(import_export_pb2.MediaEntries(entries=[entry]).SerializeToString(), 1)
    assert wire.text(inner, 1) == name
    assert (wire.integer(inner, 2) or 0) == size
    assert wire.integer(inner, 255) == 7
    assert wire.integer(inner, 99) is None


def test_a_negative_number_is_read_as_one() -> None:
    assert wire.integer(b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 1) == -1
