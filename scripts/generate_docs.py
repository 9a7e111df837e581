"""Write the pages of docs/ that come from the code: `keys.md` from the definitions of fields, `codes.md` from the codes.

Run by `make docs`. The tests compare the pages with what this would write.
"""

from __future__ import annotations

from pathlib import Path

from deckforge import catalogue
from deckforge.read import fields

DOCS = Path(__file__).parents[1] / "docs"


def pages() -> dict[str, str]:
    """Return the generated pages by file name."""
    return {"codes.md": catalogue.index(), "keys.md": fields.table()}


if __name__ == "__main__":
    for name, text in pages().items():
        (DOCS / name).write_text(text)
