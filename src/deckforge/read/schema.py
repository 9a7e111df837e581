"""JSON Schemas of what authors write in YAML, from the same definitions that read it.

Editors complete and check with them. They know every key, its type and its words; what lies between keys (a claim's
text that has to occur in the lesson, points that have to add up) only reading and checking know. A scalar may be
anything that YAML makes of it, because DeckForge reads what is written: a title `2024` is a text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.model.course import SectionKind
from deckforge.model.items import Kind
from deckforge.read import fields
from deckforge.read.values import Either, Many, Record
from deckforge.read.yaml_items import DEFAULT_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.read.values import AnyField, Json

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def lesson_schema() -> Json:
    """Return the schema of a lesson in YAML."""
    return _schema(fields.LESSON)


def front_matter_schema() -> Json:
    """Return the schema of the front matter of a lesson in Markdown."""
    return _schema(fields.HEADER)


def course_schema() -> Json:
    """Return the schema of `course.yaml`."""
    return _schema(fields.COURSE)


def _schema(root: Record) -> Json:
    records = {record.name: record for record in _reached(root)}
    definitions = {_key(name): _definition(record) for name, record in sorted(records.items()) if record is not root}
    if fields.ITEM.name in records:
        definitions |= {f"of-{kind}": _only(kind) for kind in Kind}
        definitions[_key(fields.ITEM.name)]["allOf"] = [
            {
                "if": {"type": "object", "properties": {"kind": {"enum": _words(kind)}}, "required": ["kind"]},
                "then": {"$ref": f"#/$defs/of-{kind}"},
            }
            for kind in Kind
        ]
        definitions[_key(fields.SECTION.name)]["allOf"] = list(_sections())
    schema = {"$schema": DIALECT, "title": f"DeckForge {root.name}", **_object(root)}
    return {**schema, "$defs": definitions} if definitions else schema


def _key(name: str) -> str:
    return name.replace(" ", "-")


def _reached(record: Record) -> Iterator[Record]:
    """Yield a record and every record that its fields lead to."""
    yield record
    for each in record.fields:
        yield from _below(each.type)


def _below(type_: object) -> Iterator[Record]:
    if isinstance(type_, Record):
        yield from _reached(type_)
    elif isinstance(type_, Many):
        yield from _below(type_.of)
    elif isinstance(type_, Either):
        for record in type_.records:
            yield from _reached(record)


def _object(record: Record) -> Json:
    schema: Json = {
        "type": "object",
        "description": record.summary,
        "properties": {each.name: _property(each) for each in record.fields},
        "additionalProperties": False,
    }
    required = [each.name for each in record.fields if each.required]
    return {**schema, "required": required} if required else schema


def _property(field: AnyField) -> Json:
    return {"description": field.summary[0].upper() + field.summary[1:], **field.type.schema()}


def _definition(record: Record) -> Json:
    schema = _object(record)
    if not record.short:
        return schema
    short = next(each for each in record.fields if each.name == record.short)
    # Told apart by `if`, so that an editor speaks of the form that was written.
    return {"description": record.summary, "if": {"type": "object"}, "then": schema, "else": short.type.schema()}


def _words(kind: Kind) -> list[str]:
    return [kind.value, *(word for word, meaning in fields.SYNONYMS["kind"] if meaning == kind)]


def _only(kind: Kind) -> Json:
    """Return what refuses the keys that a kind does not have."""
    stray = (each.name for each in fields.ITEM.fields if each.kinds is not None and kind not in each.kinds)
    return {"properties": dict.fromkeys(stray, False)}


def _sections() -> Iterator[Json]:
    """Yield what each section says of items that do not say their kind."""
    for section in SectionKind:
        kind = DEFAULT_KINDS[section]
        silent: Json = {"required": ["kind"]} if kind is None else {"$ref": f"#/$defs/of-{kind}"}
        unless: Json = {"type": "object", "not": {"required": ["kind"]}}
        yield {
            "if": {"properties": {"section": {"const": section.value}}, "required": ["section"]},
            "then": {"properties": {"items": {"items": {"if": unless, "then": silent}}}},
        }
