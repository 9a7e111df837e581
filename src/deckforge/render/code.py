"""Code blocks: Pygments' classes (never inline colours, which cannot follow a dark mode), with claims marked in place.

The look is a style sheet's business. A block is `<div class="highlight"><pre><code>…</code></pre></div>`, as Material
and most Pygments style sheets expect it; one with a drawing out of box characters has the class `df-art` too.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deckforge.model.claims import Claim
    from deckforge.model.rich import Code


_BOXES = re.compile("[\u2500-\u259f]")
"""Box-drawing and block characters: lines of them have to touch the lines above and below."""


@lru_cache(maxsize=64)
def _lexer(language: str) -> Any:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _tokens(code: Code) -> Iterator[tuple[str, str]]:
    """Yield (CSS class, text) pieces that together are the code's text."""
    lexer = _lexer(code.language) if code.language and code.language != "text" else None
    if lexer is None:
        yield "", code.text
        return
    from pygments.token import STANDARD_TYPES

    for kind, text in lexer.get_tokens(code.text):
        while kind not in STANDARD_TYPES:
            kind = kind.parent  # noqa: PLW2901 - climbs to the nearest type that has a class
        yield STANDARD_TYPES[kind], text


def highlight(code: Code, claim: Callable[[Claim, str], str]) -> str:
    """Return a code block as HTML; `claim` wraps the text of each claim that stands in it."""
    out: list[str] = []
    marked: list[str] = []
    marks = iter(code.marks)
    mark = next(marks, None)
    at = 0
    for css, token in _tokens(code):
        text = token
        while text:
            # Up to where does this piece of the token lie wholly inside or wholly outside a mark?
            inside = mark is not None and at >= mark.start
            border = len(text) if mark is None else (mark.end if inside else mark.start) - at
            piece, text = text[:border], text[border:]
            at += len(piece)
            shown = escape(piece, quote=False)
            if css and piece.strip():
                shown = f'<span class="{css}">{shown}</span>'
            (marked if inside else out).append(shown)
            if inside and mark is not None and at == mark.end:
                out.append(claim(mark.claim, "".join(marked)))
                marked.clear()
                mark = next(marks, None)
    out += marked
    language = f' class="language-{escape(code.language)}"' if code.language else ""
    drawn = " df-art" if _BOXES.search(code.text) else ""
    return f'<div class="highlight{drawn}"><pre><code{language}>{"".join(out)}</code></pre></div>'
