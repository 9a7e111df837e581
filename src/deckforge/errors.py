"""Failures of the tool, as exceptions. Mistakes of an author are diagnostics, and never raised.

DeckForgeError
├── UsageError          the command line asks for what cannot be
│   └── ProjectNotFound no content/course.yaml here or above
├── OutputError         a file of ours cannot be written; nothing was half-written
├── EngineError         a program we run (the site generator, the proof server) broke
└── AnkiError           the running Anki cannot be reached, refuses, or went away
"""

from __future__ import annotations


class DeckForgeError(Exception):
    """The root of everything that DeckForge raises; its text is a full sentence for a person."""


class UsageError(DeckForgeError):
    """The command line asks for what cannot be."""


class ProjectNotFound(UsageError):  # noqa: N818 - reads as what happened
    """There is no `content/course.yaml` in the folder or above it."""


class OutputError(DeckForgeError):
    """A file cannot be written; whatever was there before is still there."""


class EngineError(DeckForgeError):
    """A program that DeckForge runs broke: the site generator, or the server that forks proofs."""


class AnkiError(DeckForgeError):
    """The Anki that runs on this machine cannot be reached, refuses, or went away; the text says what was done."""
