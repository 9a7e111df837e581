"""Runs the site generator over pages that are not on disk yet, beside everything that is.

The project is mirrored into a staging folder: `mkdocs.yml` as it is, the pages and the generated configuration where
it looks for them, and links to whatever else stands in the root (a theme's own templates, for instance). There the
generator runs in its strict mode, with nothing of it changed; the caller swaps the result in, or drops it. What it
says is data: each warning and error becomes a diagnostic.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from deckforge.diagnostics import Outcome
from deckforge.emit.site import installable
from deckforge.emit.site.codes import (
    FOREIGN_CONFIGURATION,
    GENERATOR_FAILED,
    GENERATOR_MISSING,
    GENERATOR_WARNING,
    NO_CONFIGURATION,
)
from deckforge.emit.site.generators import COLOURS, DEFAULT, GENERATORS
from deckforge.errors import EngineError
from deckforge.model.source import Span
from deckforge.progress import silent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deckforge.diagnostics import Diagnostic
    from deckforge.emit import Artifact
    from deckforge.emit.site.generators import Generator
    from deckforge.progress import Progress
    from deckforge.project import Project

TIMEOUT = 900
"""Seconds after which a generator that says nothing more is taken for hung."""

BESIDE = "build/llms/"
"""Below this, files lie as they will in the site."""

_OURS = {"INHERIT": "build/site.yml", "docs_dir": "build/pages", "site_dir": "build/site"}


def build(
    project: Project,
    artifacts: Sequence[Artifact],
    *,
    epoch: int,
    generator: str = DEFAULT,
    staging: Path | None = None,
    progress: Progress = silent,
) -> Outcome[Path | None]:
    """Return the folder that holds the built site, or `None` with what was wrong.

    `artifacts` are the site emitter's, and those under `build/llms`, which are put into the site as they are; others
    are passed over. `generator` names one of `GENERATORS`. `epoch` (seconds since 1970) is the only time that gets into
    the site: same artifacts, same `mkdocs.yml` and same epoch give the same bytes on any day. The site is the folder
    `site` of `staging`, an empty folder for our use, else of a new one under `build/` whose name begins with
    `.staging-`; the caller deletes it once the site is moved. Neither `build/site` nor `build/pages` is touched.

    Raises:
        EngineError: the generator cannot be started, or hangs.
    """
    if wrong := _configuration_mistakes(project):
        return Outcome(None, wrong)
    chosen = GENERATORS[generator]
    if not chosen.installed:
        message = f"the site generator `{generator}` is not installed beside deckforge"
        fix = f'pip install "deckforge[{generator}]", or take another: `site: {{engine: {DEFAULT}}}` in course.yaml'
        return Outcome(None, (GENERATOR_MISSING.at(None, message, fix=fix),))
    if staging is None:
        project.build.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".staging-site-", dir=project.build))
    mirror = staging / "project"
    try:
        progress("site", 0, 2, "laying out the pages")
        _mirror(project, artifacts, mirror)
        progress("site", 1, 2, "running the site generator")
        code, output = _run(chosen, mirror, epoch)
        progress("site", 2, 2)
        fix = "mend the page's lesson or template, or mkdocs.yml"
        said = [message.replace(f"{mirror}/", "") for message in chosen.complaints(output)]
        diagnostics = tuple(GENERATOR_WARNING.at(None, f"the site generator says: {each}", fix=fix) for each in said)
        if code and not diagnostics:
            last = "\n".join(output.strip().splitlines()[-8:]).replace(f"{mirror}/", "")
            message = f"the site generator ended with exit code {code}: {last or 'it printed nothing'}"
            diagnostics = (GENERATOR_FAILED.at(None, message, fix="mend mkdocs.yml, or what the last line names"),)
        if not code:
            (mirror / "build" / "site").rename(staging / "site")
            _put_beside(artifacts, staging / "site")
            installable.finish(staging / "site")
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    shutil.rmtree(staging if code else mirror, ignore_errors=True)
    return Outcome(None if code else staging / "site", diagnostics)


class _Loader(yaml.SafeLoader):
    """Reads a generator's configuration, whose own tags (`!ENV`, `!!python/name:`) do not concern us."""


def _any(loader: _Loader, suffix: str, node: yaml.Node) -> Any:  # noqa: ARG001 - the constructor's shape
    return None


_Loader.add_multi_constructor("!", _any)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", _any)


def _configuration_mistakes(project: Project) -> tuple[Diagnostic, ...]:
    """Return what keeps `mkdocs.yml` from being ours to build with."""
    if not project.mkdocs.is_file():
        fix = "make one: theme and palette are yours, these are not: INHERIT: build/site.yml, docs_dir: build/pages, "
        return (NO_CONFIGURATION.at(None, "there is no mkdocs.yml beside content/", fix=f"{fix}site_dir: build/site"),)
    data = project.mkdocs.read_bytes()
    span = Span("mkdocs.yml", 0, 0)
    try:
        found = yaml.load(data, Loader=_Loader)  # noqa: S506 - a SafeLoader that knows a few more tags
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        message = " ".join(str(error).split())
        return (GENERATOR_WARNING.at(span, f"mkdocs.yml is no YAML: {message}", fix="mend it at that line"),)
    values = found if isinstance(found, dict) else {}
    return tuple(
        FOREIGN_CONFIGURATION.at(span, f"`{key}` is {values.get(key)!r}", fix=f"write `{key}: {wanted}`")
        for key, wanted in _OURS.items()
        if str(values.get(key, "")).rstrip("/").removeprefix("./") != wanted
    )


def _put_beside(artifacts: Iterable[Artifact], site: Path) -> None:
    """Put the Markdown for language models into the site: a generator would have made pages of it."""
    for artifact in artifacts:
        if artifact.path.startswith(BESIDE):
            path = site / artifact.path.removeprefix(BESIDE)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(artifact.data)


def _mirror(project: Project, artifacts: Iterable[Artifact], staging: Path) -> None:
    """Lay out the project as the generator should see it."""
    staging.mkdir(parents=True)
    (staging / "mkdocs.yml").write_bytes(project.mkdocs.read_bytes())
    for entry in project.root.iterdir():
        if entry.name not in ("build", "mkdocs.yml") and not entry.name.startswith("."):
            (staging / entry.name).symlink_to(entry)
    for artifact in artifacts:
        if artifact.path == "build/site.yml" or artifact.path.startswith("build/pages/"):
            path = staging / artifact.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(artifact.data)


def _run(generator: Generator, staging: Path, epoch: int) -> tuple[int, str]:
    """Run the generator; return its exit code and everything it printed."""
    settings = {
        "NO_MKDOCS_2_WARNING": "1",
        "SOURCE_DATE_EPOCH": str(epoch),
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "NO_COLOR": "1",
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, no shell
            generator.command,
            cwd=staging,
            env={**os.environ, **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TIMEOUT,
            check=False,
        )
    except OSError as error:
        raise EngineError(f"The site generator cannot be started: {error}") from error
    except subprocess.TimeoutExpired as error:
        raise EngineError(f"The site generator was still running after {TIMEOUT} seconds and was stopped.") from error
    return done.returncode, COLOURS.sub("", done.stdout.decode("utf-8", "replace"))
