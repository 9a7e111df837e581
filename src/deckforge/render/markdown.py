"""HTML of ours back to Markdown, for readers that take Markdown alone.

It knows the elements that lessons can hold, and passes through the text of any other. Two elements of its own stand for
what HTML has no words for: `<df-tex>` holds TeX (`display` for a block), `<df-note>` names a footnote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby
from typing import TypeAlias

Child: TypeAlias = "Node | str"


@dataclass(slots=True)
class Node:
    """An element with its attributes and what it holds."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)

    def text(self) -> str:
        """Return all text inside."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def find(self, *tags: str) -> list[Node]:
        """Return the elements of these names inside, in order, but not those inside of one that was found."""
        found: list[Node] = []
        for child in self.children:
            if isinstance(child, Node):
                found += [child] if child.tag in tags else child.find(*tags)
        return found

    @property
    def classes(self) -> list[str]:
        """Its classes."""
        return self.attributes.get("class", "").split()


_VOID = frozenset({"br", "hr", "img", "input", "wbr", "col"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset({"p", "summary", "ul", "ol", "li", "table", "blockquote", "pre", "hr", "div", "details"}) | {
    *("dl", "dt", "dd", "figure", "figcaption", "section", "article", "aside", "center", "header", "footer", "address"),
    "caption",
    *_HEADINGS,
}
_AROUND = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~"}
_KEPT = frozenset({"sup", "sub", "kbd"})
_SPECIAL = re.compile(r"[*`$<\[\]\\]|~(?=~)|(?<=~)~|(?<![^\W_])_|_(?![^\W_])")
"""What Markdown would take for a mark of its own."""


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, 0, -1):
            if self.open[place].tag == tag:
                del self.open[place:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def markdown(html: str) -> str:
    """Return HTML as Markdown, blocks with an empty line between them."""
    return "\n\n".join(_blocks(_parsed(html).children))


def inline(html: str) -> str:
    """Return HTML as one line of Markdown; blocks follow one another with a space."""
    return " ".join(" ".join(_blocks(_parsed(html).children)).split())


def _parsed(html: str) -> Node:
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.open[0]


def _blocks(children: list[Child]) -> list[str]:
    """Return the blocks of some children; text and inline elements that follow one another are a paragraph."""
    found: list[str] = []
    for block, run in groupby(children, _stands_alone):
        if block:
            found += [text for child in run if isinstance(child, Node) for text in _block(child)]
        else:
            found.append(_leading(_inline(list(run)).strip()))
    return [text for text in found if text.strip()]


def _stands_alone(child: Child) -> bool:
    if isinstance(child, str):
        return False
    return child.tag in _BLOCKS or (child.tag == "df-tex" and "display" in child.attributes)


def _block(node: Node) -> list[str]:
    match node.tag:
        case "ul" | "ol":
            return [_list(node)]
        case "table":
            return [_table(node)]
        case "blockquote":
            return [_prefixed("\n\n".join(_blocks(node.children)), "> ")]
        case "pre":
            notes = " ".join(_span(note) for note in node.find("df-note"))
            return [_fenced(node), f"Numbers in this block: {notes}" if notes else ""]
        case "hr":
            return ["---"]
        case "df-tex":
            return [f"$$\n{node.text().strip()}\n$$"]
        case "div" if "df-alert" in node.classes:
            title, *rest = _blocks(node.children) or [""]
            return [_prefixed("\n\n".join([f"[!{title.upper()}]\n" + "\n\n".join(rest)]), "> ")]
        case "summary":
            return [f"**{_inline(node.children).strip()}**"]
        case tag if tag in _HEADINGS:
            return [f"{'#' * _HEADINGS[tag]} {_inline(node.children).strip()}"]
    return _blocks(node.children)


def _list(node: Node) -> str:
    rows = []
    first = int(node.attributes["start"]) if node.attributes.get("start", "").isdecimal() else 1
    items = [child for child in node.children if isinstance(child, Node)]
    for number, item in enumerate(items, start=first):
        mark = f"{number}. " if node.tag == "ol" else "- "
        blocks = _blocks(item.children)
        loose = any(isinstance(child, Node) and child.tag == "p" for child in item.children) and len(blocks) > 1
        body = ("\n\n" if loose else "\n").join(blocks)
        rows.append(mark + body.replace("\n", "\n" + " " * len(mark)))
    return "\n".join(re.sub(r"[ ]+$", "", row, flags=re.MULTILINE) for row in rows)


def _table(node: Node) -> str:
    rows = [[_cell(cell) for cell in row.find("th", "td")] for row in node.find("tr")]
    rows = [row for row in rows if row]
    if not rows:
        return ""
    width = max(map(len, rows))
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    lines = [padded[0], ["---"] * width, *padded[1:]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(node: Node) -> str:
    return "<br>".join(_blocks(node.children)).replace("|", "\\|").replace("\n", " ")


def _fenced(node: Node) -> str:
    codes = node.find("code")
    classes = codes[0].classes if codes else []
    language = next((each.removeprefix("language-") for each in classes if each.startswith("language-")), "")
    text = node.text().rstrip("\n")
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"


def _prefixed(text: str, prefix: str) -> str:
    return "\n".join(f"{prefix}{line}".rstrip() for line in text.split("\n"))


def _inline(children: list[Child]) -> str:
    """Return text and inline elements. Marks of emphasis that would touch a word or one another stay elements."""
    out = ""
    for place, child in enumerate(children):
        if isinstance(child, str):
            out += _SPECIAL.sub(r"\\\g<0>", re.sub(r"\s+", " ", child))
        elif child.tag in _AROUND:
            after = children[place + 1] if place + 1 < len(children) else ""
            out += _emphasis(child, free=_apart(out[-1:]) and isinstance(after, str) and _apart(after[:1]))
        else:
            out += _span(child)
    return out


def _apart(neighbour: str) -> bool:
    return not neighbour or neighbour.isspace() or neighbour in "().,;:!?–—"


def _emphasis(node: Node, *, free: bool) -> str:
    inside = _inline(node.children)
    text = inside.strip()
    if not text:
        return inside
    if not free or text[0] in "*_~" or text[-1] in "*_~":
        return f"<{node.tag}>{inside}</{node.tag}>"
    before, after = inside[: len(inside) - len(inside.lstrip())], inside[len(inside.rstrip()) :]
    return f"{before}{_AROUND[node.tag]}{text}{_AROUND[node.tag]}{after}"


def _leading(text: str) -> str:
    """Return a paragraph whose first word is not taken for the mark of a heading, a list or a quote."""
    return re.sub(r"^([#>]|[-+](?=\s)|~~~)", r"\\\1", re.sub(r"^(\d+)([.)])(?=\s)", r"\1\\\2", text))


def _span(node: Node) -> str:
    inside = "" if node.tag in ("code", "df-tex") else _inline(node.children)
    match node.tag:
        case "br":
            return "  \n"
        case "code":
            return _code(node.text())
        case "a":
            return f"[{inside}]({_address(node.attributes.get('href', ''))})"
        case "img":
            words = " ".join(node.attributes.get("alt", "").split()).replace("[", "(").replace("]", ")")
            return f"![{words}]({_address(node.attributes.get('src', ''))})"
        case "input":
            return "[x]" if "checked" in node.attributes else "[ ]"
        case "df-tex":
            return f"${node.text().strip()}$"
        case "df-note":
            return f"[^{node.attributes.get('name', '')}]"
        case tag if tag in _KEPT:
            return f"<{tag}>{inside}</{tag}>"
    return inside


def _code(text: str) -> str:
    mark = "`" * (1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    room = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{mark}{room}{text}{room}{mark}" if text else ""


def _address(url: str) -> str:
    return f"<{url}>" if re.search(r"[\s()]", url) else url
