"""Draw the diagrams of a course that have no drawing yet: Mermaid, in a browser that is already on this machine.

`model.diagrams` says which blocks are diagrams, why their drawings are committed, and what they are called. Here they
are made. Nothing is downloaded: the browser is a Chromium that is installed, and Mermaid is the `mermaid.min.js` that
its user installed or names. What is not there is a diagnostic at the diagram, which is then shown as code.

All diagrams are drawn in one run of the browser (about two seconds), on a page that may load that one script and
nothing else, without a network, with Mermaid in its strict mode. Labels are SVG text and not HTML, because a picture
in a card cannot show HTML; the ground is a light one of its own, so that the drawing is read by day and by night.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Outcome, Severity
from deckforge.emit import Artifact
from deckforge.model import diagrams

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deckforge.diagnostics import Diagnostic
    from deckforge.model.course import Course
    from deckforge.model.rich import Code as Block
    from deckforge.progress import Progress
    from deckforge.project import Project

UNDRAWN = Code(
    "DF902",
    "diagram-not-drawn",
    Severity.WARNING,
    "A Mermaid diagram has no drawing, and this machine cannot make one.",
    "Mermaid needs a browser. Without a drawing the diagram is shown as the text it is written in. Drawings are "
    "committed with the course, so it is enough that one machine has a browser: build there once and commit "
    "`content/media/mermaid/`.",
    "deckforge build        (no Chromium, or no mermaid.min.js)",
    "apt-get install chromium && npm install mermaid && deckforge build",
)
BROKEN = Code(
    "DF319",
    "broken-diagram",
    Severity.ERROR,
    "Mermaid cannot read a diagram.",
    "There is nothing to draw, and a learner would be shown the text of a diagram that is not one.",
    "```mermaid\nflowchart LR\n  A[Loss --> B\n```",
    "```mermaid\nflowchart LR\n  A[Loss] --> B\n```",
)
CODES = (BROKEN, UNDRAWN)

SECONDS = 120
"""How long the browser may take for all diagrams."""
MERMAID, BROWSER = "DECKFORGE_MERMAID", "DECKFORGE_BROWSER"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
_INSTALLED = Path("node_modules", "mermaid", "dist", "mermaid.min.js")
_RESULT = re.compile(r'<pre id="drawings">([A-Za-z0-9+/=]*)</pre>')


@dataclass(frozen=True, slots=True)
class Tools:
    """The browser and the script that draw."""

    browser: Path
    mermaid: Path


def draw(project: Project, course: Course, progress: Progress) -> Outcome[tuple[Artifact, ...]]:
    """Return the drawings that were missing, as files of the course; and what could not be drawn, at its place."""
    waiting = {diagrams.path(code): code for code in _missing(course)}
    if not waiting:
        return Outcome(())
    tools = find(project.root, os.environ)
    if isinstance(tools, str):
        return Outcome((), undrawn(_missing(course), tools))
    progress("draw", 0, len(waiting))
    drawings = run(tools, [code.text for code in waiting.values()])
    if isinstance(drawings, str):
        return Outcome((), undrawn(_missing(course), drawings))
    progress("draw", len(waiting), len(waiting))
    made, found = [], []
    for (path, code), (svg, error) in zip(waiting.items(), drawings, strict=True):
        if svg:
            made.append(Artifact(path, svg.encode()))
        else:
            message = f"Mermaid cannot read this diagram: {error}"
            found.append(BROKEN.at(code.span, message, fix="mend it; Mermaid's live editor shows where it breaks"))
    return Outcome(tuple(made), tuple(found))


def refuse(course: Course) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each diagram without a drawing: for a build that may change nothing in `content/`."""
    return undrawn(_missing(course), "with --locked nothing is drawn")


def _missing(course: Course) -> list[Block]:
    return [code for code in diagrams.of_course(course) if diagrams.path(code) not in course.media]


def undrawn(codes: Iterable[Block], reason: str) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each of the diagrams, with the reason why it is shown as code."""
    fix = "build once where Chromium and mermaid.min.js are, and commit content/media/mermaid (see `explain DF902`)"
    message = f"this diagram is shown as text: it has no drawing yet, and {reason}"
    return tuple(UNDRAWN.at(code.span, message, fix=fix) for code in codes)


def find(root: Path, environment: Mapping[str, str]) -> Tools | str:
    """Return the tools of this machine, or in words what is missing.

    The environment's `DECKFORGE_BROWSER` and `DECKFORGE_MERMAID` name them; else the browser is looked for on the
    path, and Mermaid in the project's `node_modules` and beside an `mmdc` (Mermaid's own command line) on the path.
    """
    path = environment.get("PATH", "")
    named = environment.get(BROWSER, "")
    browser = shutil.which(named, path=path) if named else _first(BROWSERS, path)
    if browser is None:
        return f"{BROWSER} names no program ({named})" if named else "no Chromium is installed"
    script = environment.get(MERMAID, "")
    if script:
        given = Path(script) / "dist" / "mermaid.min.js" if Path(script).is_dir() else Path(script)
        return Tools(Path(browser), given) if given.is_file() else f"{MERMAID} names no file ({script})"
    beside = shutil.which("mmdc", path=path)
    places = [root, *(Path(beside).resolve().parents if beside else ())]
    for place in places:
        if (place / _INSTALLED).is_file():
            return Tools(Path(browser), place / _INSTALLED)
    return f"Mermaid is not installed (npm install mermaid, or set {MERMAID} to its mermaid.min.js)"


def _first(names: Sequence[str], path: str) -> str | None:
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def run(tools: Tools, texts: Sequence[str]) -> list[tuple[str, str]] | str:
    """Return an SVG or an error for each text, or in words why the browser drew nothing at all."""
    with tempfile.TemporaryDirectory(prefix="deckforge-draw-") as scratch:
        folder = Path(scratch)
        shutil.copyfile(tools.mermaid, folder / "mermaid.min.js")
        page = (files("deckforge") / "draw.html").read_text(encoding="utf-8")
        given = json.dumps(list(texts)).replace("<", "\\u003c")
        (folder / "page.html").write_text(page.replace("[/* texts */]", given), encoding="utf-8")
        try:
            printed = _printed(_command(tools, folder))
        except subprocess.TimeoutExpired:
            return f"{tools.browser.name} took longer than {SECONDS} seconds"
        except OSError as error:
            return f"{tools.browser.name} cannot be started: {error.strerror}"
    found = _RESULT.search(printed)
    if found is None:
        return f"{tools.browser.name} drew nothing with {tools.mermaid}"
    return [(each.get("svg", ""), each.get("error", "")) for each in json.loads(base64.b64decode(found[1]))]


def _command(tools: Tools, folder: Path) -> list[str]:
    return [
        str(tools.browser),
        "--headless",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={folder / 'profile'}",
        f"--virtual-time-budget={SECONDS * 1000}",
        # Chromium refuses its sandbox to root, as builds in containers often are; the page is ours, and offline.
        *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
        "--dump-dom",
        (folder / "page.html").as_uri(),
    ]


def _printed(command: list[str]) -> str:
    """Return what a program prints; where it takes too long, nothing of it is left running."""
    with subprocess.Popen(  # noqa: S603 - a browser that the user installed, on a page of ours
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            printed, _ = process.communicate(timeout=SECONDS)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return printed.decode("utf-8", "replace")
