"""Steps, batches and learning rates: formulas from the papers, and the schedulers of torch, which have to agree."""

from __future__ import annotations

import math

import torch
from torch.optim import lr_scheduler as schedulers
from torch.utils.data import DataLoader, TensorDataset

from deckforge.proof import proof


def _optimizer(peak: float) -> torch.optim.Optimizer:
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(()))], lr=peak)


def _run(scheduler: schedulers.LRScheduler, steps: int) -> float:
    """Return the learning rate after some steps."""
    for _ in range(steps):
        scheduler.optimizer.step()
        scheduler.step()
    return float(scheduler.get_last_lr()[0])


@proof
def cosine(step: int = 500, total: int = 1000, peak: float = 1e-3, floor: float = 0.0) -> dict[str, float]:
    """Cosine decay from `peak` to `floor` (Loshchilov & Hutter, 2017), by formula and by torch's scheduler.

    Outputs:
        rate: learning rate
        share: percent of the peak
    """
    rate = floor + (peak - floor) * (1 + math.cos(math.pi * step / total)) / 2
    if step <= 5000:
        torchs = _run(schedulers.CosineAnnealingLR(_optimizer(peak), total, floor), step)
        assert math.isclose(torchs, rate, rel_tol=1e-6, abs_tol=1e-9 * peak)
    return {"rate": rate, "share": 100 * rate / peak}


@proof
def warmup(step: int = 100, steps: int = 1000, peak: float = 1e-3) -> dict[str, float]:
    """Linear warm-up from 0 to `peak` over `steps`, by formula and by torch's scheduler.

    Outputs:
        rate: learning rate
    """
    rate = peak * min(1.0, step / steps)
    if step <= 5000:
        ramp = schedulers.LambdaLR(_optimizer(peak), lambda now: min(1.0, now / steps))
        assert math.isclose(_run(ramp, step), rate, rel_tol=1e-9, abs_tol=0.0)
    return {"rate": rate}


@proof
def warmup_share(warm: int = 2000, total: int = 25_000) -> dict[str, float]:
    """How much of a training the warm-up is, counted step by step.

    Outputs:
        share: percent
    """
    return {"share": 100 * sum(step < warm for step in range(total)) / total}


@proof
def step_decay(epoch: int = 60, every: int = 30, factor: float = 0.1, start: float = 0.1) -> dict[str, float]:
    """Multiply the rate by `factor` every so many epochs, by formula and by torch's scheduler.

    Outputs:
        rate: learning rate
    """
    rate = start * factor ** (epoch // every)
    assert math.isclose(_run(schedulers.StepLR(_optimizer(start), every, factor), epoch), rate, rel_tol=1e-9)
    return {"rate": rate}


@proof
def exponential(step: int = 10, factor: float = 0.9, start: float = 0.1) -> dict[str, float]:
    """Multiply the rate by `factor` at every step, by formula and by torch's scheduler.

    Outputs:
        rate: learning rate
    """
    rate = start * factor**step
    assert math.isclose(_run(schedulers.ExponentialLR(_optimizer(start), factor), step), rate, rel_tol=1e-9)
    return {"rate": rate}


@proof
def noam(step: int = 4000, width: int = 512, warm: int = 4000) -> dict[str, float]:
    """The schedule of “Attention is all you need” (Vaswani et al., 2017): up linearly, then down with √step.

    Outputs:
        rate: learning rate
        peak: learning rate at the end of the warm-up
    """

    def rate(at: int) -> float:
        return 1 / math.sqrt(width) * min(1 / math.sqrt(at), at / math.sqrt(warm) ** 3)

    assert rate(warm) >= max(rate(max(1, warm - 1)), rate(warm + 1))
    return {"rate": rate(step), "peak": rate(warm)}


@proof
def ema(decay: float = 0.999, steps: int = 1000) -> dict[str, float]:
    """An exponential moving average: what is left of an old value, and how far it looks back.

    Outputs:
        left: share of the value that was there before `steps` steps
        horizon: steps, 1 / (1 − decay)
        halved: steps until half is left
    """
    value = torch.ones((), dtype=torch.float64)
    for _ in range(steps):
        value.lerp_(torch.zeros((), dtype=torch.float64), 1 - decay)
    assert math.isclose(value.item(), decay**steps, rel_tol=1e-6)
    return {"left": decay**steps, "horizon": 1 / (1 - decay), "halved": math.log(0.5) / math.log(decay)}


@proof
def adam_bias(beta: float = 0.999, step: int = 1) -> dict[str, float]:
    """The bias of a moment of Adam that began at zero, and what it is divided by (Kingma & Ba, 2015).

    Outputs:
        factor: divisor, 1 − βᵗ
        correction: ratio, 1 / (1 − βᵗ)
    """
    moment = 0.0
    for _ in range(step):
        moment = beta * moment + (1 - beta) * 1.0  # the average of a gradient that is always 1
    assert math.isclose(moment, 1 - beta**step, rel_tol=1e-9)
    return {"factor": moment, "correction": 1 / moment}


@proof
def adam_first_step(gradient: float = 1e-3, rate: float = 1e-3) -> dict[str, float]:
    """How far Adam's first step goes, whatever the gradient: by about the learning rate. Taken by torch.

    Outputs:
        size: change of the parameter
    """
    weight = torch.nn.Parameter(torch.zeros((), dtype=torch.float64))
    weight.grad = torch.tensor(gradient, dtype=torch.float64)
    torch.optim.Adam([weight], lr=rate).step()
    return {"size": abs(weight.item())}


@proof
def steps(examples: int = 50_000, batch: int = 128, epochs: int = 1, drop_last: bool = False) -> dict[str, int]:
    """Steps of training over a data set, by a `DataLoader` and by division.

    Outputs:
        epoch: steps an epoch
        total: steps
    """
    data = TensorDataset(torch.empty(examples, 0))
    count = len(DataLoader(data, batch_size=batch, drop_last=drop_last))
    assert count == (examples // batch if drop_last else -(-examples // batch))
    return {"epoch": count, "total": count * epochs}


@proof
def effective_batch(micro: int = 8, accumulation: int = 4, gpus: int = 8, length: int = 2048) -> dict[str, int]:
    """Examples and tokens behind one step of the optimizer.

    Outputs:
        examples: count
        tokens: count
    """
    seen = [micro for _ in range(gpus) for _ in range(accumulation)]
    return {"examples": sum(seen), "tokens": sum(seen) * length}


@proof
def linear_scaling(batch: int = 8192, base_batch: int = 256, base_rate: float = 0.1) -> dict[str, float]:
    """The linear scaling rule: the learning rate grows with the batch (Goyal et al., 2017).

    The rule keeps, for equal gradients, one large step as long as the small ones that it stands for.

    Outputs:
        rate: learning rate
        ratio: ratio to the base
    """
    rate = base_rate * batch / base_batch
    small = sum(base_rate * 1.0 for _ in range(batch // base_batch))  # steps with a gradient of 1
    assert batch % base_batch or math.isclose(small, rate, rel_tol=1e-9)
    return {"rate": rate, "ratio": batch / base_batch}
