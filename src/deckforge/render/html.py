"""Rich text to HTML, for a back end that answers what only it can know."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Protocol

from deckforge.model.claims import Claim
from deckforge.model.rich import ClozeEnd, ClozeStart, Code, Image, LinkEnd, LinkStart, Math
from deckforge.render.code import highlight

if TYPE_CHECKING:
    from deckforge.model.rich import Rich


class Target(Protocol):
    """What a back end decides. Every method returns balanced HTML, except where it says otherwise."""

    def claim(self, claim: Claim, shown: str) -> str:
        """Return a claim's number; `shown` is its text as HTML."""

    def href(self, link: LinkStart) -> str | None:
        """Return the final address of a link, or `None` to show its text alone."""

    def image(self, image: Image) -> str:
        """Return a picture."""

    def math(self, math: Math) -> str:
        """Return math."""

    def cloze_start(self, cloze: ClozeStart) -> str:
        """Return what opens a deletion (need not be balanced alone)."""

    def cloze_end(self) -> str:
        """Return what closes it."""


_POWER = re.compile(r"\^(-?\d+)")


def number(text: str) -> str:
    """Return a written value as HTML, its powers raised: `2^16` becomes 2<sup>16</sup>."""
    return _POWER.sub(lambda match: f"<sup>{match[1].replace('-', '−')}</sup>", escape(text, quote=False))


def html(rich: Rich | None, target: Target) -> str:
    """Return a text as the target's HTML; nothing for `None`."""
    if rich is None:
        return ""
    out: list[str] = []
    linked: list[bool] = []
    for piece in rich.pieces:
        match piece:
            case str():
                out.append(piece)
            case Claim():
                out.append(target.claim(piece, number(piece.text)))
            case LinkStart():
                href = target.href(piece)
                linked.append(href is not None)
                if href is not None:
                    title = f' title="{escape(piece.title)}"' if piece.title else ""
                    out.append(f'<a href="{escape(href)}"{title}>')
            case LinkEnd():
                if linked.pop():
                    out.append("</a>")
            case Image():
                out.append(target.image(piece))
            case Math():
                out.append(target.math(piece))
            case Code():
                out.append(highlight(piece, target.claim))
            case ClozeStart():
                out.append(target.cloze_start(piece))
            case ClozeEnd():
                out.append(target.cloze_end())
    return "".join(out)
