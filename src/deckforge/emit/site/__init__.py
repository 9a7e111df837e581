"""The study site as plain Markdown pages, static files and a generated half of the configuration.

`emit` makes the pages: `atlas` knows where everything is, `view` turns texts into a page's HTML, the templates in
`templates/site/` lay it out, `page` writes it so that it survives Markdown, `config` writes the navigation. `engine`
then runs the site generator over what was made. No plugin and no hook of the generator is used.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from deckforge.diagnostics import Outcome
from deckforge.emit import Artifact
from deckforge.emit.site import study, words
from deckforge.emit.site.atlas import Atlas, evidence_page, lesson_page
from deckforge.emit.site.codes import BROKEN_TEMPLATE, CODES
from deckforge.emit.site.config import SCRIPTS, STYLES, configuration
from deckforge.emit.site.downloads import downloads
from deckforge.emit.site.page import page, shown
from deckforge.emit.site.plots import picture
from deckforge.emit.site.view import View
from deckforge.model import diagrams
from deckforge.model.items import Kind, Term
from deckforge.render.templates import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from deckforge.diagnostics import Diagnostic
    from deckforge.emit import Context
    from deckforge.model.claims import ProofSignature
    from deckforge.model.course import Lesson
    from deckforge.model.source import Source

__all__ = ["CODES", "emit", "name"]

name = "site"
PAGES = "build/pages"


def emit(context: Context) -> Outcome[tuple[Artifact, ...]]:
    """Return the pages under `build/pages`, their static files, and `build/site.yml`."""
    context = replace(context, course=diagrams.drawn(context.course))
    atlas = Atlas(context.course)
    made: dict[str, bytes] = {}
    diagnostics: dict[Diagnostic, None] = {}
    addresses: list[str] = []
    math = False
    for address, template, meta, values in _pages(context):
        view = View(address, atlas, context.verdicts, values.get("lesson"))
        made_of, broken = _render(context, template, {**values, "view": view})
        diagnostics.update(dict.fromkeys((*view.diagnostics, *broken)))
        made[_file(address)] = page(meta, made_of)
        made.update(view.media)
        addresses.append(address)
        math = math or view.math
    data, views = study.scripts(context.course, atlas, context.verdicts)
    for rooted in views:
        diagnostics.update(dict.fromkeys(rooted.diagnostics))
        made.update(rooted.media)
    made |= data
    made |= dict(_assets("katex" if math else ""))
    made |= {f"downloads/{download.name}": download.data for download in downloads(context.made)}
    artifacts = [Artifact(f"{PAGES}/{path}", data) for path, data in sorted(made.items())]
    artifacts.append(Artifact("build/site.yml", configuration(context.course, addresses, math=math)))
    return Outcome(tuple(artifacts), tuple(diagnostics))


def _file(address: str) -> str:
    """Return the Markdown file of an address: its folder's index.

    A generator that rewrites the relative links of HTML takes them to start from the file's folder; so do we.
    """
    return f"{address}index.md"


def _pages(context: Context) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Yield address, template, front matter and values of every page."""
    course = context.course
    claims = course.all_claims()
    offered = downloads(context.made)
    corrections = [(lesson, each) for lesson in course.lessons for each in lesson.corrections]
    terms = sorted(
        ((lesson, item) for lesson, item in course.items.values() if isinstance(item, Term)),
        key=lambda pair: (pair[1].heading.text.casefold(), pair[1].id),
    )
    tags = any(lesson.tags for lesson in course.lessons)
    unlisted: dict[str, Any] = {"search": {"exclude": True}}

    def meta(title: str, description: str = "", **more: Any) -> dict[str, Any]:
        found = {"title": shown(title), "description": shown(description)} if description else {"title": shown(title)}
        return {**found, **more}

    yield (
        "",
        "home.html",
        meta(course.title, course.description, hide=["toc"]),
        {
            "downloads": offered,
            "corrections": len(corrections),
            "evidence": bool(claims),
        },
    )
    for lesson in course.lessons:
        more = {"tags": list(dict.fromkeys(lesson.tags))} if lesson.tags else {}
        yield lesson_page(lesson), "lesson.html", meta(lesson.title, lesson.description, **more), {"lesson": lesson}
    if course.concepts or terms:
        yield (
            "concepts/",
            "concepts.html",
            meta("Concepts and terms"),
            {
                "terms": terms,
                "teaches": _teaches(context),
            },
        )
    if corrections:
        yield "corrections/", "corrections.html", meta("Corrections"), {"corrections": corrections}
    if claims:
        yield "evidence/", "evidence.html", meta("Evidence", **unlisted), {}
        for lesson in course.lessons:
            if lesson.all_claims():
                title = f"Evidence: {lesson.title}"
                values = {"lesson": lesson, "proofs": _proofs(context, lesson)}
                yield evidence_page(lesson), "evidence-lesson.html", meta(title, **unlisted), values
    if course.references:
        yield "references/", "references.html", meta("References"), {"cited": _cited(context)}
    if tags:
        yield "tags/", "tags.html", meta("Tags"), {}
    if offered:
        yield "downloads/", "downloads.html", meta("Downloads"), {"downloads": offered}


def _teaches(context: Context) -> dict[str, list[Lesson]]:
    """Return the lessons in which each concept occurs, by the concept's id."""
    found: dict[str, list[Lesson]] = {}
    for lesson in context.course.lessons:
        for concept in dict.fromkeys(concept for item in lesson.items for concept in item.concepts):
            found.setdefault(concept, []).append(lesson)
    return found


def _proofs(context: Context, lesson: Lesson) -> list[tuple[ProofSignature, str]]:
    """Return the proofs that answer for a lesson's numbers, with their source code (`""` where it was not read)."""
    course = context.course
    names = dict.fromkeys(claim.proof for claim in lesson.all_claims() if claim.needs_proof)
    known = [course.proofs[proof] for proof in sorted(names) if proof in course.proofs]
    return [
        (proof, _code(course.sources[proof.span.path], proof) if proof.span.path in course.sources else "")
        for proof in known
    ]


def _code(source: Source, proof: ProofSignature) -> str:
    """Return the source code of a proof, of which the signature knows where its name stands."""
    text = proof.program.text if proof.program else source.data.decode("utf-8-sig", "replace")
    lines = text.splitlines()
    if proof.is_block:
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    line = source.position(proof.span.start).line
    for node in ast.parse(text).body:
        if not isinstance(node, ast.FunctionDef) or node.name != proof.name:
            continue
        first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
        if first <= line <= (node.end_lineno or 0) or proof.program:
            return "\n".join(lines[first - 1 : node.end_lineno])
    return ""


def _cited(context: Context) -> dict[str, list[Any]]:
    """Return the claims that cite each reference, by the reference's key."""
    found: dict[str, list[Any]] = {}
    for claim in context.course.all_claims():
        if claim.kind == "cite":
            found.setdefault(claim.target, []).append(claim)
    return found


def _render(context: Context, template: str, values: dict[str, Any]) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return a page's HTML, or what is wrong with its template."""
    from jinja2 import TemplateError, TemplateSyntaxError

    helpers = {
        "course": context.course,
        "verdicts": context.verdicts,
        "words": words,
        "plot": picture,
        "Kind": Kind,
        "of_lesson": partial(words.of_lesson, verdicts=context.verdicts),
    }
    try:
        return environment(context.project).get_template(f"site/{template}").render(**helpers, **values), ()
    except TemplateError as error:
        where = f"{error.name or template}, line {error.lineno}" if isinstance(error, TemplateSyntaxError) else template
        fix = "mend the template, or delete it to use the one that comes with deckforge"
        return "", (BROKEN_TEMPLATE.at(None, f"templates/site: {where}: {error.message}", fix=fix),)


def _assets(extra: str) -> Iterator[tuple[str, bytes]]:
    """Yield the static files: always style sheets and elements, with `extra` also the math script and that folder."""
    root = files("deckforge.emit.site") / "assets"
    for name in (*STYLES, *SCRIPTS, "study-more.js", "study.licences.txt"):
        yield f"assets/{name}", (root / name).read_bytes()
    if extra:
        yield "assets/math.js", (root / "math.js").read_bytes()
        yield from _tree(root / extra, f"assets/{extra}")


def _tree(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _tree(entry, f"{path}/{entry.name}")
        elif not entry.name.endswith(".md"):
            yield f"{path}/{entry.name}", entry.read_bytes()
