"""Losses, probabilities and what metrics make of them."""

from __future__ import annotations

import math

import torch
from torch.nn import functional

from deckforge.proof import proof


@proof
def perplexity(loss: float = 3.0) -> dict[str, float]:
    """The perplexity of a language model with a mean cross-entropy of `loss` nats a token.

    Outputs:
        perplexity: choices
        bits: bits a token
    """
    value = torch.tensor(loss, dtype=torch.float64).exp().item()
    bits = loss / math.log(2)
    assert math.isclose(2**bits, value, rel_tol=1e-9)
    return {"perplexity": value, "bits": bits}


@proof
def cross_entropy(probability: float = 0.9) -> dict[str, float]:
    """The loss of an example whose class has some probability.

    Outputs:
        loss: nats
        bits: bits
    """
    rest = (1 - probability) / 3
    log = torch.tensor([[probability, rest, rest, rest]], dtype=torch.float64).log()
    loss = functional.nll_loss(log, torch.tensor([0])).item()
    assert math.isclose(loss, -math.log(probability), rel_tol=1e-12, abs_tol=1e-15)
    return {"loss": loss, "bits": loss / math.log(2)}


@proof
def smoothed(classes: int = 10, smoothing: float = 0.1) -> dict[str, float]:
    """Label smoothing (Szegedy et al., 2016): the targets, and the smallest loss that is left.

    Outputs:
        target: probability of the true class
        other: probability of each other class
        least: nats
    """
    other = smoothing / classes
    target = 1 - smoothing + other
    best = torch.full((1, classes), math.log(other) if other else -math.inf, dtype=torch.float64)
    best[0, 0] = math.log(target)
    least = functional.cross_entropy(best, torch.tensor([0]), label_smoothing=smoothing).item()
    return {"target": target, "other": other, "least": least}


@proof
def f1(true_positives: int = 80, false_positives: int = 20, false_negatives: int = 40) -> dict[str, float]:
    """Precision, recall and their harmonic mean, counted on a list of labels.

    Outputs:
        precision: percent
        recall: percent
        f1: percent
    """
    said = torch.tensor([1] * (true_positives + false_positives) + [0] * false_negatives)
    true = torch.tensor([1] * true_positives + [0] * false_positives + [1] * false_negatives)
    hits = int((said & true).sum())
    precision, recall = hits / int(said.sum()), hits / int(true.sum())
    score = 2 * hits / int(said.sum() + true.sum())
    assert math.isclose(score, 2 * precision * recall / (precision + recall), rel_tol=1e-12)
    return {"precision": 100 * precision, "recall": 100 * recall, "f1": 100 * score}


@proof
def clip(norm: float = 5.0, limit: float = 1.0) -> dict[str, float]:
    """Clipping a gradient to a norm: the factor that it is multiplied by, as `clip_grad_norm_` does it.

    Outputs:
        factor: ratio
        norm: norm of what is left
    """
    weight = torch.nn.Parameter(torch.zeros(4, dtype=torch.float64))
    weight.grad = torch.full((4,), norm / 2, dtype=torch.float64)
    torch.nn.utils.clip_grad_norm_([weight], limit)
    left = weight.grad.norm().item()
    assert math.isclose(left, min(norm, limit), rel_tol=1e-5)
    return {"factor": min(1.0, limit / norm), "norm": min(norm, limit)}
