"""The types of a key's value: each reads a node, describes itself to a person, and to JSON Schema.

Here are those that hold other values; `simple` has those that are one text.

`fields` declares every key with one of these types; reading, the schemas and the manual's tables follow from that. A
value that cannot be read is a diagnostic and then `None`, as if it had not been written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeAlias, TypeVar

from deckforge.diagnostics import Code, Diagnostic, Severity
from deckforge.read.nodes import Broken, Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deckforge.model.items import Kind
    from deckforge.model.source import Span

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Json: TypeAlias = dict[str, Any]
Found: TypeAlias = list[Diagnostic]
"""Where a type puts what is wrong."""

UNKNOWN_KEY = Code(
    "DF120",
    "unknown-key",
    Severity.ERROR,
    "A mapping has a key that nothing reads.",
    "A misspelt key is a lost text: nothing would ever show it.",
    "titel: Gradient flow",
    "title: Gradient flow",
)
MISSING_KEY = Code(
    "DF121",
    "missing-key",
    Severity.ERROR,
    "A key that has to be there is not.",
    "Without it there is nothing to show, or nothing that stays the same when everything else is edited.",
    "title: Gradient flow",
    "id: gradient-flow\ntitle: Gradient flow",
)
WRONG_TYPE = Code(
    "DF122",
    "wrong-type",
    Severity.ERROR,
    "A value is of another form than its key asks for.",
    "A list where a text belongs, or a text where a mapping belongs, can only be guessed at.",
    "tags:\n  topic: backprop",
    "tags: [backprop]",
)
EMPTY_VALUE = Code(
    "DF126",
    "empty-value",
    Severity.ERROR,
    "A key or attribute has no value.",
    "It cannot be told whether a text was forgotten or meant to be empty; one that is not needed is left out.",
    "description:",
    "description: Why early layers starve",
)
TOO_MANY = Code(
    "DF127",
    "too-many-values",
    Severity.ERROR,
    "A list has more entries than its key allows.",
    "An item exercises one level of thinking, or two; with more the level says nothing any longer.",
    "bloom: [apply, analyze, evaluate]",
    "bloom: [analyze, evaluate]",
)
CODES = (UNKNOWN_KEY, MISSING_KEY, WRONG_TYPE, EMPTY_VALUE, TOO_MANY)


def near(word: str, words: Iterable[str], otherwise: str = "") -> str:
    """Return `did you mean …?` with the nearest word, or what to say where none is near."""
    known = list(words)
    best = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return f"did you mean `{best[0]}`?" if best else otherwise or f"known: {', '.join(f'`{each}`' for each in known)}"


class Type(Protocol[T_co]):
    """The type of a value."""

    def read(self, node: Node, key: str, found: Found) -> T_co | None:
        """Return what a node says, or `None` with a diagnostic in `found`; `key` is what to call it."""

    def schema(self) -> Json:
        """Return what JSON Schema says of it. A record is a reference to its definition."""

    def __str__(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Field(Generic[T]):
    """A key: its name, type and meaning.

    `markdown` shows how a Markdown lesson writes it. `attribute` says which part of a heading's attributes gives it:
    `id`, `class` (one of its words), `flag` (its name as a class), `key` (`name=value`), or `""` for none. `kinds` are
    the kinds of item that have it; `None` stands for all.
    """

    name: str
    type: Type[T]
    summary: str
    required: bool = False
    markdown: str = ""
    attribute: str = ""
    kinds: frozenset[Kind] | None = None


AnyField: TypeAlias = Field[Any]


@dataclass(frozen=True, slots=True)
class Values:
    """What a record's keys said: ask by field. A value that could not be read is not there."""

    read: dict[str, Any]
    keys: dict[str, Span]
    """The places of the keys, of those too whose value could not be read."""
    span: Span

    def get(self, wanted: Field[T]) -> T | None:
        """Return the value of a field, or `None`."""
        value: T | None = self.read.get(wanted.name)
        return value

    def text(self, wanted: Field[Scalar], default: str = "") -> str:
        """Return the written text of a field."""
        scalar: Scalar | None = self.read.get(wanted.name)
        return default if scalar is None else scalar.text

    def texts(self, wanted: Field[tuple[Scalar, ...]]) -> tuple[str, ...]:
        """Return the written texts of a field that is a list."""
        scalars: tuple[Scalar, ...] | None = self.read.get(wanted.name)
        return tuple([scalar.text for scalar in scalars]) if scalars else ()

    def all(self, wanted: Field[tuple[T, ...]]) -> tuple[T, ...]:
        """Return the entries of a field that is a list."""
        return self.get(wanted) or ()

    def place(self, wanted: AnyField) -> Span:
        """Return the place of a field's key, or of the whole where it is not written."""
        return self.keys.get(wanted.name, self.span)


def kind_of(node: Node) -> str:
    """Return what to call a node."""
    return {Sequence: "a list", Mapping: "a mapping"}.get(type(node), "a text")


def scalar_of(node: Node, key: str, expected: str, found: Found) -> Scalar | None:
    """Return a node that has to be a text with something in it."""
    if isinstance(node, Broken):
        return None
    if not isinstance(node, Scalar):
        fix = f"write {expected}; a text that begins with `[` or `{{` or holds `: ` has to be quoted"
        found.append(WRONG_TYPE.at(head_of(node), f"`{key}` is {kind_of(node)}, not {expected}", fix=fix))
        return None
    if not node.text.strip():
        found.append(EMPTY_VALUE.at(node.span, f"`{key}` has no value", fix=f"write {expected}, or leave `{key}` out"))
        return None
    return node


def head_of(node: Node) -> Span:
    """Return the place of a list's or mapping's first entry: what is to be underlined of a long one."""
    if isinstance(node, Mapping) and node.entries:
        return node.entries[0][0].span
    if isinstance(node, Sequence) and node.items:
        return head_of(node.items[0])
    return node.span


@dataclass(frozen=True, slots=True)
class Many(Generic[T]):
    """A list; a single entry may stand alone where `one` allows it."""

    of: Type[T]
    one: bool = False
    most: int = 0

    def read(self, node: Node, key: str, found: Found) -> tuple[T, ...] | None:
        """Return the entries that could be read."""
        if isinstance(node, Broken):
            return None
        if isinstance(node, Scalar) and self.one and not node.missing:
            node = Sequence((node,), node.span)
        if not isinstance(node, Sequence):
            empty = isinstance(node, Scalar) and node.missing
            code, message = (
                (EMPTY_VALUE, f"`{key}` has no value")
                if empty
                else (WRONG_TYPE, f"`{key}` is {kind_of(node)}, not a list")
            )
            fix = f"begin each entry with `- `, or leave `{key}` out" if empty else "begin each entry with `- `"
            found.append(code.at(head_of(node), message, fix=fix))
            return None
        if self.most and len(node.items) > self.most:
            place = head_of(node.items[self.most])
            message = f"`{key}` has {len(node.items)} entries, and {self.most} at the most make sense"
            found.append(TOO_MANY.at(place, message, fix="keep those that fit best"))
        read = (self.of.read(item, key, found) for item in node.items[: self.most or None])
        return tuple(entry for entry in read if entry is not None)

    def schema(self) -> Json:
        """An array, or a single entry."""
        entry = self.of.schema()
        array: Json = {"type": "array", "items": entry}
        if self.most:
            array["maxItems"] = self.most
        return {"anyOf": [array, entry]} if self.one else array

    def __str__(self) -> str:
        return f"{self.of}, or a list" if self.one else f"list of {self.of}"


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with known keys. Where only `short` is given, the mapping may be that key's value alone."""

    name: str
    fields: tuple[AnyField, ...]
    summary: str = field(default="", compare=False)
    short: str = ""

    def read(self, node: Node, key: str, found: Found) -> Values | None:  # noqa: ARG002 - the shape of all types
        """Return the values of the keys, with every key that is unknown or missing as a diagnostic."""
        if isinstance(node, Broken):
            return None
        by_name = {each.name: each for each in self.fields}
        if isinstance(node, Scalar) and self.short and not node.missing:
            value = by_name[self.short].type.read(node, self.short, found)
            return Values({self.short: value}, {}, node.span) if value is not None else None
        if not isinstance(node, Mapping):
            keys = ", ".join(f"`{each.name}`" for each in self.fields[:4])
            empty = isinstance(node, Scalar) and node.missing
            what = "empty" if empty else kind_of(node)
            fix = f"write a mapping with the keys {keys}"
            message = f"{self.article} is {what}, not a mapping with keys"
            found.append((EMPTY_VALUE if empty else WRONG_TYPE).at(head_of(node), message, fix=fix))
            return None
        read: dict[str, Any] = {}
        keys_read: dict[str, Span] = {}
        for name, value in node:
            declared = by_name.get(name.text)
            if declared is None:
                if not (name.text == "<<" and isinstance(value, Broken)):
                    found.append(
                        UNKNOWN_KEY.at(name.span, f"{self.article} has no key `{name.text}`", fix=self._near(name))
                    )
                continue
            keys_read[name.text] = name.span
            result = declared.type.read(value, name.text, found)
            if result is not None:
                read[name.text] = result
        for each in self.fields:
            if each.required and each.name not in keys_read:
                place = node.entries[0][0].span if node.entries else node.span
                fix = f"add `{each.name}:` ({each.type})"
                found.append(MISSING_KEY.at(place, f"{self.article} has no `{each.name}`", fix=fix))
        return Values(read, keys_read, node.span)

    def _near(self, name: Scalar) -> str:
        return near(name.text, [each.name for each in self.fields])

    @property
    def article(self) -> str:
        """The record's name with its article, for messages."""
        return f"{'an' if self.name[0] in 'aeiou' else 'a'} {self.name}"

    def schema(self) -> Json:
        """A reference: `schema` writes the definitions."""
        return {"$ref": f"#/$defs/{self.name.replace(' ', '-')}"}

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Either:
    """One of several records, told apart by the first key of each."""

    records: tuple[Record, ...]

    def read(self, node: Node, key: str, found: Found) -> tuple[Record, Values] | None:
        """Return the record that was meant, with its values."""
        if isinstance(node, Broken):
            return None
        firsts = [record.fields[0].name for record in self.records]
        if not isinstance(node, Mapping):
            fix = "write " + " or ".join(f"`{first}: …`" for first in firsts)
            found.append(
                WRONG_TYPE.at(head_of(node), f"an entry of `{key}` is {kind_of(node)}, not a mapping", fix=fix)
            )
            return None
        for record in self.records:
            if node.get(record.fields[0].name) is not None:
                values = record.read(node, key, found)
                return (record, values) if values is not None else None
        fix = "begin it with " + " or ".join(f"`{first}:`" for first in firsts)
        found.append(MISSING_KEY.at(head_of(node), f"it cannot be told what this entry of `{key}` is", fix=fix))
        return None

    def schema(self) -> Json:
        """Either of the records, chosen by its first key so that an editor complains about that one alone."""
        result = self.records[-1].schema()
        for record in reversed(self.records[:-1]):
            first = record.fields[0].name
            result = {"if": {"type": "object", "required": [first]}, "then": record.schema(), "else": result}
        return result

    def __str__(self) -> str:
        return " or ".join(record.name for record in self.records)
