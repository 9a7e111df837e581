"""What stands around a document: what was said before and behind it, and its footer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.intake.documents.labels import label_of
from deckforge.intake.documents.titles import item_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.intake.documents.blocks import Block

_LONGEST = 300
_FIRST = re.compile(
    r"^\W*(?:sure|certainly|of course|absolutely|great|here(?:'s| is| are)|below (?:is|are)|"
    r"i(?:'ve| have|'ll| will) )\b",
    re.IGNORECASE,
)
_LAST = re.compile(
    r"^\W*(?:let me know|feel free|would you like|i hope|hope this|happy (?:studying|learning)|good luck|"
    r"if you(?:'d| would) like|(?:do )?you want me to|want me to|is there anything|please let me know|i can also|"
    r"shall i|just let me know)\b",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"^\W*[*_]\W*(?:auto[- ]?)?(?:generated|created|produced|prepared|compiled)\b.*$|^\W*[*_]\W*end of .{0,60}$",
    re.IGNORECASE,
)


def around(found: Sequence[Block]) -> tuple[list[Block], list[Block], Block | None]:
    """Return the blocks of the document itself, those of the chat around it, and its footer."""
    first = next((at for at, block in enumerate(found) if block.kind == "heading"), min(1, len(found)))
    chat = [at for at in range(first) if found[at].kind == "text" and _opens(found[at].text)]
    footer: int | None = None
    at = len(found) - 1
    while at > first and found[at].kind in ("text", "rule"):
        if found[at].kind == "text":
            if _LAST.match(found[at].text[:_LONGEST]):
                chat.append(at)
            elif footer is None and _FOOTER.match(found[at].text[:_LONGEST]):
                footer = at
            else:
                break
        at -= 1
    gone = {*chat, footer}
    kept = [block for at, block in enumerate(found) if at not in gone]
    return kept, [found[at] for at in sorted(chat)], None if footer is None else found[footer]


def _opens(line: str) -> bool:
    """Tell whether a line before the first heading is talk."""
    return len(line) < _LONGEST and bool(_FIRST.match(line)) and label_of(line) is None and item_title(line) is None
