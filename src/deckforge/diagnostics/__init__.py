"""Mistakes of an author, as data: returned by stages, never raised, all of them at once.

A `Code` is a kind of mistake and carries its own documentation page; a `Diagnostic` is one mistake at one place. Each
way to show diagnostics is a module of its own beside this one (`text`, `machine`, `github`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deckforge.model.source import Span

T_co = TypeVar("T_co", covariant=True)


class Severity(IntEnum):
    """How bad a diagnostic is. Only an error stops a build; only what is no error can be silenced."""

    NOTE = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of mistake, with its documentation page.

    `id` (`DF305`) and `name` (`unknown-concept`) are permanent and the name states the mistake, not the fix.
    `summary` is one sentence. `why` says what would happen without the rule. `example` shows the mistake and `instead`
    the repair, both as they would stand in a file.
    """

    id: str
    name: str
    severity: Severity
    summary: str
    why: str
    example: str = ""
    instead: str = ""

    def at(self, span: Span | None, message: str, *, fix: str = "", related: tuple[Related, ...] = ()) -> Diagnostic:
        """Return this mistake at a place, in words: what is wrong here, and what to do about it (`fix`)."""
        return Diagnostic(self, span, message, fix, related)


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that explains a diagnostic: where the other id stands, where the proof is."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake at one place. Without a span it is about the project as a whole."""

    code: Code
    span: Span | None
    message: str
    fix: str = ""
    related: tuple[Related, ...] = ()

    @property
    def severity(self) -> Severity:
        """The severity of the diagnostic's code."""
        return self.code.severity


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics in their one total order: file, place, code, message; those without a place last."""

    def key(diagnostic: Diagnostic) -> tuple[bool, str, int, int, str, str]:
        span = diagnostic.span
        place = (span.path, span.start, span.end) if span else ("", 0, 0)
        return (span is None, *place, diagnostic.code.id, diagnostic.message)

    return tuple(sorted(dict.fromkeys(diagnostics), key=key))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether any of the diagnostics is an error."""
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T_co]):
    """What a stage returns: its value, as good as it could be made, and what was wrong on the way."""

    value: T_co
    diagnostics: tuple[Diagnostic, ...] = ()
