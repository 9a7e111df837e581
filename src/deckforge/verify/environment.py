"""What this machine can run, asked without importing torch here.

Finding torch is a look at the file system; finding a GPU means using one, which happens in a child like any proof:
`nvidia-smi` and `torch.cuda.is_available()` have both been seen to promise a GPU that then did not work.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import sys
from functools import cache
from typing import TYPE_CHECKING

from deckforge.verify.driver import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.verify.driver import Driver

CPU = "cpu"
CUDA = "cuda"

_WITHOUT = ((), ("calls",), ("calls", "reads"), ("calls", "reads", "writes", "network"))
"""The layers that a GPU's driver is spared, if it does not work under all of them, one attempt after another."""

PROBE = Request("deckforge.verify.environment", "probe", device=CUDA, timeout=120.0)
"""The run that finds out whether there is a GPU that computes."""


@cache
def torch_version() -> str:
    """Return the version of the torch that proofs would run on, `""` where there is none."""
    if importlib.util.find_spec("torch") is None or importlib.util.find_spec("numpy") is None:
        return ""
    try:
        return importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def why_not() -> str:
    """Return why no proof can run on this machine, in words for a reader; `""` where they can."""
    if not sys.platform.startswith("linux") or not hasattr(os, "pidfd_open"):
        return "proofs run on Linux only, and this machine has another system"
    if importlib.util.find_spec("torch") is None:
        return "torch is not installed: pip install 'deckforge[torch]'"
    if importlib.util.find_spec("numpy") is None:
        return "numpy is not installed: pip install 'deckforge[torch]'"
    return ""


def cpus() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def find_gpu(driver: Driver) -> tuple[Mapping[str, str], str]:
    """Return what is known of the GPU, and `""`; or nothing, and why there is none that works.

    A driver that does not work under every layer of isolation is tried with fewer and fewer of them, and
    `driver.layers` is then what it worked with.
    """
    asked = driver.layers
    first = ""
    fewer = (tuple(layer for layer in asked if layer not in without) for without in _WITHOUT)
    for layers in dict.fromkeys(fewer):
        driver.layers = layers
        answer = driver.run([PROBE])[0]
        if not answer.failure:
            return {name: str(value) for name, value in answer.outputs.items()}, ""
        first = first or answer.failure
    driver.layers = asked
    return {}, first


def probe() -> dict[str, str]:
    """Compute something on the GPU, and say which one it was; runs in a child.

    Raises:
        RuntimeError: there is none, or it computes nonsense.
    """
    import torch

    if not torch.cuda.is_available():
        raise RuntimeError("no CUDA device")
    ones = torch.ones(256, 256, device="cuda")
    if (ones @ ones).sum().item() != 256.0**3:
        raise RuntimeError("the CUDA device computes wrong results")
    properties = torch.cuda.get_device_properties(0)
    return {
        "name": properties.name,
        "capability": f"{properties.major}.{properties.minor}",
        "torch": str(torch.__version__),
        "cuda": str(torch.version.cuda or ""),
        "driver": _driver_version(),
        "memory": f"{properties.total_memory / 2**30:.1f} GiB",
    }


def _driver_version() -> str:
    try:
        with open("/proc/driver/nvidia/version", encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            words = file.readline().split()
    except OSError:
        return ""
    return next((word for word in words if word[0].isdigit() and "." in word), "")
