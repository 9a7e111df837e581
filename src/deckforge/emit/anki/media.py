"""Pictures in a package, by names that are a function of their bytes.

Anki copies a file only when no file of that name exists and a note that refers to it is new or newer. With the hash
in its name a changed picture is a new file, and the notes that show it change with it.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath


def name(path: str, data: bytes) -> str:
    """Return `<stem>-<hash8>.<ext>` in lower-case ASCII: no file system and no Anki version reads it differently."""
    file = PurePosixPath(path)
    stem = re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-")[:40].rstrip("-") or "file"
    extension = re.sub(r"[^a-z0-9]", "", file.suffix.lower()) or "bin"
    return f"{stem}-{hashlib.sha256(data).hexdigest()[:8]}.{extension}"
