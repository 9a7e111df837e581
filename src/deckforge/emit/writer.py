"""The one place that puts files on disk: everything, or nothing, and never over what is not ours.

The order of a commit, so that a kill between any two steps loses nothing: look for files in the way (and refuse) →
journal → write every changed file beside its place → put the files in place, one atomic rename each → swap the site's
folder → remove what earlier builds made and this one no longer does → manifest → drop the journal.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deckforge.cache import manifest as manifests
from deckforge.cache.manifest import Entry, Manifest, digest
from deckforge.diagnostics import Code, Outcome, Severity
from deckforge.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from deckforge.diagnostics import Diagnostic
    from deckforge.emit import Artifact
    from deckforge.project import Project

FOREIGN_FILE = Code(
    "DF901",
    "file-in-the-way",
    Severity.ERROR,
    "A file that no build made stands where this build would write.",
    "A build never overwrites or deletes what it did not make: the file may be the only copy of somebody's work. "
    "Nothing of this build was written.",
    "build/decks/my-course.apkg, put there by hand",
    "Move the file out of build/, or delete it, and build again.",
)
CODES = (FOREIGN_FILE,)

SITE = "build/site"


@dataclass(frozen=True, slots=True)
class Written:
    """What a commit did, as paths relative to the project: new or changed, as they were, and gone."""

    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


@contextlib.contextmanager
def only_build(project: Project) -> Iterator[None]:
    """Hold the project's build folder for this process.

    Raises:
        OutputError: another process is building, or the folder cannot be made.
    """
    try:
        project.build.mkdir(parents=True, exist_ok=True)
        handle = (project.build / ".lock").open("a")
    except OSError as error:
        raise OutputError(f"{project.build} cannot be written: {error.strerror}") from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EACCES):
                raise OutputError(f"another build is writing {project.build}; wait for it to end") from error
            raise
        _remove_leftovers(project)
        yield


def staging(project: Project) -> Path:
    """Return a new, empty folder on the same file system as the outputs; the next build removes what stays there."""
    return Path(tempfile.mkdtemp(prefix=".staging-", dir=project.build))


def _remove_leftovers(project: Project) -> None:
    for left in project.build.glob(".staging-*"):
        shutil.rmtree(left, ignore_errors=True)


def manifest_path(project: Project) -> Path:
    """Return where the manifest stands."""
    return project.build / "manifest.json"


def _journal_path(project: Project) -> Path:
    return project.build / "cache" / "journal.json"


def tree_files(folder: Path, prefix: str) -> dict[str, bytes]:
    """Return the files below a folder: their bytes by path, with the prefix in front."""
    if not folder.is_dir():
        return {}
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {f"{prefix}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in files}


def site_is_current(project: Project, site_inputs: str) -> bool:
    """Tell whether the site on disk was made from these inputs and nobody has touched a file of it since."""
    manifest = manifests.load(manifest_path(project))
    if manifest.site_inputs != site_inputs:
        return False
    made = {path: entry.sha256 for path, entry in manifest.files.items() if entry.by == "site engine"}
    there = {path: digest(data) for path, data in tree_files(project.root / SITE, SITE).items()}
    return bool(made) and made.items() <= there.items()


def commit(
    project: Project, made: Mapping[str, Sequence[Artifact]], site: Path | None, site_inputs: str
) -> Outcome[Written | None]:
    """Put the artifacts in place, by the back end that made them, and swap in a staged site.

    `site` is a staged folder, or `None` to leave the site as it is. Back ends that are not in `made` keep their files.
    A path outside `build/` (the lock file) is overwritten without question: it is committed.

    Raises:
        OutputError: the disk is full or read-only; what was there before is still there.
    """
    old = manifests.load(manifest_path(project))
    ours = old.files.keys() | manifests.load_journal(_journal_path(project))
    wanted = {artifact.path: (by, artifact.data) for by, artifacts in made.items() for artifact in artifacts}
    staged_site = {} if site is None else tree_files(site, SITE)

    in_the_way = [
        FOREIGN_FILE.at(None, f"{path} is in the way: no build made it", fix="move it out of build/, or delete it")
        for path in sorted(wanted)
        if path.startswith("build/") and path not in ours and _differs(project.root / path, wanted[path][1])
    ]
    if site is not None:
        in_the_way += _carry_over(project, site, staged_site, ours)
    if in_the_way:
        return Outcome(None, tuple(in_the_way))

    kept_backends = {entry.by for entry in old.files.values()} - made.keys() - ({"site engine"} if site else set())
    kept = {path: entry for path, entry in old.files.items() if entry.by in kept_backends and path not in wanted}
    new = kept | {path: Entry(digest(data), by) for path, (by, data) in wanted.items() if path.startswith("build/")}
    new |= {path: Entry(digest(data), "site engine") for path, data in staged_site.items()}
    changed = [path for path, (_, data) in wanted.items() if _differs(project.root / path, data, absent=True)]
    old_site = {path: entry.sha256 for path, entry in old.files.items() if entry.by == "site engine"}
    new_site = {path: digest(data) for path, data in staged_site.items()}
    changed += [path for path, sha in new_site.items() if old_site.get(path) != sha]
    stale = [path for path in old.files if path not in new and not (site is not None and path in old_site)]

    try:
        if changed or stale or site is not None:
            _replace(_journal_path(project), manifests.journal_bytes(new.keys() | ours))
        _put(project, [(path, wanted[path][1]) for path in changed if path in wanted])
        if site is not None:
            _swap(site, project.root / SITE)
        removed = [path for path in stale if _remove(project, path, old.files[path].sha256)]
        removed += [path for path in old_site if site is not None and path not in new]
        _replace(manifest_path(project), Manifest(new, site_inputs).to_bytes())
        _journal_path(project).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{error.filename or project.build} cannot be written: {error.strerror}") from error
    unchanged = sorted((wanted.keys() | staged_site.keys()) - set(changed))
    return Outcome(Written(tuple(sorted(changed)), tuple(unchanged), tuple(sorted(removed))))


def _differs(path: Path, data: bytes, *, absent: bool = False) -> bool:
    """Tell whether a file exists with other bytes; `absent` is the answer where there is none."""
    try:
        return path.stat().st_size != len(data) or path.read_bytes() != data
    except (FileNotFoundError, NotADirectoryError):
        return absent


def _carry_over(project: Project, site: Path, staged: Mapping[str, bytes], ours: AbstractSet[str]) -> list[Diagnostic]:
    """Copy what somebody else put into the site's folder into the staged one; return what cannot be."""
    problems = []
    for path, data in tree_files(project.root / SITE, SITE).items():
        if path in ours or staged.get(path) == data:
            continue
        if path in staged:
            message = f"{path} is in the way: no build made it, and the site has a page of that name"
            problems.append(FOREIGN_FILE.at(None, message, fix="move it out of build/, or delete it"))
            continue
        target = site / path.removeprefix(SITE + "/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(project.root / path, target)
    return problems


def _put(project: Project, files: Sequence[tuple[str, bytes]]) -> None:
    """Write every file beside its place, then rename each into place."""
    if not files:
        return
    folder = staging(project)
    ready: list[tuple[Path, Path]] = []
    for number, (path, data) in enumerate(files):
        target = project.root / path
        # A rename is only atomic within one file system; content/ need not be on that of build/.
        beside = folder / str(number) if path.startswith("build/") else target.with_name(f".{target.name}.new")
        target.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        ready.append((beside, target))
    # What lies outside build/ (the lock file) goes first: decks that are newer than their lock would be made twice.
    for beside, target in sorted(ready, key=lambda pair: pair[1].is_relative_to(project.build)):
        beside.replace(target)
    folder.rmdir()


def _replace(path: Path, data: bytes) -> None:
    """Write a file atomically, and only if its bytes change."""
    if not _differs(path, data, absent=True):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


_RENAME_EXCHANGE = 2


def _swap(staged: Path, place: Path) -> None:
    """Put a staged folder in the place of another in one step, and delete what was there."""
    place.parent.mkdir(parents=True, exist_ok=True)
    staged.chmod(0o755)  # a temporary folder is private; a site is not
    if not place.exists():
        staged.rename(place)
        return
    if not _exchange(staged, place):
        aside = staged.with_name(staged.name + ".old")
        place.rename(aside)
        staged.rename(place)
        staged = aside
    shutil.rmtree(staged)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders atomically where the system can; tell whether it did."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    at_cwd = -100
    done: int = renameat2(at_cwd, os.fsencode(one), at_cwd, os.fsencode(other), _RENAME_EXCHANGE)
    return done == 0


def _remove(project: Project, path: str, sha256: str) -> bool:
    """Remove a file that an earlier build made, unless somebody has changed it since, and folders it leaves empty."""
    file = project.root / path
    try:
        if digest(file.read_bytes()) != sha256:
            return False
        file.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    for folder in file.parents:
        if folder == project.build:
            break
        try:
            folder.rmdir()
        except OSError:
            break
    return True
