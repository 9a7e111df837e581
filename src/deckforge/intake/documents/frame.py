"""What frames a document: front matter, and a fence of code around the whole of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.intake.documents.account import Use

if TYPE_CHECKING:
    from deckforge.intake.documents.account import Ledger
    from deckforge.intake.documents.raw import Said

_CLOSE = re.compile(r"^\s*(`{3,}|~{3,})\s*$")


def unframed(lines: list[tuple[int, str]], ledger: Ledger) -> tuple[dict[str, Said], list[tuple[int, str]]]:
    """Take off the front matter, and a fence around the whole document; blank lines stand in their place."""
    full = [at for at, (_, line) in enumerate(lines) if line.strip()]
    out = list(lines)
    if not full:
        return {}, out
    opening = next(
        (at for at in full[:4] if re.match(r"^\s*(?:`{3,}|~{3,})\s*(?:markdown|md)\s*$", lines[at][1], re.IGNORECASE)),
        None,
    )
    if opening is not None and not any(lines[at][1].lstrip().startswith("#") for at in full if at < opening):
        mark = lines[opening][1].strip()[0]
        closing = next(
            (
                at
                for at in reversed(full)
                if at > opening and _CLOSE.match(lines[at][1]) and lines[at][1].strip()[0] == mark
            ),
            None,
        )
        fences = sum(1 for at in full if opening < at and re.match(r"^\s*(?:`{3,}|~{3,})", lines[at][1]))
        gone = [opening] if closing is None or not fences % 2 else [opening, closing]
        for at in gone:
            ledger.enter((lines[at][0],), Use.METADATA)
            out[at] = (lines[at][0], "")
        full = [at for at in full if at not in gone]
    front: dict[str, Said] = {}
    if full and out[full[0]][1].strip() == "---":
        front = _front_matter(out, full[0], ledger)
    return front, out


def _front_matter(lines: list[tuple[int, str]], first: int, ledger: Ledger) -> dict[str, Said]:
    last = next(
        (at for at in range(first + 1, min(len(lines), first + 60)) if lines[at][1].strip() in ("---", "...")), None
    )
    if last is None:
        return {}
    said: dict[str, Said] = {}
    key = ""
    for at in range(first + 1, last):
        number, line = lines[at]
        pair = re.match(r"^([A-Za-z][\w -]*?)\s*:\s*(.*)$", line)
        entry = re.match(r"^\s*-\s+(.*)$", line)
        if pair:
            key = pair[1].replace("_", " ")
            said[key] = (pair[2].strip().strip("\"'").strip("[]"), (number,))
        elif entry and key:
            before, numbers = said[key]
            said[key] = (f"{before}, {entry[1].strip()}".lstrip(", "), (*numbers, number))
        elif line.strip():
            return {}
    if not said:
        return {}
    for at in range(first, last + 1):
        ledger.enter((lines[at][0],), Use.METADATA)
        lines[at] = (lines[at][0], "")
    return said


_TAGS = re.compile(r"</?(?:p|div|ul|ol|section|article|center|body|html|main|header|footer)\b[^>]*>", re.IGNORECASE)
_TITLE = re.compile(r"^\s*<h([1-6])\b[^>]*>(.*?)</h\1>\s*$", re.IGNORECASE)
_ENTRY = re.compile(r"<li\b[^>]*>(.*?)(?:</li>|$)", re.IGNORECASE)
_BOLD = re.compile(r"</?(?:b|strong)\b[^>]*>", re.IGNORECASE)


def unwrapped(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the lines of a document that was saved as HTML as Markdown: headings, paragraphs, entries, bold type."""
    if sum(1 for _, line in lines if _TITLE.match(line) or re.match(r"^\s*<(?:p|li)\b", line, re.IGNORECASE)) < 3:
        return lines
    out = []
    for number, line in lines:
        title = _TITLE.match(line)
        if title:
            out.append((number, f"{'#' * int(title[1])} {title[2].strip()}"))
        elif re.match(
            r"^\s*</?(?:p|div|ul|ol|li|section|article|center|body|html|main|header|footer)\b", line, re.IGNORECASE
        ):
            kept = _ENTRY.sub(r"- \1", line)
            out.append((number, _BOLD.sub("**", _TAGS.sub("", kept)).strip()))
        else:
            out.append((number, line))
    return out
