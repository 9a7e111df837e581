"""The lesson of a document: its parts in order, with what belongs to the whole."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from deckforge.intake import draft
from deckforge.intake.documents import concepts as concept_parts
from deckforge.intake.documents import values
from deckforge.intake.documents.account import Use
from deckforge.intake.documents.codes import REFERENCE
from deckforge.intake.documents.titles import lesson_title
from deckforge.model.course import SectionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.intake.documents.raw import Outline
    from deckforge.intake.documents.work import Work

KEPT_HEADING = "Also in the source"


def attach(work: Work) -> None:
    """Give the guides to the last section that has items, and tell of items they name that are not there."""
    guides = work.guides
    places = [
        at
        for at, (_, part) in enumerate(work.content)
        if isinstance(part, draft.Section) and part.kind is not SectionKind.TERMS
    ]
    if not places:
        return
    at = places[-1]
    first, section = work.content[at]
    assert isinstance(section, draft.Section)
    work.content[at] = (
        first,
        replace(
            section,
            performance=tuple(guides.performance),
            review=tuple(guides.review),
            checklist=tuple(guides.checklist),
            progression=tuple(guides.progression),
            source_mapping=tuple(guides.source_mapping),
            schedule=tuple(guides.schedule),
        ),
    )
    own = {item.label for item in work.outlined.items}
    words = {label.partition(" ")[0] for label in own if label}
    advice = (*guides.review, *guides.checklist, *guides.progression, *guides.source_mapping)
    rows = [*((row.labels, row.lines) for row in advice), *((row.labels, row.lines) for row in guides.schedule)]
    for labels, lines in rows:
        for label in labels:
            if label.partition(" ")[0] in words and label not in own:
                work.report(
                    REFERENCE,
                    lines,
                    f"there is no {label} in this document",
                    "correct the number, or leave the words",
                )


def lesson_of(work: Work) -> draft.Lesson:
    """Return the lesson, its parts in the order of the document."""
    said: Outline = work.outlined
    meta = {name: values.plain(value) for name, (value, _) in said.meta.items()}
    for _, lines in (*said.meta.values(), *said.claimed.values()):
        work.ledger.enter(lines, Use.METADATA)
    content = _ordered(work.content)
    content = _timed(content, meta.get("minutes", ""))
    title = meta.get("title") or lesson_title(said.title) or re.sub(r"\.\w+$", "", work.name.rpartition("/")[2])
    objectives = (*work.objectives, *(values.several(meta["objectives"]) if "objectives" in meta else ()))
    return draft.Lesson(
        title=values.plain(title),
        origin=work.name,
        description=meta.get("description", ""),
        source=meta.get("source", ""),
        subject=meta.get("subject", ""),
        generated=meta.get("generated", ""),
        tags=values.tags(meta.get("tags", "")),
        objectives=objectives,
        requires=values.several(meta.get("requires", "")),
        connections=tuple(work.guides.connections),
        concepts=concept_parts.related(work.relations, work.concepts),
        content=content,
        claimed={name: value for name, (value, _) in said.claimed.items()},
        lines=tuple(sorted({line for line, use in work.ledger.uses.items() if use is Use.METADATA})),
    )


def _timed(content: tuple[draft.Prose | draft.Section, ...], said: str) -> tuple[draft.Prose | draft.Section, ...]:
    """Give the time of the whole to its one section; of several, to the words of the first."""
    time = values.minutes(said) if said else None
    sections = [part for part in content if isinstance(part, draft.Section) and part.kind is not SectionKind.TERMS]
    if not sections or not said:
        return content
    first = sections[0]
    needed = sum(item.minutes.low for item in first.items if item.minutes)
    if len(sections) == 1 and time and needed <= time.high:
        timed = replace(first, minutes=time)
    else:
        words = f"**Estimated time:** {said}"
        timed = replace(first, instructions=f"{first.instructions}\n\n{words}".strip())
    return tuple(timed if part is first else part for part in content)


def _ordered(content: Sequence[tuple[int, draft.Prose | draft.Section]]) -> tuple[draft.Prose | draft.Section, ...]:
    """Return the parts in the order of the document; prose without a heading goes below the heading before it."""
    made: list[draft.Prose | draft.Section] = []
    for _, part in sorted(content, key=lambda each: each[0]):
        if isinstance(part, draft.Prose) and not part.heading and made:
            before = made[-1]
            if isinstance(before, draft.Prose):
                made[-1] = replace(
                    before, text=f"{before.text}\n\n{part.text}".strip(), lines=(*before.lines, *part.lines)
                )
            else:
                made.append(replace(part, heading=KEPT_HEADING, level=2))
        elif isinstance(part, draft.Prose) and (not made or isinstance(made[-1], draft.Section)):
            made.append(replace(part, level=2))
        else:
            made.append(part)
    return tuple(made)
