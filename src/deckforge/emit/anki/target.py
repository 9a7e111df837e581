r"""Rich text as the HTML of an Anki field.

Three languages meet in a field and each has its own quotes: HTML, TeX inside `\(…\)`, and Anki's `{{c1::…::hint}}`,
`[sound:…]` and `[latex]`. What an author wrote must mean itself in all three:

- braces that Anki would read become `&#123;` and `&#125;`; those of TeX are spaced (`} }`), as Anki's manual asks,
  because people edit formulas in Anki's editor;
- `::` inside a deletion would start a hint and becomes `&#58;&#58;`, and a brace that would touch a deletion's marks
  becomes an entity;
- the deletions' own marks are put in last, in place of control characters that no source can hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING

from deckforge.emit.anki import evidence, media
from deckforge.emit.site.atlas import Atlas, UnsafeScheme, lesson_page
from deckforge.model.claims import ClaimKind
from deckforge.model.rich import LinkEnd, LinkStart
from deckforge.render.html import html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.model.claims import Claim, Verdict
    from deckforge.model.course import Course, Lesson
    from deckforge.model.rich import ClozeStart, Image, Math, Piece, Rich

ALL = frozenset(ClaimKind)
"""Every number is marked: on a back."""
ASKED = ALL - {ClaimKind.WRONG}
"""On a front, where marking a value stated as wrong would give the answer away."""
NONE: frozenset[ClaimKind] = frozenset()
"""In options, where the marks would tell the key from the distractors."""

_OPEN, _BODY, _CLOSE = "\x0e", "\x0f", "\x10"
_NOTE = "\x15"
_MARKS = re.compile("[\x0e\x0f\x10\x15]")
_SOUND = re.compile("\x15(\\d+)\x15")
_AUDIO = (".mp3", ".ogg", ".oga", ".opus", ".wav", ".m4a", ".flac", ".3gp", ".aac", ".spx")
_DELETION = re.compile("\x0e(\\d+)\x0f([^\x0e\x0f\x10]*)\x0f([^\x0e\x0f\x10]*)\x10")
_TOUCHING = re.compile("\\{(?=\x0e)|\\}(?=\x10)|(?<=\x10)\\}")
_SPECIAL = re.compile(r"\[(?=/?(?:latex|\$\$?)\]|sound:|anki:)")
"""What Anki would play or typeset, also behind a backslash."""
_ABSOLUTE = re.compile(r"(?:https?|mailto):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AnkiTarget:
    """Decides for Anki what `render` leaves open.

    `pictures` collects what is shown, by the name it has in the package: the one thing that rendering adds to.
    """

    atlas: Atlas
    lesson: Lesson
    verdicts: Mapping[Claim, Verdict]
    marked: frozenset[ClaimKind] = ALL
    """Which claims show what answers for them."""
    pictures: dict[str, bytes] = field(default_factory=dict)
    as_named: bool = False
    """Whether a media file keeps its name: in a note that learners have with it."""

    @property
    def course(self) -> Course:
        """The course."""
        return self.atlas.course

    def render(self, rich: Rich | None) -> str:
        """Return a text as the HTML of a field."""
        if rich is None:
            return ""
        pieces = tuple(_MARKS.sub("", piece) if isinstance(piece, str) else piece for piece in rich.pieces)
        sounds, pieces = self._sounds(pieces)
        shown = html(replace(rich, pieces=pieces), self)
        shown = _SPECIAL.sub("&#91;", shown).replace("{{", "&#123;&#123;").replace("}}", "&#125;&#125;")
        if _OPEN in shown:
            shown = _TOUCHING.sub(lambda match: f"&#{ord(match[0])};", shown.replace("::", "&#58;&#58;"))
            while (deleted := _DELETION.sub(_deletion, shown)) != shown:  # innermost first
                shown = deleted
        return _SOUND.sub(lambda match: f"[sound:{sounds[int(match[1])]}]", shown) if sounds else shown

    def _sounds(self, pieces: tuple[Piece, ...]) -> tuple[list[str], tuple[Piece, ...]]:
        """Return the sounds that a text links to, and the text with a mark in place of each: Anki plays them."""
        sounds: list[str] = []
        kept: list[Piece] = []
        skipping = False
        for piece in pieces:
            if isinstance(piece, LinkStart) and piece.target.lower().endswith(_AUDIO):
                path = self.atlas.media(piece.target, self.lesson)
                if path is not None:
                    kept.append(f"{_NOTE}{len(sounds)}{_NOTE}")
                    sounds.append(self._packed(path))
                    skipping = True
                    continue
            if skipping:
                skipping = not isinstance(piece, LinkEnd)
                continue
            kept.append(piece)
        return sounds, tuple(kept)

    def _packed(self, path: str) -> str:
        """Return the name of a media file in the package, and put it there."""
        data = self.course.media[path]
        name = path.rpartition("/")[2] if self.as_named else media.name(path, data)
        self.pictures[name] = data
        return name

    def marking(self, marked: frozenset[ClaimKind]) -> AnkiTarget:
        """Return the same target with other numbers marked."""
        return replace(self, marked=marked)

    def claim(self, claim: Claim, shown: str) -> str:
        """Return the number, marked with what answers for it."""
        if claim.kind not in self.marked:
            return shown
        answer = evidence.answer(claim, self.course, self.verdicts)
        return f'<span class="df-n {answer.css}" title="{escape(answer.sentence)}">{shown}</span>'

    def href(self, link: LinkStart) -> str | None:
        """Return an address that works away from the project: on the web, on the course's site, or none."""
        try:
            found = self.atlas.resolve(link.target, self.lesson)
        except UnsafeScheme:
            return None
        if found is None or _ABSOLUTE.match(found):
            return found
        site = self.course.site.url
        return f"{site.rstrip('/')}/{found}" if site and not found.startswith("media:") else None

    def image(self, image: Image) -> str:
        """Return a picture by the name it has in the package; one that is not there shows its words."""
        title = f' title="{escape(image.title)}"' if image.title else ""
        if image.source.startswith(("https:", "http:")):
            return f'<img src="{escape(image.source)}" alt="{escape(image.alt)}"{title}>'
        path = self.atlas.media(image.source, self.lesson)
        if path is None:
            return f'<span class="df-missing">{escape(image.alt or image.source)}</span>'
        name = escape(self._packed(path))
        if self.as_named:  # as learners have it
            return f'<img src="{name}"{title}>'
        return f'<img src="{name}" alt="{escape(image.alt)}"{title}>'

    def math(self, math: Math) -> str:
        """Return TeX between the marks that Anki gives to MathJax."""
        tex = escape(space_braces(math.tex), quote=False)
        return rf"\[{tex}\]" if math.display else rf"\({tex}\)"

    def cloze_start(self, cloze: ClozeStart) -> str:
        """Return what opens a deletion, for `render` to finish: its number and hint travel in front of its text."""
        hint = _MARKS.sub("", escape(cloze.hint, quote=False)).replace("}", "&#125;")
        return f"{_OPEN}{cloze.number}{_BODY}{hint}{_BODY}"

    def cloze_end(self) -> str:
        """Return what closes a deletion, for `render` to finish."""
        return _CLOSE


def space_braces(tex: str) -> str:
    """Return TeX in which no two braces of a kind touch: Anki would read them as its own."""
    return re.sub(r"\}(?=\})", "} ", re.sub(r"\{(?=\{)", "{ ", tex))


def item_url(course: Course, lesson: Lesson, item: str) -> str:
    """Return the address of an item on the course's site, or `""` where the course names no site."""
    site = course.site.url
    return f"{site.rstrip('/')}/{lesson_page(lesson)}#{item}" if site else ""


def _deletion(match: re.Match[str]) -> str:
    number, hint, text = match.groups()
    return f"{{{{c{number}::{text}::{hint}}}}}" if hint else f"{{{{c{number}::{text}}}}}"
