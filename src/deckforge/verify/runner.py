"""Where proofs run: on this machine, or on a Ray cluster (`cluster`).

A runner is given requests and gives answers; what is measured, kept and judged is none of its business. It runs
ordinary proofs beside one another and those for a GPU one at a time on each card; timings come after them, each of
their processes with nothing beside it, for as long as `is_open` asks for more.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol, Self, TypeAlias

from deckforge.verify import environment
from deckforge.verify.driver import LAYERS
from deckforge.verify.repeats import Repetition
from deckforge.verify.seat import Seat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path
    from types import TracebackType

    from deckforge.diagnostics import Diagnostic
    from deckforge.verify.driver import Answer, Request

Done: TypeAlias = "Callable[[Request, Answer], None]"
IsOpen: TypeAlias = "Callable[[Request, Answer], bool]"
Tell: TypeAlias = "Callable[[str], None]"


class Runner(Protocol):
    """What runs proofs. Used as a context manager; nothing of it is left behind."""

    @property
    def name(self) -> str:
        """What measurements say of where they ran; `""` for this machine."""
        ...

    @property
    def diagnostics(self) -> Sequence[Diagnostic]:
        """What there is to say of the runner itself, once it has run: lost workers, a cluster out of reach."""
        ...

    def __enter__(self) -> Self:
        """Open it, which starts nothing yet."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End everything that it started."""
        ...

    def obstacle(self) -> str:
        """Return why nothing can run there, in words for a reader; `""` where it can."""
        ...

    def card(self) -> str:
        """Return the name of the GPU that is there, `""` where there is none or may be several."""
        ...

    def run(self, requests: Sequence[Request], *, is_open: IsOpen, done: Done, tell: Tell) -> str:
        """Run requests of one class of device, and tell `done` of each answer as it comes.

        `is_open` tells whether a timing is still undecided by the answer that there is; `tell` is told what is being
        worked on. Returns why some of them could not be run at all, `""` where each has its answer.
        """
        ...


class Here:
    """This machine, `jobs` proofs at a time (none: one a processor)."""

    name = ""
    diagnostics: Sequence[Diagnostic] = ()

    def __init__(self, verify: Path, layers: Iterable[str] = LAYERS, jobs: int | None = None) -> None:
        self._seat = Seat(verify, layers)
        self._jobs = jobs

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._seat.close()

    def obstacle(self) -> str:
        """Return why nothing can run on this machine."""
        return environment.why_not()

    def card(self) -> str:
        """Return the name of this machine's GPU, which is found out by using it."""
        return self._seat.card()

    def run(self, requests: Sequence[Request], *, is_open: IsOpen, done: Done, tell: Tell) -> str:
        """Run requests: those for a GPU one at a time, and every process of a timing alone."""
        device = requests[0].device
        if why := self._seat.obstacle(device):
            return why
        jobs = 1 if device == environment.CUDA else self._jobs or environment.cpus()
        if once := [request for request in requests if request.processes == 1]:
            self._seat.run(once, jobs=jobs, done=done)
        for request in requests:
            if request.processes > 1:
                timing = Repetition(request, partial(is_open, request))
                while timing.answer is None:
                    tell(f"{request.name}, process {timing.next.process + 1}")
                    timing.take(self._seat.alone(timing.next))
                done(request, timing.answer)
        return ""
