"""Claims, the proofs that answer for them, what was measured, and the verdicts.

The words are metrology's (see the design): a *claim* says that a quantity has a value; the *written value* is that
number as typed; its *acceptance interval* is what measured values the writing allows; a *proof* measures; a
*measurement* is what it returned; a *verdict* compares the two. Proofs never see claims; receipts never hold verdicts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.model.blocks import Program
    from deckforge.model.source import Span

Scalar: TypeAlias = bool | int | float | str
"""The types of a proof's arguments and outputs: a file can hold them and a diff can show them."""


DEVICE = "@device"
"""The argument of a claim that names the device on which alone it holds; no proof's parameter can be called so."""


HERE, PREFIX = "this", "lesson"
"""What a lesson calls the proofs that it defines, and what everybody does: `this.halving`, `lesson.<id>.halving`."""

IMPORTED = "imported"
"""The method of a measurement that somebody else made, and `deckforge record` took in: it proves nothing."""


class ClaimKind(StrEnum):
    """How a number is answered for; the names are the link schemes of a lesson."""

    CLAIM = "claim"
    """A proof measures it, and the measurement must lie in the acceptance interval."""
    WRONG = "wrong"
    """A value stated as false (a distractor, a bug to find): the same proof must refute it."""
    CITE = "cite"
    """A reference of the course answers for it."""
    GIVEN = "given"
    """A premise of an exercise: nobody has to answer for it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A number in a lesson and what answers for it.

    `text` is the written value, exactly as typed. `target` is what follows the scheme, without the query: for a claim
    `module.function.output`, for a citation the reference's key, for a given `""` or a name. `arguments` are the
    query's pairs in the order of writing, not yet typed. `override` is an explicit tolerance such as `±5%` (`""` for
    none). `lesson` and `item` are ids (`item` is `""` in prose); `context` is the sentence, line or cell around it.
    """

    kind: ClaimKind
    text: str
    target: str
    arguments: tuple[tuple[str, str], ...]
    override: str
    lesson: str
    item: str
    context: str
    span: Span
    """Of the whole link, or of the `text:` of a claim in the header."""
    text_span: Span
    """Of the written value alone: what a correction would replace."""

    @property
    def needs_proof(self) -> bool:
        """Whether a proof has to be run for it."""
        return self.kind in (ClaimKind.CLAIM, ClaimKind.WRONG)

    @property
    def proof(self) -> str:
        """The proof's qualified name: `module.function` of `module.function.output`."""
        return self.qualified.rpartition(".")[0]

    @property
    def qualified(self) -> str:
        """The target, as everybody may write it: a lesson calls its own proofs `this.…`, others `lesson.<its id>.…`."""
        first, _, rest = self.target.partition(".")
        return f"{PREFIX}.{self.lesson}.{rest}" if first == HERE and rest else self.target

    @property
    def output(self) -> str:
        """The name of the proof's output."""
        return self.target.rpartition(".")[2]

    @property
    def given(self) -> tuple[tuple[str, str], ...]:
        """The arguments for the proof: those whose names do not begin with `@`, which are about the claim itself."""
        return tuple((name, value) for name, value in self.arguments if not name.startswith("@"))

    @property
    def device(self) -> str:
        """The device that the claim is bound to (`@device=H100`): a part of its name, or `""` for any."""
        return next((value for name, value in self.arguments if name == DEVICE), "")

    @property
    def reference(self) -> str:
        """The claim's target with its arguments, as a lesson writes it: `backprop.relu_chain.dw2?w2=0.3`."""
        query = "&".join(f"{name}={value}" for name, value in self.arguments)
        return f"{self.target}?{query}" if query else self.target


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a proof, read from its syntax tree: annotation and default are source text."""

    name: str
    annotation: str
    default: str | None

    @property
    def required(self) -> bool:
        """Whether a claim has to give it."""
        return self.default is None


@dataclass(frozen=True, slots=True)
class ProofSignature:
    """What is known of a proof without running it.

    `module` is dotted and relative to `verify/`. `outputs` is empty where they cannot be read (then a diagnostic says
    so). `device` is `cpu` or `cuda`. `timeout` is in seconds and `memory` in bytes; `None` takes the project's limit.
    `fingerprint` is a hex digest of the function's normalised syntax tree and of all it reaches through local
    imports; `parts` are the digests of those pieces by name (`attention.py::naive`), to say which of them changed.
    `processes` is the most processes that it may be repeated in; 1 is one run beside others, more are a timing, each of
    whose processes is fresh and has the machine for itself. `program` is the Python of a proof that stands in a lesson,
    and not in a file of `verify/`. `reads` are the data that it declares, as paths below `verify/`; their digests are
    parts of the fingerprint.
    """

    module: str
    name: str
    parameters: tuple[Parameter, ...]
    outputs: tuple[str, ...]
    device: str
    timeout: float | None
    memory: int | None
    summary: str
    doc: str
    span: Span
    fingerprint: str
    parts: Mapping[str, str] = field(hash=False)
    processes: int = 1
    reads: tuple[str, ...] = ()
    program: Program | None = field(default=None, repr=False)

    @property
    def is_block(self) -> bool:
        """Whether it is a code block that is executed as it stands, and no proof that returns something."""
        return self.program is not None and self.program.notes is not None

    @property
    def qualified(self) -> str:
        """`module.function`."""
        return f"{self.module}.{self.name}"


@dataclass(frozen=True, slots=True)
class Trial:
    """What one process kept of a measure: raw numbers by name, and facts about how they came to be.

    `series` hold what the verdict is computed from (seconds for each round of both arms, values at each size); `facts`
    are for people (`inputs`, `clock`), except for the few that a rule names.
    """

    series: Mapping[str, tuple[float, ...]] = field(default_factory=dict, hash=False)
    facts: Mapping[str, Scalar] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Samples:
    """The raw samples of one output, one trial a process; `rule` names how they are judged (`paired-v1`)."""

    rule: str
    trials: tuple[Trial, ...]


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one run of a proof with one set of arguments returned, and where.

    `outputs` hold scalars, or lists of samples for measures that repeat. `failure` is `""`, or says in one line why
    there are no outputs (a crash, a hang, a wrong type); `trace` is then the traceback or the end of the output.
    `faults` say the same of single outputs (a NaN, a tensor): the others stand.
    `device` is `cpu` or the name of the card, `environment` the versions that were in play. `origin` tells a run of
    this build (`live`), one kept from an earlier build with the same fingerprint (`cache`), and a committed one
    (`receipt`). `made` is an ISO 8601 time in UTC; `seconds` is wall time. `samples` hold, for outputs that a measure
    of `deckforge.proof` made, what every build judges them by again.
    """

    proof: str
    arguments: Mapping[str, Scalar]
    outputs: Mapping[str, Scalar | tuple[float, ...]]
    failure: str
    trace: str
    device_class: str
    device: str
    environment: Mapping[str, str]
    method: str
    made: str
    seconds: float
    origin: str
    fingerprint: str
    faults: Mapping[str, str] = field(default_factory=dict)
    samples: Mapping[str, Samples] = field(default_factory=dict)


class Status(StrEnum):
    """A verdict's word."""

    PROVEN = "proven"
    UNREFUTED = "unrefuted"
    """An absolute (always, never) that a search found no counterexample to; which is no proof."""
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"
    FAILED = "failed"
    """The proof crashed, hung, or returned something that is no number."""
    STALE = "stale"
    """There is a receipt, but what was measured is no longer what the proof says."""
    UNPROVEN = "unproven"
    """Nothing has measured it: a GPU is needed, or torch is not installed."""
    CITED = "cited"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a claim.

    `interval` is the acceptance interval in the writer's unit, as text (`[-0.6085, -0.6075]`); `measured` is the
    measured value as text in the same unit (`-0.608`). `reason` is one sentence for a reader. `correction` is what to
    write instead of the claim's text, where the claim is refuted and that can be said. `choice` says why this
    measurement judges it, where several cards have given one.
    """

    claim: Claim
    status: Status
    reason: str
    interval: str = ""
    measured: str = ""
    correction: str = ""
    measurement: Measurement | None = None
    choice: str = ""

    @property
    def answered(self) -> bool:
        """Whether the number is answered for: proven, searched without finding a counterexample, cited or given."""
        return self.status in (Status.PROVEN, Status.UNREFUTED, Status.CITED, Status.GIVEN)
