"""Speedups without a clock: arms that say what they cost, processes that differ, and what the verdicts make of it.

No test here depends on how long anything takes. A synthetic clock asks the arm what a call costs and adds noise from a
seeded generator: noise in each round, a mood of each process, and disturbances that a neighbour makes.
"""

from __future__ import annotations

import math
import random
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckforge.measures import Measure
from deckforge.measures.clock import CudaClock
from deckforge.measures.timing import compare, seconds, speedup, throughput
from deckforge.model.claims import Claim, ClaimKind, Measurement, Samples, Status, Trial
from deckforge.model.estimates import LOOK, NoEstimate, estimates
from deckforge.model.source import Span
from deckforge.model.statistics import growth, hodges_lehmann, log_ratio, mean_interval, t_quantile
from deckforge.verify.driver import Answer, Request
from deckforge.verify.judge import judge
from deckforge.verify.repeats import Repetition, looks, merge

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

HERE = Span("content/x.md", 0, 1)


class Ticks:
    """A clock to which an arm's cost is what it returns, in seconds, with lognormal noise of `sigma` a block."""

    block = 0.002
    warm_up = 0.0

    def __init__(self, seed: int = 0, sigma: float = 0.0, states: list[dict[str, float]] | None = None) -> None:
        self.chance = random.Random(seed)
        self.sigma = sigma
        self.states = iter(states or [])
        self.others = 0
        self.called: list[object] = []

    def time(self, call: Callable[[], Any], calls: int) -> float:
        cost = call()
        self.called.append(cost)
        wild = 5.0 if self.sigma and self.chance.random() < 0.05 else 1.0
        return calls * float(cost) * wild * math.exp(self.chance.gauss(0, self.sigma))

    def state(self) -> dict[str, float]:
        return next(self.states, {})

    def facts(self) -> dict[str, Any]:
        return {"other processes": self.others} if self.others else {}

    def quiet(self) -> AbstractContextManager[None]:
        return nullcontext()


def comparison(baseline: float, candidate: float, *, seed: int = 0, sigma: float = 0.0, mood: float = 0.0) -> Measure:
    """Compare two arms in one process; `mood` is by how much processes differ (sd of the log-ratio)."""
    random.seed(seed)
    drift = math.exp(random.gauss(0, mood))
    return speedup(lambda: baseline * drift, lambda: candidate, check=False, clock=Ticks(seed, sigma))


def samples(measures: list[Measure]) -> Samples:
    trials = tuple(
        Trial({name: tuple(map(float, values)) for name, values in each.series.items()}, each.facts)
        for each in measures
    )
    return Samples(measures[0].rule, trials)


def answer(measure: Measure, failure: str = "") -> Answer:
    outputs = {"ratio": measure.value}
    return Answer(outputs, failure, "", 1.0, measure.method, (), {}, samples={"ratio": samples([measure])})


def verdict(text: str, found: Samples, *, kind: ClaimKind = ClaimKind.CLAIM) -> Any:
    claim = Claim(kind, text, "m.f.ratio", (), "", "x", "", "", HERE, HERE)
    measurement = Measurement(
        "m.f",
        {},
        {"ratio": (1.0,)},
        "",
        "",
        "cpu",
        "cpu",
        {},
        "cpu-clock",
        "",
        1.0,
        "live",
        "",
        samples={"ratio": found},
    )
    return judge(claim, measurement)


# The protocol in one process ------------------------------------------------------------------------------------------


def test_a_speedup_is_the_baselines_time_by_the_candidates() -> None:
    measure = comparison(3e-3, 1e-3)
    assert measure.value == pytest.approx(3)
    assert measure.repeats
    assert len(measure.series["baseline"]) == len(measure.series["candidate"]) == 25


def test_arms_run_in_a_random_order_on_the_same_fresh_inputs() -> None:
    clock = Ticks()
    made: list[float] = []
    ran: list[tuple[str, float]] = []

    def inputs() -> tuple[float]:
        made.append(len(made) + 1.0)
        return (made[-1],)

    def arm(name: str) -> Callable[[float], float]:
        def run(value: float) -> float:
            ran.append((name, value))
            return 0.01

        return run

    random.seed(1)
    speedup(arm("a"), arm("b"), inputs=inputs, rounds=20, clock=clock, check=False)
    last = ran[-40:]
    rounds = [last[index : index + 2] for index in range(0, 40, 2)]
    assert all({name for name, _ in each} == {"a", "b"} for each in rounds)
    assert all(each[0][1] == each[1][1] for each in rounds), "both arms get one round's inputs"
    assert len({each[0][1] for each in rounds}) == 20, "and every round has its own"
    assert {each[0][0] for each in rounds} == {"a", "b"}, "either may be first"


def test_short_calls_are_timed_in_blocks_that_the_clock_can_read() -> None:
    measure = speedup(lambda: 2e-6, lambda: 1e-6, check=False, clock=Ticks())
    assert measure.facts["baseline calls a block"] == 1024
    assert measure.facts["candidate calls a block"] == 2048
    assert measure.value == pytest.approx(2)


@pytest.mark.parametrize(
    ("first", "second"), [(1.0, 2.0), ([1, 2], [1, 3]), ([1, 2], [1]), ({"a": 1}, {"b": 1}), ("x", "y"), (None, 1)]
)
def test_arms_that_compute_different_things_are_not_compared(first: object, second: object) -> None:
    with pytest.raises(AssertionError, match="differ"):
        speedup(lambda: first, lambda: second, clock=Ticks())


def test_arms_that_return_nothing_have_to_say_how_they_are_compared() -> None:
    with pytest.raises(ValueError, match="return nothing that could be compared"):
        compare(None, None)
    with pytest.raises(ZeroDivisionError):
        compare(None, None, lambda *_: 1 / 0)
    compare([1.0, (2, "x")], [1.0 + 1e-12, (2, "x")])


def test_tensors_are_compared_as_loosely_as_the_least_precise_of_them() -> None:
    torch = pytest.importorskip("torch")
    exact = torch.linspace(1, 2, 50)
    compare(exact, exact.bfloat16())
    with pytest.raises(AssertionError, match="the arms differ"):
        compare(exact, exact + 1e-3)


def test_a_throughput_is_work_by_time() -> None:
    assert seconds(lambda: 0.5, clock=Ticks()).value == 0.5
    rate = throughput(lambda: 0.5, 10, clock=Ticks())
    assert rate.value == 20
    found = estimates(samples([rate, rate, rate]))[0]
    assert (found.value, found.low, found.high) == pytest.approx((20, 20, 20))
    with pytest.raises(ValueError, match="above zero"):
        throughput(lambda: 1, 0, clock=Ticks())


# Statistics -----------------------------------------------------------------------------------------------------------


def test_students_quantiles_are_those_of_the_tables() -> None:
    for freedom, confidence, expected in (
        (1, 0.95, 12.7062), (2, 0.95, 4.30265), (4, 0.95, 2.77645), (9, 0.95, 2.26216), (4, 0.99, 4.60409),
        (9, 0.90, 1.83311), (30, 0.999, 3.64596), (10**6, 0.99, 2.57583),
    ):  # fmt: skip
        assert t_quantile(freedom, confidence) == pytest.approx(expected, rel=2e-6)


def test_a_one_sided_end_reaches_less_far() -> None:
    _, low, high = mean_interval([1.0, 2.0, 3.0, 4.0])
    _, inner, outer = mean_interval([1.0, 2.0, 3.0, 4.0], one_sided=True)
    assert low < inner < outer < high
    # 2.5 ± 2.353 · 1.291 / 2
    assert inner == pytest.approx(2.5 - 2.353363 * math.sqrt(5 / 3) / 2, abs=1e-5)


@given(st.lists(st.floats(-100, 100), min_size=9, max_size=40), st.floats(-10, 10))
def test_hodges_lehmann_moves_with_the_values_and_ignores_a_few_wild_ones(values: list[float], shift: float) -> None:
    middle = hodges_lehmann(values)
    assert min(values) - 1e-9 <= middle <= max(values) + 1e-9
    assert hodges_lehmann([value + shift for value in values]) == pytest.approx(middle + shift, abs=1e-9)
    wild = [*values[:-1], 1e9]
    assert hodges_lehmann(wild) <= max(values) + 1e-9


def test_a_ratio_turned_round_is_its_inverse() -> None:
    a, b = [1.0, 2.0, 3.0, 4.0, 9.0], [2.0, 2.5, 1.0, 4.0, 5.0]
    assert log_ratio(a, b) == pytest.approx(-log_ratio(b, a))


@given(st.floats(0.3, 3), st.floats(1e-9, 1e9))
def test_a_power_is_found_whatever_its_factor(power: float, factor: float) -> None:
    sizes = [2.0**k for k in range(8, 16)]
    fit = growth(sizes, [factor * size**power for size in sizes])
    assert fit.exponent == pytest.approx(power, abs=1e-3)
    assert fit.steepness == pytest.approx(power, abs=1e-3)


def test_a_constant_beside_the_growth_is_found() -> None:
    sizes = [2.0**k for k in range(8, 16)]
    fit = growth(sizes, [1e8 + 3 * size**2 for size in sizes])
    assert fit.exponent == pytest.approx(2, abs=0.01)
    assert fit.intercept == pytest.approx(1e8, rel=0.01)
    assert fit.at(2.0**20) == pytest.approx(1e8 + 3 * 2.0**40, rel=0.1)


def test_what_does_not_grow_has_exponent_zero() -> None:
    fit = growth([2.0**k for k in range(6)], [7.0] * 6)
    assert (fit.exponent, fit.steepness, fit.intercept) == (0, 0, 0)


# Verdicts -------------------------------------------------------------------------------------------------------------


def processes(count: int, baseline: float = 2e-3, candidate: float = 1e-3, **noise: float) -> Samples:
    return samples([comparison(baseline, candidate, seed=seed, **noise) for seed in range(count)])


def test_verdicts_are_three_valued() -> None:
    found = processes(5, mood=0.005)
    assert verdict("2.0x", found).status is Status.PROVEN
    assert verdict("~2x", found).status is Status.PROVEN
    assert verdict("≥ 1.8x", found).status is Status.PROVEN
    assert verdict("3x", found).status is Status.REFUTED
    assert verdict("≥ 3x", found).status is Status.REFUTED
    assert verdict("2.02x", found).status is Status.INCONCLUSIVE
    assert verdict("3x", found, kind=ClaimKind.WRONG).status is Status.PROVEN
    assert "5 processes" in verdict("~2x", found).measured
    assert verdict("3x", found).correction == "2x"


def test_noise_makes_a_claim_open_and_not_wrong() -> None:
    found = [
        verdict("2.0x", samples([comparison(2e-3, 1e-3, seed=9 * trial + k, sigma=0.4, mood=0.3) for k in range(3)]))
        for trial in range(60)
    ]
    statuses = [each.status for each in found]
    assert statuses.count(Status.REFUTED) <= 3, "at most 5 % may err"
    assert statuses.count(Status.INCONCLUSIVE) > 50


def test_fewer_than_three_processes_decide_nothing() -> None:
    for count, words in ((1, "one process"), (2, "2 processes")):
        found = verdict("2.0x", processes(count))
        assert found.status is Status.INCONCLUSIVE
        assert words in found.reason


def test_a_neighbour_on_the_gpu_decides_nothing() -> None:
    clock = Ticks()
    clock.others = 1
    quiet = comparison(2e-3, 1e-3)
    noisy = speedup(lambda: 2e-3, lambda: 1e-3, check=False, clock=clock)
    found = verdict("2.0x", samples([quiet, quiet, noisy]))
    assert found.status is Status.INCONCLUSIVE
    assert "another process appeared on the GPU" in found.reason


def test_rounds_of_a_slowed_gpu_are_left_out() -> None:
    clocks = [{"MHz": 1980.0, "°C": 50.0, "throttled": 0.0}] * 15
    clocks += [{"MHz": 900.0, "°C": 85.0, "throttled": 0.0}] * 5 + [{"MHz": 1980.0, "°C": 85.0, "throttled": 1.0}] * 5
    trials = [speedup(lambda: 2e-3, lambda: 1e-3, check=False, clock=Ticks(states=list(clocks))) for _ in range(3)]
    found = samples(trials)
    assert estimates(found)[0].rounds == 45
    # Were they all slowed down, nothing would be left to judge by.
    slow = [{"MHz": 1980.0, "throttled": 1.0}] * 25
    nothing = samples([speedup(lambda: 2e-3, lambda: 1e-3, check=False, clock=Ticks(states=list(slow)))] * 3)
    with pytest.raises(NoEstimate, match="undisturbed"):
        estimates(nothing)


def test_a_sweep_holds_at_each_of_its_configurations_or_not_at_all() -> None:
    costs = {"N = 1": 2e-3, "N = 2": 3e-3, "N = 4": 4e-3}
    inputs = {name: (lambda cost=cost: (cost,)) for name, cost in costs.items()}
    each = speedup(lambda cost: cost, lambda _: 1e-3, inputs=inputs, check=False, clock=Ticks())
    found = samples([each] * 3)
    assert verdict("2–4x", found).status is Status.PROVEN
    narrow = verdict("2–3x", found)
    assert narrow.status is Status.REFUTED
    assert "at N = 4" in narrow.reason


def test_the_same_samples_give_the_same_verdict_word_for_word() -> None:
    first, second = (verdict("2.0x", processes(5, sigma=0.1, mood=0.05)) for _ in range(2))
    assert first == second


# Fresh processes ------------------------------------------------------------------------------------------------------


def test_there_are_three_looks_at_most() -> None:
    assert looks(10) == (3, 5, 10)
    assert looks(5) == (3, 5)
    assert looks(3) == (3,)
    assert looks(7) == (3, 5, 7)
    assert pytest.approx(3 * (1 - LOOK)) == 0.05


def repeat(ask: Callable[[int], Answer], most: int, is_open: Callable[[Answer], bool]) -> Answer:
    """Ask for one process after another until the timing is settled."""
    timing = Repetition(Request("verify.m", "f", processes=most), is_open)
    while timing.answer is None:
        timing.take(ask(timing.next.process))
    return timing.answer


def test_processes_are_added_only_while_a_claim_is_open() -> None:
    asked: list[int] = []

    def ask(process: int) -> Answer:
        asked.append(process)
        return answer(comparison(2e-3, 1e-3, seed=process))

    settled = repeat(ask, 10, lambda _: False)
    assert asked == [0, 1, 2]
    assert len(settled.samples["ratio"].trials) == 3
    assert len(settled.outputs["ratio"]) == 3  # type: ignore[arg-type]

    asked.clear()
    seen: list[int] = []

    def until_five(merged: Answer) -> bool:
        seen.append(len(merged.samples["ratio"].trials))
        return seen[-1] < 5

    repeat(ask, 10, until_five)
    assert (len(asked), seen) == (5, [3, 5])
    asked.clear()
    assert len(repeat(ask, 10, lambda _: True).samples["ratio"].trials) == len(asked) == 10


def test_a_process_that_fails_is_the_answer() -> None:
    answers = [answer(comparison(2e-3, 1e-3)), answer(comparison(2e-3, 1e-3), failure="crashed")]
    assert repeat(lambda process: answers[process], 10, lambda _: True).failure == "crashed"


def test_what_processes_say_differently_becomes_samples() -> None:
    first, second = (
        Answer({"same": 4, "count": count, "word": "a", "odd": word}, "", "", 1.0, "run", (), {})
        for count, word in ((1, "x"), (2, "y"))
    )
    merged = merge([first, second])
    assert merged.outputs == {"same": 4, "count": (1.0, 2.0), "word": "a"}
    assert merged.faults == {"odd": "is x in one process and y in another"}
    assert merged.seconds == 2.0


@pytest.mark.parametrize(("sigma", "mood"), [(0.03, 0.03), (0.3, 0.1)], ids=["quiet", "noisy neighbour"])
def test_the_same_code_is_hardly_ever_called_different(sigma: float, mood: float) -> None:
    """Sixty comparisons of A with A as verification makes them: at most 5 % leave 1 out of the interval at any look."""
    left_out = wrong = 0
    for trial in range(60):
        out = False

        def ask(process: int, trial: int = trial) -> Answer:
            return answer(comparison(1e-3, 1e-3, seed=1000 * trial + process, sigma=sigma, mood=mood))

        def is_open(merged: Answer) -> bool:
            nonlocal out
            found = estimates(merged.samples["ratio"])[0]
            out = out or not found.low <= 1 <= found.high
            return verdict("1.00x", merged.samples["ratio"]).status is Status.INCONCLUSIVE

        last = repeat(ask, 10, is_open)
        left_out += out
        wrong += verdict("1.00x", last.samples["ratio"]).status is Status.REFUTED
    assert left_out <= 3
    assert wrong <= left_out


# A GPU's clock, without a GPU -----------------------------------------------------------------------------------------


class Events:
    """Stands for `torch.cuda`: events on a clock that only calls move, and a log of what happened."""

    def __init__(self) -> None:
        self.now = 0.0
        self.log: list[str] = []

    def synchronize(self) -> None:
        self.log.append("synchronize")

    def Event(self, *, enable_timing: bool) -> Any:  # noqa: N802 - torch's name
        assert enable_timing
        cuda = self

        class Event:
            at = 0.0

            def record(self) -> None:
                cuda.log.append("record")
                self.at = cuda.now

            def elapsed_time(self, end: Event) -> float:
                return end.at - self.at

        return Event()

    def kernel(self) -> None:
        self.log.append("kernel")
        self.now += 2.5  # milliseconds


def test_a_cold_block_on_a_gpu_is_flushed_before_and_waited_for_after() -> None:
    cuda = Events()
    clock = CudaClock(cuda, flush=lambda: cuda.log.append("flush"))
    assert clock.time(cuda.kernel, 3) == pytest.approx(0.0075)
    assert cuda.log == ["flush", "synchronize", "record", *["kernel"] * 3, "record", "synchronize"]
    assert clock.facts()["cache"] == "cold"


def test_what_watches_the_gpu_is_asked_each_round_and_counts_new_processes() -> None:
    class Watched:
        name = "stand-in"

        def __init__(self) -> None:
            self.count = 1

        def state(self) -> dict[str, float]:
            return {"MHz": 1000.0, "throttled": 0.0}

        def processes(self) -> int:
            return self.count

    watched = Watched()
    clock = CudaClock(Events(), gpu=watched)
    assert clock.state()["MHz"] == 1000
    assert clock.facts()["other processes"] == 0
    watched.count = 3
    assert clock.facts()["other processes"] == 2
