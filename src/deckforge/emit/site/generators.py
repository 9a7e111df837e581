"""The programs that can make the site from the same pages: how each is started, and how it says what is wrong.

All of them read the same `mkdocs.yml` and run Python-Markdown, and no page depends on a plug-in of any of them. MkDocs
is the default; ProperDocs is its maintained fork; Zensical is the successor by the authors of the theme.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from deckforge.model.course import ENGINES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_LOG = re.compile(r"^(WARNING|ERROR|CRITICAL)\s+-\s+(.*)$")
_SUMMARY = re.compile(r"Aborted with .*(?:strict mode|configuration errors?)", re.IGNORECASE)
_SAID = re.compile(r"^(?:Warning|Error): (.*)$")
_PLACE = re.compile(r"[╭┌]─\[ (\S+?):(\d+):(\d+) \]")


@dataclass(frozen=True, slots=True)
class Generator:
    """A site generator. `package` is what pip calls it and what its version is asked of; `module` is what runs."""

    name: str
    package: str
    module: str
    complaints: Callable[[str], tuple[str, ...]]
    theme: Mapping[str, str]
    """What it needs of the theme, so that the same style sheet fits."""

    @property
    def installed(self) -> bool:
        """Whether it is here."""
        return find_spec(self.module) is not None

    @property
    def command(self) -> tuple[str, ...]:
        """The command that builds `mkdocs.yml` of the working directory, and takes warnings as errors."""
        return (sys.executable, "-m", self.module, "build", "--strict", "--config-file", "mkdocs.yml")


def from_log(output: str) -> tuple[str, ...]:
    """Return the warnings and errors of a log; a line that starts without a level goes on the one before."""
    found: list[str] = []
    open_ = False
    for line in output.splitlines():
        if match := _LOG.match(line):
            found.append(match[2].strip())
            open_ = True
        elif re.match(r"^(INFO|DEBUG)\s+-\s", line) or not line.strip():
            open_ = False
        elif open_ and line.startswith((" ", "\t")):
            found[-1] += f" {line.strip()}"
        else:
            open_ = False
    return tuple(dict.fromkeys(message for message in found if not _SUMMARY.search(message)))


def from_report(output: str) -> tuple[str, ...]:
    """Return the warnings and errors of a report that draws the place below each."""
    found: list[str] = []
    for line in output.splitlines():
        if match := _SAID.match(line):
            found.append(match[1].strip())
        elif found and (place := _PLACE.search(line)):
            found[-1] = f"{place[1]}, line {place[2]}: {found[-1]}"
        elif found and line.startswith("  in "):
            found[-1] += f" ({line.strip()})"
    return tuple(dict.fromkeys(found))


GENERATORS: Mapping[str, Generator] = {
    each.name: each
    for each in (
        Generator("mkdocs", "mkdocs", "mkdocs", from_log, {}),
        Generator("properdocs", "properdocs", "properdocs", from_log, {}),
        Generator("zensical", "zensical", "zensical", from_report, {"variant": "classic"}),
    )
}
DEFAULT = ENGINES[0]
