"""Coverage: how many of a lesson's numbers are answered for, and which are not.

Like code coverage it counts; unlike it, each number says by what it is answered: a proof, a reference, a premise, or
arithmetic that the tool checked by itself. What needs an answer at all is decided by `figures`.
"""

from __future__ import annotations

import contextlib
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from deckforge.model.arithmetic import Equality, Holding, in_lesson
from deckforge.model.claims import ClaimKind, Status
from deckforge.model.figures import figures
from deckforge.model.items import Essay, Problem, Short
from deckforge.model.passages import Offsets, passages
from deckforge.model.source import Span
from deckforge.model.written import WrittenError, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deckforge.model.claims import Claim, Verdict
    from deckforge.model.course import Course, Lesson
    from deckforge.model.items import AnyItem
    from deckforge.model.rich import Rich
    from deckforge.model.source import Source


class Answer(StrEnum):
    """By what a number is answered for."""

    PROVEN = "proven"
    CITED = "cited"
    GIVEN = "given"
    ARITHMETIC = "arithmetic"
    REFUTED = "refuted"
    UNPROVEN = "unproven"
    """It has a claim, and nothing has decided it: no measurement, a stale one, an inconclusive or failed one."""
    UNANSWERED = "unanswered"

    @property
    def answered(self) -> bool:
        """Whether somebody or something answers for the number."""
        return self in (Answer.PROVEN, Answer.CITED, Answer.GIVEN, Answer.ARITHMETIC)


_BY_STATUS = {
    Status.PROVEN: Answer.PROVEN,
    Status.CITED: Answer.CITED,
    Status.GIVEN: Answer.GIVEN,
    Status.REFUTED: Answer.REFUTED,
}


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of a lesson: its text, where it stands, the words around it, and its answer."""

    text: str
    span: Span
    context: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class LessonCoverage:
    """The numbers of one lesson in the order of the file."""

    lesson: str
    path: str
    numbers: tuple[Counted, ...]

    @property
    def counts(self) -> Counter[Answer]:
        """How many numbers have which answer."""
        return Counter(number.answer for number in self.numbers)

    @property
    def answered(self) -> int:
        """How many numbers are answered for."""
        return sum(number.answer.answered for number in self.numbers)

    @property
    def percent(self) -> float:
        """The share of answered numbers, 0 to 100; a lesson without numbers has all of them."""
        return percent(self.answered, len(self.numbers))


def percent(answered: int, total: int) -> float:
    """Return a share in percent; of nothing, all is answered."""
    return 100.0 * answered / total if total else 100.0


def coverage(course: Course, verdicts: Mapping[Claim, Verdict]) -> tuple[LessonCoverage, ...]:
    """Return the coverage of every lesson; a claim without a verdict counts as unproven."""
    return tuple(_lesson(lesson, course.sources.get(lesson.path), verdicts) for lesson in course.lessons)


def _lesson(lesson: Lesson, source: Source | None, verdicts: Mapping[Claim, Verdict]) -> LessonCoverage:
    if source is None:
        return LessonCoverage(lesson.id, lesson.path, ())
    found: dict[tuple[int, int], Counted] = {}
    claimed = _Ranges()
    for claim in lesson.all_claims():
        verdict = verdicts.get(claim)
        claimed.add(claim.span if claim.text_span.path != lesson.path else claim.text_span)
        claimed.add(claim.span)
        if claim.kind is ClaimKind.CITE and not _begins_with_a_number(claim.text):
            continue  # a reference by its name
        answer = _BY_STATUS.get(verdict.status, Answer.UNPROVEN) if verdict else Answer.UNPROVEN
        place = claim.text_span
        found[place.start, place.end] = Counted(claim.text, place, claim.context, answer)
    summed = _Ranges()
    wrong = _Ranges()
    for equality in in_lesson(lesson, {lesson.path: source}):
        if equality.status is Holding.HOLDS:
            summed.add(equality.span)
        elif equality.wrong is not None:
            wrong.add(equality.wrong)
        if equality.status is not Holding.UNKNOWN:
            for counted in _results(equality, source):
                if not claimed.touches(counted.span):
                    found.setdefault((counted.span.start, counted.span.end), counted)
    taken = _Ranges([counted.span for counted in found.values()])
    arguments = _Arguments(lesson)
    for span, text, context, where in _figures(lesson, source):
        if claimed.touches(span) or taken.touches(span):
            continue
        answer = Answer.UNANSWERED
        if wrong.touches(span):
            answer = Answer.REFUTED
        elif summed.touches(span):
            answer = Answer.ARITHMETIC
        elif arguments.hold(where):
            answer = Answer.GIVEN
        found[span.start, span.end] = Counted(text, span, context, answer)
    return LessonCoverage(lesson.id, lesson.path, tuple(found[key] for key in sorted(found)))


def _results(equality: Equality, source: Source) -> Iterator[Counted]:
    """Yield what stands behind the signs of an equality: it counts also in code, where no other number does."""
    for span in equality.results:
        false = equality.wrong is not None and equality.wrong == span
        text = " ".join(source.text(span).split())
        yield Counted(text, span, equality.text, Answer.REFUTED if false else Answer.ARITHMETIC)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a figure stands: what it may be worth, its passage, and the item of which it is in the question."""

    worth: frozenset[float]
    passage: Span
    asked: str


class _Arguments:
    """What the claims of a lesson hand to their proofs: `512` beside `…?fan_in=512` is a premise of that claim.

    It is where the claim stands in the same passage; and in what an item asks, where its answer makes the claim.
    """

    def __init__(self, lesson: Lesson) -> None:
        claims = sorted(lesson.all_claims(), key=lambda claim: claim.span.start)
        found = [
            (claim, number) for claim in claims for _, text in claim.given if (number := _number(text)) is not None
        ]
        self._starts = [claim.span.start for claim, _ in found]
        self._values = [number for _, number in found]
        self._of_item: dict[str, set[float]] = {}
        for claim, number in found:
            self._of_item.setdefault(claim.item, set()).add(number)

    def hold(self, place: _Place) -> bool:
        """Tell whether a claim of the same passage, or of the item that asks, has a figure as an argument."""
        if place.asked and place.worth & self._of_item.get(place.asked, set()):
            return True
        first, last = (bisect_left(self._starts, at) for at in (place.passage.start, place.passage.end))
        return not place.worth.isdisjoint(self._values[first:last])


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "").replace("−", "-"))
    except ValueError:
        return None


def _worth(text: str, behind: str) -> frozenset[float]:
    """Return what a figure may be worth: as it stands, and with a count or unit behind it (`100 billion`, `80 GB`)."""
    found = set()
    word = re.match(r"\s*([^\W\d_]+)", behind)
    if (plain := _number(text)) is not None:
        found.add(plain)
    for written_value in (text, f"{text} {word[1]}" if word else ""):
        with contextlib.suppress(WrittenError):
            value = parse(written_value).value if written_value else None
            found |= {float(value)} if isinstance(value, float) else set()
    return frozenset(found)


def _figures(lesson: Lesson, source: Source) -> Iterator[tuple[Span, str, str, _Place]]:
    """Yield the figures of a lesson: place in the file, text, the words around it, and where that is."""
    asked = {id(text): item.id for item in lesson.items for text in (item.title, item.front, *_tasks(item))}
    for rich in lesson.texts():
        if rich.span.path != source.path:
            continue
        raw = source.text(rich.span)
        place = Offsets(raw, rich.span.start)
        for passage in passages(raw):
            whole = Span(source.path, place(passage.at[0]), place(passage.at[-1]) + 1)
            for figure in figures(passage):
                first, last = passage.raw(figure.start, figure.end)
                around = passage.text[max(0, figure.start - 40) : figure.end + 40]
                where = _Place(_worth(figure.text, passage.text[figure.end :]), whole, asked.get(id(rich), ""))
                yield Span(source.path, place(first), place(last)), figure.text, " ".join(around.split()), where


def _tasks(item: AnyItem) -> tuple[Rich, ...]:
    """Return what an item asks below its question."""
    return tuple(task.text for task in item.tasks) if isinstance(item, Short | Essay | Problem) else ()


def _begins_with_a_number(text: str) -> bool:
    return bool(text) and (text[0].isdigit() or not text[0].isalpha()) and any(char.isdigit() for char in text)


class _Ranges:
    """Places of one file, to be asked whether another touches them; they are few, and hardly overlap."""

    def __init__(self, spans: list[Span] | None = None) -> None:
        self._spans = list(spans or ())
        self._sorted = False
        self._starts: list[int] = []
        self._reach: list[int] = []

    def add(self, span: Span) -> None:
        self._spans.append(span)
        self._sorted = False

    def touches(self, span: Span) -> bool:
        if not self._sorted:
            self._spans.sort()
            self._starts = [each.start for each in self._spans]
            reach = 0
            self._reach = [reach := max(reach, each.end) for each in self._spans]
            self._sorted = True
        at = bisect_right(self._starts, span.end - 1)
        return at > 0 and self._reach[at - 1] > span.start
