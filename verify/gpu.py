"""What only a GPU can show: these proofs need one, and speak through receipts made on one."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from deckforge.proof import proof

if TYPE_CHECKING:
    from collections.abc import Callable


@proof(device="cuda", timeout=120)
def matmul(size: int = 4096) -> dict[str, float]:
    """A square matrix product in bf16 against fp32 with TF32 off, launch overhead included.

    The results agree within bf16's precision. Output: speedup, dimensionless, the median of paired rounds.
    """
    torch.backends.cuda.matmul.allow_tf32 = False
    a, b = (torch.randn(size, size, device="cuda") for _ in range(2))
    low_a, low_b = a.bfloat16(), b.bfloat16()
    error = (low_a @ low_b).float() - a @ b
    assert float(error.norm() / (a @ b).norm()) < 0.01
    return {"speedup": _paired(lambda: a @ b, lambda: low_a @ low_b)}


@proof(device="cuda", timeout=120)
def attention_memory(length: int = 8192, heads: int = 16, width: int = 64) -> dict[str, float]:
    """Memory that causal attention adds to its bf16 inputs, forward and backward: written out, and torch's fused call.

    Outputs: naive and fused (bytes of `max_memory_allocated` above the inputs), ratio (dimensionless).
    """
    q, k, v = (
        torch.randn(1, heads, length, width, device="cuda", dtype=torch.bfloat16, requires_grad=True) for _ in range(3)
    )
    mask = torch.ones(length, length, dtype=torch.bool, device="cuda").triu(1)

    def naive() -> Tensor:
        scores = (q @ k.transpose(-2, -1) * width**-0.5).masked_fill(mask, float("-inf"))  # (1, heads, n, n)
        mixed: Tensor = scores.softmax(-1) @ v
        return mixed

    def fused() -> Tensor:
        return functional.scaled_dot_product_attention(q, k, v, is_causal=True)

    torch.testing.assert_close(naive(), fused(), rtol=2e-2, atol=2e-2)
    peaks = {}
    for name, run in (("naive", naive), ("fused", fused)):
        for leaf in (q, k, v):
            leaf.grad = None
        before = torch.cuda.memory_allocated()
        torch.cuda.reset_peak_memory_stats()
        run().sum().backward()  # type: ignore[no-untyped-call]
        peaks[name] = torch.cuda.max_memory_allocated() - before
    return {"naive": peaks["naive"], "fused": peaks["fused"], "ratio": peaks["naive"] / peaks["fused"]}


@proof(device="cuda", timeout=120)
def adamw(tensors: int = 400, width: int = 256) -> dict[str, float]:
    """One AdamW step over many small weights: the fused kernel against the loop over parameters.

    Output: speedup, dimensionless, the median of paired rounds.
    """

    def stepper(*, fused: bool) -> Callable[[], None]:
        weights = [nn.Parameter(torch.zeros(width, width, device="cuda")) for _ in range(tensors)]
        for weight in weights:
            weight.grad = torch.ones_like(weight)
        optimizer = torch.optim.AdamW(weights, foreach=False, fused=fused)
        return lambda: optimizer.step() and None

    return {"speedup": _paired(stepper(fused=False), stepper(fused=True))}


@proof(device="cuda")
def autocast(operation: str = "layer_norm") -> dict[str, int]:
    """The width of an operation's result under bf16 autocast on a GPU, from a bf16 input.

    `operation` is `linear`, `layer_norm`, `softmax` or `cross_entropy`. Output: bits, a count.
    """
    x = torch.randn(8, 64, device="cuda", dtype=torch.bfloat16)
    weight = torch.randn(64, 64, device="cuda")
    target = torch.zeros(8, dtype=torch.int64, device="cuda")
    operations: dict[str, Callable[[], Tensor]] = {
        "linear": lambda: functional.linear(x, weight),
        "layer_norm": lambda: functional.layer_norm(x, (64,)),
        "softmax": lambda: x.softmax(-1),
        "cross_entropy": lambda: functional.cross_entropy(x, target),
    }
    with torch.autocast("cuda", torch.bfloat16):
        return {"bits": 8 * operations[operation]().element_size()}


def _paired(baseline: Callable[[], object], candidate: Callable[[], object], rounds: int = 25) -> float:
    """Return the median over rounds of baseline time / candidate time, each round both arms in alternating order."""
    for run in (baseline, candidate):
        for _ in range(10):
            run()
    ratios = []
    for i in range(rounds):
        arms = [baseline, candidate] if i % 2 else [candidate, baseline]
        times = {run: _milliseconds(run) for run in arms}
        ratios.append(times[baseline] / times[candidate])
    return statistics.median(ratios)


def _milliseconds(run: Callable[[], object], calls: int = 10) -> float:
    start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
    torch.cuda.synchronize()
    start.record()
    for _ in range(calls):
        run()
    end.record()
    torch.cuda.synchronize()
    return float(start.elapsed_time(end))
