"""Concepts that documents name, put into `course.yaml`: added as text, so that all else of the file stays as it is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from deckforge.diagnostics import Code, Severity
from deckforge.intake import ids
from deckforge.intake.writer.header import scalar, words
from deckforge.intake.writer.items import plain_words
from deckforge.intake.writer.shapes import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deckforge.diagnostics import Diagnostic
    from deckforge.intake.draft import Concept
    from deckforge.model.course import Course

CIRCLE = Code(
    "DF184",
    "import-concepts-in-a-circle",
    Severity.WARNING,
    "An imported document makes concepts require one another in a circle.",
    "New cards come in the order of the concept map, and a circle has none. The requirement that closes the circle is "
    "left out.",
    "Attention requires Softmax, and Softmax requires Attention",
    "Attention requires Softmax",
)
CODES = (CIRCLE,)


class Map(NamedTuple):
    """The concepts of a course by the words for them, and the file as it will be."""

    ids: Mapping[str, str]
    course_yaml: str
    added: tuple[str, ...]


def merged(
    course: Course, text: str, named: Iterable[str], concepts: Iterable[Concept], found: list[Diagnostic]
) -> Map:
    """Return the concept map with what documents name (`named`: titles on items) and say of them."""
    known = {key(word): concept.id for concept in course.concepts for word in (concept.id, concept.title)}
    taken = {concept.id for concept in course.concepts}
    requires = {concept.id: set(concept.requires) for concept in course.concepts}
    new: dict[str, Concept | None] = {}
    said = {key(each.title): each for each in concepts if each.title.strip()}
    titles = [*(each.title for each in said.values()), *named]
    titles += [title for each in said.values() for title in each.requires]
    shown: dict[str, str] = {}
    for title in titles:
        word = key(title)
        if word and word not in known:
            own = said[word].id if word in said else ""
            made = own if ids.sound(own) else ids.of_words(plain_words(title), "concept")
            id_ = ids.free(made, taken)
            taken.add(id_)
            known[word] = id_
            new[id_] = said.get(word)
            shown[id_] = words(plain_words(title))
    lines = []
    for id_, concept in new.items():
        lines.append(f"  - id: {id_}\n    title: {scalar(shown[id_])}\n")
        if concept and concept.definition.strip():
            lines.append(f"    definition: {scalar(one_line(concept.definition))}\n")
        wanted = [known[key(title)] for title in concept.requires if key(title) in known] if concept else []
        kept = []
        for required in dict.fromkeys(wanted):
            if required == id_ or _reaches(requires, required, id_):
                message = f"`{id_}` would require `{required}`, which requires `{id_}`"
                found.append(CIRCLE.at(None, message, fix="look at the concept map of the document"))
            else:
                requires.setdefault(id_, set()).add(required)
                kept.append(required)
        lines += [f"    requires: [{', '.join(kept)}]\n"] if kept else []
    return Map(known, _added(text, "".join(lines)) if lines else text, tuple(new))


def with_concepts(course: Course, made: Map, said: Iterable[Concept]) -> Course:
    """Return a course with the concepts that were added to its file, for the next document."""
    from deckforge.model.course import Concept as Known

    titles = {key(each.title): each for each in said}
    by_id = {id_: titles.get(word) for word, id_ in made.ids.items()}
    names = {id_: word for word, id_ in made.ids.items()}
    new = []
    for id_ in made.added:
        concept = by_id.get(id_)
        requires = (
            tuple(made.ids[key(title)] for title in concept.requires if key(title) in made.ids) if concept else ()
        )
        new.append(Known(id_, concept.title if concept else names[id_], None, requires, course.span))
    return replace(course, concepts=(*course.concepts, *new))


def key(title: str) -> str:
    """Return a concept's title or id as they are compared."""
    return " ".join(re.findall(r"\w+", title.casefold()))


def _reaches(requires: Mapping[str, set[str]], start: str, goal: str) -> bool:
    pending, seen = [start], {start}
    while pending:
        here = pending.pop()
        if here == goal:
            return True
        for each in requires.get(here, ()):
            if each not in seen:
                seen.add(each)
                pending.append(each)
    return False


_LIST = re.compile(r"^concepts:[ \t]*(?:#.*)?\n(?:(?:[ \t-].*|[ \t]*)(?:\n|\Z))*", re.MULTILINE)
_EMPTY = re.compile(r"^concepts:[ \t]*\[[ \t]*\][ \t]*(?:#.*)?\n", re.MULTILINE)


def _added(text: str, entries: str) -> str:
    """Return the file with entries behind its last concept."""
    text = text if text.endswith("\n") else f"{text}\n"
    empty = _EMPTY.search(text)
    if empty:
        return f"{text[: empty.start()]}concepts:\n{entries}{text[empty.end() :]}"
    there = _LIST.search(text)
    if not there:
        return f"{text}concepts:\n{entries}"
    block = there[0]
    end = there.start() + len(block.rstrip()) + 1
    first = re.search(r"^([ \t]*)-", block, re.MULTILINE)
    indent = first[1] if first else "  "
    return text[:end] + re.sub(r"^  ", indent, entries, flags=re.MULTILINE) + text[end:]
