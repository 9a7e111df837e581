"""Shapes and counts: built in torch without data, and counted."""

from __future__ import annotations

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from deckforge.proof import proof


def _count(*modules: nn.Module) -> int:
    """Return how many parameters there are, each once however often it is used."""
    seen = {id(each): each.numel() for module in modules for each in module.parameters()}
    return sum(seen.values())


@proof
def linear(inputs: int = 768, outputs: int = 3072, bias: bool = True) -> dict[str, int]:
    """A fully connected layer.

    Outputs:
        parameters: count
    """
    return {"parameters": _count(nn.Linear(inputs, outputs, bias, device="meta"))}


@proof
def embedding(vocabulary: int = 50_257, width: int = 768) -> dict[str, int]:
    """A table with a vector for every token.

    Outputs:
        parameters: count
    """
    return {"parameters": _count(nn.Embedding(vocabulary, width, device="meta"))}


@proof
def convolution(
    *, size: int = 224, channels: int = 3, filters: int = 64, kernel: int = 7, stride: int = 2, padding: int = 3
) -> dict[str, int]:
    """A two-dimensional convolution over a square picture, without bias; the defaults are ResNet's first layer.

    Outputs:
        size: pixels along a side
        parameters: count
        flops: FLOP for one picture
    """
    layer = nn.Conv2d(channels, filters, kernel, stride, padding, bias=False, device="meta")
    with FlopCounterMode(display=False) as counter:
        out = layer(torch.empty(1, channels, size, size, device="meta"))  # (1, filters, side, side)
    side = out.shape[-1]
    assert side == (size + 2 * padding - kernel) // stride + 1
    assert counter.get_total_flops() == 2 * side**2 * _count(layer)
    return {"size": side, "parameters": _count(layer), "flops": counter.get_total_flops()}


@proof
def receptive_field(layers: int = 3, kernel: int = 3, dilation: int = 1, growth: int = 1) -> dict[str, int]:
    """How far a stack of convolutions sees, along one axis; each layer's dilation is `growth` times the last one's.

    Found by the gradient: inputs that it reaches from one output.

    Outputs:
        width: positions
    """
    spread = [dilation * growth**layer for layer in range(layers)]
    reach = 1 + sum(step * (kernel - 1) for step in spread)
    x = torch.ones(1, 1, 2 * reach + 1, requires_grad=True)  # (1, 1, positions)
    h = x
    for step in spread:
        h = nn.functional.conv1d(h, torch.ones(1, 1, kernel), dilation=step)
    h[0, 0, h.shape[-1] // 2].backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None
    seen = x.grad[0, 0].nonzero().flatten()
    width = int(seen.max() - seen.min()) + 1
    assert width == reach
    return {"width": width}


@proof
def transformer_layer(width: int = 768, hidden: int = 3072) -> dict[str, int]:
    """One layer of a transformer: attention, a network of two linear layers, two norms, with every bias.

    Outputs:
        attention: parameters
        network: parameters
        parameters: count
    """
    layer = nn.TransformerEncoderLayer(width, 1, hidden, device="meta")
    attention, network = _count(layer.self_attn), _count(layer.linear1, layer.linear2)
    assert attention == 4 * width**2 + 4 * width
    assert network == 2 * width * hidden + hidden + width
    return {"attention": attention, "network": network, "parameters": _count(layer)}


@proof
def gpt(
    vocabulary: int = 50_257, context: int = 1024, width: int = 768, layers: int = 12, tied: bool = True
) -> dict[str, int]:
    """A GPT-2 (Radford et al., 2019): embeddings of tokens and positions, layers, a last norm, a head.

    `tied` uses the embedding of tokens as the head. The defaults are GPT-2 small's.

    Outputs:
        parameters: count
        layers: parameters without embeddings and head
    """
    tokens, positions = nn.Embedding(vocabulary, width, device="meta"), nn.Embedding(context, width, device="meta")
    stack = [nn.TransformerEncoderLayer(width, 1, 4 * width, device="meta") for _ in range(layers)]
    head = nn.Linear(width, vocabulary, bias=False, device="meta")
    if tied:
        head.weight = tokens.weight
    norm = nn.LayerNorm(width, device="meta")
    return {"parameters": _count(tokens, positions, *stack, norm, head), "layers": _count(*stack, norm)}


@proof
def lora(inputs: int = 4096, outputs: int = 4096, rank: int = 8) -> dict[str, float]:
    """What LoRA trains in place of a weight matrix: two thin ones (Hu et al., 2021).

    Outputs:
        parameters: count
        share: percent of the full matrix
    """
    thin = _count(
        nn.Linear(inputs, rank, bias=False, device="meta"), nn.Linear(rank, outputs, bias=False, device="meta")
    )
    return {"parameters": thin, "share": 100 * thin / _count(nn.Linear(inputs, outputs, bias=False, device="meta"))}
