"""Lines of text: labels, options, items without a heading, values, or words of what is open."""

from __future__ import annotations

import re
from itertools import islice

from deckforge.intake.documents import values
from deckforge.intake.documents.blocks import Block
from deckforge.intake.documents.keys import run_of_keys
from deckforge.intake.documents.labels import DOCUMENT, LONGEST, Label, label_of, labels_of
from deckforge.intake.documents.options import is_option, letter_of, options_in_line
from deckforge.intake.documents.raw import RawItem, RawPart, RawSection
from deckforge.intake.documents.scan.headings import section
from deckforge.intake.documents.scan.opening import takes, written
from deckforge.intake.documents.scan.state import ANSWERS, LINE, WORD_OF, State
from deckforge.intake.documents.titles import ItemTitle, cleaned, item_title, kind_of, part_of, untitled

_INNER = re.compile(r"(?<=\S)\s+(?=\*\*(?:correct answer|answer|back|solution)\s*(?::\*\*|\*\*:))", re.IGNORECASE)
"""Where an answer begins on the line of its question."""
_PAIR = re.compile(r"^([A-Z][\w ]{1,30}):\s+(\S.{0,120})$")
"""A name and a value that nobody knows, in the head of a document."""
_TRUTH = re.compile(r"^\W*(?:true|false)\b(?:\W|$)", re.IGNORECASE)
_STARTS = re.compile(
    r"^(?:\*\*|__|\*|\[)?\s*\[?(?:flash|card|question|q|problem|practice|exercise|quiz|mcq|drill|\d)", re.IGNORECASE
)
_SEPARATED = re.compile(r"^\D*?\d+[a-z]?(?:\s*(?:of|/)\s*\d+)?\s*(?:$|[^\w\s,;'’\"])", re.IGNORECASE)


def text(state: State, block: Block) -> None:
    """Take a line."""
    line = block.text
    if len(line) > LONGEST:
        state.content(block)
        return
    inner = _INNER.search(line)
    if inner and line[: inner.start()].strip(" *-"):  # "What is it? **Answer:** it"
        state.queue.appendleft(Block("text", ((block.first, line[inner.start() :].strip()),)))
        state.queue.appendleft(Block("text", ((block.first, line[: inner.start()].rstrip()),)))
        return
    if _starts_item(state, block):
        return
    if state.item is None:
        if not _text_outside(state, block):
            state.content(block)
        return
    item = state.item
    part = _pseudo(line)
    answered = any(item.has(each) for each in ("back", "key", "answer", "solution", "options"))
    whole = part in WORD_OF or (part == "key" and re.search(r"\bkeys?\b|\banswers\b|scheme", line, re.IGNORECASE))
    by_line = item.level == LINE and bool(whole)
    if by_line and part in WORD_OF:
        state.item, state.field = None, ""
        if isinstance(state.part, RawPart) and state.part.name in ANSWERS:
            state.subkey = cleaned(line.strip("*_: "))
            state.outline.marks.extend(block.numbers)
        else:
            section(state, Block("heading", block.lines, LINE - 1, line.strip().strip("*_: ")), part)
        return
    names_part = item.word == "question" and _labelled(line)
    if by_line or (part in ("key", "export") and answered and not names_part):
        state.item, state.field = None, ""
        state.open_part(RawPart(part, 6, (block,), line.strip("*_ :")))
        return
    if _optional(state, block):
        return
    if _is_truth(state, item, line):
        state.field = "key"
    labels = labels_of(line)
    if len(labels) > 1:
        if all(one.meta and takes(state.field, one, item, heading=False) for one in labels):
            for one in labels:
                state.accept(one, block)
            return
    elif labels:
        label = labels[0]
        if label.part == "answer" and len(run_of_keys(values.plain(label.rest))) > 1:
            state.item, state.field = None, ""
            state.open_part(RawPart("key", 6, (), "", [Block("text", ((block.first, label.rest),))]))
            state.outline.marks.extend(block.numbers)
            return
        if _next_card(label, item):
            state.new_item(ItemTitle(item.word, label.number), LINE, None)
            state.accept(label, block)
            return
        if state.accept(label, block):
            return
        if not label.known and _extra(label, block, item):
            return
    elif _aside(line, item, block):
        return
    state.content(block)


def _aside(line: str, item: RawItem, block: Block) -> bool:
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


def _extra(label: Label, block: Block, item: RawItem) -> bool:
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


def _next_card(label: Label, item: RawItem) -> bool:
    """Tell whether a front begins the next item: there was one, and it was answered."""
    if label.part != "front" or not (label.bold or label.name in ("q", "front", "question")):
        return False
    return (
        (item.has("front") or bool(item.title))
        and (item.has("back") or item.has("key") or item.has("answer"))
        and item.level == LINE
    )


def _optional(state: State, block: Block) -> bool:
    """Open the options at a line that is one, or several."""
    item = state.item
    if item is None or item.word != "question" or state.field not in ("", "front", "options") or written(item):
        return False
    line = block.text
    if not (options_in_line(line) or (is_option(line) and (letter_of(line) != "A" or _followed(state, "B")))):
        return False
    state.field = "options"
    item.parts.setdefault("options", []).append(block)
    return True


def _is_truth(state: State, item: RawItem, line: str) -> bool:
    """Tell whether a line answers a question that asks for true or false."""
    if item.word != "question" or state.field not in ("", "front") or not _TRUTH.match(line):
        return False
    if not line.lstrip().startswith(("**", "__", "*")) and len(line) > 12:
        return False
    asked = " ".join([item.title, *(block.text for block in item.parts.get("front", ()))])
    return bool(re.search(r"true or false|\(t/f\)|true/false", asked, re.IGNORECASE))


def _followed(state: State, letter: str) -> bool:
    """Tell whether an option with this letter stands close below: what begins with `A:` may be an answer."""
    for block in islice(state.queue, 8):
        if block.kind == "heading":
            return False
        if (block.kind == "text" and letter_of(block.text) == letter) or (
            block.kind == "list" and block.entries and letter_of(block.entries[0].lines[0][1]) == letter
        ):
            return True
    return False


def _starts_item(state: State, block: Block) -> bool:
    """Open an item at a line of text: `**Card 3**`, `Question 2: Why?`, `Q1. …`."""
    line = block.text
    text = line.strip()
    bare = re.sub(r"^[^\w*_\[]+", "", text)
    if not _STARTS.match(bare):
        return False
    inner = (
        re.sub(r"^(\*\*|__)(.+?)\1\s*", lambda match: match[2] + " ", bare).strip()
        if bare.startswith(("**", "__"))
        else bare
    )
    bold = bare.startswith(("**", "__"))
    by_line = state.item is None or state.level == LINE
    answers = isinstance(state.part, RawPart) and state.part.name in ANSWERS and by_line
    in_section = isinstance(state.part, RawSection) or answers or (state.item is not None and state.item.level == LINE)
    word = WORD_OF[state.section.kind] if state.section and in_section and (bold or state.item is None) else ""
    if not word and bold and state.section is None and _before_items(state):
        word = state.word
    found = item_title(inner, word=word if bold or _asks(state, inner) else "")
    if found is None:
        return False
    if not _SEPARATED.match(inner):
        return False
    part = state.part
    if isinstance(part, RawPart) and part.name in ANSWERS:
        existing = state.existing(found)
        if existing is None:
            return False
        state.reopen(existing, Block("text", block.lines, level=LINE), state.renamed(existing, ANSWERS[part.name]))
        rest = re.sub(r"^\D*?\d+[a-z]?\s*[:：.)\]|–—-]*\s*(?:\*\*|__)?[:：]?\s*", "", bare)
        if rest:
            state.queue.appendleft(Block("text", ((block.first, rest),)))
        return True
    if isinstance(part, RawPart) and part.name and not _before_items(state):
        return False
    if state.item is not None:
        expected = state.item.number is None or found.number == state.item.number + 1 or found.number == 1
        if not expected or (state.item.level < LINE and not (bold and found.word == state.item.word)):
            return False
        if state.item.level < LINE and (state.field in ("solution", "explanation", "answer") or found.number == 1):
            return False
    elif isinstance(part, RawPart) and state.outline.items and found.word == "card" and not bold:
        return False
    if found.word == "question" and state.word == "card" and re.match(r"(?i)q\b|q\d", inner):
        found.word = "card"
    state.new_item(found, LINE, block)
    return True


def _before_items(state: State) -> bool:
    """Tell whether nothing but instructions has come yet, in a document whose title says what its items are."""
    part = state.part
    told = part is None or (isinstance(part, RawPart) and part.name in ("", "instructions"))
    return told and bool(state.word) and not state.numbered


def _asks(state: State, text: str) -> bool:
    """Tell whether a numbered line in a section, without any item open, asks something."""
    return state.item is None and isinstance(state.part, RawSection) and "?" in text


def _pseudo(line: str) -> str:
    """Return the part of a document that a bold line without a heading's marks opens."""
    match = re.fullmatch(r"[^\w*_]*(\*\*|__)([^*_].{0,100}?)\1\s*[:：]?\s*", line.strip()) if len(line) < 160 else None
    return part_of(match[2]) if match else ""


def _text_outside(state: State, block: Block) -> bool:
    """Take a line that stands in no item."""
    line = block.text
    part = state.part
    if part is None:
        return _of_document(state, block)
    pseudo = _pseudo(line)
    name = part.name if isinstance(part, RawPart) else ""
    headed = bool(part.heading) and part.heading[0].kind == "heading"
    if pseudo and pseudo not in (name, "level") and (not headed or pseudo in ("key", "export", *WORD_OF)):
        if pseudo in WORD_OF:
            inner = Block(
                "heading",
                block.lines,
                max(part.level, 6) if isinstance(part, RawPart) else part.level,
                line.strip().strip("*_: "),
            )
            if isinstance(part, RawPart) and part.name in ANSWERS:
                state.subkey = cleaned(inner.title)
                state.outline.marks.extend(block.numbers)
                return True
            section(state, inner, pseudo)
        else:
            state.open_part(RawPart(pseudo, 6, (block,), line.strip().strip("*_: ")))
        return True
    if isinstance(part, RawSection):
        labels = labels_of(line)
        if labels and labels[0].part in ("front", "cloze") and (labels[0].bold or labels[0].name in ("q", "front")):
            state.new_item(ItemTitle(WORD_OF[part.kind], labels[0].number), LINE, None)
            return state.accept(labels[0], block)
        return False
    return False


def _of_document(state: State, block: Block) -> bool:
    """Take what a document says of itself, before its first part."""
    labels = labels_of(block.text)
    if _pseudo(block.text) and not (labels and labels[0].rest):
        part = _pseudo(block.text)
        inner = Block("heading", block.lines, 2, block.text.strip().strip("*_: "))
        if part in WORD_OF:
            section(state, inner, part)
        else:
            state.open_part(RawPart(part, 6, (block,), inner.title))
        return True
    if labels and labels[0].part == "front" and state.word and (labels[0].bold or labels[0].name in ("q", "front")):
        state.new_item(ItemTitle(state.word, labels[0].number), LINE, None)
        return state.accept(labels[0], block)
    bare = not state.headed and not state.outline.title and not state.outline.meta and not state.outline.claimed
    if bare and (not labels or labels[0].bare) and kind_of(block.text) and len(block.text) < 80:
        state.entitle(Block("heading", block.lines, 1, block.text.strip().strip("*_")))
        return True
    if labels and labels[0].name in ("instructions", "directions") and labels[0].rest:
        state.open_part(
            RawPart("instructions", 6, (), "Instructions", [Block("text", ((block.first, labels[0].rest),))])
        )
        state.outline.marks.extend(block.numbers)
        return True
    if not labels and (pair := _PAIR.match(block.text)) and state.headed:
        state.outline.claimed.setdefault(pair[1].strip(), (pair[2], block.numbers))
        state.outline.marks.extend(block.numbers)
        return True
    if not labels or any(label.bare or len(label.rest) > 400 for label in labels):
        return False
    if not all(label.name in DOCUMENT or label.bold or label.counts for label in labels):
        return False
    for label in labels:
        name = DOCUMENT.get(label.name, "")
        said = (label.rest, block.numbers)
        if name and name not in state.outline.meta:
            state.outline.meta[name] = said
            if name == "minutes":
                state.outline.claimed.setdefault(label.words, said)
        else:
            state.outline.claimed.setdefault(label.words, said)
            if not label.rest:  # its value is the list below
                state.outline.claimed[label.words] = said
        state.outline.marks.extend(block.numbers)
    _claimed_list(state, labels[-1], block)
    return True


def _claimed_list(state: State, label: Label, block: Block) -> None:
    """Take the list below `**Distribution:**` as its value."""
    if label.rest or not state.queue or state.queue[0].kind != "list":
        return
    below = state.queue.popleft()
    words = " | ".join(re.sub(r"\s+", " ", entry.text) for entry in below.entries)
    name = DOCUMENT.get(label.name, "")
    lines = (*block.numbers, *below.numbers)
    if name:
        state.outline.meta[name] = (words, lines)
    else:
        state.outline.claimed[label.words] = (words, lines)
    state.outline.marks.extend(below.numbers)


def _labelled(line: str) -> bool:
    """Tell whether a line begins with the name of a part."""
    label = label_of(line)
    return label is not None and bool(label.part)
