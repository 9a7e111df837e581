"""Markdown to rich text, prose, items and lessons.

`events` is the parser's one stream in our dialect; `losses` watches it for what Markdown would drop without a word;
`render` turns the events of one field into rich text (`raw_html`, `claims` and `cloze` are its rules). `structure`
follows the headings and hands what stands below them to `items`, `structures` and `guides`; `lesson` reads a whole file
and `locate` finds the places of the header's claims. Fields of a YAML lesson use `rich`, `prose_blocks` and `locate`.
"""

from __future__ import annotations

from deckforge.read.markdown.lesson import read_markdown_lesson
from deckforge.read.markdown.locate import locate, not_shown
from deckforge.read.markdown.page import rich
from deckforge.read.markdown.scope import HeaderMark, Scope
from deckforge.read.markdown.structure import prose_blocks

__all__ = ["HeaderMark", "Scope", "locate", "not_shown", "prose_blocks", "read_markdown_lesson", "rich"]
