"""What Markdown would drop, or read differently, without a word.

A `Watch` sees every event of a text on its way to the renderer. Each rule is a small function for one kind of event,
in the table `RULES`; what can only be judged at the end of the text is judged by `finish`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from deckforge.diagnostics import Code, Severity
from deckforge.read.markdown.claims import MISPLACED, mentions, not_links, scheme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from deckforge.diagnostics import Diagnostic
    from deckforge.read.markdown.events import Event
    from deckforge.read.text import Text

CELLS = Code(
    "DF220",
    "cells-beyond-the-header",
    Severity.ERROR,
    "A row of a table has more cells than its header.",
    "Markdown drops them. Most often a bar inside math or code was meant: in a table it ends the cell wherever it is.",
    "| norm |\n|---|\n| $|x|$ |",
    "| norm |\n|---|\n| $\\lvert x \\rvert$ |",
)
NO_TABLE = Code(
    "DF221",
    "table-not-read",
    Severity.ERROR,
    "Lines look like a table, and Markdown reads them as text.",
    "The line below the header must have as many cells as the header; otherwise all rows run into one paragraph.",
    "| a | b |\n|---|\n| 1 | 2 |",
    "| a | b |\n|---|---|\n| 1 | 2 |",
)
SETEXT = Code(
    "DF222",
    "setext-heading",
    Severity.ERROR,
    "A line of `---` or `===` turns the text above it into a heading.",
    "A rule was meant, or a heading that structures the lesson; those are written with `#`.",
    "Gradients vanish.\n---",
    "Gradients vanish.\n\n---",
)
TASK = Code(
    "DF223",
    "task-not-read",
    Severity.ERROR,
    "A list item looks like an option or task, and Markdown reads it as text.",
    "The box needs exactly one character or space inside it and a space behind it; else the option is lost.",
    "- [x]ReLU",
    "- [x] ReLU",
)
BACKSLASH = Code(
    "DF224",
    "math-backslash-lost",
    Severity.ERROR,
    "A `\\(` or `\\[` loses its backslash and is shown as a bracket.",
    "It is not math in this dialect: the formula would be shown as text. Write `&#91;` for a bracket that would "
    "otherwise make a link.",
    "The loss \\(L\\) falls.",
    "The loss $L$ falls.",
)
DISPLAY = Code(
    "DF225",
    "display-math-not-closed",
    Severity.ERROR,
    "A `$$` does not begin or end a formula.",
    "It is never closed, or a blank line lies between it and its end, and math ends at a blank line: the formula would "
    "be shown as text.",
    "$$\na = 1\n\nb = 2\n$$",
    "$$\na = 1\n$$\n\n$$\nb = 2\n$$",
)
FENCE = Code(
    "DF226",
    "fence-not-closed",
    Severity.ERROR,
    "A code block is never closed.",
    "It runs to the end of the file (or of the list or quote that it stands in), and swallows every item behind it.",
    "```python\nloss.backward()\n\n### The next question {#next}",
    "```python\nloss.backward()\n```\n\n### The next question {#next}",
)
REFERENCE = Code(
    "DF227",
    "reference-not-defined",
    Severity.ERROR,
    "A reference link has no definition.",
    "It is shown as text, brackets and all.",
    "See [the paper][adam].",
    "See [the paper][adam].\n\n[adam]: https://arxiv.org/abs/1412.6980",
)
NO_FOOTNOTE = Code(
    "DF228",
    "footnote-not-defined",
    Severity.ERROR,
    "A footnote is referred to and not defined.",
    "The reference is shown as text.",
    "As measured.[^run]",
    "As measured.[^run]\n\n[^run]: On one H100.",
)
NO_HEADING = Code(
    "DF229",
    "heading-not-read",
    Severity.ERROR,
    "A line begins with `##` and is no heading, because no space follows.",
    "It is shown as text, and the section, item or part that it should begin does not exist.",
    "##Flashcards",
    "## Flashcards",
)
STRUCK = Code(
    "DF230",
    "struck-out-by-tilde",
    Severity.ERROR,
    "Single tildes strike out what stands between them.",
    "A tilde before a number means about; two of them on a line can take each other for a pair.",
    "It takes ~5~6 GB.",
    "It takes 5\u20136 GB.",
)
ARITHMETIC = Code(
    "DF231",
    "emphasis-in-arithmetic",
    Severity.ERROR,
    "Asterisks between letters or digits are read as emphasis.",
    "The multiplication signs vanish and `2*3*4` is shown as 234.",
    "2*3*4 bytes",
    "2 × 3 × 4 bytes, or $2 \\cdot 3 \\cdot 4$, or `2*3*4`",
)
NORM = Code(
    "DF234",
    "bar-in-table-math",
    Severity.WARNING,
    "Math in a table holds `\\|`, which is a plain bar there.",
    "In a table the backslash is taken away, so a norm in double bars is shown in single ones, as an absolute value.",
    "| $\\|x\\|$ |",
    "| $\\lVert x \\rVert$ |",
)
CODES: tuple[Code, ...] = (
    NORM,
    CELLS,
    NO_TABLE,
    SETEXT,
    TASK,
    BACKSLASH,
    DISPLAY,
    FENCE,
    REFERENCE,
    NO_FOOTNOTE,
    NO_HEADING,
    STRUCK,
    ARITHMETIC,
)

_BOX = re.compile(rb"(?:[-*+]|\d{1,9}[.)])[ \t]+(\[(?:[ xX]?)\])([^\s(\[:]?)")
_DELIMITERS = re.compile(r"\|?\s*:?-{3,}:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_CLOSER = re.compile(rb"[ \t>]*(`{3,}|~{3,})[ \t\r]*")
_BLANK = re.compile(rb"\n[ \t>]*\r?\n")


_CLAIM = re.compile(rb"\[[^\]\n]*\]\((?:claim|wrong|cite|given):", re.IGNORECASE)
_BLANKS = "\u00a0\u200b\u200c\u200d\u2060\ufeff \t"
"""What looks like a space, or like nothing, and ends no `#`."""
_NO_SPACE = re.compile(rf"#{{2,6}}(?=[\w`*$\[({_BLANKS}])")
_SUSPECT = frozenset("([$^#|:-")
"""What a text that shows a loss begins with: the parser ends a run of text where it has looked for more."""


class Watch:
    """Sees the events of one text and collects what is lost (`found`).

    The ranges are byte ranges of the text, in order: of claims that are links, code, math, raw HTML, rows of tables.
    """

    def __init__(self, text: Text) -> None:
        self.text = text
        self.data = text.data
        self.found: list[Diagnostic] = []
        self.links: list[tuple[int, int]] = []
        self.hidden: list[tuple[int, int]] = []
        self.code: list[tuple[int, int]] = []
        self.math: list[tuple[int, int]] = []
        self.html: list[tuple[int, int]] = []
        self.rows: list[tuple[int, int]] = []
        self.dollars: list[int] = []
        self.last_cell = 0

    def broken(self, link: Any) -> None:
        """Be told by the parser of a reference that nothing defines; words in plain brackets are no reference."""
        if link["link_type"] not in ("Reference", "Collapsed"):
            return
        start, end = link["span"]["start"], link["span"]["end"]
        if self.data[start - 1 : start].isalnum():  # x[i][j] is an index
            return
        shown = self.data[start:end].decode("utf-8", "replace")
        self._lost(
            REFERENCE,
            start,
            end,
            f"nothing defines `{link['reference']}`, so `{shown}` stays text",
            f"add a line `[{link['reference']}]: address`, or write the address in place: `[text](address)`",
        )

    def see(self, events: Iterable[Event]) -> Iterator[Event]:
        """Pass the events on, and look at them."""
        rule_of = RULES.get
        for event in events:
            kind = event[0]
            if kind == "Text":  # one event in three, and hardly any of them begins like a loss
                if event[1][:1] in _SUSPECT:
                    _text(self, *event)
            elif rule := rule_of(kind):
                rule(self, *event)
            yield event

    def finish(self) -> None:
        """Judge what can only be judged with the whole text seen."""
        self._display_math()
        links = sorted((*self.links, *self.hidden))
        self.found.extend(
            not_links(self.text, links=links, code=self.code, math=self.math, html=self.html, rows=self.rows)
        )

    def _lost(self, code: Code, start: int, end: int, message: str, fix: str = "") -> None:
        self.found.append(code.at(self.text.span(start, end), message, fix=fix))

    def _display_math(self) -> None:
        marks = iter(self.dollars)
        for start in marks:
            later = next((at for at in self.dollars if at > start), None)
            between = self.data[start:later] if later is not None else b""
            if later is not None and _BLANK.search(between) and b"\n#" not in between:
                next(marks, None)
                blank = _BLANK.search(self.data, start)
                fix = "take the blank line out, or make two formulas of it"
                end = blank.start() if blank else start + 2
                self._lost(DISPLAY, start, end, "a blank line ends the formula that `$$` begins here", fix)
            else:
                fix = "close it with `$$`; for dollar signs write `\\$`"
                self._lost(DISPLAY, start, start + 2, "this `$$` has no partner, so no formula is read here", fix)


def _text(watch: Watch, _kind: str, value: str, start: int, end: int) -> None:
    first = value[:1]
    data = watch.data
    before = data[start - 1 : start]
    if first in "([":
        if before == b"\\" and not _CLAIM.match(data, start):  # of an escaped claim is told what it is
            shown = f"\\{first}"
            fix = "write `$…$` or `$$…$$` for math" + ("; `&#91;` for a bracket" if first == "[" else "")
            watch._lost(
                BACKSLASH, start - 1, start + 1, f"`{shown}` is shown as `{first}`: it does not begin math", fix
            )
    elif first == "$":
        if data[start : start + 2] == b"$$" and before not in (b"\\", b"$"):
            watch.dollars.append(start)
    elif first == "^":
        close = data.find(b"]", start)
        if before == b"[" and data[start - 2 : start - 1] != b"\\" and close > start + 1:
            name = data[start + 1 : close].decode("utf-8", "replace")
            if not any(character.isspace() for character in name):
                fix = f"add `[^{name}]: …` on a line of its own"
                watch._lost(NO_FOOTNOTE, start - 1, close + 1, f"no footnote is named `{name}`", fix)
    elif first == "#":
        marks = _NO_SPACE.match(value)
        line = data[data.rfind(b"\n", 0, start) + 1 : start]
        if marks and not line.strip(b" \t>"):
            fix = f"write `{marks[0]} {value[marks.end() :].strip(_BLANKS)}`"
            watch._lost(NO_HEADING, start, end, "no plain space follows the `#`, so this line is no heading", fix)
    elif "|" in value and _DELIMITERS.fullmatch(value):
        message = "the line above has another number of cells than this one, so no table is read"
        watch._lost(NO_TABLE, start, end, message, "give both lines the same number of cells")


def _code(watch: Watch, _kind: str, _value: str, start: int, end: int) -> None:
    watch.code.append((start, end))


def _code_block(watch: Watch, _kind: str, value: Any, start: int, end: int) -> None:
    watch.code.append((start, end))
    if value == "Indented":
        return
    block = watch.data[start:end].rstrip(b"\r\n")
    first, _, rest = block.partition(b"\n")
    mark = first[:1]
    length = len(first) - len(first.lstrip(mark))
    closer = _CLOSER.fullmatch(rest.rpartition(b"\n")[2]) if rest else None
    if not closer or closer[1][:1] != mark or len(closer[1]) < length:
        fence = first[:length].decode()
        last = watch.data.rstrip().endswith(block.rstrip()[-40:])
        where = "the end of the file" if last else "the end of the list or quote around it"
        fix = f"put {fence} on a line of its own where the code ends"
        watch._lost(FENCE, start, start + len(first.rstrip()), f"this code block runs to {where}", fix)


def _math(watch: Watch, _kind: str, value: str, start: int, end: int) -> None:
    watch.math.append((start, end))
    if "|" in value and b"\\|" in watch.data[start:end] and "\\|" not in value:
        shown = watch.data[start:end].decode("utf-8", "replace")
        fix = "write `\\lVert … \\rVert` for a norm, `\\vert` for a bar"
        watch._lost(NORM, start, end, f"in this table `{shown}` is read as `${value}$`", fix)


def _html(watch: Watch, _kind: str, value: str, start: int, end: int) -> None:
    watch.html.append((start, end))
    if mentions(value) and "](" not in value:
        fix = "write `[value](claim:…)`, outside of HTML tags"
        watch._lost(MISPLACED, start, end, f"`{value.strip()}` makes no claim: raw HTML cannot", fix)


def _link(watch: Watch, _kind: str, value: Any, start: int, end: int) -> None:
    if scheme(value["dest_url"]) is None:
        _title(watch, value["title"], start, end)
    elif value["link_type"] in ("Autolink", "Email"):
        fix = f"write `[value]({value['dest_url']})`"
        watch._lost(MISPLACED, start, end, f"`<{value['dest_url']}>` claims no value", fix)
    else:
        watch.links.append((start, end))


def _image(watch: Watch, _kind: str, value: Any, start: int, end: int) -> None:
    if scheme(value["dest_url"]) is None:
        _title(watch, value["title"], start, end)
    else:
        watch.links.append((start, end))
        fix = "take the `!` away"
        watch._lost(MISPLACED, start, end, f"`{value['dest_url']}` is the address of a claim, not of a picture", fix)


def _title(watch: Watch, title: str, start: int, end: int) -> None:
    """Report a claim in the title of a link or picture: only who points at it sees it, and nothing reads it."""
    if mentions(title) and "](" in title:
        watch.hidden.append((start, end))
        fix = "put it into the text"
        watch._lost(MISPLACED, start, end, "a claim stands in the title of a link or picture", fix)


def broken_box(data: bytes, start: int) -> re.Match[bytes] | None:
    """Return what looks like the box of the list item at `start` and is none."""
    box = _BOX.match(data, start)
    return box if box and (box[1] == b"[]" or box[2]) else None


def _item(watch: Watch, _kind: str, _value: Any, start: int, _end: int) -> None:
    box = broken_box(watch.data, start)
    if box:
        shown = box[1].decode()
        mark = "[x]" if box[1].lower() == b"[x]" else "[ ]"
        fix = f"write `- {mark} …`, with a space behind the box"
        watch._lost(TASK, box.start(1), box.end(1), f"`{shown}` is not read as the box of an option here", fix)


def _row(watch: Watch, _kind: str, _value: Any, start: int, end: int) -> None:
    watch.rows.append((start, end))
    watch.last_cell = start


def _cell(watch: Watch, _kind: str, _value: Any, _start: int, end: int) -> None:
    watch.last_cell = max(watch.last_cell, end)


def _row_end(watch: Watch, _kind: str, _value: Any, _start: int, end: int) -> None:
    rest = watch.data[watch.last_cell : end].strip()
    if rest in (b"", b"|"):
        return
    lost = rest.strip(b"|").strip().decode("utf-8", "replace")
    start = watch.data.index(rest, watch.last_cell)
    message = f"the header has no column for `{lost}`, so it is dropped" if lost else "an empty cell beyond the header"
    fix = "add a column to the header; a bar inside a cell is written `\\|`, in math `\\vert` or `\\lvert … \\rvert`"
    watch.hidden.append((start, start + len(rest)))
    watch._lost(CELLS, start, start + len(rest), message, fix)


def _heading(watch: Watch, _kind: str, _value: Any, start: int, end: int) -> None:
    source = watch.data[start:end]
    if source.lstrip()[:1] == b"#":
        return
    source = source.rstrip()
    line = source.rfind(b"\n") + 1
    underline = source[line:].strip(b" \t>").decode("utf-8", "replace")
    shown = source[:line].decode("utf-8", "replace").strip()
    shown = shown if len(shown) <= 60 else f"{shown[:57]}…"
    fix = "put a blank line before it if a rule is meant; write headings with `#`"
    at = start + len(source) - len(underline)
    watch._lost(SETEXT, at, start + len(source), f"`{underline}` makes a heading of the text above it: `{shown}`", fix)


def _struck(watch: Watch, _kind: str, _value: Any, start: int, end: int) -> None:
    if watch.data[start : start + 2] != b"~~":
        shown = watch.data[start:end].decode("utf-8", "replace")
        fix = "write `\\~` or `≈` for about, `~~…~~` to strike out"
        watch._lost(STRUCK, start, end, f"`{shown}` is struck out", fix)


def _emphasis(watch: Watch, _kind: str, _value: Any, start: int, end: int) -> None:
    before, after = watch.data[start - 1 : start], watch.data[end : end + 1]
    if start and before.isalnum() and after.isalnum():
        shown = watch.data[start - 1 : end + 1].decode("utf-8", "replace")
        fix = "write `×`, `\\*`, or put it into math or code"
        watch._lost(ARITHMETIC, start, end, f"the asterisks of `{shown}` are read as emphasis and vanish", fix)


RULES: dict[str, Callable[[Watch, str, Any, int, int], None]] = {
    "Code": _code,
    "+CodeBlock": _code_block,
    "InlineMath": _math,
    "DisplayMath": _math,
    "Html": _html,
    "InlineHtml": _html,
    "+Link": _link,
    "+Image": _image,
    "+Item": _item,
    "+TableRow": _row,
    "-TableCell": _cell,
    "-TableRow": _row_end,
    "+Heading": _heading,
    "+Strikethrough": _struck,
    "+Emphasis": _emphasis,
}
