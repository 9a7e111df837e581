"""How long work tells that it goes on. A stage is handed a `Progress` and calls it; the command line draws it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told of every step of a stage that takes long."""

    def __call__(self, stage: str, done: int, total: int, detail: str = "") -> None:
        """`done` of `total` steps of a stage are behind us; `detail` is what is being worked on."""


def silent(stage: str, done: int, total: int, detail: str = "") -> None:
    """Say nothing."""
