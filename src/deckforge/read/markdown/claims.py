"""Claims in place: links whose scheme says how their text is answered for.

`[−0.608](claim:backprop.dw2?w2=0.3 "±5%")` is a claim; so are `wrong:`, `cite:` and `given:` links. Markdown loses such
links without a word in five ways (a dollar sign that begins math, a space in the address, a bare `|` in a table, an
HTML block, a bracket too few), so whatever looks like one in the source must have arrived as a link.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from deckforge.diagnostics import Code, Diagnostic, Severity
from deckforge.model.claims import Claim, ClaimKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from deckforge.model.source import Span
    from deckforge.read.markdown.scope import Scope
    from deckforge.read.text import Text

NOT_A_LINK = Code(
    "DF201",
    "claim-not-a-link",
    Severity.ERROR,
    "A claim is written, but Markdown does not read it as a link.",
    "The number would be shown with its address as plain text, or disappear into a formula, and nobody would check it.",
    "The run costs $5 and the next one [$10](claim:cost.run.total).",
    "The run costs \\$5 and the next one [\\$10](claim:cost.run.total).",
)
MISPLACED = Code(
    "DF202",
    "claim-scheme-misplaced",
    Severity.ERROR,
    "An autolink, a picture or raw HTML uses the address of a claim.",
    "Only an ordinary link has a text to be claimed; anything else would be shown as a dead address.",
    "<claim:backprop.relu.loss>",
    "[0.2888](claim:backprop.relu.loss)",
)
MARKUP = Code(
    "DF203",
    "claim-with-markup",
    Severity.ERROR,
    "The text of a claim holds markup.",
    "A written value is read letter by letter to find out which measurements it allows; markup has no place in it.",
    "[**75** %](cite:fa3)",
    "**[75 %](cite:fa3)**",
)
MALFORMED = Code(
    "DF204",
    "claim-address-malformed",
    Severity.ERROR,
    "The address of a claim cannot be read.",
    "Without a target and with arguments that have no name, it cannot be known what answers for the number.",
    "[0.5](claim:)",
    "[0.5](claim:schedules.cosine.rate?step=10)",
)
NO_TEXT = Code(
    "DF205",
    "claim-without-text",
    Severity.ERROR,
    "A claim has no text.",
    "The text of the link is the written value; without one nothing is claimed and nothing is shown.",
    "[](claim:memory.adam.bytes)",
    "[12 GB](claim:memory.adam.bytes)",
)
UNREAD = Code(
    "DF206",
    "claim-in-a-name",
    Severity.ERROR,
    "A claim stands where only words are read.",
    "The name of a section, part or hint, a score, the description of a picture: these become plain text, so nobody "
    "would check the number.",
    "#### Hint: [5](claim:memory.adam.copies) copies",
    "#### Hint: Copies\n\nThere are [5](claim:memory.adam.copies).",
)
CODES: tuple[Code, ...] = (NOT_A_LINK, MISPLACED, MARKUP, MALFORMED, NO_TEXT, UNREAD)

_KINDS = {kind.value: kind for kind in ClaimKind}
_WRITTEN = re.compile(
    rb"\](?:\(\s*<?(?:claim|wrong|cite|given)[ \t]*:|[ \t]+\((?:claim|wrong|cite|given):[\w)]|(?:claim|wrong|cite):\w)",
    re.IGNORECASE,
)
"""What was meant to be a claim: the address also with a space before it or in it, and without its parenthesis."""
_SPACE_IN_URL = re.compile(rb"\]\([^)\s<>\"]+[ \t]+[^)\s\"'(]")
_SHOWN = 240
"""How many bytes of what was meant to be a claim are looked at and shown; a line may have megabytes."""
_RAW = re.compile(r"\b(claim|wrong|cite|given):[\w.]", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?…])[\"”’)]*\s+(?=[\"“‘(\[]?[A-Z0-9$~≈])")


def scheme(target: str) -> ClaimKind | None:
    """Return what kind of claim an address makes; `None` for an ordinary link."""
    name, colon, _ = target.partition(":")
    return _KINDS.get(name.lower()) if colon else None


def mentions(html: str) -> bool:
    """Tell whether a raw tag names the address of a claim."""
    return _RAW.search(html) is not None


def arguments(query: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs of a query. A plus is a plus: `1e+5` is a number, not two words."""
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        yield unquote(name).strip(), unquote(value).strip()


@dataclass(slots=True)
class Pending:
    """A claim before its context is known; `at` is where its text stands in the list of the field's plain words."""

    target: str
    title: str
    text: str
    span: Span
    text_span: Span
    at: int


def read_claim(link: Pending, scope: Scope, context: str) -> tuple[Claim, tuple[Diagnostic, ...]]:
    """Return the claim that a link makes, and what is wrong with its address."""
    span = link.span
    name, _, rest = link.target.partition(":")
    kind = ClaimKind(name.lower())
    address, has_query, query = rest.partition("?")
    pairs = tuple(arguments(query)) if has_query else ()
    found = []
    written = " ".join(link.text.split())
    if not written:
        found.append(NO_TEXT.at(span, f"nothing is written here for `{kind}:` to answer for"))
    if not address and kind is not ClaimKind.GIVEN:
        found.append(MALFORMED.at(span, f"`{kind}:` names nothing that could answer for `{written}`"))
    for argument, value in pairs:
        if not argument or not value:
            said = f"{argument}={value}".strip("=") or "an empty argument"
            message = f"`{said}` in the address of `{written}` is not of the form name=value"
            found.append(MALFORMED.at(span, message))
    claim = Claim(
        kind=kind,
        text=written,
        target=unquote(address),
        arguments=tuple((argument, value) for argument, value in pairs if argument),
        override=link.title,
        lesson=scope.lesson,
        item=scope.item,
        context=context,
        span=span,
        text_span=link.text_span,
    )
    return claim, tuple(found)


def sentence(before: str, after: str) -> str:
    """Return the sentence that holds the border between two halves of a line."""
    line = before + after
    start, end = 0, len(line)
    for border in _SENTENCE.finditer(line):
        if border.end() <= len(before):
            start = border.end()
        elif border.start() > len(before):
            end = border.start()
            break
    return " ".join(line[start:end].split())


Ranges = list[tuple[int, int]]


def _holds(ranges: Sequence[tuple[int, int]], at: int) -> bool:
    index = bisect_right(ranges, (at, 1 << 62)) - 1
    return index >= 0 and at < ranges[index][1]


def not_links(
    text: Text, *, links: Ranges, code: Ranges, math: Ranges, html: Ranges, rows: Ranges
) -> Iterator[Diagnostic]:
    """Yield what looks like a claim in the source and is no link, each with the reason where it can be told.

    The ranges say, in bytes, where the events had links, code, math, raw HTML and cells of tables.
    """
    data = text.data
    for match in _WRITTEN.finditer(data):
        at = match.start()
        if _holds(code, at) or _holds(links, at):
            continue
        if _holds(html, at) and data.rfind(b"<!--", 0, at) > data.rfind(b"-->", 0, at):
            continue  # the comment around it has been reported
        start = data.rfind(b"[", data.rfind(b"\n", 0, at) + 1, at)
        start = at if start < 0 else start
        close = data.find(b")", at)
        line_end = data.find(b"\n", at)
        line_end = len(data) if line_end < 0 else line_end
        end = close + 1 if 0 <= close < line_end else line_end
        shown = data[start : min(end, start + _SHOWN)].decode("utf-8", "ignore").strip()
        why, fix = _reason(data, at, line_end, math=math, html=html, rows=rows)
        yield NOT_A_LINK.at(text.span(start, end), f"`{shown}` is not read as a link: {why}", fix=fix)


def unread(text: Text, links: Ranges, claims: Iterable[Claim]) -> Iterator[Diagnostic]:
    """Yield what was a claim's link and has become no claim of any text: nothing may lose a claim without a word."""
    made = {claim.span for claim in claims}
    for start, end in links:
        span = text.span(start, end)
        if span not in made:
            shown = text.data[start:end].decode("utf-8", "replace")
            message = f"`{shown}` stands where only words are read, and nobody would check it"
            yield UNREAD.at(span, message, fix="move it into a text")


def _reason(data: bytes, at: int, line_end: int, *, math: Ranges, html: Ranges, rows: Ranges) -> tuple[str, str]:
    line_start = data.rfind(b"\n", 0, at) + 1
    if _holds(html, at):
        return (
            "it stands inside a block of raw HTML, where Markdown is not read",
            "put blank lines around the HTML tags",
        )
    if _holds(math, at) or any(line_start <= start < line_end for start, _ in math):
        return "a dollar sign on this line begins math and swallows it", "write `\\$` for a dollar sign that is money"
    if data[at + 1 : at + 2].isspace():
        return "a space stands between its `]` and its `(`", "take the space out"
    if _SPACE_IN_URL.match(data, at, at + _SHOWN):
        return "its address has a space in it", "write `%20` for a space in an address, or leave it out"
    # Only a pipe inside the link splits it; the cell's border behind it is where it should be.
    opening = data.rfind(b"[", line_start, at)
    close = data.find(b")", at, line_end)
    inner = data[opening if opening >= 0 else at : close if close >= 0 else line_end]
    if _holds(rows, at) or re.search(rb"(?<!\\)\|", inner):
        return "a `|` ends the cell of the table before it does", "write `\\|` for a bar inside a cell"
    return "a bracket or parenthesis of it is missing or escaped", "write `[value](claim:module.function.output)`"
