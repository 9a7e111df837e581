"""For authors of proofs: mark a function of `verify/` as a proof, and measure what a bare number cannot carry.

    from deckforge.proof import proof

    @proof
    def shrink(factor: float = 0.5, depth: int = 50) -> dict[str, float]:
        '''What is left of a gradient after `depth` layers that each multiply it by `factor`.'''
        return {"product": factor**depth}

A proof stays an ordinary function: call it, test it, step through it. Importing this module imports neither torch nor
anything else of weight; the measures come along when they are first asked for:

| measure | of | module |
|---|---|---|
| `speedup`, `seconds`, `throughput` | time | `measures.timing` |
| `peak_memory`, `live_bytes`, `budget` | memory | `measures.memory`, `measure` |
| `flops` | arithmetic | `measures.arithmetic` |
| `scaling` | growth with a size | `measures.growth` |
| `samples` | what is random | `measures.chance` |
| `sweep` | any of these under several configurations | `measures.sweep` |
| `for_all` | always and never | `measures.search` |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar, overload

if TYPE_CHECKING:
    # ruff: noqa: PLC0414 - re-exports
    from deckforge.measure import LiveBytes as LiveBytes
    from deckforge.measure import live_bytes as live_bytes
    from deckforge.measures import Measure as Measure
    from deckforge.measures.arithmetic import flops as flops
    from deckforge.measures.chance import samples as samples
    from deckforge.measures.growth import scaling as scaling
    from deckforge.measures.memory import budget as budget
    from deckforge.measures.memory import peak_memory as peak_memory
    from deckforge.measures.search import Reals as Reals
    from deckforge.measures.search import Wholes as Wholes
    from deckforge.measures.search import for_all as for_all
    from deckforge.measures.sweep import sweep as sweep
    from deckforge.measures.timing import seconds as seconds
    from deckforge.measures.timing import speedup as speedup
    from deckforge.measures.timing import throughput as throughput

_HOMES = {
    "LiveBytes": "deckforge.measure",
    "live_bytes": "deckforge.measure",
    "Measure": "deckforge.measures",
    "flops": "deckforge.measures.arithmetic",
    "samples": "deckforge.measures.chance",
    "scaling": "deckforge.measures.growth",
    "budget": "deckforge.measures.memory",
    "peak_memory": "deckforge.measures.memory",
    "Reals": "deckforge.measures.search",
    "Wholes": "deckforge.measures.search",
    "for_all": "deckforge.measures.search",
    "seconds": "deckforge.measures.timing",
    "sweep": "deckforge.measures.sweep",
    "speedup": "deckforge.measures.timing",
    "throughput": "deckforge.measures.timing",
}
"""Where each measure lives; it is imported when it is first asked for."""

__all__ = [
    "Limits", "LiveBytes", "Measure", "Reals", "Wholes", "budget", "flops", "for_all", "live_bytes", "peak_memory",
    "proof", "samples", "scaling", "seconds", "speedup", "sweep", "throughput",
]  # fmt: skip

Output: TypeAlias = "bool | int | float | str | Sequence[float] | Measure"
Proof = TypeVar("Proof", bound=Callable[..., Mapping[str, Output]])

ATTRIBUTE = "__proof__"
"""Where a proof's `Limits` are kept on the function."""

_UNITS = {
    "": 1,
    "B": 1,
    "kB": 10**3,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a proof says of its own run: outputs (empty: read from its `return`), device, limits, processes, data."""

    outputs: tuple[str, ...] = ()
    device: Literal["cpu", "cuda"] = "cpu"
    timeout: float | None = None
    memory: int | None = None
    processes: int = 1
    reads: tuple[str, ...] = ()


FEWEST, MOST = 3, 10
"""How many processes a timing runs in, at the least and at the most."""


def bytes_of(size: str | float) -> int:
    """Return a size in bytes: a number of bytes, or text such as `4GB` (10⁹) or `512 MiB` (2²⁰).

    Raises:
        ValueError: it is no size, or not above zero.
    """
    match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?(?:e[0-9]+)?)\s*([A-Za-z]*)\s*", str(size))
    if match is None or match[2] not in _UNITS or float(match[1]) <= 0:
        units = ", ".join(unit for unit in _UNITS if unit)
        raise ValueError(f"{size!r} is no amount of memory: write bytes, or a number with one of {units}")
    return round(float(match[1]) * _UNITS[match[2]])


@overload
def proof(function: Proof, /) -> Proof: ...


@overload
def proof(
    *,
    outputs: tuple[str, ...] = (),
    device: Literal["cpu", "cuda"] = "cpu",
    timeout: float | None = None,
    memory: str | float | None = None,
    processes: int = 1,
    reads: tuple[str, ...] = (),
) -> Callable[[Proof], Proof]: ...


def proof(
    function: Proof | None = None,
    /,
    *,
    outputs: tuple[str, ...] = (),
    device: Literal["cpu", "cuda"] = "cpu",
    timeout: float | None = None,
    memory: str | float | None = None,
    processes: int = 1,
    reads: tuple[str, ...] = (),
) -> Proof | Callable[[Proof], Proof]:
    """Mark a function as a proof, bare (`@proof`) or with limits (`@proof(timeout=5)`); the function is unchanged.

    Its parameters are named and annotated with `int`, `float`, `bool` or `str`; it returns a mapping from output names
    to numbers, booleans, texts, lists of samples, or measures (`speedup(…)`). `outputs` names them where the `return`
    is not a dict literal. `device="cuda"` says that it needs a GPU. `timeout` is in seconds of wall time and `memory`
    in bytes or as text (`"4GB"`); without them the run's limits hold, and with several processes they hold for each.
    `processes` (3 to 10) is for what times something: it is run in that many fresh processes at most, one after another
    with nothing beside it, three at first and more while a claim on it is open. `reads` are the files of data, or
    folders of them, that it reads, as paths below `verify/`: they may be read, and a change of them makes what was
    measured stale.

    Raises:
        ValueError: a limit that cannot be.
    """
    if device not in ("cpu", "cuda"):
        raise ValueError(f"device={device!r}: a proof runs on 'cpu' or on 'cuda'")
    if timeout is not None and not timeout > 0:
        raise ValueError(f"timeout={timeout!r}: a proof needs more than 0 seconds")
    if not isinstance(outputs, tuple):
        raise ValueError(f"outputs={outputs!r}: write a tuple of names")  # noqa: TRY004
    if not isinstance(reads, tuple):
        raise ValueError(f"reads={reads!r}: write a tuple of paths")  # noqa: TRY004
    if processes != 1 and not FEWEST <= processes <= MOST:
        raise ValueError(f"processes={processes!r}: a timing takes {FEWEST} to {MOST}, anything else takes 1")
    limits = Limits(tuple(outputs), device, timeout, None if memory is None else bytes_of(memory), processes, reads)

    def mark(function: Proof) -> Proof:
        setattr(function, ATTRIBUTE, limits)
        return function

    return mark if function is None else mark(function)


def limits_of(function: object) -> Limits | None:
    """Return what `@proof` noted on a function, or `None` where it is no proof."""
    found = getattr(function, ATTRIBUTE, None)
    return found if isinstance(found, Limits) else None


def __getattr__(name: str) -> object:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
