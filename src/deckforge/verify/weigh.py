"""Outputs that measures made, compared with what is written: speedups, rates, exponents, and searches.

Three-valued like every comparison. What the raw samples come to is computed in `model.estimates`, from scratch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.model import estimates, written
from deckforge.model.claims import ClaimKind
from deckforge.verify.finding import Finding, Fit, NotComparable

if TYPE_CHECKING:
    from deckforge.model.claims import Claim, Samples
    from deckforge.model.estimates import Estimate
    from deckforge.model.written import Interval, Written

RULES = (estimates.PAIRED, estimates.TIMED, estimates.GROWTH, estimates.SEARCH)
"""The rules of outputs that are judged here; the others hold a plain number or plain samples."""


def weigh(claim: Claim, text: Written, samples: Samples) -> Finding:
    """Compare a written value with what a measure kept.

    Raises:
        NotComparable: the writing says nothing that could be compared with it.
    """
    if samples.rule == estimates.SEARCH:
        return _search(claim, text, samples)
    if text.kind is written.Kind.SCALING and samples.rule != estimates.GROWTH:
        raise NotComparable(f"`{text.text}` is a growth, and the proof returned no `scaling(…)`")
    if not text.numeric and text.kind is not written.Kind.SCALING:
        raise NotComparable(f"the proof returned a number, and `{text.text}` is none")
    try:
        return _growth(text, samples) if samples.rule == estimates.GROWTH else _timing(text, samples)
    except estimates.NoEstimate as error:
        return Finding(Fit.OPEN, _allowed(text), "", why=str(error))


def _allowed(text: Written) -> str:
    return text.growth if text.kind is written.Kind.SCALING else text.interval().text


def _timing(text: Written, samples: Samples) -> Finding:
    interval = text.interval()
    bound = text.kind is written.Kind.BOUND
    found = estimates.estimates(samples, one_sided=bound)
    fits = [_fit(interval, each) for each in found]
    if Fit.NO in fits:
        wrong = found[fits.index(Fit.NO)]
        correction = text.correction(wrong.value) if len(found) == 1 else ""
        return Finding(Fit.NO, interval.text, _shown(text, wrong), correction)
    if Fit.OPEN in fits:
        return Finding(Fit.OPEN, interval.text, _shown(text, found[fits.index(Fit.OPEN)]))
    return Finding(Fit.YES, interval.text, "; ".join(_shown(text, each) for each in found))


def _fit(interval: Interval, found: Estimate) -> Fit:
    if interval.covers(found.low, found.high):
        return Fit.YES
    return Fit.NO if interval.misses(found.low, found.high) else Fit.OPEN


def _shown(text: Written, found: Estimate) -> str:
    where = f" at {found.name}" if found.name else ""
    spread = f"95 %: {text.show(found.low)} to {text.show(found.high)}, {found.processes} processes"
    return f"{text.show(found.value)}{where} ({spread})"


def _growth(text: Written, samples: Samples) -> Finding:
    fit = estimates.fits(samples)[0]
    over = f"over N = {fit.first:,.0f} to {fit.last:,.0f}"
    exact = samples.trials[0].facts.get("exact") is True
    if text.kind is not written.Kind.SCALING:
        found = estimates.exponent(samples)
        interval = text.interval()
        shown = f"{text.show(found.value)} {over}"
        if exact:
            return Finding(
                Fit.YES if found.value in interval else Fit.NO, interval.text, shown, text.correction(found.value)
            )
        return Finding(_fit(interval, found), interval.text, f"{_shown(text, found)} {over}")
    found = estimates.exponent(samples, logs=text.logs)
    slack = written.COUNTED if exact else written.TIMED
    low, high = text.power - slack, text.power + slack
    factor = " beside log N" if text.logs else ""
    spread = "" if exact else f" (95 %: {found.low:.2f} to {found.high:.2f}, {found.processes} processes)"
    shown = f"exponent {found.value:.2f}{factor}{spread} {over}"
    # Two decimals would sometimes show an exponent inside that lies outside.
    if low <= found.low and found.high <= high:
        return Finding(Fit.YES, text.growth, shown)
    if found.high < low or found.low > high:
        return Finding(Fit.NO, text.growth, shown, _order(samples, slack))
    bends = f", and {found.high if found.value == found.low else found.low:.2f} at the end" if exact else ""
    return Finding(Fit.OPEN, text.growth, shown + bends)


def _order(samples: Samples, slack: float) -> str:
    """Return the growth that fits, as one writes it; `""` where none of the common ones does."""
    for power, logs, shown in ((0, 0, "O(1)"), (1, 0, "O(N)"), (2, 0, "O(N²)"), (3, 0, "O(N³)"), (1, 1, "O(N log N)")):
        found = estimates.exponent(samples, logs=logs)
        if power - slack <= found.low and found.high <= power + slack:
            return shown
    return ""


def _search(claim: Claim, text: Written, samples: Samples) -> Finding:
    if text.kind is not written.Kind.TRUTH:
        raise NotComparable(f"the proof searched for a counterexample, and `{text.text}` is no `always` or `never`")
    facts = samples.trials[0].facts
    cases = f"{facts.get('cases', 0):,}"
    if counterexample := facts.get("counterexample"):
        shown = f"a counterexample, {counterexample}"
        correction = text.correction(False)
        fit = Fit.NO if text.truth else Fit.YES
        return Finding(fit, "", shown, correction if text.truth else "", why=f"a search found {shown}")
    shown = f"no counterexample in {'all ' if facts.get('whole') else ''}{cases} cases"
    if text.truth and claim.kind is not ClaimKind.WRONG:
        return Finding(Fit.SEARCHED, "", shown)
    return Finding(Fit.OPEN, "", shown, why=f"{shown}, which decides nothing")
