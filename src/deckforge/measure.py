"""How many bytes of tensors are alive, really or without allocating one: the memory of a model nobody here could hold.

Under torch's FakeTensorMode a tensor has a shape, a type and a device but no data, and every operator still says what
it would return. Counting the storages of those tensors from birth to death gives the live bytes of a training step on
a model of any size. What the count leaves out: the CUDA context, library workspaces, the allocator's rounding and
fragmentation, and whatever a kernel takes for itself. So it answers "the states take 8 GB", not "it fits in 24 GB".

Two choices matter, and both are made here or named for the author:

- tensors are fake *CPU* tensors. On the `meta` device attention takes the path that materialises the N×N matrix; fake
  CUDA tensors abort the process as soon as an autograd graph is built without a GPU;
- an optimizer picks its own implementation by device: on CUDA `foreach=True`, whose temporaries are as large as the
  parameters, on the CPU a loop. Say `foreach=` explicitly in a proof that speaks of a GPU.
"""

from __future__ import annotations

import warnings
import weakref
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

if TYPE_CHECKING:
    from collections.abc import Iterator

METHODS: list[str] = []
"""What has measured in this process so far: a proof's child is asked for it, to label the measurement."""


class LiveBytes(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the bytes of tensors made while it is on; views share a storage and count once.

    `current` is what is alive now, `peak` the most that ever was since the start or the last `reset_peak()`.
    """

    def __init__(self, method: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.method = method
        self.current = 0
        self.peak = 0
        self._alive: set[int] = set()

    def reset_peak(self) -> None:
        """Forget earlier peaks: the next one is at least what is alive now."""
        self.peak = self.current

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run the operator and count the storages it made."""
        kwargs = kwargs or {}
        # What an operator was given it did not make: an in-place update of an outer tensor is no new memory. But
        # `torch.tensor(3.0)` makes its tensor unseen and only then hands it to `lift_fresh`.
        leaves = () if func is torch.ops.aten.lift_fresh.default else tree_leaves((args, kwargs))
        given = {leaf.untyped_storage()._cdata for leaf in leaves if isinstance(leaf, Tensor)}
        result = func(*args, **kwargs)
        for leaf in tree_leaves(result):
            if isinstance(leaf, Tensor):
                self._count(leaf, given)
        return result

    def _count(self, tensor: Tensor, given: set[int]) -> None:
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key in self._alive or key in given:
            return
        size = storage.nbytes()
        self._alive.add(key)
        self.current += size
        self.peak = max(self.peak, self.current)
        weakref.finalize(storage, self._free, key, size).atexit = False

    def _free(self, key: int, size: int) -> None:
        self._alive.discard(key)
        self.current -= size


class _OneFakeMode(FakeTensorMode):  # type: ignore[no-untyped-call]
    """A fake mode that survives `copy.deepcopy` of a module: its copied tensors must belong to the same mode."""

    def __deepcopy__(self, memo: dict[int, object]) -> _OneFakeMode:
        return self


@contextmanager
def live_bytes(*, fake: bool = True) -> Iterator[LiveBytes]:
    """Count the live bytes of the tensors made in the block, by default without allocating any of them.

    With `fake`, tensors made inside have no data: they cannot be mixed with tensors made outside, and reading a value
    (`.item()`) raises. The measurement is labelled `fake-cpu`, and `live-cpu` without `fake`.

        with live_bytes() as memory:
            model = torch.nn.Linear(25_000, 40_000, bias=False)  # a billion parameters, in milliseconds
        memory.peak  # 4_000_000_000
    """
    tracker = LiveBytes("fake-cpu" if fake else "live-cpu")
    METHODS.append(tracker.method)
    with ExitStack() as modes:
        if fake:
            modes.enter_context(warnings.catch_warnings())
            # deepcopy of a module asks a fake tensor where its data is, only to learn that it has none.
            warnings.filterwarnings("ignore", message="Accessing the data pointer of FakeTensor")
            modes.enter_context(_OneFakeMode())
        modes.enter_context(tracker)
        yield tracker
