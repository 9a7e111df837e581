"""Lists to paste into Quizlet, Knowt and their like: a question, a tab, an answer, a line a card.

Both programs take text alone, a tab between the sides and a line end between cards unless one tells them otherwise. So
tabs become spaces and line breaks ` / `. A second file keeps the line breaks: its separators are signs that occur in no
card, and the file beside it says which to type into the importer's custom fields.
"""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING

from deckforge.diagnostics import Outcome
from deckforge.emit import Artifact, losses, tables
from deckforge.emit.losses import Losses
from deckforge.model.rich import Image, Math

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deckforge.emit import Context
    from deckforge.model.items import AnyItem

name = "quizlet"

BREAK = " / "
"""What stands for a line break within a side."""
SIDES = "|~@%&"
CARDS = ";#+^="
"""The characters of the signs that tell sides, and cards, apart: three of one, or more where three occur in a card."""

_COMMANDS = re.compile(r"[\\{}]")
"""What makes TeX more than words and signs: `x^2 = 4` can be read as it stands."""


def emit(context: Context) -> Outcome[tuple[Artifact, ...]]:
    """Return the list with tabs, the list with rare separators, and how to import either."""
    course = context.course
    lost = Losses("Quizlet and Knowt")
    cards = [
        (tables.front(item), tables.back(item))
        for lesson in course.lessons
        for item in lesson.items
        if _has_both(item, lost)
    ]
    texts = [text for card in cards for text in card]
    side = unused(SIDES, texts)
    card_end = unused(CARDS, texts)
    plain = "".join(f"{_one_line(front)}\t{_one_line(back)}\n" for front, back in cards)
    # White space around the signs keeps a side that ends in such a character apart; importers trim it.
    custom = f"\n{card_end}\n".join(f"{_lines(front)} {side} {_lines(back)}" for front, back in cards)
    stem = f"build/tables/{course.id}-quizlet"
    return Outcome(
        (
            Artifact(f"{stem}.tsv", plain.encode()),
            Artifact(f"{stem}-custom.txt", custom.encode()),
            Artifact(f"{stem}-readme.txt", _readme(course.id, len(cards), side, card_end).encode()),
        ),
        lost.told(),
    )


def unused(characters: str, texts: Iterable[str]) -> str:
    """Return the shortest sign, at least three of one of the characters, that occurs in no text."""
    whole = "\n".join(texts)
    return next(sign for length in count(3) for sign in (each * length for each in characters) if sign not in whole)


def _has_both(item: AnyItem, lost: Losses) -> bool:
    """Tell whether an item has both sides in words, and note what the words cannot say."""
    front, back = tables.front(item), tables.back(item)
    if not (front.strip() and back.strip()):
        lost.add(losses.NO_PLACE, item.id, "items are left out: a side has no words")
        return False
    pieces = [piece for text in item.texts() for piece in text.pieces]
    pictures = sum(isinstance(piece, Image) for piece in pieces)
    lost.add(losses.PICTURES, item.id, "pictures are left out", pictures)
    source = {piece.tex for piece in pieces if isinstance(piece, Math) and _COMMANDS.search(piece.tex)}
    lost.add(losses.TEX, item.id, "cards show math as TeX", any(tex in front or tex in back for tex in source))
    return True


def _one_line(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return BREAK.join(line for line in lines if line)


def _lines(text: str) -> str:
    """Return a side with its line breaks, without white space at its ends."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def _readme(course: str, cards: int, side: str, card: str) -> str:
    return f"""\
{course}-quizlet.tsv: {cards} cards, a card a line.

  Quizlet: create a set, "Import from Word, Excel, Google Docs", paste the file.
           Between term and definition: Tab. Between cards: New line.
  Knowt:   create flashcards, "Import", paste the file. The separators proposed (tab, new line) are the right ones.
  Line breaks within a side are written "{BREAK.strip()}".

{course}-quizlet-custom.txt: the same cards with their line breaks.

  Between term and definition, custom: {side}
  Between cards, custom:               {card}

Text alone: pictures are left out, and math is TeX source.
"""
