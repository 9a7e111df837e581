"""What the last build made: every file with its digest and the back end that made it.

Invariants:

- A path in the manifest, or in the journal, is ours to overwrite; one that exists and is in neither is not.
- The journal is written before the first file is put in place and names all that will be; the manifest is written last.
  Whoever is killed in between leaves a journal, and the next run knows what is its own.
- A manifest that cannot be read is no manifest: then nothing on disk is ours except what already has the right bytes.
- No times and no counts: the same outputs give the same manifest.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

VERSION = 1


def digest(data: bytes) -> str:
    """Return the SHA-256 of some bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that a build made: the digest of its bytes and the name of the back end."""

    sha256: str
    by: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of the last build by path, and the digest of what the site was made from (`""`: no site)."""

    files: Mapping[str, Entry] = field(default_factory=dict)
    site_inputs: str = ""

    def to_bytes(self) -> bytes:
        """Return the manifest as it stands on disk: sorted, so that equal builds give equal bytes."""
        files = {path: {"by": entry.by, "sha256": entry.sha256} for path, entry in self.files.items()}
        document = {"version": VERSION, "site_inputs": self.site_inputs, "files": files}
        return (json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def load(path: Path) -> Manifest:
    """Return the manifest at a path; an empty one where there is none that can be read."""
    try:
        document = json.loads(path.read_bytes())
        if document["version"] != VERSION:
            return Manifest()
        files = {name: Entry(entry["sha256"], entry["by"]) for name, entry in document["files"].items()}
        return Manifest(files, document["site_inputs"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Manifest()


def load_journal(path: Path) -> frozenset[str]:
    """Return the paths that an interrupted build was about to write."""
    try:
        names = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return frozenset()
    return frozenset(name for name in names if isinstance(name, str)) if isinstance(names, list) else frozenset()


def journal_bytes(paths: Iterable[str]) -> bytes:
    """Return a journal that names some paths."""
    return json.dumps(sorted(paths), ensure_ascii=False).encode()
