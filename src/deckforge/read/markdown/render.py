"""Events to rich text: our own small renderer, the only one there is.

Where nothing depends on the back end its HTML is the parser's own (a test compares them); claims, links, pictures, math,
code and deletions become pieces. Tables stand in a `<div class="df-table">` that can scroll, alerts carry their title,
footnotes follow the field that refers to them, with anchors of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape, unescape
from typing import TYPE_CHECKING, Any

from deckforge.diagnostics import Code as Kind
from deckforge.diagnostics import Diagnostic, Severity
from deckforge.model.rich import ClozeEnd, ClozeStart, Code, Image, LinkEnd, LinkStart, Mark, Math, Rich
from deckforge.read.markdown import claims, cloze, raw_html
from deckforge.read.markdown.events import Event, extent, unwrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from deckforge.model.claims import Claim
    from deckforge.model.rich import Piece
    from deckforge.model.source import Span
    from deckforge.read.markdown.scope import Scope
    from deckforge.read.text import Text

URL = Kind(
    "DF214",
    "address-not-allowed",
    Severity.ERROR,
    "A link or picture has an address that runs or carries something.",
    "Only `http:`, `https:`, `mailto:`, `tel:` and relative addresses are safe in a package that others open.",
    "[run](javascript:alert(1))",
    "[the notebook](https://example.org/notebook)",
)
ATTRIBUTES = Kind(
    "DF240",
    "attributes-without-effect",
    Severity.ERROR,
    "A heading has attributes that nothing reads.",
    "Items and sections take attributes, and a heading of the prose an id; anywhere else they would be lost.",
    "##### A closer look {#closer}",
    "##### A closer look",
)
NESTED_HEADING = Kind(
    "DF241",
    "heading-not-at-top-level",
    Severity.ERROR,
    "A heading stands inside a quote or a list of an item.",
    "Only headings at the outermost level structure a lesson; this one begins no item and no part.",
    "> ### Why? {#why}",
    "### Why? {#why}",
)
CODES: tuple[Kind, ...] = (URL, ATTRIBUTES, NESTED_HEADING)

_SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*):")
_SAFE = {"http", "https", "mailto", "tel"}
_SPACE = re.compile(r"\s+")
_BLOCKS = frozenset(
    (
        "+Paragraph",
        "+Heading",
        "+List",
        "+BlockQuote",
        "+CodeBlock",
        "+Table",
        "+HtmlBlock",
        "+FootnoteDefinition",
        "Rule",
    )
)


@dataclass(slots=True)
class Page:
    """What the fields of one text share; `found` and `landed` grow while it is read.

    `footnotes` are the events of each definition by label. `landed` are the places of header claims that have become
    part of a field, `noted` the labels of footnotes that a field has shown.
    """

    text: Text
    footnotes: Mapping[str, Sequence[Event]] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)
    landed: set[Span] = field(default_factory=set)
    noted: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Field:
    """Where a field stands: its page and owner, whether it may hold deletions, whether it belongs to a section."""

    page: Page
    scope: Scope
    cloze: bool = False
    section: bool = False


def render(events: Sequence[Event], field: Field, *, inline: bool = False) -> Rich:
    """Return the rich text of some events; `inline` takes a lone paragraph's content without the paragraph."""
    return Renderer(field).rich(unwrapped(events) if inline else events)


@dataclass(slots=True)
class _Pending:
    """A claim before its context is known; `at` is where its text stands in the list of plain words."""

    target: str
    title: str
    text: str
    span: Span
    text_span: Span
    at: int


@dataclass(slots=True)
class _Cloze:
    number: int
    start: int
    end: int
    depth: int
    raw: int
    pieces: list[Any]
    at: int
    words: int
    hint: int = -1


class Renderer:
    """Renders the events of one field. `out` is HTML not yet a piece, `words` the plain text so far."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.text = field.page.text
        self.found = field.page.found
        self.pieces: list[Any] = []
        self.out: list[str] = []
        self.words: list[str] = []
        self.saved: list[tuple[list[Any], list[str], list[str]]] = []
        self.fresh = True
        """Whether the HTML so far ends in a line's end."""
        self.depth = 0
        self.word_end = 0
        self.raw: list[tuple[str, int, int, int]] = []
        self.swallowing: str = ""
        self.links: list[Any] = []
        self.code: list[str] | None = None
        self.marks: list[Mark] = []
        self.html: list[tuple[str, int]] | None = None
        self.alignments: Sequence[str] = ()
        self.cell = 0
        self.head = False
        self.notes: dict[str, int] = {}
        self.open_cloze: _Cloze | None = None

    # The field as a whole

    def rich(self, events: Sequence[Event]) -> Rich:
        """Render all events, then the footnotes that they refer to, and put the parts together."""
        block = bool(events) and any(event[0] in _BLOCKS for event in events)
        start, end = extent(events)
        self.run(events)
        self._leave(None)
        self._footnotes(start, end)
        self._flush()
        span = self.text.span(start, end)
        context = self._contexts()
        pieces: list[Piece] = []
        for piece in self.pieces:
            if isinstance(piece, _Pending):
                pieces.append(self._claim(piece, context))
            else:
                pieces.append(piece)
        if pieces and isinstance(pieces[-1], str):
            pieces[-1] = pieces[-1].rstrip("\n")
            if not pieces[-1]:
                pieces.pop()
        return Rich(tuple(pieces), "".join(self.words).strip(), block, span, self._others(span))

    def run(self, events: Sequence[Event]) -> None:
        """Render events, one handler a kind."""
        for kind, value, start, end in events:
            sign = kind[0]
            if sign == "-":
                if self.raw or self.open_cloze:
                    self._leave(kind)
                self.depth -= 1
            tag = TAGS.get(kind)
            if tag is not None:
                self.out.append(tag)
                self.fresh = False
            else:
                HANDLERS[kind](self, value, start, end)
            if sign == "+":
                self.depth += 1

    def _claim(self, piece: _Pending, context: Callable[[int], str]) -> Claim:
        scope = self.field.scope
        claim, found = claims.read_claim(
            target=piece.target,
            title=piece.title,
            text=piece.text,
            span=piece.span,
            text_span=piece.text_span,
            lesson=scope.lesson,
            item=scope.item,
            context=context(piece.at),
        )
        self.found.extend(found)
        return claim

    def _contexts(self) -> Callable[[int], str]:
        words = self.words

        def context(at: int) -> str:
            before, after = "".join(words[:at]), "".join(words[at:])
            start, end = before.rfind("\n") + 1, after.find("\n")
            return claims.sentence(
                before[start:].replace("\t", " | "), (after if end < 0 else after[:end]).replace("\t", " | ")
            )

        return context

    def _others(self, span: Span) -> tuple[Claim, ...]:
        """Return the header's claims that stand in this field and in no code block of it."""
        others = []
        for mark in self.field.scope.marks:
            value = mark.value
            inside = value.path == span.path and span.start <= value.start and value.end <= span.end
            if inside and value not in self.field.page.landed:
                self.field.page.landed.add(value)
                others.append(mark.claim)
        return tuple(others)

    # Small tools

    def _flush(self) -> None:
        if self.out:
            self.pieces.append("".join(self.out))
            self.out.clear()

    def _piece(self, piece: Any) -> None:
        self._flush()
        self.pieces.append(piece)
        self.fresh = False

    def _write(self, html: str) -> None:
        self.out.append(html)
        self.fresh = html.endswith("\n")

    def _line(self, html: str) -> None:
        """Write a tag that begins on a line of its own."""
        self.out.append(html if self.fresh else f"\n{html}")
        self.fresh = html.endswith("\n")

    def _break(self) -> None:
        if self.words and not self.words[-1].endswith("\n"):
            self.words.append("\n")

    def _aside(self) -> None:
        """Begin to collect what becomes plain text: a claim's text, a picture's description, a hint."""
        self._flush()
        self.saved.append((self.pieces, self.out, self.words))
        self.pieces, self.out, self.words = [], [], []

    def _return(self) -> tuple[str, bool]:
        """Return the plain text collected, and whether it was more than text."""
        marked = bool(self.pieces) or any("<" in html for html in self.out)
        words = "".join(self.words)
        self.pieces, self.out, self.words = self.saved.pop()
        return words, marked

    def _wrong(self, code: Kind, start: int, end: int, message: str, fix: str = "") -> None:
        self.found.append(code.at(self.text.span(start, end), message, fix=fix))

    def _leave(self, kind: str | None) -> None:
        """Close what was opened in the container that ends here (`None`: the field) and was not closed."""
        opened = self.open_cloze
        if opened and (kind is None or opened.depth >= self.depth):
            if opened.hint >= 0:
                self._return()
            self.open_cloze = None
            self._piece(ClozeEnd())
            shown = self.text.data[opened.start : opened.end].decode()
            what = "the text" if kind is None else kind[1:].lower()
            self._wrong(
                cloze.UNCLOSED,
                opened.start,
                opened.end,
                f"`{shown}` is not closed before {what} ends",
                "close it with `}}`",
            )
        while self.raw and (kind is None or self.raw[-1][3] >= self.depth):
            name, start, end, _ = self.raw.pop()
            self.out.append(f"</{name}>")
            self._wrong(
                raw_html.UNCLOSED,
                start,
                end,
                f"`<{name}>` is not closed where it was opened",
                f"write `</{name}>`, or `&lt;{name}&gt;` to show the tag itself",
            )

    # Words

    def _text(self, value: str, start: int, end: int) -> None:
        self.word_end = end
        if self.code is not None:
            self._code_text(value, start, end)
            return
        if self.swallowing:
            return
        if self.open_cloze or "{{" in value:
            if self.field.cloze:
                self._cloze(value, start)
                return
            if cloze.DELETION.search(value):
                self._wrong(
                    cloze.ELSEWHERE,
                    start,
                    end,
                    "a deletion is made here, and this text belongs to no cloze",
                    "give the item `.cloze`, or put the braces into code",
                )
        self._plain(value)

    def _plain(self, value: str) -> None:
        if not value:
            return
        self.words.append(value)
        if "&" in value or "<" in value or ">" in value:
            value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        self.out.append(value)
        self.fresh = value.endswith("\n")

    def _inline_code(self, value: str, _start: int, end: int) -> None:
        self.word_end = end
        self.words.append(value)
        self._write(f"<code>{escape(value, quote=False)}</code>")

    def _inline_math(self, value: str, start: int, end: int) -> None:
        self.words.append(f"${value}$")
        self._piece(Math(value, False, self.text.span(start, end)))

    def _display_math(self, value: str, start: int, end: int) -> None:
        self.words.append(f"$${value}$$")
        self._piece(Math(value, True, self.text.span(start, end)))

    def _soft_break(self, _value: None, _start: int, _end: int) -> None:
        self.words.append(" ")
        self._write("\n")

    def _hard_break(self, _value: None, _start: int, _end: int) -> None:
        self._break()
        self._write("<br />\n")

    def _rule(self, _value: None, _start: int, _end: int) -> None:
        self._line("<hr />\n")

    def _task(self, value: bool, _start: int, _end: int) -> None:
        checked = ' checked=""' if value else ""
        self._write(f'<input disabled="" type="checkbox"{checked}/>\n')

    # Blocks

    def _paragraph(self, _value: None, _start: int, _end: int) -> None:
        self._break()
        self._line("<p>")

    def _paragraph_end(self, _value: None, _start: int, _end: int) -> None:
        self._break()
        self._write("</p>\n")

    def _heading(self, value: Any, start: int, end: int) -> None:
        self._break()
        if self.field.section and self.depth:
            self._wrong(
                NESTED_HEADING,
                start,
                start + len(self.text.data[start:end].rstrip()),
                "this heading stands inside a quote or list, where it structures nothing",
                "move it out, or write its text in bold",
            )
        if value["id"] or value["classes"] or value["attrs"]:
            self._wrong(
                ATTRIBUTES,
                start,
                start + len(self.text.data[start:end].rstrip()),
                "nothing reads the attributes of a heading in this place",
                "take the braces away",
            )
        self._line(f"<{value['level'].lower()}>")

    def _heading_end(self, value: str, _start: int, _end: int) -> None:
        self._break()
        self._write(f"</{value.lower()}>\n")

    def _quote(self, value: str | None, _start: int, _end: int) -> None:
        self._break()
        if value is None:
            self._line("<blockquote>\n")
        else:
            title = f'<p class="df-alert-title">{value}</p>\n'
            self._line(f'<div class="df-alert df-{value.lower()}">\n{title}')

    def _quote_end(self, value: str | None, _start: int, _end: int) -> None:
        self._break()
        self._write("</blockquote>\n" if value is None else "</div>\n")

    def _list(self, value: int | None, _start: int, _end: int) -> None:
        self._break()
        self._line("<ul>\n" if value is None else "<ol>\n" if value == 1 else f'<ol start="{value}">\n')

    def _list_end(self, value: bool, _start: int, _end: int) -> None:
        self._break()
        self._write("</ol>\n" if value else "</ul>\n")

    def _item(self, _value: None, _start: int, _end: int) -> None:
        self._break()
        self._line("<li>")

    def _item_end(self, _value: None, _start: int, _end: int) -> None:
        self._break()
        self._write("</li>\n")

    def _table(self, value: Sequence[str], _start: int, _end: int) -> None:
        self._break()
        self.alignments = value
        self._write('<div class="df-table"><table>')

    def _table_end(self, _value: None, _start: int, _end: int) -> None:
        self._break()
        self._write("</tbody></table></div>\n")

    def _table_head(self, _value: None, _start: int, _end: int) -> None:
        self.head, self.cell = True, 0
        self._write("<thead><tr>")

    def _table_head_end(self, _value: None, _start: int, _end: int) -> None:
        self.head = False
        self._break()
        self._write("</tr></thead><tbody>\n")

    def _row(self, _value: None, _start: int, _end: int) -> None:
        self.cell = 0
        self._write("<tr>")

    def _row_end(self, _value: None, _start: int, _end: int) -> None:
        self._break()
        self._write("</tr>\n")

    def _cell(self, _value: None, _start: int, _end: int) -> None:
        if self.cell:
            self.words.append("\t")
        align = self.alignments[self.cell] if self.cell < len(self.alignments) else "None"
        style = "" if align == "None" else f' style="text-align: {align.lower()}"'
        self._write(f"<{'th' if self.head else 'td'}{style}>")

    def _cell_end(self, _value: None, _start: int, _end: int) -> None:
        self.cell += 1
        self._write("</th>" if self.head else "</td>")

    # Code blocks

    def _code(self, _value: Any, _start: int, _end: int) -> None:
        self._break()
        self.code, self.marks = [], []

    def _code_text(self, value: str, start: int, end: int) -> None:
        assert self.code is not None
        marks = self.field.scope.marks
        if marks:
            place = self.text.span(start, end)
            for mark in marks:
                if mark.value.path == place.path and place.start <= mark.value.start and mark.value.end <= place.end:
                    self._mark(mark.value, mark.claim, start, end)
        self.code.append(value)

    def _mark(self, value: Span, claim: Claim, start: int, end: int) -> None:
        """Mark a header's claim in the text event of a code block that holds its value."""
        assert self.code is not None
        first = next(at for at in range(start, end + 1) if self.text.offset(at) >= value.start)
        last = next((at for at in range(first, end) if self.text.offset(at) >= value.end), end)
        data = self.text.data
        before = sum(map(len, self.code)) + len(data[start:first].decode("utf-8", "replace"))
        length = len(data[first:last].decode("utf-8", "replace"))
        self.marks.append(Mark(before, before + length, claim))
        self.field.page.landed.add(value)

    def _code_end(self, _value: None, start: int, end: int) -> None:
        text = "".join(self.code or ()).removesuffix("\n")
        self.code = None
        self.words.append(text)
        self._break()
        language, _, info = self._info.partition(" ")
        marks = tuple(sorted(self.marks, key=lambda mark: mark.start))
        self._piece(Code(text, language, info.strip(), marks, self.text.span(start, end)))
        self.fresh = True

    _info = ""

    # Links and pictures

    def _link(self, value: Any, start: int, end: int) -> None:
        target = value["dest_url"]
        kind = value["link_type"]
        if claims.scheme(target) and kind not in ("Autolink", "Email"):
            self.links.append((value, start, end))
            self._aside()
            self.word_end = start + 1
            return
        if kind == "Email":
            target = f"mailto:{target}"
        if claims.scheme(target) or not self._safe(target, start, end):
            self.links.append(None)
            return
        self.links.append(value)
        self._piece(LinkStart(target, value["title"], self.text.span(start, end)))

    def _link_end(self, _value: None, _start: int, _end: int) -> None:
        link = self.links.pop()
        if isinstance(link, tuple):
            value, start, end = link
            words, marked = self._return()
            if marked:
                self._wrong(
                    claims.MARKUP,
                    start,
                    end,
                    f"the text of a claim is the written value alone, and `{words}` stands in markup",
                    "put the markup around the link",
                )
            at = len(self.words)
            self.words.append(words)
            span, text_span = self.text.span(start, end), self.text.span(start + 1, max(start + 1, self.word_end))
            self._piece(_Pending(value["dest_url"], value["title"], words, span, text_span, at))
        elif link is not None:
            self._piece(LinkEnd())

    def _safe(self, target: str, start: int, end: int) -> bool:
        match = _SCHEME.match(_SPACE.sub("", target))
        if match and match[1].lower() not in _SAFE:
            message = f"`{match[1]}:` is no address that a card or page may hold"
            self._wrong(URL, start, end, message, "use `https:`, `mailto:` or a relative address")
            return False
        return True

    def _image(self, value: Any, start: int, end: int) -> None:
        self.links.append((value, start, end))
        self._aside()

    def _image_end(self, _value: None, _start: int, _end: int) -> None:
        value, start, end = self.links.pop()
        if any(isinstance(piece, _Pending) for piece in self.pieces):
            self._wrong(
                claims.MISPLACED,
                start,
                end,
                "a claim stands in the description of a picture, where nobody sees it",
                "put it into the text",
            )
        words, _ = self._return()
        self.words.append(words)
        target = value["dest_url"]
        if not claims.scheme(target) and self._safe(target, start, end):
            self._piece(Image(target, words, value["title"], self.text.span(start, end)))
        else:
            self._write(escape(words, quote=False))

    # Footnotes

    def _reference(self, value: str, _start: int, _end: int) -> None:
        first = value not in self.notes
        number = self.notes.setdefault(value, len(self.notes) + 1)
        self.field.page.noted.add(value)
        self.words.append(f"[{number}]")
        anchor = f"{self._prefix}-{number}"
        back = f' id="fnref-{anchor}"' if first else ""
        self._write(f'<sup class="df-footnote"><a href="#fn-{anchor}"{back}>{number}</a></sup>')

    @property
    def _prefix(self) -> str:
        scope = self.field.scope
        return "-".join(re.sub(r"[^\w-]+", "-", name) for name in (scope.lesson, scope.item, scope.part) if name)

    def _footnotes(self, _start: int, _end: int) -> None:
        if not self.notes:
            return
        self._break()
        self._line('<div class="df-footnotes">\n<ol>\n')
        shown = 0
        while shown < len(self.notes):  # a footnote may refer to further ones
            label, number = list(self.notes.items())[shown]
            shown += 1
            self._break()
            self.words.append(f"[{number}] ")
            self._write(f'<li id="fn-{self._prefix}-{number}">')
            self.run(unwrapped(self.field.page.footnotes.get(label, ())))
            self._leave(None)
            self._write(f' <a href="#fnref-{self._prefix}-{number}" class="df-footnote-back">\u21a9</a></li>\n')
        self._break()
        self._write("</ol>\n</div>\n")

    def _nothing(self, _value: Any, _start: int, _end: int) -> None:
        """Footnotes' definitions are rendered where they are referred to."""

    # Raw HTML

    def _html_block(self, _value: None, _start: int, _end: int) -> None:
        self._break()
        self.html = []

    def _html(self, value: str, start: int, _end: int) -> None:
        if self.html is None:
            self._raw(value, [(0, start)], inline=True)
        else:
            self.html.append((value, start))

    def _html_block_end(self, _value: None, _start: int, _end: int) -> None:
        places, at = [], 0
        for value, start in self.html or ():
            places.append((at, start))
            at += len(value)
        source = "".join(value for value, _ in self.html or ())
        self.html = None
        self._raw(source, places, inline=False)
        self._break()

    def _raw(self, source: str, places: list[tuple[int, int]], *, inline: bool) -> None:
        def place(at: int) -> int:
            first, start = next((pair for pair in reversed(places) if pair[0] <= at), places[0])
            return start + len(source[first:at].encode())

        for token in raw_html.tokens(source):
            start = place(token.at)
            self._token(token, start, start + len(token.source.encode()), inline=inline)

    def _token(self, token: raw_html.Token, start: int, end: int, *, inline: bool) -> None:
        name = token.name
        if self.swallowing:
            if token.kind == "close" and name == self.swallowing:
                self.swallowing = ""
        elif token.kind == "comment":
            self._wrong(raw_html.COMMENT, start, end, "this comment is left out of every output", "take it out")
        elif token.kind == "text":
            self.words.append(unescape(token.source))
            self._write(token.source.replace("<", "&lt;"))
        elif not raw_html.known(name):
            self.words.append(token.source)
            self._write(escape(token.source, quote=False))
        elif name in raw_html.FORBIDDEN:
            if token.kind == "open":
                instead = {"a": "`[text](address)`", "img": "`![description](file)`"}.get(name)
                fix = f"write {instead}" if instead else "take it out, or write `&lt;` to show the tag itself"
                self._wrong(raw_html.NOT_ALLOWED, start, end, f"`<{name}>` may not stand in a card or page", fix)
                if name in raw_html.SWALLOWED and not token.source.endswith("/>"):
                    self.swallowing = name
        elif token.kind == "close":
            self._close(name, start, end)
        else:
            self._open(token, start, end, inline=inline)

    def _open(self, token: raw_html.Token, start: int, end: int, *, inline: bool) -> None:
        name = token.name
        if inline and name in raw_html.BLOCK:
            self._wrong(
                raw_html.BLOCK_IN_LINE,
                start,
                end,
                f"`<{name}>` makes a block, and stands inside a line of text",
                "put it on a line of its own, with blank lines around",
            )
        html, lost = raw_html.sanitised(token)
        for attribute in lost:
            message = f"the attribute `{attribute}` of `<{name}>` may not stand in a card or page"
            self._wrong(raw_html.NOT_ALLOWED, start, end, message, "take it out")
        self._write(html)
        if name == "br":
            self._break()
        if name not in raw_html.VOID:
            self.raw.append((name, start, end, self.depth))

    def _close(self, name: str, start: int, end: int) -> None:
        here = [tag for tag, _, _, depth in self.raw if depth == self.depth]
        if name not in here:
            if name not in raw_html.VOID:
                fix = f"open it with `<{name}>` in the same paragraph, cell or item, or take it out"
                self._wrong(raw_html.UNCLOSED, start, end, f"`</{name}>` closes no tag that was opened here", fix)
            return
        while self.raw:
            tag, opened, opened_end, _ = self.raw.pop()
            self._write(f"</{tag}>")
            if tag == name:
                return
            message = f"`<{tag}>` is not closed before `</{name}>`"
            self._wrong(raw_html.UNCLOSED, opened, opened_end, message, f"write `</{tag}>` before `</{name}>`")

    # Deletions

    def _cloze(self, value: str, start: int) -> None:
        at = 0
        for token in cloze.TOKEN.finditer(value):
            first = start + len(value[: token.start()].encode())
            last = first + len(token[0])
            opened = self.open_cloze
            consumed = True
            if token[1] is not None and opened is None:
                self._plain(value[at : token.start()])
                self._cloze_start(int(token[1]), first, last)
            elif token[0] == "::" and opened is not None and opened.hint < 0:
                self._plain(value[at : token.start()])
                opened.hint = first
                self._cloze_check_empty(opened, last)
                self._aside()
            elif token[0] == "}}" and opened is not None:
                self._plain(value[at : token.start()])
                self._cloze_end(opened, first, last)
            else:
                consumed = False
                if opened is not None and token[0].startswith("{{"):
                    message = f"`{token[0]}` begins inside another deletion"
                    self._wrong(cloze.NESTED, first, last, message, "close the first with `}}` before it")
                elif token[0].startswith("{{"):
                    message = "these braces are no deletion: its form is `{{c1::text}}`"
                    self._wrong(cloze.MALFORMED, first, last, message, "write `{{c1::…}}`, or put the braces into code")
            if consumed:
                at = token.end()
        self._plain(value[at:])

    def _cloze_start(self, number: int, start: int, end: int) -> None:
        if number < 1:
            self._wrong(cloze.MALFORMED, start, end, "deletions are numbered from 1", "write `{{c1::…}}`")
        self._piece(ClozeStart(number, "", self.text.span(start, end)))
        at = len(self.pieces) - 1
        self.open_cloze = _Cloze(number, start, end, self.depth, len(self.raw), self.pieces, at, len(self.words))

    def _cloze_check_empty(self, opened: _Cloze, end: int) -> None:
        if opened.at == len(self.pieces) - 1 and not "".join(self.words[opened.words :]).strip():
            self._wrong(
                cloze.MALFORMED, opened.start, end, "this deletion deletes nothing", "write what is to be recalled"
            )

    def _cloze_end(self, opened: _Cloze, start: int, end: int) -> None:
        if opened.hint >= 0:
            hint, marked = self._return()
            if marked:
                self._wrong(cloze.HINT, opened.hint, end, f"the hint `{hint}` holds markup", "write it in plain words")
            opened.pieces[opened.at] = ClozeStart(opened.number, hint.strip(), self.text.span(opened.start, opened.end))
        else:
            self._cloze_check_empty(opened, end)
        if opened.depth != self.depth or opened.raw != len(self.raw):
            fix = "begin and end it on the same side of the markup"
            self._wrong(cloze.ACROSS, opened.start, end, "this deletion begins and ends under different markup", fix)
        self.open_cloze = None
        self._piece(ClozeEnd())


def _code_start(renderer: Renderer, value: Any, start: int, end: int) -> None:
    renderer._info = value["Fenced"].strip() if isinstance(value, dict) else ""
    renderer._code(value, start, end)


TAGS: dict[str, str] = {
    "+Emphasis": "<em>",
    "-Emphasis": "</em>",
    "+Strong": "<strong>",
    "-Strong": "</strong>",
    "+Strikethrough": "<del>",
    "-Strikethrough": "</del>",
}
HANDLERS: dict[str, Callable[[Renderer, Any, int, int], None]] = {
    "Text": Renderer._text,
    "Code": Renderer._inline_code,
    "InlineMath": Renderer._inline_math,
    "DisplayMath": Renderer._display_math,
    "SoftBreak": Renderer._soft_break,
    "HardBreak": Renderer._hard_break,
    "Rule": Renderer._rule,
    "TaskListMarker": Renderer._task,
    "FootnoteReference": Renderer._reference,
    "Html": Renderer._html,
    "InlineHtml": Renderer._html,
    "+HtmlBlock": Renderer._html_block,
    "-HtmlBlock": Renderer._html_block_end,
    "+Paragraph": Renderer._paragraph,
    "-Paragraph": Renderer._paragraph_end,
    "+Heading": Renderer._heading,
    "-Heading": Renderer._heading_end,
    "+BlockQuote": Renderer._quote,
    "-BlockQuote": Renderer._quote_end,
    "+CodeBlock": _code_start,
    "-CodeBlock": Renderer._code_end,
    "+List": Renderer._list,
    "-List": Renderer._list_end,
    "+Item": Renderer._item,
    "-Item": Renderer._item_end,
    "+Table": Renderer._table,
    "-Table": Renderer._table_end,
    "+TableHead": Renderer._table_head,
    "-TableHead": Renderer._table_head_end,
    "+TableRow": Renderer._row,
    "-TableRow": Renderer._row_end,
    "+TableCell": Renderer._cell,
    "-TableCell": Renderer._cell_end,
    "+Link": Renderer._link,
    "-Link": Renderer._link_end,
    "+Image": Renderer._image,
    "-Image": Renderer._image_end,
    "+FootnoteDefinition": Renderer._nothing,
    "-FootnoteDefinition": Renderer._nothing,
}
