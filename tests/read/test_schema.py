"""The JSON Schemas and the reader agree on what may be written, because both come from one definition."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from deckforge.diagnostics import Severity
from deckforge.model.items import Kind
from deckforge.model.source import Source
from deckforge.read import fields
from deckforge.read.course import read_course_file
from deckforge.read.header import read_header
from deckforge.read.schema import course_schema, front_matter_schema, lesson_schema
from deckforge.read.text import Text
from deckforge.read.values import AnyField, Many, Record
from deckforge.read.yaml_lesson import read_yaml_lesson
from tests.read.test_yaml_twin import HEADER, YAML

if TYPE_CHECKING:
    from collections.abc import Iterator

LESSON = Draft202012Validator(lesson_schema())
FRONT_MATTER = Draft202012Validator(front_matter_schema())
COURSE = Draft202012Validator(course_schema())

COURSE_YAML = """\
id: deep-learning
title: Deep learning
description: By the numbers
deck: Deep learning::Numbers
authors: [A, B]
licence: CC-BY-4.0
language: en-GB
concepts:
  - chain-rule
  - {id: relu, title: ReLU, definition: "Passes *positive* numbers.", requires: [chain-rule]}
references:
  - {key: fa3, title: FlashAttention-3, authors: [Shah], year: 2024, url: "https://example.org/fa3", note: table 1}
study: {name: Steady, new_per_day: 10, reviews_per_day: 100, retention: 0.85}
site: {url: "https://example.org", report: "mailto:someone@example.org", test: {count: 5, minutes: 0, kinds: [choice]}}
silence: [DF130]
"""

# What only a person, or all keys together, can know is the reader's alone.
STRUCTURE = {f"DF{number}" for number in range(120, 129)} | {"DF267"}


def reader_accepts(document: object, kind: str = "lesson") -> bool:
    """Whether the reader finds nothing wrong with the keys and values of a document."""
    data = json.dumps(document, ensure_ascii=False).encode()
    if kind == "lesson":
        diagnostics = read_yaml_lesson(Source("a.yaml", data)).diagnostics
    elif kind == "course":
        _, diagnostics = read_course_file(Source("content/course.yaml", data))
    else:
        _, diagnostics = read_header(Text.of_file("a.md", data))
    errors = {each.code.id for each in diagnostics if each.severity is Severity.ERROR}
    return not errors & STRUCTURE


@pytest.mark.parametrize("schema", [lesson_schema(), front_matter_schema(), course_schema()])
def test_the_schemas_are_schemas_and_describe_every_key(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    for record in (schema, *schema["$defs"].values()):
        shown = record.get("then", record)
        for name, key in shown.get("properties", {}).items():
            assert key is False or key["description"], name


def test_valid_files_are_valid() -> None:
    assert list(LESSON.iter_errors(yaml.safe_load(YAML))) == []
    assert list(FRONT_MATTER.iter_errors(yaml.safe_load(HEADER))) == []
    assert list(COURSE.iter_errors(yaml.safe_load(COURSE_YAML))) == []
    assert read_course_file(Source("content/course.yaml", COURSE_YAML.encode()))[1] == ()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield from places(inner, (*path, key))


def mutated(document: Any, place: tuple[Any, ...], change: str, key: str, value: Any) -> Any:
    """The document with one change at one place."""
    document = copy.deepcopy(document)
    if not place:
        holder, last = {"": document}, ""
    else:
        holder = document
        for step in place[:-1]:
            holder = holder[step]
        last = place[-1]
    target = holder[last]
    if change == "set":
        holder[last] = value
    elif change == "add" and isinstance(target, dict):
        target[key] = value
    elif change == "add" and isinstance(target, list):
        target.append(value)
    elif change == "remove" and place:
        del holder[last]
    return document


DOCUMENTS = {
    "lesson": (yaml.load(YAML, yaml.BaseLoader), LESSON),
    "front matter": (yaml.load(HEADER, yaml.BaseLoader), FRONT_MATTER),
    "course": (yaml.load(COURSE_YAML, yaml.BaseLoader), COURSE),
}
KEYS = sorted({each.name for record in fields.RECORDS for each in record.fields} | {"titel", "kinds", "<<"})
VALUES: list[Any] = [
    *("x", "", " ", "two words", "a,b", "10", "0", "010", "10-20", "20 - 30", "true", "false", "yes", "0.5", "1.5"),
    *(True, False, 0, 1, 10, -1, 100, 2.5, 0.5, [], {}, ["x"], [["x"]], {"text": "x"}, [{"text": "x"}], {"x": "y"}),
    *(*Kind, "easy", "low", "apply", "synthesis", ["apply"], ["apply", "create"], ["apply", "create", "analyze"]),
    *("quiz", "warm-up", "DF130", "https://example.org", "mailto:a@b", "en", "A::B", "A::", ["a", "b"], ["a b"]),
]


@pytest.mark.parametrize("kind", sorted(DOCUMENTS))
@settings(deadline=None)
@given(data=st.data())
def test_the_reader_and_the_schema_agree_on_every_change_of_a_key_or_value(kind: str, data: st.DataObject) -> None:
    document, validator = DOCUMENTS[kind]
    changed = mutated(
        document,
        data.draw(st.sampled_from(list(places(document))), "place"),
        data.draw(st.sampled_from(["set", "add", "remove"]), "change"),
        data.draw(st.sampled_from(KEYS), "key"),
        data.draw(st.sampled_from(VALUES), "value"),
    )
    if isinstance(changed, dict) and changed:
        assert reader_accepts(changed, kind) == validator.is_valid(changed)


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_has_its_own_keys(kind: Kind) -> None:
    for key, value in {"words": "10", "hints": ["x"], "options": ["x"], "definition": "x", "both": "true"}.items():
        item = {"id": "q", "kind": kind.value, "front": "Why?", key: value}
        document = {"id": "a", "title": "b", "content": [{"section": "quiz", "items": [item]}]}
        allowed = next(each for each in fields.ITEM.fields if each.name == key).kinds
        assert LESSON.is_valid(document) == reader_accepts(document) == (allowed is None or kind in allowed)


def reached(record: Record) -> set[str]:
    def below(field: AnyField) -> set[str]:
        type_ = field.type.of if isinstance(field.type, Many) else field.type
        return reached(type_) if isinstance(type_, Record) else set()

    return {record.name}.union(*(below(field) for field in record.fields))


def test_the_manual_s_table_has_every_key_of_every_record() -> None:
    table = fields.table()
    assert reached(fields.COURSE) | reached(fields.ITEM) | {"lesson", "section"} <= {
        each.name for each in fields.RECORDS
    }
    for record in fields.RECORDS:
        part = table.split(f"## {record.name[0].upper()}{record.name[1:]}\n")[1].split("\n## ")[0]
        for each in record.fields:
            if record is not fields.LESSON or each is fields.CONTENT:
                assert f"| `{each.name}`" in part
