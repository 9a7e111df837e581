"""A lesson's code block in a child: executed as it stands, and what its commented lines come to noted on the way."""

from __future__ import annotations

import math
import re
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from deckforge.model.blocks import NOTE, RAN
from deckforge.verify import modules

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 64
"""How many values of one line are kept: more than any comment states."""
_NUMBER = re.compile(r"[-+]?(?:\d[\d,_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


class NoValue(Exception):  # noqa: N818 - reads as what it says
    """What a line comes to is no number; the text says what it is."""


class Notes:
    """What the lines of a program have come to, by their numbers."""

    def __init__(self) -> None:
        self.seen: dict[int, list[object]] = {}

    def take(self, line: int, value: Any) -> Any:
        """Note what a line comes to, and return it."""
        noted = self.seen.setdefault(line, [])
        if len(noted) <= MOST:
            # As it is now: what is changed in place later was something else when the line came to it.
            try:
                noted += list(_flat(value))[: MOST + 1]
            except NoValue as error:
                noted.append(error)
        return value

    def outputs(self, notes: Sequence[tuple[int, Sequence[str]]]) -> tuple[dict[str, object], dict[str, str]]:
        """Return the value of each output, and for each that has none, why."""
        outputs: dict[str, object] = {RAN: True}
        faults: dict[str, str] = {}
        for line, names in notes:
            values = self.seen.get(line, [])
            error = next((value for value in values if isinstance(value, NoValue)), None)
            if error is not None or not values:
                faults |= dict.fromkeys(names, str(error) if error else "the line was never executed")
            elif len(values) == len(names):
                outputs |= dict(zip(names, values, strict=True))
            elif len(names) == 1 and all(type(each) is type(values[0]) and each == values[0] for each in values):
                outputs[names[0]] = values[0]
            else:
                shown = ", ".join(map(str, values[:5])) + (", …" if len(values) > 5 else "")
                stated = f"{len(names)} value{'' if len(names) == 1 else 's'}"
                faults |= dict.fromkeys(names, f"the line comes to {shown}, and its comment states {stated}")
        return outputs, faults


def run(name: str, notes: Sequence[tuple[int, Sequence[str]]]) -> tuple[dict[str, object], dict[str, str]]:
    """Execute a lesson's program as it stands; return what its commented lines came to (see `Notes.outputs`)."""
    module = ModuleType(name)
    module.__package__ = name.rpartition(".")[0]
    sys.modules[name] = module
    noted = Notes()
    setattr(module, NOTE, noted.take)
    exec(modules.code_of(name), module.__dict__)  # noqa: S102 - in a child, which is there for it
    return noted.outputs(notes)


def _flat(value: Any) -> list[object]:
    """Return the numbers, truth values and texts that a value holds."""
    if hasattr(value, "tolist") and hasattr(value, "dtype"):  # a tensor or an array: a number, or lists of them
        if math.prod(getattr(value, "shape", ())) > MOST:
            raise NoValue(f"the line comes to {math.prod(value.shape)} numbers, which no comment states")
        value = value.tolist()
    if isinstance(value, bool | int):
        return [value]
    if isinstance(value, float):
        if not math.isfinite(value):
            raise NoValue(f"the line comes to {value}, which is no measurement")
        return [value]
    if isinstance(value, str):
        return [_number(value)]
    if isinstance(value, list | tuple):
        return [each for part in value[: MOST + 1] for each in _flat(part)]
    what = type(value).__name__
    raise NoValue(f"the line comes to {'an' if what[0] in 'aeiouAEIOU' else 'a'} {what}, which is no number")


def _number(text: str) -> object:
    """Return the one number that a text holds: `loss 0.24` is read as a reader would."""
    if text in ("True", "False"):
        return text == "True"
    found = _NUMBER.findall(text)
    if len(found) != 1:
        shown = text if len(text) <= 40 else f"{text[:39]}…"
        raise NoValue(f"the line comes to the text {shown!r}, which holds {len(found) or 'no'} numbers")
    plain = found[0].replace(",", "").replace("_", "")
    return int(plain) if plain.lstrip("+-").isdigit() else float(plain)
