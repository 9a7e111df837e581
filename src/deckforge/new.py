"""`deckforge new`: a course that builds, to be replaced line by line by the author's own."""

from __future__ import annotations

import re
import shutil
import unicodedata
from typing import TYPE_CHECKING

from deckforge.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

IGNORED = "/build/\n__pycache__/\n"
MERGED = "# Two branches may both have changed notes: git keeps the lines of both.\n*.lock merge=union text eol=lf\n"


def new(folder: Path, title: str = "") -> tuple[str, ...]:
    """Make a course in a folder that is empty or not there yet; return the files, relative to it, in order.

    The course's id comes from the folder's name, and so does its title unless one is given.

    Raises:
        UsageError: there is something in the folder, or its name gives no id.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from deckforge.render.templates import packaged

    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty: name a folder that is, or one that is not there yet")
    identifier = slug(folder.name)
    if not identifier:
        raise UsageError(f"“{folder.name}” has no letter or digit that a course's id could be made of")
    title = title.strip() or folder.name.replace("-", " ").replace("_", " ").strip().capitalize()

    source = packaged() / "new"
    environment = Environment(  # noqa: S701 - makes YAML and Markdown, not HTML
        loader=FileSystemLoader(source), undefined=StrictUndefined, keep_trailing_newline=True
    )
    course = environment.get_template("content/course.yaml").render(id=identifier, title=quoted(title))
    files = {
        "content/course.yaml": course,
        "content/first-lesson.md": (source / "content" / "first-lesson.md").read_text(),
        "verify/slopes.py": (source / "verify" / "slopes.py").read_text(),
        "mkdocs.yml": generator_configuration().read_text(),
        ".gitignore": IGNORED,
        ".gitattributes": MERGED,
    }
    made_here = not folder.exists()
    try:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    except OSError as error:
        if made_here:
            shutil.rmtree(folder, ignore_errors=True)
        raise UsageError(f"{error.filename} cannot be written: {error.strerror}") from error
    return tuple(files)


def generator_configuration() -> Path:
    """Return the site generator's configuration that comes with the tool, installed or in a checkout."""
    from deckforge.render.templates import packaged

    installed = packaged() / "new" / "mkdocs.yml"
    return installed if installed.is_file() else packaged().parent / "mkdocs.yml"


def slug(text: str) -> str:
    """Return an id made of a text: lower-case letters, digits and single dashes."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def quoted(text: str) -> str:
    """Return a text as a YAML scalar in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
