"""A small course as data, with one of everything that a page can show, and its verdicts.

It is made from the model directly: what is tested here is the site, not the reader. The words that only answers use
are in `ANSWERS`; the words that only questions and prose use are in `OPEN`.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deckforge.diagnostics import has_errors
from deckforge.emit import Artifact, Context
from deckforge.emit import site as emitter
from deckforge.emit.site import engine
from deckforge.emit.site.view import words_of
from deckforge.model.claims import Claim, ClaimKind, Measurement, Parameter, ProofSignature, Status, Verdict
from deckforge.model.course import (
    Advice,
    Band,
    Concept,
    Connection,
    Correction,
    Course,
    Guide,
    Heading,
    Lesson,
    Preset,
    Prose,
    Reference,
    Review,
    Section,
    SectionKind,
    SiteOptions,
)
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
    Option,
    Problem,
    ProblemType,
    Range,
    Rubric,
    RubricRow,
    Short,
    Task,
    Term,
)
from deckforge.model.rich import ClozeEnd, ClozeStart, Code, Image, LinkEnd, LinkStart, Mark, Math, Rich
from deckforge.model.source import Source, Span
from deckforge.project import Project

if TYPE_CHECKING:
    from deckforge.diagnostics import Outcome
    from deckforge.model.rich import Piece

ROOT = Path(__file__).parents[2]

ANSWERS = (
    "jacobianproduct",
    "clozedeletion",
    "feedbackword",
    "explanationword",
    "gapword",
    "modelanswerword",
    "rubricword",
    "criterionword",
    "hintword",
    "solutionword",
    "mistakeword",
    "extensionword",
    "definitionword",
    "hiddentitleword",
    "whyword",
    "measuredword",
)
OPEN = ("vanishingquestion", "proseword", "objectiveword", "instructionword", "statementword", "optionword", "termword")

PROOF = '''@proof
def shrink(factor: float = 0.5, depth: int = 50) -> dict[str, float]:
    """What is left of a gradient after `depth` layers that each multiply it by `factor`.

    Outputs:
        product: a ratio, without unit
    """
    product = 1.0
    for _ in range(depth):
        product *= factor
    return {"product": product}
'''

PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 90" role="img">'
    b'<path d="M8 8v70h224" fill="none" stroke="#7a8a93" stroke-width="2"/>'
    b'<path d="M8 14C50 60 110 74 228 76" fill="none" stroke="#2f7f79" stroke-width="3"/></svg>'
)

_places = 0


def span(path: str = "content/flow.md") -> Span:
    """A place of its own: claims that differ in nothing else are still two."""
    global _places  # noqa: PLW0603 - a counter of places
    _places += 1
    return Span(path, _places, _places)


def rich(*pieces: Piece, block: bool = True, text: str | None = None) -> Rich:
    """Text from HTML and other pieces; a block unless it is said to be inline."""
    return Rich(pieces, words_of(pieces) if text is None else text, block, span())


def line(*pieces: Piece, text: str | None = None) -> Rich:
    """Text of one inline run; what stands as `str` is plain words."""
    return rich(
        *(escape(piece, quote=False) if isinstance(piece, str) else piece for piece in pieces), block=False, text=text
    )


def para(*pieces: Piece) -> Rich:
    """Text of one paragraph."""
    return rich("<p>", *pieces, "</p>")


class Numbers:
    """Makes claims and remembers the verdict of each."""

    def __init__(self) -> None:
        self.verdicts: dict[Claim, Verdict] = {}

    def claim(
        self,
        text: str,
        status: Status = Status.PROVEN,
        kind: ClaimKind = ClaimKind.CLAIM,
        *,
        item: str = "",
        target: str = "backprop.shrink.product",
        lesson: str = "flow",
        reason: str = "The measurement lies in the interval.",
        measured: str = "8.8818e-16 measuredword",
        interval: str = "[8.85e-16, 8.95e-16]",
        context: str = "fifty factors leave a number",
    ) -> Claim:
        needs = kind in (ClaimKind.CLAIM, ClaimKind.WRONG)
        arguments = (("factor", "0.5"), ("depth", "50")) if needs else ()
        claim = Claim(
            kind,
            text,
            target if needs or kind is ClaimKind.CITE else "",
            arguments,
            "",
            lesson,
            item,
            context,
            span(),
            span(),
        )
        ran = needs and status in (Status.PROVEN, Status.REFUTED)
        self.verdicts[claim] = Verdict(
            claim,
            status,
            reason,
            interval if needs else "",
            measured if ran else "",
            "",
            _measurement() if ran else None,
        )
        return claim


def _measurement() -> Measurement:
    return Measurement(
        proof="backprop.shrink",
        arguments={"factor": 0.5, "depth": 50},
        outputs={"product": 8.881784197001252e-16},
        failure="",
        trace="",
        device_class="cpu",
        device="cpu",
        environment={"torch": "2.13.0", "python": "3.11.7"},
        method="",
        made="2026-11-22T03:00:00Z",
        seconds=0.0123,
        origin="live",
        fingerprint="f" * 64,
    )


def course(*, url: str = "", numbers: Numbers | None = None) -> tuple[Course, dict[Claim, Verdict]]:
    """The course, and the verdict of every claim in it."""
    numbers = numbers or Numbers()
    lessons = (_flow(numbers), _formats())
    source = Source("verify/backprop.py", PROOF.encode())
    found = Course(
        id="training",
        title="Training deep networks",
        description="What happens inside a network while it learns, with every number measured.",
        deck="Deep learning::Training",
        authors=("The DeckForge developers",),
        licence="CC BY 4.0",
        language="en",
        concepts=(
            Concept("chain-rule", "The chain rule", para("Derivatives of nested functions multiply."), (), span()),
            Concept("gradient-flow", "Gradient flow", None, ("chain-rule",), span()),
        ),
        references=(
            Reference(
                "fa3", "FlashAttention-3", ("Shah", "Bikshandi"), "2024", "https://example.org/fa3", "Table 1.", span()
            ),
        ),
        preset=Preset("Deep learning", 20, 200, 0.9),
        site=SiteOptions(url=url, report="https://example.org/mistake?item={item}&about={title}&page={url}"),
        silenced=(),
        lessons=lessons,
        proofs={
            "backprop.shrink": ProofSignature(
                "backprop",
                "shrink",
                (Parameter("factor", "float", "0.5"),),
                ("product",),
                "cpu",
                None,
                None,
                "What is left of a gradient after many layers.",
                "",
                Span("verify/backprop.py", 0, len(PROOF)),
                "f" * 64,
                {},
            )
        },
        media={"content/media/decay curve.svg": PICTURE},
        sources={"verify/backprop.py": source},
        span=span(),
    )
    return found, numbers.verdicts


def _flow(numbers: Numbers) -> Lesson:
    code = "def step(w2: float) -> float:\n    # the head's weight\n    return 0.5 * (0.24 - 1) ** 2  # 0.2888\n"
    at = code.index("0.2888")
    in_code = numbers.claim("0.2888", interval="[0.28875, 0.28885]", measured="0.2888")
    truth = numbers.claim("8%", measured="8", interval="[7.5, 8.5]", context="2,000 of 25,000 steps are 8%")
    wrong = numbers.claim(
        "0.1%", kind=ClaimKind.WRONG, item="warm-up", measured="8 measuredword", interval="[0.05, 0.15]"
    )
    value = numbers.claim("-0.608", item="dw2", measured="-0.608", interval="[-0.6085, -0.6075]")
    cards = Section(
        SectionKind.FLASHCARDS,
        "",
        None,
        None,
        None,
        (
            Card(
                id="vanishing",
                title=None,
                front=line("Why do gradients vanish in deep networks, vanishingquestion?"),
                difficulty=Difficulty.EASY,
                bloom=(Bloom.UNDERSTAND,),
                concepts=("gradient-flow", "chain-rule"),
                critical=True,
                answer=para(
                    "Each layer multiplies by its Jacobian, a jacobianproduct; fifty factors of 0.5 leave ",
                    numbers.claim("8.9e-16", item="vanishing"),
                    ". See <em>",
                    LinkStart("formats.md#bfloat16", "", span()),
                    "number formats",
                    LinkEnd(),
                    "</em>.",
                ),
                in_short=line("A product of factors below one shrinks exponentially."),
                why=para("It decides whether early layers learn at all: whyword."),
                span=span(),
            ),
            Cloze(
                id="scaler",
                title=None,
                front=line(
                    "The gradient scaler starts at ",
                    ClozeStart(1, "a power", span()),
                    "clozedeletion ",
                    Math("2^{16}", False, span()),
                    ClozeEnd(),
                    " and halves.",
                ),
                answer=para("Overflow halves it."),
                difficulty=Difficulty.MEDIUM,
                bloom=(Bloom.REMEMBER,),
                span=span(),
            ),
            Card(
                id="read-code",
                title=line("Reading hiddentitleword code"),
                front=rich(
                    "<p>What does this print?</p>", Code(code, "python", "", (Mark(at, at + 6, in_code),), span())
                ),
                answer=para("The loss."),
                span=span(),
            ),
        ),
        Guide(),
        span(),
    )
    quiz = Section(
        SectionKind.QUIZ,
        "Part A",
        para("Answer without the notes: instructionword."),
        10,
        Range(20, 30),
        (
            Choice(
                id="fix",
                title=None,
                front=line("Which change removes the cause of vanishing gradients?"),
                difficulty=Difficulty.MEDIUM,
                bloom=(Bloom.APPLY,),
                concepts=("gradient-flow",),
                options=(
                    Option(
                        line("Gradient clipping optionword"),
                        key=False,
                        feedback=para("Clipping bounds <em>exploding</em> gradients: feedbackword."),
                        span=span(),
                    ),
                    Option(line("ReLU activations"), key=True, feedback=None, span=span()),
                    Option(
                        line("A warm-up of ", wrong, text="A warm-up of 0.1%"),
                        key=False,
                        feedback=para(
                            "It is ", numbers.claim("8 %", item="fix", measured="8", interval="[7.5, 8.5]"), "."
                        ),
                        span=span(),
                    ),
                ),
                explanation=para("Its derivative is one where it is active: explanationword."),
                gap=para(
                    "Review ", LinkStart("#vanishing", "", span()), "vanishing gradients", LinkEnd(), ": gapword."
                ),
                span=span(),
            ),
            Short(
                id="norm",
                title=None,
                front=line("Why do transformers use LayerNorm?"),
                points=15,
                bloom=(Bloom.ANALYZE,),
                tasks=(),
                # An answer with folds of its own: what follows them is still an answer.
                answer=rich(
                    "<details><summary>Aside</summary><div><p>Nested.</p></div></details>",
                    "<p>No dependence on the batch: modelanswerword.</p>",
                ),
                rubric=None,
                criteria=(line("Names the batch criterionword"),),
                words=Range(60, 120),
                span=span(),
            ),
            Essay(
                id="pipeline",
                title=line("Design"),
                front=para("Design the training of a 1.3B model."),
                points=30,
                bloom=(Bloom.EVALUATE, Bloom.CREATE),
                difficulty=Difficulty.HARD,
                minutes=Range(25, 25),
                words=Range(600, 800),
                tasks=(Task(line("Choose a number format."), 10, span()), Task(line("Plan the memory."), 20, span())),
                answer=para("Start from memory."),
                rubric=Rubric(
                    (line("Full"), line("Half")),
                    (
                        RubricRow(
                            line("Format"), 10, (line("bf16 with reasons rubricword"), line("bf16 alone")), span()
                        ),
                        RubricRow(line("Memory"), 20, (line("A table of states"), line("A total")), span()),
                    ),
                    span(),
                ),
                criteria=(),
                span=span(),
            ),
            Numeric(
                id="dw2",
                title=None,
                front=line(
                    "What is ",
                    Math(r"\partial L/\partial w_2", False, span()),
                    " for ",
                    Math("w_2 = 0.3", False, span()),
                    "?",
                ),
                answer=para("It is ", value, "."),
                value=value,
                explanation=para("The chain rule, twice."),
                span=span(),
            ),
        ),
        Guide(
            performance=(
                Band(90, 100, line("Mastery"), line("Go on to number formats."), span()),
                Band(0, 89, line("Not yet"), line("Repeat the cards."), span()),
            ),
            review=(Advice(("fix", "norm"), line("exploding against vanishing gradients"), span()),),
            checklist=(
                Advice((), line("I can say why early layers starve."), span()),
                Advice(("fix", "vanishing"), line("I can name what helps."), span()),
            ),
            progression=(
                Advice(("vanishing", "scaler"), line("Learn the cards."), span()),
                Advice(("bfloat16",), line("Go on to number formats."), span()),
                Advice((), line("Come back in a week."), span()),
            ),
            schedule=(Review(7, ("vanishing",), line("the product of slopes"), span()),),
        ),
        span(),
    )
    problems = Section(
        SectionKind.PROBLEMS,
        "",
        None,
        None,
        None,
        (
            Problem(
                id="dead",
                title=line("A dead unit, hiddentitleword"),
                front=rich(
                    "<p>A unit has the weights statementword ",
                    Math("w = -3", False, span()),
                    ". When does it learn?</p>",
                    Math(r"h = \max(0, w_1 x_1 + w_2 x_2 + w_3 x_3 + w_4 x_4 + w_5 x_5 + w_6 x_6)", True, span()),
                ),
                difficulty=Difficulty.EASY,
                concepts=("gradient-flow",),
                minutes=Range(15, 20),
                type=ProblemType.WARM_UP,
                requires=("chain-rule",),
                tasks=(),
                hints=(
                    Hint("Conceptual", para("What is the slope left of zero, hintword?"), span()),
                    Hint("", para("Try one input."), span()),
                ),
                solution=para("Never: solutionword."),
                mistakes=(
                    Mistake(
                        line("Raising the rate mistakeword"),
                        line("Zero times anything"),
                        line("Look at the slope first"),
                        span(),
                    ),
                ),
                extension=para("Try a leaky unit: extensionword."),
                span=span(),
            ),
        ),
        Guide(),
        span(),
    )
    warm_up = Problem(
        id="warm-up",
        title=None,
        front=para("A plan calls 2,000 of 25,000 steps ", wrong, " of the training. What is it?"),
        type=ProblemType.DEBUG,
        tasks=(),
        hints=(),
        mistakes=(),
        extension=None,
        solution=para(
            "Divide: ", numbers.claim("0.08", item="warm-up", measured="0.08", interval="[0.075, 0.085]"), "."
        ),
        span=span(),
    )
    problems = Section(problems.kind, "", None, None, None, (*problems.items, warm_up), Guide(), span())
    terms = Section(
        SectionKind.TERMS,
        "",
        None,
        None,
        None,
        (
            Term(
                id="saturation",
                title=None,
                front=line("Saturation termword"),
                definition=para("Where a slope is almost zero: definitionword."),
                span=span(),
            ),
        ),
        Guide(),
        span(),
    )
    prose = (
        Prose(
            Heading(1, line("Gradient flow"), "gradient-flow-1", span()),
            para(
                "A gradient reaches the first layers as a product, proseword. After fifty layers of slope 0.5, ",
                numbers.claim("8.9e-16"),
                " is left; FlashAttention-3 reaches ",
                numbers.claim("75 %", Status.CITED, ClaimKind.CITE, target="fa3", reason="FlashAttention-3, Table 1."),
                " of the peak, which takes ",
                numbers.claim("1.8", Status.UNPROVEN, reason="It needs a GPU, and there is no receipt."),
                " times less time. A network of ",
                numbers.claim("12", Status.GIVEN, ClaimKind.GIVEN, reason="A premise."),
                " layers is assumed.",
            ),
            span(),
        ),
        Prose(
            Heading(2, line("The product `a_b` of *slopes*: x < y & {#z}"), "slopes", span()),
            rich(
                "<p>With ",
                Math(r"\partial L/\partial w_2 = \delta\, h_1", False, span()),
                " the loss falls:</p>\n",
                '<div class="df-table"><table>\n<thead><tr><th>Depth</th><th>Left</th></tr></thead>\n',
                "<tbody><tr><td>10</td><td>",
                Math("2^{-10}", False, span()),
                "</td></tr></tbody></table></div>\n",
                '<div class="df-alert df-note">\n<p class="df-alert-title">Note</p>\n<p>Slopes multiply.</p>\n</div>\n',
                '<ul>\n<li><input disabled="" type="checkbox"/>\nMeasured</li>\n',
                '<li><input disabled="" type="checkbox" checked=""/>\nWritten down</li>\n</ul>\n<p>',
                Image("decay curve.svg", "the gradient's size falling with depth", "", span()),
                "</p>\n",
                Code("``` not a fence\n\n    --8<-- 'no snippet'\n\tx = [1, 2]\n", "text", "", (), span()),
            ),
            span(),
        ),
    )
    return Lesson(
        id="flow",
        title="Gradient flow",
        description="Why early layers starve, and what feeds them.",
        path="content/flow.md",
        deck="Training",
        source="Lecture notes, part 2",
        subject="",
        generated="",
        tags=("backprop", "depth"),
        objectives=(
            line("Explain why early layers starve: objectiveword"),
            line("Compute gradients through ReLU by hand"),
        ),
        requires=("formats",),
        connections=(
            Connection("formats", "", line("what the numbers are stored in"), span()),
            Connection("", "Control theory", line("the same products"), span()),
        ),
        corrections=(
            Correction(
                "The warm-up, 2,000 of 25,000 steps, is ~0.1% of training.",
                "Study set on training, card 12",
                para("It is ", truth, "."),
                (truth,),
                span(),
            ),
        ),
        claims=(in_code,),
        content=(*prose, cards, quiz, problems, terms),
        span=span(),
    )


def _formats() -> Lesson:
    terms = Section(
        SectionKind.TERMS,
        "",
        None,
        None,
        None,
        (
            Term(
                id="bfloat16",
                title=None,
                front=line("bfloat16"),
                definition=para("1 sign bit, 8 exponent bits, 7 mantissa bits."),
                both=True,
                span=span(),
            ),
        ),
        Guide(),
        span(),
    )
    return Lesson(
        id="formats",
        title="Number formats & <mixed> precision",
        description='What "half" costs.',
        path="content/formats.md",
        deck="",
        source="",
        subject="",
        generated="",
        tags=("memory",),
        objectives=(),
        requires=(),
        connections=(),
        corrections=(),
        claims=(),
        content=(Prose(None, para("Half the bytes, and a narrower range."), span()), terms),
        span=span(),
    )


MADE = (
    Artifact("build/decks/training.apkg", b"PK" + b"\0" * 40_000),
    Artifact("build/tables/training.csv", b"Front,Back\n"),
    Artifact("build/tables/training.txt", b"#separator:Tab\n"),
    Artifact("build/course.json", b"{}\n"),
    Artifact("content/anki.lock", b"not for readers"),
)


def project(folder: Path) -> Project:
    """A project with this checkout's own mkdocs.yml."""
    (folder / "content").mkdir(parents=True, exist_ok=True)
    (folder / "content" / "course.yaml").write_text("id: training\n")
    (folder / "mkdocs.yml").write_bytes((ROOT / "mkdocs.yml").read_bytes())
    return Project(folder)


def context(folder: Path, **options: Any) -> Context:
    """What the emitter gets."""
    found, verdicts = course(**options)
    return Context(project(folder), found, verdicts, now=1_790_000_000, made=MADE)


def emit(folder: Path, **options: Any) -> Outcome[tuple[Artifact, ...]]:
    """The emitter's artifacts for the course."""
    return emitter.emit(context(folder, **options))


def site(folder: Path, **options: Any) -> Path:
    """The folder of the built site; fails where anything was wrong on the way."""
    made = emit(folder, **options)
    assert not has_errors(made.diagnostics), made.diagnostics
    built = engine.build(Project(folder), made.value, epoch=1_790_000_000)
    assert built.value is not None, built.diagnostics
    assert built.diagnostics == ()
    return built.value
