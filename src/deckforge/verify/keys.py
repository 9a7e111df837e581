"""What a measurement is filed under: the proof, its arguments and the class of device."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.model.claims import Measurement, Scalar


@dataclass(frozen=True, slots=True)
class Key:
    """A run: the proof's qualified name, all of its arguments as JSON with sorted names, and the class of device."""

    proof: str
    arguments: str
    device_class: str

    @property
    def digest(self) -> str:
        """A short digest of the arguments, for file names."""
        return hashlib.sha256(self.arguments.encode()).hexdigest()[:8]


def key(proof: str, arguments: Mapping[str, Scalar], device_class: str) -> Key:
    """Return the key of a run; `1`, `1.0` and `True` are different arguments, as they are to a proof."""
    return Key(proof, json.dumps(dict(arguments), sort_keys=True, ensure_ascii=False, allow_nan=False), device_class)


def key_of(measurement: Measurement) -> Key:
    """Return the key of the run that gave a measurement."""
    return key(measurement.proof, measurement.arguments, measurement.device_class)
