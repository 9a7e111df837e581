"""A draft to a lesson in Markdown, which the reader of lessons reads back to the same content.

A lesson is written as a row of blocks: the header, each stretch of prose, each section's head, item and guide. `merge`
compares lessons by these. Whether a block says what the draft says is not assumed: the whole is read, and a block that
says something else, or holds a mistake, is written again with more care (`faithful`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from deckforge.errors import DeckForgeError
from deckforge.intake.draft import Section
from deckforge.intake.writer.header import header
from deckforge.intake.writer.items import item_text
from deckforge.intake.writer.mended import renamed_notes
from deckforge.intake.writer.sections import guides, key, prose_text, section_head

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deckforge.intake.draft import Lesson

MOST_CARE = 2


class Block(NamedTuple):
    """A piece of a lesson: `header`, `prose:2`, `section:1`, `item:why`, `guide:1:review`, and its Markdown."""

    key: str
    text: str


def write(lesson: Lesson, names: Mapping[str, str] | None = None) -> str:
    """Return a lesson as a file; `names` are ids of items of other lessons by what the source calls them."""
    return text(blocks(lesson, names))


def text(blocks: tuple[Block, ...]) -> str:
    """Return blocks as a file."""
    return "\n\n".join(block.text for block in blocks if block.text) + "\n"


def blocks(lesson: Lesson, names: Mapping[str, str] | None = None) -> tuple[Block, ...]:
    """Return a lesson as blocks that read back to what the draft says.

    Every item has an id, and so has the lesson.
    """
    from deckforge.intake.writer.faithful import unfaithful

    care: dict[str, int] = {}
    for _ in range(2 * MOST_CARE + 2):
        made = tuple(_blocks(lesson, names or {}, care))
        wrong = unfaithful(lesson, made)
        if not wrong:
            return made
        for name in wrong:
            care[name] = min(MOST_CARE, care.get(name, 0) + 1)
    raise DeckForgeError(f"{lesson.origin}: no Markdown could be found for {', '.join(sorted(wrong))}")


def own_names(lesson: Lesson) -> dict[str, str]:
    """Return the ids of a lesson's items by the names that its source has for them."""
    names: dict[str, str] = {}
    for part in lesson.content:
        if isinstance(part, Section):
            for item in part.items:
                for name in (item.label, item.title, item.front):
                    if name.strip():
                        names.setdefault(key(name), item.id)
    return names


def _blocks(lesson: Lesson, others: Mapping[str, str], care: Mapping[str, int]) -> Iterator[Block]:
    names = {**others, **own_names(lesson)}
    yield Block("header", header(lesson))
    sections = 0
    notes: set[str] = set()
    for number, part in enumerate(lesson.content, 1):
        if not isinstance(part, Section):
            name = f"prose:{number}"
            written = prose_text(part, behind_section=sections > 0, care=care.get(name, 0))
            yield Block(name, renamed_notes(written, notes, str(number)))
            continue
        sections += 1
        own = {key(item.label): item.id for item in part.items if item.label}
        name = f"section:{number}"
        yield Block(name, section_head(part, care.get(name, 0)))
        for item in part.items:
            yield Block(f"item:{item.id}", item_text(item, part.kind, care.get(f"item:{item.id}", 0)))
        for guide, written in guides(part, {**names, **own}, care.get(f"guide:{number}", 0)):
            yield Block(f"guide:{number}:{guide}", written)
