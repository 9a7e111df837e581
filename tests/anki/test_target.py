"""Text in a field means itself, in HTML, in TeX, and in Anki's own language."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckforge.emit.anki.notes import from_course
from deckforge.emit.anki.target import AnkiTarget, space_braces
from deckforge.emit.site.atlas import Atlas
from deckforge.model.course import SiteOptions
from deckforge.model.items import Cloze
from tests.anki.build import card, cloze, code, course, image, lesson, link, make, math, p, rich
from tests.anki.learner import learner, package

if TYPE_CHECKING:
    from pathlib import Path

    from deckforge.model.rich import Rich


def render(text: Rich, **more: object) -> str:
    flow = lesson("flow", card("a", "A?"))
    other = lesson("chain-rule", card("product", "B?"))
    return AnkiTarget(Atlas(course(flow, other, **more)), flow, {}).render(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (rich(math("x<5")), r"\(x&lt;5\)"),
        (rich(math("a & b", display=True)), r"\[a &amp; b\]"),
        (rich(math(r"\frac{a}{b^{2}}")), r"\(\frac{a}{b^{2} }\)"),
        (rich(math("{{x}}")), r"\({ {x} }\)"),
        (rich("<code>{{x}}</code>"), "<code>&#123;&#123;x&#125;&#125;</code>"),
        (rich("a [sound:x.mp3] b"), "a &#91;sound:x.mp3] b"),
        (rich("[latex]x[/latex] [$]y[/$] [$$]z[/$$]"), "&#91;latex]x&#91;/latex] &#91;$]y&#91;/$] &#91;$$]z&#91;/$$]"),
        (rich("a [link] and [1]"), "a [link] and [1]"),
        (rich(*link("https://example.org/?a=1&b=2", "there")), '<a href="https://example.org/?a=1&amp;b=2">there</a>'),
        (rich(*link("#product", "there")), "there"),
        (rich(*link("javascript:alert(1)", "there")), "there"),
        (rich(image("gone.png", 'a "b" <c>')), '<span class="df-missing">a &quot;b&quot; &lt;c&gt;</span>'),
    ],
)
def test_text_means_itself(text: Rich, shown: str) -> None:
    assert render(text) == shown


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("#product", "https://example.org/c/lessons/chain-rule/#product"),
        ("chain-rule.md", "https://example.org/c/lessons/chain-rule/"),
        ("chain-rule.md#product", "https://example.org/c/lessons/chain-rule/#product"),
    ],
)
def test_links_inside_the_course_lead_to_its_site(target: str, address: str) -> None:
    site = SiteOptions("https://example.org/c/")
    assert render(rich(*link(target, "there")), site=site) == f'<a href="{address}">there</a>'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (rich(*cloze(1, "one")), "{{c1::one}}"),
        (rich(*cloze(2, "one", hint="a number")), "{{c2::one::a number}}"),
        (rich(*cloze(1, math(r"\frac{a}{b^{2}}"))), r"{{c1::\(\frac{a}{b^{2} }\)}}"),
        (rich(*cloze(1, "std::vector&lt;int&gt;")), "{{c1::std&#58;&#58;vector&lt;int&gt;}}"),
        (rich(*cloze(1, "a set {x}")), "{{c1::a set {x&#125;}}"),
        (rich(*cloze(1, "x", hint="a::b}")), "{{c1::x::a&#58;&#58;b&#125;}}"),
        (rich("both ", *cloze(1, "a ", *cloze(2, "b"), " c")), "both {{c1::a {{c2::b}} c}}"),
        (rich("no {{c9::trick}}: ", *cloze(1, "x")), "no &#123;&#123;c9&#58;&#58;trick&#125;&#125;: {{c1::x}}"),
    ],
)
def test_deletions_hold_whatever_they_hold(text: Rich, shown: str) -> None:
    assert render(text) == shown


def test_tex_and_code_survive_anki(tmp_path: Path) -> None:
    """What Anki shows of the awkward cases, with the answer and without."""
    awkward = (
        make(Cloze, "frac", rich("It is ", *cloze(1, math(r"\frac{a}{b^{2}}")), ".")),
        make(Cloze, "scope", rich("Use ", *cloze(1, "<code>std::vector&lt;int&gt;</code>", hint="a type"), ".")),
        make(Cloze, "brace", rich("Then {", *cloze(1, "{x}"), "} and <code>{{y}}</code>.")),
        card("generic", p("Is <code>List&lt;int&gt;</code> right where x&lt;5 and y&gt;3?"), p(code("f'{{x}}'"))),
    )
    with learner(tmp_path / "anki") as anki:
        anki.take(package(tmp_path, course(lesson("flow", *awkward))))
        assert anki.problems() == []

        def plain(shown: str) -> str:
            body = re.sub(r"<(script|style)>.*?</\1>", "", shown, flags=re.DOTALL)
            return " ".join(unescape(re.sub(r"<[^>]+>", "", body)).split())

        def seen(item: str) -> tuple[str, str]:
            (sides,) = anki.sides(item)
            return plain(sides[0]), plain(sides[1])

        assert seen("frac")[0] == "It is [...]."
        assert seen("frac")[1].startswith(r"It is \(\frac{a}{b^{2} }\).")
        assert seen("scope")[0] == "Use [a type]."
        assert seen("scope")[1].startswith("Use std::vector<int>.")
        assert seen("brace")[0] == "Then {[...]} and {{y}}."
        assert seen("brace")[1].startswith("Then {{x}} and {{y}}.")
        assert seen("generic")[0] == "Is List<int> right where x<5 and y>3?"
        assert "f'{{x}}'" in seen("generic")[1]


words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30) | st.sampled_from(
    [
        "{{c1::",
        "}}",
        "}",
        "{",
        "::",
        "[sound:a.mp3]",
        "[latex]",
        "[$]x[/$]",
        "[$",
        "[$$]",
        "\\",
        "<%",
        "&amp;",
        r"\(",
        "{{Front}}",
        "{{#x}}",
    ]
)


@given(st.lists(words, min_size=1, max_size=5), st.lists(words, max_size=3))
def test_whatever_an_author_writes_is_one_deletion_that_hides_it_all(inside: list[str], outside: list[str]) -> None:
    hidden, shown = "".join(inside), "".join(outside)
    field = render(rich(escape(shown), *cloze(1, escape(hidden)), escape(shown)))
    start, deleted, end = re.fullmatch(r"(.*?)\{\{c\d+::(.*?)\}\}(.*)", field, re.DOTALL).groups()
    assert (unescape(start), unescape(deleted), unescape(end)) == (shown, hidden, shown)
    assert "::" not in deleted
    for part in (start, deleted, end):
        assert not re.search(r"\{\{|\}\}|\[(sound:|anki:|/?latex\]|/?\$\$?\])", part)


@given(st.text("{}\\ab ", max_size=40))
def test_spaced_tex_has_no_touching_braces_and_loses_nothing(tex: str) -> None:
    spaced = space_braces(tex)
    assert "{{" not in spaced
    assert "}}" not in spaced
    assert spaced.replace(" ", "") == tex.replace(" ", "")


def test_control_characters_cannot_forge_a_deletion() -> None:
    made = from_course(course(lesson("flow", make(Cloze, "x", rich("a \x0e9\x0f\x0fb\x10 ", *cloze(1, "c"))))), {})
    assert made.value.notes[0].fields[1] == "a 9b {{c1::c}}"
