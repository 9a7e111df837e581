"""What belongs to a document as a whole: score bands, advice, checklists, paths, schedules, mappings, connections.

Each reader takes the blocks of a part and returns what it understood, and the blocks that it did not, which are then
kept as prose. Items are named as the source names them ("Card 3"); what resolves the names comes later.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from deckforge.intake import draft
from deckforge.intake.documents import values
from deckforge.intake.documents.account import Use
from deckforge.intake.documents.blocks import Block, blocks, cells
from deckforge.intake.documents.labels import label_of, normal, of_name
from deckforge.intake.documents.structures import cell, lines_of
from deckforge.model.items import Range
from deckforge.read.score import score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from deckforge.intake.documents.items import Maker
    from deckforge.intake.documents.raw import RawItem

_WORDS = {
    "card": "Card",
    "flashcard": "Card",
    "question": "Question",
    "q": "Question",
    "problem": "Problem",
    "exercise": "Problem",
}
_NAMED = re.compile(
    r"\b(?P<word>flash\s?card|card|question|problem|exercise|q)s?\s*#?(?P<numbers>\d{1,4}(?:\s*(?:[-–—]|to|through|,|and|&|,\s*and)\s*#?\d{1,4}(?![\d%]))*)",
    re.IGNORECASE,
)
_BARE = re.compile(r"^\W*#?(?P<numbers>\d{1,4}(?:\s*(?:[-–—]|to|through|,|and|&)\s*#?\d{1,4})*)\b")
_DAY = (
    (re.compile(r"\b(?:same day|today|immediate(?:ly)?|now|right away|hours?)\b", re.IGNORECASE), lambda _: 0),
    (re.compile(r"\b(?:tomorrow|next day)\b", re.IGNORECASE), lambda _: 1),
    (re.compile(r"\bday\s*(\d{1,4})", re.IGNORECASE), lambda match: int(match[1])),
    (re.compile(r"\b(\d{1,4})\s*(?:-|–|to)?\s*\d*\s*days?\b", re.IGNORECASE), lambda match: int(match[1])),
    (re.compile(r"\bweek\s*(\d{1,3})", re.IGNORECASE), lambda match: 7 * int(match[1])),
    (re.compile(r"\b(\d{1,3})\s*(?:-|–|to)?\s*\d*\s*weeks?\b", re.IGNORECASE), lambda match: 7 * int(match[1])),
    (re.compile(r"\b(\d{1,2})\s*months?\b", re.IGNORECASE), lambda match: 30 * int(match[1])),
    (re.compile(r"^\W*(\d{1,4})\s*d?\W*$"), lambda match: int(match[1])),
)  # fmt: skip
_RELATION = frozenset(
    [
        "relationship",
        "relation",
        "connection",
        "connections",
        "how",
        "description",
        "relevance",
        "link",
        "note",
        "notes",
        "details",
        "explanation",
        "role",
        "type",
        "strength",
        "purpose",
    ]
)


@dataclass(slots=True)
class Guides:
    """What was understood of the parts of a document."""

    performance: list[draft.Band] = field(default_factory=list)
    review: list[draft.Advice] = field(default_factory=list)
    checklist: list[draft.Advice] = field(default_factory=list)
    progression: list[draft.Advice] = field(default_factory=list)
    source_mapping: list[draft.Advice] = field(default_factory=list)
    schedule: list[draft.Review] = field(default_factory=list)
    connections: list[draft.Connection] = field(default_factory=list)
    items: list[RawItem] = field(default_factory=list)
    """The document's items, to which its tables may give values."""


def labels_in(text: str, word: str = "") -> tuple[str, ...]:
    """Return the items that a text names; with `word`, numbers alone are names of that kind."""
    found: dict[str, None] = {}
    for match in _NAMED.finditer(text):
        name = _WORDS[re.sub(r"\s", "", match["word"].lower())]
        found.update(dict.fromkeys(f"{name} {number}" for number in _numbers(match["numbers"])))
    if not found and word and (bare := _BARE.match(text)):
        found.update(dict.fromkeys(f"{word} {number}" for number in _numbers(bare["numbers"])))
    return tuple(found)


def _numbers(text: str) -> Iterator[int]:
    last = 0
    for sign, digits in re.findall(r"(-|–|—|to|through|,|and|&|)\s*(?:and\s*)?#?(\d{1,4})", text):
        number = int(digits)
        if sign in ("-", "–", "—", "to", "through") and last < number <= last + 200:
            yield from range(last + 1, number + 1)
        else:
            yield number
        last = number


def word_of(head: Sequence[str], default: str) -> str:
    """Return the kind of item that a table's first column numbers."""
    name = normal(head[0]) if head else ""
    for word, shown in _WORDS.items():
        if len(word) > 1 and re.search(rf"\b{word}", name):
            return shown
    return default if name in ("", "no", "number", "item", "q", "id") or head[0].strip() in ("#", "№") else ""


def read_guide(name: str, found: Sequence[Block], make: Maker, guides: Guides, word: str) -> list[Block]:
    """Put what a part says where it belongs, and return what was not understood."""
    reader = _READERS[name]
    rest: list[Block] = []
    for block in found:
        if not reader(block, make, guides, word):
            rest.append(block)
    if all(block.kind == "rule" or _introduces(block) for block in rest) and len(rest) < len(found):
        intro = [block for block in rest if block.kind != "rule"]
        make.ledger.enter(lines_of(rest), Use.METADATA)
        return intro if any(len(block.text) > 90 for block in intro) else []
    return rest


def _introduces(block: Block) -> bool:
    """Tell whether a line only says that something follows."""
    return block.kind == "text" and block.text.strip().rstrip("*_").endswith(":") and len(block.text) < 90


def _performance(block: Block, make: Maker, guides: Guides, _word: str) -> bool:
    made: list[draft.Band] = []
    if block.kind == "table":
        head, rows = cells(block)
        scores = next(
            (
                at
                for at, name in enumerate(head)
                if re.search(r"score|percent|%|range|grade|result|points", normal(name) or name.lower())
            ),
            0,
        )
        for number, row in rows:
            band = _percents(row[scores])
            if band is None or len(row) < 2:
                return False
            others = [(at, text) for at, text in enumerate(row) if at != scores]
            level, advice = others[0][1], [text for _, text in others[1:] if text]
            advice_text = make.text(cell(number, "; ".join(advice))) if advice else ""
            made.append(
                draft.Band(
                    low=band.low,
                    high=band.high,
                    level=make.text(cell(number, level)),
                    advice=advice_text,
                    lines=(number,),
                )
            )
    elif block.kind == "list":
        for entry in block.entries:
            label = label_of(entry.lines[0][1])
            words, rest = (
                (label.words + (f" {label.aside}" if label.aside else ""), label.rest)
                if label
                else _halves(entry.lines[0][1])
            )
            band = _percents(words) or _percents(rest)
            if band is None:
                return False
            level, advice_text = (
                _halves(rest)
                if _percents(words) and not re.search("[A-Za-z]{4}", words)
                else (re.sub(r"[(\[]?\s*[\d≥<>%–-]+[\d%–\s-]*[)\]]?", "", words).strip(), rest)
            )
            number = entry.lines[0][0]
            whole = [*cell(number, advice_text), *blocks(entry.lines[1:])]
            made.append(
                draft.Band(
                    low=band.low,
                    high=band.high,
                    level=make.text(cell(number, level)),
                    advice=make.text(whole),
                    lines=tuple(number for number, _ in entry.lines),
                )
            )
    made = _partition(made)
    guides.performance += made
    if made:
        _marks(block, make)
    return bool(made)


def _halves(text: str) -> tuple[str, str]:
    parts = re.split(r"\s*[:：]\s*|\s+[–—-]\s+", text, maxsplit=1)
    return (parts[0], parts[1]) if len(parts) == 2 else (text, "")


def _percents(text: str) -> Range | None:
    text = re.sub(r"[*_`]", "", text)
    text = re.sub(
        r"[^\d]*?(\d{1,3}\s*%?\s*(?:-|–|—|to)\s*\d{1,3}\s*%?|(?:≥|>=|<=|≤|<|>|below|under|above|over|at least|up to|less than)\s*\d{1,3}\s*%?|\d{1,3}\s*%?\s*(?:\+|or more|and above|or above)|\d{1,3}\s*%).*",
        r"\1",
        text,
        flags=re.IGNORECASE | re.DOTALL,
    )
    text = re.sub(r"\s*%\s*", "%", text.strip())
    made = score(text)
    return made if isinstance(made, Range) else None


def _partition(bands: list[draft.Band]) -> list[draft.Band]:
    """Return the bands with common ends mended; none where they leave out or repeat scores all the same."""
    made: list[draft.Band] = []
    below = -1
    for band in sorted(bands, key=lambda band: (band.low, band.high)):
        low = below + 1 if band.low in (below, below + 1) or (not made and band.low <= 1) else band.low
        if low != below + 1 or low > band.high:
            return []
        made.append(replace(band, low=low))
        below = band.high
    return list(reversed(made)) if below == 100 else []


def _advice(rows_of: str) -> Callable[[Block, Maker, Guides, str], bool]:
    """Return the reader of a part that gives advice: a table of item and text, a list, or lines of a code block."""

    def read(block: Block, make: Maker, guides: Guides, word: str) -> bool:
        made: list[draft.Advice] = getattr(guides, rows_of)
        if block.kind == "table":
            head, rows = cells(block)
            of = word_of(head, word) or (
                word if rows_of == "checklist" and any(_BARE.match(row[0].strip("*")) for _, row in rows) else ""
            )
            for number, row in rows:
                made.append(_row(head, row, number, make, of))
        elif block.kind == "list":
            for entry in block.entries:
                text = re.sub(r"^\s*(?:\[[ xX]?\]|☐|□|⬜|◻️?)\s*", "", entry.lines[0][1])
                inner = blocks([(entry.lines[0][0], text), *entry.lines[1:]])
                made.append(_entry(inner, make, lead_only=True))
        elif block.kind == "code":
            groups = _groups(block)
            if not groups:
                return False
            for lines in groups:
                text = make.text([Block("text", ((lines[0][0], _flow(lines)),))])
                make.ledger.enter([number for number, _ in lines], Use.FIELD)
                made.append(
                    draft.Advice(text=text, labels=labels_in(lines[0][1]), lines=tuple(number for number, _ in lines))
                )
        elif block.kind == "text":
            if _introduces(block):
                return False
            text = re.sub(r"^\s*(?:☐|□|⬜|◻️?|\d+[.)])\s*", "", block.text)
            made.append(_entry([Block("text", ((block.first, text),))], make, lead_only=True))
        else:
            return False
        _marks(block, make)
        return True

    return read


def _marks(block: Block, make: Maker) -> None:
    """Enter the lines that a block has beside its contents: the head of a table, the fences of code."""
    if block.kind == "table":
        make.ledger.enter(block.numbers, Use.METADATA)
    elif block.kind == "code":
        make.ledger.enter((block.first, block.numbers[-1]), Use.METADATA)
    else:
        make.ledger.enter(block.numbers, Use.METADATA)


def _groups(block: Block) -> list[list[tuple[int, str]]]:
    """Return the lines of a code block in groups, divided at blank lines and before lines without indentation."""
    inner = block.lines[1:-1] if len(block.lines) > 2 else ()
    groups: list[list[tuple[int, str]]] = []
    fresh = True
    for number, line in inner:
        if not line.strip():
            fresh = True
            continue
        if fresh or not groups or not (line.startswith((" ", "\t")) or re.match(r"^\W*(?:→|->|=>|↓|└|├)", line)):
            groups.append([])
        groups[-1].append((number, line))
        fresh = False
    return groups


def _flow(lines: Sequence[tuple[int, str]]) -> str:
    """Return the lines of a group as one sentence: `If struggled with Problem 1: Review: …; Flashcard: …`."""
    first = lines[0][1].strip()
    others = [re.sub(r"^\s*(?:→|->|=>|↓|[-*•]|└─*|├─*)\s*", "", line.strip()) for _, line in lines[1:]]
    return f"{first} {'; '.join(others)}".strip()


def _row(head: Sequence[str], row: Sequence[str], number: int, make: Maker, word: str) -> draft.Advice:
    labels = labels_in(values.plain(row[0]), word)
    parts = [
        (head[at], text)
        for at, text in enumerate(row)
        if at and text.strip(" ☐□⬜[]") and not re.fullmatch(r"\W*\[?\s*\]?\W*", text)
    ]
    texts = [text if len(parts) == 1 or at == 0 else f"{name}: {text}" for at, (name, text) in enumerate(parts)]
    whole = "; ".join(texts)
    if not labels:
        whole = f"{row[0]}: {whole}" if whole else row[0]
    return draft.Advice(text=make.text(cell(number, whole or row[0])), labels=labels, lines=(number,))


def _entry(inner: list[Block], make: Maker, *, lead_only: bool) -> draft.Advice:
    """Return the advice of an entry: the items it begins with are what it is about."""
    first = inner[0].text if inner else ""
    lead = re.split(r"[:：→–—]", first, maxsplit=1)[0] if lead_only else first
    return draft.Advice(text=make.text(inner), labels=labels_in(values.plain(lead)), lines=lines_of(inner))


def _mapping(block: Block, make: Maker, guides: Guides, word: str) -> bool:
    """Read a table of items and where they come from; its other columns are the items' own values."""
    if block.kind != "table":
        return block.kind == "list" and _advice("source_mapping")(block, make, guides, word)
    head, rows = cells(block)
    of = word_of(head, word)
    names = [of_name(name).meta for name in head]
    source = next((at for at, name in enumerate(names) if name == "source" and at), None)
    if source is None:
        source = next(
            (
                at
                for at, name in enumerate(head)
                if at and re.search(r"source|section|lesson|reference|page", normal(name))
            ),
            1 if len(head) > 1 else None,
        )
    if source is None:
        return False
    for number, row in rows:
        labels = labels_in(values.plain(row[0]), of)
        items = [item for item in guides.items if item.label in labels] if labels else []
        texts = [row[source]]
        for at, text in enumerate(row):
            if at in (0, source) or not text or values.empty(text):
                continue
            if (
                names[at] in ("terms", "bloom", "concept", "difficulty")
                and items
                and all(_absorb(item, names[at], text, number) for item in items)
            ):
                continue
            texts.append(f"{head[at]}: {text}")
        whole = "; ".join(text for text in texts if text)
        if not labels:
            whole = f"{row[0]}: {whole}"
        guides.source_mapping.append(draft.Advice(text=make.text(cell(number, whole)), labels=labels, lines=(number,)))
    _marks(block, make)
    return True


def _absorb(item: RawItem, name: str, text: str, number: int) -> bool:
    """Give an item a value that it has not; tell whether it has that value now."""
    if name not in item.meta:
        item.meta[name] = (text, (number,))
        return True
    own = item.meta[name][0]
    match name:
        case "difficulty":
            return values.difficulty(own) == values.difficulty(text)
        case "bloom":
            return values.bloom(own) == values.bloom(text)
        case "minutes":
            return values.minutes(own) == values.minutes(text)
        case "points":
            return values.points(own) == values.points(text)
        case "type":
            return (values.kind(own) or values.problem_type(own)) == (values.kind(text) or values.problem_type(text))
    return normal(text) == normal(own) or normal(text) in normal(own) or normal(text) in normal(item.title)


def overview(block: Block, make: Maker, guides: Guides, word: str) -> bool:
    """Give the items the values of an overview; tell whether all that it says is theirs now."""
    if block.kind != "table":
        return False
    head, rows = cells(block)
    of = word_of(head, word)
    names = [
        of_name(name).meta
        or ("title" if normal(name) in ("title", "name", "question", "problem", "focus", "summary") else "")
        for name in head
    ]
    if not of or not any(names[1:]):
        return False
    whole = True
    for number, row in rows:
        labels = labels_in(values.plain(row[0]), of)
        items = [item for item in guides.items if item.label in labels]
        if not items:
            whole = False
            continue
        for at, text in enumerate(row):
            if at == 0 or not text or values.empty(text):
                continue
            for item in items:
                if names[at] in ("title", "concept") and normal(values.plain(text)) in (
                    normal(item.title),
                    normal(values.plain(item.meta.get("concept", ("", ()))[0])),
                ):
                    continue
                if (
                    names[at] in ("", "title")
                    or (
                        names[at] == "concept"
                        and item.title
                        and "concept" not in item.meta
                        and normal(text) != normal(item.title)
                    )
                    or not _absorb(item, names[at], values.plain(text), number)
                ):
                    whole = False
    if whole:
        _marks(block, make)
    return whole


def _schedule(block: Block, make: Maker, guides: Guides, word: str) -> bool:
    made: list[draft.Review] = []
    if block.kind == "table":
        head, rows = cells(block)
        at_day = next(
            (
                at
                for at, name in enumerate(head)
                if re.search(r"\b(?:day|interval|when|date|time|week|after|review date|timing)\b", normal(name))
            ),
            None,
        )
        if at_day is None:
            at_day = next(
                (at for at in range(len(head)) if rows and all(_day(row[at]) is not None for _, row in rows)), None
            )
        if at_day is None:
            return False
        of = word_of(head, "")
        for number, row in rows:
            day = _day(row[at_day])
            if day is None:
                return False
            labels = labels_in(values.plain(row[0]), of) if at_day else ()
            texts = []
            for at, text in enumerate(row):
                if at == at_day or not text or (at == 0 and labels):
                    continue
                column = word_of([head[at]], "")
                named = labels_in(values.plain(text), column)
                labels = labels or named
                bare = re.sub(r"[^A-Za-z]", "", text)
                if named and not re.sub(r"(?i)cards?|questions?|problems?|and|to|q", "", bare):
                    continue
                texts.append(
                    text
                    if len(row) <= 3
                    or re.search(r"review|focus|activity|what|action|task|note|recommend", normal(head[at]))
                    else f"{head[at]}: {text}"
                )
            whole = "; ".join(texts)
            made.append(
                draft.Review(
                    day=day, text=make.text(cell(number, whole)) if whole else "", labels=labels, lines=(number,)
                )
            )
    elif block.kind in ("list", "text"):
        lines = [entry.lines for entry in block.entries] if block.kind == "list" else [block.lines]
        for own in lines:
            first = values.plain(own[0][1])
            lead, rest = _halves(first)
            day = _day(lead)
            if day is None:
                return False
            inner = [*cell(own[0][0], rest), *blocks(own[1:])] if rest or len(own) > 1 else cell(own[0][0], lead)
            made.append(
                draft.Review(
                    day=day, text=make.text(inner), labels=labels_in(first), lines=tuple(number for number, _ in own)
                )
            )
    elif block.kind == "code":
        for group in _groups(block):
            day = _day(group[0][1])
            if day is None:
                return False
            text = make.text([Block("text", ((group[0][0], _flow(group)),))])
            make.ledger.enter([number for number, _ in group], Use.FIELD)
            made.append(
                draft.Review(
                    day=day, text=text, labels=labels_in(group[0][1]), lines=tuple(number for number, _ in group)
                )
            )
    if not made:
        return False
    guides.schedule += made
    _marks(block, make)
    return True


def _day(text: str) -> int | None:
    for pattern, meaning in _DAY:
        match = pattern.search(values.plain(text))
        if match:
            return min(meaning(match), 100_000)
    return None


def _connections(block: Block, make: Maker, guides: Guides, _word: str) -> bool:
    made: list[draft.Connection] = []
    if block.kind == "table":
        head, rows = cells(block)
        first = normal(head[0])
        columns = [normal(name) for name in head[1:]]
        matrix = (
            len(head) > 2
            and not any(set(name.split()) & _RELATION for name in columns)
            and not re.search(r"lesson|module|chapter|unit", first)
        )
        if matrix:
            for at, name in enumerate(head[1:], 1):
                full = [(number, row[0], row[at]) for number, row in rows if row[at] and not values.empty(row[at])]
                text = "; ".join(f"{values.plain(row)}: {said}" for _, row, said in full)
                lines = tuple(number for number, _, _ in full)
                if text:
                    made.append(
                        draft.Connection(
                            to=values.plain(name), text=make.text([Block("text", ((lines[0], text),))]), lines=lines
                        )
                    )
        else:
            to = next(
                (at for at, name in enumerate(head) if re.search(r"lesson|module|chapter|unit|topic", normal(name))), 0
            )
            for number, row in rows:
                parts = [
                    (head[at], text) for at, text in enumerate(row) if at != to and text and not values.empty(text)
                ]
                text = "; ".join(text if len(parts) == 1 else f"{name}: {text}" for name, text in parts)
                made.append(
                    draft.Connection(
                        to=values.plain(row[to]), text=make.text(cell(number, text or row[to])), lines=(number,)
                    )
                )
    elif block.kind == "list":
        for entry in block.entries:
            label = label_of(entry.lines[0][1])
            to, text = (
                (
                    label.words + (f" ({label.aside})" if label.aside and label.aside not in label.words else ""),
                    label.rest,
                )
                if label and label.bold
                else _halves(entry.lines[0][1])
            )
            number = entry.lines[0][0]
            inner = [*cell(number, text), *blocks(entry.lines[1:])]
            made.append(
                draft.Connection(
                    to=values.plain(to),
                    text=make.text(inner) if inner else make.text(cell(number, to)),
                    lines=tuple(number for number, _ in entry.lines),
                )
            )
    elif block.kind == "text":
        label = label_of(block.text)
        if label is None or not label.rest or not label.bold:
            return False
        made.append(
            draft.Connection(to=label.words, text=make.text(cell(block.first, label.rest)), lines=block.numbers)
        )
    if not made:
        return False
    guides.connections += made
    _marks(block, make)
    return True


_READERS: dict[str, Callable[[Block, Maker, Guides, str], bool]] = {
    "performance": _performance,
    "review": _advice("review"),
    "checklist": _advice("checklist"),
    "progression": _advice("progression"),
    "mapping": _mapping,
    "schedule": _schedule,
    "connections": _connections,
}
GUIDES = tuple(_READERS)
"""The parts that are read here."""
