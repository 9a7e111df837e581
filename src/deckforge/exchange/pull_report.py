"""What `deckforge pull` shows: the differences a note at a time, for a person or as one JSON document."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from deckforge.exchange.pull import Whose
from deckforge.exchange.words import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deckforge.exchange.pull import Changed, Pull
    from deckforge.exchange.words import Piece
    from deckforge.model.source import Source, Span

Line = tuple[str, "tuple[Piece, ...]"]
"""A line: its text, or where that is only an indentation, the differences behind it."""
_OLDER = "older than the sources (build, and let them import it):"


def document(pull: Pull, sources: Mapping[str, Source]) -> dict[str, Any]:
    """Return everything as plain data."""
    return {
        "notes": [_note(changed, sources) for changed in pull.notes],
        "same": pull.same,
        "missing": list(pull.missing),
        "retired": list(pull.retired),
        "foreign": pull.foreign,
        "files": list(pull.files),
    }


def _note(changed: Changed, sources: Mapping[str, Source]) -> dict[str, Any]:
    return {
        "item": changed.item,
        "place": _place(changed.span, sources),
        "whose": changed.whose.value,
        "why": changed.why,
        "modified": changed.mod,
        "changes": [
            {
                "field": change.field,
                "place": _place(change.span, sources),
                "html": change.html,
                "difference": [[piece.op, piece.text] for piece in change.pieces],
                "outcome": change.outcome,
            }
            for change in changed.changes
        ],
        "tags_added": list(changed.tags_added),
        "tags_removed": list(changed.tags_removed),
    }


def text(pull: Pull, sources: Mapping[str, Source], name: str) -> str:
    """Return everything for a person, without colours."""
    return "".join(f"{line}{plain(pieces)}\n" for line, pieces in lines(pull, sources, name))


def lines(pull: Pull, sources: Mapping[str, Source], name: str) -> Iterator[Line]:
    """Yield the lines, each with the differences that end it."""
    count = pull.same + len(pull.notes)
    yield f"{name}: {_notes(count)} of this course, {len(pull.notes)} {_differ(len(pull.notes))}", ()
    for changed in pull.notes:
        if changed.whose is not Whose.OURS:
            yield "", ()
            yield from _changed(changed, sources)
    older = [changed for changed in pull.notes if changed.whose is Whose.OURS]
    if older:
        yield "", ()
        yield _OLDER, ()
        for changed in older:
            what = [change.field for change in changed.changes]
            what += ["tags"] if changed.tags_added or changed.tags_removed else []
            yield f"  {changed.item}  {_place(changed.span, sources)}  {', '.join(what)}: {changed.why}", ()
    rest = [
        (pull.missing, "not in the file (deleted there, or never imported)"),
        (pull.retired, "no longer in the course, and still in the file"),
    ]
    if pull.foreign or pull.missing or pull.retired or pull.files:
        yield "", ()
    for items, said in rest:
        if items:
            yield f"{said}: {', '.join(items)}", ()
    if pull.foreign:
        yield f"not of this course: {_notes(pull.foreign)}", ()
    for file in pull.files:
        yield f"changed: {file}", ()


def _changed(changed: Changed, sources: Mapping[str, Source]) -> Iterator[Line]:
    day = datetime.fromtimestamp(changed.mod, UTC).date()
    yield f"{changed.item}  {_place(changed.span, sources)}  edited {day}", ()
    if changed.why and (changed.changes or not (changed.tags_added or changed.tags_removed)):
        yield f"  {changed.why}", ()
    for change in changed.changes:
        yield f"  {change.field}  {_place(change.span, sources)}", ()
        yield "    ", change.pieces
        if change.outcome:
            yield f"    → {change.outcome if change.written else f'not written: {change.outcome}'}", ()
    if changed.tags_added:
        yield f"  tags of their own: {', '.join(changed.tags_added)}", ()
    if changed.tags_removed:
        yield f"  tags of ours that they removed: {', '.join(changed.tags_removed)}", ()


def _place(span: Span, sources: Mapping[str, Source]) -> str:
    source = sources.get(span.path)
    return span.path if source is None else f"{span.path}:{source.position(span.start).line}"


def _notes(count: int) -> str:
    return "1 note" if count == 1 else f"{count} notes"


def _differ(count: int) -> str:
    return "differs" if count == 1 else "differ"
