"""Back ends: each is a name and `emit(context)`, and returns artifacts; one writer alone puts files on disk.

An emitter never writes, never asks for the time and never looks at the machine: what it returns is a function of the
context. `anki` makes packages and the lock file, `tables` the CSV and text imports, `quizlet` lists to paste, `lms` the
files for learning platforms, `calendar` the study plan, `mirror` Markdown for language models, `course_json` the model
as data, `site` the pages. `site.engine` runs the site generator over the pages; `writer` puts everything in place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.diagnostics import Outcome
    from deckforge.model.claims import Claim, Verdict
    from deckforge.model.course import Course
    from deckforge.project import Project


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file to be written: its path relative to the project's root, with `/`, and its bytes."""

    path: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Context:
    """What an emitter gets.

    `verdicts` has one for every claim of the course. `now` is the time of this build in seconds since 1970, for the
    modification times of what has changed and for nothing else. With `locked`, what would change the lock file is an
    error. `made` are the artifacts of the emitters before this one (the site offers them as downloads). With
    `allow_full_sync`, a package is made also where learners could import it only at the price of a full sync.
    """

    project: Project
    course: Course
    verdicts: Mapping[Claim, Verdict]
    now: int
    locked: bool = False
    made: tuple[Artifact, ...] = ()
    allow_full_sync: bool = False


class Emitter(Protocol):
    """A back end."""

    @property
    def name(self) -> str:
        """What the build calls it: `tables`, `moodle`, `site`."""

    def emit(self, context: Context) -> Outcome[tuple[Artifact, ...]]:
        """Return the back end's files, and what could not be carried over as diagnostics."""
