r"""Rich text as HTML for somebody else's page: no style sheet of ours, no script, only addresses that work anywhere.

Math is TeX between `\(…\)` and `\[…\]`, which Moodle's, Canvas's and Brightspace's MathJax set. Code is not coloured,
because the colours' style sheet does not come along. Numbers carry no mark: their evidence is on the course's site.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING

from deckforge.emit.anki import media
from deckforge.emit.lms.gaps import GAP
from deckforge.emit.site.atlas import Atlas, UnsafeScheme
from deckforge.model.rich import Code, Image
from deckforge.render.html import html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.model.claims import Claim
    from deckforge.model.course import Lesson
    from deckforge.model.rich import ClozeStart, LinkStart, Math, Piece, Rich

_ABSOLUTE = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML file may hold."""


@dataclass(frozen=True, slots=True)
class Page:
    """Decides for another program's page what `render` leaves open.

    `folder` is where the program finds the pictures of the file (`@@PLUGINFILE@@`); `None` says that it has none.
    `pictures` collects what is shown, by name, and `missing` what is not: all that rendering adds to.
    """

    atlas: Atlas
    lesson: Lesson
    folder: str | None
    pictures: dict[str, bytes] = field(default_factory=dict)
    missing: dict[Image, None] = field(default_factory=dict)

    def render(self, rich: Rich | None) -> str:
        """Return a text as HTML; nothing for `None`. A cloze shows what it deletes."""
        return "" if rich is None else printable(self.pieces(rich, rich.pieces))

    def pieces(self, rich: Rich, pieces: Sequence[Piece]) -> str:
        """Return some pieces of a text as HTML, in which a gap may stand."""
        shown = html(replace(rich, pieces=tuple(_plain_code(piece) for piece in pieces)), self)
        return GAP.join(printable(part) for part in shown.split(GAP))

    def claim(self, claim: Claim, shown: str) -> str:  # noqa: ARG002 - the target's shape
        """Return the number as it is written."""
        return shown

    def href(self, link: LinkStart) -> str | None:
        """Return an address that works away from the project: on the web, on the course's site, or none."""
        try:
            found = self.atlas.resolve(link.target, self.lesson)
        except UnsafeScheme:
            return None
        if found is None or _ABSOLUTE.match(found):
            return found
        site = self.atlas.course.site.url
        return f"{site.rstrip('/')}/{found}" if site and not found.startswith("media:") else None

    def image(self, image: Image) -> str:
        """Return a picture from the file's own folder, or its words."""
        path = self.atlas.media(image.source, self.lesson)
        if path is None or self.folder is None:
            self.missing[image] = None
            return f"<em>[{escape(image.alt or image.source, quote=False)}]</em>"
        data = self.atlas.course.media[path]
        name = media.name(path, data)
        self.pictures[name] = data
        return f'<img src="{self.folder}/{name}" alt="{escape(image.alt)}">'

    def math(self, math: Math) -> str:
        """Return TeX between the marks that MathJax looks for."""
        tex = escape(math.tex, quote=False)
        return rf"\[{tex}\]" if math.display else rf"\({tex}\)"

    def cloze_start(self, cloze: ClozeStart) -> str:  # noqa: ARG002 - the target's shape
        """Return nothing: what is deleted is decided piece by piece."""
        return ""

    def cloze_end(self) -> str:
        """Return nothing."""
        return ""


def _plain_code(piece: Piece) -> Piece:
    if isinstance(piece, Code):
        return f"<pre><code>{escape(piece.text, quote=False)}</code></pre>"
    return piece


def printable(text: str) -> str:
    """Return a text without the characters that no XML file may hold."""
    return _UNPRINTABLE.sub("\ufffd", text)


def line(text: str, most: int = 0) -> str:
    """Return a text in one line of at most so many characters (0: any number)."""
    joined = " ".join(printable(text).split())
    return joined if not most or len(joined) <= most else f"{joined[: most - 1].rstrip()}…"
