"""What isolation costs: one trivial torch proof in confined children, in a new process each time, and in this process.

    python bench/isolation.py [--runs 200] [--subprocesses 10] [--jobs 2]

The numbers come from one run on one machine and are printed as ratios, because a machine's mood changes the seconds. A
subprocess for each run would take minutes, so that column is extrapolated from a few.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from deckforge.verify import environment
from deckforge.verify.driver import Driver, Request

PROOF = """
import torch

def slope(w: float = 1.0) -> dict[str, float]:
    x = torch.tensor([w], requires_grad=True)
    x.square().sum().backward()
    assert x.grad.item() == 2 * w
    return {"slope": x.grad.item()}
"""


def in_children(folder: Path, runs: int, jobs: int) -> tuple[float, float]:
    """Return the seconds until the server is ready, and those for all runs."""
    with Driver(folder) as driver:
        start = time.perf_counter()
        driver.run([Request("verify.bench", "slope", {"w": 0.5})])
        ready = time.perf_counter() - start
        start = time.perf_counter()
        answers = driver.run([Request("verify.bench", "slope", {"w": float(n)}) for n in range(runs)], jobs=jobs)
        seconds = time.perf_counter() - start
    assert [answer.outputs["slope"] for answer in answers] == [2.0 * n for n in range(runs)]
    return ready, seconds


def in_subprocesses(folder: Path, runs: int) -> float:
    """Return the seconds for each of some runs, one new interpreter after another."""
    path = folder / "bench.py"
    seconds = []
    for n in range(runs):
        script = f"import runpy; runpy.run_path({str(path)!r})['slope']({float(n)})"
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", script], check=True)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def in_process(runs: int) -> float:
    """Return the seconds for all runs in this process, where nothing protects anybody."""
    space: dict[str, object] = {}
    exec(compile(PROOF, "bench.py", "exec"), space)
    slope = space["slope"]
    assert callable(slope)
    slope(0.5)
    start = time.perf_counter()
    for n in range(runs):
        slope(float(n))
    return time.perf_counter() - start


def main() -> None:
    """Time all of them in one run, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--subprocesses", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=environment.cpus())
    given = parser.parse_args()
    runs = given.runs
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root, "verify")
        folder.mkdir()
        (folder / "bench.py").write_text(PROOF)
        each = in_subprocesses(folder, given.subprocesses)
        ready, one_at_a_time = in_children(folder, runs, 1)
        _, several = in_children(folder, runs, given.jobs)
    bare = in_process(runs)
    fresh = each * runs
    rows = (
        (f"a subprocess each (from {given.subprocesses})", fresh),
        ("a child each, one at a time", one_at_a_time),
        (f"a child each, {given.jobs} at a time", several),
        ("in this process, unprotected", bare),
    )
    print(f"{runs} trivial proofs, torch {environment.torch_version()}, {environment.cpus()} processors")
    print(f"{'':<34}{'seconds':>9}{'ms each':>9}{'vs subprocess':>15}")
    for name, seconds in rows:
        print(f"{name:<34}{seconds:>9.2f}{1000 * seconds / runs:>9.2f}{fresh / seconds:>14.0f}×")
    print(
        f"The server was ready after {ready:.1f} s, once. All of it, start included: {fresh / (ready + several):.0f}×."
    )


if __name__ == "__main__":
    main()
