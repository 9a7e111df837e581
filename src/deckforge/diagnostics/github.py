"""Diagnostics as workflow commands of GitHub Actions, which shows them beside the lines of a pull request.

One line a diagnostic: `::error file=…,line=…,endLine=…,col=…,endColumn=…,title=DF305 unknown-concept::message%0Afix`.
Columns are left out where a place runs over several lines: a check run with columns on two lines is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.diagnostics import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deckforge.diagnostics import Diagnostic
    from deckforge.model.source import Source, Span

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> str:
    """Return one workflow command for each diagnostic, in the order given."""
    return "".join(f"{_command(diagnostic, sources)}\n" for diagnostic in diagnostics)


def _command(diagnostic: Diagnostic, sources: Mapping[str, Source]) -> str:
    code = diagnostic.code
    properties = [*_place(diagnostic, sources), ("title", f"{code.id} {code.name}")]
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties)
    places = (f"{_where(other.span, sources)}: {other.message}" for other in diagnostic.related)
    body = "\n".join(text for text in (diagnostic.message, *places, diagnostic.fix) if text)
    return f"::{_COMMANDS[diagnostic.severity]} {listed}::{_data(body)}"


def _where(span: Span, sources: Mapping[str, Source]) -> str:
    source = sources.get(span.path)
    return f"{span.path}:{source.position(span.start).line}" if source else span.path


def _place(diagnostic: Diagnostic, sources: Mapping[str, Source]) -> list[tuple[str, str]]:
    span = diagnostic.span
    if span is None:
        return []
    source = sources.get(span.path)
    if source is None:
        return [("file", span.path)]
    start, end = source.position(span.start), source.position(span.end)
    lines = [("file", span.path), ("line", str(start.line)), ("endLine", str(end.line))]
    if start.line != end.line:
        return lines
    return [*lines, ("col", str(start.column)), ("endColumn", str(end.column))]


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
