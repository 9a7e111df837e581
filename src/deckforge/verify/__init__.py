"""Execution: proofs run in forked children, receipts keep what they measured, verdicts judge it by what was written.

The modules, in the order in which a claim meets them:

- `plan`: which runs are needed, each once;
- `receipts`, and the cache of measurements: what is known already;
- `environment`: what this machine can run;
- `runner`, here or on a Ray `cluster`, and its `seat`s: where to run what is not known;
- `driver` → `server` → `child`, with `limits` and `modules`: running it;
- `evidence`: what there is to judge each run by, or why there is nothing;
- `judge`: a verdict for each claim, and `code_blocks`: what became of the lessons' own programs.

When everything is known, nothing is executed, and torch is not even imported.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from deckforge.diagnostics import Diagnostic, Outcome
from deckforge.progress import silent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deckforge.model.claims import Claim, Measurement, Verdict
    from deckforge.model.course import Course
    from deckforge.progress import Progress
    from deckforge.project import Project
    from deckforge.verify.evidence import Evidence
    from deckforge.verify.exemptions import Exemption
    from deckforge.verify.plan import Run
    from deckforge.verify.runner import Runner


@dataclass(frozen=True, slots=True)
class Options:
    """What to run, and how.

    `device="cuda"` runs the proofs that need a GPU too. `record` keeps as receipts what was measured on that device
    (none: for `cuda`).
    `only` are globs of lesson ids, proofs and outputs; the other claims are judged by what is known of them. `jobs` are
    the runs in flight (none: one a processor), `timeout` and `memory` the limits in seconds and bytes of proofs that
    name none. `fresh` measures again what is known. `shard` (k, n) runs the k-th of n parts. Without `sandbox`
    proofs run with no layer of isolation, which is said in every outcome, and kept in no cache. `on="ray"` runs them on
    the Ray cluster at an `address` (none: the one that `RAY_ADDRESS` names, or one made on this machine).
    """

    device: str = "cpu"
    record: bool | None = None
    only: tuple[str, ...] = ()
    jobs: int | None = None
    timeout: float = 30.0
    memory: int = 4 * 10**9
    fresh: bool = False
    shard: tuple[int, int] = (1, 1)
    sandbox: bool = True
    on: Literal["here", "ray"] = "here"
    address: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """A verdict for every claim of the course, and the measurements they rest on.

    `runs` are sorted by proof and arguments. `measured` counts those made now, `reused` those known from before.
    `exempted` are the refuted claims that the list of exemptions tolerates.
    """

    verdicts: Mapping[Claim, Verdict]
    runs: tuple[Measurement, ...]
    measured: int
    reused: int
    exempted: frozenset[Claim] = frozenset()
    blocks: tuple[int, int] = (0, 0)
    """How many of the lessons' code blocks marked `run` have come to their end, and how many there are."""


def verify(
    course: Course, project: Project, options: Options | None = None, progress: Progress = silent
) -> Outcome[Verification]:
    """Return a verdict for every claim of a course, having run what its claims need and nobody has measured yet.

    Raises:
        EngineError: the process that runs proofs does not start.
        OutputError: a receipt cannot be written.
    """
    from deckforge.verify import code_blocks, exemptions, receipts
    from deckforge.verify.evidence import Known, gather
    from deckforge.verify.plan import plan, unclaimed
    from deckforge.verify.sandbox import NO_SANDBOX

    options = options or Options()
    runs, misfits = plan(course)
    committed = receipts.load(project)
    known = Known.of(project, committed.value)
    # Where there is a GPU, its proofs are measured for the claims to come as well.
    more = unclaimed(course, "cuda", runs.values()) if options.device == "cuda" and not options.only else []
    more += [run for run in code_blocks.of_course(course, options.only) if run not in set(runs.values())]
    with _runner(course, project, options) as runner:
        evidence = gather(runs, known, project, options, progress, runner, more)
    tolerated = exemptions.load(project)
    verdicts, found = _judge(course, runs, misfits, evidence, tolerated.value)
    used = tuple(each.measurement for each in evidence.values() if each.measurement and not each.absence)
    measured = sum(measurement.origin == "live" for measurement in used)
    return Outcome(
        Verification(
            verdicts,
            used,
            measured,
            len(used) - measured,
            exemptions.exempted(tolerated.value, verdicts),
            code_blocks.count(evidence),
        ),
        (
            *committed.diagnostics,
            *receipts.orphans(committed.value, course.proofs),
            *tolerated.diagnostics,
            *exemptions.unneeded(tolerated.value, verdicts),
            *runner.diagnostics,
            *(() if options.sandbox else (NO_SANDBOX.at(None, "proofs ran without isolation (--no-sandbox)"),)),
            *found,
            *code_blocks.diagnose(course, evidence, runs.values()),
        ),
    )


def _runner(course: Course, project: Project, options: Options) -> Runner:
    from deckforge.verify.driver import LAYERS
    from deckforge.verify.runner import Here

    layers = LAYERS if options.sandbox else ()
    if options.on == "here":
        return Here(project.verify, layers, options.jobs)
    from deckforge.verify.cluster import Ray

    reads = {name for proof in course.proofs.values() for name in proof.reads}
    return Ray(project.verify, layers, address=options.address, jobs=options.jobs, reads=sorted(reads))


def _judge(
    course: Course,
    runs: Mapping[Claim, Run],
    misfits: Mapping[Claim, str],
    evidence: Mapping[Run, Evidence],
    tolerated: Sequence[Exemption],
) -> tuple[dict[Claim, Verdict], list[Diagnostic]]:
    """Return every claim's verdict, and what its author has to know of it."""
    from deckforge.model.claims import Status
    from deckforge.verify.code_blocks import blames
    from deckforge.verify.evidence import bound
    from deckforge.verify.exemptions import excused
    from deckforge.verify.judge import Absence, contradicted, diagnose, judge

    verdicts: dict[Claim, Verdict] = {}
    found: list[Diagnostic] = []
    for claim in course.all_claims():
        if claim in misfits:
            # The claim itself is wrong, which checking has said; there is nothing to add.
            verdicts[claim] = judge(claim, None, Absence(Status.UNPROVEN, misfits[claim]))
            continue
        known = evidence[runs[claim]] if claim in runs else None
        known = bound(claim, known) if known else None
        verdict = judge(claim, known.measurement, known.absence) if known else judge(claim, None)
        verdicts[claim] = verdict = replace(verdict, choice=known.choice if known else "")
        if known and known.counts and not claim.device:
            contradictions = (
                contradicted(verdict, judge(claim, each.measurement)) for each in known.others if each.counts
            )
            found += filter(None, contradictions)
        if (known is None or known.wanted) and not blames(course.proofs.get(claim.proof), verdict.measurement):
            diagnostic = diagnose(verdict, course.proofs.get(claim.proof), known.absence if known else None)
            if diagnostic:
                found.append(excused(diagnostic, verdict, tolerated) or diagnostic)
    return verdicts, found
