"""The study site as plain Markdown pages, static files and a generated half of the configuration.

`emit` makes the pages: `pages` plans which there are, `atlas` knows where everything is, `view` turns texts into a
page's HTML, the templates in `templates/site/` lay it out, `page` writes it so that it survives Markdown, `config`
writes the navigation. `study` writes the data of the study elements, `printed` the sheets for paper. `engine` then
runs the site generator over what was made. No plugin and no hook of the generator is used.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from deckforge.diagnostics import Outcome
from deckforge.emit import Artifact
from deckforge.emit.site import exam, printed, study, words
from deckforge.emit.site.atlas import Atlas
from deckforge.emit.site.codes import BROKEN_TEMPLATE, CODES
from deckforge.emit.site.concept_map import concept_map
from deckforge.emit.site.config import SCRIPTS, STYLES, configuration
from deckforge.emit.site.downloads import downloads
from deckforge.emit.site.installable import webmanifest
from deckforge.emit.site.page import page
from deckforge.emit.site.pages import plan
from deckforge.emit.site.plots import picture
from deckforge.emit.site.view import View
from deckforge.model import diagrams
from deckforge.model.items import Kind
from deckforge.render.templates import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from deckforge.diagnostics import Diagnostic
    from deckforge.emit import Context
    from deckforge.model.course import Course

__all__ = ["CODES", "emit", "name"]

name = "site"
PAGES = "build/pages"
CARRIED = ("study-more.js", "study.licences.txt")
"""What the study elements load by themselves, and under which licences they are made."""


def emit(context: Context) -> Outcome[tuple[Artifact, ...]]:
    """Return the pages under `build/pages`, their static files, and `build/site.yml`."""
    context = replace(context, course=diagrams.drawn(context.course))
    atlas = Atlas(context.course)
    made: dict[str, bytes] = {}
    diagnostics: dict[Diagnostic, None] = {}
    planned = plan(context)
    addresses = frozenset(each.address for each in planned)
    papers = tuple(printed.sheets(context.course, exam.draw(context.course)))
    known = {"pages": addresses, "sheets": frozenset(f"{printed.ADDRESS}{sheet.name}" for sheet in papers)}
    math = False
    for each in planned:
        view = View(each.address, atlas, context.verdicts, each.values.get("lesson"))
        made_of, broken = _render(context, each.template, {**each.values, **known, "view": view})
        diagnostics.update(dict.fromkeys((*view.diagnostics, *broken)))
        made[each.file] = page(each.front, made_of)
        made.update(view.media)
        math = math or view.math
    for sheet in papers:
        view = View(printed.ADDRESS, atlas, context.verdicts, sheet.lesson)
        made_of, broken = _render(context, sheet.template, {**sheet.values, **known, "sheet": sheet, "view": view})
        diagnostics.update(dict.fromkeys((*view.diagnostics, *broken)))
        made[f"{printed.ADDRESS}{sheet.name}"] = made_of.encode()
        made.update(view.media)
        math = math or view.math
    data, views = study.scripts(context.course, atlas, context.verdicts) if context.course.items else ({}, [])
    for rooted in views:
        diagnostics.update(dict.fromkeys(rooted.diagnostics))
        made.update(rooted.media)
    made |= data
    folders = [*(["katex"] if math else []), *(["anki"] if "anki/" in addresses else [])]
    made |= dict(_assets(context.course, *folders))
    made |= {f"downloads/{download.name}": download.data for download in downloads(context.made)}
    artifacts = [Artifact(f"{PAGES}/{path}", data) for path, data in sorted(made.items())]
    artifacts.append(Artifact("build/site.yml", configuration(context.course, planned, math=math)))
    return Outcome(tuple(artifacts), tuple(diagnostics))


def _render(context: Context, template: str, values: dict[str, Any]) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return a page's HTML, or what is wrong with its template."""
    from jinja2 import TemplateError, TemplateSyntaxError

    helpers = {
        "course": context.course,
        "verdicts": context.verdicts,
        "words": words,
        "plot": picture,
        "concept_map": partial(concept_map, context.course.concepts),
        "titles": {concept.id: concept.title for concept in context.course.concepts},
        "Kind": Kind,
        "of_lesson": partial(words.of_lesson, verdicts=context.verdicts),
    }
    try:
        return environment(context.project).get_template(f"site/{template}").render(**helpers, **values), ()
    except TemplateError as error:
        where = f"{error.name or template}, line {error.lineno}" if isinstance(error, TemplateSyntaxError) else template
        fix = "mend the template, or delete it to use the one that comes with deckforge"
        return "", (BROKEN_TEMPLATE.at(None, f"templates/site: {where}: {error.message}", fix=fix),)


def _assets(course: Course, *folders: str) -> Iterator[tuple[str, bytes]]:
    """Yield the static files: always style sheets, elements and icons, and the folders that some page needs."""
    root = files("deckforge.emit.site") / "assets"
    yield "manifest.webmanifest", webmanifest(course)
    for name in ("print.css", "files.js", *(("math.js",) if "katex" in folders else ()), *STYLES, *SCRIPTS, *CARRIED):
        yield f"assets/{name}", (root / name).read_bytes()
    for folder in ("icons", "vendor", *folders):
        yield from _tree(root / folder, f"assets/{folder}")


def _tree(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _tree(entry, f"{path}/{entry.name}")
        elif not entry.name.endswith(".md"):
            yield f"{path}/{entry.name}", entry.read_bytes()
