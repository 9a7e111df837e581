"""Variations of the family as files: a Markdown file each, with a document and what is made of it.

The document stands in the first fence of five backticks, what `shown` says of it in the second. With
`DECKFORGE_REWRITE=1` the second is written anew: read the difference before it is committed.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "variations"
_FILE = re.compile(
    r"(?P<head>.*?)^`{5}markdown\n(?P<document>.*?)^`{5}\n+^`{5}text\n(?P<expected>.*?)^`{5}\n?\Z",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Variation:
    """A way to write a document."""

    path: Path
    head: str
    document: str
    expected: str

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.path.stem

    def check(self, found: str) -> None:
        """Compare what was made of the document with what is expected."""
        if os.environ.get("DECKFORGE_REWRITE"):
            self.path.write_text(f"{self.head}`````markdown\n{self.document}`````\n\n`````text\n{found}`````\n")
        else:
            assert found == self.expected


def variations() -> list[Variation]:
    """Return all variations, by name."""
    found = []
    for path in sorted(FOLDER.glob("*.md")):
        match = _FILE.fullmatch(path.read_text())
        assert match, f"{path.name} is no variation"
        found.append(Variation(path, match["head"], match["document"], match["expected"]))
    return found
