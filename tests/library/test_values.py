"""Every proof of the library, with its defaults and with other arguments, against values known from elsewhere.

The values are from papers, from published model cards, or worked out by hand; none was copied from a run. A test walks
the library, so that a new proof without a row fails.
"""

from __future__ import annotations

import importlib
import math
from typing import Any

import pytest

from deckforge.read import proofs

GB = 10**9

KNOWN: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {
    "memory.weights": [
        ({}, {"bytes": 4 * GB, "each": 4}),
        ({"params": 7 * GB, "dtype": "bf16"}, {"bytes": 14 * GB}),  # “a 7B model takes 14 GB in 16 bits”
    ],
    "memory.adam_states": [({}, {"bytes": 8 * GB}), ({"params": 1000, "dtype": "fp64"}, {"bytes": 16_000, "each": 16})],
    "memory.momentum_states": [({}, {"bytes": 4 * GB}), ({"params": 10}, {"bytes": 40})],
    "memory.training": [  # ZeRO, section 3.1: 16 bytes a parameter, so 24 GB at least for 1.5 billion
        ({}, {"each": 16.0}),
        ({"params": 1_500_000_000}, {"bytes": 24 * GB, "optimizer": 18 * GB}),
        ({"mixed": False}, {"each": 16.0, "optimizer": 8 * GB}),
    ],
    "memory.zero": [  # ZeRO, figure 1: 120, 31.4, 16.6 and 1.9 GB
        ({}, {"bytes": 1.875e9}),
        ({"stage": 0}, {"bytes": 120e9}),
        ({"stage": 1}, {"bytes": 31.40625e9}),
        ({"stage": 2}, {"bytes": 16.640625e9}),
    ],
    "memory.kv_cache": [  # 0.5 MiB a token and 2 GiB in all for Llama 2 7B
        ({}, {"bytes": 2 * 2**30, "token": 2**19}),
        ({"heads": 8, "layers": 80, "length": 1}, {"bytes": 327_680}),  # Llama 2 70B, grouped queries
    ],
    "memory.attention_scores": [
        ({}, {"entries": 2048**2, "bytes": 2 * 2048**2}),
        ({"length": 8192, "heads": 32}, {"bytes": 4 * 2**30}),
    ],
    "memory.checkpointing": [({}, {}), ({"layers": 64, "segments": 8}, {})],  # see below
    "shapes.linear": [
        ({}, {"parameters": 2_362_368}),
        ({"inputs": 10, "outputs": 5, "bias": False}, {"parameters": 50}),
    ],
    "shapes.embedding": [({}, {"parameters": 38_597_376}), ({"vocabulary": 3, "width": 2}, {"parameters": 6})],
    "shapes.convolution": [  # ResNet's stem: 112×112, 9,408 weights, 118M multiplications and additions
        ({}, {"size": 112, "parameters": 9408, "flops": 2 * 118_013_952}),
        (
            {"size": 32, "channels": 3, "filters": 6, "kernel": 5, "stride": 1, "padding": 0},
            {"size": 28, "parameters": 450},
        ),
    ],
    "shapes.receptive_field": [
        ({}, {"width": 7}),  # three 3×3 convolutions see 7×7 (VGG)
        ({"layers": 4, "kernel": 2, "growth": 2}, {"width": 16}),  # WaveNet's dilations 1, 2, 4, 8
    ],
    "shapes.transformer_layer": [
        ({}, {"parameters": 7_087_872}),  # BERT base, a layer
        ({"width": 512, "hidden": 2048}, {"parameters": 3_152_384}),
    ],
    "shapes.gpt": [
        ({}, {"parameters": 124_439_808}),  # GPT-2 small
        ({"width": 1600, "layers": 48}, {"parameters": 1_557_611_200}),  # GPT-2 XL
    ],
    "shapes.lora": [
        ({}, {"parameters": 65_536, "share": 0.390625}),
        ({"rank": 1, "inputs": 10, "outputs": 10}, {"share": 20.0}),
    ],
    "attention.flops": [({}, {"flops": 2**30, "doubled": 4.0}), ({"length": 10, "width": 1}, {"flops": 400})],
    "attention.score_spread": [({}, {"plain": 8.0, "scaled": 1.0}), ({"width": 16}, {"plain": 4.0})],
    "attention.causal_pairs": [({"length": 4}, {"pairs": 10, "share": 62.5}), ({}, {"pairs": 524_800})],
    "attention.grouped_queries": [({}, {"saving": 8.0, "heads": 8}), ({"heads": 32, "groups": 1}, {"saving": 32.0})],
    "attention.rotary": [
        ({}, {"angle": 1.0, "wavelength": 2 * math.pi}),
        ({"width": 4, "base": 100.0, "pair": 1}, {"angle": 0.1, "longest": 20 * math.pi}),
    ],
    "attention.softmax": [
        ({}, {"probability": 0.8807970779778823}),  # the logistic function of 2
        ({"lead": 0.0, "others": 9}, {"probability": 0.1, "slope": 0.09}),
        ({"lead": math.log(9), "temperature": 2.0}, {"probability": 0.75}),
    ],
    "schedules.cosine": [({}, {"rate": 5e-4, "share": 50.0}), ({"step": 1000, "floor": 1e-5}, {"rate": 1e-5})],
    "schedules.warmup": [({}, {"rate": 1e-4}), ({"step": 2000}, {"rate": 1e-3})],
    "schedules.warmup_share": [({}, {"share": 8.0}), ({"warm": 375, "total": 300_000}, {"share": 0.125})],
    "schedules.step_decay": [({}, {"rate": 1e-3}), ({"epoch": 29}, {"rate": 0.1})],  # ResNet: 0.1, 0.01, 0.001
    "schedules.exponential": [({}, {"rate": 0.034867844010}), ({"step": 2, "factor": 0.5}, {"rate": 0.025})],
    "schedules.noam": [({}, {"rate": 6.98771242968684e-4}), ({"step": 16_000}, {"rate": 3.49385621484342e-4})],
    "schedules.ema": [
        ({}, {"horizon": 1000.0, "left": 0.36769542477}),  # near 1/e
        ({"decay": 0.5, "steps": 3}, {"left": 0.125, "halved": 1.0}),
    ],
    "schedules.adam_bias": [({}, {"correction": 1000.0}), ({"beta": 0.9, "step": 2}, {"factor": 0.19})],
    "schedules.adam_first_step": [({}, {"size": 9.9999e-4}), ({"gradient": 1e6}, {"size": 1e-3})],
    "schedules.steps": [
        ({}, {"epoch": 391}),  # CIFAR-10 at 128
        ({"drop_last": True, "epochs": 2}, {"epoch": 390, "total": 780}),
        ({"examples": 1_281_167, "batch": 256}, {"epoch": 5005}),  # ImageNet at 256
    ],
    "schedules.effective_batch": [
        ({}, {"examples": 256, "tokens": 524_288}),
        ({"gpus": 1, "length": 1}, {"tokens": 32}),
    ],
    "schedules.linear_scaling": [({}, {"rate": 3.2}), ({"batch": 1024}, {"rate": 0.4, "ratio": 4.0})],
    "formats.limits": [
        ({}, {"bits": 16, "max": 65_504.0, "min_subnormal": 2.0**-24, "eps": 2.0**-10}),
        ({"dtype": "bf16"}, {"eps": 2.0**-7, "max": 3.3895313892515355e38}),
        ({"dtype": "e4m3"}, {"max": 448.0, "min_subnormal": 2.0**-9}),
        ({"dtype": "e5m2"}, {"max": 57_344.0}),
    ],
    "formats.rounded": [
        ({}, {"value": 0.10009765625}),
        ({"dtype": "fp16", "value": 1 / 3}, {"value": 0.333251953125}),
    ],
    "formats.spacing": [({}, {"step": 2.0}), ({"dtype": "bf16", "value": 256.0}, {"step": 2.0})],
    "formats.sum_of": [
        ({}, {"sum": 256.0, "lost": True}),
        ({"dtype": "fp16", "first": 2048.0}, {"sum": 2048.0, "lost": True}),
        ({"dtype": "fp32"}, {"sum": 257.0, "lost": False}),
    ],
    "formats.underflow": [
        ({}, {"plain": 0.0, "saved": True}),
        ({"dtype": "bf16"}, {"saved": False}),  # bf16 holds it anyway
    ],
    "formats.integers": [
        ({}, {"smallest": -128, "largest": 127, "values": 256}),
        ({"bits": 4, "signed": False}, {"smallest": 0, "largest": 15}),
    ],
    "formats.quantized": [({}, {"step": 1 / 127}), ({"bits": 2, "value": 0.9}, {"value": 1.0, "worst": 0.5})],
    "initialisation.xavier": [
        ({}, {"deviation": 0.0625}),
        ({"inputs": 100, "outputs": 200}, {"bound": math.sqrt(0.02)}),
    ],
    "initialisation.he": [
        ({}, {"deviation": math.sqrt(2 / 256)}),
        ({"inputs": 50, "slope": 1.0}, {"deviation": math.sqrt(0.02)}),
    ],
    "initialisation.linear_default": [({}, {"bound": 1 / 16}), ({"inputs": 100}, {"bound": 0.1})],
    "initialisation.relu_halves": [({}, {"square": 0.5, "variance": 0.5 - 1 / (2 * math.pi)})],
    "initialisation.signal": [({}, {"square": 2.0**-20}), ({"gain": math.sqrt(2), "layers": 50}, {"square": 1.0})],
    "initialisation.first_loss": [({}, {"loss": math.log(10)}), ({"classes": 1024}, {"bits": 10.0})],
    "compute.matmul": [
        ({}, {"flops": 2 * 1024**3, "intensity": 1024 / 3}),
        ({"m": 1, "n": 4096, "k": 4096}, {"intensity": 0.9995119571986824}),  # a vector: about 1
    ],
    "compute.training": [
        ({}, {"flops": 1.2e20, "forward": 2.0, "backward": 4.0}),
        ({"params": 175 * GB, "tokens": 300 * GB}, {"flops": 3.15e23}),  # GPT-3: 3.14e23 by its paper
    ],
    "compute.duration": [
        ({"flops": 3.6e17, "gpus": 1, "peak": 1e14, "utilisation": 100.0}, {"seconds": 3600.0, "gpu_hours": 1.0}),
        ({"flops": 8.64e18, "gpus": 2, "peak": 1e14, "utilisation": 50.0}, {"days": 1.0}),
        ({}, {"gpu_hours": 1.2e20 / (0.4 * 9.89e14) / 3600}),
    ],
    "compute.utilisation": [
        ({}, {"rate": 1.68e14}),
        ({"params": GB, "tokens_per_second": 1e4, "peak": 1e14}, {"share": 60.0}),
    ],
    "compute.chinchilla": [({}, {"tokens": 1.4e12, "flops": 5.88e23}), ({"params": GB, "ratio": 1.0}, {"tokens": 1e9})],
    "compute.all_reduce": [
        ({}, {"sent": 7e9, "ratio": 1.75}),
        ({"gpus": 2, "bytes_each": 10}, {"sent": 10.0, "steps": 2}),
    ],
    "compute.roofline": [
        ({}, {"ridge": 989 / 3.35}),
        ({"peak": 1e12, "bandwidth": 1e11, "intensity": 20.0}, {"ridge": 10.0, "share": 100.0}),
    ],
    "losses.perplexity": [({}, {"perplexity": math.exp(3)}), ({"loss": math.log(2)}, {"perplexity": 2.0, "bits": 1.0})],
    "losses.cross_entropy": [({}, {"loss": 0.10536051565}), ({"probability": 0.5}, {"bits": 1.0})],
    "losses.smoothed": [
        ({}, {"target": 0.91, "other": 0.01}),
        ({"classes": 2, "smoothing": 1.0}, {"least": math.log(2)}),
    ],
    "losses.f1": [
        ({}, {"precision": 80.0, "recall": 200 / 3, "f1": 800 / 11}),
        ({"true_positives": 1, "false_positives": 1, "false_negatives": 1}, {"f1": 50.0}),
    ],
    "losses.clip": [({}, {"factor": 0.2, "norm": 1.0}), ({"norm": 0.5}, {"factor": 1.0, "norm": 0.5})],
}


def run(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    module, _, function = name.partition(".")
    result: dict[str, Any] = getattr(importlib.import_module(f"deckforge.library.{module}"), function)(**arguments)
    return result


def test_every_proof_has_a_row() -> None:
    signatures = proofs.library_signatures()
    assert {name.removeprefix("deckforge.") for name in signatures} == set(KNOWN)
    assert len(KNOWN) >= 30
    for name, signature in signatures.items():
        rows = KNOWN[name.removeprefix("deckforge.")]
        assert len(rows) >= (2 if signature.parameters else 1), f"{name} is tried with one set of arguments only"
        assert any(not arguments for arguments, _ in rows) or name.endswith("causal_pairs"), f"{name}: no defaults"


@pytest.mark.parametrize("name", KNOWN)
def test_measures_what_is_known(name: str) -> None:
    for arguments, known in KNOWN[name]:
        returned = run(name, arguments)
        assert returned.keys() == set(proofs.library_signatures()[f"deckforge.{name}"].outputs)
        for output, value in known.items():
            assert returned[output] == pytest.approx(value, rel=1e-9, abs=1e-12), (arguments, output)


def test_checkpointing_saves_more_the_deeper_the_network() -> None:
    """Chen et al.: from n to about √n layers' activations; here gradients, which both keep, come on top."""
    shallow, deep = run("memory.checkpointing", {}), run("memory.checkpointing", {"layers": 64, "segments": 8})
    assert 1 < shallow["saving"] < deep["saving"]
    # Forward of 16 layers keeps 2 activations of 1024×512 fp32 a layer.
    assert shallow["plain"] > 16 * 1024 * 512 * 4
