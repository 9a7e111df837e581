"""What authors of proofs import: `@proof` leaves a function alone, and `live_bytes` counts what torch would take."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckforge.proof import Limits, bytes_of, limits_of, proof


def test_a_proof_stays_an_ordinary_function() -> None:
    def double(x: float = 1.0) -> dict[str, float]:
        return {"value": 2 * x}

    assert proof(double) is double
    assert double(3.0) == {"value": 6.0}
    assert limits_of(double) == Limits()


def test_limits_are_noted_beside_it() -> None:
    @proof(outputs=("a", "b"), device="cuda", timeout=5, memory="4GB")
    def both() -> dict[str, float]:
        return dict.fromkeys("ab", 1.0)

    assert both() == {"a": 1.0, "b": 1.0}
    assert limits_of(both) == Limits(("a", "b"), "cuda", 5, 4_000_000_000)
    assert limits_of(print) is None


@pytest.mark.parametrize(
    "wrong", [{"device": "gpu"}, {"timeout": 0}, {"memory": "4 gigs"}, {"memory": -1}, {"outputs": "value"}]
)
def test_limits_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong)) + "|memory"):
        proof(**wrong)


@pytest.mark.parametrize(
    ("size", "expected"), [("4GB", 4 * 10**9), ("512 MiB", 2**29), (1e9, 10**9), (17, 17), ("1.5kB", 1500), ("9", 9)]
)
def test_sizes_are_decimal_unless_they_say_binary(size: str | float, expected: int) -> None:
    assert bytes_of(size) == expected


@given(st.integers(1, 10**15))
def test_a_number_of_bytes_is_itself(size: int) -> None:
    assert bytes_of(size) == bytes_of(str(size)) == bytes_of(f"{size} B") == size


def test_importing_it_brings_no_torch() -> None:
    script = "import sys, deckforge.proof; print(sorted({'torch', 'numpy'} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", script], text=True, cwd=Path(__file__).parent) == "[]\n"


def test_what_it_does_not_have_it_says() -> None:
    import deckforge.proof

    with pytest.raises(AttributeError, match="no attribute 'dead_bytes'"):
        deckforge.proof.dead_bytes  # noqa: B018


def training(*, fake: bool, foreach: bool) -> list[int]:
    """Live bytes at marks of two steps of a small transformer."""
    import torch

    from deckforge.proof import live_bytes

    with live_bytes(fake=fake) as memory:
        layer = torch.nn.TransformerEncoderLayer(32, 4, 64, batch_first=True, dropout=0.0)
        net = torch.nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        marks = [memory.current]
        optimizer = torch.optim.AdamW(net.parameters(), foreach=foreach)
        batch = torch.randn(2, 16, 32)
        for _ in range(2):
            loss = net(batch).square().mean()
            marks.append(memory.current)
            loss.backward()
            marks.append(memory.current)
            optimizer.step()
            marks += [memory.current, memory.peak]
            optimizer.zero_grad()
            memory.reset_peak()
            del loss
            marks.append(memory.current)
    return marks


@pytest.mark.parametrize("foreach", [False, True])
def test_fake_tensors_take_what_real_ones_take(*, foreach: bool) -> None:
    pytest.importorskip("torch")
    fake, real = (training(fake=fake, foreach=foreach) for fake in (True, False))
    assert fake == real
    assert len(set(fake)) > 5


def test_a_model_that_nobody_here_could_hold_is_counted() -> None:
    torch = pytest.importorskip("torch")
    from deckforge.proof import live_bytes

    with live_bytes() as memory:
        model = torch.nn.Linear(10**6, 10**6, bias=False)
        assert memory.current == 4 * 10**12
        weight = model.weight.view(-1)[::2]
        assert memory.current == 4 * 10**12, "a view is the same storage"
        del model, weight
    assert memory.current == 0
    # Drawing the initial weights takes no second copy.
    assert memory.peak == 4 * 10**12
    assert memory.method == "fake-cpu"


def test_tensors_from_outside_are_not_counted() -> None:
    torch = pytest.importorskip("torch")
    from deckforge.proof import live_bytes

    outer = torch.zeros(1000)
    with live_bytes(fake=False) as memory:
        outer.add_(1)
        outer.view(10, 100).mul_(2)
        assert memory.peak == 0
        other = outer + 1
        assert memory.current == other.nbytes == 4000
