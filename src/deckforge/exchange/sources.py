"""Where each word of a rendered text stands in its source: the Markdown of a lesson, or of a scalar in a YAML lesson.

The events of the text are read once more and become the same tokens as the HTML of a field, each with its bytes in the
file. Where the two sequences agree, a word of the field has a place; where they do not (a link's address, a footnote, a
picture) it has none, and nothing is written there.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from string import punctuation
from typing import TYPE_CHECKING, Any

from deckforge.exchange import tokens
from deckforge.exchange.tokens import WORDS, Kind, Token
from deckforge.read.markdown.claims import scheme
from deckforge.read.markdown.events import stream
from deckforge.read.markdown.lesson import split
from deckforge.read.nodes import Mapping, Scalar, Sequence, compose
from deckforge.read.text import Text
from deckforge.render.html import number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence as Many

    from deckforge.model.rich import Rich
    from deckforge.model.source import Source
    from deckforge.read.markdown.events import Event
    from deckforge.read.nodes import Node

_MARKERS = {"Emphasis": "em", "Strong": "strong", "Strikethrough": "del"}
_LAYOUT = {
    "Paragraph": "p",
    "Item": "li",
    "BlockQuote": "blockquote",
    "List": "ul",
    "TableCell": "td",
    "Table": "table",
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A token and the bytes of the file that make it; `claim` is the written value of the claim it belongs to."""

    token: Token
    start: int
    end: int
    claim: str = ""


class Places:
    """The places of the words of one lesson's file."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._texts = list(_texts(source))
        self._events: dict[int, list[tuple[Event, int, int]]] = {}

    def of(self, rich: Rich) -> tuple[Placed, ...]:
        """Return the tokens of a text with their places; none where the text is not in this file."""
        span = rich.span
        for index, (text, _) in enumerate(self._texts):
            whole = text.whole
            if whole.start <= span.start and span.end <= whole.end and whole.start < whole.end:
                if index not in self._events:
                    self._events[index] = [(each, *_file(text, each)) for each in stream(text.data)]
                events = [each for each in self._events[index] if span.start <= each[1] and each[2] <= span.end]
                return _Placer(text, events).placed()
        return ()

    def quoted(self, at: int, text: str) -> str:
        """Return a text as the file writes it at a byte: in YAML's quotes, quotes and backslashes are escaped."""
        styles = (style for each, style in self._texts if each.whole.start <= at <= each.whole.end)
        match next(styles, ""):
            case '"':
                return text.replace("\\", "\\\\").replace('"', '\\"')
            case "'":
                return text.replace("'", "''")
        return text

    def aligned(self, rich: Rich, shown: Many[Token]) -> dict[int, Placed]:
        """Return the places of a rendered text's tokens, by their index."""
        placed = self.of(rich)
        matcher = SequenceMatcher(None, [each.token for each in placed], list(shown), autojunk=False)
        return {
            block.b + offset: placed[block.a + offset]
            for block in matcher.get_matching_blocks()
            for offset in range(block.size)
        }


def _texts(source: Source) -> Iterator[tuple[Text, str]]:
    """Yield the Markdown texts of a file with their quotes: one of a Markdown lesson, one a scalar of a YAML lesson."""
    if source.path.endswith(".md"):
        yield split(source)[1], ""
        return
    root, _ = compose(Text.of_file(source.path, source.data))
    stack: list[Node] = [] if root is None else [root]
    while stack:
        match stack.pop():
            case Scalar() as scalar:
                yield scalar.markdown(), scalar.style
            case Sequence(items=items):
                stack += items
            case Mapping() as mapping:
                stack += [value for _, value in mapping]


def _file(text: Text, event: Event) -> tuple[int, int]:
    span = text.span(event[2], event[3])
    return span.start, span.end


class _Placer:
    """Turns the events of one text into tokens with places."""

    def __init__(self, text: Text, events: Many[tuple[Event, int, int]]) -> None:
        self.text = text
        self.events = events
        self.found: list[Placed] = []
        self.letters: list[tuple[str, int, int]] = []
        """The characters of a run of text, each with its bytes in the file."""

    def placed(self) -> tuple[Placed, ...]:
        """Return the tokens."""
        at = 0
        while at < len(self.events):
            event, first, last = self.events[at]
            if not self._text(event, first, last):
                self._flush()
                at = self._other(at, event, first, last)
            at += 1
        self._flush()
        return tuple(tokens.tidy(self.found, lambda each: each.token))

    def _text(self, event: Event, first: int, last: int) -> bool:
        """Take an event that is text; tell whether it was."""
        kind, value, start, end = event
        if kind == "SoftBreak":
            self.letters.append((" ", first, last))
        elif kind != "Text":
            return False
        elif not self.text.data[start:end].startswith(value.encode()):  # an entity: one character for several
            self.letters += [(letter, first, last) for letter in value]
        else:
            at = start
            # A backslash before an escaped character belongs to it.
            escaped = self.text.data[:start].endswith(b"\\") and value[0] in punctuation
            for letter in value:
                size = len(letter.encode())
                span = self.text.span(at - 1 if escaped and at == start else at, at + size)
                self.letters.append((letter, span.start, span.end))
                at += size
        return True

    def _flush(self) -> None:
        text = "".join(letter for letter, _, _ in self.letters)
        for match in WORDS.finditer(text):
            token = Token(Kind.SPACE, " ") if match["space"] else Token(Kind.WORD, match[0])
            self.found.append(Placed(token, self.letters[match.start()][1], self.letters[match.end() - 1][2]))
        self.letters.clear()

    def _other(self, at: int, event: Event, first: int, last: int) -> int:
        """Take an event that is no text; return the index of the last event that belongs to it."""
        kind, value, start, _ = event
        sign, name = kind[0], kind[1:]
        if kind == "Code":
            self._add(Kind.CODE, value, first, last)
        elif kind in ("InlineMath", "DisplayMath"):
            self._add(Kind.MATH if kind == "InlineMath" else Kind.DISPLAY, tokens.tex(value), first, last)
        elif kind == "HardBreak":
            self._add(Kind.VOID, "br", first, last)
        elif name in _MARKERS:
            tag = _MARKERS[name]
            width = 2 if name == "Strong" or self.text.data[start : start + 2] == b"~~" else 1
            place = (first, first + width) if sign == "+" else (last - width, last)
            self._add(Kind.OPEN if sign == "+" else Kind.CLOSE, tag, *place)
        elif kind == "+Link":
            return self._link(at, value, first, last)
        elif kind == "-Link":
            self._add(Kind.CLOSE, "a", last, last)
        elif kind in ("+Image", "+CodeBlock"):
            stop = self._closing(at, name)
            if name == "CodeBlock":
                text = "".join(each[1] for each, _, _ in self.events[at + 1 : stop])
                info = value["Fenced"].strip() if isinstance(value, dict) else ""
                self._add(Kind.BLOCK, tokens.block(info.partition(" ")[0], text), first, last)
            return stop
        elif kind == "InlineHtml":
            for token in tokens.read(value):
                self._add(token.kind, token.text, first, last)
        elif name in _LAYOUT:
            where = first if sign == "+" else last
            self._add(Kind.OPEN if sign == "+" else Kind.CLOSE, _LAYOUT[name], where, where)
        return at

    def _link(self, at: int, value: Any, first: int, last: int) -> int:
        if not scheme(value["dest_url"]):
            self._add(Kind.OPEN, "a", first, first)
            return at
        stop = self._closing(at, "Link")
        text = "".join(each[1] for each, _, _ in self.events[at + 1 : stop] if each[0] in ("Text", "Code"))
        for token in tokens.read(number(text)):
            self.found.append(Placed(token, first, last, text or escape(value["dest_url"])))
        return stop

    def _closing(self, at: int, name: str) -> int:
        """Return the index of the event that closes the one at `at`: neither links nor code nest."""
        return next(index for index in range(at, len(self.events)) if self.events[index][0][0] == f"-{name}")

    def _add(self, kind: Kind, text: str, start: int, end: int) -> None:
        self.found.append(Placed(Token(kind, text), start, end))
