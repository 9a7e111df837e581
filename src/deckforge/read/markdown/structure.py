"""Headings to sections, items and prose: what a lesson's body is made of.

Only ATX headings at the top level structure a lesson. `##` with one of four names opens a section, any other `##` (or
`#`) goes back to prose; in a section `###` is an item or a guide, and in an item `####` a part. Everything else belongs
to the field that is open. Each item is rendered as soon as it ends, so that only its own events are kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Severity
from deckforge.model.course import Guide, Prose, Section, SectionKind
from deckforge.model.course import Heading as ProseHeading
from deckforge.model.items import Kind
from deckforge.read.attributes import SectionFields, item_fields, section_fields
from deckforge.read.markdown.guides import GUIDES, read_guide
from deckforge.read.markdown.headings import Heading, read_heading
from deckforge.read.markdown.items import PARTS as PART_NAMES
from deckforge.read.markdown.items import Draft, part_name, read_item
from deckforge.read.markdown.losses import NO_HEADING
from deckforge.read.markdown.page import Reader
from deckforge.read.markdown.render import Field, render
from deckforge.read.markdown.rules.blocks import ATTRIBUTES
from deckforge.read.markdown.scope import Scope

if TYPE_CHECKING:
    from deckforge.diagnostics import Diagnostic
    from deckforge.model.items import AnyItem
    from deckforge.model.source import Span
    from deckforge.read.markdown.events import Event
    from deckforge.read.text import Text

UNKNOWN_SECTION = Code(
    "DF246",
    "section-unknown",
    Severity.ERROR,
    "Items stand under a `##` heading that is nearly the name of a section.",
    "Under any other name they would be prose, and no card would be made of them.",
    "## Flash cards\n\n### Why? {#why}",
    "## Flashcards\n\n### Why? {#why}",
)
OUTSIDE = Code(
    "DF247",
    "item-outside-section",
    Severity.ERROR,
    "A heading of the prose looks like an item or part.",
    "Items are made only under `## Flashcards`, `## Quiz`, `## Problems` and `## Terms`; here it would be prose.",
    "## Remember\n\n### Why? {#why .easy}",
    "## Flashcards\n\n### Why? {#why .easy}",
)
NOTHING = Code(
    "DF248",
    "heading-structures-nothing",
    Severity.ERROR,
    "A `####` heading stands in a section and in no item.",
    "It is neither an item nor a part of one, and what stands below it would be taken for something else.",
    "## Quiz\n\n#### Answer\n\nZero.",
    "## Quiz\n\n### What is it? {#it .short}\n\n#### Model answer\n\nZero.",
)
UNKNOWN_GUIDE = Code(
    "DF249",
    "guide-unknown",
    Severity.ERROR,
    "A `###` heading without an id is nearly the name of a section's guide.",
    "As it stands it would become an item.",
    "### Mastery check list",
    "### Mastery checklist",
)
ANCHOR = Code(
    "DF250",
    "anchor-twice",
    Severity.ERROR,
    "Two headings of a lesson's prose have the same id.",
    "A link to it could only reach the first; the other would get an anchor that nobody knows.",
    "## Forward {#pass}\n\n## Backward {#pass}",
    "## Forward {#forward}\n\n## Backward {#backward}",
)
CODES: tuple[Code, ...] = (UNKNOWN_SECTION, OUTSIDE, NOTHING, UNKNOWN_GUIDE, ANCHOR)

SECTIONS = {kind.value: kind for kind in SectionKind}
_DEFAULT = {
    SectionKind.FLASHCARDS: Kind.CARD,
    SectionKind.PROBLEMS: Kind.PROBLEM,
    SectionKind.TERMS: Kind.TERM,
    SectionKind.QUIZ: None,
}


@dataclass(slots=True)
class _Section:
    """A section while its events arrive."""

    kind: SectionKind
    title: str
    said: SectionFields
    heading: Heading
    number: int
    intro: list[Event] = field(default_factory=list)
    items: list[AnyItem] = field(default_factory=list)
    guides: list[tuple[str, Heading, list[Event]]] = field(default_factory=list)


def section_name(heading: Heading) -> tuple[str, str]:
    """Return what a `##` heading names, in lower case, and what follows its colon."""
    name, _, title = heading.name.partition(":")
    return " ".join(name.lower().split()), title.strip()


class Structure:
    """Builds the content of one text from its events.

    With `sections`, headings open sections and items; without, all is prose. `taken` are the anchors already used on
    the page.
    """

    def __init__(self, text: Text, scope: Scope, *, sections: bool, taken: set[str] | None = None) -> None:
        self.reader = Reader(text)
        self.text = text
        self.scope = scope
        self.sections = sections
        self.taken = set() if taken is None else taken
        self.content: list[Prose | Section] = []
        self.heading: Heading | None = None
        self.near: tuple[Heading, str] | None = None
        self.section: _Section | None = None
        self.draft: Draft | None = None
        self.sink: list[Event] = []
        self.prose = self.sink

    def read(self) -> tuple[tuple[Prose | Section, ...], tuple[Diagnostic, ...]]:
        """Return the content, and everything that is wrong with the text."""
        depth = 0
        collected: list[Event] | None = None
        take = self.sink.append
        for event in self.reader.events():
            kind = event[0]
            if collected is not None:
                collected.append(event)
                if kind == "-Heading":
                    self._heading(collected)
                    collected = None
                    take = self.sink.append
            elif kind == "+Heading" and not depth:
                collected = [event]
            else:
                take(event)
                sign = kind[0]
                if sign == "+":
                    depth += 1
                elif sign == "-":
                    depth -= 1
        self._end()
        return tuple(self.content), self.reader.finish(text for part in self.content for text in part.texts())

    # What a heading does

    def _heading(self, events: list[Event]) -> None:
        heading, found = read_heading(self.text, events)
        self._found(*found)
        if not heading.atx:  # a diagnostic has said so; its text is an ordinary paragraph
            _, _, start, end = events[0]
            self.sink += [("+Paragraph", None, start, end), *heading.events, ("-Paragraph", None, start, end)]
        elif not self.sections or heading.level <= 2 or self.section is None:
            self._outer(heading)
        elif heading.level == 3:
            self._item(heading)
        elif heading.level == 4 and self.draft is not None:
            part: list[Event] = []
            self.draft.parts.append((heading, part))
            self.sink = part
        else:
            if heading.level == 4 and not any(one.code is NO_HEADING for one in self.reader.watch.found):
                message = f"`{heading.name}` stands in no item"
                fix = "begin an item above it with `###`; use `#####` for a heading inside a text"
                self._found(NOTHING.at(heading.span, message, fix=fix))
            self.sink += events

    def _outer(self, heading: Heading) -> None:
        """Open a section, or the next stretch of prose."""
        name, title = section_name(heading)
        kind = SECTIONS.get(name) if self.sections and heading.level == 2 else None
        if kind is not None:
            self._end()
            said, found = section_fields(heading.attributes, heading.span)
            self._found(*found)
            number = 1 + sum(isinstance(part, Section) for part in self.content)
            self.section = _Section(kind, title, said, heading, number)
            self.sink = self.section.intro
            self.near = None
            return
        self._end()
        self._prose_heading(heading, name)
        self.heading = heading
        self.sink = self.prose = []

    def _prose_heading(self, heading: Heading, name: str) -> None:
        """Report a heading of the prose that was meant to be more."""
        if not self.sections:
            pass
        elif heading.level <= 2:
            close = get_close_matches(name, SECTIONS, n=1, cutoff=0.75) if heading.level == 2 else []
            self.near = (heading, close[0]) if close else None
        elif self.near and (heading.attributes or part_name(heading)[0] in PART_NAMES):
            above, meant = self.near
            self.near = None
            message = f"`## {above.name}` is no section, and items stand below it"
            self._found(UNKNOWN_SECTION.at(above.span, message, fix=f"did you mean `## {meant.capitalize()}`?"))
            return
        more = [one for one in heading.attributes if one.name != "#"]
        if not more:
            return
        if heading.level == 3 and self.sections:
            message = f"`{heading.name}` has an item's attributes and stands in no section"
            fix = "put it under `## Flashcards`, `## Quiz`, `## Problems` or `## Terms`"
            self._found(OUTSIDE.at(more[0].span, message, fix=fix))
        else:
            message = f"`{heading.name}` is a heading of the prose, and takes an id at the most"
            self._found(ATTRIBUTES.at(more[0].span, message, fix="take the attributes away"))

    def _item(self, heading: Heading) -> None:
        """Open an item, or a guide of the section."""
        assert self.section is not None
        self._end_item()
        name = " ".join(heading.name.lower().split())
        guide = GUIDES.get(name)
        if guide is None and not heading.attributes:
            close = get_close_matches(name, GUIDES, n=1, cutoff=0.8)
            if close:
                message = f"`{heading.name}` is no guide of a section"
                fix = f"did you mean `### {close[0].capitalize()}`? An item takes an id: `{{#id}}`"
                self._found(UNKNOWN_GUIDE.at(heading.span, message, fix=fix))
                guide = GUIDES[close[0]]
        if guide is not None and not heading.id:
            for one in heading.attributes:
                message = f"`{heading.name}` belongs to the whole section, and takes no attributes"
                self._found(ATTRIBUTES.at(one.span, message, fix="take the attributes away"))
            events: list[Event] = []
            self.section.guides.append((guide, heading, events))
            self.sink = events
            return
        self.draft = Draft(heading)
        self.sink = self.draft.front

    # What ends

    def _end(self) -> None:
        """End the section or stretch of prose that is open."""
        if self.section is not None:
            self._end_item()
            self._end_section(self.section)
            self.section = None
        elif self.heading is not None or self.prose:
            self._end_prose()
        self.heading = None
        self.sink = self.prose = []

    def _end_item(self) -> None:
        draft, self.draft = self.draft, None
        if draft is None:
            return
        assert self.section is not None
        said, found = item_fields(_DEFAULT[self.section.kind], draft.heading.attributes, draft.heading.span)
        self._found(*found)
        owner = self._field(Scope(self.scope.lesson, said.id, self.scope.marks))
        self.section.items.append(read_item(draft, said, owner))

    def _end_section(self, section: _Section) -> None:
        kind = section.kind.value
        name = kind if section.number == 1 else f"{kind}-{section.number}"
        owner = self._field(self.scope)
        instructions = render(section.intro, owner.named(name))
        guide = Guide()
        if section.guides:
            parts = [(key, heading, events) for key, heading, events in section.guides]
            guide = read_guide(parts, owner.named(name))
            guide = guide if guide != Guide() else Guide()
        self.content.append(
            Section(
                kind=section.kind,
                title=section.title,
                instructions=instructions or None,
                points=section.said.points,
                minutes=section.said.minutes,
                items=tuple(section.items),
                guide=guide,
                span=section.heading.span,
            )
        )

    def _end_prose(self) -> None:
        events, heading = self.prose, self.heading
        owner = self._field(self.scope, section=False)
        made = None
        name = "prose"
        if heading is not None:
            text = render(heading.events, owner.named(f"heading-{len(self.content) + 1}"))
            if heading.id in self.taken:
                place = next(one.span for one in heading.attributes if one.name == "#")
                message = f"another heading of this lesson has the place `#{heading.id}`"
                self._found(ANCHOR.at(place, message, fix="write an id of its own"))
            name = self._anchor(heading.id or slug(heading.name))
            made = ProseHeading(heading.level, text, name, heading.span)
        body = render(events, owner.named(name))
        span = heading.span if heading else body.span
        if made or body:
            self.content.append(Prose(made, body or None, span))

    def _anchor(self, wanted: str) -> str:
        anchor, number = wanted, 1
        while anchor in self.taken:
            number += 1
            anchor = f"{wanted}-{number}"
        self.taken.add(anchor)
        return anchor

    def _found(self, *found: Diagnostic) -> None:
        self.reader.page.found.extend(found)

    def _field(self, scope: Scope, *, section: bool = True) -> Field:
        return Field(self.reader.page, scope, section=section)


def slug(text: str) -> str:
    """Return an anchor for a heading: its letters and digits in lower case, with dashes between."""
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-_") or "section"


def prose_blocks(
    text: Text, scope: Scope, taken: set[str] | None = None
) -> tuple[tuple[Prose, ...], tuple[Diagnostic, ...]]:
    """Return a Markdown text that is all prose, one block a heading.

    `taken` are the anchors already used on the page; those that are made here are added.
    """
    content, found = Structure(text, scope, sections=False, taken=taken).read()
    return tuple(part for part in content if isinstance(part, Prose)), found


def item_spans(text: Text) -> dict[str, Span]:
    """Return, by id, the span of everything that belongs to each item of a lesson's body."""
    spans: dict[str, Span] = {}
    inside, current, start = False, "", 0
    reader = Reader(text)
    depth = 0
    collected: list[Event] | None = None
    for event in reader.events():
        kind = event[0]
        if collected is not None:
            collected.append(event)
            if kind != "-Heading":
                continue
            heading, _ = read_heading(text, collected)
            collected = None
            if not heading.atx or heading.level > 3:
                continue
            if current:
                spans.setdefault(current, text.span(start, heading.start))
                current = ""
            if heading.level <= 2:
                inside = heading.level == 2 and section_name(heading)[0] in SECTIONS
            elif inside and heading.id:
                current, start = heading.id, heading.start
        elif depth == 0 and kind == "+Heading":
            collected = [event]
        else:
            depth += (kind[0] == "+") - (kind[0] == "-")
    if current:
        spans.setdefault(current, text.span(start, len(text.data)))
    return spans
