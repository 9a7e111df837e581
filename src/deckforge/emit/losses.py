"""What an export cannot carry over, told once a kind: how often, and for which items.

Every format has less room than a lesson. What finds none is a note and never an error, because an author cannot mend
another program's format; it can be silenced like every note. What each format makes of each kind of item is in
docs/exports.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Severity

if TYPE_CHECKING:
    from deckforge.diagnostics import Diagnostic

NO_PLACE = Code(
    "DF710",
    "item-without-a-place",
    Severity.NOTE,
    "An export leaves out items that its format cannot ask.",
    "A choice without a key, a card without an answer or a question without words cannot be imported elsewhere: most "
    "programs refuse the whole file for one of them. The item stays in the deck and on the site.",
    "### Which one? {#which .choice}\n\n- [ ] this\n- [ ] that",
    "### Which one? {#which .choice}\n\n- [ ] this\n- [x] that",
)
PICTURES = Code(
    "DF711",
    "pictures-left-out",
    Severity.NOTE,
    "An export leaves out pictures, because its format is text alone.",
    "The words of a picture stand in its place, so write them for somebody who cannot see it. Formats that carry "
    "pictures are listed in docs/exports.md.",
    "![](loss.svg)",
    "![The loss falls for 2,000 steps, then stays](loss.svg)",
)
TEX = Code(
    "DF712",
    "math-as-source",
    Severity.NOTE,
    "An export shows math as TeX source, because the program it is for sets none.",
    "Learners will read braces and backslashes (`x^2 = 4` reads well, and is not counted). A short form (`#### Short "
    "question`, `#### In short`) without math is taken instead where an item has one.",
    r"What is $\frac{a}{b}$?",
    "#### Short question\n\nWhat is a/b?",
)
LATE_HINTS = Code(
    "DF713",
    "hints-after-the-answer",
    Severity.NOTE,
    "An export shows hints only together with the solution.",
    "Its format has no hints that come one at a time. They stand before the solution instead, so nothing is lost but "
    "the moment. Moodle XML is the format that has such hints.",
    "deckforge build --only gift",
    "deckforge build --only moodle",
)
UNGRADED = Code(
    "DF714",
    "number-graded-by-hand",
    Severity.NOTE,
    "An export cannot grade a numeric question by its interval.",
    "Programs grade a number between two ends. What is written as a bound (`at least 5`), or could not be read as a "
    "number, is asked as a question for a person to grade, with the answer for whoever grades it.",
    "[≥ 5](claim:memory.ratio.value)",
    "[5.3](claim:memory.ratio.value)",
)
UNTYPED = Code(
    "DF715",
    "deletions-asked-as-text",
    Severity.NOTE,
    "An export asks for a deletion as free text, because nobody could type it.",
    "A gap that a program grades holds a few plain words. One with math, code or a picture is shown blank and graded "
    "by a person.",
    r"The scaler starts at {{c1::$2^{16}$}}.",
    "The scaler starts at {{c1::65,536}}.",
)
CODES = (NO_PLACE, PICTURES, TEX, LATE_HINTS, UNGRADED, UNTYPED)

_NAMED = 8
"""How many items are named where a count says enough."""


@dataclass
class Losses:
    """What one export could not carry; `export` is what to call it."""

    export: str
    _found: dict[tuple[Code, str], dict[str, int]] = field(default_factory=dict)

    def add(self, code: Code, item: str, what: str, count: int = 1) -> None:
        """Note that an item loses something; `what` is a sentence about all of them."""
        if count:
            items = self._found.setdefault((code, what), {})
            items[item] = items.get(item, 0) + count

    def told(self) -> tuple[Diagnostic, ...]:
        """Return the losses as diagnostics. Left-out items are all named, others by example."""
        found = []
        for (code, what), items in self._found.items():
            names = [f"`{name}`" for name in items]
            most = len(names) if code is NO_PLACE else _NAMED
            shown = names[:most] + ([f"and {len(names) - most} more"] if len(names) > most else [])
            found.append(code.at(None, f"{self.export}: {what} ({sum(items.values()):,}): {', '.join(shown)}"))
        return tuple(found)
