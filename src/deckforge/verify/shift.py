"""Handing out work to seats far away, any of which may be lost: who works on what, and what becomes of it.

Knows nothing of what the seats are (`cluster` does) and so can be tried without any. Each work is with one seat at a
time; a seat that has finished gets the next one, or is given up so that others can use its place. A work whose seat is
lost begins anew on another, until it has lost `LOSSES`; what a proof does to itself is an answer, and no loss.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from deckforge.verify.driver import Answer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from deckforge.verify.driver import Request
    from deckforge.verify.repeats import Repetition
    from deckforge.verify.runner import Done, Tell

LOSSES = 3
"""How many seats may be lost to one run before it has failed."""

Place_contra = TypeVar("Place_contra", contravariant=True)
Seat = TypeVar("Seat")
Call = TypeVar("Call")


class Lost(Exception):  # noqa: N818 - says what happened
    """A seat went away before it answered; the text says how, as a clause."""


class Pool(Protocol[Place_contra, Seat, Call]):
    """Where seats are."""

    def sit(self, place: Place_contra) -> Seat:
        """Return a new seat at a place, which may be long in coming."""
        ...

    def leave(self, seat: Seat, *, lost: bool = False) -> None:
        """Give a seat up."""
        ...

    def ask(self, seat: Seat, request: Request) -> Call:
        """Hand a request to a seat."""
        ...

    def wait(self, calls: Collection[Call]) -> Sequence[Call]:
        """Return those calls that are over; none, where that takes long."""
        ...

    def hear(self, call: Call) -> tuple[str, Answer | None]:
        """Return what a call came to: why the seat can run nothing of its kind, or an answer.

        Raises:
            Lost: the seat is gone.
        """
        ...

    def stands(self, place: Place_contra) -> bool:
        """Tell whether there is still a place to sit."""
        ...


class Shift(Generic[Place_contra, Seat, Call]):
    """One lot of works, all of one kind, at the places that there are for it.

    `lost` says of each request that lost a seat how each of them went.
    """

    def __init__(
        self, pool: Pool[Place_contra, Seat, Call], places: Iterable[Place_contra], done: Done, tell: Tell
    ) -> None:
        self.lost: dict[int, tuple[Request, list[str]]] = {}  # by the identity of the request
        self._pool = pool
        self._places = deque(places)
        self._done = done
        self._tell = tell
        self._waiting: deque[Repetition] = deque()
        self._out: dict[Call, tuple[Seat, Place_contra, Repetition]] = {}

    def work(self, works: Iterable[Repetition]) -> str:
        """Do the works; return why some could not be done anywhere, `""` where each has its answer."""
        self._waiting = deque(works)
        closed = ""
        while self._out or (self._waiting and self._places):
            while self._waiting and self._places:
                place = self._places.popleft()
                self._send(self._pool.sit(place), place, self._waiting.popleft())
            over = self._pool.wait(self._out)
            if not over:
                names = sorted({work.request.name for _, _, work in self._out.values()})
                self._tell(f"waiting for {', '.join(names[:3])}")
            for call in over:
                closed = self._take(call) or closed
        return (closed or "the machines that it could run on are gone") if self._waiting else ""

    def _send(self, seat: Seat, place: Place_contra, work: Repetition) -> None:
        if work.request.processes > 1:
            self._tell(f"{work.request.name}, process {work.next.process + 1}")
        self._out[self._pool.ask(seat, work.next)] = (seat, place, work)

    def _take(self, call: Call) -> str:
        """Take in what a call came to; return why its seat can run nothing of this kind, or `""`."""
        seat, place, work = self._out.pop(call)
        try:
            why, answer = self._pool.hear(call)
        except Lost as error:
            self._pool.leave(seat, lost=True)
            self._lose(place, work, str(error))
            return ""
        if answer is None:  # nothing of the kind can run here: the place is not used again
            self._pool.leave(seat)
            self._waiting.appendleft(work)
            return why
        work.take(answer)
        if work.answer is not None:
            self._done(work.request, work.answer)
            if not self._waiting:
                self._pool.leave(seat)
                self._places.append(place)
                return ""
            work = self._waiting.popleft()
        self._send(seat, place, work)
        return ""

    def _lose(self, place: Place_contra, work: Repetition, how: str) -> None:
        _, losses = self.lost.setdefault(id(work.request), (work.request, []))
        losses.append(how)
        if self._pool.stands(place):
            self._places.append(place)
        if len(losses) < LOSSES:
            self._waiting.appendleft(work.anew())
        else:
            why = f"lost the worker that ran it, {len(losses)} times over: {how}"
            self._done(work.request, Answer({}, why, "", 0.0, "", (), {}))
