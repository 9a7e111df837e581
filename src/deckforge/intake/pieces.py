"""A lesson's file as pieces that can be compared one by one: header, stretches of prose, sections, items, guides.

Every byte belongs to one piece. A piece's key says what it is, and is the same whenever the lesson is written again:
`header`, `prose:memory`, `section:quiz:part-b`, `item:why-warm-up`, `guide:quiz:review advice`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from deckforge.model.source import Source
from deckforge.read.markdown.guides import GUIDES
from deckforge.read.markdown.headings import top_headings
from deckforge.read.markdown.lesson import split
from deckforge.read.markdown.page import Reader
from deckforge.read.markdown.structure import SECTIONS, section_name, slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.read.text import Text


class Piece(NamedTuple):
    """A piece of a file: its key, the key of the section that it is in (`""` for none), and its text, as it stands."""

    key: str
    section: str
    text: str

    @property
    def words(self) -> str:
        """The text without what does not matter: white space at ends of lines, and more than one blank line."""
        return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+$", "", self.text, flags=re.MULTILINE)).strip()


def pieces(text: str) -> tuple[Piece, ...]:
    """Return the pieces of a Markdown lesson."""
    source = Source("lesson.md", text.encode())
    _, body, _ = split(source)
    start = len(source.data) - len(body.data)
    found = [("header", "", 0), *((key, section, start + at) for key, section, at in _starts(body))]
    taken: set[str] = set()
    out = []
    for number, (key, section, at) in enumerate(found):
        end = found[number + 1][2] if number + 1 < len(found) else len(source.data)
        out.append(Piece(free(key, taken), section, source.data[at:end].decode("utf-8", "replace")))
        taken.add(out[-1].key)
    return tuple(piece for piece in out if piece.text.strip())


def joined(found: tuple[Piece, ...] | list[Piece]) -> str:
    """Return pieces as a file, a blank line between them."""
    return "\n\n".join(piece.text.strip("\n") for piece in found if piece.text.strip()) + "\n"


def free(key: str, taken: set[str]) -> str:
    """Return a key that is not taken: the second of a name has `~2` behind it."""
    number, wanted = 1, key
    while wanted in taken:
        number += 1
        wanted = f"{key}~{number}"
    return wanted


def _starts(body: Text) -> Iterator[tuple[str, str, int]]:
    yield "prose:", "", 0
    section = ""
    for heading in top_headings(body, Reader(body).events()):
        name = " ".join(heading.name.lower().split())
        if heading.level <= 2:
            kind, title = section_name(heading)
            if heading.level == 2 and kind in SECTIONS:
                section = f"section:{kind}" + (f":{slug(title)}" if title else "")
                yield section, section, heading.start
            else:
                section = ""
                yield f"prose:{heading.id or slug(heading.name)}", "", heading.start
        elif not section:
            yield f"prose:{heading.id or slug(heading.name)}", "", heading.start
        elif heading.level == 3 and name in GUIDES and not heading.id:
            yield f"guide:{section.removeprefix('section:')}:{name}", section, heading.start
        elif heading.level == 3:
            yield f"item:{heading.id or slug(heading.name)}", section, heading.start
