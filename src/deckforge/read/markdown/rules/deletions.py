"""Deletions in the making: text events of a cloze, split at its braces and colons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.model.rich import ClozeEnd, ClozeStart
from deckforge.read.markdown import cloze
from deckforge.read.markdown.cloze import Opened

if TYPE_CHECKING:
    from deckforge.read.markdown.render import Renderer


def deletions(r: Renderer, value: str, start: int) -> None:
    """Take a text event of a field that may hold deletions."""
    at = 0
    for token in cloze.TOKEN.finditer(value):
        first = start + len(value[: token.start()].encode())
        last = first + len(token[0])
        opened = r.opened
        consumed = True
        if token[1] is not None and opened is None:
            r.plain(value[at : token.start()])
            _start_deletion(r, int(token[1]), first, last)
        elif token[0] == "::" and opened is not None and opened.hint < 0:
            r.plain(value[at : token.start()])
            opened.hint = first
            _check_empty(r, opened, last)
            r.aside()
        elif token[0] == "}}" and opened is not None:
            r.plain(value[at : token.start()])
            _end_deletion(r, opened, last)
        else:
            consumed = False
            if opened is not None and token[0].startswith("{{"):
                message = f"`{token[0]}` begins inside another deletion"
                r.wrong(cloze.NESTED, first, last, message, "close the first with `}}` before it")
            elif token[0].startswith("{{"):
                message = "these braces are no deletion: its form is `{{c1::text}}`"
                r.wrong(cloze.MALFORMED, first, last, message, "write `{{c1::…}}`, or put the braces into code")
        if consumed:
            at = token.end()
    r.plain(value[at:])


def _start_deletion(r: Renderer, number: int, start: int, end: int) -> None:
    if number < 1:
        r.wrong(cloze.MALFORMED, start, end, "deletions are numbered from 1", "write `{{c1::…}}`")
    r.piece(ClozeStart(number, "", r.text.span(start, end)))
    at = len(r.pieces) - 1
    r.opened = Opened(number, start, end, r.depth, len(r.raw), r.pieces, at, len(r.words))


def _check_empty(r: Renderer, opened: Opened, end: int) -> None:
    if opened.at == len(r.pieces) - 1 and not "".join(r.words[opened.words :]).strip():
        r.wrong(cloze.MALFORMED, opened.start, end, "this deletion deletes nothing", "write what is to be recalled")


def _end_deletion(r: Renderer, opened: Opened, end: int) -> None:
    if opened.hint >= 0:
        hint, marked = r.come_back()
        if marked:
            r.wrong(cloze.HINT, opened.hint, end, f"the hint `{hint}` holds markup", "write it in plain words")
        opened.pieces[opened.at] = ClozeStart(opened.number, hint.strip(), r.text.span(opened.start, opened.end))
    else:
        _check_empty(r, opened, end)
    if opened.depth != r.depth or opened.raw != len(r.raw):
        fix = "begin and end it on the same side of the markup"
        r.wrong(cloze.ACROSS, opened.start, end, "this deletion begins and ends under different markup", fix)
    r.opened = None
    r.piece(ClozeEnd())
