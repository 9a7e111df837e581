"""Diagrams written as text: which code blocks they are, where the drawing of each lies, and what it says in words.

A code block of the language `mermaid` is a diagram. Mermaid needs a browser to draw one, and a card can run no program
of three megabytes, so diagrams are drawn ahead (see `deckforge.draw`) and back ends show the drawing as a picture.

Drawings are *committed*, beside the course's other pictures, in `content/media/mermaid/`. A drawing depends on the
fonts, the browser and the Mermaid of the machine that drew it; were it drawn anew by every build, each machine would
make other notes of the same lesson, and each update would overwrite what learners edited. So it is handled as a receipt
is: made once, where it can be made, reviewed and kept; whoever has no browser builds the very same cards from it. Its
name holds a hash of the diagram's text and nothing else. A changed diagram is a new file (and the old one is reported
as unused); a newer Mermaid changes nothing until somebody deletes a drawing to have it drawn again.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from deckforge.model.rewriting import rewritten
from deckforge.model.rich import Code, Image, Rich

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.model.course import Course

LANGUAGE = "mermaid"
MEDIA = "content/media"
FOLDER = "mermaid"

_DIRECTIVE = re.compile(r"%%\{.*?\}%%|^---\n.*?^---$", re.DOTALL | re.MULTILINE)
_WIDTH = re.compile(rb'<svg\b[^>]*?\swidth="(\d{1,5})"')
_TITLE = re.compile(r"^[ \t]*accTitle[ \t]*:[ \t]*(\S.*)$", re.MULTILINE)
_DESCRIPTION = re.compile(r"^[ \t]*accDescr[ \t]*(?::[ \t]*(\S.*)$|\{([^}]*)\})", re.MULTILINE)


def is_diagram(code: Code) -> bool:
    """Tell whether a code block is a diagram to be drawn."""
    return code.language.lower() == LANGUAGE and bool(code.text.strip())


def of_course(course: Course) -> Iterator[Code]:
    """Yield every diagram of the course in the order of reading."""
    for text in _texts(course):
        for piece in text.pieces:
            if isinstance(piece, Code) and is_diagram(piece):
                yield piece


def path(code: Code) -> str:
    """Return where the drawing of a diagram lies, relative to the project: `content/media/mermaid/flowchart-….svg`."""
    return f"{MEDIA}/{_source(code)}"


def words(code: Code) -> str:
    """Return what a diagram says in words, as Mermaid has it: its `accTitle` and `accDescr`; `""` for neither."""
    title, description = _TITLE.search(code.text), _DESCRIPTION.search(code.text)
    found = [title[1] if title else "", (description[1] or description[2] or "") if description else ""]
    shown = [" ".join(text.split()) for text in found if text.strip()]
    return ". ".join(text.rstrip(".") for text in shown) + "." if len(shown) > 1 else "".join(shown)


def drawn(course: Course) -> Course:
    """Return the course with a picture in place of each diagram whose drawing is there; the course itself for none."""
    if not any(path(code) in course.media for code in of_course(course)):
        return course

    def shown(text: Rich) -> Rich:
        pieces = [
            new
            for piece in text.pieces
            for new in (
                (_start(course.media[path(piece)]), _picture(piece), "</p>")
                if isinstance(piece, Code) and is_diagram(piece) and path(piece) in course.media
                else (piece,)
            )
        ]
        # Claims on a diagram's text have no place on a picture, but are still the text's.
        kept = {id(piece) for piece in pieces}
        gone = [piece for piece in text.pieces if isinstance(piece, Code) and id(piece) not in kept]
        claims = (*text.claims, *(mark.claim for code in gone for mark in code.marks))
        return replace(text, pieces=tuple(pieces), claims=claims) if gone else text

    return replace(
        course,
        lessons=tuple(rewritten(lesson, shown) for lesson in course.lessons),
        concepts=tuple(rewritten(concept, shown) for concept in course.concepts),
    )


def _texts(course: Course) -> Iterator[Rich]:
    for concept in course.concepts:
        if concept.definition:
            yield concept.definition
    for lesson in course.lessons:
        yield from lesson.texts()


def _source(code: Code) -> str:
    """Return the name of a drawing as a lesson would write it: what kind of diagram it is, and a hash of its text."""
    text = "\n".join(line.rstrip() for line in code.text.strip().splitlines())
    kind = re.sub(r"[^a-z0-9]", "", (_DIRECTIVE.sub("", text).split() or [""])[0].lower())[:20]
    return f"{FOLDER}/{kind or 'diagram'}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.svg"


def _start(drawing: bytes) -> str:
    """Return the start of a drawing's paragraph, which knows how wide it is.

    A style sheet then lets it shrink to fit a phone as long as it can be read, and scroll where it could not.
    """
    width = _WIDTH.search(drawing)
    wide = f' style="--wide: {int(width[1])}px"' if width else ""
    return f'<p class="df-diagram"{wide}>'


def _picture(code: Code) -> Image:
    return Image(_source(code), words(code) or "A diagram", "", code.span)
