"""What `course.yaml` says, what it leaves out, and what is wrong with it."""

from __future__ import annotations

import pytest

from deckforge.model.course import ExamOptions, Preset, SiteOptions
from deckforge.model.items import Kind
from deckforge.model.source import Source
from deckforge.read.course import CourseFile, read_course_file


def course(text: str) -> CourseFile:
    found, diagnostics = read_course_file(Source("content/course.yaml", text.encode()))
    assert diagnostics == ()
    return found


def test_an_id_and_a_title_are_enough() -> None:
    found = course("id: numbers\ntitle: Deep learning by the numbers\n")
    assert (found.id, found.deck, found.language) == ("numbers", "Deep learning by the numbers", "en")
    assert found.preset == Preset("Deep learning by the numbers", 20, 200, 0.9)
    assert found.site == SiteOptions()
    assert (found.concepts, found.references, found.silenced, found.authors) == ((), (), (), ())


def test_everything_that_can_be_said() -> None:
    found = course("""\
id: numbers
title: Deep learning
deck: Study::Deep learning
authors: [Ada, Emmy]
licence: CC-BY-4.0
language: de
concepts:
  - chain-rule
  - id: relu
    title: ReLU
    definition: Passes *positive* numbers
    requires: chain-rule
references:
  - {key: fa3, title: FlashAttention-3, authors: Shah, year: 2024, url: https://arxiv.org/abs/2407.08608}
study: {new_per_day: 0, retention: 0.85}
site:
  url: https://example.org/
  report: mailto:who@example.org?subject={item}
  test: {count: 10, minutes: 15, kinds: [multiple-choice, numeric, choice]}
silence: [DF130]
""")
    assert found.deck == "Study::Deep learning"
    assert [(each.id, each.title, each.requires) for each in found.concepts] == [
        ("chain-rule", "chain-rule", ()),
        ("relu", "ReLU", ("chain-rule",)),
    ]
    assert found.concepts[1].definition is not None
    assert found.concepts[1].definition.pieces == ("Passes <em>positive</em> numbers",)
    assert (found.references[0].key, found.references[0].authors, found.references[0].year) == (
        "fa3",
        ("Shah",),
        "2024",
    )
    assert found.preset == Preset("Study::Deep learning", 0, 200, 0.85)
    assert found.site == SiteOptions(
        "https://example.org/",
        "mailto:who@example.org?subject={item}",
        ExamOptions(10, 15, (Kind.CHOICE, Kind.NUMERIC)),
    )
    assert found.silenced == ("DF130",)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("licens: MIT", "DF120 3:1"),
        ("language: German!", "DF124 3:11"),
        ("deck: 'A:: ::B'", "DF124 3:7"),
        ("study: {retention: 90}", "DF124 3:20"),
        ("study: {retention: 1.0}", "DF124 3:20"),
        ("study: {new_per_day: -1}", "DF124 3:22"),
        ("study: fast", "DF122 3:8"),
        ("site: {url: example.org}", "DF124 3:13"),
        ("site: {report: javascript:alert(1)}", "DF124 3:16"),
        ("site: {report: 'https://example.org/?q={topic}'}", "DF124 3:16"),
        ("site: {test: {count: 0}}", "DF124 3:22"),
        ("site: {test: {kinds: quiz}}", "DF123 3:22"),
        ("silence: [all]", "DF124 3:11"),
        ("concepts: {relu: {title: ReLU}}", "DF122 3:12"),
        ("concepts: [{title: ReLU}]", "DF121 3:13"),
        ("references: [{key: a}]", "DF121 3:15"),
        ("references: [{key: a b, title: x}]", "DF124 3:20"),
        ("concepts: [{id: x, definition: '[y](claim:)'}]", "DF204 3:33"),
        ("concepts: [{id: x, definition: 'in [8](claim:a.b.c) steps'}]", "DF144 3:36"),
        ("concepts: [{id: x, title: 'in [8](claim:a.b.c) steps'}]", "DF135 3:31"),
        ("authors:", "DF126 3:9"),
    ],
)
def test_a_mistake_is_shown_at_its_place(line: str, expected: str) -> None:
    source = Source("content/course.yaml", f"id: a\ntitle: b\n{line}\n".encode())
    _, diagnostics = read_course_file(source)
    places = [(each.code.id, source.position(each.span.start)) for each in diagnostics if each.span]
    assert [f"{code} {place.line}:{place.column}" for code, place in places] == [expected]
