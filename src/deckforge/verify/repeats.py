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
    from deckforge.verify.driver import Answer

LOOKS = (3, 5, 10)


def looks(most: int) -> tuple[int, ...]:
    """Return after how many processes the verdicts are looked at, where there may be `most` of them."""
    return (*(look for look in LOOKS if look < most), most)


def repeat(ask: Callable[[int], Answer], most: int, is_open: Callable[[Answer], bool]) -> Answer:
    """Ask for one process after another, and return all they said as one answer.

    `ask` runs the proof in process so-and-so; `is_open` tells whether some claim is still undecided by what there is. A
    process that fails is the answer: the proof does not work, however often it did before.
    """
    answers: list[Answer] = []
    for look in looks(most):
        while len(answers) < look:
            answer = ask(len(answers))
            if answer.failure:
                return answer
            answers.append(answer)
        merged = merge(answers)
        if not is_open(merged):
            break
    return merged


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
