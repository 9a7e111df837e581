"""Python that a lesson runs: code blocks marked `run`, and code blocks that define a proof.

| a fence that opens with | is |
|---|---|
| ```` ```python run ```` | a program of its own, executed as it stands; it must not raise |
| ```` ```python run=warmup ```` | a part of the lesson's program `warmup`, whose parts are executed in order |
| ```` ```python proof=halving ```` | a piece of the lesson's own module of proofs, with a function `halving` |

Claims call these proofs `this.halving.output` in the lesson itself and `lesson.<its id>.halving.output` anywhere.

In a `run` block a comment behind a line may say what the line comes to: `print(lr)  # 0.8`, `steps = n // 32  # = 250`.
`notes` finds such lines, and `instrument` changes a syntax tree so that what they come to is noted while they run. What
a comment says is compared like any written value; what it says is no part of the program.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckforge.model import written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckforge.model.rich import Code

LANGUAGES = ("python", "py", "python3")
NOTE = "__note__"
"""The function that an instrumented program calls with a line's number and value; it returns the value."""
RAN = "ran"
"""The output of a program that came to its end."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the words behind a fence's language ask for, by name, with those that stand without a value as `""`."""

    words: tuple[tuple[str, str], ...]

    @property
    def runs(self) -> bool:
        """Whether the block is to be executed as it stands."""
        return any(name == "run" for name, _ in self.words)

    @property
    def proves(self) -> bool:
        """Whether the block defines a proof."""
        return any(name == "proof" for name, _ in self.words)

    def __getitem__(self, name: str) -> str:
        """Return the value of a word, `""` for none."""
        return dict(self.words).get(name, "")


def asked(code: Code) -> Asked | None:
    """Return what a code block asks for; `None` where it is only to be shown."""
    if "run" not in code.info and "proof" not in code.info:
        return None
    words = tuple((name, value) for name, _, value in (word.partition("=") for word in code.info.split()))
    found = Asked(words)
    return found if found.runs or found.proves else None


@dataclass(frozen=True, slots=True)
class Note:
    """A line whose comment says what it comes to: its number, and the outputs that its values are filed under."""

    line: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """Python that stands in a lesson, as it is executed.

    `text` has an empty line for each line of the lesson that is not its own, so that line numbers are the lesson's.
    `starts` are the offsets in the file of the first byte of each line. `notes` is `None` for a module of proofs.
    """

    file: str
    text: str
    starts: tuple[int, ...]
    notes: tuple[Note, ...] | None = None
    blocks: int = 1
    """How many code blocks it consists of."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value that a comment states: its text, and where it stands in its line, in code points from 0."""

    text: str
    start: int
    end: int


_MARK = re.compile(r"#+\s*(?:(?:=|==|=>|->|→|⇒|#>|>)\s+|=\s*|→\s*)?")
_ASIDE = re.compile(r"\s+\([^()]*\)$|\s*;.*$")
_SPACE = re.compile(r",\s+|\s+")


def values(comment: str, column: int = 0) -> tuple[Value, ...]:
    """Return the values that a comment states, `column` being where it begins in its line; none for prose.

    A comment states a value where it is one (`# 0.8`, `# = ~12`, `# True`), or several (`# 0.5 0.25`, `# [1, 2, 3]`),
    with an aside in parentheses or behind a semicolon at most. A unit behind a number is a word for the reader: the
    number is what the line comes to.
    """
    found = _MARK.match(comment)
    start = found.end() if found else 0
    said = comment[start:].rstrip()
    said = _ASIDE.sub("", said)
    if said[:1] in ("[", "(") and said[-1:] in ("]", ")") and "," in said:
        start += 1
        said = said[1:-1]
    one = _value(said)
    if one:
        return (Value(one, column + start, column + start + len(one)),)
    several = []
    at = 0
    for border in (*_SPACE.finditer(said), None):
        piece = said[at : border.start() if border else len(said)]
        if not piece or _value(piece) != piece:
            return ()
        several.append(Value(piece, column + start + at, column + start + at + len(piece)))
        at = border.end() if border else 0
    return tuple(several) if len(several) > 1 else ()


def _value(text: str) -> str:
    """Return the number or truth value that a text is, without a unit behind it; `""` where it is none."""
    if not text or text[0].isalpha():
        return text if text in ("True", "False", "true", "false") else ""
    try:
        read = written.parse(text)
    except written.WrittenError:
        return ""
    if not read.numeric:
        return ""
    return read.unitless if read.scale != 1 or len(read.unit.split()) < 3 else ""


def notes(text: str, tree: ast.Module) -> Iterator[tuple[int, tuple[Value, ...]]]:
    """Yield, for each line of a program whose comment says what it comes to, its number and the values it states."""
    lines = noted(tree)
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return
    for token in tokens:
        line, column = token.start
        if token.type == tokenize.COMMENT and line in lines and (stated := values(token.string, column)):
            yield line, stated


def noted(tree: ast.Module) -> dict[int, ast.Expr | ast.Assign | ast.AnnAssign]:
    """Return the statements that come to a value, by the line on which each ends; of several on a line, the last.

    An expression comes to its value, `print(…)` to what it prints, an assignment to what it gives its name. What is
    only written down (`lr = 0.1`, `"text"`) comes to nothing that could be another than it says.
    """
    found: dict[int, ast.Expr | ast.Assign | ast.AnnAssign] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=value):
                printed = _printed(value)
                shown = [value] if printed is None else printed
            case ast.Assign(targets=[_], value=value) | ast.AnnAssign(value=ast.expr() as value):
                shown = [value]
            case _:
                continue
        end = node.end_lineno
        if end is None or all(isinstance(each, ast.Constant) for each in shown):
            continue
        before = found.get(end)
        if before is None or (before.lineno, before.col_offset) < (node.lineno, node.col_offset):
            found[end] = node
    return found


def _printed(value: ast.expr) -> list[ast.expr] | None:
    """Return what a call of `print` prints, as far as that can be told; `None` for anything else."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name) or value.func.id != "print":
        return None
    return [] if any(isinstance(each, ast.Starred) for each in value.args) else value.args


def instrument(tree: ast.Module, lines: Sequence[int]) -> ast.Module:
    """Change a program so that what its statements on some lines come to is handed to `NOTE`; return it."""
    statements = noted(tree)
    for line in lines:
        statement = statements.get(line)
        if isinstance(statement, ast.Expr) and (printed := _printed(statement.value)):
            printed[:] = [_note(line, each) for each in printed]
        elif statement is not None and statement.value is not None:
            statement.value = _note(line, statement.value)
    return ast.fix_missing_locations(tree)


def _note(line: int, value: ast.expr) -> ast.expr:
    name = ast.copy_location(ast.Name(NOTE, ast.Load()), value)
    return ast.copy_location(ast.Call(name, [ast.copy_location(ast.Constant(line), value), value], []), value)
