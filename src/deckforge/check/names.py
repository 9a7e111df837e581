"""Names of concepts, lessons and references: that they exist, are used, and require one another without a circle."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from deckforge.check.near import Vocabulary, listed
from deckforge.check.places import header, inside, value
from deckforge.diagnostics import Code, Diagnostic, Severity
from deckforge.model.claims import ClaimKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from deckforge.model.course import Course

UNKNOWN_CONCEPT = Code(
    "DF305",
    "unknown-concept",
    Severity.ERROR,
    "An item or a concept names a concept that `course.yaml` does not define.",
    "The item would be missing from the concept map, and new cards would come in the wrong order. A course that "
    "defines no concepts at all may use any words.",
    "### Why do gradients vanish? {#vanishing concept=gradient-flwo}",
    "### Why do gradients vanish? {#vanishing concept=gradient-flow}",
)
UNKNOWN_LESSON = Code(
    "DF306",
    "unknown-lesson",
    Severity.ERROR,
    "A lesson requires, or is connected to, a lesson that does not exist.",
    "Lessons are studied in the order of what they require; a name that leads nowhere takes part in no order.",
    "requires: [chian-rule]",
    "requires: [chain-rule]",
)
UNKNOWN_REFERENCE = Code(
    "DF311",
    "unknown-reference",
    Severity.ERROR,
    "A number cites a reference that `course.yaml` does not have.",
    "The number would look as if somebody answered for it, and nobody would.",
    "reaches [75 %](cite:fa33) of the peak",
    "reaches [75 %](cite:fa3) of the peak",
)
CIRCULAR_LESSONS = Code(
    "DF312",
    "circular-lessons",
    Severity.ERROR,
    "Lessons require one another in a circle.",
    "No order of study meets every lesson after those it requires.",
    "# in chain-rule.md\nrequires: [backprop]\n# in backprop.md\nrequires: [chain-rule]",
    "# in chain-rule.md\nrequires: []\n# in backprop.md\nrequires: [chain-rule]",
)
CIRCULAR_CONCEPTS = Code(
    "DF313",
    "circular-concepts",
    Severity.ERROR,
    "Concepts require one another in a circle.",
    "New cards are met in the order of their concepts, and a circle has none.",
    "concepts:\n  - {id: loss, requires: [gradient]}\n  - {id: gradient, requires: [loss]}",
    "concepts:\n  - {id: loss}\n  - {id: gradient, requires: [loss]}",
)
MISSPELT_PREREQUISITE = Code(
    "DF314",
    "misspelt-prerequisite",
    Severity.WARNING,
    "An item requires something that is nearly, but not quite, the name of a concept or a lesson.",
    "An item may require anything in free words, but then nothing links to it; a slip of the pen would go unseen.",
    "### A dead ReLU {#dead-relu .problem requires=chian-rule}",
    "### A dead ReLU {#dead-relu .problem requires=chain-rule}",
)
UNUSED_CONCEPT = Code(
    "DF315",
    "unused-concept",
    Severity.NOTE,
    "A concept is taught by no item, and no other concept requires it.",
    "It stands alone on the concept map. Often its items name it by another word.",
    "concepts:\n  - {id: relu, title: ReLU}   # and no item says concept=relu",
    "### When does ReLU die? {#dead-relu concept=relu}",
)
UNUSED_REFERENCE = Code(
    "DF316",
    "unused-reference",
    Severity.NOTE,
    "A reference is cited by no number.",
    "It is listed among the sources of the course without being one.",
    "references:\n  - {key: fa3, title: FlashAttention-3}   # and no number says cite:fa3",
    "It reaches [75 %](cite:fa3) of the peak.",
)
CODES = (
    UNKNOWN_CONCEPT,
    UNKNOWN_LESSON,
    UNKNOWN_REFERENCE,
    CIRCULAR_LESSONS,
    CIRCULAR_CONCEPTS,
    MISSPELT_PREREQUISITE,
    UNUSED_CONCEPT,
    UNUSED_REFERENCE,
)


def unknown_concepts(course: Course) -> Iterator[Diagnostic]:
    """Report concepts that items and concepts name and `course.yaml` does not define."""
    known = Vocabulary(concept.id for concept in course.concepts)
    otherwise = "define it under `concepts:` in `course.yaml`"
    for concept in course.concepts:
        for name in dict.fromkeys(concept.requires):
            if name not in known:
                yield UNKNOWN_CONCEPT.at(
                    value(course, concept.span, "requires", name),
                    f"`{concept.id}` requires `{name}`, which is no concept",
                    fix=known.suggestion(name, otherwise),
                )
    if not known:
        return
    for lesson in course.lessons:
        for item in lesson.items:
            for name in dict.fromkeys(item.concepts):
                if name not in known:
                    yield UNKNOWN_CONCEPT.at(
                        value(course, item.span, "concept", name),
                        f"there is no concept `{name}`",
                        fix=known.suggestion(name, otherwise),
                    )


def unknown_lessons(course: Course) -> Iterator[Diagnostic]:
    """Report lessons that headers require or connect to and that do not exist."""
    known = Vocabulary(course.lesson)
    otherwise = f"the lessons are {listed(course.lesson)}"
    for lesson in course.lessons:
        for name in dict.fromkeys(lesson.requires):
            if name not in known:
                yield UNKNOWN_LESSON.at(
                    header(course, lesson, "requires", name),
                    f"`{lesson.id}` requires the lesson `{name}`, which does not exist",
                    fix=known.suggestion(name, otherwise),
                )
        for connection in lesson.connections:
            if connection.lesson and connection.lesson not in known:
                yield UNKNOWN_LESSON.at(
                    value(course, connection.span, "lesson", connection.lesson),
                    f"`{lesson.id}` is connected to the lesson `{connection.lesson}`, which does not exist",
                    fix=known.suggestion(connection.lesson, "write `topic:` for what is outside the course"),
                )


def unknown_references(course: Course) -> Iterator[Diagnostic]:
    """Report citations of references that do not exist."""
    known = Vocabulary(reference.key for reference in course.references)
    for claim in course.all_claims():
        if claim.kind is ClaimKind.CITE and claim.target and claim.target not in known:
            yield UNKNOWN_REFERENCE.at(
                inside(course, claim.span, claim.target),
                f"there is no reference `{claim.target}`",
                fix=known.suggestion(claim.target, "add it under `references:` in `course.yaml`"),
            )


def misspelt_prerequisites(course: Course) -> Iterator[Diagnostic]:
    """Report what items require in words that are nearly a concept's or a lesson's name."""
    known = Vocabulary([*(concept.id for concept in course.concepts), *course.lesson])
    for lesson in course.lessons:
        for item in lesson.items:
            for name in dict.fromkeys(item.requires):
                best = "" if name in known else known.nearest(name, cutoff=0.8)
                if best:
                    yield MISSPELT_PREREQUISITE.at(
                        value(course, item.span, "requires", name),
                        f"`{name}` is neither a concept nor a lesson",
                        fix=f"did you mean `{best}`?",
                    )


def circular_lessons(course: Course) -> Iterator[Diagnostic]:
    """Report each circle of lessons once, at its first lesson."""
    for circle in circles({lesson.id: lesson.requires for lesson in course.lessons}):
        lesson = course.lesson[circle[0]]
        yield CIRCULAR_LESSONS.at(
            header(course, lesson, "requires", circle[1]),
            f"lessons require one another in a circle: {_drawn(circle)}",
            fix="take one of them out of a `requires:`",
        )


def circular_concepts(course: Course) -> Iterator[Diagnostic]:
    """Report each circle of concepts once, at its first concept."""
    concepts = {concept.id: concept for concept in course.concepts}
    for circle in circles({id_: concept.requires for id_, concept in concepts.items()}):
        yield CIRCULAR_CONCEPTS.at(
            value(course, concepts[circle[0]].span, "requires", circle[1]),
            f"concepts require one another in a circle: {_drawn(circle)}",
            fix="take one of them out of a `requires:`",
        )


def unused_concepts(course: Course) -> Iterator[Diagnostic]:
    """Report concepts that nothing names."""
    used = {name for lesson in course.lessons for item in lesson.items for name in (*item.concepts, *item.requires)}
    used.update(name for concept in course.concepts for name in concept.requires)
    for concept in course.concepts:
        if concept.id and concept.id not in used:
            yield UNUSED_CONCEPT.at(
                value(course, concept.span, "id", concept.id),
                f"no item teaches `{concept.id}`",
                fix=f"write `concept={concept.id}` on the items that do",
            )


def unused_references(course: Course) -> Iterator[Diagnostic]:
    """Report references that no number cites and no item or lesson names as its source."""
    used = {claim.target for claim in course.all_claims() if claim.kind is ClaimKind.CITE}
    for lesson in course.lessons:
        used.add(lesson.source)
        used.update(item.source for item in lesson.items)
        used.update(correction.source for correction in lesson.corrections)
    for reference in course.references:
        if reference.key not in used:
            yield UNUSED_REFERENCE.at(
                value(course, reference.span, "key", reference.key),
                f"no number cites `{reference.key}`",
                fix=f"cite it with `[…](cite:{reference.key})`, or take it out",
            )


def circles(requires: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Yield one circle, as short as can be and closed (`a, b, a`), for each group of names that require one another.

    What is no name of the mapping is left out. The order is that of the mapping.
    """
    edges = _core(requires)
    done: set[str] = set()
    for start in edges:
        if start not in done:
            group = _group({name: edges[name] for name in edges if name not in done}, start)
            done |= group
            if group:
                yield _shortest(edges, start, group)


def _core(requires: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return what is left after taking away, again and again, names that require nothing that is left."""
    needs = {name: {other for other in others if other in requires} for name, others in requires.items()}
    needed: dict[str, list[str]] = {}
    for name, others in needs.items():
        for other in others:
            needed.setdefault(other, []).append(name)
    free = [name for name, others in needs.items() if not others]
    while free:
        name = free.pop()
        del needs[name]
        for other in needed.get(name, ()):
            needs[other].discard(name)
            if not needs[other]:
                free.append(other)
    return {name: [other for other in requires[name] if other in needs] for name in needs}


def _shortest(requires: Mapping[str, Sequence[str]], start: str, group: set[str]) -> tuple[str, ...]:
    """Return the shortest way from a name back to itself inside its group."""
    ways: deque[tuple[str, ...]] = deque([(start,)])
    seen: set[str] = set()
    while True:  # the group holds a way back, or it would be empty
        way = ways.popleft()
        for name in requires[way[-1]]:
            if name == start:
                return (*way, start)
            if name in group and name not in seen:
                seen.add(name)
                ways.append((*way, name))


def _group(edges: Mapping[str, Sequence[str]], start: str) -> set[str]:
    """Return all names on circles through `start`, itself too; empty where there is none."""
    reached = _reach(edges, start)
    if start not in reached:
        return set()
    backwards: dict[str, list[str]] = {}
    for name in reached:
        for other in edges[name]:
            backwards.setdefault(other, []).append(name)
    return reached & _reach(backwards, start)


def _reach(edges: Mapping[str, Sequence[str]], start: str) -> set[str]:
    """Return the names that can be reached from `start` in one step or more."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for name in edges.get(waiting.pop(), ()):
            if name in edges and name not in found:
                found.add(name)
                waiting.append(name)
    return found


def _drawn(circle: tuple[str, ...]) -> str:
    return " → ".join(f"`{name}`" for name in circle)
