"""Variances of initial weights, and what they do to a signal on its way through many layers."""

from __future__ import annotations

import math

import torch
from torch import nn

from deckforge.proof import proof


@proof
def he(fan_in: int = 512) -> dict[str, float]:
    """He's initialisation for ReLU: variance 2 / fan_in (He et al. 2015, arXiv 1502.01852).

    By the formula, and from a million weights drawn by torch. Outputs: variance, std; dimensionless.
    """
    variance = 2 / fan_in
    weight = torch.empty(1_000_000 // fan_in, fan_in)  # (fan_out, fan_in)
    nn.init.kaiming_normal_(weight, nonlinearity="relu", generator=torch.Generator().manual_seed(0))
    assert math.isclose(float(weight.var()), variance, rel_tol=0.02)
    return {"variance": variance, "std": math.sqrt(variance)}


@proof
def xavier(fan_in: int = 512, fan_out: int = 512) -> dict[str, float]:
    """Xavier's initialisation: variance 2 / (fan_in + fan_out) (Glorot and Bengio 2010).

    By the formula, and from torch's uniform draw. Outputs: variance, std, and bound of the uniform draw; dimensionless.
    """
    variance = 2 / (fan_in + fan_out)
    bound = math.sqrt(3 * variance)  # a uniform draw from ±bound has the variance bound² / 3
    weight = torch.empty(fan_out, fan_in)
    nn.init.xavier_uniform_(weight, generator=torch.Generator().manual_seed(0))
    assert float(weight.abs().max()) <= bound
    assert math.isclose(float(weight.var()), variance, rel_tol=0.05)
    return {"variance": variance, "std": math.sqrt(variance), "bound": bound}


@proof
def linear_default(fan_in: int = 512) -> dict[str, float]:
    """What `torch.nn.Linear` does unless told otherwise: uniform in ±1/√fan_in, so a variance of 1 / (3·fan_in).

    Outputs: bound and variance of a weight, and gain, the factor by which a layer followed by ReLU multiplies the mean
    square of its input (half of fan_in · variance); dimensionless.
    """
    bound = 1 / math.sqrt(fan_in)
    variance = bound**2 / 3
    weight = nn.Linear(fan_in, 4096, bias=False).weight.detach()
    assert float(weight.abs().max()) <= bound
    assert math.isclose(float(weight.var()), variance, rel_tol=0.02)
    return {"bound": bound, "variance": variance, "gain": fan_in * variance / 2}


@proof
def relu_gain(scale: float = 2.0) -> dict[str, float]:
    """How a wide layer with weights of variance scale / fan_in, then ReLU, changes the mean square of its input.

    A Gaussian pre-activation of variance `scale` loses its negative half to ReLU: scale / 2. A million samples agree.
    Output: gain, dimensionless.
    """
    gain = scale / 2
    z = math.sqrt(scale) * torch.randn(1_000_000, generator=torch.Generator().manual_seed(0))
    assert math.isclose(float((torch.relu(z) ** 2).mean()), gain, rel_tol=0.02)
    return {"gain": gain}


@proof
def signal(scheme: str = "he", depth: int = 50, width: int = 256) -> dict[str, float]:
    """The mean square of the activations after `depth` ReLU layers, over that of the Gaussian input.

    `scheme` is `he` (variance 2/fan_in), `xavier` (1/fan_in for square layers) or `linear` (torch's default for
    `nn.Linear`, 1/(3·fan_in)). The median of three seeds. Outputs: ratio, and per_layer, its depth-th root;
    dimensionless.
    """
    variance = {"he": 2 / width, "xavier": 1 / width, "linear": 1 / (3 * width)}[scheme]
    ratios = []
    for seed in range(3):
        draw = torch.Generator().manual_seed(seed)
        h = torch.randn(32, width, generator=draw, dtype=torch.float64)  # (batch, width)
        start = float((h**2).mean())
        for _ in range(depth):
            h = torch.relu(h @ (torch.randn(width, width, generator=draw, dtype=torch.float64) * math.sqrt(variance)))
        ratios.append(float((h**2).mean()) / start)
    ratio = sorted(ratios)[1]
    return {"ratio": ratio, "per_layer": ratio ** (1 / depth)}
