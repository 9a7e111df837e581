"""The way of a lesson, one line a stage: read → check → verify → render and emit → write.

Nothing is written unless every stage before was free of errors; whatever was built before is then still in place.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from deckforge import silence
from deckforge.diagnostics import Diagnostic, Outcome, Severity, has_errors, in_order
from deckforge.progress import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from deckforge.emit import Artifact, Context
    from deckforge.emit.writer import Written
    from deckforge.model.claims import ProofSignature
    from deckforge.model.course import Course
    from deckforge.progress import Progress
    from deckforge.project import Project
    from deckforge.verify import Options, Verification

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Result:
    """What a command did. `verification` and `written` are `None` where it did not come to that."""

    course: Course
    diagnostics: tuple[Diagnostic, ...]
    verification: Verification | None = None
    written: Written | None = None
    site_built: bool = False
    seconds: Mapping[str, float] = field(default_factory=dict)


class BackEnd(NamedTuple):
    """A back end by name; the import waits until it is wanted."""

    name: str
    emit: Callable[[Context], Outcome[tuple[Artifact, ...]]]


def back_ends() -> tuple[BackEnd, ...]:
    """Return the back ends in the order in which they run; the site is last, because it offers what the others made."""
    from deckforge.emit import anki, calendar, course_json, mirror, quizlet, site, tables
    from deckforge.emit.lms import gift, moodle, qti

    return (
        BackEnd("decks", anki.emit),
        BackEnd("tables", tables.emit),
        BackEnd("quizlet", quizlet.emit),
        BackEnd("gift", gift.emit),
        BackEnd("moodle", moodle.emit),
        BackEnd("qti", qti.emit),
        BackEnd("calendar", calendar.emit),
        BackEnd("llms", mirror.emit),
        BackEnd("json", course_json.emit),
        BackEnd("site", site.emit),
    )


def check(project: Project) -> Result:
    """Read and check a course; execute nothing, write nothing."""
    from deckforge.check import check as check_course
    from deckforge.read import read

    clock = _Clock()
    course, found = _unpack(read(project))
    clock.lap("read")
    found += check_course(course)
    found += tuple(silence.wrong(course))
    clock.lap("check")
    return Result(course, _visible(found, course), seconds=clock.laps)


def verify(project: Project, options: Options, progress: Progress = silent) -> Result:
    """Read and check a course, and execute what its claims need; write receipts where the options ask for it."""
    from deckforge.verify import verify as verify_course

    result = check(project)
    clock = _Clock(dict(result.seconds))
    verification, found = _unpack(verify_course(result.course, project, options, progress))
    clock.lap("verify")
    diagnostics = _visible((*result.diagnostics, *found), result.course)
    return replace(result, diagnostics=diagnostics, verification=verification, seconds=clock.laps)


def build(
    project: Project,
    options: Options,
    *,
    only: Sequence[str] = (),
    locked: bool = False,
    allow_full_sync: bool = False,
    strict: bool = False,
    engine: str = "",
    progress: Progress = silent,
) -> Result:
    """Read, check, verify, emit, and put the results in `build/`, all of them or none.

    `only` names back ends (none: all). With `locked`, a build that would change `content/anki.lock` is an error; so
    is a package that Anki cannot take as an update without a full sync, unless `allow_full_sync` is set. With
    `strict`, warnings keep anything from being written too. `engine` names a site generator in place of the course's.

    Raises:
        OutputError: another build is running, or the disk refuses.
        EngineError: the site generator or the proof server broke.
    """
    from deckforge.emit import Context, writer

    with writer.only_build(project):
        result = verify(project, options, progress)
        if result.verification is None or _stops(result.diagnostics, strict=strict):
            return result
        clock = _Clock(dict(result.seconds))
        verdicts = result.verification.verdicts
        course = _with_engine(result.course, engine)
        course, drawings, found = _draw(project, course, only, progress, locked=locked)
        diagnostics = _visible((*result.diagnostics, *found), course)
        result = replace(result, course=course, diagnostics=diagnostics)
        clock.lap("draw")
        if _stops(diagnostics, strict=strict):
            return replace(result, seconds=clock.laps)
        context = Context(project, course, verdicts, _now(), locked, allow_full_sync=allow_full_sync)
        made, found = _emit(context, only, progress)
        made |= {"drawings": drawings} if drawings else {}
        clock.lap("emit")
        diagnostics = _visible((*result.diagnostics, *found), result.course)
        result = replace(result, diagnostics=diagnostics, seconds=clock.laps)
        if _stops(diagnostics, strict=strict):
            return result

        staged, inputs, found = _site(project, course, made, progress)
        clock.lap("site")
        try:
            if not has_errors(found):
                written, problems = _unpack(writer.commit(project, made, staged, inputs))
                result = replace(result, written=written, site_built=staged is not None)
                found += problems
        finally:
            if staged is not None:
                shutil.rmtree(staged.parent if staged.parent != project.build else staged, ignore_errors=True)
        clock.lap("write")
        diagnostics = _visible((*result.diagnostics, *found), result.course)
        return replace(result, diagnostics=diagnostics, seconds=clock.laps)


def _with_engine(course: Course, engine: str) -> Course:
    return replace(course, site=replace(course.site, engine=engine)) if engine else course


def _draw(
    project: Project, course: Course, only: Sequence[str], progress: Progress, *, locked: bool
) -> tuple[Course, tuple[Artifact, ...], tuple[Diagnostic, ...]]:
    """Return the course with the drawings of all its diagrams, those that are new as files, and what was not drawn."""
    from deckforge import draw

    if only and set(only) <= {"json"}:
        return course, (), ()
    drawings, found = ((), draw.refuse(course)) if locked else _unpack(draw.draw(project, course, progress))
    if not drawings:
        return course, (), found
    return replace(course, media={**course.media, **{each.path: each.data for each in drawings}}), drawings, found


def preview(project: Project, options: Options, progress: Progress = silent) -> tuple[Result, tuple[Artifact, ...]]:
    """Read, check, verify, and return what a build of the decks would put on disk; write none of it.

    There are no artifacts where the lessons have mistakes. A package that would force a full sync is made all the same.
    """
    from deckforge.emit import Context

    result = verify(project, options, progress)
    if result.verification is None or has_errors(result.diagnostics):
        return result, ()
    course, _, undrawn = _draw(project, result.course, ("decks",), progress, locked=False)
    context = Context(project, course, result.verification.verdicts, _now(), allow_full_sync=True)
    made, found = _emit(context, ("decks",), progress)
    diagnostics = _visible((*result.diagnostics, *undrawn, *found), course)
    return replace(result, course=course, diagnostics=diagnostics), made["decks"]


def all_proofs(course: Course) -> Mapping[str, ProofSignature]:
    """Return the course's proofs and all that come with the package."""
    from deckforge.read import proofs

    return {**course.proofs, **proofs.library_signatures()}


def claims_of(path: str, data: bytes) -> tuple[tuple[str, ...], int]:
    """Return the references of a Markdown lesson's claims, and how many mistakes reading it finds."""
    from deckforge.model.source import Source
    from deckforge.read.markdown import read_markdown_lesson

    outcome = read_markdown_lesson(Source(path, data))
    errors = sum(each.severity is Severity.ERROR for each in outcome.diagnostics)
    return tuple(claim.reference for claim in outcome.value.all_claims()), errors


def lock_state(project: Project) -> tuple[int, int]:
    """Return how many entries `content/anki.lock` has, and how many of its lines cannot be read."""
    from deckforge.emit.anki import lock

    entries, problems = lock.read(project.lock.read_bytes() if project.lock.is_file() else b"")
    return len(entries), len(problems)


def receipt_states(project: Project, course: Course) -> Mapping[str, int]:
    """Return how many receipts are fresh, stale, orphaned (their proof is gone) and broken; states that occur alone."""
    from deckforge.verify import receipts

    loaded = receipts.load(project)
    states = ["broken"] * len(loaded.diagnostics)
    for receipt in loaded.value.every:
        signature = course.proofs.get(receipt.measurement.proof)
        stale = signature is not None and receipts.staleness(receipt, signature)
        states.append("orphaned" if signature is None else "stale" if stale else "fresh")
    return {state: states.count(state) for state in dict.fromkeys(states)}


def _emit(
    context: Context, only: Sequence[str], progress: Progress
) -> tuple[dict[str, tuple[Artifact, ...]], tuple[Diagnostic, ...]]:
    """Return every back end's artifacts by its name."""
    chosen = [back_end for back_end in back_ends() if not only or back_end.name in only]
    made: dict[str, tuple[Artifact, ...]] = {}
    found: tuple[Diagnostic, ...] = ()
    for number, back_end in enumerate(chosen):
        progress("emit", number, len(chosen), back_end.name)
        so_far = tuple(artifact for artifacts in made.values() for artifact in artifacts)
        made[back_end.name], more = _unpack(back_end.emit(replace(context, made=so_far)))
        found += more
    progress("emit", len(chosen), len(chosen))
    return made, found


def _site(
    project: Project, course: Course, made: Mapping[str, Sequence[Artifact]], progress: Progress
) -> tuple[Path | None, str, tuple[Diagnostic, ...]]:
    """Return a staged site (`None` where the one on disk is current, or none is wanted) and what it was made from."""
    from deckforge.cache import manifest
    from deckforge.emit import writer
    from deckforge.emit.site import engine

    if "site" not in made:
        return None, manifest.load(writer.manifest_path(project)).site_inputs, ()
    epoch = _last_change(project, made)
    pages = (*made["site"], *made.get("llms", ()))
    inputs = _site_inputs(project, course.site.engine, pages, epoch)
    if writer.site_is_current(project, inputs):
        return None, inputs, ()
    staged, found = _unpack(engine.build(project, pages, epoch=epoch, generator=course.site.engine, progress=progress))
    return staged, inputs, found


def _site_inputs(project: Project, engine: str, pages: Sequence[Artifact], epoch: int) -> str:
    """Return a digest of everything that the site generator's output is a function of."""
    from importlib.metadata import PackageNotFoundError, version

    from deckforge.emit.site.generators import GENERATORS

    def version_of(package: str) -> str:
        try:
            return version(package)
        except PackageNotFoundError:
            return ""

    whole = hashlib.sha256()
    packages = ("deckforge", "mkdocs-material", "markdown", "pymdown-extensions", "pygments", "jinja2")
    made_by = (GENERATORS[engine].package, *packages)
    whole.update(repr([(package, version_of(package)) for package in made_by] + [epoch]).encode())
    if project.mkdocs.is_file():
        whole.update(project.mkdocs.read_bytes())
    for page in sorted(pages, key=lambda page: page.path):
        whole.update(f"\0{page.path}\0{len(page.data)}\0".encode())
        whole.update(page.data)
    return whole.hexdigest()


def _last_change(project: Project, made: Mapping[str, Sequence[Artifact]]) -> int:
    """Return when the content last changed, in seconds since 1970: what the site calls its date.

    The newest modification time in the lock file is a function of the content's history, and of no clock.
    """
    from deckforge.emit.anki import lock

    artifacts = [artifact.data for each in made.values() for artifact in each if artifact.path == "content/anki.lock"]
    data = artifacts[0] if artifacts else project.lock.read_bytes() if project.lock.is_file() else b""
    return lock.newest(data)


def _now() -> int:
    """Return the time of this build; `SOURCE_DATE_EPOCH` sets it, as everywhere."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(given) if given.isdecimal() else int(time.time())


def _unpack(outcome: Outcome[T]) -> tuple[T, tuple[Diagnostic, ...]]:
    return outcome.value, outcome.diagnostics


def _visible(found: Sequence[Diagnostic], course: Course) -> tuple[Diagnostic, ...]:
    """Return the diagnostics in order, without those that the course silences; an error cannot be silenced."""
    silenced = set(course.silenced)
    return in_order(each for each in found if each.severity is Severity.ERROR or each.code.id not in silenced)


def _stops(diagnostics: Sequence[Diagnostic], *, strict: bool) -> bool:
    worst = Severity.WARNING if strict else Severity.ERROR
    return any(diagnostic.severity >= worst for diagnostic in diagnostics)


class _Clock:
    """Laps, in seconds, by the name of the stage."""

    def __init__(self, laps: dict[str, float] | None = None) -> None:
        self.laps = laps or {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps[stage] = now - self._last
        self._last = now
