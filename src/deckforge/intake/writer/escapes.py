r"""Words as Markdown that means those words and nothing else.

`[` is written as an entity and not with a backslash: `\[` looks like math to somebody, and reading says so. Everything
else is escaped as an author would do it, and only where `plain` finds that it has to be.
"""

from __future__ import annotations

import re
from html import escape

from deckforge.read.markdown.page import rich
from deckforge.read.markdown.scope import Scope
from deckforge.read.text import Text

SCOPE = Scope("import", "import", ())
"""Whose text it is, where only the text matters."""

_ENTITIES = {"\\": "&#92;", "[": "&#91;", "]": "&#93;", "{": "&#123;", "<": "&lt;", ">": "&gt;", "&": "&amp;"}
_EVERY = re.compile(r"[\\`*_\[\]{}<>&$|~^#+=!-]")
_ANYWHERE = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])|[`\[\]$~]|\{(?=\{)|(?<! )\*|\*(?! )|(?<!\w)_|_(?!\w)|<(?=[A-Za-z/!?])|&(?=#?\w+;)"
)
_AT_START = re.compile(r"^(\s*)(?:([#+=>-])|(\d{1,9})(?=[.)]))", re.MULTILINE)
_NUMBER = re.compile(r"^(\s*\d{1,9})(?=[.)])", re.MULTILINE)


def heavily(text: str) -> str:
    """Escape all that Markdown could read, wherever it stands."""
    return _NUMBER.sub(r"\1\\", _EVERY.sub(lambda match: _one(match[0]), text))


def lightly(text: str) -> str:
    """Escape what Markdown reads anywhere, and at the start of a line."""
    marked = _ANYWHERE.sub(lambda match: f"\\{match[0]}" if match[0] in "\\]" else _one(match[0]), text)
    return _AT_START.sub(lambda match: f"{match[1]}\\{match[2]}" if match[2] else f"{match[1]}{match[3]}\\", marked)


def plain(text: str) -> str:
    """Return Markdown for words that are none: as they stand where that says the same, else escaped.

    A line's end is a line's end; blank lines separate paragraphs.
    """
    paragraphs = (part.strip("\n") for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip()))
    return "\n\n".join(_paragraph(part) for part in paragraphs if part.strip())


def _paragraph(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    for writing in (str, lightly, heavily):
        written = "\\\n".join(writing(line) for line in lines)
        if says(written, lines):
            return written
    raise AssertionError(f"no Markdown says {text!r}")


def says(written: str, lines: list[str]) -> bool:
    """Tell whether Markdown shows these lines and nothing else: no mark of it is read, and none is missing."""
    made, found = rich(Text.of_file("", written.encode()), SCOPE)
    shown = "<br />\n".join(escape(line, quote=False) for line in lines)
    return not found and made.pieces == (f"<p>{shown}</p>",)


def _one(mark: str) -> str:
    return _ENTITIES.get(mark, f"\\{mark}")


_NO_BREAK = "\u00a0"
_IN_VALUE = str.maketrans({'"': "”", "'": "’", "{": "(", "}": ")", "<": "‹", ">": "›", "`": "’", "\\": "/"})


def value(text: str, *, entry: bool = False) -> str:
    """Return a text as the value of a heading's attribute: no-break spaces for spaces, no quotes, no braces.

    Reading makes spaces of the former. In an `entry` of a list a comma would begin the next one.
    """
    words = text.translate(_IN_VALUE).split()
    joined = _NO_BREAK.join(words)
    return joined.replace(",", ";") if entry else joined


def line(text: str) -> str:
    """Return words in one line that read as those words: for a heading's name, a link's text."""
    words = " ".join(text.split())
    if not words:
        return ""
    for writing in (str, lightly, heavily):
        written = writing(words)
        if not _BRACED.search(written) and says(written, [words]):
            return written
    raise AssertionError(f"no Markdown says {text!r}")


_BRACED = re.compile(r"\{|(?:^|\s)#+\s*$|^\s*#")
"""What a heading reads differently from a paragraph: attributes, and the marks that may close it."""


def address(target: str, title: str = "") -> str:
    """Return what stands between the parentheses of a link."""
    written = f"<{target}>" if re.search(r"[\s()]", target) or not target else target
    return (
        f'{written} "{title.replace(chr(92), chr(92) * 2).replace(chr(34), chr(92) + chr(34))}"' if title else written
    )
