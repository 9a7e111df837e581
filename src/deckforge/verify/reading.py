"""What a proof may read: everything but people's own files, and of those only what runs it and what it declares.

Landlock knows allowing alone, so "all but the home folders" is a list of what lies beside the way to each of them. Kept
from proofs are the home folders, which hold keys and other secrets, and the course itself: a proof that read its lesson
could return what the lesson says. Given back is what Python needs wherever it is installed, the Python files of
`verify/`, and the data that a proof declares with `@proof(reads=…)`.
"""

from __future__ import annotations

import os
import pwd
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HOMES = ("/home", "/root")


def readable(verify: Path, home: str = "") -> tuple[str, ...]:
    """Return the files and folders that every proof of a folder may read, those in folders included.

    `home` is where the user's files are, should that be another place than the system says.
    """
    closed = _closed(verify, home)
    return (*_beside(Path("/"), closed), *_python(closed), *_proofs(verify))


def _closed(verify: Path, home: str) -> set[Path]:
    """Return the folders that are kept from proofs."""
    try:
        own = pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:  # a container's user may have no name
        own = ""
    found = {Path(each).resolve() for each in (*HOMES, own, home) if each.startswith("/")}
    found.add((verify.parent if (verify.parent / "content").is_dir() else verify).resolve())
    return {each for each in found if each != Path("/") and each.is_dir()}


def _beside(folder: Path, closed: set[Path]) -> Iterator[str]:
    """Yield what of a folder may be read: itself, or where something in it may not, what it holds."""
    if folder in closed:
        return
    if not any(folder in each.parents for each in closed):
        yield str(folder)
        return
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        if not entry.is_symlink():  # where it leads, it is met as well
            yield from _beside(entry, closed)


def _python(closed: set[Path]) -> Iterator[str]:
    """Yield where Python, its packages and their libraries are, as far as they lie in what is closed."""
    places = [sys.prefix, sys.base_prefix, sys.exec_prefix, str(Path(__file__).parents[2]), *sys.path]
    for name, module in list(sys.modules.items()):
        if name.startswith("__editable__"):  # packages under development, each in a place of its own
            places += [str(place) for place in getattr(module, "MAPPING", {}).values()]
    places += os.environ.get("LD_LIBRARY_PATH", "").split(":")
    for place in dict.fromkeys(places):
        path = Path(place).resolve()
        inside = any(each in path.parents for each in closed)
        opens = any(path == each or path in each.parents for each in closed)
        if place.startswith("/") and inside and not opens and path.exists():
            yield str(path)


def _proofs(verify: Path) -> Iterator[str]:
    """Yield the Python files of a folder of proofs; data beside them has to be declared."""
    for path in sorted(verify.rglob("*.py")):
        if path.is_file():
            yield str(path)


def declared(verify: Path, names: Iterable[str]) -> tuple[str, ...]:
    """Return the files and folders that a proof declares, by their paths below `verify`."""
    return tuple(str(path) for name in names if (path := verify / name).exists())
