r"""A field of Anki's, HTML by many hands, as Markdown of ours.

Formulas, sounds and deletions are set aside first: they are Anki's and mean something in the middle of any markup. The
rest becomes Markdown where Markdown has a way to write it, and stays a tag where a lesson may hold one (`<sub>`,
`<ruby>`). Colours, sizes and alignment are left out, and said to be. Whether the Markdown says what the field said is
tried by reading it; where it does not, tags take the place of marks, and at last every mark is escaped.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

from deckforge.emit.course_json import Neutral
from deckforge.exchange import tokens
from deckforge.exchange.tokens import Kind
from deckforge.intake.html_marks import PLACE, SAFE, set_aside, sounds
from deckforge.intake.html_tree import Node, parse
from deckforge.intake.writer.escapes import SCOPE, address, heavily, lightly
from deckforge.intake.writer.mended import mended
from deckforge.read.markdown.page import rich
from deckforge.read.text import Text
from deckforge.render.html import html as rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_INLINE = _names(
    "a abbr b bdi bdo big cite code del dfn em font i img ins kbd mark q rp rt ruby s samp small span strike strong "
    "sub sup tt u var br wbr label"
)
_KEPT = _names("abbr dfn ins kbd mark q ruby rt rp samp small sub sup u var")
"""Tags that a lesson may hold in a line, without their attributes."""
_STYLES = (
    (re.compile(r"font-weight:\s*(?:bold|[6-9]00)", re.IGNORECASE), "strong"),
    (re.compile(r"font-style:\s*italic", re.IGNORECASE), "em"),
    (re.compile(r"text-decoration[^;]*:\s*[^;]*underline", re.IGNORECASE), "u"),
    (re.compile(r"text-decoration[^;]*:\s*[^;]*line-through", re.IGNORECASE), "del"),
)
_LOOKS = re.compile(
    r"color|background|font-size|font-family|text-align|margin|padding|width|height|border", re.IGNORECASE
)


class Converted(NamedTuple):
    """A field as Markdown: what was dangerous and dropped, what looks were lost, the media that it shows."""

    text: str
    dropped: tuple[str, ...]
    lost: tuple[str, ...]
    media: tuple[str, ...]


@dataclass(slots=True)
class _Writer:
    """Writes a tree as Markdown: `escape` says how words are written, `tags` whether emphasis is written as tags."""

    places: list[str]
    escape: Callable[[str], str]
    tags: bool
    lost: dict[str, None] = field(default_factory=dict)
    media: dict[str, None] = field(default_factory=dict)

    def blocks(self, node: Node) -> str:
        """Return what is in an element as blocks, a blank line between them."""
        parts: list[str] = []
        line: list[str] = []

        def end() -> None:
            text = "".join(line).strip(" ")
            line.clear()
            parts.extend(each for each in _paragraphs(text) if each)

        last = ""
        for child in node.children:
            if isinstance(child, str) or child.tag in _INLINE:
                if last == "div" and line and not line[-1].endswith("\n"):
                    line.append("\\\n")
                line.append(self.inline(child))
                last = ""
            elif child.tag in ("div", "section", "article", "center", "header", "footer", "main", "nav", "address"):
                self._looks(child)
                inner = self.blocks(child)
                simple = "\n\n" not in inner and not re.match(r"(?:[-*>|#]|\d+\.|```|<)", inner) and inner
                if simple and line and "".join(line).strip():
                    line.append(f"\\\n{inner}")
                elif simple and parts and last == "div" and not line:
                    line.append(f"{parts.pop()}\\\n{inner}")
                elif simple:
                    line.append(inner)
                else:
                    end()
                    parts.extend([inner] if inner else [])
                last = "div" if inner else "gap"
                if not inner:
                    end()
            else:
                end()
                parts.append(self.block(child))
                last = ""
        end()
        return "\n\n".join(part for part in parts if part.strip())

    def block(self, node: Node) -> str:
        """Return one block element."""
        tag = node.tag
        if tag in ("ul", "ol"):
            return self._list(node)
        if tag == "pre":
            return _fenced(_code_text(node), _language(node))
        if tag == "table":
            return self._table(node)
        if tag == "blockquote":
            return "\n".join(f"> {line}".rstrip() for line in self.blocks(node).split("\n"))
        if tag == "hr":
            return "---"
        if re.fullmatch(r"h[1-6]", tag):
            return f"##### {self.line(node)}" if self.line(node) else ""
        if tag == "details":
            summary = next(node.elements("summary"), None)
            rest = Node("div", {}, [child for child in node.children if child is not summary])
            head = f"**{self.line(summary)}**" if summary and self.line(summary) else ""
            return "\n\n".join(part for part in (head, self.blocks(rest)) if part)
        if tag == "dl":
            return "\n\n".join(self.blocks(each) for each in node.elements())
        self._looks(node)
        return self.blocks(node)

    def line(self, node: Node) -> str:
        """Return an element's content as one line."""
        return " ".join("".join(self.inline(child) for child in node.children).replace("\\\n", " ").split())

    def inline(self, child: Node | str) -> str:
        """Return inline content."""
        if isinstance(child, str):
            return self._words(child)
        tag = child.tag
        if tag == "br":
            return "\\\n"
        if tag == "wbr":
            return ""
        if tag == "img":
            return self._image(child)
        if tag in ("code", "tt"):
            return _code(child.text, self.places)
        if tag == "span" and (target := _answered(child)) and child.text.strip():
            return f"[{heavily(' '.join(child.text.split()))}]({target})"
        if tag not in _INLINE:
            return f" {self.line(child)} "
        inner = "".join(self.inline(each) for each in child.children)
        wanted = {"b": "strong", "i": "em", "cite": "em", "s": "del", "strike": "del", "del": "del"}.get(tag, tag)
        if tag == "a":
            target = child.attributes.get("href", "")
            return f"[{inner}]({address(target)})" if target and inner.strip() else inner
        marks = [wanted] if wanted in ("strong", "em", "del") else []
        marks += [name for pattern, name in _STYLES if pattern.search(child.attributes.get("style", ""))]
        for name in dict.fromkeys(marks):
            inner = self._marked(name, inner)
        self._looks(child)
        return f"<{tag}>{inner}</{tag}>" if tag in _KEPT and inner.strip() else inner

    def _marked(self, name: str, inner: str) -> str:
        """Return words in emphasis; spaces at its ends stay outside, where Markdown needs them."""
        core = inner.strip(" \n")
        if not core or "\n\n" in core:
            return inner
        lead, trail = inner[: len(inner) - len(inner.lstrip(" \n"))], inner[len(inner.rstrip(" \n")) :]
        mark = {"strong": "**", "em": "*", "del": "~~"}.get(name)
        if mark and not self.tags:
            return f"{lead}{mark}{core}{mark}{trail}"
        return f"{lead}<{name}>{core}</{name}>{trail}"

    def _words(self, text: str) -> str:
        out: list[str] = []
        for number, piece in enumerate(PLACE.split(text)):
            if number % 2:
                out.append(self.places[int(piece)])
            else:
                out.append(self.escape(re.sub(r"[ \t\r\n\f]+", " ", piece.replace("\u00a0", " "))))
        return "".join(out)

    def _image(self, node: Node) -> str:
        source = unquote(node.attributes.get("src", ""))
        if not source:
            return ""
        alt = node.attributes.get("alt") or source.rpartition("/")[2].rpartition(".")[0] or source
        if not re.match(r"(?:https?|data):", source, re.IGNORECASE):
            self.media[source] = None
        elif source.lower().startswith("data:"):
            self.lost["a picture inside the text"] = None
            return self.escape(alt)
        return f"![{heavily(' '.join(alt.split()))}]({address(quote(source, safe=SAFE))})"

    def _list(self, node: Node) -> str:
        rows = []
        number = int(node.attributes["start"]) if node.attributes.get("start", "").isdecimal() else 1
        for each in node.children:
            if isinstance(each, str):  # words that stand in no entry
                each = Node("li", {}, [each])  # noqa: PLW2901 - the entry that they should be
                if not each.text.strip():
                    continue
            mark = f"{number}. " if node.tag == "ol" else "- "
            inner = self._list(each) if each.tag in ("ul", "ol") else self.blocks(each)
            tight = re.sub(r"\n\n(?=(?:- |\d+\. ))", "\n", inner)
            rows.append(mark + tight.replace("\n", "\n" + " " * len(mark)).rstrip() if tight else mark.rstrip())
            number += 1
        return re.sub(r"\n[ ]+(?=\n)", "\n", "\n".join(rows))

    def _table(self, node: Node) -> str:
        rows = [[self._cell(cell) for cell in row.elements() if cell.tag in ("td", "th")] for row in node.every("tr")]
        rows = [row for row in rows if row]
        if not rows:
            return self.blocks(Node("div", {}, node.children))
        if any(
            "rowspan" in cell.attributes or "colspan" in cell.attributes
            for cell in [*node.every("td"), *node.every("th")]
        ):
            self.lost["cells that span others"] = None
        width = max(map(len, rows))
        head, *body = [[*row, *[""] * (width - len(row))] for row in rows]
        lines = [f"| {' | '.join(head)} |", f"|{'---|' * width}", *(f"| {' | '.join(row)} |" for row in body)]
        return "\n".join(lines)

    def _cell(self, node: Node) -> str:
        text = self.blocks(node).replace("\\\n", "<br>")
        return re.sub(r"(?<!\\)\|", r"\\|", re.sub(r"\s*\n\s*", "<br>", text))

    def _looks(self, node: Node) -> None:
        if node.tag == "font" or _LOOKS.search(node.attributes.get("style", "")) or "align" in node.attributes:
            self.lost["colours, sizes and alignment"] = None


def markdown(html: str, *, cloze: bool = False) -> Converted:
    """Return a field as Markdown; deletions stay deletions in a `cloze`, and are words elsewhere."""
    source, places = set_aside(html, cloze=cloze)
    tree, dropped = parse(source)
    wanted = _said(html, cloze=cloze)
    writer = _Writer([], str, tags=False)
    text = ""
    read: list[str] = []
    attempts: Iterable[tuple[Callable[[str], str], bool]] = (
        (_barely, False),
        (lightly, False),
        (lightly, True),
        (heavily, False),
        (heavily, True),
    )
    for escape, tags in attempts:
        writer = _Writer(places, escape, tags)
        text = mended(_tidy(writer.blocks(tree)), cloze=cloze)
        read = _read(text, cloze=cloze)
        if read == wanted:
            break
    else:
        if Counter(wanted) - Counter(read):  # what no structure could hold is shown without one
            writer = _Writer(places, heavily, tags=True)
            text = mended(_tidy(_plainly(tree, writer)), cloze=cloze)
    return Converted(text, dropped, tuple(writer.lost), tuple(dict.fromkeys([*writer.media, *sounds(html)])))


def _answered(node: Node) -> str:
    """Return what answers for a number of our own HTML, where that is known to every course: the package, a premise."""
    if "data-given" in node.attributes:
        return "given:"
    proof = node.attributes.get("data-claim", "")
    return f"claim:{proof}" if proof.startswith("deckforge.") else ""


def _plainly(node: Node, writer: _Writer) -> str:
    """Return all the words of an element, each run of them a paragraph."""
    parts: list[str] = []
    for child in node.children:
        if isinstance(child, str) or child.tag in ("img", "br"):
            parts.append(writer.inline(child).strip())
        else:
            parts.append(_plainly(child, writer))
    return "\n\n".join(part for part in parts if part.strip("\\\n "))


def of_node(node: Node) -> str:
    """Return what is in an element as Markdown."""
    return markdown(node.html).text


def _barely(text: str) -> str:
    """Escape nothing but what would become a tag or a formula."""
    return re.sub(r"\$|<(?=[A-Za-z/!?])", lambda match: "&lt;" if match[0] == "<" else r"\$", text)


def _paragraphs(text: str) -> list[str]:
    """Return lines as paragraphs: two line ends, with nothing between, end one."""
    lines = re.split(r"(?:[ ]*\\\n[ ]*){2,}", text)
    return [re.sub(r"^(?:\s*\\\n)+|(?:\\\n\s*)+$", "", line).strip() for line in lines]


def _tidy(text: str) -> str:
    return re.sub(r"[ ]+\\\n[ ]*", "\\\n", re.sub(r"\\\n +", "\\\n", text))


def _code(text: str, places: list[str]) -> str:
    words = PLACE.sub(lambda match: places[int(match[1])], text).replace("\u00a0", " ")
    if not words.strip():
        return ""
    fence = "`" * (1 + max(map(len, re.findall("`+", words)), default=0))
    pad = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{fence}{pad}{' '.join(words.split())}{pad}{fence}"


def _code_text(node: Node) -> str:
    out: list[str] = []
    for child in node.children:
        if isinstance(child, str):
            out.append(child)
        elif child.tag == "br":
            out.append("\n")
        else:
            out.append(_code_text(child) + ("\n" if child.tag in ("div", "p") else ""))
    return "".join(out).replace("\u00a0", " ")


def _language(node: Node) -> str:
    nodes = [node, *node.every("code")]
    return next((name[9:] for each in nodes for name in each.classes if re.fullmatch(r"language-[\w+-]+", name)), "")


def _fenced(code: str, language: str) -> str:
    code = PLACE.sub("", code).strip("\n")
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", code)), default=0))
    return f"{fence}{language or 'text'}\n{code}\n{fence}" if code.strip() else ""


def _said(html: str, *, cloze: bool) -> list[str]:
    """Return the words, formulas and pictures of a field, in their order."""
    source, places = set_aside(html, cloze=cloze)
    tree, _ = parse(source)
    return _flat(tree, places)


def _flat(node: Node, places: list[str]) -> list[str]:
    out: list[str] = []
    for child in node.children:
        if isinstance(child, Node):
            if child.tag == "img":
                out += re.findall(r"\w+", unquote(child.attributes.get("src", "")))
            out += _flat(child, places)
            continue
        shown = PLACE.sub(lambda match: f" {_bare(places[int(match[1])])} ", child)
        out += re.findall(r"\w+|[^\w\s]", shown.replace("\u00a0", " "))
    return out


def _bare(markdown: str) -> str:
    """Return what is shown of a part that was set aside."""
    return re.sub(r"\]\(.*\)$", "", markdown).lstrip("[").strip("$`")


def _read(text: str, *, cloze: bool) -> list[str]:
    """Return the same of Markdown, as it is read."""
    made, _ = rich(Text.of_file("", text.encode()), SCOPE, cloze=cloze)
    out: list[str] = []
    for token in tokens.read(rendered(made, Neutral())):
        if token.kind is Kind.IMAGE:
            out += re.findall(r"\w+", unquote(token.text.partition("|")[0]))
        elif token.kind is Kind.BLOCK:
            out += re.findall(r"\w+|[^\w\s]", token.text.partition("\n")[2])
        elif token.kind in (Kind.WORD, Kind.MATH, Kind.DISPLAY, Kind.CODE):
            out += re.findall(r"\w+|[^\w\s]", token.text)
    return out
