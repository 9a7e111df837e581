"""`course.json` of another DeckForge course: its lessons with everything that the file says of them.

Texts are HTML there and become Markdown again. A number that a proof of the package answers for keeps its link, and so
does one that was given; what the other course's own proofs and references answered for is a number like any other here,
until somebody answers for it. Ids stay where this course does not have them yet.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from deckforge.diagnostics import Outcome
from deckforge.emit.course_json import VERSION
from deckforge.intake import draft
from deckforge.intake.found import UNREADABLE
from deckforge.intake.html import markdown
from deckforge.model.course import SectionKind
from deckforge.model.items import Bloom, Difficulty, Kind, ProblemType, Range

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.diagnostics import Diagnostic
    from deckforge.intake.readers import Options

name = "course-json"
summary = "build/course.json of another DeckForge course"
binary = False


def recognise(data: bytes, name: str) -> float:  # noqa: ARG001 - the shape of all readers
    """Look for the key that only such a file begins with."""
    head = data[:200].lstrip()
    return 0.98 if head.startswith(b"{") and b'"deckforge"' in head else 0.0


def read(data: bytes, name: str, options: Options) -> Outcome[tuple[draft.Lesson, ...]]:  # noqa: ARG001 - all readers'
    """Return the lessons of the course."""
    try:
        document = json.loads(data)
        version = document["deckforge"]
        if version != VERSION:
            return Outcome((), (_wrong(name, f"it is of version {version}, and this tool knows {VERSION}"),))
        titles = {str(each["id"]): str(each["title"]) for each in document["concepts"]}
        concepts = tuple(
            draft.Concept(
                title=str(each["title"]),
                id=str(each["id"]),
                definition=_text(each["definition"]),
                requires=tuple(titles.get(str(one), str(one)) for one in each["requires"]),
            )
            for each in document["concepts"]
        )
        lessons = tuple(_lesson(each, name, titles, document) for each in document["lessons"])
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        return Outcome((), (_wrong(name, f"it cannot be read: {type(error).__name__} {error}"),))
    if lessons:
        lessons = (replace(lessons[0], concepts=concepts), *lessons[1:])
    return Outcome(lessons)


def _wrong(name: str, what: str) -> Diagnostic:
    return UNREADABLE.at(None, f"{name}: {what}", fix="build the course again with this version of the tool")


def _text(rich: Any, *, cloze: bool = False) -> str:
    return markdown(str(rich["html"]), cloze=cloze).text if rich else ""


def _range(value: Any) -> Range | None:
    return Range(int(value["low"]), int(value["high"])) if value else None


def _lesson(each: Mapping[str, Any], name: str, titles: Mapping[str, str], course: Mapping[str, Any]) -> draft.Lesson:
    return draft.Lesson(
        title=str(each["title"]),
        origin=f"{name} {each['id']}",
        description=str(each["description"]),
        deck=str(each["deck"]),
        source=str(each["source"]) or f"{course['title']}: {each['title']}",
        subject=str(each["subject"]),
        generated=str(each["generated"]),
        tags=tuple(map(str, each["tags"])),
        objectives=tuple(map(_text, each["objectives"])),
        connections=tuple(
            draft.Connection(to=str(one["topic"] or one["lesson"]), text=_text(one["text"]))
            for one in each["connections"]
        ),
        content=tuple(
            _section(part, titles) if part["type"] == "section" else _prose(part) for part in each["content"]
        ),
        claimed={"Course": str(course["title"])},
    )


def _prose(part: Mapping[str, Any]) -> draft.Prose:
    heading = part["heading"]
    return draft.Prose(
        text=_text(part["body"]),
        heading=_text(heading["text"]) if heading else "",
        level=int(heading["level"]) if heading else 2,
    )


def _section(part: Mapping[str, Any], titles: Mapping[str, str]) -> draft.Section:
    items = tuple(_item(each, titles) for each in part["items"])
    guide = part["guide"]

    def advice(rows: Any) -> tuple[draft.Advice, ...]:
        return tuple(draft.Advice(text=_text(row["text"]), labels=tuple(map(str, row["items"]))) for row in rows)

    return draft.Section(
        kind=SectionKind(part["kind"]),
        title=str(part["title"]),
        instructions=_text(part["instructions"]),
        points=part["points"],
        minutes=_range(part["minutes"]),
        items=items,
        performance=tuple(
            draft.Band(low=int(b["low"]), high=int(b["high"]), level=_text(b["level"]), advice=_text(b["advice"]))
            for b in guide["performance"]
        ),
        review=advice(guide["review"]),
        checklist=advice(guide["checklist"]),
        progression=advice(guide["progression"]),
        source_mapping=advice(guide["source_mapping"]),
        schedule=tuple(
            draft.Review(day=int(step["day"]), text=_text(step["text"]), labels=tuple(map(str, step["items"])))
            for step in guide.get("schedule", ())
        ),
    )


def _item(each: Mapping[str, Any], titles: Mapping[str, str]) -> draft.Item:
    # A problem says which sort it is where every other item says its kind.
    kind = Kind(each["type"]) if each["type"] in list(Kind) else Kind.PROBLEM
    rubric = each.get("rubric")
    return draft.Item(
        kind=kind,
        id=str(each["id"]),
        label=str(each["id"]),
        title=_text(each["title"]),
        front=_text(each["front"], cloze=kind is Kind.CLOZE),
        difficulty=Difficulty(each["difficulty"]) if each["difficulty"] else None,
        bloom=tuple(Bloom(level) for level in each["bloom"]),
        concepts=tuple(titles.get(str(one), str(one)) for one in each["concepts"]),
        tags=tuple(map(str, each["tags"])),
        source=str(each["source"]),
        terms=tuple(map(str, each["terms"])),
        requires=tuple(map(str, each["requires"])),
        critical=bool(each["critical"]),
        points=each["points"],
        minutes=_range(each["minutes"]),
        words=_range(each.get("words")),
        short_question=_text(each["short_question"]),
        in_short=_text(each["in_short"]),
        why=_text(each["why"]),
        both=bool(each.get("both")),
        answer=_text(each.get("answer") or each.get("definition")),
        explanation=_text(each.get("explanation")),
        gap=_text(each.get("gap")),
        options=tuple(
            draft.Option(text=_text(one["text"]), key=bool(one["key"]), feedback=_text(one["feedback"]))
            for one in each.get("options", ())
        ),
        tasks=tuple(draft.Task(text=_text(one["text"]), points=one["points"]) for one in each.get("tasks", ())),
        rubric=draft.Rubric(
            levels=tuple(map(_text, rubric["levels"])),
            rows=tuple(
                draft.RubricRow(
                    component=_text(row["component"]), points=row["points"], cells=tuple(map(_text, row["cells"]))
                )
                for row in rubric["rows"]
            ),
        )
        if rubric
        else None,
        criteria=tuple(map(_text, each.get("criteria", ()))),
        problem_type=ProblemType(each["type"]) if each["type"] in list(ProblemType) else None,
        hints=tuple(draft.Hint(text=_text(one["text"]), name=str(one["name"])) for one in each.get("hints", ())),
        solution=_text(each.get("solution")),
        mistakes=tuple(
            draft.Mistake(mistake=_text(one["mistake"]), why=_text(one["why"]), prevention=_text(one["prevention"]))
            for one in each.get("mistakes", ())
        ),
        extension=_text(each.get("extension")),
    )
