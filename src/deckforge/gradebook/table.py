"""The class's table: what every learner has seen, got right and remembers, by concept and by item."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from deckforge.diagnostics import Outcome
from deckforge.gradebook.files import SAME_LEARNER, SAME_NAME, Entry, ProgressFile
from deckforge.gradebook.memory import memory
from deckforge.model.items import Card, Cloze, Term
from deckforge.model.rich import ClozeStart

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deckforge.diagnostics import Diagnostic
    from deckforge.model.course import Course
    from deckforge.model.items import AnyItem


@dataclass(frozen=True, slots=True)
class Learner:
    """One learner. Shares are 0 to 1; `right` is `None` where nothing was answered.

    `mastery` is the mean, over all cards of the course, of the probability that the answer is known on the table's
    day; a card that was never answered counts as not known.
    """

    name: str
    answers: int
    minutes: float
    days: int
    """Days with at least one answer."""
    last: int | None
    """The last of them, counted from 1970."""
    seen: float
    """Of the items."""
    right: float | None
    mastery: float


@dataclass(frozen=True, slots=True)
class ConceptRow:
    """A concept: how many items it has, each learner's mastery of it in the order of the learners, and their mean."""

    id: str
    title: str
    items: int
    mastery: tuple[float, ...]
    mean: float


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item: who answered it and how. `missed` is the share of those learners whose last answer was wrong.

    `mastery` is each learner's, in the order of the learners, and `mean` the class's.
    """

    id: str
    text: str
    lesson: str
    learners: int
    answers: int
    right: float | None
    missed: float | None
    mastery: tuple[float, ...]
    mean: float


@dataclass(frozen=True, slots=True)
class ClassTable:
    """All of it; `day` is the day that it speaks of, counted from 1970: when the newest of the files was exported."""

    course: str
    title: str
    day: int
    learners: tuple[Learner, ...]
    concepts: tuple[ConceptRow, ...]
    items: tuple[ItemRow, ...]
    """The hardest first: by the share of learners who still miss it, then by the share of right answers."""
    gone: int
    """Answers to items that are no longer in the course; they count for nobody."""


@dataclass(frozen=True)
class _Record:
    """A learner's answers by item, and what they remember of each item."""

    name: str
    log: tuple[Entry, ...]
    by_item: Mapping[str, tuple[Entry, ...]]
    mastery: Mapping[str, float]


def class_table(course: Course, files: Sequence[ProgressFile]) -> Outcome[ClassTable]:
    """Return the table of a class from its learners' files; files that share answers are one learner's."""
    learners, said = _learners(files)
    day = max((file.day for file in files), default=0)
    items = {id_: item for id_, (_, item) in course.items.items()}
    records = [_record(each, items, day) for each in learners]
    concepts = tuple(_concept(concept.id, concept.title, items, records) for concept in course.concepts)
    rows = [_item(lesson.id, item, records) for lesson, item in course.items.values()]
    rows.sort(key=lambda row: (-(row.missed if row.missed is not None else -1.0), row.right or 0.0, -row.answers))
    gone = sum(entry.item not in items for file in learners for entry in file.log)
    table = ClassTable(
        course.id,
        course.title,
        day,
        tuple(_learner(record, items) for record in records),
        tuple(concept for concept in concepts if concept.items),
        tuple(rows),
        gone,
    )
    return Outcome(table, said)


def cards(item: AnyItem) -> tuple[str, ...]:
    """Return the keys of the cards that an item is studied by, as the study site calls them."""
    if isinstance(item, Cloze):
        numbers = sorted({piece.number for piece in item.front.pieces if isinstance(piece, ClozeStart)})
        return tuple(f"{item.id}:c{number}" for number in numbers) or (item.id,)
    if isinstance(item, Card | Term) and item.both:
        return item.id, f"{item.id}:r"
    return (item.id,)


def _learners(files: Sequence[ProgressFile]) -> tuple[list[ProgressFile], tuple[Diagnostic, ...]]:
    """Return a file for each learner, with a name that no other has, in the order of names."""
    merged: list[ProgressFile] = []
    said: list[Diagnostic] = []
    for file in sorted(files, key=lambda each: (each.day, each.name)):
        ids = {entry.id for entry in file.log}
        # Of two exports without a single answer nobody can say more than that their names agree.
        same = [each for each in merged if ids & {entry.id for entry in each.log}]
        for each in same:
            merged.remove(each)
            message = f"{each.name} and {file.name} share answers: they are counted as one learner"
            said.append(SAME_LEARNER.at(None, message, fix="nothing needs to be done"))
        merged.append(_union(file, same))
    names: dict[str, list[ProgressFile]] = defaultdict(list)
    for each in merged:
        names[each.learner or _stem(each)].append(each)
    found: list[ProgressFile] = []
    for name, several in names.items():
        if len(several) > 1 and any(each.learner for each in several):
            files_ = ", ".join(each.name for each in several)
            fix = "if it is one person, import one file into the other's browser and export again"
            said.append(SAME_NAME.at(None, f"`{name}` stands in {files_}, which share no answer", fix=fix))
        found += [replace(each, learner=f"{name} ({each.name})" if len(several) > 1 else name) for each in several]
    return sorted(found, key=lambda each: each.learner.casefold()), tuple(said)


def _stem(file: ProgressFile) -> str:
    return PurePath(file.name).stem


def _union(file: ProgressFile, others: Iterable[ProgressFile]) -> ProgressFile:
    """Return one file for several of one learner; an answer that was taken back in either stays taken back."""
    entries: dict[str, Entry] = {entry.id: entry for entry in file.log}
    learner = file.learner
    for each in others:
        learner = learner or each.learner
        for entry in each.log:
            if entry.id not in entries or not entry.grade:
                entries[entry.id] = entry
    return replace(file, learner=learner, log=tuple(sorted(entries.values(), key=lambda entry: (entry.at, entry.id))))


def _record(file: ProgressFile, items: Mapping[str, AnyItem], day: int) -> _Record:
    log = tuple(entry for entry in file.log if entry.grade and entry.item in items)
    by_item: dict[str, list[Entry]] = defaultdict(list)
    by_card: dict[str, list[Entry]] = defaultdict(list)
    for entry in log:
        by_item[entry.item].append(entry)
        by_card[entry.card].append(entry)
    mastery = {}
    for id_, item in items.items():
        keys = cards(item)
        found = [memory(by_card[key]) if key in by_card else None for key in keys]
        mastery[id_] = sum(each.recall(day) for each in found if each) / len(keys)
    return _Record(file.learner, log, {id_: tuple(entries) for id_, entries in by_item.items()}, mastery)


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0


def _right(entries: Sequence[Entry]) -> float | None:
    return sum(entry.grade > 1 for entry in entries) / len(entries) if entries else None


def _learner(record: _Record, items: Mapping[str, AnyItem]) -> Learner:
    return Learner(
        record.name,
        answers=len(record.log),
        minutes=sum(entry.ms for entry in record.log) / 60_000,
        days=len({entry.day for entry in record.log}),
        last=max((entry.day for entry in record.log), default=None),
        seen=len(record.by_item) / len(items) if items else 0.0,
        right=_right(record.log),
        mastery=_mean(record.mastery.values()),
    )


def _concept(id_: str, title: str, items: Mapping[str, AnyItem], records: Sequence[_Record]) -> ConceptRow:
    own = [item.id for item in items.values() if id_ in item.concepts]
    mastery = tuple(_mean(record.mastery[item] for item in own) for record in records)
    return ConceptRow(id_, title, len(own), mastery, _mean(mastery))


def _item(lesson: str, item: AnyItem, records: Sequence[_Record]) -> ItemRow:
    mastery = tuple(record.mastery[item.id] for record in records)
    answered = [record.by_item[item.id] for record in records if item.id in record.by_item]
    return ItemRow(
        item.id,
        " ".join(item.heading.text.split()),
        lesson,
        learners=len(answered),
        answers=sum(map(len, answered)),
        right=_right([entry for entries in answered for entry in entries]),
        missed=_mean(float(entries[-1].grade == 1) for entries in answered) if answered else None,
        mastery=mastery,
        mean=_mean(mastery),
    )
