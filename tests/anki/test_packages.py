"""A package of the course and one of each lesson: parts of one whole; and what "the same deck" means on any machine."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from deckforge.emit import anki as emitter
from deckforge.emit.anki.package import rows_digest
from tests.anki.build import NOW, PNG, card, context, course, demo, image, lesson, rich
from tests.anki.learner import learner, package
from tests.example import Example

if TYPE_CHECKING:
    from pathlib import Path

    from deckforge.model.course import Course


def two_lessons() -> Course:
    """Return a course whose lessons share a deck's parent and differ in note types and pictures."""
    curve = card("curve", rich("What is ", image("curve.png", "a curve"), "?"))
    return replace(
        demo(),
        lessons=(*demo().lessons, lesson("curves", curve, card("slope", "What is a slope?"), deck="Curves")),
        media={"content/media/curve.png": PNG},
        lesson_packages=True,
    )


def packages(root: Path, made: Course, now: int = NOW) -> dict[str, bytes]:
    return {each.path.rpartition("/")[2]: each.data for each in emitter.emit(context(root, made, now=now)).value}


def test_a_lesson_has_a_package_of_its_own_where_the_course_asks_for_it(tmp_path: Path) -> None:
    names = {"training.apkg", "training-gradient-flow.apkg", "training-curves.apkg"}
    assert {name for name in packages(tmp_path, two_lessons()) if name.endswith(".apkg")} == names
    alone = packages(tmp_path, replace(two_lessons(), lesson_packages=False))
    assert {name for name in alone if name.endswith(".apkg")} == {"training.apkg"}


def test_a_lesson_without_items_makes_no_package(tmp_path: Path) -> None:
    made = course(lesson("one", card("a", "A?")), lesson("two"), lesson_packages=True)
    assert {"training.apkg", "training-one.apkg", "rows.sha256", "anki.lock"} == packages(tmp_path, made).keys()


@pytest.mark.parametrize("first", ["training.apkg", "training-curves.apkg"])
def test_importing_the_parts_and_the_whole_doubles_nothing(tmp_path: Path, first: str) -> None:
    made = two_lessons()
    built = packages(tmp_path, made)
    order = sorted((name for name in built if name.endswith(".apkg")), key=lambda name: name != first)
    with learner(tmp_path / "anki") as anki:
        log = {name: anki.take(built[name], presets=True) for name in order}
        assert sum(each["new"] for each in log.values()) == len(made.items)
        assert sum(each["conflicting"] + each["updated"] for each in log.values()) == 0
        assert anki.problems() == []
        assert not [name for name in anki.type_names if name.endswith("+")]
        # Also the place of a new card does not depend on which package brought it.
        due = {item: anki.note(item).cards()[0].due for item in made.items}
        assert sorted(due, key=lambda item: due[item]) == list(made.items)
        assert len(anki.collection.decks.all_config()) == 2


def test_a_lesson_s_package_is_an_update_like_any_other(tmp_path: Path) -> None:
    made = two_lessons()
    with learner(tmp_path / "anki") as anki:
        anki.take(package(tmp_path, made))
        told = [card("curve", "What is a curve?"), made.lessons[1].items[1]]
        later = replace(made, lessons=(made.lessons[0], lesson("curves", *told, deck="Curves")))
        assert anki.take(packages(tmp_path, later, NOW + 9)["training-curves.apkg"])["updated"] == 1
        assert anki.note("curve")["Front"] == "What is a curve?"


def test_a_lesson_s_package_holds_its_own_pictures_alone(tmp_path: Path) -> None:
    built = packages(tmp_path, two_lessons())

    def media(name: str) -> list[str]:
        with zipfile.ZipFile(io.BytesIO(built[name])) as packed:
            return list(json.loads(packed.read("media")).values())

    assert len(media("training-curves.apkg")) == 1
    assert media("training-gradient-flow.apkg") == []


# The digest.


def repacked(data: bytes, *statements: str) -> bytes:
    """Return a package as another machine might have written it: other pages, other row order, stored, other dates."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for info in reversed(old.infolist()):
            body = old.read(info)
            if info.filename == "collection.anki2":
                database = sqlite3.connect(":memory:", isolation_level=None)
                database.deserialize(body)
                rows = database.execute("select * from notes order by id desc").fetchall()
                database.execute("delete from notes")
                database.executemany(f"insert into notes values ({','.join('?' * len(rows[0]))})", rows)
                models = json.loads(database.execute("select models from col").fetchone()[0])
                database.execute("update col set models = ?", (json.dumps(models, indent=1, sort_keys=True),))
                for statement in statements:
                    database.execute(statement)
                database.execute("pragma page_size = 8192")
                database.execute("vacuum")
                body = database.serialize()
                database.close()
            new.writestr(info.filename, body)
    return out.getvalue()


def test_the_digest_is_of_rows_and_not_of_bytes(tmp_path: Path) -> None:
    data = package(tmp_path, two_lessons())
    other = repacked(data)
    assert other != data
    assert rows_digest(other) == rows_digest(data)


@pytest.mark.parametrize(
    "statement",
    [
        "update notes set mod = mod + 1 where rowid = (select max(rowid) from notes)",
        "update notes set flds = replace(flds, 'gradient', 'Gradient')",
        "update notes set tags = tags || 'x ' where rowid = (select min(rowid) from notes)",
        "update cards set due = due + 1 where rowid = (select max(rowid) from cards)",
        "delete from cards where rowid = (select max(rowid) from cards)",
        "update col set dconf = replace(dconf, '0.92', '0.91')",
        "update col set models = replace(models, '.df {', '.df  {')",
    ],
)
def test_every_row_counts(tmp_path: Path, statement: str) -> None:
    data = package(tmp_path, two_lessons())
    assert rows_digest(repacked(data, statement)) != rows_digest(data)


def test_media_count_by_name_and_bytes(tmp_path: Path) -> None:
    first = package(tmp_path / "one", two_lessons())
    other = package(tmp_path / "two", replace(two_lessons(), media={"content/media/curve.png": PNG + b"!"}))
    assert rows_digest(first) != rows_digest(other)


def test_a_build_lists_the_digests_of_its_packages(tmp_path: Path) -> None:
    example = Example(tmp_path)
    example.write({"content/course.yaml": "id: example\ntitle: An example\nlesson_packages: true\nsilence: [DF305]\n"})
    example.replace("content/doubling.md", "{#one .easy .remember concept=chain-rule}", "{#one .easy .remember}")
    example.replace("content/doubling.md", "{#quarter .easy .remember concept=chain-rule}", "{#quarter .easy}")
    example.build()
    outputs = example.outputs()
    assert {name for name in outputs if name.endswith(".apkg")} == {
        "decks/example.apkg",
        "decks/example-doubling.apkg",
    }
    listed = dict(line.split("  ")[::-1] for line in outputs["decks/rows.sha256"].decode().splitlines())
    assert listed == {
        name.removeprefix("decks/"): rows_digest(data) for name, data in outputs.items() if name.endswith(".apkg")
    }
