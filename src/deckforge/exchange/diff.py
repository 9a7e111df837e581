"""What a learner's collection will see when the package of now is imported over one of before.

Two packages are compared as Anki's importer does (default boxes: update what is newer, merge no note types): notes by
GUID, note types by id, decks by name, media by name. A lock file knows less of before: which notes there were, of which
type, and whether they have changed; the rest is said to be unknown, not guessed.

Everything here is a function of two values; `diff_sources` finds them and `diff_view` shows the result.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from deckforge.emit.anki import MOST_SOUGHT, retired_search, schema
from deckforge.exchange.diff_model import Diff, Move, Refusal, TypeChange, Update, Why

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deckforge.emit.anki.lock import Entry
    from deckforge.exchange.packed import NoteType, Package, PackedNote
    from deckforge.model.course import Course

_TYPE = "notetype:"
_LONGEST = 8000
"""Characters of a search; Anki's search box takes 32,767."""
_SEPARATOR = " · "


def compare_packages(old: Package, new: Package, course: Course) -> Diff:
    """Return what a learner who has imported `old` sees on importing `new`."""
    before, now = _by_guid(old.notes), _by_guid(new.notes)
    common = [guid for guid in now if guid in before]
    updated: list[Update] = []
    stale: list[Update] = []
    touched = []
    for guid in common:
        one, other = before[guid], now[guid]
        if one.type != other.type:
            continue
        update = _update(one, other, old.note_types.get(one.type), new.note_types[other.type])
        newer = other.mod > one.mod
        if update.fields or update.tags_added or update.tags_removed:
            (updated if newer else stale).append(update)
        elif newer:
            touched.append(_item(other))
        elif update.cards_added or update.cards_left_empty:
            updated.append(update)
    retired = [note for guid, note in before.items() if guid not in now]
    types, unchanged = _types(old, new)
    return Diff(
        new=tuple(_item(note) for guid, note in now.items() if guid not in before),
        updated=tuple(updated),
        touched=tuple(touched),
        moved=tuple(
            Move(_item(now[guid]), was, deck)
            for guid in common
            if (was := _deck(before[guid])).casefold() != (deck := _deck(now[guid])).casefold()
        ),
        reordered=_reordered(
            [_item(now[guid]) for guid in before if guid in now], [_item(now[guid]) for guid in common]
        ),
        retired=tuple(_item(note) for note in retired),
        searches=_searches_of(retired, old, new, course),
        types=types,
        media_new=_names(new, but=old),
        media_gone=_names(old, but=new),
        refused=(
            *_schemas(old, new),
            *_kinds(before, now, old, new),
            *_doubles(new.notes),
            *_stale([each.item for each in stale], unchanged),
        ),
    )


def compare_locks(old: Mapping[str, Entry], new: Mapping[str, Entry], there: Iterable[str], course: Course) -> Diff:
    """Return what lock files tell of it: `new` is the one of now, and `there` are the items that the course has now."""
    items = list(there)
    common = [item for item in items if item in old]
    kinds = dict.fromkeys(item for item in common if old[item].type not in ("", new[item].type))
    changed = [item for item in common if old[item].hash != new[item].hash and item not in kinds]
    updated = [item for item in changed if new[item].mod > old[item].mod]
    touched = [item for item in common if old[item].hash == new[item].hash and new[item].mod > old[item].mod]
    retired = sorted(key for key in old.keys() - set(items) if not key.startswith(_TYPE))
    types = [(key, _type_name(course, key)) for key in sorted(old.keys() & new.keys()) if key.startswith(_TYPE)]
    refused = [
        Refusal(Why.SCHEMA, name, *change.words(name))
        for key, name in types
        if (one := schema.read(old[key].type)) and (other := schema.read(new[key].type))
        for change in schema.compare(one, other)
    ]
    refused += [_kind(item, old[item].type, new[item].type) for item in kinds]
    return Diff(
        new=tuple(item for item in items if item not in old),
        updated=tuple(Update(item) for item in updated),
        touched=tuple(touched),
        retired=tuple(retired),
        searches=searches(course, retired),
        types=tuple(
            TypeChange(name, ("its templates, style or names",))
            for key, name in types
            if old[key].hash != new[key].hash
        ),
        refused=(*refused, *_stale([item for item in changed if new[item].mod <= old[item].mod], ())),
        unknown=("which fields changed", "decks", "order", "media", "which of the retired notes were retired before"),
    )


def searches(course: Course, items: Sequence[str]) -> tuple[str, ...]:
    """Return searches that together find the items' notes in Anki's browser, each short enough for it."""
    frame = len(retired_search(course, []))
    parts: list[list[str]] = []
    room = 0
    for item in sorted(items):
        length = len(retired_search(course, [item])) - frame + len(" OR ")
        if not parts or length > room or len(parts[-1]) == MOST_SOUGHT:
            parts.append([])
            room = _LONGEST - frame
        parts[-1].append(item)
        room -= length
    return tuple(retired_search(course, part) for part in parts)


def _searches_of(retired: Sequence[PackedNote], old: Package, new: Package, course: Course) -> tuple[str, ...]:
    """Return the searches for notes, by what their note types will be called after the import."""
    by_title: dict[str, list[str]] = {}
    for note in retired:
        type_ = new.note_types.get(note.type) or old.note_types.get(note.type)
        title = type_.name.rpartition(_SEPARATOR)[0] if type_ else ""
        by_title.setdefault(title or course.title, []).append(_item(note))
    return tuple(text for title, items in by_title.items() for text in searches(replace(course, title=title), items))


def in_study_order(notes: Iterable[PackedNote]) -> list[PackedNote]:
    """Return notes in the order of new cards."""
    return sorted(notes, key=lambda note: (note.cards[0].due if note.cards else 0, note.id))


def _by_guid(notes: Iterable[PackedNote]) -> dict[str, PackedNote]:
    return {note.guid: note for note in in_study_order(notes)}


def _item(note: PackedNote) -> str:
    return note["ID"] or note.guid


def _deck(note: PackedNote) -> str:
    return note.cards[0].deck if note.cards else ""


def _names(package: Package, *, but: Package) -> tuple[str, ...]:
    others = {each.name for each in but.media}
    return tuple(each.name for each in package.media if each.name not in others)


def _update(one: PackedNote, other: PackedNote, old: NoteType | None, new: NoteType) -> Update:
    """Return how a note differs; a field keeps its text when it is renamed, because Anki knows it by its id."""
    former = {id_: name for name, id_ in old.fields if id_} if old else {}
    before = dict(one.fields)
    ids = dict(new.fields)
    fields = [
        (name, was, text)
        for name, text in other.fields
        if (was := before.get(former.get(ids.get(name) or 0, name), "")) != text
    ]
    had, has = {card.ord for card in one.cards}, {card.ord for card in other.cards}
    return Update(
        _item(other),
        tuple(fields),
        tuple(tag for tag in other.tags if tag not in one.tags),
        tuple(tag for tag in one.tags if tag not in other.tags),
        len(has - had),
        len(had - has),
    )


def _reordered(before: Sequence[str], now: Sequence[str]) -> tuple[str, ...]:
    """Return the fewest items that have to change places to make one order of the other."""
    place = {item: number for number, item in enumerate(before)}
    ends: list[int] = []
    lengths = []
    for item in now:
        length = bisect_left(ends, place[item])
        ends[length : length + 1] = [place[item]]
        lengths.append(length)
    # What belongs to one longest run in the old order stands still; read it from the back.
    still, wanted = set(), len(ends) - 1
    last = len(before)
    for item, length in zip(reversed(now), reversed(lengths), strict=True):
        if length == wanted and place[item] < last:
            still.add(item)
            wanted, last = wanted - 1, place[item]
    return tuple(item for item in now if item not in still)


def _types(old: Package, new: Package) -> tuple[tuple[TypeChange, ...], tuple[str, ...]]:
    """Return what changes about note types without a question, and which of them change without being newer."""
    found, stale = [], []
    for number, type_ in new.note_types.items():
        was = old.note_types.get(number)
        if was is None:
            found += [TypeChange(type_.name, ("new",))] if any(note.type == number for note in new.notes) else []
            continue
        templates = {each.id or each.name: each for each in was.templates}
        fields = {id_ or name: name for name, id_ in was.fields}
        what = [f"was called {was.name}"] if was.name != type_.name else []
        for each in type_.templates:
            same = templates.get(each.id or each.name)
            if same is not None and (same.front, same.back) != (each.front, each.back):
                what.append(f"the template {each.name}")
            if same is not None and same.name != each.name:
                what.append(f"the template {same.name} is called {each.name}")
        what += [
            f"the field {fields[id_ or name]} is called {name}"
            for name, id_ in type_.fields
            if fields.get(id_ or name, name) != name
        ]
        what += ["the style"] if was.css != type_.css else []
        if what and type_.mod > was.mod:
            found.append(TypeChange(type_.name, tuple(what)))
        elif what:
            stale.append(type_.name)
    return tuple(found), tuple(stale)


def _schema(type_: NoteType) -> schema.Schema:
    return schema.Schema(
        "cloze" if type_.kind == "cloze" else "basic",
        type_.id,
        tuple(schema.Part(name, id_) for name, id_ in type_.fields),
        tuple(schema.Part(each.name, each.id) for each in type_.templates),
    )


def _schemas(old: Package, new: Package) -> list[Refusal]:
    """Return what Anki does not carry over of the note types; a course whose `id` changed has none in common."""
    used = {note.type for note in old.notes}
    common = [number for number in new.note_types if number in old.note_types]
    if used and not used & new.note_types.keys() and {_item(n) for n in old.notes} & {_item(n) for n in new.notes}:
        pairs = [(old.note_types[min(used)], next(iter(new.note_types.values())))]
    else:
        pairs = [(old.note_types[number], new.note_types[number]) for number in common]
    return [
        Refusal(Why.SCHEMA, now.name, *change.words(now.name))
        for was, now in pairs
        for change in schema.compare(_schema(was), _schema(now))
    ]


def _kinds(
    before: Mapping[str, PackedNote], now: Mapping[str, PackedNote], old: Package, new: Package
) -> list[Refusal]:
    return [
        _kind(_item(note), old.note_types[before[guid].type].name, new.note_types[note.type].name)
        for guid, note in now.items()
        if guid in before and before[guid].type != note.type
    ]


def _kind(item: str, old: str, new: str) -> Refusal:
    return Refusal(
        Why.KIND,
        item,
        f"`{item}` was a note of the type {old} and is now one of the type {new}: learners keep the note they have, "
        "and those who let Anki merge note types pay with a full sync",
        "give it a new id, which retires the old note",
    )


def _doubles(notes: Sequence[PackedNote]) -> list[Refusal]:
    first: dict[str, str] = {}
    found = []
    for note in notes:
        if note.guid in first:
            message = f"`{first[note.guid]}` and `{_item(note)}` have the same GUID: Anki adds both, and updates one"
            found.append(Refusal(Why.DUPLICATE, _item(note), message, "give one of them another id"))
        first.setdefault(note.guid, _item(note))
    return found


def _stale(items: Sequence[str], types: Sequence[str]) -> list[Refusal]:
    return [
        Refusal(
            Why.STALE,
            name,
            f"{what} `{name}` has changed, but its time in content/anki.lock is not newer: Anki takes it for unchanged",
            "build with the lock file of the version that learners have: it is in the history of the project",
        )
        for what, names in (("the note", items), ("the note type", types))
        for name in names
    ]


def _type_name(course: Course, key: str) -> str:
    from deckforge.emit.anki.notetypes import SHAPES, display_name

    short = key.removeprefix(_TYPE)
    return display_name(course, short) if short in SHAPES else short
