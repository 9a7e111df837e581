"""Text that is no Markdown as Markdown: its words, its paragraphs, and the lists that it shows with bullets."""

from __future__ import annotations

import re

from deckforge.intake.writer.escapes import line, plain

_BULLET = re.compile(r"^([ \t]*)[•◦▪▫‣●○■□–]\s+(\S.*)$")
_STEP = 2
"""Columns of indentation that make a list's level."""


def markdown(text: str) -> str:
    """Return plain text as Markdown; lines that begin with a bullet are a list, whatever blank lines lie between."""
    parts: list[str] = []
    words: list[str] = []
    entries: list[tuple[int, str]] = []

    def end(*, of_list: bool) -> None:
        if of_list and entries:
            first = min(indent for indent, _ in entries)
            parts.append("\n".join(f"{'  ' * _level(indent, first)}- {line(entry)}" for indent, entry in entries))
            entries.clear()
        elif not of_list and any(each.strip() for each in words):
            parts.append(plain("\n".join(words)))
        if not of_list:
            words.clear()

    for row in text.splitlines():
        bullet = _BULLET.match(row)
        if bullet:
            end(of_list=False)
            entries.append((len(bullet[1].expandtabs(4)), bullet[2].strip()))
        elif row.strip() or words:
            end(of_list=True)
            words.append(row)
    end(of_list=True)
    end(of_list=False)
    return "\n\n".join(parts)


def _level(indent: int, first: int) -> int:
    return min((indent - first) // _STEP, 4)


def title(name: str) -> str:
    """Return what a file is called, as a lesson's title."""
    stem = name.rpartition("/")[2].rpartition(".")[0] or name.rpartition("/")[2]
    words = " ".join(stem.replace("_", " ").split())
    return words if " " in words else " ".join(words.replace("-", " ").split()) or "Cards"
