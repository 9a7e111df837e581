"""Handing out work to seats that may be lost, with seats that are nothing but names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deckforge.verify.driver import Answer, Request
from deckforge.verify.repeats import Repetition
from deckforge.verify.shift import LOSSES, Lost, Shift

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence


def answer(**outputs: float) -> Answer:
    return Answer(outputs, "", "", 1.0, "run", (), {})


class Names:
    """A pool whose seats are numbered and whose calls are over at once, the oldest first.

    `say` decides what a seat says to a request: an answer, a text (why it can run nothing), or `Lost`.
    """

    def __init__(self, say: Callable[[str, Request], Answer | str]) -> None:
        self.say = say
        self.made = 0
        self.sitting: set[str] = set()
        self.most = 0
        self.gone: set[str] = set()
        self.log: list[str] = []
        self.calls: list[tuple[str, Request]] = []

    def sit(self, place: str) -> str:
        self.made += 1
        seat = f"{place}{self.made}"
        self.sitting.add(seat)
        self.most = max(self.most, len(self.sitting))
        return seat

    def leave(self, seat: str, *, lost: bool = False) -> None:
        self.sitting.remove(seat)
        self.log.append(f"{seat} {'lost' if lost else 'left'}")

    def ask(self, seat: str, request: Request) -> int:
        self.calls.append((seat, request))
        return len(self.calls) - 1

    def wait(self, calls: Collection[int]) -> Sequence[int]:
        return sorted(calls)[:1]

    def hear(self, call: int) -> tuple[str, Answer | None]:
        said = self.say(*self.calls[call])
        return (said, None) if isinstance(said, str) else ("", said)

    def stands(self, place: str) -> bool:
        return place not in self.gone


def shift(pool: Names, names: str, places: str = "ab", *, processes: int = 1) -> tuple[dict[str, Answer], str, Any]:
    """Run works of these names; return their answers, why some have none, and the shift."""
    found: dict[str, Answer] = {}

    def done(request: Request, answer: Answer) -> None:
        assert request.function not in found
        found[request.function] = answer

    works = [Repetition(Request("verify.m", name, processes=processes), lambda _: False) for name in names]
    it: Shift[str, str, int] = Shift(pool, places, done, lambda _: None)
    return found, it.work(works), it


def test_a_seat_takes_one_work_after_another_and_is_then_given_up() -> None:
    pool = Names(lambda *_: answer(value=1.0))
    found, why, it = shift(pool, "uvwxy")
    assert (sorted(found), why, it.lost) == (list("uvwxy"), "", {})
    assert (pool.made, pool.most, pool.sitting) == (2, 2, set())


def test_no_more_seats_are_made_than_there_is_work() -> None:
    pool = Names(lambda *_: answer(value=1.0))
    shift(pool, "u", places="abcdef")
    assert pool.made == 1


def test_all_processes_of_a_timing_have_one_seat() -> None:
    seen: dict[str, list[str]] = {}

    def say(seat: str, request: Request) -> Answer:
        seen.setdefault(request.function, []).append(f"{seat}.{request.process}")
        return answer(value=float(request.process))

    found, _, _ = shift(Names(say), "uv", processes=3)
    assert seen == {"u": ["a1.0", "a1.1", "a1.2"], "v": ["b2.0", "b2.1", "b2.2"]}
    assert found["u"].outputs == {"value": (0.0, 1.0, 2.0)}


def test_a_lost_work_begins_anew_on_another_seat() -> None:
    """A timing too: measurements of two seats are not mixed."""

    def say(seat: str, request: Request) -> Answer:
        if seat == "a1" and request.process == 1:
            raise Lost("the machine failed")
        return answer(seat=float(seat[1:]))

    pool = Names(say)
    found, why, it = shift(pool, "uv", processes=3)
    assert not why
    assert found["u"].outputs == {"seat": 3.0}
    assert [(request.function, how) for request, how in it.lost.values()] == [("u", ["the machine failed"])]
    assert "a1 lost" in pool.log


def test_who_loses_every_seat_has_failed_and_nobody_else() -> None:
    tried: list[str] = []

    def say(seat: str, request: Request) -> Answer:
        if request.function == "v":
            tried.append(seat)
            raise Lost("killed")
        return answer(value=1.0)

    pool = Names(say)
    found, why, _ = shift(pool, "uvw")
    assert not why
    assert len(tried) == len(set(tried)) == LOSSES
    assert found["v"].failure == "lost the worker that ran it, 3 times over: killed"
    assert found["u"].outputs == found["w"].outputs == {"value": 1.0}
    assert pool.sitting == set()


def test_a_failure_of_a_proof_is_an_answer_and_is_not_tried_again() -> None:
    tried: list[str] = []

    def say(seat: str, request: Request) -> Answer:
        tried.append(seat)
        return Answer({}, "crashed (SIGSEGV)", "", 1.0, "", (), {})

    found, why, it = shift(Names(say), "u")
    assert (found["u"].failure, why, len(tried), it.lost) == ("crashed (SIGSEGV)", "", 1, {})


def test_where_nothing_of_the_kind_runs_another_place_is_used() -> None:
    pool = Names(lambda seat, _: "no GPU works here" if seat.startswith("a") else answer(value=1.0))
    found, why, _ = shift(pool, "uvw")
    assert (sorted(found), why) == (["u", "v", "w"], "")
    found, why, _ = shift(pool, "uvw", places="aa")
    assert (found, why) == ({}, "no GPU works here")


def test_a_machine_that_is_gone_is_no_place_any_more() -> None:
    def say(seat: str, request: Request) -> Answer:
        pool.gone.add("a")
        raise Lost("the machine failed")

    pool = Names(say)
    found, why, _ = shift(pool, "u", places="a")
    assert (found, why) == ({}, "the machines that it could run on are gone")
