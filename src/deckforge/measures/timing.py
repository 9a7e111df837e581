"""How long something takes, and how many times as long as something else: the protocol `paired-v1`.

In one process: the outputs of both arms are compared; both warm up; blocks of calls are made long enough for the clock;
then in each round both arms run in a random order on the same fresh inputs, so that whatever disturbs a round disturbs
both. What is kept is the seconds a call of every round. The rest is done elsewhere: the harness repeats the proof in
fresh processes, because processes differ by more than rounds do (memory layout, code alignment), and the judge takes
the Hodges–Lehmann estimate of each process's log-ratios and Student's interval over the processes.

The launch-bound guard: where a call takes a GPU less than 10 µs, what is timed is mostly the launching. The facts then
hold the time of the same call replayed from a CUDA graph, and `launches=False` makes those replays the thing that is
timed.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from deckforge.measures import PAIRED, TIMED, Measure, short
from deckforge.measures.clock import CpuClock, cuda_clock
from deckforge.model.statistics import log_ratio, median

if TYPE_CHECKING:
    from deckforge.measures.clock import Clock
    from deckforge.model.claims import Scalar

Arm: TypeAlias = Callable[..., object]
Make: TypeAlias = Callable[[], Sequence[Any]]
Check: TypeAlias = bool | Callable[[Any, Any], object]

ROUNDS = 25
LAUNCH_BOUND = 10e-6
"""Seconds a call on a GPU, below which launching it is most of its time."""
MOST_CALLS = 2**20


def speedup(
    baseline: Arm,
    candidate: Arm,
    *,
    inputs: Make | Mapping[str, Make] | None = None,
    check: Check = True,
    rounds: int = ROUNDS,
    device: Literal["cpu", "cuda"] = "cpu",
    cold: bool = False,
    launches: bool = True,
    scope: Literal["op", "module", "step"] = "op",
    clock: Clock | None = None,
) -> Measure:
    """Return how many times as fast the candidate is as the baseline: baseline's time / candidate's time.

    `inputs` makes the arguments of both arms, and is called afresh for each round, outside of what is timed; a mapping
    from names to such functions makes a sweep, and every configuration has to bear a claim out. `check` compares what
    the arms return before anything is timed: `True` as `torch.testing.assert_close` does (loosest for the least precise
    of the types), a function of both results that raises, or `False` where there is nothing to compare. `cold` empties
    the caches before each block; `launches=False` leaves launching out, by CUDA graphs, for which the arms have to be
    capturable. `scope` says of what the speedup is one: an operation, a module, or a training step. `clock` stands in
    for the real one in tests.

    Raises:
        AssertionError: the arms do not compute the same.
        ValueError: there is nothing to compare, or too few rounds.
    """
    if rounds < 5:
        raise ValueError(f"rounds={rounds}: fewer than 5 rounds say nothing of what disturbs them")
    sweep = inputs if isinstance(inputs, Mapping) else {"": inputs}
    if not sweep:
        raise ValueError("inputs={}: a sweep needs a configuration")
    if wrong := next((name for name in sweep if "/" in name), None):
        raise ValueError(f"the configuration {wrong!r} has a / in its name")
    series: dict[str, list[float]] = {}
    facts: dict[str, Scalar] = {"scope": scope, "cache": "cold" if cold else "hot"}
    clock = clock or _clock(device, cold=cold)
    order = random.Random(random.random())  # noqa: S311 - the proof's seed decides, and the process's number
    logs = []
    for name, make in sweep.items():
        prefix = f"{name}/" if name else ""
        arms = {"baseline": baseline, "candidate": candidate}
        found, more = _rounds(arms, make, check, rounds=rounds, clock=clock, order=order, launches=launches)
        series |= {prefix + key: values for key, values in found.items()}
        facts |= {prefix + key: value for key, value in more.items()}
        logs.append(log_ratio(found["baseline"], found["candidate"]))
    facts |= clock.facts()
    value = math.exp(sum(logs) / len(logs))
    return Measure(short(value), PAIRED, series, facts, _method(device), repeats=True)


def seconds(
    run: Arm,
    *,
    inputs: Make | None = None,
    rounds: int = ROUNDS,
    device: Literal["cpu", "cuda"] = "cpu",
    cold: bool = False,
    launches: bool = True,
    clock: Clock | None = None,
) -> Measure:
    """Return how many seconds a call takes: the median of the rounds. Arguments as for `speedup`."""
    clock = clock or _clock(device, cold=cold)
    return _timed(run, None, inputs, rounds=rounds, clock=clock, device=device, launches=launches)


def throughput(
    run: Arm,
    work: float,
    *,
    inputs: Make | None = None,
    rounds: int = ROUNDS,
    device: Literal["cpu", "cuda"] = "cpu",
    cold: bool = False,
    launches: bool = True,
    clock: Clock | None = None,
) -> Measure:
    """Return how much work a second is done, where a call does `work` of it (FLOPs, bytes, tokens).

    Raises:
        ValueError: there is no work.
    """
    if not 0 < work < math.inf:
        raise ValueError(f"work={work}: a rate needs an amount of work above zero")
    clock = clock or _clock(device, cold=cold)
    return _timed(run, float(work), inputs, rounds=rounds, clock=clock, device=device, launches=launches)


def _timed(
    run: Arm, work: float | None, inputs: Make | None, *, rounds: int, clock: Clock, device: str, launches: bool
) -> Measure:
    order = random.Random(0)  # noqa: S311 - one arm has one order
    series, facts = _rounds({"seconds": run}, inputs, False, rounds=rounds, clock=clock, order=order, launches=launches)
    each = median(series["seconds"])
    value = each if work is None else work / each
    facts |= clock.facts()
    if work is not None:
        facts["work"] = work
    return Measure(short(value), TIMED, series, facts, _method(device), repeats=True)


def _clock(device: str, *, cold: bool) -> Clock:
    return cuda_clock(cold=cold) if device == "cuda" else CpuClock(cold=cold)


def _method(device: str) -> str:
    return "cuda-events" if device == "cuda" else "cpu-clock"


def _rounds(
    arms: Mapping[str, Arm],
    make: Make | None,
    check: Check,
    *,
    rounds: int,
    clock: Clock,
    order: random.Random,
    launches: bool,
) -> tuple[dict[str, list[float]], dict[str, Scalar]]:
    """Return the seconds a call of each arm in each round with the state of the round, and what was run."""
    make = make or (lambda: ())
    arguments = tuple(make())
    facts: dict[str, Scalar] = {"inputs": _described(arguments)} if arguments else {}
    if check is not False and len(arms) == 2:
        baseline, candidate = arms.values()
        compare(baseline(*arguments), candidate(*arguments), check)
    series: dict[str, list[float]] = {name: [] for name in arms}
    with clock.quiet():
        timed = {name: _bound(arm, arguments) for name, arm in arms.items()}
        calls = {name: _calibrate(call, clock) for name, call in timed.items()}
        facts |= {f"{name} calls a block": count for name, count in calls.items()}
        graphs: dict[str, Callable[[], object]] = {}
        for name, call in timed.items():
            if hasattr(clock, "cuda") and (not launches or clock.time(call, calls[name]) / calls[name] < LAUNCH_BOUND):
                graphs[name] = _graph(call, required=not launches)
                facts[f"{name} replayed"] = short(clock.time(graphs[name], calls[name]) / calls[name])
        for _ in range(rounds):
            if launches or not graphs:
                fresh = tuple(make())
                timed = {name: _bound(arm, fresh) for name, arm in arms.items()}
            else:
                timed = graphs
            names = list(arms)
            order.shuffle(names)
            for key, value in clock.state().items():
                series.setdefault(f"state {key}", []).append(value)
            for name in names:
                series[name].append(short(clock.time(timed[name], calls[name]) / calls[name]))
    facts["launches"] = "included" if launches else "excluded"
    return series, facts


def _bound(arm: Arm, arguments: tuple[Any, ...]) -> Callable[[], object]:
    return lambda: arm(*arguments)


def _calibrate(call: Callable[[], object], clock: Clock) -> int:
    """Warm an arm up, and return how many calls make a block that the clock can read."""
    calls, spent = 1, 0.0
    while True:
        took = clock.time(call, calls)
        spent += took
        if took < clock.block and calls < MOST_CALLS:
            calls *= 2
        elif spent >= clock.warm_up:
            return calls


def _graph(call: Callable[[], object], *, required: bool) -> Callable[[], object]:
    """Return the replay of a call captured as a CUDA graph; the call itself where it cannot be and need not."""
    import torch

    try:
        stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(3):
                call()
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            call()
    except RuntimeError:
        if required:
            raise
        return call
    replay: Callable[[], object] = graph.replay
    return replay


def compare(first: Any, second: Any, check: Check = True) -> None:
    """Compare what two arms returned.

    Raises:
        AssertionError: they are not the same.
        ValueError: there is nothing to compare.
    """
    if callable(check):
        check(first, second)
        return
    if first is None and second is None:
        raise ValueError("the arms return nothing that could be compared: return what they compute, or say `check=`")
    if any(_is_tensor(each) for each in (*_leaves(first), *_leaves(second))):
        import torch

        torch.testing.assert_close(second, first, check_dtype=False, msg=lambda text: f"the arms differ: {text}")
        return
    ours, theirs = _leaves(first), _leaves(second)
    alike = len(ours) == len(theirs) and all(_close(a, b) for a, b in zip(ours, theirs, strict=True))
    if not alike:
        raise AssertionError(f"the arms differ: {first!r:.80} and {second!r:.80}")


def _close(a: Any, b: Any) -> bool:
    if isinstance(a, float) or isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-7, abs_tol=1e-12)
    return bool(a == b)


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return [leaf for each in value for leaf in _leaves(each)]
    if isinstance(value, dict):
        return [leaf for key in value for leaf in (key, *_leaves(value[key]))]
    return [value]


def _is_tensor(value: Any) -> bool:
    return hasattr(value, "dtype") and hasattr(value, "requires_grad")


def _described(arguments: Sequence[Any]) -> str:
    """Return the shapes and types of inputs: `float32[8, 64], 3`."""
    shown = [
        f"{str(leaf.dtype).removeprefix('torch.')}{list(leaf.shape)}" if hasattr(leaf, "dtype") else f"{leaf!r:.40}"
        for leaf in _leaves(list(arguments))
    ]
    return ", ".join(shown if len(shown) <= 8 else [*shown[:8], f"and {len(shown) - 8} more"])
