"""Proofs on a Ray cluster: seats on its machines, one proof at a time on each, and the same isolation as here.

What a seat holds while it runs something is said to Ray, and is all that Ray can keep others from:

- an ordinary proof holds one CPU; seats share the machines, and take work from one queue;
- a proof for a GPU holds one whole GPU, never a part of one. A timing on a GPU keeps the same one for all of its
  processes;
- a timing on the CPU holds every CPU of one machine, so that nothing else that Ray starts there with a CPU runs beside
  it. Of processes that Ray did not start, it knows nothing.

The files of `verify/` and this package travel with the job; no file system is shared, and nothing need be installed on
the workers but Ray, torch and numpy. A seat whose worker or machine is lost is replaced (`shift` counts), and each loss
is reported. A proof that crashes takes only its own process along: that is an answer, and is not tried again.
"""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
from contextlib import suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from deckforge.diagnostics import Code, Severity
from deckforge.errors import EngineError
from deckforge.verify import environment
from deckforge.verify.driver import LAYERS
from deckforge.verify.repeats import Repetition
from deckforge.verify.seat import Seat
from deckforge.verify.shift import LOSSES, Lost, Shift

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from types import TracebackType

    from deckforge.diagnostics import Diagnostic
    from deckforge.verify.driver import Answer, Request
    from deckforge.verify.runner import Done, IsOpen, Tell
    from deckforge.verify.seat import Look

NO_CLUSTER = Code(
    "DF903",
    "no-cluster",
    Severity.ERROR,
    "Proofs were to run on a Ray cluster, and there is none to be had.",
    "`--on ray` needs Ray here, and a cluster of which this machine is a part. Nothing was run instead: a timing of "
    "another machine would not be what was asked for.",
    "deckforge verify --on ray --address 10.0.0.7:6379, where nothing listens",
    "Install Ray (`pip install 'deckforge[cluster]'`), start the cluster (`ray start --head`), give its address; or "
    "leave `--on ray` out. Where there is only a queue of jobs, `--shard 2/8` needs no cluster at all.",
)
LOST = Code(
    "DF904",
    "worker-lost",
    Severity.WARNING,
    "A worker of the cluster went away while it ran a proof, which was then run again on another.",
    "A machine failed, was taken back, or ran out of memory. The measurement that counts is whole, so nothing is wrong "
    "with it; but a proof that loses every worker it is given to is what ends them.",
    "ray stop, on a machine that was at work",
    "Look at that machine's memory and at Ray's logs. A proof that lost three workers has failed.",
)
CODES = (NO_CLUSTER, LOST)

PATIENCE = 5.0
"""Seconds that a cluster may take to answer a knock, and after which waiting for it is mentioned."""
GOODBYE = 10.0
"""Seconds that a seat may take to end its server."""


class Ray:
    """A Ray cluster: at `HOST:PORT`, `auto` for the one that this machine is part of, or one made here.

    `reads` are the data that proofs declare, below `verify`. `look` stands for the search for a GPU in tests.
    """

    def __init__(
        self,
        verify: Path,
        layers: Iterable[str] = LAYERS,
        *,
        address: str = "",
        jobs: int | None = None,
        reads: Iterable[str] = (),
        look: Look | None = None,
    ) -> None:
        self.name = "ray"
        self.diagnostics: list[Diagnostic] = []
        self.address = address or os.environ.get("RAY_ADDRESS", "")
        self._verify = verify
        self._layers = tuple(layers)
        self._jobs = jobs
        self._reads = tuple(reads)
        self._look = look
        self._ray: Any = None
        self._folder: Path | None = None
        self._seats: list[Any] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ray is not None:
            for seat in list(self._seats):
                self.leave(seat, lost=kind is not None)
            self._ray.shutdown()
            self._ray = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def obstacle(self) -> str:
        """Connect to the cluster; return why nothing can run there."""
        if self._ray is not None:
            return ""
        try:
            self._ray = self._connect()
        except NoClusterError as error:
            self.diagnostics.append(NO_CLUSTER.at(None, str(error), fix=error.remedy))
            return str(error)
        self.name = f"ray {self._ray.__version__}"
        return ""

    def card(self) -> str:
        """Return nothing: a cluster may have cards of several kinds, and which one a run will get is not known."""
        return ""

    def run(self, requests: Sequence[Request], *, is_open: IsOpen, done: Done, tell: Tell) -> str:
        """Run requests on as many seats as the cluster has room for, and the timings after the others."""
        for timings in (False, True):
            works = [
                Repetition(request, partial(is_open, request))
                for request in requests
                if (request.processes > 1) is timings
            ]
            if works and (why := self._work(works, done, tell)):
                return why
        return ""

    def _connect(self) -> Any:
        if find_spec("ray") is None:
            raise NoClusterError("Ray is not installed here", "pip install 'deckforge[cluster]'")
        host, _, port = self.address.rpartition(":")
        if host and port.isdecimal() and "/" not in host:
            _knock(host, int(port))
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it would report home
        import ray

        self._folder = Path(tempfile.mkdtemp(prefix="df-ray-"))
        course = self._folder / "course"
        pack(self._verify, course / "verify", self._reads)
        options: dict[str, Any] = {"address": self.address or "local"}
        if not self.address:
            options |= {"include_dashboard": False, "_temp_dir": str(self._folder)}
        package = Path(__file__).parents[1]
        try:
            ray.init(
                **options,
                runtime_env={
                    "working_dir": str(course),
                    "py_modules": [str(package)],
                    "excludes": ["__pycache__/"],
                    "env_vars": {"PYTHONDONTWRITEBYTECODE": "1"},
                },
                logging_level="error",
                log_to_driver=False,
            )
        except Exception as error:
            said = (str(error).strip().splitlines() or [type(error).__name__])[0]
            where = f"at {self.address}" if self.address else "on this machine"
            raise NoClusterError(f"there is no Ray cluster to be had {where}: {said}", "see `ray status`") from error
        # It would tell of lost workers on standard output, in the midst of a document; its debugger does the same.
        ray._private.worker._worker_logs_enabled = False
        return ray

    def _places(self, request: Request) -> list[dict[str, Any]]:
        """Return what each seat for requests of this kind holds, in Ray's words: as many as there is room for."""
        resources = self._ray.cluster_resources()
        if request.device == environment.CUDA:
            places = [{"num_cpus": 1, "num_gpus": 1} for _ in range(int(resources.get("GPU", 0)))]
        elif request.processes == 1:
            places = [{"num_cpus": 1} for _ in range(int(resources.get("CPU", 0)))]
        else:
            from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

            places = [
                {
                    "num_cpus": node["Resources"]["CPU"],
                    "scheduling_strategy": NodeAffinitySchedulingStrategy(node["NodeID"], soft=False),
                }
                for node in self._ray.nodes()
                if node["Alive"] and node["Resources"].get("CPU", 0) >= 1
            ]
        return places[: self._jobs]

    def _work(self, works: Sequence[Repetition], done: Done, tell: Tell) -> str:
        """Run works, all of one kind; return why some could not be, `""` where each has its answer."""
        kind = works[0].request
        places = self._places(kind)
        if not places:
            return f"the Ray cluster has no {'GPU' if kind.device == environment.CUDA else 'CPU'}"
        shift = Shift(self, places, done, tell)
        why = shift.work(works)
        self.diagnostics += [_report(request, losses) for request, losses in shift.lost.values()]
        return why

    def sit(self, place: dict[str, Any]) -> Any:
        """Return a seat that holds what a place says, as soon as Ray can give it."""
        kind = self._ray.remote(Seat)
        # A lost seat is replaced where it can be counted and reported, and not behind our back.
        seat = kind.options(max_restarts=0, max_task_retries=0, **place).remote("verify", self._layers, self._look)
        self._seats.append(seat)
        return seat

    def leave(self, seat: Any, *, lost: bool = False) -> None:
        """Give a seat up, after its server has ended in peace unless it is lost anyway."""
        self._seats.remove(seat)
        if not lost:
            with suppress(self._ray.exceptions.RayError):
                self._ray.get(seat.close.remote(), timeout=GOODBYE)
        # The server that a killed worker leaves behind sees its socket close, and ends with all that came from it.
        self._ray.kill(seat)

    def ask(self, seat: Any, request: Request) -> Any:
        """Hand a request to a seat."""
        return seat.answer.remote(request)

    def wait(self, calls: Collection[Any]) -> Sequence[Any]:
        """Return the calls that are over, one at a time; none after some seconds."""
        ready: Sequence[Any] = self._ray.wait(list(calls), timeout=PATIENCE)[0]
        return ready

    def hear(self, call: Any) -> tuple[str, Answer | None]:
        """Return what a call came to.

        Raises:
            Lost: the seat is gone.
            EngineError: the workers cannot even be set up.
        """
        try:
            said: tuple[str, Answer | None] = self._ray.get(call)
        except self._ray.exceptions.RayTaskError:
            raise  # a mistake of ours, which no other worker would mend
        except self._ray.exceptions.RuntimeEnvSetupError as error:
            raise EngineError(f"the cluster's workers cannot take in the proofs: {_said(error)}") from error
        except self._ray.exceptions.RayError as error:
            raise Lost(_said(error)) from error
        return said

    def stands(self, place: dict[str, Any]) -> bool:
        """Tell whether the machine that a place is bound to is still there."""
        bound = place.get("scheduling_strategy")
        return bound is None or any(node["Alive"] and node["NodeID"] == bound.node_id for node in self._ray.nodes())


class NoClusterError(Exception):
    """There is no cluster to run on; the text says why, and `remedy` what to do."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(why)
        self.remedy = remedy


def pack(verify: Path, folder: Path, reads: Iterable[str] = ()) -> None:
    """Copy what proofs are made of, Python files and the data that they declare, to a folder that travels."""
    folder.mkdir(parents=True)
    for path in sorted(verify.rglob("*.py")):
        below = path.relative_to(verify)
        if path.is_file() and not any(part.startswith(".") or part == "__pycache__" for part in below.parts):
            (folder / below).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / below)
    for name in reads:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (verify / name).is_dir():
            shutil.copytree(verify / name, folder / name, dirs_exist_ok=True)
        elif (verify / name).is_file():
            shutil.copyfile(verify / name, folder / name)


def _knock(host: str, port: int) -> None:
    """See that something listens, because Ray would try for minutes."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection((host.strip("[]"), port), timeout=PATIENCE).close()
        except OSError as error:
            if isinstance(error, ConnectionRefusedError) or time.monotonic() >= until:
                why = f"nothing answers at {host}:{port} ({error.strerror or error})"
                raise NoClusterError(why, "see that the cluster runs, and that this machine reaches it") from error
            time.sleep(0.2)
        else:
            return


def _said(error: Exception) -> str:
    """Return in a clause what Ray says of the end of a worker."""
    if type(error).__name__ == "OutOfMemoryError":
        return "its machine ran out of memory"
    _, _, reason = str(error).partition("because ")
    sentence = (reason or str(error)).strip().partition("\n")[0].partition(". ")[0].rstrip(".")
    return sentence[:200] or type(error).__name__


def _report(request: Request, lost: Sequence[str]) -> Diagnostic:
    times = "once" if len(lost) == 1 else f"{len(lost)} times"
    after = "it was run again on another" if len(lost) < LOSSES else "it was not tried again"
    message = f"the worker that ran `{request.name}` was lost {times} ({lost[-1]}); {after}"
    return LOST.at(None, message)
