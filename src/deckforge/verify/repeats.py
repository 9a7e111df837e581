"""Timings: the same proof in fresh processes, one after another with nothing beside it, until its claims are settled.

One process is not enough: three comparisons in one process agree with each other and differ by 7 % from those of the
next, since every process lies differently in memory. Each of these is a new interpreter, not a fork of a common one.

How many there are is decided by the verdicts, so looking at them early must not make a wrong one likelier: there are at
most three looks, after 3, 5 and 10 processes, and each look judges with a third of the 5 % that all may err together.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deckforge.model.claims import Samples

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deckforge.model.claims import Scalar
    from deckforge.verify.driver import Answer, Request

LOOKS = (3, 5, 10)


def looks(most: int) -> tuple[int, ...]:
    """Return after how many processes the verdicts are looked at, where there may be `most` of them."""
    return (*(look for look in LOOKS if look < most), most)


class Repetition:
    """A proof that is repeated: which process is next, and what they come to. An ordinary proof is one process.

    `is_open` tells whether some claim is still undecided by the answer that there is. `answer` is `None` until that is
    settled or there may be no more processes. A process that fails is the answer: the proof does not work, however
    often it did before.
    """

    def __init__(self, request: Request, is_open: Callable[[Answer], bool]) -> None:
        self.request = request
        self.answer: Answer | None = None
        self._is_open = is_open
        self._answers: list[Answer] = []

    @property
    def next(self) -> Request:
        """The request of the process that is next."""
        return replace(self.request, process=len(self._answers))

    def anew(self) -> Repetition:
        """Return the same with no process behind it."""
        return Repetition(self.request, self._is_open)

    def take(self, answer: Answer) -> None:
        """Take in what the next process answered."""
        most = self.request.processes
        self._answers.append(answer)
        if answer.failure or most == 1:
            self.answer = answer
        elif len(self._answers) in looks(most):
            merged = merge(self._answers)
            if len(self._answers) == most or not self._is_open(merged):
                self.answer = merged


def merge(answers: Sequence[Answer]) -> Answer:
    """Return what several processes answered as one: samples side by side, and numbers that differ as samples."""
    first = answers[0]
    samples = {
        name: Samples(each.rule, tuple(trial for answer in answers for trial in answer.samples[name].trials))
        for name, each in first.samples.items()
        if all(name in answer.samples for answer in answers)
    }
    outputs: dict[str, Scalar | tuple[float, ...]] = {}
    faults = {name: fault for answer in answers for name, fault in answer.faults.items()}
    for name in first.outputs:
        if name in faults:
            continue
        values = [answer.outputs[name] for answer in answers]
        if name not in samples and all(type(value) is type(values[0]) and value == values[0] for value in values):
            outputs[name] = values[0]
            continue
        flat = [part for value in values for part in (value if isinstance(value, tuple) else (value,))]
        numbers = [float(part) for part in flat if not isinstance(part, str | bool)]
        if len(numbers) < len(flat):
            faults[name] = f"is {' in one process and '.join(sorted({str(part) for part in flat}))} in another"
        else:
            outputs[name] = tuple(numbers)
    return replace(
        first, outputs=outputs, faults=faults, samples=samples, seconds=round(sum(a.seconds for a in answers), 4)
    )
