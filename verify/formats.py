"""Floating-point formats: what their bits can hold, and what arithmetic in few bits does to training."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from deckforge.proof import proof

_DTYPES = {
    "fp32": torch.float32,
    "fp16": torch.float16,
    "bf16": torch.bfloat16,
    "e4m3": torch.float8_e4m3fn,
    "e5m2": torch.float8_e5m2,
}
_INTS = {4: torch.int32, 2: torch.int16, 1: torch.int8}  # by bytes: integers to look at a format's bits


@proof
def layout(dtype: str = "fp16") -> dict[str, float]:
    """A format's fields and limits, derived from its bits and compared with `torch.finfo`; IEEE formats and bf16 only.

    The number of mantissa bits is read off the bits of 1 and of the next number above it; the rest follows from it.
    Outputs: bits, exponent_bits, mantissa_bits, bias (whole numbers); eps (from 1 to the next number), roundoff (half
    of it), max, min_normal, min_subnormal, digits (decimal digits: (mantissa_bits + 1)·log10 2), decades (orders of
    magnitude from min_normal to max); dimensionless.
    """
    held = _DTYPES[dtype]
    bits = 8 * held.itemsize
    eps = _above(1.0, held) - 1.0
    mantissa = round(-math.log2(eps))
    exponent = bits - 1 - mantissa
    bias = 2 ** (exponent - 1) - 1
    largest = (2 - eps) * 2.0**bias
    min_normal = 2.0 ** (1 - bias)
    info = torch.finfo(held)
    assert (info.eps, info.max, info.smallest_normal) == (eps, largest, min_normal)
    return {
        "bits": bits,
        "exponent_bits": exponent,
        "mantissa_bits": mantissa,
        "bias": bias,
        "eps": eps,
        "roundoff": eps / 2,
        "max": largest,
        "min_normal": min_normal,
        "min_subnormal": min_normal * eps,
        "digits": (mantissa + 1) * math.log10(2),
        "decades": math.log10(largest / min_normal),
    }


@proof
def largest(dtype: str = "e4m3") -> dict[str, float]:
    """The largest finite number of a format, found by looking at every bit pattern. Output: max, dimensionless."""
    values = _every(_DTYPES[dtype])
    return {"max": float(values[values.isfinite()].max())}


@proof
def count(dtype: str = "bf16") -> dict[str, int]:
    """How many bit patterns of a 16- or 8-bit format there are, and how many are finite (+0 and −0 count twice).

    Every pattern is looked at. Outputs: patterns, finite, one_to_two (values in [1, 2)); counts.
    """
    values = _every(_DTYPES[dtype])
    return {
        "patterns": values.numel(),
        "finite": int(values.isfinite().sum()),
        "one_to_two": int(((values >= 1) & (values < 2)).sum()),
    }


@proof
def spacing(dtype: str = "fp16", value: float = 2048.0) -> dict[str, float]:
    """The distance from a positive number to the next larger one in a format. Output: gap, dimensionless."""
    held = _DTYPES[dtype]
    here = torch.tensor(value, dtype=held).item()
    return {"gap": _above(here, held) - here}


@proof
def stored(dtype: str = "bf16", value: float = 0.1) -> dict[str, float]:
    """What becomes of a number when it is stored. Outputs: value (dimensionless), error (relative, in percent)."""
    kept = torch.tensor(value, dtype=torch.float64).to(_DTYPES[dtype]).double().item()
    return {"value": kept, "error": 100 * abs(kept - value) / abs(value)}


@proof
def add(dtype: str = "bf16", a: float = 1.0, b: float = 0.003) -> dict[str, float]:
    """A sum in a format: both terms are rounded to it, then the result. Output: sum, dimensionless."""
    held = _DTYPES[dtype]
    return {"sum": (torch.tensor(a, dtype=held) + torch.tensor(b, dtype=held)).item()}


@proof
def stall(dtype: str = "bf16") -> dict[str, float]:
    """Where counting by ones in a format stops: adding 1 to this number returns the number.

    Starts 64 below the power of two where the gap becomes 2, so that fp32 need not count sixteen million ones.
    Output: total, dimensionless.
    """
    held = _DTYPES[dtype]
    one = torch.ones((), dtype=held)
    eps = torch.finfo(held).eps
    total = torch.tensor(2 / eps - 64, dtype=held)
    while (total + one).item() != total.item():
        total = total + one
    return {"total": total.item()}


@proof
def underflow(dtype: str = "fp16", gradient: float = 1e-8, scale: float = 65536.0) -> dict[str, float]:
    """A small gradient stored in a format as it is, and scaled first and unscaled in fp32 after.

    Outputs: plain, scaled, recovered; dimensionless.
    """
    held = _DTYPES[dtype]
    plain = torch.tensor(gradient, dtype=torch.float64).to(held).item()
    scaled = torch.tensor(gradient * scale, dtype=torch.float64).to(held)
    return {"plain": plain, "scaled": scaled.item(), "recovered": (scaled.float() / scale).item()}


@proof
def smallest_kept(dtype: str = "fp16", scale: float = 1.0) -> dict[str, float]:
    """The smallest gradient that does not round to zero when it is multiplied by `scale` and stored.

    Just above half the smallest subnormal (a tie goes to zero). Found by bisection, compared with the formula.
    Output: gradient, dimensionless.
    """
    held = _DTYPES[dtype]
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        kept = torch.tensor(middle * scale, dtype=torch.float64).to(held).item() != 0
        low, high = (low, middle) if kept else (middle, high)
    info = torch.finfo(held)
    assert math.isclose(high, info.smallest_normal * info.eps / 2 / scale, rel_tol=1e-6)
    return {"gradient": high}


@proof
def grad_scaler() -> dict[str, float]:
    """`torch.amp.GradScaler` with its defaults, and what it does when a gradient overflows.

    A weight of 1 gets an infinite gradient. Outputs: initial (scale), interval (good steps until it grows), after (the
    scale after the overflow), weight (which must not have moved); dimensionless.
    """
    scaler = torch.amp.GradScaler("cpu")
    weight = nn.Parameter(torch.ones(()))
    optimizer = torch.optim.SGD([weight], lr=0.1)
    scaler.scale(weight * 1.0).backward()  # type: ignore[no-untyped-call]
    initial = scaler.get_scale()
    assert weight.grad is not None
    weight.grad.fill_(math.inf)
    scaler.step(optimizer)
    scaler.update()
    return {
        "initial": initial,
        "interval": scaler.get_growth_interval(),
        "after": scaler.get_scale(),
        "weight": weight.item(),
    }


@proof
def autocast() -> dict[str, int]:
    """What `torch.autocast` leaves in 32 bits: a linear layer under bf16 autocast on the CPU.

    Outputs: parameter, gradient, output; bits per number.
    """
    layer = nn.Linear(8, 8)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        out = layer(torch.randn(4, 8))
    out.float().sum().backward()
    assert layer.weight.grad is not None
    return {
        "parameter": 8 * layer.weight.element_size(),
        "gradient": 8 * layer.weight.grad.element_size(),
        "output": 8 * out.element_size(),
    }


@proof
def variance(dtype: str = "bf16", mean: float = 16.0, spread: float = 1.0) -> dict[str, float]:
    """The variance of mean ± spread as E[x²] − E[x]², every intermediate result rounded to the format.

    Outputs: variance, and exact (spread²); dimensionless.
    """
    held = _DTYPES[dtype]
    x = torch.tensor([mean - spread, mean + spread], dtype=held)
    mean_square = _halved_sum(x * x)
    square_mean = _halved_sum(x) ** 2
    return {"variance": (mean_square - square_mean).item(), "exact": spread**2}


@proof
def largest_square(dtype: str = "fp16") -> dict[str, float]:
    """The largest number of a 16-bit format whose square is still finite in it. Output: value, dimensionless."""
    values = _every(_DTYPES[dtype])
    return {"value": float(values[(values * values).isfinite()].max())}


@proof
def weight_updates(
    dtype: str = "bf16", rounding: str = "nearest", updates: int = 1000, size: float = 1e-3
) -> dict[str, float]:
    """A weight of 1 after many equal updates, kept in a format and rounded after each (exactly: 1 + updates·size).

    `rounding` is `nearest`, or `stochastic`: up with a probability equal to the fraction of the gap that is left over;
    then the mean of 64 seeded runs. Output: weight, dimensionless.
    """
    held = _DTYPES[dtype]
    if rounding == "nearest":
        weight = torch.ones((), dtype=held)
        for _ in range(updates):
            weight = (weight.double() + size).to(held)
        return {"weight": weight.item()}
    draw = torch.Generator().manual_seed(0)
    runs = torch.ones(64, dtype=torch.float64)
    eps = torch.finfo(held).eps
    for _ in range(updates):
        exact = runs + size
        gap = eps * 2.0 ** exact.log2().floor()  # the spacing of the format at each value
        runs = ((exact / gap) + torch.rand(64, generator=draw, dtype=torch.float64)).floor() * gap
    assert torch.equal(runs, runs.to(held).double())  # each run is a number of the format
    return {"weight": runs.mean().item()}


@proof
def quantised_sum(dtype: str = "bf16", terms: int = 4096, term: float = 0.01) -> dict[str, float]:
    """The sum of equal terms, one after the other in a format. Outputs: sum, exact (from the rounded term)."""
    held = _DTYPES[dtype]
    value = torch.tensor(term, dtype=held)
    total = torch.zeros((), dtype=held)
    for _ in range(terms):
        total = total + value
    return {"sum": total.item(), "exact": terms * value.item()}


def _above(value: float, dtype: torch.dtype) -> float:
    """Return the next larger number of a format: one more, read as an integer."""
    bits = torch.tensor([value], dtype=dtype).view(_INTS[dtype.itemsize])
    return (bits + 1).view(dtype).double().item()


def _every(dtype: torch.dtype) -> Tensor:
    """Return all numbers of an 8- or 16-bit format, NaNs and infinities included."""
    width = 8 * dtype.itemsize
    return (
        torch.arange(-(2 ** (width - 1)), 2 ** (width - 1))
        .to(_INTS[dtype.itemsize])
        .view(dtype)
        .to(torch.float32 if width == 8 else dtype)
    )


def _halved_sum(pair: Tensor) -> Tensor:
    return (pair[0] + pair[1]) / 2
