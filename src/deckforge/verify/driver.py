"""Runs proofs on a fork server, and keeps going when a proof takes the server down.

The driver lives in the process that verifies and imports nothing of weight. It starts the server when the first run is
wanted, keeps as many runs in flight as it may, and returns the answers in the order of the requests. When the server
dies or falls silent, the runs in flight are repeated one at a time on a new one: whichever takes that down as well has
failed, and the others have lost nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from deckforge.errors import EngineError
from deckforge.model.claims import Samples, Trial
from deckforge.verify import modules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from types import TracebackType

    from deckforge.model.blocks import Program
    from deckforge.model.claims import Scalar

LAYERS = ("limits", "network", "writes", "reads", "calls")
"""The layers of isolation, which `limits` describes. (That module needs Linux; this one is imported everywhere.)"""

START = 180.0
"""Seconds that the server may take to import torch."""
GRACE = 15.0

_KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "CC", "CXX")
_KEPT_PREFIXES = ("CUDA_", "NVIDIA_")
_BOOT = (
    "import json, sys; a = json.loads(sys.argv[1]); sys.path[:] = a.pop('path'); "
    "from deckforge.verify.server import main; main(**a)"
)


@dataclass(frozen=True, slots=True)
class Request:
    """A run that is wanted: a function of a module (`verify.attention`) with its arguments, and its limits.

    `timeout` is in seconds, `memory` in bytes; `outputs` are the declared names, empty where they are not known.
    """

    module: str
    function: str
    arguments: Mapping[str, Scalar] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    device: str = "cpu"
    timeout: float = 30.0
    memory: int = 4 * 10**9
    process: int = 0
    """Which of the processes of a timing it is, from 0; each draws its own random numbers."""
    processes: int = 1
    """How many processes its proof may be repeated in."""
    reads: tuple[str, ...] = ()
    """The data that its proof declares, as paths below the folder of proofs."""
    program: Program | None = None
    """The Python of a module that is no file of `verify/`."""

    @property
    def name(self) -> str:
        """What the request is called in progress and in the seed: `attention.naive`."""
        return f"{modules.called(self.module)}.{self.function}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run came to: outputs, or a failure in one line with its trace. `held` are the layers that held."""

    outputs: Mapping[str, Scalar | tuple[float, ...]]
    failure: str
    trace: str
    seconds: float
    method: str
    held: tuple[str, ...]
    versions: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)
    """Why single outputs are no measurement, by their names."""
    samples: Mapping[str, Samples] = field(default_factory=dict)
    """What measures kept, by the names of their outputs; one trial here, of one process."""


class Driver:
    """A fork server and the conversation with it; use it as a context manager, and nothing is left behind.

    `verify` is the folder of proofs. `layers` are the layers of isolation to ask for. `grace` is how many seconds
    beyond its own limit a run may be without an answer before the server counts as gone. Without `preload` the server
    starts at once, and every run imports torch for itself.
    """

    def __init__(
        self, verify: Path, *, layers: Iterable[str] = LAYERS, grace: float = GRACE, preload: bool = True
    ) -> None:
        self.verify = verify.resolve()
        self.grace = grace
        self.preload = preload
        self.layers = tuple(layers)
        self.versions: Mapping[str, str] = {}
        self.starts = 0
        self._mark = uuid.uuid4().hex
        self._scratch: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._pending = bytearray()
        self._number = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the server, and with it every process that came from it; remove its scratch folder."""
        self._stop()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = None

    def run(
        self,
        requests: Sequence[Request],
        *,
        jobs: int = 1,
        done: Callable[[Request, Answer], None] | None = None,
    ) -> list[Answer]:
        """Return an answer to every request, in their order; `jobs` of them are in flight at a time.

        `done` is told of each as it comes.

        Raises:
            EngineError: the server does not start.
        """
        answers: dict[int, Answer] = {}
        waiting = deque(range(len(requests)))
        suspects: deque[int] = deque()
        flying: dict[int, tuple[int, float]] = {}  # the number sent: (index, when an answer is overdue)

        def settle(index: int, answer: Answer) -> None:
            answers[index] = answer
            if done:
                done(requests[index], answer)

        while waiting or suspects or flying:
            self._start()
            queue, width = (suspects, 1) if suspects else (waiting, max(1, jobs))
            # Suspects fly alone: nothing of the ordinary queue may be in the air with one.
            while queue and len(flying) < width and (queue is waiting or not flying):
                index = queue.popleft()
                number = self._send(requests[index])
                flying[number] = (index, time.monotonic() + requests[index].timeout + self.grace)
            message = self._receive(min(overdue for _, overdue in flying.values()))
            if message is not None:
                index, _ = flying.pop(message["id"])
                settle(index, self._answer(message))
                continue
            self._stop()
            victims = sorted(index for index, _ in flying.values())
            flying.clear()
            if len(victims) == 1:
                settle(victims[0], self._failed("took down or froze the process that runs proofs"))
            else:
                suspects.extend(victims)
        return [answers[index] for index in range(len(requests))]

    def _start(self) -> None:
        if self._process is not None:
            return
        if self._scratch is None:
            self._scratch = Path(tempfile.mkdtemp(prefix="deckforge-"))
        self.starts += 1
        scratch = self._scratch / str(self.starts)
        scratch.mkdir()
        ours, theirs = socket.socketpair()
        log = scratch / "server.log"
        arguments = {
            "control": theirs.fileno(),
            "verify": str(self.verify),
            "scratch": str(scratch),
            "home": os.environ.get("HOME", ""),
            "preload": self.preload,
            "path": [str(Path(entry).absolute()) for entry in sys.path],
        }
        with theirs, log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
                [sys.executable, "-c", _BOOT, json.dumps(arguments)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[theirs.fileno()],
                cwd=scratch,
                env=self._environment(scratch),
                start_new_session=True,  # Ctrl-C is ours to handle
            )
        self._control, self._pending = ours, bytearray()
        ready = self._receive(time.monotonic() + START)
        if ready is None:
            self._stop()
            said = log.read_text("utf-8", "replace").strip().splitlines()
            raise EngineError(f"the process that runs proofs did not start: {said[-1] if said else 'it said nothing'}")
        self.versions = ready["ready"]

    def _environment(self, scratch: Path) -> dict[str, str]:
        """Return the variables that a proof may see: where programs are, and nothing that could be a secret."""
        kept = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith(_KEPT_PREFIXES)}
        return {
            "LANG": "C.UTF-8",
            **kept,
            "HOME": str(scratch),
            "TMPDIR": str(scratch),
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "TZ": "UTC",
            # A pool of compilers would import torch in as many processes as there are cores, for a kernel or two.
            "TORCHINDUCTOR_COMPILE_THREADS": "1",
            # A pool of threads in the server would not survive the fork.
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
            # Asked whether there is a GPU, torch is to ask the driver's library, and not to start CUDA in the server.
            "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
            "DECKFORGE_SERVER": self._mark,
        }

    def _send(self, request: Request) -> int:
        self._number += 1
        message = {
            "id": self._number,
            "module": request.module,
            "function": request.function,
            "proof": request.name,
            "arguments": dict(request.arguments),
            "outputs": list(request.outputs),
            "device": request.device,
            "timeout": request.timeout,
            "memory": request.memory,
            "layers": list(self.layers),
            "process": request.process,
            "processes": request.processes,
            "reads": list(request.reads),
            "program": _program(request.program),
        }
        assert self._control is not None
        with contextlib.suppress(OSError):  # a dead server shows when its answer is awaited
            self._control.sendall(json.dumps(message).encode() + b"\n")
        return self._number

    def _receive(self, until: float) -> dict[str, Any] | None:
        """Return the server's next line; `None` where it is dead, or silent `until` then."""
        assert self._control is not None
        while (end := self._pending.find(b"\n")) < 0:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._control], [], [], left)[0]:
                return None
            try:
                data = self._control.recv(2**16)
            except OSError:
                return None
            if not data:
                return None
            self._pending += data
        line = bytes(self._pending[:end])
        del self._pending[: end + 1]
        message: dict[str, Any] = json.loads(line)
        return message

    def _answer(self, message: Mapping[str, Any]) -> Answer:
        outputs = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in message.get("outputs", {}).items()
        }
        return Answer(
            outputs,
            message.get("failure", ""),
            message.get("trace", ""),
            message["seconds"],
            message["method"],
            tuple(message["held"]),
            self.versions,
            message.get("faults", {}),
            {name: _samples(data) for name, data in message.get("samples", {}).items()},
        )

    def _failed(self, why: str) -> Answer:
        return Answer({}, why, "", 0.0, "", (), self.versions)

    def _stop(self) -> None:
        """End the server and everything below it, however it feels about that."""
        if self._control is not None:
            self._control.close()  # at which a healthy server kills what it has, and ends
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            finally:
                if self._process.poll() is None:  # interrupted in the wait
                    self._process.kill()
                self._process = None
                _sweep(f"DECKFORGE_SERVER={self._mark}".encode())


def _program(program: Program | None) -> dict[str, Any] | None:
    """Return a lesson's program as data."""
    if program is None:
        return None
    notes = None if program.notes is None else [[note.line, note.names] for note in program.notes]
    return {"file": program.file, "text": program.text, "notes": notes}


def _samples(data: Mapping[str, Any]) -> Samples:
    series = {name: tuple(values) for name, values in data["series"].items()}
    return Samples(data["rule"], (Trial(series, data["facts"]),))


def _sweep(mark: bytes) -> None:
    """Kill whatever carries the mark: what a dead server could not."""
    for _ in range(20):
        found = False
        for entry in Path("/proc").iterdir():
            if not entry.name.isdecimal():
                continue
            with contextlib.suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    os.kill(int(entry.name), signal.SIGKILL)
                    found = True
        if not found:
            return
        time.sleep(0.01)
