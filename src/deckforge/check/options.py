"""The options of a choice: at least one right, at least one wrong, all different, in an order that makes sense."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.check.near import shown
from deckforge.check.places import first_line
from deckforge.diagnostics import Code, Diagnostic, Related, Severity
from deckforge.model.items import Choice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.model.course import Course
    from deckforge.model.items import Option

CHOICE_WITHOUT_KEY = Code(
    "DF404",
    "choice-without-key",
    Severity.ERROR,
    "No option of a choice is marked as right.",
    "Whatever a learner chose would be graded as wrong.",
    "- [ ] Gradient clipping\n- [ ] ReLU activations",
    "- [ ] Gradient clipping\n- [x] ReLU activations",
)
CHOICE_WITHOUT_DISTRACTOR = Code(
    "DF405",
    "choice-without-distractor",
    Severity.ERROR,
    "Every option of a choice is marked as right.",
    "There is nothing to decide.",
    "- [x] Gradient clipping\n- [x] ReLU activations",
    "- [ ] Gradient clipping\n- [x] ReLU activations",
)
TOO_FEW_OPTIONS = Code(
    "DF406",
    "too-few-options",
    Severity.ERROR,
    "A choice has fewer than two options.",
    "There is nothing to choose. Options are a task list; `- []`, without a space, is none.",
    "### Which change helps? {#fix .choice}\n\n- [x] ReLU activations",
    "### Which change helps? {#fix .choice}\n\n- [ ] Gradient clipping\n- [x] ReLU activations",
)
REPEATED_OPTION = Code(
    "DF407",
    "repeated-option",
    Severity.ERROR,
    "Two options of a choice are the same.",
    "A learner could be marked wrong for the right words.",
    "- [x] ReLU\n- [ ] ReLU",
    "- [x] ReLU\n- [ ] Sigmoid",
)
EMPTY_OPTION = Code(
    "DF408",
    "empty-option",
    Severity.ERROR,
    "An option of a choice has no text.",
    "A learner would see a box with nothing beside it.",
    "- [x] ReLU\n- [ ]",
    "- [x] ReLU\n- [ ] Sigmoid",
)
CATCH_ALL_NOT_LAST = Code(
    "DF409",
    "catch-all-option-not-last",
    Severity.WARNING,
    "“All of the above”, or a relative of it, is not the last option.",
    "It speaks of the options above it, and there are some below it. Options are shown in the order of the file.",
    "- [ ] Clipping\n- [x] All of the above\n- [ ] Warm-up",
    "- [ ] Clipping\n- [ ] Warm-up\n- [x] All of the above",
)
CODES = (
    CHOICE_WITHOUT_KEY,
    CHOICE_WITHOUT_DISTRACTOR,
    TOO_FEW_OPTIONS,
    REPEATED_OPTION,
    EMPTY_OPTION,
    CATCH_ALL_NOT_LAST,
)

_KEY = {True: "`- [x]`", False: "`key: true`"}
_CATCH_ALL = re.compile(
    r"(all|none|both|neither|any) of (the (above|others?|options|answers)|these)\W*$", re.IGNORECASE
)


def keys(course: Course) -> Iterator[Diagnostic]:
    """Report choices that nobody could answer, or nobody could miss. A choice has at most one of these mistakes."""
    for item in _choices(course):
        markdown = item.span.path.endswith(".md")
        if not item.options and markdown:
            continue  # that there is no task list was said when the lesson was read
        place = first_line(course, item.span)
        right = sum(option.key for option in item.options)
        if len(item.options) < 2:
            count = f"{len(item.options) or 'no'} option{'s' if not item.options else ''}"
            yield TOO_FEW_OPTIONS.at(
                place,
                f"the choice “{shown(item.heading.text)}” has {count}",
                fix=f"write at least two options, {_KEY[markdown]} for a right one",
            )
        elif not right:
            yield CHOICE_WITHOUT_KEY.at(
                place,
                f"no option of “{shown(item.heading.text)}” is marked as right",
                fix=f"write {_KEY[markdown]} at the right option",
            )
        elif right == len(item.options):
            yield CHOICE_WITHOUT_DISTRACTOR.at(
                place,
                f"all {right} options of “{shown(item.heading.text)}” are marked as right",
                fix=f"take {_KEY[markdown]} away from the wrong ones, or add one",
            )


def empty_options(course: Course) -> Iterator[Diagnostic]:
    """Report options with nothing to choose."""
    for item in _choices(course):
        for number, option in enumerate(item.options, 1):
            if not option.text:
                yield EMPTY_OPTION.at(
                    first_line(course, option.span), f"option {number} is empty", fix="write its text, or take it out"
                )


def repeated_options(course: Course) -> Iterator[Diagnostic]:
    """Report options that say what an earlier one says, letter for letter but for white space."""
    for item in _choices(course):
        first: dict[str, Option] = {}
        for option in item.options:
            text = " ".join(option.text.text.split())
            earlier = first.setdefault(text, option)
            if text and earlier is not option:
                yield REPEATED_OPTION.at(
                    first_line(course, option.text.span),
                    f"the option “{shown(text)}” is there twice",
                    fix="change one of them, or take it out",
                    related=(Related(first_line(course, earlier.text.span), "the first one is here"),),
                )


def catch_alls(course: Course) -> Iterator[Diagnostic]:
    """Report options that speak of the options above them and have others below."""
    for item in _choices(course):
        last = len(item.options) - 1
        while last > 0 and _CATCH_ALL.match(item.options[last].text.text.strip()):
            last -= 1  # "all" and "none of the above" may both stand at the end
        for option in item.options[:last]:
            if _CATCH_ALL.match(option.text.text.strip()):
                yield CATCH_ALL_NOT_LAST.at(
                    first_line(course, option.text.span),
                    f"“{shown(option.text.text)}” is not the last option",
                    fix="move it to the end, or say which options are meant",
                )


def _choices(course: Course) -> Iterator[Choice]:
    for lesson in course.lessons:
        for item in lesson.items:
            if isinstance(item, Choice):
                yield item
