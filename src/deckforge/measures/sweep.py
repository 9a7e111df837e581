"""The same quantity under several configurations: "2–4x for N = 1k–16k", "up to 4x".

    sweep({f"N = {n:,}": speedup(naive, fused, inputs=tensors(n)) for n in (1024, 4096, 16384)})

A range or a bound that a lesson writes has to hold under each of them, and the verdict names the one that it does not
hold under. *Up to* speaks of the best one: that has to come to what is written, and none may go beyond. A written value
that says for which sizes it holds is judged by those configurations whose names say such a size.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from deckforge.measures import BYTES, FLOPS, PAIRED, SWEEP, TIMED, Measure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.model.claims import Scalar


def sweep(parts: Mapping[str, Measure | float]) -> Measure:
    """Return one measure of several: timings (all of one kind), or numbers and counts that do not vary.

    The names say what a part was measured under, a size as `N = 1,024`.

    Raises:
        ValueError: there are no parts, a name has a `/`, or they are not all of one kind.
    """
    if not parts:
        raise ValueError("a sweep needs configurations: sweep({'N = 1,024': speedup(…), …})")
    for name in parts:
        if not name.strip() or "/" in name:
            raise ValueError(f"the configuration {name!r} has no name that can be shown: use words without a /")
    measures = {name: part if isinstance(part, Measure) else _number(name, part) for name, part in parts.items()}
    kinds = {SWEEP if each.rule in (BYTES, FLOPS) else each.rule for each in measures.values()}
    if len(kinds) > 1 or not kinds <= {PAIRED, TIMED, SWEEP}:
        raise ValueError(f"a sweep is of timings of one kind, or of numbers, and these are {', '.join(sorted(kinds))}")
    (rule,) = kinds
    series: dict[str, tuple[float, ...]] = {}
    for name, each in measures.items():
        own = {"value": (float(each),)} if rule == SWEEP else each.series
        if any("/" in key for key in own):
            raise ValueError(f"the configuration {name!r} is a sweep itself")
        series |= {f"{name}/{key}": tuple(values) for key, values in own.items()}
    values = [float(each) for each in measures.values()]
    positive = all(value > 0 for value in values)
    middle = math.exp(math.fsum(map(math.log, values)) / len(values)) if positive else math.fsum(values) / len(values)
    methods = " + ".join(dict.fromkeys(each.method for each in measures.values() if each.method))
    repeats = any(each.repeats for each in measures.values())
    return Measure(middle, rule, series, _facts(measures), methods, repeats)


def _number(name: str, value: object) -> Measure:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"the configuration {name!r} is {value!r}, and neither a number nor a measure")  # noqa: TRY004
    return Measure(value, SWEEP)


def _facts(measures: Mapping[str, Measure]) -> dict[str, Scalar]:
    """Return what holds for all parts once, and the rest by the name of the part."""
    each = [measure.facts for measure in measures.values()]
    # Work is by the name even where it is the same: a rate is computed from it.
    common = {key: value for key, value in each[0].items() if key != "work" and all(f.get(key) == value for f in each)}
    own = {f"{n}/{key}": value for n, m in measures.items() for key, value in m.facts.items() if key not in common}
    others = sum(int(facts.get("other processes", 0)) for facts in each)
    return {**common, **own, **({"other processes": others} if others else {})}
