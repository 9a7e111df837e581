r"""Mended texts where a lesson has room for one line, one cell or one entry of a list alone.

A heading and a cell hold one run of words. What is more than that in a cell is written in one line, with `<br>` where
a line ended: no word is lost, and the structure is what a cell can hold of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.intake.writer.escapes import SCOPE, heavily
from deckforge.intake.writer.mended import BOLD, field, mended, without_notes
from deckforge.read.markdown.events import blocks, inside, stream
from deckforge.read.markdown.page import rich
from deckforge.read.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.read.markdown.events import Event

_MATH = ("InlineMath", "DisplayMath")
_BLOCKS = frozenset(["+Paragraph", "+CodeBlock", "+List", "+BlockQuote", "+Table", "+Heading", "+HtmlBlock", "Rule"])
_BOX = re.compile(r"\[[ xX]?\]")


def inline(text: str, *, cloze: bool = False) -> str | None:
    """Return a text as one line, `""` for none; `None` where it is more than one run of words."""
    text = mended(text, least=BOLD, cloze=cloze)
    data = text.encode()
    every = list(blocks(list(stream(data))))
    if not every:
        return ""
    block = every[0]
    if len(every) > 1 or block[0][0] != "+Paragraph" or any(event[0] == "HardBreak" for event in block):
        return None
    if data[: block[0][2]].strip() or data[block[-1][3] :].strip():
        return None
    return re.sub(r"[ \t]*\n[ \t]*", " ", text).strip()


def heading(text: str, *, cloze: bool = False) -> str | None:
    """Return a text as the words of a heading; `None` where a heading would read it differently."""
    line = inline(text, cloze=cloze)
    if not line:
        return line
    data = line.encode()
    out: list[bytes] = []
    at = 0
    for kind, _, start, end in stream(data):
        if kind == "Text" and not cloze and b"{" in data[start:end]:  # braces of words, not of a formula or code
            out += [data[at:start], data[start:end].replace(b"{", b"&#123;")]
            at = end
    line = re.sub(r"(?<!\S)(#+)$", r"\\\1", b"".join([*out, data[at:]]).decode())
    return None if re.search(r"\{[^{}]*\}$|\{[#.][\w-]|\{\w+=", re.sub(r"\$[^$]+\$", "", line)) else line


def one_line(text: str) -> str:
    """Return a text as one line, whatever it is."""
    line = inline(text)
    return _flat(text) if line is None else line


def cell(text: str) -> str:
    """Return a text as a cell of a table."""
    return _bars(one_line(text))


def entry(text: str, indent: int, *, flat: bool = False) -> str:
    """Return a text as what stands behind the mark of a list's entry, `indent` columns wide."""
    line = inline(text)
    if line is None:
        text = field(text, least=BOLD)
        first = next(iter(stream(text.encode())), None)
        if flat or first is None or first[0] != "+Paragraph":
            line = _flat(text)
        else:
            rest = text.split("\n")
            lines = [rest[0], *(f"{' ' * indent}{each}" if each.strip() else "" for each in rest[1:])]
            return _no_box("\n".join(lines))
    return _no_box(line)


def quote(text: str, indent: int) -> str:
    """Return a text as a block quote, every line of it indented."""
    text = field(text, least=BOLD)
    if text.startswith("[!"):
        text = "&#91;" + text[1:]
    return "\n".join(f"{' ' * indent}> {line}".rstrip() for line in text.split("\n"))


def _no_box(text: str) -> str:
    """Return an entry whose first words are no box that could be ticked."""
    return "&#91;" + text[1:] if _BOX.match(text) else text


def _flat(text: str) -> str:
    """Return blocks in one line."""
    data = without_notes(mended(text, least=BOLD)).encode()
    lines = [line for block in blocks(list(stream(data))) for line in _lines(data, block)]
    # Marks of two lines may have become a pair.
    return mended("<br>".join(line for line in lines if line), least=BOLD)


def _lines(data: bytes, block: Sequence[Event]) -> list[str]:
    kind = block[0][0]
    if kind == "+Paragraph":
        source = data[block[0][2] : block[-1][3]].decode().strip()
        joined = re.sub(r"(?:\\| {2,})\n[ \t]*", "<br>", source)
        return [re.sub(r"[ \t]*\n[ \t]*(?:>[ \t]*)*", " ", joined)]
    if kind == "+CodeBlock":
        code = "".join(event[1] for event in block if event[0] == "Text")
        return [_code(line) for line in code.splitlines() if line.strip()]
    if kind in ("+List", "+BlockQuote"):
        mark = "• " if kind == "+List" else ""
        entries = (inside(each) for each in blocks(inside(block))) if kind == "+List" else (inside(block),)
        lines = []
        for each in entries:
            inner = list(_entry_lines(data, each))
            lines += [mark + inner[0], *inner[1:]] if inner else []
        return lines
    words, _ = rich(Text.of_file("", data[block[0][2] : block[-1][3]]), SCOPE)
    return [heavily(" ".join(line.split())) for line in words.text.splitlines()]


def _entry_lines(data: bytes, events: Sequence[Event]) -> list[str]:
    """Return the lines of an entry, whose words need no paragraph."""
    lines: list[str] = []
    loose: list[Event] = []
    for block in [*blocks(events), None]:
        if block is not None and not _is_block(block):
            loose += block
            continue
        if loose:
            source = data[loose[0][2] : loose[-1][3]].decode().strip()
            lines.append(re.sub(r"[ \t]*\n[ \t>]*", " ", source))
            loose = []
        if block is not None:
            lines += _lines(data, block)
    return lines


def _is_block(block: Sequence[Event]) -> bool:
    return block[0][0] in _BLOCKS


def _code(text: str) -> str:
    """Return words as inline code."""
    text = " ".join(text.split())
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _bars(line: str) -> str:
    r"""Return a line in which no bar ends a cell; in math a bar is a command, because `\|` is one bar there."""
    if "|" not in line:
        return line
    data = line.encode()
    out: list[bytes] = []
    at = 0
    for kind, _, start, end in stream(data):
        if kind in _MATH:
            out += [_escaped(data[at:start]), _commands(data[start:end])]
            at = end
    return b"".join([*out, _escaped(data[at:])]).decode()


def _escaped(part: bytes) -> bytes:
    return re.sub(rb"(?<!\\)\|", rb"\\|", part)


def _commands(part: bytes) -> bytes:
    r"""Return TeX without bars: `\|` is a norm, and a bar a `\vert`."""
    part = re.sub(rb"\\\|", rb"\\Vert ", part)
    return part.replace(b"|", rb"\vert ")
