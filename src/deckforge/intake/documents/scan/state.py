"""What is open while a document is scanned, and what can be done to it."""

from __future__ import annotations

import re
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING

from deckforge.intake.documents import values
from deckforge.intake.documents.blocks import Block
from deckforge.intake.documents.labels import Label, labels_of, normal
from deckforge.intake.documents.options import is_option, option_list
from deckforge.intake.documents.raw import Outline, RawItem, RawPart, RawSection, of_word
from deckforge.intake.documents.scan.opening import opens, takes
from deckforge.intake.documents.titles import ItemTitle, kind_of, same_part

if TYPE_CHECKING:
    from collections.abc import Sequence

WORD_OF = {"cards": "card", "quiz": "question", "problems": "problem"}
"""What an item of each kind of section is called."""
KIND_OF = {word: kind for kind, word in WORD_OF.items()}
ANSWERS = {"key": "answer", "solutions": "solution", "hints": "hints"}
"""Parts of a document that hold something for every item, and what that is."""
INTERRUPTS = frozenset({"export", "mapping", "schedule", "performance", "key"})
"""Parts whose heading ends an item, whatever its level."""
LINE = 7
"""The level of an item that a line begins, not a heading."""
_SAME = 60
"""Items of one number that are told apart; nobody numbers more parts than this."""
_RENAMED = {
    "problem": {"answer": "solution", "model": "solution", "explanation": "solution", "hint": "hints"},
    "card": {"answer": "back", "model": "back", "solution": "back", "explanation": "back", "hint": "hints"},
    "question": {"answer": "key", "solution": "key", "model": "answer", "hint": "hints"},
}
_LETTERS = re.compile(r"(?:correct )?(?:answer|key)?\s*[:：]?\s*\(?([A-Ha-h](?:\s*(?:,|and|&)\s*[A-Ha-h])*)\)?")


class State:
    """What is open: an item and one of its fields, or a part of the document; and the blocks that are still to come."""

    def __init__(self, found: Sequence[Block]) -> None:
        self.outline = Outline()
        self.queue = deque(found)
        self.item: RawItem | None = None
        self.field = ""
        self.part: RawSection | RawPart | None = None
        self.section: RawSection | None = None
        self.numbered: dict[int | None, list[RawItem]] = {}
        self.subkey = ""
        """The part of the document that the answer key is at."""
        self.word = ""
        """What items are called where nothing says it."""
        self.stack: list[tuple[RawItem | None, str]] = []
        """What was open outside of each `<details>`."""
        self.headed = False
        """Whether a heading was seen, or a title."""
        self.level = 0
        """The level of the open item's heading."""

    def entitle(self, block: Block) -> None:
        """Take a heading as the title of the document; a second one begins prose."""
        self.headed = True
        if self.outline.title:
            self.open_part(RawPart("", block.level, (block,), block.title))
            return
        self.outline.title = block.title
        self.outline.kind = kind_of(block.title)
        self.word = {"cards": "card", "quiz": "question", "problems": "problem"}.get(self.outline.kind, "")
        self.outline.marks.extend(block.numbers)

    def retitle(self, item: RawItem, found: ItemTitle) -> None:
        """Take what the answer key's title of an item adds to what is known."""
        title = found.title
        rest = _LETTERS.fullmatch(title) if title else None
        if rest and not item.has("key"):
            item.parts.setdefault("key", []).append(Block("text", ((item.marks[-1], rest[1]),)))
        elif title and not item.title:
            item.title = title
        elif (
            title
            and normal(title) != normal(item.title)
            and not title.lower().startswith(("multiple", "short", "essay", "true"))
        ):
            item.extra.setdefault("Title in the answer key", (title, (item.marks[-1],)))

    def renamed(self, item: RawItem, part: str) -> str:
        """Return the part of an item that a name stands for, by the kind of the item."""
        return _RENAMED[item.word].get(part, part)

    def reopen(self, item: RawItem, block: Block, field: str) -> None:
        """Go on with an item that is there, in one of its parts."""
        self.item, self.field = item, field
        self.level = block.level or LINE
        item.marks.extend(block.numbers)

    def existing(self, found: ItemTitle) -> RawItem | None:
        """Return the item of this number; where parts count anew, that of the part named, or not answered."""
        same = of_word(self.numbered.get(found.number, [])[-_SAME:], found.word)
        if len(same) > 1 and self.subkey:
            inside = [item for item in same if item.group and same_part(item.group.title, self.subkey)]
            same = inside or same
        if len(same) > 1:
            same = [
                item for item in same if not (item.has("key") or item.has("answer") or item.has("solution"))
            ] or same[-1:]
        return same[0] if same else None

    def new_item(self, found: ItemTitle, level: int, block: Block | None, *, listed: bool = False) -> RawItem:
        """Begin an item, in the open section if it is of its kind, else in a new one."""
        kind = KIND_OF[found.word]
        section = self.section
        if section is None or self.part is not section or section.kind != kind:
            if section is not None and section.kind == kind and isinstance(self.part, RawPart) and self.part.name == "":
                pass  # prose between two items of a section
            elif section is not None and section.kind != kind and not section.items and self.part is section:
                section.kind = kind  # "## Questions" above cards
            else:
                section = RawSection(kind, level - 1)
                self.outline.parts.append(section)
            self.part = self.section = section
        assert section is not None
        item = RawItem(found.word, found.number, level, found.title, section, shown=found.shown, listed=listed)
        lines = block.numbers if block else ()
        for name, value in found.meta.items():
            item.meta.setdefault(name, (value, lines))
        item.marks.extend(lines)
        section.items.append(item)
        if item.number is not None:
            self.numbered.setdefault(item.number, []).append(item)
        self.item, self.field, self.level = item, "", level
        return item

    def open_part(self, part: RawPart) -> None:
        """Begin a part of the document."""
        self.outline.parts.append(part)
        self.part = part

    def accept(self, label: Label, block: Block, *, heading: bool = False) -> bool:
        """Let a label open a part of the item or give it a value, where it may; tell whether it did."""
        item = self.item
        assert item is not None
        opened = opens(self.field, label, item, heading=heading)
        if opened:
            return self.open_field(opened, label, item, block, heading=heading)
        if label.meta and not label.bare and takes(self.field, label, item, heading=heading):
            if not label.rest and heading:
                self.field = f"value of {label.meta}"
                item.marks.extend(block.numbers)
                return True
            item.meta[label.meta] = (label.rest, block.numbers)
            item.marks.extend(block.numbers)
            return True
        return False

    def open_field(self, part: str, label: Label, item: RawItem, block: Block, *, heading: bool) -> bool:
        """Open a part of the item at its label, with what stands behind the label; always true."""
        number = block.numbers[0]
        if part == "hint":
            name = label.aside
            rest = label.rest
            if heading and not name:
                name, rest = rest, ""
            item.hints.append((name, []))
            self.field = "hint"
            item.marks.extend(block.numbers)
            if rest:
                item.hints[-1][1].append(Block("text", ((number, rest),)))
            return True
        if part == "text":  # a label that belongs to the text of the front
            self.field = "front"
            item.parts.setdefault("front", []).append(block)
            return True
        self.field = part
        item.labelled.add(part)
        item.parts.setdefault(part, [])
        item.marks.extend(block.numbers)
        points = values.points_in(label.aside) if label.aside else None
        if points is not None and part in ("tasks", "rubric", "front", "answer") and "points" not in item.meta:
            item.meta["points"] = (str(points), block.numbers)
        if label.rest:
            if part == "options":
                self.queue.appendleft(Block("text", ((number, label.rest),)))
            else:
                item.parts[part].append(Block("text", ((number, label.rest),)))
        return True

    def content(self, block: Block) -> None:
        """Put a block where it stands: into the open field, or into the open part."""
        if block.kind == "item":
            self.new_item(ItemTitle(block.title, block.level), LINE, None, listed=True)
            return
        if block.kind == "answer":
            existing = self.existing(ItemTitle("", block.level))
            if existing is not None and isinstance(self.part, RawPart):
                self.reopen(
                    existing, Block("text", block.lines, level=LINE), self.renamed(existing, ANSWERS[self.part.name])
                )
            return
        item = self.item
        if item is None:
            if self.part is None:
                self.open_part(RawPart("", 1))
            part = self.part
            assert part is not None
            (part.intro if isinstance(part, RawSection) else part.blocks).append(block)
            return
        if self.field == "hint" and item.hints:
            item.hints[-1][1].append(block)
            return
        if self.field.startswith("value of ") and block.kind in ("text", "list"):
            name = self.field.removeprefix("value of ")
            said, lines = item.meta.get(name, ("", ()))
            words = ", ".join(entry.text for entry in block.entries) if block.kind == "list" else block.text.strip()
            item.meta[name] = (f"{said} {words}".strip(), (*lines, *block.numbers))
            return
        if self.field == "options" and block.kind == "text" and not self.continues(block):
            self.field = "front"
        if not self.field or self.field == "hint":
            self.field = "front"
        item.parts.setdefault(self.field, []).append(block)

    def continues(self, block: Block) -> bool:
        """Tell whether a line behind an option belongs to it: it is indented, or another option follows it."""
        assert self.item is not None
        held = self.item.parts["options"]
        last = held[-1].numbers[-1] if held else block.first
        if block.first == last + 1 or block.text.startswith(("  ", "\t")):
            return True
        for later in islice(self.queue, 40):
            if later.kind == "text":
                if is_option(later.text):
                    return True
                if labels_of(later.text):
                    return False
            elif later.kind in ("heading", "open", "rule", "list"):
                return later.kind == "list" and bool(option_list(later))
        return False
