"""Initialisation: what torch draws, and what it does to a signal."""

from __future__ import annotations

import math

import torch
from torch import nn

from deckforge.proof import proof


@proof
def xavier(inputs: int = 256, outputs: int = 256) -> dict[str, float]:
    """Glorot's initialisation (Glorot & Bengio, 2010): by formula, and by the weights that torch draws.

    Outputs:
        deviation: standard deviation
        bound: largest weight of the uniform variant
    """
    bound = math.sqrt(6 / (inputs + outputs))
    drawn = nn.init.xavier_uniform_(torch.empty(outputs, inputs))
    assert drawn.abs().max().item() <= bound * (1 + 1e-6)
    return {"deviation": math.sqrt(2 / (inputs + outputs)), "bound": bound}


@proof
def he(inputs: int = 256, slope: float = 0.0) -> dict[str, float]:
    """He's initialisation for ReLU (He et al., 2015), or for a leaky one with a slope; torch's gain has to agree.

    Outputs:
        deviation: standard deviation
        bound: largest weight of the uniform variant
    """
    deviation = math.sqrt(2 / ((1 + slope**2) * inputs))
    gain = nn.init.calculate_gain("leaky_relu", slope)
    assert math.isclose(gain / math.sqrt(inputs), deviation, rel_tol=1e-9)
    return {"deviation": deviation, "bound": math.sqrt(3) * deviation}


@proof
def linear_default(inputs: int = 256) -> dict[str, float]:
    """What `torch.nn.Linear` draws by default: uniform weights, as the bound of a million of them shows.

    Outputs:
        bound: largest weight
        deviation: standard deviation
    """
    bound = 1 / math.sqrt(inputs)
    weight = nn.Linear(inputs, max(1, 1_000_000 // inputs)).weight
    assert math.isclose(weight.abs().max().item(), bound, rel_tol=1e-3)
    assert math.isclose(weight.std().item(), bound / math.sqrt(3), rel_tol=0.05)
    return {"bound": bound, "deviation": bound / math.sqrt(3)}


@proof
def relu_halves() -> dict[str, float]:
    """What ReLU leaves of a standard normal signal, by integration on a fine grid.

    Outputs:
        square: mean of the square
        mean: mean
        variance: variance
    """
    x = torch.linspace(-12, 12, 240_001, dtype=torch.float64)
    density = torch.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    after = x.relu()
    square, mean = (torch.trapezoid(each * density, x).item() for each in (after**2, after))
    assert math.isclose(mean, 1 / math.sqrt(2 * math.pi), rel_tol=1e-6)
    return {"square": square, "mean": mean, "variance": square - mean**2}


@proof
def signal(gain: float = 1.0, layers: int = 20) -> dict[str, float]:
    """The mean square of a signal behind ReLU layers with weights of variance gain²/inputs, of 1 at first.

    Each layer multiplies it by gain²/2; a wide network, drawn once, agrees within 40 % after four layers.

    Outputs:
        square: ratio to the input's
    """
    draw = torch.Generator().manual_seed(0)
    h = torch.randn(64, 1024, generator=draw)  # (examples, width)
    for _ in range(4):
        h = (h @ torch.randn(1024, 1024, generator=draw) * gain / 32).relu()
    seen, expected = h.pow(2).mean().item() * 1.0, (gain**2 / 2) ** 4
    assert abs(math.log(seen / expected)) < math.log(1.4)
    return {"square": (gain**2 / 2) ** layers}


@proof
def first_loss(classes: int = 10) -> dict[str, float]:
    """The cross-entropy of a classifier that knows nothing: all logits equal.

    Outputs:
        loss: nats
        bits: bits
    """
    loss = nn.functional.cross_entropy(torch.zeros(1, classes, dtype=torch.float64), torch.zeros(1, dtype=torch.long))
    assert math.isclose(loss.item(), math.log(classes), rel_tol=1e-12)
    return {"loss": loss.item(), "bits": loss.item() / math.log(2)}
