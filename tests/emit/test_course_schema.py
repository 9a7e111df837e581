"""The course as data holds to the schema that is published for it, and the schema says no more than what is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from deckforge.cli import cli
from deckforge.emit import course_json
from deckforge.emit.course_schema import course_json_schema
from deckforge.model.claims import Status, Verdict
from tests.anki.build import context, demo
from tests.emit.courses import courses, exported
from tests.site.build import course as site_course

if TYPE_CHECKING:
    from deckforge.model.course import Course


def closed(schema: Any) -> Any:
    """The schema without the freedom to add keys, to see that it names every key that is written."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: closed(value) for key, value in schema.items()}
    if "properties" in found and isinstance(found["properties"], dict) and found.get("type") == "object":
        found |= {"unevaluatedProperties": False}
    return found


@pytest.fixture(scope="module")
def strict() -> Draft202012Validator:
    schema = closed(course_json_schema())
    schema["$defs"]["Claim"].pop("unevaluatedProperties")  # a verdict is added to it
    return Draft202012Validator(schema)


def document(made: Course) -> Any:
    return json.loads(course_json.emit(context(Path("/nowhere"), made)).value[0].data)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(course_json_schema())


@pytest.mark.parametrize("made", [demo(), exported(), site_course()[0]], ids=["anki", "exports", "site"])
def test_courses_hold_to_it(made: Course, strict: Draft202012Validator) -> None:
    assert [error.message for error in strict.iter_errors(document(made))] == []


def test_our_own_course_holds_to_it(ours: Course, strict: Draft202012Validator) -> None:
    assert ours.lessons
    assert [error.message for error in strict.iter_errors(document(ours))] == []


def test_every_key_that_is_written_is_named(strict: Draft202012Validator) -> None:
    made = document(exported())
    made["lessons"][0]["content"][0]["items"][0]["unheard"] = 1
    assert not strict.is_valid(made)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(made=courses())
def test_any_course_holds_to_it(made: Course, strict: Draft202012Validator) -> None:
    assert [error.message for error in strict.iter_errors(document(made))] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("deckforge",), 2),
        (("lessons", 0, "content", 1, "items", 0, "type"), "riddle"),
        (("lessons", 0, "content", 1, "items", 0, "front", "html"), None),
        (("lessons", 0, "content", 1, "items", 0, "span"), ["a.md", 0, 1]),
        (("claims", 0, "status"), "true"),
        (("title",), None),
    ],
)
def test_what_is_wrong_is_found(path: tuple[Any, ...], value: object) -> None:
    made = document(exported())
    at = made
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    assert list(Draft202012Validator(course_json_schema()).iter_errors(made))


def test_a_reader_of_today_can_read_the_keys_of_tomorrow() -> None:
    made = document(exported())
    made["tomorrow"] = True
    made["lessons"][0]["tomorrow"] = {}
    assert Draft202012Validator(course_json_schema()).is_valid(made)


def test_every_verdict_has_a_word_in_the_schema() -> None:
    made = exported()
    schema = Draft202012Validator(course_json_schema())
    for status in Status:
        verdicts = {claim: Verdict(claim, status, "") for claim in made.all_claims()}
        data = course_json.emit(context(Path("/nowhere"), made, verdicts=verdicts)).value[0].data
        assert schema.is_valid(json.loads(data)), status


def test_the_command_prints_it() -> None:
    printed = CliRunner().invoke(cli, ["schema", "course-json"])
    assert json.loads(printed.stdout) == course_json_schema()
