"""Memory of training and inference: counted on tensors that have every property but data."""

from __future__ import annotations

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from deckforge.proof import live_bytes, proof

_DTYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16, "fp64": torch.float64}


@proof
def weights(params: int = 10**9, dtype: str = "fp32") -> dict[str, int]:
    """What the parameters of a model take (fp64, fp32, fp16 or bf16).

    Outputs:
        bytes: bytes
        each: bytes a parameter
    """
    with live_bytes() as memory:
        held = torch.empty(params, dtype=_DTYPES[dtype])  # (params)
        assert held.nbytes == memory.current
    return {"bytes": held.nbytes, "each": held.itemsize}


@proof
def adam_states(params: int = 10**9, dtype: str = "fp32") -> dict[str, float]:
    """The first and second moments that Adam and AdamW keep for every parameter (Kingma & Ba, 2015).

    Counted in the state of `torch.optim.AdamW` after one step; its step counter of 4 bytes is left out.

    Outputs:
        bytes: bytes
        each: bytes a parameter
    """
    with live_bytes():
        weight = nn.Parameter(torch.empty(params, dtype=_DTYPES[dtype]))
        weight.grad = torch.empty_like(weight)
        optimizer = torch.optim.AdamW([weight], foreach=False)
        optimizer.step()
        states = [each for each in optimizer.state[weight].values() if each.numel() == params]
        held = sum(each.nbytes for each in states)
    return {"bytes": held, "each": held / params}


@proof
def momentum_states(params: int = 10**9) -> dict[str, int]:
    """The buffer that SGD keeps for momentum, in fp32, counted after one step of `torch.optim.SGD`.

    Outputs:
        bytes: bytes
    """
    with live_bytes():
        weight = nn.Parameter(torch.empty(params))
        weight.grad = torch.empty_like(weight)
        optimizer = torch.optim.SGD([weight], lr=0.1, momentum=0.9, foreach=False)
        optimizer.step()
        held = optimizer.state[weight]["momentum_buffer"].nbytes
    return {"bytes": held}


@proof
def training(params: int = 10**9, mixed: bool = True) -> dict[str, float]:
    """Weights, gradients and optimizer of training with Adam, without activations (Rajbhandari et al., ZeRO, 2020).

    `mixed` keeps weights and gradients in 16 bits and, with the optimizer, a master copy of the weights in 32; without
    it everything is in 32 bits.

    Outputs:
        weights: bytes
        gradients: bytes
        optimizer: bytes
        bytes: bytes
        each: bytes a parameter
    """
    with live_bytes() as memory:
        weight = torch.empty(params, dtype=torch.float16 if mixed else torch.float32)
        gradient = torch.empty_like(weight)
        optimizer = [torch.empty(params) for _ in range(3 if mixed else 2)]  # master copy; first and second moment
        held = sum(each.nbytes for each in optimizer)
        total = memory.current
    assert total == weight.nbytes + gradient.nbytes + held
    return {
        "weights": weight.nbytes,
        "gradients": gradient.nbytes,
        "optimizer": held,
        "bytes": total,
        "each": total / params,
    }


@proof
def zero(params: int = 7_500_000_000, gpus: int = 64, stage: int = 3) -> dict[str, float]:
    """What a GPU holds of a model's states under ZeRO in mixed precision (Rajbhandari et al., 2020, figure 1).

    Stage 0 shards nothing, 1 the optimizer's 12 bytes a parameter, 2 also the 2 of gradients, 3 also the 2 of weights.

    Outputs:
        bytes: bytes on each GPU
        saving: ratio
    """
    parts = {"optimizer": 12, "gradients": 2, "weights": 2}  # bytes a parameter, in the order of sharding
    held = sum(size * params / (gpus if number < stage else 1) for number, size in enumerate(parts.values()))
    by_hand = {0: 16.0, 1: 4 + 12 / gpus, 2: 2 + 14 / gpus, 3: 16 / gpus}[stage] * params
    assert abs(held - by_hand) <= 1e-9 * by_hand
    return {"bytes": held, "saving": 16 * params / held}


@proof
def kv_cache(
    *, layers: int = 32, heads: int = 32, width: int = 128, length: int = 4096, batch: int = 1, dtype: str = "fp16"
) -> dict[str, int]:
    """Keys and values that a decoder keeps of every token; `heads` are those of keys, `width` is one head's.

    The defaults are Llama 2 7B's (Touvron et al., 2023).

    Outputs:
        bytes: bytes
        token: bytes a token
    """
    with live_bytes() as memory:
        cache = [torch.empty(2, batch, heads, length, width, dtype=_DTYPES[dtype]) for _ in range(layers)]
        held = memory.current
    assert held == sum(each.nbytes for each in cache)
    return {"bytes": held, "token": held // (batch * length)}


@proof
def attention_scores(length: int = 2048, heads: int = 1, batch: int = 1, dtype: str = "fp16") -> dict[str, int]:
    """The N×N matrix of scores that attention makes where it is not fused, for one layer.

    Outputs:
        bytes: bytes
        entries: count
    """
    with live_bytes():
        q = torch.empty(batch, heads, length, 64, dtype=_DTYPES[dtype])
        scores = q @ q.transpose(-2, -1)  # (batch, heads, length, length)
    return {"bytes": scores.nbytes, "entries": scores.numel()}


@proof
def checkpointing(layers: int = 16, width: int = 512, batch: int = 1024, segments: int = 4) -> dict[str, float]:
    """Peak memory of activations and gradients of a deep MLP, with and without recomputing them in segments.

    After Chen et al., 2016. Layers are linear, ReLU; weights are not counted; forward and backward on fake tensors.

    Outputs:
        plain: bytes
        checkpointed: bytes
        saving: ratio
    """

    def peak(parts: int) -> int:
        with live_bytes() as memory:
            blocks = [nn.Sequential(nn.Linear(width, width), nn.ReLU()) for _ in range(layers)]
            size = layers // parts
            chunks = [nn.Sequential(*blocks[at : at + size]) for at in range(0, layers, size)]
            held = memory.current
            h = torch.empty(batch, width, requires_grad=True)  # (batch, width)
            for chunk in chunks:
                h = checkpoint(chunk, h, use_reentrant=False) if parts < layers else chunk(h)
            h.sum().backward()  # type: ignore[no-untyped-call]
            return memory.peak - held

    plain, checkpointed = peak(layers), peak(segments)
    return {"plain": plain, "checkpointed": checkpointed, "saving": plain / checkpointed}
