r"""The study plan as a calendar: `build/plan.ics`, an event a session, for any program that reads iCalendar (RFC 5545).

Events last all day, block no time and ring no alarm: when in the day to study is the learner's to say. An event's UID
is made of the course, the lesson and which session it is, so a calendar that takes the file again moves its events
instead of doubling them. Lines end in CR LF and are folded at 75 bytes; `\ ; ,` and line breaks in texts are escaped.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from deckforge.diagnostics import Outcome
from deckforge.emit import Artifact
from deckforge.emit.plan import MINUTES, Act, plan
from deckforge.emit.site.atlas import lesson_page, study_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from deckforge.emit import Context
    from deckforge.emit.plan import Session
    from deckforge.model.course import Course

name = "calendar"

PRODUCT = "-//DeckForge//Study plan//EN"
_MOST = 75
"""Bytes in a line, its end not counted."""


def emit(context: Context) -> Outcome[tuple[Artifact, ...]]:
    """Return the calendar of a course that says when its study starts; of another, nothing."""
    timetable = context.course.timetable
    if timetable.start is None:
        return Outcome(())
    made = plan(context.course, timetable.start, timetable.exam, timetable.minutes or MINUTES)
    data = calendar(context.course, made.value, timetable.start)
    return Outcome((Artifact("build/plan.ics", data),), made.diagnostics)


def calendar(course: Course, sessions: Sequence[Session], start: date) -> bytes:
    """Return the sessions as an iCalendar file; nothing in it depends on when it is made."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(course.title)}",
    ]
    for session in sessions:
        lines += _event(course, session, start)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _event(course: Course, session: Session, start: date) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_uid(course, session)}"
    yield f"DTSTAMP:{start:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{session.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{session.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(summary(course, session))}"
    if description := _description(course, session):
        yield f"DESCRIPTION:{_escaped(description)}"
    if url := _url(course, session):
        yield f"URL:{url}"
    yield f"CATEGORIES:{session.act.value.upper()}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def summary(course: Course, session: Session) -> str:
    """Return what a session is, in a line: `Learn: Gradient flow (part 1 of 2)`."""
    title = course.lesson[session.lesson].title if session.lesson else course.title
    match session.act:
        case Act.LEARN:
            return f"Learn: {title}" + (f" (part {session.number} of {session.of})" if session.of > 1 else "")
        case Act.REPEAT:
            return f"Repeat: {title} ({session.number} of {session.of})"
        case Act.EVERYTHING:
            return f"Look over everything: {title}"
        case Act.EXAM:
            return f"Exam: {title}"


def _description(course: Course, session: Session) -> str:
    minutes = f"About {session.minutes} {'minute' if session.minutes == 1 else 'minutes'}." if session.minutes else ""
    return "\n".join(filter(None, (session.text, minutes, _url(course, session))))


def _url(course: Course, session: Session) -> str:
    site = course.site.url.rstrip("/")
    if not site:
        return ""
    if not session.lesson:
        return f"{site}/"
    page = study_page if session.act is Act.REPEAT else lesson_page
    return f"{site}/{page(course.lesson[session.lesson])}"


def _uid(course: Course, session: Session) -> str:
    """Return what names an event for good; a UID holds no spaces and an id has none."""
    parts = (session.act.value, session.lesson, str(session.number))
    return "-".join(filter(None, parts)) + f"@{course.id}.deckforge"


def _escaped(text: str) -> str:
    kept = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", text.replace("\r\n", "\n"))
    return re.sub(r"[\\;,]", r"\\\g<0>", kept).replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Yield a line in pieces of at most 75 bytes that split no character; all but the first begin with a space."""
    piece = ""
    for character in line:
        if len((piece + character).encode()) > _MOST:
            yield piece
            piece = " "
        piece += character
    yield piece
