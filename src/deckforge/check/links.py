"""Links and pictures: where they lead, without asking the network.

A link leads to a lesson by its file (`other.md`), to an item, a heading or a section of it (`other.md#dead-relu`), to
any item of the course (`#dead-relu`), to a file of the course's media, or out into the web. Paths are relative to the
lesson's file, as on a code host; a media file may also be named relative to `content/` or `content/media/`.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from deckforge.check.near import Vocabulary, shown
from deckforge.check.places import inside
from deckforge.diagnostics import Code, Diagnostic, Severity
from deckforge.model import diagrams
from deckforge.model.course import Prose
from deckforge.model.rich import Image, LinkStart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.model.course import Course, Lesson
    from deckforge.model.rich import Rich

BROKEN_LINK = Code(
    "DF307",
    "broken-link",
    Severity.ERROR,
    "A link leads to a lesson, an item or a heading that does not exist.",
    "A learner would land on an error page, or at the top of a page where the answer to a question should be.",
    "See [the chain rule](chian-rule.md).",
    "See [the chain rule](chain-rule.md).",
)
MISSING_MEDIA = Code(
    "DF308",
    "missing-media",
    Severity.ERROR,
    "A picture or a linked file is not there.",
    "Cards would show a broken picture on every device that they are synchronised to.",
    "![The loss falls, then rises](los.png)",
    "![The loss falls, then rises](loss.png)",
)
REFUSED_SCHEME = Code(
    "DF309",
    "refused-scheme",
    Severity.ERROR,
    "A link or a picture has an address of a kind that a lesson cannot use.",
    "Links may be `https:`, `http:` and `mailto:`; pictures are files of the course. Addresses that run scripts, read "
    "the reader's disk or carry data of their own are dangerous or break on other machines, and a picture from the "
    "web would make a card depend on the network.",
    "[run it](javascript:alert(1))",
    "[read it](https://example.org/article)",
)
IMAGE_WITHOUT_ALT = Code(
    "DF310",
    "image-without-alt",
    Severity.WARNING,
    "A picture has no text for those who cannot see it.",
    "A screen reader has nothing to say, and a table of cards has an empty cell where the picture was.",
    "![](loss.png)",
    "![The loss falls for 2,000 steps, then rises](loss.png)",
)
UNUSED_MEDIA = Code(
    "DF317",
    "unused-media",
    Severity.NOTE,
    "A media file is shown by no lesson.",
    "It is not packed into a deck. A file that nobody misses is often one whose link was lost.",
    "content/media/loss.png   # and no lesson shows it",
    "![The loss falls, then rises](loss.png)",
)
CODES = (BROKEN_LINK, MISSING_MEDIA, REFUSED_SCHEME, IMAGE_WITHOUT_ALT, UNUSED_MEDIA)

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):|//")
_LINK_SCHEMES = frozenset({"http", "https", "mailto"})
_LESSON_FILES = (".md", ".yaml", ".yml")
CONTENT, MEDIA = "content", "content/media"


def links(course: Course) -> Iterator[Diagnostic]:
    """Report links that lead nowhere or to where a lesson may not lead."""
    targets = _Targets(course)
    for path, here, text in _texts(course):
        for piece in text.pieces:
            if isinstance(piece, LinkStart):
                yield from _link(piece, path, here, targets)


def pictures(course: Course) -> Iterator[Diagnostic]:
    """Report pictures that are not there, come from elsewhere, or say nothing to those who cannot see them."""
    targets = _Targets(course)
    for path, _, text in _texts(course):
        for piece in text.pieces:
            if isinstance(piece, Image):
                yield from _picture(piece, path, targets)


def unused_media(course: Course) -> Iterator[Diagnostic]:
    """Report media files that no text shows or links to."""
    used = {diagrams.path(code) for code in diagrams.of_course(course)}
    for path, _, text in _texts(course):
        for piece in text.pieces:
            if isinstance(piece, LinkStart | Image):
                target = piece.source if isinstance(piece, Image) else piece.target
                used.update(_resolved(path, target.partition("#")[0]))
    for path in sorted(course.media):
        if path not in used:
            yield UNUSED_MEDIA.at(None, f"no lesson shows `{path}`", fix="show it, or delete it")


class _Targets:
    """What a link of this course can lead to; the indexes are made when a rule first needs them."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.lessons = {lesson.path: lesson for lesson in course.lessons}
        self._anchors: dict[str, Vocabulary] = {}
        self._files: dict[str, Vocabulary] = {}

    def anchors(self, lesson: Lesson) -> Vocabulary:
        """Return the places on a lesson's page that a fragment can name."""
        if lesson.path not in self._anchors:
            headings = [part.heading.id for part in lesson.content if isinstance(part, Prose) and part.heading]
            sections = [section.kind.value for section in lesson.sections]
            self._anchors[lesson.path] = Vocabulary([item.id for item in lesson.items] + headings + sections)
        return self._anchors[lesson.path]

    def nearest_file(self, path: str, written: str) -> str:
        """Return a lesson or media file as it would be written in `path`, near to what was written there."""
        folder = posixpath.dirname(path)
        if folder not in self._files:
            files = [*self.lessons, *self.course.media]
            near_media = [posixpath.relpath(file, MEDIA) for file in self.course.media if file.startswith(f"{MEDIA}/")]
            self._files[folder] = Vocabulary([posixpath.relpath(file, folder) for file in files] + near_media)
        return self._files[folder].nearest(written)


def _texts(course: Course) -> Iterator[tuple[str, Lesson | None, Rich]]:
    """Yield every text of the course with its file and lesson."""
    for concept in course.concepts:
        if concept.definition:
            yield concept.span.path, None, concept.definition
    for lesson in course.lessons:
        for text in lesson.texts():
            yield lesson.path, lesson, text


def _resolved(path: str, written: str) -> tuple[str, ...]:
    """Return the project paths that a path written in a file can mean, the likelier first."""
    plain = unquote(written)
    return (
        posixpath.normpath(posixpath.join(posixpath.dirname(path), plain)),
        posixpath.normpath(posixpath.join(MEDIA, plain)),
        posixpath.normpath(posixpath.join(CONTENT, plain)),
    )


def _link(link: LinkStart, path: str, here: Lesson | None, targets: _Targets) -> Iterator[Diagnostic]:
    span = inside(targets.course, link.span, link.target)
    scheme = _SCHEME.match(link.target)
    if scheme:
        if (scheme[1] or "").lower() not in _LINK_SCHEMES:
            yield REFUSED_SCHEME.at(
                span,
                f"a lesson cannot link to `{shown(link.target)}`",
                fix="link to a lesson, a media file, or an `https:` address",
            )
        return
    file, _, fragment = link.target.partition("#")
    file = file.partition("?")[0]
    if not file and not fragment:
        yield BROKEN_LINK.at(span, "this link leads nowhere", fix="write where it leads, or take the brackets away")
        return
    lesson = here
    if file:
        candidates = _resolved(path, file)
        if any(candidate in targets.course.media for candidate in candidates):
            return
        lesson = targets.lessons.get(candidates[0])
        if lesson is None:
            best = targets.nearest_file(path, file)
            code, what = (BROKEN_LINK, "lesson") if file.endswith(_LESSON_FILES) else (MISSING_MEDIA, "file")
            yield code.at(
                span,
                f"there is no {what} `{candidates[0]}`",
                fix=f"did you mean `{best}`?" if best else "a path is relative to the lesson's own file",
            )
            return
    if fragment and lesson and (file or unquote(fragment) not in targets.course.items):
        yield from _anchor(link, unquote(fragment), path, lesson, targets)
    elif fragment and not lesson and unquote(fragment) not in targets.course.items:
        yield BROKEN_LINK.at(span, f"there is no item `{shown(fragment)}`", fix="link to the id of an item (`#id`)")


def _anchor(link: LinkStart, id_: str, path: str, lesson: Lesson, targets: _Targets) -> Iterator[Diagnostic]:
    """Report a fragment that names no item and no heading of the lesson it is looked for in."""
    known = targets.anchors(lesson)
    if id_ in known:
        return
    elsewhere = targets.course.items.get(id_)
    if elsewhere:
        file = posixpath.relpath(elsewhere[0].path, posixpath.dirname(path))
        fix = f"it is in another lesson: write `{file}#{id_}`"
    else:
        fix = known.suggestion(id_, "link to the id of an item (`{#id}`) or of a heading")
    yield BROKEN_LINK.at(
        inside(targets.course, link.span, id_), f"`{lesson.path}` has no item or heading `{shown(id_)}`", fix=fix
    )


def _picture(picture: Image, path: str, targets: _Targets) -> Iterator[Diagnostic]:
    course = targets.course
    span = inside(course, picture.span, picture.source)
    if _SCHEME.match(picture.source):
        yield REFUSED_SCHEME.at(
            span,
            f"a picture cannot come from `{shown(picture.source)}`",
            fix=f"put the file into `{MEDIA}/` and write its name",
        )
    elif not picture.source:
        yield MISSING_MEDIA.at(span, "this picture names no file", fix=f"write the name of a file in `{MEDIA}/`")
    elif not any(candidate in course.media for candidate in _resolved(path, picture.source)):
        best = targets.nearest_file(path, picture.source)
        yield MISSING_MEDIA.at(
            span,
            f"there is no picture `{shown(picture.source)}`",
            fix=f"did you mean `{best}`?" if best else f"put the file into `{MEDIA}/`",
        )
    if not picture.alt.strip():
        yield IMAGE_WITHOUT_ALT.at(
            picture.span,
            "this picture says nothing to those who cannot see it",
            fix=f"write what it shows: `![what it shows]({picture.source})`",
        )
