"""Layer and batch normalisation on numbers small enough to follow, and where a transformer block puts its norm."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from deckforge.proof import proof


@proof
def layer_norm(a: float = 1.0, b: float = 2.0, c: float = 3.0, d: float = 6.0) -> dict[str, float]:
    """LayerNorm of one position with four features, by hand and with torch (gain 1, bias 0).

    Outputs: mean, variance (divided by four, not three), std, and first and last, the normalised first and last
    features; dimensionless.
    """
    features = [a, b, c, d]
    mean = sum(features) / 4
    variance = sum((value - mean) ** 2 for value in features) / 4
    std = math.sqrt(variance)
    first, last = (a - mean) / std, (d - mean) / std
    normed = nn.functional.layer_norm(torch.tensor(features, dtype=torch.float64), (4,), eps=1e-12)
    assert math.isclose(float(normed[0]), first, abs_tol=1e-6)
    assert math.isclose(float(normed[3]), last, abs_tol=1e-6)
    return {"mean": mean, "variance": variance, "std": std, "first": first, "last": last}


@proof
def rms_norm(a: float = 1.0, b: float = 2.0, c: float = 3.0, d: float = 6.0) -> dict[str, float]:
    """RMSNorm of one position with four features: divide by the root mean square, subtract nothing.

    Outputs: rms, first, last; dimensionless; by hand and with torch.
    """
    features = [a, b, c, d]
    rms = math.sqrt(sum(value**2 for value in features) / 4)
    normed = nn.functional.rms_norm(torch.tensor(features, dtype=torch.float64), (4,), eps=1e-12)
    assert math.isclose(float(normed[3]), d / rms, abs_tol=1e-6)
    return {"rms": rms, "first": a / rms, "last": d / rms}


@proof
def batch_norm(first: float = 1.0, second: float = 2.0, third: float = 3.0) -> dict[str, float]:
    """BatchNorm of one feature over a batch of three, in training mode: what the first example becomes.

    Outputs: first, dimensionless (by hand and with torch).
    """
    batch = [first, second, third]
    mean = sum(batch) / 3
    std = math.sqrt(sum((value - mean) ** 2 for value in batch) / 3)
    column = torch.tensor(batch, dtype=torch.float64)[:, None]  # (batch, features)
    normed = nn.functional.batch_norm(column, None, None, training=True, eps=1e-12)
    assert math.isclose(float(normed[0, 0]), (first - mean) / std, abs_tol=1e-6)
    return {"first": (first - mean) / std}


@proof
def running_mean(batch_mean: float = 10.0, batches: int = 1) -> dict[str, float]:
    """BatchNorm's running mean after some batches that all have the same mean (torch's momentum of 0.1, start at 0).

    Output: mean, dimensionless: batch_mean · (1 − 0.9^batches), which `BatchNorm1d` confirms.
    """
    mean = batch_mean * (1 - 0.9**batches)
    norm = nn.BatchNorm1d(1).double()
    for _ in range(batches):
        norm(torch.tensor([[batch_mean - 1], [batch_mean + 1]], dtype=torch.float64))
    assert norm.running_mean is not None
    assert math.isclose(float(norm.running_mean), mean, rel_tol=1e-6)
    return {"mean": mean}


@proof
def placement(norm: str = "post", depth: int = 12, width: int = 64) -> dict[str, float]:
    """Whether a fresh transformer's first layer gets less gradient than its last, Post-LN (`post`) or Pre-LN (`pre`).

    `depth` of torch's `TransformerEncoderLayer`s with torch's own initialisation, 4 heads, no dropout, a classifier
    with 5 classes on the mean position, 8 Gaussian sequences of 16; the median of five seeds.
    Outputs: ratio = |∂L/∂W_first| / |∂L/∂W_last| of the feed-forward weights, and inverse, its reciprocal;
    dimensionless.
    """
    ratios = []
    for seed in range(5):
        torch.default_generator.manual_seed(seed)
        stack = [
            nn.TransformerEncoderLayer(width, 4, 4 * width, dropout=0.0, batch_first=True, norm_first=norm == "pre")
            for _ in range(depth)
        ]
        x = torch.randn(8, 16, width)  # (batch, position, width)
        for layer in stack:
            x = layer(x)
        if norm == "pre":
            x = nn.functional.layer_norm(x, (width,))  # a Pre-LN stack ends in a norm of its own
        logits = nn.Linear(width, 5)(x.mean(1))  # (batch, classes)
        nn.functional.cross_entropy(logits, torch.randint(0, 5, (8,))).backward()  # type: ignore[no-untyped-call]
        norms = [float(layer.linear1.weight.grad.norm()) for layer in stack if layer.linear1.weight.grad is not None]
        ratios.append(norms[0] / norms[-1])
    ratio = sorted(ratios)[2]
    return {"ratio": ratio, "inverse": 1 / ratio}


@proof
def last_gradient(norm: str = "pre", shallow: int = 6, deep: int = 24, width: int = 64) -> dict[str, float]:
    """How the gradient of the last block's weights changes when a stack gets deeper, at initialisation.

    Residual blocks x + W2·relu(W1·x) that keep a unit variance, with LayerNorm before (`pre`) or after (`post`) each;
    the loss is a random linear function of the output. Xiong et al. (2020, arXiv 2002.04745) derive that Post-LN's
    does not fall with depth and Pre-LN's falls as 1/√depth. The median of nine seeds.
    Output: ratio = |∂L/∂W_last| at depth `deep` over that at depth `shallow`, dimensionless.
    """
    ratios = []
    for seed in range(9):
        draw = torch.Generator().manual_seed(seed)
        x = torch.randn(64, width, generator=draw)  # (batch, width)
        loss = torch.randn(64, width, generator=draw)
        norms = {}
        for depth in (shallow, deep):
            h = x
            for _ in range(depth):
                w1 = (torch.randn(width, 4 * width, generator=draw) * math.sqrt(2 / width)).requires_grad_()
                w2 = torch.randn(4 * width, width, generator=draw) * math.sqrt(1 / (4 * width))
                h = _block(h, w1, w2, norm)
            if norm == "pre":
                h = nn.functional.layer_norm(h, (width,))
            (h * loss).sum().backward()  # type: ignore[no-untyped-call]
            assert w1.grad is not None
            norms[depth] = float(w1.grad.norm())
        ratios.append(norms[deep] / norms[shallow])
    return {"ratio": sorted(ratios)[4]}


def _block(x: Tensor, w1: Tensor, w2: Tensor, norm: str) -> Tensor:
    width = x.shape[-1:]
    if norm == "pre":
        return x + torch.relu(nn.functional.layer_norm(x, width) @ w1) @ w2
    return nn.functional.layer_norm(x + torch.relu(x @ w1) @ w2, width)


@proof
def parameters(width: int = 2048) -> dict[str, int]:
    """How many parameters a norm of `width` features learns: LayerNorm a gain and a bias, RMSNorm a gain.

    Outputs: layer_norm, rms_norm; counts.
    """
    return {
        "layer_norm": sum(p.numel() for p in nn.LayerNorm(width).parameters()),
        "rms_norm": sum(p.numel() for p in nn.RMSNorm(width).parameters()),
    }
