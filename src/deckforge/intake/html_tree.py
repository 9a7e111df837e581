"""HTML from anybody as a tree of what may be shown; what runs, loads or hides is named and left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_VOID = _names("area base br col embed hr img input link meta param source track wbr")
_DROPPED = _names("script style template noscript iframe object applet embed svg math title head base link meta")
"""With all that is in them."""
_CLOSES = {
    "li": frozenset({"li"}),
    "p": frozenset({"p"}),
    "tr": frozenset({"tr", "td", "th"}),
    "td": frozenset({"td", "th"}),
    "th": frozenset({"td", "th"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "option": frozenset({"option"}),
}
"""What the start of a tag ends, where nobody wrote its end."""
_MOST_DEEP = 100
_RUNS = re.compile(r"\s*(?:javascript|vbscript|data:text)", re.IGNORECASE)


@dataclass(slots=True)
class Node:
    """An element: its tag, attributes, and what is in it: text and elements."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    @property
    def classes(self) -> frozenset[str]:
        """The element's classes."""
        return frozenset(self.attributes.get("class", "").split())

    @property
    def text(self) -> str:
        """All the text in it."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def html(self) -> str:
        """What is in it, as HTML."""
        return "".join(escape(child, quote=False) if isinstance(child, str) else child.outer for child in self.children)

    @property
    def outer(self) -> str:
        """The element itself, as HTML."""
        written = "".join(f' {name}="{escape(value)}"' for name, value in self.attributes.items())
        return f"<{self.tag}{written}>" if self.tag in _VOID else f"<{self.tag}{written}>{self.html}</{self.tag}>"

    def elements(self, tag: str = "") -> Iterator[Node]:
        """Yield the elements that are directly in it, those of one tag or all."""
        for child in self.children:
            if isinstance(child, Node) and tag in ("", child.tag):
                yield child

    def every(self, tag: str) -> Iterator[Node]:
        """Yield all elements of a tag, however deep, in their order."""
        for child in self.children:
            if isinstance(child, Node):
                if child.tag == tag:
                    yield child
                yield from child.every(tag)


class Tree(HTMLParser):
    """Builds the tree; `dropped` are the names of what was left out, in words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self.open: list[Node] = [self.root]
        self.dropped: list[str] = []
        self.dropping = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        if self.dropping:
            return
        if tag in _DROPPED:
            self.dropped.append(f"<{tag}>")
            self.dropping = "" if tag in _VOID else tag
            return
        attributes = {name: value or "" for name, value in attrs}
        for name in [*attributes]:
            if name.startswith("on") or _RUNS.match(attributes[name]):
                self.dropped.append(f"{name} of <{tag}>")
                del attributes[name]
        while len(self.open) > 1 and self.open[-1].tag in _CLOSES.get(tag, ()):
            self.open.pop()
        node = Node(tag, attributes)
        self.open[-1].children.append(node)
        if tag not in _VOID and len(self.open) < _MOST_DEEP:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element that ends where it begins."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID and not self.dropping and self.open[-1].tag == tag:
            self.open.pop()
        if self.dropping == tag:
            self.dropping = ""

    def handle_endtag(self, tag: str) -> None:
        """Close an element, and those in it that nobody closed."""
        if self.dropping:
            self.dropping = "" if tag == self.dropping else self.dropping
        elif any(node.tag == tag for node in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Take text."""
        if not self.dropping:
            self.open[-1].children.append(data)


def parse(html: str) -> tuple[Node, tuple[str, ...]]:
    """Return the tree of some HTML, and what was left out of it."""
    tree = Tree()
    tree.feed(html)
    tree.close()
    return tree.root, tuple(dict.fromkeys(tree.dropped))
