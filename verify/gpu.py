"""What only a GPU can show: these proofs need one, and speak through receipts made on one.

What they run stands below them, as functions of the device, so that all of it can be tried at a small size on a CPU,
where it says nothing about a GPU but everything about whether it runs and computes the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from deckforge.proof import Measure, peak_memory, proof, scaling, speedup, throughput

Arm: TypeAlias = Callable[..., Tensor]
Inputs: TypeAlias = Callable[[], tuple[Any, ...]]

DEVICE = "cuda"
STEPS = 12
"""Rounds of what takes tenths of a second each: whole training steps."""


@proof(device="cuda", timeout=120, processes=10)
def matmul(size: int = 4096) -> dict[str, Measure]:
    """A square matrix product in bf16 against fp32 with TF32 off, launch overhead included.

    The results agree within bf16's precision. Output: speedup, dimensionless.
    """
    torch.set_float32_matmul_precision("highest")
    single, half, inputs = products(size, DEVICE)
    return {"speedup": speedup(single, half, inputs=inputs, check=close_in_norm, device="cuda")}


@proof(device="cuda", timeout=120, processes=5)
def matmul_rate(size: int = 8192) -> dict[str, Measure]:
    """The rate of a large bf16 matrix product, 2·size³ FLOPs, against the dense peak of the card's data sheet.

    Outputs: rate (FLOP/s), peak (percent of the data sheet's).
    """
    _, half, inputs = products(size, DEVICE)
    peak, _ = peaks(torch.cuda.get_device_name())
    work = 2 * size**3
    rate = throughput(half, work, inputs=inputs, device="cuda")
    return {"rate": rate, "peak": throughput(half, 100 * work / peak, inputs=inputs, device="cuda")}


@proof(device="cuda", timeout=120, processes=5)
def bandwidth(size: int = 2**30) -> dict[str, Measure]:
    """The rate of copying `size` bytes within the card's memory, each read and written once.

    Outputs: rate (bytes/s), peak (percent of the data sheet's).
    """
    source, target = (torch.empty(size, dtype=torch.uint8, device=DEVICE) for _ in range(2))
    _, peak = peaks(torch.cuda.get_device_name())
    return {
        "rate": throughput(target.copy_, 2 * size, inputs=lambda: (source,), device="cuda"),
        "peak": throughput(target.copy_, 200 * size / peak, inputs=lambda: (source,), device="cuda"),
    }


@proof(device="cuda", timeout=120, processes=5)
def attention_time(length: int = 4096, heads: int = 16, width: int = 64) -> dict[str, Measure]:
    """Causal attention in bf16, forward: torch's fused call against the same written out.

    Output: speedup, dimensionless, of the operation (not of a model).
    """
    naive, fused, inputs = attention(length, heads, width, DEVICE)
    return {"speedup": speedup(naive, fused, inputs=inputs, check=close_in_norm, device="cuda")}


@proof(device="cuda", timeout=240, processes=5)
def attention_sweep(shortest: int = 512, longest: int = 8192, heads: int = 16, width: int = 64) -> dict[str, Measure]:
    """The same over lengths from `shortest` to `longest`, doubling: a claim has to hold at each of them.

    Output: speedup, dimensionless.
    """
    lengths = []
    while shortest <= longest:
        lengths.append(shortest)
        shortest *= 2
    inputs = {f"N = {length}": attention(length, heads, width, DEVICE)[2] for length in lengths}

    def naive(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        return attention(q.shape[2], heads, width, DEVICE)[0](q, k, v)

    def fused(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        return attention(q.shape[2], heads, width, DEVICE)[1](q, k, v)

    return {"speedup": speedup(naive, fused, inputs=inputs, check=close_in_norm, device="cuda")}


@proof(device="cuda", timeout=120)
def attention_memory(length: int = 8192, heads: int = 16, width: int = 64) -> dict[str, Measure | float]:
    """Memory that causal attention adds to its bf16 inputs, forward and backward: written out, and torch's fused call.

    Outputs: naive and fused (bytes of `max_memory_allocated` above the inputs), ratio (dimensionless).
    """
    naive, fused, inputs = attention(length, heads, width, DEVICE, gradients=True)
    q = inputs()
    close_in_norm(naive(*q), fused(*q), within=0.02)
    del q
    most = peak_memory(naive, inputs=inputs, device="cuda")
    least = peak_memory(fused, inputs=inputs, device="cuda")
    return {"naive": most, "fused": least, "ratio": float(most) / float(least)}


@proof(device="cuda", timeout=120)
def attention_growth(longest: int = 16384, heads: int = 4, width: int = 64) -> dict[str, Measure]:
    """How the memory of causal attention grows with the length, forward alone, over six lengths up to `longest`.

    Outputs: naive and fused, exponents.
    """
    sizes = [longest // 2**halvings for halvings in range(5, -1, -1)]

    def peak(which: int) -> Callable[[int], Measure]:
        def measure(length: int) -> Measure:
            parts = attention(length, heads, width, DEVICE)
            return peak_memory(parts[which], inputs=parts[2], device="cuda")

        return measure

    return {"naive": scaling(peak(0), sizes), "fused": scaling(peak(1), sizes)}


@proof(device="cuda", timeout=240, processes=5)
def compiled(elements: int = 2**24) -> dict[str, Measure]:
    """Seven pointwise operations one after another: torch.compile, which makes one kernel of them, against eager.

    Compiling is not counted. Output: speedup, dimensionless.
    """
    run, inputs = chain(elements, DEVICE)
    return {"speedup": speedup(run, torch.compile(run), inputs=inputs, device="cuda")}


@proof(device="cuda", timeout=120, processes=10)
def adamw(tensors: int = 400, width: int = 256) -> dict[str, Measure]:
    """One AdamW step over many small weights: the fused kernel against the loop over parameters.

    Output: speedup, dimensionless, of the optimizer's step.
    """
    loop, fused = (optimizer_step(tensors, width, DEVICE, fused=fused) for fused in (False, True))
    return {"speedup": speedup(loop, fused, device="cuda", scope="step")}


@proof(device="cuda", timeout=120)
def checkpointing_memory(layers: int = 24, width: int = 1024, batch: int = 8192) -> dict[str, Measure | float]:
    """What forward and backward of a stack of blocks add to weights and data, with activations kept or computed again.

    Outputs: kept and again (bytes), ratio (dimensionless).
    """
    kept, again = (
        peak_memory(training(layers, width, batch, DEVICE, checkpointed=checkpointed), device="cuda")
        for checkpointed in (False, True)
    )
    return {"kept": kept, "again": again, "ratio": float(kept) / float(again)}


@proof(device="cuda", timeout=120, processes=5)
def checkpointing_time(layers: int = 24, width: int = 1024, batch: int = 8192) -> dict[str, Measure]:
    """How many times as long forward and backward take when activations are computed again.

    Output: slowdown, dimensionless.
    """
    kept, again = (training(layers, width, batch, DEVICE, checkpointed=checkpointed) for checkpointed in (False, True))
    return {"slowdown": speedup(again, kept, device="cuda", scope="step", check=close_in_norm, rounds=STEPS)}


@proof(device="cuda", timeout=120)
def accumulation_memory(
    parts: int = 8, layers: int = 8, width: int = 1024, batch: int = 8192
) -> dict[str, Measure | float]:
    """What forward and backward add to weights and data, for a batch at once and in parts whose gradients accumulate.

    The gradients agree. Outputs: whole and parts (bytes), ratio (dimensionless).
    """
    whole, split = (training(layers, width, batch, DEVICE, parts=number) for number in (1, parts))
    close_in_norm(whole(), split())
    at_once, in_parts = peak_memory(whole, device="cuda"), peak_memory(split, device="cuda")
    return {"whole": at_once, "parts": in_parts, "ratio": float(at_once) / float(in_parts)}


@proof(device="cuda", timeout=120, processes=5)
def accumulation_time(parts: int = 8, layers: int = 8, width: int = 1024, batch: int = 8192) -> dict[str, Measure]:
    """How many times as long forward and backward take when the batch is worked off in parts.

    Output: slowdown, dimensionless.
    """
    whole, split = (training(layers, width, batch, DEVICE, parts=number) for number in (1, parts))
    return {"slowdown": speedup(split, whole, device="cuda", scope="step", check=close_in_norm, rounds=STEPS)}


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


# What they run --------------------------------------------------------------------------------------------------------

PEAKS = {
    "A100": (312e12, 2.039e12),
    "H100 NVL": (835e12, 3.9e12),
    "H100": (989e12, 3.35e12),
    "H200 NVL": (835e12, 4.8e12),
    "H200": (989e12, 4.8e12),
}
"""Of a card (SXM, 80 GB and more): dense bf16 FLOP/s of its tensor cores and bytes/s of its memory, by data sheet."""


def peaks(name: str) -> tuple[float, float]:
    """Return FLOP/s and bytes/s that a card's data sheet promises.

    Raises:
        ValueError: it is not in the table.
    """
    for card, found in PEAKS.items():
        if re.search(rf"\b{card}\b", name) and not re.search("PCIe|MIG", name):
            return found
    raise ValueError(f"the peaks of {name!r} are not in verify/gpu.py: add them from its data sheet")


def products(size: int, device: str) -> tuple[Arm, Arm, Inputs]:
    """Return a square matrix product in fp32 and in bf16, and what makes both kinds of operands."""

    def inputs() -> tuple[Tensor, ...]:
        a, b = (torch.randn(size, size, device=device) for _ in range(2))
        return a, b, a.bfloat16(), b.bfloat16()

    def single(a: Tensor, b: Tensor, low_a: Tensor, low_b: Tensor) -> Tensor:  # noqa: ARG001 - one shape for both
        return a @ b

    def half(a: Tensor, b: Tensor, low_a: Tensor, low_b: Tensor) -> Tensor:  # noqa: ARG001
        return low_a @ low_b

    return single, half, inputs


def close_in_norm(first: Tensor, second: Tensor, within: float = 0.01) -> None:
    """Compare as a whole: single elements near zero may be off by any factor.

    Raises:
        AssertionError: the difference is not small beside the first.
    """
    error = float((second.float() - first.float()).norm() / first.float().norm())
    assert error < within, f"the results differ by {error:.2g} of their norm"


def attention(length: int, heads: int, width: int, device: str, *, gradients: bool = False) -> tuple[Arm, Arm, Inputs]:
    """Return causal attention written out and fused, and what makes its bf16 inputs; with `gradients`, both ways.

    Shapes: (1, heads, length, width).
    """

    def inputs() -> tuple[Tensor, ...]:
        shape = (1, heads, length, width)
        return tuple(torch.randn(shape, device=device, dtype=torch.bfloat16, requires_grad=gradients) for _ in range(3))

    def naive(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        mask = torch.ones(length, length, dtype=torch.bool, device=device).triu(1)
        scores = (q @ k.transpose(-2, -1) * width**-0.5).masked_fill(mask, float("-inf"))  # (1, heads, n, n)
        return finish(scores.softmax(-1) @ v)

    def fused(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        return finish(functional.scaled_dot_product_attention(q, k, v, is_causal=True))

    def finish(mixed: Tensor) -> Tensor:
        if gradients:
            mixed.sum().backward()  # type: ignore[no-untyped-call]
        return mixed.detach()

    return naive, fused, inputs


def chain(elements: int, device: str) -> tuple[Callable[[Tensor], Tensor], Inputs]:
    """Return a chain of pointwise operations, each of which reads and writes all elements, and what makes its input."""

    def run(x: Tensor) -> Tensor:
        return torch.tanh(x * 1.5 + 0.5).square().add(1.0).sqrt().mul(x).sigmoid()

    return run, lambda: (torch.randn(elements, device=device),)


def optimizer_step(tensors: int, width: int, device: str, *, fused: bool) -> Callable[[], list[Tensor]]:
    """Return one step of AdamW over many small weights, as a loop over them or fused; it returns the weights."""
    generator = torch.Generator().manual_seed(0)
    weights = [nn.Parameter(torch.randn(width, width, generator=generator).to(device)) for _ in range(tensors)]
    for weight in weights:
        weight.grad = torch.ones_like(weight)
    optimizer = torch.optim.AdamW(weights, foreach=False, fused=fused)

    def step() -> list[Tensor]:
        optimizer.step()
        return [weight.detach() for weight in weights]

    return step


def training(
    layers: int, width: int, batch: int, device: str, *, checkpointed: bool = False, parts: int = 1
) -> Callable[[], Tensor]:
    """Return forward and backward of a stack of blocks; it returns the first weight's gradient.

    `checkpointed` keeps only the blocks' inputs and computes the rest again; `parts` splits the batch and accumulates.
    """
    generator = torch.Generator().manual_seed(0)
    blocks = nn.ModuleList(
        nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)) for _ in range(layers)
    )
    for weight in blocks.parameters():
        weight.data = torch.randn(weight.shape, generator=generator) / width
    blocks.to(device)
    data = torch.randn(batch, width, generator=generator).to(device)
    first = next(blocks.parameters())

    def run() -> Tensor:
        blocks.zero_grad(set_to_none=True)
        for part in data.chunk(parts):
            x = part
            for block in blocks:
                x = x + (checkpoint(block, x, use_reentrant=False) if checkpointed else block(x))
            (x.square().sum() / batch).backward()  # type: ignore[no-untyped-call]
        assert first.grad is not None
        return first.grad.clone()

    return run
