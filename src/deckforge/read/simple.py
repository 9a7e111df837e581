"""Types of values that are one text each: lines, numbers, words, Markdown; and pairs of names with them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Severity
from deckforge.model.items import Range
from deckforge.read.nodes import Broken, Mapping, Node, Scalar
from deckforge.read.pitfalls import pitfalls
from deckforge.read.values import WRONG_TYPE, kind_of, near, scalar_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.diagnostics import Diagnostic
    from deckforge.read.text import Text
    from deckforge.read.values import Found, Json

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
PLAIN_CLAIM = Code(
    "DF135",
    "claim-in-plain-text",
    Severity.ERROR,
    "A claim stands in a value that is plain text.",
    "Titles, names and sources are shown as written, address and all, and nobody would check the number.",
    "title: The [8](claim:memory.adam.bytes) bytes of Adam",
    "title: The eight bytes of Adam",
)
CODES = (UNKNOWN_VALUE, MALFORMED_VALUE, PLAIN_CLAIM)

_DAY = r"\d{4}-\d{2}-\d{2}"
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
class Day:
    """A day of the calendar, as ISO 8601 writes it."""

    def read(self, node: Node, key: str, found: Found) -> date | None:
        """Return the day."""
        scalar = scalar_of(node, key, "a day such as 2026-12-01", found)
        if scalar is None:
            return None
        text = scalar.text.strip()
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = None
        if day is None or not re.fullmatch(_DAY, text):
            fix = "write year, month and day, such as 2026-12-01"
            found.append(MALFORMED_VALUE.at(scalar.span, f"`{key}` is `{text}`, which is no day", fix=fix))
            return None
        return day

    def schema(self) -> Json:
        """A text of that form: JSON has no dates, and editors see those of YAML as texts."""
        return {"type": "string", "format": "date", "pattern": rf"^\s*{_DAY}\s*$"}

    def __str__(self) -> str:
        return "day"


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
            what = "empty" if isinstance(node, Scalar) and node.missing else kind_of(node)
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
