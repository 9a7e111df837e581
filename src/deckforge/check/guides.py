"""A section's guide: bands of scores that cover every score once, and advice about items that exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.check.near import Vocabulary, shown, slug
from deckforge.check.places import first_line, inside
from deckforge.diagnostics import Code, Diagnostic, Related, Severity
from deckforge.model.rich import LinkStart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.model.course import Advice, Band, Course, Guide, Review, Section

OVERLAPPING_BANDS = Code(
    "DF442",
    "overlapping-bands",
    Severity.ERROR,
    "Two rows of a performance guide are for the same score.",
    "A learner with that score would be given two levels.",
    "| 90–100 | Excellent | Go on |\n| 70–90 | Good | Review |",
    "| 90–100 | Excellent | Go on |\n| 70–89 | Good | Review |",
)
UNCOVERED_SCORES = Code(
    "DF443",
    "uncovered-scores",
    Severity.ERROR,
    "A performance guide says nothing about some scores.",
    "A learner with such a score would be told nothing.",
    "| 90–100 | Excellent | Go on |\n| 0–79 | Fair | Review |",
    "| 90–100 | Excellent | Go on |\n| 80–89 | Good | Review |\n| 0–79 | Fair | Start again |",
)
UNKNOWN_ITEM = Code(
    "DF444",
    "unknown-item",
    Severity.ERROR,
    "Advice names an item that does not exist.",
    "Who missed the question would never be shown what to review.",
    "| [The fix](#fixx) | Exploding against vanishing gradients |",
    "| [The fix](#fix) | Exploding against vanishing gradients |",
)
CONTRADICTED_SOURCE = Code(
    "DF445",
    "contradicted-source",
    Severity.WARNING,
    "A written source mapping names another source than the item does.",
    "Both are shown, and one of them sends a learner to the wrong place. Without a written mapping it is computed.",
    "### Which change helps? {#fix .choice source=concept-4}\n\n### Source mapping\n\n| [The fix](#fix) | Concept 5 |",
    "### Which change helps? {#fix .choice source=concept-4}\n\n### Source mapping\n\n| [The fix](#fix) | Concept 4 |",
)
CODES = (OVERLAPPING_BANDS, UNCOVERED_SCORES, UNKNOWN_ITEM, CONTRADICTED_SOURCE)


def bands(course: Course) -> Iterator[Diagnostic]:
    """Report performance guides that give a score twice or not at all.

    A row whose score could not be read has none; that was said, and what the others leave out is then unknown.
    """
    for section in _sections(course):
        rows = section.guide.performance
        if rows and all(0 <= band.low <= band.high <= 100 for band in rows):
            yield from _partition(course, rows)


def _partition(course: Course, rows: tuple[Band, ...]) -> Iterator[Diagnostic]:
    """Report what well-formed bands count twice and what they leave out."""
    covered = -1
    highest: Band | None = None
    for band in sorted(rows, key=lambda band: (band.low, band.high)):
        if band.low > covered + 1:
            yield _uncovered(course, band, covered + 1, band.low - 1)
        elif highest and band.low <= covered:
            common = _scores(band.low, min(band.high, covered))
            yield OVERLAPPING_BANDS.at(
                first_line(course, band.span),
                f"{common} percent is “{shown(band.level.text)}” and “{shown(highest.level.text)}” at once",
                fix="let one band end where the other begins: `70–89` and `90–100`",
                related=(Related(first_line(course, highest.span), "the other band"),),
            )
        if band.high > covered:
            covered, highest = band.high, band
    if highest and covered < 100:
        yield _uncovered(course, highest, covered + 1, 100)


def _uncovered(course: Course, band: Band, low: int, high: int) -> Diagnostic:
    return UNCOVERED_SCORES.at(
        first_line(course, band.span),
        f"no band is for {_scores(low, high)} percent",
        fix=f"widen a band, or add one for `{_scores(low, high)}`",
    )


def _scores(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def unknown_items(course: Course) -> Iterator[Diagnostic]:
    """Report advice about items that do not exist; a broken link in the advice's own text is a matter of links."""
    known = Vocabulary(course.items)
    for section in _sections(course):
        for row in _advice(section.guide):
            linked = {piece.target.rpartition("#")[2] for piece in row.text.pieces if isinstance(piece, LinkStart)}
            for item in dict.fromkeys(row.items):
                if item not in known and item not in linked:
                    yield UNKNOWN_ITEM.at(
                        inside(course, row.span, item),
                        f"there is no item `{item}`",
                        fix=known.suggestion(item, "name an item by its id: `[…](#id)`"),
                    )


def source_mappings(course: Course) -> Iterator[Diagnostic]:
    """Report written source mappings that disagree with the items' own `source`."""
    for section in _sections(course):
        for row in section.guide.source_mapping:
            for id_ in dict.fromkeys(row.items):
                _, item = course.items.get(id_, (None, None))
                # A heading's attribute has no spaces: `concept-4` is how it writes "Concept 4".
                if item and item.source and slug(item.source, 999) != slug(row.text.text, 999):
                    yield CONTRADICTED_SOURCE.at(
                        first_line(course, row.text.span),
                        f"`{id_}` says that it comes from “{shown(item.source)}”",
                        fix="correct one of the two, or leave the mapping out: it is computed",
                        related=(Related(first_line(course, item.span), "the item"),),
                    )


def _advice(guide: Guide) -> Iterator[Advice | Review]:
    yield from guide.review
    yield from guide.checklist
    yield from guide.progression
    yield from guide.source_mapping
    yield from guide.schedule


def _sections(course: Course) -> Iterator[Section]:
    for lesson in course.lessons:
        yield from lesson.sections
