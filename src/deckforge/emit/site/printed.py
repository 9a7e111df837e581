"""Sheets for paper: questions, their key, and cards to cut out, as files of their own beside the pages.

They are plain HTML without the theme, so that what comes out of a printer is the sheet and nothing else, on A4 and on
Letter. A lesson has all three; the exam has questions and a key. Cards stand in a grid of two by four; the page behind
holds their backs with the columns swapped, so that they meet when both sides are printed and flipped on the long edge.
What does not fit on a card is never cut off: a card takes the item's short forms, or goes to a list at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deckforge.emit.site import words
from deckforge.emit.site.view import blanked, deletions
from deckforge.model.course import SectionKind
from deckforge.model.items import Card, Cloze, Term
from deckforge.model.rich import Code, Image, Math

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckforge.emit.site.exam import Exam
    from deckforge.model.course import Course, Lesson
    from deckforge.model.items import AnyItem
    from deckforge.model.rich import Rich

ADDRESS = "print/"
"""Where all sheets stand: links on them are relative to this."""
PER_PAGE, COLUMNS = 8, 2
SIZES = (180, 330, 520, 740)
"""How many letters fit on a card in each size of type, the largest first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on a sheet, by the number that it has there."""

    number: int
    item: AnyItem
    points: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a sheet under a heading."""

    title: str
    lesson: Lesson
    instructions: Rich | None
    minutes: str
    asked: tuple[Asked, ...]

    @property
    def points(self) -> int:
        """What all its questions are worth."""
        return sum(each.points or 0 for each in self.asked)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file to be made: its name below `print/`, its template and what the template gets.

    A lesson's names end in `-questions`, `-key` and `-cards`, so no lesson's id can take the exam's names.
    """

    name: str
    template: str
    title: str
    values: dict[str, Any]
    lesson: Lesson | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """A card to cut out: both texts, each with its size of type from 1, the largest."""

    number: int
    front: Rich
    back: tuple[Rich, ...]
    sizes: tuple[int, int]


def sheets(course: Course, exam: Exam | None) -> Iterator[Sheet]:
    """Yield every sheet of a course."""
    for lesson in course.lessons:
        if not lesson.items:
            continue
        parts = tuple(_parts(lesson))
        values = {"parts": parts, "points": sum(part.points for part in parts), "minutes": ""}
        yield Sheet(f"{lesson.id}-questions.html", "print-questions.html", lesson.title, values, lesson)
        yield Sheet(f"{lesson.id}-key.html", "print-key.html", lesson.title, values, lesson)
        cards, long = cut(lesson)
        if cards or long:
            values = {"leaves": leaves(cards), "long": long}
            yield Sheet(f"{lesson.id}-cards.html", "print-cards.html", lesson.title, values, lesson)
    if exam and exam.questions:
        values = {"parts": _exam_parts(exam), "points": exam.points, "minutes": str(exam.minutes or "")}
        yield Sheet("exam.html", "print-questions.html", "Exam", values)
        yield Sheet("exam.key.html", "print-key.html", "Exam", values)


def _parts(lesson: Lesson) -> Iterator[Part]:
    """Yield the quizzes and problems of a lesson; all of its items where it has neither."""
    tested = [part for part in lesson.sections if part.kind in (SectionKind.QUIZ, SectionKind.PROBLEMS) and part.items]
    number = 0
    for section in tested or [part for part in lesson.sections if part.items]:
        asked = []
        for item in section.items:
            number += 1
            asked.append(Asked(number, item, words.worth(section, item)))
        title, minutes = words.section_title(section), str(section.minutes or "")
        yield Part(title, lesson, section.instructions, minutes, tuple(asked))


def _exam_parts(exam: Exam) -> tuple[Part, ...]:
    parts: list[Part] = []
    number = 0
    for lesson, questions in exam.lessons:
        asked = tuple(Asked(number + place, each.item, each.points) for place, each in enumerate(questions, 1))
        number += len(asked)
        parts.append(Part(lesson.title, lesson, None, "", asked))
    return tuple(parts)


# Cards ---------------------------------------------------------------------------------------------------------------


def cut(lesson: Lesson) -> tuple[list[Side], list[Side]]:
    """Return a lesson's cards to cut out, and those whose text no card holds."""
    cards: list[Side] = []
    long: list[Side] = []
    for item in lesson.items:
        for fronts, backs in _sides(item):
            number = len(cards) + len(long) + 1
            (front, first), (back, second) = _fitting(fronts), _fitting(backs)
            side = Side(number, front[0], back, (first, second))
            (cards if first and second else long).append(side)
    return cards, long


def _sides(item: AnyItem) -> Iterator[tuple[list[tuple[Rich, ...]], list[tuple[Rich, ...]]]]:
    """Yield the fronts and the backs that a card of an item may have, the fullest first."""
    fronts: list[tuple[Rich, ...]] = [(item.short_question,)] if item.short_question else []
    shorts: list[tuple[Rich, ...]] = [(item.in_short,)] if item.in_short else []
    match item:
        case Card() | Term():
            answer = item.answer if isinstance(item, Card) else item.definition
            yield [(item.front,), *fronts], [(answer,), *shorts] if answer else shorts or [()]
        case Cloze():
            answers = [(item.front, item.answer)] if item.answer else []
            for number in sorted(deletions(item.front)):
                yield [(blanked(item.front, number),)], [*answers, (item.front,)]
        case _:
            return


def _fitting(texts: Sequence[tuple[Rich, ...]]) -> tuple[tuple[Rich, ...], int]:
    """Return the first of some texts that fits on a card with its size of type; else the fullest, with 0."""
    for text in texts:
        length = sum(_length(each) for each in text)
        size = next((number for number, most in enumerate(SIZES, 1) if length <= most), 0)
        if size:
            return text, size
    return texts[0], 0


def _length(text: Rich) -> int:
    """Return how much room a text takes, in letters: what stands on lines of its own takes whole lines."""
    total = len(text.text)
    for piece in text.pieces:
        match piece:
            case str():
                total += 24 * sum(piece.count(mark) for mark in ("<p>", "<li>", "<tr>", "<br>"))
            case Code():
                total += sum(max(0, 40 - len(line)) for line in piece.text.splitlines()) + 60
            case Math(display=True):
                total += 140
            case Image():
                total += 520
            case _:
                pass
    return total


def leaves(cards: Sequence[Side]) -> list[tuple[list[Side | None], list[Side | None]]]:
    """Return the cards leaf by leaf: the fronts in their order, and the backs with the columns swapped."""
    found: list[tuple[list[Side | None], list[Side | None]]] = []
    for start in range(0, len(cards), PER_PAGE):
        fronts: list[Side | None] = list(cards[start : start + PER_PAGE])
        fronts += [None] * (PER_PAGE - len(fronts))
        backs = [fronts[row + column] for row in range(0, PER_PAGE, COLUMNS) for column in reversed(range(COLUMNS))]
        found.append((fronts, backs))
    return found
