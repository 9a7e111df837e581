"""How often the same code is called different from itself: comparisons of A with A, on a quiet and on a noisy machine.

    python bench/aa.py [--trials 60] [--noise 3] [--fresh]

Each trial is a whole comparison as `deckforge verify` makes it: processes of paired rounds, looked at after 3, 5 and 10
of them while the claim `1x ± 5 %` is open. It is counted as *different* where the verdict is refuted, and, by a harder
measure, where the interval leaves out 1 at any look. Beside it, from the same samples, stands what two common ways
would have said: Student's interval over the paired rounds of one process, and whether the intervals of both arms' means
in one process overlap.

The noise is so many processes that alternate between work and sleep. By default processes are forked from one that has
imported torch, which is quicker than new interpreters; `--fresh` takes new ones, as verification does.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from deckforge.model.estimates import estimates
from deckforge.model.statistics import mean_interval
from deckforge.verify import environment
from deckforge.verify.driver import Answer, Driver, Request
from deckforge.verify.repeats import LOOKS, Repetition

PROOF = """
import torch
from deckforge.measures.clock import CpuClock
from deckforge.proof import speedup

def same(trial: int = 0) -> dict[str, object]:
    clock = CpuClock()
    clock.warm_up = 0.05
    return {"ratio": speedup(lambda a: a @ a, lambda a: a @ a, inputs=lambda: (torch.randn(256, 256),), clock=clock)}
"""
NOISE = """
import random, time
while True:
    until = time.perf_counter() + random.uniform(0.001, 0.2)
    while time.perf_counter() < until:
        sum(range(1000))
    time.sleep(random.uniform(0.001, 0.2))
"""


class Tally:
    """What became of the trials."""

    def __init__(self) -> None:
        self.same = self.different = self.open = self.excludes = self.naive = self.apart = 0
        self.worst = 0.0
        self.processes: list[int] = []

    def add(self, excluded: bool, answer: Answer) -> None:
        """Count one trial's last answer; `excluded` says that 1 lay outside the interval at some look."""
        found = estimates(answer.samples["ratio"])[0]
        self.processes.append(found.processes)
        self.worst = max(self.worst, abs(math.log(found.value)))
        self.excludes += excluded
        if found.low >= 0.95 and found.high <= 1.05:
            self.same += 1
        elif found.high < 0.95 or found.low > 1.05:
            self.different += 1
        else:
            self.open += 1
        first = answer.samples["ratio"].trials[0].series
        logs = [math.log(a / b) for a, b in zip(first["baseline"], first["candidate"], strict=True)]
        _, low, high = mean_interval(logs)
        self.naive += not low <= 0 <= high
        (_, a_low, a_high), (_, b_low, b_high) = (mean_interval(first[arm]) for arm in ("baseline", "candidate"))
        self.apart += a_high < b_low or b_high < a_low


def run(folder: Path, trials: int, first: int, *, fresh: bool) -> Tally:
    """Compare so many times, and count."""
    tally = Tally()
    with Driver(folder) as shared:
        for trial in range(first, first + trials):
            excluded = False

            def ask(request: Request) -> Answer:
                if not fresh:
                    return shared.run([request])[0]
                with Driver(folder, preload=False) as driver:
                    return driver.run([request])[0]

            def is_open(answer: Answer) -> bool:
                nonlocal excluded
                found = estimates(answer.samples["ratio"])[0]
                excluded = excluded or not found.low <= 1 <= found.high
                return not (found.low >= 0.95 and found.high <= 1.05) and not (found.high < 0.95 or found.low > 1.05)

            request = Request("verify.bench", "same", {"trial": trial}, processes=LOOKS[-1])
            timing = Repetition(request, is_open)
            while timing.answer is None:
                timing.take(ask(timing.next))
            answer = timing.answer
            if answer.failure:
                sys.exit(answer.failure)
            tally.add(excluded, answer)
    return tally


def main() -> None:
    """Run the trials twice, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--noise", type=int, default=3)
    parser.add_argument("--fresh", action="store_true")
    given = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root, "verify")
        folder.mkdir()
        (folder / "bench.py").write_text(PROOF)
        for noise in (0, given.noise):
            neighbours = [subprocess.Popen([sys.executable, "-c", NOISE]) for _ in range(noise)]
            try:
                start, load = time.perf_counter(), os.getloadavg()[0]
                tally = run(folder, given.trials, 1000 * noise, fresh=given.fresh)
                rows.append((noise, tally, time.perf_counter() - start, load))
            finally:
                for neighbour in neighbours:
                    neighbour.kill()
                    neighbour.wait()
    print(
        f"{given.trials} comparisons of A with A, torch {environment.torch_version()}, {environment.cpus()} processors"
    )
    print(
        f"{'neighbours':>10}{'same':>6}{'open':>6}{'different':>11}{'1 left out':>12}{'one process':>13}{'apart':>7}"
        f"{'worst':>8}{'processes':>11}{'s each':>8}{'load':>6}"
    )
    for noise, tally, seconds, load in rows:
        mean = sum(tally.processes) / len(tally.processes)
        print(
            f"{noise:>10}{tally.same:>6}{tally.open:>6}{tally.different:>11}{tally.excludes:>12}{tally.naive:>13}"
            f"{tally.apart:>7}{100 * math.expm1(tally.worst):>7.1f}%{mean:>11.1f}{seconds / given.trials:>8.1f}"
            f"{load:>6.1f}"
        )


if __name__ == "__main__":
    main()
