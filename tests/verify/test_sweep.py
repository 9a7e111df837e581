"""One quantity under several configurations: ranges, sizes, and the best of them."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckforge.emit.site import plots
from deckforge.measures import Measure
from deckforge.measures.sweep import sweep
from deckforge.measures.timing import seconds, speedup, throughput
from deckforge.model import written
from deckforge.model.claims import Claim, ClaimKind, Measurement, Samples, Status, Trial, Verdict
from deckforge.model.source import Span
from deckforge.retell import samples as retold
from deckforge.verify.judge import judge
from tests.verify.test_timing import Ticks

HERE = Span("content/x.md", 0, 1)


def verdict(text: str, measure: Measure, processes: int = 3, kind: ClaimKind = ClaimKind.CLAIM) -> Verdict:
    """What a claim comes to when so many processes have all measured that."""
    kept = {name: tuple(map(float, values)) for name, values in measure.series.items()}
    found = {"it": Samples(measure.rule, (Trial(kept, measure.facts),) * processes)}
    claim = Claim(kind, text, "m.f.it", (), "", "x", "", "", HERE, HERE)
    measurement = Measurement(
        "m.f", {}, {"it": (1.0,)}, "", "", "cpu", "cpu", {}, "", "", 1.0, "live", "", samples=found
    )
    return judge(claim, measurement)


def speedups(**ratios: float) -> Measure:
    """Speedups of exactly these sizes; the name `n4096` is shown as `N = 4,096`."""
    return sweep(
        {
            f"N = {int(name[1:]):,}": speedup(lambda r=ratio: r * 1e-3, lambda: 1e-3, check=False, clock=Ticks())
            for name, ratio in ratios.items()
        }
    )


GROWS = speedups(n1024=2.1, n2048=2.6, n4096=3.1, n8192=3.5, n16384=3.9)


def test_a_range_holds_under_every_configuration() -> None:
    assert verdict("2–4x", GROWS).status is Status.PROVEN
    assert "at N = 1,024" in verdict("2–4x", GROWS).measured


def test_one_configuration_outside_refutes_it_and_is_named() -> None:
    found = verdict("2.5–4x", GROWS)
    assert found.status is Status.REFUTED
    assert "2.10x at N = 1,024" in found.reason or "2.1x at N = 1,024" in found.reason


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("2–4x for N = 1k–16k", Status.PROVEN),
        ("2–4x for N=1k–16k", Status.PROVEN),
        ("3–4x for N = 4k–16k", Status.PROVEN),
        ("3–4x at N = 4096 to 16,384", Status.PROVEN),
        ("3.1x for N = 4096", Status.PROVEN),
        ("3.5–4x for N = 4k–16k", Status.REFUTED),
        ("up to 3.5x for N = 1k–8k", Status.PROVEN),
        ("≥ 2x over N = 1k–16k", Status.PROVEN),
        ("2–4x for N = 1k–64k", Status.INCONCLUSIVE),
        ("2–4x for N = 0.25k–16k", Status.INCONCLUSIVE),
        ("2–4x for batch = 1–8", Status.FAILED),
    ],
)
def test_a_claim_about_some_sizes_is_judged_by_those(text: str, status: Status) -> None:
    assert verdict(text, GROWS).status is status


def test_where_the_sweep_does_not_reach_that_is_the_reason() -> None:
    assert verdict("2–4x for N = 1k–64k", GROWS).reason == (
        "measured for N = 1,024 to 16,384, and claimed for N = 1k–64k"
    )
    assert "`2–4x` speaks of batch" in verdict("2–4x for batch = 1–8", GROWS).reason


def test_sizes_are_said_of_sweeps_alone() -> None:
    one = speedup(lambda: 2e-3, lambda: 1e-3, check=False, clock=Ticks())
    found = verdict("2x for N = 4096", one)
    assert found.status is Status.FAILED
    assert "no sweep" in found.reason
    claim = Claim(ClaimKind.CLAIM, "2 for N = 4", "m.f.it", (), "", "x", "", "", HERE, HERE)
    plain = Measurement("m.f", {}, {"it": 2.0}, "", "", "cpu", "cpu", {}, "", "", 1.0, "live", "")
    assert "let the proof return `sweep(…)`" in judge(claim, plain).reason


@pytest.mark.parametrize(
    ("text", "status", "kind"),
    [
        ("up to 4x", Status.PROVEN, ClaimKind.CLAIM),
        ("up to 3.9x", Status.PROVEN, ClaimKind.CLAIM),
        ("up to 5x", Status.REFUTED, ClaimKind.CLAIM),  # none comes to it
        ("up to 3x", Status.REFUTED, ClaimKind.CLAIM),  # one goes beyond
        ("up to 5x", Status.PROVEN, ClaimKind.WRONG),
        ("≤ 5x", Status.PROVEN, ClaimKind.CLAIM),  # a bound is no more than a bound
    ],
)
def test_up_to_speaks_of_the_best_configuration(text: str, status: Status, kind: ClaimKind) -> None:
    assert verdict(text, GROWS, kind=kind).status is status


def test_up_to_names_the_best_and_what_to_write() -> None:
    found = verdict("up to 5x", GROWS)
    assert found.measured.startswith("at best 3.9")
    assert "at N = 16,384" in found.measured
    assert found.correction == "up to 4x"
    assert found.interval == "at best [4.75, 5.25]x"


def test_of_a_single_measurement_up_to_is_a_bound() -> None:
    one = speedup(lambda: 2e-3, lambda: 1e-3, check=False, clock=Ticks())
    assert verdict("up to 4x", one).status is Status.PROVEN


def test_noise_proves_no_best() -> None:
    """The upper end alone would: an interval from 1 to 4 says nothing of 4."""
    trials = [speedups(n1=ratio, n2=1.0) for ratio in (1.2, 2.0, 3.3)]
    found = {
        "it": Samples(trials[0].rule, tuple(Trial({k: tuple(v) for k, v in t.series.items()}, t.facts) for t in trials))
    }
    measurement = Measurement(
        "m.f", {}, {"it": (1.0,)}, "", "", "cpu", "cpu", {}, "", "", 1.0, "live", "", samples=found
    )
    claim = Claim(ClaimKind.CLAIM, "up to 4x", "m.f.it", (), "", "x", "", "", HERE, HERE)
    assert judge(claim, measurement).status is Status.INCONCLUSIVE


def test_a_sweep_of_numbers_is_exact() -> None:
    memory = sweep({f"N = {n}": 8.0 * n for n in (128, 256, 512)})
    assert verdict("1,024–4,096 bytes", memory, processes=1).status is Status.PROVEN
    found = verdict("2048–4096 bytes", memory, processes=1)
    assert found.status is Status.REFUTED
    assert found.measured.endswith("at N = 128")
    assert verdict("up to 4096 bytes", memory, processes=1).status is Status.PROVEN
    assert verdict("4,096 bytes for N = 512", memory, processes=1).status is Status.PROVEN
    assert memory.repeats is False


def test_times_and_rates_sweep_too() -> None:
    times = sweep({f"batch = {n}": seconds(lambda n=n: n * 1e-3, clock=Ticks()) for n in (1, 2, 4)})
    assert verdict("1–4 ms", times).status is Status.PROVEN
    rates = sweep({f"batch = {n}": throughput(lambda: 0.5, 10.0 * n, clock=Ticks()) for n in (1, 2)})
    assert verdict("20–40 tokens/s", rates).status is Status.PROVEN
    assert verdict("up to 40 tokens/s", rates).status is Status.PROVEN


def test_a_neighbour_on_the_gpu_under_one_configuration_decides_nothing() -> None:
    clock = Ticks()
    clock.others = 1
    quiet, noisy = (speedup(lambda: 2e-3, lambda: 1e-3, check=False, clock=each) for each in (Ticks(), clock))
    found = verdict("2x", sweep({"a": quiet, "b": noisy}))
    assert found.status is Status.INCONCLUSIVE
    assert "another process" in found.reason


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({}, "needs configurations"),
        ({"a/b": 1.0}, "without a /"),
        ({"a": True}, "neither a number"),
        ({"a": "1"}, "neither a number"),
        ({"a": 1.0, "b": Measure(1.0, "mean-v1")}, "of one kind"),
        ({"a": Measure(True, "search-v1")}, "of one kind"),
    ],
)
def test_what_is_no_sweep(parts: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        sweep(parts)
    with pytest.raises(ValueError, match="is a sweep itself"):
        sweep({"a": GROWS})


@given(
    st.dictionaries(
        st.text(st.characters(exclude_characters="/"), min_size=1).filter(str.strip),
        st.floats(1, 100),
        min_size=1,
        max_size=5,
    )
)
def test_a_sweep_of_numbers_keeps_them_all(parts: dict[str, float]) -> None:
    measure = sweep(parts)
    assert {name.removesuffix("/value"): values for name, values in measure.series.items()} == {
        name: (value,) for name, value in parts.items()
    }
    assert min(parts.values()) * (1 - 1e-9) <= float(measure) <= max(parts.values()) * (1 + 1e-9)


def test_it_is_retold_and_drawn() -> None:
    kept = Samples(GROWS.rule, (Trial({k: tuple(v) for k, v in GROWS.series.items()}, GROWS.facts),) * 3)
    lines = list(retold("it", kept))
    assert any("at N = 4,096" in line for line in lines)
    drawn = plots.plot(verdict("up to 4x", GROWS), "a")
    assert "The writing allows [3.8, 4.2]x." in drawn
    numbers = sweep({f"N = {n}": 8.0 * n for n in (128, 256)})
    drawn = plots.plot(verdict("1,024–2,048 bytes", numbers, processes=1), "a")
    assert "N = 128: 1,024 bytes; N = 256: 2,048 bytes" in drawn
    one = Samples(numbers.rule, (Trial({k: tuple(v) for k, v in numbers.series.items()}, {}),))
    assert "it: 1024 at N = 128" in list(retold("it", one))


def test_sizes_are_part_of_what_is_written() -> None:
    found = written.parse("2–4x for N = 1k–16k")
    assert found.sizes == written.Sizes("N", 1000, 16000, "for N = 1k–16k")
    assert found.interval() == written.parse("2–4x").interval()
    assert 1024 in found.sizes
    assert 512 not in found.sizes
    assert not math.isnan(found.sizes.low)
    for wrong in ("2x for N = ≥ 4", "2x for N = many", "2x for N ="):
        with pytest.raises(written.WrittenError):
            written.parse(wrong)
