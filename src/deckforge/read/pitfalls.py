r"""Texts that YAML reads without complaint, and differently from what their author sees.

Three are common in study material: a `#` that begins a comment in the middle of a sentence, TeX in double quotes
(`"$\theta$"` is a tab and `heta`), and a list or table whose lines YAML joins into one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.diagnostics import Diagnostic
    from deckforge.read.nodes import Scalar

COMMENT = Code(
    "DF130",
    "comment-behind-text",
    Severity.WARNING,
    "A YAML comment stands behind an unquoted text on the same line.",
    "To YAML a `#` behind a space begins a comment, so a sentence that holds one loses its end without a word.",
    "front: What does issue #5 say?",
    'front: "What does issue #5 say?"',
)
TEX_ESCAPE = Code(
    "DF131",
    "tex-in-double-quotes",
    Severity.ERROR,
    "A backslash of TeX stands inside double quotes, where YAML reads it as an escape.",
    "Inside double quotes `\\t` is a tab and `\\n` a line's end: `\\theta` becomes a tab and `heta` on every card.",
    'front: "What is $\\theta$?"',
    "front: 'What is $\\theta$?'",
)
FOLDED = Code(
    "DF132",
    "folded-structure",
    Severity.WARNING,
    "Lines that look like a Markdown list, table, fence or heading are joined into one line by YAML.",
    "An unquoted text over several lines, and one under `>`, is one paragraph: its list items end up side by side.",
    "answer: >\n  - clip the gradient\n  - warm up",
    "answer: |\n  - clip the gradient\n  - warm up",
)
CODES = (COMMENT, TEX_ESCAPE, FOLDED)

# TeX's commands that begin like an escape of YAML. Those of \\a, \\b, \\e, \\f and \\v need no list: these escapes are
# control characters that no text holds.
_TEX = (
    "nabla|neq?|neg|nu|not|notin|ni|nmid|nolimits|newline|nonumber|nsubseteq|"
    "theta|tau|times|text[a-z]*|tfrac|to|tilde|tan|tanh|top|triangle[a-z]*|therefore|tbinom|tag|"
    "rho|right[a-z]*|rangle|rm|rceil|rfloor|rvert|"
    "nearrow|ngeq|nleq|nexists|natural"
)
_ESCAPED = re.compile(
    rf"\\(?:\\|(?P<tex>(?:{_TEX})(?![a-z])|[abefvNLP_](?![a-z])|[abefv][a-z]+)|.)".encode(), re.DOTALL
)
_STRUCTURE = re.compile(rb"\n[ \t]*(?:[-*+] |\d{1,3}[.)] |```|~~~|\||#{1,6} |> )")


def pitfalls(scalar: Scalar) -> Iterator[Diagnostic]:
    """Yield what is read differently from what is seen in a text."""
    raw = scalar.raw
    if scalar.commented:
        fix = "quote the text if the `#` belongs to it; else put the comment on a line of its own"
        yield COMMENT.at(scalar.commented, "YAML reads this as a comment and leaves it out", fix=fix)
    if raw is None:
        return
    if scalar.style == '"':
        for match in _ESCAPED.finditer(raw.data):
            if match["tex"]:
                word = match[0].decode()
                fix = f"use single quotes, or `|`, or write `\\{word}`"
                span = raw.span(*match.span())
                yield TEX_ESCAPE.at(span, f"inside double quotes `{word[:2]}` is an escape of YAML", fix=fix)
    if scalar.style in ("", ">"):
        # The first line of a block's text stands behind its header's end, and begins a list like any other.
        line = _STRUCTURE.search(raw.data)
        if line is not None and raw.data[line.end() :].strip():
            start = line.end() - len(line[0].lstrip())
            end = raw.data.find(b"\n", start)
            span = raw.span(start, len(raw.data) if end < 0 else end)
            several = scalar.style == "" or raw.data.rstrip().count(b"\n") > 1
            if several:
                fix = "put the text under `|`, which keeps its lines"
                yield FOLDED.at(span, "YAML joins this line with the one before it", fix=fix)
