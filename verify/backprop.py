"""Gradients through small networks, each computed by hand and by autograd."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from deckforge.proof import proof


@proof
def relu_chain(  # noqa: PLR0917 - a claim names each number
    x: float = 2.0, w1: float = 0.5, w2: float = 0.3, w3: float = 0.8, target: float = 1.0, slope: float = 0.0
) -> dict[str, float]:
    """Forward and backward pass of y = w3·relu(w2·relu(w1·x)) under the loss ½(y − target)².

    `slope` is the (leaky) ReLU's slope for negative inputs. By hand with the chain rule, and by autograd.
    Outputs: z1, h1, z2, h2, y, loss, and dy, dh2, dw3, dw2, dh1, dw1, the loss's derivatives; all dimensionless.
    """
    z1 = w1 * x
    h1 = z1 if z1 > 0 else slope * z1
    z2 = w2 * h1
    h2 = z2 if z2 > 0 else slope * z2
    y = w3 * h2
    loss = 0.5 * (y - target) ** 2

    dy = y - target
    dw3 = dy * h2
    dh2 = dy * w3
    dz2 = dh2 * (1.0 if z2 > 0 else slope)
    dw2 = dz2 * h1
    dh1 = dz2 * w2
    dw1 = dh1 * (1.0 if z1 > 0 else slope) * x

    leaves = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (w1, w2, w3)]
    a, b, c = leaves
    relu = nn.LeakyReLU(slope)
    (0.5 * (c * relu(b * relu(a * x)) - target) ** 2).backward()
    for leaf, hand in zip(leaves, (dw1, dw2, dw3), strict=True):
        assert leaf.grad is not None
        assert math.isclose(leaf.grad.item(), hand, abs_tol=1e-12)
    return {
        "z1": z1, "h1": h1, "z2": z2, "h2": h2 + 0.0, "y": y + 0.0, "loss": loss,  # + 0.0: nobody writes −0
        "dy": dy, "dw3": dw3, "dh2": dh2, "dw2": dw2 + 0.0, "dh1": dh1 + 0.0, "dw1": dw1 + 0.0,
    }  # fmt: skip


@proof
def relu_step(w2: float = 0.3, lr: float = 0.1) -> dict[str, float]:
    """One step of gradient descent on w2 alone in the network of `relu_chain`, the other numbers at their defaults.

    Outputs: w2 after the step, and the loss before and after; dimensionless.
    """
    weight = torch.tensor(w2, dtype=torch.float64, requires_grad=True)

    def loss() -> Tensor:
        return 0.5 * (0.8 * torch.relu(weight * torch.relu(torch.tensor(1.0))) - 1.0) ** 2

    before = loss()
    before.backward()  # type: ignore[no-untyped-call]
    torch.optim.SGD([weight], lr=lr).step()
    return {"w2": weight.item(), "before": before.item(), "after": loss().item()}


@proof
def shrink(factor: float = 0.5, depth: int = 50) -> dict[str, float]:
    """What is left of a gradient of 1 after `depth` layers that each multiply it by `factor`.

    Output: product, dimensionless; as a power, and by autograd through a chain of multiplications.
    """
    product = factor**depth
    x = torch.ones((), dtype=torch.float64, requires_grad=True)
    y = x
    for _ in range(depth):
        y = factor * y
    y.backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None
    assert math.isclose(x.grad.item(), product, rel_tol=1e-9)
    return {"product": product}


@proof
def sigmoid(x: float = 0.0) -> dict[str, float]:
    """The logistic function and its slope σ(x)(1 − σ(x)), which autograd confirms.

    Outputs: value, slope; dimensionless.
    """
    value = 1 / (1 + math.exp(-x))
    slope = value * (1 - value)
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    torch.sigmoid(leaf).backward()  # type: ignore[no-untyped-call]
    assert leaf.grad is not None
    assert math.isclose(leaf.grad.item(), slope, rel_tol=1e-9)
    return {"value": value, "slope": slope}


@proof
def depth_profile(
    activation: str = "sigmoid", depth: int = 20, width: int = 64, residual: bool = False
) -> dict[str, float]:
    """How much smaller the gradient of the first layer's weights is than that of the last layer's.

    A stack of `depth` linear layers (Xavier for sigmoid and tanh, He for ReLU), each followed by the activation and,
    with `residual`, added to its input; 256 Gaussian inputs, squared error against a Gaussian target; the median of
    five seeds. Outputs: ratio = |∂L/∂W_first| / |∂L/∂W_last|, and halvings = −log2(ratio); dimensionless.
    """
    act = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}[activation]
    ratios = []
    for seed in range(5):
        draw = torch.Generator().manual_seed(seed)
        variance = 2 / width if activation == "relu" else 1 / width
        weights = [
            (torch.randn(width, width, generator=draw) * math.sqrt(variance)).requires_grad_() for _ in range(depth)
        ]
        h = torch.randn(256, width, generator=draw)  # (batch, width)
        target = torch.randn(256, width, generator=draw)
        for weight in weights:
            out = act(h @ weight)
            h = h + out if residual else out
        ((h - target) ** 2).mean().backward()  # type: ignore[no-untyped-call]
        norms = [float(weight.grad.norm()) for weight in weights if weight.grad is not None]
        ratios.append(norms[0] / norms[-1])
    ratio = sorted(ratios)[2]
    return {"ratio": ratio, "halvings": -math.log2(ratio)}


@proof
def residual(slope: float = -0.5) -> dict[str, float]:
    """The derivative of y = x + F(x) where F(x) = slope·x: 1 + slope, whatever its sign.

    Output: dydx, dimensionless; by hand and by autograd.
    """
    x = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    (x + slope * x).backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None
    assert math.isclose(x.grad.item(), 1 + slope, abs_tol=1e-12)
    return {"dydx": 1 + slope}


@proof
def residual_jacobian(width: int = 64, seed: int = 0) -> dict[str, float]:
    """How a freshly initialised residual block stretches and shrinks gradients, direction by direction.

    The block is x + W2·relu(W1·LayerNorm(x)) with He-initialised weights, in double precision; its Jacobian at a
    Gaussian input is decomposed. Outputs: smallest and largest singular value, and shrinking, the share of directions
    whose singular value is below one, in percent.
    """
    draw = torch.Generator().manual_seed(seed)
    w1 = torch.randn(4 * width, width, generator=draw, dtype=torch.float64) * math.sqrt(2 / width)
    w2 = torch.randn(width, 4 * width, generator=draw, dtype=torch.float64) * math.sqrt(2 / (4 * width))
    x = torch.randn(width, generator=draw, dtype=torch.float64)

    def block(x: Tensor) -> Tensor:
        return x + w2 @ torch.relu(w1 @ nn.functional.layer_norm(x, (width,)))

    jacobian = torch.autograd.functional.jacobian(block, x)  # type: ignore[no-untyped-call]  # (width, width)
    values = torch.linalg.svdvals(jacobian)
    return {
        "smallest": float(values.min()),
        "largest": float(values.max()),
        "shrinking": 100 * float((values < 1).double().mean()),
    }


@proof
def paths(blocks: int = 24) -> dict[str, int]:
    """The number of ways from input to output through residual blocks: each is entered or bypassed.

    Counted by expanding (1 + F)^blocks term by term. Output: paths, a count.
    """
    terms = [1]  # terms[k]: paths through exactly k blocks
    for _ in range(blocks):
        terms = [a + b for a, b in zip([*terms, 0], [0, *terms], strict=True)]
    return {"paths": sum(terms)}


@proof
def clip(a: float = 3.0, b: float = 4.0, max_norm: float = 1.0) -> dict[str, float]:
    """Clip the gradient (a, b) to a global norm, by hand and with `clip_grad_norm_`.

    Outputs: before and after (the norms), first and second (the clipped components); dimensionless.
    """
    before = math.hypot(a, b)
    scale = min(1.0, max_norm / before)
    weight = nn.Parameter(torch.zeros(2, dtype=torch.float64))
    weight.grad = torch.tensor([a, b], dtype=torch.float64)
    nn.utils.clip_grad_norm_([weight], max_norm)
    assert math.isclose(float(weight.grad[0]), a * scale, rel_tol=1e-5)
    return {"before": before, "after": scale * before, "first": a * scale, "second": b * scale}
