"""Small courses made from the model itself, for tests that are about Anki and not about reading lessons."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any

from deckforge.emit import Context
from deckforge.model.claims import Claim, ClaimKind, Measurement, ProofSignature, Status, Verdict
from deckforge.model.course import Concept, Course, Guide, Lesson, Preset, Reference, Section, SectionKind, SiteOptions
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
from deckforge.model.rich import ClozeEnd, ClozeStart, Code, Image, LinkEnd, LinkStart, Math, Piece, Rich
from deckforge.model.source import Span
from deckforge.project import Project

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from deckforge.model.items import AnyItem

HERE = Span("content/flow.md", 0, 1)
NOW = 1_780_000_000
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


def rich(*pieces: Piece, block: bool = False) -> Rich:
    """Return a text of these pieces; a `str` is HTML."""
    plain = "".join(_plain(piece) for piece in pieces)
    return Rich(pieces, unescape(re.sub(r"<[^>]+>", "", plain)), block, HERE)


def _plain(piece: Piece) -> str:
    match piece:
        case (str() as text) | Claim(text=text) | Math(tex=text) | Code(text=text) | Image(alt=text):
            return text
    return ""


def p(*pieces: Piece) -> Rich:
    """Return a paragraph."""
    return rich("<p>", *pieces, "</p>", block=True)


def math(tex: str, *, display: bool = False) -> Math:
    return Math(tex, display, HERE)


def code(text: str, language: str = "python") -> Code:
    return Code(text, language, "", (), HERE)


def image(source: str, alt: str = "") -> Image:
    return Image(source, alt, "", HERE)


def link(target: str, text: str) -> tuple[Piece, ...]:
    return (LinkStart(target, "", HERE), text, LinkEnd())


def cloze(number: int, *pieces: Piece, hint: str = "") -> tuple[Piece, ...]:
    return (ClozeStart(number, hint, HERE), *pieces, ClozeEnd())


def claim(text: str, target: str, kind: ClaimKind = ClaimKind.CLAIM, **arguments: object) -> Claim:
    pairs = tuple((name, str(value)) for name, value in arguments.items())
    return Claim(kind, text, target, pairs, "", "flow", "", "", HERE, HERE)


def signature(qualified: str, device: str = "cpu") -> ProofSignature:
    module, _, name = qualified.rpartition(".")
    return ProofSignature(module, name, (), (), device, None, None, "", "", HERE, "0" * 8, {})


def measured(origin: str, device: str = "cpu", made: str = "2026-01-01T00:00:00Z", seconds: float = 0.1) -> Measurement:
    device_class = "cpu" if device == "cpu" else "cuda"
    return Measurement("", {}, {}, "", "", device_class, device, {}, "", made, seconds, origin, "")


def option(text: str | Rich, *, key: bool = False, feedback: str = "") -> Option:
    shown = text if isinstance(text, Rich) else rich(text)
    return Option(shown, key, p(feedback) if feedback else None, HERE)


def card(id_: str, front: str | Rich, answer: str | Rich | None = None, **more: Any) -> Card:
    return Card(
        id=id_,
        title=more.pop("title", None),
        front=front if isinstance(front, Rich) else rich(front),
        answer=answer if isinstance(answer, Rich) else p(answer or "An answer."),
        span=HERE,
        **more,
    )


def make(kind: type, id_: str, front: Rich, **more: Any) -> Any:
    """Return an item of any kind; what is not given is empty."""
    empty: dict[type, dict[str, Any]] = {
        Card: {"answer": None},
        Cloze: {"answer": None},
        Choice: {"options": (), "explanation": None, "gap": None},
        Short: {"tasks": (), "answer": None, "rubric": None, "criteria": (), "words": None},
        Essay: {"tasks": (), "answer": None, "rubric": None, "criteria": (), "words": None},
        Numeric: {"answer": None, "value": None, "explanation": None},
        Problem: {"type": None, "tasks": (), "hints": (), "solution": None, "mistakes": (), "extension": None},
        Term: {"definition": None},
    }
    return kind(**({"id": id_, "title": None, "front": front, "span": HERE} | empty[kind] | more))


def lesson(id_: str, *items: AnyItem, kind: SectionKind = SectionKind.FLASHCARDS, **more: Any) -> Lesson:
    section = Section(kind, "", None, None, None, items, Guide(), HERE)
    fields: dict[str, Any] = {
        "id": id_,
        "title": id_.replace("-", " ").capitalize(),
        "description": "",
        "path": f"content/{id_}.md",
        "deck": "",
        "source": "",
        "subject": "",
        "generated": "",
        "tags": (),
        "objectives": (),
        "requires": (),
        "connections": (),
        "corrections": (),
        "claims": (),
        "content": (section,),
        "span": HERE,
    }
    return Lesson(**(fields | more))


def course(*lessons: Lesson, **more: Any) -> Course:
    fields: dict[str, Any] = {
        "id": "training",
        "title": "Training networks",
        "description": "How networks learn.",
        "deck": "Networks",
        "authors": ("A. Writer",),
        "licence": "CC BY 4.0",
        "language": "en",
        "concepts": (Concept("gradient-flow", "Gradient flow", None, (), HERE),),
        "references": (),
        "preset": Preset("Training networks", 12, 150, 0.92),
        "site": SiteOptions(),
        "silenced": (),
        "lessons": lessons,
        "proofs": {},
        "media": {},
        "sources": {},
        "span": HERE,
    }
    return Course(**(fields | more))


def context(
    root: Path,
    made: Course,
    *,
    now: int = NOW,
    locked: bool = False,
    verdicts: Mapping[Claim, Verdict] | None = None,
) -> Context:
    """Return a context; claims without a verdict are proven by a run of this build."""
    every = {each: Verdict(each, Status.PROVEN, "", measurement=measured("live")) for each in made.all_claims()}
    return Context(Project(root), made, every | dict(verdicts or {}), now, locked)


def demo() -> Course:
    """Return a course with an item of every kind, as an author would write them."""
    easy = {"difficulty": Difficulty.EASY, "concepts": ("gradient-flow",), "bloom": (Bloom.UNDERSTAND,)}
    hard = {"difficulty": Difficulty.HARD, "concepts": ("gradient-flow",), "bloom": (Bloom.ANALYZE,)}
    shrink = claim("8.9e-16", "backprop.shrink.product", factor=0.5, depth=50)
    grad = claim("-0.608", "backprop.relu_chain.dw2", w2=0.3)
    fast = claim("1.9×", "attention.speed.ratio")
    table = (
        "<table><thead><tr><th>Activation</th><th>Derivative for x &gt; 0</th><th>Ten layers, at best</th></tr></thead>"
        "<tbody><tr><td>sigmoid</td><td>at most 0.25</td><td>9.5e-7</td></tr>"
        "<tr><td>tanh</td><td>at most 1</td><td>1</td></tr><tr><td>ReLU</td><td>exactly 1</td><td>1</td></tr></tbody>"
        "</table>"
    )
    basics = (
        card(
            "vanishing",
            "Why do gradients vanish in deep networks?",
            rich(
                "<p>Going backwards, every layer multiplies the gradient by its Jacobian. Fifty factors of ",
                math("0.5"),
                " leave ",
                shrink,
                " of it, and the first layers learn nothing.</p>",
                table,
                "<p>A residual branch adds a path whose factor is the identity:</p>",
                math(r"\frac{\partial y}{\partial x} = I + \frac{\partial F}{\partial x}", display=True),
                block=True,
            ),
            in_short=rich("A product of factors below one shrinks exponentially with depth."),
            why=p("Every cure (ReLU, residual paths, normalisation, initialisation) changes one of those factors."),
            critical=True,
            **easy,
        ),
        card(
            "relu-grad",
            "What does this print, and why?",
            rich(
                "<p>It prints <code>tensor(0.)</code>: the unit is off for every negative input, and PyTorch takes 0 "
                "as the derivative at 0 itself.</p>",
                block=True,
            ),
            title=rich("The gradient of a ReLU that is off"),
            **hard,
        ),
        make(
            Cloze,
            "scaler",
            rich(
                "The gradient scaler starts at ",
                *cloze(1, math("2^{16}")),
                " and doubles after ",
                *cloze(2, "2,000", hint="steps"),
                " steps without an overflow.",
            ),
            answer=p("An overflow halves it and skips the step."),
            **easy,
        ),
    )
    basics = (
        basics[0],
        replace(
            basics[1],
            front=rich(
                "<p>What does this print, and why?</p>",
                code(
                    "import torch\n\nx = torch.tensor(-2.0, requires_grad=True)\n"
                    "y = torch.relu(x)  # the unit is off: nothing flows back through it, however long this line is\n"
                    "y.backward()\nprint(x.grad)\n"
                ),
                block=True,
            ),
        ),
        basics[2],
    )
    terms = (
        make(
            Term,
            "bfloat16",
            rich("bfloat16"),
            definition=p("A 16-bit float with 1 sign bit, 8 exponent bits and 7 bits of mantissa: float32, cut short."),
            both=True,
            difficulty=Difficulty.EASY,
        ),
    )
    quiz = (
        make(
            Choice,
            "fix",
            rich("Which change removes the <em>cause</em> of vanishing gradients?"),
            options=(
                option("Clipping gradients at norm 1", feedback="Clipping bounds gradients that are too large."),
                option("ReLU in place of the sigmoid", key=True, feedback="Its factor is 1 wherever the unit is on."),
                option("A larger batch", feedback="That makes the gradient less noisy, not larger."),
                option(rich("Weight decay of ", math(r"\lambda = 0.1")), feedback="It shrinks weights further."),
            ),
            explanation=p("The cause is a product of factors below one; only one option changes a factor."),
            gap=p("If you chose clipping, compare exploding with vanishing gradients."),
            points=10,
            **hard,
        ),
        make(
            Choice,
            "state",
            rich("What does Adam keep for every parameter?"),
            options=(
                option("A running mean of its gradients", key=True),
                option("A running mean of their squares", key=True),
                option("The gradient of the step before", feedback="Only momentum is kept, not the gradient."),
            ),
            explanation=None,
            **easy,
        ),
        make(
            Numeric,
            "dw2",
            rich("What is ", math(r"\partial L / \partial w_2"), " for ", math("w_2 = 0.3"), "?"),
            answer=rich(grad),
            value=grad,
            explanation=p("The hidden unit is on, so the chain rule has three factors: ", math(r"(y - 1)\,h"), "."),
            **hard,
        ),
        make(
            Short,
            "why-layernorm",
            rich("Why do transformers normalise over features and not over the batch?"),
            answer=p(
                "Sequences differ in length, and batches at inference may hold one. Statistics over a token's own "
                "features need no other token, so training and inference compute the same function."
            ),
            criteria=(rich("names the dependence on the batch"), rich("says what happens at inference")),
            words=Range(40, 80),
            points=15,
            minutes=Range(5, 5),
            **easy,
        ),
        make(
            Essay,
            "pipeline",
            rich("Design the training of a 1.3B model on eight GPUs."),
            tasks=(
                Task(rich("Choose the precision of every tensor that is kept."), 6, HERE),
                Task(rich("Estimate the memory a device needs, and say what you would shard first."), 9, HERE),
            ),
            answer=p("Weights in bfloat16, moments in float32; the moments are ", fast, " the weights: shard those."),
            rubric=Rubric(
                (rich("Complete"), rich("Partly"), rich("Missing")),
                (
                    RubricRow(
                        rich("Precision"),
                        6,
                        (
                            rich("every tensor named, with a reason"),
                            rich("formats named, without reasons"),
                            rich("one format for all"),
                        ),
                        HERE,
                    ),
                    RubricRow(
                        rich("Memory"),
                        9,
                        (
                            rich("computed, and compared with the card"),
                            rich("computed"),
                            rich("guessed"),
                        ),
                        HERE,
                    ),
                ),
                HERE,
            ),
            words=Range(600, 800),
            minutes=Range(25, 25),
            points=15,
            **hard,
        ),
    )
    problems = (
        make(
            Problem,
            "dead-relu",
            rich(
                "<p>A hidden unit gives 0 for every training example. Show that no step of gradient descent on these "
                "examples will ever bring it back.</p>",
                block=True,
            ),
            title=rich("A dead ReLU"),
            type=ProblemType.WARM_UP,
            minutes=Range(15, 20),
            hints=(
                Hint("Conceptual", p("What is the derivative of the unit's output where it is off?"), HERE),
                Hint("Procedural", p("Write the gradient of its weights as a sum over the examples."), HERE),
                Hint("", p("Every term of that sum has the same factor."), HERE),
            ),
            solution=p(
                "Each term has the factor ",
                math(r"\mathrm{relu}'(z_i) = 0"),
                ", so the gradient of the unit's weights is exactly zero, and the step leaves them as they are.",
            ),
            mistakes=(
                Mistake(
                    p("“The gradient is small, so it recovers slowly.”"),
                    p("It is zero, not small."),
                    p("write the factor down before arguing."),
                    HERE,
                ),
            ),
            extension=p("Which activation would have let it recover?"),
            **hard,
        ),
    )
    flow = replace(
        lesson("gradient-flow", *basics, deck="Training", tags=("backprop",)),
        content=(
            Section(SectionKind.FLASHCARDS, "", None, None, None, basics, Guide(), HERE),
            Section(SectionKind.TERMS, "", None, None, None, terms, Guide(), HERE),
            Section(SectionKind.QUIZ, "", None, None, None, quiz, Guide(), HERE),
            Section(SectionKind.PROBLEMS, "", None, None, None, problems, Guide(), HERE),
        ),
    )
    return course(
        flow,
        site=SiteOptions("https://example.org/training"),
        references=(Reference("fa3", "FlashAttention-3", ("J. Shah",), "2024", "", "", HERE),),
        proofs={
            "backprop.shrink": signature("backprop.shrink"),
            "backprop.relu_chain": signature("backprop.relu_chain"),
            "attention.speed": signature("attention.speed", "cuda"),
        },
    )
