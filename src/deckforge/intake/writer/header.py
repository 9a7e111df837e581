"""The header of a lesson: YAML that says exactly these words, in the order of the manual."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.intake.writer.escapes import line
from deckforge.intake.writer.shapes import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.intake.draft import Lesson

LESSON = "lesson:"
"""What stands before the id of a lesson that a connection leads to; any other name is a topic's."""
_PLAIN = re.compile(r"[^\W\d_](?:[\w ./()+&;!?–—’“”…-]|,(?=\s)|:(?=\S)|'(?=\w))*")
"""Begins with a letter and holds nothing that YAML could mean something by."""
_RESERVED = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})
_CLAIM = re.compile(r"\[([^\]]*)\]\(\s*<?(?:claim|wrong|cite|given):[^)]*\)", re.IGNORECASE)
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def header(lesson: Lesson) -> str:
    """Return the header between its two rules."""
    return "\n".join(["---", *_lines(lesson), "---"])


def _lines(lesson: Lesson) -> Iterator[str]:
    yield f"id: {lesson.id}"
    yield f"title: {scalar(words(lesson.title) or lesson.id)}"
    for key in ("description", "deck", "source", "subject", "generated"):
        value = words(getattr(lesson, key))
        if value and (key != "deck" or deck(value)):
            yield f"{key}: {scalar(deck(value) if key == 'deck' else value)}"
    if names := [name for tag in lesson.tags if (name := tag_name(tag))]:
        yield f"tags: [{', '.join(scalar(name, flow=True) for name in dict.fromkeys(names))}]"
    if lesson.objectives:
        yield "objectives:"
        yield from (f"  - {scalar(_line(text))}" for text in lesson.objectives if text.strip())
    if lesson.requires:
        yield f"requires: [{', '.join(lesson.requires)}]"
    if lesson.connections:
        yield "connections:"
    for each in lesson.connections:
        name = words(each.to.removeprefix(LESSON))
        yield f"  - {'lesson' if each.to.startswith(LESSON) else 'topic'}: {scalar(name)}"
        yield f"    text: {scalar(_line(each.text) or line(name))}"


def _line(text: str) -> str:
    """Return Markdown in one line."""
    return _UNPRINTABLE.sub(" ", one_line(text))


def words(text: str) -> str:
    """Return a text that is no Markdown in one line; of a claim's link, the number."""
    return " ".join(_UNPRINTABLE.sub(" ", _CLAIM.sub(r"\1", text)).split())


def deck(path: str) -> str:
    """Return a deck's path without the levels that are empty."""
    levels = [" ".join(re.sub(":+", ":", level).strip(" :").split()) for level in path.split("::")]
    return "::".join(level for level in levels if level)


def tag_name(tag: str) -> str:
    """Return a tag as one word."""
    return re.sub(r"[\s,]+", "-", words(tag)).strip("-").replace('"', "”").replace("'", "’")


def scalar(text: str, *, flow: bool = False) -> str:
    """Return a text as YAML writes it: plain where nothing can be misread, else in single quotes."""
    plain = _PLAIN.fullmatch(text) and text.lower() not in _RESERVED and not (flow and "," in text)
    if plain and not re.search(r"\s#|:\s|:$|[ ]$", text):
        return text
    return "'" + text.replace("'", "''") + "'"
