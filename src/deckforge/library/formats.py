"""Formats of numbers, looked at bit by bit. Formats: fp64, fp32, fp16, bf16, e4m3, e5m2."""

from __future__ import annotations

import math

import torch

from deckforge.proof import proof

_DTYPES = {
    "fp64": torch.float64,
    "fp32": torch.float32,
    "fp16": torch.float16,
    "bf16": torch.bfloat16,
    "e4m3": torch.float8_e4m3fn,
    "e5m2": torch.float8_e5m2,
}


@proof
def limits(dtype: str = "fp16") -> dict[str, float]:
    """The limits of a floating-point format, as torch knows them; `eps` and `min_subnormal` are computed as well.

    Outputs:
        bits: bits
        max: number
        min_normal: number
        min_subnormal: number
        eps: number, the step from 1 to the next
        digits: decimal digits
    """
    held = _DTYPES[dtype]
    info = torch.finfo(held)
    eps = _step(1.0, held)
    assert eps == info.eps
    assert torch.tensor(info.smallest_normal * eps, dtype=torch.float64).to(held).double().item() > 0
    return {
        "bits": info.bits,
        "max": info.max,
        "min_normal": info.smallest_normal,
        "min_subnormal": info.smallest_normal * eps,
        "eps": eps,
        "digits": -math.log10(eps / 2),
    }


@proof
def rounded(dtype: str = "bf16", value: float = 0.1) -> dict[str, float]:
    """What becomes of a number when it is stored in a format.

    Outputs:
        value: number
        error: percent of the number
    """
    kept = torch.tensor(value, dtype=torch.float64).to(_DTYPES[dtype]).double().item()
    return {"value": kept, "error": 100 * abs(kept - value) / abs(value)}


@proof
def spacing(dtype: str = "fp16", value: float = 2048.0) -> dict[str, float]:
    """The distance from a number that the format holds to the next larger one.

    Outputs:
        step: number
    """
    return {"step": _step(value, _DTYPES[dtype])}


@proof
def sum_of(dtype: str = "bf16", first: float = 256.0, second: float = 1.0) -> dict[str, float]:
    """A sum, computed in a format.

    Outputs:
        sum: number
        lost: truth value, whether the second term had no effect
    """
    held = _DTYPES[dtype]
    a, b = (torch.tensor(each, dtype=torch.float64).to(held) for each in (first, second))
    total = (a + b).double().item()
    return {"sum": total, "lost": total == a.double().item()}


@proof
def underflow(dtype: str = "fp16", value: float = 1e-8, scale: float = 65_536.0) -> dict[str, float]:
    """Whether a small gradient becomes zero in a format, and whether a loss scale saves it (Micikevicius et al., 2018).

    Outputs:
        plain: number, stored as it is
        scaled: number, stored times the scale and divided by it again
        saved: truth value, whether the scale makes the difference
    """
    held = _DTYPES[dtype]
    plain = torch.tensor(value, dtype=torch.float64).to(held).double().item()
    scaled = torch.tensor(value * scale, dtype=torch.float64).to(held).double().item() / scale
    return {"plain": plain, "scaled": scaled, "saved": plain == 0.0 and scaled > 0.0}


@proof
def integers(bits: int = 8, signed: bool = True) -> dict[str, int]:
    """The whole numbers of a two's complement or unsigned format, counted where torch has the format.

    Outputs:
        smallest: number
        largest: number
        values: count
    """
    smallest, largest = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    known = {(8, True): torch.int8, (16, True): torch.int16, (32, True): torch.int32, (8, False): torch.uint8}
    if dtype := known.get((bits, signed)):
        info = torch.iinfo(dtype)
        assert (info.min, info.max) == (smallest, largest)
    return {"smallest": smallest, "largest": largest, "values": largest - smallest + 1}


@proof
def quantized(bits: int = 8, largest: float = 1.0, value: float = 0.3) -> dict[str, float]:
    """Symmetric quantisation: whole numbers of `bits` bits for −largest to largest.

    Outputs:
        step: number, between neighbours
        value: number, what is left of the value
        worst: number, the largest error of a value in range
    """
    steps = 2 ** (bits - 1) - 1
    step = largest / steps
    kept = torch.fake_quantize_per_tensor_affine(torch.tensor(value), step, 0, -steps, steps).item()
    assert math.isclose(kept, round(value / step) * step, rel_tol=1e-5, abs_tol=1e-9)
    return {"step": step, "value": kept, "worst": step / 2}


def _step(value: float, dtype: torch.dtype) -> float:
    """Return the distance to the next larger number, found on the bits."""
    integer = {8: torch.int64, 4: torch.int32, 2: torch.int16, 1: torch.int8}[dtype.itemsize]
    here = torch.tensor(value, dtype=torch.float64).to(dtype).reshape(1)
    after = (here.view(integer) + 1).view(dtype)
    return (after.double() - here.double()).item()
