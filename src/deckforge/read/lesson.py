"""From a header to the lesson: what both formats do once the content is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.model.course import Connection, Correction, Lesson

if TYPE_CHECKING:
    from collections.abc import Callable

    from deckforge.model.claims import Claim
    from deckforge.model.course import Prose, Section
    from deckforge.model.rich import Rich
    from deckforge.model.source import Span
    from deckforge.read.header import Header
    from deckforge.read.text import Text


def assemble(
    header: Header,
    content: tuple[Prose | Section, ...],
    claims: tuple[Claim, ...],
    render: Callable[[Text, str, bool], Rich],
    span: Span,
) -> Lesson:
    """Return the lesson of a header and its content; `claims` are the header's, located.

    `render` turns a text of the header into rich text: `(text, part, inline)`, where `part` tells the texts apart. A
    correction's claims are those of its truth. `deck` stays empty where the header leaves it to the folders.
    """
    connections = tuple(
        Connection(each.lesson, each.topic, render(each.text, f"connection-{number}", True), each.span)
        for number, each in enumerate(header.connections, 1)
    )
    corrections = []
    for number, each in enumerate(header.corrections, 1):
        truth = render(each.truth, f"correction-{number}", False)
        corrections.append(Correction(each.quote, each.source, truth, tuple(truth.all_claims()), each.span))
    return Lesson(
        id=header.id,
        title=header.title,
        description=header.description,
        path=span.path,
        deck=header.deck,
        source=header.source,
        subject=header.subject,
        generated=header.generated,
        tags=header.tags,
        objectives=tuple(render(text, f"objective-{number}", True) for number, text in enumerate(header.objectives, 1)),
        requires=header.requires,
        connections=connections,
        corrections=tuple(corrections),
        claims=claims,
        content=content,
        span=span,
    )
