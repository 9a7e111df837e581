"""The same pushes into the oldest supported Anki, whose importer was another program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
OLD = sorted((HERE.parents[1] / ".venv-anki-old").glob("lib/python*/site-packages"))

CHOSEN = "first_push or edit_of_the_course or moved_lesson or retired_note or new_note or new_templates or not_ours"


def test_pushing_into_the_oldest_anki() -> None:
    if not OLD:
        pytest.skip("the oldest supported Anki is not installed here: scripts/old_anki.sh makes .venv-anki-old")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(HERE / "test_push.py"), "-k", CHOSEN]
    # Its dependencies warn about themselves; everything else is as in this environment.
    done = subprocess.run(
        [*command, "-W", "ignore"],
        cwd=HERE.parents[1],
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        | {"PYTHONPATH": str(OLD[0])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
