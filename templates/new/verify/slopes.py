"""Slopes, measured by autograd."""

import torch

from deckforge.proof import proof


@proof
def square(x: float) -> dict[str, float]:
    """The slope of (3x)² at `x`.

    Outputs:
        slope: dimensionless
    """
    point = torch.tensor(x, requires_grad=True)
    ((3 * point) ** 2).backward()
    return {"slope": point.grad.item()}
