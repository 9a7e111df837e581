"""Anki packages, `.apkg` and `.colpkg`, old and new: notes become items that stay the notes that learners have.

Every deck is a lesson. An item keeps its note's GUID and, where the note type is not the tool's own, the note type, so
that a package built from the lessons updates the very note and leaves its schedule alone. A learner's schedule itself
is not taken in: it belongs to the learner.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Diagnostic, Outcome, Severity, has_errors
from deckforge.exchange.apkg import read_file, read_media
from deckforge.intake import anki_notes
from deckforge.intake.draft import Item, Lesson, Media, Section
from deckforge.model.course import SectionKind
from deckforge.model.items import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deckforge.exchange.packed import Package
    from deckforge.intake.readers import Options

DANGEROUS = Code(
    "DF180",
    "import-html-left-out",
    Severity.WARNING,
    "A field of an imported note holds something that runs or loads, and it was left out.",
    "Scripts, handlers and frames run on every learner's device; no card or page may hold one.",
    '<img src="x.png" onerror="run()">',
    '<img src="x.png">',
)
LOOKS = Code(
    "DF181",
    "import-looks-left-out",
    Severity.NOTE,
    "Colours, sizes, alignment and cells that span others have no place in a lesson, and were left out.",
    "A lesson says what something is, and the templates how it looks, by day and by night. No word is lost.",
    '<span style="color: red">never</span>',
    "**never**",
)
NO_MEDIA = Code(
    "DF182",
    "import-media-missing",
    Severity.WARNING,
    "Notes show pictures or sounds that are not in the package.",
    "They would be missing on every card. Most often the package was exported without media.",
    "File › Export…, without “Include media”",
    "File › Export…, with “Include media”",
)
CODES = (DANGEROUS, LOOKS, NO_MEDIA)

name = "anki"
summary = "an Anki package: .apkg or .colpkg, of any version"
binary = True

_SECTIONS = {
    SectionKind.FLASHCARDS: (Kind.CARD, Kind.CLOZE),
    SectionKind.QUIZ: (Kind.CHOICE, Kind.SHORT, Kind.ESSAY, Kind.NUMERIC),
    SectionKind.PROBLEMS: (Kind.PROBLEM,),
    SectionKind.TERMS: (Kind.TERM,),
}
_SHOWN = 5


def recognise(data: bytes, name: str) -> float:
    """Go by the archive and what it is called."""
    if not data.startswith(b"PK\x03\x04"):
        return 0.0
    return 0.99 if name.lower().endswith((".apkg", ".colpkg")) else 0.93 if b"collection.anki2" in data else 0.0


def read(data: bytes, name: str, options: Options) -> Outcome[tuple[Lesson, ...]]:  # noqa: ARG001 - the shape of all
    """Return each deck of the package as a lesson."""
    outcome = read_file(io.BytesIO(data), name)
    if has_errors(outcome.diagnostics):
        return Outcome((), outcome.diagnostics)
    found = list(outcome.diagnostics)
    package = outcome.value
    decks: dict[str, list[anki_notes.Read]] = {}
    dropped: dict[str, list[str]] = {}
    lost: dict[str, int] = {}
    for note in package.notes:
        read_note = anki_notes.item(note, package.note_types[note.type])
        decks.setdefault(note.cards[0].deck if note.cards else "Default", []).append(read_note)
        for each in read_note.dropped:
            dropped.setdefault(each, []).append(" ".join(read_note.item.front.split())[:40] or note.guid)
        for each in read_note.lost:
            lost[each] = lost.get(each, 0) + 1
    for what, notes in dropped.items():
        shown = "; ".join(f"“{each}”" for each in notes[:_SHOWN])
        more = f" and {len(notes) - _SHOWN} more" if len(notes) > _SHOWN else ""
        found.append(DANGEROUS.at(None, f"{name}: {what} was left out of {shown}{more}"))
    for what, count in lost.items():
        found.append(LOOKS.at(None, f"{name}: {what} left out of {count} {'note' if count == 1 else 'notes'}"))
    media = _media(data, decks.values(), name, found)
    lessons = tuple(
        _lesson(deck, notes, package, media, name) for deck, notes in sorted(decks.items(), key=lambda pair: pair[0])
    )
    return Outcome(lessons, tuple(found))


def _media(
    data: bytes, decks: Iterable[list[anki_notes.Read]], name: str, found: list[Diagnostic]
) -> Mapping[str, bytes]:
    """Return the media that the notes show; say which are not there."""
    wanted = dict.fromkeys(each for notes in decks for note in notes for each in note.media)
    safe = [each for each in wanted if _safe(each)]
    media = read_media(io.BytesIO(data), safe) if wanted else {}
    missing = [each for each in wanted if each not in media]
    if missing:
        shown = ", ".join(f"`{each[:60]}`" for each in missing[:_SHOWN])
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        fix = "export the deck again, with media"
        found.append(NO_MEDIA.at(None, f"{name}: {shown}{more} cannot be found in the package", fix=fix))
    return media


def _safe(file: str) -> bool:
    """Tell whether a name stays in the folder of media, and is no hidden file."""
    return bool(file) and not set('/\\:*?"<>|\0') & set(file) and not file.startswith(".") and len(file) <= 200


def _lesson(
    deck: str, notes: list[anki_notes.Read], package: Package, media: Mapping[str, bytes], origin: str
) -> Lesson:
    items = [note.item for note in notes]
    used = {item.note_type for item in items}
    types = tuple(anki_notes.kept(package.note_types[number]) for number in sorted(used))
    files = dict.fromkeys(each for note in notes for each in note.media if each in media)
    return Lesson(
        title=deck.rpartition("::")[2].strip() or "Deck",
        origin=f"{origin} {deck}",
        deck=deck,
        source=f"Anki: {deck}",
        content=tuple(_sections(items)),
        media=tuple(Media(name=file, data=media[file]) for file in files),
        note_types=types,
        claimed={"Note types": ", ".join(sorted(type_.name for type_ in types))},
    )


def _sections(items: list[Item]) -> Iterable[Section]:
    for kind, kinds in _SECTIONS.items():
        here = tuple(item for item in items if item.kind in kinds)
        if here:
            yield Section(kind=kind, items=here)
