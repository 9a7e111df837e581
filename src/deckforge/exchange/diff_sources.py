"""Where a comparison's two sides come from: a package, a lock file or a git revision, and what the lessons would build.

Nothing is written: the package of now exists for a moment, in a temporary folder, to be read back as a learner's Anki
would read it.
"""

from __future__ import annotations

import subprocess
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deckforge.emit.anki import lock
from deckforge.errors import UsageError
from deckforge.exchange.apkg import read_package
from deckforge.exchange.diff import compare_locks, compare_packages, in_study_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deckforge.emit import Artifact
    from deckforge.emit.anki.lock import Entry
    from deckforge.exchange.diff_model import Diff
    from deckforge.exchange.packed import Package
    from deckforge.model.course import Course
    from deckforge.project import Project


@dataclass(frozen=True, slots=True)
class Before:
    """What learners have: a package, or the entries of a lock file."""

    name: str
    package: Package | None = None
    entries: Mapping[str, Entry] | None = None


def before(old: str, project: Project) -> Before:
    """Return what `old` names: a package, a lock file, or a git revision that has a lock file.

    Raises:
        UsageError: it names none of them, or it cannot be read.
    """
    path = Path(old)
    if path.is_file():
        if zipfile.is_zipfile(path) or path.suffix in (".apkg", ".colpkg"):
            return Before(old, package=_package(path))
        return Before(old, entries=_entries(path.read_bytes(), old))
    return Before(old, entries=_entries(_committed(old, project), f"{lock.PATH} of {old}"))


def compare(then: Before, made: Sequence[Artifact], course: Course, project: Project) -> Diff:
    """Return the difference between what learners have and what the Anki back end has made.

    Raises:
        UsageError: the package is of another course.
    """
    decks = {Path(artifact.path).name: artifact.data for artifact in made if artifact.path.endswith(".apkg")}
    # A package of one lesson is compared with the package of that lesson.
    data = decks.get(Path(then.name).name, decks[f"{course.id}.apkg"])
    with tempfile.TemporaryDirectory(prefix="deckforge-") as folder:
        path = Path(folder) / "now.apkg"
        path.write_bytes(data)
        now = read_package(path).value
    if then.package is not None:
        if _strangers(then.package, now):
            raise UsageError(f"{then.name} is a package of another course: it has no note and no note type of this one")
        return compare_packages(then.package, now, course)
    written = [artifact.data for artifact in made if artifact.path == lock.PATH]
    entries, _ = lock.read(written[0] if written else project.lock.read_bytes() if project.lock.is_file() else b"")
    return compare_locks(then.entries or {}, entries, [note["ID"] for note in in_study_order(now.notes)], course)


def _strangers(old: Package, new: Package) -> bool:
    if old.note_types.keys() & new.note_types.keys() or not old.notes or not new.notes:
        return False
    ids = {note["ID"] for note in new.notes}
    return not any(note["ID"] in ids for note in old.notes)


def _package(path: Path) -> Package:
    read = read_package(path)
    if read.diagnostics:
        raise UsageError("; ".join(each.message for each in read.diagnostics))
    return read.value


def _entries(data: bytes, name: str) -> Mapping[str, Entry]:
    entries, found = lock.read(data)
    if found:
        raise UsageError(f"{name} is no lock file: {found[0].message}")
    return entries


def _committed(revision: str, project: Project) -> bytes:
    """Return the lock file of a git revision."""

    def git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["git", "-C", str(project.root), *arguments], capture_output=True, check=False)  # noqa: S603, S607

    try:
        commit = git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if commit.returncode:
            raise UsageError(f"{revision} is neither a file here nor a revision of the project's git repository")
        shown = git("show", f"{commit.stdout.decode().strip()}:./{lock.PATH}")
    except OSError as error:
        raise UsageError(f"{revision} is no file here, and git cannot be run: {error.strerror}") from error
    if shown.returncode:
        raise UsageError(f"there is no {lock.PATH} in {revision}")
    return shown.stdout
