"""How each number of a note is answered for, in words that are the same on every machine.

A note's fields may depend on sources, templates and committed receipts alone: a date, a duration or the name of the
machine that happened to build would make every build a change, and a change overwrites what learners edited. So a
claim whose proof runs on a CPU is "checked by running" it, whoever ran it; a claim that needs a GPU is "measured on"
the device of its receipt, or openly unproven.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckforge.model.claims import IMPORTED, ClaimKind, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.model.claims import Claim, Verdict
    from deckforge.model.course import Course

_BORNE_OUT = (Status.PROVEN, Status.UNREFUTED, Status.UNPROVEN, Status.STALE)
"""What a proof that runs on a CPU may have come to without a word against the claim: where torch is missing nothing
was measured, and a note must not tell one machine from another."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What answers for a number: the CSS class that marks it, a short phrase, and the proof that says so."""

    css: str
    words: str
    proof: str = ""
    arguments: str = ""

    @property
    def sentence(self) -> str:
        """All of it as plain text: `checked by running backprop.relu_chain (w2 = 0.3)`."""
        proof = f" {self.proof}" if self.proof else ""
        return f"{self.words}{proof}" + (f" ({self.arguments})" if self.arguments else "")


def answer(claim: Claim, course: Course, verdicts: Mapping[Claim, Verdict]) -> Answer:
    """Return what answers for a claim."""
    if claim.kind is ClaimKind.CITE:
        reference = next((reference for reference in course.references if reference.key == claim.target), None)
        if reference is None:
            return Answer("df-unproven", "unproven: cites an unknown source")
        title = f"{reference.title} ({reference.year})" if reference.year else reference.title
        return Answer("df-cite", f"source: {title}")
    if claim.kind is ClaimKind.GIVEN:
        return Answer("df-given", "given")
    return _proved(claim, course, verdicts)


def _proved(claim: Claim, course: Course, verdicts: Mapping[Claim, Verdict]) -> Answer:
    """Return what answers for a claim that names a proof."""
    verdict = verdicts.get(claim)
    signature = course.proofs.get(claim.proof)
    arguments = ", ".join(f"{name} = {value}" for name, value in claim.given)
    wrong = claim.kind is ClaimKind.WRONG
    css = "df-wrong" if wrong else "df-proof"
    if claim.device or (signature is not None and signature.device == "cuda"):
        measurement = verdict.measurement if verdict else None
        if measurement and measurement.method == IMPORTED:
            source = measurement.environment.get("imported from", "elsewhere")
            return Answer("df-unproven", f"imported from {source}, not proven by", claim.proof, arguments)
        if verdict and measurement and measurement.origin == "receipt" and verdict.status is Status.PROVEN:
            words = "stated as wrong, and refuted on" if wrong else "measured on"
            return Answer(css, f"{words} {measurement.device} by", claim.proof, arguments)
        return Answer("df-unproven", "unproven: needs a GPU to run", claim.proof, arguments)
    if verdict is None or verdict.status not in _BORNE_OUT:
        return Answer("df-unproven", "unproven: not borne out by", claim.proof, arguments)
    words = "stated as wrong, and refuted by running" if wrong else "checked by running"
    return Answer(css, words, claim.proof, arguments)
