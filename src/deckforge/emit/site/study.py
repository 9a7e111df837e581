"""What the study elements of the site get: the course, and the texts of each lesson, as classic scripts.

A page may be opened from a file, where nothing can be fetched, and the theme runs scripts that stand in a page again
on every navigation. So the data is a script of its own that registers itself, loaded by the elements when they need
it. Its shape is the contract of `frontend/src/contract.ts`, and a change here is a change there.

Texts are the same HTML as on the pages, with two differences: addresses begin with `@/`, which the elements replace by
the root of the site, and what is asked carries no mark that would give an answer away.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from math import inf, nextafter
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

from deckforge.emit.options import keeps_order
from deckforge.emit.order import in_study_order
from deckforge.emit.site import reports, words
from deckforge.emit.site.atlas import lesson_page, study_page
from deckforge.emit.site.view import View, blanked, deletions, question_line
from deckforge.model import units, written
from deckforge.model.items import Card, Choice, Cloze, Numeric, Problem, Term, Written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deckforge.emit.site.atlas import Atlas
    from deckforge.model.claims import Claim, Verdict
    from deckforge.model.course import Advice, Course, Lesson, Section
    from deckforge.model.items import AnyItem, Kind, Range, Rubric, Task
    from deckforge.model.rich import Rich

SCHEMA = 1
"""The version of the contract; the elements refuse any other with a message."""
WHOLE = "*"
"""The deck of the whole course; no lesson has this id."""
Json: TypeAlias = dict[str, Any]


@dataclass
class Rooted(View):
    """A view whose addresses begin at the root of the site, wherever the text will be shown."""

    def to(self, address: str) -> str:
        """Return an address from the root: `@/lessons/flow/#vanishing`."""
        path, hash_, anchor = address.partition("#")
        return f"@/{quote(path)}{hash_}{anchor}"


def script(kind: str, data: Json) -> bytes:
    """Return a script that registers data. JSON is JavaScript but for what ends a line, a script or a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for mark, safe in (("\u2028", "\\u2028"), ("\u2029", "\\u2029"), ("</", "<\\/"), ("<!--", "\\u003c!--")):
        text = text.replace(mark, safe)
    return f'deckforge.register("{kind}", {text});\n'.encode()


def lesson_script(lesson: Lesson) -> str:
    """Return where the texts of a lesson stand on the site."""
    return f"assets/study/lesson-{lesson.id}.js"


def scripts(course: Course, atlas: Atlas, verdicts: Mapping[Claim, Verdict]) -> tuple[dict[str, bytes], list[View]]:
    """Return the data by its place on the site, and the views that it was rendered with."""
    made: dict[str, bytes] = {}
    views: list[View] = []
    for lesson in course.lessons:
        view = Rooted("", atlas, verdicts, lesson, tips=f"df-tip-{lesson.id}")
        made[lesson_script(lesson)] = script("lesson", texts(course, lesson, view))
        views.append(view)
    digests = {path: hashlib.sha256(data).hexdigest()[:8] for path, data in made.items()}
    made["assets/study/course.js"] = script("course", overview(course, digests))
    return made, views


# The course ----------------------------------------------------------------------------------------------------------


def overview(course: Course, digests: Mapping[str, str]) -> Json:
    """Return the course without its texts; a lesson's script carries a digest, so that no cache gives an old one."""
    return {
        "schema": SCHEMA,
        "id": course.id,
        "title": course.title,
        "language": course.language,
        "report": reports.template(course),
        "worker": "@/sw.js",
        "lessons": [
            {
                "id": lesson.id,
                "title": lesson.title,
                "url": f"@/{lesson_page(lesson)}",
                "script": f"@/{quote(lesson_script(lesson))}?v={digests[lesson_script(lesson)]}",
            }
            for lesson in course.lessons
        ],
        "decks": decks(course),
        "concepts": [
            {
                "id": concept.id,
                "title": concept.title,
                "url": f"@/concepts/#{concept.id}",
                "requires": list(concept.requires),
            }
            for concept in course.concepts
        ],
        "defaults": _defaults(course),
        "items": [_summary(lesson, section, item) for lesson, section, item in in_study_order(course)],
    }


def decks(course: Course) -> list[Json]:
    """Return what can be studied: the whole course first, then each lesson that has items."""
    lessons = [lesson for lesson in course.lessons if lesson.items]
    whole = {"id": WHOLE, "title": course.title, "url": "@/study/", "lessons": [lesson.id for lesson in lessons]}
    return [
        whole,
        *(
            {"id": lesson.id, "title": lesson.title, "url": f"@/{study_page(lesson)}", "lessons": [lesson.id]}
            for lesson in lessons
        ),
    ]


def _defaults(course: Course) -> Json:
    preset, test = course.preset, course.site.test
    return {
        "newPerDay": preset.new_per_day,
        "reviewsPerDay": preset.reviews_per_day,
        "retention": preset.retention,
        "test": {
            "count": test.count,
            "minutes": test.minutes,
            "kinds": [str(kind) for kind in test.kinds or _tested(course)],
        },
    }


def _tested(course: Course) -> tuple[Kind, ...]:
    """Return the kinds of item that the course asks in its quizzes, else every kind that it has."""
    asked = [item.kind for lesson in course.lessons for part in lesson.sections if part.kind == "quiz"
             for item in part.items]  # fmt: skip
    return tuple(dict.fromkeys(asked or [item.kind for _, item in course.items.values()]))


def _summary(lesson: Lesson, section: Section, item: AnyItem) -> Json:
    return {
        "id": item.id,
        "kind": str(item.kind),
        "lesson": lesson.id,
        "section": str(section.kind),
        "text": question_line(item),
        "url": f"@/{lesson_page(lesson)}#{item.id}",
        "concepts": list(item.concepts),
        "difficulty": str(item.difficulty or ""),
        "bloom": [str(level) for level in item.bloom],
        "critical": item.critical,
        "tags": list(item.tags),
        "both": isinstance(item, Card | Term) and item.both,
        "blanks": sorted(deletions(item.front)) if isinstance(item, Cloze) else [],
        "points": words.worth(section, item) or _parts_worth(item) or 1,
        "minutes": _middle(item.minutes),
    }


def _parts_worth(item: AnyItem) -> int:
    """Return the points that an item's tasks or its rubric add up to."""
    rows = item.rubric.rows if isinstance(item, Written) and item.rubric else ()
    tasks = item.tasks if isinstance(item, Written | Problem) else ()
    return sum(task.points or 0 for task in tasks) or sum(row.points or 0 for row in rows)


def _middle(stretch: Range | None) -> float:
    total = stretch.low + stretch.high if stretch else 0
    return total // 2 if total % 2 == 0 else total / 2


# The texts of a lesson -----------------------------------------------------------------------------------------------


def texts(course: Course, lesson: Lesson, view: View) -> Json:
    """Return a lesson's items and what belongs to its sections."""
    return {
        "schema": SCHEMA,
        "course": course.id,
        "lesson": lesson.id,
        "items": [_item(item, view) for item in lesson.items],
        "sections": [_section(section, view) for section in lesson.sections],
    }


def _item(item: AnyItem, view: View) -> Json:
    common: Json = {
        "id": item.id,
        "kind": str(item.kind),
        "front": view.question(item),
        "title": view.rich(item.title),
        "short": view.rich(item.in_short),
        "why": view.rich(item.why),
        "source": item.source,
    }
    match item:
        case Card():
            return common | {"answer": view.rich(item.answer), "plain": _plain(item.answer, item.in_short)}
        case Term():
            return common | {"answer": view.rich(item.definition), "plain": _plain(item.definition, item.in_short)}
        case Cloze():
            return common | {
                "back": view.rich(item.front),
                "answer": view.rich(item.answer),
                "blanks": _blanks(item, view),
            }
        case Choice():
            return common | _choice(item, view)
        case Numeric():
            return common | {
                "answer": view.rich(item.answer),
                "explanation": view.rich(item.explanation),
                "accept": accept(item.value.text, item.value.override) if item.value else None,
            }
        case Problem():
            return common | _problem(item, view)
        case _:
            return common | _written(item, view)


def _plain(answer: Rich | None, in_short: Rich | None) -> str:
    """Return the answer to type: the shorter of the answer and its short form, in plain words."""
    found = [" ".join(text.text.split()) for text in (answer, in_short) if text and text.text.strip()]
    return min(found, key=len, default="")


def _blanks(item: Cloze, view: View) -> list[Json]:
    """Return each deletion's sentence, in which it alone is blank, and its words."""
    return [
        {"number": number, "front": view.asked(blanked(item.front, number)), "plain": plain}
        for number, plain in sorted(deletions(item.front).items())
    ]


def _choice(item: Choice, view: View) -> Json:
    return {
        "options": [
            {"text": view.plain(option.text), "key": option.key, "feedback": view.rich(option.feedback)}
            for option in item.options
        ],
        "multiple": item.multiple,
        "shuffle": not keeps_order(item.options),
        "explanation": view.rich(item.explanation),
        "gap": view.rich(item.gap),
    }


def _written(item: Written, view: View) -> Json:
    return {
        "tasks": _tasks(item.tasks, view),
        "answer": view.rich(item.answer),
        "rubric": _rubric(item.rubric, view),
        "criteria": [view.rich(criterion) for criterion in item.criteria],
        "words": str(item.words or ""),
    }


def _problem(item: Problem, view: View) -> Json:
    return {
        "tasks": _tasks(item.tasks, view),
        "hints": [{"name": hint.name, "text": view.asked(hint.text)} for hint in item.hints],
        "solution": view.rich(item.solution),
        "mistakes": [
            {"mistake": view.rich(row.mistake), "why": view.rich(row.why), "prevention": view.rich(row.prevention)}
            for row in item.mistakes
        ],
        "extension": view.rich(item.extension),
    }


def _tasks(tasks: Iterable[Task], view: View) -> list[Json]:
    return [{"text": view.asked(task.text), "points": task.points or 0} for task in tasks]


def _rubric(rubric: Rubric | None, view: View) -> Json | None:
    if rubric is None:
        return None
    return {
        "levels": [view.rich(level) for level in rubric.levels],
        "rows": [
            {
                "component": view.rich(row.component),
                "points": row.points or 0,
                "cells": [view.rich(cell) for cell in row.cells],
            }
            for row in rubric.rows
        ],
    }


def _section(section: Section, view: View) -> Json:
    guide = section.guide
    return {
        "kind": str(section.kind),
        "title": words.section_title(section),
        "minutes": section.minutes.high if section.minutes else 0,
        "items": [item.id for item in section.items],
        "performance": [
            {"low": band.low, "high": band.high, "level": view.rich(band.level), "advice": view.rich(band.advice)}
            for band in guide.performance
        ],
        "review": _advice(guide.review, view),
        "checklist": _advice(guide.checklist, view),
        "progression": _advice(guide.progression, view),
    }


def _advice(rows: Iterable[Advice], view: View) -> list[Json]:
    return [{"items": list(row.items), "text": view.rich(row.text)} for row in rows]


# Numbers -------------------------------------------------------------------------------------------------------------


def accept(text: str, override: str) -> Json | None:
    """Return what a typed number is judged by, or `None` for what is no number: a truth value, a word, a mistake.

    It is the claim's own acceptance interval. The ends are in the unit of writing; an end that does not belong to the
    interval is open, and stands for itself.
    """
    try:
        value = written.parse(text, override)
    except written.WrittenError:
        return None  # the claim itself is a mistake that has its own diagnostic
    if not value.numeric:
        return None
    interval = value.interval()
    low_open, high_open = value.strict and interval.low != -inf, value.strict and interval.high != inf
    low = nextafter(interval.low, -inf) if low_open else interval.low
    high = nextafter(interval.high, inf) if high_open else interval.high
    return {
        "low": None if low == -inf else low / value.scale,
        "high": None if high == inf else high / value.scale,
        "lowOpen": low_open,
        "highOpen": high_open,
        "unit": value.unit,
        "factor": value.scale,
        "units": {name: float(factor) for name, factor in sorted(units.spellings(value.unit).items())},
    }
