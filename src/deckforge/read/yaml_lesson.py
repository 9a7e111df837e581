"""Lessons in YAML: the same model as a Markdown lesson, field for field.

The keys are read first, all of them (`fields`); then the header's claims are located in the texts; then every text is
rendered, once, with the claims that stand in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.diagnostics import Outcome
from deckforge.model.course import Advice, Band, Guide, Review, Section, SectionKind
from deckforge.model.rich import Rich
from deckforge.read import fields
from deckforge.read.header import header_of, read_record
from deckforge.read.lesson import assemble
from deckforge.read.score import UNREAD
from deckforge.read.text import Text
from deckforge.read.values import Values
from deckforge.read.yaml_items import Owner, read_item

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from deckforge.diagnostics import Diagnostic
    from deckforge.model.course import Lesson, Prose
    from deckforge.model.source import Source
    from deckforge.read.header import Header
    from deckforge.read.markdown.scope import HeaderMark
    from deckforge.read.values import Field, Found


def read_yaml_lesson(source: Source) -> Outcome[Lesson]:
    """Return the lesson of a YAML file, as good as it could be made, and all that is wrong with it."""
    text = Text.of_file(source.path, source.data, 3 if source.data.startswith(b"\xef\xbb\xbf") else 0)
    values, found = read_record(text, fields.LESSON)
    header = header_of(values, found)
    marks = _located(header, values, found)
    reader = _Reader(header.id, marks, found)
    content = tuple(reader.content(values))
    claims = tuple(mark.claim for mark in marks)
    lesson = assemble(header, content, claims, reader.header, values.span)
    found.extend(_not_shown(marks, lesson))
    return Outcome(lesson, tuple(found))


def _located(header: Header, values: Values, found: Found) -> tuple[HeaderMark, ...]:
    """Return the places of the header's claims in the texts of the content."""
    from deckforge.read.markdown import locate

    if not header.claims:
        return ()
    parts = [part for _, part in values.all(fields.CONTENT)]
    items = {item.text(fields.ID): item.span for part in reversed(parts) for item in reversed(part.all(fields.ITEMS))}
    marks, diagnostics = locate(header.claims, tuple(text for part in parts for text in texts(part)), items, header.id)
    found.extend(diagnostics)
    return marks


def _not_shown(marks: tuple[HeaderMark, ...], lesson: Lesson) -> Iterator[Diagnostic]:
    """Yield the header's claims that stand in a text and yet in nothing that a learner sees."""
    from deckforge.read.markdown import not_shown

    shown = {claim for text in lesson.texts() for claim in text.all_claims()} if marks else set()
    return not_shown(marks, {mark.value for mark in marks if mark.claim in shown})


class _Reader:
    """Renders the texts of one lesson."""

    def __init__(self, lesson: str, marks: tuple[HeaderMark, ...], found: Found) -> None:
        self.lesson = lesson
        self.marks = marks
        self.found = found
        self.anchors: set[str] = set()
        self.sections = 0

    def header(self, text: Text, part: str, inline: bool) -> Rich:
        """Return a text of the header as rich text; the header's claims do not stand in it."""
        from deckforge.read.markdown import Scope, rich

        made, diagnostics = rich(text, Scope(self.lesson, "", (), part), inline=inline)
        self.found.extend(diagnostics)
        return made

    def __call__(self, text: Text, item: str, part: str, inline: bool = False, cloze: bool = False) -> Rich:
        """Return one text as rich text."""
        from deckforge.read.markdown import Scope, rich

        scope = Scope(self.lesson, item, self.marks, part)
        made, diagnostics = rich(text, scope, inline=inline, cloze=cloze)
        self.found.extend(diagnostics)
        return made

    def content(self, values: Values) -> Iterator[Prose | Section]:
        """Yield the prose and the sections in the order of the file."""
        from deckforge.read.markdown import Scope, prose_blocks

        for record, part in values.all(fields.CONTENT):
            if record is fields.SECTION:
                yield self._section(part)
                continue
            text = part.get(fields.PROSE_TEXT)
            if text is not None:
                blocks, diagnostics = prose_blocks(text, Scope(self.lesson, "", self.marks), self.anchors)
                self.found.extend(diagnostics)
                yield from blocks

    def _section(self, values: Values) -> Section:
        said = values.get(fields.SECTION_KIND)
        kind = SectionKind(said) if said else None
        items = []
        for each in values.all(fields.ITEMS):
            owner = Owner(self, each.text(fields.ID))
            item = read_item(each, kind, owner, self.found)
            if item is not None:
                items.append(item)
        self.sections += 1
        # The same names for the texts as in a Markdown lesson: footnotes take their anchors from them.
        name = (kind or "section") if self.sections == 1 else f"{kind or 'section'}-{self.sections}"
        guide = Owner(
            lambda text, item, part, inline, cloze: self(text, item, f"{name}-{part}", inline=inline, cloze=cloze), ""
        )
        instructions = values.get(fields.INSTRUCTIONS)
        return Section(
            kind=kind or SectionKind.FLASHCARDS,
            title=values.text(fields.SECTION_TITLE),
            instructions=None if instructions is None else self(instructions, "", name) or None,
            points=values.get(fields.SECTION_POINTS),
            minutes=values.get(fields.SECTION_MINUTES),
            items=tuple(items),
            guide=Guide(
                performance=tuple(self._bands(values, guide)),
                review=tuple(_advice(values, fields.REVIEW, guide)),
                checklist=tuple(_advice(values, fields.CHECKLIST, guide)),
                progression=tuple(_advice(values, fields.PROGRESSION, guide)),
                source_mapping=tuple(_advice(values, fields.SOURCE_MAPPING, guide)),
                schedule=tuple(_schedule(values, guide)),
            ),
            span=values.span,
        )

    def _bands(self, values: Values, owner: Owner) -> Iterator[Band]:
        for each in values.all(fields.PERFORMANCE):
            score = each.get(fields.BAND_SCORE) or UNREAD
            level, advice = (
                owner.of(each, field, part="performance", inline=True) or Rich((), "", block=False, span=each.span)
                for field in (fields.BAND_LEVEL, fields.BAND_ADVICE)
            )
            yield Band(score.low, score.high, level, advice, each.span)


def _advice(values: Values, field: Field[tuple[Values, ...]], owner: Owner) -> Iterator[Advice]:
    for each in values.all(field):
        text = each.get(fields.TEXT)
        if text is not None:
            yield Advice(each.texts(fields.ADVICE_ITEMS), owner(text, field.name, inline=True), each.span)


def _schedule(values: Values, owner: Owner) -> Iterator[Review]:
    for each in values.all(fields.SCHEDULE):
        day, text = each.get(fields.REVIEW_DAY), each.get(fields.TEXT)
        if text is not None and day is not None:
            items = each.texts(fields.ADVICE_ITEMS)
            yield Review(day, items, owner(text, fields.SCHEDULE.name, inline=True), each.span)


def texts(value: Any) -> Iterator[Text]:
    """Yield every Markdown text below a value of a record, in the order of its keys."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, Values):
        yield from texts(tuple(value.read.values()))
    elif isinstance(value, tuple):
        for each in value:
            yield from texts(each)
