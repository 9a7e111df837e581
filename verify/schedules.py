"""Learning rates, optimizer steps, batches and targets: the arithmetic of a training recipe."""

from __future__ import annotations

import math

import torch
from torch import nn

from deckforge.proof import proof


@proof
def steps(tokens: float = 100e9, tokens_per_step: float = 4e6) -> dict[str, float]:
    """The number of optimizer steps for a budget of tokens. Output: steps, a count."""
    return {"steps": tokens / tokens_per_step}


@proof
def budget(steps: float = 25_000, tokens_per_step: float = 4e6) -> dict[str, float]:
    """The tokens that a number of steps sees. Output: tokens, a count."""
    return {"tokens": steps * tokens_per_step}


@proof
def share(part: float = 2000, whole: float = 25_000) -> dict[str, float]:
    """A part as a share of the whole. Outputs: percent (in percent), ratio (dimensionless)."""
    return {"percent": 100 * part / whole, "ratio": part / whole}


@proof
def tokens_per_step(
    sequences: int = 8, length: int = 1024, micro_batches: int = 8, devices: int = 64
) -> dict[str, int]:
    """Tokens whose gradients are averaged into one optimizer step. Output: tokens, a count."""
    return {"tokens": sequences * length * micro_batches * devices}


@proof
def warmup_cosine(
    step: int = 1000, warmup: int = 2000, total: int = 25_000, peak: float = 3e-4, floor: float = 3e-5
) -> dict[str, float]:
    """The learning rate at a step of linear warm-up from 0, then cosine decay to `floor`.

    By the formula, and by stepping torch's LinearLR and CosineAnnealingLR. Output: lr, dimensionless.
    """
    if step < warmup:
        lr = peak * step / warmup
    else:
        progress = (step - warmup) / (total - warmup)
        lr = floor + (peak - floor) * (1 + math.cos(math.pi * progress)) / 2

    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=peak)
    rise = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=1e-12, total_iters=warmup)
    fall = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=total - warmup, eta_min=floor)
    schedule = torch.optim.lr_scheduler.SequentialLR(optimizer, [rise, fall], milestones=[warmup])
    for _ in range(step):
        optimizer.step()
        schedule.step()
    assert math.isclose(schedule.get_last_lr()[0], lr, rel_tol=1e-6, abs_tol=1e-12)
    return {"lr": lr}


@proof
def adam_first_step(
    gradient: float = 1e-3, lr: float = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
) -> dict[str, float]:
    """Adam's very first step from zero moments, by hand and with `torch.optim.Adam` (Kingma and Ba 2014, 1412.6980).

    Outputs, dimensionless: step (how far the weight moves), in_lr (the same as a multiple of lr), and uncorrected (what
    the multiple would be without bias correction).
    """
    m = (1 - beta1) * gradient
    v = (1 - beta2) * gradient**2
    m_hat = m / (1 - beta1)
    v_hat = v / (1 - beta2)
    step = lr * m_hat / (math.sqrt(v_hat) + eps)

    weight = nn.Parameter(torch.zeros((), dtype=torch.float64))
    weight.grad = torch.tensor(gradient, dtype=torch.float64)
    torch.optim.Adam([weight], lr=lr, betas=(beta1, beta2), eps=eps).step()
    assert math.isclose(-weight.item(), step, rel_tol=1e-6)
    return {"step": step, "in_lr": step / lr, "uncorrected": m / (math.sqrt(v) + eps)}


@proof
def adam_spike(quiet: int = 1000, size: float = 1000.0, beta1: float = 0.9, beta2: float = 0.999) -> dict[str, float]:
    """Adam's step when, after `quiet` gradients of 1, one of `size` arrives. Output: in_lr, multiples of lr."""
    lr = 1e-3
    weight = nn.Parameter(torch.zeros((), dtype=torch.float64))
    optimizer = torch.optim.Adam([weight], lr=lr, betas=(beta1, beta2))
    for gradient in [1.0] * quiet + [size]:
        before = weight.item()
        weight.grad = torch.tensor(gradient, dtype=torch.float64)
        optimizer.step()
    return {"in_lr": (before - weight.item()) / lr}


@proof
def weight_decay(
    optimizer: str = "adamw", lr: float = 1e-3, decay: float = 0.1, weight: float = 1.0
) -> dict[str, float]:
    """One step with a loss gradient of zero, so that weight decay alone moves the weight.

    `adamw` multiplies the weight by 1 − lr·decay (Loshchilov and Hutter 2017, 1711.05101); `adam` adds decay·weight to
    the gradient and then normalises that away. By hand and with torch. Outputs: after, moved; dimensionless.
    """
    kinds: dict[str, type[torch.optim.Adam | torch.optim.AdamW]]
    kinds = {"adamw": torch.optim.AdamW, "adam": torch.optim.Adam}
    parameter = nn.Parameter(torch.tensor(weight, dtype=torch.float64))
    parameter.grad = torch.zeros((), dtype=torch.float64)
    kinds[optimizer]([parameter], lr=lr, weight_decay=decay).step()
    hand = weight * (1 - lr * decay) if optimizer == "adamw" else weight - math.copysign(lr, weight)
    after = parameter.item()
    assert math.isclose(after, hand, rel_tol=1e-6)
    return {"after": after, "moved": weight - after}


@proof
def label_smoothing(classes: int = 6, smoothing: float = 0.1) -> dict[str, float]:
    """The targets of label smoothing: `smoothing` is spread over all classes, the right one included.

    Checked against the loss of torch's `cross_entropy(label_smoothing=…)`. Outputs: right, other; dimensionless.
    """
    other = smoothing / classes
    right = 1 - smoothing + other
    logits = torch.randn(1, classes, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    soft = torch.full((1, classes), other, dtype=torch.float64)
    soft[0, 0] = right
    smoothed = nn.functional.cross_entropy(logits, torch.tensor([0]), label_smoothing=smoothing)
    assert math.isclose(float(smoothed), float(nn.functional.cross_entropy(logits, soft)), rel_tol=1e-9)
    return {"right": right, "other": other}
