"""The study plan: which day has what; and its calendar, read by the `icalendar` package."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from deckforge import cli
from deckforge.emit import calendar
from deckforge.emit.plan import Act, Session, days, learning, plan
from deckforge.model.course import Guide, Review, Section, SectionKind, SiteOptions, Timetable
from deckforge.model.items import Essay, Range
from tests.anki.build import HERE, card, context, course, lesson, make, rich
from tests.emit.courses import courses, exported
from tests.emit.kept import golden

if TYPE_CHECKING:
    from deckforge.model.course import Course, Lesson
    from tests.example import Example

START = date(2026, 12, 1)


def timed(id_: str, minutes: int, *schedule: Review) -> Lesson:
    """A lesson with one card that takes so many minutes."""
    cards = (card(f"{id_}-card", "Why?"),)
    guide = Guide(schedule=schedule)
    section = Section(SectionKind.FLASHCARDS, "", None, None, Range(minutes, minutes), cards, guide, HERE)
    return replace(lesson(id_), content=(section,))


def planned(*lessons: Lesson, exam: date | None = None, minutes: int = 30) -> tuple[Session, ...]:
    outcome = plan(course(*lessons), START, exam, minutes)
    assert not outcome.diagnostics
    return outcome.value


def shown(sessions: tuple[Session, ...]) -> list[str]:
    """Each session as `day act lesson number/of minutes`, days counted from the first."""
    return [
        f"{(each.day - START).days} {each.act} {each.lesson} {each.number}/{each.of} {each.minutes}"
        for each in sessions
    ]


def events(made: Course) -> list[object]:
    """The events of a course's calendar, by somebody else's reader."""
    (artifact,) = calendar.emit(context(Path("/nowhere"), made)).value
    return list(Calendar.from_ical(artifact.data).walk("VEVENT"))


# Days -----------------------------------------------------------------------------------------------------------------


def test_days_without_a_schedule_are_those_of_fsrs() -> None:
    """Anki and ts-fsrs show the same intervals for a card that is answered Good: 2, 11, 46 and 163 days at 90 %."""
    assert days(0.9) == (2, 13, 59)
    assert days(0.95) == (1, 4, 12, 31, 74, 163)


def test_lessons_follow_one_another_and_repetitions_come_first() -> None:
    assert shown(planned(timed("a", 20), timed("b", 20), timed("c", 60)))[:8] == [
        "0 learn a 1/1 20",
        "0 learn b 1/2 10",
        "1 learn b 2/2 10",
        "1 learn c 1/3 20",
        "2 repeat a 1/4 1",
        "2 learn c 2/3 29",
        "3 repeat b 1/4 1",
        "3 learn c 3/3 11",
    ]


def test_a_written_schedule_replaces_the_computed_days() -> None:
    steps = (Review(3, (), rich("Say the answers aloud"), HERE), Review(10, ("a-card",), rich("The card again"), HERE))
    found = [each for each in planned(timed("a", 30, *steps)) if each.act is Act.REPEAT]
    assert [((each.day - START).days, each.text) for each in found] == [
        (3, "Say the answers aloud"),
        (10, "The card again"),
    ]


def test_the_exam_ends_the_plan_and_the_day_before_is_for_everything() -> None:
    assert shown(planned(timed("a", 20), exam=START + timedelta(days=10))) == [
        "0 learn a 1/1 20",
        "2 repeat a 1/1 1",
        "9 everything  1/1 1",
        "10 exam  1/1 0",
    ]


def test_what_does_not_fit_is_named_with_the_minutes_that_would_do() -> None:
    made = course(timed("a", 30), timed("b", 60))
    outcome = plan(made, START, START + timedelta(days=4), 20)
    (found,) = outcome.diagnostics
    assert found.code.id == "DF716"
    assert "`b`" in found.message
    minutes = int(re.findall(r"\d+", found.fix)[0])
    assert not plan(made, START, START + timedelta(days=4), minutes).diagnostics
    assert plan(made, START, START + timedelta(days=4), minutes - 5).diagnostics


def test_minutes_are_those_that_are_written_else_by_kind() -> None:
    assert learning(timed("a", 25)) == 25
    essay = make(Essay, "e", rich("Plan."), minutes=Range(20, 30))
    assert learning(lesson("a", card("c", "Why?"), essay)) == 26


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    made=courses(),
    minutes=st.integers(5, 120),
    length=st.none() | st.integers(0, 60),
)
def test_any_course_has_a_plan(made: Course, minutes: int, length: int | None) -> None:
    exam = None if length is None else START + timedelta(days=length)
    outcome = plan(made, START, exam, minutes)
    learned: dict[date, int] = {}
    for session in outcome.value:
        assert session.day >= START
        assert exam is None or session.day <= exam
        if session.act is Act.LEARN:
            learned[session.day] = learned.get(session.day, 0) + session.minutes
    assert all(each <= minutes for each in learned.values())
    finished = {each.lesson for each in outcome.value if each.act is Act.LEARN and each.number == each.of}
    named = {each for found in outcome.diagnostics for each in re.findall(r"`([^`]+)`", found.message)}
    assert finished | named == {each.id for each in made.lessons if each.content}
    assert not finished & named


# The calendar ---------------------------------------------------------------------------------------------------------


def dated(**more: object) -> Course:
    return replace(exported(), timetable=Timetable(START, START + timedelta(days=30), 45), **more)


def test_a_course_without_a_first_day_has_no_calendar() -> None:
    assert calendar.emit(context(Path("/nowhere"), exported())).value == ()


def test_the_file_is_as_it_was_looked_at() -> None:
    (artifact,) = calendar.emit(context(Path("/nowhere"), dated())).value
    golden("plan.ics", artifact.data.decode().replace("\r\n", "\n"))


def test_events_are_whole_days_that_block_nothing_and_ring_nothing() -> None:
    for event in events(dated()):
        assert type(event["DTSTART"].dt) is date
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(days=1)
        assert event["TRANSP"] == "TRANSPARENT"
        assert not event.walk("VALARM")
        assert event["DTSTAMP"].dt == datetime(2026, 12, 1, tzinfo=UTC)
        assert event["URL"].startswith("https://example.org/training/")


def test_an_event_keeps_its_name_when_the_plan_moves() -> None:
    moved = replace(dated(), timetable=Timetable(START + timedelta(days=7), START + timedelta(days=37), 45))
    names = [{str(each["UID"]): each["DTSTART"].dt for each in events(made)} for made in (dated(), moved)]
    assert names[0].keys() == names[1].keys()
    assert len(names[0]) == len(events(dated()))
    assert all(names[1][name] - day == timedelta(days=7) for name, day in names[0].items())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=courses(), title=st.text(max_size=120))
def test_any_title_comes_out_as_it_went_in(made: Course, title: str) -> None:
    lessons = tuple(replace(each, title=title) for each in made.lessons)
    made = replace(made, lessons=lessons, timetable=Timetable(START), site=SiteOptions("https://example.org/"))
    (artifact,) = calendar.emit(context(Path("/nowhere"), made)).value
    assert all(len(line) <= 75 for line in artifact.data.split(b"\r\n"))
    assert b"\n" not in artifact.data.replace(b"\r\n", b"")
    wanted = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", title.replace("\r\n", "\n"))
    for event in events(made):
        if event["CATEGORIES"].to_ical() == b"LEARN":
            assert wanted in str(event["SUMMARY"])


# The command ----------------------------------------------------------------------------------------------------------


def run(example: Example, *arguments: str) -> str:
    done = CliRunner().invoke(cli.cli, ["plan", "--project", str(example.root), *arguments])
    if done.exception and not isinstance(done.exception, SystemExit):
        return str(done.exception)
    return done.stdout


def test_the_command_shows_the_days_and_writes_the_file(example: Example, tmp_path: Path) -> None:
    out = tmp_path / "plan.ics"
    printed = run(example, "--start", "2026-12-01", "--exam", "2026-12-24", "--out", str(out))
    assert printed.splitlines() == [
        "Tue 2026-12-01     2 min  Learn: Doubling",
        "Thu 2026-12-03     1 min  Repeat: Doubling (1 of 2)",
        "Mon 2026-12-14     1 min  Repeat: Doubling (2 of 2)",
        "Wed 2026-12-23     1 min  Look over everything: An example",
        "Thu 2026-12-24            Exam: An example",
        f"5 events in {out}: open it with a calendar, or import it there.",
    ]
    before = out.read_bytes()
    run(example, "--start", "2026-12-01", "--exam", "2026-12-24", "--out", str(out))
    assert out.read_bytes() == before


def test_a_file_that_is_no_plan_is_left_alone(example: Example, tmp_path: Path) -> None:
    out = tmp_path / "mine.ics"
    out.write_text("BEGIN:VCALENDAR")
    assert "is no study plan of DeckForge" in run(example, "--start", "2026-12-01", "--out", str(out))
    assert out.read_text() == "BEGIN:VCALENDAR"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "say when to begin"),
        (["--start", "2026-12-01", "--exam", "2026-12-01"], "is not after the first day"),
    ],
)
def test_what_cannot_be_planned_is_said(example: Example, arguments: list[str], said: str) -> None:
    assert said in run(example, *arguments)


def test_the_build_writes_it_where_the_course_says_when(example: Example) -> None:
    course_file = (example.root / "content" / "course.yaml").read_text()
    example.write({"content/course.yaml": course_file + "study: {start: 2026-12-01, exam: 2026-12-24, minutes: 20}\n"})
    result = example.build(only=("calendar",))
    assert result.diagnostics == ()
    assert b"SUMMARY:Exam: An example" in example.outputs()["plan.ics"]
    example.write({"content/course.yaml": course_file})
    example.build(only=("calendar",))
    assert "plan.ics" not in example.outputs()


@pytest.mark.parametrize("day", ["2026-13-01", "01.12.2026", "20261201", "soon"])
def test_a_day_that_is_none_is_a_diagnostic(example: Example, day: str) -> None:
    course_file = (example.root / "content" / "course.yaml").read_text()
    example.write({"content/course.yaml": course_file + f"study: {{start: {day}}}\n"})
    (found,) = example.check().diagnostics
    assert found.code.id == "DF124"
