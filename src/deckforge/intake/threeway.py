"""A document's pieces into a lesson that may have them already, without overwriting what an author has edited.

For each piece three versions are compared: what the last import wrote (`record`), what stands in the lesson, and what
the document says now. Where the lesson still has what was written, the document's wording takes its place. Where only
the author changed something, or both did, the author's stays, and the second of these is reported.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from deckforge.intake import record
from deckforge.intake.header_merge import merged_header
from deckforge.intake.pieces import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.intake.record import Entry, Key


class How(StrEnum):
    """What became of a piece."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    CONFLICT = "kept as edited"
    """The author and the document have both changed it."""
    REMOVED = "no longer in the document"
    DELETED = "deleted before"
    """The author took it out of the lesson; the document still has it."""


@dataclass(frozen=True, slots=True)
class Change:
    """A piece of a lesson, what became of it, and its text before (`""` for none) and in the document."""

    how: How
    path: str
    key: str
    before: str = ""
    after: str = ""


class Merger:
    """Merges documents into one lesson, one after the other; `pieces` is the lesson so far."""

    def __init__(self, path: str, lesson: str, pieces: Sequence[Piece], entries: dict[Key, Entry]) -> None:
        self.path, self.lesson, self.entries = path, lesson, entries
        self.pieces = list(pieces)
        self.changes: list[Change] = []

    def take(self, new: Sequence[Piece], origin: str) -> None:
        """Merge a document's pieces."""
        renamed = self._aliases(new, origin)
        last = ""
        for each in new:
            key, section = renamed.get(each.key, each.key), renamed.get(each.section, each.section)
            piece = Piece(key, section, each.text)
            if self._one(piece, last, origin):
                last = piece.key
        there = {renamed.get(each.key, each.key) for each in new}
        for (lesson, key), entry in list(self.entries.items()):
            if lesson == self.lesson and entry.origin == origin and key not in there:
                at = self._find(key)
                if at is None:
                    del self.entries[lesson, key]
                else:
                    self._tell(How.REMOVED, key, before=self.pieces[at].words)

    def _aliases(self, new: Sequence[Piece], origin: str) -> dict[str, str]:
        """Return other keys for guides and prose that another document has written under the same name."""
        renamed = {}
        for piece in new:
            key, number = piece.key, 1
            while key.startswith(("guide:", "prose:")) and self._foreign(key, piece, origin):
                number += 1
                key = f"{piece.key}~{number}"
            if key != piece.key:
                renamed[piece.key] = key
        return renamed

    def _foreign(self, key: str, piece: Piece, origin: str) -> bool:
        entry = self.entries.get((self.lesson, key))
        if entry is None or entry.origin == origin:
            return False
        at = self._find(key)
        return at is None or self.pieces[at].words != piece.words

    def _one(self, piece: Piece, last: str, origin: str) -> bool:
        """Merge one piece; tell whether the lesson has it now."""
        at = self._find(piece.key)
        if piece.key == "header":
            return self._header(piece, at)
        entry = self.entries.get((self.lesson, piece.key))
        written = record.digest(piece.words)
        if at is None:
            if entry is not None and entry.origin == origin:
                self._tell(How.DELETED, piece.key, after=piece.words)
                return False
            self.pieces.insert(self._place(piece, last), piece)
            self._tell(How.NEW, piece.key, after=piece.words)
        else:
            here = self.pieces[at]
            if here.words == piece.words:
                self._tell(How.SAME, piece.key)
            elif entry is not None and entry.hash == written:
                self._tell(How.SAME, piece.key)  # the author's edit, and the document says nothing new
                return True
            elif entry is not None and entry.hash == record.digest(here.words):
                if piece.key.startswith("section:") and entry.origin != origin:
                    return True  # the heading of a section that several documents share
                self.pieces[at] = here._replace(text=piece.text)
                self._tell(How.CHANGED, piece.key, before=here.words, after=piece.words)
            else:
                self._tell(How.CONFLICT, piece.key, before=here.words, after=piece.words)
        self.entries[self.lesson, piece.key] = record.Entry(written, origin)
        return True

    def _header(self, piece: Piece, at: int | None) -> bool:
        if at is None:
            self.pieces.insert(0, piece)
            self._tell(How.NEW, "header", after=piece.words)
            return True
        here = self.pieces[at]
        text = merged_header(here.text, piece.text)
        if text != here.text:
            self.pieces[at] = here._replace(text=text)
            self._tell(How.CHANGED, "header", before=here.words, after=text.strip())
        else:
            self._tell(How.SAME, "header")
        return True

    def _place(self, piece: Piece, last: str) -> int:
        """Return where a new piece belongs: behind the one that precedes it in the document, and in its own section."""
        at = self._find(last)
        at = 0 if at is None else at
        before = self.pieces[at] if self.pieces else None
        if piece.section and piece.key != piece.section:
            inside = [n for n, each in enumerate(self.pieces) if piece.section in (each.section, each.key)]
            items = [n for n in inside if not self.pieces[n].key.startswith("guide:")]
            if before is not None and before.key.startswith("item:") and before.section == piece.section:
                return (max(inside) if piece.key.startswith("guide:") else at) + 1
            return max(inside if piece.key.startswith("guide:") else items, default=len(self.pieces) - 1) + 1
        if before is None or before.key == "header":
            return len(self.pieces)  # behind what other documents have brought
        return self._end_of(before.section) + 1 if before.section else at + 1

    def _end_of(self, section: str) -> int:
        return max(n for n, each in enumerate(self.pieces) if section in (each.section, each.key))

    def _find(self, key: str) -> int | None:
        return next((number for number, each in enumerate(self.pieces) if each.key == key), None)

    def _tell(self, how: How, key: str, before: str = "", after: str = "") -> None:
        self.changes.append(Change(how, self.path, key, before, after))


def told(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return changes with each piece once: of several documents that have it, the one that did something."""
    found: dict[tuple[str, str], Change] = {}
    for change in changes:
        key = (change.path, change.key)
        if key not in found or change.how is not How.SAME:
            found[key] = replace(change, before=found[key].before or change.before) if key in found else change
    return tuple(found.values())
