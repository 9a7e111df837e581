"""Every text of a draft, with something done to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deckforge.intake.draft import Section

if TYPE_CHECKING:
    from collections.abc import Callable

    from deckforge.intake.draft import Item, Lesson, Prose


def mapped(lesson: Lesson, change: Callable[[str], str]) -> Lesson:
    """Return a lesson with every Markdown text changed."""

    def prose(part: Prose) -> Prose:
        return replace(part, text=change(part.text), heading=change(part.heading))

    return replace(
        lesson,
        objectives=tuple(map(change, lesson.objectives)),
        connections=tuple(replace(each, text=change(each.text)) for each in lesson.connections),
        concepts=tuple(replace(each, definition=change(each.definition)) for each in lesson.concepts),
        content=tuple(
            mapped_section(part, change) if isinstance(part, Section) else prose(part) for part in lesson.content
        ),
    )


def mapped_section(section: Section, change: Callable[[str], str]) -> Section:
    """Return a section with every Markdown text changed."""
    return replace(
        section,
        instructions=change(section.instructions),
        items=tuple(mapped_item(item, change) for item in section.items),
        performance=tuple(replace(b, level=change(b.level), advice=change(b.advice)) for b in section.performance),
        review=tuple(replace(row, text=change(row.text)) for row in section.review),
        checklist=tuple(replace(row, text=change(row.text)) for row in section.checklist),
        progression=tuple(replace(row, text=change(row.text)) for row in section.progression),
        source_mapping=tuple(replace(row, text=change(row.text)) for row in section.source_mapping),
        schedule=tuple(replace(step, text=change(step.text)) for step in section.schedule),
    )


def mapped_item(item: Item, change: Callable[[str], str]) -> Item:
    """Return an item with every Markdown text changed."""
    rubric = item.rubric and replace(
        item.rubric,
        levels=tuple(map(change, item.rubric.levels)),
        rows=tuple(
            replace(row, component=change(row.component), cells=tuple(map(change, row.cells)))
            for row in item.rubric.rows
        ),
    )
    return replace(
        item,
        front=change(item.front),
        title=change(item.title),
        answer=change(item.answer),
        explanation=change(item.explanation),
        gap=change(item.gap),
        solution=change(item.solution),
        extension=change(item.extension),
        why=change(item.why),
        short_question=change(item.short_question),
        in_short=change(item.in_short),
        options=tuple(replace(o, text=change(o.text), feedback=change(o.feedback)) for o in item.options),
        tasks=tuple(replace(task, text=change(task.text)) for task in item.tasks),
        rubric=rubric,
        criteria=tuple(map(change, item.criteria)),
        hints=tuple(replace(hint, text=change(hint.text)) for hint in item.hints),
        mistakes=tuple(
            replace(m, mistake=change(m.mistake), why=change(m.why), prevention=change(m.prevention))
            for m in item.mistakes
        ),
        extra={name: change(text) for name, text in item.extra.items()},
    )
