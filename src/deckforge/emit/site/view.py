"""What a template of one page may ask: texts as HTML, addresses relative to that page, words for verdicts.

A `View` belongs to one page while that page is made. It also collects what the page turned out to need (media files)
and what could not be resolved on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html import escape, unescape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from markupsafe import Markup

from deckforge.emit.site import reports
from deckforge.emit.site.atlas import Atlas, UnsafeScheme, lesson_page, media_file, relative, study_page
from deckforge.emit.site.codes import LINK_SCHEME, MISSING_PICTURE, UNRESOLVED_LINK
from deckforge.emit.site.page import field as as_field
from deckforge.emit.site.page import marker, verbatim
from deckforge.emit.site.words import look, tip
from deckforge.model.claims import Claim
from deckforge.model.items import Cloze
from deckforge.model.rich import ClozeEnd, ClozeStart, Code, Image, Math, Rich
from deckforge.render.code import highlight
from deckforge.render.html import html, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deckforge.diagnostics import Diagnostic
    from deckforge.model.claims import Verdict
    from deckforge.model.course import Lesson
    from deckforge.model.items import AnyItem
    from deckforge.model.rich import LinkStart, Piece
    from deckforge.model.source import Span


@dataclass
class View:
    """One page in the making; `url` is its address, `lesson` the lesson whose links it resolves."""

    url: str
    atlas: Atlas
    verdicts: Mapping[Claim, Verdict]
    lesson: Lesson | None = None
    media: dict[str, bytes] = field(default_factory=dict)
    """Files to copy, by their place on the site."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    math: bool = False
    tips: str = "df-tip"
    """What the ids of its tooltips begin with."""
    _tips: int = 0

    # Texts ------------------------------------------------------------------------------------------------------------

    def rich(self, text: Rich | None) -> Markup:
        """Return a text with its numbers marked by their verdicts."""
        return _field(html(text, _Marked(self)))

    def plain(self, text: Rich | None) -> Markup:
        """Return a text whose numbers carry no mark: an option must not show that it is right."""
        return _field(html(text, _Unmarked(self)))

    def question(self, item: AnyItem) -> Markup:
        """Return what an item asks: deletions blanked, and no mark on a number that is stated as false."""
        return self.asked(blanked(item.front) if isinstance(item, Cloze) else item.front)

    def bare(self, item: AnyItem) -> Markup:
        """Return what an item asks with no mark at all: for paper."""
        return self.plain(blanked(item.front) if isinstance(item, Cloze) else item.front)

    def asked(self, text: Rich | None) -> Markup:
        """Return a text that is read before answering: a number stated as false carries no mark."""
        return _field(html(text, _Asking(self)))

    def source(self, text: str, span: Span, language: str = "python") -> Markup:
        """Return a piece of source code, coloured."""
        return _safe(as_field(highlight(Code(text, language, "", (), span), lambda _, shown: shown)))

    def heading(self, level: int, text: Rich | str, anchor: str, *, exclude: bool = False) -> Markup:
        """Return a Markdown heading; may stand only where no element is open."""
        inline = escape(text) if isinstance(text, str) else html(text, _Unmarked(self))
        return _safe(marker(min(max(level, 1), 6), inline, anchor, exclude=exclude))

    def tag_list(self) -> Markup:
        """Return the place where the theme lists all tags; may stand only where no element is open."""
        return _safe(verbatim("<!-- material/tags -->"))

    def value(self, claim: Claim) -> Markup:
        """Return a written value."""
        return _safe(number(claim.text))

    # Addresses --------------------------------------------------------------------------------------------------------

    def to(self, address: str) -> str:
        """Return the link from this page to an address or file of the site."""
        return relative(self.url, address)

    def to_lesson(self, lesson: Lesson) -> str:
        """Return the link to a lesson."""
        return self.to(lesson_page(lesson))

    def to_item(self, item_id: str) -> str | None:
        """Return the link to an item, if there is one of that id."""
        address = self.atlas.item(item_id)
        return None if address is None else self.to(address)

    def to_claim(self, claim: Claim) -> str:
        """Return the link to a claim's evidence."""
        return self.to(self.atlas.claim_anchors[claim])

    def to_place(self, claim: Claim, lesson: Lesson) -> str:
        """Return the link to where a claim stands: its item, else its lesson."""
        return self.to(self.atlas.item(claim.item) or lesson_page(lesson))

    def to_study(self, lesson: Lesson | None = None, mode: str = "", items: Iterable[str] = (), **more: int) -> str:
        """Return the link to the study of a lesson (`None`: of the course), in a mode, of some items only."""
        course = self.atlas.course
        wanted = [item for item in items if item in course.items]
        owners = {course.items[item][0].id for item in wanted}
        if wanted and lesson and owners != {lesson.id}:
            lesson = course.items[wanted[0]][0] if len(owners) == 1 else None
        query = {"mode": mode, "items": ",".join(wanted), **{key: str(value) for key, value in more.items() if value}}
        text = urlencode({key: value for key, value in query.items() if value}, safe=",")
        return self.to(study_page(lesson) if lesson else "study/") + (f"?{text}" if text else "")

    def report(self, item: AnyItem) -> str:
        """Return the link by which a mistake in an item is reported, `""` where the course has none."""
        course = self.atlas.course
        template = reports.template(course)
        if not template.lower().startswith(("https://", "http://", "mailto:")):
            return ""
        place = self.atlas.item(item.id) or ""
        url = f"{course.site.url.rstrip('/')}/{place}" if course.site.url else place
        return reports.address(template, item=item.id, title=question_line(item), url=url)

    def own_anchor(self, lesson: Lesson, index: int) -> str:
        """Return the anchor of one of our own headings on a lesson's page (see `Atlas`)."""
        return self.atlas.own_anchor(lesson, index)

    def copy(self, path: str) -> str:
        """Return the link to a media file, which is then copied; `path` is relative to the project."""
        data = self.atlas.course.media[path]
        place = media_file(path, data)
        self.media[place] = data
        return self.to(place)

    def follow(self, link: LinkStart) -> str | None:
        """Return the final address of a written link, or `None` with a diagnostic."""
        try:
            found = self.atlas.resolve(link.target, self.lesson)
        except UnsafeScheme as scheme:
            message = f"a page must not link to a `{scheme}:` address ({link.target})"
            fix = "link to an https: address, or put the file into content/media"
            self.diagnostics.append(LINK_SCHEME.at(link.span, message, fix=fix))
            return None
        if found is None:
            message = f"`{link.target}` is no lesson, item, heading or media file"
            fix = "write a lesson's file (other.md#item), an id of this course (#item) or a file in content/media"
            self.diagnostics.append(UNRESOLVED_LINK.at(link.span, message, fix=fix))
            return None
        if found.startswith("media:"):
            return self.copy(found.removeprefix("media:"))
        return found if ":" in found.split("/", 1)[0] else self.to(found)

    def outside(self, url: str, span: Span) -> str | None:
        """Return the address of something elsewhere that is no link of a text, or `None` with a diagnostic."""
        if url.lower().startswith(("https://", "http://", "mailto:")):
            return url
        message = f"a page can link to an https:, http: or mailto: address, and `{url}` is none"
        self.diagnostics.append(LINK_SCHEME.at(span, message, fix="write the whole address, https:// included"))
        return None

    def follow_in(self, lesson: Lesson) -> None:
        """Resolve the links of what follows as that lesson's: a page may show texts of several."""
        self.lesson = lesson

    def next_tip(self) -> str:
        """Return an id for a tooltip, new on this page."""
        self._tips += 1
        return f"{self.tips}-{self._tips}"


def _safe(markup: str) -> Markup:
    """Return HTML that a template must not escape: ours, from text that was escaped or sanitised when it was read."""
    return Markup(markup)  # noqa: S704 - that is what it is for


_BOX = re.compile(r'<input\b[^>]*\btype="checkbox"[^>]*>')


def _field(markup: str) -> Markup:
    """Return a field for a page: tables that scroll can be reached by keyboard, and a ticked box is said aloud."""

    def box(match: re.Match[str]) -> str:
        shown, said = ("☑", "done") if "checked" in match[0] else ("☐", "to do")
        return f'<span role="img" aria-label="{said}">{shown}</span>'

    table = '<div class="df-table"'
    reachable = markup.replace(f"{table}>", f'{table} tabindex="0" role="group" aria-label="Table">')
    return _safe(as_field(_BOX.sub(box, reachable)))


class _Marked:
    """Numbers carry their verdict, and their evidence on hover and focus."""

    def __init__(self, view: View) -> None:
        self.view = view

    def claim(self, claim: Claim, shown: str) -> str:
        view = self.view
        verdict = view.verdicts[claim]
        note, address = view.next_tip(), escape(view.to_claim(claim))
        return (
            '<span class="df-claim" tabindex="-1">'
            f'<a class="df-n df-{look(verdict)}" href="{address}" aria-describedby="{note}">{shown}</a>'
            f'<span class="df-tip" role="tooltip" id="{note}" data-search-exclude>{escape(tip(verdict))}</span></span>'
        )

    def href(self, link: LinkStart) -> str | None:
        return self.view.follow(link)

    def image(self, image: Image) -> str:
        view = self.view
        path = view.atlas.media(image.source, view.lesson)
        if path is None:
            message = f"the picture `{image.source}` is neither in content/media nor beside the lesson"
            fix = "put the file into content/media and write its name alone"
            view.diagnostics.append(MISSING_PICTURE.at(image.span, message, fix=fix))
            return escape(image.alt)
        title = f' title="{escape(image.title)}"' if image.title else ""
        return f'<img src="{escape(view.copy(path))}" alt="{escape(image.alt)}"{title} loading="lazy">'

    def math(self, math: Math) -> str:
        self.view.math = True
        display = " df-display" if math.display else ""
        return f'<span class="df-math{display}">{escape(math.tex, quote=False)}</span>'

    def cloze_start(self, cloze: ClozeStart) -> str:
        return f'<mark class="df-cloze" data-number="{cloze.number}">'

    def cloze_end(self) -> str:
        return "</mark>"


class _Unmarked(_Marked):
    """Numbers stand as written."""

    def claim(self, claim: Claim, shown: str) -> str:  # noqa: ARG002 - the target's shape
        return shown


class _Asking(_Marked):
    """A number that is stated as false stands as written: to find it is the question."""

    def claim(self, claim: Claim, shown: str) -> str:
        return shown if claim.kind == "wrong" else super().claim(claim, shown)


def blanked(text: Rich, number: int | None = None) -> Rich:
    """Return a cloze's sentence with each deletion replaced by a blank or its hint.

    With a number only the deletions of that number are blank, and the others stand as plain words.
    """
    pieces: list[Piece] = []
    marks: list[bool] = []  # for each deletion that is open, whether it is blank
    for piece in text.pieces:
        match piece:
            case ClozeStart():
                blank = number in (None, piece.number)
                if blank and not any(marks):
                    pieces.append(f'<span class="df-blank">[{escape(piece.hint) or "…"}]</span>')
                marks.append(blank)
            case ClozeEnd():
                marks.pop()
            case _ if not any(marks):
                pieces.append(piece)
            case _:
                pass
    return replace(text, pieces=tuple(pieces))


def deletions(text: Rich) -> dict[int, str]:
    """Return the plain words of a cloze's deletions by their number; those that share a number are listed."""
    found: dict[int, list[str]] = {}
    open_: list[tuple[int, int]] = []
    for place, piece in enumerate(text.pieces):
        match piece:
            case ClozeStart():
                open_.append((piece.number, place))
            case ClozeEnd():
                number, start = open_.pop()
                found.setdefault(number, []).append(words_of(text.pieces[start:place]))
            case _:
                pass
    return {number: ", ".join(dict.fromkeys(texts)) for number, texts in found.items()}


_LINE = 140
"""Letters of an item's question that a list shows."""


def question_line(item: AnyItem) -> str:
    """Return what an item asks in plain words on one line, cut at a word where they are many."""
    text = words_of(blanked(item.front).pieces) if isinstance(item, Cloze) else item.front.text
    line = " ".join(text.split())
    return line if len(line) <= _LINE else f"{line[:_LINE].rsplit(' ', 1)[0]} …"


_TAG = re.compile(r"<[^>]*>")


def words_of(pieces: Iterable[Piece]) -> str:
    """Return the plain words of pieces: math as TeX, no HTML."""
    found: list[str] = []
    for piece in pieces:
        match piece:
            case str():
                found.append(unescape(_TAG.sub("", piece)))
            case Claim() | Code():
                found.append(piece.text)
            case Math():
                found.append(piece.tex)
            case Image():
                found.append(piece.alt)
            case _:
                pass
    return " ".join("".join(found).split())
