r"""What a reader sees of raw Markdown, line by line, with the place of every character.

Texts of the model are rendered HTML and keep no places within; a tool that speaks about one number in a sentence needs
them. So this reads the author's bytes again, shallowly: it splits a text into passages (a paragraph, a table's cell, a
line of code), drops what is markup (emphasis, link targets, tags, list marks), writes the plain subset of TeX in
characters (`\times` as ×, `\frac{a}{b}` as a fraction in parentheses), and remembers for each character where it
stands. It never fails: what it does not know becomes `BARRIER`, over which nothing can be read.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

BARRIER = "\ufffc"
"""Stands for something that is there and is no text: an unknown TeX command, a picture, an address."""


class Form(StrEnum):
    """What a passage is in its text."""

    PROSE = "prose"
    CELL = "cell"
    CODE = "code"
    HEADING = "heading"


class Mark(StrEnum):
    """What one character belongs to."""

    TEXT = "t"
    CODE = "c"
    MATH = "m"
    LINK = "l"
    """The text of a link with a scheme of claims."""
    WRONG = "w"
    """The text of a `wrong:` link: stated as false."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of text that is read as one: `at[i]` is the index of `text[i]` in the raw text, `marks[i]` its `Mark`.

    `block` is the same for the lines of one code block, the items of one list and the cells of one table. `row` counts
    a block's lines or rows. `language` is a code block's. `false` tells a task list's box that is not ticked: an
    answer that may be wrong on purpose. `level` is a heading's, else 0.
    """

    form: Form
    text: str
    at: tuple[int, ...]
    marks: str
    block: int
    row: int
    language: str = ""
    false: bool = False
    level: int = 0

    def raw(self, start: int, end: int) -> tuple[int, int]:
        """Return the raw indices of `text[start:end]`, which is not empty."""
        return self.at[start], self.at[end - 1] + 1


class Offsets:
    """Turns indices of a text into byte offsets of the file that holds it from `base` on."""

    def __init__(self, text: str, base: int = 0) -> None:
        self._base = base
        self._sums: list[int] | None = None
        if not text.isascii():
            try:
                self._sums = [0, *accumulate(map(len, map(str.encode, text)))]
            except UnicodeEncodeError:  # half a surrogate pair is in no file, but may be in a string
                self._sums = [0, *accumulate(len(each.encode("utf-8", "surrogatepass")) for each in text)]

    def __call__(self, index: int) -> int:
        """Return the byte offset of the character at an index."""
        return self._base + (index if self._sums is None else self._sums[index])


_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*([^\s`{]*)")
_LIST = re.compile(r"(?:[-*+•]|\d{1,9}[.)])[ \t]+")
_TASK = re.compile(r"\[([ xX])\][ \t]+")
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_ATTRIBUTES = re.compile(r"[ \t]*\{[#.][^{}]*\}[ \t]*$")
_DELIMITER = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")


def passages(text: str) -> tuple[Passage, ...]:
    """Return the passages of a Markdown text in the order of reading."""
    return tuple(_Reader(text).read())


class _Reader:
    """One pass over the lines of a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Passage] = []
        self.block = 0
        self.row = 0
        self.paragraph: list[tuple[int, int]] = []
        self.form = Form.PROSE
        self.false = False
        self.kind = ""

    def read(self) -> list[Passage]:
        fence = ""
        language = ""
        in_math = False
        start = 0
        for line in self.text.splitlines(keepends=True):
            end = start + len(line.rstrip("\r\n"))
            first = self._inside(start, end)
            body = self.text[first:end]
            opened = _FENCE.match(body)
            if fence:
                if opened and opened[1].startswith(fence) and not body[len(opened[1]) :].strip():
                    fence = ""
                else:
                    self._code(start, end, language)
            elif opened and not in_math:
                self._open("code")
                fence, language = opened[1], opened[2].lower()
            elif not body.strip():
                self._close()
            else:
                self._line(start, first, end, body)
                in_math ^= body.count("$$") % 2 == 1
            start += len(line)
        self._close()
        return self.found

    def _inside(self, start: int, end: int) -> int:
        """Return where a line begins behind its indentation and quote marks."""
        text = self.text
        while start < end and text[start] in " \t>":
            start += 1
        return start

    def _open(self, kind: str) -> None:
        """Begin a block of this kind, unless it goes on."""
        self._close()
        if kind != self.kind or kind == "code":
            self.block += 1
            self.row = 0
        self.kind = kind

    def _code(self, start: int, end: int, language: str) -> None:
        self.row += 1
        text = self.text[start:end]
        if text.strip():
            marks = Mark.CODE.value * len(text)
            self.found.append(Passage(Form.CODE, text, tuple(range(start, end)), marks, self.block, self.row, language))

    def _line(self, start: int, first: int, end: int, body: str) -> None:
        if body.startswith("|") or (self.kind == "table" and " | " in body):
            if self.kind != "table" or self.paragraph:
                self._open("table")
            self.row += 1
            if not _DELIMITER.match(body):
                self._cells(first, end)
            return
        if heading := _HEADING.match(body):
            self._open(f"heading {start}")
            inner = _ATTRIBUTES.sub("", heading[2])
            text, at, marks = _inline(self.text, first + heading.start(2), first + heading.start(2) + len(inner))
            self._keep(Form.HEADING, text, at, marks, level=len(heading[1]))
            return
        if marker := _LIST.match(body):
            self._open("list")
            self.row += 1
            first += marker.end()
            self.false = False
            if task := _TASK.match(self.text[first:end]):
                self.false = task[1] == " "
                first += task.end()
        elif not self.paragraph and not (self.kind == "list" and self.text[start:first].strip(">")):
            # What is indented below a list's item belongs to it.
            self._open(f"prose {start}")
            self.false = False
        self.paragraph.append((first, end))

    def _cells(self, start: int, end: int) -> None:
        text = self.text
        cell = start
        code = False
        for index in range(start, end + 1):
            if index < end and text[index] == "`":
                code = not code
            if index == end or (text[index] == "|" and text[index - 1 : index] != "\\" and not code):
                if text[cell:index].strip():
                    self._keep(Form.CELL, *_inline(text, cell, index))
                cell = index + 1

    def _close(self) -> None:
        if len(self.paragraph) == 1:
            self._keep(Form.PROSE, *_inline(self.text, *self.paragraph[0]))
            self.paragraph = []
        elif self.paragraph:
            # Lines of a paragraph are one run of text; what is cut out between them is their indentation and marks.
            whole = "\n".join(self.text[first:end] for first, end in self.paragraph)
            where: list[int] = []
            for first, end in self.paragraph:
                where += range(first, end)
                where.append(end)
            plain, at, marks = _inline(whole, 0, len(whole))
            self._keep(Form.PROSE, plain, tuple(where[index] for index in at), marks)
            self.paragraph = []
        elif self.kind not in ("list", "table", "code"):
            self.kind = ""
        self.row += 1

    def _keep(self, form: Form, text: str, at: tuple[int, ...], marks: str, level: int = 0) -> None:
        if text.strip():
            self.found.append(
                Passage(
                    form, text, at, marks, self.block, self.row, false=self.false and form is Form.PROSE, level=level
                )
            )


_SPECIAL = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<code>`+)"
    r"|(?P<math>\$\$?)"
    r"|(?P<picture>!\[[^\[\]]*\]\([^()\s]*(?:\s+\"[^\"]*\")?\))"
    r"|(?P<note>\[\^[^\]\s]+\])"
    r"|(?P<open>\[)"
    r"|(?P<target>\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+(?:\"[^\"]*\"|'[^']*'))?\))"
    r"|(?P<comment><!--.*?-->)"
    r"|(?P<address><?(?:https?|ftp)://[^\s>)]+>?)"
    r"|(?P<tag></?[a-zA-Z][^<>\n]*>)"
    r"|(?P<entity>&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);)"
    r"|(?P<cloze>\{\{c\d+::|\}\})"
    r"|(?P<stars>\*+|__)",
    re.DOTALL,
)
_CLAIMS = re.compile(r"\]\((claim|wrong|cite|given):")


def _inline(raw: str, start: int, end: int) -> tuple[str, tuple[int, ...], str]:  # noqa: PLR0915 - one case a mark
    """Return what is read of `raw[start:end]`, the index of each character in `raw`, and each character's mark."""
    out: list[str] = []
    at: list[int] = []
    marks: list[str] = []
    links: list[int] = []

    def put(text: str, places: range | list[int], mark: str) -> None:
        out.extend(text)
        at.extend(places)
        marks.extend(mark * len(text))

    cursor = start
    while True:
        found = _SPECIAL.search(raw, cursor, end)
        stop = found.start() if found else end
        put(raw[cursor:stop], range(cursor, stop), Mark.TEXT)
        if not found:
            break
        cursor = found.end()
        match found.lastgroup:
            case "escape":
                put(found[0][1], [stop + 1], Mark.TEXT)
            case "code":
                close = re.compile(rf"(?<!`){found[0]}(?!`)").search(raw, cursor, end)
                if close:
                    put(raw[cursor : close.start()], range(cursor, close.start()), Mark.CODE)
                    cursor = close.end()
            case "math":
                close_at = _math_end(raw, cursor, end, found[0])
                if close_at < 0:
                    put(found[0], range(stop, cursor), Mark.TEXT)
                else:
                    text, places = _tex(raw, cursor, close_at)
                    put(text, places, Mark.MATH)
                    cursor = close_at + len(found[0])
            case "open":
                links.append(len(out))
                put("[", [stop], Mark.TEXT)
            case "target":
                if links:
                    first = links.pop()
                    kind = _CLAIMS.match(found[0])
                    del out[first], at[first], marks[first]
                    if kind:
                        mark = Mark.WRONG if kind[1] == "wrong" else Mark.LINK
                        marks[first:] = [mark.value] * (len(marks) - first)
                else:
                    put("]", [stop], Mark.TEXT)
                    cursor = stop + 1
            case "picture" | "address":
                put(BARRIER, [stop], Mark.TEXT)
            case "entity":
                put(html.unescape(found[0])[:1], [stop], Mark.TEXT)
            case "stars":
                before, behind = raw[max(start, stop - 1) : stop], raw[cursor : cursor + 1]
                operator = found[0][0] == "*" and (
                    (before in ("", " ") and behind in ("", " "))
                    or ((before.isdigit() or before == ")") and (behind.isdigit() or behind in "(.-"))
                )
                name = found[0] == "__" and before.isalnum() and behind.isalnum()
                if name or (operator and len(found[0]) <= 2):
                    put(found[0], range(stop, cursor), Mark.TEXT)
            case _:
                pass  # tags, comments, notes, clozes: markup that no reader sees
    return "".join(out), tuple(at), "".join(marks)


def _math_end(raw: str, start: int, end: int, fence: str) -> int:
    """Return where math that was opened before `start` closes, or -1 where it is no math."""
    if fence == "$" and raw[start : start + 1] in ("", " ", "\n"):
        return -1
    close = raw.find(fence, start, end)
    while close >= 0:
        if raw[close - 1] != "\\" and (
            fence == "$$" or (raw[close - 1] not in " \n" and not raw[close + 1 : close + 2].isdigit())
        ):
            return close
        close = raw.find(fence, close + 1, end)
    return -1


_SIGNS = {
    "times": "×", "cdot": "·", "ast": "×", "div": "÷", "approx": "≈", "simeq": "≈", "sim": "~", "le": "≤", "leq": "≤",
    "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "to": "→", "rightarrow": "→", "Rightarrow": "→", "pm": "±",
    "partial": "∂", "pi": "π", "eta": "η", "alpha": "α", "beta": "β", "gamma": "γ", "lambda": "λ", "mu": "μ",
    "sigma": "σ", "theta": "θ", "epsilon": "ε", "varepsilon": "ε", "delta": "δ", "Delta": "Δ", "tau": "τ", "rho": "ρ",
    "log": "log", "ln": "ln", "exp": "exp", "max": "max", "min": "min", "tanh": "tanh", "quad": " ", "qquad": " ",
    "left": "", "right": "", "bigl": "", "bigr": "", "big": "", "displaystyle": "", "cdots": "…", "dots": "…",
    "ldots": "…",
}  # fmt: skip
_WRAPPERS = frozenset({"mathrm", "text", "operatorname", "mathbf", "mathit", "mathsf", "textbf", "mathtt"})
_COMMAND = re.compile(r"\\(?:([a-zA-Z]+)[ ]?|(.))", re.DOTALL)


def _tex(raw: str, start: int, end: int) -> tuple[str, list[int]]:  # noqa: PLR0915 - one case a command
    """Return TeX in plain characters, with the index that each of them comes from."""
    out: list[str] = []
    at: list[int] = []

    def put(text: str, place: int) -> None:
        out.extend(text)
        at.extend([place] * len(text))

    def group(index: int) -> tuple[int, int, int]:
        """Return the inside of the group or the one sign at an index, and what follows it."""
        while index < end and raw[index] == " ":
            index += 1
        if index >= end:
            return end, end, end
        if raw[index] != "{":
            command = _COMMAND.match(raw, index, end)
            stop = command.end() if command else index + 1
            return index, stop, stop
        depth = 0
        for cursor in range(index, end):
            depth += (raw[cursor] == "{") - (raw[cursor] == "}")
            if depth == 0:
                return index + 1, cursor, cursor + 1
        return index + 1, end, end

    def walk(index: int, stop: int, depth: int) -> None:
        while index < stop:
            char = raw[index]
            command = _COMMAND.match(raw, index, stop)
            if command and depth < 20:
                name, sign = command[1], command[2]
                behind = command.end()
                if name in ("frac", "tfrac", "dfrac"):
                    first, last, behind = group(behind)
                    put("((", index)
                    walk(first, last, depth + 1)
                    put(")/(", max(index, last - 1))
                    first, last, behind = group(behind)
                    walk(first, last, depth + 1)
                    put("))", max(index, behind - 1))
                elif name == "sqrt":
                    first, last, behind = group(behind)
                    put("√(", index)
                    walk(first, last, depth + 1)
                    put(")", max(index, behind - 1))
                elif name in _WRAPPERS:
                    first, last, behind = group(behind)
                    walk(first, last, depth + 1)
                elif name is not None:
                    put(_SIGNS.get(name, BARRIER), index)
                elif sign in ",;:! ":
                    put(" ", index)
                else:
                    put(sign if sign in "%$#&_" else BARRIER, index)
                index = behind
            elif char == "^" and raw[index + 1 : index + 2] == "{":
                first, last, behind = group(index + 1)
                put("^(", index)
                walk(first, last, depth + 1)
                put(")", behind - 1)
                index = behind
            elif char == "_":
                first, last, index = group(index + 1)
                put("_", first - 1)
                for cursor in range(first, last):
                    if raw[cursor].isalnum():
                        put(raw[cursor], cursor)
            elif raw.startswith("{,}", index):
                put(",", index + 1)
                index += 3
            else:
                if char not in "{}":
                    put(BARRIER if char in "&\\" else char, index)
                index += 1

    walk(start, end, 0)
    return "".join(out), at
