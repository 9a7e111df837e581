"""What a measurement kept, for an author in a terminal: samples in a line each, facts, and what was measured before."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from deckforge.model import estimates
from deckforge.model.statistics import log_ratio, mean_interval, median

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from deckforge.model.claims import Measurement, Samples, Scalar, Trial

BARS = "▁▂▃▄▅▆▇█"
_BINS = 24
_MANY = 8
"""Samples up to this many are written out."""


def histogram(values: Sequence[float], bins: int = _BINS) -> str:
    """Return how often values fall where, from the least to the greatest, as one line of bars."""
    low, high = min(values), max(values)
    if low == high:
        return BARS[-1]
    counts = [0] * bins
    for value in values:
        counts[min(int((value - low) / (high - low) * bins), bins - 1)] += 1
    most = max(counts)
    return "".join(BARS[math.ceil(count / most * (len(BARS) - 1))] if count else " " for count in counts)


def output(name: str, value: Scalar | tuple[float, ...]) -> str:
    """Return an output in a line, samples as their summary."""
    if not isinstance(value, tuple) or len(value) <= _MANY:
        return f"{name} = {value!r}"
    mean, low, high = mean_interval(value)
    spread = f"mean {mean:.4g} (95 %: {low:.4g} to {high:.4g}), {min(value):.4g} |{histogram(value)}| {max(value):.4g}"
    return f"{name}: {len(value)} samples, {spread}"


def samples(name: str, kept: Samples) -> Iterator[str]:
    """Yield what a measure kept, line by line: what each process says, and then the facts."""
    for number, trial in enumerate(kept.trials, 1):
        which = f"process {number}: " if len(kept.trials) > 1 else ""
        for line in _trial(kept.rule, trial):
            yield f"{name}: {which}{line}"
    if kept.rule in (estimates.PAIRED, estimates.TIMED, estimates.SWEEP):
        try:
            for each in estimates.estimates(kept):
                where = f" at {each.name}" if each.name else ""
                if not each.processes:
                    yield f"{name}: {each.value:.4g}{where}"
                    continue
                yield (
                    f"{name}: together{where} {each.value:.4g} (95 % over all looks: {each.low:.4g} to "
                    f"{each.high:.4g}), {each.processes} processes, {each.rounds} rounds"
                )
        except estimates.NoEstimate as error:
            yield f"{name}: no estimate, because {error}"
    facts = {key: value for key, value in kept.trials[0].facts.items() if value != ""}
    if facts:
        yield f"{name}: {', '.join(f'{key} {value}' for key, value in facts.items())}"


def _trial(rule: str, trial: Trial) -> Iterator[str]:
    if rule == estimates.PAIRED:
        for name in estimates.configurations(estimates_of(trial, rule)):
            found = estimates.rounds(trial, f"{name}/" if name else "")
            ratios = [a / b for a, b in zip(found["baseline"], found["candidate"], strict=True)]
            if not ratios:
                yield f"{name} no undisturbed round".strip()
                continue
            both = math.exp(log_ratio(found["baseline"], found["candidate"]))
            times = f"{_time(median(found['baseline']))} / {_time(median(found['candidate']))}"
            yield (
                f"{f'{name}: ' if name else ''}{both:.4g} = {times}, "
                f"{min(ratios):.3g} |{histogram(ratios)}| {max(ratios):.3g}"
            )
    elif rule == estimates.TIMED:
        for name in estimates.configurations(estimates_of(trial, rule)):
            times_ = estimates.rounds(trial, f"{name}/" if name else "")["seconds"]
            if not times_:
                continue
            where = f"{name}: " if name else ""
            yield f"{where}{_time(median(times_))}, {_time(min(times_))} |{histogram(times_)}| {_time(max(times_))}"
    elif rule == estimates.GROWTH:
        pairs = zip(trial.series["size"], trial.series["value"], strict=True)
        yield ", ".join(f"{size:,.0f}: {value:.4g}" for size, value in pairs)


def estimates_of(trial: Trial, rule: str) -> Samples:
    """Return one trial as samples of its own."""
    from deckforge.model.claims import Samples

    return Samples(rule, (trial,))


def _time(seconds: float) -> str:
    for factor, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= factor:
            return f"{seconds / factor:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def history(others: Iterable[Measurement], shown: Measurement | None) -> Iterator[str]:
    """Yield a line for each other measurement of a proof that is still kept, oldest first."""
    for each in sorted(others, key=lambda one: (one.made, one.origin)):
        same = shown is not None and (each.made, each.device, dict(each.arguments)) == (
            shown.made, shown.device, dict(shown.arguments),
        )  # fmt: skip
        if same:
            continue
        arguments = ", ".join(f"{name}={value}" for name, value in sorted(each.arguments.items()))
        outputs = "; ".join(output(name, value) for name, value in each.outputs.items())
        changed = "" if shown is None or each.fingerprint == shown.fingerprint else ", before the proof changed"
        yield f"{each.made} on {each.device} ({each.origin}{changed}){f' {arguments}' if arguments else ''}: {outputs}"
