"""Attention: what it computes, and how that grows."""

from __future__ import annotations

import math

import torch
from torch.utils.flop_counter import FlopCounterMode

from deckforge.proof import proof


@proof
def flops(length: int = 2048, width: int = 64, heads: int = 1) -> dict[str, float]:
    """The two matrix products of attention, forward, for one layer and sequence; `width` is one head's.

    Outputs:
        flops: FLOP
        doubled: ratio, of the FLOP at twice the length
    """

    def count(n: int) -> int:
        q = torch.empty(heads, n, width, device="meta")
        with FlopCounterMode(display=False) as counter:
            (q @ q.transpose(-2, -1)) @ q  # (heads, n, n) @ (heads, n, width)
        return int(counter.get_total_flops())

    total = count(length)
    assert total == 4 * heads * length**2 * width
    return {"flops": total, "doubled": count(2 * length) / total}


@proof
def score_spread(width: int = 64) -> dict[str, float]:
    """The standard deviation of q·k for independent standard normal entries, and of the scaled score (Vaswani, 2017).

    By the sum of variances, and by 100,000 draws, which have to agree within 2 %.

    Outputs:
        plain: standard deviation
        scaled: standard deviation, after division by √width
    """
    exact = math.sqrt(sum(1.0 for _ in range(width)))
    draw = torch.Generator().manual_seed(0)
    seen = sum(
        (torch.randn(100_000, generator=draw) * torch.randn(100_000, generator=draw) for _ in range(width)),
        torch.zeros(100_000),
    )
    assert math.isclose(seen.std().item(), exact, rel_tol=0.02)
    return {"plain": exact, "scaled": exact / math.sqrt(width)}


@proof
def causal_pairs(length: int = 1024) -> dict[str, float]:
    """The pairs of query and key that a causal mask leaves.

    Outputs:
        pairs: count
        share: percent of all pairs
    """
    pairs = int(torch.ones(length, length, dtype=torch.bool).tril().sum())
    assert pairs == length * (length + 1) // 2
    return {"pairs": pairs, "share": 100 * pairs / length**2}


@proof
def grouped_queries(heads: int = 64, groups: int = 8) -> dict[str, float]:
    """How much smaller the cache of keys and values is where groups of heads share them (Ainslie et al., 2023).

    Outputs:
        saving: ratio
        heads: query heads that share one key head
    """
    full = torch.empty(2, heads, 1, 128, device="meta").nbytes  # keys and values of one token
    shared = torch.empty(2, groups, 1, 128, device="meta").nbytes
    return {"saving": full / shared, "heads": heads // groups}


@proof
def rotary(width: int = 128, base: float = 10_000.0, pair: int = 0) -> dict[str, float]:
    """Rotary embeddings: how far a pair of dimensions turns from one token to the next (Su et al., 2021).

    Outputs:
        angle: radians a token
        wavelength: tokens until it has turned once
        longest: tokens, of the slowest pair
    """
    angles = base ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)  # (width / 2)
    angle = float(angles[pair])
    assert math.isclose(angle, math.exp(-2 * pair / width * math.log(base)), rel_tol=1e-9)
    return {"angle": angle, "wavelength": 2 * math.pi / angle, "longest": 2 * math.pi / float(angles[-1])}


@proof
def softmax(lead: float = 2.0, others: int = 1, temperature: float = 1.0) -> dict[str, float]:
    """The probability of a logit that leads all others, which are equal, by `lead`; and the slope there.

    Outputs:
        probability: probability
        slope: derivative of the probability by its own logit
    """
    logits = torch.zeros(others + 1, dtype=torch.float64)
    logits[0] = lead
    logits.requires_grad_()
    probability = (logits / temperature).softmax(0)[0]
    probability.backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    value = probability.item()
    assert math.isclose(value, 1 / (1 + others * math.exp(-lead / temperature)), rel_tol=1e-9)
    return {"probability": value, "slope": logits.grad[0].item()}
