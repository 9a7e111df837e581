"""Events to rich text: our own small renderer, the only one there is.

Where nothing depends on the back end its HTML is the parser's own (a test compares them); claims, links, pictures,
math, code and deletions become pieces. Tables stand in a `<div class="df-table">` that can scroll, alerts carry their
title, footnotes follow the field that refers to them. What to do with an event is a small function in `rules`; here is
what these functions share.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from deckforge.model.rich import ClozeEnd, Rich
from deckforge.read.markdown import claims, cloze, raw_html
from deckforge.read.markdown.claims import Pending
from deckforge.read.markdown.events import extent, unwrapped
from deckforge.read.markdown.rules import blocks, code_blocks, footnotes, links, tags, words
from deckforge.read.markdown.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from deckforge.diagnostics import Code, Diagnostic
    from deckforge.model.claims import Claim
    from deckforge.model.rich import Mark
    from deckforge.model.source import Span
    from deckforge.read.markdown.cloze import Opened
    from deckforge.read.markdown.events import Event
    from deckforge.read.text import Text

_BLOCKS = frozenset(["+Paragraph", "+Heading", "+List", "+BlockQuote", "+CodeBlock", "+Table", "+HtmlBlock", "Rule"])
HANDLERS: dict[str, Callable[[Renderer, Any, int, int], None]] = {
    **words.HANDLERS,
    **blocks.HANDLERS,
    **code_blocks.HANDLERS,
    **links.HANDLERS,
    **footnotes.HANDLERS,
    **tags.HANDLERS,
}


@dataclass(slots=True)
class Page:
    """What the fields of one text share; `found`, `landed` and `noted` grow while it is read.

    `footnotes` are the events of each definition by label. `landed` are the places of header claims that have become
    part of a field, `noted` the labels of footnotes that a field has shown.
    """

    text: Text
    footnotes: Mapping[str, Sequence[Event]] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)
    landed: set[Span] = field(default_factory=set)
    noted: set[str] = field(default_factory=set)

    def span(self, start: int, end: int) -> Span:
        """Return the place in the file of some bytes."""
        return self.text.span(start, end)


class Field(NamedTuple):
    """Where a field stands: its page and owner, whether it may hold deletions, whether it belongs to a section."""

    page: Page
    scope: Scope
    cloze: bool = False
    section: bool = False

    def named(self, part: str, *, cloze: bool = False) -> Field:
        """Return a field of the same owner."""
        scope = self.scope
        return Field(self.page, Scope(scope.lesson, scope.item, scope.marks, part), cloze, self.section)


def render(events: Sequence[Event], field: Field, *, inline: bool = False) -> Rich:
    """Return the rich text of some events; `inline` takes a lone paragraph's content without the paragraph."""
    if not events:
        return Rich((), "", False, field.page.span(0, 0))
    return Renderer(field).rich(unwrapped(events) if inline else events)


class Renderer:
    """Renders the events of one field.

    `out` is HTML that is not yet a piece, `words` the plain text so far, `fresh` whether the HTML so far ends in a
    line's end. `saved` are the three of them while something is collected aside. `raw` are the open raw tags: name,
    place, and the depth of Markdown at which they were opened.
    """

    fresh = True
    depth = 0
    word_end = 0
    swallowing = ""
    """The raw tag whose content is being dropped with it."""
    info = ""
    code: list[str] | None = None
    marks: list[Mark]
    html: list[tuple[str, int]] | None = None
    alignments: Sequence[str] = ()
    cell = 0
    head = False
    opened: Opened | None = None

    def __init__(self, field: Field) -> None:
        self.field = field
        self.page = field.page
        self.text = field.page.text
        self.pieces: list[Any] = []
        self.out: list[str] = []
        self.words: list[str] = []
        self.saved: list[tuple[list[Any], list[str], list[str]]] = []
        self.raw: list[tuple[str, int, int, int]] = []
        self.links: list[Any] = []
        self.notes: dict[str, int] = {}

    def rich(self, events: Sequence[Event]) -> Rich:
        """Render all events, then the footnotes that they refer to, and put the parts together."""
        block = not _BLOCKS.isdisjoint([event[0] for event in events])
        self.run(events)
        self.leave(None)
        if self.notes:
            footnotes.footnotes(self)
        self.flush()
        span = self.text.span(*extent(events))
        pieces = [self._claim(piece) if type(piece) is Pending else piece for piece in self.pieces]
        if pieces and isinstance(pieces[-1], str):
            pieces[-1] = pieces[-1].rstrip("\n")
            if not pieces[-1]:
                pieces.pop()
        others = self._others(span) if self.field.scope.marks else ()
        return Rich(tuple(pieces), "".join(self.words).strip(), block, span, others)

    def run(self, events: Sequence[Event]) -> None:
        """Render events, one handler a kind."""
        for kind, value, start, end in events:
            sign = kind[0]
            if sign == "-":
                if self.raw or self.opened:
                    self.leave(kind)
                self.depth -= 1
            HANDLERS[kind](self, value, start, end)
            if sign == "+":
                self.depth += 1

    def _claim(self, piece: Pending) -> Claim:
        before, after = "".join(self.words[: piece.at]), "".join(self.words[piece.at :])
        line = before[before.rfind("\n") + 1 :].replace("\t", " | ")
        claim, found = claims.read_claim(
            piece, self.field.scope, claims.sentence(line, after.partition("\n")[0].replace("\t", " | ")).strip(" |")
        )
        self.page.found.extend(found)
        return claim

    def _others(self, span: Span) -> tuple[Claim, ...]:
        """Return the header's claims that stand in this field and in no code block of it."""
        others = []
        for mark in self.field.scope.marks:
            value = mark.value
            inside = value.path == span.path and span.start <= value.start and value.end <= span.end
            if inside and value not in self.page.landed:
                self.page.landed.add(value)
                others.append(mark.claim)
        return tuple(others)

    # What the rules use

    def flush(self) -> None:
        """Make a piece of the HTML so far."""
        if self.out:
            self.pieces.append("".join(self.out))
            self.out.clear()

    def piece(self, piece: Any) -> None:
        """Add a piece that is no HTML."""
        self.flush()
        self.pieces.append(piece)
        self.fresh = False

    def write(self, html: str) -> None:
        """Write HTML."""
        self.out.append(html)
        self.fresh = html.endswith("\n")

    def line(self, html: str) -> None:
        """Write a tag that begins on a line of its own."""
        self.out.append(html if self.fresh else f"\n{html}")
        self.fresh = html.endswith("\n")

    def plain(self, value: str) -> None:
        """Write words."""
        if not value:
            return
        self.words.append(value)
        if "&" in value or "<" in value or ">" in value:
            value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        self.out.append(value)
        self.fresh = value.endswith("\n")

    def newline(self) -> None:
        """End the line of the plain text."""
        if self.words and not self.words[-1].endswith("\n"):
            self.words.append("\n")

    def aside(self) -> None:
        """Begin to collect what becomes plain text: a claim's text, a picture's description, a hint."""
        self.flush()
        self.saved.append((self.pieces, self.out, self.words))
        self.pieces, self.out, self.words = [], [], []

    def come_back(self) -> tuple[str, bool]:
        """Return the plain text collected, and whether it was more than text."""
        marked = bool(self.pieces) or any("<" in html for html in self.out)
        collected = "".join(self.words)
        self.pieces, self.out, self.words = self.saved.pop()
        return collected, marked

    def wrong(self, code: Code, start: int, end: int, message: str, fix: str = "") -> None:
        """Report something at some bytes."""
        self.page.found.append(code.at(self.text.span(start, end), message, fix=fix))

    def leave(self, kind: str | None) -> None:
        """Close what was opened in the container that ends here (`None`: the field) and was not closed."""
        opened = self.opened
        if opened and (kind is None or opened.depth >= self.depth):
            if opened.hint >= 0:
                self.come_back()
            self.opened = None
            self.piece(ClozeEnd())
            shown = self.text.data[opened.start : opened.end].decode()
            what = "text" if kind is None else kind[1:].lower()
            message = f"`{shown}` is not closed before the {what} ends"
            self.wrong(cloze.UNCLOSED, opened.start, opened.end, message, "close it with `}}`")
        while self.raw and (kind is None or self.raw[-1][3] >= self.depth):
            name, start, end, _ = self.raw.pop()
            self.out.append(f"</{name}>")
            fix = f"write `</{name}>`, or `&lt;{name}&gt;` to show the tag itself"
            self.wrong(raw_html.UNCLOSED, start, end, f"`<{name}>` is not closed where it was opened", fix)
