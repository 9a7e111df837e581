"""Cards pasted from Quizlet, Knowt or anywhere: a term and a definition a row, with any two separators.

Which separators is found out from the whole text: those by which every row falls into two. Where no pair does that for
all rows, nothing is guessed: rows that would run into one another are shown, and `--separators` says what is meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from deckforge.diagnostics import Code, Outcome, Severity
from deckforge.intake import plain
from deckforge.intake.draft import Item, Lesson, Section
from deckforge.intake.found import incomplete
from deckforge.intake.writer.escapes import line
from deckforge.model.course import SectionKind
from deckforge.model.items import Kind
from deckforge.model.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.diagnostics import Diagnostic
    from deckforge.intake.readers import Options

MASHED = Code(
    "DF176",
    "import-rows-run-together",
    Severity.ERROR,
    "Rows of a pasted list do not fall into a term and a definition.",
    "With the wrong separators half of a definition becomes the next term, and nobody notices until it is studied. So "
    "nothing is taken in until every row is two. A definition with line breaks in it needs another separator between "
    "the cards, such as a blank line.",
    "Adam\\tkeeps two moments\\nper parameter",
    "deckforge import --separators '\\t' '\\n\\n' cards.txt",
)
CODES = (MASHED,)

name = "paste"
summary = "cards pasted from Quizlet, Knowt or a chat: term, separator, definition"
binary = False

_INNER = ("\t", "::", " – ", " — ", " - ", " = ", ": ", " | ", ";", ",")
"""Between term and definition, the most telling first."""
_BETWEEN = ("\n", "\n\n", ";")
_LOOKED_AT = 100_000
"""Characters by which the separators are found out."""
_MOST_SHOWN = 8
_ESCAPES = {"\\t": "\t", "\\n": "\n", "\\r": "", "\\\\": "\\"}
_MARKDOWN = re.compile(r"^(?:#{1,6} |```|\*\*.+\*\*|\|.*\|$|---$|<)", re.MULTILINE)


class Row(NamedTuple):
    """A row: what it says, where it stands in the text, and how many pieces a separator makes of it."""

    text: str
    start: int
    parts: tuple[str, ...]


def recognise(data: bytes, name: str) -> float:  # noqa: ARG001 - the shape of all readers
    """Look for rows that all fall into two; Markdown and prose do not."""
    text = data.decode("utf-8", "replace")
    if not text.strip() or len(_MARKDOWN.findall(text[:20_000])) > 2:
        return 0.0
    inner, between = separators(text)
    rows = list(split(text, inner, between))
    whole = sum(len(row.parts) == 2 for row in rows) / max(len(rows), 1)
    if len(rows) < 2 or whole < 0.6:
        return 0.0
    return (0.7 if inner == "\t" else 0.55 if inner == "::" else 0.35 if inner in _INNER[2:6] else 0.25) * whole


def read(data: bytes, name: str, options: Options) -> Outcome[tuple[Lesson, ...]]:
    """Return the cards as one lesson; none where a row is not two."""
    source = Source(name, data)
    text = data.decode("utf-8", "replace")
    inner, between = (unescaped(each) for each in options.separators)
    sniffed = separators(text)
    inner, between = inner or sniffed[0], between or sniffed[1]
    rows = list(split(text, inner, between))
    mashed = [row for row in rows if len(row.parts) != 2]
    if mashed:
        return Outcome((), tuple(_mashed(mashed, len(rows), inner, between, source)))
    items = tuple(
        Item(
            kind=Kind.TERM,
            label=f"Card {number}",
            front=line(row.parts[0]),
            answer=plain.markdown(row.parts[1]),
            lines=_lines(text, row),
        )
        for number, row in enumerate(rows, 1)
    )
    title = plain.title(name)
    section = Section(kind=SectionKind.TERMS, items=items)
    lesson = Lesson(
        title=title,
        origin=name,
        content=(section,) if items else (),
        claimed={"Separators": f"{shown(inner)} between term and definition, {shown(between)} between cards"},
    )
    return Outcome((lesson,), tuple(incomplete(lesson, source)))


def separators(text: str) -> tuple[str, str]:
    """Return the separators by which most rows fall into two; of two that are as good, the more telling."""
    best, most = ("\t", "\n"), -1.0
    text = text[:_LOOKED_AT]
    for between in _BETWEEN:
        for order, inner in enumerate(_INNER):
            if inner.strip() == between or (between not in text.strip() and between != "\n"):
                continue
            rows = list(split(text, inner, between))
            if len(rows) < 2 and between != "\n":
                continue
            good = sum(len(row.parts) == 2 for row in rows) / max(len(rows), 1)
            score = good - 0.01 * order - 0.02 * _BETWEEN.index(between)
            if score > most:
                best, most = (inner, between), score
    return best


def split(text: str, inner: str, between: str) -> Iterator[Row]:
    """Yield the rows of a text that are not blank.

    A separator that is a word of the language (a colon, a dash) may stand in a definition too: it counts once.
    """
    start = 0
    pieces = re.split(r"\n[ \t]*\n+", text) if between == "\n\n" else text.split(between)
    for piece in pieces:
        start = text.find(piece, start) if piece else start
        if piece.strip():
            parts = piece.split(inner) if inner in ("\t", ";", ",") else piece.split(inner, 1)
            yield Row(piece, start, tuple(part.strip() for part in parts))
        start += len(piece)


def unescaped(written: str) -> str:
    r"""Return a separator as it was meant: `\t` and `\n` are a tab and a line's end."""
    return re.sub(r"\\[tnr\\]", lambda match: _ESCAPES[match[0]], written)


def shown(separator: str) -> str:
    """Return a separator for a message."""
    names = {"\t": "a tab", "\n": "a line's end", "\n\n": "a blank line", ",": "a comma", ";": "a semicolon"}
    return names.get(separator) or f"`{separator}`"


def _mashed(rows: list[Row], total: int, inner: str, between: str, source: Source) -> Iterator[Diagnostic]:
    for row in rows[:_MOST_SHOWN]:
        at = len(source.data.decode("utf-8", "replace")[: row.start].encode())
        count = len(row.parts)
        what = f"no {shown(inner).removeprefix('a ')}" if count == 1 else f"{count - 1} times {shown(inner)}"
        words = " ".join(row.text.split())[:60]
        message = f"“{words}” has {what}, so it is not a term and a definition"
        fix = "name the separators: --separators BETWEEN_TERM_AND_DEFINITION BETWEEN_CARDS, such as '\\t' '\\n\\n'"
        yield MASHED.at(Span(source.path, at, at + len(row.text.split("\n")[0].encode())), message, fix=fix)
    if len(rows) > _MOST_SHOWN:
        message = (
            f"{len(rows)} of {total} rows do not fall into two by {shown(inner)}, with {shown(between)} between rows"
        )
        yield MASHED.at(None, message)


def _lines(text: str, row: Row) -> tuple[int, ...]:
    first = text.count("\n", 0, row.start) + 1
    return tuple(number for number, each in enumerate(row.text.split("\n"), first) if each.strip())
