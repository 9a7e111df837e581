"""Options of a choice: `A)`, `(b)`, `**C.**`, `- [ ] D)`, rows of a table, several on a line, bare bullets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deckforge.intake.documents.blocks import Block, blocks, cells
from deckforge.intake.documents.labels import LONGEST, normal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TICKS = "✅✓✔☑🟢👍"
_CROSSES = "❌✗✘☒🔴"
_OPTION = re.compile(
    rf"^\s*(?:[-*+•]\s+)?(?P<tick>[{_TICKS}{_CROSSES}]\s*)?"
    r"(?:\[(?P<box>[ xX✓✔]?)\]\s*)?(?P<bold>\*\*|__)?"
    rf"(?P<tick2>[{_TICKS}{_CROSSES}]\s*)?"
    r"(?:option\s+|choice\s+)?"
    r"(?:\((?P<a>[A-Ha-h])\)|\[(?P<b>[A-Ha-h])\]|(?P<c>[A-Ha-h])(?:[).:]|\s+[–—|-](?=\s)|(?=\*\*\s*[:.)–—-])))"
    r"(?P<close>\*\*|__)?[.:)]?\s*(?P<close2>\*\*|__)?\s*(?:[–—-]\s+)?(?P<text>\S.*)?$",
    re.DOTALL,
)
_IN_LINE = re.compile(r"(?:(?<=^)|(?<=[\s|,;(]))(?:\*\*)?\(?([A-Ha-h])[).:](?:\*\*)?\s+(?=\S)")
_MARKED = re.compile(
    rf"\s*(?:[{_TICKS}]+\s*(?:\(?correct(?: answer)?\)?)?|"
    r"[(\[*_]+\s*(?:correct(?: answer)?|right|key|answer)\s*[!.]?[)\]*_]+|(?:←|<-+|⬅)\s*(?:correct|answer|key)?.*)\s*$",
    re.IGNORECASE,
)
_CROSSED = re.compile(rf"\s*(?:[{_CROSSES}]|\(\s*(?:incorrect|wrong)\s*\))\s*$", re.IGNORECASE)
_BOX = re.compile(r"^\s*\[([ xX✓✔]?)\]\s+")


@dataclass(slots=True)
class RawOption:
    """An option: the letter that the source gives it, its text, and whether a mark beside it says that it is a key."""

    letter: str
    blocks: list[Block] = field(default_factory=list)
    marked: bool = False
    bold: bool = False

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines that it stands on."""
        return tuple(number for block in self.blocks for number in block.numbers)

    @property
    def text(self) -> str:
        """Its text."""
        return "\n".join(block.text for block in self.blocks)


def is_option(line: str) -> bool:
    """Tell whether a line begins like an option, with a letter."""
    match = _OPTION.match(line) if len(line) <= LONGEST else None
    return bool(match and match["text"])


def options_in_line(line: str) -> list[tuple[str, str]]:
    """Return the options that stand on one line, `A) 2  B) 4  C) 8`; none where there are fewer than two, in order."""
    places = list(_IN_LINE.finditer(line)) if len(line) <= LONGEST else []
    letters = [place[1].upper() for place in places]
    if (
        len(places) < 2
        or letters != [chr(65 + at) for at in range(len(places))]
        or line[: places[0].start()].strip(" |*-(")
    ):
        return []
    ends = [place.start() for place in places[1:]] + [len(line)]
    return [
        (letter, line[place.end() : end].strip(" |,;*\t"))
        for letter, place, end in zip(letters, places, ends, strict=True)
    ]


def option_list(block: Block) -> bool:
    """Tell whether a list is one of options: each has a letter in order, or a box."""
    if len(block.entries) < 2:
        return False
    firsts = [entry.lines[0][1] for entry in block.entries]
    letters = [letter_of(line) for line in firsts]
    if all(letters):
        return letters[0] == "A" or letters == [chr(ord(letters[0]) + at) for at in range(len(letters))]
    return all(_BOX.match(line) for line in firsts)


def option_table(block: Block) -> bool:
    """Tell whether a table is one of options: its first column has their letters."""
    head, rows = cells(block)
    letters = [re.sub(r"[^A-Za-z]", "", row[0]).upper() for _, row in rows if row]
    first = normal(head[0])
    if len(letters) >= 2 and letters == [chr(65 + at) for at in range(len(letters))]:
        return not any(re.search(r"correct|why|incorrect|explan|reason", normal(cell)) for cell in head[1:])
    return first == "a" and letters == [chr(66 + at) for at in range(len(letters))]


def letter_of(line: str) -> str:
    """Return the letter of the option that a line is; `""` where it is none."""
    match = _OPTION.match(line[:LONGEST])
    return (match["a"] or match["b"] or match["c"]).upper() if match and match["text"] else ""


def read_options(found: Sequence[Block]) -> list[RawOption]:
    """Return the options that stand in some blocks; what follows an option and begins none belongs to it."""
    options: list[RawOption] = []
    for block in found:
        if block.kind == "rule":
            continue
        if block.kind == "table" and option_table(block):
            options += _of_table(block)
        elif block.kind == "list":
            options += _of_list(block, len(options))
        elif block.kind == "text" and (several := options_in_line(block.text)):
            number = block.first
            options += [_option(letter, text, number) for letter, text in several]
        elif block.kind == "text" and is_option(block.text):
            options.append(_of_line(block.text, block.first, len(options)))
        elif options:
            options[-1].blocks.append(block)
        else:
            options.append(_option("A", block.text, block.first))
    return options


def _of_table(block: Block) -> Iterator[RawOption]:
    head, rows = cells(block)
    if normal(head[0]) == "a":
        rows = [(block.first, head), *rows]
    for number, row in rows:
        letter = re.sub(r"[^A-Za-z]", "", row[0]).upper()[:1]
        option = _option(letter, " – ".join(cell for cell in row[1:] if cell), number)
        option.marked = option.marked or any(sign in row[0] for sign in _TICKS)
        yield option


def _of_list(block: Block, count: int) -> Iterator[RawOption]:
    for at, entry in enumerate(block.entries):
        number, line = entry.lines[0]
        option = _of_line(line, number, count + at)
        if len(entry.lines) > 1:
            option.blocks.extend(blocks(entry.lines[1:]))
        yield option


def _of_line(line: str, number: int, count: int) -> RawOption:
    match = _OPTION.match(line)
    if match is None or not match["text"]:
        box = _BOX.match(line)
        text = line[box.end() :] if box else line
        option = _option(chr(65 + min(count, 25)), text, number)
        option.marked = option.marked or bool(box and box[1].strip())
        return option
    letter = (match["a"] or match["b"] or match["c"]).upper()
    text = match["text"]
    whole = bool(match["bold"]) and not (match["close"] or match["close2"])
    if whole and match["bold"]:
        inner, closed, rest = text.partition(match["bold"])
        text = inner + rest if closed else text
        whole = bool(closed) and not _MARKED.sub("", rest).strip()
    option = _option(letter, text, number)
    ticks = (match["tick"] or "") + (match["tick2"] or "")
    option.marked = option.marked or any(sign in ticks for sign in _TICKS) or bool((match["box"] or "").strip())
    option.bold = option.bold or whole
    return option


def _option(letter: str, text: str, number: int) -> RawOption:
    text = text.strip()
    marked = False
    if _MARKED.search(text) and _MARKED.sub("", text).strip():
        text, marked = _MARKED.sub("", text).strip(), True
    text = _CROSSED.sub("", text)
    if text[:1] in _TICKS:
        text, marked = text[1:].strip(), True
    elif text[:1] in _CROSSES:
        text = text[1:].strip()
    bold = bool(re.fullmatch(r"\*\*[^*]+\*\*\.?", text))
    return RawOption(letter, [Block("text", ((number, text),))], marked, bold)
