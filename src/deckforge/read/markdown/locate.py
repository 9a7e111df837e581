"""Claims of the header: finding the one place in the lesson where each stands.

They answer for numbers where no link can stand, in code blocks above all. The text of such a claim occurs exactly once
in the lesson, or in the item that its `in:` names; a claim that could mean two places means none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Diagnostic, Related, Severity
from deckforge.model.claims import Claim
from deckforge.read.markdown.claims import sentence
from deckforge.read.markdown.scope import HeaderMark
from deckforge.read.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from deckforge.model.source import Span
    from deckforge.read.header import HeaderClaim

GONE = Code(
    "DF290",
    "header-claim-not-found",
    Severity.ERROR,
    "The text of a claim in the header does not occur in the lesson.",
    "The number in the lesson was edited and the header was not, so nobody answers for it any more.",
    'claims:\n  - text: "loss = 0.2888"',
    'claims:\n  - text: "L = 0.2888"',
)
AMBIGUOUS = Code(
    "DF291",
    "header-claim-ambiguous",
    Severity.ERROR,
    "The text of a claim in the header occurs more than once.",
    "Which of the places is claimed cannot be known, and the others would look answered for.",
    'claims:\n  - text: "0.5"',
    'claims:\n  - text: "rate = 0.5"\n    in: warm-up',
)
NO_SUCH_ITEM = Code(
    "DF292",
    "header-claim-in-unknown-item",
    Severity.ERROR,
    "A claim in the header names an item that the lesson does not have.",
    "Its text is looked for in that item alone.",
    "in: warmup",
    "in: warm-up",
)
NOT_SHOWN = Code(
    "DF293",
    "header-claim-not-shown",
    Severity.ERROR,
    "The text of a claim in the header stands where no learner sees it.",
    "It occurs in an address, an attribute or a comment: a claim answers for a number that is shown.",
    'claims:\n  - text: "points=10"',
    'claims:\n  - text: "10 steps"',
)
CODES: tuple[Code, ...] = (GONE, AMBIGUOUS, NO_SUCH_ITEM, NOT_SHOWN)


def locate(
    claims: Sequence[HeaderClaim], text: Text | Sequence[Text], items: Mapping[str, Span], lesson: str = ""
) -> tuple[tuple[HeaderMark, ...], tuple[Diagnostic, ...]]:
    """Return the place of each claim of a header, and what could not be placed.

    `text` is the lesson's body: one stretch of a Markdown file, or the texts of a YAML file. `items` gives, by id, the
    span of everything that belongs to an item; `lesson` is the lesson's id.
    """
    texts = (text,) if isinstance(text, Text) else tuple(text)
    marks: list[HeaderMark] = []
    found: list[Diagnostic] = []
    for claim in claims:
        if claim.item and claim.item not in items:
            message = f"the lesson has no item `{claim.item}`"
            found.append(NO_SUCH_ITEM.at(claim.item_span, message, fix="write the id of an item of this lesson"))
            continue
        within = items.get(claim.item) if claim.item else None
        places = list(_places(claim, texts, within))
        where = f"in the item `{claim.item}`" if claim.item else "in the lesson"
        if not places:
            fix = "write it exactly as it stands in the file, on one line"
            found.append(GONE.at(claim.span, f"`{claim.text}` does not occur {where}", fix=fix))
        elif len(places) > 1:
            related = tuple(Related(_span(claim.text, *place), "here") for place in places)
            message = f"`{claim.text}` occurs {len(places)} times {where}"
            fix = "write more of the line, or name the item with `in:`"
            found.append(AMBIGUOUS.at(claim.span, message, fix=fix, related=related))
        else:
            marks.append(_mark(claim, *places[0], items, lesson))
    return tuple(marks), tuple(found)


def not_shown(marks: Sequence[HeaderMark], landed: set[Span]) -> Iterator[Diagnostic]:
    """Yield the claims whose place is in no field of the lesson; `landed` are the places that are."""
    for mark in marks:
        if mark.value not in landed:
            related = (Related(mark.value, "it stands here"),)
            message = f"`{mark.claim.text}` stands in nothing that a learner sees"
            yield NOT_SHOWN.at(mark.claim.span, message, fix="claim it where it is shown", related=related)


def _places(claim: HeaderClaim, texts: Sequence[Text], within: Span | None) -> Iterator[tuple[Text, int]]:
    needle = claim.text.encode()
    for text in texts:
        at = text.data.find(needle)
        while at >= 0:
            place = text.span(at, at + len(needle))
            if within is None or (within.start <= place.start and place.end <= within.end):
                yield text, at
            at = text.data.find(needle, at + 1)


def _span(needle: str, text: Text, at: int) -> Span:
    return text.span(at, at + len(needle.encode()))


def _mark(claim: HeaderClaim, text: Text, at: int, items: Mapping[str, Span], lesson: str) -> HeaderMark:
    start = at + len(claim.text[: claim.offset].encode())
    place = text.span(start, start + len(claim.value.encode()))
    line_start = text.data.rfind(b"\n", 0, start) + 1
    line_end = text.data.find(b"\n", start)
    before = text.data[line_start:start].decode("utf-8", "replace").lstrip()
    after = text.data[start : line_end if line_end >= 0 else len(text.data)].decode("utf-8", "replace")
    owner = claim.item or next(
        (item for item, span in items.items() if span.start <= place.start and place.end <= span.end), ""
    )
    made = Claim(
        kind=claim.kind,
        text=claim.value,
        target=claim.target,
        arguments=claim.arguments,
        override=claim.override,
        lesson=lesson,
        item=owner,
        context=sentence(before, after),
        span=claim.span,
        text_span=place,
    )
    return HeaderMark(place, made)
