"""`deckforge pull`: what somebody changed in our notes, found in a package that they exported.

Notes of ours are known by GUID, and each field is compared as tokens with what the sources make of it now. Whose a
difference is, the modification times say: Anki sets a note's time when it is edited, and `content/anki.lock` knows the
time that our last build gave it. A note that is no newer than that was not edited since; it differs because the
sources went on. Nothing here writes; `write_back` does.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import zip_longest
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Outcome, Severity
from deckforge.emit.anki import ids, lock, notes
from deckforge.emit.anki.notetypes import field_names
from deckforge.emit.site.atlas import Atlas
from deckforge.exchange import tokens
from deckforge.exchange.tracing import trace
from deckforge.exchange.words import Piece, differences
from deckforge.model import diagrams

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.emit.anki.lock import Entry
    from deckforge.emit.anki.notes import Note
    from deckforge.exchange.packed import NoteType, Package, PackedNote
    from deckforge.model.claims import Claim, Verdict
    from deckforge.model.course import Course
    from deckforge.model.source import Span

NOT_OURS = Code(
    "DF760",
    "package-of-another-course",
    Severity.ERROR,
    "The package holds no note of this course.",
    "Notes are matched by GUID, which is made of the course's id and the item's. Another course has other notes; so "
    "has this one, if its `id:` in `course.yaml` was changed.",
    "deckforge pull spanish.apkg      in a course on gradients",
    "deckforge pull gradients.apkg",
)
CODES = (NOT_OURS,)

ANKIS_OWN = frozenset({"marked", "leech"})
"""Tags that Anki itself gives: they say something of a learner's day, not of a note."""


class Whose(StrEnum):
    """Who made the difference between a note in the file and the sources."""

    THEIRS = "theirs"
    """The note was edited in Anki since our last build of it, and the sources are what was built."""
    OURS = "ours"
    """The note is no newer than our last build of it: the sources went on, since or with that build."""
    UNCLEAR = "unclear"
    """It was edited in Anki, and the sources changed too, or whoever edited it may not have had our last build."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field that differs: where its text stands, and how. `outcome` says what became of it with `--write`."""

    field: str
    span: Span
    html: str
    """The field in the file."""
    pieces: tuple[Piece, ...]
    outcome: str = ""
    """`written`, or why it was not; empty where nobody asked."""

    @property
    def written(self) -> bool:
        """Whether the sources have it now."""
        return self.outcome == "written"


@dataclass(frozen=True, slots=True)
class Changed:
    """A note of ours that differs. `mod` is when it was last edited, in seconds since 1970; `why` explains `whose`."""

    item: str
    span: Span
    whose: Whose
    why: str
    mod: int
    changes: tuple[Change, ...]
    tags_added: tuple[str, ...] = ()
    tags_removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pull:
    """What a package says of this course: notes that differ, in the order of the course, and the rest by number.

    `missing` are items whose notes are not in the file, `retired` items that are no longer in the course and still are.
    """

    notes: tuple[Changed, ...] = ()
    same: int = 0
    missing: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    foreign: int = 0
    files: tuple[str, ...] = field(default=())
    """The sources that `--write` changed."""


def compare(
    course: Course, verdicts: Mapping[Claim, Verdict], entries: Mapping[str, Entry], package: Package
) -> Outcome[Pull]:
    """Return how the notes of a package differ from the sources; `entries` are those of the lock file."""
    made = notes.from_course(course, verdicts)
    # A note of a type that was taken over is edited in its own fields: pull knows only the way back from ours.
    ours = {note.guid: note for note in made.value.notes if note.kept is None}
    theirs: dict[str, PackedNote] = {}
    for note in package.notes:
        # Somebody may have a note twice: the one that was edited last is meant.
        if note.guid not in theirs or theirs[note.guid].mod < note.mod:
            theirs[note.guid] = note
    gone = {ids.guid(course.id, key): key for key in entries if not key.startswith("notetype:")}
    gone = {guid: key for guid, key in gone.items() if guid not in ours}
    history = _History(entries, _had(course, ours, theirs, entries, package))
    changed = []
    atlas = Atlas(diagrams.drawn(course))  # as the fields were made: a picture where a diagram is drawn
    for guid, mine in ours.items():
        if guid in theirs:
            found = _changed(course, mine, theirs[guid], package.note_types[theirs[guid].type], history)
            changed += [_placed(atlas, found, verdicts)] if found else []
    shared = ours.keys() & theirs.keys()
    pull = Pull(
        tuple(changed),
        len(shared) - len(changed),
        tuple(mine.item for guid, mine in ours.items() if guid not in theirs),
        tuple(sorted(gone[guid] for guid in gone.keys() & theirs.keys())),
        len(theirs.keys() - ours.keys() - gone.keys()),
    )
    if not shared and not pull.retired:
        fix = f"is it a package of the course `{course.id}`?"
        return Outcome(
            pull, (*made.diagnostics, NOT_OURS.at(None, "the package holds no note of this course", fix=fix))
        )
    return Outcome(pull, made.diagnostics)


@dataclass(frozen=True, slots=True)
class _History:
    """What the lock file knows of our builds, and the time of the latest one that the file shows to have been had."""

    entries: Mapping[str, Entry]
    had: int


def _had(
    course: Course,
    ours: Mapping[str, Note],
    theirs: Mapping[str, PackedNote],
    entries: Mapping[str, Entry],
    package: Package,
) -> int:
    """Return the latest of our builds that the collection shows to have had: from what nobody edited there."""
    times = [
        entries[note.item].mod
        for guid, note in ours.items()
        if guid in theirs and note.item in entries and theirs[guid].mod == entries[note.item].mod
    ]
    for key, entry in entries.items():
        name = key.removeprefix("notetype:")
        type_ = package.note_types.get(ids.moment(course.id, "note type", name)) if name != key else None
        if type_ is not None and type_.mod == entry.mod:
            times.append(entry.mod)
    return max(times, default=0)


def _changed(course: Course, ours: Note, theirs: PackedNote, type_: NoteType, history: _History) -> Changed | None:
    """Return how one note differs, or `None`."""
    shown = _by_our_names(course, ours.type, theirs, type_)
    changes = []
    for name, html in zip(field_names(ours.type), ours.fields, strict=True):
        if shown.get(name, html) == html:
            continue
        old, new = tokens.read(html), tokens.read(shown[name])
        if old != new:
            changes.append(Change(name, ours.span, shown[name], _pieces(old, new)))
    mine = {tag.casefold(): tag for tag in ours.tags}
    there = {tag.casefold(): tag for tag in theirs.tags if tag.casefold() not in ANKIS_OWN}
    added = tuple(tag for key, tag in sorted(there.items()) if key not in mine)
    removed = tuple(tag for key, tag in sorted(mine.items()) if key not in there)
    lost = any(html and name not in shown for name, html in zip(field_names(ours.type), ours.fields, strict=True))
    if not changes and not added and not removed and not lost:
        return None
    whose, why = _whose(ours, theirs, history)
    if lost:
        whose, why = Whose.UNCLEAR, f"it was given another note type, “{type_.name}”, which lacks fields of ours"
    return Changed(ours.item, ours.span, whose, why, theirs.mod, tuple(changes), added, removed)


def _placed(atlas: Atlas, changed: Changed, verdicts: Mapping[Claim, Verdict]) -> Changed:
    """Return the same with each change at the text of the lesson in which it begins."""
    lesson, item = atlas.course.items[changed.item]
    section = next(section for section in lesson.sections if item in section.items)
    traced = trace(item, section, atlas, lesson, verdicts)

    def place(change: Change) -> Change:
        old = tokens.traced(traced.fields.get(change.field, ""))
        pairs = zip_longest([token for token, _ in old], tokens.read(change.html))
        at = next((number for number, (mine, other) in enumerate(pairs) if mine != other), 0)
        owners = [owner for _, owner in old[at:] if owner >= 0] or [owner for _, owner in reversed(old) if owner >= 0]
        return replace(change, span=traced.texts[owners[0]].span) if owners else change

    return replace(changed, changes=tuple(map(place, changed.changes)))


def _by_our_names(course: Course, key: str, note: PackedNote, type_: NoteType) -> dict[str, str]:
    """Return a note's fields by our names for them: a field keeps its id when somebody renames it."""
    of_id = {ids.part(course.id, "field", key, name): name for name in field_names(key)}
    found: dict[str, str] = {}
    for (name, html), (_, number) in zip(note.fields, type_.fields, strict=True):
        found[of_id.get(number, name) if number else name] = html
    return found


def _whose(ours: Note, theirs: PackedNote, history: _History) -> tuple[Whose, str]:
    """Return who made the differences of a note, and how that is known."""
    entry = history.entries.get(ours.item)
    if entry is None:
        return Whose.UNCLEAR, "content/anki.lock does not know this note: whose the difference is cannot be said"
    current = lock.digest(ours.content) == entry.hash
    if theirs.mod < entry.mod:
        return Whose.OURS, "older than our last build of it: the difference is ours, or was overtaken by ours"
    if not current and theirs.mod == entry.mod:
        return Whose.OURS, "nobody edited it, and the sources have changed since the last build: the difference is ours"
    if not current:
        return Whose.UNCLEAR, "it was edited in Anki, and its source has changed since the last build"
    if theirs.mod > entry.mod and entry.mod > history.had:
        return Whose.UNCLEAR, "it was edited in Anki, perhaps before our last build of it was imported there"
    return Whose.THEIRS, ""


def _pieces(old: tuple[tokens.Token, ...], new: tuple[tokens.Token, ...]) -> tuple[Piece, ...]:
    """Return the differences in words; where only tags differ that show no words, the tags."""
    before, after = tokens.words(old), tokens.words(new)
    if before == after:
        before, after = [_raw(token) for token in old], [_raw(token) for token in new]
    return differences(before, after)


def _raw(token: tokens.Token) -> str:
    match token.kind:
        case tokens.Kind.OPEN | tokens.Kind.VOID:
            return f"<{token.text}>"
        case tokens.Kind.CLOSE:
            return f"</{token.text}>"
    return token.text.strip() or "␣"
