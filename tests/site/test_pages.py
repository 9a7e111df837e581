"""The pages as the emitter returns them, before any generator runs."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from deckforge.emit import site as emitter
from deckforge.emit.site.atlas import relative
from deckforge.model.course import Prose
from deckforge.model.rich import Image, LinkEnd, LinkStart
from tests.site import build
from tests.site.build import para, span

if TYPE_CHECKING:
    from deckforge.diagnostics import Outcome
    from deckforge.emit import Artifact, Context
    from deckforge.model.rich import Rich

GOLDEN = Path(__file__).parent / "golden"


def pages(outcome: Outcome[tuple[Artifact, ...]]) -> dict[str, str]:
    """The Markdown pages and the configuration, by path below build/."""
    return {
        artifact.path.removeprefix("build/"): artifact.data.decode()
        for artifact in outcome.value
        if artifact.path.endswith((".md", ".yml"))
    }


def with_prose(context: Context, text: Rich) -> Context:
    """The same course, whose first lesson says only this."""
    first, *others = context.course.lessons
    lesson = replace(first, content=(Prose(None, text, span()),), corrections=(), claims=(), connections=())
    course = replace(context.course, lessons=(lesson, *others))
    return replace(context, course=course, verdicts={})


def text_of(markdown: str) -> str:
    """A page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", markdown))


def outside_folds(markdown: str) -> str:
    """What a page shows before anybody opens anything."""
    return re.sub(r"<df-answer.*?</df-answer>", "", re.sub(r'<span class="df-tip".*?</span>', "", markdown))


# The whole --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["pages/lessons/flow/index.md", "pages/evidence/flow/index.md", "pages/index.md", "site.yml"]
)
def test_pages_are_as_they_were_looked_at(path: str, tmp_path: Path) -> None:
    """Run with UPDATE_GOLDEN=1 to accept what changed, after looking at it."""
    found = pages(build.emit(tmp_path))[path].replace("><", ">\n<")
    golden = GOLDEN / f"{path.replace('/', '-')}.golden"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(found)
    assert found == golden.read_text()


def test_the_same_course_gives_the_same_artifacts(tmp_path: Path) -> None:
    context = build.context(tmp_path)
    assert emitter.emit(context) == emitter.emit(replace(context, now=context.now + 86_400))


def test_every_block_of_html_stands_on_one_line(tmp_path: Path) -> None:
    for path, page in pages(build.emit(tmp_path)).items():
        if path.endswith(".md"):
            _, _, body = page.partition("---\n\n")
            for line in filter(None, body.splitlines()):
                assert line.startswith(('<div class="df">', "#", "<!-- material/tags -->")), f"{path}: {line[:80]}"
                assert not re.search(r"<(script|style)\b", line)


# Questions and answers -----------------------------------------------------------------------------------------------


def test_answers_are_folded_and_questions_are_not(tmp_path: Path) -> None:
    shown = outside_folds(pages(build.emit(tmp_path))["pages/lessons/flow/index.md"])
    assert [word for word in build.ANSWERS if word in shown] == []
    assert [word for word in build.OPEN if word not in shown] == []


def test_a_number_in_an_option_does_not_say_that_it_is_wrong(tmp_path: Path) -> None:
    shown = outside_folds(pages(build.emit(tmp_path))["pages/lessons/flow/index.md"])
    assert "<li>A warm-up of 0.1%</li>" in shown
    assert "df-wrong" not in shown


def test_a_cloze_shows_its_hint_and_its_sentence_behind_it(tmp_path: Path) -> None:
    page = pages(build.emit(tmp_path))["pages/lessons/flow/index.md"]
    assert '<span class="df-blank">[a power]</span> and halves.' in outside_folds(page)
    assert '<mark class="df-cloze" data-number="1">clozedeletion <span class="df-math">2^{16}</span></mark>' in page


def test_points_and_minutes_of_a_section_and_its_items(tmp_path: Path) -> None:
    page = text_of(pages(build.emit(tmp_path))["pages/lessons/flow/index.md"])
    assert "4 questions · 65 points · 20–30 minutes" in page
    assert "Choose a number format. 10 points" in page


def test_hints_come_in_their_order_before_the_solution(tmp_path: Path) -> None:
    page = pages(build.emit(tmp_path))["pages/lessons/flow/index.md"]
    folds = re.findall(r"<summary>([^<]+)</summary>", page[page.index('id="dead"') :])
    assert folds[:5] == ["Hint 1: Conceptual", "Hint 2", "Show the solution", "Common mistakes", "Go further"]


def test_review_advice_links_to_the_questions(tmp_path: Path) -> None:
    page = pages(build.emit(tmp_path))["pages/lessons/flow/index.md"]
    assert '<a href="#fix">Question 1</a>, <a href="#norm">Question 2</a>' in page


# Numbers -------------------------------------------------------------------------------------------------------------


def test_a_number_leads_to_its_evidence_and_carries_it(tmp_path: Path) -> None:
    made = pages(build.emit(tmp_path))
    link = re.search(
        r'<a class="df-n df-doubt" href="([^"]+)" aria-describedby="([^"]+)">1\.8</a>',
        made["pages/lessons/flow/index.md"],
    )
    assert link
    assert f'id="{link[2]}" data-search-exclude>Unproven: It needs a GPU' in made["pages/lessons/flow/index.md"]
    assert link[1].startswith("../../evidence/flow/#")
    assert f'id="{link[1].partition("#")[2]}"' in made["pages/evidence/flow/index.md"]


def test_evidence_says_what_was_measured_where_and_by_what(tmp_path: Path) -> None:
    page = text_of(pages(build.emit(tmp_path))["pages/evidence/flow/index.md"])
    for words in (
        "[8.85e-16, 8.95e-16]",
        "backprop.shrink.product?factor=0.5&amp;depth=50",
        "2.13.0",
        "2026-11-22 03:00:00 UTC",
        "0.012 s",
    ):
        assert words in page
    assert "for _ in range(depth):" in page


def test_a_run_of_this_build_and_one_kept_from_the_last_look_the_same(tmp_path: Path) -> None:
    context = build.context(tmp_path)
    kept = {
        claim: replace(verdict, measurement=verdict.measurement and replace(verdict.measurement, origin="cache"))
        for claim, verdict in context.verdicts.items()
    }
    assert emitter.emit(context) == emitter.emit(replace(context, verdicts=kept))


def test_home_sums_up_the_verdicts(tmp_path: Path) -> None:
    page = text_of(pages(build.emit(tmp_path))["pages/index.md"])
    assert "11 numbers" in page
    for words in (
        "7 proven",
        "1 cited",
        "1 given",
        "1 false on purpose",
        "1 unproven",
        "10 of 11 claimed numbers answered for",
    ):
        assert words in page


# Links and pictures --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("formats.md", "../formats/"),
        ("formats.md#bfloat16", "../formats/#bfloat16"),
        ("./formats.md#bfloat16", "../formats/#bfloat16"),
        ("#bfloat16", "../formats/#bfloat16"),
        ("https://example.org/a?b=1&c=2#d", "https://example.org/a?b=1&amp;c=2#d"),
        ("mailto:someone@example.org", "mailto:someone@example.org"),
        ("media/decay%20curve.svg", "../../assets/media/decay-curve-"),
    ],
)
def test_links_become_final_addresses(target: str, address: str, tmp_path: Path) -> None:
    context = with_prose(build.context(tmp_path), para(LinkStart(target, "", span()), "there", LinkEnd()))
    made = emitter.emit(context)
    assert made.diagnostics == ()
    assert f'<a href="{address}' in pages(made)["pages/lessons/flow/index.md"]


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("nowhere.md", "DF801"),
        ("formats.md#nowhere", "DF801"),
        ("#nowhere", "DF801"),
        ("#", "DF801"),
        ("../../../etc/passwd", "DF801"),
        ("javascript:alert(1)", "DF802"),
        ("JavaScript:alert(1)", "DF802"),
        ("file:///etc/passwd", "DF802"),
        ("data:text/html,x", "DF802"),
    ],
)
def test_a_link_that_leads_nowhere_is_an_error_at_its_place(target: str, code: str, tmp_path: Path) -> None:
    place = span()
    context = with_prose(build.context(tmp_path), para(LinkStart(target, "", place), "there", LinkEnd()))
    made = emitter.emit(context)
    assert [(each.code.id, each.span) for each in made.diagnostics] == [(code, place)]
    assert made.diagnostics[0].fix
    assert "<p>there</p>" in pages(made)["pages/lessons/flow/index.md"]


def test_addresses_of_references_and_reports_are_checked_too(tmp_path: Path) -> None:
    context = build.context(tmp_path)
    (reference,) = context.course.references
    course = replace(
        context.course,
        references=(replace(reference, url="javascript:alert(1)"),),
        site=replace(context.course.site, report="mailto:someone@example.org"),
    )
    made = emitter.emit(replace(context, course=course))
    assert [(each.code.id, each.span) for each in made.diagnostics] == [("DF802", reference.span)]
    assert "javascript:alert" not in "".join(pages(made).values())
    page = pages(made)["pages/lessons/flow/index.md"]
    assert 'href="mailto:someone@example.org?subject=Mistake%20in%20fix&amp;body=' in page


def test_a_picture_is_named_by_its_bytes_and_copied(tmp_path: Path) -> None:
    made = build.emit(tmp_path)
    files = {artifact.path: artifact.data for artifact in made.value}
    (path,) = [path for path in files if "/media/" in path]
    assert re.fullmatch(r"build/pages/assets/media/decay-curve-[0-9a-f]{10}\.svg", path)
    assert files[path] == build.PICTURE


def test_a_missing_picture_is_an_error_and_leaves_its_words(tmp_path: Path) -> None:
    context = with_prose(build.context(tmp_path), para(Image("no.svg", "a <curve>", "", span())))
    made = emitter.emit(context)
    assert [each.code.id for each in made.diagnostics] == ["DF803"]
    assert "a &lt;curve&gt;" in pages(made)["pages/lessons/flow/index.md"]


@pytest.mark.parametrize(
    ("start", "target", "link"),
    [
        ("", "lessons/a/", "lessons/a/"),
        ("lessons/a/", "", "../../"),
        ("lessons/a/", "lessons/b/#x", "../b/#x"),
        ("lessons/a/", "lessons/a/#x", "#x"),
        ("", "", "./"),
        ("evidence/", "downloads/a b.csv", "../downloads/a%20b.csv"),
    ],
)
def test_addresses_are_relative(start: str, target: str, link: str) -> None:
    assert relative(start, target) == link


# What is there only when it is needed --------------------------------------------------------------------------------


def test_a_bare_course_has_a_home_and_nothing_empty(tmp_path: Path) -> None:
    context = build.context(tmp_path)
    course = replace(context.course, lessons=(), concepts=(), references=())
    made = emitter.emit(replace(context, course=course, verdicts={}, made=()))
    assert made.diagnostics == ()
    assert sorted(pages(made)) == ["pages/index.md", "site.yml"]
    assert not [artifact.path for artifact in made.value if "katex" in artifact.path]


def test_katex_comes_with_mathematics(tmp_path: Path) -> None:
    paths = {artifact.path for artifact in build.emit(tmp_path).value}
    assert {f"build/pages/assets/{name}" for name in ("math.js", "katex/katex.min.js", "katex/LICENSE")} <= paths
    assert not [path for path in paths if path.endswith((".woff", ".ttf", "README.md"))]


def test_downloads_are_what_readers_can_use(tmp_path: Path) -> None:
    files = {artifact.path: artifact.data for artifact in build.emit(tmp_path).value}
    downloads = {path: data for path, data in files.items() if "/downloads/" in path}
    del downloads["build/pages/downloads/index.md"]
    assert sorted(path.rpartition("/")[2] for path in downloads) == [
        "course.json",
        "training.apkg",
        "training.csv",
        "training.txt",
    ]
    assert downloads["build/pages/downloads/training.apkg"] == build.MADE[0].data
    page = text_of(files["build/pages/downloads/index.md"].decode())
    assert page.index("training.apkg 40 kB") < page.index("training.txt")
    assert "Deep learning::Training" in text_of(files["build/pages/anki/index.md"].decode())


# Configuration and templates -----------------------------------------------------------------------------------------


def configuration(tmp_path: Path, **options: Any) -> dict[str, Any]:
    found = yaml.safe_load(pages(build.emit(tmp_path, **options))["site.yml"])
    assert isinstance(found, dict)
    return found


def test_navigation_names_every_page_once(tmp_path: Path) -> None:
    made = pages(build.emit(tmp_path))
    listed = re.findall(r'"([^"]+\.md)"', json.dumps(yaml.safe_load(made["site.yml"])["nav"]))
    assert sorted(f"pages/{path}" for path in listed) == sorted(path for path in made if path.endswith(".md"))


def test_instant_navigation_needs_an_address(tmp_path: Path) -> None:
    assert "navigation.instant" not in configuration(tmp_path)["theme"]["features"]
    published = configuration(tmp_path, url="https://example.org/course")
    assert published["site_url"] == "https://example.org/course/"
    assert "navigation.instant" in published["theme"]["features"]


def test_a_language_that_the_theme_does_not_know_falls_back(tmp_path: Path) -> None:
    context = build.context(tmp_path)

    def language(wanted: str) -> str:
        made = emitter.emit(replace(context, course=replace(context.course, language=wanted)))
        return str(yaml.safe_load(pages(made)["site.yml"])["theme"]["language"])

    assert [language(wanted) for wanted in ("en", "de-CH", "pt-BR", "tlh")] == ["en", "de", "pt-BR", "en"]


def test_a_course_may_replace_a_template(tmp_path: Path) -> None:
    context = build.context(tmp_path)
    (tmp_path / "templates" / "site").mkdir(parents=True)
    (tmp_path / "templates" / "site" / "home.html").write_text("{{ view.heading(1, course.title, 'top') }}<p>Ours.</p>")
    assert '<div class="df"><p>Ours.</p></div>' in pages(emitter.emit(context))["pages/index.md"]


@pytest.mark.parametrize("template", ["{{ course.nothing.title }}", "{% if %}", "{% include 'no.html' %}"])
def test_a_broken_template_is_an_author_s_mistake(template: str, tmp_path: Path) -> None:
    context = build.context(tmp_path)
    (tmp_path / "templates" / "site").mkdir(parents=True)
    (tmp_path / "templates" / "site" / "home.html").write_text(template)
    made = emitter.emit(context)
    assert [each.code.id for each in made.diagnostics] == ["DF804"]
    assert "home.html" in made.diagnostics[0].message


def test_the_style_sheet_stays_small() -> None:
    assert len((Path(emitter.__file__).parent / "assets" / "deckforge.css").read_bytes()) < 21_000


def test_every_code_documents_itself() -> None:
    assert all(re.fullmatch(r"DF8\d\d", code.id) and code.summary and code.why for code in emitter.CODES)


def test_boxes_of_task_lists_are_said_aloud_and_tables_can_be_reached(tmp_path: Path) -> None:
    page = pages(build.emit(tmp_path))["pages/lessons/flow/index.md"]
    assert 'type="checkbox"' not in page[page.index("Measured") - 400 : page.index("Written down")]
    assert '<span role="img" aria-label="to do">☐</span>&#10;Measured' in page
    assert '<span role="img" aria-label="done">☑</span>&#10;Written down' in page
    assert '<div class="df-table" tabindex="0" role="group" aria-label="Table"><table>' in page
