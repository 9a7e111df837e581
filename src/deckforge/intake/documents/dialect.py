r"""Somebody's Markdown to ours: the same text, so that nothing of it is dropped or read differently.

What the family writes in its own way is rewritten: `\(…\)` to `$…$`, headings to `#####`, links that lead to files
nobody has to their words, drawings out of box characters to code. What the reader of lessons would complain about even
then is mended as the writer mends everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deckforge.intake.documents.blocks import Block, cells
from deckforge.intake.writer.mended import field as mended

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


_FENCE = re.compile(r"^([ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(`{3,}|~{3,})(.*)$")
_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_DELIMITER = re.compile(r"^[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_BOX_DRAWING = re.compile("[─-▟]")
_ATX = re.compile(r"^( {0,3})(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_LINK = re.compile(
    r"(!?)\[((?:[^\[\]\n]|\[[^\[\]\n]*\])*)\]\(\s*<?([^()\s<>]*(?:\([^()\s]*\)[^()\s]*)*)>?(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
)
_ANCHOR = re.compile(r"<a\b[^>]*?href\s*=\s*[\"']([^\"']*)[\"'][^>]*>(.*?)</a\s*>", re.IGNORECASE | re.DOTALL)
_IMAGE = re.compile(r"<img\b([^>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(alt|src)\s*=\s*[\"']([^\"']*)[\"']", re.IGNORECASE)
_TITLE_TAG = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1\s*>", re.IGNORECASE)
_CHECKBOX = re.compile(r"<input\b[^>]*checkbox[^>]*>", re.IGNORECASE)
_WEB = re.compile(r"^(?:https?://|mailto:)", re.IGNORECASE)
_CLAIM = re.compile(r"\]\((?=\s*<?(?:claim|wrong|cite|given):)", re.IGNORECASE)
_PRICE = re.compile(r"(?<![\\$])\$(?=\d)([^$\n]{1,200}?)(?<!\\)\$(?!\$)")
_DEFINITION = re.compile(r"^ {0,3}\[(\^?)([^\]\n]{1,100})\]:\s*(.+)$")
_NAMED = re.compile(r"\[([^\[\]\n]+)\]")
_NOTE = re.compile(r"\[\^([^\]\s]+)\]")


@dataclass(frozen=True, slots=True)
class Definitions:
    """What a document defines for all its texts: addresses of reference links, and footnotes."""

    links: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[int, ...] = ()


def definitions(lines: Sequence[tuple[int, str]]) -> Definitions:
    """Return the definitions of a document, wherever they stand outside of code."""
    links: dict[str, str] = {}
    notes: dict[str, str] = {}
    held: list[int] = []
    fence = ""
    for number, line in lines:
        opening = _FENCE.match(line)
        if opening and (not fence or opening[2].startswith(fence)):
            fence = "" if fence else opening[2]
            continue
        match = None if fence or "]:" not in line else _DEFINITION.match(line)
        if match and match[1]:
            notes.setdefault(match[2], match[3].strip())
            held.append(number)
        elif match and re.match(r"<?(?:https?://|mailto:)", match[3]):
            links.setdefault(match[2].casefold(), match[3].split()[0].strip("<>"))
            held.append(number)
    return _used(Definitions(links, notes, tuple(held)), lines)


def _used(defined: Definitions, lines: Sequence[tuple[int, str]]) -> Definitions:
    """Return the definitions that something refers to: any other is a line like any other, and must not vanish."""
    held = set(defined.lines)
    named = {name for number, line in lines if number not in held for name in _NAMED.findall(line)}
    named |= {name for note in defined.notes.values() for name in _NAMED.findall(note)}
    folded = {name.casefold() for name in named}
    kept = []
    for number, line in lines:
        match = _DEFINITION.match(line) if number in held else None
        if match and (f"^{match[2]}" in named if match[1] else match[2].casefold() in folded):
            kept.append(number)
    links = {name: target for name, target in defined.links.items() if name in folded}
    notes = {name: text for name, text in defined.notes.items() if f"^{name}" in named}
    return Definitions(links, notes, tuple(kept))


def joined(found: Sequence[Block]) -> str:
    """Return the lines of some blocks as one text, with blank lines where there were some, and no rules at its ends."""
    kept = list(found)
    while kept and kept[0].kind == "rule":
        kept.pop(0)
    while kept and kept[-1].kind == "rule":
        kept.pop()
    out: list[str] = []
    before = 0
    for block in kept:
        apart = bool(out) and (block.first != before + 1 or block.kind == "rule")
        if apart:
            out.append("")
        out += [line.lstrip() if block.kind == "text" else line for _, line in block.lines]
        if block.kind == "rule":
            out[-1] = "---"
            out.append("")
        before = block.numbers[-1]
    while out and not out[-1].strip():
        out.pop()
    return "\n".join(out)


def ours(text: str, defined: Definitions | None = None, *, cloze: bool = False) -> str:
    """Return a text in our dialect."""
    text = text.strip("\n").rstrip()
    return mended(_rewritten(text, defined or Definitions()), cloze=cloze) if text.strip() else ""


# What is rewritten


def _rewritten(text: str, defined: Definitions) -> str:
    out: list[str] = []
    run: list[str] = []
    fence = ""
    lines = text.split("\n")
    for line in lines:
        opening = _FENCE.match(line)
        if fence:
            out.append(line)
            if opening and opening[2].startswith(fence) and not opening[3].strip():
                fence = ""
            continue
        if opening and not (opening[2][0] == "`" and "`" in opening[3]):
            out += _prose(run, defined)
            run = []
            fence = opening[2]
            out.append(line)
            continue
        run.append(line)
    out += _prose(run, defined)
    if fence:
        out.append(fence)
    notes = [name for name in dict.fromkeys(_NOTE.findall(text)) if name in defined.notes]
    for name in notes:
        out += ["", f"[^{name}]: {defined.notes[name]}"]
    return "\n".join(out)


def _prose(lines: list[str], defined: Definitions) -> list[str]:
    if not lines:
        return []
    lines = _drawings(lines)
    if any(line.startswith("```text") for line in lines):
        text = "\n".join(lines)
        before, _, rest = text.partition("```text\n")
        drawn, _, after = rest.partition("\n```")
        head, tail = before.rstrip("\n"), after.lstrip("\n")
        return [
            *(_prose(head.split("\n"), defined) if head else []),
            *([""] if head else []),
            "```text",
            *drawn.split("\n"),
            "```",
            *(["", *_prose(tail.split("\n"), defined)] if tail else []),
        ]
    lines = _tables(_headings(lines))
    text = _outside_code("\n".join(lines), lambda piece: _inline(piece, defined))
    return text.split("\n")


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    """Change a text everywhere but in code spans, which are left as they are."""
    held: list[str] = []

    def keep(match: re.Match[str]) -> str:
        held.append(match[0])
        return f"\ue000{len(held) - 1}\ue001"

    if "\ue000" in text:
        return text
    changed = change(_CODE.sub(keep, text))
    return re.sub("\ue000(\\d+)\ue001", lambda match: held[int(match[1])], changed)


def _inline(text: str, defined: Definitions) -> str:
    if "\\(" in text:
        text = re.sub(r"\\\(\s*((?:[^\n\\]|\\[^()\n])+?)\s*\\\)", lambda match: f"${match[1]}$", text)
    if "\\[" in text:
        text = re.sub(r"\\\[\s*((?:[^\\]|\\[^\[\]])+?)\s*\\\]", _display, text)
    if "$$" in text:
        text = re.sub(
            r"\$\$(.+?)\$\$", lambda match: "$$" + re.sub(r"\n[ \t>]*\n+", "\n", match[1]) + "$$", text, flags=re.DOTALL
        )
    if "$" in text:
        text = _PRICE.sub(_price, text)
    if "<" in text:
        text = _ANCHOR.sub(lambda match: f"[{match[2]}]({match[1]})", text)
        text = _IMAGE.sub(_picture, text)
        text = _TITLE_TAG.sub(lambda match: f"**{match[2].strip()}**", text)
        text = _CHECKBOX.sub("☐", text)
    if "](" in text:
        text = _CLAIM.sub("&#93;(", text)
        text = _LINK.sub(_link, text)
    if defined.links and "[" in text:
        text = re.sub(r"\[([^\[\]\n]+)\](?:\[([^\[\]\n]*)\])?(?![(\[:])", lambda match: _referred(match, defined), text)
    return re.sub(r"(?m)^([ \t]*)[•▪◦‣]\s+", r"\1- ", text)


def _display(match: re.Match[str]) -> str:
    tex = re.sub(r"\n[ \t]*\n+", "\n", match[1])
    return f"$$\n{tex}\n$$" if "\n" in tex else f"$${tex}$$"


def _price(match: re.Match[str]) -> str:
    inner = match[1]
    prose = re.fullmatch(r"[\d,.]+\s*[kKmMbB%]?\s*(?:[-–—/,;]|to|and|or)?\s*", inner) or (
        re.search(r"[A-Za-z]{2,}\s+[A-Za-z]{2,}", re.sub(r"\\[a-zA-Z]+(?:\{[^}]*\})?", "", inner))
        and not re.search(r"[=^_\\]", inner)
    )
    return f"\\${inner}\\$" if prose and not re.fullmatch(r"[\d,.]+", inner) else match[0]


def _picture(match: re.Match[str]) -> str:
    said = {name.lower(): value for name, value in _ATTRIBUTE.findall(match[1])}
    return f"![{said.get('alt', '')}]({said.get('src', '')})"


def _link(match: re.Match[str]) -> str:
    """Keep links to the web; of any other keep the words, and the file where the words do not name it."""
    picture, words, target = match[1], match[2], match[3]
    if _WEB.match(target) and not picture:
        return match[0]
    if picture and _WEB.match(target):
        return f"[{words or 'picture'}]({target})"
    if target.startswith("#") or not target or re.match(r"[a-z]+:", target, re.IGNORECASE):
        shown = "" if target.startswith("#") or not target else f" (`{target}`)"
        return f"{words}{shown}"
    return words if words.strip() == target else f"{words} (`{target}`)".strip()


def _referred(match: re.Match[str], defined: Definitions) -> str:
    name = (match[2] or match[1]).casefold()
    return f"[{match[1]}]({defined.links[name]})" if name in defined.links else match[0]


def _headings(lines: list[str]) -> list[str]:
    """Make every heading one of a part's text, and take care that a rule never makes one."""
    levels = [len(match[2]) for line in lines if (match := _ATX.match(line))]
    top = min(levels, default=1)
    out: list[str] = []
    for line in lines:
        match = _ATX.match(line)
        if match and match[3]:
            if out and out[-1].strip():
                out.append("")
            out.append(f"{'#####' if len(match[2]) == top else '######'} {match[3]}")
        elif re.match(r"^ {0,3}-{2,}\s*$", line) and out and out[-1].strip():
            out += ["", "---"]
        elif re.match(r"^ {0,3}=+\s*$", line) and out and out[-1].strip() and not re.match(r"^[ \t]*[|>#-]", out[-1]):
            out[-1] = f"##### {out[-1].strip()}"
        else:
            out.append(line)
    return out


def _drawings(lines: list[str]) -> list[str]:
    """Put a run of lines with box-drawing characters into a code block."""
    drawn = [bool(_BOX_DRAWING.search(line)) and not line.lstrip().startswith(("|", ">", "- ")) for line in lines]
    if sum(drawn) < 2:
        return lines
    first = drawn.index(True)
    last = first
    while last + 1 < len(lines) and (drawn[last + 1] or (lines[last + 1].strip() and any(drawn[last + 2 : last + 4]))):
        last += 1
    if last == first:
        return lines
    return [*lines[:first], "", "```text", *lines[first : last + 1], "```", "", *lines[last + 1 :]]


def _tables(lines: list[str]) -> list[str]:
    """Give every row of a table as many cells as its header has, with its bars escaped."""
    out = list(lines)
    at = 1
    while at < len(out):
        if (
            "|" not in out[at]
            or not _DELIMITER.match(out[at])
            or "|" not in out[at - 1]
            or _DELIMITER.match(out[at - 1])
        ):
            at += 1
            continue
        first = at - 1
        last = at
        while last + 1 < len(out) and "|" in out[last + 1]:
            last += 1
        indent = re.match(r"^[ \t>]*", out[first])
        out[first : last + 1] = _table(out[first : last + 1], indent[0] if indent else "")
        if first and out[first - 1].strip():
            out.insert(first, "")
            last += 1
        at = last + 1
    return out


def _table(lines: list[str], indent: str) -> list[str]:
    bare = [line[len(indent) :] if line.startswith(indent) else line.lstrip() for line in lines]
    head, rows = cells(Block("table", tuple(enumerate(bare))))
    if len(head) < 1:
        return lines
    marks = [mark.strip() for mark in bare[1].strip().strip("|").split("|")]
    marks = [mark if re.fullmatch(r":?-+:?", mark) else "---" for mark in marks]
    marks = [mark.replace("-", "---", 1) if mark.count("-") < 3 else mark for mark in marks]
    marks = (marks + ["---"] * len(head))[: len(head)]
    table = [head, marks, *(row for _, row in rows)]
    return [indent + "| " + " | ".join(_cell(cell) for cell in row) + " |" for row in table]


def _cell(text: str) -> str:
    r"""Return a cell with its bars escaped: in math as `\vert`, anywhere else with a backslash."""
    text = re.sub(
        r"\$([^$\n]*)\$",
        lambda match: "$" + re.sub(r"\|", r"\\vert ", re.sub(r"\\\|", r"\\Vert ", match[1])) + "$",
        text,
    )
    return re.sub(r"(?<!\\)\|", r"\\|", text)
