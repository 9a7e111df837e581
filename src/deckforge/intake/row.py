"""A row of a table as an item: what its columns mean, and what becomes of each cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.intake import plain
from deckforge.intake.draft import Hint, Item, Option
from deckforge.intake.writer.escapes import line
from deckforge.model.items import Bloom, Difficulty, Kind
from deckforge.read.fields import SYNONYMS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIELDS: Mapping[str, tuple[str, ...]] = {
    "front": ("front", "question", "term", "word", "prompt", "stem", "q", "expression", "cue", "vorderseite", "frage"),
    "answer": ("back", "answer", "definition", "meaning", "a", "response", "translation", "rückseite", "antwort"),
    "title": ("title", "name", "heading"),
    "in_short": ("in short", "short answer", "short", "summary"),
    "short_question": ("short question",),
    "explanation": ("explanation", "rationale", "feedback", "why it is right", "notes", "comment"),
    "hint": ("hint", "clue"),
    "options": ("options", "choices", "answers", "alternatives"),
    "key": ("correct", "correct answer", "key", "right answer", "solution"),
    "tags": ("tags", "tag", "labels"),
    "difficulty": ("difficulty", "level"),
    "bloom": ("bloom", "cognitive level", "cognitive_level", "bloom level", "taxonomy"),
    "concepts": ("concept", "concepts", "topic", "category"),
    "source": ("source", "reference", "page", "chapter", "section"),
    "points": ("points", "score", "marks"),
    "kind": ("type", "kind", "question type"),
    "why": ("why it matters", "importance"),
}
"""The fields that `--columns` knows, and the headings that mean each of them."""

_OPTION = re.compile(r"(?:option|choice|answer|distractor)[ _-]*([a-h1-8])", re.IGNORECASE)
_KINDS = {
    **{kind.value: kind for kind in Kind},
    **dict(SYNONYMS["kind"]),
    "mcq": "choice",
    "multiple choice": "choice",
    "short answer": "short",
}
_DIFFICULTIES = {**{each.value: each.value for each in Difficulty}, **dict(SYNONYMS["difficulty"])}
_BLOOM = {**{each.value: each.value for each in Bloom}, **dict(SYNONYMS["bloom"])}


def meaning_of(heading: str) -> str | None:
    """Return the field that a heading means."""
    words = " ".join(heading.lower().replace("_", " ").split()).strip(" :#*")
    if _OPTION.fullmatch(words):
        return f"option {words[-1]}"
    return next((field for field, synonyms in FIELDS.items() if words in synonyms or words == field), None)


def item_of(cells: Mapping[str, str], columns: Mapping[str, str], place: int) -> Item:
    """Return the item that a row makes: its cells by column, the field of each column, and the row's line."""
    by_field: dict[str, str] = {}
    extra: dict[str, str] = {}
    choices: list[str] = []
    for column, text in cells.items():
        meaning = columns.get(column, "")
        if meaning.startswith("option "):
            choices += [text] if text.strip() else []
        elif meaning:
            by_field[meaning] = text
        elif text.strip():
            extra[column] = plain.markdown(text)
    if by_field.get("options"):
        choices += [each.strip() for each in re.split(r"\n|;|\|", by_field["options"]) if each.strip()]
    keys = _keys(choices, by_field.get("key", "") or by_field.get("answer", "")) if choices else ()
    kind = _kind(by_field.get("kind", ""), choices)
    front = by_field.get("front", "")
    rest = {name: by_field.get(name, "") for name in ("in_short", "short_question", "explanation", "why")}
    texts = {name: plain.markdown(text) for name, text in rest.items()}
    if kind not in (Kind.CHOICE, Kind.NUMERIC) and texts["explanation"]:
        extra["Explanation"] = texts["explanation"]
        texts["explanation"] = ""
    if by_field.get("hint") and kind is not Kind.PROBLEM:
        extra["Hint"] = plain.markdown(by_field["hint"])
    levels = [_BLOOM.get(word) for word in re.findall(r"[a-z]+", by_field.get("bloom", "").lower())]
    difficulty = _DIFFICULTIES.get(by_field.get("difficulty", "").strip().lower())
    points = re.fullmatch(r"\s*(\d{1,4})\s*", by_field.get("points", ""))
    return Item(
        kind=kind,
        label=f"Row {place}",
        front=front if kind is Kind.CLOZE else plain.markdown(front),
        title=line(by_field.get("title", "")),
        answer=plain.markdown(by_field.get("answer", "")) if kind is not Kind.CHOICE else "",
        options=tuple(Option(text=plain.markdown(text), key=key) for text, key in zip(choices, keys, strict=True)),
        hints=(Hint(text=plain.markdown(by_field["hint"])),) if by_field.get("hint") and kind is Kind.PROBLEM else (),
        tags=tuple(re.split(r"[\s,;]+", by_field.get("tags", "").strip())) if by_field.get("tags", "").strip() else (),
        concepts=tuple(each.strip() for each in re.split(r"[;,]", by_field.get("concepts", "")) if each.strip()),
        difficulty=Difficulty(difficulty) if difficulty else None,
        bloom=tuple(dict.fromkeys(Bloom(level) for level in levels if level))[:2],
        source=" ".join(by_field.get("source", "").split()),
        points=int(points[1]) if points and kind not in (Kind.CARD, Kind.TERM, Kind.CLOZE) else None,
        critical=bool(texts["why"]),
        extra=extra,
        lines=(place,),
        explanation=texts["explanation"],
        in_short=texts["in_short"],
        short_question=texts["short_question"],
        why=texts["why"],
    )


def _kind(said: str, choices: Sequence[str]) -> Kind:
    word = " ".join(said.lower().split())
    if word in _KINDS:
        return Kind(_KINDS[word])
    return Kind.CHOICE if choices else Kind.CARD


def _keys(choices: Sequence[str], said: str) -> tuple[bool, ...]:
    """Return which options are right: named by letter, by number, or word for word."""
    wanted = [each.strip().casefold() for each in re.split(r"[;,|\n]| and ", said) if each.strip()]
    exact = tuple(choice.casefold() in (said.strip().casefold(), *wanted) for choice in choices)
    if any(exact):
        return exact
    letters = {each.strip("().") for each in wanted}
    return tuple(
        "abcdefgh"[number : number + 1] in letters or str(number + 1) in letters for number in range(len(choices))
    )
