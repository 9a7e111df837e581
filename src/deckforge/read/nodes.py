"""YAML as nodes: written text with places, and no types.

YAML guesses: `1:30` is 90, `010` is 8, `no` is false, and two readers of it need not agree. A lesson's numbers are
claims, so nothing is guessed here: each scalar is its written text, and what it means is decided by the definition of
its key (`fields`). What could hide a text or make one place stand for two (tags, anchors, aliases, a second document,
a key written twice) is refused. `syntax` explains what is no YAML at all; `scalars` finds the places of a text.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml

from deckforge.diagnostics import Code, Related, Severity
from deckforge.read.scalars import places
from deckforge.read.syntax import explain
from deckforge.read.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deckforge.diagnostics import Diagnostic
    from deckforge.model.source import Span

MAX_DEPTH = 40
"""Far deeper than any key of ours, far less than what would exhaust a stack."""

ALIAS = Code(
    "DF112",
    "yaml-alias",
    Severity.ERROR,
    "A YAML anchor (`&name`) or alias (`*name`) is used.",
    "With an alias one text stands in two places: a mistake in it could not be shown where it is read, and a few lines "
    "of aliases to aliases stand for gigabytes. Most often no alias was meant: to YAML, any text that begins with `*` "
    "or `&` is one.",
    "front: *Emphasis*",
    'front: "*Emphasis*"',
)
TAG = Code(
    "DF113",
    "yaml-tag",
    Severity.ERROR,
    "A YAML tag (`!name`) is used.",
    "A tag asks the reader for a type, and a text's meaning here comes from its key alone. A text that begins with `!` "
    "is a tag to YAML, and its first word would be lost.",
    "text: !important is CSS",
    'text: "!important is CSS"',
)
DUPLICATE_KEY = Code(
    "DF114",
    "duplicate-key",
    Severity.ERROR,
    "A key stands twice in the same mapping.",
    "Most YAML readers keep the last one without a word, so the text that you see first is not the one that is used.",
    "title: Gradients\ntitle: Gradient flow",
    "title: Gradient flow",
)
SECOND_DOCUMENT = Code(
    "DF117",
    "second-yaml-document",
    Severity.ERROR,
    "A `---` begins a second YAML document in the file.",
    "One file is one lesson: what stands behind the `---` would be left out.",
    "id: first\n---\nid: second",
    "id: first",
)
TOO_DEEP = Code(
    "DF118",
    "yaml-too-deep",
    Severity.ERROR,
    f"Lists and mappings are nested deeper than {MAX_DEPTH} levels.",
    "Nothing in a lesson nests like that; most often a text that begins with `[` or `{` was read as a list or mapping.",
    "front: [[[[…",
    'front: "[[[[…"',
)
KEY_NOT_TEXT = Code(
    "DF119",
    "key-not-text",
    Severity.ERROR,
    "A key is not a plain text.",
    "Keys are names. A list or mapping as a key is most often a text that begins with `[` or `{`, such as a cloze.",
    "{{c1::ReLU}}: is a function",
    'front: "{{c1::ReLU}} is a function"',
)
CODES = (ALIAS, TAG, DUPLICATE_KEY, SECOND_DOCUMENT, TOO_DEEP, KEY_NOT_TEXT)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as written, its escapes resolved and its lines joined as YAML says.

    `style` is `""` for a plain scalar, else `'`, `"`, `|` or `>`. `raw` is the scalar in its file, quotes and all.
    """

    text: str
    span: Span
    style: str = ""
    raw: Text | None = field(default=None, repr=False, compare=False)
    commented: Span | None = None
    """The comment behind a plain scalar on its line, which may have been meant as text."""

    @property
    def missing(self) -> bool:
        """Whether nothing is written at all: `key:` and the end of the line."""
        return not self.text and not self.style

    def markdown(self) -> Text:
        """Return the text with the place of each of its bytes."""
        data = self.text.encode()
        if self.raw is None:
            return Text(self.span.path, data, ((0, self.span.start),))
        inside = self.raw
        return Text(
            inside.path, data, tuple((at, inside.offset(to)) for at, to in places(data, inside.data, self.style))
        )


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their values, in the order of the file, each key once."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.entries)

    def get(self, name: str) -> Node | None:
        """Return the value of a key, or `None`."""
        return next((value for key, value in self.entries if key.text == name), None)


@dataclass(frozen=True, slots=True)
class Broken:
    """A node that was refused and has its diagnostic: whoever meets it says nothing more."""

    span: Span


Node: TypeAlias = Scalar | Sequence | Mapping | Broken


def compose(text: Text) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """Return a YAML text as a node, with all that is wrong with it; `None` where it is empty or no YAML at all."""
    shown = text.data.decode("utf-8", "replace")
    builder = _Builder(text, _byte_offsets(shown, text.data))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for event in yaml.parse(shown, Loader=loader):
            builder.take(event)
    except yaml.YAMLError as error:
        # A cloze or link that YAML took for a mapping breaks off behind its brackets: say it once, where it begins.
        misread = any(each.code in (KEY_NOT_TEXT, TOO_DEEP) for each in builder.diagnostics)
        broken = () if misread else (explain(error, text, builder.byte),)
        return None, (*builder.diagnostics, *broken)
    return (None if builder.too_deep else builder.root), tuple(builder.diagnostics)


def _byte_offsets(shown: str, data: bytes) -> Callable[[int], int]:
    """Return what turns an offset in code points into one in bytes."""
    if len(shown) == len(data):
        return lambda index: min(index, len(data))
    wide = [at for at, character in enumerate(shown) if character > "\x7f"]
    extra = [0]
    for at in wide:
        extra.append(extra[-1] + len(shown[at].encode()) - 1)
    return lambda index: min(index + extra[bisect_right(wide, index - 1)], len(data))


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet; a mapping's nodes are keys and values in turn."""

    mapping: bool
    start: int
    nodes: list[Node]


class _Builder:
    """Takes the parser's events and builds the node, without recursion."""

    def __init__(self, text: Text, byte: Callable[[int], int]) -> None:
        self.text = text
        self.byte = byte
        self.root: Node | None = None
        self.diagnostics: list[Diagnostic] = []
        self._open: list[_Open] = []
        self._documents = 0
        self.too_deep = False

    def take(self, event: Any) -> None:
        """Take the next event."""
        start, end = self.byte(event.start_mark.index), self.byte(event.end_mark.index)
        span = self.text.span(start, end)
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents == 2:
                    fix = "write one lesson per file; a rule between paragraphs of prose is indented with its text"
                    self.diagnostics.append(SECOND_DOCUMENT.at(span, "a second document begins here", fix=fix))
            case yaml.AliasEvent():
                message = f"`*{event.anchor}` is a YAML alias"
                fix = "quote the text that begins with `*`, or write the text out here instead of the alias"
                self.diagnostics.append(ALIAS.at(span, message, fix=fix))
                self._add(Broken(span))
            case yaml.ScalarEvent():
                self._refuse(event, start, end)
                scalar = self._scalar(event.value, event.style or "", start, end)
                # Half of a text that begins with `!` is in the tag.
                self._add(Broken(span) if event.tag else scalar)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._refuse(event, start, end)
                self._open.append(_Open(isinstance(event, yaml.MappingStartEvent), start, []))
                if len(self._open) > MAX_DEPTH and not self.too_deep:
                    self.too_deep = True
                    fix = "quote the text, or put it under `|` on lines of its own"
                    self.diagnostics.append(TOO_DEEP.at(span, f"more than {MAX_DEPTH} levels deep", fix=fix))
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._close(start, end)

    def _add(self, node: Node) -> None:
        if self._open:
            self._open[-1].nodes.append(node)
        elif self._documents == 1:
            self.root = node

    def _refuse(self, event: Any, start: int, end: int) -> None:
        """Complain of an anchor or a tag on a node."""
        if not (event.anchor or event.tag):
            return
        head = self.text.data[start:end].split(None, 1)[0] if start < end else b""
        span = self.text.span(start, start + max(len(head), 1))
        written = head.decode("utf-8", "replace")
        if event.anchor:
            fix = "remove the anchor; a text that begins with `&` has to be quoted"
            self.diagnostics.append(ALIAS.at(span, f"`&{event.anchor}` is a YAML anchor", fix=fix))
        if event.tag:
            fix = "remove the tag; a text that begins with `!` has to be quoted"
            self.diagnostics.append(TAG.at(span, f"`{written}` is a YAML tag", fix=fix))

    def _scalar(self, value: str, style: str, start: int, end: int) -> Scalar:
        data = self.text.data
        if style in ("|", ">"):
            # The parser's end lies behind the blank lines that follow; the text's own end does not.
            last = start + len(data[start:end].rstrip())
            line_end = data.find(b"\n", last, end)
            end = max(start + 1, end if line_end < 0 else line_end)
        commented = None
        if not style and value:
            line_end = data.find(b"\n", end)
            rest = data[end : line_end if line_end >= 0 else len(data)].rstrip()
            if rest.lstrip().startswith(b"#"):
                commented = self.text.span(end + len(rest) - len(rest.lstrip()), end + len(rest))
        return Scalar(value, self.text.span(start, end), style, self.text.slice(start, end), commented)

    def _close(self, start: int, end: int) -> None:
        done = self._open.pop()
        # A block's end is where the next token starts; a flow list's is its bracket.
        span = self.text.span(done.start, end if end > start else done.start)
        if done.nodes:
            span = span.before(max(span.end, done.nodes[-1].span.end))
        if len(self._open) >= MAX_DEPTH:
            self._add(Broken(span))
        elif done.mapping:
            self._add(Mapping(tuple(self._entries(done.nodes)), span))
        else:
            self._add(Sequence(tuple(done.nodes), span))

    def _entries(self, nodes: list[Node]) -> Iterator[tuple[Scalar, Node]]:
        seen: dict[str, Scalar] = {}
        for key, value in zip(nodes[::2], nodes[1::2], strict=True):
            if not isinstance(key, Scalar):
                if not isinstance(key, Broken):
                    what = "a list" if isinstance(key, Sequence) else "a mapping"
                    fix = "quote the text, or put it under `|` on lines of its own"
                    self.diagnostics.append(KEY_NOT_TEXT.at(key.span, f"{what} stands where a key should", fix=fix))
            elif key.text in seen:
                first = Related(seen[key.text].span, "it stands here first")
                fix = "keep one of the two"
                message = f"the key `{key.text}` stands twice"
                self.diagnostics.append(DUPLICATE_KEY.at(key.span, message, fix=fix, related=(first,)))
            else:
                seen[key.text] = key
                yield key, value
