"""Study documents that language models write: flashcard sets, quizzes, practice problems, concept maps, lesson notes.

The family has endless small variations, so nothing here knows a document: `blocks` says what Markdown makes of the
lines, `labels` and `titles` hold what things are called, `outline` opens items and their parts in one pass, `items`,
`keys`, `options`, `structures`, `guides`, `concepts` and `exports` make drafts of what stands in them, and `dialect`
rewrites every text so that the reader of lessons takes it. `reading` is their order, and `account` says what became of
every line. To teach it another way of writing, add a word to a table, and a variation to `tests/intake/documents`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.diagnostics import Outcome
from deckforge.intake.documents.account import Account, Use
from deckforge.intake.documents.claimed import Agreement, agreements
from deckforge.intake.documents.codes import CODES
from deckforge.intake.documents.reading import Reading, read_document
from deckforge.intake.encoding import as_utf8

if TYPE_CHECKING:
    from deckforge.intake import draft
    from deckforge.intake.readers import Options

name = "document"
summary = "a study document: flashcards, quiz, problems, concept map or notes in Markdown"
binary = False

_SIGNS: tuple[tuple[str, float], ...] = (
    (r"^\W{0,8}(?:flash ?card|card|question|problem|exercise)\s*#?\d+\b", 0.35),
    (r"^\W{0,6}(?:front|back)\b[^\n]{0,30}$|^\W{0,6}(?:front|back)\b[^\n]{0,20}:", 0.25),
    (r"^\W{0,8}(?:correct )?answers?(?: key)?\W{0,4}(?::|$)", 0.15),
    (r"^\W{0,8}(?:difficulty|cognitive level|bloom'?s[\w ]*|concept[\w ]*|source section|prerequisites)\W{0,4}:", 0.2),
    (r"^\W{0,6}(?:total (?:cards|questions|problems)|distribution|subject area|date generated)\W{0,4}:", 0.25),
    (r"^#{1,6}\s", 0.2),
    (r"^\s*\**\(?[A-D][).]\**\s", 0.1),
    (r"^\W{0,4}Q\d*\W{0,3}[:.)][^\n]+\n\s*\W{0,4}A\d*\W{0,3}[:.)]", 0.5),
    (r"^#{1,3}[^\n]*(?:flash ?cards?|quiz|practice problems|concept map|lesson notes|study guide|answer key)", 0.25),
    (r"^<h[1-6]\b[^>]*>[^<]*(?:flash ?cards?|quiz|practice problems|(?:card|question|problem) \d)", 0.5),
    (r"^\s*<details>|^\W{0,6}(?:hint|solution)\b", 0.1),
)  # fmt: skip


def recognise(data: bytes, name: str) -> float:
    """Return how sure it is that some bytes are a document of this family, from a glance at their beginning."""
    text = data[:60_000].decode("utf-8", "replace")
    if text.startswith("---\nid:") or re.search(r"(?m)^#{3}[^\n]*\{#[a-z0-9-]+[^}\n]*\}\s*$", text):
        return 0.1  # a lesson of ours
    sure = sum(weight for sign, weight in _SIGNS if re.search(sign, text, re.IGNORECASE | re.MULTILINE))
    if name.lower().endswith((".md", ".markdown")):
        sure += 0.1
    return min(sure, 0.95)


def read(data: bytes, name: str, options: Options | None = None) -> Outcome[tuple[draft.Lesson, ...]]:  # noqa: ARG001 - a reader's shape
    """Return the lesson of a document, and what was kept, left out or disagrees in it."""
    text = as_utf8(data, name)
    if not text.value.strip():
        return Outcome((), text.diagnostics)
    reading = read_document(text.value.decode("utf-8"), name)
    return Outcome((reading.lesson,), (*text.diagnostics, *reading.diagnostics))


def account(data: bytes, name: str) -> Account:
    """Return what became of every line of a document."""
    return read_document(as_utf8(data, name).value.decode("utf-8"), name).account


__all__ = [
    "CODES",
    "Account",
    "Agreement",
    "Reading",
    "Use",
    "account",
    "agreements",
    "binary",
    "name",
    "read",
    "read_document",
    "recognise",
    "summary",
]
