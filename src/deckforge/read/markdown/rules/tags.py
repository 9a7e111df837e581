"""Raw HTML: allowed tags pass sanitised and nested, everything else is shown as words or reported."""

from __future__ import annotations

from html import escape, unescape
from typing import TYPE_CHECKING, Any

from deckforge.read.markdown import raw_html

if TYPE_CHECKING:
    from collections.abc import Callable

    from deckforge.read.markdown.render import Renderer


def _html_block(r: Renderer, _value: None, _start: int, _end: int) -> None:
    r.newline()
    r.html = []


def _html(r: Renderer, value: str, start: int, _end: int) -> None:
    if r.html is None:
        _raw(r, value, [(0, start)], inline=True)
    else:
        r.html.append((value, start))


def _html_block_end(r: Renderer, _value: None, _start: int, _end: int) -> None:
    places, at = [], 0
    for value, start in r.html or ():
        places.append((at, start))
        at += len(value)
    source = "".join(value for value, _ in r.html or ())
    r.html = None
    _raw(r, source, places, inline=False)
    r.newline()


def _raw(r: Renderer, source: str, places: list[tuple[int, int]], *, inline: bool) -> None:
    def place(at: int) -> int:
        first, start = next((pair for pair in reversed(places) if pair[0] <= at), places[0])
        return start + len(source[first:at].encode())

    for token in raw_html.tokens(source):
        start = place(token.at)
        _tag(r, token, start, start + len(token.source.encode()), inline=inline)


def _tag(r: Renderer, token: raw_html.Token, start: int, end: int, *, inline: bool) -> None:
    name = token.name
    if r.swallowing:
        if token.kind == "close" and name == r.swallowing:
            r.swallowing = ""
    elif token.kind == "comment":
        r.wrong(raw_html.COMMENT, start, end, "this comment is left out of every output", "take it out")
    elif token.kind == "text":
        r.words.append(unescape(token.source))
        r.write(token.source.replace("<", "&lt;"))
    elif not raw_html.known(name):
        r.words.append(token.source)
        r.write(escape(token.source, quote=False))
    elif name in raw_html.FORBIDDEN:
        if token.kind == "open":
            instead = {"a": "`[text](address)`", "img": "`![description](file)`"}.get(name)
            fix = f"write {instead}" if instead else "take it out, or write `&lt;` to show the tag itself"
            r.wrong(raw_html.NOT_ALLOWED, start, end, f"`<{name}>` may not stand in a card or page", fix)
            if name in raw_html.SWALLOWED and not token.source.endswith("/>"):
                r.swallowing = name
    elif token.kind == "close":
        _close_tag(r, name, start, end)
    else:
        _open_tag(r, token, start, end, inline=inline)


def _open_tag(r: Renderer, token: raw_html.Token, start: int, end: int, *, inline: bool) -> None:
    name = token.name
    if inline and name in raw_html.BLOCK:
        r.wrong(
            raw_html.BLOCK_IN_LINE,
            start,
            end,
            f"`<{name}>` makes a block, and stands inside a line of text",
            "put it on a line of its own, with blank lines around",
        )
    html, lost = raw_html.sanitised(token)
    for attribute in lost:
        message = f"the attribute `{attribute}` of `<{name}>` may not stand in a card or page"
        r.wrong(raw_html.NOT_ALLOWED, start, end, message, "take it out")
    r.write(html)
    if name == "br":
        r.newline()
    if name not in raw_html.VOID:
        r.raw.append((name, start, end, r.depth))


def _close_tag(r: Renderer, name: str, start: int, end: int) -> None:
    here = [tag for tag, _, _, depth in r.raw if depth == r.depth]
    if name not in here:
        if name not in raw_html.VOID:
            fix = f"open it with `<{name}>` in the same paragraph, cell or item, or take it out"
            r.wrong(raw_html.UNCLOSED, start, end, f"`</{name}>` closes no tag that was opened here", fix)
        return
    while r.raw:
        tag, opened, opened_end, _ = r.raw.pop()
        r.write(f"</{tag}>")
        if tag == name:
            return
        message = f"`<{tag}>` is not closed before `</{name}>`"
        r.wrong(raw_html.UNCLOSED, opened, opened_end, message, f"write `</{tag}>` before `</{name}>`")


HANDLERS: dict[str, Callable[[Renderer, Any, int, int], None]] = {
    "+HtmlBlock": _html_block,
    "Html": _html,
    "InlineHtml": _html,
    "-HtmlBlock": _html_block_end,
}
