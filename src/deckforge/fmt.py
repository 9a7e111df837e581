"""The canonical form of a Markdown lesson, which says exactly what the lesson said.

What is put in order is what carries no meaning: blank lines, white space at ends of lines, the order and the synonyms
of a heading's attributes, the padding of tables, hard line breaks written with spaces. An item without an id gets one.
Words, lists, emphasis and line lengths are the author's. Code is never touched.

That nothing changes is not assumed: the lesson is read before and after, and where the two differ in more than ids
that were missing, the step that made the difference is left out.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING, Any

from deckforge.intake import ids
from deckforge.model.course import SectionKind
from deckforge.model.items import Difficulty, Kind, ProblemType
from deckforge.model.source import Source, Span
from deckforge.read import fields
from deckforge.read.markdown.events import stream
from deckforge.read.markdown.guides import GUIDES
from deckforge.read.markdown.headings import top_headings
from deckforge.read.markdown.lesson import read_markdown_lesson, split
from deckforge.read.markdown.structure import SECTIONS, section_name
from deckforge.read.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from deckforge.model.course import Lesson
    from deckforge.read.attributes import RawAttribute
    from deckforge.read.markdown.events import Event
    from deckforge.read.markdown.headings import Heading

Edit = tuple[int, int, bytes]
"""Bytes of a text, and what to put in their place."""

_KEYS = ("points", "words", "minutes", "requires", "concept", "source", "terms", "tags")
_ORDER: dict[str, int] = {
    **{kind.value: 1 for kind in Kind},
    **{type_.value: 2 for type_ in ProblemType},
    "both": 3,
    **{difficulty.value: 4 for difficulty in Difficulty},
    "critical": 6,
}
"""Where a class stands behind the id; levels of thinking stand between difficulty and the critical mark."""
_SYNONYMS = {word: meant for pairs in fields.SYNONYMS.values() for word, meant in pairs}


def formatted(text: str, taken: Sequence[str] = ()) -> str:
    """Return a lesson in its canonical form; `taken` are ids that items elsewhere in the course have."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for step in (_headings, _tables, _breaks, _spacing):
        changed = step(text)
        if changed != text and _same(text, changed):
            text = changed
    named = _identified(text, taken)
    return named if named == text or _same(text, named, ids_too=False) else text


# Steps


def _headings(text: str) -> str:
    """Put the attributes of every heading in order, and write a synonym as the word that it stands for."""

    def edits(body: Text) -> Iterator[Edit]:
        for heading in top_headings(body, stream(body.data)):
            if not heading.attributes:
                continue
            first, last = body.data.rfind(b"{", heading.start, heading.end), heading.end
            close = body.data.find(b"}", first, last)
            written = " ".join(_written(each) for each in sorted(heading.attributes, key=_rank))
            count = body.data[first + 1 : close].split()
            if first >= 0 and close >= 0 and len(count) == len(heading.attributes):
                yield first, close + 1, f"{{{written}}}".encode()

    return _edited(text, edits)


def _written(each: RawAttribute) -> str:
    if each.name == "#":
        return f"#{each.value}"
    if each.name == ".":
        return f".{_SYNONYMS.get(each.value or '', each.value)}"
    return f"{each.name}={each.value}"


def _rank(each: RawAttribute) -> tuple[int, int]:
    """Return where an attribute stands: id, kind, type, both, difficulty, levels, critical, keys."""
    if each.name == "#":
        return 0, 0
    if each.name != ".":
        return 7, _KEYS.index(each.name) if each.name in _KEYS else len(_KEYS)
    word = _SYNONYMS.get(each.value or "", each.value or "")
    return _ORDER.get(word, 5), 0


def _tables(text: str) -> str:
    """Write every row of a table with one space around each cell, and the line below its head as short as it can be."""

    def edits(body: Text) -> Iterator[Edit]:
        events = list(stream(body.data))
        depth = 0
        for index, (kind, value, start, end) in enumerate(events):
            if kind == "+Table" and not depth:
                yield from _table(body.data, events[index:], value, start, end)
            depth += (kind[0] == "+") - (kind[0] == "-")

    return _edited(text, edits)


def _table(data: bytes, events: Sequence[Event], alignments: Sequence[str], start: int, end: int) -> Iterator[Edit]:
    rows: list[list[bytes]] = []
    for kind, _, first, last in events:
        if kind == "-Table":
            break
        if kind in ("+TableHead", "+TableRow"):
            rows.append([])
        elif kind == "+TableCell":
            rows[-1].append(data[first:last].strip().strip(b"\n"))
    source = data[start:end].rstrip(b"\n")
    lines = source.count(b"\n") + 1
    if not rows or lines != len(rows) + 1 or start != data.rfind(b"\n", 0, start) + 1:
        return
    marks = {"Left": b":---", "Right": b"---:", "Center": b":---:"}
    between = b"|" + b"".join(marks.get(each, b"---") + b"|" for each in alignments)
    made = [b"| " + b" | ".join(row) + b" |" for row in rows]
    yield start, start + len(source), b"\n".join([made[0], between, *made[1:]])


def _breaks(text: str) -> str:
    """Write a hard line break with a backslash: spaces at a line's end are seen by nobody."""

    def edits(body: Text) -> Iterator[Edit]:
        for kind, _, start, end in stream(body.data):
            if kind == "HardBreak" and body.data[start : start + 2] == b"  ":
                yield start, end, b"\\\n"

    return _edited(text, edits)


def _spacing(text: str) -> str:
    """Leave one blank line where there were more, one around headings, and no white space at ends of lines."""
    body, offset = _body(text)
    kept = _verbatim(body)
    headings = {heading.start for heading in top_headings(body, stream(body.data))}
    out: list[str] = []
    at = 0
    for line in body.data.decode().split("\n"):
        size = len(line.encode()) + 1
        inside = any(start <= at < end for start, end in kept)
        if inside:
            out.append(line)
        else:
            bare = line.rstrip() if not line.endswith("\\ ") else line
            if at in headings:
                out += [""] if out and out[-1] else []
                out += [bare, ""]
            elif bare or not out or out[-1]:
                out.append(bare)
        at += size
    body_text = "\n".join(out).strip("\n")
    return text.encode()[:offset].decode().rstrip() + "\n\n" + body_text + "\n" if body_text else text.rstrip() + "\n"


def _verbatim(body: Text) -> list[tuple[int, int]]:
    """Return the bytes that keep every space: code, HTML blocks, formulas."""
    found = []
    for kind, value, start, end in stream(body.data):
        if kind in ("+CodeBlock", "+HtmlBlock", "DisplayMath", "Code"):
            first = body.data.rfind(b"\n", 0, start) + 1 if kind == "+CodeBlock" and value == "Indented" else start
            found.append((first, end))
    return found


def _identified(text: str, taken: Sequence[str]) -> str:
    """Give every item that has no id one that is made of its wording."""
    lesson = read_markdown_lesson(Source("lesson.md", text.encode())).value
    missing = iter([item for item in lesson.items if not item.id])
    used = {*taken, *(item.id for item in lesson.items), lesson.id, *(kind.value for kind in SectionKind)}
    used |= {part.heading.id for part in lesson.content if hasattr(part, "heading") and part.heading}

    def edits(body: Text) -> Iterator[Edit]:
        for heading in _item_headings(body):
            if heading.id:
                continue
            item = next(missing)
            id_ = ids.free(ids.of_words((item.title or item.front).text, item.kind.value), used)
            used.add(id_)
            brace = body.data.find(b"{", heading.events[-1][3] if heading.events else heading.start, heading.end)
            if heading.attributes and brace >= 0:
                yield brace + 1, brace + 1, f"#{id_} ".encode()
            else:
                end = heading.start + len(body.data[heading.start : heading.end].rstrip())
                yield end, end, f" {{#{id_}}}".encode()

    return _edited(text, edits)


# The text


def _body(text: str) -> tuple[Text, int]:
    """Return the body of a lesson as a text of its own, and where it begins."""
    source = Source("lesson.md", text.encode())
    _, body, _ = split(source)
    return Text("lesson.md", body.data), len(source.data) - len(body.data)


def _edited(text: str, edits: Callable[[Text], Iterator[Edit]]) -> str:
    body, offset = _body(text)
    out: list[bytes] = []
    at = 0
    for start, end, new in sorted(edits(body)):
        if start >= at:
            out += [body.data[at:start], new]
            at = end
    return (text.encode()[:offset] + b"".join([*out, body.data[at:]])).decode()


def _item_headings(body: Text) -> Iterator[Heading]:
    inside = False
    for heading in top_headings(body, stream(body.data)):
        if heading.level <= 2:
            inside = heading.level == 2 and section_name(heading)[0] in SECTIONS
        elif heading.level == 3 and inside:
            name = " ".join(heading.name.lower().split())
            if name not in GUIDES or heading.id:
                yield heading


# Whether anything changed


def _same(before: str, after: str, *, ids_too: bool = True) -> bool:
    """Tell whether two texts are the same lesson, with the same mistakes; without `ids_too`, but for ids of items."""
    one, other = (read_markdown_lesson(Source("lesson.md", text.encode())) for text in (before, after))
    left_out = frozenset() if ids_too else frozenset({"id", "item"})
    codes = [Counter(each.code.id for each in outcome.diagnostics) for outcome in (one, other)]
    return codes[0] == codes[1] and meaning(one.value, left_out) == meaning(other.value, left_out)


def meaning(value: Any, left_out: frozenset[str] = frozenset()) -> Any:
    """Return a lesson, or a part of one, as plain data without places."""
    if isinstance(value, Span):
        return None
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in dataclasses.fields(value) if field.name not in left_out)
        return (type(value).__name__, *((name, meaning(getattr(value, name), left_out)) for name in names))
    if isinstance(value, tuple):
        return tuple(meaning(each, left_out) for each in value)
    return value


def missing_ids(lesson: Lesson) -> int:
    """Return how many items of a lesson have no id."""
    return sum(not item.id for item in lesson.items)
