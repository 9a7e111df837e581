"""Items: a `###` heading with what stands below it becomes a card, a cloze, a question, a problem or a term."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, assert_never

from deckforge.diagnostics import Code, Related, Severity
from deckforge.model.items import Card, Choice, Cloze, Essay, Hint, Kind, Numeric, Problem, Short, Term
from deckforge.read.markdown.cloze import TITLE
from deckforge.read.markdown.render import Field, render
from deckforge.read.markdown.rules.blocks import ATTRIBUTES
from deckforge.read.markdown.structures import read_list, read_mistakes, read_options, read_rubric, read_tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deckforge.model.items import AnyItem
    from deckforge.model.rich import Rich
    from deckforge.read.attributes import ItemFields
    from deckforge.read.markdown.events import Event
    from deckforge.read.markdown.headings import Heading

UNKNOWN = Code(
    "DF251",
    "part-unknown",
    Severity.ERROR,
    "A `####` heading is no part of an item.",
    "What stands below it has no place in the item and would be lost. Headings inside a part begin with `#####`.",
    "#### Anwser",
    "#### Answer",
)
NOT_HERE = Code(
    "DF252",
    "part-of-another-kind",
    Severity.ERROR,
    "An item has a part that its kind does not have.",
    "What stands below it would be lost.",
    "### What is ReLU? {#relu .easy}\n\n#### Rubric",
    "### What is ReLU? {#relu .short}\n\n#### Rubric",
)
TWICE = Code(
    "DF253",
    "part-twice",
    Severity.ERROR,
    "An item has the same part twice.",
    "Only hints are repeatable; of any other part one would be lost.",
    "#### Answer\n\nZero.\n\n#### Answer\n\nOne.",
    "#### Answer\n\nZero.",
)
EMPTY = Code(
    "DF254",
    "part-empty",
    Severity.WARNING,
    "A part of an item has a heading and no content.",
    "Often the content stands under a heading of a level too high, and belongs to something else.",
    "#### Answer\n\n#### In short",
    "#### Answer\n\nZero.\n\n#### In short",
)
NAMED = Code(
    "DF255",
    "part-with-a-name",
    Severity.ERROR,
    "A part has a name behind a colon, and only hints have names.",
    "The name would be lost.",
    "#### Answer: in short\n\nZero.",
    "#### In short\n\nZero.",
)
CODES: tuple[Code, ...] = (UNKNOWN, NOT_HERE, TWICE, EMPTY, NAMED)

PARTS = {
    "answer": "answer",
    "short question": "short_question",
    "in short": "in_short",
    "why it matters": "why",
    "explanation": "explanation",
    "gap": "gap",
    "tasks": "tasks",
    "model answer": "answer",
    "rubric": "rubric",
    "criteria": "criteria",
    "hint": "hints",
    "solution": "solution",
    "mistakes": "mistakes",
    "extension": "extension",
    "definition": "definition",
}
"""The names of parts in lower case, and the fields of the items that they fill."""

_ALL = frozenset({"short_question", "in_short", "why"})
_WRITTEN = _ALL | {"tasks", "answer", "rubric", "criteria"}
OF_KIND: dict[Kind, frozenset[str]] = {
    Kind.CARD: _ALL | {"answer"},
    Kind.CLOZE: _ALL | {"answer"},
    Kind.CHOICE: _ALL | {"explanation", "gap"},
    Kind.SHORT: _WRITTEN,
    Kind.ESSAY: _WRITTEN,
    Kind.NUMERIC: _ALL | {"answer", "explanation"},
    Kind.PROBLEM: _ALL | {"tasks", "hints", "solution", "mistakes", "extension"},
    Kind.TERM: _ALL | {"definition"},
}
_STRUCTURED: dict[str, Callable[[Sequence[Event], Field, Heading], Any]] = {
    "tasks": read_tasks,
    "rubric": read_rubric,
    "mistakes": read_mistakes,
    "criteria": read_list,
}


@dataclass(slots=True)
class Draft:
    """An item while its events arrive: the heading, what stands before the first part, and the parts."""

    heading: Heading
    front: list[Event] = field(default_factory=list)
    parts: list[tuple[Heading, list[Event]]] = field(default_factory=list)


def part_name(heading: Heading) -> tuple[str, str]:
    """Return what a `####` heading names, in lower case, and what follows its colon."""
    name, _, rest = heading.name.partition(":")
    return " ".join(name.lower().split()), rest.strip()


def read_item(draft: Draft, said: ItemFields, owner: Field) -> AnyItem:
    """Return the item that a draft makes; `said` is what its attributes say."""
    # Without a kind (a diagnostic has said so) what stands there is read as what it looks like.
    kind = said.kind or (Kind.CHOICE if any(event[0] == "TaskListMarker" for event in draft.front) else Kind.SHORT)
    cloze = kind is Kind.CLOZE
    stem: Sequence[Event] = draft.front
    options: tuple[Any, ...] = ()
    front_field = owner.named("front", cloze=cloze)
    if kind is Kind.CHOICE:
        stem, options = read_options(draft.front, owner.named("options"), draft.heading)
    stands_below = render(stem, front_field)
    parts = _parts(draft, kind, owner)
    title: Rich | None = None
    # A heading that is only a title may hold no deletions: they would be asked for in a text that nobody sees.
    asked = not stands_below or kind is Kind.TERM
    name = "heading" if asked or not cloze else TITLE
    heading = render(draft.heading.events, owner.named(name, cloze=cloze and asked))
    front = heading if asked else stands_below
    if not asked:
        title = heading
    shared: dict[str, Any] = {
        "id": said.id,
        "title": title,
        "front": front,
        "difficulty": said.difficulty,
        "bloom": said.bloom,
        "concepts": said.concepts,
        "tags": said.tags,
        "source": said.source,
        "terms": said.terms,
        "requires": said.requires,
        "critical": said.critical,
        "points": said.points,
        "minutes": said.minutes,
        "short_question": parts.get("short_question"),
        "in_short": parts.get("in_short"),
        "why": parts.get("why"),
        "span": draft.heading.span,
    }
    answer = parts.get("answer")
    match kind:
        case Kind.CARD:
            return Card(**shared, answer=answer, both=said.both)
        case Kind.CLOZE:
            return Cloze(**shared, answer=answer)
        case Kind.CHOICE:
            explanation, gap = parts.get("explanation"), parts.get("gap")
            return Choice(**shared, options=options, explanation=explanation, gap=gap)
        case Kind.SHORT | Kind.ESSAY:
            written = Short if kind is Kind.SHORT else Essay
            return written(
                **shared,
                tasks=parts.get("tasks", ()),
                answer=answer,
                rubric=parts.get("rubric"),
                criteria=parts.get("criteria", ()),
                words=said.words,
            )
        case Kind.NUMERIC:
            value = next(answer.all_claims(), None) if answer else None
            return Numeric(**shared, answer=answer, value=value, explanation=parts.get("explanation"))
        case Kind.PROBLEM:
            return Problem(
                **shared,
                type=said.type,
                tasks=parts.get("tasks", ()),
                hints=tuple(parts.get("hints", ())),
                solution=parts.get("solution"),
                mistakes=parts.get("mistakes", ()),
                extension=parts.get("extension"),
            )
        case Kind.TERM:
            definition = _definition(parts.get("definition"), stands_below, draft, owner)
            return Term(**shared, definition=definition, both=said.both)
        case _:
            assert_never(kind)


def _definition(part: Rich | None, text: Rich, draft: Draft, owner: Field) -> Rich | None:
    """Return a term's definition: its part, else what stands below the heading, but not both."""
    if part is not None and text:
        message = f"`{draft.heading.name}` has a definition below its heading and another as a part"
        related = (Related(part.span, "the other"),)
        owner.page.found.append(TWICE.at(text.span, message, fix="keep one of them", related=related))
    return part or text or None


def _parts(draft: Draft, kind: Kind, owner: Field) -> dict[str, Any]:
    """Return the parts of an item by the field that they fill."""
    found: dict[str, Any] = {}
    first: dict[str, Heading] = {}
    report = owner.page.found
    for heading, events in draft.parts:
        name, label = part_name(heading)
        key = PARTS.get(name)
        if key == "answer" and kind is Kind.TERM:
            key = "definition"
        field = owner.named(f"hint-{len(found.get('hints', ())) + 1}" if key == "hints" else key or "part")
        if heading.attributes:
            message = f"`{heading.name}` is a part, and parts have no attributes"
            report.append(ATTRIBUTES.at(heading.attributes[0].span, message, fix="take the braces away"))
        if key is None:
            near = get_close_matches(name, PARTS, n=1, cutoff=0.6)
            fix = f"did you mean `#### {near[0].capitalize()}`?" if near else _known(kind)
            message = f"`{heading.name}` is no part of an item"
            report.append(UNKNOWN.at(heading.span, message, fix=f"{fix} Headings inside a part begin with `#####`"))
            render(events, field)
            continue
        if key not in OF_KIND[kind]:
            kinds = [other.value for other, keys in OF_KIND.items() if key in keys]
            article = "an" if kind is Kind.ESSAY else "a"
            message = f"{article} {kind} has no `{heading.name}`: that is a part of {', '.join(kinds)}"
            report.append(NOT_HERE.at(heading.span, message, fix=_known(kind)))
            render(events, field)
            continue
        if label and key != "hints":
            fix = f"write `#### {heading.name.partition(':')[0]}` alone"
            report.append(NAMED.at(heading.span, f"`{label}` would be lost: only hints have names", fix=fix))
        if key in first and key != "hints":
            related = (Related(first[key].span, "the first"),)
            message = f"`{heading.name}` stands twice in this item"
            report.append(TWICE.at(heading.span, message, fix="join the two", related=related))
            render(events, field)
            continue
        first.setdefault(key, heading)
        if key in _STRUCTURED:
            found[key] = _STRUCTURED[key](events, field, heading)
            continue
        text = render(events, field)
        if not text:
            fix = "write it, or take the heading out"
            report.append(EMPTY.at(heading.span, f"nothing stands under `{heading.name}`", fix=fix))
        elif key == "hints":
            found.setdefault("hints", []).append(Hint(label, text, heading.span))
        else:
            found[key] = text
    return found


def _known(kind: Kind) -> str:
    names = [name.capitalize() for name, key in PARTS.items() if key in OF_KIND[kind]]
    return f"the parts of a {kind} are {', '.join(names)}."
