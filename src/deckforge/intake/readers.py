"""Readers: each is a module with a name, `recognise` and `read`, and returns drafts; nothing else knows its format.

A reader never writes, never asks and never looks beyond the bytes that it is given. `recognise` says how sure it is
that a file is of its kind, from 0 (it is not) to 1; the surest reader reads it, unless somebody names another. Readers
of text get UTF-8 with plain line ends (`encoding`); `binary` readers get the file as it is. A place in a diagnostic is
one of the bytes that were handed over, with `name` as its path.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - a dataclass field, kept for whoever inspects it
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from deckforge.diagnostics import Outcome
    from deckforge.intake import draft

READERS: tuple[str, ...] = (
    "deckforge.intake.anki",
    "deckforge.intake.anki_text",
    "deckforge.intake.course_json",
    "deckforge.intake.documents",
    "deckforge.intake.knowt",
    "deckforge.intake.table",
    "deckforge.intake.paste",
)
"""The modules, in the order in which they are asked: of two that are equally sure, the first reads."""

LEAST = 0.2
"""Below this a file is of nobody's kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line says about a file.

    `columns` gives the column of a field (`front`: `2`, `answer`: `Meaning`), where a table has no header that says
    so. `separators` are what stands between term and definition, and between two cards; `""` where it is to be found
    out.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    separators: tuple[str, str] = ("", "")


class Reader(Protocol):
    """A format."""

    @property
    def name(self) -> str:
        """What `--as` calls it: `document`, `knowt`, `anki`."""

    @property
    def summary(self) -> str:
        """What it reads, for the manual and for messages: a few words."""

    @property
    def binary(self) -> bool:
        """Whether it reads bytes that are no text."""

    def recognise(self, data: bytes, name: str) -> float:
        """Return how sure it is that a file is of its kind, from 0 to 1, from a glance."""

    def read(self, data: bytes, name: str, options: Options) -> Outcome[tuple[draft.Lesson, ...]]:
        """Return what is in a file, and everything about it that somebody should know."""


@cache
def readers() -> tuple[Reader, ...]:
    """Return all readers, in their order."""
    return tuple(cast("Reader", import_module(name)) for name in READERS)


def named(name: str) -> Reader | None:
    """Return the reader of this name; `None` where there is none."""
    return next((reader for reader in readers() if reader.name == name), None)


def choose(data: bytes, text: bytes, name: str) -> Reader | None:
    """Return the reader that is surest of a file (`text`: the same as UTF-8, empty for no text); `None` for nobody."""
    best, sureness = None, LEAST
    for reader in readers():
        seen = data if reader.binary else text
        sure = reader.recognise(seen, name) if seen else 0.0
        if sure > sureness:
            best, sureness = reader, sure
    return best
