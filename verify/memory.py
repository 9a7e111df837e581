"""What a training step keeps in memory, counted tensor by tensor without allocating one.

The model of the lesson has 24 layers of width 2048 and a vocabulary of 50,304: a GPT-2-shaped decoder with 1.3 billion
parameters. Its tensors are fake CPU tensors: they have shapes, types and lifetimes, but no data (see
`deckforge.proof.live_bytes` for what that count leaves out).
"""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint, set_checkpoint_early_stop
from torch.utils.flop_counter import FlopCounterMode

from deckforge.proof import live_bytes, proof

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Block(nn.Module):
    """A Pre-LN decoder layer; `naive` attention builds the N×N scores, otherwise torch's fused attention is called."""

    def __init__(self, width: int, heads: int, *, naive: bool) -> None:
        super().__init__()
        self.heads, self.naive = heads, naive
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """Map (batch, position, width) to the same."""
        x = x + self.attention(self.norm1(x))
        return x + self.down(functional.gelu(self.up(self.norm2(x))))  # type: ignore[no-any-return]

    def attention(self, x: Tensor) -> Tensor:
        """Causal self-attention."""
        b, n, width = x.shape
        q, k, v = (part.view(b, n, self.heads, -1).transpose(1, 2) for part in self.qkv(x).chunk(3, -1))  # (b, h, n, d)
        if self.naive:
            scores = q @ k.transpose(-2, -1) * (width // self.heads) ** -0.5  # (b, h, n, n)
            scores = scores.masked_fill(torch.ones(n, n, dtype=torch.bool).triu(1), float("-inf"))
            mixed = scores.softmax(-1) @ v  # (b, h, n, d)
        else:
            mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out(mixed.transpose(1, 2).reshape(b, n, width))  # type: ignore[no-any-return]


class Decoder(nn.Module):
    """Token and position embeddings, `layers` blocks, a final norm, and an output tied to the token embedding."""

    def __init__(
        self, layers: int, width: int, heads: int, vocab: int, context: int, *, naive: bool, checkpointed: bool
    ) -> None:
        super().__init__()
        self.checkpointed = checkpointed
        self.tokens, self.positions = nn.Embedding(vocab, width), nn.Embedding(context, width)
        self.blocks = nn.ModuleList(Block(width, heads, naive=naive) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the loss of predicting `tokens` (batch, position); the targets' values do not matter here."""
        x = self.tokens(tokens) + self.positions(torch.arange(tokens.shape[1]))  # (batch, position, width)
        for block in self.blocks:
            x = checkpoint(block, x, use_reentrant=False) if self.checkpointed else block(x)
        logits = functional.linear(self.norm(x), self.tokens.weight)  # (batch, position, vocab)
        return functional.cross_entropy(logits.flatten(0, 1), tokens.flatten())


@proof(
    timeout=120,
    outputs=(
        "parameters",
        "parameter_bytes",
        "gradient_bytes",
        "optimizer_bytes",
        "activation_bytes",
        "peak_bytes",
    ),
)
def training_step(  # noqa: PLR0917 - a claim names each of them
    batch: int = 1,
    context: int = 1024,
    precision: str = "fp32",
    checkpointed: bool = False,
    naive: bool = False,
    layers: int = 24,
    width: int = 2048,
    heads: int = 16,
    vocab: int = 50_304,
) -> dict[str, int]:
    """Two training steps of the decoder with AdamW (a loop over parameters), counted under FakeTensorMode.

    `precision` is `fp32`, `autocast` (fp32 parameters, bf16 matrix products) or `bf16` (everything in bf16). The second
    step is the steady one: optimizer states exist from the first.
    Outputs: parameters (a count); parameter_bytes, gradient_bytes, optimizer_bytes; activation_bytes (what the forward
    pass leaves alive for the backward pass); peak_bytes (of the whole second step); bytes.
    """
    build = partial(Decoder, layers, width, heads, vocab, context, naive=naive, checkpointed=checkpointed)
    return _second_step(build, batch, context, precision, fake=True)


@proof
def fake_against_real(precision: str = "fp32", checkpointed: bool = False, naive: bool = False) -> dict[str, int]:
    """The count of `training_step` for a model small enough to be run, with fake tensors and with real ones.

    Outputs: fake, real (peak bytes of the second step), difference (bytes, the largest of all counts).
    """
    build = partial(Decoder, 2, 128, 4, 512, 64, naive=naive, checkpointed=checkpointed)
    fake, real = (_second_step(build, 2, 64, precision, fake=fake) for fake in (True, False))
    return {
        "fake": fake["peak_bytes"],
        "real": real["peak_bytes"],
        "difference": max(abs(fake[name] - real[name]) for name in fake),
    }


def _second_step(
    build: Callable[[], Decoder], batch: int, context: int, precision: str, *, fake: bool
) -> dict[str, int]:
    with live_bytes(fake=fake) as memory:
        torch.set_default_dtype(torch.bfloat16 if precision == "bf16" else torch.float32)
        model = build()
        torch.set_default_dtype(torch.float32)
        parameter_bytes = _bytes(model.parameters())
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, foreach=False)
        tokens = torch.zeros(batch, context, dtype=torch.int64)
        for _ in range(2):
            memory.reset_peak()
            before = memory.current
            with torch.autocast("cpu", torch.bfloat16) if precision == "autocast" else nullcontext():
                loss = model(tokens)
            activation_bytes = memory.current - before
            loss.backward()
            gradient_bytes = _bytes(p.grad for p in model.parameters() if p.grad is not None)
            optimizer.step()
            optimizer.zero_grad()
            del loss
        states = [value for state in optimizer.state.values() for value in state.values()]
        return {
            "parameters": sum(p.numel() for p in model.parameters()),
            "parameter_bytes": parameter_bytes,
            "gradient_bytes": gradient_bytes,
            "optimizer_bytes": _bytes(state for state in states if state.dim() > 0),
            "activation_bytes": activation_bytes,
            "peak_bytes": memory.peak,
        }


@proof
def decoder_parameters(
    layers: int = 24, width: int = 2048, vocab: int = 50_304, context: int = 1024
) -> dict[str, float]:
    """The decoder's parameters by hand, 12·width² a layer and the rest, compared with the module's own count.

    Outputs: parameters, blocks (those in the layers' matrices, 12·layers·width²), embedding (vocab·width); counts; and
    per_layer_share, the matrices' share of all, in percent.
    """
    blocks = 12 * layers * width**2
    biases_and_norms = layers * (3 + 1 + 4 + 1 + 4) * width + 2 * width
    embedding = vocab * width
    parameters = blocks + biases_and_norms + embedding + context * width
    with live_bytes():
        model = Decoder(layers, width, 16, vocab, context, naive=False, checkpointed=False)
        assert parameters == sum(p.numel() for p in model.parameters())
    return {
        "parameters": parameters,
        "blocks": blocks,
        "embedding": embedding,
        "per_layer_share": 100 * blocks / parameters,
    }


@proof
def states(recipe: str = "fp32") -> dict[str, float]:
    """Bytes that stay between steps, per parameter, for a recipe; measured on a real linear layer after one real step.

    Recipes: `sgd`, `momentum`, `fp32` (Adam), `autocast` (Adam under bf16 autocast), `master` (bf16 weights and
    gradients, with an fp32 copy that Adam updates), `no-master` (bf16 weights and gradients, Adam's states in fp32),
    `bf16` (all of it in bf16).
    Outputs: weights, gradients, optimizer (a master copy included), total; bytes per parameter.
    """
    low = recipe in ("master", "no-master", "bf16")
    layer = nn.Linear(64, 64, bias=False, dtype=torch.bfloat16 if low else torch.float32)
    weight = layer.weight
    x = torch.randn(4, 64)
    with torch.autocast("cpu", torch.bfloat16, enabled=recipe == "autocast"):
        layer(x.to(weight.dtype)).float().pow(2).sum().backward()
    assert weight.grad is not None

    kept: list[Tensor] = []
    if recipe in ("master", "no-master"):
        copy = nn.Parameter(weight.detach().float())
        copy.grad = weight.grad.float()  # a temporary: it is not kept
        adam = torch.optim.AdamW([copy], foreach=False)
        adam.step()
        weight.data.copy_(copy.data)
        kept = [value for value in adam.state[copy].values() if value.dim() > 0]
        kept += [copy.detach().clone()] if recipe == "master" else []
    else:
        makers: dict[str, Callable[[list[Tensor]], torch.optim.Optimizer]] = {
            "sgd": partial(torch.optim.SGD, lr=1e-3),
            "momentum": partial(torch.optim.SGD, lr=1e-3, momentum=0.9),
        }
        optimizer = makers.get(recipe, partial(torch.optim.AdamW, foreach=False))([weight])
        optimizer.step()
        values = (value for value in optimizer.state[weight].values() if value is not None)
        kept = [value for value in values if value.dim() > 0]
    weights, gradients, optimizer_bytes = _bytes([weight]), _bytes([weight.grad]), _bytes(kept)
    count = weight.numel()
    return {
        "weights": weights / count,
        "gradients": gradients / count,
        "optimizer": optimizer_bytes / count,
        "total": (weights + gradients + optimizer_bytes) / count,
    }


@proof
def of_parameters(params: float = 1e9, each: float = 8) -> dict[str, float]:
    """So many parameters at so many bytes each. Output: size, bytes."""
    return {"size": params * each}


@proof
def size(gb: float = 80) -> dict[str, float]:
    """Decimal gigabytes as bytes, so that a lesson can write them in any unit. Output: size, bytes."""
    return {"size": gb * 1e9}


@proof
def binary_excess(power: int = 3) -> dict[str, float]:
    """By how much the binary unit is larger than the decimal one: 1024^power / 1000^power.

    Output: percent, in percent.
    """
    return {"percent": 100 * (1024**power / 1000**power - 1)}


@proof
def kv_cache(  # noqa: PLR0917 - a claim names each of them
    layers: int = 24, width: int = 2048, kv_width: int = 2048, context: int = 2048, batch: int = 1, bytes_each: int = 2
) -> dict[str, float]:
    """The keys and values that generation keeps, by formula and by collecting the tensors of a fake decoder.

    Outputs: size (bytes), per_token (bytes).
    """
    hand = 2 * layers * kv_width * context * batch * bytes_each
    with live_bytes() as memory:
        dtype = {2: torch.bfloat16, 4: torch.float32}[bytes_each]
        project = nn.Linear(width, 2 * kv_width, bias=False, dtype=dtype)
        x = torch.zeros(batch, context, width, dtype=dtype)
        before = memory.current
        cache = [project(x).detach() for _ in range(layers)]
        assert memory.current - before == hand == _bytes(cache)
    return {"size": hand, "per_token": hand / context / batch}


@proof(timeout=60)
def recompute(early_stop: bool = True, layers: int = 12, width: int = 256, context: int = 128) -> dict[str, float]:
    """What checkpointing every layer costs: the step's FLOPs with it over those without, counted by torch.

    Attention is written out (the counter sees nothing of CPU fused attention); the vocabulary is small so that layers
    dominate. With `early_stop`, torch's default, recomputing a layer ends at the last tensor that the backward pass
    needs, so its last matrix product is not repeated. Outputs: ratio, dimensionless, and extra, in percent.
    """
    flops = {}
    for checkpointed in (False, True):
        with live_bytes(), set_checkpoint_early_stop(early_stop), FlopCounterMode(display=False) as counter:
            model = Decoder(layers, width, 4, 64, context, naive=True, checkpointed=checkpointed)
            model(torch.zeros(4, context, dtype=torch.int64)).backward()
        flops[checkpointed] = counter.get_total_flops()
    ratio = flops[True] / flops[False]
    return {"ratio": ratio, "extra": 100 * (ratio - 1)}


@proof
def data_parallel(workers: int = 4) -> dict[str, float]:
    """Data parallelism by hand: every worker holds the whole model and sees its share of the batch.

    Their averaged gradients equal the gradient of the whole batch. Outputs: held, each worker's share of the
    parameters in percent; error, the largest difference of the gradients, dimensionless.
    """
    draw = torch.Generator().manual_seed(0)
    weight = torch.randn(16, 16, generator=draw, dtype=torch.float64)
    x = torch.randn(8 * workers, 16, generator=draw, dtype=torch.float64)  # (batch, features)

    def gradient(weight: Tensor, x: Tensor) -> Tensor:
        weight = weight.clone().requires_grad_()
        (x @ weight).pow(2).mean().backward()  # type: ignore[no-untyped-call]
        assert weight.grad is not None
        return weight.grad

    replicas = [weight.clone() for _ in range(workers)]
    average = sum(gradient(mine, share) for mine, share in zip(replicas, x.chunk(workers), strict=True)) / workers
    assert isinstance(average, Tensor)
    return {
        "held": 100 * replicas[0].numel() / weight.numel(),
        "error": float((average - gradient(weight, x)).abs().max()),
    }


@proof
def partitioned(stage: int = 1, devices: int = 64, params: float = 1e9) -> dict[str, float]:
    """Bytes of states per device under ZeRO's stages, mixed precision with Adam (Rajbhandari et al. 2019, 1910.02054).

    2 bytes of weights, 2 of gradients and 12 of optimizer a parameter; stage 1 splits the last, 2 also the gradients,
    3 also the weights. Outputs: size (bytes), per_parameter (bytes).
    """
    weights, gradients, optimizer = 2.0, 2.0, 12.0
    per_parameter = (
        weights / (devices if stage >= 3 else 1)
        + gradients / (devices if stage >= 2 else 1)
        + optimizer / (devices if stage >= 1 else 1)
    )
    return {"size": per_parameter * params, "per_parameter": per_parameter}


@proof
def chunked(chunks: int = 8, rows: int = 4096, width: int = 512) -> dict[str, float]:
    """A feed-forward layer over all rows at once, and over `chunks` pieces, without gradients.

    Outputs: calls (operators called for the pieces over operators called for the whole) and peak (the pieces' peak of
    live bytes over the whole's); dimensionless.
    """
    calls, peaks = [], []
    for pieces in (1, chunks):
        with torch.no_grad(), live_bytes() as memory:
            up, down = torch.zeros(width, 4 * width), torch.zeros(4 * width, width)
            x, out = torch.zeros(rows, width), torch.zeros(rows, width)
            memory.reset_peak()
            start = memory.current
            with _Calls() as counter:
                for mine, place in zip(x.chunk(pieces), out.chunk(pieces), strict=True):
                    torch.mm(functional.gelu(mine @ up), down, out=place)
            calls.append(counter.calls)
            peaks.append(memory.peak - start)
    return {"calls": calls[1] / calls[0], "peak": peaks[1] / peaks[0]}


class _Calls(torch.utils._python_dispatch.TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the operators that compute (views do not)."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.calls = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        _ = types
        self.calls += any(name in str(func) for name in ("mm", "gelu"))
        return func(*args, **(kwargs or {}))


def _bytes(tensors: Iterable[Tensor]) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)
