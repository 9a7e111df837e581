"""Items to notes: fields, tags, deck, cards, in the order of study, with what cannot become a note as diagnostics."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Outcome, Severity
from deckforge.emit.anki import ids, kept
from deckforge.emit.anki.fields import fields
from deckforge.emit.anki.notetypes import OF_KIND, SHAPES, field_names
from deckforge.emit.anki.presets import subdeck
from deckforge.emit.anki.target import AnkiTarget
from deckforge.emit.order import in_study_order
from deckforge.emit.site.atlas import Atlas
from deckforge.model import diagrams
from deckforge.model.rich import ClozeStart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.diagnostics import Diagnostic
    from deckforge.model.claims import Claim, Verdict
    from deckforge.model.course import Course, Lesson
    from deckforge.model.identity import KeptType
    from deckforge.model.items import AnyItem, Difficulty
    from deckforge.model.source import Span

NO_CARD = Code(
    "DF703",
    "note-without-card",
    Severity.ERROR,
    "An item would become a note that Anki makes no card of.",
    "Anki imports such a note without a word, and nobody is ever asked it.",
    "### The scaler starts high {#scaler .cloze}",
    "### The scaler starts at {{c1::65,536}} {#scaler .cloze}",
)
SAME_GUID = Code(
    "DF704",
    "duplicate-guid",
    Severity.ERROR,
    "Two items of the course would be the same note to Anki.",
    "A note's GUID is made of the course's and the item's id. Of two notes with one GUID, Anki adds both, and a later "
    "build updates only one of them.",
    "### Why warm up? {#warm-up}\n### When to warm up? {#warm-up}",
    "### Why warm up? {#why-warm-up}\n### When to warm up? {#when-warm-up}",
)
SAME_PICTURE = Code(
    "DF705",
    "media-name-collision",
    Severity.ERROR,
    "Two different pictures would have the same name in the package.",
    "Anki keeps all media in one folder, and one of the two would be shown in both places.",
    "![](a/loss.png) and ![](b/loss.png)",
    "![](a/loss.png) and ![](b/loss-2.png)",
)
BRACES = Code(
    "DF706",
    "field-with-template-braces",
    Severity.ERROR,
    "A field still holds `{{` or `}}` that Anki would read as its own.",
    "Anki would show an empty place, or make a card that nobody asked for. The tool writes an author's braces so that "
    "this cannot happen; a template or a plug-in that puts some into a field undoes it.",
    "a deletion whose end has no start",
    "a whole deletion: {{c1::65,536}}",
)
TYPE_CHANGED = Code(
    "DF707",
    "note-type-changed",
    Severity.ERROR,
    "An item has become another kind of item since learners got it.",
    "Anki does not move an existing note to another note type on import: learners who have the note keep the old text, "
    "and those who let Anki merge note types are asked for a full sync. An item that asks in another way is another "
    "item: with a new id, learners get it as a new note, and the old one is listed as retired. "
    "`deckforge build --allow-full-sync` makes the package all the same.",
    "### What is the loss scale? {#scaler}         (was a `.cloze`)",
    "### What is the loss scale? {#what-is-scaler}",
)
RETIRED = Code(
    "DF708",
    "retired-notes",
    Severity.NOTE,
    "Notes of earlier builds are no longer in the course.",
    "Importing a package never deletes a note, so learners keep studying these until they delete them. The search "
    "finds them in Anki's browser.",
)
DECK_SPELLING = Code(
    "DF709",
    "deck-spelled-twice",
    Severity.WARNING,
    "Two lessons name the same deck in different letter case.",
    "Anki does not tell `Training` from `training`; the spelling of the first lesson is used for both.",
    "deck: training",
    "deck: Training",
)
CODES = (NO_CARD, SAME_GUID, SAME_PICTURE, BRACES, TYPE_CHANGED, RETIRED, DECK_SPELLING)

_DELETION_MARK = re.compile(r"\{\{c\d+::")


@dataclass(frozen=True, slots=True)
class Note:
    """A note, before anybody knows its modification time.

    `type` is the key of its note type. `fields` are in the type's order. `cards` are the numbers of the templates, or
    of the deletions less one, that make a card. `deck` is a full path, and `study` the difficulty whose preset it has,
    if any. `position` is its place among all new cards of the course, from 1, whichever package it comes in.
    """

    item: str
    lesson: str
    guid: str
    type: str
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    deck: str
    study: Difficulty | None
    position: int
    cards: tuple[int, ...]
    span: Span
    kept: KeptType | None = None
    """The note type, where it was taken over with a deck."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields."""
        return tuple(each.name for each in self.kept.fields) if self.kept else field_names(self.type)

    @property
    def content(self) -> object:
        """What a learner gets of it, as plain data: of this, and of nothing else, a change is a change.

        Empty fields are left out, so that a field reserved one day does not touch every note.
        """
        names = self.names
        return {
            "type": self.type,
            "fields": {name: text for name, text in zip(names, self.fields, strict=True) if text},
            "tags": sorted(self.tags),
        }


@dataclass(frozen=True, slots=True)
class Notes:
    """All notes of a course in the order of study, and the pictures they show by name."""

    notes: tuple[Note, ...]
    pictures: Mapping[str, bytes]


def from_course(course: Course, verdicts: Mapping[Claim, Verdict]) -> Outcome[Notes]:
    """Return the course's notes; an item that cannot become one is a diagnostic and left out."""
    course = diagrams.drawn(course)
    atlas = Atlas(course)
    decks, spelled, found = _decks(course)
    made: dict[str, Note] = {}
    pictures: dict[str, bytes] = {}
    for lesson, section, item in in_study_order(course):
        target = AnkiTarget(atlas, lesson, verdicts, as_named=kept.type_of(course, item) is not None)
        deck, study = subdeck(decks[lesson.id], course, item)
        identity, type_ = course.identities.get(item.id), kept.type_of(course, item)
        note = Note(
            item=item.id,
            lesson=lesson.id,
            guid=identity.guid if identity else ids.guid(course.id, item.id),
            type=type_.key if type_ else OF_KIND[item.kind],
            fields=(),
            tags=kept.tags(item, lesson) if type_ else tags(item, lesson),
            deck=spelled.setdefault(deck.casefold(), deck),
            study=study,
            position=len(made) + 1,
            cards=(),
            span=item.span,
            kept=type_,
        )
        if type_:
            texts = kept.filled(type_, item, section, target)
            note = replace(note, fields=texts, cards=kept.cards(type_, texts))
        else:
            note = _filled(note, item, fields(item, section, target))
        problems = _problems(note, made, target.pictures, pictures)
        found += problems
        if not problems:
            made[note.guid] = note
            pictures |= target.pictures
    return Outcome(Notes(tuple(made.values()), pictures), tuple(found))


def _filled(note: Note, item: AnyItem, filled: Mapping[str, str]) -> Note:
    texts = tuple(filled.get(name, "") for name in field_names(note.type))
    return replace(note, fields=texts, cards=_cards(item, filled))


def _cards(item: AnyItem, filled: Mapping[str, str]) -> tuple[int, ...]:
    """Return which cards Anki makes of a note, as its templates are written."""
    type_ = SHAPES[OF_KIND[item.kind]]
    if type_.cloze:
        marks = [piece.number for piece in item.front.pieces if isinstance(piece, ClozeStart)]
        return tuple(sorted({number - 1 for number in marks if number > 0}))
    if not filled.get("Front"):
        return ()
    both = bool(filled.get("Both")) and bool(filled.get("Back") or filled.get("InShort"))
    return tuple(range(len(type_.templates))) if both else (0,)


def _problems(
    note: Note, made: Mapping[str, Note], pictures: Mapping[str, bytes], known: Mapping[str, bytes]
) -> list[Diagnostic]:
    """Return what keeps a note out of the package."""
    found = []
    if not note.cards:
        what = "has no deletion" if _is_cloze(note) else "asks nothing"
        found.append(
            NO_CARD.at(note.span, f"`{note.item}` {what}, so Anki would make no card of it", fix="write what it asks")
        )
    if note.guid in made:
        other = made[note.guid].item
        found.append(
            SAME_GUID.at(
                note.span, f"`{note.item}` and `{other}` are one note to Anki", fix="give one of them another id"
            )
        )
    for name, text in zip(note.names, note.fields, strict=True):
        cloze = _is_cloze(note) and (name == "Front" or note.kept is not None)
        rest = _DELETION_MARK.sub("", text) if cloze else text
        closed = text.count("}}") - len(_DELETION_MARK.findall(text)) if cloze else text.count("}}")
        if "{{" in rest or closed:
            found.append(
                BRACES.at(
                    note.span,
                    f"the field {name} of `{note.item}` holds braces that Anki would read as its own",
                    fix="look for a deletion that is not closed",
                )
            )
    found += [
        SAME_PICTURE.at(note.span, f"`{name}` would be two pictures", fix="rename one of the two files")
        for name, data in pictures.items()
        if known.get(name, data) != data
    ]
    return found


def _is_cloze(note: Note) -> bool:
    return note.kept.cloze if note.kept else SHAPES[note.type].cloze


def tags(item: AnyItem, lesson: Lesson) -> tuple[str, ...]:
    """Return an item's tags: the lesson's and its own, then what can be computed; spaces become `_`."""
    words = [*lesson.tags, *item.tags]
    words += [f"concept::{concept}" for concept in item.concepts]
    words += [f"difficulty::{item.difficulty.value}"] if item.difficulty else []
    words += [f"bloom::{level.value}" for level in item.bloom]
    words += ["critical"] if item.critical else []
    words.append(f"lesson::{lesson.id}")
    # Anki does not tell upper from lower case in tags; the first spelling counts.
    spelled: dict[str, str] = {}
    for word in words:
        clean = re.sub(r"\s+", "_", word.strip()).replace('"', "")
        if clean:
            spelled.setdefault(clean.casefold(), clean)
    return tuple(spelled.values())


def deck_path(course: Course, lesson: Lesson) -> str:
    """Return a lesson's deck as a full path; Anki itself drops empty levels and spaces at a level's ends."""
    levels = [" ".join(level.split()) for level in f"{course.deck}::{lesson.deck}".split("::")]
    return "::".join(level for level in levels if level) or course.id


def _decks(course: Course) -> tuple[dict[str, str], dict[str, str], list[Diagnostic]]:
    """Return each lesson's deck by the lesson's id, and the one spelling of every deck by its name without case."""
    spelled: dict[str, str] = {}
    decks: dict[str, str] = {}
    found: list[Diagnostic] = []
    for lesson in course.lessons:
        path = ""
        for level in deck_path(course, lesson).split("::"):
            written = f"{path}::{level}" if path else level
            path = spelled.setdefault(written.casefold(), written)
            if path != written:
                message = f"the deck `{written}` of the lesson `{lesson.id}` is spelled `{path}` before"
                found.append(DECK_SPELLING.at(lesson.span, message, fix="spell it one way"))
        decks[lesson.id] = path
    return decks, spelled, found
