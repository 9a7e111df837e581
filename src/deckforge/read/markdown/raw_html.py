"""Raw HTML in a field: what may stand there, and what is done to the rest.

A few formatting tags are useful (`<kbd>`, `<sub>`, `<details>`) and pass, with their attributes sanitised by nh3.
Unknown tags are words (`List<int>`) and are shown as such. What runs, loads or asks (scripts, styles, handlers, frames,
forms, comments) never passes, and neither do raw links and pictures, whose addresses nobody could check; each is a
diagnostic. Tags must nest with each other and with the Markdown around them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import nh3

from deckforge.diagnostics import Code, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

UNCLOSED = Code(
    "DF210",
    "html-tag-unclosed",
    Severity.ERROR,
    "A raw HTML tag is not closed where it was opened, or closed where it was not opened.",
    "An open tag swallows what follows it: the rest of a card, or the buttons below it.",
    "Press <kbd>Ctrl to interrupt.",
    "Press <kbd>Ctrl</kbd> to interrupt.",
)
NOT_ALLOWED = Code(
    "DF211",
    "html-not-allowed",
    Severity.ERROR,
    "A raw HTML tag or attribute is used that no card or page may hold.",
    "Scripts, styles, handlers, frames and forms run or load things on a learner's device; raw links and pictures have "
    "addresses that cannot be checked or packed.",
    '<img src="plot.png" onerror="retry()">',
    "![The loss over 1,000 steps](plot.png)",
)
COMMENT = Code(
    "DF212",
    "html-comment",
    Severity.WARNING,
    "An HTML comment stands in a field.",
    "It is left out of every output, since a package is no place for notes to oneself; keep such notes elsewhere.",
    "<!-- check this number -->",
)
BLOCK_IN_LINE = Code(
    "DF213",
    "html-block-in-a-line",
    Severity.ERROR,
    "A raw HTML tag that makes a block stands inside a line of text.",
    "Browsers end the paragraph there, and what follows loses its markup.",
    "The result: <div>0.5</div> is small.",
    "The result: <b>0.5</b> is small.",
)
CODES: tuple[Code, ...] = (UNCLOSED, NOT_ALLOWED, COMMENT, BLOCK_IN_LINE)


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


INLINE = _names(
    "abbr b bdi bdo cite code data del dfn em i ins kbd mark q rp rt ruby s samp small span strong sub sup time u var "
    "br wbr"
)
BLOCK = _names(
    "address article aside blockquote caption center col colgroup dd details div dl dt figcaption figure footer header "
    "hr li ol p pre section summary table tbody td tfoot th thead tr ul"
)
VOID = _names("br wbr hr col")
SWALLOWED = _names("script style template noscript iframe object textarea title svg math")
"""Their content is no text of the lesson, and goes with them."""
FORBIDDEN = SWALLOWED | _names(
    "a applet area audio base basefont body button canvas dialog embed fieldset font form frame frameset h1 h2 h3 h4 "
    "h5 h6 head html img input label legend link main map marquee menu meta meter nav noembed noframes option optgroup "
    "output param picture progress portal search select slot source track video"
)
ATTRIBUTES = {"class", "title", "lang", "dir", "colspan", "rowspan", "align", "open", "datetime", "start", "value"}

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][^>]*(?:>|\Z)|</?([A-Za-z][A-Za-z0-9:_-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", re.DOTALL
)
_NAME = re.compile(r"([^\s=/\"'<>]+)(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?")


class Token(NamedTuple):
    """A piece of raw HTML: `kind` is `text`, `open`, `close` or `comment`; `at` counts characters."""

    kind: str
    name: str
    source: str
    at: int


def tokens(source: str) -> Iterator[Token]:
    """Yield the tags of raw HTML and the text between them, together all of it."""
    at = 0
    for match in _TOKEN.finditer(source):
        if match.start() > at:
            yield Token("text", "", source[at : match.start()], at)
        name = (match[1] or "").lower()
        kind = "comment" if not name else "close" if source[match.start() + 1] == "/" else "open"
        yield Token(kind, name, match[0], match.start())
        at = match.end()
    if at < len(source):
        yield Token("text", "", source[at:], at)


def known(name: str) -> bool:
    """Tell whether HTML has a tag of this name; other names are the author's words."""
    return name in INLINE or name in BLOCK or name in FORBIDDEN


def sanitised(token: Token) -> tuple[str, tuple[str, ...]]:
    """Return an allowed opening tag with what is harmless of its attributes, and the names of those that are not."""
    inner = token.source[1 + len(token.name) : -1].rstrip("/")
    if not inner.strip():
        return f"<{token.name}>", ()
    # On a <span>, whose place in a document never matters: a lone <td> would be dropped with its attributes.
    clean = nh3.clean(f"<span{inner}></span>", tags={"span"}, attributes={"span": ATTRIBUTES}, link_rel=None)
    kept = clean.removeprefix("<span").partition("></span>")[0]
    written = [name.lower() for name in _NAME.findall(inner)]
    lost = tuple(name for name in written if name not in ATTRIBUTES)
    return f"<{token.name}{kept}>", lost
