"""Blocks to the outline of a document: one pass, in which headings, labels and lists open items, parts and fields.

What an item may be given depends on its kind and on what it has: the tables say which label opens which part, and a
label that has no business where it stands is text like any other. So "**Explanation:**" in a solution stays there, and
a second "**Answer:**" never replaces the first. Nothing is dropped: a block is in a part, or it marks one.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from deckforge.intake.documents import values
from deckforge.intake.documents.blocks import Block, blocks, cells
from deckforge.intake.documents.labels import DOCUMENT, Label, label_of, labels_of, normal, of_name
from deckforge.intake.documents.options import is_option, option_list, option_table, options_in_line
from deckforge.intake.documents.raw import Outline, RawItem, RawPart, RawSection
from deckforge.intake.documents.titles import (
    ItemTitle,
    cleaned,
    item_title,
    kind_of,
    level_of,
    part_of,
    untitled,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_SECTION_WORDS = {"cards": "card", "quiz": "question", "problems": "problem"}
_KINDS = {"card": "cards", "question": "quiz", "problem": "problems"}
_ANSWERS = {"key": "answer", "solutions": "solution", "hints": "hints"}
_INTERRUPTS = {"export", "mapping", "schedule", "performance", "key"}
"""Parts whose heading ends an item, whatever its level."""
_WEAK = frozenset(
    [
        "level",
        "from",
        "section",
        "focus",
        "essential",
        "time",
        "weight",
        "value",
        "score",
        "format",
        "type",
        "category",
        "number",
        "topic",
        "topics",
        "skill",
        "reference",
        "references",
        "vocabulary",
        "terms",
        "terminology",
        "critical",
        "concept",
        "concepts",
        "lesson",
        "kind",
        "worth",
        "marks",
        "length",
        "tests",
        "duration",
    ]
) | {
    "key concept",
    "key concepts",
    "core concept",
    "main concept",
    "key terms",
    "key term",
    "high priority",
    "must know",
}
"""Names that begin an ordinary sentence as often as a value: they count only before anything is asked."""
_CHAT_FIRST = re.compile(
    r"^\W*(?:sure|certainly|of course|absolutely|great|here(?:'s| is| are)|below (?:is|are)|i(?:'ve| have|'ll| will) )\b",
    re.IGNORECASE,
)
_CHAT_LAST = re.compile(
    r"^\W*(?:let me know|feel free|would you like|i hope|hope this|happy (?:studying|learning)|good luck|if you(?:'d| would) like|"
    r"(?:do )?you want me to|want me to|is there anything|please let me know|i can also|shall i|just let me know)\b",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"^\W*(?:auto[- ]?)?(?:generated|created|produced|prepared|compiled)\b.*$|^\W*end of .{0,60}$", re.IGNORECASE
)
_VERB = re.compile(
    r"^(?:click|tap)?(?: here)?\s*(?:to|for)?\s*(?:show|reveal|view|see|expand|open|check|display|unhide|toggle)?\s*(?:the|your|for)?\s+",
    re.IGNORECASE,
)
_OF_ITEM = re.compile(
    r"^\W*(?P<part>worked solution|solution|answer|hints?|explanation|model answer|rubric|mistakes)s?\s+(?:to|for|of)\s+(?P<item>(?:question|problem|card|exercise|q)\s*#?\d+)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"^ {0,3}\[[^\]\n]+\]:\s*\S+")
_ENTRY = re.compile(
    r"^(?:\*\*|__)?(?:(?P<word>question|problem|q|card)\s*)?#?(?P<number>\d{1,4})\s*(?:[.):：\]|–—-]|(?=\*\*))+\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"^\s*> ?")


class Scan:
    """Reads blocks in order; what is open is an item and one of its fields, or a part."""

    def __init__(self, found: Sequence[Block]) -> None:
        self.outline = Outline()
        self.queue = deque(found)
        self.item: RawItem | None = None
        self.field = ""
        self.part: RawSection | RawPart | None = None
        self.section: RawSection | None = None
        self.subkey = ""
        self.word = ""
        self.opened: list[tuple[RawItem | None, str]] = []
        self.headed = False

    def run(self) -> Outline:
        """Return the outline."""
        self._around()
        while self.queue:
            block = self.queue.popleft()
            match block.kind:
                case "heading":
                    self._heading(block)
                case "open":
                    self._open(block)
                case "close":
                    self._close(block)
                case "rule":
                    self._rule(block)
                case "note":
                    self._note(block)
                case "text":
                    self._text(block)
                case "list":
                    self._list(block)
                case "table":
                    self._table(block)
                case "quote":
                    self._quote(block)
                case _:
                    self._content(block)
        return self.outline

    # What stands around the document

    def _around(self) -> None:
        """Take off what was said before and behind the document, and its footer."""
        texts = [index for index, block in enumerate(self.queue) if block.kind == "text"]
        first_heading = next((index for index, block in enumerate(self.queue) if block.kind == "heading"), 0)
        gone = set()
        for index in texts:
            if index >= first_heading:
                break
            if _CHAT_FIRST.match(self.queue[index].text) and not (
                label_of(self.queue[index].text) or item_title(self.queue[index].text)
            ):
                gone.add(index)
        at = len(self.queue) - 1
        while at > first_heading and self.queue[at].kind in ("text", "rule"):
            text = self.queue[at].text
            if self.queue[at].kind == "text":
                if _CHAT_LAST.match(text):
                    gone.add(at)
                elif re.match(r"^\W*[*_]", text) and _FOOTER.match(text):
                    self.outline.claimed.setdefault("Footer", (values.plain(text), self.queue[at].numbers))
                    self.outline.marks.extend(self.queue[at].numbers)
                    gone.add(at)
                    self.outline.chat.append(Block("footer", self.queue[at].lines))
                    at -= 1
                    continue
                else:
                    break
            at -= 1
        self.outline.chat.extend(
            self.queue[index] for index in sorted(gone) if self.queue[index].numbers[0] not in self.outline.marks
        )
        self.queue = deque(block for index, block in enumerate(self.queue) if index not in gone)

    # Headings

    def _heading(self, block: Block) -> None:
        if self._heading_of_item(block) or self._heading_in_item(block):
            return
        title = block.title
        part = part_of(title)
        if (
            not self.headed
            and self.item is None
            and self.part is None
            and (block.level == 1 or kind_of(title))
            and (block.level == 1 or not part)
        ):
            self._title(block)
            return
        self.headed = True
        open_part = self.part if isinstance(self.part, RawPart) else None
        if (
            open_part
            and open_part.name in _ANSWERS
            and block.level > open_part.level
            and part in ("quiz", "problems", "cards", "level")
        ):
            self.item, self.subkey = None, cleaned(title)
            self.outline.marks.extend(block.numbers)
            return
        self.item, self.field = None, ""
        if (
            open_part
            and open_part.name in ("concepts", "matrix", "terms", "objectives")
            and block.level > open_part.level
            and (
                part not in _INTERRUPTS
                and (
                    not part
                    or part not in ("terms", "objectives", "cards", "quiz")
                    or block.level > open_part.level + 1
                )
            )
        ):
            open_part.blocks.append(block)
            return
        if part in _SECTION_WORDS or part == "level":
            self._section(block, part)
        elif part:
            self.subkey = ""
            self._part(RawPart(part, block.level, (block,), title))
        elif not self._bare_item(block):
            if open_part and open_part.name and block.level > open_part.level:
                open_part.blocks.append(block)
            else:
                self._part(RawPart("", block.level, (block,), title))

    def _title(self, block: Block) -> None:
        self.headed = True
        if self.outline.title:
            self._part(RawPart("", block.level, (block,), block.title))
            return
        self.outline.title = block.title
        self.outline.kind = kind_of(block.title)
        self.word = {"cards": "card", "quiz": "question", "problems": "problem"}.get(self.outline.kind, "")
        self.outline.marks.extend(block.numbers)

    def _heading_of_item(self, block: Block) -> bool:
        """Open an item that a heading names: a new one, or in an answer key the one that is there."""
        of_item = _OF_ITEM.match(block.title)
        if of_item and (named := item_title(of_item["item"])):
            existing = self._existing(named)
            label = of_name(of_item["part"])
            if existing and label.part:
                self._reopen(existing, block, self._renamed(existing, label.part))
                return True
        found = item_title(block.title)
        if found is None:
            return False
        self.headed = True
        existing = self._existing(found)
        if existing is not None:
            label = of_name(found.title)
            if label.part in ("answer", "solution", "hints", "hint", "explanation", "model", "rubric") and label.name:
                self._reopen(existing, block, self._renamed(existing, label.part))
                return True
            if isinstance(self.part, RawPart) and self.part.name in _ANSWERS:
                self._reopen(existing, block, self._renamed(existing, _ANSWERS[self.part.name]))
                self._retitle(existing, found)
                return True
        self._new_item(found, block.level, block)
        return True

    def _retitle(self, item: RawItem, found: ItemTitle) -> None:
        """Take what the answer key's title of an item adds to what is known."""
        title = found.title
        rest = (
            re.fullmatch(
                r"(?:correct )?(?:answer|key)?\s*[:：]?\s*\(?([A-Ha-h](?:\s*(?:,|and|&)\s*[A-Ha-h])*)\)?", title
            )
            if title
            else None
        )
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

    def _renamed(self, item: RawItem, part: str) -> str:
        """Return the part of an item that a name stands for, by the kind of the item."""
        if item.word == "problem":
            return {"answer": "solution", "model": "solution", "explanation": "solution", "hint": "hints"}.get(
                part, part
            )
        if item.word == "card":
            return {"answer": "back", "model": "back", "solution": "back", "explanation": "back", "hint": "hints"}.get(
                part, part
            )
        return {"answer": "key", "solution": "key", "model": "answer", "hint": "hints"}.get(part, part)

    def _reopen(self, item: RawItem, block: Block, field: str) -> None:
        self.item, self.field = item, field
        self.level = block.level or 7
        item.marks.extend(block.numbers)

    def _existing(self, found: ItemTitle) -> RawItem | None:
        """Return the item of this number; where parts count anew, the one of the part that is named, or not answered."""
        same = [item for item in self.outline.items if item.number == found.number]
        if len(same) > 1 and self.subkey:
            inside = [item for item in same if item.group and _same_part(item.group.title, self.subkey)]
            same = inside or same
        if len(same) > 1:
            same = [
                item for item in same if not (item.has("key") or item.has("answer") or item.has("solution"))
            ] or same[-1:]
        return same[0] if same else None

    def _new_item(self, found: ItemTitle, level: int, block: Block | None, *, listed: bool = False) -> RawItem:
        kind = _KINDS[found.word]
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
        item = RawItem(found.word, found.number, level, found.title, section, listed=listed)
        lines = block.numbers if block else ()
        for name, value in found.meta.items():
            item.meta.setdefault(name, (value, lines))
        item.marks.extend(lines)
        section.items.append(item)
        self.item, self.field, self.level = item, "", level
        return item

    def _heading_in_item(self, block: Block) -> bool:
        """Take a heading that belongs to the open item: a part of it, its title, or a heading of its text."""
        item = self.item
        if item is None:
            return False
        part = part_of(block.title)
        deeper = block.level > self.level
        label = _heading_label(block.title)
        if label and (deeper or (block.level == self.level and part not in ("key", "solutions"))):
            if part in _INTERRUPTS and part != "key" and label.part not in ("rubric", "hints"):
                return False
            if self._accept(label, block, heading=True):
                return True
        if not deeper or part in _INTERRUPTS:
            return False
        if not item.title and not item.parts and not item.hints and self.field == "" and not label:
            title = untitled(block.title, item.word)
            item.title = title.title or block.title
            for name, value in title.meta.items():
                item.meta.setdefault(name, (value, block.numbers))
            item.marks.extend(block.numbers)
            return True
        self._content(block)
        return True

    def _section(self, block: Block, part: str) -> None:
        title = block.title
        kind = part
        if part == "level":
            kind = (
                self.section.kind
                if self.section and self.section.level < block.level
                else _KINDS.get(self.word, "cards")
            )
        elif self.outline.kind == "problems" and part == "quiz" and "question" not in cleaned(title):
            kind = "problems"
        elif self.outline.kind == "quiz" and part == "problems" and "problem" not in cleaned(title):
            kind = "quiz"
        above = self.section if self.section and self.section.level < block.level and not self.section.items else None
        section = RawSection(kind, block.level, (block,), _section_title(title, kind))
        lines = block.numbers
        if level := level_of(title):
            section.meta["difficulty"] = (level, lines)
        if (asked := values.kind_in(title)) and kind == "quiz":
            section.meta["type"] = (asked, lines)
        if (problem := values.problem_type(re.sub(r"\(.*", "", title))) and kind == "problems":
            section.meta["type"] = (problem.value, lines)
        if values.points_in(title) is not None:
            section.meta["points"] = (title, lines)
        if above is not None:
            section.meta = {**above.meta, **section.meta}
        self.outline.parts.append(section)
        self.part = self.section = section
        self.word = _SECTION_WORDS[kind]

    def _part(self, part: RawPart) -> None:
        self.outline.parts.append(part)
        self.part = part

    def _bare_item(self, block: Block) -> bool:
        """Open an item whose heading has no word for it: `### 3. Why?`, or a title with answers below, in a section."""
        section = self.section
        if section is None or self.part is not section or block.level <= section.level:
            return False
        word = _SECTION_WORDS[section.kind]
        found = item_title(block.title, word=word)
        if found is None:
            if not self._answered_below(block.level):
                return False
            found = untitled(block.title, word)
        self._new_item(found, block.level, block)
        return True

    def _answered_below(self, level: int) -> bool:
        """Tell whether what stands below a heading, up to the next of its level, looks like an item."""
        for block in self.queue:
            if block.kind == "heading":
                if block.level <= level:
                    return False
                label = _heading_label(block.title)
                if label and label.part in (
                    "front",
                    "back",
                    "answer",
                    "solution",
                    "hint",
                    "hints",
                    "explanation",
                    "model",
                ):
                    return True
            elif block.kind == "open":
                return True
            elif block.kind == "text":
                if any(
                    one.part in ("front", "back", "answer", "solution", "options", "model", "hint")
                    for one in labels_of(block.text)
                ):
                    return True
                if is_option(block.text):
                    return True
            elif block.kind == "list" and option_list(block):
                return True
        return False

    # Labels

    def _accept(self, label: Label, block: Block, *, heading: bool = False) -> bool:
        """Let a label open a part of the item or give it a value, where it may; tell whether it did."""
        item = self.item
        assert item is not None
        opened = self._opens(label, item, heading=heading)
        if opened:
            return self._opened(opened, label, item, block, heading=heading)
        if label.meta and not label.bare and self._takes(label, item, heading=heading):
            if not label.rest and heading:
                return False
            item.meta[label.meta] = (label.rest, block.numbers)
            item.marks.extend(block.numbers)
            return True
        return False

    def _opened(self, part: str, label: Label, item: RawItem, block: Block, *, heading: bool) -> bool:
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

    def _opens(self, label: Label, item: RawItem, *, heading: bool) -> str:
        """Return the part of the item that a label opens here; `""` where it is text."""
        part = label.part
        if not part or (not label.bold and not heading and len(label.name) < 2 and label.name not in ("q", "a")):
            return ""
        if label.meta and not heading and label.rest and part not in ("front", "answer", "hint", "rubric"):
            return ""
        if item.word == "card":
            return self._opens_card(part, label, item, heading=heading)
        if item.word == "problem":
            return self._opens_problem(part, label, item, heading=heading)
        return self._opens_question(part, label, item, heading=heading)

    def _opens_card(self, part: str, label: Label, item: RawItem, *, heading: bool) -> str:
        behind = self.field not in ("", "front", "hint", "hints")
        if part in ("front", "cloze"):
            return "front" if self._free(item, "front", label) and not behind else ""
        if part in ("back", "answer", "model", "solution"):
            return "back" if self._free(item, "back", label) else ""
        if part in ("explanation", "definition"):
            return "back" if "back" not in item.parts and (item.has("front") or item.title) and label.bold else ""
        if part in ("hint", "hints"):
            return part if (not behind or (label.name == "hint" and label.bold)) else ""
        if part in ("short_question", "in_short"):
            sure = label.name not in (
                "summary",
                "short answer",
                "concise answer",
                "brief answer",
                "quick answer",
                "short form",
            )
            return part if sure and not item.has(part) else ""
        if part == "context" and not behind:
            return "text"
        return ""

    def _opens_problem(self, part: str, label: Label, item: RawItem, *, heading: bool) -> str:
        before = self.field in ("", "front", "tasks")
        solved = not self._free(item, "solution", label)
        if part == "front":
            return "front" if self._free(item, "front", label) and before else ""
        if part == "context":
            return "text" if before else ""
        if part == "tasks":
            return "tasks" if before and self._free(item, "tasks", label) else ""
        if part in ("hint", "hints"):
            return (
                part
                if not solved or (heading and not item.hints) or (label.name == "hint" and label.number and label.bold)
                else ""
            )
        if part in ("solution", "model"):
            return "solution" if not solved else ""
        if part in ("answer", "explanation"):
            return (
                "solution"
                if not solved and (label.bold or heading) and (not before or item.has("front") or item.has("tasks"))
                else ""
            )
        if part in ("mistakes", "extension"):
            sure = label.bold or heading
            weak = label.name in ("variation", "variations", "bonus", "follow up", "follow-up", "watch out")
            return part if sure and not item.has(part) and not (weak and not solved) else ""
        return ""

    def _opens_question(self, part: str, label: Label, item: RawItem, *, heading: bool) -> str:
        written = self._written(item)
        answered = self.field in ("answer", "key", "explanation", "wrong", "gap")
        before = self.field in ("", "front", "options", "tasks", "hint", "hints", "criteria", "rubric")
        match part:
            case "front":
                return "front" if before and not item.has("front") else ""
            case "context":
                return "text" if self.field in ("", "front") else ""
            case "tasks":
                return "tasks" if self.field in ("", "front") and self._free(item, "tasks", label) else ""
            case "options":
                return "options" if self.field in ("", "front") else ""
            case "answer":
                if label.name in ("answers", "correct", "key") and not label.bold and not heading:
                    return ""
                if self.field == "answer" and written:
                    return ""
                return "key" if self._free(item, "key", label) else ""
            case "back":
                return "key" if self._free(item, "key", label) and before else ""
            case "model":
                return "answer" if self._free(item, "answer", label) else ""
            case "in_short":
                return (
                    "answer"
                    if label.name in ("short answer", "concise answer") and not item.has("answer") and not before
                    else ""
                )
            case "solution":
                name = "explanation" if item.has("key") else "key"
                return name if not item.has(name) and (before or self.field == "key") else ""
            case "explanation":
                if self.field == "answer" and not heading:
                    return ""
                if label.name in ("why", "reason", "reasoning", "justification") and not answered:
                    return ""
                return "explanation" if self._free(item, "explanation", label) else ""
            case "points_of" | "rubric" | "criteria":
                return part if self._free(item, part, label) else ""
            case "wrong" | "gap":
                return part if self._free(item, part, label) and (label.bold or heading) else ""
            case "hint" | "hints":
                return part if not answered or label.bold or heading else ""
        return ""

    def _free(self, item: RawItem, part: str, label: Label) -> bool:
        """Tell whether a part can be opened: it was not yet, or just now by another name for it."""
        again = (
            self.field == part and not item.has(part) and label.part not in ("definition", "explanation", "solution")
        )
        return part not in item.parts or again

    @staticmethod
    def _written(item: RawItem) -> bool:
        said = item.meta.get("type") or (item.group.meta.get("type") if item.group else None)
        return bool(said) and (values.kind(said[0]) or said[0]) in ("short", "essay")

    def _takes(self, label: Label, item: RawItem, *, heading: bool) -> bool:
        """Tell whether a label may give the item a value here."""
        if label.meta in item.meta and not (label.meta == "points" and item.meta["points"][0] == ""):
            return False
        begun = bool(item.parts or item.hints)
        if (
            label.name in _WEAK
            and begun
            and not (label.meta == "type" and label.name == "type" and not item.has("front"))
        ):
            return False
        if begun and (
            len(label.rest) > 240 or not label.rest or (not label.bold and label.name not in ("tags", "difficulty"))
        ):
            return False
        solved = self.field in ("solution", "answer", "explanation", "back", "mistakes")
        if solved and label.meta in ("minutes", "points", "words", "type", "id", "requires", "concept", "terms"):
            return label.meta in ("terms", "concept", "requires") and item.word == "card" and label.name not in _WEAK
        if label.meta == "points" and values.points(label.rest) is None:
            return False
        if label.meta == "source" and self.field in ("front", "options") and item.has("front") and item.word != "card":
            return label.name in ("source section", "lesson section", "source reference")
        return bool(label.rest) or not begun

    # Blocks

    def _text(self, block: Block) -> None:
        line = block.text
        if self._starts_item(block):
            return
        if self.item is None:
            if not self._text_outside(block):
                self._content(block)
            return
        item = self.item
        part = self._pseudo(line)
        answered = (
            item.has("back") or item.has("key") or item.has("answer") or item.has("solution") or item.has("options")
        )
        if part in ("key", "export") and answered and not (item.word == "question" and _only_label(line).part):
            self.item, self.field = None, ""
            self._part(RawPart(part, 6, (block,), line.strip("*_ :")))
            return
        labels = labels_of(line)
        if len(labels) > 1:
            if all(one.meta and self._takes(one, item, heading=False) for one in labels):
                for one in labels:
                    self._accept(one, block)
                return
        elif labels:
            label = labels[0]
            if self._next_card(label, item):
                self._new_item(ItemTitle(item.word, label.number), 7, None)
                self._accept(label, block)
                return
            if self._accept(label, block):
                return
            if not label.known and self._extra(label, block, item):
                return
        elif self._aside(line, item, block):
            return
        if item.word == "question" and self.field in ("", "front", "options") and self._options(block):
            return
        self._content(block)

    def _aside(self, line: str, item: RawItem, block: Block) -> bool:
        """Take a line that is nothing but values: `*Easy | Remember*`, before anything is asked."""
        if item.parts or item.hints:
            return False
        pieces = [piece for piece in re.split(r"\s*[|•·]\s*", values.plain(line)) if piece]
        found = untitled(" | ".join(pieces), item.word)
        if not pieces or found.title or not found.meta or len(line) > 120:
            return False
        for name, value in found.meta.items():
            item.meta.setdefault(name, (value, block.numbers))
        item.marks.extend(block.numbers)
        return True

    def _extra(self, label: Label, block: Block, item: RawItem) -> bool:
        """Keep a short value whose name nobody knows, where it stands among the item's values."""
        if (
            not label.bold
            or label.bare
            or not label.rest
            or len(label.rest) > 160
            or item.parts
            or item.hints
            or not label.name
        ):
            return False
        if label.rest.endswith("?") or len(label.name.split()) > 4:
            return False
        item.extra[label.words] = (label.rest, block.numbers)
        item.marks.extend(block.numbers)
        return True

    def _next_card(self, label: Label, item: RawItem) -> bool:
        """Tell whether a front begins the next item: there was one, and it was answered."""
        if label.part not in ("front",) or not (label.bold or label.name in ("q", "front", "question")):
            return False
        return item.has("front") and (item.has("back") or item.has("key") or item.has("answer")) and item.level == 7

    def _options(self, block: Block) -> bool:
        """Take a line that is an option, or several."""
        assert self.item is not None
        if self._written(self.item) or self.field == "tasks":
            return False
        if options_in_line(block.text) or is_option(block.text):
            self.field = "options"
            self.item.parts.setdefault("options", []).append(block)
            return True
        return False

    def _starts_item(self, block: Block) -> bool:
        """Open an item at a line of text: `**Card 3**`, `Question 2: Why?`, `Q1. …`."""
        line = block.text
        text = line.strip()
        bare = re.sub(r"^[^\w*_\[]+", "", text)
        if not re.match(
            r"^(?:\*\*|__|\*|\[)?\s*\[?(?:flash|card|question|q|problem|practice|exercise|quiz|mcq|drill|\d)",
            bare,
            re.IGNORECASE,
        ):
            return False
        inner = (
            re.sub(r"^(\*\*|__)(.+?)\1\s*", lambda match: match[2] + " ", bare).strip()
            if bare.startswith(("**", "__"))
            else bare
        )
        bold = bare.startswith(("**", "__"))
        in_section = isinstance(self.part, RawSection) or (self.item is not None and self.item.level == 7)
        word = _SECTION_WORDS[self.section.kind] if self.section and in_section and (bold or self.item is None) else ""
        found = item_title(inner, word=word if bold or self._asks(inner) else "")
        if found is None:
            return False
        separated = re.match(r"^\D*?\d+[a-z]?(?:\s*(?:of|/)\s*\d+)?\s*(?:$|[:：.)\]|–—(\[•·-])", inner, re.IGNORECASE)
        if not separated:
            return False
        part = self.part
        if isinstance(part, RawPart) and part.name in _ANSWERS:
            existing = self._existing(found)
            if existing is None:
                return False
            self._reopen(existing, Block("text", block.lines, level=7), self._renamed(existing, _ANSWERS[part.name]))
            rest = re.sub(r"^\D*?\d+[a-z]?\s*[:：.)\]|–—-]*\s*(?:\*\*|__)?[:：]?\s*", "", bare)
            if rest:
                self.queue.appendleft(Block("text", ((block.first, rest),)))
            return True
        if isinstance(part, RawPart) and part.name not in ("",):
            return False
        if self.item is not None:
            expected = self.item.number is None or found.number == self.item.number + 1 or found.number == 1
            if not expected or (self.item.level < 7 and not (bold and found.word == self.item.word)):
                return False
            if self.item.level < 7 and (self.field in ("solution", "explanation", "answer") or found.number == 1):
                return False
        elif isinstance(part, RawPart) and self.outline.items and found.word == "card" and not bold:
            return False
        item = self._new_item(found, 7, block)
        if word and found.title and item.title:
            item.title = (
                re.sub(r"^(?:\*\*|__)?\d+[.):]\s*", "", bare).replace("**", "").strip()
                if "|" not in bare
                else item.title
            )
        return True

    def _asks(self, text: str) -> bool:
        """Tell whether a numbered line in a section, without any item open, asks something."""
        return self.item is None and isinstance(self.part, RawSection) and "?" in text

    def _pseudo(self, line: str) -> str:
        """Return the part of a document that a bold line without a heading's marks opens."""
        match = re.fullmatch(r"\W*(\*\*|__)(.+?)\1\s*[:：]?\s*", line.strip())
        return part_of(match[2]) if match else ""

    def _text_outside(self, block: Block) -> bool:
        """Take a line that stands in no item."""
        line = block.text
        part = self.part
        if part is None:
            return self._of_document(block)
        pseudo = self._pseudo(line)
        name = part.name if isinstance(part, RawPart) else ""
        headed = bool(part.heading) and part.heading[0].kind == "heading"
        if (
            pseudo
            and pseudo != name
            and pseudo != "level"
            and (not headed or pseudo in ("key", "export", *_SECTION_WORDS))
        ):
            if pseudo in _SECTION_WORDS:
                inner = Block(
                    "heading",
                    block.lines,
                    max(part.level, 6) if isinstance(part, RawPart) else part.level,
                    line.strip().strip("*_: "),
                )
                if isinstance(part, RawPart) and part.name in _ANSWERS:
                    self.subkey = cleaned(inner.title)
                    self.outline.marks.extend(block.numbers)
                    return True
                self._section(inner, pseudo)
            else:
                self._part(RawPart(pseudo, 6, (block,), line.strip().strip("*_: ")))
            return True
        if isinstance(part, RawSection):
            labels = labels_of(line)
            if labels and labels[0].part in ("front", "cloze") and (labels[0].bold or labels[0].name in ("q", "front")):
                self._new_item(ItemTitle(_SECTION_WORDS[part.kind], labels[0].number), 7, None)
                return self._accept(labels[0], block)
            return False
        return False

    def _of_document(self, block: Block) -> bool:
        """Take what a document says of itself, before its first part."""
        labels = labels_of(block.text)
        if self._pseudo(block.text) and not (labels and labels[0].rest):
            part = self._pseudo(block.text)
            inner = Block("heading", block.lines, 2, block.text.strip().strip("*_: "))
            if part in _SECTION_WORDS:
                self._section(inner, part)
            else:
                self._part(RawPart(part, 6, (block,), inner.title))
            return True
        if labels and labels[0].part == "front" and self.word and (labels[0].bold or labels[0].name in ("q", "front")):
            self._new_item(ItemTitle(self.word, labels[0].number), 7, None)
            return self._accept(labels[0], block)
        if not labels or any(label.bare or len(label.rest) > 400 for label in labels):
            return False
        if not all(label.name in DOCUMENT or label.bold or _counted(label.name) for label in labels):
            return False
        for label in labels:
            name = DOCUMENT.get(label.name, "")
            said = (label.rest, block.numbers)
            if name and name not in self.outline.meta:
                self.outline.meta[name] = said
                if name == "minutes":
                    self.outline.claimed.setdefault(label.words, said)
            else:
                self.outline.claimed.setdefault(label.words, said)
                if not label.rest:  # its value is the list below
                    self.outline.claimed[label.words] = said
            self.outline.marks.extend(block.numbers)
        self._claimed_list(labels[-1], block)
        return True

    def _claimed_list(self, label: Label, block: Block) -> None:
        """Take the list below `**Distribution:**` as its value."""
        if label.rest or not self.queue or self.queue[0].kind != "list":
            return
        below = self.queue.popleft()
        words = " | ".join(re.sub(r"\s+", " ", entry.text) for entry in below.entries)
        name = DOCUMENT.get(label.name, "")
        lines = (*block.numbers, *below.numbers)
        if name:
            self.outline.meta[name] = (words, lines)
        else:
            self.outline.claimed[label.words] = (words, lines)
        self.outline.marks.extend(below.numbers)

    def _list(self, block: Block) -> None:
        item = self.item
        first = block.entries[0] if block.entries else None
        if first is None:
            self._content(block)
            return
        if item is not None and item.listed and self._numbered_items(block):
            return
        if item is None:
            self._list_outside(block)
            return
        if item.word == "question" and self.field in ("", "front", "options") and self._option_list(block, item):
            return
        if self._labelled(block):
            return
        self._content(block)

    def _list_outside(self, block: Block) -> None:
        part = self.part
        if part is None:
            if all(
                len(entry.lines) == 1 and (label_of(entry.lines[0][1]) or Label("", "")).name for entry in block.entries
            ):
                for entry in reversed(block.entries):
                    self.queue.appendleft(Block("text", entry.lines))
                return
            if self.word and self._numbered_items(block):
                return
            self._content(block)
            return
        if isinstance(part, RawPart) and part.name in _ANSWERS and self._keyed(block):
            return
        if isinstance(part, RawSection):
            if self._numbered_items(block):
                return
            labels = [label_of(entry.lines[0][1]) for entry in block.entries]
            if labels and labels[0] and labels[0].part == "front":
                for entry in reversed(block.entries):
                    self.queue.extendleft(reversed(blocks(entry.lines)))
                return
        self._content(block)

    def _numbered_items(self, block: Block) -> bool:
        """Take the entries of a numbered list in a section as items, where they ask or are answered."""
        section = self.section if isinstance(self.part, RawSection) else None
        word = _SECTION_WORDS[section.kind] if section else self.word
        numbered = all(entry.number is not None for entry in block.entries)
        if not word or not numbered:
            return False
        if self.item is not None and self.item.number is not None and block.entries[0].number != self.item.number + 1:
            return False
        if not any(_asking(entry.text) for entry in block.entries) and self.item is None:
            return False
        if (
            self.item is None
            and word != "card"
            and not any("?" in entry.text or len(entry.lines) > 1 for entry in block.entries)
        ):
            return False
        first = block.entries[0].number or 0
        for at, entry in reversed(list(enumerate(block.entries))):
            inner = blocks(entry.lines)
            self.queue.extendleft(reversed(inner))
            self.queue.appendleft(Block("item", entry.lines[:1], level=first + at, title=word))
        return True

    def _keyed(self, block: Block) -> bool:
        """Take the numbered entries of an answer key as what they say of the items of those numbers."""
        assert isinstance(self.part, RawPart)
        first = block.entries[0]
        queue: list[Block] = []
        for at, entry in enumerate(block.entries):
            match = _ENTRY.match(entry.lines[0][1])
            number = (
                int(match["number"])
                if match and entry.number is None
                else (first.number or 0) + at
                if entry.number is not None
                else None
            )
            if number is None or self._existing(ItemTitle("", number)) is None:
                return False
            lines = entry.lines
            if match and entry.number is None:
                lines = ((lines[0][0], match["rest"]), *lines[1:])
            queue.append(Block("answer", entry.lines[:1], level=number))
            queue.extend(blocks([line for line in lines if line[1].strip()]) if len(lines) == 1 else blocks(lines))
        self.queue.extendleft(reversed(queue))
        return True

    def _option_list(self, block: Block, item: RawItem) -> bool:
        said = item.meta.get("type") or (item.group.meta.get("type") if item.group else None)
        choice = bool(said) and (values.kind(said[0]) or said[0]) in ("choice", "truth")
        if self._written(item) and not option_list(block):
            return False
        plain = (
            (choice or self.field == "options")
            and 2 <= len(block.entries) <= 10
            and all(len(entry.lines) <= 3 and len(entry.text) < 400 for entry in block.entries)
        )
        if option_list(block) or (plain and item.has("front") | bool(item.title) and not item.has("options")):
            self.field = "options"
            item.parts.setdefault("options", []).append(block)
            return True
        return False

    def _labelled(self, block: Block) -> bool:
        """Take the entries of a list that are labels of the item."""
        assert self.item is not None
        item = self.item
        labels = [label_of(entry.lines[0][1]) for entry in block.entries]
        known = [label for label in labels if label and label.known]
        if len(known) < len(labels) or not known:
            if not (known and labels[0] and labels[0].known and not item.parts and len(known) * 2 > len(labels)):
                return False
        first = labels[0]
        assert first is not None
        may = bool(self._opens(first, item, heading=False)) or (
            bool(first.meta) and self._takes(first, item, heading=False)
        )
        if not may:
            return False
        for entry in reversed(block.entries):
            self.queue.extendleft(reversed(blocks(entry.lines)))
        return True

    def _table(self, block: Block) -> None:
        item = self.item
        head, rows = cells(block)
        if item is None:
            if isinstance(self.part, RawSection) and self._card_table(block, head, rows):
                return
            if self.part is None and self._label_table(block, head, rows):
                return
            self._content(block)
            return
        if self._label_table(block, head, rows):
            return
        if item.word == "question" and self.field in ("", "front", "options") and option_table(block):
            self.field = "options"
            item.parts.setdefault("options", []).append(block)
            return
        self._content(block)

    def _label_table(self, block: Block, head: list[str], rows: list[tuple[int, list[str]]]) -> bool:
        """Take a table of two columns whose first names values or parts."""
        if len(head) != 2:
            return False
        whole = [(block.lines[0][0], head), *rows]
        heading = normal(head[0]) in (
            "field",
            "property",
            "attribute",
            "key",
            "metadata",
            "item",
            "aspect",
            "",
            "detail",
            "label",
            "element",
        )
        named = whole[1:] if heading else whole
        labels = [of_name(row[0], row[1], bold=True) for _, row in named]
        if self.item is None:
            fits = len(labels) > 1 and all(label.name in DOCUMENT or _counted(label.name) for label in labels)
        else:
            known = [label for label in labels if label.known]
            begun = self.item.parts and self.field not in ("", "front")
            fits = len(known) == len(labels) > 1 and not begun
        if not fits:
            return False
        marks = [number for number, _ in block.lines[1:2]] + ([block.lines[0][0]] if heading else [])
        self.outline.marks.extend(marks)
        for number, row in reversed(named):
            value = re.sub(r"<br\s*/?>", "\n", row[1]).replace("\\|", "|")
            self.queue.appendleft(Block("text", ((number, f"**{values.plain(row[0]).strip(': ')}:** {value}"),)))
        return True

    def _card_table(self, block: Block, head: list[str], rows: list[tuple[int, list[str]]]) -> bool:
        """Take a table with a column of fronts and one of backs as items, one a row."""
        assert isinstance(self.part, RawSection)
        names = [of_name(cell) for cell in head]
        fronts = [
            at for at, name in enumerate(names) if name.part in ("front",) or name.name in ("term", "card", "problem")
        ]
        backs = [
            at
            for at, name in enumerate(names)
            if name.part in ("back", "answer", "model", "solution", "definition", "explanation")
        ]
        if len(fronts) < 1 or not backs or not rows or fronts[0] == backs[0]:
            return False
        word = _SECTION_WORDS[self.part.kind]
        front, back = fronts[-1] if len(fronts) > 1 and normal(head[fronts[0]]) == "card" else fronts[0], backs[0]
        numbers = next(
            (
                at
                for at, cell in enumerate(head)
                if normal(cell) in ("", "no", "number", "card", "id") or cell.strip() == "#"
            ),
            None,
        )
        self.outline.marks.extend(block.numbers[:2])
        for number, row in rows:
            digits = re.search(r"\d+", row[numbers]) if numbers is not None and numbers not in (front, back) else None
            item = self._new_item(ItemTitle(word, int(digits[0]) if digits else None), 7, None)
            item.marks.append(number)
            for at, cell in enumerate(row):
                text = re.sub(r"<br\s*/?>", "\n", cell).replace("\\|", "|")
                if at == front:
                    item.parts["front"] = [Block("text", ((number, text),))]
                elif at == back:
                    item.parts["back" if word == "card" else "key" if word == "question" else "solution"] = [
                        Block("text", ((number, text),))
                    ]
                elif at != numbers and text:
                    if names[at].meta:
                        item.meta.setdefault(names[at].meta, (text, (number,)))
                    elif names[at].part in ("hint", "hints"):
                        item.hints.append(("", [Block("text", ((number, text),))]))
                    else:
                        item.extra[head[at]] = (text, (number,))
        self.item, self.field = None, ""
        return True

    def _quote(self, block: Block) -> None:
        """Take a quote for what it is, or, where it begins with a label or an option, for what stands in it."""
        inner = blocks(tuple((number, _QUOTE.sub("", line, count=1)) for number, line in block.lines))
        first = next((one for one in inner if one.kind == "text"), None)
        alert = re.match(r"^\s*>\s*\[!(\w+)\]\s*$", block.lines[0][1])
        if self.item is not None and first is not None and not alert:
            labels = labels_of(first.text)
            if labels and (
                self._opens(labels[0], self.item, heading=False)
                or (labels[0].meta and self._takes(labels[0], self.item, heading=False))
            ):
                self.queue.extendleft(reversed(inner))
                return
            if self.item.word == "question" and self.field in ("", "front", "options") and is_option(first.text):
                self.queue.extendleft(reversed(inner))
                return
        if (
            alert
            and alert[1].lower() == "tip"
            and self.item is not None
            and self.item.word != "card"
            and self.field in ("", "front", "tasks", "hint", "hints")
        ):
            self.item.hints.append(("", list(inner[1:])))
            self.item.marks.extend(block.numbers[:1])
            return
        if self.item is None and self.part is None and first is not None and self._quoted_head(inner):
            return
        self._content(block)

    def _quoted_head(self, inner: list[Block]) -> bool:
        texts = [one for one in inner if one.kind == "text"]
        if len(texts) != len(inner) or not all(labels_of(one.text) and labels_of(one.text)[0].rest for one in texts):
            return False
        self.queue.extendleft(reversed(inner))
        return True

    def _open(self, block: Block) -> None:
        self.opened.append((self.item, self.field))
        title = block.title
        label = of_name(_VERB.sub("", f"{title} ", count=1).strip() or title)
        if not label.known:
            label = _heading_label(title) or of_name(_VERB.sub("", title))
        marks = self.item.marks if self.item else self.outline.marks
        found = item_title(title)
        if self.item is not None and not (
            found and self.item.level == 7 and found.number == (self.item.number or 0) + 1
        ):
            opened = label.part and self._opens(label, self.item, heading=True)
            if opened and opened != "text":
                self._opened(
                    opened,
                    Label(label.name, label.rest, label.aside, label.number, bold=True),
                    self.item,
                    block,
                    heading=opened == "hint",
                )
                return
            if label.part == "answer" and self.item.word == "question" and not self.item.has("key"):
                self._opened("key", label, self.item, block, heading=False)
                return
            marks.extend(block.numbers)
            if title and not (label.part and label.part in (self.field, self._renamed(self.item, label.part))):
                self._content(Block("text", ((block.first, f"**{title.strip('*')}**"),)))
            return
        self._open_outside(block, title, label, found)

    def _open_outside(self, block: Block, title: str, label: Label, found: ItemTitle | None) -> None:
        part = self.part
        if (
            found is not None
            and isinstance(part, RawPart)
            and part.name in _ANSWERS
            and (existing := self._existing(found))
        ):
            self._reopen(existing, Block("text", block.lines, level=7), self._renamed(existing, _ANSWERS[part.name]))
            return
        if found is not None or (isinstance(part, RawSection) and title):
            word = _SECTION_WORDS[part.kind] if isinstance(part, RawSection) else self.word or "card"
            item = self._new_item(
                found or untitled(re.sub(r"^[Qq]\s*[:.]\s*", "", title), word), 7, Block("text", block.lines)
            )
            if item.title and item.word == "card":
                item.parts["front"] = [Block("text", ((block.lines[-1][0], item.title),))]
                item.title = ""
                self.field = "back"
            return
        opened = part_of(title)
        if opened in _ANSWERS and self.outline.items:
            self._part(RawPart(opened, 6, (Block("text", block.lines),), title))
            return
        self.outline.marks.extend(block.numbers)
        if title:
            self._content(Block("text", ((block.first, f"**{title.strip('*')}**"),)))

    def _close(self, block: Block) -> None:
        self.outline.marks.extend(block.numbers)
        if self.opened:
            item, field = self.opened.pop()
            if item is self.item and item is not None and field != self.field:
                self.field = field

    def _rule(self, block: Block) -> None:
        if self.item is not None and self.field and self.field not in ("options", "key", "hint", "hints"):
            self._content(block)
        elif self.item is None and isinstance(self.part, RawPart) and not self.part.name and self.part.blocks:
            self.part.blocks.append(block)
        else:
            self.outline.marks.extend(block.numbers)

    def _note(self, block: Block) -> None:
        """Take values out of a comment; any other comment is kept apart."""
        pieces = [piece for _, line in block.lines for piece in re.split(r"[;|]", line) if piece.strip()]
        labels = [label_of(piece.strip()) for piece in pieces]
        if labels and all(label and label.rest for label in labels):
            for label in labels:
                assert label is not None
                if self.item is not None and label.meta and label.meta not in self.item.meta:
                    self.item.meta[label.meta] = (label.rest, block.numbers)
                elif self.item is None and label.name in DOCUMENT and DOCUMENT[label.name] not in self.outline.meta:
                    self.outline.meta[DOCUMENT[label.name]] = (label.rest, block.numbers)
                else:
                    break
            else:
                self.outline.marks.extend(block.numbers)
                return
        if any(line.strip() for _, line in block.lines):
            self.outline.comments.append(block)
        else:
            self.outline.marks.extend(block.numbers)

    def _content(self, block: Block) -> None:
        """Put a block where it stands: into the open field, or into the open part."""
        if block.kind == "item":
            self._new_item(ItemTitle(block.title, block.level), 7, None, listed=True)
            return
        if block.kind == "answer":
            existing = self._existing(ItemTitle("", block.level))
            if existing is not None and isinstance(self.part, RawPart):
                self._reopen(
                    existing, Block("text", block.lines, level=7), self._renamed(existing, _ANSWERS[self.part.name])
                )
            return
        item = self.item
        if item is None:
            if self.part is None:
                self._part(RawPart("", 1))
            part = self.part
            assert part is not None
            (part.intro if isinstance(part, RawSection) else part.blocks).append(block)
            return
        if self.field == "hint" and item.hints:
            item.hints[-1][1].append(block)
            return
        if self.field == "options" and block.kind == "text" and not self._continues(block):
            self.field = "front"
        if not self.field or self.field == "hint":
            self.field = "front"
        item.parts.setdefault(self.field, []).append(block)

    def _continues(self, block: Block) -> bool:
        """Tell whether a line behind an option belongs to it: it is indented, or another option follows it."""
        assert self.item is not None
        last = self.item.parts["options"][-1].numbers[-1]
        if block.first == last + 1 or block.text.startswith(("  ", "\t")):
            return True
        for later in self.queue:
            if later.kind == "text":
                if is_option(later.text):
                    return True
                if labels_of(later.text):
                    return False
            elif later.kind in ("heading", "open", "rule", "list"):
                return later.kind == "list" and bool(option_list(later))
        return False


def outline(found: Sequence[Block]) -> Outline:
    """Return the outline that some blocks make."""
    return Scan(found).run()


def _heading_label(title: str) -> Label | None:
    """Return the label that a heading is: `Hint 2: Procedural` is one with a name."""
    title = re.sub(r"^[^\w\[(*_]+", "", title).strip("*_ ")
    whole = of_name(title)
    if whole.known:
        return whole
    name, sign, rest = (
        re.split(r"(\s*[:：]\s*|\s+[–—-]\s+)", title, maxsplit=1)
        if re.search(r"[:：]|\s[–—-]\s", title)
        else (title, "", "")
    )
    if sign:
        label = of_name(name, rest)
        return label if label.known else None
    return None


def _only_label(line: str) -> Label:
    return label_of(line) or Label("", "")


def _same_part(title: str, subkey: str) -> bool:
    """Tell whether the title of a section and a heading of the answer key name the same part."""
    first, second = cleaned(title), subkey
    if first and (first in second or second in first):
        return True
    letters = [re.match(r"(?:part|section) (\w+)", name) for name in (first, second)]
    return bool(letters[0] and letters[1] and letters[0][1] == letters[1][1])


def _section_title(title: str, kind: str) -> str:
    """Return a section's title without its points; `""` where it says no more than the kind."""
    title = values.strip_points(re.sub(r"^[^\w(]+", "", title)).strip("* ")
    title = re.sub(r"\s*\(\s*\d+\s*(?:cards?|questions?|problems?|items)?\s*\)\s*$", "", title)
    said = normal(title)
    usual = {
        "cards": {"flashcards", "flashcard", "cards", "flash cards", "deck", "the cards", "flashcard set"},
        "quiz": {"quiz", "questions", "quiz questions", "assessment", "the questions"},
        "problems": {"problems", "practice problems", "exercises", "the problems", "problem set"},
    }[kind]
    return "" if said in usual else title


def _counted(name: str) -> bool:
    """Tell whether a document counts or describes itself by this name."""
    return bool(
        re.match(
            r"^(?:total|number of|distribution|question distribution|card count|question count|count|passing|difficulty|level|version|author|format|time|target|estimated|max)",
            name,
        )
    )


def _asking(text: str) -> bool:
    """Tell whether an entry of a list looks like an item: it asks, has options, or is answered."""
    lines = text.split("\n")
    return (
        "?" in text
        or any(is_option(line.strip()) for line in lines[1:])
        or any((label_of(line) or Label("", "")).part in ("front", "back", "answer", "solution") for line in lines)
    )
