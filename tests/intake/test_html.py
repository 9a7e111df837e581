"""Fields of Anki's, by many hands, as Markdown: what they say stays, what runs goes, what looks is told."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deckforge.diagnostics import Severity
from deckforge.intake.html import markdown
from deckforge.read.markdown.page import rich
from deckforge.read.markdown.scope import Scope
from deckforge.read.text import Text

CASES = [
    ("What is <b>bold</b> and <i>it</i>?", "What is **bold** and *it*?"),
    ("a<br>b<br><br>c", "a\\\nb\n\nc"),
    ("<div>one</div><div>two</div><div><br></div><div>three</div>", "one\\\ntwo\n\nthree"),
    ("one<div>two</div>", "one\\\ntwo"),
    (r"\(x^2\), \[\frac{a}{b}\], [latex]$y$[/latex] and [$]z[/$]", r"$x^2$, $$\frac{a}{b}$$, $y$ and $z$"),
    ('<anki-mathjax block="true">a</anki-mathjax>', "$$a$$"),
    ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n  - c"),
    ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
    (
        "<table><tr><th>a|b</th><th>c</th></tr><tr><td>1</td><td>2<br>3</td></tr></table>",
        "| a\\|b | c |\n|---|---|\n| 1 | 2<br>3 |",
    ),
    ('<pre><code class="language-py">a\n  b</code></pre>', "```py\na\n  b\n```"),
    ("see <code>a*b</code>", "see `a*b`"),
    ('<img src="sea floor.png">', "![sea floor](sea%20floor.png)"),
    ("[sound:ridge.mp3]", "[ridge.mp3](ridge.mp3)"),
    ("H<sub>2</sub>O <ruby>漢<rt>kan</rt></ruby>", "H<sub>2</sub>O <ruby>漢<rt>kan</rt></ruby>"),
    ('<span style="font-weight: bold">red</span>', "**red**"),
    ("a<b>.x</b>y", "a<strong>.x</strong>y"),
    ("<b>a </b>b", "**a** b"),
    ("# no<br>- list<br>1. here", "\\# no\\\n\\- list\\\n1\\. here"),
    ("x &lt; 5 &amp; y", "x < 5 & y"),
    ("costs $5 or $6", "costs \\$5 or \\$6"),
    ("<h2>Head</h2><p>text</p><blockquote>said</blockquote>", "##### Head\n\ntext\n\n> said"),
    ('<a href="https://example.org/a b">there</a>', "[there](<https://example.org/a b>)"),
]


@pytest.mark.parametrize(("html", "text"), CASES, ids=[html[:30] for html, _ in CASES])
def test_a_field_becomes_markdown(html: str, text: str) -> None:
    assert markdown(html).text == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("{{c1::Paris}} in {{c2::France::country}}", "{{c1::Paris}} in {{c2::France::country}}"),
        ("{{c1::<b>x</b>}}", "{{c1::**x**}}"),
        ("{{c1::a<div>b</div>}}", "{{c1::a\\\nb}}"),
        ("{{c1::x {{c2::y}} z}}", "{{c1::x y z}}"),
        (r"\({{c1::\frac{a}{b}}}\)", r"{{c1::$\frac{a}{b}$}}"),
        (r"\(v = {{c1::d}} / t\)", r"$v =${{c1::$d$}}$/ t$"),
    ],
)
def test_deletions_stay_deletions(html: str, text: str) -> None:
    assert markdown(html, cloze=True).text == text
    _, found = rich(Text.of_file("", text.encode()), Scope("a", "b", ()), cloze=True)
    assert [each for each in found if each.severity is Severity.ERROR] == []


def test_braces_of_a_card_that_is_no_cloze_are_words() -> None:
    assert markdown("{{c1::x}}").text == "&#123;&#123;c1::x}}"


def test_what_runs_is_left_out_and_named() -> None:
    made = markdown(
        '<script>steal()</script>hi <a href="javascript:x" onclick="y()">there</a><iframe src="z"></iframe>'
    )
    assert made.text == "hi there"
    assert made.dropped == ("<script>", "href of <a>", "onclick of <a>", "<iframe>")


def test_looks_are_left_out_and_told() -> None:
    made = markdown('<div style="text-align: center"><font color="red">x</font></div>')
    assert (made.text, made.lost) == ("x", ("colours, sizes and alignment",))


TAGS = re.findall(r"\w+", "b i div ul li table tr td pre code span h1 script p sub")
MARKS = r"\( \) \[ \] $ * _ # > | ` [ ] ( ) {{c1:: }} :: &lt; & &nbsp; - 1. <br> [latex] [/latex] [sound:a.mp3]"
PIECES = [
    *(f"<{tag}>" for tag in TAGS),
    *(f"</{tag}>" for tag in TAGS),
    *re.findall(r"\S+", MARKS),
    '<img src="a.png">',
    "word",
    "other",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14), st.booleans(), st.sampled_from(["", " "]))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_html_becomes_markdown_that_reads_and_keeps_every_word(
    pieces: list[str], cloze: bool, between: str
) -> None:
    html = between.join(pieces)
    made = markdown(html, cloze=cloze)
    read, found = rich(Text.of_file("", made.text.encode()), Scope("a", "b", ()), cloze=cloze)
    assert [each for each in found if each.severity is Severity.ERROR] == []
    kept = re.sub(r"<script>.*?(?:</script>|\Z)", "", html, flags=re.DOTALL)
    shown = read.text + "".join(map(str, read.pieces))
    for word in ("word", "other"):
        if re.search(rf"(?<![\w<]){word}", re.sub(r"<[^>]*>", "", kept)):
            assert word in shown, made.text
