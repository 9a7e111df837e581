"""Jinja2 templates: the course's own before the packaged ones of the same name."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

    from deckforge.project import Project


def packaged() -> Path:
    """Return the folder of the templates that come with the tool, installed or in a checkout."""
    installed = Path(__file__).parent.parent / "templates"
    return installed if installed.is_dir() else Path(__file__).parents[3] / "templates"


def environment(project: Project) -> Environment:
    """Return the environment in which the project's templates render: escaped, strict, reproducible."""
    return _environment((project.templates, packaged()))


@cache
def _environment(folders: tuple[Path, ...]) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
