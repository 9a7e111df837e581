"""The proofs that need a GPU, run to their end on a card that is pretended: events on the processor's clock, no memory.

What they return says nothing here; that they return it, of the kinds that their claims need, does.
"""

from __future__ import annotations

import ctypes
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from deckforge.measures import BYTES, GROWTH, PAIRED, TIMED, Measure, clock, timing
from deckforge.measures.clock import CudaClock, Nvml
from deckforge.model.estimates import configurations
from deckforge.proof import limits_of
from tests.verify.test_measures import gpu

if TYPE_CHECKING:
    from types import ModuleType

torch = pytest.importorskip("torch")


class Card:
    """What of `torch.cuda` the measures and proofs use."""

    def __init__(self) -> None:
        self.asked = 0

    def synchronize(self) -> None:
        pass

    def Event(self, *, enable_timing: bool) -> Any:  # noqa: N802 - torch's name
        assert enable_timing

        class Event:
            def record(self) -> None:
                self.at = time.perf_counter()

            def elapsed_time(self, end: Any) -> float:
                return max(1e3 * (end.at - self.at), 1e-3)

        return Event()

    def memory_allocated(self) -> int:
        return 0

    def reset_peak_memory_stats(self) -> None:
        pass

    def max_memory_allocated(self) -> int:
        """More each time, so that it grows with the size."""
        self.asked += 1
        return 2 ** (self.asked % 6) * 2**20

    def max_memory_reserved(self) -> int:
        return 2**30

    def get_device_name(self) -> str:
        return "NVIDIA H100 80GB HBM3"


@pytest.fixture
def proofs(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    card = Card()

    def cuda_clock(*, cold: bool) -> CudaClock:
        found = CudaClock(card, gpu=None)
        found.warm_up = found.block = 0.0
        return found

    for name in ("synchronize", "memory_allocated", "reset_peak_memory_stats", "max_memory_allocated"):
        monkeypatch.setattr(torch.cuda, name, getattr(card, name))
    monkeypatch.setattr(torch.cuda, "max_memory_reserved", card.max_memory_reserved)
    monkeypatch.setattr(torch.cuda, "get_device_name", card.get_device_name)
    monkeypatch.setattr(timing, "cuda_clock", cuda_clock)
    monkeypatch.setattr(timing, "_graph", lambda call, **_: call)
    monkeypatch.setattr(torch, "compile", lambda run: run)  # a compiler is another test's business
    course = gpu()
    monkeypatch.setattr(course, "DEVICE", "cpu")
    return course


SMALL: dict[str, tuple[dict[str, int], dict[str, str]]] = {
    "matmul": ({"size": 16}, {"speedup": PAIRED}),
    "matmul_rate": ({"size": 16}, {"rate": TIMED, "peak": TIMED}),
    "bandwidth": ({"size": 1024}, {"rate": TIMED, "peak": TIMED}),
    "attention_time": ({"length": 16, "heads": 2, "width": 8}, {"speedup": PAIRED}),
    "attention_sweep": ({"shortest": 8, "longest": 32, "heads": 2, "width": 8}, {"speedup": PAIRED}),
    "attention_memory": ({"length": 16, "heads": 2, "width": 8}, {"naive": BYTES, "fused": BYTES}),
    "attention_growth": ({"longest": 64, "heads": 2, "width": 8}, {"naive": GROWTH, "fused": GROWTH}),
    "compiled": ({"elements": 64}, {"speedup": PAIRED}),
    "adamw": ({"tensors": 3, "width": 4}, {"speedup": PAIRED}),
    "checkpointing_memory": ({"layers": 2, "width": 8, "batch": 16}, {"kept": BYTES, "again": BYTES}),
    "checkpointing_time": ({"layers": 2, "width": 8, "batch": 16}, {"slowdown": PAIRED}),
    "accumulation_memory": ({"parts": 2, "layers": 2, "width": 8, "batch": 16}, {"whole": BYTES, "parts": BYTES}),
    "accumulation_time": ({"parts": 2, "layers": 2, "width": 8, "batch": 16}, {"slowdown": PAIRED}),
}


@pytest.mark.parametrize("name", SMALL)
def test_it_returns_what_its_claims_need(proofs: ModuleType, name: str) -> None:
    arguments, rules = SMALL[name]
    returned = getattr(proofs, name)(**arguments)
    assert {each: returned[each].rule for each in returned if isinstance(returned[each], Measure)} == rules
    limits = limits_of(getattr(proofs, name))
    assert limits is not None
    assert limits.device == "cuda"
    assert (limits.processes > 1) is any(rule in (PAIRED, TIMED) for rule in rules.values()), "timings are repeated"


def test_none_is_forgotten(proofs: ModuleType) -> None:
    marked = {name for name, value in vars(proofs).items() if limits_of(value)}
    assert marked == {*SMALL, "autocast"}


def test_the_sweep_has_a_configuration_a_length(proofs: ModuleType) -> None:
    found = proofs.attention_sweep(shortest=8, longest=32, heads=2, width=8)["speedup"]
    samples = SimpleNamespace(rule=found.rule, trials=[SimpleNamespace(series=found.series)])
    assert configurations(samples) == ("N = 8", "N = 16", "N = 32")  # type: ignore[arg-type]


def test_the_peaks_of_cards_with_similar_names_are_their_own(proofs: ModuleType) -> None:
    assert proofs.peaks("NVIDIA H100 NVL") == proofs.PEAKS["H100 NVL"] != proofs.PEAKS["H100"]
    assert proofs.peaks("NVIDIA H200") == proofs.PEAKS["H200"]
    for unknown in ("NVIDIA GH200 480GB", "NVIDIA H100 PCIe", "NVIDIA H100 80GB HBM3 MIG 1g.10gb"):
        with pytest.raises(ValueError, match="data sheet"):
            proofs.peaks(unknown)


class Library:
    """Stands for NVIDIA's management library, as `ctypes` loads it."""

    def __init__(self, *, cards: tuple[bytes, ...] = (b"GPU-1",)) -> None:
        self.cards = cards
        self.computing = 1
        self.reasons = 0

    def nvmlInit_v2(self) -> int:  # noqa: N802 - the library's names
        return 0

    def nvmlDeviceGetHandleByUUID(self, uuid: bytes, _: Any) -> int:  # noqa: N802
        return 0 if uuid in self.cards else 6

    def nvmlDeviceGetHandleByIndex_v2(self, index: ctypes.c_uint, _: Any) -> int:  # noqa: N802
        return 0 if index.value < len(self.cards) else 2

    def nvmlDeviceGetClockInfo(self, *arguments: Any) -> int:  # noqa: N802
        return self._say(arguments[-1], 1980)

    def nvmlDeviceGetTemperature(self, *arguments: Any) -> int:  # noqa: N802
        return self._say(arguments[-1], 41)

    def nvmlDeviceGetCurrentClocksThrottleReasons(self, *arguments: Any) -> int:  # noqa: N802
        return self._say(arguments[-1], self.reasons)

    def nvmlDeviceGetComputeRunningProcesses_v3(self, _: Any, count: Any, infos: None) -> int:  # noqa: N802
        assert infos is None
        self._say(count, self.computing)
        return 7 if self.computing else 0

    def _say(self, where: Any, value: int) -> int:
        where._obj.value = value
        return 0


def test_a_card_is_watched_through_the_library_of_its_driver() -> None:
    library = Library()
    watched = Nvml(library, "GPU-1")
    assert watched.state() == {"MHz": 1980.0, "°C": 41.0, "throttled": 0.0}
    library.reasons = 0x20
    assert watched.state()["throttled"] == 1.0
    library.reasons = 0x4  # the usual cap of power: slower, and as fast as it gets
    assert watched.state()["throttled"] == 0.0
    for computing in (0, 1, 3):
        library.computing = computing
        assert watched.processes() == computing
    with pytest.raises(OSError, match="nvmlDeviceGetHandleByUUID failed"):
        Nvml(library, "GPU-2")


def test_without_the_library_there_is_another_way_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock.shutil, "which", lambda _: None)
    monkeypatch.setattr(clock.ctypes, "CDLL", lambda _: object())
    assert clock.find_gpu() is None
    monkeypatch.setattr(clock.ctypes, "CDLL", lambda _: Library())
    assert clock.find_gpu("GPU-1").name == "NVML"  # type: ignore[union-attr]
    assert clock.find_gpu("GPU-7") is None


def test_a_process_counts_itself_before_it_counts_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would else be the other process that spoils its own timing."""
    done: list[str] = []
    monkeypatch.setattr(torch, "zeros", lambda *_, device: done.append(f"computed on {device}"))
    monkeypatch.setattr(torch.cuda, "synchronize", lambda: done.append("waited"))
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: SimpleNamespace(uuid="1"))
    monkeypatch.setattr(clock, "find_gpu", lambda uuid: done.append(f"looked at {uuid}"))
    clock.cuda_clock(cold=False)
    assert done == ["computed on cuda", "waited", "looked at GPU-1"]
