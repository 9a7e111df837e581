"""`deckforge record FILE.json`: numbers of runs that no build can repeat, taken in and labelled as what they are.

A training on many GPUs took weeks; its numbers are in a log. Taken in, they stand among the receipts with the method
`imported`, and are shown wherever the claim is. They never prove it: a claim is proven by what `deckforge verify` has
measured, and an imported number was typed by somebody. So the verdict stays `unproven`, with the number and where it
comes from as its reason, and a measurement made here takes its place.

docs/record.md has the form of the file. Nothing is written unless every entry of it can be.
"""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

from deckforge.errors import UsageError
from deckforge.model.claims import IMPORTED, Measurement

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from deckforge.model.claims import ProofSignature
    from deckforge.project import Project

KEYS = ("proof", "arguments", "outputs", "device", "environment", "made", "note", "seconds")
_REQUIRED = ("proof", "outputs", "device", "made", "note")


def record(project: Project, file: Path) -> list[Path]:
    """Write a receipt for each measurement of the file, and return their paths.

    Raises:
        UsageError: the file is malformed; the text lists every mistake, and nothing was written.
        OutputError: a receipt cannot be written.
    """
    from deckforge import pipeline
    from deckforge.verify import receipts

    proofs = pipeline.all_proofs(pipeline.check(project).course)
    measurements, mistakes = read(file.read_bytes(), proofs)
    if mistakes:
        raise UsageError(f"{file}: nothing was recorded:\n" + "\n".join(f"  {each}" for each in mistakes))
    return [receipts.save(project, each, proofs[each.proof].parts) for each in measurements]


def read(data: bytes, proofs: Mapping[str, ProofSignature]) -> tuple[list[Measurement], list[str]]:
    """Return the measurements of a file, and everything that is wrong with it."""
    try:
        document = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        return [], [f"this is no JSON: {error}"]
    entries = document.get("measurements") if isinstance(document, dict) and "measurements" in document else document
    entries = entries if isinstance(entries, list) else [entries]
    found: list[Measurement] = []
    mistakes: list[str] = [] if entries else ["there is no measurement in it"]
    for number, entry in enumerate(entries, 1):
        wrong: list[str] = []
        measurement = _entry(entry, proofs, wrong)
        mistakes += [f"measurement {number}: {each}" for each in wrong]
        if measurement is not None and not wrong:
            found.append(measurement)
    return found, mistakes


def _entry(entry: Any, proofs: Mapping[str, ProofSignature], wrong: list[str]) -> Measurement | None:
    from deckforge.verify.plan import Misfit, typed

    if not isinstance(entry, dict):
        wrong.append("it is no mapping")
        return None
    wrong += [f"there is no key `{name}`; the keys are {', '.join(KEYS)}" for name in entry if name not in KEYS]
    wrong += [f"`{name}` is missing" for name in _REQUIRED if name not in entry]
    for name in ("proof", "device", "made", "note"):
        if name in entry and not (isinstance(entry[name], str) and entry[name].strip()):
            wrong.append(f"`{name}` is no text")
    if isinstance(made := entry.get("made"), str) and not _is_time(made):
        wrong.append(f"`made` is no time such as 2026-01-31T12:00:00Z: {made}")
    seconds = entry.get("seconds", 0.0)
    if not _is_number(seconds) or seconds < 0:
        wrong.append("`seconds` is no number of seconds")
    environment, arguments, outputs = (entry.get(name, {}) for name in ("environment", "arguments", "outputs"))
    if not isinstance(environment, dict) or not all(isinstance(value, str) for value in environment.values()):
        wrong.append("`environment` is no mapping of names to texts")
    if not isinstance(arguments, dict) or not all(_is_scalar(value) for value in arguments.values()):
        wrong.append("`arguments` is no mapping of names to numbers, texts and truth values")
        arguments = {}
    if not isinstance(outputs, dict) or not outputs:
        wrong.append("`outputs` is no mapping of names to values")
        outputs = {}
    wrong += [
        f"the output `{name}` is no finite number, text, truth value, or list of numbers"
        for name, value in outputs.items()
        if not (_is_scalar(value) or (isinstance(value, list) and value and all(map(_is_number, value))))
    ]
    signature = proofs.get(str(entry.get("proof", "")))
    if signature is None:
        if isinstance(entry.get("proof"), str):
            wrong.append(f"there is no proof `{entry['proof']}`: write one, so that the number has a meaning")
        return None
    wrong += [
        f"`{signature.qualified}` has no output `{name}`; it has {', '.join(signature.outputs)}"
        for name in outputs
        if name not in signature.outputs
    ]
    try:
        given = typed(signature.parameters, ((name, _text(value)) for name, value in arguments.items()))
    except Misfit as misfit:
        wrong.append(str(misfit))
        return None
    if wrong:
        return None
    return Measurement(
        proof=signature.qualified,
        arguments=dict(given),
        outputs={
            name: tuple(map(float, value)) if isinstance(value, list) else value for name, value in outputs.items()
        },
        failure="",
        trace="",
        device_class=signature.device,
        device=entry["device"].strip(),
        environment={**environment, "imported from": entry["note"].strip()},
        method=IMPORTED,
        made=made if isinstance(made, str) else "",
        seconds=float(seconds),
        origin="receipt",
        fingerprint=signature.fingerprint,
    )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_scalar(value: object) -> bool:
    return isinstance(value, bool | str) or _is_number(value)


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
