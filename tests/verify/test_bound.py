"""A claim that names its device is proven by a measurement on that device, and by no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from deckforge.model.claims import Measurement, Status
from deckforge.verify import receipts
from tests.example import COURSE, Example, places

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


def judged(folder: Path, query: str, device: str) -> tuple[Status, str, list[str]]:
    example = Example(
        folder, {"content/course.yaml": COURSE, "content/fast.md": LESSON.format(query=query), "verify/fast.py": PROOF}
    )
    signature = example.check().course.proofs["fast.ratio"]
    measurement = Measurement(
        proof="fast.ratio",
        arguments={"n": 1024},
        outputs={"times": 2.01},
        failure="",
        trace="",
        device_class="cuda",
        device=device,
        environment={"torch": "2.8.0"},
        method="cuda",
        made="2026-01-01T00:00:00Z",
        seconds=1.0,
        origin="receipt",
        fingerprint=signature.fingerprint,
    )
    receipts.save(example.project, measurement, signature.parts)
    result = example.verify()
    assert result.verification
    [verdict] = result.verification.verdicts.values()
    return verdict.status, verdict.reason, places(result)


@pytest.mark.parametrize("query", ["n=1024", "n=1024&@device=H100", "@device=h100", "@device=NVIDIA%20H100"])
def test_proven_on_the_device_that_it_names(tmp_path: Path, query: str) -> None:
    status, _, found = judged(tmp_path, query, "NVIDIA H100 80GB HBM3")
    assert status is Status.PROVEN
    assert not [each for each in found if "DF50" in each or "DF63" in each]


def test_unproven_where_it_was_measured_on_another(tmp_path: Path) -> None:
    status, reason, found = judged(tmp_path, "n=1024&@device=H100", "NVIDIA A100-SXM4-40GB")
    assert status is Status.UNPROVEN
    assert reason == "it is claimed of H100 alone, and was measured on NVIDIA A100-SXM4-40GB"
    assert any("DF636" in each for each in found)


@pytest.mark.parametrize("query", ["@device=H100&@device=A100", "@devise=H100"])
def test_a_mistake_in_the_name_is_one(tmp_path: Path, query: str) -> None:
    found = judged(tmp_path, query, "NVIDIA H100 80GB HBM3")[2]
    assert any("DF507" in each or "DF504" in each for each in found)
