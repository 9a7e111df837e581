"""Killed at any moment, a build leaves things so that the next one is as if it had never run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.example import Example

if TYPE_CHECKING:
    from pathlib import Path

CLOCK = {"SOURCE_DATE_EPOCH": "1800000000"}
ONLY = [argument for name in ("decks", "tables", "json") for argument in ("--only", name)]


def start(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "deckforge", "build", *ONLY],
        cwd=folder,
        env={**os.environ, **CLOCK},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def outputs(folder: Path) -> dict[str, bytes]:
    lock = folder / "content" / "anki.lock"
    return {**at(folder).outputs(), "anki.lock": lock.read_bytes()}


def at(folder: Path) -> Example:
    """An example that is already on disk."""
    example = Example.__new__(Example)
    example.root = folder
    return example


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes], float]:
    """A project that was built and then edited, what its next build makes undisturbed, and how long that takes."""
    folder = tmp_path_factory.mktemp("whole")
    example = Example(folder / "project")
    assert start(example.root).wait() == 0
    example.replace("content/doubling.md", "Two.", "It is two.")
    undisturbed = folder / "undisturbed"
    shutil.copytree(example.root, undisturbed)
    begin = time.monotonic()
    assert start(undisturbed).wait() == 0
    return example.root, outputs(undisturbed), time.monotonic() - begin


@pytest.mark.parametrize("moment", [0.5, 0.7, 0.8, 0.85, 0.9, 0.95])
def test_the_next_build_is_as_if_the_killed_one_had_not_run(
    whole: tuple[Path, dict[str, bytes], float], tmp_path: Path, moment: float
) -> None:
    project, wanted, seconds = whole
    folder = tmp_path / "killed"
    shutil.copytree(project, folder)
    process = start(folder)
    time.sleep(seconds * moment)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert start(folder).wait() == 0
    assert outputs(folder) == wanted
    assert not list((folder / "build").glob(".staging-*"))
    assert not list((folder / "content").glob(".*.new"))
