"""What of a course is in the Anki that runs: note types, notes with their cards, pictures, and the record of the past.

Our notes are those of our note types, and note types are told by their permanent id: their names follow the course's
title, and a name proves nothing. A note says in its field `ID` which item it is. AnkiConnect shows no GUID; but our
note ids are derived from GUIDs, so a note of ours that somebody gave another note type can still be found by its id.

Reading changes nothing, and is done again after a push, to see what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deckforge.exchange import push_record
from deckforge.exchange.ankiconnect import Refused, Request, Unreachable
from deckforge.exchange.packed import NoteType, PackedTemplate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deckforge.exchange.ankiconnect import AnkiConnect
    from deckforge.exchange.push_package import Shipped
    from deckforge.progress import Progress

PARCEL = "_deckforge-new-notes.apkg"
"""The package of new notes while it is on its way through the media folder."""

_NOTES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class TheirCard:
    """A card in Anki: its id and the deck it lies in, which may be a filtered one."""

    id: int
    deck: str


@dataclass(frozen=True, slots=True)
class TheirNote:
    """A note in Anki; `mod` is 0 where this AnkiConnect does not tell it."""

    id: int
    item: str
    type: int
    mod: int
    fields: Mapping[str, str]
    tags: tuple[str, ...]
    cards: tuple[TheirCard, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What of a course is in a collection.

    `types` by id; `notes` of those types; `elsewhere` are our notes that have another note type, its name by item;
    `decks` are all decks' names; `pictures` are the names of ours that are there.
    `leftover` tells whether an earlier push was cut off before it could take its package out of the media folder.
    """

    profile: str
    types: Mapping[int, NoteType]
    notes: tuple[TheirNote, ...]
    elsewhere: Mapping[str, str]
    decks: frozenset[str]
    pictures: frozenset[str]
    record: push_record.Record
    leftover: bool


def survey(anki: AnkiConnect, shipped: Shipped, progress: Progress) -> Found:
    """Return what there is.

    Raises:
        AnkiError: Anki went away, or something was deleted while we looked.
    """
    try:
        types = _types(anki, shipped.type_ids)
        notes = _notes(anki, types, progress)
        there = {note.item for note in notes}
        missing = {note.id: item for item, note in shipped.notes.items() if item not in there}
        return Found(
            profile=_profile(anki),
            types=types,
            notes=notes,
            elsewhere=_elsewhere(anki, missing),
            decks=frozenset(anki.ask("deckNames")),
            pictures=_pictures(anki, shipped.pictures),
            record=push_record.read(anki.ask("retrieveMediaFile", filename=push_record.file_name(shipped.course.id))),
            leftover=bool(anki.ask("getMediaFilesNames", pattern=PARCEL)),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreachable(
            f"AnkiConnect's answers have another shape than expected ({error!r}): update the add-on"
        ) from error


def _types(anki: AnkiConnect, wanted: Iterable[int]) -> dict[int, NoteType]:
    there = {int(number) for number in anki.ask("modelNamesAndIds").values()}
    ids = [number for number in wanted if number in there]
    return {each.id: each for each in map(_type, anki.ask("findModelsById", modelIds=ids) if ids else ())}


def _type(model: Mapping[str, Any]) -> NoteType:
    def part(value: Any) -> int | None:
        return value if isinstance(value, int) and value else None

    return NoteType(
        int(model["id"]),
        str(model["name"]),
        int(model.get("mod") or 0),
        "cloze" if model.get("type") == 1 else "normal",
        tuple((str(each["name"]), part(each.get("id"))) for each in model["flds"]),
        tuple(
            PackedTemplate(str(each["name"]), part(each.get("id")), str(each["qfmt"]), str(each["afmt"]))
            for each in model["tmpls"]
        ),
        str(model["css"]),
    )


def _notes(anki: AnkiConnect, types: Mapping[int, NoteType], progress: Progress) -> tuple[TheirNote, ...]:
    by_type = {number: anki.ask("findNotes", query=f"mid:{number}") for number in types}
    type_of = {int(note): number for number, notes in by_type.items() for note in notes}
    infos: list[Mapping[str, Any]] = []
    for some in _parts(sorted(type_of)):
        progress("look", len(infos), len(type_of))
        infos += [info for info in anki.ask("notesInfo", notes=some) if info]
    decks: dict[int, str] = {}
    for some in _parts([int(card) for info in infos for card in info["cards"]]):
        for deck, cards in anki.ask("getDecks", cards=some).items():
            decks |= {int(card): str(deck) for card in cards}
    progress("look", len(type_of), len(type_of))
    return tuple(_note(info, type_of[int(info["noteId"])], decks) for info in infos)


def _note(info: Mapping[str, Any], type_: int, decks: Mapping[int, str]) -> TheirNote:
    fields = {str(name): str(each["value"]) for name, each in info["fields"].items()}
    cards = tuple(TheirCard(int(card), decks[int(card)]) for card in info["cards"])
    item = fields.get("ID", "").strip()
    tags = tuple(str(tag) for tag in info["tags"])
    return TheirNote(int(info["noteId"]), item, type_, int(info.get("mod") or 0), fields, tags, cards)


def _elsewhere(anki: AnkiConnect, missing: Mapping[int, str]) -> dict[str, str]:
    """Return the type's name of notes that have the id of a note of ours, by item."""
    found: dict[str, str] = {}
    for some in _parts(sorted(missing)):
        for info in anki.ask("notesInfo", notes=some):
            if info:
                found[missing[int(info["noteId"])]] = str(info["modelName"])
    return found


def _pictures(anki: AnkiConnect, names: Iterable[str]) -> frozenset[str]:
    # Names of ours are lower-case ASCII without anything that a pattern could mean.
    answers = anki.ask_each(Request("getMediaFilesNames", {"pattern": name}) for name in sorted(names))
    return frozenset(str(name) for answer in answers for name in answer)


def _profile(anki: AnkiConnect) -> str:
    try:
        return str(anki.ask("getActiveProfile"))
    except Refused as refused:
        if refused.unknown:
            return ""
        raise


def _parts(numbers: Sequence[int]) -> list[list[int]]:
    return [list(numbers[at : at + _NOTES_AT_ONCE]) for at in range(0, len(numbers), _NOTES_AT_ONCE)]
