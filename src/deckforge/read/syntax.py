"""What is no YAML: the parser's complaint, at its place, with what to do about it.

The parser says what it expected; an author has to know what they wrote. Nearly always it is one of a few things:
Markdown that begins like YAML (`*`, `` ` ``, `[`, `{`), a `: ` inside a text, a tab, or an indentation that is off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deckforge.diagnostics import Code, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from yaml import YAMLError

    from deckforge.diagnostics import Diagnostic
    from deckforge.read.text import Text

SYNTAX = Code(
    "DF110",
    "yaml-syntax",
    Severity.ERROR,
    "The text is no YAML.",
    "Nothing of the file can be read before it is. A text that holds `: ` or ` #`, or begins with one of "
    "``* & ! | > % @ ` [ ] { } , ' \"``, has to be quoted, or to stand under `|` on lines of its own.",
    "title: Warm-up: why",
    'title: "Warm-up: why"',
)
TAB = Code(
    "DF111",
    "yaml-tab",
    Severity.ERROR,
    "A tab indents a line of YAML.",
    "YAML allows spaces alone there, because a tab has no width that two editors agree on.",
    "tags:\n\t- optimizer",
    "tags:\n  - optimizer",
)
CONTROL = Code(
    "DF109",
    "control-character",
    Severity.ERROR,
    "The file holds a control character that text cannot hold.",
    "It is invisible in an editor and would be lost or break a package on the way to a learner.",
)
CODES = (SYNTAX, TAB, CONTROL)

_BLOCK = "put the text under `|` on lines of its own"

# The parser's words → what is wrong, what to do, and whether the place is where the thing began (not where it broke).
_EXPLAINED: tuple[tuple[str, str, str, bool], ...] = (
    (
        "mapping values are not allowed",
        "a `:` stands where no key can be",
        f"quote the text, or {_BLOCK}; if it is a key, check its indentation",
        False,
    ),
    (
        "block sequence entries are not allowed",
        "a list cannot begin here",
        "begin the list on the next line, or quote the text that begins with `-`",
        False,
    ),
    (
        "mapping keys are not allowed",
        "a text cannot begin with `? `",
        "quote the text",
        False,
    ),
    (
        "could not find expected ':'",
        "this line is neither a key with its value nor part of the text before it",
        "write `key: value`, or indent the line below the key it belongs to",
        True,
    ),
    (
        "found unexpected end of stream",
        "the quote that opens here is never closed",
        "close it; inside double quotes write `\\\"`, inside single quotes `''`",
        True,
    ),
    (
        "found unexpected document indicator",
        "the quote that opens here is never closed",
        "close it; inside double quotes write `\\\"`, inside single quotes `''`",
        True,
    ),
    (
        "found unknown escape character",
        "no such escape exists inside double quotes",
        f"use single quotes, where a `\\` is a `\\`, or {_BLOCK}",
        False,
    ),
    (
        "invalid Unicode character escape",
        "this escape stands for no character",
        "write the character itself",
        False,
    ),
    (
        "did not find expected hexdecimal number",
        "this escape stands for no character",
        f"use single quotes, where a `\\` is a `\\`, or {_BLOCK}",
        False,
    ),
    (
        "did not find expected alphabetic or numeric character",
        "a text cannot begin with `*` or `&` unless it is quoted",
        f"quote the text, or {_BLOCK}",
        True,
    ),
    (
        "did not find expected ',' or ']'",
        "the list that `[` opens here is not closed as a list is",
        f"separate its entries with `,` and close it with `]`; if it is a text, quote it or {_BLOCK}",
        True,
    ),
    (
        "did not find expected ',' or '}'",
        "the mapping that `{` opens here is not closed as a mapping is",
        f"separate its entries with `,` and close it with `}}`; if it is a text, quote it or {_BLOCK}",
        True,
    ),
    (
        "did not find expected comment or line break",
        "nothing can stand on the line behind a `|` or `>`",
        "begin the text on the next line, indented; a text that begins with `|` or `>` has to be quoted",
        True,
    ),
    (
        "did not find expected '-' indicator",
        "this line is no entry of the list it stands in",
        "begin it with `- `, indent it below its entry, or move it out of the list",
        False,
    ),
    (
        "did not find expected key",
        "no key begins here",
        f"check the line's indentation; if a text begins with `[`, `{{`, `*` or a quote, quote it whole, or {_BLOCK}",
        False,
    ),
    (
        "did not find expected node content",
        "a value is missing here",
        "write the value, or close the bracket",
        False,
    ),
    (
        "found character that cannot start any token",
        "a text cannot begin with this character unless it is quoted",
        f"quote the text, or {_BLOCK}",
        False,
    ),
    (
        "found a tab character",
        "a tab indents this line",
        "indent with spaces",
        False,
    ),
)


def explain(error: YAMLError, text: Text, byte: Callable[[int], int]) -> Diagnostic:
    """Return the parser's error as a diagnostic; `byte` turns its offsets into offsets of `text`."""
    mark: Any = getattr(error, "problem_mark", None)
    began: Any = getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    if mark is None:
        place = getattr(error, "position", 0)
        return _control(text, byte(place if isinstance(place, int) else 0), problem)
    at = byte(mark.index)
    character = text.data[at : at + 1]
    if character == b"\t" and ("cannot start any token" in problem or "tab" in problem):
        return TAB.at(text.span(at, at + 1), "a tab indents this line", fix="indent with spaces")
    for words, message, fix, at_start in _EXPLAINED:
        if words in _plain(problem):
            if at_start and began is not None:
                at = byte(began.index)
            return SYNTAX.at(_visible(text, at), message, fix=fix)
    context = getattr(error, "context", None)
    message = f"{problem} {context}" if context else problem
    return SYNTAX.at(_visible(text, at), message, fix="check the line's indentation, quotes and brackets")


def _plain(problem: str) -> str:
    """Return the problem in libyaml's words where the parser in Python has others."""
    if "mapping values are not allowed" in problem:
        return problem
    if "that cannot start any token" in problem:
        return "found character that cannot start any token"
    if problem.startswith("expected <block end>"):
        return "did not find expected key"
    if problem.startswith("expected "):
        return problem.replace("expected ", "did not find expected ", 1)
    return problem


def _control(text: Text, at: int, problem: str) -> Diagnostic:
    """Complain of a character that no YAML holds."""
    character = text.data[at:].decode("utf-8", "replace")[:1]
    name = f"U+{ord(character):04X}" if character else problem
    fix = "delete it, and type the character that was meant"
    return CONTROL.at(text.span(at, at + len(character.encode())), f"{name} is a control character", fix=fix)


def _visible(text: Text, at: int) -> Any:
    """Return the span of one character; behind the text's end, that of its last visible one."""
    if at >= len(text.data):
        at = max(0, len(text.data.rstrip()) - 1)
    stop = text.data.find(b"\n", at)
    line = text.data[at : stop if stop >= 0 else len(text.data)].decode("utf-8", "replace")
    return text.span(at, at + len(line[:1].encode()))
