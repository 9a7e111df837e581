"""Cloze deletions: `{{c1::text}}` and `{{c1::text::hint}}` in the text events of one inline run.

What is deleted may hold math, code, emphasis and claims; braces of TeX live in math events and never reach this module.
A deletion begins and ends in the same run and under the same markup, or its pieces could not be nested.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from deckforge.diagnostics import Code, Severity

UNCLOSED = Code(
    "DF270",
    "cloze-not-closed",
    Severity.ERROR,
    "A deletion is not closed in the paragraph, cell or heading where it begins.",
    "Anki would show the braces, or delete nothing.",
    "ReLU passes {{c1::positive numbers.",
    "ReLU passes {{c1::positive}} numbers.",
)
NESTED = Code(
    "DF271",
    "cloze-nested",
    Severity.ERROR,
    "A deletion stands inside another.",
    "Which of them a card asks for, and what it shows, differs between versions of Anki.",
    "{{c1::the {{c2::second}} moment}}",
    "the {{c1::second}} {{c2::moment}}",
)
ACROSS = Code(
    "DF272",
    "cloze-across-markup",
    Severity.ERROR,
    "A deletion begins outside of emphasis, a link or a tag and ends inside, or the other way round.",
    "The deletion and the markup would overlap, and no HTML can say that.",
    "{{c1::Adam *keeps}} two* moments",
    "{{c1::Adam *keeps*}} *two* moments",
)
MALFORMED = Code(
    "DF273",
    "cloze-malformed",
    Severity.ERROR,
    "Double braces are no deletion.",
    "A deletion has a number from 1 on and two colons, and deletes something; otherwise the braces would be shown.",
    "{{c1:65536}}",
    "{{c1::65536}}",
)
HINT = Code(
    "DF274",
    "cloze-hint-with-markup",
    Severity.ERROR,
    "The hint of a deletion holds markup, math or code.",
    "A hint is shown in brackets in place of the deletion, as plain text.",
    "{{c1::65536::$2^n$}}",
    "{{c1::65536::a power of two}}",
)
ELSEWHERE = Code(
    "DF275",
    "cloze-outside-cloze",
    Severity.ERROR,
    "A deletion stands where none is made.",
    "Only the heading and front of a `.cloze` item have deletions; anywhere else the braces would be shown.",
    "### The scaler starts at {{c1::65536}}. {#scaler .easy}",
    "### The scaler starts at {{c1::65536}}. {#scaler .cloze .easy}",
)
CODES: tuple[Code, ...] = (UNCLOSED, NESTED, ACROSS, MALFORMED, HINT, ELSEWHERE)

TITLE = "title"
"""The part of a cloze's heading where text stands below it, and the heading asks nothing."""
DELETION = re.compile(r"\{\{c\d+::")
TOKEN = re.compile(r"\{\{c(\d+)::|\{\{|\}\}|::")


@dataclass(slots=True)
class Opened:
    """A deletion that is not closed yet.

    `start` and `end` are the bytes of its `{{c1::`; `depth` and `raw` say under how much markup and how many raw tags
    it was opened; `at` is its place in `pieces`, `words` in the plain words; `hint` the byte where its hint begins.
    """

    number: int
    start: int
    end: int
    depth: int
    raw: int
    pieces: list[Any]
    at: int
    words: int
    hint: int = -1
