"""From files to the model: lessons in Markdown and YAML, the course, and the proofs' signatures. Executes nothing.

`read` is the stage. `files` finds what there is; `course` reads `course.yaml`, `markdown` and `yaml_lesson` the
lessons, `proofs` the signatures. Below them, `text` keeps the place of every byte, `nodes` reads YAML without types,
and `fields` declares every key once, for reading (`values`, `simple`), attributes, schemas and the manual.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from deckforge import library
from deckforge.diagnostics import Outcome
from deckforge.model.course import Course
from deckforge.model.source import Source, Span
from deckforge.read import blocks, identities
from deckforge.read.course import read_course_file
from deckforge.read.files import MAX_TEXT, NO_LESSONS, lesson_paths, media_files, read_bytes, yaml_source
from deckforge.read.order import in_study_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from deckforge.model.claims import ProofSignature
    from deckforge.model.course import Lesson
    from deckforge.project import Project
    from deckforge.read.values import Found

__all__ = ["read"]


def read(project: Project) -> Outcome[Course]:
    """Return the course with everything that was read, and all that is wrong with any file of it.

    What cannot be read is left out, with a diagnostic; everything else is there, so that one run shows every mistake.
    """
    found: Found = []
    sources: dict[str, Source] = {}
    about = read_course_file(_course_source(project, sources, found))
    # A file that could not be read has its own diagnostic; what an empty one lacks is no news then.
    found += () if found else about[1]
    if project.exemptions.is_file():  # read by `verify`, which knows what is refuted; here for showing places in it
        data = read_bytes(project, project.exemptions, MAX_TEXT, found)
        sources[project.relative(project.exemptions)] = Source(project.relative(project.exemptions), data or b"")
    paths = lesson_paths(project, found)
    with _no_collections():
        lessons = [lesson for path in paths if (lesson := _lesson(project, path, sources, found)) is not None]
    if not paths:
        fix = "write one: a file that ends in `.md` or `.yaml`, in `content/`"
        found.append(NO_LESSONS.at(Span("content/course.yaml", 0, 0), "the course has no lessons", fix=fix))
    course = about[0]
    kept, note_types = identities.read(project, found)
    return Outcome(
        Course(
            id=course.id,
            title=course.title,
            description=course.description,
            deck=course.deck,
            authors=course.authors,
            licence=course.licence,
            language=course.language,
            concepts=course.concepts,
            references=course.references,
            preset=course.preset,
            timetable=course.timetable,
            site=course.site,
            silenced=course.silenced,
            lessons=in_study_order(lessons),
            proofs=_proofs(project, lessons, sources, found),
            media=media_files(project, found),
            sources=sources,
            span=course.span,
            identities=kept,
            note_types=note_types,
            lesson_packages=course.lesson_packages,
        ),
        tuple(found),
    )


@contextmanager
def _no_collections() -> Iterator[None]:
    """Keep the collector of cyclic garbage away while the model grows.

    A model is a tree of tuples: all of it is kept, and none of it is a cycle, so each pass over it (about one for
    every quarter that it grows by) finds nothing, and a tenth of the time goes into them. What dies while reading
    dies by its reference count.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _course_source(project: Project, sources: dict[str, Source], found: Found) -> Source:
    path = "content/course.yaml"
    data = read_bytes(project, project.content / "course.yaml", MAX_TEXT, found)
    if data is None:
        return Source(path, b"")
    sources[path] = Source(path, data)
    return yaml_source(path, data, found) or Source(path, b"")


def _lesson(project: Project, path: Path, sources: dict[str, Source], found: Found) -> Lesson | None:
    """Return the lesson of a file, in its deck, or `None` where the file cannot be read."""
    name = project.relative(path)
    data = read_bytes(project, path, MAX_TEXT, found)
    if data is None:
        return None
    source = sources[name] = Source(name, data)
    if path.suffix != ".md" and yaml_source(name, data, found) is None:
        return None
    outcome = read_lesson(source)
    found += outcome.diagnostics
    return outcome.value


def read_lesson(source: Source) -> Outcome[Lesson]:
    """Return the lesson of a file as it stands in the course: in its deck, with the claims of its code's comments."""
    from deckforge.read.markdown import read_markdown_lesson
    from deckforge.read.yaml_lesson import read_yaml_lesson

    outcome = read_markdown_lesson(source) if source.path.endswith(".md") else read_yaml_lesson(source)
    lesson, wrong = blocks.with_comments(outcome.value, source)
    lesson = lesson if lesson.deck else replace(lesson, deck=folder_deck(source.path))
    return Outcome(lesson, (*outcome.diagnostics, *wrong))


def folder_deck(path: str) -> str:
    """Return the deck that a lesson's folders give it: `content/deep-learning/gpu/x.md` is in `Deep Learning::Gpu`."""
    folders = path.split("/")[1:-1]
    return "::".join(
        " ".join(word[:1].upper() + word[1:] for word in folder.replace("_", "-").split("-") if word)
        for folder in folders
    )


def _proofs(
    project: Project, lessons: Sequence[Lesson], sources: dict[str, Source], found: Found
) -> Mapping[str, ProofSignature]:
    """Return the course's own proofs, and those that come with the package where the course may mean one of them."""
    from deckforge.read import proofs

    files = proofs.sources(project)
    sources.update(files)
    outcome = proofs.signatures(project, files, [(lesson, sources[lesson.path]) for lesson in lessons])
    found += outcome.diagnostics
    claims = (claim for lesson in lessons for claim in lesson.all_claims() if claim.needs_proof)
    # Reading them takes a tenth of a second, which a course without them shall not wait for.
    if not (project.receipts / library.PREFIX).is_dir() and all(claim.proof in outcome.value for claim in claims):
        return outcome.value
    sources.update(proofs.library_sources())
    return {**outcome.value, **proofs.library_signatures()}
