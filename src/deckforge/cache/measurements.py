"""Measurements that earlier builds made, kept under `build/cache/measurements/` until what they depend on changes.

Invariants:

- An entry is found only by everything that it depends on: the proof, its arguments, its fingerprint, the class of
  device, torch's version and the version of the harness that ran it. Each of these is in the file as well, and an entry
  that says another thing than it was asked for is a miss.
- An entry that is torn, altered, or of another shape is a miss, never an error, and is written over.
- An entry appears whole or not at all (written beside its place, then renamed), so any number of builds may read and
  write at once; the last of two equal ones stays, and they say the same.
- A failure is never kept: the next build tries again.
- Nothing here is needed: deleting the folder costs the time to measure again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deckforge.model.claims import Measurement, Samples, Trial

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.model.claims import Scalar

HARNESS = 3
"""Raised whenever proofs are run in a way that may change what they return (threads, seeds, limits)."""


def to_data(measurement: Measurement) -> dict[str, Any]:
    """Return a measurement as JSON data, without `origin`, `failure` and `trace`.

    Raises:
        ValueError: it is a failure, or holds a number that is not finite.
    """
    if failure := measurement.failure or " ".join(measurement.faults.values()):
        raise ValueError(f"a failure is no measurement to keep: {failure}")
    data: dict[str, Any] = {
        **_samples_to_data(measurement.samples),
        "proof": measurement.proof,
        "arguments": dict(measurement.arguments),
        "outputs": {
            name: list(value) if isinstance(value, tuple) else value for name, value in measurement.outputs.items()
        },
        "device_class": measurement.device_class,
        "device": measurement.device,
        "environment": dict(measurement.environment),
        "method": measurement.method,
        "made": measurement.made,
        "seconds": measurement.seconds,
        "fingerprint": measurement.fingerprint,
    }
    json.dumps(data, allow_nan=False)
    return data


def from_data(data: Mapping[str, Any], origin: str) -> Measurement:
    """Return the measurement that JSON data holds.

    Raises:
        ValueError: the data has another shape.
    """
    texts = ("proof", "device_class", "device", "method", "made", "fingerprint")
    if not all(isinstance(data.get(name), str) for name in texts):
        raise ValueError(f"one of {', '.join(texts)} is missing or no text")
    arguments, outputs, environment = (_mapping(data, name) for name in ("arguments", "outputs", "environment"))
    if not all(_is_scalar(value) for value in arguments.values()):
        raise ValueError("an argument is no number, text or truth value")
    if not all(isinstance(value, str) for value in environment.values()):
        raise ValueError("the environment holds something that is no text")
    seconds = data.get("seconds")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        raise ValueError("`seconds` is no number")  # noqa: TRY004 - one kind of error for one kind of trouble
    return Measurement(
        proof=data["proof"],
        arguments=arguments,
        outputs={name: _output(value) for name, value in outputs.items()},
        failure="",
        trace="",
        device_class=data["device_class"],
        device=data["device"],
        environment=environment,
        method=data["method"],
        made=data["made"],
        seconds=float(seconds),
        origin=origin,
        fingerprint=data["fingerprint"],
        samples={name: _samples_from(value) for name, value in _mapping(data, "samples", {}).items()},
    )


def _samples_to_data(samples: Mapping[str, Samples]) -> dict[str, Any]:
    """Return samples as data: a series is one line of text, or a receipt would have a line for every round."""
    if not samples:
        return {}
    return {
        "samples": {
            name: {
                "rule": each.rule,
                "trials": [
                    {
                        "series": {key: " ".join(map(repr, values)) for key, values in trial.series.items()},
                        "facts": dict(trial.facts),
                    }
                    for trial in each.trials
                ],
            }
            for name, each in samples.items()
        }
    }


def _samples_from(data: object) -> Samples:
    if not isinstance(data, dict) or not isinstance(data.get("rule"), str) or not isinstance(data.get("trials"), list):
        raise ValueError("samples have no `rule` or no `trials`")  # noqa: TRY004
    trials = []
    for trial in data["trials"]:
        if not isinstance(trial, dict):
            raise ValueError("a trial of samples is no mapping")  # noqa: TRY004
        series, facts = _mapping(trial, "series"), _mapping(trial, "facts")
        if not all(isinstance(values, str) for values in series.values()) or not all(map(_is_scalar, facts.values())):
            raise ValueError("a trial of samples has another shape")
        read = {name: tuple(map(float, values.split())) for name, values in series.items()}
        if not all(math.isfinite(value) for values in read.values() for value in values):
            raise ValueError("a sample is no finite number")
        trials.append(Trial(read, facts))
    return Samples(data["rule"], tuple(trials))


def _mapping(data: Mapping[str, Any], name: str, default: dict[str, Any] | None = None) -> dict[str, Any]:
    value = data.get(name, default)
    if not isinstance(value, dict):
        raise ValueError(f"`{name}` is no mapping")  # noqa: TRY004
    return value


def _is_scalar(value: object) -> bool:
    return isinstance(value, bool | str | int) or (isinstance(value, float) and math.isfinite(value))


def _output(value: object) -> Scalar | tuple[float, ...]:
    if isinstance(value, bool | str | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, list) and all(_is_scalar(each) and not isinstance(each, bool | str) for each in value):
        return tuple(float(each) for each in value)
    raise ValueError("an output is no number, text, truth value or list of samples")


class Measurements:
    """The store in one folder. `torch` is the version that is installed here, `""` for none."""

    def __init__(self, folder: Path, torch: str, harness: int = HARNESS) -> None:
        self.folder = folder
        self.torch = torch
        self.harness = harness

    def get(
        self, proof: str, arguments: Mapping[str, Scalar], fingerprint: str, device_class: str
    ) -> Measurement | None:
        """Return the measurement of a run, or `None` where there is none that can be trusted."""
        wanted = self._key(proof, arguments, fingerprint, device_class)
        try:
            document = json.loads(self._path(wanted).read_bytes())
            data = document["measurement"]
            if document["key"] != json.loads(wanted) or document["sha256"] != _digest(data):
                return None
            found = from_data(data, "cache")
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        asked = (proof, dict(arguments), fingerprint, device_class)
        return found if (found.proof, found.arguments, found.fingerprint, found.device_class) == asked else None

    def every(self) -> list[Measurement]:
        """Return every measurement in the folder that is whole, also those that no proof of today would find."""
        found = []
        for path in sorted(self.folder.glob("*/*.json")):
            try:
                document = json.loads(path.read_bytes())
                if document["sha256"] == _digest(document["measurement"]):
                    found.append(from_data(document["measurement"], "cache"))
            except (OSError, ValueError, KeyError, TypeError, RecursionError):
                continue
        return found

    def put(self, measurement: Measurement) -> bool:
        """Keep a measurement; tell whether it was kept. A failure is not, and a full disk costs only time."""
        if measurement.failure or measurement.faults:
            return False
        wanted = self._key(measurement.proof, measurement.arguments, measurement.fingerprint, measurement.device_class)
        data = to_data(replace(measurement, arguments=dict(sorted(measurement.arguments.items()))))
        document = {"key": json.loads(wanted), "measurement": data, "sha256": _digest(data)}
        try:
            write_atomically(self._path(wanted), (json.dumps(document, indent=1, sort_keys=True) + "\n").encode())
        except OSError:
            return False
        return True

    def _key(self, proof: str, arguments: Mapping[str, Scalar], fingerprint: str, device_class: str) -> str:
        key = {
            "proof": proof,
            "arguments": dict(arguments),
            "fingerprint": fingerprint,
            "device_class": device_class,
            "torch": self.torch,
            "harness": self.harness,
        }
        return json.dumps(key, sort_keys=True)

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self.folder / name[:2] / f"{name[2:32]}.json"


def _digest(data: object) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that whoever reads it sees the old or the new bytes, never a part of them.

    Raises:
        OSError: it cannot be written; what was there before is still there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o644)
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
