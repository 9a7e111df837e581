"""The same pages through every site generator: nobody is tied to one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import click
import pytest

from deckforge.cli import cli
from deckforge.emit import Artifact
from deckforge.emit import site as emitter
from deckforge.emit.site import engine
from deckforge.emit.site.generators import GENERATORS
from deckforge.model.course import ENGINES
from tests.site import build

if TYPE_CHECKING:
    from pathlib import Path

    from deckforge.diagnostics import Outcome

OTHERS = [name for name in GENERATORS if name != "mkdocs"]


def built_with(folder: Path, name: str, *more: Artifact, url: str = "") -> Outcome[Path | None]:
    """The small course's site as that generator makes it; skips where it is not installed."""
    if not GENERATORS[name].installed:
        pytest.skip(f"{name} is not installed: pip install 'deckforge[{name}]'")
    context = build.context(folder, url=url)
    site = replace(context.course.site, engine=name)
    made = emitter.emit(replace(context, course=replace(context.course, site=site)))
    return engine.build(context.project, (*made.value, *more), epoch=1_790_000_000, generator=name)


def ours(folder: Path) -> dict[str, list[str]]:
    """What DeckForge wrote on each page, as the generator left it; Zensical drops what it has obeyed."""
    return {
        path.relative_to(folder).as_posix(): re.findall(
            r'^<div class="df.*', path.read_text().replace(" data-search-exclude", ""), re.MULTILINE
        )
        for path in sorted(folder.rglob("*.html"))
        if path.name != "404.html"
    }


def test_course_and_command_line_may_ask_for_each_of_them() -> None:
    """The command line names them itself: it imports nothing for its help."""
    (engine_option,) = (each for each in cli.commands["build"].params if each.name == "engine")
    assert isinstance(engine_option.type, click.Choice)
    assert tuple(GENERATORS) == ENGINES == tuple(engine_option.type.choices)


@pytest.mark.parametrize("name", OTHERS)
def test_every_generator_keeps_our_html_to_the_letter(name: str, built: Path, address: str, tmp_path: Path) -> None:
    other = built_with(tmp_path, name, url=address)
    assert other.value is not None, other.diagnostics
    assert other.diagnostics == ()
    expected = ours(built)
    assert sum(map(len, expected.values())) > 20
    assert ours(other.value) == expected
    assert (other.value / "sw.js").is_file()
    assert 'rel="manifest" href="../../manifest.webmanifest"' in (other.value / "study/flow/index.html").read_text()
    (index,) = [path for path in other.value.rglob("search*.json") if path.stat().st_size > 100]
    assert [word for word in build.ANSWERS if word in index.read_text()] == [], "answers are not to be found"
    assert [word for word in build.OPEN if word not in index.read_text()] == []


@pytest.mark.parametrize("name", OTHERS)
def test_every_generator_names_the_page_that_it_complains_about(name: str, tmp_path: Path) -> None:
    stray = Artifact("build/pages/stray.md", b"# Stray\n\n[gone](gone.md)\n")
    other = built_with(tmp_path, name, stray)
    assert other.value is None
    assert {each.code.id for each in other.diagnostics} == {"DF813"}
    assert "stray.md" in " ".join(each.message for each in other.diagnostics)


def test_a_generator_that_is_not_installed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    absent = replace(GENERATORS["zensical"], module="not_installed_anywhere")
    monkeypatch.setitem(GENERATORS, "zensical", absent)  # type: ignore[arg-type]
    other = engine.build(build.project(tmp_path), (), epoch=1, generator="zensical")
    assert other.value is None
    (found,) = other.diagnostics
    assert found.code.id == "DF815"
    assert 'pip install "deckforge[zensical]"' in found.fix
