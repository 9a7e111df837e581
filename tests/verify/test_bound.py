"""What several cards have measured of one proof: a claim that names its card takes that one's, and no other's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deckforge import explain
from deckforge.model.claims import Measurement, Status, Verdict
from deckforge.verify import environment, receipts
from tests.example import COURSE, Example, places

if TYPE_CHECKING:
    from pathlib import Path

PROOF = '''\
"""Timings."""

from deckforge.proof import proof


@proof(device="cuda")
def ratio(n: int = 1024) -> dict[str, float]:
    """How much faster. Output: times (ratio)."""
    return {"times": 1.0}
'''
LESSON = """\
---
id: fast
title: Fast
---

# Fast

It is [2.0x](claim:fast.ratio.times?{query}) faster.
"""
H100, A100 = "NVIDIA H100 80GB HBM3", "NVIDIA A100-SXM4-40GB"


def course(folder: Path, query: str, *cards: tuple[str, float, str]) -> Example:
    """A claim with a receipt for each card: its name, what it measured, and on which day of 2026 (or `old`, `read`)."""
    example = Example(
        folder, {"content/course.yaml": COURSE, "content/fast.md": LESSON.format(query=query), "verify/fast.py": PROOF}
    )
    signature = example.check().course.proofs["fast.ratio"]
    for device, times, when in cards:
        measurement = Measurement(
            proof="fast.ratio",
            arguments={"n": 1024},
            outputs={"times": times},
            failure="",
            trace="",
            device_class="cuda",
            device=device,
            environment={"torch": "2.8.0"},
            method="imported" if when == "read" else "cuda",
            made=f"2026-01-{when if when.isdecimal() else '31'}T00:00:00Z",
            seconds=1.0,
            origin="receipt",
            fingerprint="another" if when == "old" else signature.fingerprint,
        )
        receipts.save(example.project, measurement, signature.parts)
    return example


def verdict(example: Example) -> Verdict:
    result = example.verify()
    assert result.verification
    [found] = result.verification.verdicts.values()
    return found


@pytest.mark.parametrize("query", ["n=1024", "n=1024&@device=H100", "@device=h100", "@device=NVIDIA%20H100"])
def test_proven_on_the_device_that_it_names(tmp_path: Path, query: str) -> None:
    example = course(tmp_path, query, (H100, 2.01, "01"))
    assert verdict(example).status is Status.PROVEN
    assert not [each for each in places(example.verify()) if "DF50" in each or "DF63" in each]


def test_unproven_where_it_was_measured_on_another(tmp_path: Path) -> None:
    example = course(tmp_path, "n=1024&@device=H100", (A100, 2.01, "01"))
    found = verdict(example)
    assert found.status is Status.UNPROVEN
    assert found.reason == f"it is claimed of H100 alone, and was measured on {A100}"
    assert any("DF636" in each for each in places(example.verify()))


@pytest.mark.parametrize("query", ["@device=H100&@device=A100", "@devise=H100"])
def test_a_mistake_in_the_name_is_one(tmp_path: Path, query: str) -> None:
    found = places(course(tmp_path, query, (H100, 2.01, "01")).verify())
    assert any("DF507" in each or "DF504" in each for each in found)


def test_receipts_of_several_cards_stand_beside_each_other(tmp_path: Path) -> None:
    example = course(tmp_path, "@device=H100", (H100, 2.01, "01"), (A100, 1.4, "02"))
    names = sorted(path.name.rpartition("-")[0] for path in example.project.receipts.rglob("*.json"))
    assert names == ["ratio.cuda.a100-sxm4-40gb", "ratio.cuda.h100-80gb-hbm3"]
    found = verdict(example)
    assert (found.status, found.measured) == (Status.PROVEN, "2.01x")
    assert found.choice == "the claim is of H100 alone"
    example.replace("content/fast.md", "@device=H100", "@device=A100")
    assert (verdict(example).status, verdict(example).measured) == (Status.REFUTED, "1.4x")


def test_a_claim_of_any_card_takes_the_newest_and_says_so(tmp_path: Path) -> None:
    example = course(tmp_path, "n=1024", (H100, 2.01, "02"), (A100, 1.99, "01"))
    found = verdict(example)
    assert found.measurement
    assert (found.status, found.measurement.device) == (Status.PROVEN, H100)
    assert found.choice == f"the newest of the receipts; there is one of {A100} too"
    assert places(example.verify()) == []
    assert f"chosen    {found.choice}" in explain.explain("fast.ratio", example.root)


def test_where_cards_disagree_the_author_is_told(tmp_path: Path) -> None:
    example = course(tmp_path, "n=1024", (H100, 2.01, "02"), (A100, 1.4, "01"))
    [found] = (each for each in example.verify().diagnostics if each.code.name == "cards-disagree")
    assert found.message == f"`2.0x` is proven on {H100}, and refuted on {A100}: 1.4x there"
    example.replace("content/fast.md", "n=1024", "n=1024&@device=H100")
    assert places(example.verify()) == []


@pytest.mark.parametrize("newer", ["old", "read"])
def test_what_is_stale_or_imported_never_comes_before_a_measurement(tmp_path: Path, newer: str) -> None:
    example = course(tmp_path, "n=1024", (H100, 2.01, "01"), (A100, 1.4, newer))
    found = verdict(example)
    assert found.measurement
    assert (found.status, found.measurement.device, found.choice) == (Status.PROVEN, H100, "")
    example.replace("content/fast.md", "n=1024", "n=1024&@device=A100")
    assert verdict(example).status is (Status.STALE if newer == "old" else Status.UNPROVEN)


def test_a_card_without_a_receipt_measures_though_another_has_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With stand-ins for the card; what it measures is written beside what the other has."""
    from tests.verify.test_verify import InProcess

    asked: list[str] = []
    monkeypatch.setattr(InProcess, "asked", asked, raising=False)
    monkeypatch.setattr("deckforge.verify.seat.Driver", InProcess)
    monkeypatch.setattr(environment, "why_not", lambda: "")
    monkeypatch.setattr(environment, "torch_version", lambda: "2.8.0")
    monkeypatch.setattr(environment, "find_gpu", lambda _: ({"name": A100, "torch": "2.8.0"}, ""))
    example = course(tmp_path, "n=1024", (H100, 2.01, "01"))
    for expected in (["fast.ratio(n=1024)"], []):
        asked.clear()
        result = example.verify(device="cuda")
        assert asked == expected
        assert result.verification
        [found] = result.verification.verdicts.values()
        assert found.measurement
        assert found.measurement.device == A100, "the newest"
    assert len(list(example.project.receipts.rglob("*.json"))) == 2
