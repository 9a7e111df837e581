"""The attributes behind a heading: `{#id .choice .medium .understand points=10 concept=relu}`.

Whoever scans the heading hands over what is written, each piece with its place; what the pieces mean is declared in
`fields`, with the keys of a YAML item, so that both formats know the same words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from deckforge.diagnostics import Code, Diagnostic, Related, Severity
from deckforge.model.items import Bloom, Difficulty, Kind, ProblemType
from deckforge.model.source import Span
from deckforge.read import fields
from deckforge.read.nodes import Scalar, Sequence
from deckforge.read.simple import OneOf
from deckforge.read.values import EMPTY_VALUE, TOO_MANY, Many, Values, near

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deckforge.model.items import Range
    from deckforge.read.values import AnyField, Found

UNKNOWN_ATTRIBUTE = Code(
    "DF133",
    "unknown-attribute",
    Severity.ERROR,
    "A heading has an attribute that nothing reads.",
    "A misspelt attribute would be lost without a word: the item would be in no filter and have no points.",
    "### Why? {#why .esay}",
    "### Why? {#why .easy}",
)
REPEATED = Code(
    "DF134",
    "repeated-attribute",
    Severity.ERROR,
    "Two attributes of a heading say the same thing, or contradict each other.",
    "Only one of them could be used, and which one would be a guess.",
    "### Why? {#why .easy .hard}",
    "### Why? {#why .hard}",
)
NOT_OF_KIND = Code(
    "DF125",
    "not-of-this-kind",
    Severity.ERROR,
    "An item has a key or attribute that its kind does not have.",
    "Nothing would show it: a card has no length in words, and only a problem has hints.",
    "### Why? {#why .card words=50}",
    "### Why? {#why .short words=50}",
)
MISSING_KIND = Code(
    "DF128",
    "missing-kind",
    Severity.ERROR,
    "An item of a quiz does not say its kind.",
    "A quiz holds questions of several kinds, and each is asked, graded and shown in its own way.",
    "### Why do units die? {#why-die}",
    "### Why do units die? {#why-die .short}",
)
CODES = (UNKNOWN_ATTRIBUTE, REPEATED, NOT_OF_KIND, MISSING_KIND)


class RawAttribute(NamedTuple):
    """One attribute as written: `name` is `#` for an id, `.` for a class, else a key; `span` is that of all of it.

    `value` is the id or the class without its mark, or what stands behind the `=`; `None` where there is no `=`.
    """

    name: str
    value: str | None
    span: Span


class ItemFields(NamedTuple):
    """What an item says about itself beside its texts. `kind` is `None` where it has to be said and is not."""

    kind: Kind | None = None
    id: str = ""
    difficulty: Difficulty | None = None
    bloom: tuple[Bloom, ...] = ()
    concepts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    source: str = ""
    terms: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    critical: bool = False
    points: int | None = None
    minutes: Range | None = None
    words: Range | None = None
    both: bool = False
    type: ProblemType | None = None


class SectionFields(NamedTuple):
    """What a section says about itself in its heading's attributes."""

    points: int | None = None
    minutes: Range | None = None


class _Words(NamedTuple):
    """What attributes can say: the field and the value of each class, and the field of each key."""

    classes: dict[str, tuple[AnyField, Any]]
    keys: dict[str, AnyField]
    id: AnyField | None

    @classmethod
    def of(cls, declared: tuple[AnyField, ...]) -> _Words:
        """Return the words of some fields."""
        return cls(
            {word: (each, meaning) for each in declared for word, meaning in _class_words(each)},
            {each.name: each for each in declared if each.attribute == "key"},
            next((each for each in declared if each.attribute == "id"), None),
        )


def _class_words(field: AnyField) -> list[tuple[str, Any]]:
    """Return the classes that give a field, each with the value that it stands for."""
    if field.attribute == "flag":
        return [(field.name, True)]
    if field.attribute != "class":
        return []
    type_ = field.type.of if isinstance(field.type, Many) else field.type
    assert isinstance(type_, OneOf)
    return [*((word, word) for word in type_.words), *type_.synonyms]


# Made once: there is a heading for each card of a course.
_OF_ITEM = _Words.of(fields.ATTRIBUTES)
_OF_SECTION = _Words.of((fields.SECTION_POINTS, fields.SECTION_MINUTES))
_LIMITED = {each.name: each.kinds for each in (*fields.ATTRIBUTES, *fields.PARTS) if each.kinds is not None}
_KINDS = {kind.value: kind for kind in Kind}
_DIFFICULTIES = {difficulty.value: difficulty for difficulty in Difficulty}
_BLOOM = {level.value: level for level in Bloom}


def item_fields(
    kind_default: Kind | None, raw: Iterable[RawAttribute], heading_span: Span
) -> tuple[ItemFields, tuple[Diagnostic, ...]]:
    """Return what a heading's attributes say of an item; `kind_default` is the kind that its section gives it."""
    found: Found = []
    values = _read(raw, _OF_ITEM, heading_span, "an item", found)
    return fields_of(values, kind_default, found, classes=True), tuple(found)


def section_fields(raw: Iterable[RawAttribute], span: Span) -> tuple[SectionFields, tuple[Diagnostic, ...]]:
    """Return what a heading's attributes say of a section."""
    found: Found = []
    values = _read(raw, _OF_SECTION, span, "a section", found)
    return SectionFields(values.get(fields.SECTION_POINTS), values.get(fields.SECTION_MINUTES)), tuple(found)


def fields_of(values: Values, kind_default: Kind | None, found: Found, *, classes: bool = False) -> ItemFields:
    """Return what the values of an item say beside its texts; `classes` says how to write a kind, for messages."""
    said = values.get(fields.KIND)
    kind = _KINDS[said] if said else kind_default
    if kind is None and fields.KIND.name not in values.keys:
        words = [*sorted(fields.QUESTIONS, key=list(Kind).index), Kind.PROBLEM]
        fix = "add " + ", ".join(f"`.{word}`" if classes else f"`kind: {word}`" for word in words[:-1])
        found.append(
            MISSING_KIND.at(_first_key(values), "an item of a quiz has to say its kind", fix=f"{fix} or another kind")
        )
    if kind is not None:
        for name, place in values.keys.items():
            limited = _LIMITED.get(name)
            if limited is not None and kind not in limited:
                kinds = ", ".join(f"`{one}`" for one in Kind if one in limited)
                article = "an" if kind is Kind.ESSAY else "a"
                fix = f"remove it, or make the item one of {kinds}"
                found.append(NOT_OF_KIND.at(place, f"{article} {kind} has no `{name}`", fix=fix))
                values.read.pop(name, None)
    type_ = values.get(fields.TYPE)
    difficulty = values.get(fields.DIFFICULTY) or ("easy" if type_ == ProblemType.WARM_UP else None)
    return ItemFields(
        kind=kind,
        id=values.text(fields.ID),
        difficulty=_DIFFICULTIES[difficulty] if difficulty else None,
        bloom=tuple(dict.fromkeys(_BLOOM[level] for level in values.all(fields.BLOOM))),
        concepts=values.texts(fields.CONCEPT),
        tags=values.texts(fields.ITEM_TAGS),
        source=values.text(fields.ITEM_SOURCE),
        terms=values.texts(fields.TERMS),
        requires=values.texts(fields.ITEM_REQUIRES),
        critical=values.get(fields.CRITICAL) is True,
        points=values.get(fields.POINTS),
        minutes=values.get(fields.MINUTES),
        words=values.get(fields.WORDS),
        both=values.get(fields.BOTH) is True,
        type=ProblemType(type_) if type_ else None,
    )


def _first_key(values: Values) -> Span:
    """Return the place of a mapping's first key; a heading's span is short enough as it is."""
    return min(values.keys.values(), default=values.span) if values.read else values.span


def _read(raw: Iterable[RawAttribute], known: _Words, span: Span, owner: str, found: Found) -> Values:
    """Return the values of attributes, as if they had been keys of a mapping."""
    read: dict[str, Any] = {}
    keys: dict[str, Span] = {}
    field: AnyField | None
    for attribute in raw:
        value: Any = attribute.value or ""
        if attribute.name == "#":
            field = known.id
        elif attribute.name == ".":
            field, value = known.classes.get(value, (None, ""))
        else:
            field = known.keys.get(attribute.name)
        if field is None:
            found.append(_unknown(attribute, known, owner))
            continue
        if not value and attribute.name != ".":
            shown = attribute.name if attribute.name == "#" else f"{attribute.name}="
            fix = f"write `{shown}value` without spaces, or remove it"
            found.append(EMPTY_VALUE.at(attribute.span, f"`{shown}` has no value", fix=fix))
            continue
        earlier = keys.get(field.name)
        if earlier is not None and field is not fields.BLOOM:
            written = _shown(attribute)
            related = Related(earlier, "the first one is here")
            message = f"`{written}` says a second time what is the {field.name} here"
            found.append(REPEATED.at(attribute.span, message, fix="keep one of the two", related=(related,)))
            continue
        keys[field.name] = attribute.span
        if field is fields.BLOOM:
            levels = (*read.get(field.name, ()), value)
            if len(set(levels)) > 2:
                message = f"`.{attribute.value}` is the third level of thinking, and two at the most make sense"
                found.append(TOO_MANY.at(attribute.span, message, fix="keep the levels that fit best"))
            else:
                read[field.name] = levels
            continue
        # A class is one of the words that its field knows: there is nothing left to read.
        result = value if attribute.name == "." else field.type.read(_node(field, value, attribute), field.name, found)
        if result is not None:
            read[field.name] = result
    return Values(read, keys, span)


def _node(field: AnyField, value: str, attribute: RawAttribute) -> Scalar | Sequence:
    """Return an attribute's value as the node that a YAML file would have."""
    size = len((attribute.value or "").encode())
    start = attribute.span.end - size
    if not isinstance(field.type, Many):
        return Scalar(value, Span(attribute.span.path, start, attribute.span.end), '"')
    entries = []
    for word in value.split(","):
        length = len(word.encode())
        entries.append(Scalar(word, Span(attribute.span.path, start, start + length), '"'))
        start += length + 1
    return Sequence(tuple(entries), attribute.span)


def _shown(attribute: RawAttribute) -> str:
    if attribute.name in ("#", "."):
        return f"{attribute.name}{attribute.value or ''}"
    return attribute.name if attribute.value is None else f"{attribute.name}={attribute.value}"


def _unknown(attribute: RawAttribute, words: _Words, owner: str) -> Diagnostic:
    """Complain of an attribute that nothing reads, with the one that was most likely meant."""
    classes, keys = words.classes, words.keys
    shown = _shown(attribute)
    known = [*(f".{word}" for word in classes), *(f"{key}=" for key in keys)]
    name = attribute.value or "" if attribute.name == "." else attribute.name
    if attribute.name == "#":
        fix = "remove it: only items, and headings of prose, have ids"
    elif attribute.name == "." and name in keys:
        fix = f"write `{name}=…`"
    elif attribute.name != "." and name in classes:
        fix = f"write `.{name}`"
    elif attribute.name != "." and (attribute.value or "") in classes:
        fix = f"write `.{attribute.value}`"
    else:
        fix = near(shown.partition("=")[0] + ("=" if attribute.name != "." else ""), known)
    return UNKNOWN_ATTRIBUTE.at(attribute.span, f"{owner} has no attribute `{shown}`", fix=fix)
