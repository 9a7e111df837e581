"""The renderer: the parser's own HTML wherever nothing depends on the back end, pieces everywhere else."""

from __future__ import annotations

import re

import pyromark
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deckforge.diagnostics import Diagnostic
from deckforge.model.claims import Claim, ClaimKind
from deckforge.model.rich import ClozeEnd, ClozeStart, Code, Image, LinkEnd, LinkStart, Math, Rich
from deckforge.model.source import Source, Span
from deckforge.read.markdown import HeaderMark, Scope, rich
from deckforge.read.markdown.events import DIALECT
from deckforge.read.text import Text

SCOPE = Scope("lesson", "item")


def read(text: str, *, inline: bool = False, cloze: bool = False, scope: Scope = SCOPE) -> Rich:
    return rich(Text.of_file("a.md", text.encode()), scope, inline=inline, cloze=cloze)[0]


def codes(text: str, *, cloze: bool = False) -> list[str]:
    found = rich(Text.of_file("a.md", text.encode()), SCOPE, cloze=cloze)[1]
    return [diagnostic.code.name for diagnostic in found]


def html(text: Rich) -> str:
    assert all(isinstance(piece, str) for piece in text.pieces), text.pieces
    return "".join(str(piece) for piece in text.pieces)


# The parser's HTML


def one_of(text: str) -> st.SearchStrategy[str]:
    """Draw one of the pieces that `¦` separates."""
    return st.sampled_from(text.split("¦"))


PIECES = one_of(
    "word\n¦*em*¦**strong**¦~~gone~~¦`code`¦`` a`b ``¦> quote¦- item¦1. one¦3) three¦  - nested¦\n\n¦\n¦  \n"
    "¦\\\n¦&amp;¦&lt;"
    "¦<¦>¦\"¦'¦\\*¦---\n¦***\n\n¦- [ ] open¦- [x] done¦##### five\n¦ü 漢字 🙂¦2 < 3 & 4 > 1¦    four spaces¦\t"
    "¦10. ten¦* star"
)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
@example("- a\n\n  b\n- c\n")
@example("> - a\n>\n> 1. b\n\n3. c\n")
@example("10. [ ] a\n\n    > b\n    > c\n")
def test_html_is_the_parsers_own(text: str) -> None:
    expected = pyromark.html(text, options=DIALECT)
    if "```" in text or "<pre>" in expected or re.search(r"<[a-z]+ (?!disabled|start)", expected):
        return  # code, links and attributes are ours
    assert html(read(text)) == expected.rstrip("\n")


@pytest.mark.parametrize("align", ["---", ":--", "--:", ":-:"])
def test_tables_are_the_parsers_inside_a_box_that_scrolls(align: str) -> None:
    text = f"| a | b |\n|{align}|---|\n| *1* | 2 |\n| 3 |\n"
    expected = pyromark.html(text, options=DIALECT).rstrip("\n")
    assert html(read(text)) == f'<div class="df-table">{expected}</div>'


def test_alerts_carry_their_title() -> None:
    assert html(read("> [!WARNING]\n> Mind *this*.\n")) == (
        '<div class="df-alert df-warning">\n<p class="df-alert-title">Warning</p>\n<p>Mind <em>this</em>.</p>\n</div>'
    )


# Pieces


def test_what_a_back_end_decides_is_a_piece_of_its_own() -> None:
    text = read('a [b](c.md#d "e") ![f *g*](h.png) $i$ $$j$$ [2 %](cite:k) <m@example.org>')
    kinds = [type(piece) for piece in text.pieces if not isinstance(piece, str)]
    assert kinds == [LinkStart, LinkEnd, Image, Math, Math, Claim, LinkStart, LinkEnd]
    link, image, inline, display, claim = (text.pieces[index] for index in (1, 5, 7, 9, 11))
    assert isinstance(link, LinkStart)
    assert (link.target, link.title) == ("c.md#d", "e")
    assert isinstance(image, Image)
    assert (image.source, image.alt) == ("h.png", "f g")
    assert isinstance(inline, Math)
    assert (inline.tex, inline.display) == ("i", False)
    assert isinstance(display, Math)
    assert (display.tex, display.display) == ("j", True)
    assert isinstance(claim, Claim)
    assert (claim.kind, claim.text, claim.target) == (ClaimKind.CITE, "2 %", "k")
    assert text.text == "a b f g $i$ $$j$$ 2 % m@example.org"


def test_a_claim_keeps_its_arguments_as_written() -> None:
    text = 'First one. About [~1e+5 B](claim:m.f.out?a=1e+5&b=x%20y&c=-3 "±5%") is used. Last.'
    (claim,) = read(text).all_claims()
    assert claim.arguments == (("a", "1e+5"), ("b", "x y"), ("c", "-3"))
    assert (claim.override, claim.context, claim.item) == ("±5%", "About ~1e+5 B is used.", "item")
    source = Source("a.md", text.encode())
    assert source.text(claim.text_span) == "~1e+5 B"
    assert source.text(claim.span).startswith("[~1e+5 B](claim:")


def test_the_context_of_a_claim_in_a_table_is_its_row() -> None:
    (claim,) = read("| method | memory |\n|---|---|\n| Adam | [12 GB](given:) |\n").all_claims()
    assert claim.context == "Adam | 12 GB"


def test_a_written_value_survives_escapes() -> None:
    (claim,) = read("[\\$10](given:price)").all_claims()
    assert (claim.text, claim.target) == ("$10", "price")


def test_a_code_block_keeps_its_text_in_any_container() -> None:
    text = "10. [ ] option\n\n    ```python run\n    if x:\n        y = '```'\n    ```\n\n> ~~~\n> é\n> ~~~\n"
    first, second = (piece for piece in read(text).pieces if isinstance(piece, Code))
    assert (first.text, first.language, first.info) == ("if x:\n    y = '```'", "python", "run")
    assert (second.text, second.language) == ("é", "")


def test_a_claim_of_the_header_is_marked_in_code_by_characters() -> None:
    body = "```text\né = 1\nLoß = 0.2888 ± 0\n```\n\nand $0.5$\n"
    data = body.encode()
    value, other = data.index(b"0.2888"), data.index(b"0.5")

    def claim(at: int, length: int) -> HeaderMark:
        place = Span("a.md", at, at + length)
        shown = data[at : at + length].decode()
        return HeaderMark(place, Claim(ClaimKind.CLAIM, shown, "m.f.o", (), "", "lesson", "item", "", place, place))

    marks = (claim(value, 6), claim(other, 3))
    text = read(body, scope=Scope("lesson", "item", marks))
    code = next(piece for piece in text.pieces if isinstance(piece, Code))
    (mark,) = code.marks
    assert code.text[mark.start : mark.end] == "0.2888"
    assert text.claims == (marks[1].claim,), "math cannot be marked"
    assert [each.text for each in text.all_claims()] == ["0.2888", "0.5"]


def test_footnotes_follow_their_field_under_names_of_their_own() -> None:
    text = "a[^x] b[^x]\n\n[^x]: see [2](given:)"
    first = "".join(piece for piece in read(text, scope=Scope("l", "i", (), "answer")).pieces if isinstance(piece, str))
    second = "".join(piece for piece in read(text, scope=Scope("l", "i", (), "gap")).pieces if isinstance(piece, str))
    anchors = [set(re.findall(r' id="([^"]+)"', each)) for each in (first, second)]
    assert anchors[0] == {"fn-l-i-answer-1", "fnref-l-i-answer-1"}
    assert not anchors[0] & anchors[1]
    assert set(re.findall(r'href="#([^"]+)"', first)) == anchors[0]
    assert read(text).text == "a[1] b[1]\n[1] see 2"


def test_inline_takes_a_lone_paragraph_out_of_its_tags() -> None:
    assert html(read("*a* b", inline=True)) == "<em>a</em> b"
    assert not read("*a* b", inline=True).block
    assert read("a\n\nb", inline=True).block


# Raw HTML


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("List<int> x", "<p>List&lt;int&gt; x</p>"),
        ("H<sub>2</sub>O", "<p>H<sub>2</sub>O</p>"),
        ('<kbd class="k">C</kbd>', '<p><kbd class="k">C</kbd></p>'),
        ("<b onclick='x()'>a</b>", "<p><b>a</b></p>"),
        ("a <script>alert(1)</script> b", "<p>a  b</p>"),
        ("x <!-- a --> b", "<p>x  b</p>"),
        ("<kbd>a", "<p><kbd>a</kbd></p>"),
        ("a</kbd>", "<p>a</p>"),
        (
            "<details>\n<summary>s</summary>\n\n*a*\n\n</details>",
            "<details>\n<summary>s</summary>\n<p><em>a</em></p>\n</details>",
        ),
    ],
)
def test_raw_html_is_balanced_and_harmless(text: str, expected: str) -> None:
    shown = html(read(text))
    assert shown == expected or shown.strip() == expected


TAGS = one_of(
    '<b>¦</b>¦<i class="x">¦</i>¦<div>\n¦</div>\n¦<script>¦</script>¦<!--¦-->¦<img src=x onerror=y>'
    '¦<a href="javascript:x">¦</a>'
    "¦<br>¦<td>¦text ¦*¦\n\n¦> ¦- ¦`¦<svg onload=x>¦</svg>¦<style>¦</style>¦<int>¦<b\n¦onclick=x>¦$¦[t](u)"
)


@settings(deadline=None)
@given(st.lists(TAGS, max_size=16).map("".join))
def test_no_raw_html_gets_out_of_its_field(text: str) -> None:
    shown = "".join(piece for piece in read(text).pieces if isinstance(piece, str))
    assert not re.search(r"<\s*/?(script|style|svg|img|a|!)\b|<!--|<[^>]*\bon\w+=", shown)
    stack = []
    for close, name in re.findall(r"<(/?)([a-z][a-z0-9]*)(?:\s[^>]*)?>", shown):
        if name in ("br", "hr", "input", "img", "wbr", "col"):
            continue
        if not close:
            stack.append(name)
        else:
            assert stack, shown
            assert stack.pop() == name, shown
    assert not stack, shown


# Deletions


def test_a_deletion_holds_math_code_claims_and_emphasis() -> None:
    text = "The {{c1::*scaler* `{{x}}` $\\frac{a}{b}$ [65536](given:)::a power}} and {{c2::b}}."
    made = read(text, cloze=True)
    starts = [piece for piece in made.pieces if isinstance(piece, ClozeStart)]
    assert [(start.number, start.hint) for start in starts] == [(1, "a power"), (2, "")]
    assert sum(isinstance(piece, ClozeEnd) for piece in made.pieces) == 2
    assert made.text == "The scaler {{x}} $\\frac{a}{b}$ 65536 and b."
    assert codes(text, cloze=True) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{c1::a", ["cloze-not-closed"]),
        ("{{c1::a\n\nb}}", ["cloze-not-closed"]),
        ("*{{c1::a* b}}", ["cloze-not-closed"]),
        ("- {{c1::a\n- b}}", ["cloze-not-closed"]),
        ("{{c1::a::hint", ["cloze-not-closed"]),
        ("{{c1::a {{c2::b}} c}}", ["cloze-nested"]),
        ("{{c1::*a}} b*", ["cloze-across-markup"]),
        ("{{c1::<b>a}}</b>", ["cloze-across-markup"]),
        ("{{c0::a}}", ["cloze-malformed"]),
        ("{{c1::}}", ["cloze-malformed"]),
        ("{{c1::::h}}", ["cloze-malformed"]),
        ("{{c1:a}}", ["cloze-malformed"]),
        ("{{c1::a::*h*}}", ["cloze-hint-with-markup"]),
    ],
)
def test_deletions_that_are_none(text: str, expected: list[str]) -> None:
    assert codes(text, cloze=True) == expected


# Anything at all

SYNTAX = one_of(
    "{{c1::¦}}¦::¦[2](claim:a.b?c=1)¦[x](¦cite:¦$¦$$¦`¦```¦\n¦\n\n¦> ¦- ¦| a |¦|---|¦|¦*¦~¦<b>¦</b>¦\\(¦[^1]"
    "¦[^1]: ¦### ¦{#a}¦é¦🙂 "
    "¦[!NOTE]\n¦- [ ] ¦- []¦    ¦\t¦\r\n¦!["
)
ANYTHING = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=80),
    st.lists(SYNTAX, max_size=20).map("".join),
)


@settings(deadline=None)
@given(ANYTHING, st.booleans(), st.booleans())
def test_nothing_breaks_the_reader_and_every_place_is_in_the_file(text: str, cloze: bool, inline: bool) -> None:
    prefix = "é\n\n".encode()
    data = text.encode()
    base = Text.of_file("a.md", prefix + data, len(prefix))
    made, diagnostics = rich(base, SCOPE, cloze=cloze, inline=inline)
    spans = [made.span, *(each.span for each in diagnostics if isinstance(each, Diagnostic) and each.span)]
    spans += [piece.span for piece in made.pieces if not isinstance(piece, str | LinkEnd | ClozeEnd)]
    for span in spans:
        assert len(prefix) <= span.start <= span.end <= len(prefix) + len(data)
    for claim in made.all_claims():
        assert claim.span.start <= claim.text_span.start <= claim.text_span.end <= claim.span.end
    opened = 0
    for piece in made.pieces:
        opened += isinstance(piece, ClozeStart) - isinstance(piece, ClozeEnd)
        assert 0 <= opened <= 1
    assert not opened


WORDS = st.lists(st.from_regex(r"[a-zé]{2,6}", fullmatch=True), min_size=1, max_size=6).map(" ".join)
SHAPES = st.sampled_from(
    [
        "{}",
        "*{}*",
        "> {}",
        "- {}",
        "1. {}",
        "[{}](u)",
        "`{}`",
        "- a\n  - {}",
        "| h |\n|---|\n| {} |",
        "${}$",
        "```\n{}\n```",
        "a[^1]\n\n[^1]: {}",
        "<b>{}</b>",
        "<div>\n{}\n</div>",
        "##### {}",
        "![{}](u)",
        "[{}](given:)",
    ]
)


@settings(deadline=None)
@given(st.lists(st.tuples(SHAPES, WORDS), min_size=1, max_size=5))
def test_every_word_of_the_source_is_in_the_plain_text(blocks: list[tuple[str, str]]) -> None:
    for shape, words in blocks:
        assert words in read(shape.format(words)).text
    joined = "\n\n".join(shape.format(words) for shape, words in blocks if "[^1]" not in shape)
    shown = read(joined).text
    assert all(words in shown for shape, words in blocks if "[^1]" not in shape)
