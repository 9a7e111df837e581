"""The most memory that something takes at a time, and budgets of bytes.

On a GPU the allocator is asked, and the measurement is labelled `cuda-peak`; without one the live bytes of fake tensors
are counted, labelled `fake-cpu`. Both count tensors alone: what a CUDA context and libraries take comes on top. The
second also leaves out the workspaces of kernels and the allocator's rounding, so it answers "takes at least", and never
"fits".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from deckforge.measures import BYTES, Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deckforge.model.claims import Scalar


def peak_memory(
    run: Callable[..., object],
    *,
    inputs: Callable[[], Sequence[Any]] | None = None,
    device: Literal["cpu", "cuda"] = "cpu",
) -> Measure:
    """Return the most bytes that `run(*inputs())` adds at a time to what its inputs take.

    On the CPU nothing is allocated: tensors are fake, so `inputs` and `run` have to make all tensors that they use, and
    cannot read their values. What `run` returns is still alive when the peak is read. On a GPU `facts` also hold what
    the allocator had reserved at the most: that is what has to fit.
    """
    return _on_gpu(run, inputs) if device == "cuda" else _counted(run, inputs)


def _counted(run: Callable[..., object], inputs: Callable[[], Sequence[Any]] | None) -> Measure:
    from deckforge.measure import live_bytes

    with live_bytes() as memory:
        arguments = tuple(inputs()) if inputs else ()
        before = memory.current
        memory.reset_peak()
        kept = run(*arguments)
        peak = memory.peak - before
        del kept
    return Measure(peak, BYTES, {}, {"inputs": before, "added": peak}, "fake-cpu")


def _on_gpu(run: Callable[..., object], inputs: Callable[[], Sequence[Any]] | None) -> Measure:
    import torch

    arguments = tuple(inputs()) if inputs else ()
    torch.cuda.synchronize()
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    kept = run(*arguments)
    torch.cuda.synchronize()
    peak = torch.cuda.max_memory_allocated() - before
    facts: dict[str, Scalar] = {"inputs": before, "added": peak, "reserved": torch.cuda.max_memory_reserved()}
    del kept
    return Measure(peak, BYTES, {}, facts, "cuda-peak")


def budget(**parts: int) -> Measure:
    """Return a sum of bytes that keeps its parts: `budget(weights=…, gradients=…, states=…)`.

    Raises:
        ValueError: there are no parts, or one is no whole number of bytes of zero or more.
    """
    wrong = [name for name, size in parts.items() if type(size) is not int or size < 0]
    if not parts or wrong:
        raise ValueError(f"budget of {', '.join(wrong) or 'nothing'}: a part is a whole number of bytes, 0 or more")
    return Measure(sum(parts.values()), BYTES, {}, dict(parts))
