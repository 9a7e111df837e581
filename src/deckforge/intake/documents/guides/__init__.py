"""What belongs to a document as a whole: score bands, advice, checklists, paths, schedules, mappings, connections.

Each reader takes a block of a part and tells whether it understood it; what nobody understood is kept as prose. Items
are named as the source names them ("Card 3"); what resolves the names comes later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.intake.documents.account import Use
from deckforge.intake.documents.guides.advice import advice, mapping, overview
from deckforge.intake.documents.guides.base import Guides, introduces
from deckforge.intake.documents.guides.connections import connections
from deckforge.intake.documents.guides.names import labels_in
from deckforge.intake.documents.guides.schedule import schedule
from deckforge.intake.documents.guides.scores import performance
from deckforge.intake.documents.structures import lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deckforge.intake.documents.blocks import Block
    from deckforge.intake.documents.maker import Maker

_READERS: dict[str, Callable[[Block, Maker, Guides, str], bool]] = {
    "performance": performance,
    "review": advice("review"),
    "checklist": advice("checklist"),
    "progression": advice("progression"),
    "mapping": mapping,
    "schedule": schedule,
    "connections": connections,
}
GUIDES = tuple(_READERS)
"""The parts that are read here."""


def read_guide(name: str, found: Sequence[Block], make: Maker, guides: Guides, word: str) -> list[Block]:
    """Put what a part says where it belongs, and return what was not understood."""
    reader = _READERS[name]
    rest = [block for block in found if not reader(block, make, guides, word)]
    if all(block.kind == "rule" or introduces(block) for block in rest) and len(rest) < len(found):
        intro = [block for block in rest if block.kind != "rule"]
        make.ledger.enter(lines_of(rest), Use.METADATA)
        return intro if any(len(block.text) > 90 for block in intro) else []
    return rest


__all__ = ["GUIDES", "Guides", "labels_in", "overview", "read_guide"]
