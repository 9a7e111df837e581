"""The JSON Schema of `build/course.json`, from the types of the model: what `deckforge schema course-json` prints.

The schema is open: keys that it does not name are allowed, because a later version of DeckForge may add some without
counting the format's version up. See docs/exports.md for what a version promises.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeAlias

from deckforge.emit.course_json import LEFT_OUT, VERSION
from deckforge.model import claims, course, identity, items
from deckforge.model.rich import Rich
from deckforge.model.source import Source, Span

Json: TypeAlias = dict[str, Any]

_NAMES: dict[str, Any] = {
    **{
        name: each
        for module in (claims, course, identity, items)
        for name, each in vars(module).items()
        if isinstance(each, type)
    },
    "AnyItem": items.AnyItem,
    "Scalar": claims.Scalar,
    "Mapping": Mapping,
    "Rich": Rich,
    "Source": Source,
    "Span": Span,
}
"""What the annotations of the model name: its modules import one another for the type checker alone."""

_TEXT: Json = {
    "description": "A text: in plain words, and as neutral HTML with math in \\(…\\) and claims in <span data-claim>.",
    "type": "object",
    "properties": {"text": {"type": "string"}, "html": {"type": "string"}},
    "required": ["text", "html"],
}
_PLACE: Json = {
    "description": "A place in a source file: path, line, column (both from 1).",
    "type": "array",
    "prefixItems": [{"type": "string"}, {"type": "integer", "minimum": 1}, {"type": "integer", "minimum": 1}],
    "minItems": 3,
    "maxItems": 3,
}
_PLAIN = {str: "string", bool: "boolean", int: "integer", float: "number", types.NoneType: "null"}


def course_json_schema() -> Json:
    """Return the schema of `build/course.json`."""
    definitions: dict[str, Json] = {"Text": _TEXT, "Place": _PLACE}
    whole = _object(course.Course, definitions, without=LEFT_OUT)
    verdict = {
        "status": {"description": "What became of the claim.", "enum": [each.value for each in claims.Status]},
        "interval": {"description": "The measured values that the writing allows.", "type": "string"},
    }
    _define(claims.Claim, definitions)
    judged = {"allOf": [{"$ref": "#/$defs/Claim"}], "properties": verdict, "required": [*verdict]}
    properties = {
        "deckforge": {"description": "The version of the format.", "const": VERSION},
        **whole["properties"],
        "claims": {"description": "Every claim with its verdict.", "type": "array", "items": judged},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:deckforge:course-json:{VERSION}",
        "title": "A course of DeckForge as data",
        "type": "object",
        "properties": properties,
        "required": [*properties],
        "$defs": dict(sorted(definitions.items())),
    }


def _object(made: type, definitions: dict[str, Json], without: frozenset[str] = frozenset()) -> Json:
    """Return what a dataclass becomes; every key is always there."""
    hints = typing.get_type_hints(made, localns=_NAMES)
    fields = [field.name for field in dataclasses.fields(made) if field.name not in without]
    properties = {name: _of(hints[name], definitions) for name in fields}
    if issubclass(made, items.Item):
        properties = {"type": {"const": made.kind.value}, **properties}
    if made in (course.Prose, course.Section):
        properties = {"type": {"const": made.__name__.lower()}, **properties}
    summary = (made.__doc__ or "").partition("\n")[0]
    return {"description": summary, "type": "object", "properties": properties, "required": [*properties]}


def _define(made: type, definitions: dict[str, Json]) -> Json:
    """Return a reference to a type's definition, which is made where there is none yet."""
    if made.__name__ not in definitions:
        definitions[made.__name__] = {}  # a type may hold itself
        definitions[made.__name__] = _object(made, definitions)
    return {"$ref": f"#/$defs/{made.__name__}"}


def _of(hint: Any, definitions: dict[str, Json]) -> Json:
    """Return what a value of an annotated type becomes."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [_of(each, definitions) for each in inner]}
    if origin is tuple and inner[-1] is ...:
        return {"type": "array", "items": _of(inner[0], definitions)}
    if origin is tuple:
        each = [_of(one, definitions) for one in inner]
        return {"type": "array", "prefixItems": each, "minItems": len(each), "maxItems": len(each)}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _of(inner[1], definitions)}
    if hint in _PLAIN:
        return {"type": _PLAIN[hint]}
    if hint is Rich:
        return {"$ref": "#/$defs/Text"}
    if hint is Span:
        return {"$ref": "#/$defs/Place"}
    if issubclass(hint, Enum):
        return {"enum": [each.value for each in hint]}
    return _define(hint, definitions)
