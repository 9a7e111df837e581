"""A learner's progress file, read with suspicion: it comes from somebody's browser, or from anywhere.

docs/progress-file.md describes the form. A file with a mistake is left out of the table and each of its mistakes is
said, with its place; the other files still count.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from deckforge.diagnostics import Code, Outcome, Severity
from deckforge.gradebook.places import place
from deckforge.model.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from deckforge.diagnostics import Diagnostic

FORMAT = "deckforge-progress"
VERSION = 1
LARGEST = 64 * 2**20
"""Bytes: a learner's answers of ten years fit ten times."""
MOST = 20
"""How many mistakes of one file are listed."""

NO_PROGRESS = Code(
    "DF851",
    "not-a-progress-file",
    Severity.ERROR,
    "A file is not a learner's progress as the study site exports it.",
    "The table would show a learner who does not exist. Ask for the file that *Export* on the progress page saves; its "
    "name ends in `.json`, and it must not have been opened and saved by another program.",
    example='{"cards": []}',
    instead='{"format": "deckforge-progress", "version": 1, …}',
)
BROKEN_ENTRY = Code(
    "DF852",
    "broken-progress-entry",
    Severity.ERROR,
    "An entry of a progress file is not what the study site writes.",
    "Answers that cannot be read would silently change everybody's averages, so the whole file is left out.",
    example='{"id": "a1", "card": "vanishing", "at": "yesterday", …}',
    instead='{"id": "a1", "card": "vanishing", "at": 1764093600000, …}',
)
FOREIGN_PROGRESS = Code(
    "DF853",
    "progress-of-another-course",
    Severity.ERROR,
    "A progress file belongs to another course.",
    "The same id may name something else in another course. The file is left out.",
    example='"course": "large", handed in for the course `small`',
    instead='"course": "small"',
)
LARGE_PROGRESS = Code(
    "DF854",
    "progress-file-too-large",
    Severity.ERROR,
    "A progress file is larger than any learner's progress.",
    "It is not read at all, so that a broken or hostile file cannot fill the memory of the machine.",
    example="a file of 2 GiB",
    instead="the file as the progress page saves it: some 100 bytes an answer",
)
SAME_NAME = Code(
    "DF855",
    "two-learners-of-one-name",
    Severity.WARNING,
    "Two progress files carry the same name and share no answer.",
    "They may be two people, or one person with two browsers. They are counted as two, each with its file's name; a "
    "learner with two browsers imports one file into the other and exports again.",
    example='two files with "learner": "Sam"',
    instead='"learner": "Sam B." in one of them',
)
SAME_LEARNER = Code(
    "DF856",
    "two-files-of-one-learner",
    Severity.NOTE,
    "Two progress files share answers: they are one learner's.",
    "Their answers are counted once.",
    example="monday.json and friday.json, the second exported from the same browser later",
    instead="friday.json alone",
)
CODES: tuple[Code, ...] = (
    NO_PROGRESS,
    BROKEN_ENTRY,
    FOREIGN_PROGRESS,
    LARGE_PROGRESS,
    SAME_NAME,
    SAME_LEARNER,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer: `card` as in the file, `at` in milliseconds since 1970, `day` the learner's own since 1970.

    `grade` is 0 where it was taken back, 1 wrong, 2 hard, 3 right, 4 easy.
    """

    id: str
    card: str
    at: int
    day: int
    grade: int
    mode: str
    ms: int

    @property
    def item(self) -> str:
        """The item that the card belongs to."""
        return self.card.partition(":")[0]


@dataclass(frozen=True, slots=True)
class ProgressFile:
    """What a file holds; `day` is when it was exported, in days since 1970 (UTC)."""

    name: str
    learner: str
    course: str
    day: int
    log: tuple[Entry, ...]


def read(name: str, data: bytes, course: str) -> Outcome[ProgressFile | None]:
    """Return the progress in a file of the course with this id, or `None` with everything that is wrong."""
    whole = Span(name, 0, 0)
    if len(data) > LARGEST:
        message = f"{name} has {len(data) // 2**20} MiB, and at most {LARGEST // 2**20} are read"
        return Outcome(None, (LARGE_PROGRESS.at(None, message, fix="ask for the export again"),))
    try:
        text = data.decode("utf-8-sig")
        document = json.loads(text)
    except UnicodeDecodeError as error:
        fix = "ask for the export again"
        return Outcome(None, (NO_PROGRESS.at(Span(name, error.start, error.end), "this is not UTF-8", fix=fix),))
    except json.JSONDecodeError as error:
        at = len(error.doc[: error.pos].encode())
        message = f"this is no JSON: {error.msg}"
        return Outcome(None, (NO_PROGRESS.at(Span(name, at, at), message, fix="ask for the export again"),))
    except RecursionError:
        return Outcome(None, (NO_PROGRESS.at(whole, "this is nested too deeply", fix="ask for the export again"),))

    def span(path: Sequence[str | int]) -> Span:
        try:
            start, end = place(text, path)
        except (ValueError, IndexError, RecursionError):
            return whole
        skipped = 3 if data.startswith(b"\xef\xbb\xbf") else 0
        first = len(text[:start].encode()) + skipped
        return Span(name, first, first + len(text[start : min(end, start + 60)].encode()))

    return _file(name, document, course, span)


def _file(
    name: str, document: Any, course: str, span: Callable[[Sequence[str | int]], Span]
) -> Outcome[ProgressFile | None]:
    fix = "ask for the file that Export on the progress page saves"
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        return Outcome(None, (NO_PROGRESS.at(span(()), f'there is no `"format": "{FORMAT}"` in it', fix=fix),))
    if document.get("version") != VERSION:
        message = f"it has version {document.get('version')!r}, and this deckforge reads version {VERSION}"
        return Outcome(None, (NO_PROGRESS.at(span(("version",)), message, fix="update deckforge"),))
    if document.get("course") != course:
        message = f"it is of the course `{document.get('course')}`, and this is `{course}`"
        return Outcome(None, (FOREIGN_PROGRESS.at(span(("course",)), message, fix="leave it out"),))
    wrong: list[Diagnostic] = []

    def say(path: Sequence[str | int], message: str) -> None:
        if len(wrong) < MOST:
            wrong.append(BROKEN_ENTRY.at(span(path), message, fix="ask for the export again"))

    learner, exported, log = (document.get(key) for key in ("learner", "exported", "log"))
    if not isinstance(learner, str):
        say(("learner",), "`learner` is no text")
    day = _day(exported)
    if day is None:
        say(("exported",), "`exported` is no time such as 2026-01-31T12:00:00Z")
    if not isinstance(log, list):
        say(("log",), "`log` is no list of answers")
    entries = log if isinstance(log, list) else []
    for number, entry in enumerate(entries):
        for key, message in _mistakes(entry):
            say(("log", number, key), message)
    if wrong or day is None:
        return Outcome(None, tuple(wrong))
    found = {entry["id"]: Entry(**{key: entry[key] for key in _KEYS}) for entry in entries}
    log_ = tuple(sorted(found.values(), key=lambda entry: (entry.at, entry.id)))
    return Outcome(ProgressFile(name, " ".join(str(learner).split()), course, day, log_))


def _day(exported: object) -> int | None:
    if not isinstance(exported, str):
        return None
    try:
        moment = datetime.fromisoformat(exported)
        return math.floor(moment.timestamp() / 86_400)
    except (ValueError, OverflowError, OSError):
        return None


_FAR = 2**53
"""What a browser can count."""


def _whole(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _like(pattern: str) -> Callable[[Any], bool]:
    shape = re.compile(pattern)
    return lambda value: isinstance(value, str) and shape.fullmatch(value) is not None


_KEYS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "id": (_like(r"[A-Za-z0-9_-]{1,64}"), "an id of letters, digits, `-` and `_`"),
    "card": (_like(r"\S{1,300}"), "the id of a card"),
    "at": (_whole(0, _FAR), "a time in milliseconds since 1970"),
    "day": (_whole(0, 10**6), "a day counted from 1970"),
    "grade": (_whole(0, 4), "0, 1, 2, 3 or 4"),
    "mode": (_like(r"[a-z]{1,20}"), "a mode of study"),
    "ms": (_whole(0, _FAR), "a time in milliseconds"),
}


def _mistakes(entry: Any) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with an answer, each with its key."""
    if not isinstance(entry, dict):
        yield "", "this is no answer"
        return
    for key, (holds, what) in _KEYS.items():
        if key not in entry:
            yield "", f"the answer has no `{key}`"
        elif not holds(entry[key]):
            yield key, f"`{key}` is not {what}"
