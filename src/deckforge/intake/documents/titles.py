"""Titles: what a heading, or a bold line that stands for one, begins.

`item_title` reads "Card 2 of 5 | Medium", "Question 3: Schedules (10 points)", "Problem 1: Warm-Up". `part_of` says
which part of a document a heading opens. Both look at the words alone; whether they apply is for `outline` to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from deckforge.intake.documents import values
from deckforge.intake.documents.labels import normal
from deckforge.intake.documents.parts import CARDS, KINDS, LEVELS, PARTS, PROBLEMS, QUIZ

_WORDS = {
    "card": "card",
    "flashcard": "card",
    "flash card": "card",
    "question": "question",
    "quiz question": "question",
    "q": "question",
    "mcq": "question",
    "problem": "problem",
    "practice problem": "problem",
    "exercise": "problem",
    "drill": "problem",
}
_ITEM = re.compile(
    r"^[^\w\[(]*[\[(]?"
    r"(?P<word>flash\s?-?cards?|cards?|quiz question|questions?|mcq|q|practice problem|problems?|exercises?|drill)"
    r"\s*(?:no\.?|number|№|#)?\s*[-.:]?\s*#?(?P<number>\d{1,4}(?:\.\d{1,3})?)(?P<letter>[a-z])?(?![\w%])[\])]?"
    r"(?:\s*(?:of|/|out of)\s*\d{1,4})?\s*(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_NUMBER = re.compile(
    r"^(?:(?:#\s*)?(?P<number>\d{1,4}(?:\.\d{1,3})?)\s*[.):]|[\[(](?P<of>\d{1,4})\s*(?:/|of)\s*\d{1,4}[\])])\s*(?P<rest>\S.*)$",
    re.DOTALL,
)
_LONGEST = 400
"""Characters of a title that are looked at."""
_SEGMENTS = re.compile(r"\s*[|•·│｜]\s*|\s+[–—]\s+|\s+-\s+")
_LEAD = re.compile(r"^[\s:：.)\]|–—•·│-]+")
_BRACKETS = re.compile(r"\s*[*_]*[(\[（]([^()\[\]（）]*)[)\]）][*_]*")


@dataclass(slots=True)
class ItemTitle:
    """What the title of an item says: which it is, and what else stands in it."""

    word: str
    number: int | None
    title: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    shown: str = ""
    """Its number as written, where it is none to count with: `3.1`."""


def item_title(text: str, *, word: str = "") -> ItemTitle | None:
    """Return what the title of an item says; with `word`, a number alone is enough to make one."""
    if len(text) > 4_000:
        return None
    text = _unmarked(text)
    match = _ITEM.match(text)
    if match and (not match["rest"] or not match["rest"][0].isalnum()):
        name = re.sub(r"[\s-]", " ", match["word"].lower()).removesuffix("s")
        found = _numbered(_WORDS.get(name, _WORDS.get(name.replace(" ", ""), "question")), match["number"])
        _segments(match["rest"], found)
        return found
    if word:
        numbered = _NUMBER.match(text)
        if numbered:
            found = _numbered(word, numbered["number"] or numbered["of"])
            if "|" in numbered["rest"]:
                _segments(numbered["rest"], found)
            else:  # a question more often than a title: its dashes divide nothing
                found.title = _brackets(numbered["rest"], found)
            return found
    return None


def _numbered(word: str, number: str) -> ItemTitle:
    """Return the title of an item of this number; in `3.1` the first counts thousands, so that both are in order."""
    whole, dot, part = number.partition(".")
    return ItemTitle(word, int(whole) * 1000 + int(part) if dot else int(whole), shown=number if dot else "")


def untitled(text: str, word: str) -> ItemTitle:
    """Return what the title of an item without a number says."""
    found = ItemTitle(word, None)
    _segments(_unmarked(text), found)
    return found


def _unmarked(text: str) -> str:
    text = re.sub(r"`([(\[][^`]*[)\]])`", r"\1", text.strip())
    for mark in ("**", "__"):
        if text.startswith(mark):
            inner, closed, rest = text[len(mark) :].partition(mark)
            if closed:
                return (inner + rest).strip()
    return text


def _segments(rest: str, found: ItemTitle) -> None:
    """Divide what follows an item's number into values and its title."""
    rest = _LEAD.sub("", rest.strip())
    kept = []
    for segment in _SEGMENTS.split(rest):
        left = _brackets(segment, found)
        kind, colon, rest = left.partition(":")
        if colon and rest.strip() and values.problem_type(kind) and _value(kind, found):
            left = rest.strip()  # "Warm-Up: Writing K"
        if left and not _value(left, found):
            kept.append(left)
    if len(kept) > 1:
        # Dashes that divide nothing belong to the title.
        whole = re.sub(r"\s*[|•·│｜]\s*$", "", _BRACKETS.sub(lambda each: "" if _is_value(each[1]) else each[0], rest))
        positions = (whole.find(kept[0]), whole.rfind(kept[-1]))
        if positions[0] >= 0 and positions[1] >= positions[0] and not found.meta:
            kept = [whole[positions[0] : positions[1] + len(kept[-1])]]
    found.title = " – ".join(kept).strip(" :|")


def _brackets(segment: str, found: ItemTitle) -> str:
    """Take brackets with a value in them off a segment."""
    for match in _BRACKETS.finditer(segment):
        pieces = re.split(r"[,;|]", match[1])
        if all(_is_value(piece) for piece in pieces):
            for piece in pieces:
                _value(piece, found)
            segment = segment.replace(match[0], "", 1)
    return segment.strip(" :")


def _is_value(text: str) -> bool:
    return _value(text, ItemTitle("", None))


def _value(text: str, found: ItemTitle) -> bool:
    """Take a segment as a value of the item; tell whether it is one."""
    text = text.strip()
    name, colon, said = text.partition(":")
    if colon and normal(name) in (
        "difficulty",
        "level",
        "bloom",
        "bloom's",
        "type",
        "points",
        "time",
        "topic",
        "concept",
    ):
        key = {"level": "difficulty", "bloom's": "bloom", "time": "minutes", "topic": "concept"}.get(
            normal(name), normal(name)
        )
        found.meta.setdefault(key, said.strip())
        return True
    if re.fullmatch(r"[^\w]*\d+\s*-?\s*(?:points?|pts?\.?|marks?)(?: each)?\W*", text, re.IGNORECASE):
        found.meta.setdefault("points", text)
    elif re.fullmatch(
        r"\W*~?\s*\d+(?:\s*[-–—]\s*\d+)?\s*(?:minutes?|mins?\.?|hours?|seconds?|secs?)\W*", text, re.IGNORECASE
    ):
        found.meta.setdefault("minutes", text)
    elif normal(text).startswith(("select", "choose")):
        return False
    elif (
        values.kind(text) and normal(text) not in ("application", "analysis", "conceptual", "definition")
    ) or values.problem_type(text):
        if "type" in found.meta and found.meta["type"] != text:
            return False
        found.meta["type"] = text
    elif normal(text) and len(normal(text).split()) <= 2 and values.difficulty(text) and "difficulty" not in found.meta:
        found.meta["difficulty"] = text
    elif values.bloom(text) and len(text.split()) <= 4 and "bloom" not in found.meta:
        found.meta["bloom"] = text
    elif re.fullmatch(r"\W*(?:critical|must[- ]know|essential|critical knowledge)\W*", text, re.IGNORECASE):
        found.meta["critical"] = "Yes"
    elif re.fullmatch(r"[🟢🟡🟠🔴⭐★🌟☆\s]+", text):
        found.meta.setdefault("difficulty", text)
    else:
        return False
    return True


_COMPILED = {part: re.compile("|".join(patterns)) for part, patterns in PARTS.items()}
_CARDS = re.compile("|".join(CARDS))
_QUIZ = re.compile("|".join(QUIZ))
_PROBLEMS = re.compile("|".join(PROBLEMS))
_LEVELS = re.compile(LEVELS)


def part_of(title: str) -> str:
    """Return which part of a document a heading opens: one of the names above, `cards`, `quiz`, `problems`; or `""`."""
    name = cleaned(title[:_LONGEST])
    for part, pattern in _COMPILED.items():
        if pattern.fullmatch(name):
            return part
    if level_of(title):
        return "level"
    if _CARDS.fullmatch(name) and len(name.split()) <= 8:
        return "cards"
    if _QUIZ.fullmatch(name) and len(name.split()) <= 12:
        return "quiz"
    if _PROBLEMS.fullmatch(name) and len(name.split()) <= 8:
        return "problems"
    return ""


def level_of(title: str) -> str:
    """Return the difficulty that a heading gives to everything below it; `""` for none."""
    match = _LEVELS.fullmatch(cleaned(title))
    return match[1] if match else ""


def cleaned(title: str) -> str:
    """Return a title in small letters, without marks, numbering and what stands in brackets behind it."""
    name = normal(re.sub(r"\s*[(\[（][^)\]）]*[)\]）]", " ", title)) or normal(title)
    return re.sub(r"^(?:\d+|[ivx]+)[.):]?\s+(?=[a-z])", "", name).strip()


_KIND = re.compile(
    rf"^\W*(?:(?:the |complete |interactive )?(?:{'|'.join(KINDS)}))\s*(?:for|on|of|about)?\s*"
    r"(?:[:–—|-]+\s*|(?=lesson\b|chapter\b|module\b|unit\b))",
    re.IGNORECASE,
)
_KIND_BEHIND = re.compile(rf"\s*(?:[:–—|-]+\s*)(?:{'|'.join(KINDS)})\s*$", re.IGNORECASE)


def lesson_title(title: str) -> str:
    """Return what a document is about: its title without the kind of document."""
    title = re.sub(r"^[^\w\"'“(\[$`*]+", "", title).strip("* ")
    short = title
    match = _KIND.match(title)
    if match and not re.match(r"^\W*lesson\b", match[0], re.IGNORECASE):
        short = title[match.end() :]
    short = _KIND_BEHIND.sub("", short).strip(" :–—-|")
    return short or title


def kind_of(title: str) -> str:
    """Return the kind of document that its title names: `cards`, `quiz`, `problems`, `map`, `notes`; `""` for none."""
    name = normal(title)
    for found, pattern in (
        ("cards", r"flash ?-?cards?|\bcards\b"),
        ("quiz", r"quiz|assessment|\bexam\b|\btest\b"),
        ("problems", r"practice|problem set|exercises|problems"),
        ("map", r"concept map|knowledge map|mind map"),
        ("notes", r"lesson|notes|study guide"),
    ):
        if re.search(pattern, name):
            return found
    return ""


def same_part(title: str, subkey: str) -> bool:
    """Tell whether the title of a section and a heading of the answer key name the same part."""
    first, second = cleaned(title), subkey
    if first and (first in second or second in first):
        return True
    letters = [re.match(r"(?:part|section) (\w+)", name) for name in (first, second)]
    return bool(letters[0] and letters[1] and letters[0][1] == letters[1][1])


def section_title(title: str, kind: str) -> str:
    """Return a section's title without its points; `""` where it says no more than the kind."""
    title = values.strip_points(re.sub(r"^[^\w(]+|^\d+[.)]\s+", "", title)).strip("* ")
    title = re.sub(r"\s*\(\s*\d+\s*(?:cards?|questions?|problems?|items)?\s*\)\s*$", "", title)
    said = normal(title)
    usual = {
        "cards": {"flashcards", "flashcard", "cards", "flash cards", "deck", "the cards", "flashcard set"},
        "quiz": {"quiz", "questions", "quiz questions", "assessment", "the questions"},
        "problems": {"problems", "practice problems", "exercises", "the problems", "problem set"},
    }[kind]
    return "" if said in usual else title
