"""What a reader can take along: the artifacts of the emitters before the site."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deckforge.emit import Artifact

_KINDS = {
    ".apkg": ("anki", "Anki package"),
    ".csv": ("table", "Table (CSV)"),
    ".txt": ("text", "Text for Anki's import"),
    ".json": ("data", "The whole course as data (JSON)"),
}
_ORDER = ("anki", "text", "table", "data")


@dataclass(frozen=True, slots=True)
class Download:
    """A file on the downloads page; `kind` is `anki`, `text`, `table` or `data`."""

    name: str
    kind: str
    label: str
    data: bytes = field(repr=False)


def downloads(made: Iterable[Artifact]) -> tuple[Download, ...]:
    """Return the files that a reader has a use for, packages first; two of one name keep their folder's name."""
    taken: set[str] = set()
    found: list[Download] = []
    for artifact in sorted(made, key=lambda artifact: artifact.path):
        folder, base = posixpath.split(artifact.path)
        suffix = posixpath.splitext(base)[1]
        if not artifact.path.startswith("build/") or suffix not in _KINDS:
            continue
        name = base if base not in taken else f"{posixpath.basename(folder)}-{base}"
        taken.add(name)
        found.append(Download(name, *_KINDS[suffix], artifact.data))
    return tuple(sorted(found, key=lambda download: (_ORDER.index(download.kind), download.name)))
