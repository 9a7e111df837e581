"""The schema of a note type: its kind, and which fields and templates it has, in which order.

Everything else of a note type (names, templates' text, style) Anki's importer replaces without a word. A schema it
cannot replace. Where a package's differs from the collection's, it either leaves every existing note as it was and
gives new notes a second type with a `+` behind its name, or, with *Merge note types*, grows the learner's type, and
then the learner has to upload or download the whole collection. A changed kind is applied silently, and takes cards
away.

So the lock file keeps each note type's schema behind its hash, in one word without spaces:

    notetype:card
    1763800000 6f1d0c2ab4e98d75 basic;1504052817518;ID=1a2b,Front=3c4d;Question=5e6f

that is the kind, the note type's id, the fields and the templates with their ids in hexadecimal. A build compares, and
`deckforge diff` compares packages by the same rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from deckforge.diagnostics import Code, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deckforge.diagnostics import Diagnostic
    from deckforge.emit.anki.lock import Entry
    from deckforge.emit.anki.notetypes import NoteType

SCHEMA_CHANGED = Code(
    "DF720",
    "note-type-schema-changed",
    Severity.ERROR,
    "A note type has other fields or templates, or another kind, than in the packages that learners have.",
    "Anki does not update the notes of such a type: it leaves every one as it is, and puts new notes into a second "
    "type with a `+` behind its name. Where a learner lets it merge note types, it asks for a full sync: the learner "
    "has to choose between the collection on this device and the one on the server. `content/anki.lock` knows the "
    "fields and templates that learners have. `deckforge build --allow-full-sync` makes the package all the same.",
    "a new version of the tool, or a plug-in, adds the field `Audio` to a note type",
    "it renames the field `Reserved1` to `Audio`: the field keeps its id, and learners get an ordinary update",
)
CODES = (SCHEMA_CHANGED,)

_CONFLICT = (
    "learners' notes of this type would not be updated, and new ones would go to a second type, `{name}+`; a learner "
    "who merges note types would {merged}"
)
_SYNC = "have to replace a whole collection, here or on the server (a full sync)"
_KEEPS = {"field": "keep the field, emptied", "template": "keep the template and its cards"}
_RESERVED = "give a reserved field the new name instead: it keeps its id, and learners get an ordinary update"
_BACK = "put it back"
_ANYWAY = "`--allow-full-sync` builds it all the same"


@dataclass(frozen=True, slots=True)
class Part:
    """A field or a template; `id` is `None` in packages whose maker gave it none."""

    name: str
    id: int | None


@dataclass(frozen=True, slots=True)
class Schema:
    """What Anki compares of two note types with one id, and the kind (`basic` or `cloze`), which it does not."""

    kind: str
    id: int
    fields: tuple[Part, ...]
    templates: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A difference that Anki's importer does not carry over.

    `part` is `field`, `template` or `note type`; `how` is `added`, `removed` or `reordered`, or `kind` or `id` of a
    note type; `name` is the part's. `full_sync` tells whether merging note types would cost learners a full sync.
    """

    part: str
    how: str
    name: str
    full_sync: bool

    def words(self, type_name: str) -> tuple[str, str]:
        """Return what is different and what learners would see, and what to do."""
        if self.how == "kind":
            what = (
                f"the note type `{type_name}` would become {self.name}: Anki applies that without a word, and cards "
                "are left without a question"
            )
            return what, _fix(f"{_BACK}, or make it another note type")
        if self.how == "id":
            what = (
                f"the note type `{type_name}` would have another id, as all of them have after the course's own `id` "
                "changed: learners would get every note a second time, without their progress"
            )
            return what, _fix("put the `id` of course.yaml back")
        merged = (
            _SYNC
            if self.full_sync
            else _KEEPS[self.part]
            if self.how == "removed"
            else "get the change, in the old order"
        )
        seen = _CONFLICT.format(name=type_name, merged=merged)
        if self.how == "reordered":
            return f"the {self.part}s of the note type `{type_name}` would stand in another order: {seen}", _fix(_BACK)
        verb = "would get" if self.how == "added" else "would lose"
        what = f"the note type `{type_name}` {verb} the {self.part} `{self.name}`: {seen}"
        return what, _fix(_RESERVED if (self.part, self.how) == ("field", "added") else _BACK)


def _fix(text: str) -> str:
    return f"{text}; {_ANYWAY}"


def of(type_: NoteType) -> Schema:
    """Return a note type's schema."""
    return Schema(
        "cloze" if type_.cloze else "basic",
        type_.id,
        tuple(Part(field.name, field.id) for field in type_.fields),
        tuple(Part(template.name, template.id) for template in type_.templates),
    )


def write(schema: Schema) -> str:
    """Return the schema as one word of the lock file."""

    def parts(each: Iterable[Part]) -> str:
        return ",".join(f"{quote(part.name, safe='')}={part.id or 0:x}" for part in each)

    return f"{schema.kind};{schema.id};{parts(schema.fields)};{parts(schema.templates)}"


def read(word: str) -> Schema | None:
    """Return what `write` wrote; `None` where the lock file knows no schema."""
    if word.count(";") != 3:
        return None
    kind, number, fields, templates = word.split(";")

    def parts(text: str) -> tuple[Part, ...]:
        pairs = (part.split("=") for part in text.split(",") if part)
        return tuple(Part(unquote(name), int(id_, 16)) for name, id_ in pairs)

    return Schema(kind, int(number), parts(fields), parts(templates))


def compare(old: Schema, new: Schema) -> tuple[Change, ...]:
    """Return what a collection with the old schema would not get from a package with the new one."""
    found: list[Change] = []
    if old.id != new.id:
        return (Change("note type", "id", "", full_sync=True),)
    if old.kind != new.kind:
        found.append(
            Change("note type", "kind", "a cloze type" if new.kind == "cloze" else "no cloze type", full_sync=False)
        )
    found += _compare("field", old.fields, new.fields)
    found += _compare("template", old.templates, new.templates)
    return tuple(found)


def _compare(what: str, old: Sequence[Part], new: Sequence[Part]) -> list[Change]:
    """Match as Anki does: by id where both have one, else by name; pair by pair, in order."""

    def match(one: Part, other: Part) -> bool:
        return one.id == other.id if one.id and other.id else one.name == other.name

    added = [part for part in new if not any(match(part, other) for other in old)]
    removed = [part for part in old if not any(match(part, other) for other in new)]
    found = [Change(what, "added", part.name, full_sync=True) for part in added]
    found += [Change(what, "removed", part.name, full_sync=False) for part in removed]
    if not found and not all(match(one, other) for one, other in zip(old, new, strict=False)):
        found.append(Change(what, "reordered", "", full_sync=False))
    return found


def changes(types: Mapping[str, NoteType], lock: Mapping[str, Entry]) -> list[Diagnostic]:
    """Return the differences between note types, by key, and what the lock file knows of them."""
    found = []
    for key, type_ in types.items():
        known = read(lock[f"notetype:{key}"].type) if f"notetype:{key}" in lock else None
        for change in compare(known, of(type_)) if known else ():
            message, fix = change.words(type_.name)
            found.append(SCHEMA_CHANGED.at(None, message, fix=fix))
    return found
