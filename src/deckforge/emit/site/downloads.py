"""What a reader can take along: the artifacts of the emitters before the site."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deckforge.emit import Artifact

_KINDS = (
    ("build/decks/*.apkg", "anki", "Anki package"),
    ("build/tables/*-quizlet.tsv", "list", "List to paste into Quizlet or Knowt: a line a card"),
    ("build/tables/*-quizlet-custom.txt", "list", "The same list with its line breaks, for custom separators"),
    ("build/tables/*-quizlet-readme.txt", "list", "Which separators to choose for either list"),
    ("build/tables/*.txt", "text", "Text for Anki's import"),
    ("build/tables/*.csv", "table", "Table (CSV)"),
    ("build/lms/*.moodle.xml", "lms", "Questions for Moodle (XML, with pictures, hints and rubrics)"),
    ("build/lms/*.gift.txt", "lms", "Questions for Moodle and others (GIFT, text alone)"),
    ("build/lms/*.qti.zip", "lms", "Questions for Canvas, Brightspace, Blackboard (QTI 1.2)"),
    ("build/plan.ics", "plan", "Study plan for a calendar"),
    ("build/course.json", "data", "The whole course as data (JSON)"),
)
"""What a reader has a use for, by the first pattern that fits its path: its kind, and what to say of it."""
_ORDER = tuple(dict.fromkeys(("anki", "text", *(kind for _, kind, _ in _KINDS))))


@dataclass(frozen=True, slots=True)
class Download:
    """A file on the downloads page; `kind` is one of those above."""

    name: str
    kind: str
    label: str
    data: bytes = field(repr=False)


def downloads(made: Iterable[Artifact]) -> tuple[Download, ...]:
    """Return the files that a reader has a use for, packages first; two of one name keep their folder's name."""
    taken: set[str] = set()
    found: list[tuple[int, int, Download]] = []
    for artifact in sorted(made, key=lambda artifact: artifact.path):
        folder, base = posixpath.split(artifact.path)
        place = next((place for place, row in enumerate(_KINDS) if fnmatchcase(artifact.path, row[0])), None)
        if place is None:
            continue
        name = base if base not in taken else f"{posixpath.basename(folder)}-{base}"
        taken.add(name)
        _, kind, label = _KINDS[place]
        found.append((_ORDER.index(kind), place, Download(name, kind, label, artifact.data)))
    return tuple(download for *_, download in sorted(found, key=lambda row: (row[0], row[1], row[2].name)))
