r"""A page as Markdown that survives Python-Markdown: headings are Markdown, everything below them is our HTML.

Raw HTML is not safe in a Markdown page. A fence at a line's start inside `<pre>` is executed, tabs are expanded, blank
lines end the block. What does survive unchanged, in every generator that uses Python-Markdown:

- HTML that is balanced and stands on one line, inside a `<div>` at column 0 with blank lines around it, its newlines
  and tabs written as character references, without script, style or comment;
- headings in Markdown (only those reach the table of contents), every ASCII punctuation mark of their text written as
  a character reference, with an explicit `{#id}`.

A template writes one stretch of HTML and calls `heading` where a heading belongs; that leaves a marker between
`\x02` and `\x03`, which no text can hold, and `page` takes the stretch apart there.
"""

from __future__ import annotations

import json
import re
import string
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNWRITABLE = re.compile("[\x00\x02\x03\r]")
_MARKER = re.compile("\x02(.*?)\x03", re.DOTALL)
_LAYOUT = re.compile(r"\s*\n\s*")
_PUNCTUATION = {ord(mark): f"&#{ord(mark)};" for mark in string.punctuation}
_VOID = {"br", "img", "wbr"}


def field(html: str) -> str:
    """Return a field's HTML with its line breaks and tabs as references: they mean something there."""
    return _UNWRITABLE.sub("", html).replace("\n", "&#10;").replace("\t", "&#9;")


def block(html: str) -> str:
    """Return a stretch of balanced HTML as one line of Markdown; nothing for white space.

    Line breaks that are left in it are a template's layout and become a space.
    """
    line = _LAYOUT.sub(" ", _UNWRITABLE.sub("", html)).replace("\t", "&#9;").strip()
    return f'<div class="df">{line}</div>' if line else ""


class _Inline(HTMLParser):
    """Writes inline HTML again so that Markdown finds nothing in it: tags plain, all punctuation as references."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = ((name, reference(value or "")) for name, value in attrs)
        written = "".join(f' {name}="{value}"' for name, value in values)
        self.out.append(f"<{tag}{written}>")

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.out.append(reference(data))


def reference(text: str) -> str:
    """Return text in which every ASCII punctuation mark is a character reference and white space is one space."""
    return re.sub(r"\s+", " ", _UNWRITABLE.sub("", text)).translate(_PUNCTUATION)


def markdown_heading(level: int, html: str, anchor: str, *, exclude: bool = False) -> str:
    """Return a heading as a line of Markdown, from inline HTML; with `exclude` its section is left out of search."""
    inline = _Inline()
    inline.feed(html)
    inline.close()
    attributes = f"#{anchor} data-search-exclude" if exclude else f"#{anchor}"
    return f"{'#' * level} {''.join(inline.out).strip()} {{{attributes}}}"


def marker(level: int, html: str, anchor: str, *, exclude: bool = False) -> str:
    """Return the marker of a heading, for `page` to find."""
    data = json.dumps([level, _UNWRITABLE.sub("", html), anchor, exclude])
    return f"\x02{data}\x03"


def verbatim(line: str) -> str:
    """Return the marker of a line that the generator itself has to read."""
    return f"\x02{json.dumps(line)}\x03"


def page(meta: Mapping[str, Any], html: str) -> bytes:
    """Return a page of Markdown: front matter (JSON is YAML), then headings and blocks in turn."""
    front = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in meta.items())
    parts = [f"---\n{front}---"]
    for index, part in enumerate(_MARKER.split(html)):
        if index % 2:
            found = json.loads(part)
            if isinstance(found, str):
                parts.append(found)
            else:
                level, inline, anchor, exclude = found
                parts.append(markdown_heading(level, inline, anchor, exclude=exclude))
        elif line := block(part):
            parts.append(line)
    return ("\n\n".join(parts) + "\n").encode()


def shown(text: str) -> str:
    """Return text for where the theme inserts it into HTML as it stands: titles, names, descriptions."""
    return escape(text)
