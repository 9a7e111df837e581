"""The header of a lesson: the front matter of a Markdown file, or the keys at the top of a YAML file.

Texts that are Markdown (objectives, connections, what is true of a correction) stay `Text` here: they can be rendered
only when the lesson's id and the places of its claims are known. `lesson` does that, for both formats.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deckforge.diagnostics import Code, Severity
from deckforge.model.claims import ClaimKind
from deckforge.read import fields
from deckforge.read.nodes import Broken, Mapping, Scalar, compose
from deckforge.read.values import Values

if TYPE_CHECKING:
    from deckforge.diagnostics import Diagnostic
    from deckforge.model.source import Span
    from deckforge.read.nodes import Node
    from deckforge.read.text import Text
    from deckforge.read.values import Found, Record

NOT_A_MAPPING = Code(
    "DF115",
    "not-a-mapping",
    Severity.ERROR,
    "A file or header holds a list or a text where keys with values belong.",
    "Nothing in it has a name, so nothing of it can be used. Often the space behind a key's `:` is missing.",
    "id:gradient-flow",
    "id: gradient-flow",
)
EMPTY_FILE = Code(
    "DF116",
    "empty-file",
    Severity.ERROR,
    "A file or header holds nothing.",
    "A lesson needs an id and a title at the least; a file that is kept for later begins with `_` and is not read.",
    "---\n---",
    "---\nid: gradient-flow\ntitle: Gradient flow\n---",
)
CLAIM_TARGET = Code(
    "DF140",
    "claim-without-answer",
    Severity.ERROR,
    "A claim of the header does not say what answers for it, or says it twice.",
    "A claim is checked by a proof or by a reference: `kind: claim` and `wrong` need a `proof`, `cite` needs a `cite`, "
    "and `given` needs neither.",
    'claims:\n  - text: "L = 0.2888"\n    value: "0.2888"',
    'claims:\n  - text: "L = 0.2888"\n    value: "0.2888"\n    proof: backprop.relu_chain.loss',
)
CLAIM_VALUE = Code(
    "DF141",
    "claim-value-not-in-text",
    Severity.ERROR,
    "The claimed value does not occur once in the claim's text.",
    "The value is marked where it stands in the text; where it stands twice or not at all, that place is a guess.",
    'text: "1 + 1 = 2"\nvalue: "1"',
    'text: "+ 1 ="\nvalue: "1"',
)
CONNECTION_TARGET = Code(
    "DF142",
    "connection-without-target",
    Severity.ERROR,
    "A connection names neither a lesson nor a topic, or both.",
    "It is shown as a link to the lesson or as the topic's name; without either there is nothing to connect to.",
    "connections:\n  - text: uses the chain rule",
    "connections:\n  - lesson: chain-rule\n    text: uses the chain rule",
)
CODES = (NOT_A_MAPPING, EMPTY_FILE, CLAIM_TARGET, CLAIM_VALUE, CONNECTION_TARGET)


_NAMES = re.compile(rb"^(?:id|title):[ \t][^\r\n]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class HeaderClaim:
    """A claim for a number where no link can stand, as the header states it.

    `text` occurs once in the lesson, or in the item whose id is `item`; `value` is the written value and stands at
    `offset` (in code points) of `text`. The spans are those of `text` and `value` in the header.
    """

    text: str
    value: str
    offset: int
    kind: ClaimKind
    target: str
    arguments: tuple[tuple[str, str], ...]
    override: str
    item: str
    span: Span
    value_span: Span
    item_span: Span
    """Of the item's id, or of the whole claim."""


@dataclass(frozen=True, slots=True)
class HeaderConnection:
    """How the lesson relates to a lesson or topic."""

    lesson: str
    topic: str
    text: Text
    span: Span


@dataclass(frozen=True, slots=True)
class HeaderCorrection:
    """Something that a source has wrong."""

    quote: str
    source: str
    truth: Text
    span: Span


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says; `""` and `()` for what it leaves out. `deck` is `""` where the folders decide."""

    id: str
    title: str
    description: str
    deck: str
    source: str
    subject: str
    generated: str
    tags: tuple[str, ...]
    objectives: tuple[Text, ...]
    requires: tuple[str, ...]
    connections: tuple[HeaderConnection, ...]
    claims: tuple[HeaderClaim, ...]
    corrections: tuple[HeaderCorrection, ...]
    span: Span


def read_header(text: Text) -> tuple[Header, tuple[Diagnostic, ...]]:
    """Return what a header in YAML says, and all that is wrong with it; keys of a YAML lesson's content are none."""
    values, found = read_record(text, fields.HEADER)
    return header_of(values, found), tuple(found)


def read_record(text: Text, record: Record) -> tuple[Values, Found]:
    """Return the values of a whole YAML text that is one record, and what is wrong with it.

    Nothing is said to be missing from a text that is not read at all.
    """
    node, diagnostics = compose(text)
    found: Found = list(diagnostics)
    nothing = Values({}, {}, text.whole)
    if node is None or (isinstance(node, Scalar) and node.missing):
        if not found:
            keys = " and ".join(f"`{each.name}:`" for each in record.fields if each.required and each.name != "content")
            start = text.span(0, 0)
            fix = f"write {keys} at the least" if keys else "write the keys it should have"
            found.append(EMPTY_FILE.at(start, f"{record.article} is expected here, and there is nothing", fix=fix))
            return nothing, found
        return _salvaged(text, record), found
    if not isinstance(node, Mapping):
        if not isinstance(node, Broken):
            found.append(_not_a_mapping(node, record))
        return nothing, found
    # Without its keys: a file's span is the file, whatever its last key.
    values = record.read(node, record.name, found)
    return (Values(values.read, values.keys, text.whole) if values else nothing), found


def _salvaged(text: Text, record: Record) -> Values:
    """Return the id and title of a text that is no YAML as a whole, where they stand on lines of their own.

    So other lessons' links to this one are not reported too, and it has a name wherever it is spoken of.
    """
    read: dict[str, Any] = {}
    keys: dict[str, Span] = {}
    for line in _NAMES.finditer(text.data):
        node, wrong = compose(text.slice(*line.span()))
        if isinstance(node, Mapping) and not wrong:
            values = record.read(node, record.name, [])
            if values is not None:
                read |= {name: value for name, value in values.read.items() if name not in read}
                keys |= {name: key for name, key in values.keys.items() if name not in keys}
    return Values(read, keys, text.whole)


def _not_a_mapping(node: Node, record: Record) -> Diagnostic:
    what = "a text" if isinstance(node, Scalar) else "a list"
    fix = f"write `key: value` lines, beginning with `{record.fields[0].name}:`"
    if isinstance(node, Scalar) and ":" in node.text:
        fix = "put a space behind the `:` of each key"
    place = node.span if isinstance(node, Scalar) else node.span.point()
    return NOT_A_MAPPING.at(place, f"this is {what}, not {record.article} with keys", fix=fix)


def header_of(values: Values, found: Found) -> Header:
    """Return the header that a record's values make; what is wrong between the keys goes to `found`."""
    claims = tuple(_claim(each, found) for each in values.all(fields.CLAIMS))
    return Header(
        id=values.text(fields.LESSON_ID),
        title=values.text(fields.LESSON_TITLE),
        description=values.text(fields.DESCRIPTION),
        deck=values.text(fields.DECK),
        source=values.text(fields.SOURCE),
        subject=values.text(fields.SUBJECT),
        generated=values.text(fields.GENERATED),
        tags=values.texts(fields.TAGS),
        objectives=values.all(fields.OBJECTIVES),
        requires=values.texts(fields.REQUIRES),
        connections=tuple(_connections(values, found)),
        claims=tuple(claim for claim in claims if claim is not None),
        corrections=tuple(_corrections(values)),
        span=values.span,
    )


def _claim(values: Values, found: Found) -> HeaderClaim | None:
    text = values.get(fields.CLAIM_TEXT)
    if text is None:
        return None
    value = values.get(fields.CLAIM_VALUE) or text
    if text.text.count(value.text) != 1:
        times = "twice or more" if value.text in text.text else "nowhere"
        fix = "write the value exactly as in the text, and so much of the text that it stands there once"
        found.append(CLAIM_VALUE.at(value.span, f"`{value.text}` stands {times} in `{text.text}`", fix=fix))
        return None
    kind = _claim_kind(values)
    proof, cite = values.get(fields.CLAIM_PROOF), values.get(fields.CLAIM_CITE)
    target = {ClaimKind.CLAIM: proof, ClaimKind.WRONG: proof, ClaimKind.CITE: cite}.get(kind)
    stray = fields.CLAIM_PROOF if kind in (ClaimKind.CITE, ClaimKind.GIVEN) else fields.CLAIM_CITE
    if values.get(stray) is not None:
        message = f"a claim of kind `{kind}` has no `{stray.name}`"
        found.append(CLAIM_TARGET.at(values.place(stray), message, fix=f"remove `{stray.name}`, or change `kind`"))
    if target is None and kind is not ClaimKind.GIVEN:
        needed = fields.CLAIM_CITE if kind is ClaimKind.CITE else fields.CLAIM_PROOF
        if needed.name not in values.keys:
            message = f"nothing answers for `{value.text}`"
            found.append(CLAIM_TARGET.at(text.span, message, fix="add `proof:`, or `cite:`, or `kind: given`"))
        return None
    item = values.get(fields.CLAIM_IN)
    return HeaderClaim(
        text=text.text,
        value=value.text,
        offset=text.text.index(value.text),
        kind=kind,
        target="" if target is None else target.text,
        arguments=values.get(fields.CLAIM_WITH) or (),
        override=values.text(fields.CLAIM_TOLERANCE),
        item="" if item is None else item.text,
        span=text.span,
        value_span=value.span,
        item_span=values.span if item is None else item.span,
    )


def _claim_kind(values: Values) -> ClaimKind:
    said = values.get(fields.CLAIM_KIND)
    if said is not None:
        return ClaimKind(said)
    cites = values.get(fields.CLAIM_CITE) is not None and values.get(fields.CLAIM_PROOF) is None
    return ClaimKind.CITE if cites else ClaimKind.CLAIM


def _connections(values: Values, found: Found) -> list[HeaderConnection]:
    connections = []
    for each in values.all(fields.CONNECTIONS):
        lesson, topic = each.text(fields.CONNECTION_LESSON), each.text(fields.CONNECTION_TOPIC)
        text = each.get(fields.CONNECTION_TEXT)
        written = {fields.CONNECTION_LESSON.name, fields.CONNECTION_TOPIC.name} & set(each.keys)
        if len(written) != 1:
            message = "a connection names both a lesson and a topic" if written else "a connection names nothing"
            place = next(iter(each.keys.values()), each.span)
            found.append(CONNECTION_TARGET.at(place, message, fix="write either `lesson:` or `topic:`"))
        if text is not None:
            connections.append(HeaderConnection(lesson, topic, text, each.span))
    return connections


def _corrections(values: Values) -> list[HeaderCorrection]:
    corrections = []
    for each in values.all(fields.CORRECTIONS):
        truth = each.get(fields.CORRECTION_TRUTH)
        if truth is not None:
            quote, source = each.text(fields.CORRECTION_QUOTE), each.text(fields.CORRECTION_SOURCE)
            corrections.append(HeaderCorrection(quote, source, truth, each.span))
    return corrections
