"""What a course asks not to see: its `silence:` names codes, and each has to be one that can be silenced.

No stage can say so, because only the catalogue knows the codes of all of them; `pipeline.check` calls this.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Severity
from deckforge.model.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.diagnostics import Diagnostic
    from deckforge.model.course import Course

UNKNOWN = Code(
    "DF145",
    "silenced-unknown-code",
    Severity.WARNING,
    "A course silences a code that does not exist.",
    "It has no effect: what was to be silenced is shown, or was never given.",
    "silence: [DF4333]",
    "silence: [DF433]",
)
UNSILENCEABLE = Code(
    "DF146",
    "silenced-error",
    Severity.WARNING,
    "A course silences an error.",
    "It has no effect: only warnings and notes can be silenced, because an error stops the build.",
    "silence: [DF432]",
    "silence: []",
)
CODES: tuple[Code, ...] = (UNKNOWN, UNSILENCEABLE)

_PATH = "content/course.yaml"


def wrong(course: Course) -> Iterator[Diagnostic]:
    """Report what a course silences in vain."""
    if not course.silenced:
        return
    from deckforge import catalogue

    for written in dict.fromkeys(course.silenced):
        code = catalogue.find(written)
        place = _place(course, written)
        if code is None:
            meant = catalogue.near(written)
            fix = f"did you mean `{meant[0].id}`?" if meant else "take it out"
            yield UNKNOWN.at(place, f"there is no code `{written}`", fix=fix)
        elif code.severity is Severity.ERROR:
            message = f"`{written}` is the error {code.name}, and errors cannot be silenced"
            yield UNSILENCEABLE.at(place, message, fix="take it out, and mend what it reports")


def _place(course: Course, written: str) -> Span:
    """Return where `course.yaml` silences a code: what is written behind the key, else the file's start."""
    source = course.sources.get(_PATH)
    data = source.data if source else b""
    key = re.search(rb"^silence[ \t]*:", data, re.MULTILINE)
    word = re.compile(rb"\b" + re.escape(written.encode()) + rb"\b")
    found = word.search(data, key.end() if key else 0)
    return Span(_PATH, *found.span()) if found else Span(_PATH, 0, 0)
