"""The site for language models: `llms.txt` and every lesson as clean Markdown, by the convention of llmstxt.org.

`llms.txt` stands at the site's root and names the lessons; each lesson's Markdown stands at the address of its page
with `index.html.md` added. A number that somebody answers for has a footnote that says who: a model that quotes it can
quote its verdict too. The files lie in `build/llms`, from where the site's engine takes them: a site generator would
make pages of them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from deckforge.diagnostics import Outcome
from deckforge.emit import Artifact
from deckforge.emit.site import words
from deckforge.emit.site.atlas import Atlas, UnsafeScheme, lesson_page, media_file, relative
from deckforge.model import diagrams
from deckforge.model.course import Prose
from deckforge.model.items import Card, Choice, Cloze, Essay, Numeric, Problem, Short, Term
from deckforge.render.html import html
from deckforge.render.markdown import inline, markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deckforge.emit import Context
    from deckforge.model.claims import Claim, Verdict
    from deckforge.model.course import Course, Lesson, Section
    from deckforge.model.items import AnyItem, Rubric, Task
    from deckforge.model.rich import ClozeStart, Image, LinkStart, Math, Rich

name = "llms"

FOLDER = "build/llms"
PAGE = "index.html.md"


def emit(context: Context) -> Outcome[tuple[Artifact, ...]]:
    """Return `llms.txt` and the lessons' Markdown, at their addresses below `build/llms`."""
    course = diagrams.drawn(context.course)
    atlas = Atlas(course)
    made = [Artifact(f"{FOLDER}/llms.txt", _index(course, context.verdicts).encode())]
    for lesson in course.lessons:
        text = _lesson(_Page(atlas, lesson, context.verdicts))
        made.append(Artifact(f"{FOLDER}/{lesson_page(lesson)}{PAGE}", text.encode()))
    return Outcome(tuple(made))


def _index(course: Course, verdicts: Mapping[Claim, Verdict]) -> str:
    root = f"{course.site.url.rstrip('/')}/" if course.site.url else ""
    claims = [verdicts[claim] for claim in course.all_claims()]
    blocks = [f"# {_line(course.title)}"]
    if course.description:
        blocks.append(f"> {_line(course.description)}")
    blocks.append(_about(course, claims))
    rows = [
        f"- [{_line(lesson.title)}]({root}{lesson_page(lesson)}{PAGE})"
        + (f": {_line(lesson.description)}" if lesson.description else "")
        for lesson in course.lessons
    ]
    blocks += ["## Lessons", "\n".join(rows)] if rows else []
    return "\n\n".join(blocks) + "\n"


def _about(course: Course, verdicts: list[Verdict]) -> str:
    kinds = Counter(words.KINDS[item.kind] for _, item in course.items.values())
    counted = ", ".join(f"{kind} {count}" for kind, count in kinds.items())
    parts = [f"A course to study and to be examined with. Items: {counted}." if counted else "A course to study."]
    if verdicts:
        number, states = words.summary(verdicts)
        parts.append(
            f"Its lessons state {number} that somebody answers for: {', '.join(text for _, text in states)}. A "
            "footnote at each says what answers for it; quote a number with its verdict."
        )
    if course.licence:
        parts.append(f"Licence: {course.licence}.")
    return " ".join(parts)


# A lesson -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Page:
    """Decides for the Markdown of a lesson what `render` leaves open; `notes` collects its claims in their order."""

    atlas: Atlas
    lesson: Lesson
    verdicts: Mapping[Claim, Verdict]
    notes: dict[Claim, int] = field(default_factory=dict)

    def block(self, rich: Rich | None) -> str:
        """Return a text as Markdown."""
        return markdown(html(rich, self))

    def line(self, rich: Rich | None) -> str:
        """Return a text as one line of Markdown."""
        return inline(html(rich, self))

    def claim(self, claim: Claim, shown: str) -> str:  # noqa: ARG002 - the target's shape
        """Return the number as written, with the name of its note."""
        number = self.notes.setdefault(claim, len(self.notes) + 1)
        return f'{escape(claim.text, quote=False)}<df-note name="{number}"></df-note>'

    def href(self, link: LinkStart) -> str | None:
        """Return an address relative to the page; of another lesson, that of its Markdown."""
        try:
            found = self.atlas.resolve(link.target, self.lesson)
        except UnsafeScheme:
            return None
        if found is None or ":" in found.split("/", 1)[0].removeprefix("media:"):
            return found
        if found.startswith("media:"):
            return self._media(found.removeprefix("media:"))
        address, _, anchor = found.partition("#")
        return relative(lesson_page(self.lesson), f"{address}{PAGE}") + (f"#{anchor}" if anchor else "")

    def image(self, image: Image) -> str:
        """Return a picture where the site has it, or its words."""
        path = self.atlas.media(image.source, self.lesson)
        if path is None:
            return escape(image.alt, quote=False)
        return f'<img src="{escape(self._media(path))}" alt="{escape(image.alt)}">'

    def _media(self, path: str) -> str:
        return relative(lesson_page(self.lesson), media_file(path, self.atlas.course.media[path]))

    def math(self, math: Math) -> str:
        """Return TeX for Markdown's dollars."""
        display = " display" if math.display else ""
        return f"<df-tex{display}>{escape(math.tex, quote=False)}</df-tex>"

    def cloze_start(self, cloze: ClozeStart) -> str:  # noqa: ARG002 - the target's shape
        """Return the start of what a cloze deletes, in bold."""
        return "<b>"

    def cloze_end(self) -> str:
        """Return its end."""
        return "</b>"


def _lesson(page: _Page) -> str:
    lesson = page.lesson
    blocks = [f"# {_line(lesson.title)}"]
    blocks += [f"> {_line(lesson.description)}"] if lesson.description else []
    blocks += [f"Source: {_line(lesson.source)}"] if lesson.source else []
    if lesson.objectives:
        blocks += ["## After this lesson you can", _rows(page.line(each) for each in lesson.objectives)]
    labels = words.labels(lesson)
    for part in lesson.content:
        blocks += _prose(page, part) if isinstance(part, Prose) else _section(page, part, labels)
    if lesson.corrections:
        blocks.append("## Corrected here")
    for each in lesson.corrections:
        blocks += [f"> {_line(each.quote)}\n>\n> ({_line(each.source)})", page.block(each.truth)]
    blocks += _notes(page)
    return "\n\n".join(block for block in blocks if block.strip()) + "\n"


def _prose(page: _Page, part: Prose) -> Iterator[str]:
    if part.heading and not (part.heading.level == 1 and part.heading.text.text == page.lesson.title):
        yield f"{'#' * max(part.heading.level, 2)} {page.line(part.heading.text)}"
    yield page.block(part.body)


def _section(page: _Page, section: Section, labels: Mapping[str, str]) -> Iterator[str]:
    yield f"## {_line(words.section_title(section))}"
    yield page.block(section.instructions)
    for item in section.items:
        yield from _item(page, item, labels[item.id])
    for heading, rows in (
        ("Review advice", section.guide.review),
        ("Mastery checklist", section.guide.checklist),
        ("Progression path", section.guide.progression),
    ):
        if rows:
            yield f"### {heading}"
            yield _rows(page.line(row.text) for row in rows)


def _item(page: _Page, item: AnyItem, label: str) -> Iterator[str]:
    if item.title or item.front.block:
        yield f"### {label}" + (f": {page.line(item.title)}" if item.title else "")
        yield page.block(item.front)
    else:
        yield f"### {label}: {page.line(item.front)}"
    match item:
        case Card():
            yield from _part("Answer", page.block(item.answer))
        case Term():
            yield page.block(item.definition)
        case Cloze():
            yield page.block(item.answer)
        case Choice():
            yield _options(page, item)
            yield from _part("Explanation", page.block(item.explanation))
            yield from _part("If you missed it", page.block(item.gap))
        case Numeric():
            yield from _part("Answer", page.block(item.answer))
            yield from _part("Explanation", page.block(item.explanation))
        case Short() | Essay():
            yield _tasks(page, item.tasks)
            yield from _part("Model answer", page.block(item.answer))
            yield from _part("Criteria", _rows(page.line(text) for text in item.criteria))
            yield from _part("Rubric", _rubric(page, item.rubric))
        case Problem():
            yield _tasks(page, item.tasks)
            yield from _part("Hints", _rows((page.line(hint.text) for hint in item.hints), numbered=True))
            yield from _part("Solution", page.block(item.solution))
            yield from _part("Common mistakes", _mistakes(page, item))
            yield from _part("Go further", page.block(item.extension))
    yield from _part("Why it matters", page.block(item.why))


def _part(heading: str, body: str) -> Iterator[str]:
    if body.strip():
        yield f"#### {heading}"
        yield body


def _options(page: _Page, item: Choice) -> str:
    rows = []
    for option in item.options:
        feedback = f" — {page.line(option.feedback)}" if option.feedback else ""
        rows.append(f"- [{'x' if option.key else ' '}] {page.line(option.text)}{feedback}")
    return "\n".join(rows)


def _tasks(page: _Page, tasks: tuple[Task, ...]) -> str:
    def one(task: Task) -> str:
        points = "" if task.points is None else f" ({words.plural(task.points, 'point', 'points')})"
        return page.line(task.text) + points

    return _rows(map(one, tasks), numbered=True)


def _rubric(page: _Page, rubric: Rubric | None) -> str:
    if rubric is None:
        return ""
    rows = [["Criterion", "Points", *(page.line(level) for level in rubric.levels)]]
    rows.append(["---"] * len(rows[0]))
    for row in rubric.rows:
        cells = [page.line(cell) for cell in row.cells]
        rows.append([page.line(row.component), "" if row.points is None else str(row.points), *cells])
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)


def _mistakes(page: _Page, item: Problem) -> str:
    return _rows(
        " ".join(filter(None, (page.line(row.mistake), page.line(row.why), page.line(row.prevention))))
        for row in item.mistakes
    )


def _notes(page: _Page) -> Iterator[str]:
    """Yield a footnote a claim: its verdict, what answers for it, and the values that its writing allows."""
    references = {reference.key: reference for reference in page.atlas.course.references}
    rows = []
    for claim, number in page.notes.items():
        verdict = page.verdicts[claim]
        said = f"{words.STATES[words.state(verdict)]}."
        if claim.needs_proof:
            said += f" Measured by `{claim.reference}`"
            said += f"; `{claim.text}` stands for {verdict.interval}." if verdict.interval else "."
        elif claim.target in references:
            reference = references[claim.target]
            said += f" {', '.join([reference.title, *filter(None, [reference.year, reference.url])])}."
        rows.append(f"[^{number}]: {_line(said)}")
    if rows:
        yield "\n".join(rows)


def _rows(texts: Iterator[str], *, numbered: bool = False) -> str:
    return "\n".join(f"{f'{number}.' if numbered else '-'} {text}" for number, text in enumerate(texts, start=1))


def _line(text: str) -> str:
    return " ".join(text.split())
