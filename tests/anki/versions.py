"""The newest and the oldest supported Anki, each in a process of its own, and a learner in one of them.

The newest is the one that the tests' environment has; the oldest lies in `.venv-anki-old`, which `scripts/old_anki.sh`
makes. Both run `worker.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from deckforge.emit import anki as emitter
from deckforge.exchange.apkg import Package, read_package
from deckforge.exchange.diff import compare_packages
from tests.anki import build
from tests.anki.build import NOW, context

if TYPE_CHECKING:
    from deckforge.diagnostics import Diagnostic
    from deckforge.exchange.diff_model import Diff
    from deckforge.model.course import Course

HERE = Path(__file__).parent
OLD = HERE.parents[1] / ".venv-anki-old" / "bin" / "python"
VERSIONS = ("newest", "oldest")


class Anki:
    """A process that runs `worker.py`: `anki.call("search", text="tag:mine")`."""

    def __init__(self, version: str) -> None:
        self.version = version
        python = sys.executable if version == "newest" else str(OLD)
        if not Path(python).exists():
            pytest.skip("the oldest supported Anki is not installed here: scripts/old_anki.sh makes .venv-anki-old")
        self._process = subprocess.Popen(
            [python, "-P", str(HERE / "worker.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def call(self, do: str, **arguments: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"Anki died of {do} {arguments}"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["ok"]

    def close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait(timeout=30)


@dataclass
class Seen:
    """What an import did: Anki's counts, and the collection before and after it."""

    log: dict[str, int]
    before: dict[str, Any]
    after: dict[str, Any]
    foretold: Diff
    """What `deckforge diff` says of this package and the one imported before it."""

    @property
    def words(self) -> tuple[str, str, str]:
        """What happened to the notes, to the learner's progress, and whether Anki will ask for a full sync."""
        happened = [
            word
            for word, name in (("refused", "conflicting"), ("updated", "updated"), ("added", "new"))
            if self.log[name]
        ]
        kept = all(
            days in _intervals(self.after).get(guid, [])
            for guid, each in _intervals(self.before).items()
            for days in each
        )
        full_sync = self.before["schema"] != self.after["schema"]
        return " and ".join(happened) or "left alone", "kept" if kept else "lost", "yes" if full_sync else "no"


def note(collection: dict[str, Any], item: str) -> dict[str, Any]:
    """Return the note of an item (or of a GUID) in a collection."""
    found = [each for each in collection["notes"].values() if item in (each["item"], each["guid"])]
    assert len(found) == 1, f"{len(found)} notes of {item}"
    return cast("dict[str, Any]", found[0])


def _intervals(collection: dict[str, Any]) -> dict[str, list[int]]:
    """Return the intervals in days of every note's studied cards, by GUID."""
    notes = collection["notes"].values()
    return {each["guid"]: [card["days"] for card in each["cards"] if card["days"]] for each in notes}


@dataclass
class World:
    """An author with a project, and a learner with a collection."""

    anki: Anki
    folder: Path
    patch: pytest.MonkeyPatch
    """For making the tool what a later version of it might be."""
    now: int = NOW
    """The author's clock. Builds are a thousand seconds apart, and what the learner does lies between them: what they
    write is older than the next build, and every build is older than its import, as in life."""
    built: int = 0
    taken: Package | None = None
    """The package that was imported last."""
    refused: list[Diagnostic] = field(default_factory=list)
    """What the last build said that it would have refused."""

    def build(self, course: Course, *, project: str = "project", allow: bool = False, same_time: bool = False) -> Path:
        """Build a course as the project's next version, with its lock file, and return the package.

        A build that would force a full sync is made with `allow` alone, and `refused` tells what it said before.
        """
        root = self.folder / project
        self.now += 0 if same_time else 1000
        plain = context(root, course, now=self.now)
        self.refused = []
        if allow:
            refused = emitter.emit(plain)
            assert refused.value == (), "the build should have refused this"
            self.refused = [each for each in refused.diagnostics if each.severity.name == "ERROR"]
        made = emitter.emit(replace(plain, allow_full_sync=allow))
        errors = [each for each in made.diagnostics if each.severity.name == "ERROR"]
        assert not errors, errors
        files = {artifact.path: artifact.data for artifact in made.value}
        if "content/anki.lock" in files:
            (root / "content").mkdir(parents=True, exist_ok=True)
            (root / "content" / "anki.lock").write_bytes(files["content/anki.lock"])
        self.built += 1
        path = self.folder / f"{self.built}.apkg"
        path.write_bytes(files[f"build/decks/{course.id}.apkg"])
        return path

    def take(self, package: Path, **options: Any) -> Seen:
        """Import a package."""
        before = self.anki.call("look")
        earlier, now = self.taken or Package(), read_package(package).value
        foretold = compare_packages(earlier, now, build.course())
        self.taken = now
        log = self.do("take", package=str(package), **options)
        return Seen(log, before, self.anki.call("look"), foretold)

    def do(self, do: str, **arguments: Any) -> Any:
        """Let the learner do something, between this build and the next."""
        return self.anki.call(do, at=self.now + 500, **arguments)

    def look(self, item: str) -> dict[str, Any]:
        """Return an item's note as the learner has it."""
        return note(self.anki.call("look"), item)
