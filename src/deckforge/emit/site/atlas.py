"""Where everything is on the site: the address of each page, the anchors on it, and what a written link means.

An address is relative to the site's root and ends in `/`, as the generator's directory addresses do; the home page is
`""`. Final links are relative from page to page, so that a site can be moved, or opened without a server's help.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from deckforge.model.course import Prose, Section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.model.claims import Claim
    from deckforge.model.course import Course, Lesson

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_SAFE = ("http", "https", "mailto")


class UnsafeScheme(ValueError):  # noqa: N818 - reads as what was found
    """A link's scheme is not one that a page may follow; the text is the scheme."""


def relative(start: str, target: str) -> str:
    """Return the link from the page `start` to `target`: an address, or a file, with an anchor or without."""
    address, hash_, anchor = target.partition("#")
    if address == start and hash_:
        return f"#{anchor}"
    path = posixpath.relpath(address or ".", start or ".")
    if address.endswith("/") or not address:
        path += "/"
    return quote(path) + hash_ + anchor


def lesson_page(lesson: Lesson) -> str:
    """Return the address of a lesson's page."""
    return f"lessons/{lesson.id}/"


def study_page(lesson: Lesson) -> str:
    """Return the address of the page on which a lesson's items are studied."""
    return f"study/{lesson.id}/"


def quiz_page(lesson: Lesson) -> str:
    """Return the address of a lesson's quiz as a sheet."""
    return f"quiz/{lesson.id}/"


def problems_page(lesson: Lesson) -> str:
    """Return the address of the page of a lesson's problems."""
    return f"problems/{lesson.id}/"


def evidence_page(lesson: Lesson) -> str:
    """Return the address of the page that shows what answers for a lesson's numbers."""
    return f"evidence/{lesson.id}/"


def media_file(path: str, data: bytes) -> str:
    """Return where a media file stands on the site: its name with a hash of its bytes, so that caches never err."""
    stem, dot, suffix = posixpath.basename(path).rpartition(".")
    name = f"{stem}-{hashlib.sha256(data).hexdigest()[:10]}{dot}{suffix}" if dot else suffix
    return f"assets/media/{re.sub(r'[^A-Za-z0-9._-]+', '-', name)}"


@dataclass(frozen=True)
class Atlas:
    """The addresses of one course."""

    course: Course

    @cached_property
    def claim_anchors(self) -> Mapping[Claim, str]:
        """The address of each claim's evidence: lesson, item if any, and its number there."""
        found: dict[Claim, str] = {}
        for lesson in self.course.lessons:
            counts: dict[str, int] = {}
            for claim in lesson.all_claims():
                counts[claim.item] = counts.get(claim.item, 0) + 1
                place = f"{lesson.id}.{claim.item}" if claim.item else lesson.id
                found.setdefault(claim, f"{evidence_page(lesson)}#{place}.{counts[claim.item]}")
        return found

    @cached_property
    def _section_anchors(self) -> Mapping[tuple[str, int], str]:
        found: dict[tuple[str, int], str] = {}
        for lesson in self.course.lessons:
            taken = {item.id for item in lesson.items}
            taken |= {part.heading.id for part in lesson.content if isinstance(part, Prose) and part.heading}
            for index, name in self._own_headings(lesson):
                anchor, number = name, 1
                while anchor in taken:
                    number += 1
                    anchor = f"{name}-{number}"
                taken.add(anchor)
                found[lesson.id, index] = anchor
        return found

    @staticmethod
    def _own_headings(lesson: Lesson) -> list[tuple[int, str]]:
        """Return the headings that are ours on a lesson's page: sections by their index, others below zero."""
        sections = [(index, str(part.kind)) for index, part in enumerate(lesson.content) if isinstance(part, Section)]
        return [(-1, "lesson"), *sections, (-2, "corrections"), (-3, "connections"), (-4, "objectives")]

    def own_anchor(self, lesson: Lesson, index: int) -> str:
        """Return the anchor of a heading of ours: of part `index` of the content, -1 for the title, and so on below."""
        return self._section_anchors[lesson.id, index]

    @cached_property
    def _anchors(self) -> Mapping[str, frozenset[str]]:
        """By lesson: every anchor that a link may name."""
        found: dict[str, frozenset[str]] = {}
        for lesson in self.course.lessons:
            anchors = {item.id for item in lesson.items}
            anchors |= {part.heading.id for part in lesson.content if isinstance(part, Prose) and part.heading}
            anchors |= {anchor for (owner, _), anchor in self._section_anchors.items() if owner == lesson.id}
            found[lesson.id] = frozenset(anchors)
        return found

    @cached_property
    def _lesson_files(self) -> Mapping[str, Lesson]:
        return {lesson.path: lesson for lesson in self.course.lessons}

    def item(self, item_id: str) -> str | None:
        """Return the address of an item, or `None` where the course has none of that id."""
        found = self.course.items.get(item_id)
        return f"{lesson_page(found[0])}#{item_id}" if found else None

    def media(self, source: str, lesson: Lesson | None) -> str | None:
        """Return the path of a media file as written in a lesson, relative to the project, or `None`."""
        name = unquote(source)
        folders = ("content", "content/media", *((posixpath.dirname(lesson.path),) if lesson else ()))
        for folder in reversed(folders):
            path = posixpath.normpath(posixpath.join(folder, name))
            if path in self.course.media:
                return path
        return None

    def resolve(self, target: str, lesson: Lesson | None) -> str | None:
        """Return what a link written in a lesson means: a full URL, an address on the site, or `None` for nothing.

        A media file is returned as `media:` and its path relative to the project.

        Raises:
            UnsafeScheme: the link has a scheme that no page may follow.
        """
        if scheme := _SCHEME.match(target):
            if scheme[1].lower() not in _SAFE:
                raise UnsafeScheme(scheme[1])
            return target
        path, _, anchor = target.partition("#")
        path, anchor = unquote(path), unquote(anchor)
        if not path:
            if lesson and anchor in self._anchors[lesson.id]:
                return f"{lesson_page(lesson)}#{anchor}"
            return self.item(anchor)
        folder = posixpath.dirname(lesson.path) if lesson else "content"
        other = self._lesson_files.get(posixpath.normpath(posixpath.join(folder, path)))
        if other:
            if anchor and anchor not in self._anchors[other.id]:
                return None
            return lesson_page(other) + (f"#{anchor}" if anchor else "")
        media = self.media(path, lesson)
        return f"media:{media}" if media else None
