"""A Markdown file to a lesson: front matter, body, and the claims of the one that stand in the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Diagnostic, Outcome, Severity
from deckforge.model.source import Span
from deckforge.read.header import read_header
from deckforge.read.lesson import assemble
from deckforge.read.markdown.locate import locate, not_shown
from deckforge.read.markdown.page import rich
from deckforge.read.markdown.scope import Scope
from deckforge.read.markdown.structure import Structure, item_spans
from deckforge.read.text import Text

if TYPE_CHECKING:
    from deckforge.model.course import Lesson
    from deckforge.model.rich import Rich
    from deckforge.model.source import Source

NOT_TEXT = Code(
    "DF294",
    "not-utf-8",
    Severity.ERROR,
    "A lesson is not UTF-8 text, or holds a zero byte.",
    "Everything else would be read differently by every program; the place is that of the first byte that is wrong.",
)
NO_HEADER = Code(
    "DF295",
    "front-matter-missing",
    Severity.ERROR,
    "A lesson does not begin with a header between two lines of `---`.",
    "Without an id and a title it is no lesson: links, decks and a learner's progress hang on them.",
    "# Gradient flow",
    "---\nid: gradient-flow\ntitle: Gradient flow\n---\n\n# Gradient flow",
)
OPEN_HEADER = Code(
    "DF296",
    "front-matter-not-closed",
    Severity.ERROR,
    "The header of a lesson is never closed.",
    "The whole file would be read as header, or the whole header as text.",
    "---\nid: gradient-flow\n\n# Gradient flow",
    "---\nid: gradient-flow\n---\n\n# Gradient flow",
)
CODES: tuple[Code, ...] = (NOT_TEXT, NO_HEADER, OPEN_HEADER)

_BOM = b"\xef\xbb\xbf"
_OPEN = re.compile(rb"---[ \t]*\r?\n")
_CLOSE = re.compile(rb"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE)


def split(source: Source) -> tuple[Text, Text, tuple[Diagnostic, ...]]:
    """Return the front matter and the body of a lesson, each with its places in the file.

    Bytes that are not UTF-8 are replaced by `x`, one by one, so that all places stay right; an `x` means nothing to
    YAML or Markdown wherever it stands, and nothing else is reported because of it.
    """
    found = []
    data = source.data
    clean = _clean(data)
    if clean != data:
        at = next(index for index, pair in enumerate(zip(clean, data, strict=True)) if pair[0] != pair[1])
        what = "a zero byte" if data[at] == 0 else f"the byte 0x{data[at]:02x}, which is not UTF-8"
        message = f"the file holds {what}"
        found.append(NOT_TEXT.at(Span(source.path, at, at + 1), message, fix="save the file as UTF-8"))
    start = len(_BOM) if clean.startswith(_BOM) else 0
    opening = _OPEN.match(clean, start)
    if not opening:
        place = Span(source.path, start, start)
        fix = "begin it with `---`, `id: …`, `title: …`, `---`"
        found.append(NO_HEADER.at(place, "the lesson has no header", fix=fix))
        return Text(source.path, b"", ((0, start),)), Text.of_file(source.path, clean, start), tuple(found)
    closing = _CLOSE.search(clean, opening.end())
    if not closing:
        place = Span(source.path, start, start + 3)
        message = "this `---` opens a header that nothing closes"
        found.append(OPEN_HEADER.at(place, message, fix="put `---` on a line of its own behind the last key"))
        # The keys end where Markdown begins: everything behind the first blank line is taken for the body.
        blank = re.compile(rb"^[ \t]*\r?\n", re.MULTILINE).search(clean, opening.end())
        end = begin = blank.start() if blank else len(clean)
    else:
        end, begin = closing.start(), closing.end()
    header = Text(source.path, clean[opening.end() : end], ((0, opening.end()),))
    return header, Text.of_file(source.path, clean, begin), tuple(found)


def _clean(data: bytes) -> bytes:
    data = data.replace(b"\0", b"x") if b"\0" in data else data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        # `surrogateescape` keeps one code unit a byte, so that each becomes one `x`.
        text = data.decode("utf-8", "surrogateescape")
        return "".join("x" if 0xDC80 <= ord(unit) <= 0xDCFF else unit for unit in text).encode("utf-8")
    return data


def read_markdown_lesson(source: Source) -> Outcome[Lesson]:
    """Return the lesson that a Markdown file makes, as good as it could be made, and all that is wrong with it."""
    front, body, diagnostics = split(source)
    found = list(diagnostics)
    header, of_header = read_header(front)
    if front.data or not found:
        found += of_header
    marks, misplaced = locate(header.claims, body, item_spans(body) if header.claims else {}, header.id)
    found += misplaced
    scope = Scope(header.id, "", marks)
    structure = Structure(body, scope, sections=True)
    content, of_body = structure.read()
    found += of_body
    found += not_shown(marks, structure.reader.page.landed)

    def render(text: Text, part: str, inline: bool) -> Rich:
        made, wrong = rich(text, Scope(header.id, "", (), part), inline=inline)
        found.extend(wrong)
        return made

    claims = tuple(mark.claim for mark in marks)
    lesson = assemble(header, content, claims, render, header.span)
    return Outcome(lesson, tuple(found))
