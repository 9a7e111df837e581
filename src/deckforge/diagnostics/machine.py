"""Diagnostics for programs: one JSON document.

```json
{"version": 1,
 "diagnostics": [
   {"code": "DF305", "name": "unknown-concept", "severity": "error",
    "message": "…", "fix": "… or empty",
    "path": "content/a.md", "line": 12, "column": 5, "end_line": 12, "end_column": 18, "source_line": "…",
    "related": [{"path": "…", "line": 3, "column": 1, "end_line": 3, "end_column": 9, "message": "…"}]}]}
```

Lines and columns count from 1, columns in Unicode code points; `end_column` is one past the last. `severity` is
`error`, `warning` or `note`. A diagnostic about the project as a whole has `null` for its place, and a file that was
not read has a `path` but `null` for the rest. `version` grows when a key goes or changes its
meaning; new keys may come.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deckforge.diagnostics import Diagnostic
    from deckforge.model.source import Source, Span

VERSION = 1


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> str:
    """Return the diagnostics as a JSON document, in the order given."""
    document = {"version": VERSION, "diagnostics": [_entry(diagnostic, sources) for diagnostic in diagnostics]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _entry(diagnostic: Diagnostic, sources: Mapping[str, Source]) -> dict[str, object]:
    place = _place(diagnostic.span, sources)
    source = sources.get(diagnostic.span.path) if diagnostic.span else None
    line = place["line"]
    return {
        "code": diagnostic.code.id,
        "name": diagnostic.code.name,
        "severity": diagnostic.severity.name.lower(),
        "message": diagnostic.message,
        "fix": diagnostic.fix,
        **place,
        "source_line": source.line(line) if source and isinstance(line, int) else None,
        "related": [{**_place(other.span, sources), "message": other.message} for other in diagnostic.related],
    }


def _place(span: Span | None, sources: Mapping[str, Source]) -> dict[str, str | int | None]:
    source = sources.get(span.path) if span else None
    start = source.position(span.start) if source and span else None
    end = source.position(span.end) if source and span else None
    return {
        "path": span.path if span else None,
        "line": start.line if start else None,
        "column": start.column if start else None,
        "end_line": end.line if end else None,
        "end_column": end.column if end else None,
    }
