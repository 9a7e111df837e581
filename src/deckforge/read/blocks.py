"""Python in lessons, read without running it: blocks marked `run`, and the proofs that a lesson defines.

Every block is parsed by itself, so that each has its own mistakes at their places; the sound ones make programs. A
program's text has an empty line for each line of the lesson that is not its own: what Python says of line 40 is said of
line 40 of the lesson.

`with_comments` makes claims of the values that comments in `run` blocks state; `programs` gives what can be executed.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from deckforge.diagnostics import Code, Severity
from deckforge.model import blocks
from deckforge.model.blocks import Note, Program
from deckforge.model.claims import HERE, Claim, ClaimKind
from deckforge.model.rewriting import rewritten
from deckforge.model.rich import Code as CodeBlock
from deckforge.model.rich import Mark
from deckforge.model.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from deckforge.diagnostics import Diagnostic
    from deckforge.model.blocks import Asked, Value
    from deckforge.model.course import Lesson
    from deckforge.model.rich import Rich
    from deckforge.model.source import Source

LANGUAGE = Code(
    "DF541",
    "block-language",
    Severity.ERROR,
    "A code block that is to be run is not Python.",
    "Only Python is executed. A block that says `run` and is never run would pass for tested.",
    "```bash run\npip install torch\n```",
    "```python run\nimport torch\n```\n\n(or leave `run` out: the block is then only shown)",
)
SYNTAX = Code(
    "DF542",
    "block-syntax",
    Severity.ERROR,
    "A code block that is to be run is no Python.",
    "A learner who copies it gets a syntax error. A session at a prompt (`>>>`) is a transcript and no program.",
    "```python run\nprint(0.1 * 8\n```",
    "```python run\nprint(0.1 * 8)\n```",
)
OPTION = Code(
    "DF543",
    "block-option",
    Severity.ERROR,
    "What stands behind a code block's language cannot be understood.",
    "`run`, `run=name` and `proof=name` say what happens to a block, `timeout=60` how many seconds it may take; a word "
    "that nobody reads would be a wish that nobody fulfils.",
    "```python run timout=60",
    "```python run timeout=60",
)
NO_FUNCTION = Code(
    "DF544",
    "proof-block-without-function",
    Severity.ERROR,
    "A code block that defines a proof has no function of that name.",
    "The proof is the function; the block may hold what it needs beside it.",
    "```python proof=halving\nfactor = 0.5\n```",
    "```python proof=halving\ndef halving(factor: float = 0.5) -> dict[str, float]:\n"
    '    """What is left after ten layers.\n\n    Outputs:\n        product: a ratio\n    """\n'
    '    return {"product": factor**10}\n```',
)
CODES = (LANGUAGE, SYNTAX, OPTION, NO_FUNCTION)

_MAYBE = re.compile(rb"(?:```|~~~)[^\n]*\b(?:run|proof)\b")
_NAME = re.compile(r"[A-Za-z][\w-]*", re.ASCII)
_RUNS, _PROVES = ("run", "timeout"), ("proof",)


@dataclass
class Block:
    """A code block that asks for something, where it stands, and its syntax tree (`None`: it has none).

    `starts` are the offsets in the file of the first byte of each of its lines, and `line` is the number of the first.
    """

    code: CodeBlock
    asked: Asked
    item: str
    line: int
    starts: tuple[int, ...]
    tree: ast.Module | None = None
    timeout: float | None = None


@dataclass
class Piece:
    """A program in the making: the blocks that it consists of. `name` is `""` for the lesson's module of proofs."""

    name: str
    blocks: list[Block]

    def program(self, source: Source, *, notes: Iterable[Note] | None) -> Program:
        """Return the program, its lines where they stand in the lesson."""
        lines: list[str] = []
        starts: list[int] = []
        future: dict[str, None] = {}
        for block in self.blocks:
            gap = max(0, block.line - 1 - len(lines))
            lines += [""] * gap
            starts += [0] * gap
            lines += _without_future(block, future)
            starts += block.starts
        if future:  # a module has them at its start alone, which is a line of the lesson's header
            lines[0] = f"from __future__ import {', '.join(sorted(future))}"
        noted = None if notes is None else tuple(notes)
        return Program(source.path, "\n".join(lines) + "\n", tuple(starts), noted, len(self.blocks))

    @property
    def timeout(self) -> float | None:
        """Return how many seconds it may take, where that is said."""
        return max((block.timeout for block in self.blocks if block.timeout), default=None)


def _without_future(block: Block, future: dict[str, None]) -> list[str]:
    """Return a block's lines with `pass` for each `from __future__ import …`, whose names are added to `future`."""
    lines = block.code.text.split("\n")
    for node in block.tree.body if block.tree else ():
        if isinstance(node, ast.ImportFrom) and node.module == "__future__" and node.lineno == node.end_lineno:
            future |= dict.fromkeys(alias.name for alias in node.names)
            line = lines[node.lineno - block.line]
            lines[node.lineno - block.line] = f"{line[: node.col_offset]}pass{line[node.end_col_offset :]}"
    return lines


def with_comments(lesson: Lesson, source: Source) -> tuple[Lesson, tuple[Diagnostic, ...]]:
    """Return the lesson with a claim for every value that a comment of a `run` block states, and what is wrong."""
    found: list[Diagnostic] = []
    read = _blocks(lesson, source, found)
    marks: dict[int, tuple[Mark, ...]] = {}
    for piece in _pieces(read):
        for block, stated in _stated(piece):
            made = [_mark(lesson, source, piece.name, block, each) for each in stated]
            taken = block.code.marks
            free = [mark for mark in made if not any(mark.start < old.end and old.start < mark.end for old in taken)]
            if free:
                marks[id(block.code)] = tuple(sorted((*taken, *free), key=lambda mark: mark.start))
    if not marks:
        return lesson, tuple(found)

    def marked(text: Rich) -> Rich:
        pieces = tuple(
            replace(piece, marks=marks[id(piece)]) if isinstance(piece, CodeBlock) and id(piece) in marks else piece
            for piece in text.pieces
        )
        return replace(text, pieces=pieces) if any(id(piece) in marks for piece in text.pieces) else text

    return rewritten(lesson, marked), tuple(found)


@dataclass(frozen=True, slots=True)
class Runnable:
    """A program that is executed as it stands, its limit in seconds (`None`: the project's), and the fence's line."""

    name: str
    program: Program
    timeout: float | None
    span: Span


@dataclass(frozen=True, slots=True)
class Programs:
    """What a lesson has to execute: its module of proofs with the names of those, and its programs."""

    proofs: Program | None
    named: frozenset[str]
    runs: tuple[Runnable, ...]


def programs(lesson: Lesson, source: Source) -> Programs:
    """Return the programs of a lesson; what is wrong with its blocks was said by `with_comments`."""
    read = _blocks(lesson, source, [])
    proofs = Piece("", [block for block in read if block.asked.proves and block.tree is not None])
    runs = []
    for piece in _pieces(read):
        notes = [note for _, stated in _stated(piece) for note in _notes(stated)]
        fence = _fence(source, piece.blocks[0].code)
        runs.append(Runnable(piece.name, piece.program(source, notes=notes), piece.timeout, fence))
    named = frozenset(block.asked["proof"] for block in proofs.blocks)
    return Programs(proofs.program(source, notes=None) if proofs.blocks else None, named, tuple(runs))


def _blocks(lesson: Lesson, source: Source, found: list[Diagnostic]) -> list[Block]:
    """Return the blocks of a lesson that ask for something, in the order of the file, and say what is wrong."""
    if not _MAYBE.search(source.data):
        return []  # as in most lessons, of which some are large
    owners = {id(text): item.id for item in lesson.items for text in item.texts()}
    read = [
        (piece, wish, owners.get(id(text), ""))
        for text in lesson.texts()
        for piece in text.pieces
        if isinstance(piece, CodeBlock) and (wish := blocks.asked(piece)) is not None
    ]
    made = []
    for code, wish, item in sorted(read, key=lambda each: each[0].span):
        fence = _fence(source, code)
        wrong = list(_wrong(code, wish, fence))
        found += wrong
        line, starts = _places(source, code)
        block = Block(code, wish, item, line, starts)
        if not wrong:
            block.timeout = float(wish["timeout"]) if wish["timeout"] else None
            block.tree = _parse(source, block, found)
        made.append(block)
    return made


def _wrong(code: CodeBlock, wish: Asked, fence: Span) -> Iterator[Diagnostic]:
    """Yield what cannot be understood of the words behind a fence."""
    what = "run" if wish.runs else "proof"
    if code.language.lower() not in blocks.LANGUAGES:
        shown = f"`{code.language}`" if code.language else "no language"
        fix = f"write `python {code.info}`, or leave `{what}` out: the block is then only shown"
        yield LANGUAGE.at(fence, f"only Python is executed, and this block is of {shown}", fix=fix)
        return
    known = _RUNS if wish.runs else _PROVES
    names = [name for name, _ in wish.words]
    if wish.runs and wish.proves:
        yield OPTION.at(fence, "a block is run or defines a proof, and not both", fix="keep one of the two words")
        return
    for number, (name, value) in enumerate(wish.words):
        if name not in known or name in names[:number]:
            fix = "write `run`, `run=name` or `proof=name`; with `run` also `timeout=60`"
            why = "stands twice" if name in known else f"means nothing beside `{what}`"
            yield OPTION.at(fence, f"`{name}{'=' if value else ''}{value}` {why}", fix=fix)
        elif name == "proof" and not value.isidentifier():
            fix = "write `proof=halving` above `def halving(…)`"
            yield OPTION.at(fence, f"`proof={value}` names no function", fix=fix)
        elif name == "run" and value and not _NAME.fullmatch(value):
            fix = "take letters, digits, `-` and `_`"
            yield OPTION.at(fence, f"`{value}` cannot be the name of a program", fix=fix)
        elif name == "timeout" and not _seconds(value):
            fix = "write `timeout=60`"
            yield OPTION.at(fence, f"`timeout={value}` are no seconds above 0", fix=fix)


def _seconds(text: str) -> bool:
    try:
        return 0 < float(text) < math.inf
    except ValueError:
        return False


def _parse(source: Source, block: Block, found: list[Diagnostic]) -> ast.Module | None:
    """Return the syntax tree of a block, with lines as in the lesson; report what is wrong with it."""
    text = block.code.text
    fence = _fence(source, block.code)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
            compile(tree, source.path, "exec", dont_inherit=True)  # finds a `return` outside of a function as well
    except SyntaxError as error:
        at = _line(source, block, error.lineno or 1, max((error.offset or 1) - 1, 0))
        fix = "write a program, without the prompt" if text.lstrip().startswith(">>>") else ""
        found.append(SYNTAX.at(at, f"this is no Python: {error.msg}", fix=fix))
        return None
    except (ValueError, RecursionError, MemoryError) as error:
        found.append(SYNTAX.at(fence, f"this cannot be parsed: {str(error) or type(error).__name__}"))
        return None
    name = block.asked["proof"]
    if block.asked.proves and not any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name for node in tree.body
    ):
        fix = f"write `def {name}(…)`, with a docstring, returning a dict of named numbers"
        found.append(NO_FUNCTION.at(fence, f"this block defines no function `{name}`", fix=fix))
        return None
    return ast.increment_lineno(tree, block.line - 1)


def _fence(source: Source, code: CodeBlock) -> Span:
    """Return the line that opens a block."""
    end = source.data.find(b"\n", code.span.start, code.span.end)
    return code.span.before(max(code.span.start, end)) if end >= 0 else code.span


def _places(source: Source, code: CodeBlock) -> tuple[int, tuple[int, ...]]:
    """Return the number of a block's first line, and where each of its lines begins behind what indents it.

    A line that is written in another way than it reads (YAML's escapes) has the block's start as its place.
    """
    first = source.position(code.span.start).line + 1
    starts = []
    for number, text in enumerate(code.text.split("\n")):
        written = text.encode()
        begin, end = _line_ends(source, first + number)
        at = end - len(written)
        starts.append(at if begin <= at and source.data[at:end] == written else code.span.start)
    return first, tuple(starts)


def _line_ends(source: Source, number: int) -> tuple[int, int]:
    """Return where a line of a file begins and ends, its line break not included; beyond the last, the file's end."""
    starts = source.line_starts
    if number > len(starts):
        return len(source.data), len(source.data)
    begin = starts[number - 1]
    end = starts[number] - 1 if number < len(starts) else len(source.data)
    return begin, end - 1 if source.data[begin:end].endswith(b"\r") else end


def _line(source: Source, block: Block, number: int, column: int) -> Span:
    """Return a place in a block: its line from 1, and code points from 0; the character there."""
    lines = block.code.text.split("\n")
    index = min(number, len(lines)) - 1
    text = lines[index]
    start = block.starts[index] + len(text[:column].encode())
    return Span(source.path, start, start + max(1, len(text[column : column + 1].encode())))


def _pieces(read: Sequence[Block]) -> list[Piece]:
    """Return the programs of the `run` blocks that can be parsed; a program with a part that cannot is none."""
    made: dict[str, Piece] = {}
    alone = 0
    for block in read:
        if not block.asked.runs:
            continue
        group = block.asked["run"]
        alone += not group
        name = f"run-{group or alone}"
        made.setdefault(name, Piece(name, [])).blocks.append(block)
    return [piece for piece in made.values() if all(block.tree is not None for block in piece.blocks)]


class Stated(NamedTuple):
    """A value that a comment states: the output that it is compared with, its line in the lesson, and the value."""

    output: str
    line: int
    value: Value


def _stated(piece: Piece) -> Iterator[tuple[Block, list[Stated]]]:
    """Yield for each block of a program what its comments state."""
    number = 0
    for block in piece.blocks:
        assert block.tree is not None, "a program has no block that cannot be parsed"
        padded = "\n" * (block.line - 1) + block.code.text
        stated = []
        for line, each in blocks.notes(padded, block.tree):
            for value in each:
                number += 1
                stated.append(Stated(f"value_{number}", line, value))
        yield block, stated


def _notes(stated: Iterable[Stated]) -> Iterator[Note]:
    """Yield the lines on which something is stated, with their outputs."""
    for line, each in groupby(stated, key=attrgetter("line")):
        yield Note(line, tuple(one.output for one in each))


def _mark(lesson: Lesson, source: Source, program: str, block: Block, stated: Stated) -> Mark:
    """Return the claim that a comment's value makes, on its place in the block."""
    lines = block.code.text.split("\n")
    value = stated.value
    index = stated.line - block.line
    text = lines[index]
    before = sum(len(each) + 1 for each in lines[:index])
    first = block.starts[index] + len(text[: value.start].encode())
    place = Span(source.path, first, first + len(value.text.encode()))
    if block.starts[index] == block.code.span.start:  # written otherwise than it reads
        place = _fence(source, block.code)
    claim = Claim(
        kind=ClaimKind.CLAIM,
        text=value.text,
        target=f"{HERE}.{program}.{stated.output}",
        arguments=(),
        override="",
        lesson=lesson.id,
        item=block.item,
        context=text.strip(),
        span=place,
        text_span=place,
    )
    return Mark(before + value.start, before + value.end, claim)
