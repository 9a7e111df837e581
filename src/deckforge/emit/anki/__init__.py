"""The Anki package and the lock file.

`emit` reads like this: note types from templates (`notetypes`), notes from items (`notes`, with `fields`, `target` and
`evidence`, in the order of `order`), modification times from the lock file (`lock`), and packages from all of them
(`packages`, `package`, `presets`). What Anki's importer does with each of those decided their shape; the reason stands
where the shape is.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from deckforge.diagnostics import Outcome, has_errors
from deckforge.emit import Artifact
from deckforge.emit.anki import kept, lock, package, packages, schema
from deckforge.emit.anki.notes import RETIRED, TYPE_CHANGED, Notes, from_course
from deckforge.emit.anki.notetypes import load
from deckforge.model.source import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.diagnostics import Diagnostic
    from deckforge.emit import Context
    from deckforge.emit.anki.lock import Entry
    from deckforge.emit.anki.notetypes import NoteType
    from deckforge.model.course import Course

name = "anki"

_WILD = "\\*_"
"""What Anki's search reads as more than itself."""
MOST_SOUGHT = 300
"""Items in one search: Anki's database takes no more than 990 alternatives, and a person reads fewer."""


def emit(context: Context) -> Outcome[tuple[Artifact, ...]]:
    """Return the course's package, and the lock file where it has to change."""
    course = context.course
    made = from_course(course, context.verdicts)
    types = {**load(context.project, course), **kept.note_types(course)}
    path = context.project.lock
    locked_bytes = path.read_bytes() if path.is_file() else b""
    old, corrupt = lock.read(locked_bytes)
    found = [*made.diagnostics, *corrupt]
    if has_errors(found):
        return Outcome((), tuple(found))

    used = {note.type: types[note.type] for note in made.value.notes}
    current = _current(made.value, used)
    entries = lock.advance(old, current, context.now)
    found += _history(course, made.value, old)
    found += schema.changes(used, old)
    if context.allow_full_sync:
        found = [each for each in found if each.code not in (TYPE_CHANGED, schema.SCHEMA_CHANGED)]
    if has_errors(found):
        return Outcome((), tuple(found))
    new_bytes = lock.write(entries)
    if context.locked and new_bytes != locked_bytes:
        return Outcome((), (*found, _out_of_date(old, entries)))

    contents = package.Contents(
        course=course.id,
        deck=_root(course, made.value),
        description=_description(course),
        preset=course.preset,
        notes=made.value.notes,
        types=used,
        mods={key: entries[key].mod for key in current},
        media=made.value.pictures,
    )
    artifacts = packages.artifacts(course, contents)
    if new_bytes != locked_bytes:
        artifacts.append(Artifact(lock.PATH, new_bytes))
    return Outcome(tuple(artifacts), tuple(found))


def _current(made: Notes, types: Mapping[str, NoteType]) -> dict[str, tuple[str, str]]:
    """Return the hash and the type of every note, and the hash and schema of every note type, by the entry's key."""
    current = {note.item: (lock.digest(note.content), note.type) for note in made.notes}
    for key, type_ in types.items():
        current[f"notetype:{key}"] = (lock.digest(lock.type_content(type_)), schema.write(schema.of(type_)))
    return current


def _history(course: Course, made: Notes, old: Mapping[str, Entry]) -> list[Diagnostic]:
    """Return what the lock file's past says about this build: notes of another type, and notes that are gone."""
    found = [
        TYPE_CHANGED.at(
            note.span,
            f"`{note.item}` was a note of the type {old[note.item].type} and is now one of the type {note.type}; "
            "learners keep the note they have, and those who let Anki merge note types pay with a full sync",
            fix="give it a new id, which retires the old note; or build with --allow-full-sync",
        )
        for note in made.notes
        if note.item in old and old[note.item].type not in ("", note.type)
    ]
    there = {note.item for note in made.notes}
    gone = [key for key in old if key not in there and not key.startswith("notetype:")]
    if gone:
        verb, them = ("is", "it") if len(gone) == 1 else ("are", "them")
        where = (
            f"search in Anki for {retired_search(course, gone)}" if len(gone) <= MOST_SOUGHT else "run deckforge diff"
        )
        found.append(
            RETIRED.at(
                None,
                f"{lock.names(gone)} {verb} no longer in the course, but learners who imported {them} still study "
                f"{them}: to find {them}, {where}",
            )
        )
    return found


def retired_search(course: Course, items: list[str]) -> str:
    """Return the search that finds these items' notes in Anki's browser, and no other course's."""

    def quoted(text: str, special: str) -> str:
        return re.sub(f"([{re.escape(special)}])", r"\\\1", text)

    title = quoted(" ".join(course.title.replace('"', "").split()), f"{_WILD}:")
    either = " OR ".join(f'"ID:{quoted(item, _WILD)}"' for item in sorted(items))
    return f'"note:{title} · *" ({either})'


def _out_of_date(old: Mapping[str, Entry], new: Mapping[str, Entry]) -> Diagnostic:
    changed = sorted(key for key in new if old.get(key) != new[key])
    what = f"{lock.names(changed)} changed" if changed else "the file has to be put in order after a merge"
    return lock.LOCKED.at(
        Span(lock.PATH, 0, 0),
        f"content/anki.lock is out of date: {what}",
        fix="build once without --locked, and commit content/anki.lock",
    )


def _root(course: Course, made: Notes) -> str:
    """Return the course's own deck, spelled as the lessons' decks spell it."""
    levels = [" ".join(level.split()) for level in course.deck.split("::")]
    path = "::".join(level for level in levels if level) or course.id
    for note in made.notes:
        if f"{note.deck}::".casefold().startswith(f"{path}::".casefold()):
            return note.deck[: len(path)]
    return path


def _description(course: Course) -> str:
    """Return what Anki shows below the deck's name: HTML."""
    lines = [escape(course.description, quote=False)] if course.description else []
    by = [", ".join(course.authors), course.licence]
    lines += [escape(" · ".join(word for word in by if word), quote=False)] if any(by) else []
    if course.site.url:
        lines.append(f'<a href="{escape(course.site.url)}">{escape(course.site.url, quote=False)}</a>')
    return "<br>".join(lines)
