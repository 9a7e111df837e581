"""Verdicts: what was written against what was measured.

`judge` is a pure function of the claim and its measurement, and runs at every build; nothing keeps its result. A value
fits when it lies in the acceptance interval of the writing; a list of samples fits when the whole 95 % interval of its
mean does, misses when none of it does, and is inconclusive in between. A claim of kind `wrong` turns this round.
`diagnose` says of a verdict what an author has to do about it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Related, Severity
from deckforge.model import written
from deckforge.model.claims import ClaimKind, Status, Verdict
from deckforge.model.statistics import mean_interval
from deckforge.verify import weigh
from deckforge.verify.finding import Finding, Fit, NotComparable

if TYPE_CHECKING:
    from deckforge.diagnostics import Diagnostic
    from deckforge.model.claims import Claim, Measurement, ProofSignature, Scalar
    from deckforge.model.written import Written

REFUTED = Code(
    "DF631",
    "claim-refuted",
    Severity.ERROR,
    "A number in a lesson is not what was measured.",
    "A learner would memorise it. The acceptance interval is what the writing allows: half a unit of the last written "
    "digit, at most 5 %, unless the claim says otherwise.",
    "[-0.68](claim:backprop.relu_chain.dw2?w2=0.3)",
    "[-0.608](claim:backprop.relu_chain.dw2?w2=0.3)",
)
TRUE_AFTER_ALL = Code(
    "DF632",
    "wrong-value-true",
    Severity.ERROR,
    "A number that a lesson states as false is true.",
    "A distractor or a bug that is right misleads more than a mistake does: whoever chooses it is told off.",
    "[-0.608](wrong:backprop.relu_chain.dw2?w2=0.3)",
    "State another value, or make it a claim.",
)
FAILED = Code(
    "DF633",
    "proof-failed",
    Severity.ERROR,
    "A proof crashed, ran out of time or memory, or returned something that cannot be compared with the claim.",
    "Its claims are neither right nor wrong as far as anybody knows. Other proofs are not affected.",
    'return {"loss": float("nan")}',
    "Call the function by itself, with the claim's arguments, and mend it.",
)
INCONCLUSIVE = Code(
    "DF634",
    "claim-inconclusive",
    Severity.WARNING,
    "The samples of a measurement spread over the border of what the writing allows.",
    "The quantity may be as written or may not be; a verdict either way would be luck.",
    "[2.0x](claim:attention.speedup.ratio), measured 2.02 (95 %: 1.91 to 2.13)",
    "Take more samples, or write less exactly: `~2x`, `1.9–2.2x`.",
)
STALE = Code(
    "DF635",
    "receipt-stale",
    Severity.WARNING,
    "There is a receipt for a claim, but the proof has changed since it was made.",
    "What was measured is no longer what the proof says, so the number is open until it is measured again.",
    "verify/attention.py, edited after its receipt was recorded on a GPU",
    "deckforge verify --device cuda --record",
)
UNPROVEN = Code(
    "DF636",
    "claim-unproven",
    Severity.WARNING,
    "Nothing has measured a number.",
    "It is marked so on cards and site, and never passes for proven. That is no mistake where a GPU is needed and none "
    "is here.",
    "[1.8x](claim:attention.speedup.ratio) without a receipt, on a machine without a GPU",
    "Run `deckforge verify --device cuda --record` where there is one, and commit the receipt.",
)
DISAGREE = Code(
    "DF637",
    "cards-disagree",
    Severity.WARNING,
    "A number holds on one card and not on another.",
    "Both have been measured, and one of them judges the claim. A reader with the other card is told something wrong.",
    "[2.0x](claim:attention.speedup.ratio), proven on an H100 and refuted on an A100",
    "[2.0x](claim:attention.speedup.ratio?@device=H100)",
)
CODES = (REFUTED, TRUE_AFTER_ALL, FAILED, INCONCLUSIVE, STALE, UNPROVEN, DISAGREE)

_OF_STATUS = {
    Status.REFUTED: REFUTED,
    Status.FAILED: FAILED,
    Status.INCONCLUSIVE: INCONCLUSIVE,
    Status.STALE: STALE,
    Status.UNPROVEN: UNPROVEN,
}
_SHOWN = 200
"""How many characters of a proof's own words a message repeats."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Why there is no measurement to judge by: `stale` or `unproven`, a clause, and how to get one (`""`: unknown)."""

    status: Status
    reason: str
    remedy: str = ""


def judge(claim: Claim, measurement: Measurement | None, absence: Absence | None = None) -> Verdict:
    """Return the verdict on a claim.

    `absence` says why there is nothing to judge by; a measurement given with it (a stale receipt's) is kept as evidence
    and decides nothing.
    """
    if claim.kind is ClaimKind.CITE:
        return Verdict(claim, Status.CITED, f"cited: {claim.target}")
    if claim.kind is ClaimKind.GIVEN:
        return Verdict(claim, Status.GIVEN, "given as a premise")
    if absence is not None or measurement is None:
        absence = absence or Absence(Status.UNPROVEN, "nothing has measured it")
        return Verdict(claim, absence.status, absence.reason, _interval(claim), measurement=measurement)
    if measurement.failure:
        return Verdict(claim, Status.FAILED, measurement.failure, _interval(claim), measurement=measurement)
    try:
        found = _compare(claim, measurement)
    except NotComparable as error:
        return Verdict(claim, Status.FAILED, str(error), _interval(claim), measurement=measurement)
    status, reason, correction = _verdict(claim, found)
    return Verdict(claim, status, reason, found.interval, found.measured, correction, measurement)


def _verdict(claim: Claim, found: Finding) -> tuple[Status, str, str]:
    """Return status, reason and correction of a comparison."""
    allowed = f"{claim.text} allows {found.interval}" if found.interval else f"the lesson says {claim.text}"
    if found.fit is Fit.SEARCHED:
        return Status.UNREFUTED, found.measured, ""
    if found.fit is Fit.OPEN:
        reason = found.why or f"measured {found.measured}, which lies on the border: {allowed}"
        return Status.INCONCLUSIVE, reason, ""
    fits = found.fit is Fit.YES
    if claim.kind is ClaimKind.WRONG:
        if fits:
            return Status.REFUTED, f"stated as false, but measured {found.measured}: {allowed}", ""
        return Status.PROVEN, found.why or f"stated as false, and measured {found.measured}", ""
    if fits:
        return Status.PROVEN, found.why or f"measured {found.measured}: {allowed}", ""
    return Status.REFUTED, found.why or f"measured {found.measured}, but {allowed}", found.correction


def _compare(claim: Claim, measurement: Measurement) -> Finding:
    """Compare a claim's text with the output that it names."""
    if claim.output in measurement.faults:
        raise NotComparable(measurement.faults[claim.output])
    if claim.output not in measurement.outputs:
        names = ", ".join(f"`{name}`" for name in measurement.outputs) or "nothing"
        raise NotComparable(f"the proof returned no `{claim.output}`; it returned {names}")
    value = measurement.outputs[claim.output]
    if isinstance(value, str):
        fit = Fit.YES if value == claim.text.strip() else Fit.NO
        return Finding(fit, "", value, value)
    try:
        text = written.parse(claim.text, claim.override)
    except written.WrittenError as error:
        raise NotComparable(str(error)) from None
    samples = measurement.samples.get(claim.output)
    if samples is not None and samples.rule in weigh.RULES:
        return weigh.weigh(claim, text, samples)
    if text.sizes is not None:
        raise NotComparable(f"`{text.text}` speaks of {text.sizes.name}: let the proof return `sweep(…)`")
    if isinstance(value, bool):
        return _compare_truth(text, value)
    if text.kind is written.Kind.SCALING:
        raise NotComparable(f"`{text.text}` is a growth: let the proof return `scaling(…)`")
    if not text.numeric:
        raise NotComparable(f"the proof returned a number, and `{claim.text}` is none")
    return _compare_samples(text, value) if isinstance(value, tuple) else _compare_number(text, value)


def _compare_truth(text: Written, value: bool) -> Finding:
    if text.kind is not written.Kind.TRUTH:
        raise NotComparable(f"the proof returned {str(value).lower()}, and `{text.text}` is no truth value")
    fit = Fit.YES if text.accepts(value) else Fit.NO
    return Finding(fit, "", text.show(value), text.correction(value))


def _compare_number(text: Written, value: float) -> Finding:
    _finite(value)
    interval = text.interval(whole=isinstance(value, int))
    fit = Fit.YES if value in interval else Fit.NO
    return Finding(fit, interval.text, text.show(value), _correction(text, value))


def _compare_samples(text: Written, samples: tuple[float, ...]) -> Finding:
    for sample in samples:
        _finite(sample)
    interval = text.interval()
    if not samples:
        raise NotComparable("the proof returned no samples")
    if len(samples) == 1:
        return Finding(Fit.OPEN, interval.text, f"{text.show(samples[0])} (one sample says nothing of its spread)")
    mean, low, high = mean_interval(samples)
    shown = f"{text.show(mean)} (95 %: {text.show(low)} to {text.show(high)}, {len(samples)} samples)"
    if interval.covers(low, high):
        return Finding(Fit.YES, interval.text, shown)
    if interval.misses(low, high):
        return Finding(Fit.NO, interval.text, shown, _correction(text, mean))
    return Finding(Fit.OPEN, interval.text, shown)


def _finite(value: float) -> None:
    try:
        finite = math.isfinite(value)
    except OverflowError:
        raise NotComparable("the proof returned a whole number beyond any floating-point number") from None
    if not finite:
        raise NotComparable(f"the proof returned {value}, which is no finite number")


def _correction(text: Written, value: Scalar) -> str:
    """Return what to write: the same bytes in the other base where that is what was meant, else the measured value."""
    twin = text.twin()
    return twin.text if twin is not None and twin.accepts(value) else text.correction(value)


def _interval(claim: Claim) -> str:
    """Return the acceptance interval of a claim that nothing was compared with, as text; `""` where it has none."""
    try:
        text = written.parse(claim.text, claim.override)
    except written.WrittenError:
        return ""
    if text.kind is written.Kind.SCALING:
        return text.growth
    return text.interval().text if text.numeric else ""


def diagnose(
    verdict: Verdict, signature: ProofSignature | None = None, absence: Absence | None = None
) -> Diagnostic | None:
    """Return what an author has to know of a verdict, or `None` where all is well.

    `signature` is the proof's, to show where it stands; `absence` is what `judge` was given.
    """
    code = _OF_STATUS.get(verdict.status)
    if code is None:
        return None
    claim = verdict.claim
    if signature is not None and signature.is_block and verdict.status in (Status.REFUTED, Status.FAILED):
        return _comment(verdict)
    related = (Related(signature.span, "the proof"),) if signature is not None else ()
    if verdict.status is Status.REFUTED and claim.kind is ClaimKind.WRONG:
        fix = "state a value that is false, or make it a `claim:`"
        return TRUE_AFTER_ALL.at(claim.text_span, _refutation(verdict), fix=fix, related=related)
    if verdict.status is Status.REFUTED:
        return code.at(claim.text_span, _refutation(verdict), fix=_fix(verdict), related=related)
    if verdict.status is Status.FAILED:
        message = f"`{claim.reference}` could not be measured: {_short(verdict.reason)}"
        return code.at(claim.span, message, fix=_mend(verdict), related=related)
    if verdict.status is Status.INCONCLUSIVE:
        fix = "take more samples, or write less exactly"
        return code.at(claim.text_span, f"`{claim.text}` is open: {verdict.reason}", fix=fix, related=related)
    remedy = absence.remedy if absence is not None else ""
    word = "has to be measured again" if verdict.status is Status.STALE else "is unproven"
    return code.at(claim.text_span, f"`{claim.text}` {word}: {verdict.reason}", fix=remedy, related=related)


def _comment(verdict: Verdict) -> Diagnostic:
    """Say what is wrong with a comment in a code block that states what its line comes to."""
    claim = verdict.claim
    if verdict.status is Status.REFUTED:
        message = f"the line comes to {verdict.measured}; its comment says `{claim.text}`"
        return REFUTED.at(claim.text_span, f"{message}, which allows {verdict.interval}", fix=_fix(verdict))
    fix = "state what it comes to, or put words before the number: `# step 3` is no value"
    return FAILED.at(claim.text_span, f"`{claim.text}` cannot be compared: {_short(verdict.reason)}", fix=fix)


def contradicted(verdict: Verdict, other: Verdict) -> Diagnostic | None:
    """Return what an author has to know where another card's measurement decides the other way, else `None`."""
    if {verdict.status, other.status} != {Status.PROVEN, Status.REFUTED}:
        return None
    claim = verdict.claim
    ours, theirs = (each.measurement.device if each.measurement else "" for each in (verdict, other))
    message = f"`{claim.text}` is {verdict.status} on {ours}, and {other.status} on {theirs}: {other.measured} there"
    return DISAGREE.at(claim.text_span, message, fix="name the card that it holds on, as in `?@device=H100`")


def _refutation(verdict: Verdict) -> str:
    claim = verdict.claim
    allowed = f", which allows {verdict.interval}" if verdict.interval else ""
    own = f" (by its own tolerance, `{claim.override}`)" if claim.override else ""
    says = "calls false" if claim.kind is ClaimKind.WRONG else "says"
    return f"`{claim.reference}` measured {verdict.measured}; the lesson {says} `{claim.text}`{allowed}{own}"


def _fix(verdict: Verdict) -> str:
    if not verdict.correction:
        return ""
    write = f"write `{verdict.correction}`"
    try:
        text = written.parse(verdict.claim.text, verdict.claim.override)
    except written.WrittenError:
        return write
    twin = text.twin()
    if twin is not None and twin.text == verdict.correction:
        return f"true as {twin.unit}: {write}"
    finer = verdict.measured  # in the author's hand, with a digit or two more
    exact = text.kind in (written.Kind.WRITTEN, written.Kind.COUNT) and "(" not in finer
    return f"{write}, or more exactly `{finer}`" if exact and finer != verdict.correction else write


def _mend(verdict: Verdict) -> str:
    """Return what to do about a proof that failed."""
    claim, measurement = verdict.claim, verdict.measurement
    if measurement is not None and measurement.failure:
        return f"`deckforge explain {claim.proof}` shows the traceback"
    return (
        f"let `{claim.proof}` return what `{claim.text}` can be compared with: a number, truth value, text or samples"
    )


def _short(text: str) -> str:
    line = text.strip().partition("\n")[0]
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
