"""`deckforge explain`: a code's page, the evidence of a claim, or what a written value stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge import retell
from deckforge.errors import ProjectNotFound, UsageError
from deckforge.model.written import Kind, WrittenError, parse
from deckforge.report import place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from deckforge.model.claims import Claim, Measurement, Verdict
    from deckforge.pipeline import Result
    from deckforge.project import Project


def explain(what: str, folder: Path) -> str:
    """Return the explanation of a code, claim or written value as Markdown text.

    Raises:
        UsageError: it is none of the three; the message lists what comes near.
    """
    from deckforge import catalogue

    code = catalogue.find(what)
    if code is not None:
        return catalogue.page(code)
    claims = _claims(what, folder)
    if claims:
        return claims
    try:
        return _value(what)
    except WrittenError as error:
        near = ", ".join(f"{code.id} {code.name}" for code in catalogue.near(what))
        hint = f" Near codes: {near}." if near else ""
        raise UsageError(
            f"“{what}” is no code, no claim of this course, and no written value ({error}).{hint}"
        ) from None


def _value(text: str) -> str:
    written = parse(text)
    if written.kind is Kind.WORD:  # any word would do: more likely a misspelt code
        raise WrittenError("a word alone is compared letter by letter")
    if written.kind is Kind.SCALING:
        return f"{text}  (read as: {written.kind})\n\n  allowed  {written.growth}\n"
    if not written.numeric:
        return f"{text}  (read as: {written.kind})\n\n  allowed  {str(written.truth).lower()} alone\n"
    whole, real = written.interval(whole=True), written.interval(whole=False)
    lines = [f"{text}  (read as: {written.kind})", "", f"  allowed  {real.text}"]
    possible = written.value is None or float(written.value).is_integer()
    if whole != real and possible:
        lines.append(f"           {whole.text} where a whole number is measured")
    return "\n".join(lines) + "\n"


def _claims(what: str, folder: Path) -> str:
    """Return the evidence of the claims that `what` names: a lesson, an item, `path:line`, a proof, output or text."""
    from deckforge.pipeline import check, verify
    from deckforge.project import Project
    from deckforge.verify import Options

    try:
        project = Project.find(folder)
    except ProjectNotFound:
        return ""
    checked = check(project)
    if line := _LINE.fullmatch(what):
        _nothing_there(checked, line[1], int(line[2]))
    if not any(_named(what, claim, place(checked, claim)) for claim in checked.course.all_claims()):
        return ""
    result = verify(project, Options())
    assert result.verification is not None, "verify always verifies"
    verdicts = result.verification.verdicts
    chosen = [claim for claim in result.course.all_claims() if _named(what, claim, place(result, claim))]
    kept = _kept(project)
    return "\n".join(_evidence(verdicts[claim], result, kept.get(claim.proof, ())) for claim in chosen)


_LINE = re.compile(r"(.+\.(?:md|ya?ml)):(\d+)")


def _nothing_there(checked: Result, path: str, line: int) -> None:
    """Raise where a line of a lesson has no claim, and say which lines have some.

    Raises:
        UsageError: there is none.
    """
    lesson = next(
        (each for each in checked.course.lessons if path in (each.path, each.path.removeprefix("content/"))), None
    )
    if lesson is None:
        return
    lines = sorted({int(place(checked, claim).rpartition(":")[2]) for claim in lesson.all_claims()})
    if line not in lines:
        near = sorted(lines, key=lambda each: abs(each - line))[:4]
        there = f"the nearest are on lines {', '.join(map(str, sorted(near)))}" if near else "the lesson has none"
        raise UsageError(f"there is no claim on line {line} of {lesson.path}; {there}")


def _named(what: str, claim: Claim, at: str) -> bool:
    names = (claim.reference, claim.target, claim.lesson, claim.item, at, at.removeprefix("content/"))
    return what in names or (claim.needs_proof and what in (claim.proof, claim.proof.rpartition(".")[0]))


def _kept(project: Project) -> dict[str, list[Measurement]]:
    """Return every measurement that the project's receipts and cache still hold, by proof."""
    from deckforge.cache.measurements import Measurements
    from deckforge.verify import environment, receipts

    found: dict[str, list[Measurement]] = {}
    committed = [receipt.measurement for receipt in receipts.load(project).value.every]
    cached = Measurements(project.cache / "measurements", environment.torch_version()).every()
    for each in (*committed, *cached):
        found.setdefault(each.proof, []).append(each)
    return found


def _evidence(verdict: Verdict, result: Result, before: Sequence[Measurement]) -> str:
    claim = verdict.claim
    lines = [
        f"{place(result, claim)}  {claim.text}  {verdict.status}",
        f"  {verdict.reason}",
        f"  in        {claim.context}",
        f"  {claim.kind.value:<9} {claim.reference}",
    ]
    if verdict.interval:
        lines.append(f"  allowed   {verdict.interval}{f'  (author: {claim.override})' if claim.override else ''}")
    if verdict.measured:
        lines.append(f"  measured  {verdict.measured}")
    if verdict.correction:
        lines.append(f"  write     {verdict.correction}")
    measurement = verdict.measurement
    if measurement is not None:
        versions = ", ".join(f"{name} {version}" for name, version in sorted(measurement.environment.items()))
        lines.append(f"  on        {measurement.device}, {measurement.made} ({measurement.origin}); {versions}")
        if verdict.choice:
            lines.append(f"  chosen    {verdict.choice}")
        lines += [f"  returned  {retell.output(name, value)}" for name, value in measurement.outputs.items()]
        for name, kept in measurement.samples.items():
            if name == claim.output:
                lines += [f"  samples   {line}" for line in retell.samples(name, kept)]
        if measurement.failure:
            lines.append(f"  failure   {measurement.failure}")
            lines += [f"            {line}" for line in measurement.trace.splitlines()]
    lines += [f"  history   {line}" for line in retell.history(before, measurement)]
    signature = result.course.proofs.get(claim.proof)
    if signature is not None:
        source = result.course.sources.get(signature.span.path)
        at = f":{source.position(signature.span.start).line}" if source else ""
        lines.append(f"  proof     {signature.span.path}{at}  {signature.summary}")
    return "\n".join(lines) + "\n"
