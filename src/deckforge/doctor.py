"""`deckforge doctor`: what this machine offers, found out by trying, and how the course on it stands.

Isolation is not asked for but looked at: a child like any proof's tries to write outside its scratch folder, to list
the home folder and so on. Nothing of the course is executed, and nothing is written.
"""

from __future__ import annotations

import os
import platform
import tempfile
import time
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from deckforge.errors import EngineError, ProjectNotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.verify.driver import Answer

_MEANING = {
    "limits": "memory, processor time, files, processes",
    "network": "no network but loopback",
    "writes": "no writing outside the scratch folder",
    "reads": "no reading of home folders and of the course",
    "calls": "no system calls that no proof needs",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, what was found, and whether that is as it should be (`None`: neither way)."""

    name: str
    found: str
    good: bool | None = None


def examine(folder: Path) -> Iterator[Finding]:
    """Yield what there is to say of this machine, and of the course in or above `folder`, if there is one."""
    from deckforge import __version__

    yield Finding("deckforge", __version__)
    yield Finding("Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    yield from _proofs()
    yield from _programs()
    yield from _course(folder)


def text(findings: list[Finding]) -> str:
    """Return the findings as lines, each with a mark."""
    width = max(len(each.name) for each in findings)
    marks = {True: "ok", False: "!!", None: "  "}
    return "".join(f"{marks[each.good]}  {each.name:<{width}}  {each.found}\n" for each in findings)


def _proofs() -> Iterator[Finding]:
    """Yield what is needed for running proofs."""
    from deckforge.verify import environment

    version = environment.torch_version()
    if why := environment.why_not():
        yield Finding("torch", why, good=False)
        return
    yield Finding("torch", version, good=True)
    from deckforge.verify.driver import LAYERS, Driver, Request

    outside = Path(tempfile.gettempdir()) / "deckforge-doctor"
    request = Request("deckforge.verify.sandbox", "probe", {"outside": str(outside)}, timeout=60.0)
    started = time.perf_counter()
    try:
        with Driver(Path.cwd(), preload=True) as driver:
            first = driver.run([request])[0]
            ready = time.perf_counter() - started
            again = driver.run([request])[0]
            gpu, no_gpu = environment.find_gpu(driver)
            layers = driver.layers
    except EngineError as error:
        yield Finding("fork server", str(error), good=False)
        return
    finally:
        outside.unlink(missing_ok=True)
    yield Finding("fork server", f"starts in {ready:.1f} s, then {1000 * again.seconds:.0f} ms a proof", good=True)
    yield from isolation(first, LAYERS)
    if gpu:
        yield Finding("GPU", f"{gpu['name']}, {gpu['memory']}, CUDA {gpu['cuda']}", good=True)
        if lost := [layer for layer in LAYERS if layer not in layers]:
            yield Finding("GPU isolation", f"works only without {', '.join(lost)}", good=False)
    else:
        yield Finding("GPU", f"none that computes ({no_gpu}); proofs for one are judged by receipts")
    yield _cluster()


def isolation(answer: Answer, layers: tuple[str, ...]) -> Iterator[Finding]:
    """Yield what the layers are worth, by what the probe reported."""
    if answer.failure:
        yield Finding("isolation", f"the probe failed: {answer.failure}", good=False)
        return
    held = {each.partition(" ")[0]: each for each in answer.held}
    # What the kernel granted, against what the probe could do all the same.
    said = answer.outputs
    escaped = {
        "writes": said["wrote"] is True,
        "network": said["interfaces"] != "lo",
        "reads": said["listed"] is True,
        "calls": said["called"] is True,
    }
    for layer in layers:
        if layer not in held:
            yield Finding(f"isolation: {layer}", "not granted by this kernel", good=False)
        elif escaped.get(layer):
            yield Finding(f"isolation: {layer}", "granted, but the probe got round it", good=False)
        else:
            detail = held[layer].partition("(")[2].rstrip(")")
            yield Finding(f"isolation: {layer}", _MEANING[layer] + (f" ({detail})" if detail else ""), good=True)


def _cluster() -> Finding:
    """Return what there is of Ray; no cluster is started or asked for that."""
    try:
        version = metadata.version("ray")
    except metadata.PackageNotFoundError:
        return Finding("Ray", "not installed; only `deckforge verify --on ray` needs it")
    address = os.environ.get("RAY_ADDRESS", "")
    return Finding("Ray", f"{version}; " + (f"the cluster at {address}" if address else "a cluster is made here"))


def _programs() -> Iterator[Finding]:
    """Yield the programs that pictures of diagrams need."""
    from deckforge import draw

    tools = draw.find(Path.cwd(), os.environ)
    if isinstance(tools, str):
        yield Finding("diagrams", f"{tools}; only drawing new ones needs it")
    else:
        yield Finding("diagrams", f"{tools.browser} with {tools.mermaid}", good=True)


def _course(folder: Path) -> Iterator[Finding]:
    from deckforge import pipeline
    from deckforge.project import Project

    try:
        project = Project.find(folder)
    except ProjectNotFound:
        yield Finding("course", "none here")
        return
    result = pipeline.check(project)
    yield Finding("course", f"{result.course.title or result.course.id} ({project.root})")
    notes, problems = pipeline.lock_state(project)
    if not project.lock.is_file():
        yield Finding("anki.lock", "none yet: the first build of decks writes it")
    elif problems:
        yield Finding("anki.lock", f"{problems} lines cannot be read", good=False)
    else:
        yield Finding("anki.lock", f"{notes} entries", good=True)
    counts = pipeline.receipt_states(project, result.course)
    if not counts:
        yield Finding("receipts", "none")
        return
    words = ", ".join(
        f"{counts[state]} {state}" for state in ("fresh", "stale", "orphaned", "broken") if state in counts
    )
    yield Finding("receipts", words, good=set(counts) == {"fresh"})
