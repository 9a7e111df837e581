"""Items of a YAML lesson: a mapping becomes a card, a cloze, a question, a problem or a term."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deckforge.diagnostics import Code, Severity
from deckforge.model.course import SectionKind
from deckforge.model.items import (
    Card,
    Choice,
    Cloze,
    Essay,
    Hint,
    Kind,
    Mistake,
    Numeric,
    Option,
    Problem,
    Rubric,
    RubricRow,
    Short,
    Task,
    Term,
)
from deckforge.model.rich import Rich
from deckforge.read import fields
from deckforge.read.attributes import fields_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from deckforge.model.items import AnyItem
    from deckforge.read.attributes import ItemFields
    from deckforge.read.text import Text
    from deckforge.read.values import Field, Found, Values

RUBRIC_CELLS = Code(
    "DF129",
    "rubric-cells-uneven",
    Severity.ERROR,
    "A row of a rubric has more or fewer texts than the rubric has levels.",
    "Each text says what one level looks like; a text without a level, or a level without a text, would be lost.",
    "levels: [Full, Part]\nrows:\n  - component: Sign\n    cells: [names it]",
    "levels: [Full, Part]\nrows:\n  - component: Sign\n    cells: [names it, names one of the two]",
)
CODES = (RUBRIC_CELLS,)

DEFAULT_KINDS: dict[SectionKind, Kind | None] = {
    SectionKind.FLASHCARDS: Kind.CARD,
    SectionKind.QUIZ: None,
    SectionKind.PROBLEMS: Kind.PROBLEM,
    SectionKind.TERMS: Kind.TERM,
}
"""What an item is where it does not say so; in a quiz it has to."""


class Owner:
    """Renders the texts of one item (or, with `item` empty, of a section or the prose) and keeps what was wrong."""

    def __init__(self, render: Callable[[Text, str, str, bool, bool], Rich], item: str) -> None:
        self._render = render
        self.item = item

    def __call__(self, text: Text, part: str, *, inline: bool = False, cloze: bool = False) -> Rich:
        """Return a text as rich text; with `inline` a lone paragraph gives up its paragraph."""
        return self._render(text, self.item, part, inline, cloze)

    def of(self, values: Values, field: Field[Text], *, part: str = "", inline: bool = False) -> Rich | None:
        """Return the text of a field as rich text, or `None`; the part is the field unless it is named."""
        text = values.get(field)
        rich = None if text is None else self(text, part or field.name, inline=inline)
        return rich or None


def read_item(values: Values, section: SectionKind | None, owner: Owner, found: Found) -> AnyItem | None:
    """Return the item that a mapping makes; `None` where it asks nothing, and a diagnostic has said so."""
    common = fields_of(values, DEFAULT_KINDS.get(section) if section else Kind.CARD, found)
    # Without a kind the item is still read, for what else is wrong with it.
    kind = common.kind or (Kind.CHOICE if values.get(fields.OPTIONS) else Kind.SHORT)
    front_text, title_text = values.get(fields.FRONT), values.get(fields.TITLE)
    cloze = kind is Kind.CLOZE
    title = None if title_text is None else owner(title_text, "heading", inline=True)
    if front_text is None:
        # Read on for what else is wrong with the item, and leave it out: the missing front was reported.
        front = Rich((), "", block=False, span=values.span)
    elif title is None:
        front = owner(front_text, "heading", inline=True, cloze=cloze)
    else:
        front = owner(front_text, "front", cloze=cloze)
    shared: dict[str, Any] = {
        "id": common.id,
        "title": title or None,
        "front": front,
        "difficulty": common.difficulty,
        "bloom": common.bloom,
        "concepts": common.concepts,
        "tags": common.tags,
        "source": common.source,
        "terms": common.terms,
        "requires": common.requires,
        "critical": common.critical,
        "points": common.points,
        "minutes": common.minutes,
        "short_question": owner.of(values, fields.SHORT_QUESTION),
        "in_short": owner.of(values, fields.IN_SHORT),
        "why": owner.of(values, fields.WHY),
        "span": values.span,
    }
    item = _MAKE[kind](shared, common, values, owner, found)
    return None if front_text is None else item


def _card(shared: dict[str, Any], common: ItemFields, values: Values, owner: Owner, _found: Found) -> AnyItem:
    return Card(**shared, answer=owner.of(values, fields.ANSWER), both=common.both)


def _cloze(shared: dict[str, Any], _common: ItemFields, values: Values, owner: Owner, _found: Found) -> AnyItem:
    return Cloze(**shared, answer=owner.of(values, fields.ANSWER))


def _choice(shared: dict[str, Any], _common: ItemFields, values: Values, owner: Owner, _found: Found) -> AnyItem:
    options = []
    for each in values.all(fields.OPTIONS):
        # An option whose text could not be read (that was said) still counts, and is like no other.
        missing = Rich(("…",), f"… {each.span.start}", block=False, span=each.span)
        text = owner.of(each, fields.OPTION_TEXT, part="options", inline=True)
        feedback = owner.of(each, fields.OPTION_FEEDBACK, part="options", inline=True)
        if text is None and fields.OPTION_TEXT.name in each.read:
            text = Rich((), "", block=False, span=each.span)
        options.append(Option(text or missing, each.get(fields.OPTION_KEY) is True, feedback, each.span))
    explanation, gap = owner.of(values, fields.EXPLANATION), owner.of(values, fields.GAP)
    return Choice(**shared, options=tuple(options), explanation=explanation, gap=gap)


def _written(kind: type[Short | Essay]) -> Callable[..., AnyItem]:
    def make(shared: dict[str, Any], common: ItemFields, values: Values, owner: Owner, found: Found) -> AnyItem:
        return kind(
            **shared,
            tasks=_tasks(values, owner),
            answer=owner.of(values, fields.ANSWER),
            rubric=_rubric(values, owner, found),
            criteria=tuple(owner(text, "criteria", inline=True) for text in values.all(fields.CRITERIA)),
            words=common.words,
        )

    return make


def _numeric(shared: dict[str, Any], _common: ItemFields, values: Values, owner: Owner, _found: Found) -> AnyItem:
    answer = owner.of(values, fields.ANSWER)
    value = next(answer.all_claims(), None) if answer else None
    return Numeric(**shared, answer=answer, value=value, explanation=owner.of(values, fields.EXPLANATION))


def _problem(shared: dict[str, Any], common: ItemFields, values: Values, owner: Owner, _found: Found) -> AnyItem:
    hints = []
    for number, each in enumerate(values.all(fields.HINTS), 1):
        text = each.get(fields.HINT_TEXT)
        if text is not None:
            hints.append(Hint(each.text(fields.HINT_NAME), owner(text, f"hints-{number}"), each.span))
    return Problem(
        **shared,
        type=common.type,
        tasks=_tasks(values, owner),
        hints=tuple(hints),
        solution=owner.of(values, fields.SOLUTION),
        mistakes=tuple(_mistakes(values, owner)),
        extension=owner.of(values, fields.EXTENSION),
    )


def _term(shared: dict[str, Any], common: ItemFields, values: Values, owner: Owner, _found: Found) -> AnyItem:
    return Term(**shared, definition=owner.of(values, fields.DEFINITION), both=common.both)


_MAKE: dict[Kind, Callable[..., AnyItem]] = {
    Kind.CARD: _card,
    Kind.CLOZE: _cloze,
    Kind.CHOICE: _choice,
    Kind.SHORT: _written(Short),
    Kind.ESSAY: _written(Essay),
    Kind.NUMERIC: _numeric,
    Kind.PROBLEM: _problem,
    Kind.TERM: _term,
}


def _tasks(values: Values, owner: Owner) -> tuple[Task, ...]:
    texts = ((each, each.get(fields.TASK_TEXT)) for each in values.all(fields.TASKS))
    return tuple(
        Task(owner(text, "tasks", inline=True), each.get(fields.TASK_POINTS), each.span)
        for each, text in texts
        if text is not None
    )


def _rubric(values: Values, owner: Owner, found: Found) -> Rubric | None:
    rubric = values.get(fields.RUBRIC_FIELD)
    if rubric is None:
        return None
    levels = tuple(owner(text, "rubric", inline=True) for text in rubric.all(fields.RUBRIC_LEVELS))
    rows = []
    for each in rubric.all(fields.RUBRIC_ROWS):
        component = each.get(fields.ROW_COMPONENT)
        cells = tuple(owner(text, "rubric", inline=True) for text in each.all(fields.ROW_CELLS))
        if each.get(fields.ROW_CELLS) is not None and len(cells) != len(levels):
            message = f"this row has {len(cells)} {'text' if len(cells) == 1 else 'texts'} for {len(levels)} levels"
            fix = "write one text for each level"
            found.append(RUBRIC_CELLS.at(each.place(fields.ROW_CELLS), message, fix=fix))
        if component is not None:
            name = owner(component, "rubric", inline=True)
            rows.append(RubricRow(name, each.get(fields.ROW_POINTS), cells, each.span))
    return Rubric(levels, tuple(rows), rubric.span)


def _mistakes(values: Values, owner: Owner) -> list[Mistake]:
    mistakes = []
    for each in values.all(fields.MISTAKES):
        mistake, why = each.get(fields.MISTAKE_MISTAKE), each.get(fields.MISTAKE_WHY)
        prevention = each.get(fields.MISTAKE_PREVENTION)
        if mistake is not None and why is not None:
            mistakes.append(
                Mistake(
                    owner(mistake, "mistakes", inline=True),
                    owner(why, "mistakes", inline=True),
                    None if prevention is None else owner(prevention, "mistakes", inline=True),
                    each.span,
                )
            )
    return mistakes
