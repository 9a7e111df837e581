"""One list of diagnostics, shown in three ways; then the places where a caret is easily wrong."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckforge.diagnostics import Code, Diagnostic, Related, Severity, github, machine, text
from deckforge.model.source import Source, Span

UNKNOWN = Code("DF305", "unknown-concept", Severity.ERROR, "s", "w")
TWICE = Code("DF303", "duplicate-id", Severity.ERROR, "s", "w")
NO_ALT = Code("DF310", "image-without-alt", Severity.WARNING, "s", "w")
UNUSED = Code("DF317", "unused-media", Severity.NOTE, "s", "w")

LESSON = """\
# Gradient flow

### Why? {#vanishing concept=gradient-flwo}

![](loss.png) 100 %
one
two

### 梯度 {#vanishing}
"""
SOURCES = {"content/a.md": Source("content/a.md", LESSON.encode())}


def span(found: str, nth: int = 0, until: str = "") -> Span:
    """The place of the nth occurrence of a text in the lesson; `until` is where the place ends instead."""
    at = [match.start() for match in re.finditer(re.escape(found.encode()), LESSON.encode())][nth]
    end = LESSON.encode().index(until.encode(), at) + len(until.encode()) if until else at + len(found.encode())
    return Span("content/a.md", at, end)


DIAGNOSTICS = (
    UNKNOWN.at(span("gradient-flwo"), "there is no concept `gradient-flwo`", fix="did you mean `gradient-flow`?"),
    NO_ALT.at(span("![]", until="two"), "this picture says nothing: 100 %, and more", fix="first line\nsecond line"),
    TWICE.at(
        span("#vanishing", 1),
        "there is already an item with the id `vanishing`",
        related=(Related(span("#vanishing"), "the first one is here"),),
    ),
    UNKNOWN.at(Span("content/gone.md", 3, 4), "a file that was not read"),
    UNUSED.at(None, "no lesson shows `content/media/b.png`"),
)

TEXT = """\
error[DF305 unknown-concept]: there is no concept `gradient-flwo`
 --> content/a.md:3:30
  |
3 | ### Why? {#vanishing concept=gradient-flwo}
  |                              ^^^^^^^^^^^^^
  = help: did you mean `gradient-flow`?

warning[DF310 image-without-alt]: this picture says nothing: 100 %, and more
 --> content/a.md:5:1
  |
5 | ![](loss.png) 100 %
  | ^^^^^^^^^^^^^^^^^^^
  = help: first line
          second line

error[DF303 duplicate-id]: there is already an item with the id `vanishing`
 --> content/a.md:9:9
  |
9 | ### 梯度 {#vanishing}
  |           ^^^^^^^^^^
 ::: content/a.md:3:11
  |
3 | ### Why? {#vanishing concept=gradient-flwo}
  |           ---------- the first one is here

error[DF305 unknown-concept]: a file that was not read
 --> content/gone.md

note[DF317 unused-media]: no lesson shows `content/media/b.png`

3 errors, 1 warning, 1 note in 2 files
"""

GITHUB = """\
::error file=content/a.md,line=3,endLine=3,col=30,endColumn=43,title=DF305 unknown-concept\
::there is no concept `gradient-flwo`%0Adid you mean `gradient-flow`?
::warning file=content/a.md,line=5,endLine=7,title=DF310 image-without-alt\
::this picture says nothing: 100 %25, and more%0Afirst line%0Asecond line
::error file=content/a.md,line=9,endLine=9,col=9,endColumn=19,title=DF303 duplicate-id\
::there is already an item with the id `vanishing`%0Acontent/a.md:3: the first one is here
::error file=content/gone.md,title=DF305 unknown-concept::a file that was not read
::notice title=DF317 unused-media::no lesson shows `content/media/b.png`
"""


def test_text_is_for_a_person() -> None:
    assert text.render(DIAGNOSTICS, SOURCES, color=False, width=None) == TEXT


def test_github_shows_them_beside_the_lines() -> None:
    assert github.render(DIAGNOSTICS, SOURCES) == GITHUB


def test_json_is_for_programs() -> None:
    document = json.loads(machine.render(DIAGNOSTICS, SOURCES))
    assert document["version"] == 1
    first, warning, twice, gone, nowhere = document["diagnostics"]
    assert first == {
        "code": "DF305",
        "name": "unknown-concept",
        "severity": "error",
        "message": "there is no concept `gradient-flwo`",
        "fix": "did you mean `gradient-flow`?",
        "path": "content/a.md",
        "line": 3,
        "column": 30,
        "end_line": 3,
        "end_column": 43,
        "source_line": "### Why? {#vanishing concept=gradient-flwo}",
        "related": [],
    }
    assert (warning["severity"], warning["line"], warning["end_line"], warning["end_column"]) == ("warning", 5, 7, 4)
    assert twice["related"] == [
        {
            "path": "content/a.md",
            "line": 3,
            "column": 11,
            "end_line": 3,
            "end_column": 21,
            "message": "the first one is here",
        }
    ]
    assert (gone["path"], gone["line"], gone["source_line"]) == ("content/gone.md", None, None)
    assert (nowhere["path"], nowhere["severity"]) == (None, "note")
    assert {frozenset(entry) for entry in document["diagnostics"]} == {frozenset(first)}


def test_nothing_wrong_is_nothing_to_show() -> None:
    assert text.render((), {}, color=True, width=80) == ""
    assert github.render((), {}) == ""
    assert json.loads(machine.render((), {})) == {"version": 1, "diagnostics": []}


def test_colours_change_nothing_but_the_colour() -> None:
    coloured = text.render(DIAGNOSTICS, SOURCES, color=True, width=None)
    assert "\x1b[1;31merror[DF305 unknown-concept]\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text.render(DIAGNOSTICS, SOURCES, color=False, width=None)


def test_github_properties_escape_what_separates_them() -> None:
    path = "content/a,b:c%.md"
    shown = github.render((UNKNOWN.at(Span(path, 0, 0), "a, b: c\r\nd"),), {})
    assert shown == "::error file=content/a%2Cb%3Ac%25.md,title=DF305 unknown-concept::a, b: c%0D%0Ad\n"


def underlined(line: str, wrong: str, width: int | None = None, nth: int = 0) -> tuple[str, str]:
    """The source line and the underline that are shown for a text within a line."""
    data = line.encode()
    at = [match.start() for match in re.finditer(re.escape(wrong.encode()), data)][nth]
    diagnostic = UNKNOWN.at(Span("x.md", at, at + len(wrong.encode())), "m")
    shown = text.render((diagnostic,), {"x.md": Source("x.md", data)}, color=False, width=width).splitlines()
    return shown[3].removeprefix("1 | "), shown[4].removeprefix("  | ")


@pytest.mark.parametrize(
    ("line", "wrong", "shown", "marks"),
    [
        ("\tx = 1", "x", "    x = 1", "    ^"),
        ("a\tx", "x", "a    x", "     ^"),
        ("数学 x", "x", "数学 x", "     ^"),
        ("数学 x", "学", "数学 x", "  ^^"),
        ("cafe\u0301 x", "x", "cafe\u0301 x", "     ^"),
        ("cafe\u0301 x", "\u0301", "cafe\u0301 x", "   ^"),
        ("\U0001f600 x", "x", "\U0001f600 x", "   ^"),
        ("a\x1b[31m x", "x", "a␛[31m x", "       ^"),
        ("a\u202eb x", "x", "a\ufffdb x", "    ^"),
    ],
    ids=["tab", "tab inside", "wide before", "wide itself", "combining", "the accent", "emoji", "escape", "bidi"],
)
def test_a_caret_stands_under_its_glyph(line: str, wrong: str, shown: str, marks: str) -> None:
    assert underlined(line, wrong) == (shown, marks)


def test_an_empty_place_behind_the_last_character_has_a_caret() -> None:
    shown = text.render((UNKNOWN.at(Span("x.md", 2, 2), "m"),), {"x.md": Source("x.md", b"ab")}, color=False, width=80)
    assert "1 | ab\n  |   ^\n" in shown


def test_a_byte_order_mark_moves_nothing() -> None:
    source = {"x.md": Source("x.md", b"\xef\xbb\xbfab")}
    shown = text.render((UNKNOWN.at(Span("x.md", 4, 5), "m"),), source, color=False, width=80)
    assert "x.md:1:2" in shown
    assert "1 | ab\n  |  ^\n" in shown


def test_a_long_line_is_cut_around_the_place() -> None:
    line = "a" * 300 + " wrong " + "b" * 300
    shown, marks = underlined(line, "wrong", width=60)
    assert len(shown) <= 56
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert shown[marks.index("^") : len(marks)] == "wrong"


def test_messages_stay_on_one_line_and_away_from_the_terminal() -> None:
    shown = text.render((UNKNOWN.at(None, "a\nb\x1b[2Jc"),), {}, color=False, width=80)
    assert shown.startswith("error[DF305 unknown-concept]: a b␛[2Jc\n")


WIDTHS = st.none() | st.integers(min_value=30, max_value=120)
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\t梯\u0301a"), max_size=200)


@given(LINES, st.data(), WIDTHS)
def test_what_is_shown_fits_and_the_marks_stay_inside(line: str, data: st.DataObject, width: int | None) -> None:
    start = data.draw(st.integers(min_value=1, max_value=len(line) + 1))
    end = data.draw(st.integers(min_value=start, max_value=len(line) + 1))
    shown, before, under = text.excerpt(line, start, end, width)
    columns = sum(
        0
        if unicodedata.category(character) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in shown
    )
    assert under >= 1
    assert before + under <= columns + 1
    if width is not None:
        assert columns <= width


def test_the_summary_counts_in_words() -> None:
    one = (UNKNOWN.at(Span("a.md", 0, 0), "m"),)
    many = (*one, NO_ALT.at(Span("b.md", 0, 0), "m"), NO_ALT.at(Span("a.md", 1, 1), "m"))
    assert text.summary(one) == "1 error in 1 file"
    assert text.summary(many) == "1 error, 2 warnings in 2 files"
    assert text.summary((UNUSED.at(None, "m"),)) == "1 note"


def test_diagnostics_are_shown_in_the_order_given() -> None:
    backwards: tuple[Diagnostic, ...] = DIAGNOSTICS[::-1]
    names = [entry["name"] for entry in json.loads(machine.render(backwards, SOURCES))["diagnostics"]]
    assert names == [diagnostic.code.name for diagnostic in backwards]
