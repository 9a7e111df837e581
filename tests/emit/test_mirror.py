"""Lessons as Markdown for language models, and what becomes of them on the site."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pyromark
import pytest
from hypothesis import HealthCheck, given, settings

from deckforge.emit import mirror
from deckforge.model.claims import ClaimKind, Status, Verdict
from deckforge.model.course import Prose, Reference, SiteOptions
from deckforge.render.markdown import inline, markdown
from tests.anki.build import HERE, claim, code, context, course, image, lesson, link, math, p, rich
from tests.emit.courses import PICTURE, RICH, courses, exported
from tests.emit.kept import golden

if TYPE_CHECKING:
    from deckforge.model.course import Course
    from deckforge.model.rich import Piece, Rich
    from tests.example import Example


def emitted(made: Course) -> dict[str, str]:
    """The files by their address on the site."""
    files = mirror.emit(context(Path("/nowhere"), made)).value
    return {file.path.removeprefix("build/llms/"): file.data.decode() for file in files}


def body(*pieces: Piece, **more: object) -> str:
    """What stands below the title in the Markdown of a lesson that says only this."""
    prose = replace(lesson("flow"), content=(Prose(None, p(*pieces), HERE),))
    return emitted(course(prose, **more))["lessons/flow/index.html.md"].removeprefix("# Flow\n\n").rstrip("\n")


# HTML back to Markdown ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<p>a <strong>b</strong> <em>c</em> <del>d</del> <code>e</code></p>", "a **b** *c* ~~d~~ `e`"),
        ("<p>2 * 3 and a_b and _c_ and [d] and $5</p>", r"2 \* 3 and a_b and \_c\_ and \[d\] and \$5"),
        ("<p># no heading</p>", r"\# no heading"),
        ("<p>1. no list</p>", r"1\. no list"),
        ("<p>- no list</p>", r"\- no list"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n  - c"),
        ('<ol start="3"><li>a</li><li>b</li></ol>', "3. a\n4. b"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        (
            '<div class="df-alert df-note">\n<p class="df-alert-title">Note</p>\n<p>Mind it.</p></div>',
            "> [!NOTE]\n> Mind it.",
        ),
        (
            '<div class="highlight"><pre><code class="language-c"><span class="n">x</span> = 1\n</code></pre></div>',
            "```c\nx = 1\n```",
        ),
        ("<pre><code>``` inside</code></pre>", "````\n``` inside\n````"),
        (
            "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1|2</td></tr></tbody></table>",
            "| a | b |\n| --- | --- |\n| 1\\|2 |  |",
        ),
        ("<p>x<df-tex>y_1</df-tex></p>", "x$y_1$"),
        ("<p>so</p><df-tex display>y = 1</df-tex><p>then</p>", "so\n\n$$\ny = 1\n$$\n\nthen"),
        ('<p>8<df-note name="3"></df-note></p>', "8[^3]"),
        ('<a href="a b">c</a>', "[c](<a b>)"),
        ("<details><summary>More</summary><p>a</p></details>", "**More**\n\na"),
        ("a<br>b", "a  \nb"),
    ],
)
def test_an_element_has_its_markdown(html: str, text: str) -> None:
    assert markdown(html) == text


def test_a_line_is_one_line() -> None:
    assert inline("<p>a</p><p>b<br>c</p>") == "a b c"


def words(html: str) -> list[str]:
    return unescape(re.sub(r"<[^>]+>", " ", html)).split()


@settings(max_examples=200, deadline=None)
@given(text=RICH.filter(lambda text: all(isinstance(piece, str) for piece in text.pieces)))
def test_what_comes_out_is_read_as_what_went_in(text: Rich) -> None:
    """CommonMark reads the same words out of the Markdown, whatever signs stand in them."""
    html = "".join(str(piece) for piece in text.pieces)
    assert "".join(words(pyromark.html(markdown(html)))) == "".join(words(html))


# Lessons --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["llms.txt", "lessons/flow/index.html.md"])
def test_files_are_as_they_were_looked_at(path: str) -> None:
    golden(path.replace("/", "-"), emitted(exported())[path])


def test_every_item_is_there_with_its_answer() -> None:
    text = emitted(exported())["lessons/flow/index.html.md"]
    for _, item in exported().items.values():
        for rich_text in item.texts():
            assert set(words(rich_text.text)) - set(re.sub(r"[^\w.,:?/()=-]+", " ", text).split()) <= {
                word for word in words(rich_text.text) if not word.isalpha()
            }


@pytest.mark.parametrize(
    ("kind", "status", "note"),
    [
        (ClaimKind.CLAIM, Status.PROVEN, "[^1]: Proven. Measured by `a.b.c`; `8 GB` stands for [7.6, 8.4] GB."),
        (ClaimKind.CLAIM, Status.UNPROVEN, "[^1]: Unproven. Measured by `a.b.c`; `8 GB` stands for [7.6, 8.4] GB."),
        (
            ClaimKind.WRONG,
            Status.PROVEN,
            "[^1]: False on purpose. Measured by `a.b.c`; `8 GB` stands for [7.6, 8.4] GB.",
        ),
        (ClaimKind.GIVEN, Status.GIVEN, "[^1]: Given."),
        (ClaimKind.CITE, Status.CITED, "[^1]: Cited. A paper, 2024, https://example.org/."),
    ],
)
def test_a_number_has_a_note_with_its_verdict(kind: ClaimKind, status: Status, note: str) -> None:
    number = claim("8 GB", "paper" if kind is ClaimKind.CITE else "a.b.c", kind)
    prose = replace(lesson("flow"), content=(Prose(None, p("It takes ", number, "."), HERE),))
    made = course(prose, references=(Reference("paper", "A paper", (), "2024", "https://example.org/", "", HERE),))
    verdict = Verdict(number, status, "", interval="[7.6, 8.4] GB" if number.needs_proof else "")
    files = mirror.emit(context(Path("/nowhere"), made, verdicts={number: verdict})).value
    assert files[1].data.decode() == f"# Flow\n\nIt takes 8 GB[^1].\n\n{note}\n"


def test_links_lead_to_the_markdown_of_lessons_and_pictures_to_the_site_s() -> None:
    assert body(*link("#flow-item", "there"), " ", *link("https://example.org/a_b", "away")) == (
        "there [away](https://example.org/a_b)"
    )
    shown = body(image("loss.png", "A curve"), media={PICTURE: b"x"})
    assert re.fullmatch(r"!\[A curve\]\(\.\./\.\./assets/media/loss-[0-9a-f]{10}\.png\)", shown)
    other = replace(lesson("other"), content=())
    first = replace(lesson("flow"), content=(Prose(None, p(*link("other.md", "next")), HERE),))
    assert "[next](../other/index.html.md)" in emitted(course(first, other))["lessons/flow/index.html.md"]


def test_math_and_code_stay_what_they_are() -> None:
    assert body("Then ", math(r"x_1 \le y"), ":", math("z", display=True), code("a = 1\n")) == (
        "Then $x_1 \\le y$:\n\n$$\nz\n$$\n\n```python\na = 1\n```"
    )


def test_the_index_names_every_lesson_at_its_address() -> None:
    made = replace(exported(), site=SiteOptions("https://example.org/course/"))
    assert "- [Gradient flow](https://example.org/course/lessons/flow/index.html.md)" in emitted(made)["llms.txt"]
    relative = emitted(replace(made, site=SiteOptions()))["llms.txt"]
    assert "- [Gradient flow](lessons/flow/index.html.md)" in relative
    assert relative.startswith("# Training networks\n\n> How networks learn.\n\n")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=courses())
def test_any_course_has_its_markdown(made: Course) -> None:
    files = emitted(made)
    assert set(files) == {"llms.txt"} | {f"lessons/{each.id}/index.html.md" for each in made.lessons}
    for each in made.lessons:
        text = files[f"lessons/{each.id}/index.html.md"]
        named = set(re.findall(r"^\[\^(\d+)\]: ", text, re.MULTILINE))
        assert len(named) <= len(each.all_claims())


def test_an_empty_text_is_nothing() -> None:
    assert markdown("") == ""
    assert body() == "# Flow" or body() == ""
    assert rich().text == ""


# On the site ----------------------------------------------------------------------------------------------------------


def test_the_site_has_them_at_its_root_and_loses_them_again(example: Example) -> None:
    (example.root / "mkdocs.yml").write_bytes((Path(__file__).parents[2] / "mkdocs.yml").read_bytes())
    result = example.build(only=("json", "llms", "site"))
    assert result.site_built
    made = example.outputs()
    assert made["site/llms.txt"] == made["llms/llms.txt"]
    assert made["site/lessons/doubling/index.html.md"].startswith(b"# Doubling")
    assert b'href="../llms.txt"' in made["site/downloads/index.html"]
    again = example.build(only=("json", "llms", "site"))
    assert not again.site_built
    assert again.written is not None
    assert again.written.changed == ()
