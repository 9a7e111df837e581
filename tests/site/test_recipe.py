"""Our HTML goes through Python-Markdown, with the extensions of `mkdocs.yml`, and comes out as it went in."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

import markdown
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from deckforge.emit.site.page import block, field, markdown_heading, page
from tests.site.build import ROOT

VOID = {"br", "img"}
TAGS = ("p", "div", "span", "em", "pre", "code", "ul", "li", "table", "td", "details", "df-answer", "br", "img", "h3")
# What Markdown and its extensions look for, and what might end or begin a block of HTML.
TRAPS = (
    "```",
    "~~~",
    "\n",
    "\n\n",
    "\n    ",
    "\t",
    "    code",
    "# x",
    "- x",
    "1. x",
    "> x",
    "| a | b |\n|---|---|",
    "--8<-- 'a'",
    "*x*",
    "_x_",
    "**x**",
    "`x`",
    "[x](y)",
    "[x]: y",
    "![x](y)",
    "<http://x>",
    "{#id}",
    "{: .x }",
    "[^1]",
    "==x==",
    "\\*",
    "&amp;",
    "&#10;",
    "$x$",
    "\\(x\\)",
    "\x02",
    "\x03",
    "\r\n",
    "\x02wzxhzdk:0\x03",
    "klzzwxh:0",
    "</div>",
    "<div>",
    "<!-- x -->",
    "]]>",
    "<?x?>",
    "***",
    "---",
    "===",
    "\u2028",
    "\x0b",
    "\x85",
    "\ufeff",
    " ",
)

text = st.lists(st.one_of(st.sampled_from(TRAPS), st.text(max_size=8)), max_size=5).map("".join)
attribute = st.sampled_from(["title", "alt", "class", "data-x"])


def element(tag: str, attributes: dict[str, str], children: list[str]) -> str:
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{written}>" if tag in VOID else f"<{tag}{written}>{''.join(children)}</{tag}>"


tags = st.sampled_from(TAGS)
html = st.recursive(
    text.map(lambda words: escape(words, quote=False)),
    lambda inner: st.builds(element, tags, st.dictionaries(attribute, text, max_size=2), st.lists(inner, max_size=4)),
    max_leaves=12,
)


class Events(HTMLParser):
    """What a browser would be told: tags with their attributes, and text in one piece."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.seen.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.seen.append(("comment", data))

    def handle_data(self, data: str) -> None:
        if self.seen and isinstance(self.seen[-1], list):
            self.seen[-1][0] += data
        else:
            self.seen.append([data])


def events(source: str) -> list[object]:
    parser = Events()
    parser.feed(source)
    parser.close()
    return parser.seen


def page_events(source: str) -> list[object]:
    """The events of a page, without the white space between its blocks."""
    found: list[object] = []
    depth = 0
    for event in events(source):
        if depth == 0 and isinstance(event, list) and not event[0].strip():
            continue
        if isinstance(event, tuple) and event[0] not in (*VOID, "comment"):
            depth += 1
        elif isinstance(event, str):
            depth -= 1
        found.append(event)
    return found


def converter() -> markdown.Markdown:
    """Python-Markdown as MkDocs sets it up for this project: its own three extensions, then ours."""
    wanted = yaml.safe_load((ROOT / "mkdocs.yml").read_text())["markdown_extensions"]
    names = ["toc", "tables", "fenced_code"]
    settings_: dict[str, dict[str, object]] = {}
    for entry in wanted:
        for name, options in entry.items() if isinstance(entry, dict) else [(entry, {})]:
            names.append(name)
            settings_[name] = options
    settings_["toc"] = {}
    return markdown.Markdown(extensions=list(dict.fromkeys(names)), extension_configs=settings_)


def kept(source: str) -> str:
    """What a page can hold of a field: no carriage returns and no control characters that Markdown uses itself."""
    return "".join(mark for mark in source if mark not in "\x00\x02\x03\r")


@settings(max_examples=150, deadline=None)
@given(st.lists(html, min_size=1, max_size=3))
def test_fields_come_out_of_markdown_as_they_went_in(fields: list[str]) -> None:
    source = "\n\n".join(
        ["A paragraph.", *(block(f"<section>{field(each)}</section>") for each in fields), "## An end"]
    )
    expected = "\n".join(f'<div class="df"><section>{kept(each)}</section></div>' for each in fields)
    wanted = page_events(f'<p>A paragraph.</p>\n{expected}\n<h2 id="an-end">An end</h2>')
    assert page_events(converter().convert(source)) == wanted


@settings(max_examples=100, deadline=None)
@given(text.filter(lambda words: kept(words).strip()))
def test_headings_keep_their_words_and_their_anchor(words: str) -> None:
    source = f"{markdown_heading(2, escape(words), 'x-1')}\n\n{block('<p>Below.</p>')}"
    seen = events(converter().convert(source))
    assert seen[0] == ("h2", (("id", "x-1"),))
    assert "".join(seen[1]).split() == kept(words).split()  # type: ignore[arg-type]
    assert seen[2] == "/h2"


def test_markup_in_a_heading_is_kept() -> None:
    line = markdown_heading(3, 'The <code>a_b</code> of <span class="df-math">w_2*h_1</span>', "s")
    assert converter().convert(line) == (
        '<h3 id="s">The <code>a&#95;b</code> of <span class="df&#45;math">w&#95;2&#42;h&#95;1</span></h3>'
    )


def test_a_heading_can_be_left_out_of_search() -> None:
    found = events(converter().convert(markdown_heading(2, "Key", "k", exclude=True)))
    assert set(dict(found[0][1])) == {"id", "data-search-exclude"}  # type: ignore[index]


@pytest.mark.parametrize("title", ['a: "b"', "- x", "{a}", "# no", "é × ≥"])
def test_front_matter_is_read_as_it_was_meant(title: str) -> None:
    text_ = page({"title": title, "search": {"exclude": True}}, "").decode()
    assert yaml.safe_load(text_.split("---\n")[1]) == {"title": title, "search": {"exclude": True}}
