"""Check: what is wrong with a course, found by looking at the model alone. Nothing is executed.

A rule is a function `(course) → Iterator[Diagnostic]` in the file of its family, beside the codes that it gives. To
add one, write it there and name it in `RULES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.check import arithmetic, claims, decks, diagrams, guides, ids, items, links, names, options, points
from deckforge.diagnostics import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deckforge.diagnostics import Diagnostic
    from deckforge.model.course import Course

RULES: tuple[Callable[[Course], Iterator[Diagnostic]], ...] = (
    ids.malformed_ids,
    ids.missing_ids,
    ids.duplicate_ids,
    ids.colliding_anchors,
    links.links,
    links.pictures,
    links.unused_media,
    diagrams.wordless_diagrams,
    names.unknown_concepts,
    names.unknown_lessons,
    names.unknown_references,
    names.misspelt_prerequisites,
    names.circular_lessons,
    names.circular_concepts,
    names.unused_concepts,
    names.unused_references,
    decks.deck_names,
    decks.indistinct_lessons,
    items.answerless_items,
    items.empty_fronts,
    items.misplaced_items,
    items.clozes,
    items.numerics,
    items.critical_items,
    items.problems_without_hints,
    items.repeated_fronts,
    items.empty_sections,
    items.lessons_without_items,
    options.keys,
    options.empty_options,
    options.repeated_options,
    options.catch_alls,
    points.tasks,
    points.rubrics,
    points.answers,
    points.unpointed_items,
    points.section_minutes,
    guides.bands,
    guides.unknown_items,
    guides.source_mappings,
    claims.targets,
    claims.values,
    claims.repetitions,
    arithmetic.sums,
)


def check(course: Course) -> tuple[Diagnostic, ...]:
    """Return everything that the rules find wrong with a course, in the one order of diagnostics."""
    return in_order(diagnostic for rule in RULES for diagnostic in rule(course))
