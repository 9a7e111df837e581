"""`deckforge pull --write`: a change made in Anki, written into the lesson that it belongs to.

Where a changed stretch of a field stands in the source is known from `sources`, and what to put there from its tokens.
That is only a proposal. It is taken when the lesson, read and rendered again with it, gives exactly the edited field,
and every other field, item and word of the course as before, without a new mistake; else the lesson stays as it is and
the reason is told. A file is replaced in one step, by a version that has been read.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from deckforge.check import check
from deckforge.diagnostics import Severity
from deckforge.emit.anki.fields import fields
from deckforge.emit.anki.target import AnkiTarget
from deckforge.emit.site.atlas import Atlas
from deckforge.errors import OutputError
from deckforge.exchange import tokens
from deckforge.exchange.edits import Edit, Refused, edits, heavily, lightly
from deckforge.exchange.pull import Whose
from deckforge.exchange.sources import Places
from deckforge.exchange.tracing import trace_lesson
from deckforge.model import diagrams
from deckforge.model.source import Source
from deckforge.read import read_lesson

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from deckforge.diagnostics import Diagnostic
    from deckforge.exchange.pull import Change, Changed, Pull
    from deckforge.model.claims import Claim, Verdict
    from deckforge.model.course import Course, Lesson
    from deckforge.model.items import AnyItem
    from deckforge.project import Project

WRITTEN = "written"


def write(pull: Pull, course: Course, verdicts: Mapping[Claim, Verdict], project: Project) -> Pull:
    """Write what can be written, and return the same pull with what became of each change.

    Raises:
        OutputError: a lesson changed while it was being read, or the disk refuses; no file is half-written.
    """
    outcomes: dict[tuple[str, str], str] = {}
    files: dict[str, bytes] = {}
    for lesson in course.lessons:
        ids = {item.id for item in lesson.items}
        here = [changed for changed in pull.notes if changed.item in ids]
        if here:
            book = _Book(course, lesson, verdicts)
            accepted = _accepted(book, here, outcomes)
            if accepted:
                files[lesson.path] = _applied(book.source.data, accepted)
    for path, data in files.items():
        _replace(project.root / path, course.sources[path].data, data)
    notes = tuple(
        replace(
            changed,
            changes=tuple(
                replace(change, outcome=outcomes.get((changed.item, change.field), "")) for change in changed.changes
            ),
        )
        for changed in pull.notes
    )
    return replace(pull, notes=notes, files=tuple(files))


class _Book:
    """A lesson as it is: its bytes, its items' fields, and where their words stand."""

    def __init__(self, course: Course, lesson: Lesson, verdicts: Mapping[Claim, Verdict]) -> None:
        self.course, self.lesson, self.verdicts = course, lesson, verdicts
        self.source = course.sources[lesson.path]
        self.places = Places(self.source)
        self.fields = _fields(course, lesson, verdicts)
        self.traced = trace_lesson(Atlas(course), _shown(course, lesson), verdicts)

    @cached_property
    def errors(self) -> Counter[str]:
        """What is wrong with the course already."""
        return _errors(check(self.course))


def _fields(course: Course, lesson: Lesson, verdicts: Mapping[Claim, Verdict]) -> dict[str, dict[str, str]]:
    target = AnkiTarget(Atlas(course), lesson, verdicts)
    sections = _shown(course, lesson).sections
    return {item.id: fields(item, section, target) for section in sections for item in section.items}


def _shown(course: Course, lesson: Lesson) -> Lesson:
    """Return a lesson as its fields show it: with a picture in place of each diagram that is drawn."""
    return diagrams.drawn(replace(course, lessons=(lesson,))).lessons[0]


@dataclass(frozen=True, slots=True)
class _Proposal:
    """A change of one field, with the edits that should make it: written plainly, and with every mark escaped."""

    key: tuple[str, str]
    html: str
    plain: tuple[Edit, ...]
    escaped: tuple[Edit, ...]


class _Settled:
    """What has been found to hold: edits, the fields that they give, and the outcome of every change so far."""

    def __init__(self, book: _Book, outcomes: dict[tuple[str, str], str], *, checked: bool) -> None:
        self.book, self.outcomes, self.checked = book, outcomes, checked
        self.edits: list[Edit] = []
        self.wanted: dict[tuple[str, str], str] = {}

    def settle(self, proposals: Sequence[_Proposal]) -> None:
        """Take what holds of some proposals: all at once where they do, else each half by itself."""
        if not proposals:
            return
        try:
            self._take(proposals, [edit for each in proposals for edit in each.plain])
        except Refused as reason:
            half = len(proposals) // 2
            if half:
                self.settle(proposals[:half])
                self.settle(proposals[half:])
                return
            try:
                self._take(proposals, proposals[0].escaped)
            except Refused:
                self.outcomes[proposals[0].key] = str(reason)  # that of the plainest writing says most

    def _take(self, proposals: Sequence[_Proposal], edits: Sequence[Edit]) -> None:
        every = [*self.edits, *edits]
        wanted = self.wanted | {each.key: each.html for each in proposals}
        _try(self.book, every, wanted, checked=self.checked)
        self.edits, self.wanted = every, wanted
        self.outcomes |= {each.key: WRITTEN for each in proposals}


def _accepted(book: _Book, notes: Sequence[Changed], outcomes: dict[tuple[str, str], str]) -> list[Edit]:
    """Return the edits that hold, all together; `outcomes` learns of every change.

    Checking looks at the whole course, so it comes once, behind all changes of a lesson; only if it finds something
    are they tried again, and checked each time.
    """
    proposals: list[_Proposal] = []
    for note in notes:
        for change in note.changes:
            try:
                proposals.append(_proposal(book, note, change))
            except Refused as reason:
                outcomes[note.item, change.field] = str(reason)
    settled = _Settled(book, outcomes, checked=False)
    settled.settle(proposals)
    if settled.edits:
        try:
            _try(book, settled.edits, settled.wanted, checked=True)
        except Refused:
            settled = _Settled(book, outcomes, checked=True)
            settled.settle(proposals)
    return settled.edits


def _proposal(book: _Book, note: Changed, change: Change) -> _Proposal:
    """Return how a change could be written.

    Raises:
        Refused: it is not theirs, or there is no place for it.
    """
    if note.whose is not Whose.THEIRS:
        raise Refused(note.why)
    plain, escaped = (
        edits(change, book.traced[note.item], book.lesson, book.places, escape) for escape in (lightly, heavily)
    )
    return _Proposal((note.item, change.field), change.html, plain, escaped)


def _applied(data: bytes, edits: Sequence[Edit]) -> bytes:
    """Return a file with all edits made; of two at one place the first proposed stands first."""
    out: list[bytes] = []
    at = 0
    for edit in sorted(edits, key=lambda each: (each.start, each.end)):
        if edit.start < at:
            raise Refused("it overlaps another change")
        out += [data[at : edit.start], edit.text]
        at = edit.end
    return b"".join([*out, data[at:]])


def _try(book: _Book, edits: Sequence[Edit], wanted: Mapping[tuple[str, str], str], *, checked: bool) -> None:
    """Make sure that the edits give the wanted fields, and change nothing else in the course.

    Raises:
        Refused: they do not.
    """
    data = _applied(book.source.data, edits)
    lesson, found = _reread(book.lesson, data)
    wrong = _errors(found)
    if wrong:
        raise Refused(f"it would be a mistake in the lesson: {next(iter(wrong))}")
    claims, before = lesson.all_claims(), book.lesson.all_claims()
    if [_claimed(claim) for claim in claims] != [_claimed(claim) for claim in before]:
        raise Refused("it would change a claim; edit by hand")
    verdicts = dict(book.verdicts)
    verdicts |= {new: book.verdicts[old] for new, old in zip(claims, before, strict=True) if old in book.verdicts}
    others = tuple(lesson if each.id == lesson.id else each for each in book.course.lessons)
    sources = {**book.course.sources, lesson.path: Source(lesson.path, data)}
    course = replace(book.course, lessons=others, sources=sources)
    made = _fields(course, lesson, verdicts)
    if [*made] != [*book.fields]:
        raise Refused("it would change which items the lesson has; edit by hand")
    for item, old in book.fields.items():
        for name in old.keys() | made[item].keys():
            shown = made[item].get(name, "")
            if (item, name) in wanted:
                if tokens.read(shown) != tokens.read(wanted[item, name]):
                    raise Refused("Markdown would not give back exactly what was written in Anki; edit by hand")
            elif shown != old.get(name, ""):
                raise Refused(f"it would change the field {name} of `{item}` too; edit by hand")
    if _around(lesson) != _around(book.lesson):
        raise Refused("it would change other text of the lesson; edit by hand")
    new = _errors(check(course)) - book.errors if checked else None
    if new:
        raise Refused(f"it would be a mistake in the course: {next(iter(new))}")


def _reread(lesson: Lesson, data: bytes) -> tuple[Lesson, tuple[Diagnostic, ...]]:
    outcome = read_lesson(Source(lesson.path, data))
    return outcome.value, outcome.diagnostics


def _claimed(claim: Claim) -> tuple[object, ...]:
    return claim.kind, claim.text, claim.target, claim.arguments, claim.override, claim.item


def _around(lesson: Lesson) -> tuple[object, ...]:
    """Return what a lesson says outside of its items' fields: header, prose, sections, the items' attributes."""
    inside = {id(text) for item in lesson.items for text in item.texts()}
    header = (lesson.id, lesson.title, lesson.description, lesson.deck, lesson.tags, lesson.requires)
    return header, [text.text for text in lesson.texts() if id(text) not in inside], [_said(i) for i in lesson.items]


def _said(item: AnyItem) -> tuple[object, ...]:
    """Return what an item's attributes say."""
    shared = (item.id, item.kind, item.difficulty, item.bloom, item.concepts, item.tags, item.source, item.terms)
    return (*shared, item.requires, item.critical, item.points, item.minutes)


def _errors(found: Sequence[Diagnostic]) -> Counter[str]:
    return Counter(each.message for each in found if each.severity is Severity.ERROR)


def _replace(path: Path, before: bytes, data: bytes) -> None:
    """Put a file's new bytes in place of those that were read.

    Raises:
        OutputError: other bytes are there by now, or the disk refuses.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        if path.read_bytes() != before:
            raise OutputError(f"{path} changed while it was being read; nothing was written to it: run pull again")
        beside.write_bytes(data)
        beside.chmod(path.stat().st_mode & 0o777)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error
