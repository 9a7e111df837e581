"""Drafts into a course: which lesson each belongs to, which items are there already, and what the files will be.

Nothing is written here. Documents with the same source become one lesson; items keep the ids that they have, found by
wording; concepts go to `course.yaml`; and `threeway` decides about every piece of a lesson.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from deckforge.check.near import slug
from deckforge.diagnostics import Code, Severity
from deckforge.emit.anki.ids import guid, moment
from deckforge.emit.anki.notetypes import SHAPES
from deckforge.fmt import formatted
from deckforge.intake import anki_lock, concepts, ids, links, matching, record, writer
from deckforge.intake.draft import Prose, Section
from deckforge.intake.found import answered, items
from deckforge.intake.pieces import joined, pieces
from deckforge.intake.texts import mapped
from deckforge.intake.threeway import Change, How, Merger, told
from deckforge.intake.writer.header import words
from deckforge.intake.writer.items import item_text, plain_words
from deckforge.model.identity import Identity
from deckforge.model.items import Cloze, Term
from deckforge.read import identities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.diagnostics import Diagnostic
    from deckforge.intake.draft import Item, Lesson
    from deckforge.intake.matching import Wording
    from deckforge.model.course import Course
    from deckforge.model.items import AnyItem, Kind

IN_YAML = Code(
    "DF185",
    "import-lesson-in-yaml",
    Severity.ERROR,
    "An imported document belongs to a lesson that is written in YAML.",
    "Its items would have to be merged into the author's own YAML, piece by piece, and the lesson's layout would be "
    "lost.",
    "content/relu.yaml has `source: Lesson 5`, and so does the imported document",
    "give the imported document another source, or make the lesson Markdown",
)
CONFLICT = Code(
    "DF186",
    "import-edited-on-both-sides",
    Severity.WARNING,
    "A piece of a lesson was edited since it was imported, and the document says something new there too.",
    "The author's wording stays. What the document says now is shown, so that it can be taken over by hand.",
    "the lesson says “three moments”, the document now “two moments per parameter”",
    "edit the lesson so that it says what is right",
)
GONE = Code(
    "DF187",
    "import-no-longer-in-document",
    Severity.NOTE,
    "Something that an earlier import brought in is no longer in the document.",
    "It stays in the lesson: learners have the card, and whether it should go is for a person to say.",
    "a card of last week's document that this week's does not have",
    "delete the item from the lesson if it should go",
)
CODES = (IN_YAML, CONFLICT, GONE)

LEFT = "Left to write"
"""The heading under which items stand that cannot be studied as they are."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do: files by path, every piece's change, each draft with the lesson that it went into."""

    files: dict[str, bytes] = field(repr=False)
    changes: tuple[Change, ...]
    drafts: tuple[tuple[str, Lesson], ...] = field(repr=False)
    diagnostics: tuple[Diagnostic, ...]


@dataclass(slots=True)
class _Home:
    """A lesson that documents go into."""

    id: str
    merger: Merger
    source: str
    items: dict[str, tuple[Kind, Wording]]
    is_new: bool


def merge(course: Course, lock: bytes, notes: bytes, drafts: Sequence[Lesson], folder: str) -> Plan:
    """Return what the drafts would do to a course.

    `lock` is `content/imports.lock`, `notes` is `content/anki.lock`, and `folder` is where new lessons go.
    """
    return _Merge(course, lock, notes, folder).run(drafts)


class _Merge:
    """The state of one merge: lessons, ids and names that grow with every draft."""

    def __init__(self, course: Course, lock: bytes, notes: bytes, folder: str) -> None:
        self.anki_lock = notes
        self.course, self.folder = course, folder.strip("/")
        self.entries = record.read(lock)
        self.found: list[Diagnostic] = []
        self.taken = {item.id for lesson in course.lessons for item in lesson.items}
        self.homes: dict[str, _Home] = {}
        self.files: dict[str, bytes] = {}
        self.course_yaml = course.sources["content/course.yaml"].data.decode("utf-8", "replace")
        self.lock = lock
        self.identities = dict(course.identities)
        self.note_types = dict(course.note_types)
        self.own_types = {moment(course.id, "note type", key) for key in SHAPES}
        self.modified: dict[str, int] = {}
        self.guids = {each.guid: item for item, each in course.identities.items()}
        self.guids |= {guid(course.id, id_): id_ for id_ in self.taken if id_ and id_ not in course.identities}

    def run(self, drafts: Sequence[Lesson]) -> Plan:
        """Merge all drafts."""
        done = []
        for draft in drafts:
            home = self._home(draft)
            if home is None:
                continue
            lesson = self._resolved(home, draft)
            home.merger.take(pieces(formatted(writer.write(lesson))), draft.origin)
            done.append((home.merger.path, lesson))
        return self._plan(tuple(done))

    def _plan(self, done: tuple[tuple[str, Lesson], ...]) -> Plan:
        changes: list[Change] = []
        for home in self.homes.values():
            merger = home.merger
            changes += told(merger.changes)
            data = joined(merger.pieces).encode()
            before = self.course.sources.get(merger.path)
            changed = any(each.how in (How.NEW, How.CHANGED) for each in merger.changes)
            if changed and (before is None or before.data != data):
                self.files[merger.path] = data
        before_yaml = self.course.sources["content/course.yaml"].data
        if self.course_yaml.encode() != before_yaml and before_yaml.decode("utf-8", "replace") != self.course_yaml:
            self.files["content/course.yaml"] = self.course_yaml.encode()
        entries = record.write(self.entries)
        if entries != self.lock:
            self.files[record.PATH] = entries
        if self.identities != self.course.identities:
            self.files[identities.PATH] = identities.write(self.identities)
        for number, type_ in self.note_types.items():
            if number not in self.course.note_types:
                self.files[f"{identities.TYPES}/{number}.json"] = identities.document(type_)
        course = anki_lock.as_it_will_be(self.course, self.files, self.identities, self.note_types)
        self.files |= anki_lock.remembered(course, self.modified, self.anki_lock)
        for change in changes:
            self.found += _reported(change)
        return Plan(self.files, tuple(changes), done, tuple(self.found))

    def _home(self, draft: Lesson) -> _Home | None:
        """Return the lesson that a document goes into: that of its source, or that which it went into before."""
        key = _source_key(draft)
        if key in self.homes:
            return self.homes[key]
        origins = Counter(lesson for (lesson, _), entry in self.entries.items() if entry.origin == draft.origin)
        usual = origins.most_common(1)[0][0] if origins else ""
        known = next((each for each in self.course.lessons if each.source and _same(each.source, draft.source)), None)
        known = known or self.course.lesson.get(usual)
        if known is not None and not known.path.endswith(".md"):
            message = f"{draft.origin} belongs to {known.path}, which is YAML"
            self.found.append(IN_YAML.at(None, message, fix="make it Markdown, or change the `source` of one of them"))
            return None
        if known is None:
            names = {lesson.id for lesson in self.course.lessons} | {home.id for home in self.homes.values()}
            wanted = ids.of_words(plain_words(draft.title or draft.source), "lesson")
            id_ = ids.free(slug(wanted, 60) or wanted, names | self.taken)
            path = f"{self.folder}/{id_}.md"
            home = _Home(id_, Merger(path, id_, (), self.entries), draft.source, {}, is_new=True)
        else:
            text = self.course.sources[known.path].data.decode("utf-8", "replace")
            there = {item.id: (item.kind, _wording(item)) for item in known.items if item.id}
            merger = Merger(known.path, known.id, pieces(text), self.entries)
            home = _Home(known.id, merger, known.source, there, is_new=False)
        self.homes[key] = home
        return home

    def _resolved(self, home: _Home, draft: Lesson) -> Lesson:
        """Return a draft with ids, links, concepts and files that the course has."""
        lesson = replace(_complete(draft), id=home.id, title=draft.title or draft.source or home.id)
        lesson = replace(lesson, deck=self._below(lesson.deck))
        lesson = self._identified(home, self._by_guid(self._without_foreign_ids(home, lesson)))
        lesson = ids.named(lesson, self.taken)
        self._remember(lesson)
        for item in items(lesson):
            self.taken.add(item.id)
            home.items[item.id] = (item.kind, _wording_of(item))
        lesson = links.named(self._with_media(lesson))
        media = {path.removeprefix("content/media/") for path in self.course.media}
        media |= {path.removeprefix("content/media/") for path in self.files if path.startswith("content/media/")}
        lesson = links.usable(lesson, media, self.taken | ids.anchors(lesson), self.found)
        return self._with_concepts(lesson)

    def _below(self, deck: str) -> str:
        """Return a deck as a lesson names it: below the course's own."""
        own = f"{self.course.deck}::"
        return "" if deck == self.course.deck else deck.removeprefix(own)

    def _without_foreign_ids(self, home: _Home, lesson: Lesson) -> Lesson:
        """Return a draft without the ids that other items of the course have, or that no item may have."""
        content = tuple(
            replace(
                part,
                items=tuple(
                    replace(i, id="")
                    if i.id and (not ids.sound(i.id) or (i.id in self.taken and i.id not in home.items))
                    else i
                    for i in part.items
                ),
            )
            if isinstance(part, Section)
            else part
            for part in lesson.content
        )
        return replace(lesson, content=content)

    def _by_guid(self, lesson: Lesson) -> Lesson:
        """Return a draft whose items have the ids of the notes that they are."""
        content = tuple(
            replace(part, items=tuple(replace(i, id=self.guids.get(i.guid, i.id)) for i in part.items))
            if isinstance(part, Section)
            else part
            for part in lesson.content
        )
        return replace(lesson, content=content)

    def _remember(self, lesson: Lesson) -> None:
        """Keep who the items of a draft are in Anki, where that is not what their ids make them."""
        for item in items(lesson):
            if not item.guid:
                continue
            self.guids[item.guid] = item.id
            known = self.identities.get(item.id)
            ours = item.guid == guid(self.course.id, item.id) and item.note_type in (0, *self.own_types)
            if not ours and (known is None or (known.type == 0 and item.note_type)):
                type_ = 0 if item.note_type in self.own_types else item.note_type
                self.identities[item.id] = Identity(item.guid, type_)
                self.modified[item.id] = item.modified
        wanted = {each.type for each in self.identities.values()}
        for kept in lesson.note_types:
            if kept.id in wanted:
                self.note_types.setdefault(kept.id, kept)

    def _identified(self, home: _Home, lesson: Lesson) -> Lesson:
        """Return a draft whose items have the ids of those that are there already."""
        by_kind: dict[Kind, list[Wording]] = {}
        for kind, wording in home.items.values():
            by_kind.setdefault(kind, []).append(wording)
        given = {item.id for item in items(lesson) if item.id}
        content: list[Prose | Section] = []
        for part in lesson.content:
            if not isinstance(part, Section):
                content.append(part)
                continue
            made = list(part.items)
            for kind, old in by_kind.items():
                new = [number for number, item in enumerate(made) if item.kind is kind and not item.id]
                free = [wording for wording in old if wording.id not in given]
                for index, id_ in matching.matched([_wording_of(made[number]) for number in new], free).items():
                    made[new[index]] = replace(made[new[index]], id=id_)
                    given.add(id_)
            content.append(replace(part, items=tuple(made)))
        return replace(lesson, content=tuple(content))

    def _with_media(self, lesson: Lesson) -> Lesson:
        """Put a draft's files among those to be written; a name that another file has gets a hash, in the texts too."""
        renamed: dict[str, str] = {}
        for each in lesson.media:
            path = f"content/media/{each.name}"
            there = self.files.get(path) or self.course.media.get(path)
            if there is not None and there != each.data:
                stem, dot, suffix = each.name.rpartition(".")
                digest = hashlib.sha256(each.data).hexdigest()[:8]
                renamed[each.name] = f"{stem or suffix}-{digest}{dot}{suffix if stem else ''}"
                path = f"content/media/{renamed[each.name]}"
            if self.course.media.get(path) != each.data:
                self.files[path] = each.data
        if not renamed:
            return lesson

        def change(text: str) -> str:
            for old, new in renamed.items():
                text = re.sub(rf"(?<=\]\(){re.escape(old)}(?=[) ])|(?<=\]\(<){re.escape(old)}(?=>)", new, text)
            return text

        return mapped(lesson, change)

    def _with_concepts(self, lesson: Lesson) -> Lesson:
        named = [title for item in items(lesson) for title in item.concepts]
        made = concepts.merged(self.course, self.course_yaml, named, lesson.concepts, self.found)
        if made.added:
            self.course_yaml = made.course_yaml
            self.course = concepts.with_concepts(self.course, made, lesson.concepts)

        def known(item: Item) -> Item:
            found = [made.ids[key] for title in item.concepts if (key := concepts.key(title)) in made.ids]
            requires = [made.ids.get(concepts.key(word), word) for word in item.requires]
            return replace(item, concepts=tuple(dict.fromkeys(found)), requires=tuple(dict.fromkeys(requires)))

        content = tuple(
            replace(part, items=tuple(map(known, part.items))) if isinstance(part, Section) else part
            for part in lesson.content
        )
        return replace(lesson, content=content)


def _source_key(draft: Lesson) -> str:
    return f"source {' '.join(draft.source.casefold().split())}" if draft.source.strip() else f"origin {draft.origin}"


def _same(one: str, other: str) -> bool:
    return " ".join(words(one).casefold().split()) == " ".join(words(other).casefold().split())


def _wording(item: AnyItem) -> Wording:
    answer = next((text.text for text in item.parts() if text), "")
    if isinstance(item, Term) and item.definition:
        answer = item.definition.text
    front = item.front.text if not isinstance(item, Cloze) else plain_words(item.front.text)
    return matching.Wording(item.id, front, answer)


def _wording_of(item: Item) -> Wording:
    answer = item.answer or next((option.text for option in item.options), "") or item.solution
    return matching.Wording(item.id, plain_words(item.front), plain_words(answer))


def _complete(draft: Lesson) -> Lesson:
    """Return a draft whose items can all be studied: those that cannot are a stretch of its prose."""
    left: list[str] = []
    content: list[Prose | Section] = []
    for part in draft.content:
        if not isinstance(part, Section):
            content.append(part)
            continue
        whole = [item for item in part.items if item.front.strip() and answered(item)]
        for item in part.items:
            if not item.front.strip() or not answered(item):
                text = item_text(replace(item, id="left"), part.kind)
                text = re.sub(r"^(#{3,4}) (.*?)(?: \{#left.*\})?$", r"**\2**", text, flags=re.MULTILINE)
                left.append(text.strip())
        if whole or part.instructions.strip():
            content.append(replace(part, items=tuple(whole)))
    if left:
        content.append(Prose(text="\n\n".join(left), heading=LEFT, level=2))
    return replace(draft, content=tuple(content))


def _reported(change: Change) -> list[Diagnostic]:
    name = f"{change.path}: {change.key}"
    if change.how is How.CONFLICT:
        message = f"{name} was edited since it was imported, and the document has changed too; it stays as it is"
        return [CONFLICT.at(None, message, fix="compare the two below, and edit the lesson if the document is right")]
    if change.how is How.REMOVED:
        return [GONE.at(None, f"{name} is no longer in the document; it stays", fix="delete it if it should go")]
    return []
