r"""GIFT, Moodle's text format: `build/lms/<course>.gift.txt`.

    // [id:fix] [tag:backprop]
    ::Which change …::[html]Which change removes the cause?{
        =ReLU#<p>Its factor is 1.</p>
        ~Clipping#<p>It bounds large gradients.</p>
        ####<p>Only one changes a factor.</p>
    }

Questions stand apart by an empty line, so a text has none; the characters `~ = # { } :` and the backslash are escaped.
The file's ending is `.txt`, the one that Moodle's file picker takes for this format. There are no pictures in GIFT.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.diagnostics import Outcome
from deckforge.emit import Artifact
from deckforge.emit.lms.grading import digits
from deckforge.emit.lms.question import Form
from deckforge.emit.lms.questions import bank
from deckforge.emit.losses import Losses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.emit import Context
    from deckforge.emit.lms.question import Group, Option, Question

name = "gift"

_SPECIAL = re.compile(r"[~=#{}:\\]")


def emit(context: Context) -> Outcome[tuple[Artifact, ...]]:
    """Return the course's questions, a category a section."""
    lost = Losses("GIFT")
    made = bank(context.course, lost, folder=None, gaps=False, hints=False)
    head = f"// {_comment(context.course.title)}: questions for Moodle's GIFT import\n"
    text = "\n".join((head, *(_group(group) for group in made.groups)))
    return Outcome((Artifact(f"build/lms/{context.course.id}.gift.txt", text.encode()),), lost.told())


def _group(group: Group) -> str:
    path = "/".join(part.replace("/", "//") for part in group.path)
    parts = [f"$CATEGORY: $course$/top/{path}\n"]
    if group.instructions:
        parts.append(f"::Instructions::[html]{escaped(group.instructions)}\n")
    parts += [_question(question) for question in group.questions]
    return "\n".join(parts)


def _question(question: Question) -> str:
    marks = " ".join((f"[id:{_mark(question.id)}]", *(f"[tag:{_mark(tag)}]" for tag in question.tags)))
    lines = "".join(f"\n\t{line}" for line in _answers(question))
    end = "\n}" if lines else "}"
    return f"// {marks}\n::{escaped(question.name)}::[html]{escaped(question.stem)}{{{lines}{end}\n"


def _answers(question: Question) -> Iterator[str]:
    match question.form:
        case Form.CHOICE:
            yield from _choice(question)
        case Form.NUMBER:
            number = question.number
            assert number is not None  # the form says so
            yield f"#{digits(number.low)}..{digits(number.high)}"
        case Form.TYPED:
            for writing in question.accepted[0]:
                yield f"={escaped(writing)}"
        case Form.MATCH:
            for left, right in question.pairs:
                yield f"={escaped(left)} -> {escaped(right)}"
    if shown := question.feedback + question.missed + question.scoring:
        yield f"####{escaped(shown)}"


def _choice(question: Question) -> Iterator[str]:
    """Yield the options: a key is worth its share, and where there are several a distractor costs as much."""
    share = f"{100 / sum(option.key for option in question.options):.7g}"
    for option in question.options:
        sign = "" if option.key else "-"
        weighed = f"~%{sign}{share}%"
        plain = "=" if option.key else "~"
        yield (plain if question.single else weighed) + escaped(option.text) + _feedback(option)


def _feedback(option: Option) -> str:
    return f"#{escaped(option.feedback)}" if option.feedback else ""


def escaped(text: str) -> str:
    r"""Return a text as GIFT has it: on one line, its line breaks written `\n`, its control characters escaped."""
    return _SPECIAL.sub(r"\\\g<0>", text.strip()).replace("\r", "").replace("\n", "\\n")


def _comment(text: str) -> str:
    return " ".join(text.split())


def _mark(text: str) -> str:
    """Return an id or a tag for a comment, where a bracket would end it."""
    return _comment(text).replace("[", "(").replace("]", ")")
