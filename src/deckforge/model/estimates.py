"""What the raw samples of a measure come to: estimates with intervals, computed anew wherever somebody asks.

| rule | its trials hold, one trial a process | estimate |
|---|---|---|
| `paired-v1` | `baseline` and `candidate`: seconds a call in each round, of each configuration | baseline / candidate |
| `timed-v1` | `seconds` a call in each round; the fact `work` where a rate is meant | seconds, or work / seconds |
| `sweep-v1` | the one `value` of each configuration | itself; over processes that differ, their mean |
| `growth-v1` | `value` at each `size`; the fact `exact` where values do not vary | the exponent |

Ratios and times are averaged as logarithms: Hodges–Lehmann or the median within a process, the mean and Student's
interval across processes. Each of the three looks that a timing may get (see `verify.repeats`) is judged at 98.3 %, so
that all of them together err in 5 % at most. Rounds in which a GPU was slowed down are left out; where another process
appeared on it, there is no estimate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckforge.model.statistics import growth, log_ratio, mean_interval, median

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deckforge.model.claims import Samples, Scalar, Trial
    from deckforge.model.statistics import Fit

PAIRED = "paired-v1"
TIMED = "timed-v1"
SWEEP = "sweep-v1"
GROWTH = "growth-v1"
MEAN = "mean-v1"
SEARCH = "search-v1"
BYTES = "bytes-v1"
FLOPS = "flops-v1"

LOOK = 1 - 0.05 / 3
"""The confidence of each of three looks that together err in 5 %."""
FEWEST = 3
"""Fewer processes than this say nothing of how much processes differ."""
SLOWED = 0.9
"""A round counts where the GPU's clock was at least this part of its median."""


class NoEstimate(ValueError):  # noqa: N818 - reads as what it is
    """The samples say nothing; the text says why, as a clause for a person."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A quantity with its interval. `name` is the configuration of a sweep; `each` is what each process says."""

    value: float
    low: float
    high: float
    each: tuple[float, ...] = ()
    name: str = ""
    rounds: int = 0
    """How many rounds count, in all processes."""

    @property
    def processes(self) -> int:
        """How many processes it rests on."""
        return len(self.each)


def configurations(samples: Samples) -> tuple[str, ...]:
    """Return the names of a sweep's configurations; the empty one where there is no sweep."""
    last = {PAIRED: "baseline", TIMED: "seconds", SWEEP: "value"}.get(samples.rule)
    parts = (name.rpartition("/") for name in samples.trials[0].series)
    return tuple(name for name, _, series in parts if series == last)


def estimates(samples: Samples, *, one_sided: bool = False) -> tuple[Estimate, ...]:
    """Return what timings come to, one estimate a configuration.

    Raises:
        NoEstimate: too few processes or rounds, or the machine was not quiet.
    """
    for trial in samples.trials:
        if (others := trial.facts.get("other processes", 0)) != 0:
            what = "another process" if others == 1 else f"{others} other processes"
            raise NoEstimate(f"{what} appeared on the GPU while it was measured")
    each = {PAIRED: _paired, TIMED: _timed, SWEEP: _counted}[samples.rule]
    return tuple(each(samples.trials, name, one_sided=one_sided) for name in configurations(samples))


def rounds(trial: Trial, prefix: str = "") -> dict[str, tuple[float, ...]]:
    """Return a trial's series of one configuration without the rounds in which the GPU was slowed down."""
    series = {
        name.removeprefix(prefix): values
        for name, values in trial.series.items()
        if name.startswith(prefix) and "/" not in name.removeprefix(prefix)
    }
    clock, throttled = series.get("state MHz", ()), series.get("state throttled", ())
    usual = median(clock) if clock else 0.0
    count = max((len(values) for values in series.values()), default=0)
    kept = [
        index
        for index in range(count)
        if not (throttled and throttled[index]) and not (clock and clock[index] < SLOWED * usual)
    ]
    return {name: tuple(values[index] for index in kept) for name, values in series.items()}


def _paired(trials: Sequence[Trial], name: str, *, one_sided: bool) -> Estimate:
    found = [rounds(trial, f"{name}/" if name else "") for trial in trials]
    logs = [log_ratio(each["baseline"], each["candidate"]) for each in found if _enough(each, "baseline")]
    return _across(logs, name, sum(len(each["baseline"]) for each in found), one_sided=one_sided)


def _timed(trials: Sequence[Trial], name: str, *, one_sided: bool) -> Estimate:
    logs, count = [], 0
    for trial in trials:
        found = rounds(trial, f"{name}/" if name else "")
        if _enough(found, "seconds"):
            work = work_of(trial, name)
            each = median(found["seconds"])
            count += len(found["seconds"])
            logs.append(math.log(float(work) / each if isinstance(work, int | float) else each))
    return _across(logs, name, count, one_sided=one_sided)


def work_of(trial: Trial, name: str = "") -> Scalar | None:
    """Return how much work a call does in a configuration, where a rate is meant."""
    return trial.facts.get(f"{name}/work" if name else "work")


def _counted(trials: Sequence[Trial], name: str, *, one_sided: bool) -> Estimate:
    each = [trial.series[f"{name}/value"][0] for trial in trials]
    if len(set(each)) == 1:
        return Estimate(each[0], each[0], each[0], name=name)
    if len(each) < FEWEST:
        raise NoEstimate("fewer than three processes say nothing of how much processes differ")
    mean, low, high = mean_interval(each, LOOK, one_sided=one_sided)
    return Estimate(mean, low, high, tuple(each), name)


def _enough(found: Mapping[str, Sequence[float]], series: str) -> bool:
    return len(found.get(series, ())) >= 5


def _across(logs: Sequence[float], name: str, count: int, *, one_sided: bool) -> Estimate:
    if len(logs) < FEWEST:
        few = "one process" if len(logs) == 1 else f"{len(logs)} processes"
        raise NoEstimate(f"{few} with enough undisturbed rounds say nothing of how much processes differ")
    mean, low, high = mean_interval(logs, LOOK, one_sided=one_sided)
    each = tuple(math.exp(log) for log in logs)
    return Estimate(math.exp(mean), math.exp(low), math.exp(high), each, name, count)


def fits(samples: Samples, *, logs: int = 0) -> tuple[Fit, ...]:
    """Return the fit of each process of a growth; with `logs`, that of what is left when divided by log N so often."""
    return tuple(
        growth(
            trial.series["size"],
            [
                value / math.log(size) ** logs
                for size, value in zip(trial.series["size"], trial.series["value"], strict=True)
            ],
        )
        for trial in samples.trials
    )


def exponent(samples: Samples, *, logs: int = 0) -> Estimate:
    """Return the exponent of a growth: exact where the values are, else with an interval over processes.

    Where values do not vary, the interval reaches from the fitted exponent to the slope at the largest size.

    Raises:
        NoEstimate: too few processes.
    """
    found = fits(samples, logs=logs)
    each = tuple(fit.exponent for fit in found)
    if samples.trials[0].facts.get("exact") is True:
        ends = (found[0].exponent, found[0].steepness)
        return Estimate(each[0], min(ends), max(ends), each)
    if len(each) < FEWEST:
        raise NoEstimate("fewer than three processes say nothing of how much processes differ")
    mean, low, high = mean_interval(each, LOOK)
    return Estimate(mean, low, high, each)
