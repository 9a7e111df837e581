"""Several files of a course, written all or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from deckforge.project import Project


def put(project: Project, files: Mapping[str, bytes], before: Mapping[str, bytes]) -> None:
    """Write files by their path in the project; `before` are the bytes that they were made from, where there were any.

    Every file is first written beside its place. Then each is moved into place; where one cannot be, those before it
    get back what they had.

    Raises:
        OutputError: a file has changed meanwhile, or the disk refuses; what was there is still there.
    """
    ready: list[tuple[Path, Path]] = []
    kept: list[tuple[Path, bytes | None]] = []
    try:
        for path, data in sorted(files.items()):
            target = project.root / path
            _unchanged(target, path, before.get(path))
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = target.with_name(f".{target.name}.new")
            ready.append((beside, target))
            beside.write_bytes(data)
            beside.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
        for beside, target in ready:
            kept.append((target, target.read_bytes() if target.exists() else None))
            beside.replace(target)
    except BaseException as error:
        for target, earlier in reversed(kept):
            _restore(target, earlier)
        for beside, _ in ready:
            beside.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise OutputError(f"{error.filename} cannot be written: {error.strerror}; nothing was written") from error
        raise


def _unchanged(target: Path, path: str, before: bytes | None) -> None:
    if before is not None and target.read_bytes() != before:
        raise OutputError(f"{path} changed while it was being read; nothing was written: run it again")


def _restore(target: Path, data: bytes | None) -> None:
    if data is None:
        target.unlink(missing_ok=True)
    elif target.read_bytes() != data:
        target.write_bytes(data)
