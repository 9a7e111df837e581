"""Clocks: what it takes for some calls to run, on this processor or on a GPU, and what else was going on meanwhile.

A clock times a *block*, so many calls without a pause between them, since a single call is often shorter than the clock
is sharp. `state` is what may explain an odd round afterwards; a verdict leaves out rounds in which the GPU was slowed
down, and is none at all where another process appeared on it.
"""

from __future__ import annotations

import ctypes
import gc
import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from deckforge.model.claims import Scalar

FLUSH = 256 * 2**20
"""Bytes to write between blocks so that no cache remembers the last: at least twice the largest."""


class Clock(Protocol):
    """What times blocks. `block` is the least time, in seconds, that is worth reading from it."""

    block: float
    warm_up: float
    """Seconds that each arm runs before anything counts."""

    def time(self, call: Callable[[], object], calls: int) -> float:
        """Return the seconds that so many calls take together."""
        ...

    def state(self) -> dict[str, float]:
        """Return what may explain the next round, as numbers by name."""
        ...

    def facts(self) -> dict[str, Scalar]:
        """Return what is worth knowing of the clock and its device."""
        ...

    def quiet(self) -> AbstractContextManager[None]:
        """Keep what this process does by itself from disturbing the rounds."""
        ...


class CpuClock:
    """Wall time on this processor, on one core, with the collector of garbage off."""

    def __init__(self, *, cold: bool = False) -> None:
        self.block = 0.002
        self.warm_up = 0.3
        self._junk = bytearray(64 * 2**20) if cold else None
        self._load = os.getloadavg()[0]

    def time(self, call: Callable[[], object], calls: int) -> float:
        """Return the seconds that so many calls take together."""
        if self._junk is not None:
            self._junk[:] = bytes(len(self._junk))
        start = time.perf_counter_ns()
        for _ in range(calls):
            call()
        return (time.perf_counter_ns() - start) / 1e9

    def state(self) -> dict[str, float]:
        """Return nothing: a processor does not say that it was disturbed."""
        return {}

    def facts(self) -> dict[str, Scalar]:
        """Return the load before and after, in processes that want to run, and the processors that there are."""
        return {
            "clock": "wall time",
            "load before": round(self._load, 2),
            "load after": round(os.getloadavg()[0], 2),
            "processors": os.cpu_count() or 1,
        }

    def quiet(self) -> AbstractContextManager[None]:
        """Stay on one processor, and collect no garbage."""
        return quiet()


@contextmanager
def quiet() -> Iterator[None]:
    """Keep this process on the processor where it is, and its garbage uncollected, while the block runs."""
    can_pin = hasattr(os, "sched_setaffinity")
    before = os.sched_getaffinity(0) if can_pin else set()
    collecting = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        if can_pin and (here := _processor()) in before:
            os.sched_setaffinity(0, {here})
        yield
    finally:
        if can_pin:
            os.sched_setaffinity(0, before)
        if collecting:
            gc.enable()


def _processor() -> int:
    """Return the number of the processor that runs this process now, -1 where nobody says."""
    try:
        with open("/proc/self/stat", "rb") as file:  # noqa: PTH123 - read a thousand times less often than it looks
            line = file.read()
        return int(line[line.rindex(b")") + 2 :].split()[36])
    except (OSError, ValueError, IndexError):
        return -1


class CudaClock:
    """Time on the GPU between two events, launch overhead included as far as the GPU waits for it.

    `cuda` is `torch.cuda`, or what stands for it in a test. With `cold`, a buffer larger than every cache is written
    before each block, and a block is then a single call.
    """

    def __init__(self, cuda: Any, flush: Callable[[], object] | None = None, *, gpu: Gpu | None = None) -> None:
        self.block = 0.001
        self.warm_up = 0.3
        self.cuda = cuda
        self._flush = flush
        self._gpu = gpu
        self._others = gpu.processes() if gpu else 0

    def time(self, call: Callable[[], object], calls: int) -> float:
        """Return the seconds between the GPU's start of the first call and its end of the last."""
        if self._flush is not None:
            self._flush()
        start, end = self.cuda.Event(enable_timing=True), self.cuda.Event(enable_timing=True)
        self.cuda.synchronize()
        start.record()
        for _ in range(calls):
            call()
        end.record()
        self.cuda.synchronize()
        return float(start.elapsed_time(end)) / 1e3

    def state(self) -> dict[str, float]:
        """Return the SM clock (MHz), the temperature (°C) and whether the GPU was slowed down, where it says so."""
        return self._gpu.state() if self._gpu else {}

    def facts(self) -> dict[str, Scalar]:
        """Return how it was timed, and whether another process appeared on the GPU since."""
        found: dict[str, Scalar] = {"clock": "CUDA events", "cache": "cold" if self._flush else "hot"}
        if self._gpu is None:
            return {**found, "monitor": "none"}
        now = self._gpu.processes()
        return {**found, "monitor": self._gpu.name, "other processes": max(0, now - self._others)}

    def quiet(self) -> AbstractContextManager[None]:
        """Stay on one processor, and collect no garbage: launches are timed too."""
        return quiet()


class Gpu(Protocol):
    """What watches a GPU from outside."""

    name: str

    def state(self) -> dict[str, float]:
        """Return clock, temperature and whether it is throttled."""
        ...

    def processes(self) -> int:
        """Return how many processes compute on it."""
        ...


THROTTLED = 0x8 | 0x20 | 0x40 | 0x80
"""Reasons for a lower clock that spoil a round: hardware, heat (by software, by hardware), the power brake."""


class Nvml:
    """A GPU watched through NVIDIA's management library, which comes with the driver; asking takes microseconds.

    `library` is the library as `ctypes` loads it, and `uuid` the card's (none: the first).
    """

    name = "NVML"

    def __init__(self, library: Any, uuid: str = "") -> None:
        self._library = library
        self._handle = ctypes.c_void_p()
        self._ask("nvmlInit_v2")
        if uuid:
            self._ask("nvmlDeviceGetHandleByUUID", uuid.encode(), ctypes.byref(self._handle))
        else:
            self._ask("nvmlDeviceGetHandleByIndex_v2", ctypes.c_uint(0), ctypes.byref(self._handle))

    def state(self) -> dict[str, float]:
        """Return clock, temperature and whether it is throttled."""
        clock, heat, reasons = ctypes.c_uint(), ctypes.c_uint(), ctypes.c_ulonglong()
        self._ask("nvmlDeviceGetClockInfo", self._handle, ctypes.c_uint(_SM), ctypes.byref(clock))
        self._ask("nvmlDeviceGetTemperature", self._handle, ctypes.c_uint(_CHIP), ctypes.byref(heat))
        self._ask("nvmlDeviceGetCurrentClocksThrottleReasons", self._handle, ctypes.byref(reasons))
        throttled = float(bool(reasons.value & THROTTLED))
        return {"MHz": float(clock.value), "°C": float(heat.value), "throttled": throttled}

    def processes(self) -> int:
        """Return how many processes compute on it: what a list of none would have to hold."""
        count = ctypes.c_uint(0)
        call = "nvmlDeviceGetComputeRunningProcesses_v3"
        self._ask(call, self._handle, ctypes.byref(count), None, also=_TOO_SHORT)
        return count.value

    def _ask(self, call: str, *arguments: Any, also: int = 0) -> None:
        code = getattr(self._library, call)(*arguments)
        if code not in (0, also):
            raise OSError(code, f"{call} failed")


_SM, _CHIP, _TOO_SHORT = 1, 0, 7
"""NVML's numbers for the clock of the multiprocessors, the sensor on the chip, and a list that is too short."""


class NvidiaSmi:
    """A GPU watched through the command `nvidia-smi`, which takes some milliseconds a look."""

    name = "nvidia-smi"

    def __init__(self, command: str, uuid: str) -> None:
        self._command = command
        self._uuid = uuid

    def _ask(self, query: str) -> list[list[str]]:
        arguments = [self._command, query, "--format=csv,noheader,nounits", *(["-i", self._uuid] if self._uuid else [])]
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=20, check=True)  # noqa: S603
        return [[cell.strip() for cell in line.split(",")] for line in done.stdout.splitlines() if line.strip()]

    def state(self) -> dict[str, float]:
        """Return clock, temperature and whether it is throttled."""
        rows = self._ask("--query-gpu=clocks.sm,temperature.gpu,clocks_throttle_reasons.active")
        clock, heat, reasons = rows[0]
        return {"MHz": float(clock), "°C": float(heat), "throttled": float(bool(int(reasons, 16) & THROTTLED))}

    def processes(self) -> int:
        """Return how many processes compute on it."""
        return len(self._ask("--query-compute-apps=pid"))


def find_gpu(uuid: str = "") -> Gpu | None:
    """Return what watches the GPU with that id (none: the first), or `None` where nothing does."""
    try:
        watched: Gpu = Nvml(ctypes.CDLL("libnvidia-ml.so.1"), uuid)
        watched.state(), watched.processes()
    except (OSError, AttributeError):
        pass  # no library, no such call in it, or no such card: there is another way, and a third that needs none
    else:
        return watched
    command = shutil.which("nvidia-smi")
    if command is None:
        return None
    try:
        watched = NvidiaSmi(command, uuid)
        watched.state(), watched.processes()
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return None
    return watched


def cuda_clock(*, cold: bool) -> CudaClock:
    """Return a clock for the current GPU."""
    import torch

    # Before other processes are counted: this one would come to them with the first thing that it computes.
    torch.zeros(1, device="cuda")
    torch.cuda.synchronize()
    flush: Callable[[], object] | None = None
    if cold:
        junk = torch.empty(FLUSH, dtype=torch.int8, device="cuda")
        flush = junk.zero_
    uuid = str(getattr(torch.cuda.get_device_properties(0), "uuid", ""))
    uuid = f"GPU-{uuid}" if uuid and not uuid.startswith(("GPU-", "MIG-")) else uuid
    return CudaClock(torch.cuda, flush, gpu=find_gpu(uuid))
