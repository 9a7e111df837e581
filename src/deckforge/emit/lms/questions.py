"""What becomes of each kind of item in a learning management system, decided once for all formats.

| item | question |
|---|---|
| choice | choice, one or several keys, feedback an option |
| numeric | a number, between the ends of its acceptance interval; a word or a truth value is typed |
| cloze | gaps in the sentence, or a question a deletion; free text where a deletion cannot be typed |
| term | terms of a section matched with their definitions; alone, the term is typed |
| short, essay, card | free text, with answer, criteria and rubric for whoever grades |
| problem | with hints that come one at a time: a report of how far one got; else free text |

A file has a group of questions a section, so that whoever imports a quiz can leave the flashcards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from deckforge.emit import losses
from deckforge.emit.anki.notes import tags
from deckforge.emit.lms import grading
from deckforge.emit.lms.gaps import BLANK, GAP, Deletion, deletions, typable, variants
from deckforge.emit.lms.question import Bank, Form, Group, Option, Question
from deckforge.emit.lms.text import Page, line
from deckforge.emit.options import keeps_order
from deckforge.emit.site import words
from deckforge.emit.site.atlas import Atlas
from deckforge.model import diagrams
from deckforge.model.items import Card, Choice, Cloze, Essay, Numeric, Problem, Short, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from deckforge.emit.losses import Losses
    from deckforge.model.course import Course, Section
    from deckforge.model.items import AnyItem, Rubric, Task
    from deckforge.model.rich import Piece, Rich


MOST_KEYS = 10
"""Moodle knows the grades 1/1 to 1/10, and refuses others."""
_PAIRS = range(3, 13)
"""How many pairs a matching question has: with fewer there is nothing to choose."""


def bank(course: Course, lost: Losses, *, folder: str | None, gaps: bool, hints: bool) -> Bank:
    """Return the course's questions by section, without empty sections.

    `folder` is where pictures will be (see `Page`); `gaps` says that a question may have several gaps, `hints` that
    hints can come one at a time.
    """
    course = diagrams.drawn(course)
    atlas = Atlas(course)
    groups = []
    pictures: dict[str, bytes] = {}
    for lesson in course.lessons:
        page = Page(atlas, lesson, folder, pictures)
        labels = words.labels(lesson)
        for number, section in enumerate(lesson.sections, start=1):
            maker = _Maker(page, section, labels, lost, gaps=gaps, hints=hints)
            questions = tuple(maker.questions())
            path = (line(course.title), line(lesson.title), line(words.section_title(section)))
            if questions:
                groups.append(Group(f"{lesson.id}-{number}", path, page.render(section.instructions), questions))
        lost.add(losses.PICTURES, lesson.id, "pictures are left out", len(page.missing))
    return Bank(tuple(groups), dict(sorted(pictures.items())))


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the questions of one section."""

    page: Page
    section: Section
    labels: Mapping[str, str]
    lost: Losses
    gaps: bool
    hints: bool

    def questions(self) -> Iterator[Question]:
        """Yield the section's questions in its order; matched terms stand where the first of them stood."""
        matched = {id(chunk[0]): chunk for chunk in _chunks(self.section.items)}
        inside = {id(term) for chunk in matched.values() for term in chunk}
        for item in self.section.items:
            if id(item) in matched:
                yield self._match(matched[id(item)])
            elif id(item) not in inside:
                yield from self._of(item)

    def _of(self, item: AnyItem) -> Iterator[Question]:
        if not item.front:
            self._leave(item)
            return
        match item:
            case Choice():
                yield from self._choice(item)
            case Numeric():
                yield self._numeric(item)
            case Cloze():
                yield from self._cloze(item)
            case Term():
                yield from self._term(item)
            case Card():
                yield self._free(item, item.front, self._render(item.answer))
            case Short() | Essay():
                yield self._written(item)
            case Problem():
                yield self._problem(item)

    def _leave(self, item: AnyItem) -> None:
        self.lost.add(losses.NO_PLACE, item.id, "items are left out: there is nothing to ask, or nothing to answer")

    def _render(self, rich: Rich | None) -> str:
        return self.page.render(rich)

    def _paragraph(self, rich: Rich) -> str:
        return self._render(rich) if rich.block else f"<p>{self._render(rich)}</p>"

    def _base(self, item: AnyItem, form: Form, stem: str) -> Question:
        worth = words.worth(self.section, item)
        label = self.labels[item.id]
        return Question(
            id=item.id,
            items=(item.id,),
            form=form,
            name=line(item.heading.text, 100) or item.id,
            label=label,
            stem=stem,
            points=1 if worth is None else worth,
            tags=tags(item, self.page.lesson),
        )

    def _after(self, item: AnyItem, *parts: str) -> str:
        """Return what a learner reads after answering, with the title and why it matters."""
        title = f"<p><strong>{self._render(item.title)}</strong></p>" if item.title else ""
        return "".join((title, *parts, _headed("Why it matters", self._render(item.why))))

    # Kinds ----------------------------------------------------------------------------------------------------------

    def _choice(self, item: Choice) -> Iterator[Question]:
        keys = sum(option.key for option in item.options)
        if not 1 <= keys <= MOST_KEYS or len(item.options) < 2:
            self._leave(item)
            return
        options = tuple(
            Option(self._render(option.text), option.key, self._render(option.feedback)) for option in item.options
        )
        yield replace(
            self._base(item, Form.CHOICE, self._render(item.front)),
            options=options,
            single=not item.multiple,
            shuffle=not keeps_order(item.options),
            feedback=self._after(item, self._render(item.explanation)),
            missed=self._render(item.gap),
        )

    def _numeric(self, item: Numeric) -> Question:
        answer = self._render(item.answer)
        feedback = self._after(item, answer, self._render(item.explanation))
        stem = self._render(item.front)
        if number := grading.number(item.value):
            unit = f"<p>Unit: {escape(number.unit, quote=False)}</p>" if number.unit else ""
            return replace(self._base(item, Form.NUMBER, stem + unit), number=number, feedback=feedback)
        word = grading.word(item.value)
        if word and typable(word):
            return replace(self._base(item, Form.TYPED, stem), accepted=((word,),), feedback=feedback)
        self.lost.add(losses.UNGRADED, item.id, "numeric questions are graded by hand")
        return replace(self._base(item, Form.FREE, stem), feedback=feedback, answer=answer)

    def _cloze(self, item: Cloze) -> Iterator[Question]:
        parts, typed = deletions(item.front)
        marks = [part for part in parts if isinstance(part, Deletion)]
        if not marks:
            self._leave(item)
            return
        whole = self._paragraph(item.front)
        feedback = self._after(item, whole, self._render(item.answer))
        if not typed:
            self.lost.add(losses.UNTYPED, item.id, "clozes are graded by hand")
            stem = self._blanked(item, parts, [BLANK + _hint(mark) for mark in marks])
            yield replace(self._base(item, Form.FREE, stem), feedback=feedback, answer=whole)
        elif self.gaps:
            stem = self._blanked(item, parts, [GAP + _hint(mark) for mark in marks])
            accepted = tuple(variants(mark.words) for mark in marks)
            yield replace(self._base(item, Form.GAPS, stem), accepted=accepted, feedback=feedback)
        else:
            yield from self._one_by_one(item, parts, marks, feedback)

    def _one_by_one(
        self, item: Cloze, parts: Sequence[tuple[Piece, ...] | Deletion], marks: Sequence[Deletion], feedback: str
    ) -> Iterator[Question]:
        """Yield a question a deletion: the others are shown."""
        for number, asked in enumerate(marks, start=1):
            fillings = [BLANK + _hint(mark) if mark is asked else escape(mark.words, quote=False) for mark in marks]
            base = self._base(item, Form.TYPED, self._blanked(item, parts, fillings))
            one = replace(base, accepted=(variants(asked.words),), feedback=feedback)
            yield one if len(marks) == 1 else replace(one, id=f"{item.id}.{number}", name=f"{one.name} ({number})")

    def _blanked(self, item: Cloze, parts: Iterable[tuple[Piece, ...] | Deletion], fillings: Iterable[str]) -> str:
        """Return the sentence with a filling (HTML) in place of each deletion."""
        filling = iter(fillings)
        pieces: list[Piece] = []
        for part in parts:
            pieces += [next(filling)] if isinstance(part, Deletion) else part
        return self.page.pieces(item.front, pieces)

    def _term(self, item: Term) -> Iterator[Question]:
        definition = self._render(item.definition)
        word = line(item.front.text)
        if not definition.strip():
            self._leave(item)
            return
        if typable(word):
            feedback = self._after(item, self._paragraph(item.front))
            stem = f"<p>Which term is meant?</p>{definition}"
            yield replace(self._base(item, Form.TYPED, stem), accepted=((word,),), feedback=feedback)
        else:
            yield self._free(item, item.front, definition)

    def _match(self, terms: Sequence[Term]) -> Question:
        base = self._base(terms[0], Form.MATCH, "<p>Match each definition with its term.</p>")
        return replace(
            base,
            id=f"{terms[0].id}.match",
            items=tuple(term.id for term in terms),
            name=line(f"{self.page.lesson.title}: terms from {terms[0].front.text} to {terms[-1].front.text}", 100),
            label="Terms",
            points=len(terms),
            pairs=tuple((self._render(term.definition), line(term.front.text)) for term in terms),
            feedback="".join(self._after(term) for term in terms),
            tags=tuple(dict.fromkeys(tag for term in terms for tag in tags(term, self.page.lesson))),
        )

    def _free(self, item: AnyItem, front: Rich, answer: str) -> Question:
        base = self._base(item, Form.FREE, self._render(front))
        return replace(base, feedback=self._after(item, answer), answer=answer)

    def _written(self, item: Short | Essay) -> Question:
        stem = self._render(item.front) + self._tasks(item.tasks)
        if item.words:
            stem += f"<p>{item.words} words</p>"
        answer = self._render(item.answer)
        criteria = _list("ul", (self._render(text) for text in item.criteria))
        scoring = _headed("Criteria", criteria) + _headed("Rubric", self._rubric(item.rubric))
        base = self._base(item, Form.FREE, stem)
        return replace(base, feedback=self._after(item, answer), answer=answer, scoring=scoring, length=item.words)

    def _problem(self, item: Problem) -> Question:
        stem = self._render(item.front) + self._tasks(item.tasks)
        hints = tuple(
            (f"<p><strong>{escape(hint.name, quote=False)}</strong></p>" if hint.name else "") + self._render(hint.text)
            for hint in item.hints
        )
        solution = self._render(item.solution)
        mistakes = _list("ul", (self._mistake(row.mistake, row.why, row.prevention) for row in item.mistakes))
        rest = _headed("Common mistakes", mistakes) + _headed("Go further", self._render(item.extension))
        if hints and self.hints:
            base = self._base(item, Form.REPORT, stem)
            return replace(base, feedback=self._after(item, solution, rest), hints=hints)
        base = self._base(item, Form.FREE, stem)
        if hints:
            self.lost.add(losses.LATE_HINTS, item.id, "problems show their hints with the solution")
        shown = _headed("Hints", _list("ol", hints)) + _headed("Solution", solution)
        return replace(base, feedback=self._after(item, shown, rest), answer=solution)

    # Parts ----------------------------------------------------------------------------------------------------------

    def _tasks(self, tasks: Iterable[Task]) -> str:
        def one(task: Task) -> str:
            return self._render(task.text) + ("" if task.points is None else f" ({_points(task.points)})")

        return _list("ol", (one(task) for task in tasks))

    def _rubric(self, rubric: Rubric | None) -> str:
        if rubric is None:
            return ""
        levels = "".join(f"<th>{self._render(level)}</th>" for level in rubric.levels)
        rows = "".join(
            f"<tr><td>{self._render(row.component)}</td><td>{'' if row.points is None else row.points}</td>"
            + "".join(f"<td>{self._render(cell)}</td>" for cell in row.cells)
            + "</tr>"
            for row in rubric.rows
        )
        return f"<table><thead><tr><th>Criterion</th><th>Points</th>{levels}</tr></thead><tbody>{rows}</tbody></table>"

    def _mistake(self, mistake: Rich, why: Rich, prevention: Rich | None) -> str:
        return self._render(mistake) + self._render(why) + self._render(prevention)


def _chunks(items: Iterable[AnyItem]) -> list[list[Term]]:
    """Return the terms that are matched, a list a question, of about the same length."""
    terms: dict[str, Term] = {}
    for item in items:
        if isinstance(item, Term) and item.definition and typable(line(item.front.text)):
            terms.setdefault(line(item.front.text).casefold(), item)
    found = list(terms.values())
    if len(found) < _PAIRS.start:
        return []
    count = -(-len(found) // (_PAIRS.stop - 1))
    size, more = divmod(len(found), count)
    ends = [place * size + min(place, more) for place in range(count + 1)]
    return [found[start:end] for start, end in pairwise(ends)]


def _hint(mark: Deletion) -> str:
    return f" <em>({escape(mark.hint, quote=False)})</em>" if mark.hint else ""


def _points(points: int) -> str:
    return "1 point" if points == 1 else f"{points} points"


def _headed(heading: str, body: str) -> str:
    return f"<p><strong>{heading}</strong></p>{body}" if body else ""


def _list(tag: str, texts: Iterable[str]) -> str:
    rows = "".join(f"<li>{text}</li>" for text in texts)
    return f"<{tag}>{rows}</{tag}>" if rows else ""
