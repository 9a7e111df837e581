"""What holds for every export: no course is refused, no item is lost without a word, the bytes are always the same."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings

from deckforge import pipeline
from deckforge.diagnostics import Severity
from deckforge.emit import calendar, course_json, mirror, quizlet, tables
from deckforge.emit.lms import gift, moodle, qti
from tests.anki.build import NOW, context
from tests.emit.courses import courses, exported
from tests.emit.kept import golden

if TYPE_CHECKING:
    from collections.abc import Callable

    from deckforge.diagnostics import Diagnostic
    from deckforge.model.course import Course
    from tests.example import Example

EMITTERS = {each.name: each.emit for each in (tables, quizlet, gift, moodle, qti, calendar, mirror, course_json)}


def emitted(name: str, course: Course, now: int = NOW) -> tuple[dict[str, bytes], tuple[Diagnostic, ...]]:
    """The files of one export by path, and what it says about them."""
    outcome = EMITTERS[name](context(Path("/nowhere"), course, now=now))
    return {artifact.path: artifact.data for artifact in outcome.value}, outcome.diagnostics


def ids_in_gift(files: dict[str, bytes]) -> set[str]:
    (text,) = files.values()
    return set(re.findall(r"\[id:([^\]]+)\]", text.decode()))


def ids_in_moodle(files: dict[str, bytes]) -> set[str]:
    (data,) = files.values()
    return {element.text or "" for element in ET.fromstring(data).iter("idnumber")}


def ids_in_qti(files: dict[str, bytes]) -> set[str]:
    (data,) = files.values()
    package = zipfile.ZipFile(io.BytesIO(data))
    found: set[str] = set()
    for name in package.namelist():
        if name.endswith(".xml"):
            found |= {
                each.get("ident", "") for each in ET.fromstring(package.read(name)).iter() if each.tag.endswith("}item")
            }
    return found


IDS: dict[str, Callable[[dict[str, bytes]], set[str]]] = {
    "gift": ids_in_gift,
    "moodle": ids_in_moodle,
    "qti": ids_in_qti,
}


@pytest.mark.parametrize("name", IDS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(course=courses())
def test_every_item_is_asked_or_named(name: str, course: Course) -> None:
    """Matched terms and a cloze's deletions are questions whose ids begin with that of an item."""
    files, found = emitted(name, course)
    asked = {each.removesuffix(".match").partition(".")[0] for each in IDS[name](files)}
    matched = sum(each.endswith(".match") for each in IDS[name](files))
    named = {item for each in found for item in re.findall(r"`([^`]+)`", each.message)}
    missing = {item for item in course.items if item not in asked | named}
    if matched:  # the others of a matching question
        missing = {item for item in missing if course.items[item][1].kind != "term"}
    assert not missing
    assert all(each.severity is Severity.NOTE for each in found)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(course=courses())
def test_every_item_is_in_the_list_or_named(course: Course) -> None:
    files, found = emitted("quizlet", course)
    lines = files["build/tables/training-quizlet.tsv"].decode().split("\n")[:-1]
    assert all(line.count("\t") == 1 for line in lines)
    left_out = {item for each in found if each.code.id == "DF710" for item in re.findall(r"`([^`]+)`", each.message)}
    assert len(lines) + len(left_out) == len(course.items)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(course=courses())
def test_every_item_is_in_the_table_in_the_data_and_in_the_markdown(course: Course) -> None:
    table = emitted("tables", course)[0]["build/tables/training.csv"].decode()
    assert len(list(csv.reader(io.StringIO(table, newline="")))) == 1 + len(course.items)
    data = json.loads(emitted("json", course)[0]["build/course.json"])
    sections = [part for lesson in data["lessons"] for part in lesson["content"]]
    assert [item["id"] for section in sections for item in section["items"]] == list(course.items)
    pages = [data.decode() for path, data in emitted("llms", course)[0].items() if path.endswith(".md")]
    assert sum(
        len(re.findall(r"^### (?:Card|Question|Problem|Term) \d+", page, re.MULTILINE)) for page in pages
    ) == len(course.items)


@pytest.mark.parametrize("name", EMITTERS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(course=courses())
def test_the_same_course_gives_the_same_bytes(name: str, course: Course) -> None:
    assert emitted(name, course) == emitted(name, course, now=NOW + 86_400)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("quizlet", "build/tables/training-quizlet.tsv"),
        ("quizlet", "build/tables/training-quizlet-custom.txt"),
        ("quizlet", "build/tables/training-quizlet-readme.txt"),
        ("gift", "build/lms/training.gift.txt"),
        ("moodle", "build/lms/training.moodle.xml"),
    ],
)
def test_files_are_as_they_were_looked_at(name: str, path: str) -> None:
    files, _ = emitted(name, exported())
    golden(Path(path).name, files[path].decode())


def test_the_package_of_questions_is_as_it_was_looked_at() -> None:
    files, _ = emitted("qti", exported())
    package = zipfile.ZipFile(io.BytesIO(files["build/lms/training.qti.zip"]))
    texts = [f"=== {name}\n{package.read(name).decode()}" for name in package.namelist() if name.endswith(".xml")]
    pictures = [f"=== {name}\n" for name in package.namelist() if not name.endswith(".xml")]
    golden("training.qti.txt", "".join(texts + pictures))


def test_what_is_lost_is_told_once_a_kind() -> None:
    told = {
        name: [(each.code.id, each.message) for each in emitted(name, exported())[1]]
        for name in IDS | {"quizlet": None}
    }
    assert told["quizlet"] == [
        ("DF712", "Quizlet and Knowt: cards show math as TeX (2): `power`, `one`"),
        ("DF711", "Quizlet and Knowt: pictures are left out (1): `size`"),
    ]
    assert told["moodle"] == [
        ("DF715", "Moodle XML: clozes are graded by hand (1): `power`"),
        ("DF714", "Moodle XML: numeric questions are graded by hand (1): `bound`"),
    ]
    assert told["qti"] == [
        ("DF715", "QTI: clozes are graded by hand (1): `power`"),
        ("DF714", "QTI: numeric questions are graded by hand (1): `bound`"),
        ("DF713", "QTI: problems show their hints with the solution (1): `dead`"),
    ]
    assert told["gift"] == [
        *[(code, message.replace("QTI", "GIFT")) for code, message in told["qti"]],
        ("DF711", "GIFT: pictures are left out (1): `flow`"),
    ]


def test_a_second_build_makes_nothing_and_a_renamed_course_leaves_nothing_behind(example: Example) -> None:
    names = tuple(back_end.name for back_end in pipeline.back_ends() if back_end.name not in ("decks", "site"))
    assert example.build(only=names).written is not None
    made = example.outputs()
    assert {"lms/example.gift.txt", "lms/example.moodle.xml", "lms/example.qti.zip", "llms/llms.txt"} <= made.keys()
    again = example.build(only=names)
    assert again.written is not None
    assert again.written.changed == ()
    assert example.outputs() == made
    example.replace("content/course.yaml", "id: example", "id: renamed")
    example.build(only=names)
    assert "lms/renamed.gift.txt" in example.outputs()
    assert not [path for path in example.outputs() if "example" in path]


def test_one_export_alone_leaves_the_others_as_they_are(example: Example) -> None:
    example.build(only=("gift", "moodle"))
    before = example.outputs()
    example.replace("content/doubling.md", "Two.", "Two, of course.")
    example.build(only=("gift",))
    after = example.outputs()
    changed = {path for path in after if after[path] != before.get(path) and path != "manifest.json"}
    assert changed == {"lms/example.gift.txt"}
