"""Arithmetic, traffic and time of training: counted small, or by two ways of counting."""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from deckforge.proof import proof

_BYTES = {"fp32": 4, "fp16": 2, "bf16": 2, "fp8": 1}


@proof
def matmul(m: int = 1024, n: int = 1024, k: int = 1024, dtype: str = "fp16") -> dict[str, float]:
    """A product of (m×k) and (k×n): its FLOP, its smallest traffic, and their ratio.

    Outputs:
        flops: FLOP
        bytes: bytes, each matrix moved once
        intensity: FLOP a byte
    """
    with FlopCounterMode(display=False) as counter:
        torch.empty(m, k, device="meta") @ torch.empty(k, n, device="meta")
    flops, moved = counter.get_total_flops(), _BYTES[dtype] * (m * k + k * n + m * n)
    assert flops == 2 * m * n * k
    return {"flops": flops, "bytes": moved, "intensity": flops / moved}


@proof
def training(params: int = 10**9, tokens: int = 20 * 10**9) -> dict[str, float]:
    """FLOP to train a dense model: 6 a parameter and token (Kaplan et al., 2020).

    The six are counted on a chain of linear layers: 2 forward, 4 backward; attention's own are left out.

    Outputs:
        flops: FLOP
        forward: FLOP a parameter and token, forward
        backward: FLOP a parameter and token, backward
    """
    layers = nn.Sequential(*(nn.Linear(64, 64, bias=False, device="meta") for _ in range(4)))
    x = torch.empty(8, 64, device="meta", requires_grad=True)  # (tokens, width)
    with FlopCounterMode(display=False) as counter:
        y = layers(x)
    with FlopCounterMode(display=False) as back:
        y.sum().backward()
    each = 8 * sum(weight.numel() for weight in layers.parameters())  # one a parameter and token
    forward, backward = counter.get_total_flops() / each, back.get_total_flops() / each
    return {"flops": (forward + backward) * params * tokens, "forward": forward, "backward": backward}


@proof
def duration(
    flops: float = 1.2e20, gpus: int = 8, peak: float = 9.89e14, utilisation: float = 40.0
) -> dict[str, float]:
    """How long so many FLOP take; `peak` is one GPU's FLOP/s, `utilisation` in percent of it (MFU).

    Outputs:
        seconds: s
        hours: h
        days: days
        gpu_hours: GPU hours
    """
    rate = gpus * peak * utilisation / 100
    seconds = flops / rate
    assert math.isclose(seconds * gpus * peak * (utilisation / 100), flops, rel_tol=1e-12)
    return {"seconds": seconds, "hours": seconds / 3600, "days": seconds / 86_400, "gpu_hours": gpus * seconds / 3600}


@proof
def utilisation(params: int = 7 * 10**9, tokens_per_second: float = 4000.0, peak: float = 3.12e14) -> dict[str, float]:
    """Model FLOP utilisation of one GPU (Chowdhery et al., 2022): 6 FLOP a parameter and token, against the peak.

    Outputs:
        share: percent of the peak
        rate: FLOP/s
    """
    rate = 6 * params * tokens_per_second
    fastest = peak / (6 * params)  # tokens/s at the peak
    assert math.isclose(rate / peak, tokens_per_second / fastest, rel_tol=1e-12)
    return {"share": 100 * rate / peak, "rate": rate}


@proof
def chinchilla(params: int = 70 * 10**9, ratio: float = 20.0) -> dict[str, float]:
    """Tokens for a model by the rule of thumb of about 20 a parameter (Hoffmann et al., 2022).

    Outputs:
        tokens: count
        flops: FLOP to train on them
    """
    tokens = ratio * params
    return {"tokens": tokens, "flops": 6 * params * tokens}


@proof
def all_reduce(bytes_each: int = 4 * 10**9, gpus: int = 8) -> dict[str, float]:
    """What each GPU sends in a ring all-reduce, played through chunk by chunk.

    Outputs:
        sent: bytes sent by each GPU
        ratio: ratio to the data
        steps: count
    """
    held = [[{gpu} for _ in range(gpus)] for gpu in range(gpus)]  # whose parts are summed in each GPU's chunks
    sends = 0
    for step in range(2 * (gpus - 1)):  # first every chunk is summed on its way round, then it is handed round
        shift = step if step < gpus - 1 else step - gpus
        moving = [(gpu, (gpu - shift) % gpus, set(held[gpu][(gpu - shift) % gpus])) for gpu in range(gpus)]
        for gpu, chunk, parts in moving:
            held[(gpu + 1) % gpus][chunk] |= parts
        sends += 1
    assert all(len(chunk) == gpus for gpu in held for chunk in gpu)
    return {"sent": sends * bytes_each / gpus, "ratio": sends / gpus, "steps": sends}


@proof
def roofline(peak: float = 9.89e14, bandwidth: float = 3.35e12, intensity: float = 100.0) -> dict[str, float]:
    """The most FLOP/s at an intensity, for a peak in FLOP/s and a bandwidth in bytes/s (Williams et al., 2009).

    The defaults are an H100's in dense bf16.

    Outputs:
        ridge: FLOP a byte, where both limits meet
        attainable: FLOP/s
        share: percent of the peak
    """
    attainable = min(peak, bandwidth * intensity)
    seconds = max(1.0 / peak, 1.0 / (intensity * bandwidth))  # of one FLOP and its bytes
    assert math.isclose(1 / seconds, attainable, rel_tol=1e-12)
    return {"ridge": peak / bandwidth, "attainable": attainable, "share": 100 * attainable / peak}
