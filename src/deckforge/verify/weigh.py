"""Outputs that measures made, compared with what is written: speedups, rates, exponents, and searches.

Three-valued like every comparison. What the raw samples come to is computed in `model.estimates`, from scratch.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.model import estimates, written
from deckforge.model.claims import ClaimKind
from deckforge.verify.finding import Finding, Fit, NotComparable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.model.claims import Claim, Samples
    from deckforge.model.estimates import Estimate
    from deckforge.model.written import Interval, Written

RULES = (estimates.PAIRED, estimates.TIMED, estimates.SWEEP, estimates.GROWTH, estimates.SEARCH)
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
        if samples.rule == estimates.GROWTH:
            return _growth(text, samples)
        return _best(text, samples) if _is_ceiling(text, samples) else _timing(text, samples)
    except estimates.NoEstimate as error:
        return Finding(Fit.OPEN, _allowed(text), "", why=str(error))


def _allowed(text: Written) -> str:
    return text.growth if text.kind is written.Kind.SCALING else text.interval().text


def _timing(text: Written, samples: Samples) -> Finding:
    interval = text.interval()
    bound = text.kind is written.Kind.BOUND
    found = _asked(text, estimates.estimates(samples, one_sided=bound))
    fits = [_fit(interval, each) for each in found]
    if Fit.NO in fits:
        wrong = found[fits.index(Fit.NO)]
        correction = _corrected(text, text.correction(wrong.value)) if len(found) == 1 else ""
        return Finding(Fit.NO, interval.text, _shown(text, wrong), correction)
    if Fit.OPEN in fits:
        return Finding(Fit.OPEN, interval.text, _shown(text, found[fits.index(Fit.OPEN)]))
    return Finding(Fit.YES, interval.text, "; ".join(_shown(text, each) for each in found))


def _is_ceiling(text: Written, samples: Samples) -> bool:
    return text.reached is not None and len(estimates.configurations(samples)) > 1


def _best(text: Written, samples: Samples) -> Finding:
    """Compare `up to 4x` with a sweep: the upper end of its best configuration is what is written, and none is beyond.

    An interval so wide that its lower end is more than a quarter below says nothing yet.
    """
    reached = text.reached
    assert reached is not None
    interval = reached.interval()
    best = max(_asked(text, estimates.estimates(samples)), key=lambda each: each.value)
    allowed = f"at best {interval.text}"
    if interval.misses(best.low, best.high):
        correction = _corrected(text, f"up to {reached.correction(best.value)}")
        return Finding(Fit.NO, allowed, f"at best {_shown(text, best)}", correction)
    near = (1 - float(written.ABOUT_CAP)) * interval.low
    settled = interval.low <= best.high <= interval.high and best.low >= near
    return Finding(Fit.YES if settled else Fit.OPEN, allowed, f"at best {_shown(text, best)}")


def _corrected(text: Written, correction: str) -> str:
    return f"{correction} {text.sizes.text}" if correction and text.sizes else correction


def _asked(text: Written, found: Sequence[Estimate]) -> Sequence[Estimate]:
    """Return the estimates of those configurations that a writing speaks of; all where it names no sizes.

    Raises:
        NotComparable: no configuration says such a size.
        NoEstimate: they do not reach from one end to the other.
    """
    sizes = text.sizes
    if sizes is None:
        return found
    known = {each: size for each in found if (size := _size(each.name, sizes.name)) is not None}
    inside = [each for each, size in known.items() if size in sizes]
    if not known:
        named = ", ".join(f"`{each.name}`" for each in found if each.name) or "no sweep"
        raise NotComparable(f"`{text.text}` speaks of {sizes.name}, and the proof returned {named}")
    if not inside or not sizes.spanned([known[each] for each in inside]):
        reach = f"{sizes.name} = {min(known.values()):,.0f} to {max(known.values()):,.0f}"
        raise estimates.NoEstimate(f"measured for {reach}, and claimed {sizes.text}")
    return inside


def _size(name: str, called: str) -> float | None:
    """Return the size that a configuration's name says, as `N = 1,024`, or as nothing but a number."""
    found = re.search(rf"(?:^|\W){re.escape(called)}\s*=\s*([^;]+)", name)
    text = found[1] if found else name
    for said in (text, text.partition(", ")[0]):
        try:
            value = written.parse(said).value
        except written.WrittenError:
            continue
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    return None


def _fit(interval: Interval, found: Estimate) -> Fit:
    if interval.covers(found.low, found.high):
        return Fit.YES
    return Fit.NO if interval.misses(found.low, found.high) else Fit.OPEN


def _shown(text: Written, found: Estimate) -> str:
    where = f" at {found.name}" if found.name else ""
    if not found.processes:
        return f"{text.show(found.value)}{where}"
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
