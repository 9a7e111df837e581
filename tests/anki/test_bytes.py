"""The same course gives the same bytes, whatever the clock says and in whatever order things were found."""

from __future__ import annotations

import io
import json
import random
import sqlite3
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from deckforge.emit import anki as emitter
from tests.anki.build import NOW, PNG, card, context, course, demo, image, lesson, rich
from tests.anki.learner import package

if TYPE_CHECKING:
    from pathlib import Path

    from deckforge.model.course import Course


def pictured(order: list[int]) -> Course:
    cards = [card(f"c{number}", rich("What is ", image(f"p{number}.png"), "?")) for number in range(6)]
    media = {f"content/media/p{number}.png": PNG + bytes([number]) for number in order}
    return replace(course(lesson("flow", *cards)), media=media)


def test_a_second_build_gives_the_same_bytes_whatever_the_clock_says(tmp_path: Path) -> None:
    first = package(tmp_path, demo())
    again = emitter.emit(context(tmp_path, demo(), now=NOW + 123_456))
    assert [each.path for each in again.value] == ["build/decks/training.apkg", "build/decks/rows.sha256"]
    assert again.value[0].data == first


def test_the_order_in_which_media_were_found_does_not_show(tmp_path: Path) -> None:
    order = list(range(6))
    first = package(tmp_path / "one", pictured(order))
    random.Random(1).shuffle(order)
    assert package(tmp_path / "two", pictured(order)) == first


def test_the_zip_holds_no_clock_and_its_media_in_order(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(package(tmp_path, pictured([3, 1, 0, 2, 5, 4])))) as made:
        assert {info.date_time for info in made.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.compress_type for info in made.infolist()} == {zipfile.ZIP_DEFLATED}
        names = list(json.loads(made.read("media")).values())
    assert names == sorted(names)
    assert len(names) == 6


def test_times_and_ids_lie_in_the_past_and_never_move(tmp_path: Path) -> None:
    def rows(data: bytes) -> dict[str, list[tuple[object, ...]]]:
        with zipfile.ZipFile(io.BytesIO(data)) as made:
            database = sqlite3.connect(":memory:")
            database.deserialize(made.read("collection.anki2"))
        found = {table: database.execute(f"select * from {table}").fetchall() for table in ("notes", "cards")}
        database.close()
        return found

    first = rows(package(tmp_path, demo()))
    turned = replace(demo(), lessons=(replace(demo().lessons[0], content=demo().lessons[0].content[::-1]),))
    later = rows(package(tmp_path, turned, now=NOW + 50))
    for table in ("notes", "cards"):
        assert {row[0] for row in first[table]} == {row[0] for row in later[table]}
        assert all(1_400_000_000_000 <= row[0] < NOW * 1000 for row in first[table])
    assert {row[3] for row in later["notes"]} == {NOW}


def test_deflate_is_worth_it_on_prose(tmp_path: Path) -> None:
    """Against the stored zip that genanki writes; `bench/package.py` measures a large deck."""
    data = package(tmp_path, demo())
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        stored = sum(info.file_size for info in made.infolist())
    assert len(data) / stored <= 0.35


@pytest.mark.parametrize("now", [0, 1, 2**31])
def test_any_clock_makes_a_package(tmp_path: Path, now: int) -> None:
    assert package(tmp_path, course(lesson("flow", card("a", "A?"))), now=now)
