"""An item's fields with marks in them: which text of the lesson each word of a field comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deckforge.emit.anki.fields import fields
from deckforge.emit.anki.target import AnkiTarget
from deckforge.exchange.tokens import END, MIDDLE, START

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.emit.site.atlas import Atlas
    from deckforge.model.claims import Claim, Verdict
    from deckforge.model.course import Lesson, Section
    from deckforge.model.items import AnyItem
    from deckforge.model.rich import Rich


@dataclass(frozen=True, slots=True)
class _Tracing(AnkiTarget):
    """Renders as for a package, and puts the number of each text around it."""

    seen: list[Rich] = field(default_factory=list)

    def render(self, rich: Rich | None) -> str:
        shown = AnkiTarget.render(self, rich)
        if rich is None or not shown:
            return shown
        self.seen.append(rich)
        return f"{START}{len(self.seen) - 1}{MIDDLE}{shown}{END}"


@dataclass(frozen=True, slots=True)
class Traced:
    """Fields by name, with marks, and the texts that the marks number."""

    fields: Mapping[str, str]
    texts: tuple[Rich, ...]


def trace(item: AnyItem, section: Section, atlas: Atlas, lesson: Lesson, verdicts: Mapping[Claim, Verdict]) -> Traced:
    """Return an item's fields with marks."""
    target = _Tracing(atlas, lesson, verdicts)
    made = fields(item, section, target)
    return Traced(made, tuple(target.seen))


def trace_lesson(atlas: Atlas, lesson: Lesson, verdicts: Mapping[Claim, Verdict]) -> dict[str, Traced]:
    """Return the fields of all items of a lesson with marks, by the items' ids."""
    return {
        item.id: trace(item, section, atlas, lesson, verdicts) for section in lesson.sections for item in section.items
    }
