"""A project on disk: one root folder with the same shape for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - a dataclass field, kept for whoever inspects it

from deckforge.errors import ProjectNotFound


@dataclass(frozen=True, slots=True)
class Project:
    """The folders of a project. `root` is absolute; nothing is read when a `Project` is made."""

    root: Path

    @classmethod
    def find(cls, start: Path) -> Project:
        """Return the project that holds `start`: the nearest folder, upwards, with a `content/course.yaml`.

        Raises:
            ProjectNotFound: there is none.
        """
        start = start.resolve()
        for folder in (start, *start.parents):
            if (folder / "content" / "course.yaml").is_file():
                return cls(folder)
        raise ProjectNotFound(
            f"no content/course.yaml in {start} or above it: run deckforge inside a course, or name one with --project"
        )

    @property
    def content(self) -> Path:
        """Lessons, `course.yaml`, `media/` and `anki.lock`."""
        return self.root / "content"

    @property
    def media(self) -> Path:
        """Pictures and other files that lessons show."""
        return self.content / "media"

    @property
    def lock(self) -> Path:
        """The committed file of modification times and permanent ids of notes."""
        return self.content / "anki.lock"

    @property
    def exemptions(self) -> Path:
        """The committed list of claims that are known to be wrong and tolerated."""
        return self.content / "exemptions.yaml"

    @property
    def verify(self) -> Path:
        """Proofs, one Python module a topic."""
        return self.root / "verify"

    @property
    def receipts(self) -> Path:
        """Committed measurements."""
        return self.verify / "receipts"

    @property
    def templates(self) -> Path:
        """The course's own templates, each instead of the packaged one of the same name."""
        return self.root / "templates"

    @property
    def build(self) -> Path:
        """Everything generated; ignored by git."""
        return self.root / "build"

    @property
    def cache(self) -> Path:
        """What may be deleted at any time at the price of doing the work again."""
        return self.build / "cache"

    @property
    def mkdocs(self) -> Path:
        """The site generator's configuration."""
        return self.root / "mkdocs.yml"

    def relative(self, path: Path) -> str:
        """Return a path inside the project relative to its root, with `/`."""
        return path.relative_to(self.root).as_posix()
