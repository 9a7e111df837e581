"""Floating-point operations, counted where tensors meet operators, without computing anything.

torch's `FlopCounterMode` counts what it has a formula for and silently counts 0 for the rest. It has none for attention
as a CPU computes it, which would make every transformer look cheaper than it is. So formulas for those operators are
given here, and an operator that multiplies and has no formula ends the count with its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deckforge.measures import FLOPS, Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MULTIPLIES = (
    "attention", "conv", "mm", "matmul", "linear", "bilinear", "lstm", "gru", "rnn", "einsum", "cdist", "dot",
    "mv", "addmv", "trilinear", "outer", "ger", "kron",
)  # fmt: skip
"""Parts of the names of operators whose work is multiplication: none of them may go uncounted."""


class Uncounted(ValueError):  # noqa: N818 - reads as what happened
    """An operator multiplies, and nobody knows how much."""


def flops(run: Callable[..., object], *, inputs: Callable[[], Sequence[Any]] | None = None) -> Measure:
    """Return how many floating-point operations `run(*inputs())` takes: a multiplication and an addition are two.

    Only products count (matrix products, convolutions, attention), as everywhere: what is pointwise is left out.
    Tensors are fake, so a model of any size is counted in milliseconds; `inputs` and `run` have to make all tensors
    that they use.

    Raises:
        Uncounted: an operator multiplies and has no formula.
    """
    import torch
    from torch._subclasses.fake_tensor import FakeTensorMode
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils.flop_counter import FlopCounterMode, flop_registry, sdpa_backward_flop_count, sdpa_flop_count

    aten = torch.ops.aten

    def forward(query: Any, key: Any, value: Any, *_: object, **__: object) -> int:
        return int(sdpa_flop_count(query, key, value))  # type: ignore[no-untyped-call]

    def backward(grad: Any, query: Any, key: Any, value: Any, *_: object, **__: object) -> int:
        return int(sdpa_backward_flop_count(grad, query, key, value))  # type: ignore[no-untyped-call]

    formulas: dict[Any, Callable[..., int]] = {}
    for name, formula in (("", forward), ("_backward", backward)):
        operator = getattr(aten, f"_scaled_dot_product_flash_attention_for_cpu{name}", None)
        if operator is not None and operator not in flop_registry:
            formulas[operator] = formula
    missed: set[str] = set()

    class Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]
        """Notes operators that multiply and that nobody counts; below the counter, it sees what that lets through."""

        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            packet = getattr(func, "_overloadpacket", func)
            words = str(packet).rpartition(".")[2].strip("_").replace("_", " ").split()
            multiplies = any(word in _MULTIPLIES or word.endswith(("mm", "convolution")) for word in words)
            if multiplies and packet not in flop_registry and packet not in formulas:
                missed.add(str(packet))
            return func(*args, **(kwargs or {}))

    counter = FlopCounterMode(display=False, custom_mapping=formulas)
    with FakeTensorMode():
        arguments = tuple(inputs()) if inputs else ()
        with Watch(), counter:  # type: ignore[no-untyped-call]
            run(*arguments)
    if missed:
        raise Uncounted(f"{', '.join(sorted(missed))} multiplies, and its operations cannot be counted")
    total = int(counter.get_total_flops())
    by_operator = counter.get_flop_counts().get("Global", {})
    parts = {str(operator).rpartition(".")[2]: int(count) for operator, count in by_operator.items()}
    return Measure(total, FLOPS, {}, dict(sorted(parts.items())), "flop-count")
