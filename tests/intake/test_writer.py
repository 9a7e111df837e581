"""A draft is written as a lesson that reads back to what the draft says, whatever its texts look like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings

from deckforge.diagnostics import Severity
from deckforge.intake import draft, ids, writer
from deckforge.intake.writer import faithful
from deckforge.intake.writer.mended import mended
from deckforge.model.items import Difficulty, ProblemType
from deckforge.model.source import Source
from deckforge.read.markdown import read_markdown_lesson
from deckforge.read.markdown.page import rich
from deckforge.read.markdown.scope import Scope
from deckforge.read.text import Text
from tests.intake import drafts

if TYPE_CHECKING:
    from deckforge.model.course import Lesson

SLOW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def read(text: str) -> Lesson:
    outcome = read_markdown_lesson(Source("made.md", text.encode()))
    wrong = [(each.code.id, each.message) for each in outcome.diagnostics if each.severity is Severity.ERROR]
    assert wrong == [], f"{wrong}\n{text}"
    return outcome.value


@given(drafts.texts)
@SLOW
def test_a_mended_text_reads_without_a_mistake_and_loses_no_word(text: str) -> None:
    made, found = rich(Text.of_file("a.md", mended(text).encode()), Scope("a", "b", ()))
    assert [each for each in found if each.severity is Severity.ERROR] == []
    shown = (made.text + "".join(str(piece) for piece in made.pieces)).lower()
    for word in re.findall(r"[A-Za-z]{4,}", text):
        assert word.lower() in shown, (word, mended(text))
    assert mended(mended(text)) == mended(text)


@given(drafts.lessons)
@SLOW
def test_what_is_written_reads_back_to_what_the_draft_says(lesson: draft.Lesson) -> None:
    lesson = ids.named(lesson, ())
    blocks = writer.blocks(lesson)
    assert faithful.unfaithful(lesson, blocks) == set()
    made = read(writer.text(blocks))
    drafted = [item for part in lesson.content if isinstance(part, draft.Section) for item in part.items]
    assert [item.id for item in made.items] == [item.id for item in drafted]
    for item, wanted in zip(made.items, drafted, strict=True):
        easy = Difficulty.EASY if wanted.problem_type is ProblemType.WARM_UP else None  # a warm-up says so
        assert (item.kind, item.difficulty) == (wanted.kind, wanted.difficulty or easy)
        assert set(item.bloom) == set(wanted.bloom)
        assert (item.critical, item.minutes) == (wanted.critical, wanted.minutes)
    assert len(made.objectives) == len(lesson.objectives)
    assert len(made.connections) == len(lesson.connections)
    for section, wanted_section in zip(
        made.sections, [part for part in lesson.content if isinstance(part, draft.Section)], strict=True
    ):
        guide = section.guide
        assert len(guide.review) == len(wanted_section.review)
        assert len(guide.checklist) == len(wanted_section.checklist)
        assert [step.day for step in guide.schedule] == [step.day for step in wanted_section.schedule]
        named = [advice.items for advice in guide.progression]
        first = section.items[0].id
        assert named == [(first,) if advice.labels else () for advice in wanted_section.progression]
