"""Items: that each can be asked, answered and learned from where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.check.near import Vocabulary, shown
from deckforge.check.places import first_line, header, names_below, value
from deckforge.diagnostics import Code, Diagnostic, Related, Severity
from deckforge.model.claims import ClaimKind
from deckforge.model.course import SectionKind
from deckforge.model.items import Card, Cloze, Essay, Kind, Numeric, Problem, Short, Term
from deckforge.model.rich import ClozeStart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.model.course import Course, Section
    from deckforge.model.items import AnyItem

ANSWERLESS_ITEM = Code(
    "DF401",
    "answerless-item",
    Severity.ERROR,
    "An item has no answer.",
    "A learner would turn the card and see nothing. A card and a numeric question need an answer, a short one a model "
    "answer, an essay a model answer, a rubric or criteria, a problem a solution, a term a definition.",
    "### Why do gradients vanish? {#vanishing}\n\n#### Why it matters\n\nDeep networks stop learning.",
    "### Why do gradients vanish? {#vanishing}\n\n#### Answer\n\nEach layer multiplies by its Jacobian.",
)
EMPTY_FRONT = Code(
    "DF402",
    "empty-front",
    Severity.ERROR,
    "An item asks nothing: its heading is empty and no text stands before its first part.",
    "Anki refuses notes whose first field is empty.",
    "### {#vanishing}\n\n#### Answer\n\nEach layer multiplies by its Jacobian.",
    "### Why do gradients vanish? {#vanishing}\n\n#### Answer\n\nEach layer multiplies by its Jacobian.",
)
MISPLACED_ITEM = Code(
    "DF403",
    "misplaced-item",
    Severity.ERROR,
    "An item stands in a section that is not for its kind.",
    "A quiz cannot grade a flashcard, and a choice among the terms would be shown without its options. Cards and "
    "clozes belong under Flashcards; choice, short, essay and numeric questions, and clozes, under Quiz; problems "
    "under Problems; terms under Terms.",
    "## Quiz\n\n### Why do gradients vanish? {#vanishing .card}",
    "## Flashcards\n\n### Why do gradients vanish? {#vanishing .card}",
)
CLOZE_WITHOUT_DELETION = Code(
    "DF410",
    "cloze-without-deletion",
    Severity.ERROR,
    "A cloze hides nothing.",
    "Anki makes one card for each number of a deletion: without any, the note has no card.",
    "### The gradient scaler starts at $2^{16}$ {#scaler .cloze}",
    "### The gradient scaler starts at {{c1::$2^{16}$}} {#scaler .cloze}",
)
CLOZE_NUMBERS_WITH_GAPS = Code(
    "DF411",
    "cloze-numbers-with-gaps",
    Severity.WARNING,
    "The deletions of a cloze are not numbered 1, 2, 3 ….",
    "Each number is a card. A missing number is often a deletion that was lost, and renumbering later moves a "
    "learner's history to another card.",
    "### Adam keeps {{c1::m}} and {{c3::v}} {#adam .cloze}",
    "### Adam keeps {{c1::m}} and {{c2::v}} {#adam .cloze}",
)
NUMERIC_WITHOUT_VALUE = Code(
    "DF413",
    "numeric-without-value",
    Severity.ERROR,
    "The answer of a numeric question holds no number that it could be graded by.",
    "What a learner types is compared with the acceptance interval of the answer's first claim. A value stated as "
    "wrong cannot grade an answer.",
    "#### Answer\n\nAbout -0.608.",
    "#### Answer\n\n[-0.608](claim:backprop.relu_chain.dw2?w2=0.3)",
)
CRITICAL_WITHOUT_WHY = Code(
    "DF414",
    "critical-without-why",
    Severity.WARNING,
    "An item is marked as critical and does not say why it matters.",
    "The list of critical concepts shows the reason; without one the mark is only an opinion.",
    "### Why do gradients vanish? {#vanishing .critical}",
    "### Why do gradients vanish? {#vanishing .critical}\n\n#### Why it matters\n\nDeep networks stop learning.",
)
WHY_WITHOUT_CRITICAL = Code(
    "DF415",
    "why-without-critical",
    Severity.WARNING,
    "An item says why it matters and is not marked as critical.",
    "It is left out of the list of critical concepts, where the reason would be read.",
    "### Why do gradients vanish? {#vanishing}\n\n#### Why it matters\n\nDeep networks stop learning.",
    "### Why do gradients vanish? {#vanishing .critical}\n\n#### Why it matters\n\nDeep networks stop learning.",
)
PROBLEM_WITHOUT_HINTS = Code(
    "DF416",
    "problem-without-hints",
    Severity.WARNING,
    "A problem has no hints.",
    "Who is stuck can only look at the solution, and learns less from it than from a hint.",
    "### A dead ReLU {#dead-relu .problem}\n\n#### Solution",
    "### A dead ReLU {#dead-relu .problem}\n\n#### Hint\n\nLook at the sign of the input.\n\n#### Solution",
)
REPEATED_FRONT = Code(
    "DF418",
    "repeated-front",
    Severity.WARNING,
    "Two items ask the same.",
    "A learner who knows one answer gives it to both, and Anki marks one of the notes as a duplicate.",
    "### What is momentum? {#momentum-sgd}\n\n### What is momentum? {#momentum-adam}",
    "### What is momentum in SGD? {#momentum-sgd}\n\n### What is momentum in Adam? {#momentum-adam}",
)
EMPTY_SECTION = Code(
    "DF420",
    "empty-section",
    Severity.WARNING,
    "A section has no items.",
    "The page would show its heading and nothing below it. Items are headings of the third level.",
    "## Quiz\n\nAnswer all questions.",
    "## Quiz\n\nAnswer all questions.\n\n### Which change helps? {#fix .choice}",
)
LESSON_WITHOUT_ITEMS = Code(
    "DF421",
    "lesson-without-items",
    Severity.NOTE,
    "A lesson has nothing to study: no card, question, problem or term.",
    "It becomes a page of the site and is in no deck. That may be meant.",
    "# Gradient flow\n\nProse, and nothing else.",
    "# Gradient flow\n\nProse.\n\n## Flashcards\n\n### Why do gradients vanish? {#vanishing}",
)
CODES = (
    ANSWERLESS_ITEM,
    EMPTY_FRONT,
    MISPLACED_ITEM,
    CLOZE_WITHOUT_DELETION,
    CLOZE_NUMBERS_WITH_GAPS,
    NUMERIC_WITHOUT_VALUE,
    CRITICAL_WITHOUT_WHY,
    WHY_WITHOUT_CRITICAL,
    PROBLEM_WITHOUT_HINTS,
    REPEATED_FRONT,
    EMPTY_SECTION,
    LESSON_WITHOUT_ITEMS,
)

WORDS = {
    Kind.CARD: "card",
    Kind.CLOZE: "cloze",
    Kind.CHOICE: "choice",
    Kind.SHORT: "short question",
    Kind.ESSAY: "essay",
    Kind.NUMERIC: "numeric question",
    Kind.PROBLEM: "problem",
    Kind.TERM: "term",
}
"""What a message calls each kind of item."""
PLACES = {
    Kind.CARD: (SectionKind.FLASHCARDS,),
    Kind.CLOZE: (SectionKind.FLASHCARDS, SectionKind.QUIZ),
    Kind.CHOICE: (SectionKind.QUIZ,),
    Kind.SHORT: (SectionKind.QUIZ,),
    Kind.ESSAY: (SectionKind.QUIZ,),
    Kind.NUMERIC: (SectionKind.QUIZ,),
    Kind.PROBLEM: (SectionKind.PROBLEMS,),
    Kind.TERM: (SectionKind.TERMS,),
}
"""The sections under which each kind of item may stand."""


def answerless_items(course: Course) -> Iterator[Diagnostic]:
    """Report items without the part that answers them."""
    for _, item in _items(course):
        part = _missing_answer(item)
        if part and not _said(course, item, part):
            yield ANSWERLESS_ITEM.at(
                first_line(course, item.span),
                f"the {WORDS[item.kind]} “{shown(item.heading.text)}” has no {part}",
                fix=_repair(item, part),
            )


def _repair(item: AnyItem, part: str) -> str:
    below = "write its definition below the heading" if part == "definition" else f"add `#### {part.capitalize()}`"
    return _in(item, below, f"add `{'answer' if part == 'model answer' else part}:`")


def _in(item: AnyItem, markdown: str, yaml: str) -> str:
    """Return what to write in the format of an item's lesson."""
    return markdown if item.span.path.endswith(".md") else yaml


def _said(course: Course, item: AnyItem, part: str) -> bool:
    """Whether the part is there, but empty or misspelt: that was said when the lesson was read."""
    wanted = Vocabulary([part, "answer" if part == "model answer" else part])
    return any(name in wanted or wanted.nearest(name) for name in names_below(course, item.span))


def _missing_answer(item: AnyItem) -> str:
    """Return the name of the part that an item should have and has not; `""` if it has it."""
    match item:
        case Card() | Numeric():
            return "" if item.answer else "answer"
        case Short():
            return "" if item.answer else "model answer"
        case Essay():
            return "" if item.answer or item.rubric or item.criteria else "model answer"
        case Problem():
            return "" if item.solution else "solution"
        case Term():
            return "" if item.definition else "definition"
    return ""


def empty_fronts(course: Course) -> Iterator[Diagnostic]:
    """Report items that ask nothing."""
    for _, item in _items(course):
        if not item.front and not _said(course, item, "front"):
            yield EMPTY_FRONT.at(
                first_line(course, item.span),
                f"this {WORDS[item.kind]} asks nothing",
                fix=_in(item, "write the question in its heading", "add `front:`"),
            )


def misplaced_items(course: Course) -> Iterator[Diagnostic]:
    """Report items under a section that is not for their kind."""
    for section, item in _items(course):
        places = PLACES[item.kind]
        if section.kind not in places:
            yield MISPLACED_ITEM.at(
                value(course, item.span, "kind", f".{item.kind}"),
                f"{_articled(item)} cannot stand under {section.kind.value.title()}",
                fix=f"move it under `## {' or '.join(place.value.title() for place in places)}`, or change its kind",
            )


def clozes(course: Course) -> Iterator[Diagnostic]:
    """Report clozes that hide nothing or leave out a number."""
    for _, item in _items(course):
        if not isinstance(item, Cloze):
            continue
        starts = [piece for piece in item.front.pieces if isinstance(piece, ClozeStart)]
        if not starts:
            if item.front:
                yield CLOZE_WITHOUT_DELETION.at(
                    first_line(course, item.span),
                    f"the cloze “{shown(item.heading.text)}” hides nothing",
                    fix="put what is to be asked for into `{{c1::…}}`",
                )
            continue
        numbers = {start.number for start in starts}
        wanted = next(number for number in range(1, len(numbers) + 2) if number not in numbers)
        if wanted <= max(numbers):
            first = min((start for start in starts if start.number > wanted), key=lambda start: start.number)
            yield CLOZE_NUMBERS_WITH_GAPS.at(
                first.span,
                f"there is a deletion c{first.number} and none with the number {wanted}",
                fix="number the deletions 1, 2, 3 … without a gap, unless learners have these cards already",
            )


def numerics(course: Course) -> Iterator[Diagnostic]:
    """Report numeric questions whose answer has no number to grade by."""
    for _, item in _items(course):
        if not isinstance(item, Numeric) or not item.answer:
            continue
        if item.value is None:
            yield NUMERIC_WITHOUT_VALUE.at(
                first_line(course, item.answer.span),
                "this answer holds no claim, so nothing can grade what a learner types",
                fix="link the number: `[…](claim:module.function.output)`, or `[…](given:)` for a number by definition",
            )
        elif item.value.kind is ClaimKind.WRONG:
            yield NUMERIC_WITHOUT_VALUE.at(
                item.value.span,
                f"the first number of this answer, `{item.value.text}`, is stated as wrong",
                fix="state the right value first",
            )


def critical_items(course: Course) -> Iterator[Diagnostic]:
    """Report items that are critical without a reason, or have the reason without being critical."""
    for _, item in _items(course):
        if item.critical and not item.why:
            yield CRITICAL_WITHOUT_WHY.at(
                value(course, item.span, "critical", ".critical"),
                f"“{shown(item.heading.text)}” is critical, and nothing says why",
                fix=_in(item, "add `#### Why it matters`", "add `why:`"),
            )
        elif item.why and not item.critical:
            yield WHY_WITHOUT_CRITICAL.at(
                first_line(course, item.why.span),
                f"“{shown(item.heading.text)}” says why it matters, and is not marked as critical",
                fix=_in(item, "add `.critical` to its heading", "add `critical: true`"),
            )


def problems_without_hints(course: Course) -> Iterator[Diagnostic]:
    """Report problems that leave who is stuck alone."""
    for _, item in _items(course):
        if isinstance(item, Problem) and not item.hints:
            yield PROBLEM_WITHOUT_HINTS.at(
                first_line(course, item.span),
                f"the problem “{shown(item.heading.text)}” has no hints",
                fix=_in(item, "add `#### Hint: Conceptual` with a first step", "add `hints:` with a first step"),
            )


def repeated_fronts(course: Course) -> Iterator[Diagnostic]:
    """Report items that ask what an earlier one asks, letter for letter but for case and white space."""
    first: dict[str, AnyItem] = {}
    for _, item in _items(course):
        text = " ".join(item.front.text.split()).casefold()
        earlier = first.setdefault(text, item)
        if text and earlier is not item:
            yield REPEATED_FRONT.at(
                first_line(course, item.front.span),
                f"another item asks “{shown(item.front.text)}” too",
                fix="say what makes this question different, or keep one of the two",
                related=(Related(first_line(course, earlier.front.span), "the first one is here"),),
            )


def empty_sections(course: Course) -> Iterator[Diagnostic]:
    """Report sections without items."""
    for lesson in course.lessons:
        for section in lesson.sections:
            if not section.items:
                yield EMPTY_SECTION.at(
                    first_line(course, section.span),
                    f"this section ({section.kind.value.title()}) has no items",
                    fix="add items as `###` headings below it, or take it out",
                )


def lessons_without_items(course: Course) -> Iterator[Diagnostic]:
    """Report lessons that have nothing to study, and no empty section that says so already."""
    for lesson in course.lessons:
        if not lesson.sections:
            yield LESSON_WITHOUT_ITEMS.at(
                header(course, lesson, "title", lesson.title),
                f"the lesson “{shown(lesson.title)}” has nothing to study",
                fix="add `## Flashcards` with items below it, if it should be in a deck",
            )


def _articled(item: AnyItem) -> str:
    return f"{'an' if item.kind is Kind.ESSAY else 'a'} {WORDS[item.kind]}"


def _items(course: Course) -> Iterator[tuple[Section, AnyItem]]:
    for lesson in course.lessons:
        for section in lesson.sections:
            for item in section.items:
                yield section, item
