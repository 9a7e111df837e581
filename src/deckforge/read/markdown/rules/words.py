"""Runs of text: words, inline code, math, emphasis and breaks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from deckforge.model.rich import Math
from deckforge.read.markdown import cloze
from deckforge.read.markdown.rules.code_blocks import code_text
from deckforge.read.markdown.rules.deletions import deletions

if TYPE_CHECKING:
    from collections.abc import Callable

    from deckforge.read.markdown.render import Renderer


def _text(r: Renderer, value: str, start: int, end: int) -> None:
    r.word_end = end
    if r.code is not None:
        code_text(r, value, start, end)
        return
    if r.swallowing:
        return
    if r.opened or "{{" in value:
        if r.field.cloze:
            deletions(r, value, start)
            return
        deletion = cloze.DELETION.search(value)
        if deletion:
            first = start + len(value[: deletion.start()].encode())
            if r.field.scope.part == cloze.TITLE:
                message = "a deletion is made in a title: text stands below this heading, and that is what is asked"
                fix = "make the deletion in the text below, or take that text out"
            else:
                message = "a deletion is made here, and this text belongs to no cloze"
                fix = "give the item `.cloze`, or put the braces into code"
            r.wrong(cloze.ELSEWHERE, first, first + len(deletion[0]), message, fix)
    r.plain(value)


def _code(r: Renderer, value: str, _start: int, end: int) -> None:
    r.word_end = end
    r.words.append(value)
    r.write(f"<code>{escape(value, quote=False)}</code>")


def _inline_math(r: Renderer, value: str, start: int, end: int) -> None:
    r.words.append(f"${value}$")
    r.piece(Math(value, False, r.text.span(start, end)))


def _display_math(r: Renderer, value: str, start: int, end: int) -> None:
    r.words.append(f"$${value}$$")
    r.piece(Math(value, True, r.text.span(start, end)))


def _soft_break(r: Renderer, _value: None, _start: int, _end: int) -> None:
    r.words.append(" ")
    r.write("\n")


def _hard_break(r: Renderer, _value: None, _start: int, _end: int) -> None:
    r.newline()
    r.write("<br />\n")


def _rule(r: Renderer, _value: None, _start: int, _end: int) -> None:
    r.line("<hr />\n")


def _task(r: Renderer, value: bool, _start: int, _end: int) -> None:
    checked = ' checked=""' if value else ""
    r.write(f'<input disabled="" type="checkbox"{checked}/>\n')


def _tag(html: str) -> Callable[[Renderer, Any, int, int], None]:
    """Return what writes a tag of emphasis."""

    def write(r: Renderer, _value: None, _start: int, _end: int) -> None:
        r.out.append(html)
        r.fresh = False

    return write


HANDLERS: dict[str, Callable[[Renderer, Any, int, int], None]] = {
    "Text": _text,
    "Code": _code,
    "InlineMath": _inline_math,
    "DisplayMath": _display_math,
    "SoftBreak": _soft_break,
    "HardBreak": _hard_break,
    "Rule": _rule,
    "TaskListMarker": _task,
    "+Emphasis": _tag("<em>"),
    "-Emphasis": _tag("</em>"),
    "+Strong": _tag("<strong>"),
    "-Strong": _tag("</strong>"),
    "+Strikethrough": _tag("<del>"),
    "-Strikethrough": _tag("</del>"),
}
