"""Files of a project to bytes, with a diagnostic for what cannot be read.

What lies in `content/` is given to everyone who studies the course, so nothing from outside the project gets in: a
link that leads out of it is refused.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Diagnostic, Severity
from deckforge.model.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.project import Project
    from deckforge.read.values import Found

NOT_UTF8 = Code(
    "DF101",
    "file-not-utf-8",
    Severity.ERROR,
    "A YAML file is not UTF-8.",
    "Its letters would be guessed at, and guessed differently on another machine.",
    instead="Save the file with the encoding UTF-8.",
)
NUL = Code(
    "DF102",
    "zero-byte",
    Severity.ERROR,
    "A YAML file holds a zero byte.",
    "Text has none: the file was damaged, or is saved as UTF-16, or is no text at all.",
    instead="Save the file with the encoding UTF-8.",
)
UNREADABLE = Code(
    "DF103",
    "file-unreadable",
    Severity.ERROR,
    "A file or folder of the course cannot be read.",
    "Leaving it out would drop its lessons from the decks, and their cards from a learner's view of the course.",
    "content/training.md (a link to a file that is gone)",
    "Give the file the permission to be read, restore what the link points to, or delete the link.",
)
OUTSIDE = Code(
    "DF104",
    "link-leads-outside",
    Severity.ERROR,
    "A symbolic link in `content/` leads out of the project.",
    "Whatever it points to would be packed and published, and on another machine it would be something else.",
    "content/notes.md -> /home/me/notes.md",
    "Copy the file into `content/`.",
)
TOO_LARGE = Code(
    "DF105",
    "file-too-large",
    Severity.ERROR,
    "A file is larger than a learner should have to download.",
    "Every file of `content/media/` goes into the package and onto the site; services that synchronise decks refuse "
    "very large ones.",
    "content/media/lecture.mp4 (300 MB)",
    "Link to the video where it is published, or cut and compress it.",
)
IGNORED = Code(
    "DF106",
    "file-not-read",
    Severity.WARNING,
    "A file in `content/` looks like a lesson and is not read.",
    "Lessons end in `.md`, `.yaml` or `.yml`, in lower case; by another name a file is left out without a word.",
    "content/Gradients.markdown",
    "content/gradients.md",
)
NO_LESSONS = Code(
    "DF107",
    "no-lessons",
    Severity.WARNING,
    "The course has no lessons.",
    "Decks, tables and site would be empty.",
    instead="Write a lesson: a file that ends in `.md` or `.yaml`, in `content/` or a folder in it.",
)
CODES = (NOT_UTF8, NUL, UNREADABLE, OUTSIDE, TOO_LARGE, IGNORED, NO_LESSONS)

MAX_TEXT = 5_000_000
"""Bytes of a lesson: more than a thousand pages."""
MAX_MEDIA = 50_000_000
"""Bytes of a media file."""

_SUFFIXES = (".md", ".yaml", ".yml")
_ALIKE = (".markdown", ".mdown", ".mkd", ".md.txt", ".yaml.txt", ".yml.txt")


def lesson_paths(project: Project, found: Found) -> tuple[Path, ...]:
    """Return the files that are lessons, by their path in the project."""
    lessons = []
    for path in _walk(project, project.content, found):
        name = path.name
        if path in (project.content / "course.yaml", project.exemptions) or name.lower() == "readme.md":
            continue
        if name.endswith(_SUFFIXES):
            lessons.append(path)
        elif name.lower().endswith((*_SUFFIXES, *_ALIKE)):
            better = name[: name.index(".")] + next((end for end in _SUFFIXES if end in name.lower()), ".md")
            message = f"`{name}` looks like a lesson, and only `.md`, `.yaml` and `.yml` are read"
            fix = f"rename it to `{better}`, or to `_{name}` to keep it out"
            found.append(IGNORED.at(Span(project.relative(path), 0, 0), message, fix=fix))
    return tuple(sorted(lessons, key=project.relative))


def media_files(project: Project, found: Found) -> dict[str, bytes]:
    """Return the files in `content/media/`, however deep, by their path in the project."""
    if project.media.is_symlink() and not _inside(project, project.media, found):
        return {}
    if not project.media.is_dir():
        return {}
    media = {}
    for path in sorted(_walk(project, project.media, found, media=True), key=project.relative):
        data = read_bytes(project, path, MAX_MEDIA, found)
        if data is not None:
            media[project.relative(path)] = data
    return media


def _walk(project: Project, folder: Path, found: Found, *, media: bool = False) -> Iterator[Path]:
    """Yield the files below a folder, without those that begin with `.` (or `_`) and those that lead outside.

    A folder that is a link is followed only inside the project, and no folder twice on the way down.
    """
    pending: list[tuple[Path, tuple[Path, ...]]] = [(folder, (folder.resolve(),))]
    while pending:
        current, above = pending.pop()
        try:
            entries = sorted(os.scandir(current), key=lambda entry: entry.name)
        except OSError as error:
            found.append(_unreadable(project, current, error))
            continue
        for entry in entries:
            path = Path(entry.path)
            # Anki keeps media whose names begin with `_` even where no field names them: such names are wanted.
            if entry.name.startswith("." if media else (".", "_")) or (not media and path == project.media):
                continue
            if entry.is_symlink() and not _inside(project, path, found):
                continue
            if entry.is_dir():
                real = path.resolve()
                if real not in above:
                    pending.append((path, (*above, real)))
            else:
                yield path


def _inside(project: Project, path: Path, found: Found) -> bool:
    """Tell whether a link leads to something inside the project; say so if it does not."""
    place = Span(project.relative(path), 0, 0)
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError):
        message = "this link leads nowhere"
        found.append(UNREADABLE.at(place, message, fix="restore what it points to, or delete the link"))
        return False
    if real.is_relative_to(project.root.resolve()):
        return True
    found.append(OUTSIDE.at(place, "this link leads out of the project", fix="copy the file into the project"))
    return False


def read_bytes(project: Project, path: Path, most: int, found: Found) -> bytes | None:
    """Return a file's bytes, or `None` with a diagnostic."""
    place = Span(project.relative(path), 0, 0)
    try:
        if not path.is_file():
            # A device or a pipe would be waited for without end.
            message = "this is no ordinary file" if path.exists() else "there is no such file"
            found.append(UNREADABLE.at(place, message, fix="write it, or take away what stands in its place"))
            return None
        size = path.stat().st_size
        if size > most:
            message = f"the file has {size / 1e6:.1f} MB, and {most / 1e6:.0f} MB are the most"
            found.append(TOO_LARGE.at(place, message, fix="make it smaller, or link to where it is published"))
            return None
        return path.read_bytes()
    except OSError as error:
        found.append(_unreadable(project, path, error))
        return None


def _unreadable(project: Project, path: Path, error: OSError) -> Diagnostic:
    reason = (error.strerror or str(error)).lower()
    message = f"it cannot be read: {reason}"
    return UNREADABLE.at(Span(project.relative(path), 0, 0), message, fix="let the file be read, or delete it")


def yaml_source(path: str, data: bytes, found: Found) -> Source | None:
    """Return a YAML file as a source, or `None` with a diagnostic where its bytes are no text."""
    if b"\0" in data:
        at = data.index(b"\0")
        wide = data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[1:4:2] == b"\0\0"
        message = "the file is UTF-16" if wide else "a zero byte stands here"
        found.append(NUL.at(Span(path, at, at + 1), message, fix="save the file as UTF-8"))
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = data[error.start]
        place = Span(path, error.start, error.start + 1)
        found.append(NOT_UTF8.at(place, f"the byte 0x{byte:02X} is not UTF-8", fix="save the file as UTF-8"))
        return None
    return Source(path, data)
