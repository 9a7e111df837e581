"""Headings of the document's top level: their level, their name, and their attributes with places.

The parser gives attributes without places and drops some without a word, so the bytes of the heading are read again:
`{#id .class key=value}` at the end of the line, no spaces or quotes in a value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from deckforge.diagnostics import Code, Severity
from deckforge.read.attributes import RawAttribute
from deckforge.read.markdown.events import inside, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from deckforge.diagnostics import Diagnostic
    from deckforge.model.source import Span
    from deckforge.read.markdown.events import Event
    from deckforge.read.text import Text

LOST = Code(
    "DF242",
    "heading-attribute-lost",
    Severity.ERROR,
    "Something between the braces of a heading is no id, class or `key=value`.",
    "Markdown drops it without a word: braces at the end of a heading are attributes whatever was meant.",
    "### The slope of x^{2}",
    "### The slope of $x^{2}$",
)
TWO_IDS = Code(
    "DF243",
    "two-ids",
    Severity.ERROR,
    "A heading has two ids.",
    "The last would win, and the id decides which card is which in everybody's collection.",
    "### Why? {#why #reason}",
    "### Why? {#why}",
)
QUOTED = Code(
    "DF244",
    "attribute-quoted",
    Severity.ERROR,
    "The value of a heading's attribute is quoted.",
    "Quotes are part of the value here, and a space ends it: the rest of the value would be lost.",
    '### Why? {#why concept="chain rule"}',
    "### Why? {#why concept=chain-rule}",
)
LEFT = Code(
    "DF245",
    "attributes-left-as-text",
    Severity.ERROR,
    "A heading's attributes are read as text.",
    "They only count at the very end of the line, in one pair of braces; here they would be shown and have no effect.",
    "### Why? {#why} ###",
    "### Why? {#why}",
)
CODES: tuple[Code, ...] = (LOST, TWO_IDS, QUOTED, LEFT)

_BRACES = re.compile(rb"\{([^{}\n]*)\}[ \t]*(?:\r?\n|\Z)")
_WORD = re.compile(rb"\S+")
_LOOKS = re.compile(r"\{[#.][\w-]|\{\w+=")
_EDGE = re.compile(r"^#+[ \t]+")


class Heading(NamedTuple):
    """A heading; `name` is its plain text, `events` what stands in it, `span` its line, `atx` whether `#` makes it."""

    level: int
    name: str
    events: Sequence[Event]
    attributes: tuple[RawAttribute, ...]
    span: Span
    start: int
    end: int
    atx: bool

    @property
    def id(self) -> str:
        """The id among the attributes, the last where there are several; `""` for none."""
        return next((one.value or "" for one in reversed(self.attributes) if one.name == "#"), "")


def read_heading(text: Text, events: Sequence[Event]) -> tuple[Heading, tuple[Diagnostic, ...]]:
    """Return the heading that some events make, from its opening to its closing."""
    _, value, start, end = events[0]
    inner = inside(events)
    source = text.data[start:end].rstrip()
    last = inner[-1][3] if inner else start
    attributes: list[RawAttribute] = []
    found: list[Diagnostic] = []
    if b"{" in source:
        braces = _BRACES.search(text.data, last, end)
        if braces:
            attributes, found = _attributes(text, braces.start(1), braces.end(1), braces.start())
        found += _left(text, inner)
    span = text.span(start, start + len(source))
    atx = source.lstrip()[:1] == b"#"
    level = int(value["level"][1])
    heading = Heading(level, plain(inner).strip(), inner, tuple(attributes), span, start, end, atx)
    return heading, tuple(found)


def _attributes(text: Text, start: int, end: int, outer: int) -> tuple[list[RawAttribute], list[Diagnostic]]:
    attributes: list[RawAttribute] = []
    found: list[Diagnostic] = []
    read_until = -1
    for match in _WORD.finditer(text.data, start, end):
        word = match[0].decode("utf-8", "replace")
        span = text.span(match.start(), match.end())
        if match.start() < read_until:
            continue
        if '"' in word or "'" in word:
            quote = '"' if '"' in word else "'"
            close = text.data.find(quote.encode(), match.start() + word.index(quote) + 1, end)
            read_until = close + 1 if close >= 0 else end
            whole = text.data[match.start() : read_until].decode("utf-8", "replace")
            plain_value = re.sub(r"\s+", "-", whole.replace(quote, ""))
            message = f"`{whole}` is quoted: the quotes would be part of the value, and a space ends it"
            fix = f"write `{plain_value}`: values have no spaces or quotes"
            found.append(QUOTED.at(text.span(match.start(), read_until), message, fix=fix))
            continue
        key, has_value, value = word.partition("=")
        sign = word[0]
        if (sign == "#" or sign == ".") and len(word) > 1 and not has_value:  # noqa: PLR1714 - as in `events`
            first = next((one for one in attributes if one.name == "#"), None) if sign == "#" else None
            if first is not None:
                message = f"`{word}` is a second id; the first is `#{first.value}`"
                found.append(TWO_IDS.at(span, message, fix="keep the one that learners already have"))
            else:
                attributes.append(RawAttribute(sign, word[1:], span))
        elif word in ("#", ".") and (behind := _WORD.match(text.data, match.end() + 1, end)):
            joined = word + behind[0].decode("utf-8", "replace")
            read_until = behind.end()
            message = f"a space stands behind the `{word}`, so both are dropped"
            found.append(LOST.at(text.span(match.start(), behind.end()), message, fix=f"write `{joined}`"))
        elif key and has_value and value and sign not in "#.":
            attributes.append(RawAttribute(key, value, span))
        elif key and has_value:
            found.append(LOST.at(span, f"`{word}` has no value", fix=f"write `{key}=…`, or take it out"))
        else:
            shown = text.data[outer : end + 1].decode("utf-8", "replace")
            message = f"`{word}` in `{shown}` is no attribute, and is dropped"
            fix = f"write `.{word}` or `{word}=…`; put braces that belong to the text into math or code"
            found.append(LOST.at(span, message, fix=fix))
    return attributes, found


def _left(text: Text, inner: Sequence[Event]) -> list[Diagnostic]:
    """Return what looks like attributes in the text of a heading."""
    for kind, value, start, _ in inner:
        if kind != "Text" or "{" not in value:
            continue
        match = _LOOKS.search(value)
        if match:
            at = start + len(value[: match.start()].encode())
            close = value.find("}", match.start())
            stop = start + len(value[: close + 1 if close >= 0 else len(value)].encode())
            shown = text.data[at:stop].decode("utf-8", "replace")
            message = f"`{shown}` is read as text, because it is not at the end of the heading's line"
            fix = "put all attributes into one pair of braces at the end of the line, and no `#` behind it"
            return [LEFT.at(text.span(at, stop), message, fix=fix)]
    return []


def headings(events: Sequence[Event]) -> Iterator[tuple[bool, Sequence[Event]]]:
    """Yield runs of events: `(True, one top-level heading)` or `(False, what stands up to the next)`."""
    depth = first = 0
    heading = False
    for index, event in enumerate(events):
        kind = event[0]
        if not depth and kind == "+Heading":
            if index > first:
                yield False, events[first:index]
            first, heading = index, True
        depth += (kind[0] == "+") - (kind[0] == "-")
        if heading and not depth:
            yield True, events[first : index + 1]
            first, heading = index + 1, False
    if first < len(events):
        yield False, events[first:]


def top_headings(text: Text, events: Iterable[Event]) -> Iterator[Heading]:
    """Yield the ATX headings of a text's top level: those that structure a lesson."""
    for heading, run in headings(tuple(events)):
        if heading and (found := read_heading(text, run)[0]).atx:
            yield found
