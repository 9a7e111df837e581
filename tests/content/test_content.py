"""The course that ships with DeckForge keeps the promises that DeckForge makes.

It reads and checks without a complaint, every lesson is complete, every number that a CPU can measure holds, and the
proofs refute what other study sets state about the same things.
"""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deckforge import pipeline
from deckforge.diagnostics import Severity
from deckforge.model.claims import ClaimKind, Status
from deckforge.model.course import SectionKind
from deckforge.model.items import Card, Choice, Essay, Kind, Numeric, Problem, Short, Term, Written
from deckforge.project import Project
from tests.example import Example, places

if TYPE_CHECKING:
    from deckforge.model.claims import Verdict
    from deckforge.model.course import Course, Lesson
    from deckforge.pipeline import Result

ROOT = Path(__file__).parents[2]
LESSONS = ("gradient-flow", "training-memory", "number-formats")


@pytest.fixture(scope="module")
def course() -> Course:
    return pipeline.check(Project(ROOT)).course


@pytest.fixture(params=LESSONS)
def lesson(course: Course, request: pytest.FixtureRequest) -> Lesson:
    return course.lesson[request.param]


def test_nothing_is_wrong_with_it() -> None:
    assert places(pipeline.check(Project(ROOT)), Severity.WARNING) == []


def test_its_lessons_are_in_the_order_of_study(course: Course) -> None:
    assert [lesson.id for lesson in course.lessons] == list(LESSONS)


def test_a_lesson_says_what_it_is_for_and_where_it_belongs(lesson: Lesson) -> None:
    assert lesson.title
    assert lesson.description
    assert lesson.deck
    assert lesson.tags
    assert len(lesson.objectives) >= 3
    assert len(lesson.connections) >= 2
    assert len(lesson.corrections) >= 3


def test_a_lesson_holds_everything_that_studying_needs(lesson: Lesson) -> None:
    kinds = Counter(item.kind for item in lesson.items)
    assert kinds[Kind.CARD] + kinds[Kind.CLOZE] >= 6
    assert kinds[Kind.CLOZE] >= 1
    assert kinds[Kind.CHOICE] >= 3
    assert kinds[Kind.NUMERIC] >= 1
    assert kinds[Kind.SHORT] >= 1
    assert kinds[Kind.ESSAY] >= 1
    assert kinds[Kind.PROBLEM] >= 3
    assert kinds[Kind.TERM] >= 3
    assert any(isinstance(item, Card | Term) and item.both for item in lesson.items)


def test_every_item_can_be_filtered(lesson: Lesson) -> None:
    for item in lesson.items:
        assert item.difficulty, item.id
        assert item.bloom, item.id
        assert item.concepts, item.id


def test_every_card_has_its_short_form_and_a_critical_one_its_reason(lesson: Lesson) -> None:
    cards = [item for item in lesson.items if item.kind in (Kind.CARD, Kind.CLOZE)]
    for card in cards:
        assert card.in_short, card.id
        assert card.source, card.id
        assert bool(card.why) == card.critical, card.id
    assert any(card.critical for card in cards)


def test_every_option_answers_the_learner_who_chose_it(lesson: Lesson) -> None:
    for item in lesson.items:
        if isinstance(item, Choice):
            assert item.explanation, item.id
            assert item.gap, item.id
            assert all(option.feedback for option in item.options), item.id


def test_every_question_of_the_quiz_is_worth_points(lesson: Lesson) -> None:
    quizzes = [section for section in lesson.sections if section.kind is SectionKind.QUIZ]
    worth = {item.id: item.points or quiz.points for quiz in quizzes for item in quiz.items}
    assert all(worth.values()), worth
    for quiz in quizzes:
        assert quiz.instructions
        assert quiz.minutes


def test_written_answers_can_be_scored(lesson: Lesson) -> None:
    for item in lesson.items:
        if isinstance(item, Written):
            assert item.answer, item.id
            assert item.rubric, item.id
            assert item.criteria, item.id
            assert item.points == sum(task.points or 0 for task in item.tasks), item.id
            assert item.points == sum(row.points or 0 for row in item.rubric.rows), item.id
    assert all(item.words for item in lesson.items if isinstance(item, Essay))
    assert all(len(item.tasks) >= 3 for item in lesson.items if isinstance(item, Short))


def test_every_numeric_question_has_an_answer_to_be_graded_by(lesson: Lesson) -> None:
    numerics = [item for item in lesson.items if isinstance(item, Numeric)]
    assert all(item.value and item.value.kind is ClaimKind.CLAIM for item in numerics)


def test_every_problem_leads_step_by_step(lesson: Lesson) -> None:
    for item in lesson.items:
        if isinstance(item, Problem):
            assert len(item.hints) >= 3, item.id
            assert all(hint.name for hint in item.hints), item.id
            assert item.solution, item.id
            assert len(item.mistakes) >= 3, item.id
            assert all(mistake.prevention for mistake in item.mistakes), item.id
            assert item.extension, item.id
            assert item.minutes, item.id
            assert item.type, item.id


def test_its_guides_say_how_to_go_on(lesson: Lesson) -> None:
    guides = [section.guide for section in lesson.sections]
    bands = [band for guide in guides for band in guide.performance]
    assert {score for band in bands for score in range(band.low, band.high + 1)} == set(range(101))
    assert any(guide.review for guide in guides)
    assert any(guide.checklist for guide in guides)
    assert any(guide.progression for guide in guides)


def test_every_correction_measures_what_it_says(lesson: Lesson) -> None:
    for correction in lesson.corrections:
        assert any(claim.needs_proof for claim in correction.claims), correction.quote


def test_its_numbers_are_answered_for(course: Course) -> None:
    claims = course.all_claims()
    needing = [claim for claim in claims if claim.needs_proof]
    billion = {claim.text for claim in needing if claim.proof == "memory.training_step"}
    on_gpu = {claim.reference for claim in needing if course.proofs[claim.proof].device == "cuda"}
    assert len(needing) >= 45
    assert len(billion) >= 5
    assert len(on_gpu) >= 3
    assert {claim.kind for claim in claims} == set(ClaimKind)


def test_every_proof_tells_what_it_returns(course: Course) -> None:
    for signature in (each for each in course.proofs.values() if not each.is_block):
        assert "Output" in signature.doc, signature.qualified
        for output in signature.outputs:
            assert output in signature.doc, f"{signature.qualified} says nothing of {output}"


def test_lessons_run_code_and_define_proofs(course: Course) -> None:
    own = [signature for name, signature in course.proofs.items() if name.startswith("lesson.")]
    assert sum(signature.is_block for signature in own) >= 2
    assert any(not signature.is_block for signature in own)


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The course, verified without what others have measured on a GPU."""
    return _verified_copy(tmp_path_factory.mktemp("course"), without="receipts")


def test_every_number_that_a_cpu_can_measure_holds(verified: Result, course: Course) -> None:
    assert verified.verification is not None
    verdicts = verified.verification.verdicts.values()
    cpu = [verdict for verdict in verdicts if _device(course, verdict) == "cpu"]
    assert len(cpu) >= 45
    assert [_told(verdict) for verdict in cpu if verdict.status is not Status.PROVEN] == []


def test_nine_of_ten_numbers_are_answered_for(verified: Result) -> None:
    """As `deckforge verify --coverage --min 90` says, without any receipt of a GPU."""
    from deckforge.model.coverage import coverage, percent

    assert verified.verification is not None
    lessons = coverage(verified.course, verified.verification.verdicts)
    assert [lesson.lesson for lesson in lessons if lesson.percent < 90] == []
    assert percent(sum(lesson.answered for lesson in lessons), sum(len(lesson.numbers) for lesson in lessons)) >= 95


def test_a_number_that_needs_a_gpu_never_passes_without_one(tmp_path: Path, course: Course) -> None:
    verdicts = _verify_copy(tmp_path, without="receipts", only="gpu.*")
    gpu = [verdict for verdict in verdicts if _device(course, verdict) == "cuda"]
    assert gpu
    assert {verdict.status for verdict in gpu} == {Status.UNPROVEN}


WRONG = {
    "two thousand steps as a tenth of a percent": "[0.1 %](claim:schedules.share.percent?part=2000&whole=25000)",
    "a residual gradient of at least one": "[≥ 1](claim:backprop.residual.dydx?slope=-0.5)",
    "a Pre-LN block that shrinks nothing": "[≥ 1](claim:backprop.residual_jacobian.smallest)",
    "half precision good to 1e-4": "[1e-4](claim:formats.layout.eps?dtype=fp16)",
    "half precision rounding to within 1e-4": "[1e-4](claim:formats.layout.roundoff?dtype=fp16)",
    "attention in constant memory": "[0](claim:attention.memory_exponent.exponent?kind=fused)",
    "a smoothed target of 0.02 in six classes": "[0.02](claim:schedules.label_smoothing.other?classes=6&smoothing=0.1)",
    "an enormous first step of Adam": "[≥ 100](claim:schedules.adam_first_step.in_lr?gradient=1e-3)",
    "a decay that ignores the learning rate": "[0.9](claim:schedules.weight_decay.after?lr=1e-3&decay=0.1)",
    "first layers with a thousandth of the gradient": "[≥ 1000](claim:normalisation.placement.inverse?norm=post)",
    "twelve bytes with a master copy": "[12](claim:memory.states.total?recipe=master)",
    "a replica that holds a fourth": "[25 %](claim:memory.data_parallel.held?workers=4)",
    "fewer calls by chunking": "[< 1](claim:memory.chunked.calls?chunks=8)",
    "as many bfloat16 numbers as there are patterns": "[65,536](claim:formats.count.finite?dtype=bf16)",
}


def test_what_other_study_sets_have_wrong_is_refuted(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "verify", tmp_path / "verify", ignore=shutil.ignore_patterns("receipts", "__pycache__"))
    statements = "\n".join(f"- {what}: {claim}" for what, claim in WRONG.items())
    lesson = (
        f"---\nid: wrong\ntitle: What is said\n---\n\n{statements}\n\n## Terms\n\n### Claim {{#claim}}\n\nA number.\n"
    )
    example = Example(tmp_path)
    example.write({"content/doubling.md": lesson})
    verification = example.verify().verification
    assert verification is not None
    verdicts = tuple(verification.verdicts.values())
    assert len(verdicts) == len(WRONG)
    assert [_told(verdict) for verdict in verdicts if verdict.status is not Status.REFUTED] == []
    assert all(verdict.correction for verdict in verdicts)


def _verify_copy(folder: Path, *, without: str = "", **options: str) -> tuple[Verdict, ...]:
    """Return the verdicts of a copy of the course."""
    verification = _verified_copy(folder, without=without, **options).verification
    assert verification is not None
    return tuple(verification.verdicts.values())


def _verified_copy(folder: Path, *, without: str = "", **options: str) -> Result:
    """Verify a copy of the course, so that the checkout's cache is neither used nor touched."""
    from deckforge.verify import Options

    ignore = shutil.ignore_patterns("__pycache__", *([without] if without else []))
    for name in ("content", "verify"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignore)
    chosen = {"only": (options["only"],)} if "only" in options else {}
    return pipeline.verify(Project(folder), Options(**chosen))


def _device(course: Course, verdict: Verdict) -> str:
    return course.proofs[verdict.claim.proof].device if verdict.claim.needs_proof else ""


def _told(verdict: Verdict) -> str:
    claim = verdict.claim
    return f"{claim.text} ({claim.reference}): {verdict.status}, measured {verdict.measured}. {verdict.reason}"
