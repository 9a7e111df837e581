r"""A field's HTML as tokens: what it says, without what Anki's editor and our own templates make of it.

Two fields are the same when their tokens are. Left out or made equal are: the marks of claims (`<span class="df-n">`)
and the ties of formulas to their full stops, colours of code, hashes in media names, entities, attribute order, white
space that HTML does not show, `<b>` for `<strong>`, and line breaks at a block's end. `\(…\)` and `\[…\]` are math.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from html.parser import HTMLParser
from typing import TYPE_CHECKING, TypeVar

from deckforge.emit.anki.target import space_braces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

T = TypeVar("T")


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    SPACE = "space"
    MATH = "math"
    DISPLAY = "display"
    CODE = "code"
    BLOCK = "block"
    """A code block: its language, a line's end, its text."""
    OPEN = "open"
    CLOSE = "close"
    VOID = "void"
    """A tag without an end: `br`, `hr`, `input`."""
    IMAGE = "image"
    """Name without hash, a bar, description."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a space, a formula, a tag …; equal tokens mean the same to a reader."""

    kind: Kind
    text: str


START, MIDDLE, END = "\x11", "\x12", "\x13"
"""Around a traced text: its number stands between the first two. No field holds these characters."""
_MARKS = re.compile(f"[{START}{MIDDLE}{END}]")
_TEXT = re.compile(
    f"{START}(?P<owner>\\d+){MIDDLE}|(?P<end>{END})"
    r"|\\\((?P<math>.*?)\\\)|\\\[(?P<display>.*?)\\\]"
    r"|(?P<space>\s+)|(?P<word>\w+(?:[.,'’]\w+)*|.)",
    re.DOTALL,
)
WORDS = re.compile(r"(?P<space>\s+)|(?P<word>\w+(?:[.,'’]\w+)*|.)", re.DOTALL)
_INVISIBLE = frozenset({"df-n", "df-tie"})
"""Classes of spans that the build puts around words: what answers for a number, a formula with its full stop."""
_SAME = {"b": "strong", "i": "em", "strike": "del", "s": "del"}
_VOID = frozenset({"br", "hr", "img", "input", "wbr"})
BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article blockquote dd details div dl dt figure h1 h2 h3 h4 h5 h6 hr li ol p pre section summary table "
        "tbody td tfoot th thead tr ul",
    )
)
_HASH = re.compile(r"-[0-9a-f]{8}(?:-[0-9a-f]{40})?(?=\.\w+$)")


def read(html: str) -> tuple[Token, ...]:
    """Return the tokens of a field."""
    return tuple(token for token, _ in traced(_MARKS.sub("", html)))


def traced(html: str) -> tuple[tuple[Token, int], ...]:
    """Return the tokens of a field with marks, each with the number of the text that it stands in (-1: none)."""
    reader = _Reader()
    reader.feed(unicodedata.normalize("NFC", html))
    reader.close()
    reader.finish()
    return tuple(tidy(reader.found, lambda pair: pair[0]))


def tidy(found: Sequence[T], token: Callable[[T], Token]) -> list[T]:
    """Leave out spaces and line breaks that nobody sees: at the edges of blocks and of the field."""
    kept: list[T] = []
    for each in found:
        this = token(each)
        if this.kind is Kind.SPACE and (not kept or _edge(token(kept[-1])) or token(kept[-1]).kind is Kind.SPACE):
            continue
        if _edge(this):
            while kept and (token(kept[-1]).kind is Kind.SPACE or (_wall(this) and _breaks(token(kept[-1])))):
                kept.pop()
        kept.append(each)
    while kept and (token(kept[-1]).kind is Kind.SPACE or _breaks(token(kept[-1]))):
        kept.pop()
    return kept


def _breaks(token: Token) -> bool:
    return token.kind is Kind.VOID and token.text == "br"


def _wall(token: Token) -> bool:
    return token.kind is Kind.CLOSE and token.text in BLOCKS


def _edge(token: Token) -> bool:
    """Tell whether white space beside a token does not show."""
    if token.kind is Kind.BLOCK or _breaks(token):
        return True
    return token.kind in (Kind.OPEN, Kind.CLOSE, Kind.VOID) and token.text.partition(" ")[0] in BLOCKS


class _Reader(HTMLParser):
    """Collects tokens with their owners."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[Token, int]] = []
        self.owners: list[int] = []
        self.text: list[str] = []
        self.spans: list[bool] = []
        """For each open span, whether it is left out."""
        self.code: list[str] | None = None
        self.language = ""
        self.pre = False

    def _add(self, kind: Kind, text: str) -> None:
        self.found.append((Token(kind, text), self.owners[-1] if self.owners else -1))

    def _flush(self) -> None:
        text = "".join(self.text)
        self.text.clear()
        for match in _TEXT.finditer(text):
            kind = match.lastgroup
            if kind == "owner":
                self.owners.append(int(match["owner"]))
            elif kind == "end":
                self.owners[-1:] = []
            elif kind in ("math", "display"):
                self._add(Kind(kind), tex(match[kind]))
            elif kind == "space":
                self._add(Kind.SPACE, " ")
            else:
                self._add(Kind.WORD, match[0])

    def finish(self) -> None:
        """Take what is left at the end: text, and code that nobody closed."""
        if self.code is not None:
            self._end_code()
        self._flush()

    def handle_data(self, data: str) -> None:
        (self.text if self.code is None else self.code).append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = _SAME.get(tag, tag)
        given = {name: value or "" for name, value in attrs}
        if self.code is not None:
            if tag == "br":
                self.code.append("\n")
            elif tag == "code":
                self.language = _language(given) or self.language
            return
        self._flush()
        if tag in ("pre", "code"):
            self.code, self.pre, self.language = [], tag == "pre", _language(given)
        elif tag == "img":
            name = _HASH.sub("", given.get("src", ""))
            self._add(Kind.IMAGE, f"{name}|{given.get('alt', '')}")
        elif tag == "span":
            classes = given.get("class", "").split()
            self.spans.append(not _INVISIBLE.isdisjoint(classes) or not (given.get("class") or given.get("style")))
            if not self.spans[-1]:
                self._add(Kind.OPEN, _tag(tag, given))
        else:
            self._add(Kind.VOID if tag in _VOID else Kind.OPEN, _tag(tag, given))

    def handle_endtag(self, tag: str) -> None:
        tag = _SAME.get(tag, tag)
        if self.code is not None:
            if tag == ("pre" if self.pre else "code"):
                self._end_code()
            return
        if tag in _VOID:
            return
        self._flush()
        if tag == "span" and self.spans and self.spans.pop():
            return
        self._add(Kind.CLOSE, tag)

    def _end_code(self) -> None:
        text = "".join(self.code or ())
        self.code = None
        if self.pre:
            # Traces stand around a text, and a block of code may be all of one.
            self._add(Kind.BLOCK, block(self.language, text))
        else:
            self._add(Kind.CODE, text)


def tex(text: str) -> str:
    """Return TeX as a token has it: braces spaced, white space at the ends gone."""
    return space_braces(" ".join(text.split()))


def block(language: str, text: str) -> str:
    """Return a code block as a token has it."""
    return f"{language}\n{text.removesuffix(chr(10))}"


def _language(given: dict[str, str]) -> str:
    return next((word[9:] for word in given.get("class", "").split() if word.startswith("language-")), "")


def _tag(tag: str, given: dict[str, str]) -> str:
    shown = [f'{name}="{" ".join(value.split())}"' for name, value in sorted(given.items())]
    return " ".join([tag, *(each for each in shown if each not in ('class=""', 'style=""'))])


_PLAIN = {"em": "*", "strong": "**", "del": "~~"}
_OURS = re.compile(r'(?:input|a)\b|.*class="df-')


def words(found: Iterable[Token]) -> list[str]:
    """Return tokens as words to show to a person, in the Markdown of lessons; tags that only lay out are left out."""
    out: list[str] = []
    opened: list[str] = []
    for token in found:
        name = token.text.partition(" ")[0]
        match token.kind:
            case Kind.WORD | Kind.SPACE:
                out.append(token.text)
            case Kind.MATH:
                out.append(f"${token.text}$")
            case Kind.DISPLAY:
                out.append(f" $${token.text}$$ ")
            case Kind.CODE:
                out.append(f"`{token.text}`")
            case Kind.BLOCK:
                out.append(f" {token.text.partition(chr(10))[2]} ")
            case Kind.IMAGE:
                source, _, alt = token.text.partition("|")
                out.append(f"![{alt}]({source})")
            case Kind.OPEN:
                opened.append(token.text)
                out.append(_shown(token.text, f"<{token.text}>"))
            case Kind.CLOSE:
                text = opened.pop() if opened and opened[-1].partition(" ")[0] == name else name
                out.append(_shown(text, f"</{name}>"))
            case Kind.VOID:
                out.append(" <br> " if name == "br" else "")
    return "".join(out).split()


def _shown(tag: str, raw: str) -> str:
    name = tag.partition(" ")[0]
    if name in _PLAIN:
        return _PLAIN[name]
    if name == "li":
        return "" if raw.startswith("</") else " - "
    if name in ("td", "th"):
        return " | " if raw.startswith("</") else ""
    if name in BLOCKS or name == "label":
        return " "
    if _OURS.match(tag):
        return ""
    return raw
