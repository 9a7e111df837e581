"""Where exactly a word stands: the model keeps the span of a heading or a mapping, a diagnostic points at one value.

Everything here looks into the bytes that were read and is called only where there is a mistake to show. A value that
cannot be found (the reader took it from elsewhere) has the first line of what it belongs to as its place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.model.source import Span

if TYPE_CHECKING:
    from deckforge.model.course import Course, Lesson


def value(course: Course, span: Span, key: str, text: str) -> Span:
    """Return the place of a value: of a heading's attribute (`key=…`, `.text`, `#text`) or a mapping's `key: …`."""
    source = course.sources.get(span.path)
    if source is None:
        return span
    # A heading's span may leave out its attributes: they end with its line.
    line_end = source.data.find(b"\n", span.start)
    end = max(span.end, line_end if line_end >= 0 else len(source.data))
    keyed = re.compile(rb"(?<![\w-])" + re.escape(key.encode()) + rb"(?:=|['\"]?[ \t]*:(?!:)[ \t]*)([^\s,}\]]*)")
    found = keyed.search(source.data, span.start, end)
    return (
        (_word(source.data, found.start(1), end, text, span.path) if found else None)
        or _word(source.data, span.start, end, f"#{text}", span.path)
        or _word(source.data, span.start, end, text, span.path)
        or (Span(span.path, *found.span()) if found else None)
        or first_line(course, span)
    )


def header(course: Course, lesson: Lesson, key: str, text: str) -> Span:
    """Return the place of a value of a field of a lesson's header."""
    source = course.sources.get(lesson.path)
    if source is None:
        return lesson.span
    found = re.compile(rb"^['\"]?" + re.escape(key.encode()) + rb"['\"]?[ \t]*:", re.MULTILINE).search(source.data)
    if found is None:
        return first_line(course, lesson.span)
    end = re.compile(rb"^(?![ \t#-])\S|^---", re.MULTILINE).search(source.data, found.end())
    return _word(source.data, found.end(), end.start() if end else len(source.data), text, lesson.path) or Span(
        lesson.path, found.start(), found.end()
    )


def names_below(course: Course, span: Span) -> list[str]:
    """Return the names of parts that stand below an item's heading, or of keys in its mapping, as they are written."""
    source = course.sources.get(span.path)
    if source is None:
        return []
    if not span.path.endswith(".md"):
        return [name.decode() for name in _KEY.findall(source.data, span.start, span.end)]
    following = _ITEM.search(source.data, span.start + 1)
    end = following.start() if following else len(source.data)
    return [name.decode("utf-8", "replace").strip().lower() for name in _PART.findall(source.data, span.start, end)]


_KEY = re.compile(rb"([a-z_]+)['\"]?[ \t]*:")
_ITEM = re.compile(rb"^#{1,3}[ \t]", re.MULTILINE)
_PART = re.compile(rb"^####[ \t]+([^\n{:]+)", re.MULTILINE)


def inside(course: Course, span: Span, text: str) -> Span:
    """Return the place of a text within a span, else the span's first line."""
    source = course.sources.get(span.path)
    found = _word(source.data, span.start, span.end, text, span.path) if source else None
    return found or first_line(course, span)


def first_line(course: Course, span: Span) -> Span:
    """Return the part of a span that is on its first line: what is to be underlined of a long one."""
    source = course.sources.get(span.path)
    if source is None:
        return span
    end = source.data.find(b"\n", span.start, span.end)
    return span if end < 0 else span.before(max(span.start, end))


def _word(data: bytes, start: int, end: int, text: str, path: str) -> Span | None:
    """Return the first place where a text stands alone, not as a piece of a longer word."""
    wanted = text.encode()
    at = data.find(wanted, start, end) if wanted else -1
    while at >= 0:
        behind = at + len(wanted)
        if data[at - 1 : at] not in _WORDS and data[behind : behind + 1] not in _WORDS:
            return Span(path, at, behind)
        at = data.find(wanted, at + 1, end)
    return None


_WORDS = frozenset(bytes([byte]) for byte in range(128) if chr(byte).isalnum() or chr(byte) in "_-")
