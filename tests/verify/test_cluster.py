"""Proofs on Ray: its own cluster on this machine, with eight CPUs and four GPUs that are pretended.

One cluster serves all tests of a process; each connects to it as `deckforge verify --on ray --address …` does.
"""

from __future__ import annotations

import json
import re
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from deckforge.cli import ExitCode, main
from deckforge.verify import cluster
from deckforge.verify.cluster import Ray
from deckforge.verify.driver import Request
from tests.example import Example, places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckforge.verify.driver import Answer

pytest.importorskip("torch")
needs_ray = pytest.mark.skipif(not cluster.find_spec("ray"), reason="Ray has no build for this Python: nothing to try")

PROOFS = '''
"""What the tests look at: where and when a proof runs."""

import os, signal, time
from pathlib import Path

from verify import helpers


def here(n=0, pause=0.0):
    begun = time.time()
    time.sleep(pause)
    return {
        "gpu": os.environ.get("CUDA_VISIBLE_DEVICES", ""), "begun": begun, "ended": time.time(),
        "double": helpers.double(n),
    }


def crashes():
    os.abort()


def kills_its_worker(mark):
    """Where isolation does not keep it from that: kill what its server answers to, unless somebody did already."""
    if not Path(mark).exists():
        Path(mark).write_text("")
        server = os.getppid()
        os.kill(int(Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()[1]), signal.SIGKILL)
        time.sleep(60)
    return {"value": 1}
'''


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where a cluster of one machine listens."""
    utilities = pytest.importorskip("ray.cluster_utils")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        made = utilities.Cluster(initialize_head=True, head_node_args={"num_cpus": 8, "num_gpus": 4})
        yield made.address
        made.shutdown()


@pytest.fixture
def verify(tmp_path: Path) -> Path:
    folder = tmp_path / "verify"
    folder.mkdir()
    (folder / "where.py").write_text(PROOFS)
    (folder / "helpers.py").write_text("def double(n):\n    return 2 * n\n")
    return folder


def run(runner: Ray, requests: Sequence[Request]) -> tuple[list[Answer], str]:
    """Run requests of one kind, no timing being open for long; return their answers, and why some have none."""
    found: dict[int, Answer] = {}
    with runner:
        assert runner.obstacle() == ""
        why = runner.run(
            requests,
            is_open=lambda *_: False,
            done=lambda request, answer: found.update({id(request): answer}),
            tell=lambda _: None,
        )
    return [found[id(request)] for request in requests if id(request) in found], why


@needs_ray
def test_a_gpu_is_held_by_one_proof_at_a_time(address: str, verify: Path) -> None:
    look = lambda _: ({"name": "a pretended card"}, "")  # noqa: E731 - a lambda travels by value
    wanted = [Request("verify.where", "here", {"n": n, "pause": 1.0}, device="cuda", processes=3) for n in range(5)]
    answers, why = run(Ray(verify, address=address, look=look), wanted)
    assert not why
    assert [answer.failure for answer in answers] == [""] * 5
    assert {answer.versions["name"] for answer in answers} == {"a pretended card"}
    assert {str(answer.outputs["gpu"]) for answer in answers} == {"0", "1", "2", "3"}, "one for all of its processes"
    spans = sorted(
        (str(answer.outputs["gpu"]), begun, ended)
        for answer in answers
        for begun, ended in zip(answer.outputs["begun"], answer.outputs["ended"], strict=True)  # type: ignore[arg-type]
    )
    assert all(one[2] <= two[1] for one, two in pairwise(spans) if one[0] == two[0])


@needs_ray
def test_a_timing_on_the_cpu_has_its_machine_for_itself(address: str, verify: Path) -> None:
    """As far as Ray can say: it holds every CPU of the machine, so the second waits for the first."""
    wanted = [Request("verify.where", "here", {"n": n, "pause": 0.3}, processes=3) for n in range(2)]
    answers, _ = run(Ray(verify, address=address), wanted)
    (first, second) = sorted((min(a.outputs["begun"]), max(a.outputs["ended"])) for a in answers)  # type: ignore[type-var, arg-type]
    assert first[1] <= second[0]  # type: ignore[operator]


@needs_ray
def test_a_lost_worker_is_replaced_and_reported_and_a_crash_is_an_answer(
    address: str, verify: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    wanted = [
        Request("verify.where", "here", {"n": 4}),
        Request("verify.where", "kills_its_worker", {"mark": str(tmp_path / "mark")}),
        Request("verify.where", "crashes"),
    ]
    runner = Ray(verify, ("limits",), address=address, jobs=2)
    answers, why = run(runner, wanted)
    assert not why
    assert answers[0].outputs["double"] == 8
    assert answers[1].outputs == {"value": 1}
    assert answers[2].failure == "crashed (SIGABRT)"
    assert capfd.readouterr().out == "", "Ray's own words would stand in the midst of a document"
    (said,) = runner.diagnostics
    assert said.code.name == "worker-lost"
    once = r"the worker that ran `where\.kills_its_worker` was lost once \(.*worker process.*\); it was run again .*"
    assert re.fullmatch(once, said.message)


@needs_ray
def test_the_receipts_are_those_of_this_machine(address: str, tmp_path: Path) -> None:
    receipts = []
    for name, options in (("here", {}), ("there", {"on": "ray", "address": address})):
        example = Example(tmp_path / name, None)
        result = example.verify(record=True, jobs=1, **options)
        assert places(result) == []
        receipts.append({path.name: json.loads(path.read_bytes()) for path in example.project.receipts.rglob("*.json")})
        assert result.verification is not None
        assert result.verification.measured == 2
        assert example.verify().verification.reused == 2, "kept as if measured here"  # type: ignore[union-attr]
    here, there = receipts
    assert {receipt["environment"].pop("runner") for receipt in there.values()} == {f"ray {version()}"}
    for receipt in (*here.values(), *there.values()):
        for own in ("made", "seconds", "sha256"):
            del receipt[own]
    assert here == there


@needs_ray
def test_stopped_in_the_middle_nothing_goes_on(address: str, verify: Path) -> None:
    def interrupt(detail: str) -> None:
        if detail.startswith("waiting") and servers():
            raise KeyboardInterrupt

    wanted = [Request("verify.where", "here", {"pause": 600.0}, timeout=900.0, processes=3)]
    with pytest.raises(KeyboardInterrupt), Ray(verify, address=address) as runner:
        runner.obstacle()
        runner.run(wanted, is_open=lambda *_: False, done=lambda *_: None, tell=interrupt)
    wait_until(lambda: not servers())


@needs_ray
def test_where_no_gpu_of_the_cluster_works_nothing_waits_for_one(verify: Path, address: str) -> None:
    look = lambda _: ({}, "RuntimeError: no CUDA device")  # noqa: E731 - a lambda travels by value
    _, why = run(Ray(verify, address=address, look=look), [Request("verify.where", "here", device="cuda")])
    assert why == "no GPU works here (RuntimeError: no CUDA device)"


def test_a_cluster_out_of_reach_is_a_diagnostic(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("ray")
    started = time.monotonic()
    with pytest.raises(SystemExit) as ended:
        main(["verify", "--project", str(example.root), "--on", "ray", "--address", "127.0.0.1:1"])
    assert ended.value.code == ExitCode.TOOL
    assert time.monotonic() - started < 60, "Ray itself would try for minutes"
    said = capsys.readouterr().out
    assert "DF903" in said
    assert "nothing answers at 127.0.0.1:1" in said


def test_without_ray_a_diagnostic_says_what_to_install(example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "find_spec", lambda _: None)
    result = example.verify(on="ray")
    (found,) = (each for each in result.diagnostics if each.code.name == "no-cluster")
    assert found.fix == "pip install 'deckforge[cluster]'"
    assert result.verification is not None
    assert {verdict.reason for verdict in result.verification.verdicts.values()} == {"Ray is not installed here"}


def test_an_address_is_of_a_cluster(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["verify", "--project", str(example.root), "--address", "10.0.0.7:6379"])
    assert ended.value.code == ExitCode.USAGE
    assert "add --on ray" in capsys.readouterr().err


def test_what_travels_is_python_and_declared_data(verify: Path, tmp_path: Path) -> None:
    for name in ("receipts/where/here.cuda.json", "__pycache__/where.py", ".hidden/x.py", "deep/down.py", "notes.txt"):
        (verify / name).parent.mkdir(parents=True, exist_ok=True)
        (verify / name).write_text("")
    for name in ("data/one.csv", "data/deep/two.csv", "table.csv"):
        (verify / name).parent.mkdir(parents=True, exist_ok=True)
        (verify / name).write_text(name)
    packed = tmp_path / "packed"
    cluster.pack(verify, packed, ("table.csv", "data/deep"))
    names = sorted(path.relative_to(packed).as_posix() for path in packed.rglob("*.*"))
    assert names == ["data/deep/two.csv", "deep/down.py", "helpers.py", "table.csv", "where.py"]


def version() -> str:
    import ray

    return str(ray.__version__)


def servers() -> list[str]:
    """The fork servers of the cluster that are still alive: they run in its copy of the proofs."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal() and b"_ray_pkg_" in (entry / "cmdline").read_bytes():
                found.append(entry.name)
        except OSError:
            continue
    return found


def wait_until(holds: Any) -> None:
    until = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.1)
