r"""What Anki itself reads in a field, set aside before its HTML is read: formulas, sounds and deletions.

Each is replaced by a mark that no text holds, and comes back as Markdown: `\(x\)` as `$x$`, `[sound:a.mp3]` as a link
to the file, `{{c1::` as it is. A deletion begins and ends in one line of a lesson, and none stands in another or in
the middle of a formula; what Anki lets people do beyond that is written in the nearest way that a lesson has.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from deckforge.intake.writer.escapes import address, heavily

if TYPE_CHECKING:
    from collections.abc import Callable

_FORMS = re.compile(
    r"\\\((?P<inline>.*?)\\\)|\\\[(?P<display>.*?)\\\]"
    r"|\[\$\](?P<latex_inline>.*?)\[/\$\]|\[\$\$\](?P<latex_display>.*?)\[/\$\$\]|\[latex\](?P<latex>.*?)\[/latex\]"
    r"|<anki-mathjax(?P<kind>[^>]*)>(?P<mathjax>.*?)</anki-mathjax>"
    r"|\[sound:(?P<sound>[^\]]+)\]",
    re.DOTALL | re.IGNORECASE,
)
_LATEX = re.compile(
    r"\$(?!\$)(?P<inline>.*?)\$|\\\[(?P<display>.*?)\\\]|\$\$(?P<double>.*?)\$\$"
    r"|\\begin\{displaymath\}(?P<environment>.*?)\\end\{displaymath\}",
    re.DOTALL,
)
_DELETION = re.compile(r"\{\{c(\d+)::|\}\}")
_IN_FORMULA = re.compile(r"\{\{c(\d+)::(.*?)\}\}(?!\})", re.DOTALL)
_BLOCKS = re.compile(r"\s*(?:</?(?:div|p|ul|ol|li|h[1-6]|blockquote|tr|table|tbody|td)\b[^>]*>\s*)+", re.IGNORECASE)
_START, _END = "\x01", "\x02"
PLACE = re.compile(f"{_START}(\\d+){_END}")
SAFE = "/!$&'*+,;=:@~.-_%"
"""What an address may hold as it is."""


class Aside(NamedTuple):
    """HTML with marks in it, and the Markdown that each stands for."""

    html: str
    places: list[str]


def set_aside(html: str, *, cloze: bool) -> Aside:
    """Return HTML with marks in place of formulas, sounds and, in a `cloze`, the marks of deletions."""
    places: list[str] = []

    def place(markdown: str) -> str:
        places.append(markdown)
        return f"{_START}{len(places) - 1}{_END}"

    html = re.sub(f"[{_START}{_END}]", "", html)
    html = _FORMS.sub(lambda match: _form(match, place, cloze=cloze), html)
    return Aside(_deletions(html, place) if cloze else html, places)


def sounds(html: str) -> list[str]:
    """Return the names of the files that a field plays."""
    return [unescape(match["sound"]) for match in _FORMS.finditer(html) if match["sound"]]


def _form(match: re.Match[str], place: Callable[[str], str], *, cloze: bool) -> str:
    if match["sound"]:
        name = unescape(match["sound"])
        return place(f"[{heavily(name)}]({address(quote(name, safe=SAFE))})")
    display = match["display"] is not None or match["latex_display"] is not None
    if match["mathjax"] is not None:
        display = 'block="true"' in match["kind"].replace("'", '"').lower()
    inner = next((each for name, each in match.groupdict().items() if each is not None and name != "kind"), "")
    if match["latex"] is not None:
        bare = _LATEX.fullmatch(_tex(inner))
        if bare is None:
            return place(_code(_tex(inner)))
        display = bare["inline"] is None
        inner = next(each for each in bare.groups() if each is not None)
    if cloze and _IN_FORMULA.search(inner):
        return _deleted(_tex(inner), place, display=display)
    return place(_formula(_tex(inner), display=display))


def _formula(tex: str, *, display: bool) -> str:
    if not tex or "$" in tex:
        return _code(tex)
    return f"$${tex}$$" if display else f"${tex}$"


def _code(tex: str) -> str:
    return f"`{tex}`" if tex and "`" not in tex else heavily(tex)


def _deleted(tex: str, place: Callable[[str], str], *, display: bool) -> str:
    """Return a formula with deletions in it as several, each deletion one of its own; or all of it as one deletion."""
    pieces = _IN_FORMULA.split(tex)
    if all(piece.count("{") == piece.count("}") for piece in (*pieces[::3], *pieces[2::3])):
        out = []
        for at in range(0, len(pieces), 3):
            if pieces[at].strip():
                out.append(place(_formula(pieces[at].strip(), display=False)))
            if at + 2 < len(pieces):
                inner, _, hint = pieces[at + 2].partition("::")
                out.append(place(f"{{{{c{pieces[at + 1]}::"))
                out.append(place(_formula(inner.strip(), display=display and len(pieces) == 4)))
                out.append(place(f"{_hint(hint)}}}}}"))
        return "".join(out)
    whole = _formula(_IN_FORMULA.sub(r"\2", tex), display=display)
    return place(f"{{{{c{pieces[1]}::") + place(whole) + place("}}")


def _tex(html: str) -> str:
    """Return TeX that an editor may have put markup into."""
    bare = re.sub(r"</?(?:b|i|u|span|font)\b[^>]*>", "", html)
    return " ".join(unescape(re.sub(r"<(?:br|/?div|/?p)[^>]*>", " ", bare)).split())


def _deletions(html: str, place: Callable[[str], str]) -> str:
    """Set the marks of deletions aside; a block inside one becomes a line, and a deletion in another its words."""
    out: list[str] = []
    at, opened, inner = 0, False, 0
    for match in _DELETION.finditer(html):
        between = html[at : match.start()]
        at = match.end()
        if opened:
            between = _BLOCKS.sub("<br>", between).removesuffix("<br>")
            if match[0] == "}}" and not inner:
                words, colons, hint = between.partition("::")
                between = words + (place(_hint(hint)) if colons and _hint(hint) else "")
        out.append(between)
        if match[1] and opened:
            inner += 1
        elif match[1]:
            opened = True
            out.append(place(match[0]))
        elif inner:
            inner -= 1
        elif opened:
            opened = False
            out.append(place("}}"))
        else:
            out.append("}}")
    return "".join([*out, html[at:]])


def _hint(html: str) -> str:
    """Return a hint with its colons: plain words."""
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", PLACE.sub("…", html))).split())
    words = " ".join(re.sub(r"[{}$`*_<>\[\]\\]", " ", words).split())
    return f"::{words}" if words else ""
