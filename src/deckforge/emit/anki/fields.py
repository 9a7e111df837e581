"""Items to fields: what each kind of item puts where.

A field holds finished HTML. Whatever has a shape of its own (options, a rubric, hints) is put together here, so that a
template only places it; behaviour (shuffling, scoring) is the template's.
"""

from __future__ import annotations

from html import escape
from math import isfinite
from typing import TYPE_CHECKING

from deckforge.emit.anki import evidence
from deckforge.emit.anki.target import ASKED, NONE, item_url
from deckforge.emit.options import keeps_order
from deckforge.model import written
from deckforge.model.claims import ClaimKind
from deckforge.model.items import Card, Choice, Cloze, Essay, Numeric, Problem, Short, Term, Written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deckforge.emit.anki.target import AnkiTarget
    from deckforge.model.course import Section
    from deckforge.model.items import AnyItem, Hint, Mistake, Rubric, Task


def fields(item: AnyItem, section: Section, target: AnkiTarget) -> dict[str, str]:
    """Return the fields that an item fills, by name; the others stay empty."""
    found = _common(item, section, target)
    match item:
        case Card():
            found |= {"Back": target.render(item.answer), "Both": "1" if item.both else ""}
        case Cloze():
            found["Back"] = target.render(item.answer)
        case Choice():
            found |= _choice(item, target)
        case Numeric():
            found |= _numeric(item, target)
        case Short() | Essay():
            found |= _written(item, target)
        case Problem():
            found |= _problem(item, target)
        case Term():
            found |= {"Back": target.render(item.definition), "Both": "1" if item.both else ""}
    return {name: text for name, text in found.items() if text}


def _common(item: AnyItem, section: Section, target: AnkiTarget) -> dict[str, str]:
    course, lesson = target.course, target.lesson
    titles = {concept.id: concept.title for concept in course.concepts}
    points = item.points if item.points is not None else section.points
    url = item_url(course, lesson, item.id)
    title = escape(lesson.title, quote=False)
    return {
        "ID": item.id,
        "Front": target.marking(ASKED).render(item.front),
        "Title": target.render(item.title),
        "InShort": target.render(item.in_short),
        "Why": target.render(item.why),
        "Evidence": _evidence(item, target),
        "Concept": ", ".join(escape(titles.get(concept, concept), quote=False) for concept in item.concepts),
        "Bloom": ", ".join(level.value for level in item.bloom),
        "Difficulty": item.difficulty.value if item.difficulty else "",
        "Lesson": f'<a href="{escape(url)}">{title}</a>' if url else title,
        "Source": escape(item.source, quote=False),
        "Terms": escape(", ".join(item.terms), quote=False),
        "Points": "" if points is None else str(points),
        "Minutes": str(item.minutes or ""),
    }


def _evidence(item: AnyItem, target: AnkiTarget) -> str:
    """Return what answers for each number of an item, each number once."""
    rows: dict[str, None] = {}
    for text in item.texts():
        for claim in text.all_claims():
            if claim.kind is ClaimKind.GIVEN:
                continue  # a premise needs no evidence
            answer = evidence.answer(claim, target.course, target.verdicts)
            proof = f" <code>{escape(answer.proof)}</code>" if answer.proof else ""
            arguments = f" with {escape(answer.arguments, quote=False)}" if answer.arguments else ""
            number = target.claim(claim, escape(claim.text, quote=False))
            rows[f"<li>{number} {escape(answer.words, quote=False)}{proof}{arguments}</li>"] = None
    return f"<ul>{''.join(rows)}</ul>" if rows else ""


def _choice(item: Choice, target: AnkiTarget) -> dict[str, str]:
    kind = "checkbox" if item.multiple else "radio"
    fixed = " data-fixed" if keeps_order(item.options) else ""
    options = "".join(
        f'<li{" data-key" if option.key else ""}><label class="df-option tappable"><input type="{kind}" name="df">'
        f'<span class="df-text">{target.marking(NONE).render(option.text)}</span></label>'
        f"{_block('df-feedback', target.render(option.feedback))}</li>"
        for option in item.options
    )
    return {
        "Options": f'<ol class="df-options"{fixed}>{options}</ol>',
        "Multiple": "1" if item.multiple else "",
        "Explanation": target.render(item.explanation),
        "Gap": target.render(item.gap),
    }


def _numeric(item: Numeric, target: AnkiTarget) -> dict[str, str]:
    judged = {} if item.value is None else bounds(item.value.text, item.value.override)
    return {"Back": target.render(item.answer), "Explanation": target.render(item.explanation), **judged}


def _written(item: Written, target: AnkiTarget) -> dict[str, str]:
    return {
        "Tasks": _tasks(item.tasks, target),
        "Back": target.render(item.answer),
        "Rubric": _rubric(item.rubric, target),
        "Criteria": _items("ul", (target.render(text) for text in item.criteria)),
        "Words": str(item.words or ""),
    }


def _problem(item: Problem, target: AnkiTarget) -> dict[str, str]:
    return {
        "Type": item.type.value if item.type else "",
        "Tasks": _tasks(item.tasks, target),
        "Hints": "".join(
            _hint(number, len(item.hints), hint, target) for number, hint in enumerate(item.hints, start=1)
        ),
        "Back": target.render(item.solution),
        "Mistakes": _mistakes(item.mistakes, target),
        "Extension": target.render(item.extension),
    }


def _hint(number: int, total: int, hint: Hint, target: AnkiTarget) -> str:
    of = f"Hint {number} of {total}" if total > 1 else "Hint"
    name = f" · {escape(hint.name, quote=False)}" if hint.name else ""
    body = target.marking(ASKED).render(hint.text)
    return f'<details class="df-hint tappable"><summary>{of}{name}</summary>{_block("df-body", body)}</details>'


def _tasks(tasks: Iterable[Task], target: AnkiTarget) -> str:
    def one(task: Task) -> str:
        points = "" if task.points is None else f' <span class="df-points">{_points(task.points)}</span>'
        return f"{target.marking(ASKED).render(task.text)}{points}"

    return _items("ol", (one(task) for task in tasks))


def _points(points: int) -> str:
    return "1 point" if points == 1 else f"{points} points"


def _rubric(rubric: Rubric | None, target: AnkiTarget) -> str:
    """Return a rubric as a list to score oneself by: a row a criterion, in it a level to choose.

    The best level is worth the row's points, the last one nothing, those between them in equal steps; a rubric without
    levels is ticked.
    """
    if rubric is None:
        return ""
    levels = [target.render(level) for level in rubric.levels]
    rows = []
    for number, row in enumerate(rubric.rows):
        points = row.points or 0
        shown = f' <span class="df-points">{_points(points)}</span>' if points else ""
        cells = [target.render(cell) for cell in row.cells]
        chosen: list[str] = []
        for place, level in enumerate(levels):
            worth = points * (len(levels) - 1 - place) / (len(levels) - 1) if len(levels) > 1 else points
            cell = cells[place] if place < len(cells) else ""
            chosen.append(
                f'<label class="df-level tappable"><input type="radio" name="df-row-{number}" value="{worth:g}">'
                f'<span class="df-text"><b>{level}</b> {cell}</span></label>'
            )
        if not levels:
            chosen.append(
                f'<label class="df-level tappable"><input type="checkbox" name="df-row-{number}" value="{points}">'
                f'<span class="df-text">{" ".join(cells) or "Met"}</span></label>'
            )
        rows.append(f'<li data-points="{points}"><p>{target.render(row.component)}{shown}</p>{"".join(chosen)}</li>')
    return f'<ol class="df-rubric">{"".join(rows)}</ol>'


def _mistakes(mistakes: Iterable[Mistake], target: AnkiTarget) -> str:
    def one(row: Mistake) -> str:
        prevention = _block("df-prevention", target.render(row.prevention))
        return f"{_block('df-mistake', target.render(row.mistake))}{_block('', target.render(row.why))}{prevention}"

    return _items("ul", (one(row) for row in mistakes))


def _items(tag: str, texts: Iterable[str]) -> str:
    rows = "".join(f"<li>{text}</li>" for text in texts)
    return f"<{tag}>{rows}</{tag}>" if rows else ""


def _block(css: str, body: str) -> str:
    return (f'<div class="{css}">{body}</div>' if css else f"<div>{body}</div>") if body else ""


def bounds(text: str, override: str) -> dict[str, str]:
    """Return what a typed answer is judged by: the acceptance interval of a written value.

    `Low` and `High` are in base units (an open end is missing), `Scale` is how many base units the `Unit` of writing
    is, `Accepted` says the interval to a person. A truth value or a word has only `Accepted`: it is compared as text.
    The same rule judges the claim when the course is built.
    """
    try:
        value = written.parse(text, override)
    except written.WrittenError:
        return {}  # the claim itself is a mistake that has its own diagnostic
    if not value.numeric:
        return {"Accepted": escape(value.text, quote=False)}
    interval = value.interval()
    return {
        "Low": repr(interval.low) if isfinite(interval.low) else "",
        "High": repr(interval.high) if isfinite(interval.high) else "",
        "Scale": f"{value.scale!r}",
        "Unit": escape(value.unit, quote=False),
        "Accepted": escape(interval.text, quote=False),
    }
