"""What there is to judge each run by: measured now, kept by an earlier build, committed as a receipt, or nothing.

Proofs that run on a CPU run live wherever torch is: a receipt for one answers only where it is not. Proofs that need a
GPU answer by receipts, and run only where they are asked for and a GPU is there; a receipt that was made elsewhere
then gives way to a measurement made here if the proof, or the torch of this class of device, has changed since.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from deckforge.cache.measurements import Measurements
from deckforge.model.claims import IMPORTED, Measurement, Status
from deckforge.verify import environment, modules, receipts
from deckforge.verify.driver import Request
from deckforge.verify.judge import Absence, judge
from deckforge.verify.plan import as_mapping, chosen, shard
from deckforge.verify.sandbox import NONE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from deckforge.model.claims import Claim
    from deckforge.progress import Progress
    from deckforge.project import Project
    from deckforge.verify import Options
    from deckforge.verify.driver import Answer
    from deckforge.verify.plan import Run
    from deckforge.verify.receipts import Receipt, Receipts
    from deckforge.verify.runner import Runner

STAGE = "verify"
_NEEDS_GPU = "it needs a GPU to run"
_ON_A_GPU = "run `deckforge verify --device cuda` where there is a GPU, and commit verify/receipts"


_REPLACE = "measure it with `deckforge verify --record` where that is possible; until then it is shown as imported"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a run is judged by, or `absence`: why there is nothing. `wanted` is false where nobody asked for it.

    `others` are what other cards say of the same run, what counts most first; `choice` says why this one judges.
    """

    measurement: Measurement | None
    absence: Absence | None = None
    wanted: bool = True
    others: tuple[Evidence, ...] = ()
    choice: str = ""

    @property
    def counts(self) -> bool:
        """Whether a claim is proven or refuted by it."""
        return self.absence is None and self.measurement is not None and not self.measurement.failure


def bound(claim: Claim, evidence: Evidence) -> Evidence:
    """Return the evidence as far as it counts for a claim: one that names its device is judged by that one alone."""
    if not claim.device:
        return evidence
    measured = [each for each in (evidence, *evidence.others) if each.measurement and not each.measurement.failure]
    named = [each for each in measured if _is(claim.device, each)]
    if named:
        choice = f"the claim is of {claim.device} alone" if len(measured) > 1 else ""
        return replace(named[0], wanted=evidence.wanted, choice=choice)
    if not evidence.counts:
        return evidence
    devices = " and ".join(each.measurement.device for each in measured if each.measurement)
    reason = f"it is claimed of {claim.device} alone, and was measured on {devices}"
    remedy = f"run `deckforge verify --device cuda` where there is one ({claim.device}), and commit verify/receipts"
    return replace(evidence, absence=Absence(Status.UNPROVEN, reason, remedy))


def _is(device: str, evidence: Evidence) -> bool:
    return evidence.measurement is not None and device.casefold() in evidence.measurement.device.casefold()


def _on(device: str, evidence: Evidence) -> bool:
    """Tell whether something was measured on exactly that device; a device that is not known may be any."""
    return evidence.measurement is not None and device in ("", evidence.measurement.device)


def _chosen(several: Sequence[Evidence]) -> Evidence | None:
    """Return what judges of all that several cards say: what counts before what is imported or stale, newest first."""
    rank = {None: 0, Status.UNPROVEN: 1, Status.STALE: 2}
    order = sorted(several, key=lambda each: each.measurement.made if each.measurement else "", reverse=True)
    order.sort(key=lambda each: rank[each.absence.status if each.absence else None])
    if not order:
        return None
    first, others = order[0], tuple(order[1:])
    named = ", ".join(sorted(each.measurement.device for each in others if each.counts and each.measurement))
    why = "measured now" if first.measurement and first.measurement.origin == "live" else "the newest of the receipts"
    return replace(first, others=others, choice=f"{why}; there is one of {named} too" if named else "")


def _imported(measurement: Measurement) -> str:
    """Return what an imported number is worth, in words: what it says, and where it is from."""
    said = ", ".join(f"{name} = {value}" for name, value in measurement.outputs.items())
    source = measurement.environment.get("imported from", "elsewhere")
    return f"imported from {source}, and not measured by deckforge: {said} on {measurement.device}, {measurement.made}"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before anything runs."""

    receipts: Receipts
    cache: Measurements
    torch: str

    @classmethod
    def of(cls, project: Project, committed: Receipts) -> Known:
        """Return what a project's cache and receipts know."""
        torch = environment.torch_version()
        return cls(committed, Measurements(project.cache / "measurements", torch), torch)

    def cached(self, run: Run) -> Measurement | None:
        """Return what an earlier build measured, if nothing that it depends on has changed."""
        signature = run.signature
        if not self.torch or not signature.fingerprint:
            return None
        return self.cache.get(signature.qualified, as_mapping(run), signature.fingerprint, signature.device)

    def receipts_of(self, run: Run, *, card: str = "") -> list[Evidence]:
        """Return what each device's receipt of a run says: a measurement, or that it is stale.

        `card` is the device that is here, whose receipt is compared with the torch that is here.
        """
        signature = run.signature
        return [
            self._evidence(receipt, run, self.torch if receipt.measurement.device == card else "")
            for receipt in self.receipts.find(signature.qualified, as_mapping(run), signature.device)
        ]

    def _evidence(self, receipt: Receipt, run: Run, torch: str) -> Evidence:
        why = receipts.staleness(receipt, run.signature, torch)
        if not why and receipt.measurement.method == IMPORTED:
            return Evidence(receipt.measurement, Absence(Status.UNPROVEN, _imported(receipt.measurement), _REPLACE))
        if not why:
            return Evidence(receipt.measurement)
        gpu = run.signature.device == environment.CUDA
        remedy = _ON_A_GPU if gpu else "run `deckforge verify --record` where torch is installed"
        return Evidence(receipt.measurement, Absence(Status.STALE, f"since it was measured, {why}", remedy))


def gather(  # noqa: PLR0917 - what is wanted, what is known, and how to go about it
    runs: Mapping[Claim, Run],
    known: Known,
    project: Project,
    options: Options,
    progress: Progress,
    runner: Runner,
    more: Sequence[Run] = (),
) -> dict[Run, Evidence]:
    """Return the evidence for every run, sorted by proof and arguments; run what is asked for and not known.

    `runner` runs it; `more` are runs that no claim needs yet.
    """
    every = sorted(dict.fromkeys((*runs.values(), *more)), key=lambda run: repr(run.key))
    asked = {run for claim, run in runs.items() if chosen(claim, options.only)} | set(more)
    on_cpu = [run for run in every if run.signature.device == environment.CPU]
    on_gpu = [run for run in every if run.signature.device == environment.CUDA]
    asked &= {run for runs_of in (on_cpu, on_gpu) for run in shard(runs_of, *options.shard)}
    claims: dict[Run, list[Claim]] = {}
    for claim, run in runs.items():
        claims.setdefault(run, []).append(claim)

    def is_open(run: Run, measurement: Measurement) -> bool:
        return any(judge(claim, measurement).status is Status.INCONCLUSIVE for claim in claims.get(run, ()))

    found: dict[Run, Evidence] = {}
    # Where torch is, a receipt for the CPU has nothing to say: the proof can be run.
    for run in on_cpu:
        measurement = None if options.fresh and run in asked else known.cached(run)
        if measurement is not None and not (run in asked and _may_go_on(run, measurement, is_open)):
            found[run] = Evidence(measurement)
    here = {run for run in on_gpu if run in asked} if options.device == environment.CUDA else set()
    # What another card has measured says nothing of the one that is here, if there is one and it is known which.
    card = runner.card() if any(known.receipts_of(run) for run in here) else ""
    for run in on_gpu:
        several = known.receipts_of(run, card=card)
        if run in here and (options.fresh or not any(each.counts and _on(card, each) for each in several)):
            continue
        receipt = _chosen(several)
        if receipt is not None and receipt.counts:
            found[run] = receipt

    missing = [run for run in every if run in asked and run not in found]
    wanted = [run for run in missing if run.signature.device == environment.CPU or options.device == environment.CUDA]
    why: Mapping[str, str] = {}

    def keep(run: Run, measurement: Measurement) -> None:
        # What was measured with another torch, as a cluster may have one, is none of this machine's.
        same = measurement.environment.get("torch") == known.torch
        if measurement.fingerprint and measurement.device_class == environment.CPU and options.sandbox and same:
            known.cache.put(measurement)
        _record(run, measurement, known, project, options)

    if wanted:
        measured, why = _measure(wanted, options, progress, runner, keep=keep, is_open=is_open)
        for run, measurement in measured.items():
            others = [each for each in known.receipts_of(run) if not _on(measurement.device, each)]
            found[run] = _chosen([Evidence(measurement), *others]) or Evidence(measurement)
    for run in every:
        if run not in found:
            found[run] = _nothing(run, known, asked=run in asked, why=why.get(run.signature.device, ""))
    for run, evidence in found.items():
        if run in asked and evidence.measurement and not evidence.absence and evidence.measurement.origin == "cache":
            _record(run, evidence.measurement, known, project, options)
    return {run: found[run] for run in every}


def _nothing(run: Run, known: Known, *, asked: bool, why: str) -> Evidence:
    """Return what a receipt says of a run that was not made, or why there is nothing: `why` it could not be run."""
    receipt = _chosen(known.receipts_of(run))
    if receipt is not None:
        return replace(receipt, wanted=asked)
    gpu = run.signature.device == environment.CUDA
    if not asked:
        reason, remedy = "not run: it was not asked for", ""
    elif gpu:
        other = known.receipts.other_arguments(run.signature.qualified, environment.CUDA)
        measured = f" (there is one for {other})" if other else ""
        reason, remedy = f"{why or _NEEDS_GPU}, and there is no receipt{measured}", _ON_A_GPU
    else:
        reason, remedy = why, why.partition(": ")[2]
    return Evidence(None, Absence(Status.UNPROVEN, reason, remedy), wanted=asked)


def _measure(
    wanted: Sequence[Run],
    options: Options,
    progress: Progress,
    runner: Runner,
    *,
    keep: Callable[[Run, Measurement], None],
    is_open: Callable[[Run, Measurement], bool],
) -> tuple[dict[Run, Measurement], dict[str, str]]:
    """Run proofs, those for a GPU first; return what they gave, and for each class of device why some did not run.

    A GPU is what one has for a short time: whatever has to be cut off, it should be the rest.

    `keep` gets every measurement as soon as it is made, so that an interrupted verification has lost only what was in
    flight.
    """
    found: dict[Run, Measurement] = {}
    requests = [_request(run, options) for run in wanted]
    run_of = {id(request): run for request, run in zip(requests, wanted, strict=True)}

    def tell(detail: str) -> None:
        progress(STAGE, len(found), len(wanted), detail)

    def done(request: Request, answer: Answer) -> None:
        run = run_of[id(request)]
        found[run] = _measurement(run, answer, runner.name)
        keep(run, found[run])
        tell(request.name)

    def undecided(request: Request, answer: Answer) -> bool:
        run = run_of[id(request)]
        return is_open(run, _measurement(run, answer, runner.name))

    tell("starting")
    why: dict[str, str] = {}
    nowhere = runner.obstacle()
    for device in (environment.CUDA, environment.CPU):
        if of_device := [request for request in requests if request.device == device]:
            why[device] = nowhere or runner.run(of_device, is_open=undecided, done=done, tell=tell)
    progress(STAGE, len(wanted), len(wanted))
    return found, why


def _may_go_on(run: Run, measurement: Measurement, is_open: Callable[[Run, Measurement], bool]) -> bool:
    """Tell whether a timing that an earlier build made is open for a claim of today, and could have more processes."""
    made = max((len(each.trials) for each in measurement.samples.values()), default=0)
    return 1 < run.signature.processes > made and is_open(run, measurement)


def _request(run: Run, options: Options) -> Request:
    signature = run.signature
    return Request(
        modules.absolute(signature.module),
        signature.name,
        as_mapping(run),
        signature.outputs,
        signature.device,
        signature.timeout or options.timeout,
        signature.memory or options.memory,
        processes=signature.processes,
        reads=signature.reads,
        program=signature.program,
    )


def _measurement(run: Run, answer: Answer, runner: str) -> Measurement:
    signature = run.signature
    versions = {**answer.versions, "isolation": _isolation(answer), "runner": runner}
    device = versions.pop("name", signature.device)
    return Measurement(
        proof=signature.qualified,
        arguments=as_mapping(run),
        outputs=answer.outputs,
        failure=answer.failure,
        trace=answer.trace,
        device_class=signature.device,
        device=device,
        environment={name: value for name, value in sorted(versions.items()) if value},
        method=answer.method,
        made=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        seconds=answer.seconds,
        origin="live",
        fingerprint=signature.fingerprint,
        faults=answer.faults,
        samples=answer.samples,
    )


def _isolation(answer: Answer) -> str:
    """Return the layers that held; a run that was not confined says so, and one that broke before, nothing."""
    return ", ".join(answer.held) or ("" if answer.failure else NONE)


def _record(run: Run, measurement: Measurement, known: Known, project: Project, options: Options) -> None:
    """Keep a measurement as a receipt if that is asked for on its device; leave a receipt alone that still holds."""
    wanted = options.device == environment.CUDA if options.record is None else options.record
    if not wanted or run.signature.device != options.device or measurement.failure or measurement.faults:
        return
    same = [each for each in known.receipts_of(run, card=measurement.device) if _on(measurement.device, each)]
    if options.fresh or not any(each.counts for each in same):
        receipts.save(project, measurement, run.signature.parts)
