"""The fork server: imports torch once, then forks one child a run. It never computes and never runs a proof itself.

Its rules, each learnt from a process that hung:

- It imports and does nothing else. After a single parallel operation here, the first one in every child would wait
  forever for threads that did not survive the fork; after a look at CUDA, no child could use the GPU.
- A run ends when its process ends (pidfd), not when its pipe closes: a daemon that a proof left behind may hold that.
- What a run leaves behind is killed: its process group, then whoever was handed to this process as an orphan.
- Output is drained and forgotten but for its start and its end: a proof may print a gigabyte, nobody has to keep it.

It talks over one socket in lines of JSON: requests in, answers out. When the socket closes, everything dies.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import platform
import secrets
import selectors
import shutil
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deckforge.verify import child, limits, modules, reading

MARK = "DECKFORGE_SERVER"
"""The environment variable that every process below a server carries, so that its driver can find them all."""

REPORT_LIMIT = 2**20
KEPT_HEAD = 2_000
KEPT_TAIL = 4_000
WATCH = 0.25
"""Seconds between counts of the processes that a proof has."""
LOOK_INSIDE = 1.0
"""Seconds between looks at what is in its scratch folder."""


@dataclass
class Job:
    """A run in flight."""

    request: dict[str, Any]
    pid: int
    pidfd: int
    report: int
    output: int
    scratch: Path
    started: float
    reported: bytearray = field(default_factory=bytearray)
    printed: bytearray = field(default_factory=bytearray)
    dropped: int = 0
    stopped: str = ""
    """Why the server stopped it, or `""`."""

    @property
    def deadline(self) -> float:
        """When it has run long enough, on the monotonic clock."""
        return self.started + float(self.request["timeout"])

    def read_report(self) -> bool:
        """Take in what was reported; return whether there may be more."""
        data = _read(self.report)
        if data and len(self.reported) <= REPORT_LIMIT:
            self.reported += data
        return bool(data)

    def read_output(self) -> bool:
        """Take in what was printed, of which the start and the end are kept; return whether there may be more."""
        data = _read(self.output)
        if data:
            self.printed += data
            extra = len(self.printed) - KEPT_HEAD - KEPT_TAIL
            if extra > 0:
                del self.printed[KEPT_HEAD : KEPT_HEAD + extra]
                self.dropped += extra
        return bool(data)

    def stop(self, why: str) -> None:
        """Kill the process and its group; the run is then finished like any other."""
        self.stopped = self.stopped or why
        _kill_group(self.pid)


class Server:
    """The loop: requests in, children forked, answers out."""

    def __init__(self, control: socket.socket, verify: Path, scratch: Path, home: str) -> None:
        self.control = control
        self.verify = verify
        self.scratch = scratch
        self.readable = reading.readable(verify, home)
        self.jobs: dict[int, Job] = {}  # by pid
        self.selector = selectors.DefaultSelector()
        self.pending = bytearray()
        self.watched = 0.0
        self.looked = 0.0

    def serve(self) -> None:
        """Work until the socket closes."""
        self.selector.register(self.control, selectors.EVENT_READ, None)
        while True:
            for key, _ in self.selector.select(self._patience()):
                if key.data is None:
                    if not self._receive():
                        return
                    continue
                job, what = key.data
                if job.pid not in self.jobs:
                    continue
                if what == "report":
                    self._drop_if(not job.read_report(), key.fd)
                elif what == "output":
                    self._drop_if(not job.read_output(), key.fd)
                else:
                    self._finish(job)
            self._watch()

    def kill_all(self) -> None:
        """Kill every run and everything that came from one."""
        for job in self.jobs.values():
            _kill_group(job.pid)
        self.jobs.clear()
        _kill_strays(set())

    def _patience(self) -> float | None:
        if not self.jobs:
            return None
        deadlines = [job.deadline for job in self.jobs.values() if not job.stopped]
        return max(0.0, min([WATCH, *(deadline - time.monotonic() for deadline in deadlines)]))

    def _drop_if(self, ended: bool, fd: int) -> None:
        if ended:
            self.selector.unregister(fd)

    def _receive(self) -> bool:
        data = self.control.recv(2**16)
        if not data:
            return False
        self.pending += data
        while (end := self.pending.find(b"\n")) >= 0:
            line = bytes(self.pending[:end])
            del self.pending[: end + 1]
            self._fork(json.loads(line))
        return True

    def _fork(self, request: dict[str, Any]) -> None:
        request["token"] = secrets.token_hex(16)
        request["root"] = str(self.verify.parent)
        request["listed"] = str(self.verify)
        request["readable"] = (*self.readable, *reading.declared(self.verify, request["reads"]))
        if request["program"]:
            modules.take(self.verify.parent, request["module"], request["program"])
        else:
            modules.compile_once(self.verify, request["module"])
        scratch = self.scratch / str(request["id"])
        scratch.mkdir()
        report, report_end = os.pipe()
        output, output_end = os.pipe()
        server = os.getpid()
        pid = os.fork()
        if pid == 0:
            child.run(request, report_end, output_end, str(scratch), server)
        os.close(report_end)
        os.close(output_end)
        os.set_blocking(report, False)
        os.set_blocking(output, False)
        job = Job(request, pid, os.pidfd_open(pid), report, output, scratch, time.monotonic())
        self.jobs[pid] = job
        for fd, what in ((job.report, "report"), (job.output, "output"), (job.pidfd, "end")):
            self.selector.register(fd, selectors.EVENT_READ, (job, what))

    def _watch(self) -> None:
        now = time.monotonic()
        for job in self.jobs.values():
            if now >= job.deadline:
                job.stop("time")
        if now - self.watched >= WATCH and any(now - job.started >= WATCH for job in self.jobs.values()):
            self.watched = now
            crowds = _crowds(set(self.jobs))
            for job in self.jobs.values():
                if len(crowds.get(job.pid, ())) > limits.PROCESSES:
                    job.stop("processes")
            if len(crowds.get(os.getpid(), ())) > limits.PROCESSES:
                _kill_strays(set(self.jobs))
        if now - self.looked >= LOOK_INSIDE and any(now - job.started >= LOOK_INSIDE for job in self.jobs.values()):
            self.looked = now
            for job in self.jobs.values():
                if _is_full(job.scratch):
                    job.stop("files")

    def _finish(self, job: Job) -> None:
        # Before the zombie is reaped: until then nobody else can have its number.
        _kill_group(job.pid)
        ended = os.waitid(os.P_PIDFD, job.pidfd, os.WEXITED)
        seconds = time.monotonic() - job.started
        del self.jobs[job.pid]
        _kill_strays(set(self.jobs))
        while job.read_report():
            continue
        while job.read_output():
            continue
        for fd in (job.report, job.output, job.pidfd):
            with contextlib.suppress(KeyError):
                self.selector.unregister(fd)
            os.close(fd)
        _remove(job.scratch)
        self._answer({**_outcome(job, ended), "id": job.request["id"], "seconds": round(seconds, 4)})

    def _answer(self, message: dict[str, object]) -> None:
        self.control.sendall(json.dumps(message).encode() + b"\n")


def _outcome(job: Job, ended: os.waitid_result | None) -> dict[str, object]:
    """Return what a finished run amounts to: its outputs, or a failure in one line with the end of what it printed."""
    request = job.request
    said: dict[str, Any] = {}
    for line in bytes(job.reported).splitlines():
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(message, dict) and message.pop("token", None) == request["token"]:
            said.update(message)
    common: dict[str, object] = {"held": said.get("held", []), "method": said.get("method", "")}
    if "outputs" in said and len(job.reported) <= REPORT_LIMIT:
        return {**common, **{key: said.get(key, {}) for key in ("outputs", "faults", "samples")}}
    printed = _printed(job)
    if "failure" in said:
        return {**common, "failure": said["failure"], "trace": "\n".join(filter(None, (said["trace"], printed)))}
    return {**common, "failure": _silence(job, said, ended, request), "trace": printed}


def _silence(job: Job, said: dict[str, Any], ended: os.waitid_result | None, request: dict[str, Any]) -> str:
    """Say why a run reported nothing."""
    if job.stopped == "time":
        seconds = f"{request['timeout']:g} s"
        if "imported" not in said:
            program = request["program"]
            file = program["file"] if program else request["module"].replace(".", "/") + ".py"
            return f"importing {file} took longer than {seconds}, and was stopped"
        return f"ran longer than {seconds}, and was stopped"
    if job.stopped == "processes":
        return f"started more than {limits.PROCESSES} processes, and was stopped"
    if job.stopped == "files":
        size = f"{limits.FOLDER_BYTES // 10**9} GB"
        return f"left more than {limits.FOLDER_FILES:,} files or {size} in its folder, and was stopped"
    if len(job.reported) > REPORT_LIMIT:
        return f"returned more than {REPORT_LIMIT // 2**20} MiB of outputs"
    if ended is None or ended.si_code == os.CLD_EXITED:
        code = 0 if ended is None else ended.si_status
        if code == child.NOT_HEARD:
            return "closed or replaced what its result is reported through"
        return f"ended its own process (exit code {code}) before it returned"
    number = ended.si_status
    name = signal.Signals(number).name if number in signal.valid_signals() else f"signal {number}"
    if number == signal.SIGXCPU:
        return "used more processor time than it may"
    if number == signal.SIGKILL:
        return "was killed from outside (SIGKILL); perhaps the machine ran out of memory"
    return f"crashed ({name})"


def _printed(job: Job) -> str:
    text = bytes(job.printed)
    if job.dropped:
        text = text[:KEPT_HEAD] + f"\n[… {job.dropped} bytes …]\n".encode() + text[KEPT_HEAD:]
    return text.decode("utf-8", "replace").strip()


def _read(fd: int) -> bytes:
    try:
        return os.read(fd, 2**16)
    except BlockingIOError:
        return b""


def _is_full(folder: Path) -> bool:
    """Tell whether a folder holds more files or bytes than it may."""
    count = size = 0
    for place, _, names in os.walk(folder, onerror=None):
        for name in names:
            with contextlib.suppress(OSError):
                size += os.lstat(os.path.join(place, name)).st_blocks * 512  # noqa: PTH118 - of thousands
            count += 1
            if count > limits.FOLDER_FILES or size > limits.FOLDER_BYTES:
                return True
    return False


def _kill_group(pid: int) -> None:
    for kill in (os.kill, os.killpg):  # the group, and a process that has not yet made its own
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def _parents() -> dict[int, int]:
    """Return the parent of every process on the machine."""
    found = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 - hundreds of them, several times a second
        if name.isdecimal():
            with contextlib.suppress(OSError, ValueError, IndexError):
                status = Path("/proc", name, "stat").read_bytes()
                found[int(name)] = int(status[status.rindex(b")") + 2 :].split()[1])
    return found


def _crowds(known: set[int]) -> dict[int, set[int]]:
    """Return the descendants of each known child, and under this process's own number those of orphans."""
    parents = _parents()
    me = os.getpid()
    crowds: dict[int, set[int]] = {}
    for pid in parents:
        path = [pid]
        while path[-1] in parents and path[-1] not in known and parents[path[-1]] not in (me, 0):
            path.append(parents[path[-1]])
        top = path[-1]
        if top in known:
            crowds.setdefault(top, set()).add(pid)
        elif parents.get(top) == me:
            crowds.setdefault(me, set()).add(pid)
    return crowds


def _children() -> set[int]:
    own = Path(f"/proc/self/task/{os.getpid()}/children")
    try:
        return {int(pid) for pid in own.read_text("ascii").split()}
    except OSError:
        me = os.getpid()
        return {pid for pid, parent in _parents().items() if parent == me}


def _kill_strays(known: set[int]) -> None:
    """Kill the children of this process that are no runs: orphans that runs have left, and what those leave in turn."""
    until = time.monotonic() + 5
    while (strays := _children() - known) and time.monotonic() < until:
        for pid in strays:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        for pid in strays:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _remove(folder: Path) -> None:
    def unlock(function: Any, path: str, _: object) -> None:
        with contextlib.suppress(OSError):
            os.chmod(Path(path).parent, 0o700)  # noqa: PTH101
            os.chmod(path, 0o700)  # noqa: PTH101
            function(path)

    if sys.version_info >= (3, 12):
        shutil.rmtree(folder, onexc=unlock)
    else:
        shutil.rmtree(folder, onerror=unlock)


def import_torch() -> dict[str, str]:
    """Import torch and what proofs use of it, and return the versions."""
    import numpy as np
    import numpy.random
    import torch
    import torch._dynamo  # the first optimizer of a process would, for a second or more
    import torch.utils.checkpoint
    import torch.utils.flop_counter

    import deckforge.measure  # noqa: F401

    return {
        "torch": str(torch.__version__),
        "numpy": str(np.__version__),
        "cuda": str(torch.version.cuda or ""),
    }


def main(*, control: int, verify: str, scratch: str, home: str, preload: bool) -> None:
    """Be the server, on the socket with the descriptor `control`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limits.adopt_orphans()
    sys.dont_write_bytecode = True
    gc.disable()
    versions = {
        **(import_torch() if preload else {}),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }
    gc.collect()
    gc.freeze()  # or the first collection of every child would copy every page that holds an object
    modules.install(Path(verify))
    server = Server(socket.socket(fileno=control), Path(verify), Path(scratch), home)
    try:
        with contextlib.suppress(ConnectionError):  # the driver is gone, which ends this process too
            server._answer({"ready": versions})
            server.serve()
    finally:
        server.kill_all()
        _remove(Path(scratch))  # for a driver that was killed and cannot
        with contextlib.suppress(OSError):
            Path(scratch).parent.rmdir()
