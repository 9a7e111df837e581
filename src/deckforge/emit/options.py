"""Which options of a choice must stay in their order, wherever they are shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deckforge.model.items import Option

_TOGETHER = re.compile(
    r"\b(all|none|both|neither|any|some|each|two|more than one) of (the )?(above|below|these|those|following|preceding)"
    r"|\b(all|none|both|neither|any|each) (the )?(above|below)\b"
    r"|\b(options?|answers?|both|either|neither) \(?[A-H1-8]\)?\b"
    r"|^\W*\(?[A-H]\)? (and|or|but) \(?[A-H]\)?\W*$",
    re.IGNORECASE,
)
_IN_ORDER = ({"true", "false"}, {"yes", "no"})


def keeps_order(options: Iterable[Option]) -> bool:
    """Tell whether options must stay as written: one speaks of the others, or they are true and false."""
    texts = [option.text.text.strip() for option in options]
    return any(_TOGETHER.search(text) for text in texts) or {text.lower().rstrip(".") for text in texts} in _IN_ORDER
