"""What comparing a written value with a measured one comes to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Fit(Enum):
    """Whether the measured lies in what the writing allows; `SEARCHED`: nothing was found that speaks against it."""

    YES = "yes"
    NO = "no"
    OPEN = "open"
    SEARCHED = "searched"


@dataclass(frozen=True, slots=True)
class Finding:
    """A comparison; texts are in the writer's unit. `why` says what keeps it open, where that is no border."""

    fit: Fit
    interval: str
    measured: str
    correction: str = ""
    why: str = ""


class NotComparable(Exception):  # noqa: N818 - says what happened
    """The output cannot be compared with the writing; the text says why."""
