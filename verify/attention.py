"""Attention with and without the N×N matrix: memory, arithmetic, exactness."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from deckforge.proof import live_bytes, proof


@proof
def scores(length: int = 8192, heads: int = 16, batch: int = 1, bytes_each: int = 2) -> dict[str, int]:
    """The bytes of one layer's N×N attention scores, by hand and from a fake tensor. Output: size, bytes."""
    size = batch * heads * length**2 * bytes_each
    with live_bytes():
        q = torch.zeros(batch, heads, length, 64, dtype={2: torch.bfloat16, 4: torch.float32}[bytes_each])
        product = q @ q.transpose(-2, -1)  # (batch, heads, length, length)
        assert product.numel() * product.element_size() == size
    return {"size": size}


@proof
def memory_exponent(kind: str = "fused", shortest: int = 1024, doublings: int = 7) -> dict[str, float]:
    """The p in memory ∝ N^p for forward and backward of causal attention, from the peak of live bytes (fake tensors).

    `kind` is `naive` (writes the N×N scores) or `fused` (torch's scaled_dot_product_attention); inputs and outputs
    count. N doubles from `shortest`; least squares on the logarithms of the longer half.
    Outputs: exponent, last (the slope of the last doubling); dimensionless.
    """
    lengths = [shortest * 2**i for i in range(doublings + 1)]
    peaks = [_peak(kind, n) for n in lengths]
    xs = [math.log2(n) for n in lengths][len(lengths) // 2 :]
    ys = [math.log2(peak) for peak in peaks][len(lengths) // 2 :]
    x0, y0 = sum(xs) / len(xs), sum(ys) / len(ys)
    exponent = sum((x - x0) * (y - y0) for x, y in zip(xs, ys, strict=True)) / sum((x - x0) ** 2 for x in xs)
    return {"exponent": exponent, "last": ys[-1] - ys[-2]}


@proof
def peak(length: int = 8192, heads: int = 16) -> dict[str, float]:
    """Peak of live bytes of one causal attention, forward and backward in fp32, head width 64 (fake tensors).

    Outputs: naive, fused (bytes), ratio (dimensionless).
    """
    naive, fused = _peak("naive", length, heads), _peak("fused", length, heads)
    return {"naive": naive, "fused": fused, "ratio": naive / fused}


@proof
def flops_exponent(shortest: int = 256, doublings: int = 4) -> dict[str, float]:
    """The p in FLOPs ∝ N^p of attention: two matrix products of N×N×d, counted by torch. Output: exponent."""
    counts = []
    for n in (shortest, shortest * 2**doublings):
        with live_bytes(), FlopCounterMode(display=False) as counter:
            q = torch.zeros(1, 1, n, 64)
            _naive(q, q, q)
        counts.append(counter.get_total_flops())
        assert counts[-1] == 2 * (2 * n * n * 64)
    return {"exponent": math.log2(counts[1] / counts[0]) / doublings}


@proof
def online_softmax(length: int = 256, block: int = 32) -> dict[str, float]:
    """Attention for one query over blocks of keys with a running maximum and sum, against the softmax over all keys.

    Outputs: error, the largest difference in double precision, dimensionless; kept, how many numbers are carried from
    block to block for a head of width 16.
    """
    draw = torch.Generator().manual_seed(0)
    q = torch.randn(16, generator=draw, dtype=torch.float64)  # (d)
    k, v = (torch.randn(length, 16, generator=draw, dtype=torch.float64) for _ in range(2))  # (n, d)
    top, total, mixed = torch.tensor(-math.inf), torch.tensor(0.0), torch.zeros(16, dtype=torch.float64)
    for i in range(0, length, block):
        keys, values = k[i : i + block], v[i : i + block]
        s = keys @ q  # (block)
        new = torch.maximum(top, s.max())
        shrink = (top - new).exp()
        weights = (s - new).exp()
        total = total * shrink + weights.sum()
        mixed = mixed * shrink + weights @ values
        top = new
    full = (k @ q).softmax(0) @ v
    return {"error": float((mixed / total - full).abs().max()), "kept": top.numel() + total.numel() + mixed.numel()}


def _naive(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    scores = q @ k.transpose(-2, -1) * q.shape[-1] ** -0.5  # (batch, heads, n, n)
    scores = scores.masked_fill(torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1), -math.inf)
    mixed: Tensor = scores.softmax(-1) @ v
    return mixed


def _peak(kind: str, length: int, heads: int = 1) -> int:
    with live_bytes() as memory:
        q, k, v = (torch.zeros(1, heads, length, 64, requires_grad=True) for _ in range(3))
        out = _naive(q, k, v) if kind == "naive" else functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        out.sum().backward()  # type: ignore[no-untyped-call]
    return memory.peak
