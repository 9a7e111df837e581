"""Which measurement answers for a claim: the proof with its arguments, typed by the proof's annotations.

Arguments come as text from a link or from YAML. Two claims that say the same in other words (`n=1024` and `n=1_024`,
another order) need one run; an argument that is given as the default is still given, since a default may change.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.model.claims import Claim, Measurement, ProofSignature, Scalar


_TRUTHS = {"true": True, "yes": True, "false": False, "no": False}


class ArgumentError(ValueError):
    """A claim's arguments do not fit the proof; the text says which, to a person."""


@dataclass(frozen=True, slots=True)
class Key:
    """A run: the proof's qualified name, its arguments as JSON with sorted names, and the class of device."""

    proof: str
    arguments: str
    device_class: str

    @property
    def digest(self) -> str:
        """A short digest of the arguments, for file names."""
        return hashlib.sha256(self.arguments.encode()).hexdigest()[:8]


def key(proof: str, arguments: Mapping[str, Scalar], device_class: str) -> Key:
    """Return the key of a run; `1` and `1.0` are different arguments, as they are to a proof."""
    return Key(proof, json.dumps(dict(arguments), sort_keys=True, ensure_ascii=False, allow_nan=False), device_class)


def key_of(measurement: Measurement) -> Key:
    """Return the key of the run that gave a measurement."""
    return key(measurement.proof, measurement.arguments, measurement.device_class)


def bind(claim: Claim, signature: ProofSignature) -> dict[str, Scalar]:
    """Return a claim's arguments as values, sorted by name.

    Raises:
        ArgumentError: one is unknown, missing, given twice, or not of its parameter's type.
    """
    parameters = {parameter.name: parameter for parameter in signature.parameters}
    bound: dict[str, Scalar] = {}
    for name, text in claim.arguments:
        if name not in parameters:
            raise ArgumentError(f"`{signature.qualified}` takes no argument `{name}`")
        if name in bound:
            raise ArgumentError(f"the argument `{name}` is given twice")
        try:
            bound[name] = typed(text, parameters[name].annotation)
        except ValueError as error:
            raise ArgumentError(f"the argument `{name}={text}` {error}") from None
    missing = [name for name, parameter in parameters.items() if parameter.required and name not in bound]
    if missing:
        raise ArgumentError(f"`{signature.qualified}` needs the argument `{missing[0]}`")
    return dict(sorted(bound.items()))


def typed(text: str, annotation: str) -> Scalar:
    """Return an argument's text as a value of the type that an annotation names.

    Raises:
        ValueError: it is none; the text says what it should be.
    """
    match annotation:
        case "bool":
            if text.lower() not in _TRUTHS:
                raise ValueError("is no truth value: write true or false")
            return _TRUTHS[text.lower()]
        case "int":
            number = _number(text)
            if isinstance(number, float):
                if not number.is_integer():
                    raise ValueError("is no whole number")
                return int(number)
            return number
        case "float":
            return float(_number(text))
        case _:  # `str`; an annotation that is none of the four has its own diagnostic
            return text


def _number(text: str) -> int | float:
    """Read an int exactly, whatever its size, and anything else as a float (`1e9`, `1e-4`)."""
    plain = text.strip().replace("−", "-")
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        number = float(plain)
    except ValueError:
        raise ValueError("is no number") from None
    if not math.isfinite(number):
        raise ValueError("is no finite number")
    return number
