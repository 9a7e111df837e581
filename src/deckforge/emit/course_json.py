r"""The model as data: `build/course.json`, for other programs and for looking at what was understood.

Every model type becomes an object with its fields' names; an item, section or piece of prose also says its `type`.
Rich text is `{"text": …, "html": …}`, its HTML neutral: math in `\(…\)`, links and pictures as written, each claim a
`<span data-claim="…">`. Places are `[path, line, column]`. Of a verdict it holds the status and the interval: when and
where something was measured stands on the site's evidence page.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from enum import Enum
from html import escape
from typing import TYPE_CHECKING, Any

from deckforge.diagnostics import Outcome
from deckforge.emit import Artifact
from deckforge.model.course import Prose, Section
from deckforge.model.items import Item
from deckforge.model.rich import Rich
from deckforge.model.source import Source, Span
from deckforge.render.html import html

if TYPE_CHECKING:
    from deckforge.emit import Context
    from deckforge.model.claims import Claim, Verdict
    from deckforge.model.rich import ClozeStart, Image, LinkStart, Math

VERSION = 1
"""Counted up when a key goes, changes its name or means something else; keys may be added at any time."""
LEFT_OUT = frozenset(
    {"proofs", "media", "sources", "preset", "site", "lesson_packages", "timetable", "identities", "note_types"}
)
"""Fields of a course that are about this project and not about what is taught."""
name = "json"


class Neutral:
    """A target that decides nothing: what a back end would resolve stays as written."""

    def claim(self, claim: Claim, shown: str) -> str:
        """Return the number with its reference."""
        return f'<span data-{claim.kind}="{escape(claim.reference)}">{shown}</span>'

    def href(self, link: LinkStart) -> str | None:
        """Return the target as written."""
        return link.target

    def image(self, image: Image) -> str:
        """Return the picture with its source as written."""
        return f'<img src="{escape(image.source)}" alt="{escape(image.alt)}">'

    def math(self, math: Math) -> str:
        """Return TeX between the delimiters that MathJax and KaTeX share."""
        tex = escape(math.tex, quote=False)
        return rf"\[{tex}\]" if math.display else rf"\({tex}\)"

    def cloze_start(self, cloze: ClozeStart) -> str:
        """Return Anki's opening braces, without the hint."""
        return f"{{{{c{cloze.number}::"

    def cloze_end(self) -> str:
        """Return Anki's closing braces."""
        return "}}"


def emit(context: Context) -> Outcome[tuple[Artifact, ...]]:
    """Return the course as one JSON file, sorted where order has no meaning."""
    course = context.course
    fields = [field.name for field in dataclasses.fields(course) if field.name not in LEFT_OUT]
    document = {field: _plain(getattr(course, field), course.sources) for field in fields}
    claims = [_claim(context.verdicts[claim], course.sources) for claim in course.all_claims()]
    whole = {"deckforge": VERSION, **document, "claims": claims}
    data = json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
    return Outcome((Artifact("build/course.json", data.encode()),))


def _claim(verdict: Verdict, sources: Mapping[str, Source]) -> dict[str, Any]:
    return {
        **_plain(verdict.claim, sources),
        "status": verdict.status.value,
        "interval": verdict.interval,
    }


def _plain(value: Any, sources: Mapping[str, Source]) -> Any:
    """Return a model value as what JSON can hold."""
    match value:
        case Rich():
            return {"text": value.text, "html": html(value, Neutral())}
        case Span():
            if value.path not in sources:
                return [value.path, 1, 1]
            position = sources[value.path].position(value.start)
            return [value.path, position.line, position.column]
        case Enum():
            return value.value
        case Mapping():
            return {str(key): _plain(each, sources) for key, each in sorted(value.items())}
        case tuple() | list():
            return [_plain(each, sources) for each in value]
        case None | bool() | int() | float() | str():
            return value
    fields = {field.name: _plain(getattr(value, field.name), sources) for field in dataclasses.fields(value)}
    if isinstance(value, Item):
        return {"type": value.kind.value, **fields}
    if isinstance(value, Prose | Section):
        return {"type": type(value).__name__.lower(), **fields}
    return fields
