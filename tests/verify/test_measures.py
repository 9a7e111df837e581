"""Memory, growth, arithmetic, chance and absolutes, measured by the real torch at small sizes and judged."""

from __future__ import annotations

import importlib.util
import json
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckforge.cache.measurements import from_data, to_data
from deckforge.measures import Measure
from deckforge.model.claims import Claim, ClaimKind, Measurement, Samples, Status, Trial
from deckforge.model.source import Span
from deckforge.model.written import Kind, WrittenError, parse
from deckforge.proof import Reals, Wholes, budget, for_all, proof, samples, scaling
from deckforge.verify import receipts
from deckforge.verify.judge import judge
from tests.example import Example

if TYPE_CHECKING:
    from types import ModuleType

    from deckforge.model.claims import Verdict

HERE = Span("content/x.md", 0, 1)
SIZES = [2**k for k in range(10, 16)]


def measurement(measure: Measure) -> Measurement:
    """What the harness makes of a measure."""
    trial = Trial({name: tuple(map(float, values)) for name, values in measure.series.items()}, measure.facts)
    return Measurement(
        "m.f", {}, {"it": measure.value}, "", "", "cpu", "cpu", {}, measure.method, "2026-01-02T03:04:05Z", 1.0,
        "receipt", "f", samples={"it": Samples(measure.rule, (trial,))},
    )  # fmt: skip


def verdict(text: str, measure: Measure, kind: ClaimKind = ClaimKind.CLAIM) -> Verdict:
    return judge(Claim(kind, text, "m.f.it", (), "", "x", "", "", HERE, HERE), measurement(measure))


# Memory


def inputs(n: int) -> Any:
    import torch

    return lambda: [torch.empty(1, 2, n, 16) for _ in range(3)]


def naive(q: Any, k: Any, v: Any) -> Any:
    return (q @ k.mT).softmax(-1) @ v


def fused(q: Any, k: Any, v: Any) -> Any:
    import torch

    return torch.nn.functional.scaled_dot_product_attention(q, k, v)


def test_a_peak_is_what_running_adds_to_its_inputs() -> None:
    pytest.importorskip("torch")
    from deckforge.proof import peak_memory

    measure = peak_memory(naive, inputs=inputs(1024))
    scores, mixed = 2 * 1024**2 * 4, 2 * 1024 * 16 * 4
    assert measure.facts["inputs"] == 3 * mixed
    assert measure.value == pytest.approx(2 * scores, rel=0.02), "the scores and their softmax"
    assert measure.method == "fake-cpu"


def test_a_budget_keeps_its_parts() -> None:
    found = budget(weights=4, gradients=4, states=8)
    assert (found.value, dict(found.facts)) == (16, {"weights": 4, "gradients": 4, "states": 8})
    assert verdict("16", found).status is Status.PROVEN
    for wrong in ({}, {"weights": -1}, {"weights": 1.5}, {"weights": True}):
        with pytest.raises(ValueError, match="budget of"):
            budget(**wrong)  # type: ignore[arg-type]


# Growth


def test_memory_of_attention_grows_with_the_square_written_out_and_linearly_fused() -> None:
    pytest.importorskip("torch")
    from deckforge.proof import peak_memory

    written_out = scaling(lambda n: peak_memory(naive, inputs=inputs(n)), SIZES)
    in_one = scaling(lambda n: peak_memory(fused, inputs=inputs(n)), SIZES)
    assert verdict("O(N²)", written_out).status is Status.PROVEN
    assert verdict("O(N)", in_one).status is Status.PROVEN
    refuted = verdict("O(N)", written_out)
    assert refuted.status is Status.REFUTED
    assert refuted.correction == "O(N²)"
    assert refuted.measured == "exponent 2.00 over N = 8,192 to 32,768"
    assert verdict("O(1)", in_one).status is Status.REFUTED
    assert verdict("O(1)", in_one, ClaimKind.WRONG).status is Status.PROVEN


def test_the_words_never_say_that_an_order_is_proven_beyond_what_was_measured() -> None:
    found = verdict("O(N)", scaling(lambda n: 3.0 * n, SIZES))
    assert found.status is Status.PROVEN
    assert "over N = 8,192 to 32,768" in found.reason


def test_a_logarithm_is_told_from_none_where_values_do_not_vary() -> None:
    import math

    measure = scaling(lambda n: n * math.log2(n), SIZES)
    assert verdict("O(N log N)", measure).status is Status.PROVEN
    assert verdict("O(N)", measure).status is Status.REFUTED
    assert verdict("O(N)", measure).correction == "O(N log N)"


def test_what_still_bends_is_open() -> None:
    measure = scaling(lambda n: n * (1 + (n / 2**14) ** 1.2), SIZES)
    assert verdict("O(N^1.65)", measure).status is Status.INCONCLUSIVE


def test_an_exponent_may_be_claimed_as_a_number() -> None:
    measure = scaling(lambda n: 5.0 * n**2, SIZES)
    assert verdict("2.00", measure).status is Status.PROVEN
    assert verdict("1.9", measure).status is Status.REFUTED


def test_a_growth_needs_a_scaling_and_a_scaling_needs_sizes() -> None:
    assert verdict("O(N)", budget(a=1)).status is Status.FAILED
    for sizes in ([1, 2, 3], [1, 2, 4, 4, 8, 16], [0, 1, 2, 4, 8, 16], [6, 5, 4, 3, 2, 1]):
        with pytest.raises(ValueError, match="sizes="):
            scaling(float, sizes)
    with pytest.raises(ValueError, match="at size 1024 nothing"):
        scaling(lambda _: 0.0, SIZES)


@pytest.mark.parametrize(
    ("text", "power", "logs"),
    [
        ("O(1)", 0, 0), ("O(N)", 1, 0), ("O(n)", 1, 0), ("O(N²)", 2, 0), ("O(N^2)", 2, 0), ("O(N^{2})", 2, 0),
        ("O(T³)", 3, 0), ("O(N^1.5)", 1.5, 0), ("O(√N)", 0.5, 0), ("O(N log N)", 1, 1), ("O(n · log n)", 1, 1),
        ("O(log N)", 0, 1), ("Θ(N)", 1, 0), (r"\mathcal{O}(N^2)", 2, 0), (r"O(N \log N)", 1, 1), ("O(n_ctx^2)", 2, 0),
    ],
)  # fmt: skip
def test_orders_of_growth_are_read_as_they_are_written(text: str, power: float, logs: int) -> None:
    found = parse(text)
    assert (found.kind, found.power, found.logs, found.numeric) == (Kind.SCALING, power, logs, False)


@pytest.mark.parametrize("text", ["O(N·d)", "O(Nd)", "O()", "O(N log M)", "O(2^N)"])
def test_what_grows_with_two_sizes_or_none_is_refused(text: str) -> None:
    with pytest.raises(WrittenError):
        parse(text)


# Arithmetic


def test_flops_are_counted_for_attention_too() -> None:
    torch = pytest.importorskip("torch")
    from deckforge.proof import flops

    assert flops(naive, inputs=inputs(64)).value == flops(fused, inputs=inputs(64)).value == 2 * 2 * 2 * 64 * 64 * 16
    layer = flops(lambda: torch.nn.Linear(10, 20)(torch.empty(3, 10)))
    assert layer.value == 2 * 3 * 10 * 20
    assert dict(layer.facts) == {"addmm": 1200}

    def training() -> None:
        block = torch.nn.TransformerEncoderLayer(64, 4, 256, batch_first=True, dropout=0.0)
        block(torch.randn(2, 16, 64)).sum().backward()

    parts = flops(training).facts
    assert any("backward" in name for name in parts)


def test_what_multiplies_and_cannot_be_counted_is_named() -> None:
    torch = pytest.importorskip("torch")
    from deckforge.measures.arithmetic import Uncounted
    from deckforge.proof import flops

    for run, name in (
        (lambda: torch.nn.LSTM(4, 4)(torch.empty(3, 2, 4)), "rnn"),
        (lambda: torch.dot(torch.empty(3), torch.empty(3)), "dot"),
        (lambda: torch.mv(torch.empty(3, 3), torch.empty(3)), "mv"),
    ):
        with pytest.raises(Uncounted, match=name):
            flops(run)


# Chance


def test_a_mean_is_claimed_on_average() -> None:
    random.seed(1)
    measure = samples(lambda: random.gauss(2.8, 0.1), 400)
    assert verdict("2.8 on average", measure).status is Status.PROVEN
    assert verdict("3.1 on average", measure).status is Status.REFUTED
    assert verdict("2.80 on average", samples(lambda: random.gauss(2.8, 2), 30)).status is Status.INCONCLUSIVE
    with pytest.raises(ValueError, match="fewer than 30"):
        samples(random.random, 10)
    with pytest.raises(ValueError, match="nan"):
        samples(lambda: float("nan"))


# Always and never


def test_a_counterexample_refutes_and_is_shown() -> None:
    found = verdict("always", for_all({"x": Reals(-5, 5)}, lambda x: x * x > 0))
    assert found.status is Status.REFUTED
    assert found.measured == "a counterexample, x = 0.0"
    assert found.correction == "not always"
    assert verdict("always", for_all({"x": Reals(-5, 5)}, lambda x: x * x > 0), ClaimKind.WRONG).status is Status.PROVEN
    assert verdict("sometimes", for_all({"x": Reals(-5, 5)}, lambda x: x * x > 0)).status is Status.PROVEN


def test_none_found_is_said_and_is_no_proof() -> None:
    measure = for_all({"x": Reals(-5, 5)}, lambda x: x * x >= 0)
    found = verdict("always", measure)
    assert found.status is Status.UNREFUTED
    assert found.answered
    assert found.reason == "no counterexample in 10,000 cases"
    # Nor does it show that something stated as false is false, or that an exception exists.
    assert verdict("always", measure, ClaimKind.WRONG).status is Status.INCONCLUSIVE
    assert verdict("not always", measure).status is Status.INCONCLUSIVE
    assert verdict("3.2", measure).status is Status.FAILED


def test_a_space_of_few_choices_is_gone_through_whole() -> None:
    seen = []
    measure = for_all({"a": [1, 2, 3], "b": "xy"}, lambda a, b: not seen.append((a, b)), cases=100)
    assert sorted(seen) == [(a, b) for a in (1, 2, 3) for b in "xy"]
    assert verdict("never", measure).reason == "no counterexample in all 6 cases"


def test_what_raises_has_not_held() -> None:
    measure = for_all({"x": Wholes(-3, 3)}, lambda x: 1 / x < 2)
    assert measure.facts["counterexample"] == "x = 0 raises ZeroDivisionError: division by zero"


@given(st.integers(-50, 50), st.integers(0, 2**32))
def test_a_search_goes_the_same_way_again(edge: int, seed: int) -> None:
    first, second = (
        for_all({"x": Wholes(-100, 100), "y": Reals(0.1, 10, log=True)}, lambda x, y: x + y < edge, seed=seed)
        for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize("space", [{}, {"x": []}])
def test_an_empty_space_holds_nothing(space: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="space"):
        for_all(space, lambda **_: True)
    with pytest.raises(ValueError, match="range"):
        Reals(1, 1)
    with pytest.raises(ValueError, match="range"):
        Wholes(2, 1)


# What is kept


def test_samples_survive_cache_and_receipt_to_the_last_digit() -> None:
    made = measurement(scaling(lambda n: 0.1 * n**1.5, SIZES))
    assert from_data(json.loads(json.dumps(to_data(made))), "receipt") == made
    text = receipts.to_bytes(made, {}).decode()
    series = [line for line in text.splitlines() if '"value"' in line]
    assert len(series) == 1, "a series is one line of a receipt"


@pytest.mark.parametrize(
    "wrong",
    [3, {"rule": "x"}, {"rule": "x", "trials": [3]}, {"rule": "x", "trials": [{"series": {"a": "1 nan"}, "facts": {}}]},
     {"rule": "x", "trials": [{"series": {"a": [1]}, "facts": {}}]},
     {"rule": "x", "trials": [{"series": {}, "facts": {"a": None}}]}],
)  # fmt: skip
def test_samples_of_another_shape_are_refused(wrong: object) -> None:
    data = to_data(measurement(budget(a=1)))
    with pytest.raises(ValueError):  # noqa: PT011 - one kind of error for one kind of trouble
        from_data({**data, "samples": {"it": wrong}}, "cache")


def test_a_timing_says_how_often_it_is_repeated() -> None:
    @proof(processes=5)
    def fast() -> dict[str, float]:
        return {"ratio": 1.0}

    assert fast() == {"ratio": 1.0}
    for wrong in (0, 2, 11):
        with pytest.raises(ValueError, match="processes"):
            proof(processes=wrong)


PROOFS = '''
"""Measures, as a course uses them."""

from deckforge.proof import Wholes, budget, for_all, proof, speedup

@proof(processes=3)
def same() -> dict[str, object]:
    """The same thing against itself. Output: ratio."""
    return {"ratio": speedup(sum, sum, inputs=lambda: (range(2000),), rounds=5), "count": 3}

@proof
def forgot() -> dict[str, object]:
    """A timing that is not run as one. Output: ratio."""
    return {"ratio": speedup(lambda: 1, lambda: 1, rounds=5)}

@proof
def even() -> dict[str, object]:
    """Twice a whole number is even. Output: holds."""
    return {"holds": for_all({"n": Wholes(-1000, 1000)}, lambda n: 2 * n % 2 == 0, cases=500)}
'''

LESSON = """---
id: m
title: M
---

# M

[≥ 0.000001x](claim:m.same.ratio) of [3](claim:m.same.count), [1x](claim:m.forgot.ratio), [always](claim:m.even.holds).
"""


def test_a_timing_runs_in_fresh_processes_and_its_samples_are_kept(tmp_path: Path) -> None:
    """The whole way: measured in three processes, kept, and judged again from what was kept."""
    pytest.importorskip("torch")
    example = Example(tmp_path, {"content/m.md": LESSON, "verify/m.py": PROOFS.lstrip()})
    for origin in ("live", "cache"):
        result = example.verify()
        assert result.verification is not None
        found = list(result.verification.verdicts.values())
        assert [each.status.value for each in found] == ["proven", "proven", "failed", "unrefuted"]
        same = found[0].measurement
        assert same is not None
        assert same.origin == origin
        assert len(same.samples["ratio"].trials) == 3
        assert len(same.samples["ratio"].trials[0].series["baseline"]) == 5
        assert same.method == "cpu-clock"
        assert same.environment["torch"]
        assert "write @proof(processes=10)" in found[2].reason
        assert found[3].reason == "no counterexample in 500 cases"


# The GPU's proofs, tried on a CPU


def gpu() -> ModuleType:
    """The course's own verify/gpu.py; importing it needs no GPU."""
    name = "deckforge_gpu_proofs"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[2] / "verify" / "gpu.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def test_arms_of_the_gpu_proofs_compute_the_same() -> None:
    torch = pytest.importorskip("torch")
    course = gpu()
    torch.manual_seed(0)
    single, half, make = course.products(32, "cpu")
    arguments = make()
    course.close_in_norm(single(*arguments), half(*arguments))
    for gradients in (False, True):
        naive, fused, make = course.attention(48, 2, 16, "cpu", gradients=gradients)
        arguments = make()
        course.close_in_norm(naive(*arguments), fused(*arguments), within=0.02)
    loop, in_one = (course.optimizer_step(3, 8, "cpu", fused=fused) for fused in (False, True))
    torch.testing.assert_close(loop(), in_one())
    plain = course.training(2, 16, 24, "cpu")()
    for other in ({"checkpointed": True}, {"parts": 4}):
        torch.testing.assert_close(course.training(2, 16, 24, "cpu", **other)(), plain)
    run, make = course.chain(100, "cpu")
    assert run(*make()).shape == (100,)
    with pytest.raises(AssertionError, match="differ by"):
        course.close_in_norm(plain, 2 * plain)


def test_the_peaks_of_a_card_that_nobody_wrote_down_are_not_guessed() -> None:
    pytest.importorskip("torch")
    course = gpu()
    assert course.peaks("NVIDIA H100 80GB HBM3") == course.PEAKS["H100"]
    for unknown in ("NVIDIA H100 PCIe", "NVIDIA GeForce RTX 4090", ""):
        with pytest.raises(ValueError, match="data sheet"):
            course.peaks(unknown)
