"""Footnotes: shown behind the field that refers to them, with anchors of their own."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any

from deckforge.read.markdown.events import unwrapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from deckforge.read.markdown.render import Renderer


def _reference(r: Renderer, value: str, _start: int, _end: int) -> None:
    first = value not in r.notes
    number = r.notes.setdefault(value, len(r.notes) + 1)
    r.page.noted.add(value)
    r.words.append(f"[{number}]")
    anchor = f"{_prefix(r)}-{number}"
    back = f' id="fnref-{anchor}"' if first else ""
    r.write(f'<sup class="df-footnote"><a href="#fn-{anchor}"{back}>{number}</a></sup>')


def _prefix(r: Renderer) -> str:
    scope = r.field.scope
    names = (scope.lesson, scope.item, scope.part or f"{zlib.crc32(r.text.data):08x}")
    return "-".join(re.sub(r"[^\w-]+", "-", name) for name in names if name)


def footnotes(r: Renderer) -> None:
    """Write the footnotes that the field has referred to, behind it."""
    if not r.notes:
        return
    r.newline()
    r.line('<div class="df-footnotes">\n<ol>\n')
    shown = 0
    while shown < len(r.notes):  # a footnote may refer to further ones
        label, number = list(r.notes.items())[shown]
        shown += 1
        r.newline()
        r.words.append(f"[{number}] ")
        r.write(f'<li id="fn-{_prefix(r)}-{number}">')
        r.run(unwrapped(r.page.footnotes.get(label, ())))
        r.leave(None)
        r.write(f' <a href="#fnref-{_prefix(r)}-{number}" class="df-footnote-back">\u21a9</a></li>\n')
    r.newline()
    r.write("</ol>\n</div>\n")


def _nothing(r: Renderer, _value: Any, _start: int, _end: int) -> None:
    """Footnotes' definitions are rendered where they are referred to."""


HANDLERS: dict[str, Callable[[Renderer, Any, int, int], None]] = {
    "FootnoteReference": _reference,
    "+FootnoteDefinition": _nothing,
    "-FootnoteDefinition": _nothing,
}
