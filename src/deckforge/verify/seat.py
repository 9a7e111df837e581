"""A seat for proofs on the machine where it is made: a fork server, and the GPU where one works.

Whoever wants proofs run (see `runner`) has one here, or many all over a cluster; what a proof sees is the same. A seat
imports nothing of weight, neither torch nor what hands it its work, and starts its server when it is first needed.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from deckforge.errors import EngineError
from deckforge.verify import environment
from deckforge.verify.driver import LAYERS, Driver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from deckforge.verify.driver import Answer, Request

Look: TypeAlias = "Callable[[Driver], tuple[Mapping[str, str], str]]"
"""Finds out which GPU works, or why none does: `environment.find_gpu`, or what stands for it in a test."""


class Seat:
    """Runs proofs of the folder `verify`, with the layers of isolation that are asked for as far as they hold here."""

    def __init__(self, verify: Path | str, layers: Iterable[str] = LAYERS, look: Look | None = None) -> None:
        self.verify = Path(verify)
        self.layers = tuple(layers)
        self._look = look
        self._drivers: dict[str, Driver] = {}  # by class of device
        self._gpu: Mapping[str, str] = {}
        self._no_gpu: str | None = None

    def obstacle(self, device: str) -> str:
        """Return why no proof for a class of device can run here, in words for a reader; `""` where it can."""
        why = environment.why_not()
        if why or device != environment.CUDA:
            return why
        if self._no_gpu is None:
            self._find_gpu()
        return f"no GPU works here ({self._no_gpu})" if self._no_gpu else ""

    def card(self) -> str:
        """Return the name of the GPU that works here, `""` where none does."""
        return "" if self.obstacle(environment.CUDA) else self._gpu.get("name", "")

    def run(
        self, requests: Sequence[Request], *, jobs: int = 1, done: Callable[[Request, Answer], None] | None = None
    ) -> list[Answer]:
        """Return an answer to every request, in their order; `jobs` at a time, `done` being told of each.

        All of them are of one class of device.

        Raises:
            EngineError: the server does not start.
        """

        def told(request: Request, answer: Answer) -> None:
            if done:
                done(request, self._told(request, answer))

        answers = self._open(requests[0].device).run(requests, jobs=jobs, done=told)
        return [self._told(request, answer) for request, answer in zip(requests, answers, strict=True)]

    def alone(self, request: Request) -> Answer:
        """Return the answer of a process that nothing was forked for: a new interpreter, which ends with it.

        Raises:
            EngineError: it does not start.
        """
        # Those that the card's driver works under; what runs on the processor has them all.
        known = self._drivers.get(request.device)
        with Driver(self.verify, layers=known.layers if known else self.layers, preload=False) as fresh:
            return self._told(request, fresh.run([request])[0])

    def answer(self, request: Request) -> tuple[str, Answer | None]:
        """Return why this seat cannot run a request (`""`: it can), and its answer: what is asked of a seat far away.

        A request of a timing is run alone.
        """
        try:
            if why := self.obstacle(request.device):
                return why, None
            return "", self.alone(request) if request.processes > 1 else self.run([request])[0]
        except EngineError as error:
            return str(error), None

    def close(self) -> None:
        """End the servers and everything that came from them; nothing is left behind."""
        for driver in self._drivers.values():
            driver.close()
        self._drivers.clear()

    def _open(self, device: str) -> Driver:
        if device not in self._drivers:
            self._drivers[device] = Driver(self.verify, layers=self.layers)
        return self._drivers[device]

    def _find_gpu(self) -> None:
        look = self._look or environment.find_gpu
        self._gpu, self._no_gpu = look(self._open(environment.CUDA))
        if not self._no_gpu:
            return
        self._drivers.pop(environment.CUDA).close()
        # Should an import ever touch the GPU in the server, its children could not use it; here each imports by itself.
        plain = Driver(self.verify, layers=self.layers, preload=False)
        self._gpu, why = look(plain)
        if why:
            plain.close()
        else:
            self._drivers[environment.CUDA], self._no_gpu = plain, ""

    def _told(self, request: Request, answer: Answer) -> Answer:
        """Return an answer with all that is known of where it was given."""
        # A timing's server has not imported torch, and so does not say which.
        versions = {"torch": environment.torch_version(), **answer.versions}
        return replace(answer, versions={**versions, **(self._gpu if request.device == environment.CUDA else {})})
