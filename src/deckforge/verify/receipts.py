"""Receipts: measurements that are committed, so that a build can judge by them where it cannot measure.

One file a proof, set of arguments and device, `verify/receipts/<module>/<function>.<class>.<card>-<digest>.json`: two
people who measure different things touch different files, and what one card says stands beside what another says. Keys
are sorted and numbers are written as Python's `repr`, so that a diff shows what changed. A receipt holds what was
measured, on what, when, and what the proof said then; it never holds a verdict: every build judges again. Its `sha256`
refuses a number that was changed by hand.

What cannot be trusted is treated as absent, and said.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deckforge.cache.measurements import from_data, to_data, write_atomically
from deckforge.diagnostics import Code, Outcome, Severity
from deckforge.errors import OutputError
from deckforge.model.source import Span
from deckforge.verify.keys import Key, key, key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from deckforge.diagnostics import Diagnostic
    from deckforge.model.claims import Measurement, ProofSignature, Scalar
    from deckforge.project import Project

TORN = Code(
    "DF601",
    "receipt-unreadable",
    Severity.ERROR,
    "A receipt is no whole JSON document, or lacks something that every receipt has.",
    "Half of a measurement is none; the claims that rest on it are unproven until it is whole again.",
    '{"proof": "attention.speedup", "outp',
    "Restore the file from version control, or delete it and measure again with `deckforge verify --record`.",
)
CONFLICT = Code(
    "DF602",
    "receipt-conflict",
    Severity.ERROR,
    "A receipt holds the marks of a merge that nobody resolved.",
    "Both sides measured; which of the two is meant cannot be guessed, and mixing them would be neither.",
    "<<<<<<< ours",
    "Take one side whole (`git checkout --ours` or `--theirs`), or measure again.",
)
EDITED = Code(
    "DF603",
    "receipt-edited",
    Severity.ERROR,
    "A receipt was changed after it was made.",
    "A receipt is worth what its measurement is worth: a number typed in by hand proves nothing.",
    '"speedup": 4.0   (was 1.3)',
    "Restore the file from version control, or measure again.",
)
SCHEMA = Code(
    "DF604",
    "receipt-schema",
    Severity.WARNING,
    "A receipt is of a form that this version of DeckForge does not know.",
    "It was probably made by a newer version; its claims are unproven here.",
    '"schema": 9',
    "Update DeckForge, or measure again with this version.",
)
MISPLACED = Code(
    "DF605",
    "receipt-misplaced",
    Severity.WARNING,
    "A receipt does not stand where its content belongs.",
    "A copied or renamed receipt would answer for a run that it is not about.",
    "verify/receipts/attention/speedup.cuda.h100-pcie.json, which says that it measured `memory`",
    "Move it to the path that the message names, or delete it.",
)
ORPHAN = Code(
    "DF606",
    "receipt-orphan",
    Severity.WARNING,
    "A receipt is of a proof that does not exist any more.",
    "Nothing reads it; it is left over from a proof that was renamed or deleted.",
    "verify/receipts/attention/old_name.cuda.h100-pcie.json",
    "Delete the file.",
)
CODES = (TORN, CONFLICT, EDITED, SCHEMA, MISPLACED, ORPHAN)

VERSION = 1
_CONFLICT = re.compile(rb"^(?:<{7}|={7}|>{7}|\|{7})(?: |\r?$)", re.MULTILINE)
_ASIDE = 3
"""How many changed parts are named before the rest is counted."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A measurement with the parts of its fingerprint, and the file that holds it (relative to the project)."""

    measurement: Measurement
    parts: Mapping[str, str]
    path: str


@dataclass(frozen=True, slots=True)
class Receipts:
    """All receipts of a project that can be trusted, by key; those of one run on several cards by the card's name."""

    by_key: Mapping[Key, tuple[Receipt, ...]] = field(default_factory=dict)

    @property
    def every(self) -> Iterator[Receipt]:
        """All of them, in the order of their files."""
        return (receipt for several in self.by_key.values() for receipt in several)

    def find(self, proof: str, arguments: Mapping[str, Scalar], device_class: str) -> tuple[Receipt, ...]:
        """Return the receipts of a run, one a device."""
        return self.by_key.get(key(proof, arguments, device_class), ())

    def other_arguments(self, proof: str, device_class: str) -> str:
        """Return the arguments that a proof was measured with, for a person, or `""`: `n=1024` or `n=2048`."""
        sets = [
            ", ".join(f"{name}={_shown(value)}" for name, value in sorted(several[0].measurement.arguments.items()))
            for found, several in self.by_key.items()
            if (found.proof, found.device_class) == (proof, device_class)
        ]
        shown = [f"`{text}`" if text else "its defaults" for text in sorted(sets)]
        if len(shown) > _ASIDE:
            shown[_ASIDE:] = [f"{len(shown) - _ASIDE} more"]
        return " or ".join(shown)


def path_of(measurement: Measurement) -> str:
    """Return where a measurement's receipt belongs, relative to `verify/receipts`, with `/`."""
    found = key_of(measurement)
    module, _, function = measurement.proof.rpartition(".")
    digest = f"-{found.digest}" if measurement.arguments else ""
    card = _slug(measurement.device)
    device = f".{card}" if card and card != measurement.device_class else ""
    return f"{module.replace('.', '/')}/{function}.{measurement.device_class}{device}{digest}.json"


def _slug(device: str) -> str:
    """Return the name of a device as a part of a file's name: `NVIDIA H100 80GB HBM3` is `h100-80gb-hbm3`."""
    return re.sub(r"[^a-z0-9]+", "-", device.casefold().removeprefix("nvidia ")).strip("-")[:60]


def to_bytes(measurement: Measurement, parts: Mapping[str, str]) -> bytes:
    """Return a measurement as a receipt: the same bytes for the same measurement.

    Raises:
        ValueError: the measurement is a failure or holds what JSON cannot.
    """
    data = {"schema": VERSION, **to_data(measurement), "parts": dict(parts)}
    return _encode({**data, "sha256": _digest(data)})


def save(project: Project, measurement: Measurement, parts: Mapping[str, str]) -> Path:
    """Write a measurement's receipt, whole or not at all, and return its path.

    Raises:
        OutputError: it cannot be written.
        ValueError: the measurement is a failure.
    """
    path = project.receipts / path_of(measurement)
    try:
        write_atomically(path, to_bytes(measurement, parts))
    except OSError as error:
        raise OutputError(f"the receipt {path} cannot be written: {error.strerror}") from error
    return path


def load(project: Project) -> Outcome[Receipts]:
    """Return the project's receipts, and what is wrong with those that cannot be trusted."""
    found: dict[Key, list[Receipt]] = {}
    diagnostics: list[Diagnostic] = []
    if project.receipts.is_dir():
        for path in sorted(project.receipts.rglob("*.json")):
            if path.name.startswith(".") or not path.is_file():
                continue
            read = _read(project.relative(path), path.relative_to(project.receipts).as_posix(), path.read_bytes())
            diagnostics += read.diagnostics
            if read.value is not None:
                found.setdefault(key_of(read.value.measurement), []).append(read.value)
    return Outcome(Receipts({key: tuple(several) for key, several in found.items()}), tuple(diagnostics))


def orphans(receipts: Receipts, proofs: Mapping[str, ProofSignature]) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for every receipt whose proof does not exist."""
    return tuple(
        ORPHAN.at(
            Span(receipt.path, 0, 0),
            f"there is no proof `{receipt.measurement.proof}`",
            fix=f"delete {receipt.path}, or give the proof its name back",
        )
        for receipt in receipts.every
        if receipt.measurement.proof not in proofs
    )


def _read(path: str, below: str, data: bytes) -> Outcome[Receipt | None]:
    start = Span(path, 0, 0)
    if mark := _CONFLICT.search(data):
        place = Span(path, mark.start(), mark.end())
        fix = "take one side whole, or measure again with `deckforge verify --record`"
        return Outcome(None, (CONFLICT.at(place, "this receipt holds an unresolved merge", fix=fix),))
    torn = "restore the file from version control, or delete it and measure again"
    try:
        document = json.loads(data.decode("utf-8"), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        at = min(error.pos, len(data)) if isinstance(error, json.JSONDecodeError) else 0
        reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        return Outcome(None, (TORN.at(Span(path, at, at), f"this receipt cannot be read: {reason}", fix=torn),))
    if not isinstance(document, dict):
        return Outcome(None, (TORN.at(start, "this receipt is no mapping", fix=torn),))
    if "schema" in document and document["schema"] != VERSION:
        message = f"this receipt has the form {document['schema']!r}, and only {VERSION} is known here"
        return Outcome(None, (SCHEMA.at(start, message, fix="update DeckForge, or measure again"),))
    stated = document.pop("sha256", None)
    if stated is None or "schema" not in document:
        missing = "sha256" if stated is None else "schema"
        return Outcome(None, (TORN.at(start, f"this receipt has no `{missing}`", fix=torn),))
    if stated != _digest(document):
        message = "this receipt was changed after it was made: its `sha256` is another"
        return Outcome(None, (EDITED.at(start, message, fix="restore it from version control, or measure again"),))
    try:
        measurement, parts = from_data(document, "receipt"), _parts(document)
    except ValueError as error:
        return Outcome(None, (TORN.at(start, f"this receipt cannot be used: {error}", fix=torn),))
    if below != path_of(measurement):
        right = f"{path[: len(path) - len(below)]}{path_of(measurement)}"
        message = f"this receipt is of `{measurement.proof}` with its arguments, and belongs to {right}"
        return Outcome(None, (MISPLACED.at(start, message, fix=f"move it to {right}, or delete it"),))
    return Outcome(Receipt(measurement, parts, path))


def _parts(document: Mapping[str, Any]) -> dict[str, str]:
    parts = document.get("parts")
    if not isinstance(parts, dict) or not all(isinstance(value, str) for value in parts.values()):
        raise ValueError("`parts` is no mapping to texts")
    return parts


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that stands twice, of which JSON would silently take the last."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _encode(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _digest(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(_encode(document)).hexdigest()


def _shown(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def staleness(receipt: Receipt, signature: ProofSignature, torch: str = "") -> str:
    """Say what has changed since a receipt was made, as a clause for a person; `""` where nothing has.

    `torch` is the version on this machine where this machine has the receipt's class of device, else `""`: versions are
    compared within one class only, and a change of the last number (2.8.0 to 2.8.1) is none.
    """
    measurement = receipt.measurement
    if measurement.fingerprint != signature.fingerprint:
        return _changes(receipt.parts, signature.parts) or "the proof changed"
    made = measurement.environment.get("torch", "")
    if torch and made and _minor(torch) != _minor(made):
        return f"torch is {torch} now, and was {made}"
    return ""


def _minor(version: str) -> list[str]:
    """Return what of a version counts: `2.8` of `2.8.1+cu126`."""
    return version.partition("+")[0].split(".")[:2]


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    changes = [
        f"{_part(name)} changed" if name in before and name in after
        else f"{_part(name)} is new" if name in after
        else f"{_part(name)} is gone"
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]  # fmt: skip
    if len(changes) > _ASIDE:
        changes[_ASIDE:] = [f"{len(changes) - _ASIDE} more"]
    return changes[0] if len(changes) == 1 else " and ".join((", ".join(changes[:-1]), changes[-1])) if changes else ""


def _part(name: str) -> str:
    path, _, inner = name.rpartition("::")
    return f"what `{path}` does on import" if inner == "<module>" else f"`{name}`"
