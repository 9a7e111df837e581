"""The page about proofs: every block of Python on it is a file of proofs, and every proof does what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deckforge.model.claims import Claim, ClaimKind, Measurement
from deckforge.model.source import Span
from deckforge.project import Project
from deckforge.read.proofs import signatures
from deckforge.verify import child, limits
from deckforge.verify.driver import Driver, Request
from deckforge.verify.judge import judge
from deckforge.verify.plan import typed

HERE = Span("content/x.md", 0, 1)
PAGE = (Path(__file__).parents[2] / "docs" / "proofs.md").read_text()
BLOCK = re.compile(r"^```(?:python|text)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_every_proof_on_the_page_runs(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    for name, text in BLOCK.findall(PAGE):
        assert name.startswith("verify/"), "every block says which file it is"
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = signatures(Project(tmp_path))
    assert found.diagnostics == ()
    on_cpu = [signature for signature in found.value.values() if signature.device == "cpu"]
    requests = [
        Request(
            f"verify.{each.module}",
            each.name,
            dict(typed(each.parameters, ())),
            each.outputs,
            processes=each.processes,
            reads=each.reads,
        )
        for each in on_cpu
    ]
    with Driver(tmp_path / "verify") as driver:
        answers = dict(zip((each.qualified for each in on_cpu), driver.run(requests), strict=True))
    assert [answer.failure for answer in answers.values()] == [""] * 10
    assert answers["backprop.relu_chain"].outputs["dw2"] == pytest.approx(-0.608, abs=5e-4)
    assert answers["schedules.cosine"].outputs["middle"] == pytest.approx(1.5e-4)
    states = answers["memory.adamw"]
    assert states.method == "fake-cpu"
    assert states.outputs["weights"] == 4 * 20_000**2
    assert states.outputs["states"] == 2 * 4 * 20_000**2 + 4
    assert answers["losses.last"].outputs == {"loss": 1.75}
    expected = {
        ("memory", "naive", "O(N²)"): "proven",
        ("memory", "fused", "O(N)"): "proven",
        ("saved", "times", "100–500× for N = 1k–4k"): "proven",
        ("saved", "times", "up to 482×"): "proven",
        ("layer", "flops", "4,194,304"): "proven",
        ("tries", "mean", "4 on average"): "proven",
        ("softmax", "holds", "always"): "unrefuted",
        ("fused", "speedup", "≥ 1.5×"): "inconclusive",  # one process alone
    }
    for (name, output, text), status in expected.items():
        claim = Claim(ClaimKind.CLAIM, text, f"measures.{name}.{output}", (), "", "", "", "", HERE, HERE)
        answer = answers[f"measures.{name}"]
        measurement = Measurement(
            claim.proof, {}, answer.outputs, "", "", "cpu", "cpu", {}, "", "", 0.0, "live", "", samples=answer.samples
        )
        assert judge(claim, measurement).status == status, name
    assert {signature.device for signature in found.value.values()} == {"cpu", "cuda"}


def test_the_limits_on_the_page_are_the_real_ones() -> None:
    assert f"| processes at a time | {limits.PROCESSES} |" in PAGE
    assert f"{child.SAMPLES_LIMIT:,} samples" in PAGE
    assert f"a `str` of up to {child.TEXT_LIMIT:,} characters" in PAGE
