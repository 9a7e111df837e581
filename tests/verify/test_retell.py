"""What `deckforge explain` tells of a measurement: samples in a line, what each process says, and what was before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckforge import retell
from deckforge.explain import explain
from deckforge.measures.timing import seconds
from deckforge.model.claims import Measurement
from tests.example import Example
from tests.verify.test_timing import Ticks, comparison, samples

if TYPE_CHECKING:
    from pathlib import Path


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200))
def test_a_histogram_has_a_full_bar_where_most_values_are(values: list[float]) -> None:
    bars = retell.histogram(values)
    assert retell.BARS[-1] in bars
    assert len(bars) == (24 if len(set(values)) > 1 else 1)
    assert sum(bar != " " for bar in bars) <= len(values)


def test_many_samples_are_summed_up_and_a_few_written_out() -> None:
    assert retell.output("x", (1.0, 2.0)) == "x = (1.0, 2.0)"
    assert retell.output("x", "bfloat16") == "x = 'bfloat16'"
    told = retell.output("x", tuple(map(float, range(100))))
    assert told.startswith("x: 100 samples, mean 49.5 (95 %: 43.74 to 55.26), 0 |")
    assert told.endswith("| 99")


def test_every_process_and_all_together_are_told() -> None:
    lines = list(retell.samples("ratio", samples([comparison(2e-3, 1e-3, seed=seed) for seed in range(3)])))
    assert lines[0].startswith("ratio: process 1: 2 = 2 ms / 1 ms")
    assert lines[3].startswith("ratio: together 2 (95 % over all looks: 2 to 2), 3 processes, 75 rounds")
    assert "scope op" in lines[4]


def test_why_there_is_no_estimate_is_told() -> None:
    lines = list(retell.samples("time", samples([seconds(lambda: 2e-5, clock=Ticks())])))
    assert lines[0].startswith("time: 20 µs")
    assert "no estimate, because one process" in lines[1]


def test_earlier_measurements_are_told_with_what_has_changed_since() -> None:
    now = Measurement(
        "m.f", {"n": 1}, {"x": 2}, "", "", "cpu", "cpu", {}, "", "2026-02-01T00:00:00Z", 1.0, "cache", "new"
    )
    old = replace(now, outputs={"x": 3}, made="2026-01-01T00:00:00Z", fingerprint="old")
    card = replace(now, device="A card", made="2026-01-15T00:00:00Z", origin="receipt")
    assert list(retell.history([now, card, old], now)) == [
        "2026-01-01T00:00:00Z on cpu (cache, before the proof changed) n=1: x = 3",
        "2026-01-15T00:00:00Z on A card (receipt) n=1: x = 2",
    ]


def test_explaining_a_claim_shows_its_history(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    head = 'from deckforge.proof import proof\n\n@proof\ndef f() -> dict[str, int]:\n    """Output: x."""\n'
    proof = f'{head}    return {{"x": 3}}\n'
    lesson = "---\nid: m\ntitle: M\n---\n\n# M\n\n[3](claim:m.f.x)\n"
    example = Example(tmp_path, {"content/m.md": lesson, "verify/m.py": proof})
    example.verify()
    (tmp_path / "verify" / "m.py").write_text(proof.replace('"x": 3', '"x": 1 + 2'))
    told = explain("m.f.x", tmp_path)
    assert "returned  x = 3" in told
    assert "before the proof changed): x = 3" in told
