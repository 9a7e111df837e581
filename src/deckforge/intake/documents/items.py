"""An item of the outline to a draft: cards, problems, questions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from deckforge.intake import draft
from deckforge.intake.documents import structures, values
from deckforge.intake.documents.account import Use
from deckforge.intake.documents.agree import agreed
from deckforge.intake.documents.codes import NO_ANSWER
from deckforge.intake.documents.dialect import joined
from deckforge.intake.documents.questions import question
from deckforge.intake.documents.shared import (
    NAMES,
    common,
    hints_of,
    title_and_front,
    titled,
    together,
    unbold,
    with_hints,
)
from deckforge.intake.documents.structures import lines_of
from deckforge.model.items import Kind

if TYPE_CHECKING:
    from deckforge.intake.documents.maker import Maker
    from deckforge.intake.documents.raw import RawItem

_TABLES = ("rubric", "mistakes", "options", "wrong", "explanation", "key")
"""Parts whose tables are taken apart: what their columns are called stands nowhere any more."""


_DELETION = re.compile(r"\{\{c\d+::")


def build(raw: RawItem, make: Maker) -> draft.Item:
    """Return the item that the outline holds."""
    make.ledger.enter(raw.marks, Use.METADATA)
    for name in _TABLES:
        heads = [block.numbers[:2] for block in raw.parts.get(name, ()) if block.kind == "table"]
        make.ledger.enter([line for head in heads for line in head], Use.METADATA)
    made = {"card": _card, "problem": _problem}.get(raw.word, question)(raw, make)
    extra = dict(made.extra)
    for name, (value, lines) in raw.extra.items():
        extra[name] = make.words(value, lines)
    lines = tuple(
        sorted(
            {
                *raw.marks,
                *(line for _, of in raw.meta.values() for line in of),
                *(line for part in raw.parts.values() for line in lines_of(part)),
                *(line for _, found in raw.hints for line in lines_of(found)),
                *(line for _, of in raw.extra.values() for line in of),
            }
        )
    )
    return replace(made, extra=extra, lines=lines)


def _card(raw: RawItem, make: Maker) -> draft.Item:
    shared = common(raw, make)
    asked = joined(raw.parts.get("front", ())) or raw.title
    cloze = bool(_DELETION.search(re.sub(r"(`+).+?\1", "", asked)))
    front_blocks = unbold(raw.parts.get("front", []))
    front = make.cloze(front_blocks) if cloze else make.text(front_blocks)
    title, front = title_and_front(raw, front, make)
    answer = make.text(raw.parts.get("back", ()))
    if (not answer and not cloze) or not front:
        what = "answer" if front else "question"
        make.report(
            NO_ANSWER,
            raw.marks or lines_of(front_blocks),
            f"{raw.label or 'this card'} has no {what}",
            "write it into the lesson",
        )
    return draft.Item(
        kind=Kind.CLOZE if cloze else Kind.CARD,
        title=title,
        front=with_hints(front or raw.label or "Card", hints_of(raw, make)),
        answer=answer,
        short_question=make.text(raw.parts.get("short_question", ())),
        in_short=make.text(raw.parts.get("in_short", ())),
        **shared,
    )


def _problem(raw: RawItem, make: Maker) -> draft.Item:
    shared = common(raw, make)
    shared.setdefault("problem_type", None)
    group = raw.group.meta.get("type") if raw.group else None
    if shared["problem_type"] is None and group:
        shared["problem_type"] = values.problem_type(group[0])
    parts = raw.parts
    tasks, rest = structures.tasks(parts.get("tasks", ()), make.text)
    front = together(make.text(unbold(parts.get("front", []))), make.text(rest))
    title, front = title_and_front(raw, front, make)
    mistakes, other = structures.mistakes(parts.get("mistakes", ()), make.text)
    solution = together(
        make.text(parts.get("solution", ())),
        titled("Common mistakes", make.text(other)),
        *(
            titled(NAMES[name], make.text(parts[name]))
            for name in ("explanation", "rubric", "criteria", "points_of")
            if parts.get(name)
        ),
    )
    if not solution or not (front or tasks):
        what = "solution" if front or tasks else "statement"
        make.report(NO_ANSWER, raw.marks, f"{raw.label or 'this problem'} has no {what}", "write it into the lesson")
    if not front and tasks:
        title, front = "", title or raw.label or "Problem"
    made = draft.Item(
        kind=Kind.PROBLEM,
        title=title,
        front=front or raw.label or "Problem",
        tasks=tasks,
        hints=hints_of(raw, make),
        solution=solution,
        mistakes=mistakes,
        extension=make.text(parts.get("extension", ())),
        **shared,
    )
    return agreed(made, raw, make)
