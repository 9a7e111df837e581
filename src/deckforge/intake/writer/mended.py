r"""A text from anywhere as Markdown that reads without a mistake and says the same.

What a text means is left to the one reader of this project. What it would lose or refuse is mended here, at the place
that it names: a fence is closed, a heading goes down to where a part may have one, a link's address moves to the link,
and whatever is left is escaped, so that it is shown as it was written. Then the text is read again.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from deckforge.diagnostics import Severity
from deckforge.intake.writer.escapes import SCOPE, address, heavily
from deckforge.read.markdown.events import blocks, inside, stream
from deckforge.read.markdown.page import rich
from deckforge.read.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from deckforge.diagnostics import Diagnostic
    from deckforge.read.markdown.events import Event

BOLD = 0
"""For `least`: there is no heading where the text will stand, and bold type takes its place."""
_LOOKS = re.compile(rb"\{(?:[#.][\w-]|\w+=)")
"""What a heading's attributes look like."""
_ROUNDS = 12
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, 0xFFFE, 0xFFFF], None)
_ALSO = frozenset({"DF212", "DF234"})
"""Warnings about what would not be shown as written."""


class Edit(NamedTuple):
    """Bytes of a text, and what to put in their place."""

    start: int
    end: int
    text: bytes


@lru_cache(maxsize=4096)
def mended(text: str, *, least: int = 5, cloze: bool = False) -> str:
    """Return a text that reads without a mistake; its headings begin at `least` (or are `BOLD`)."""
    text = tidy(text)
    if not re.search(r"[^\w\s.,;?’“”–—…]", text):
        return text
    for round_ in range(_ROUNDS):
        data = text.encode()
        edits = list(_structure(data, least)) or list(_faults(data, cloze=cloze, blockwise=round_ > _ROUNDS // 2))
        if not edits:
            return _spaced(data)
        text = tidy(_applied(data, edits).decode())
    return escaped(text)


def field(text: str, *, least: int = 5, cloze: bool = False) -> str:
    """Return a text of an item: mended, and without footnotes, whose names would be those of the whole lesson."""
    return mended(without_notes(mended(text, least=least, cloze=cloze)), least=least, cloze=cloze)


def without_notes(text: str) -> str:
    """Return a text in which a footnote is a paragraph, and a number in parentheses refers to it."""
    if "[^" not in text:
        return text
    return _notes(text, lambda name, defines: f"({heavily(name)})" + (" " if defines else ""))


def renamed_notes(text: str, taken: set[str], prefix: str) -> str:
    """Return a text whose footnotes have names that no other text of the lesson has; `taken` learns them."""
    if "[^" not in text:
        return text
    here = {value for kind, value, _, _ in stream(text.encode()) if kind == "+FootnoteDefinition"}
    new = {name: f"{prefix}-{name}" if name in taken else name for name in here}
    taken |= set(new.values())
    return _notes(text, lambda name, defines: f"[^{new.get(name, name)}]" + (":" if defines else ""))


def _notes(text: str, written: Callable[[str, bool], str]) -> str:
    """Return a text with what `written` makes of each mark of a footnote: its name, and whether it is defined there."""
    data = text.encode()
    out: list[bytes] = []
    at = 0
    for kind, value, start, end in stream(data):
        if kind in ("FootnoteReference", "+FootnoteDefinition"):
            defines = kind == "+FootnoteDefinition"
            out += [data[at:start], written(value, defines).encode()]
            at = data.index(b"]:", start) + 2 if defines else end
    return b"".join([*out, data[at:]]).decode()


def _spaced(data: bytes) -> str:
    """Return a text with one blank line where edits have left more between two blocks."""
    out: list[bytes] = []
    at = 0
    for block in blocks(list(stream(data))):
        start = data.rfind(b"\n", 0, block[0][2]) + 1  # an indented block begins with its indentation
        gap = data[at:start]
        blank = out and not gap.strip() and gap.count(b"\n") + out[-1].endswith(b"\n") > 2
        out += [b"\n" if blank and out[-1].endswith(b"\n") else b"\n\n" if blank else gap, data[start : block[-1][3]]]
        at = block[-1][3]
    return b"".join([*out, data[at:]]).decode().rstrip()


def tidy(text: str) -> str:
    """Return a text without blank lines around it, without control characters, with plain line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)
    text = text.encode("utf-8", "replace").decode()
    return re.sub(r"\A(?:[ \t]*\n)+", "", text).rstrip()


def escaped(text: str) -> str:
    """Return a text as lines of words, whatever it meant."""
    paragraphs = re.split(r"\n[ \t]*\n", tidy(text))
    lines = ([heavily(line.strip()) for line in part.splitlines() if line.strip()] for part in paragraphs)
    return "\n\n".join("\\\n".join(each) for each in lines if each)


def _applied(data: bytes, edits: Sequence[Edit]) -> bytes:
    """Return the text with the edits made; of two that overlap, the second waits for the next round."""
    out: list[bytes] = []
    at = 0
    for edit in sorted(edits):
        if edit.start >= at:
            out += [data[at : edit.start], edit.text]
            at = edit.end
    return b"".join([*out, data[at:]])


# What can be put right without loss


def _structure(data: bytes, least: int) -> Iterator[Edit]:
    events = list(stream(data))
    levels = [int(event[1]["level"][1]) for event in events if event[0] == "+Heading"]
    highest = min(levels, default=0)
    covered = 0
    used = {_label(event[1]["id"]) for event in events if event[0] in ("+Link", "+Image") and event[1].get("id")}
    for block in blocks(events):
        yield from _definitions(data, covered, block[0][2], used)
        covered = max(covered, block[-1][3])
        if block[0][0] == "+Heading":
            yield from _heading(data, block, least, highest)
    yield from _definitions(data, covered, len(data), used)
    for index, (kind, value, start, end) in enumerate(events):
        if kind == "+CodeBlock" and value != "Indented":
            yield from _fence(data, start, end)
        elif kind in ("+Link", "+Image") and value["link_type"] in ("Reference", "Collapsed", "Shortcut"):
            yield from _reference(data, events, index, value, end)


def _heading(data: bytes, block: Sequence[Event], least: int, highest: int) -> Iterator[Edit]:
    """Yield what makes a heading one that may stand here, without attributes."""
    _, value, start, end = block[0]
    inner = inside(block)
    first, last = (inner[0][2], inner[-1][3]) if inner else (end, end)
    source = data[start:end]
    level = int(value["level"][1])
    atx = source.lstrip()[:1] == b"#"
    wanted = min(6, max(level, least + level - highest)) if least else 0
    if not inner:
        yield Edit(start, start + len(source.rstrip()), b"")
    elif not atx or wanted != level:
        words = b" ".join(data[first:last].split(b"\n")).strip()
        rest = data[last:end].strip() if atx else b""
        text = words + (b" " + rest.replace(b"{", b"&#123;") if rest.strip(b"# ") else b"")
        new = b"**" + text + b"**" if not least else b"#" * wanted + b" " + text
        yield Edit(start, end, new + b"\n\n")
    else:
        if b"{" in data[last:end]:
            yield Edit(last, end, data[last:end].replace(b"{", b"&#123;"))
        for kind, _, begin, stop in inner:
            if kind == "Text" and _LOOKS.search(data[begin:stop]):
                yield Edit(begin, stop, data[begin:stop].replace(b"{", b"&#123;"))


def _fence(data: bytes, start: int, end: int) -> Iterator[Edit]:
    """Yield the end of a code block that has none."""
    block = data[start:end].rstrip(b"\r\n")
    first, _, rest = block.partition(b"\n")
    mark = first[:1]
    length = len(first) - len(first.lstrip(mark))
    closer = re.fullmatch(rb"[ \t>]*(`{3,}|~{3,})[ \t]*", rest.rpartition(b"\n")[2]) if rest else None
    if closer is None or closer[1][:1] != mark or len(closer[1]) < length:
        line = data[data.rfind(b"\n", 0, start) + 1 : start]
        prefix = re.sub(rb"[^> \t]", b" ", line)
        stop = start + len(block.rstrip())
        yield Edit(stop, end, b"\n" + prefix + mark * length + b"\n")


def _reference(data: bytes, events: Sequence[Event], index: int, value: Any, end: int) -> Iterator[Edit]:
    """Yield a link's address beside the link: the definition would be anybody's in the lesson."""
    start = events[index][2]
    depth, last = 0, start + (2 if events[index][0] == "+Image" else 1)
    for kind, _, _, stop in events[index + 1 :]:
        if kind[0] == "-" and not depth:
            break
        depth += (kind[0] == "+") - (kind[0] == "-")
        last = max(last, stop)
    close = data.find(b"]", last, end)
    if close >= 0:
        yield Edit(close, end, b"](" + address(value["dest_url"], value["title"]).encode() + b")")


_DEFINITION = re.compile(rb"^ {0,3}\[([^\]\n]+)\]:", re.MULTILINE)


def _definitions(data: bytes, start: int, end: int, used: set[str]) -> Iterator[Edit]:
    """Yield what takes the definitions of links out, and shows those that no link used.

    They are the only thing that stands outside of all blocks.
    """
    places = [match.start() for match in _DEFINITION.finditer(data, start, end)] if start < end else []
    for first, last in pairwise([*places, end]):
        match = _DEFINITION.match(data, first)
        if match and _label(match[1].decode()) in used:
            yield Edit(first, last, b"\n")
        else:
            shown = heavily(data[first:last].strip().decode())
            yield Edit(first, last, b"\n" + shown.encode() + b"\n\n")


def _label(text: str) -> str:
    return " ".join(text.split()).casefold()


# What reading refuses


def _faults(data: bytes, *, cloze: bool, blockwise: bool) -> Iterator[Edit]:
    _, found = rich(Text.of_file("", data), SCOPE, cloze=cloze)
    wrong = [each for each in found if each.severity is Severity.ERROR or each.code.id in _ALSO]
    if not blockwise:
        for each in wrong:
            yield _PATCHES.get(each.code.id, _escape)(data, each)
        return
    places = [each.span.start for each in wrong if each.span]
    for block in blocks(list(stream(data))):
        start, end = block[0][2], block[-1][3]
        if any(start <= place < end for place in places):
            yield Edit(start, end, escaped(data[start:end].decode()).encode() + b"\n\n")


def _escape(data: bytes, wrong: Diagnostic) -> Edit:
    assert wrong.span is not None
    start, end = wrong.span.start, max(wrong.span.end, wrong.span.start + 1)
    return Edit(start, end, heavily(data[start:end].decode("utf-8", "ignore")).encode())


def _bar(data: bytes, wrong: Diagnostic) -> Edit:
    r"""Write a norm of a table's math as what it was meant to be: a table takes the backslash of `\|` away."""
    assert wrong.span is not None
    start, end = wrong.span.start, wrong.span.end
    return Edit(start, end, data[start:end].replace(b"\\|", b"\\Vert "))


def _display(data: bytes, wrong: Diagnostic) -> Edit:
    """Take the blank lines out of a formula that has an end, and escape one that has none."""
    assert wrong.span is not None
    start = wrong.span.start
    close = data.find(b"$$", start + 2)
    inner = data[start + 2 : close]
    if close < 0 or not re.search(rb"\n[ \t]*\n", inner) or len(inner) > 2000:
        return Edit(start, start + 2, rb"\$\$")
    return Edit(start + 2, close, re.sub(rb"\n[ \t]*(?:\n[ \t]*)+", b"\n", inner))


def _nested_heading(data: bytes, wrong: Diagnostic) -> Edit:
    """Write a heading inside a quote or list in bold type: it structures nothing there."""
    assert wrong.span is not None
    start, end = wrong.span.start, wrong.span.end
    words = data[start:end].decode().strip().strip("#").strip().replace("{", "&#123;")
    return Edit(start, end, f"**{words}**".encode() if words else b"")


_PATCHES: dict[str, Callable[[bytes, Diagnostic], Edit]] = {
    "DF225": _display,
    "DF234": _bar,
    "DF241": _nested_heading,
}
"""By code; all else is escaped."""
