"""Courses for tests of exports: one written with care, and any that Hypothesis can think of."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from deckforge.model.claims import ClaimKind
from deckforge.model.course import Guide, Section, SectionKind, SiteOptions
from deckforge.model.items import (
    Bloom,
    Card,
    Choice,
    Cloze,
    Difficulty,
    Essay,
    Hint,
    Mistake,
    Numeric,
    Problem,
    Range,
    Rubric,
    RubricRow,
    Short,
    Task,
    Term,
)
from deckforge.model.rich import ClozeEnd, ClozeStart, Piece, Rich
from tests.anki.build import (
    HERE,
    PNG,
    card,
    claim,
    cloze,
    code,
    course,
    image,
    lesson,
    link,
    make,
    math,
    option,
    p,
    rich,
)

if TYPE_CHECKING:
    from deckforge.model.course import Course, Lesson

PICTURE = "content/media/loss.png"


def exported() -> Course:
    """A course with everything that formats differ in: pictures, signs, units, several keys, gaps, matched terms."""
    quiz = (
        make(
            Choice,
            "one",
            rich("Which of {a, b} is ", math(r"\frac{1}{2}"), "?"),
            options=(
                option("a = 0.5: yes", key=True, feedback="Right: 1/2 ~ 0.5."),
                option("b # 2", feedback="No."),
                option("neither"),
            ),
            explanation=p("Halves."),
            gap=p("Review fractions."),
            points=5,
            title=rich("Halves"),
        ),
        make(
            Choice,
            "several",
            rich("What does Adam keep?"),
            options=(
                option("means", key=True),
                option("squares", key=True),
                option("gradients"),
                option("all of the above"),
            ),
        ),
        make(
            Numeric,
            "size",
            p("How large are the states?", image("loss.png", "A falling curve")),
            answer=rich(claim("8 GB", "memory.adam.bytes")),
            value=claim("8 GB", "memory.adam.bytes"),
            explanation=p("Two moments of 4 bytes."),
        ),
        make(
            Numeric,
            "count",
            rich("How many bits?"),
            answer=rich(claim("16", "formats.bits.count")),
            value=claim("16", "formats.bits.count"),
        ),
        make(
            Numeric,
            "format",
            rich("Which format keeps the range of float32?"),
            answer=rich(claim("bfloat16", "formats.range.name")),
            value=claim("bfloat16", "formats.range.name"),
        ),
        make(
            Numeric,
            "bound",
            rich("How much faster, at least?"),
            answer=rich(claim("≥ 5", "speed.ratio.value")),
            value=claim("≥ 5", "speed.ratio.value"),
        ),
        make(
            Essay,
            "essay",
            rich("Plan a run."),
            tasks=(Task(rich("Choose a format."), 4, HERE), Task(rich("Count the bytes."), None, HERE)),
            answer=p("In bfloat16: ", math("2N"), " bytes."),
            rubric=Rubric((rich("Full"), rich("None")), (RubricRow(rich("Format"), 4, (rich("named"),), HERE),), HERE),
            criteria=(rich("names a format"),),
            words=Range(300, 400),
        ),
        make(Short, "short", rich("Why?"), answer=p("Because.")),
    )
    cards = (
        card("why", "Why warm up?", p("The first steps are noisy.\n", code("lr = 1e-3\n")), why=p("Every run does.")),
        make(
            Cloze,
            "gaps",
            rich("It starts at ", *cloze(1, "65,536"), " and grows by ", *cloze(2, "two", hint="a number"), "."),
            answer=p("By default."),
        ),
        make(Cloze, "power", rich("It starts at ", *cloze(1, math("2^{16}")), "."), answer=None),
    )
    terms = tuple(
        make(Term, word, rich(word), definition=p(text))
        for word, text in (("float16", "Five exponent bits."), ("bfloat16", "Eight."), ("float32", "Eight, and 23."))
    )
    problem = make(
        Problem,
        "dead",
        p("Show that it stays dead."),
        title=rich("A dead unit"),
        type=None,
        hints=(Hint("Conceptual", p("Look at the slope."), HERE), Hint("", p("It is zero."), HERE)),
        solution=p("No step moves it."),
        mistakes=(Mistake(p("It recovers slowly."), p("Zero is not small."), None, HERE),),
        extension=p("Try another activation."),
    )
    plain = make(Problem, "plain", p("Work it out."), solution=p("Done."))
    flow = lesson("flow", tags=("backprop",), title="Gradient flow")
    sections = (
        Section(SectionKind.FLASHCARDS, "", None, None, None, cards, Guide(), HERE),
        Section(SectionKind.QUIZ, "Part A", p("Answer all."), 2, Range(20, 30), quiz, Guide(), HERE),
        Section(SectionKind.PROBLEMS, "", None, None, None, (problem, plain), Guide(), HERE),
        Section(SectionKind.TERMS, "", None, None, None, terms, Guide(), HERE),
    )
    site = SiteOptions("https://example.org/training")
    return course(replace(flow, content=sections), media={PICTURE: PNG}, site=site)


# Any course ----------------------------------------------------------------------------------------------------------

_WORDS = st.text(
    st.one_of(st.sampled_from(" \t\n~=#{}:\\\"'<>&|;/%[](),.-$*^_`ab1é中"), st.characters(exclude_categories=("Cs",))),
    max_size=12,
)
_TEX = st.sampled_from([r"\frac{a}{b}", "x", "2^{16}", r"a \\ b", "a<b", "#1", ""])
_CLAIMS = st.sampled_from(
    ["8 GB", "-0.608", "16", "2^16", "≥ 5", "~30 %", "1–3", "O(N^2)", "always", "8.9e-16", "1.9×"]
)


def _number(text: str) -> Any:
    return claim(text, "sums.double.value", ClaimKind.CLAIM)


_PIECES = st.one_of(
    _WORDS.map(escape),
    _WORDS.map(lambda text: f"<em>{escape(text)}</em>"),
    st.builds(math, _TEX),
    st.builds(lambda tex: math(tex, display=True), _TEX),
    st.builds(code, _WORDS),
    st.builds(image, st.sampled_from(["loss.png", "nowhere.png", "https://example.org/a.png"]), _WORDS),
    _CLAIMS.map(_number),
)
_RUNS = st.one_of(
    _PIECES.map(lambda piece: (piece,)),
    st.builds(link, st.sampled_from(["https://example.org/", "#item-1", "nowhere.md"]), _WORDS.map(escape)),
)


def _joined(runs: list[tuple[Piece, ...]]) -> Rich:
    return rich(*(piece for run in runs for piece in run))


RICH = st.lists(_RUNS, max_size=4).map(_joined)
MAYBE = st.none() | RICH
_DELETED = st.builds(
    lambda number, hint, inner: (ClozeStart(number, hint, HERE), *inner, ClozeEnd()),
    st.integers(1, 3),
    _WORDS,
    st.lists(_RUNS, max_size=2).map(lambda runs: tuple(piece for run in runs for piece in run)),
)
CLOZED = st.lists(st.one_of(_RUNS, _DELETED), max_size=4).map(_joined)
_POINTS = st.none() | st.integers(0, 30)
_OPTIONS = st.lists(st.builds(lambda text, key: option(text, key=key, feedback="No."), RICH, st.booleans()), max_size=5)
_TASKS = st.lists(st.builds(lambda text, points: Task(text, points, HERE), RICH, _POINTS), max_size=2).map(tuple)
_RUBRIC = st.none() | st.builds(
    lambda levels, cells: Rubric(tuple(levels), (RubricRow(rich("Row"), 3, tuple(cells), HERE),), HERE),
    st.lists(RICH, max_size=2),
    st.lists(RICH, max_size=3),
)
_HINTS = st.lists(st.builds(lambda name, text: Hint(name, text, HERE), _WORDS, RICH), max_size=3).map(tuple)
_MISTAKES = st.lists(st.builds(lambda a, b, c: Mistake(a, b, c, HERE), RICH, RICH, MAYBE), max_size=2).map(tuple)
_ANSWERED = {"tasks": _TASKS, "answer": MAYBE, "rubric": _RUBRIC, "criteria": st.lists(RICH, max_size=2).map(tuple)}
_PARTS: dict[type, dict[str, st.SearchStrategy[Any]]] = {
    Card: {"answer": MAYBE, "both": st.booleans()},
    Cloze: {"front": CLOZED, "answer": MAYBE},
    Choice: {"options": _OPTIONS.map(tuple), "explanation": MAYBE, "gap": MAYBE},
    Short: _ANSWERED,
    Essay: {**_ANSWERED, "words": st.none() | st.just(Range(300, 400))},
    Numeric: {"answer": MAYBE, "value": st.none() | _CLAIMS.map(_number), "explanation": MAYBE},
    Problem: {"tasks": _TASKS, "hints": _HINTS, "solution": MAYBE, "mistakes": _MISTAKES, "extension": MAYBE},
    Term: {"definition": MAYBE, "both": st.booleans()},
}
_COMMON = {
    "title": MAYBE,
    "difficulty": st.none() | st.sampled_from(Difficulty),
    "bloom": st.lists(st.sampled_from(Bloom), max_size=2, unique=True).map(tuple),
    "tags": st.lists(_WORDS, max_size=2).map(tuple),
    "points": _POINTS,
    "minutes": st.none() | st.just(Range(5, 10)),
    "short_question": MAYBE,
    "in_short": MAYBE,
    "why": MAYBE,
}


@st.composite
def _items(draw: st.DrawFn) -> list[Any]:
    kinds = draw(st.lists(st.sampled_from(list(_PARTS)), max_size=5))
    made = []
    for kind in kinds:
        parts = {name: draw(strategy) for name, strategy in {**_COMMON, **_PARTS[kind]}.items()}
        made.append((kind, parts.pop("front", None) or draw(RICH), parts))
    return made


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """Any course: up to two lessons of up to two sections, whose items have ids in the order of reading."""
    number = 0
    lessons: list[Lesson] = []
    for name in ("first", "second")[: draw(st.integers(0, 2))]:
        sections = []
        for kind in draw(st.lists(st.sampled_from(SectionKind), max_size=2)):
            items = []
            for item, front, parts in draw(_items()):
                number += 1
                items.append(make(item, f"item-{number}", front, **parts))
            instructions, points = draw(MAYBE), draw(_POINTS)
            sections.append(Section(kind, draw(_WORDS), instructions, points, None, tuple(items), Guide(), HERE))
        title = draw(_WORDS)
        lessons.append(replace(lesson(name, title=title or name), content=tuple(sections)))
    site = draw(st.sampled_from([SiteOptions(), SiteOptions("https://example.org/")]))
    return course(*lessons, title=draw(_WORDS) or "Untitled", media={PICTURE: PNG}, site=site)
