"""The types of a key's value: each reads a node, describes itself to a person, and to JSON Schema.

`fields` declares every key with one of these types; reading, the schemas and the manual's tables follow from that. A
value that cannot be read is a diagnostic and then `None`, as if it had not been written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeAlias, TypeVar, cast

from deckforge.diagnostics import Code, Diagnostic, Severity
from deckforge.model.items import Range
from deckforge.read.nodes import Broken, Mapping, Node, Scalar, Sequence
from deckforge.read.pitfalls import pitfalls

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deckforge.model.items import Kind
    from deckforge.model.source import Span
    from deckforge.read.text import Text

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
UNKNOWN_VALUE = Code(
    "DF123",
    "unknown-value",
    Severity.ERROR,
    "A value is none of the words that its key or attribute knows.",
    "Filters, tags and badges are made of these words; an unknown one would be a group of its own.",
    "difficulty: esay",
    "difficulty: easy",
)
MALFORMED_VALUE = Code(
    "DF124",
    "malformed-value",
    Severity.ERROR,
    "A number, a range or an address cannot be read.",
    "Points are summed, minutes are shown, addresses are followed: each needs the one form that says what is meant.",
    "minutes: 15 to 20",
    "minutes: 15-20",
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
PLAIN_CLAIM = Code(
    "DF135",
    "claim-in-plain-text",
    Severity.ERROR,
    "A claim stands in a value that is plain text.",
    "Titles, names and sources are shown as written, address and all, and nobody would check the number.",
    "title: The [8](claim:memory.adam.bytes) bytes of Adam",
    "title: The eight bytes of Adam",
)
CODES = (PLAIN_CLAIM, UNKNOWN_KEY, MISSING_KEY, WRONG_TYPE, UNKNOWN_VALUE, MALFORMED_VALUE, EMPTY_VALUE, TOO_MANY)


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
        return cast("T | None", self.read.get(wanted.name))

    def text(self, wanted: Field[Scalar], default: str = "") -> str:
        """Return the written text of a field."""
        scalar = self.get(wanted)
        return default if scalar is None else scalar.text

    def texts(self, wanted: Field[tuple[Scalar, ...]]) -> tuple[str, ...]:
        """Return the written texts of a field that is a list."""
        return tuple(scalar.text for scalar in self.get(wanted) or ())

    def all(self, wanted: Field[tuple[T, ...]]) -> tuple[T, ...]:
        """Return the entries of a field that is a list."""
        return self.get(wanted) or ()

    def place(self, wanted: AnyField) -> Span:
        """Return the place of a field's key, or of the whole where it is not written."""
        return self.keys.get(wanted.name, self.span)


def _kind(node: Node) -> str:
    return {Sequence: "a list", Mapping: "a mapping"}.get(type(node), "a text")


def scalar_of(node: Node, key: str, expected: str, found: Found) -> Scalar | None:
    """Return a node that has to be a text with something in it."""
    if isinstance(node, Broken):
        return None
    if not isinstance(node, Scalar):
        fix = f"write {expected}; a text that begins with `[` or `{{` or holds `: ` has to be quoted"
        found.append(WRONG_TYPE.at(_head(node), f"`{key}` is {_kind(node)}, not {expected}", fix=fix))
        return None
    if not node.text.strip():
        found.append(EMPTY_VALUE.at(node.span, f"`{key}` has no value", fix=f"write {expected}, or leave `{key}` out"))
        return None
    return node


def _head(node: Node) -> Span:
    """Return the place of a list's or mapping's first entry: what is to be underlined of a long one."""
    if isinstance(node, Mapping) and node.entries:
        return node.entries[0][0].span
    if isinstance(node, Sequence) and node.items:
        return _head(node.items[0])
    return node.span


_CLAIM = re.compile(r"\[[^\]]*\]\(\s*<?(?:claim|wrong|cite|given):[^)]*\)", re.IGNORECASE)


def _claims_in(scalar: Scalar, key: str) -> Iterator[Diagnostic]:
    """Yield the claims in a text that is no Markdown."""
    for match in _CLAIM.finditer(scalar.text):
        place = scalar.markdown().span(*(len(scalar.text[:at].encode()) for at in match.span()))
        message = f"`{key}` is plain text, and `{match[0]}` in it is no claim"
        yield PLAIN_CLAIM.at(place, message, fix="write the number alone, and claim it in a text of the lesson")


@dataclass(frozen=True, slots=True)
class Line:
    """A text in one line, never Markdown; `exact` keeps its spaces."""

    exact: bool = False
    name: str = "text"
    pattern: str = ""
    """What the whole text has to match, as a regular expression that JavaScript reads too."""
    example: str = ""

    def read(self, node: Node, key: str, found: Found) -> Scalar | None:
        """Return the scalar, its white space collapsed."""
        scalar = scalar_of(node, key, self._expected, found)
        if scalar is None:
            return None
        found.extend(pitfalls(scalar))
        if "](" in scalar.text:
            found.extend(_claims_in(scalar, key))
        text = scalar.text.rstrip("\n") if self.exact else " ".join(scalar.text.split())
        if self.pattern and not re.fullmatch(self.pattern, text):
            found.append(MALFORMED_VALUE.at(scalar.span, f"`{text}` is no {self.name}", fix=f"write {self.example}"))
            return None
        return scalar if text == scalar.text else replace(scalar, text=text)

    @property
    def _expected(self) -> str:
        return "a text" if self.name == "text" else f"{'an' if self.name[0] in 'aeiou' else 'a'} {self.name}"

    def schema(self) -> Json:
        """Anything that is no list and no mapping: every scalar is read as written."""
        # White space around a text is not part of it, and in JSON Schema a pattern looks anywhere.
        if not self.pattern:
            return {"type": ["string", "number", "boolean"], "pattern": r"\S"}
        anything = all(re.fullmatch(self.pattern, text) for text in ("-1.5", "true"))
        types = ["string", "number", "boolean"] if anything else "string"
        return {"type": types, "pattern": rf"^\s*(?:{self.pattern})\s*$"}

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number from `low` to `high`."""

    low: int = 0
    high: int = 1_000_000

    def read(self, node: Node, key: str, found: Found) -> int | None:
        """Return the number."""
        scalar = scalar_of(node, key, "a whole number", found)
        if scalar is None:
            return None
        text = scalar.text.strip()
        if not re.fullmatch(r"0|[1-9][0-9]{0,8}", text) or not self.low <= int(text) <= self.high:
            fix = f"write a number from {self.low} to {self.high}"
            above = f" above {self.low - 1}" if self.low else ""
            found.append(MALFORMED_VALUE.at(scalar.span, f"`{key}` is `{text}`, not a whole number{above}", fix=fix))
            return None
        return int(text)

    def schema(self) -> Json:
        """A number, or its digits in quotes."""
        return {"anyOf": [{"type": "integer", "minimum": self.low, "maximum": self.high}, _digits(self.low)]}

    def __str__(self) -> str:
        return "whole number"


def _digits(low: int) -> Json:
    return {"type": "string", "pattern": r"^\s*[1-9][0-9]{0,5}\s*$" if low else r"^\s*(?:0|[1-9][0-9]{0,5})\s*$"}


@dataclass(frozen=True, slots=True)
class Share:
    """A number between 0 and 1."""

    def read(self, node: Node, key: str, found: Found) -> float | None:
        """Return the number."""
        scalar = scalar_of(node, key, "a number between 0 and 1", found)
        if scalar is None:
            return None
        text = scalar.text.strip()
        if not re.fullmatch(r"0?\.[0-9]+", text) or not 0 < float(text) < 1:
            fix = "write a number such as 0.9"
            found.append(MALFORMED_VALUE.at(scalar.span, f"`{key}` is `{text}`, not between 0 and 1", fix=fix))
            return None
        return float(text)

    def schema(self) -> Json:
        """A number, both ends excluded."""
        return {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
                {"type": "string", "pattern": r"^\s*0?\.0*[1-9][0-9]*\s*$"},
            ]
        }

    def __str__(self) -> str:
        return "number between 0 and 1"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A whole number, or a range of them: `15` or `15-20`."""

    def read(self, node: Node, key: str, found: Found) -> Range | None:
        """Return the range."""
        scalar = scalar_of(node, key, "a number or a range", found)
        if scalar is None:
            return None
        text = scalar.text.strip()
        match = re.fullmatch(r"([0-9]{1,6})(?:\s*[-\u2013]\s*([0-9]{1,6}))?", text)
        if not match:
            fix = "write a whole number or a range, such as 15 or 15-20"
            found.append(MALFORMED_VALUE.at(scalar.span, f"`{key}` is `{text}`, not a number or a range", fix=fix))
            return None
        low, high = int(match[1]), int(match[2] or match[1])
        if low > high:
            fix = f"write {high}-{low}"
            found.append(MALFORMED_VALUE.at(scalar.span, f"the range `{text}` ends before it begins", fix=fix))
            return None
        return Range(low, high)

    def schema(self) -> Json:
        """A number, or a range as text."""
        pattern = r"^\s*[0-9]{1,6}(?:\s*[-\u2013]\s*[0-9]{1,6})?\s*$"
        return {
            "anyOf": [{"type": "integer", "minimum": 0, "maximum": 999_999}, {"type": "string", "pattern": pattern}]
        }

    def __str__(self) -> str:
        return "number or range"


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def read(self, node: Node, key: str, found: Found) -> bool | None:
        """Return whether it is true."""
        scalar = scalar_of(node, key, "`true` or `false`", found)
        if scalar is None:
            return None
        if scalar.text not in ("true", "false"):
            message = f"`{key}` is `{scalar.text.strip()}`, not `true` or `false`"
            found.append(UNKNOWN_VALUE.at(scalar.span, message, fix="write `true`, or leave the key out"))
            return None
        return scalar.text == "true"

    def schema(self) -> Json:
        """A boolean, quoted or not."""
        return {"enum": [True, False, "true", "false"]}

    def __str__(self) -> str:
        return "`true` or `false`"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of some words. `synonyms` are read as the word that they stand for."""

    words: tuple[str, ...]
    synonyms: tuple[tuple[str, str], ...] = ()

    def read(self, node: Node, key: str, found: Found) -> str | None:
        """Return the word, a synonym as what it stands for."""
        scalar = scalar_of(node, key, "a word", found)
        if scalar is None:
            return None
        text = scalar.text.strip()
        word = self.meaning(text)
        if word is None:
            fix = near(text, self.words)
            found.append(UNKNOWN_VALUE.at(scalar.span, f"`{key}` cannot be `{text}`", fix=fix))
        return word

    def meaning(self, word: str) -> str | None:
        """Return the word that a word stands for, or `None`."""
        return word if word in self.words else dict(self.synonyms).get(word)

    def schema(self) -> Json:
        """The words first, so that editors offer them first."""
        return {"enum": [*self.words, *(synonym for synonym, _ in self.synonyms)]}

    def __str__(self) -> str:
        return ", ".join(f"`{word}`" for word in self.words)


@dataclass(frozen=True, slots=True)
class Markdown:
    """A text in Markdown; `inline` is a single run without paragraphs."""

    inline: bool = False

    def read(self, node: Node, key: str, found: Found) -> Text | None:
        """Return the text with its places."""
        scalar = scalar_of(node, key, "a text", found)
        if scalar is None:
            return None
        found.extend(pitfalls(scalar))
        return scalar.markdown()

    def schema(self) -> Json:
        """Anything that is no list and no mapping."""
        return {"type": ["string", "number", "boolean"], "pattern": r"\S"}

    def __str__(self) -> str:
        return "Markdown in one line" if self.inline else "Markdown"


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names with their values, each as written."""

    def read(self, node: Node, key: str, found: Found) -> tuple[tuple[str, str], ...] | None:
        """Return the pairs in the order of writing."""
        if isinstance(node, Broken):
            return None
        if not isinstance(node, Mapping):
            what = "empty" if isinstance(node, Scalar) and node.missing else _kind(node)
            fix = f"write `{key}: {{name: value}}`"
            found.append(WRONG_TYPE.at(node.span, f"`{key}` is {what}, not names with values", fix=fix))
            return None
        pairs = []
        for name, value in node:
            scalar = scalar_of(value, name.text, "a value", found)
            if scalar is not None:
                pairs.append((name.text, scalar.text.strip()))
        return tuple(pairs)

    def schema(self) -> Json:
        """A mapping of scalars."""
        return {
            "type": "object",
            "additionalProperties": {"type": ["string", "number", "boolean"], "pattern": r"\S"},
        }

    def __str__(self) -> str:
        return "mapping of names to values"


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
                else (WRONG_TYPE, f"`{key}` is {_kind(node)}, not a list")
            )
            fix = f"begin each entry with `- `, or leave `{key}` out" if empty else "begin each entry with `- `"
            found.append(code.at(_head(node), message, fix=fix))
            return None
        if self.most and len(node.items) > self.most:
            place = _head(node.items[self.most])
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
            what = "empty" if empty else _kind(node)
            fix = f"write a mapping with the keys {keys}"
            message = f"{self.article} is {what}, not a mapping with keys"
            found.append((EMPTY_VALUE if empty else WRONG_TYPE).at(_head(node), message, fix=fix))
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
            found.append(WRONG_TYPE.at(_head(node), f"an entry of `{key}` is {_kind(node)}, not a mapping", fix=fix))
            return None
        for record in self.records:
            if node.get(record.fields[0].name) is not None:
                values = record.read(node, key, found)
                return (record, values) if values is not None else None
        fix = "begin it with " + " or ".join(f"`{first}:`" for first in firsts)
        found.append(MISSING_KEY.at(_head(node), f"it cannot be told what this entry of `{key}` is", fix=fix))
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
