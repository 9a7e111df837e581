"""Prose, sections and their guides as Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.intake.writer.escapes import line
from deckforge.intake.writer.header import words
from deckforge.intake.writer.items import plain_words, short, stretch, table
from deckforge.intake.writer.mended import escaped, field, mended
from deckforge.intake.writer.shapes import cell, heading
from deckforge.model.course import SectionKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from deckforge.intake.draft import Advice, Prose, Section

Names = "Mapping[str, str]"
"""The ids of items by the names that the source has for them, without case."""
_SECTIONS = {kind.value for kind in SectionKind}
NOTES = "Notes"
"""The heading of prose that has none and stands behind a section, where it would belong to the last item."""


def prose_text(prose: Prose, *, behind_section: bool, care: int = 0) -> str:
    """Return a stretch of prose with its heading."""
    name, text = prose.heading, prose.text
    written = heading(name)
    if written is None:  # a heading of several lines is a text, and a few of its words are its heading
        written, text = line(short(plain_words(name))), f"{name}\n\n{text}"
    written = written or (NOTES if behind_section else "")
    text = escaped(text) if care else mended(text, least=max(3, min(prose.level + 1, 6)))
    if not written:
        return text
    level = min(max(prose.level, 1), 2) if behind_section else min(max(prose.level, 1), 6)
    if level == 2 and " ".join(plain_words(written).partition(":")[0].lower().split()) in _SECTIONS:
        level = 1  # with two marks it would be a section
    return f"{'#' * level} {written}\n\n{text}".rstrip()


def section_head(section: Section, care: int = 0) -> str:
    """Return a section's heading and instructions."""
    marks = [f"points={section.points}"] if section.points else []
    marks += [f"minutes={stretch(section.minutes)}"] if section.minutes else []
    title = line(words(section.title))
    name = f"## {section.kind.value.capitalize()}" + (f": {title}" if title else "")
    name += f" {{{' '.join(marks)}}}" if marks else ""
    text = escaped(section.instructions) if care else field(section.instructions)
    return f"{name}\n\n{text}".rstrip()


def guides(section: Section, names: Mapping[str, str], care: int = 0) -> Iterator[tuple[str, str]]:
    """Yield the name and the Markdown of each guide that a section has."""
    if section.performance:
        rows = (
            [f"{band.low}–{band.high} %", _text(band.level, care), _text(band.advice, care)]
            for band in section.performance
        )
        yield "performance", _guide("Performance guide", table(["Score", "Level", "Advice"], rows))
    if section.review:
        yield "review", _guide("Review advice", _links_table(section.review, names, "Review", care))
    if section.checklist:
        yield "checklist", _guide("Mastery checklist", _links_list(section.checklist, names, care, box="[ ] "))
    if section.progression:
        yield "progression", _guide("Progression path", _links_list(section.progression, names, care))
    if section.source_mapping:
        yield "source_mapping", _guide("Source mapping", _links_table(section.source_mapping, names, "Source", care))
    if section.schedule:
        rows = ([str(step.day), _entry(step.labels, step.text, names, care)] for step in section.schedule)
        yield "schedule", _guide("Review schedule", table(["Day", "What"], rows))


def _guide(name: str, text: str) -> str:
    return f"### {name}\n\n{text}"


def _text(text: str, care: int) -> str:
    return cell(escaped(text) if care else text)


def _links_table(rows: Iterable[Advice], names: Mapping[str, str], second: str, care: int) -> str:
    def cells(row: Advice) -> list[str]:
        found, lost = _links(row.labels, names)
        text = _text(row.text, care)
        return [", ".join(found), f"{', '.join(lost)}: {text}".rstrip(": ") if lost else text]

    return table(["Item", second], map(cells, rows))


def _links_list(rows: Iterable[Advice], names: Mapping[str, str], care: int, box: str = "") -> str:
    return "\n".join(f"- {box}{_entry(row.labels, row.text, names, care)}" for row in rows)


def _entry(labels: tuple[str, ...], text: str, names: Mapping[str, str], care: int) -> str:
    """Return advice in one line, beginning with links to the items that it is about."""
    found, lost = _links(labels, names)
    written = _text(text, care)
    if lost:
        written = f"{', '.join(lost)}: {written}".rstrip(": ")
    if not found:
        return re.sub(r"^\[(?=[^\]]*\]\(#)", "See [", written)  # a link at the start would say whom it is about
    return f"{', '.join(found)}: {written}" if written else ", ".join(found)


def _links(labels: Iterable[str], names: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return links to the items that have these names, and the names that nothing has."""
    found, lost = [], []
    for label in dict.fromkeys(labels):
        shown = line(words(label))
        id_ = names.get(key(label))
        if id_:
            found.append(f"[{shown.replace('[', '&#91;')}](#{id_})")
        elif shown:
            lost.append(shown)
    return found, lost


def key(label: str) -> str:
    """Return a name as names are compared: `Card 3`, `card 03` and `CARD 3:` are one."""
    text = " ".join(words(label).casefold().strip(" :.#*").split())
    return re.sub(r"\b0+(?=\d)", "", text)
