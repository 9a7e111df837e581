"""A document as blocks: what Markdown makes of its lines, so that nothing in code is ever taken for structure.

Blocks know the lines of the source that they stand on, counted from 1. A paragraph is one block a line, because a
label ("**Front:**") may stand on any of its lines. `<details>` is a pair of blocks (`open` with its summary, `close`)
around ordinary Markdown, wherever its tags stand; a comment is a block of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyromark

from deckforge.intake.documents.labels import label_of
from deckforge.intake.documents.titles import item_title, part_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_TASKLISTS | pyromark.Options.ENABLE_MATH
_KINDS = {
    "Paragraph": "text",
    "Heading": "heading",
    "List": "list",
    "Table": "table",
    "CodeBlock": "code",
    "BlockQuote": "quote",
    "HtmlBlock": "text",
    "Rule": "rule",
}
_FENCE = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}|~{3,})([^\n]*)$")
_TAG = re.compile(r"<(/?)(details|summary)\b[^>]*>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--(.*?)-->")
_ATX = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_MARKER = re.compile(r"^([ \t]*)([-*+]|(\d{1,9})[.)])([ \t]+|$)")
_LOOSE_HEADING = re.compile(r"^#{1,6}(?=[^\s#!])(?P<title>.*)$")


@dataclass(frozen=True, slots=True)
class Block:
    """A block: `lines` are pairs of a line's number and its text; `title` is a heading's, a summary, a code's language.

    `entries` are those of a list, each with the blocks' worth of lines that it holds, its indentation taken off.
    """

    kind: str
    lines: tuple[tuple[int, str], ...]
    level: int = 0
    title: str = ""
    entries: tuple[Entry, ...] = ()

    @property
    def first(self) -> int:
        """The number of the first line."""
        return self.lines[0][0]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of all lines."""
        return tuple(number for number, _ in self.lines)

    @property
    def text(self) -> str:
        """The lines, joined."""
        return "\n".join(line for _, line in self.lines)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a list: its number (`None` for a bullet) and its lines without mark and indentation."""

    number: int | None
    lines: tuple[tuple[int, str], ...]

    @property
    def text(self) -> str:
        """The lines, joined."""
        return "\n".join(line for _, line in self.lines)


def blocks(lines: Sequence[tuple[int, str]]) -> list[Block]:
    """Return the blocks of some numbered lines, in order; every line that is not blank is in one."""
    masked, marks = _mask(lines)
    found = [*_markdown(lines, masked), *marks]
    rank = {"open": 0, "close": 2}
    return sorted(found, key=lambda block: (block.first, rank.get(block.kind, 1)))


def cells(block: Block) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return a table's header cells, and for each row its line's number and cells (as many as the header has)."""
    head = _row(block.lines[0][1])
    rows = []
    for number, line in block.lines[2:]:
        row = _row(line)
        if len(row) > len(head):
            row = [*row[: len(head) - 1], " | ".join(row[len(head) - 1 :])]
        rows.append((number, row + [""] * (len(head) - len(row))))
    return head, rows


def _row(line: str) -> list[str]:
    """Return the cells of a table's row; a bar in code, in math or behind a backslash is no border."""
    row: list[str] = []
    cell = ""
    line = line.strip()
    closing = ""
    at = 0
    while at < len(line):
        sign = line[at]
        if sign == "\\" and at + 1 < len(line):
            cell += line[at : at + 2]
            at += 2
            continue
        if closing:
            closing = "" if sign == closing else closing
        elif sign == "`" or (sign == "$" and re.match(r"\$\S[^$|]*\|[^$]*\$", line[at:])):
            closing = sign if line.find(sign, at + 1) > 0 else ""
        elif sign == "|":
            row.append(cell.strip())
            cell = ""
            at += 1
            continue
        cell += sign
        at += 1
    row.append(cell.strip())
    if line.startswith("|"):
        row = row[1:]
    if line.endswith("|") and len(row) > 1:
        row = row[:-1]
    return row


def _mask(lines: Sequence[tuple[int, str]]) -> tuple[list[str], list[Block]]:
    """Return the lines with details and comments blanked out, and the blocks that those make."""
    masked: list[str] = []
    marks: list[Block] = []
    fence = ""
    summary: list[str] | None = None
    comment: list[tuple[int, str]] | None = None
    for number, line in lines:
        if comment is not None:
            before, end, after = line.partition("-->")
            comment.append((number, before))
            masked.append(after if end else "")
            if end:
                marks.append(Block("note", tuple(comment)))
                comment = None
            continue
        opening = _FENCE.match(line)
        if fence:
            if opening and opening[1].startswith(fence) and not opening[2].strip():
                fence = ""
            masked.append(line)
            continue
        if opening and not (opening[1][0] == "`" and "`" in opening[2]):
            fence = opening[1]
            masked.append(line)
            continue
        kept = line
        if "<!--" in line and "`<!--" not in line:
            marks.extend(Block("note", ((number, match[1]),)) for match in _COMMENT.finditer(line))
            kept, opened, rest = _COMMENT.sub("", line).partition("<!--")
            comment = [(number, rest)] if opened else None
        if summary is not None or "<" in kept:
            kept, summary = _details(number, kept, summary, marks)
        masked.append(kept)
    if comment is not None:  # never closed: its lines are words after all
        at = {number: index for index, (number, _) in enumerate(lines)}
        for number, line in comment:
            masked[at[number]] = (masked[at[number]] + " " + line.replace("<", "&lt;")).strip()
    return masked, marks


def _details(number: int, line: str, summary: list[str] | None, marks: list[Block]) -> tuple[str, list[str] | None]:
    """Return a line without the tags of `<details>`; what they make goes to `marks`."""
    kept = ""
    at = 0
    for tag in _TAG.finditer(line):
        between = line[at : tag.start()]
        if summary is None:
            kept += between
        else:
            summary.append(between)
        at = tag.end()
        closes, name = bool(tag[1]), tag[2].lower()
        if name == "details":
            marks.append(Block("close" if closes else "open", ((number, tag[0]),)))
        elif not closes:
            summary = []
        elif summary is not None:
            _entitle(number, " ".join(summary), marks)
            summary = None
    if summary is None:
        kept += line[at:]
    else:
        summary.append(line[at:].strip())
        if len(summary) > 4:  # never closed
            _entitle(number, " ".join(summary), marks)
            summary = None
    return (kept if kept.strip() else ""), summary


def _entitle(number: int, title: str, marks: list[Block]) -> None:
    """Give a summary to the details that were opened last."""
    title = re.sub(r"</?(?:b|strong|i|em|h[1-6])>", "", title, flags=re.IGNORECASE).strip()
    if marks and marks[-1].kind == "open" and not marks[-1].title:
        opened = marks[-1]
        places = opened.lines if opened.first == number else (*opened.lines, (number, title))
        marks[-1] = Block("open", places, title=title)
    elif title:
        marks.append(Block("open", ((number, title),), title=title))


def _markdown(lines: Sequence[tuple[int, str]], masked: Sequence[str]) -> Iterator[Block]:
    """Yield what Markdown makes of the lines."""
    fed: list[str] = []
    owner: list[int] = []
    for at, line in enumerate(masked):
        if at and _stands_alone(line) and masked[at - 1].strip():
            fed.append("")
            owner.append(at - 1)
        fed.append(line)
        owner.append(at)
    starts = [0]
    for line in fed:
        starts.append(starts[-1] + len(line.encode("utf-8", "surrogatepass")) + 1)
    seen = 0
    for name, begins, last, inner in _top("\n".join(fed) + "\n", starts):
        first = max(owner[begins], seen)
        if first > owner[last]:
            continue
        yield from _uncovered(lines, masked, seen, first)
        held = _held(lines, masked, first, owner[last])
        yield from _block(name, held, [owner[at] - first for at in inner])
        seen = first + len(held)
    yield from _uncovered(lines, masked, seen, len(masked))


def _stands_alone(line: str) -> bool:
    """Tell whether a line is a label that only follows a list or a quote for want of a blank line.

    Markdown takes it for the rest of the last entry; who wrote `**Correct Answer:** B` below the options meant nothing
    of the kind.
    """
    if line[:1] in " \t-+>|#" or ":" not in line[:80].replace("：", ":"):
        return False
    label = label_of(line)
    return label is not None and not label.bare and (label.known or label.bold)


def _held(
    lines: Sequence[tuple[int, str]], masked: Sequence[str], first: int, last: int
) -> tuple[tuple[int, str], ...]:
    """Return the lines of a block, without the blank ones behind it."""
    while last > first and not masked[last].strip():
        last -= 1
    return tuple((lines[at][0], masked[at]) for at in range(first, last + 1))


def _top(source: str, starts: Sequence[int]) -> Iterator[tuple[str, int, int, list[int]]]:
    """Yield the outermost blocks: name, first and last line (from 0), and where the entries of a list begin."""
    depth = 0
    name = ""
    inner: list[int] = []
    event: Any
    for event, place in pyromark.events_with_range(source, options=_OPTIONS):
        if event == "Rule" and not depth:
            line = bisect_right(starts, place["start"]) - 1
            yield "Rule", line, line, []
        if type(event) is str:
            continue
        ((kind, value),) = event.items()
        if kind == "Start":
            if not depth:
                name = value if type(value) is str else next(iter(value))
                inner = []
            elif depth == 1 and value == "Item":
                inner.append(bisect_right(starts, place["start"]) - 1)
            depth += 1
        elif kind == "End":
            depth -= 1
            if not depth:
                first = bisect_right(starts, place["start"]) - 1
                last = bisect_right(starts, max(place["start"], place["end"] - 1)) - 1
                yield name, first, last, inner


def _uncovered(lines: Sequence[tuple[int, str]], masked: Sequence[str], first: int, last: int) -> Iterator[Block]:
    """Yield lines that belong to no block: definitions of references."""
    for at in range(first, last):
        if masked[at].strip():
            yield Block("text", ((lines[at][0], masked[at]),))


def _block(name: str, held: tuple[tuple[int, str], ...], inner: list[int]) -> Iterator[Block]:
    """Yield what one block of Markdown makes; `inner` says at which of its lines the entries of a list begin."""
    kind = _KINDS.get(name, "text")
    if kind == "heading":
        yield from _heading(held)
    elif kind == "text":
        for number, line in held:
            if line.strip():
                loose = _LOOSE_HEADING.match(line)
                if loose and len(held) == 1 and re.match(r"#{2,}", line):
                    level = len(line) - len(line.lstrip("#"))
                    yield Block("heading", ((number, line),), level, loose["title"].strip())
                else:
                    yield Block("text", ((number, line),))
    elif kind == "list":
        yield Block("list", held, entries=tuple(_entries(held, inner)))
    elif kind == "code":
        fence = _FENCE.match(held[0][1])
        yield Block("code", held, title=fence[2].strip() if fence else "")
    elif kind == "table" and len(held) < 2:
        yield Block("text", held)
    else:
        yield Block(kind, held)


def _heading(held: tuple[tuple[int, str], ...]) -> Iterator[Block]:
    """Yield a heading; a paragraph above a line of dashes is one only if it reads like one: mostly a rule was meant."""
    atx = _ATX.match(held[0][1])
    if atx and len(held) == 1:
        yield Block("heading", held, len(atx[1]), atx[2].strip())
        return
    if held[-1][1].strip().startswith("="):
        title = " ".join(line.strip() for _, line in held[:-1])
        yield Block("heading", held, 1, title)
        return
    if len(held) == 1:
        yield Block("heading", held, len(held[0][1]) - len(held[0][1].lstrip("#")), "")
        return
    title = held[0][1].strip()
    if len(held) == 2 and (item_title(title) or part_of(title)):
        yield Block("heading", held, 2, title)
        return
    for line in held[:-1]:
        yield Block("text", (line,))
    yield Block("rule", held[-1:])


def _entries(held: tuple[tuple[int, str], ...], starts: Sequence[int]) -> Iterator[Entry]:
    ends = [*starts[1:], len(held)]
    for first, end in zip(starts, ends, strict=True):
        own = held[first:end]
        if not own:
            continue
        marker = _MARKER.match(own[0][1])
        if marker is None:
            yield Entry(None, own)
            continue
        width = len(marker[0])
        kept = [(own[0][0], own[0][1][width:])]
        for number, line in own[1:]:
            indent = len(line) - len(line.lstrip(" \t"))
            kept.append((number, line[min(indent, width) :]))
        while kept and not kept[-1][1].strip():
            kept.pop()
        yield Entry(int(marker[3]) if marker[3] else None, tuple(kept) or own[:1])
