"""Links, claims and pictures."""

from __future__ import annotations

import re
from difflib import get_close_matches
from html import escape
from typing import TYPE_CHECKING, Any

from deckforge.diagnostics import Code, Severity
from deckforge.model.claims import ClaimKind
from deckforge.model.rich import Image, LinkEnd, LinkStart
from deckforge.read.markdown import claims
from deckforge.read.markdown.claims import Pending

if TYPE_CHECKING:
    from collections.abc import Callable

    from deckforge.read.markdown.render import Renderer

URL = Code(
    "DF214",
    "address-not-allowed",
    Severity.ERROR,
    "A link or picture has an address that runs or carries something.",
    "Only `http:`, `https:`, `mailto:`, `tel:` and relative addresses are safe in a package that others open.",
    "[run](javascript:alert(1))",
    "[the notebook](https://example.org/notebook)",
)
CODES: tuple[Code, ...] = (URL,)

_SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*):")
_SAFE = {"http", "https", "mailto", "tel"}
_SPACE = re.compile(r"\s+")


def _link(r: Renderer, value: Any, start: int, end: int) -> None:
    target = value["dest_url"]
    kind = value["link_type"]
    if claims.scheme(target) and kind not in ("Autolink", "Email"):
        r.links.append((value, start, end))
        r.aside()
        r.word_end = start + 1
        return
    if kind == "Email":
        target = f"mailto:{target}"
    if claims.scheme(target) or not _safe(r, target, start, end):
        r.links.append(None)
        return
    r.links.append(value)
    r.piece(LinkStart(target, value["title"], r.text.span(start, end)))


def _link_end(r: Renderer, _value: None, _start: int, _end: int) -> None:
    link = r.links.pop()
    if isinstance(link, tuple):
        value, start, end = link
        words, marked = r.come_back()
        if marked:
            r.wrong(
                claims.MARKUP,
                start,
                end,
                f"the text of a claim is the written value alone, and `{words}` stands in markup",
                "put the markup around the link",
            )
        at = len(r.words)
        r.words.append(words)
        span, text_span = r.text.span(start, end), r.text.span(start + 1, max(start + 1, r.word_end))
        r.piece(Pending(value["dest_url"], value["title"], words, span, text_span, at))
    elif link is not None:
        r.piece(LinkEnd())


def _safe(r: Renderer, target: str, start: int, end: int) -> bool:
    match = _SCHEME.match(_SPACE.sub("", target))
    if match and match[1].lower() not in _SAFE:
        message = f"`{match[1]}:` is no address that a card or page may hold"
        near = get_close_matches(match[1].lower(), [*ClaimKind, *_SAFE], n=1, cutoff=0.75)
        fix = f"did you mean `{near[0]}:`?" if near else "use `https:`, `mailto:` or a relative address"
        r.wrong(URL, start, end, message, fix)
        return False
    return True


def _image(r: Renderer, value: Any, start: int, end: int) -> None:
    r.links.append((value, start, end))
    r.aside()


def _image_end(r: Renderer, _value: None, _start: int, _end: int) -> None:
    value, start, end = r.links.pop()
    if any(isinstance(piece, Pending) for piece in r.pieces):
        r.wrong(
            claims.MISPLACED,
            start,
            end,
            "a claim stands in the description of a picture, where nobody sees it",
            "put it into the text",
        )
    words, _ = r.come_back()
    r.words.append(words)
    target = value["dest_url"]
    if not claims.scheme(target) and _safe(r, target, start, end):
        r.piece(Image(target, words, value["title"], r.text.span(start, end)))
    else:
        r.write(escape(words, quote=False))


HANDLERS: dict[str, Callable[[Renderer, Any, int, int], None]] = {
    "+Link": _link,
    "-Link": _link_end,
    "+Image": _image,
    "-Image": _image_end,
}
