"""The whole stage on small courses: what runs, what is remembered, what counts where nothing can run.

Most tests put a stand-in for the fork server that calls the proof in this process and remembers what it was asked for:
they are about which runs are made. The last ones use the real one.
"""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from deckforge.model.claims import Measurement
from deckforge.verify import environment, receipts
from deckforge.verify.driver import Answer, Driver, Request
from tests.example import Example

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from deckforge.pipeline import Result

PROOFS = '''
from deckforge.proof import proof

@proof
def double(x: float = 1.0) -> dict[str, float]:
    """Twice `x`."""
    return {"value": 2 * x, "half": x / 2}

@proof
def power(base: int, exponent: int = 2) -> dict[str, int]:
    """A power."""
    return {"value": base**exponent}

@proof
def fails() -> dict[str, float]:
    """Nothing good."""
    return {"value": 1 / 0}

@proof(device="cuda")
def fast(n: int = 1024) -> dict[str, float]:
    """A speedup."""
    return {"ratio": 3.0}
'''

LESSON = """
---
id: sums
title: Sums
---

# Sums

{text}
"""


def course(folder: Path, text: str) -> Example:
    return Example(
        folder,
        {"content/sums.md": LESSON.format(text=textwrap.dedent(text)).lstrip(), "verify/sums.py": PROOFS.lstrip()},
    )


class InProcess(Driver):
    """Answers by calling the proof here; knows no GPU."""

    asked: list[str]

    def run(
        self,
        requests: Sequence[Request],
        *,
        jobs: int = 1,
        done: Callable[[Request, Answer], None] | None = None,
    ) -> list[Answer]:
        del jobs
        answers = []
        for request in requests:
            if request is environment.PROBE:
                answers.append(Answer({}, "no CUDA device", "", 0.0, "", (), {}))
                continue
            arguments = ",".join(f"{name}={value!r}" for name, value in request.arguments.items())
            self.asked.append(f"{request.name}({arguments})")
            path = self.verify / f"{request.module.removeprefix('verify.')}.py"
            try:
                outputs, failure = runpy.run_path(str(path))[request.function](**request.arguments), ""
            except ZeroDivisionError as error:
                outputs, failure = {}, f"ZeroDivisionError: {error}"
            answers.append(Answer(outputs, failure, "", 0.01, "run", ("limits",), {"torch": "2.8.0"}))
            if done:
                done(request, answers[-1])
        return answers


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the stand-in was asked to run, in order; torch seems to be installed."""
    asked: list[str] = []
    monkeypatch.setattr(InProcess, "asked", asked, raising=False)
    monkeypatch.setattr("deckforge.verify.seat.Driver", InProcess)
    monkeypatch.setattr(environment, "torch_version", lambda: "2.8.0")
    monkeypatch.setattr(environment, "why_not", lambda: "")
    return asked


def statuses(result: Result) -> list[str]:
    """The verdicts in the order of the lessons."""
    assert result.verification is not None
    return [result.verification.verdicts[claim].status.value for claim in result.course.all_claims()]


def reasons(result: Result) -> list[str]:
    assert result.verification is not None
    return [result.verification.verdicts[claim].reason for claim in result.course.all_claims()]


def counts(result: Result) -> tuple[int, int]:
    assert result.verification is not None
    return result.verification.measured, result.verification.reused


def codes(result: Result) -> list[str]:
    return [diagnostic.code.id for diagnostic in result.diagnostics if diagnostic.code.id.startswith("DF6")]


def gpu_receipt(example: Example, ratio: float = 3.0, **arguments: int) -> Measurement:
    """Commit what a GPU would have measured."""
    signature = example.check().course.proofs["sums.fast"]
    measurement = Measurement(
        proof="sums.fast",
        arguments=arguments or {"n": 1024},
        outputs={"ratio": ratio},
        failure="",
        trace="",
        device_class="cuda",
        device="A card",
        environment={"torch": "2.9.0"},
        method="cuda",
        made="2026-01-02T03:04:05Z",
        seconds=1.0,
        origin="live",
        fingerprint=signature.fingerprint,
    )
    receipts.save(example.project, measurement, signature.parts)
    return measurement


def test_every_run_is_made_once_however_many_claims_need_it(tmp_path: Path, asked: list[str]) -> None:
    example = course(
        tmp_path,
        """
        [2.0](claim:sums.double.value), [0.5](claim:sums.double.half?x=1), [2.0](claim:sums.double.value?x=1e0),
        [6.0](claim:sums.double.value?x=3), [1024](claim:sums.power.value?base=2&exponent=1e1), [9](given:).
        """,
    )
    result = example.verify()
    assert statuses(result) == ["proven"] * 5 + ["given"]
    assert asked == ["sums.double(x=1.0)", "sums.double(x=3.0)", "sums.power(base=2,exponent=10)"]
    assert counts(result) == (3, 0)
    assert result.verification is not None
    assert [run.proof for run in result.verification.runs] == ["sums.double", "sums.double", "sums.power"]


def test_what_was_measured_is_judged_again_but_not_measured(tmp_path: Path, asked: list[str]) -> None:
    example = course(tmp_path, "Twice three is [6.0](claim:sums.double.value?x=3).")
    assert statuses(example.verify()) == ["proven"]
    refuted = example.replace("content/sums.md", "[6.0]", "[6.8]").verify()
    assert statuses(refuted) == ["refuted"]
    (diagnostic,) = (each for each in refuted.diagnostics if each.code.id == "DF631")
    assert diagnostic.fix == "write `6.0`"
    assert "[6.75, 6.85]" in diagnostic.message
    assert counts(refuted) == (0, 1)
    example.replace("content/sums.md", "[6.8]", "[6.0]")
    assert statuses(example.verify()) == ["proven"]
    assert len(asked) == 1


def test_a_proof_is_measured_again_when_its_meaning_may_have_changed(tmp_path: Path, asked: list[str]) -> None:
    example = course(tmp_path, "[6.0](claim:sums.double.value?x=3) and [4](claim:sums.power.value?base=2)")
    example.verify()
    example.replace("verify/sums.py", 'return {"value": 2 * x', '# a remark\n    return {"value": (2 * x)')
    assert counts(example.verify()) == (0, 2)
    example.replace("verify/sums.py", "(2 * x)", "3 * x")
    result = example.verify()
    assert statuses(result) == ["refuted", "proven"]
    assert counts(result) == (1, 1)
    assert len(asked) == 3


def test_fresh_measures_again(tmp_path: Path, asked: list[str]) -> None:
    example = course(tmp_path, "[6.0](claim:sums.double.value?x=3)")
    example.verify()
    assert counts(example.verify(fresh=True)) == (1, 0)
    assert len(asked) == 2


def test_another_torch_measures_again(tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    example = course(tmp_path, "[6.0](claim:sums.double.value?x=3)")
    example.verify()
    monkeypatch.setattr(environment, "torch_version", lambda: "2.9.0")
    assert counts(example.verify()) == (1, 0)


def test_a_torn_cache_entry_is_measured_again(tmp_path: Path, asked: list[str]) -> None:
    example = course(tmp_path, "[6.0](claim:sums.double.value?x=3)")
    example.verify()
    (entry,) = (example.project.cache / "measurements").rglob("*.json")
    entry.write_bytes(entry.read_bytes()[:40])
    assert counts(example.verify()) == (1, 0)


def test_a_failing_proof_fails_its_claims_alone_and_is_tried_again(tmp_path: Path, asked: list[str]) -> None:
    example = course(tmp_path, "[6.0](claim:sums.double.value?x=3), [1](claim:sums.fails.value)")
    for _ in range(2):
        result = example.verify()
        assert statuses(result) == ["proven", "failed"]
        assert codes(result) == ["DF633"]
    assert asked.count("sums.fails()") == 2
    assert len(asked) == 3


def test_a_value_stated_as_false_must_be_false(tmp_path: Path, asked: list[str]) -> None:
    result = course(tmp_path, "Not [5.0](wrong:sums.double.value?x=3) nor [6.0](wrong:sums.double.value?x=3).").verify()
    assert statuses(result) == ["proven", "refuted"]
    assert codes(result) == ["DF632"]
    assert len(asked) == 1


def test_a_claim_that_no_proof_could_take_runs_nothing(tmp_path: Path, asked: list[str]) -> None:
    example = course(tmp_path, "[1](claim:sums.power.value), [1](claim:sums.nothing.value)")
    result = example.verify()
    assert statuses(result) == ["unproven", "unproven"]
    assert reasons(result) == ["the proof needs the argument base", "there is no proof sums.nothing"]
    assert codes(result) == []
    assert asked == []


def test_a_proof_for_a_gpu_is_openly_unproven_without_one(tmp_path: Path, asked: list[str]) -> None:
    example = course(tmp_path, "[3.0](claim:sums.fast.ratio) and [6.0](claim:sums.double.value?x=3)")
    result = example.verify()
    assert statuses(result) == ["unproven", "proven"]
    assert reasons(result)[0] == "it needs a GPU to run, and there is no receipt"
    assert codes(result) == ["DF636"]
    result = example.verify(device="cuda")
    assert statuses(result) == ["unproven", "proven"]
    assert reasons(result)[0] == "no GPU works here (no CUDA device), and there is no receipt"
    assert asked == ["sums.double(x=3.0)"]
    assert not example.project.receipts.exists()


def test_a_receipt_answers_for_a_gpu_until_the_proof_changes(tmp_path: Path, asked: list[str]) -> None:
    example = course(tmp_path, "[3.0](claim:sums.fast.ratio), [2.0](claim:sums.fast.ratio?n=2048)")
    gpu_receipt(example)
    result = example.verify()
    assert statuses(result) == ["proven", "unproven"]
    assert reasons(result)[1].endswith("there is no receipt (there is one for `n=1024`)")
    assert result.verification is not None
    assert [run.origin for run in result.verification.runs] == ["receipt"]
    example.replace("verify/sums.py", '{"ratio": 3.0}', '{"ratio": 4.0}')
    result = example.verify()
    assert statuses(result) == ["stale", "unproven"]
    assert "`sums.py::fast` changed" in reasons(result)[0]
    assert codes(result) == ["DF635", "DF636"]
    assert asked == []


def test_a_receipt_is_judged_like_any_measurement(tmp_path: Path, asked: list[str]) -> None:
    example = course(tmp_path, "[3.0](claim:sums.fast.ratio)")
    gpu_receipt(example, ratio=1.3)
    assert statuses(example.verify()) == ["refuted"]
    assert asked == []


def test_without_torch_receipts_answer_and_the_rest_says_what_to_install(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    example = course(tmp_path, "[6.0](claim:sums.double.value?x=3), [8.0](claim:sums.double.value?x=4)")
    example.verify(only=("nothing",))
    example.replace("content/sums.md", "[8.0](claim:sums.double.value?x=4)", "x").verify(record=True)
    example.replace("content/sums.md", ", x", ", [8.0](claim:sums.double.value?x=4)")
    missing = "torch is not installed: pip install 'deckforge[torch]'"
    monkeypatch.setattr(environment, "torch_version", lambda: "")
    monkeypatch.setattr(environment, "why_not", lambda: missing)
    result = example.verify()
    assert statuses(result) == ["proven", "unproven"]
    assert reasons(result)[1] == missing
    assert [each.fix for each in result.diagnostics if each.code.id == "DF636"] == ["pip install 'deckforge[torch]'"]
    assert asked == ["sums.double(x=3.0)"]


def test_where_torch_is_a_receipt_for_the_cpu_says_nothing(tmp_path: Path, asked: list[str]) -> None:
    example = course(tmp_path, "[6.0](claim:sums.double.value?x=3)")
    result = example.verify(record=True)
    assert result.verification is not None
    (run,) = result.verification.runs
    signature = result.course.proofs["sums.double"]
    receipts.save(example.project, replace(run, outputs={"value": 7.0, "half": 1.0}), signature.parts)
    assert statuses(example.verify()) == ["proven"]


def test_recording_writes_what_was_measured_and_leaves_what_holds(tmp_path: Path, asked: list[str]) -> None:
    example = course(tmp_path, "[6.0](claim:sums.double.value?x=3), [1](claim:sums.fails.value)")
    example.verify()
    assert not example.project.receipts.exists()
    example.verify(record=True)
    (receipt,) = example.project.receipts.rglob("*.json")
    before = receipt.read_bytes()
    example.verify(record=True)
    assert receipt.read_bytes() == before
    assert asked.count("sums.double(x=3.0)") == 1, "what the cache knows can be recorded without running it again"


def test_only_runs_what_is_asked_for(tmp_path: Path, asked: list[str]) -> None:
    example = course(tmp_path, "[6.0](claim:sums.double.value?x=3), [4](claim:sums.power.value?base=2)")
    result = example.verify(only=("sums.pow*",))
    assert statuses(result) == ["unproven", "proven"]
    assert reasons(result)[0] == "not run: it was not asked for"
    assert codes(result) == []
    assert asked == ["sums.power(base=2,exponent=2)"]
    assert statuses(example.verify(only=("sums",))) == ["proven", "proven"]


def test_what_was_measured_before_an_interruption_is_kept(tmp_path: Path, asked: list[str]) -> None:
    from deckforge import pipeline
    from deckforge.verify import Options

    example = course(tmp_path, "[6.0](claim:sums.double.value?x=3), [4](claim:sums.power.value?base=2)")

    def interrupt(stage: str, done: int, total: int, detail: str = "") -> None:
        if stage == "verify" and done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pipeline.verify(example.project, Options(), interrupt)
    assert counts(example.verify()) == (1, 1)
    assert len(asked) == 2


def test_a_gpu_is_used_where_there_is_one(tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With a stand-in for the GPU too: what was measured is recorded, and then answers without it."""
    example = course(tmp_path, "[3.0](claim:sums.fast.ratio) and [6.0](claim:sums.double.value?x=3)")
    with monkeypatch.context() as patch:
        card = {"name": "A card", "torch": "2.8.0", "driver": "1.2"}
        patch.setattr(environment, "find_gpu", lambda _: (card, ""))
        result = example.verify(device="cuda")
        assert statuses(result) == ["proven", "proven"]
        assert asked == ["sums.fast(n=1024)", "sums.double(x=3.0)"]
        assert counts(example.verify(device="cuda")) == (0, 2)
        assert counts(example.verify(device="cuda", fresh=True)) == (2, 0)
    (receipt,) = example.project.receipts.rglob("*.json")
    assert receipt.name.startswith("fast.cuda")
    result = example.verify()
    assert statuses(result) == ["proven", "proven"]
    assert result.verification is not None
    (run,) = (run for run in result.verification.runs if run.proof == "sums.fast")
    assert (run.device, run.origin, run.environment["driver"]) == ("A card", "receipt", "1.2")


def test_shards_share_the_runs(tmp_path: Path, asked: list[str]) -> None:
    claims = ", ".join(f"[{2.0 * n}](claim:sums.double.value?x={n})" for n in range(1, 8))
    example = course(tmp_path, claims)
    for which in (1, 2, 3):
        example.verify(shard=(which, 3))
    assert sorted(asked) == [f"sums.double(x={n:.1f})" for n in range(1, 8)]
    assert counts(example.verify()) == (0, 7)


def test_what_shards_record_merges_into_what_one_run_records(tmp_path: Path, asked: list[str]) -> None:
    claims = ", ".join(f"[{2.0 * n}](claim:sums.double.value?x={n})" for n in range(1, 8))
    whole = course(tmp_path / "whole", claims)
    whole.verify(record=True)
    merged: dict[str, bytes] = {}
    for which in range(1, 4):
        part = course(tmp_path / f"part{which}", claims)
        part.verify(record=True, shard=(which, 3))
        written = contents(part)
        assert written
        assert not set(written) & set(merged), "no receipt is written twice"
        merged |= written
    assert merged == contents(whole)


def contents(example: Example) -> dict[str, bytes]:
    """The receipts of a course by their paths, without when they were made and how long that took."""
    found = {}
    for path in example.project.receipts.rglob("*.json"):
        text = re.sub(rb'"(made|seconds|sha256)": [^\n]*', b"", path.read_bytes())
        found[path.relative_to(example.project.receipts).as_posix()] = text
    return found


def test_progress_goes_from_none_to_all(tmp_path: Path, asked: list[str]) -> None:
    from deckforge import pipeline
    from deckforge.verify import Options

    seen: list[Any] = []
    example = course(tmp_path, "[6.0](claim:sums.double.value?x=3), [4](claim:sums.power.value?base=2)")
    pipeline.verify(example.project, Options(), lambda *step: seen.append(step))
    steps = [step[1:3] for step in seen if step[0] == "verify"]
    assert steps[0] == (0, 2)
    assert steps[-1] == (2, 2)
    assert steps == sorted(steps)


def test_a_course_is_verified_for_real_and_then_without_running_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch")
    example = course(
        tmp_path,
        """
        [6.0](claim:sums.double.value?x=3), [1](claim:sums.fails.value), [4](claim:sums.power.value?base=2),
        [3.0](claim:sums.fast.ratio)
        """,
    )
    result = example.verify(jobs=2)
    assert statuses(result) == ["proven", "failed", "proven", "unproven"]
    assert reasons(result)[1] == "ZeroDivisionError: division by zero (verify/sums.py:16)"
    assert result.verification is not None
    run = result.verification.runs[0]
    assert run.device == "cpu"
    assert "limits" in run.environment["isolation"]
    assert run.environment["torch"] == environment.torch_version()

    def never(*args: object, **more: object) -> None:
        raise AssertionError("nothing was to be run")

    example.replace("content/sums.md", "[1](claim:sums.fails.value), ", "")
    monkeypatch.setattr("deckforge.verify.driver.subprocess.Popen", never)
    monkeypatch.setattr("deckforge.verify.seat.Driver", never)
    again = example.verify()
    assert statuses(again) == ["proven", "proven", "unproven"]
    assert counts(again) == (0, 2)


def test_the_gpu_is_looked_for_in_a_child(tmp_path: Path) -> None:
    """Whatever this machine has, the answer comes from a child, and isolation is in force again afterwards."""
    torch = pytest.importorskip("torch")
    with Driver(tmp_path) as driver:
        layers = driver.layers
        gpu, why = environment.find_gpu(driver)
    if torch.cuda.is_available():
        assert gpu["name"] == torch.cuda.get_device_name(0)
    else:
        assert (gpu, driver.layers) == ({}, layers)
        assert why.startswith("RuntimeError: no CUDA device")


def test_verifying_needs_nothing_of_linux_until_something_runs() -> None:
    """Elsewhere a course is judged by its receipts."""
    script = (
        "import sys\n"
        "sys.modules.update(dict.fromkeys(['fcntl', 'resource', 'torch']))\n"
        "import deckforge.verify.evidence\n"
        "from deckforge.verify import environment\n"
        "sys.platform = 'win32'\n"
        "print(environment.why_not())\n"
    )
    said = subprocess.check_output([sys.executable, "-c", script], text=True)
    assert said == "proofs run on Linux only, and this machine has another system\n"


@pytest.mark.parametrize("shard", ["0/3", "4/3", "2", "a/b", "1/0", "-1/3", ""])
def test_a_shard_is_a_part_of_a_whole(tmp_path: Path, shard: str, capsys: pytest.CaptureFixture[str]) -> None:
    from deckforge.cli import ExitCode, main

    example = course(tmp_path, "[6.0](claim:sums.double.value?x=3)")
    with pytest.raises(SystemExit) as ended:
        main(["verify", "--project", str(example.root), "--shard", shard])
    assert ended.value.code == ExitCode.USAGE
    assert "the second of eight is 2/8" in capsys.readouterr().err


def test_the_command_runs_its_shard_alone(tmp_path: Path, asked: list[str]) -> None:
    from deckforge.cli import ExitCode, main

    example = course(tmp_path, ", ".join(f"[{2.0 * n}](claim:sums.double.value?x={n})" for n in range(1, 5)))
    with pytest.raises(SystemExit) as ended:
        main(["verify", "--project", str(example.root), "--shard", "2/2", "--format", "json"])
    assert ended.value.code == ExitCode.OK
    assert sorted(asked) == ["sums.double(x=2.0)", "sums.double(x=4.0)"]
