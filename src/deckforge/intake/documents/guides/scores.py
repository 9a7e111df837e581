"""Performance guides: bands of scores, with a level and what to do next."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from deckforge.intake import draft
from deckforge.intake.documents.blocks import Block, blocks, cells
from deckforge.intake.documents.guides.base import Guides, enter_marks, halves
from deckforge.intake.documents.labels import label_of, normal
from deckforge.intake.documents.structures import cell
from deckforge.model.items import Range
from deckforge.read.score import score

if TYPE_CHECKING:
    from deckforge.intake.documents.maker import Maker

_MARKED = re.compile(
    r"(?:(?:≥|>=|<=|≤|<|>|below|under|above|over|at least|up to|less than)\s*)?\d{1,3}\s*%?"
    r"(?:\s*(?:-|–|—|to)\s*\d{1,3})?\s*%"
    r"(?:\s*(?:\+|or more|and above|or above))?",
    re.IGNORECASE,
)
_SCORE_WORDS = re.compile(
    r"(?i)\b(?:below|under|above|over|at least|up to|less than|more than|or more|points?|score|"
    r"correct)\b|[\d%≥≤<>+]+|(?<=\d)\s*to\s*(?=\d)"
)


def performance(block: Block, make: Maker, guides: Guides, _word: str) -> bool:
    """Read a table or a list of score bands; they are taken only if together they cover every score once."""
    made: list[draft.Band] = []
    if block.kind == "table":
        head, rows = cells(block)
        scores = next(
            (
                at
                for at, name in enumerate(head)
                if re.search(r"score|percent|%|range|grade|result|points", normal(name) or name.lower())
            ),
            0,
        )
        for number, row in rows:
            band = _percents(row[scores])
            if band is None or len(row) < 2:
                return False
            others = [(at, text) for at, text in enumerate(row) if at != scores]
            level, advice = others[0][1], [text for _, text in others[1:] if text]
            advice_text = make.text(cell(number, "; ".join(advice))) if advice else ""
            made.append(
                draft.Band(
                    low=band.low,
                    high=band.high,
                    level=make.text(cell(number, level)),
                    advice=advice_text,
                    lines=(number,),
                )
            )
    elif block.kind == "list":
        for entry in block.entries:
            label = label_of(entry.lines[0][1])
            words, rest = (
                (label.words + (f" {label.aside}" if label.aside else ""), label.rest)
                if label
                else halves(entry.lines[0][1])
            )
            band = _percents(words) or _percents(rest)
            if band is None:
                return False
            named = _SCORE_WORDS.sub("", words).strip(" ()[]:–—-")
            level, advice_text = (named, rest) if named else halves(rest)
            number = entry.lines[0][0]
            whole = [*cell(number, advice_text), *blocks(entry.lines[1:])]
            made.append(
                draft.Band(
                    low=band.low,
                    high=band.high,
                    level=make.text(cell(number, level)),
                    advice=make.text(whole),
                    lines=tuple(number for number, _ in entry.lines),
                )
            )
    made = _partition(made)
    guides.performance += made
    if made:
        enter_marks(block, make)
    return bool(made)


def _percents(text: str) -> Range | None:
    text = re.sub(r"[*_`]", "", text)
    marked = _MARKED.search(text)
    if marked:
        text = marked[0]
    elif re.search(r"points?|correct|out of|/", text, re.IGNORECASE):
        return None  # no percents: nobody knows out of how many
    text = re.sub(
        r"[^\d]*?(\d{1,3}\s*%?\s*(?:-|–|—|to)\s*\d{1,3}\s*%?|"
        r"(?:≥|>=|<=|≤|<|>|below|under|above|over|at least|up to|less than)\s*\d{1,3}\s*%?|"
        r"\d{1,3}\s*%?\s*(?:\+|or more|and above|or above)|\d{1,3}\s*%).*",
        r"\1",
        text,
        flags=re.IGNORECASE | re.DOTALL,
    )
    text = re.sub(r"\s*%\s*", "%", text.strip())
    made = score(text)
    return made if isinstance(made, Range) else None


def _partition(bands: list[draft.Band]) -> list[draft.Band]:
    """Return the bands with common ends mended; none where they leave out or repeat scores all the same."""
    made: list[draft.Band] = []
    below = -1
    for band in sorted(bands, key=lambda band: (band.low, band.high)):
        low = below + 1 if band.low in (below, below + 1) or (not made and band.low <= 1) else band.low
        if low != below + 1 or low > band.high:
            return []
        made.append(replace(band, low=low))
        below = band.high
    return list(reversed(made)) if below == 100 else []
