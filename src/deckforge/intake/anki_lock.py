"""What `content/anki.lock` has to know of notes that came with a deck, before the first build.

A build gives every note that it has not seen the time of the build, and Anki would then overwrite the learners' copies
of a whole deck with what they already have. So an imported note gets the time at which it was last changed in Anki,
with the hash of what a build makes of it: until its lesson is edited, learners' notes are left alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deckforge.emit.anki import kept, lock, schema
from deckforge.emit.anki.notes import from_course
from deckforge.model.source import Source
from deckforge.read import folder_deck
from deckforge.read.markdown.lesson import read_markdown_lesson

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from deckforge.model.course import Course, Lesson
    from deckforge.model.identity import Identity, KeptType


def remembered(course: Course, modified: Mapping[str, int], data: bytes) -> dict[str, bytes]:
    """Return the lock file with the notes of a course that `modified` gives the times of; nothing for no change."""
    entries, broken = lock.read(data)
    if broken or not modified:
        return {}
    notes = from_course(_only(course, modified), {}).value.notes
    for note in notes:
        if note.item not in entries and modified[note.item]:
            entries[note.item] = lock.Entry(modified[note.item], lock.digest(note.content), note.type)
    types = kept.note_types(course)
    for type_ in {note.kept for note in notes if note.kept}:
        if f"notetype:{type_.key}" not in entries:
            digest = lock.digest(lock.type_content(types[type_.key]))
            entries[f"notetype:{type_.key}"] = lock.Entry(type_.mod, digest, schema.write(schema.of(types[type_.key])))
    written = lock.write(entries)
    return {lock.PATH: written} if written != data else {}


def _only(course: Course, wanted: Collection[str]) -> Course:
    """Return a course with some items alone: the rest may hold claims, and has nothing to do with it."""
    lessons = []
    for lesson in course.lessons:
        sections = (
            replace(section, items=tuple(item for item in section.items if item.id in wanted))
            for section in lesson.sections
        )
        lessons.append(replace(lesson, content=tuple(section for section in sections if section.items)))
    return replace(course, lessons=tuple(lesson for lesson in lessons if lesson.content))


def as_it_will_be(
    course: Course, files: Mapping[str, bytes], identities: Mapping[str, Identity], note_types: Mapping[int, KeptType]
) -> Course:
    """Return the course that it will be with these files."""
    lessons = {lesson.path: lesson for lesson in course.lessons}
    media = dict(course.media)
    for path, data in files.items():
        if path.startswith("content/media/"):
            media[path] = data
        elif path.endswith(".md"):
            lessons[path] = _lesson(path, data)
    return replace(course, lessons=tuple(lessons.values()), media=media, identities=identities, note_types=note_types)


def _lesson(path: str, data: bytes) -> Lesson:
    lesson = read_markdown_lesson(Source(path, data)).value
    return lesson if lesson.deck else replace(lesson, deck=folder_deck(path))
