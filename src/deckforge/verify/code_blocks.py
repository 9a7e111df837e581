"""What became of a lesson's `run` blocks: each must come to its end; what its comments state are claims like others."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Severity
from deckforge.model.source import Span
from deckforge.verify.plan import Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from deckforge.diagnostics import Diagnostic
    from deckforge.model.blocks import Program
    from deckforge.model.claims import Measurement, ProofSignature
    from deckforge.model.course import Course
    from deckforge.model.source import Source
    from deckforge.verify.evidence import Evidence

FAILED = Code(
    "DF641",
    "code-block-failed",
    Severity.ERROR,
    "A code block marked `run` raised an exception, or was stopped.",
    "A learner who copies it sees the same. What its comments state is neither right nor wrong until it runs.",
    "```python run\nimport torch\nprint(torch.ones(2, 3) @ torch.ones(2, 3))\n```",
    "```python run\nimport torch\nprint((torch.ones(2, 3) @ torch.ones(3, 2)).shape)  # 2, 2\n```",
)
NOT_RUN = Code(
    "DF642",
    "code-block-not-run",
    Severity.WARNING,
    "A code block marked `run` could not be run here.",
    "It never passes for tested. That is no mistake where what it needs is not installed.",
    "```python run\nimport torch\n```\n\non a machine without torch",
    'pip install "deckforge[verify]"',
)
CODES = (FAILED, NOT_RUN)


def of_course(course: Course, only: Sequence[str]) -> list[Run]:
    """Return the runs of all code blocks of a course, of those alone that a glob names by lesson or program."""
    found = []
    for signature in course.proofs.values():
        names = (signature.module.partition(".")[2], signature.qualified)
        if signature.is_block and (not only or any(fnmatchcase(name, pattern) for pattern in only for name in names)):
            found.append(Run(signature, ()))
    return found


def count(evidence: Mapping[Run, Evidence]) -> tuple[int, int]:
    """Return how many code blocks have come to their end, and how many there are."""
    ran = total = 0
    for run, known in evidence.items():
        program = run.signature.program
        if program is not None and run.signature.is_block:
            total += program.blocks
            came = known.absence is None and known.measurement is not None and not known.measurement.failure
            ran += program.blocks if came else 0
    return ran, total


def blames(signature: ProofSignature | None, measurement: Measurement | None) -> bool:
    """Tell whether a claim is open because its code block failed, which is said of the block."""
    return signature is not None and signature.is_block and measurement is not None and bool(measurement.failure)


def diagnose(course: Course, evidence: Mapping[Run, Evidence], claimed: Iterable[Run]) -> Iterator[Diagnostic]:
    """Yield the code blocks that failed, at the line that raised, and those that were not run.

    What is open of the programs in `claimed` is said of their claims.
    """
    spoken = set(claimed)
    for run, known in evidence.items():
        signature, measurement = run.signature, known.measurement
        if not signature.is_block or signature.program is None or not known.wanted:
            continue
        if known.absence is not None:
            if run not in spoken:
                message = f"this code block was not run: {known.absence.reason}"
                yield NOT_RUN.at(signature.span, message, fix=known.absence.remedy)
        elif measurement is not None and measurement.failure:
            span = _raised(course.sources.get(signature.program.file), signature.program, measurement)
            said = re.sub(rf" \({re.escape(signature.program.file)}:\d+\)$", "", measurement.failure)
            fix = "give it more with `timeout=60` behind `run`" if "longer than" in said else ""
            yield FAILED.at(span or signature.span, f"this code block fails: {said}", fix=fix)


def _raised(source: Source | None, program: Program, measurement: Measurement) -> Span | None:
    """Return the line of the program that was executed last, as the traceback says; `None` where it says none."""
    places = re.findall(rf"^{re.escape(program.file)}:(\d+), in ", measurement.trace, re.MULTILINE) or re.findall(
        rf"\({re.escape(program.file)}:(\d+)\)$", measurement.failure
    )
    line = int(places[-1]) if places else 0
    if source is None or not 0 < line <= len(program.starts) or not program.starts[line - 1]:
        return None
    start = program.starts[line - 1]
    text = program.text.split("\n")[line - 1]
    indent = len(text) - len(text.lstrip())
    end = start + len(text.encode())
    return Span(program.file, start + indent, end) if source.data[start:end] == text.encode() else None
