"""Always and never: a search for a counterexample.

A counterexample refutes, and is shown. Finding none proves nothing, however long one looks: the verdict then says how
many cases were looked at, and the number counts as answered for, but not as proven.

Corners come first (the ends of every range, all their combinations as far as the count allows), because that is where
absolutes break; the rest is drawn at random. A space of finite choices alone that is no larger than the count is gone
through whole.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from deckforge.measures import SEARCH, Measure

if TYPE_CHECKING:
    from deckforge.model.claims import Scalar

CASES = 10_000


class Range(Protocol):
    """A range of values to draw from."""

    def corners(self) -> Sequence[Any]:
        """Return the values where absolutes break first."""
        ...

    def draw(self, chance: random.Random) -> Any:
        """Return any value."""
        ...


@dataclass(frozen=True, slots=True)
class Reals:
    """The real numbers from `low` to `high`; with `log`, as many between 1 and 10 as between 10 and 100."""

    low: float
    high: float
    log: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ValueError(f"Reals({self.low}, {self.high}) is no range")
        if self.log and self.low <= 0:
            raise ValueError(f"Reals({self.low}, {self.high}, log=True): a logarithmic range lies above zero")

    def corners(self) -> Sequence[float]:
        """Return both ends, and zero where it lies between them."""
        return (self.low, self.high, 0.0) if self.low < 0 < self.high else (self.low, self.high)

    def draw(self, chance: random.Random) -> float:
        """Return any of them."""
        if self.log:
            return math.exp(chance.uniform(math.log(self.low), math.log(self.high)))
        return chance.uniform(self.low, self.high)


@dataclass(frozen=True, slots=True)
class Wholes:
    """The whole numbers from `low` to `high`, both included."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"Wholes({self.low}, {self.high}) is no range")

    def corners(self) -> Sequence[int]:
        """Return the ends, and what lies next to them and to zero."""
        near = {self.low, self.low + 1, self.high - 1, self.high, -1, 0, 1}
        return sorted(value for value in near if self.low <= value <= self.high)

    def draw(self, chance: random.Random) -> int:
        """Return any of them."""
        return chance.randint(self.low, self.high)


Dimension: TypeAlias = Range | Sequence[Any]


def for_all(
    space: Mapping[str, Dimension], predicate: Callable[..., bool], *, cases: int = CASES, seed: int | None = None
) -> Measure:
    """Return whether `predicate(**case)` held in every case that was looked at.

    `space` names the predicate's arguments and says from where they come: `Reals(…)`, `Wholes(…)`, or a sequence of
    choices. `seed` makes a search of its own; without it the proof's decides. A predicate that raises has not held, and
    the exception is part of the counterexample.

        {"holds": for_all({"x": Reals(-5, 5)}, lambda x: math.exp(x) > 0)}   # [always](claim:module.function.holds)

    Raises:
        ValueError: the space has no names or is empty, or no case may be looked at.
    """
    if not isinstance(space, Mapping):
        raise ValueError('for_all needs a space by the names of the predicate\'s arguments: {"x": range(10)}')  # noqa: TRY004
    if cases < 1 or not space or any(isinstance(each, Sequence) and not each for each in space.values()):
        raise ValueError("for_all needs a space with something in it, and a case at least")
    looked, whole = 0, False
    counterexample = raised = ""
    chance = random.Random(random.getrandbits(64) if seed is None else seed)  # noqa: S311 - a search, no secret
    searched, whole = _cases(space, cases, chance)
    for case in searched:
        looked += 1
        try:
            held = bool(predicate(**case))
        except Exception as error:
            held, raised = False, f" raises {type(error).__name__}: {error}"
        if not held:
            counterexample = _shown(case) + raised
            break
    facts: dict[str, Scalar] = {
        "cases": looked,
        "space": ", ".join(f"{name}: {_described(each)}" for name, each in space.items()),
        "counterexample": counterexample,
        "whole": whole,
    }
    return Measure(not counterexample, SEARCH, {}, facts, "search")


def _cases(space: Mapping[str, Dimension], cases: int, chance: random.Random) -> tuple[Iterator[dict[str, Any]], bool]:
    """Return what to look at, in order, and whether that is all there is."""
    finite = all(isinstance(each, Sequence) for each in space.values())
    size = math.prod(len(each) for each in space.values() if isinstance(each, Sequence))
    if finite and size <= cases:
        return _grid(space), True

    def some() -> Iterator[dict[str, Any]]:
        yield from itertools.islice(_grid(space, corners=True), max(1, cases // 2))
        while True:
            yield {
                name: chance.choice(each) if isinstance(each, Sequence) else each.draw(chance)
                for name, each in space.items()
            }

    return itertools.islice(some(), cases), False


def _grid(space: Mapping[str, Dimension], *, corners: bool = False) -> Iterator[dict[str, Any]]:
    sides = [
        (each if not corners else (each[0], each[-1])) if isinstance(each, Sequence) else each.corners()
        for each in space.values()
    ]
    return (dict(zip(space, values, strict=True)) for values in itertools.product(*sides))


def _shown(case: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value!r:.60}" for name, value in case.items())


def _described(dimension: Dimension) -> str:
    match dimension:
        case Reals(low, high, log):
            return f"{low:g} to {high:g}{' (logarithmic)' if log else ''}"
        case Wholes(low, high):
            return f"whole numbers from {low} to {high}"
        case Sequence() if len(dimension) <= 6:
            return " or ".join(f"{value!r:.20}" for value in dimension)
        case Sequence():
            return f"{len(dimension)} choices"
    return type(dimension).__name__
