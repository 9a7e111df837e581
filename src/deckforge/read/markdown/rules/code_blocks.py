"""Code blocks: a piece of their own, with the claims of the header that stand in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deckforge.model.rich import Code, Mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from deckforge.model.claims import Claim
    from deckforge.model.source import Span
    from deckforge.read.markdown.render import Renderer


def _code(r: Renderer, value: Any, _start: int, _end: int) -> None:
    r.info = value["Fenced"].strip() if isinstance(value, dict) else ""
    r.newline()
    r.code, r.marks = [], []


def code_text(r: Renderer, value: str, start: int, end: int) -> None:
    """Take a text event of a code block, and mark the claims of the header that stand in it."""
    assert r.code is not None
    marks = r.field.scope.marks
    if marks:
        place = r.text.span(start, end)
        for mark in marks:
            if mark.value.path == place.path and place.start <= mark.value.start and mark.value.end <= place.end:
                _mark(r, mark.value, mark.claim, start, end)
    r.code.append(value)


def _mark(r: Renderer, value: Span, claim: Claim, start: int, end: int) -> None:
    """Mark a header's claim in the text event of a code block that holds its value."""
    assert r.code is not None
    first = next(at for at in range(start, end + 1) if r.text.offset(at) >= value.start)
    last = next((at for at in range(first, end) if r.text.offset(at) >= value.end), end)
    data = r.text.data
    before = sum(map(len, r.code)) + len(data[start:first].decode("utf-8", "replace"))
    length = len(data[first:last].decode("utf-8", "replace"))
    r.marks.append(Mark(before, before + length, claim))
    r.page.landed.add(value)


def _code_end(r: Renderer, _value: None, start: int, end: int) -> None:
    text = "".join(r.code or ()).removesuffix("\n")
    r.code = None
    r.words.append(text)
    r.newline()
    language, _, info = r.info.partition(" ")
    marks = tuple(sorted(r.marks, key=lambda mark: mark.start))
    r.piece(Code(text, language, info.strip(), marks, r.text.span(start, end)))
    r.fresh = True


HANDLERS: dict[str, Callable[[Renderer, Any, int, int], None]] = {
    "+CodeBlock": _code,
    "-CodeBlock": _code_end,
}
