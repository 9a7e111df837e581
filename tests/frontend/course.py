"""A course in the shapes of `frontend/src/contract.ts`, with some of everything that the modes ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deckforge.emit.site import study
from tests.frontend import pages

if TYPE_CHECKING:
    from pathlib import Path


def _item(kind: str, name: str, front: str, **parts: Any) -> dict[str, Any]:
    shared = {"id": name, "kind": kind, "front": front, "title": "", "short": "", "why": "", "source": ""}
    return shared | parts


def card(name: str, front: str, answer: str, **parts: Any) -> dict[str, Any]:
    """A question that a word or a number answers."""
    return _item("card", name, front, answer=f"<p>{answer}</p>", plain=answer, **parts)


def term(name: str, front: str, answer: str, **parts: Any) -> dict[str, Any]:
    """A term and its definition."""
    return _item("term", name, front, answer=f"<p>{answer}</p>", plain=answer, **parts)


def cloze(name: str, text: str, *words: str) -> dict[str, Any]:
    """A sentence with a `{}` for each of the words."""
    blank = '<span class="df-blank">[…]</span>'
    marked = [f'<mark class="df-cloze" data-number="{at}">{word}</mark>' for at, word in enumerate(words, 1)]
    blanks = [
        {
            "number": at + 1,
            "front": text.format(*(blank if other == at else words[other] for other in range(len(words)))),
            "plain": word,
        }
        for at, word in enumerate(words)
    ]
    front = text.format(*(blank for _ in words))
    return _item("cloze", name, front, back=text.format(*marked), answer="", blanks=blanks)


def choice(
    name: str, front: str, *options: tuple[str, bool, str], shuffle: bool = True, **parts: Any
) -> dict[str, Any]:
    """A question with its options: text, whether it is a key, feedback."""
    made = [{"text": text, "key": key, "feedback": feedback} for text, key, feedback in options]
    multiple = sum(key for _, key, _ in options) > 1
    return _item("choice", name, front, options=made, multiple=multiple, shuffle=shuffle) | {
        "explanation": "",
        "gap": "",
    } | parts  # fmt: skip


ITEMS: tuple[dict[str, Any], ...] = (
    card("rule", "Which rule multiplies derivatives along a path?", "The chain rule",
         why="<p>Backpropagation is this rule, from the loss to each weight.</p>"),
    card("two-moments", "Which optimizer keeps two moments of each gradient?", "Adam"),
    card("fixes-scale", "Which layer brings each sample to mean zero and variance one?",
         "Layer normalization (LayerNorm)"),
    card("skip", "What carries a gradient past a block unchanged?", "A residual connection"),
    card("threshold", "Which activation is zero for every negative input?", "ReLU"),
    card("stops-blow-up", "What bounds the norm of a gradient before the step?", "Gradient clipping"),
    term("bfloat16", "bfloat16", "A 16-bit float with the exponent of float32 and seven bits of mantissa."),
    term("warm-up", "Warm-up", "A schedule that raises the learning rate from near zero over the first steps."),
    term("epoch", "Epoch", "One pass over all of the training data."),
    cloze("scaler", "The gradient scaler starts at {} and doubles every {} steps.", "65,536", "2,000"),
    choice(
        "vanishing",
        "<p>Which change removes the <em>cause</em> of vanishing gradients?</p>",
        ("Gradient clipping", False, "<p>Clipping bounds <em>exploding</em> gradients.</p>"),
        ('Activations with the derivative <span class="df-math">\\max(0, 1)</span>', True, ""),
        ("A larger batch", False, ""),
        ("More layers", False, "<p>Each layer multiplies by one more factor.</p>"),
        explanation="<p>A factor below one for each layer is what starves the first layers.</p>",
        gap="<p>If you chose clipping, compare exploding with vanishing gradients.</p>",
    ),
    choice(
        "five-bits",
        "Which formats have five bits of exponent?",
        ("float16", True, ""),
        ("bfloat16", False, "<p>It has eight, as float32.</p>"),
        ("float8 e5m2", True, ""),
        ("All of these", False, ""),
        shuffle=False,
    ),
    _item(
        "numeric", "adam-memory", "How much memory do Adam’s two moments of 10<sup>9</sup> parameters take in float32?",
        answer="<p>8 GB</p>", explanation="<p>Two moments of four bytes each.</p>", accept=study.accept("8 GB", ""),
    ),
    _item(
        "numeric", "shrink", "Ten layers halve a gradient each. What is left of 1?",
        answer="<p>0.00098</p>", explanation="", accept=study.accept("9.8e-4", ""),
    ),
    _item(
        "short", "why-layernorm", "Why do transformers use LayerNorm and not BatchNorm?",
        tasks=[], answer="<p>Its statistics need no other sequence.</p>", words="40–60",
        rubric={
            "levels": ["Full", "Part", "None"],
            "rows": [
                {"component": "Independence of the batch", "points": 4, "cells": ["Says why", "Says that", "Missing"]},
                {"component": "Lengths of sequences", "points": 2, "cells": ["Named", "Hinted at", "Missing"]},
            ],
        },
        criteria=["<p>Names what BatchNorm averages over</p>"],
    ),
    _item(
        "problem", "dead-relu", "<p>A unit never fires again after one step. Show when that happens.</p>",
        title="A dead ReLU", tasks=[{"text": "Write the gradient of the bias.", "points": 5}],
        hints=[{"name": "Conceptual", "text": "<p>What is the slope left of zero?</p>"}],
        solution="<p>Once the bias is below every input, its gradient is zero for all of them.</p>",
        mistakes=[{"mistake": "Blaming the learning rate", "why": "The bias decides", "prevention": "Plot the inputs"}],
        extension="<p>Do the same for leaky ReLU.</p>",
    ),
)  # fmt: skip

BLOOM = {"choice": "understand", "numeric": "apply", "short": "analyze", "problem": "apply"}
CONCEPTS = {"scaler": "formats", "bfloat16": "formats", "five-bits": "formats", "adam-memory": "memory"}
POINTS = {"vanishing": 2, "five-bits": 4, "adam-memory": 3, "shrink": 3, "why-layernorm": 6, "dead-relu": 5}
SECTION = {"card": "flashcards", "cloze": "flashcards", "term": "terms", "problem": "problems"}


def _summary(item: dict[str, Any]) -> dict[str, Any]:
    name, kind = item["id"], item["kind"]
    return {
        "id": name,
        "kind": kind,
        "lesson": "flow",
        "section": SECTION.get(kind, "quiz"),
        "text": item["title"] or name.replace("-", " ").capitalize(),
        "url": f"@/lessons/flow/#{name}",
        "concepts": [CONCEPTS.get(name, "gradients")],
        "difficulty": "medium",
        "bloom": [BLOOM.get(kind, "remember")],
        "critical": False,
        "tags": [],
        "both": name in ("epoch", "two-moments"),
        "blanks": [blank["number"] for blank in item.get("blanks", ())],
        "points": POINTS.get(name, 1),
        "minutes": 0,
    }


def data(items: tuple[dict[str, Any], ...] = ITEMS) -> dict[str, bytes]:
    """The course's scripts by their place on the site."""
    quiz = [item["id"] for item in items if SECTION.get(item["kind"], "quiz") == "quiz"]
    plain = {"minutes": 0, "performance": [], "review": [], "checklist": [], "progression": []}
    section = plain | {
        "kind": "quiz",
        "title": "Quiz",
        "items": quiz,
        "performance": [
            {"low": 0, "high": 69, "level": "On the way", "advice": "<p>Read the lesson once more.</p>"},
            {"low": 70, "high": 100, "level": "Fluent", "advice": "<p>Go on with memory.</p>"},
        ],
        "review": [
            {"items": ["vanishing"], "text": 'Go over <a href="@/lessons/flow/#vanishing">vanishing gradients</a>.'}
        ],
    }
    rest = plain | {
        "kind": "flashcards",
        "title": "Flashcards",
        "items": [item["id"] for item in items if item["id"] not in quiz],
    }
    course = {
        "schema": study.SCHEMA,
        "id": "modes",
        "title": "Training",
        "language": "en",
        "report": "",
        "worker": "",
        "lessons": [
            {
                "id": "flow",
                "title": "Gradient flow",
                "url": "@/lessons/flow/",
                "script": "@/assets/study/lesson-flow.js",
            }
        ],
        "decks": [{"id": "*", "title": "Training", "url": "@/index.html", "lessons": ["flow"]}],
        "concepts": [
            {"id": name, "title": name.capitalize(), "url": f"@/concepts/#{name}", "requires": []}
            for name in ("gradients", "formats", "memory")
        ],
        "defaults": {
            "newPerDay": 20,
            "reviewsPerDay": 200,
            "retention": 0.9,
            "test": {"count": 10, "minutes": 0, "kinds": ["card", "term", "cloze", "choice", "numeric"]},
        },
        "items": [_summary(item) for item in items],
    }
    texts = {
        "schema": study.SCHEMA,
        "course": "modes",
        "lesson": "flow",
        "items": list(items),
        "sections": [section, rest],
    }
    return {
        "assets/study/course.js": study.script("course", course),
        "assets/study/lesson-flow.js": study.script("lesson", texts),
    }


def site(folder: Path, items: tuple[dict[str, Any], ...] = ITEMS) -> Path:
    """Write the pages of `pages` with this course."""
    pages.write(folder)
    for path, script in data(items).items():
        (folder / path).write_bytes(script)
    return folder
