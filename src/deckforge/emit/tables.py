"""Two tables of every item: a CSV for people and spreadsheets, and a text file that Anki imports.

The CSV has five columns in plain words, the short form of a question and answer where the author gave one. The text
file has the same notes as the package, by the same GUIDs and for the same note types, which the package has to bring
first: Anki's text import knows no templates. Its header lines are Anki's own (`#separator:`, `#guid column:`, …).
"""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from typing import TYPE_CHECKING

from deckforge.diagnostics import Outcome
from deckforge.emit import Artifact
from deckforge.emit.anki.notes import from_course
from deckforge.emit.anki.notetypes import COMMON, RESERVED, display_name
from deckforge.model.claims import Claim
from deckforge.model.items import Card, Choice, Cloze, Essay, Numeric, Problem, Short, Term, Written
from deckforge.model.rich import ClozeEnd, ClozeStart, Code, Image, Math

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deckforge.emit import Context
    from deckforge.model.course import Course
    from deckforge.model.items import AnyItem, Option, Rubric
    from deckforge.model.rich import Rich

name = "tables"

HEADER = ("Front", "Back", "Difficulty", "Concept", "Cognitive_Level")


def emit(context: Context) -> Outcome[tuple[Artifact, ...]]:
    """Return both tables. What cannot become a note is the package's to report."""
    stem = f"build/tables/{context.course.id}"
    return Outcome(
        (
            Artifact(f"{stem}.csv", _csv(context.course)),
            Artifact(f"{stem}.txt", _text_import(context)),
        )
    )


def _csv(course: Course) -> bytes:
    """Return the five columns as RFC 4180 has them: UTF-8, every cell quoted, lines that end in CR LF."""
    titles = {concept.id: concept.title for concept in course.concepts}
    rows = [
        (
            front(item),
            back(item),
            item.difficulty.value.capitalize() if item.difficulty else "",
            ", ".join(titles.get(concept, concept) for concept in item.concepts),
            ", ".join(level.value.capitalize() for level in item.bloom),
        )
        for lesson in course.lessons
        for item in lesson.items
    ]
    return _written((HEADER, *rows), ",", "\r\n")


def _text_import(context: Context) -> bytes:
    """Return the notes for Anki's text import: its headers, then a row a note with every field of its type.

    Types differ in their fields, so the columns behind the shared ones are only numbered; Anki maps them by their
    place. Every cell is quoted: a GUID may begin with `#`, which would make the line a comment.
    """
    course = context.course
    made = from_course(course, context.verdicts).value.notes
    most = max((len(note.fields) for note in made), default=len(COMMON) + len(RESERVED))
    columns = ("GUID", "Note type", "Deck", "Tags", *COMMON, *(f"Field {n}" for n in range(len(COMMON) + 1, most + 1)))
    header = (
        "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:4\n"
        "#columns:" + "\t".join(columns) + "\n"
    )
    rows = [
        (
            note.guid,
            note.kept.name if note.kept else display_name(course, note.type),
            note.deck,
            " ".join(note.tags),
            *note.fields,
            *[""] * (most - len(note.fields)),
        )
        for note in made
    ]
    return header.encode() + _written(rows, "\t", "\n")


def _written(rows: Iterable[Sequence[str]], delimiter: str, end: str) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue().encode()


def front(item: AnyItem) -> str:
    """Return what an item asks, in plain words: its short form, else its front with tasks and options."""
    if item.short_question:
        return _plain(item.short_question)
    parts = [_plain(item.front)]
    match item:
        case Cloze():
            parts = [_blanked(item.front)]
        case Choice():
            parts += [f"{letter}) {_plain(option.text)}" for letter, option in _lettered(item)]
        case Short() | Essay() | Problem():
            parts += [f"{number}. {_plain(task.text)}" for number, task in enumerate(item.tasks, start=1)]
    return "\n".join(part for part in parts if part)


def back(item: AnyItem) -> str:
    """Return what answers an item, in plain words: its short form, else its answer with what belongs to it."""
    if item.in_short:
        return _plain(item.in_short)
    parts: list[str] = []
    match item:
        case Card():
            parts = [_plain(item.answer)]
        case Term():
            parts = [_plain(item.definition)]
        case Cloze():
            parts = [_plain(item.front), _plain(item.answer)]
        case Choice():
            keys = [f"{letter}) {_plain(option.text)}" for letter, option in _lettered(item) if option.key]
            parts = [*keys, _plain(item.explanation)]
        case Numeric():
            parts = [_plain(item.answer), _plain(item.explanation)]
        case Problem():
            parts = [_plain(item.solution)]
        case Short() | Essay():
            parts = [_plain(item.answer), *_criteria(item), *_rubric(item.rubric)]
    return "\n".join(part for part in parts if part)


def _criteria(item: Written) -> list[str]:
    return [f"- {_plain(text)}" for text in item.criteria]


def _rubric(rubric: Rubric | None) -> list[str]:
    if rubric is None:
        return []
    return [
        f"- {_plain(row.component)}" + (f" ({row.points} points)" if row.points is not None else "")
        for row in rubric.rows
    ]


def _lettered(item: Choice) -> list[tuple[str, Option]]:
    return [(chr(ord("A") + place), option) for place, option in enumerate(item.options)]


def _blanked(rich: Rich) -> str:
    """Return a cloze with `[…]`, or its hint, in place of what is asked."""
    out: list[str] = []
    depth = 0
    for piece in rich.pieces:
        match piece:
            case ClozeStart():
                if depth == 0:
                    out.append(f"[{piece.hint or '…'}]")
                depth += 1
            case ClozeEnd():
                depth -= 1
            case _ if depth == 0:
                out.append(_words(piece))
    return " ".join("".join(out).split())


def _words(piece: object) -> str:
    """Return one piece in plain words."""
    match piece:
        case str():
            return unescape(re.sub(r"<[^>]+>", " " if "<p" in piece or "<br" in piece else "", piece))
        case Claim() | Code():
            return piece.text
        case Math():
            return piece.tex
        case Image():
            return piece.alt
    return ""


def _plain(rich: Rich | None) -> str:
    return rich.text.strip() if rich else ""
