"""A draft as a text to read: everything that was made of a document, one line a fact, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.intake import draft
from deckforge.intake.documents import agreements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.intake.documents import Reading


def shown(reading: Reading) -> str:
    """Return what was made of a document."""
    return "\n".join(_lesson(reading)) + "\n"


def _lesson(reading: Reading) -> Iterator[str]:
    lesson = reading.lesson
    yield f"lesson {lesson.title}"
    for name in ("source", "subject", "generated", "description"):
        if value := getattr(lesson, name):
            yield f"  {name}: {value}"
    for name in ("tags", "objectives", "requires"):
        if values := getattr(lesson, name):
            yield f"  {name}: {' ¦ '.join(values)}"
    for name, value in lesson.claimed.items():
        yield f"  says {name}: {value}"
    for each in agreements(lesson):
        yield f"  {'agrees' if each.agrees else 'DISAGREES'} {each.name}: {each.claimed} claimed, {each.found} found"
    for concept in lesson.concepts:
        needs = f" (requires {', '.join(concept.requires)})" if concept.requires else ""
        yield from _text(f"  concept {concept.title}{needs}", concept.definition)
    for connection in lesson.connections:
        yield from _text(f"  connection {connection.to}", connection.text)
    for part in lesson.content:
        yield from _prose(part) if isinstance(part, draft.Prose) else _section(part)
    yield from _diagnostics(reading)


def _prose(part: draft.Prose) -> Iterator[str]:
    yield from _text(f"prose {'#' * part.level} {part.heading}".rstrip(), part.text)


def _section(part: draft.Section) -> Iterator[str]:
    said = [str(part.kind), part.title, f"points={part.points}" if part.points is not None else ""]
    said.append(f"minutes={part.minutes}" if part.minutes else "")
    yield from _text("section " + " ".join(word for word in said if word), part.instructions)
    for item in part.items:
        yield from _item(item)
    for band in part.performance:
        yield f"  {band.low}–{band.high} %: {band.level} → {band.advice}"
    for name in ("review", "checklist", "progression", "source_mapping"):
        for row in getattr(part, name):
            yield f"  {name} [{', '.join(row.labels)}] {row.text}"
    for row in part.schedule:
        yield f"  day {row.day} [{', '.join(row.labels)}] {row.text}"


def _item(item: draft.Item) -> Iterator[str]:
    words = [str(item.kind), item.label, str(item.difficulty or ""), " ".join(item.bloom), str(item.problem_type or "")]
    words += ["critical" if item.critical else "", f"points={item.points}" if item.points is not None else ""]
    words += [f"minutes={item.minutes}" if item.minutes else "", f"words={item.words}" if item.words else ""]
    yield "  " + " | ".join(word for word in words if word)
    for name in ("concepts", "tags", "terms", "requires"):
        if values := getattr(item, name):
            yield f"    {name}: {' ¦ '.join(values)}"
    for name in ("source", "title", "front", "why", "short_question", "in_short", "answer"):
        yield from _text(f"    {name}", getattr(item, name), always=name == "front")
    for option in item.options:
        yield from _text(f"    {'✔' if option.key else '✘'}", option.text)
        yield from _text("      feedback", option.feedback)
    for name in ("explanation", "gap"):
        yield from _text(f"    {name}", getattr(item, name))
    for task in item.tasks:
        yield from _text(f"    task{f' ({task.points})' if task.points is not None else ''}", task.text)
    if item.rubric:
        yield f"    rubric: {' ¦ '.join(item.rubric.levels)}"
        for row in item.rubric.rows:
            points = f" ({row.points})" if row.points is not None else ""
            yield f"      {row.component}{points}: {' ¦ '.join(row.cells)}"
    for criterion in item.criteria:
        yield f"    criterion: {criterion}"
    for hint in item.hints:
        yield from _text(f"    hint{f' ({hint.name})' if hint.name else ''}", hint.text)
    yield from _text("    solution", item.solution)
    for mistake in item.mistakes:
        yield f"    mistake: {mistake.mistake} ¦ {mistake.why} ¦ {mistake.prevention}"
    yield from _text("    extension", item.extension)
    for name, value in item.extra.items():
        yield f"    extra {name}: {value}"


def _text(name: str, text: str, *, always: bool = False) -> Iterator[str]:
    if not text and not always and name.startswith(" ") and not name.startswith("  co"):
        return
    first, *rest = text.split("\n")
    yield f"{name}: {first}".rstrip() if text else name
    indent = " " * (len(name) - len(name.lstrip()) + 2)
    for line in rest:
        yield f"{indent}| {line}".rstrip()


def _diagnostics(reading: Reading) -> Iterator[str]:
    for diagnostic in reading.diagnostics:
        yield f"{diagnostic.code.id} {diagnostic.code.name}: {diagnostic.message}"
