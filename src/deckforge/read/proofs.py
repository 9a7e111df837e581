"""What proofs there are, read from the files of `verify/` without importing or running any of them.

A proof is a function at the top level of a file, decorated with `deckforge.proof.proof`. Its parameters give a claim's
arguments their types; its outputs are read from its `return`s (dict literals or `dict(k=…)` with the same keys), or
named by `@proof(outputs=(…))`. Files and folders whose names begin with `_` are helpers and hold no proofs.

The proofs that come with the package are read in the same way, once a process, and are called `deckforge.…`; those that
a lesson defines are called `lesson.<its id>.…` (see `blocks`). No file of `verify/` can take these names.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import re
import warnings
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from deckforge import library
from deckforge.diagnostics import Code, Outcome, Related, Severity
from deckforge.model import blocks as model_blocks
from deckforge.model import written
from deckforge.model.claims import HERE, PREFIX, Parameter, ProofSignature
from deckforge.model.source import Source, Span
from deckforge.read import blocks, fingerprint
from deckforge.read.fingerprint import Module

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from deckforge.diagnostics import Diagnostic
    from deckforge.model.blocks import Program
    from deckforge.model.course import Lesson
    from deckforge.project import Project

SYNTAX = Code(
    "DF511",
    "proof-file-syntax",
    Severity.ERROR,
    "A file of proofs is no Python.",
    "None of its proofs can be read, so no claim that names one can be judged.",
    "def shrink(factor: float = 0.5:",
    "def shrink(factor: float = 0.5):",
)
UNREADABLE = Code(
    "DF512",
    "proof-outputs-unreadable",
    Severity.ERROR,
    "A proof's outputs cannot be read from its `return`s.",
    "Claims name outputs, and a wrong name is to be found before anything runs.",
    "result = measure()\nreturn result",
    '@proof(outputs=("loss", "dw2"))\n\n(or: return {"loss": loss, "dw2": dw2})',
)
DISAGREE = Code(
    "DF513",
    "proof-outputs-disagree",
    Severity.ERROR,
    "Two places say different outputs of one proof.",
    "Which outputs there are would depend on the arguments, and a claim could name one that does not come.",
    'if n == 0:\n    return {"loss": 0.0}\nreturn {"loss": loss, "steps": n}',
    'Return the same keys everywhere: return {"loss": 0.0, "steps": 0}',
)
TYPE = Code(
    "DF514",
    "proof-parameter-type",
    Severity.ERROR,
    "A proof's parameter has no annotation that a claim's argument can be read by.",
    "In a link every argument is text; the annotation says whether `1e-4` is a number or a name.",
    "def shrink(factor=0.5)",
    "def shrink(factor: float = 0.5)   (int, float, bool or str)",
)
SHAPE = Code(
    "DF515",
    "proof-parameter-kind",
    Severity.ERROR,
    "A proof takes arguments that a claim cannot name.",
    "A claim gives arguments by name. `*args` and positional-only parameters have none, and `**options` would accept a "
    "misspelt one.",
    "def shrink(*factors: float)",
    "def shrink(factor: float, depth: int)",
)
UNDOCUMENTED = Code(
    "DF516",
    "proof-undocumented",
    Severity.WARNING,
    "A proof has no docstring.",
    "The evidence page shows it beside the number: what is measured, in which units, after which source.",
    '@proof\ndef shrink(factor: float = 0.5):\n    return {"product": factor**50}',
    '    """What is left of a gradient after 50 layers.\n\n    Outputs: product, a ratio.\n    """',
)
OPTION = Code(
    "DF517",
    "proof-option",
    Severity.ERROR,
    "`@proof(…)` says something that cannot be read or does not exist.",
    "The options decide where a proof runs and for how long, before it is run: they have to be literals.",
    '@proof(device="gpu", timeout=LIMIT)',
    '@proof(device="cuda", timeout=60, memory="4GB")',
)
DUPLICATE = Code(
    "DF518",
    "duplicate-proof",
    Severity.ERROR,
    "A file defines the name of a proof twice.",
    "Only the last definition would run, under the name and the docstring of the first.",
    "@proof\ndef loss(): …\n\n@proof\ndef loss(): …",
    "Give each its own name.",
)
PLACE = Code(
    "DF519",
    "proof-not-at-top-level",
    Severity.ERROR,
    "A proof is no plain function at the top level of its file.",
    "A claim finds a proof by file and name; a method, an inner function or an `async` one cannot be called so.",
    "class Attention:\n    @proof\n    def memory(self): …",
    "@proof\ndef attention_memory(): …",
)
NAME = Code(
    "DF520",
    "proof-file-name",
    Severity.ERROR,
    "The name of a file with proofs is no name that a claim or an import could use.",
    "A claim writes the file as `module.function.output`; a dash or a dot in it could not be told apart.",
    "verify/mixed-precision.py",
    "verify/mixed_precision.py",
)
HELPER = Code(
    "DF521",
    "proof-in-helper",
    Severity.WARNING,
    "A proof stands in a file whose name begins with `_`.",
    "Such files are for what proofs share; no claim can name what is in them.",
    "verify/_tools.py:\n@proof\ndef loss(): …",
    "Move the proof to a file without the `_`, or drop its `@proof`.",
)
OUTPUT = Code(
    "DF522",
    "proof-output-name",
    Severity.ERROR,
    "An output's name is no plain name, or stands twice.",
    "A claim ends in the output's name, after a dot; of two equal names one would be lost.",
    'return {"dL/dw2": slope}',
    'return {"dw2": slope}',
)
RESERVED = Code(
    "DF523",
    "proof-file-reserved",
    Severity.ERROR,
    "A file or folder of `verify/` has a name under which claims find proofs that are in none.",
    "`claim:deckforge.memory.weights.bytes` is to mean the same in every course, and `lesson` and `this` are for the "
    "proofs that stand in lessons; a file of that name would hide them.",
    "verify/deckforge.py",
    "verify/own.py",
)
DATA = Code(
    "DF524",
    "proof-data-missing",
    Severity.ERROR,
    "A proof declares data that is not there.",
    "Data lies below `verify/`, beside the proofs: it is part of what was measured, is read by no proof that does not "
    "declare it, and travels to the machines that run it.",
    '@proof(reads=("../data/losses.csv",))',
    '@proof(reads=("data/losses.csv",))   (verify/data/losses.csv)',
)
CODES = (
    SYNTAX, UNREADABLE, DISAGREE, TYPE, SHAPE, UNDOCUMENTED, OPTION, DUPLICATE, PLACE, NAME, HELPER, OUTPUT, RESERVED,
    DATA,
)  # fmt: skip

_TAKEN = {
    library.PREFIX: "the proofs that come with the package",
    PREFIX: "the proofs that stand in lessons",
    HERE: "the proofs that stand in the claim's own lesson",
}
TYPES = ("int", "float", "bool", "str")
DEVICES = ("cpu", "cuda")
_OPTIONS = ("outputs", "device", "timeout", "memory", "processes", "reads")
_PROCESSES = range(3, 11)
"""How many processes a timing may run in (`deckforge.proof` refuses the same)."""


@dataclass
class _File:
    """A file of `verify/` while it is read: byte offsets of its lines, and what is wrong with it.

    The proofs of a lesson are read as a file too: `program` is what stands there of them, and `implied` are the
    functions that are proofs without saying so.
    """

    source: Source
    module: Module
    helper: bool
    diagnostics: list[Diagnostic] = field(default_factory=list)
    program: Program | None = None
    implied: frozenset[str] = frozenset()
    folder: Path | None = None
    """Where the data of its proofs lies; `None` for those that come with the package, which read none."""

    @property
    def called(self) -> str:
        """What the module is called in claims."""
        if self.module.root == library.PACKAGE:
            return f"{library.PREFIX}.{self.module.name}"
        return self.module.name.replace(fingerprint.IN_LESSON, f"{PREFIX}.")

    @cached_property
    def starts(self) -> Sequence[int]:
        """The offset of each line's first byte."""
        return self.program.starts if self.program else _line_starts(self.source.data)

    def span(self, node: ast.AST) -> Span:
        """Return the bytes of a node."""
        located: Any = node
        start = self.starts[located.lineno - 1] + located.col_offset
        return Span(self.source.path, start, self.starts[located.end_lineno - 1] + located.end_col_offset)

    def name_span(self, function: ast.AST) -> Span:
        """Return the bytes of a function's name: the first word behind its `def`."""
        whole = self.span(function)
        found = re.match(rb"(?:async\s+)?def\s+(\w+)", self.source.data[whole.start : whole.end], re.ASCII)
        if found is None:  # a name beyond ASCII, or a line break in between: the line's start has to do
            return whole.before(min(whole.end, whole.start + 3))
        return Span(whole.path, whole.start + found.start(1), whole.start + found.end(1))

    def code(self, node: ast.AST) -> str:
        """Return the source text of a node."""
        return self.source.text(self.span(node))

    def report(self, code: Code, where: ast.AST | Span, message: str, fix: str = "", *related: Related) -> None:
        """Note what is wrong at a place."""
        span = where if isinstance(where, Span) else self.span(where)
        self.diagnostics.append(code.at(span, message, fix=fix, related=related))


def sources(project: Project) -> dict[str, Source]:
    """Return every Python file of `verify/` by its path relative to the project, sorted."""
    found = {}
    if project.verify.is_dir():
        for path in sorted(project.verify.rglob("*.py")):
            below = path.relative_to(project.verify)
            if path.is_file() and not any(part.startswith(".") or part == "__pycache__" for part in below.parts):
                found[project.relative(path)] = Source(project.relative(path), path.read_bytes())
    return found


@cache
def library_sources() -> Mapping[str, Source]:
    """Return the files of the proofs that come with the package, by `deckforge/library/….py`, sorted."""
    paths = sorted(library.FOLDER.glob("*.py"))
    return {f"{library.SHOWN}{path.name}": Source(f"{library.SHOWN}{path.name}", path.read_bytes()) for path in paths}


@cache
def library_signatures() -> Mapping[str, ProofSignature]:
    """Return the proofs that come with the package by qualified name (`deckforge.memory.weights`)."""
    return _all(library_sources()).value


def signatures(
    project: Project, files: Mapping[str, Source] | None = None, lessons: Iterable[tuple[Lesson, Source]] = ()
) -> Outcome[Mapping[str, ProofSignature]]:
    """Return every proof of `verify/` and of some lessons by qualified name, as far as it can be read.

    `files` are `sources(project)` where the caller has read them already. What is wrong with any of them is said.
    """
    return _all(sources(project) if files is None else files, lessons, project.verify)


def _all(
    files: Mapping[str, Source], lessons: Iterable[tuple[Lesson, Source]] = (), folder: Path | None = None
) -> Outcome[Mapping[str, ProofSignature]]:
    diagnostics: list[Diagnostic] = []
    parsed = [file for source in files.values() if (file := _read(source, diagnostics)) is not None]
    in_lessons = [(lesson, source, blocks.programs(lesson, source)) for lesson, source in _distinct(lessons)]
    parsed += [_of_lesson(lesson, source, each) for lesson, source, each in in_lessons if each.proofs]
    for file in parsed:
        file.folder = folder
    modules = {file.module.name: file.module for file in parsed}
    found: dict[str, ProofSignature] = {}
    for file in parsed:
        if modules[file.module.name] is not file.module:
            file.report(
                NAME, Span(file.source.path, 0, 0), f"`{file.module.name}` is both a file and a folder", "rename one"
            )
        for signature in _proofs(file, modules):
            found.setdefault(signature.qualified, signature)
        diagnostics += file.diagnostics
    for lesson, _, each in in_lessons:
        for runnable in each.runs:
            signature = _block(lesson, runnable, modules)
            found.setdefault(signature.qualified, signature)
    return Outcome(dict(sorted(found.items())), tuple(diagnostics))


def _distinct(lessons: Iterable[tuple[Lesson, Source]]) -> Iterator[tuple[Lesson, Source]]:
    """Yield the lessons whose id nobody has before them; that one is taken is said elsewhere."""
    seen: set[str] = set()
    for lesson, source in lessons:
        if lesson.id not in seen:
            seen.add(lesson.id)
            yield lesson, source


def _of_lesson(lesson: Lesson, source: Source, programs: blocks.Programs) -> _File:
    """Return the proofs that a lesson defines, as the file that they would be."""
    assert programs.proofs is not None
    module = Module(f"{fingerprint.IN_LESSON}{lesson.id}", lesson.id, ast.parse(programs.proofs.text))
    return _File(source, module, helper=False, program=programs.proofs, implied=programs.named)


def _block(lesson: Lesson, runnable: blocks.Runnable, modules: Mapping[str, Module]) -> ProofSignature:
    """Return the signature of a program that is executed as it stands: it takes nothing, and returns what it notes."""
    program = runnable.program
    module = Module(f"{fingerprint.IN_LESSON}{lesson.id}", lesson.id, ast.parse(program.text))
    notes = program.notes or ()
    lines = sorted(model_blocks.noted(module.tree))
    noted = [(lines.index(note.line), len(note.names)) for note in notes]
    digest, parts = fingerprint.of_program(modules, module, runnable.name, repr(noted))
    summary = "A code block of the lesson, executed as it stands."
    return ProofSignature(
        module=f"{PREFIX}.{lesson.id}",
        name=runnable.name,
        parameters=(),
        outputs=(model_blocks.RAN, *(output for note in notes for output in note.names)),
        device="cpu",
        timeout=runnable.timeout,
        memory=None,
        summary=summary,
        doc=summary,
        span=runnable.span,
        fingerprint=digest,
        parts=parts,
        program=program,
    )


def _read(source: Source, diagnostics: list[Diagnostic]) -> _File | None:
    """Parse a file; return `None` and say why where it is no Python."""
    ours = source.path.startswith(library.SHOWN)
    below = source.path.removeprefix(library.SHOWN) if ours else source.path.partition("/")[2]
    parts = below.removesuffix(".py").split("/")
    start = Span(source.path, 0, 0)
    if parts[0] in _TAKEN:
        message = f"`{parts[0]}` is the name of {_TAKEN[parts[0]]}"
        diagnostics.append(RESERVED.at(start, message, fix="give it another name"))
        return None
    if wrong := next((part for part in parts if not part.isidentifier()), None):
        if b"proof" in source.data:
            better = re.sub(r"\W", "_", wrong)
            diagnostics.append(NAME.at(start, f"`{wrong}` is no Python name", fix=f"rename it to `{better}`"))
        return None
    if parts[-1] == "__init__":
        parts.pop()
    try:
        text = source.data.decode("utf-8-sig")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a doubtful escape in a proof is Python's business, when it runs
            tree = ast.parse(text)
    except SyntaxError as error:
        diagnostics.append(SYNTAX.at(_place(source, error), f"this is no Python: {error.msg}"))
        return None
    except UnicodeDecodeError as error:
        at = Span(source.path, error.start, error.start + 1)
        diagnostics.append(SYNTAX.at(at, "this is no UTF-8 text", fix="save the file as UTF-8"))
        return None
    except (ValueError, RecursionError, MemoryError) as error:
        diagnostics.append(SYNTAX.at(start, f"this cannot be parsed: {str(error) or type(error).__name__}"))
        return None
    helper = not parts or any(part.startswith("_") for part in parts)
    name = ".".join(parts)
    module = Module(name, source.path, tree, library.PACKAGE) if ours else Module(name, below, tree)
    return _File(source, module, helper)


def _place(source: Source, error: SyntaxError) -> Span:
    """Return where a syntax error is: Python counts lines and characters from 1, spans count bytes from 0."""
    starts = _line_starts(source.data)
    line = min(max((error.lineno or 1) - 1, 0), len(starts) - 1)
    end = starts[line + 1] if line + 1 < len(starts) else len(source.data)
    shown = source.data[starts[line] : end].decode("utf-8", "replace")
    at = starts[line] + len(shown[: max((error.offset or 1) - 1, 0)].encode())
    return Span(source.path, min(at, end), min(at + 1, end))


def _line_starts(data: bytes) -> list[int]:
    """Return the offset of each line's first byte, as Python counts lines; a byte-order mark belongs to none."""
    first = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    return [first, *(found.end() for found in re.finditer(rb"\r\n|\r|\n", data))]


def _proofs(file: _File, modules: Mapping[str, Module]) -> Iterator[ProofSignature]:
    top = {id(statement): statement for statement in file.module.tree.body}
    seen: dict[str, ast.AST] = {}
    for node in ast.walk(file.module.tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        decorator: ast.AST | None
        decorator = next((each for each in node.decorator_list if fingerprint.is_proof(file.module, each)), None)
        if decorator is None and node.name in file.implied and id(node) in top:
            decorator = node
        if decorator is None:
            continue
        if not isinstance(node, ast.FunctionDef) or id(node) not in top:
            file.report(PLACE, decorator, f"`{node.name}` is no plain function at the top level of the file")
            continue
        if file.helper:
            file.report(HELPER, decorator, f"no claim can name `{node.name}`: its file is a helper")
            continue
        others = [other for other in file.module.bound[node.name] if other is not node]
        if others and node.name not in seen:
            related = tuple(Related(file.span(other), "also defined here") for other in others)
            file.report(DUPLICATE, file.name_span(node), f"`{node.name}` is defined twice", "rename one", *related)
        if node.name in seen:
            continue
        seen[node.name] = node
        yield _signature(file, node, decorator, modules)


def _signature(file: _File, node: ast.FunctionDef, decorator: ast.AST, modules: Mapping[str, Module]) -> ProofSignature:
    name = file.name_span(node)
    options = _options(file, decorator)
    doc = inspect.cleandoc(ast.get_docstring(node) or "")
    if not doc:
        file.report(
            UNDOCUMENTED, name, f"`{node.name}` does not say what it measures", "add a docstring: what, units, source"
        )
    try:
        digest, parts = fingerprint.fingerprint(modules, file.module.name, node.name)
    except RecursionError:
        file.report(SYNTAX, name, f"`{node.name}` is nested too deeply to be read", "split its longest expression")
        digest, parts = "", {}
    reads = options.get("reads", ())
    if data := {name: found for name in reads if (found := _data(file, decorator, name))}:
        parts = dict(sorted({**parts, **data}.items()))
        digest = fingerprint.digest_of(parts)
    return ProofSignature(
        module=file.called,
        name=node.name,
        parameters=_parameters(file, node),
        outputs=_outputs(file, node, decorator, options.get("outputs")),
        device=options.get("device", "cpu"),
        timeout=options.get("timeout"),
        memory=options.get("memory"),
        summary=" ".join(doc.partition("\n\n")[0].split()),
        doc=doc,
        span=name,
        fingerprint=digest,
        parts=parts,
        processes=options.get("processes", 1),
        reads=tuple(reads),
        program=file.program,
    )


def _data(file: _File, decorator: ast.AST, name: str) -> str:
    """Return the digest of a file or folder of data, `""` where it is none, which is said."""
    path = file.folder / name if file.folder else None
    if path is None or not path.exists() or file.folder not in path.resolve().parents:
        file.report(DATA, decorator, f"there is no `verify/{name}`", "put it there, or correct its name")
        return ""
    whole = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
    content = hashlib.sha256()
    for each in whole:
        content.update(f"{each.relative_to(path).as_posix()}\0".encode())
        content.update(hashlib.sha256(each.read_bytes()).digest())
    return content.hexdigest()[:16]


def _parameters(file: _File, node: ast.FunctionDef) -> tuple[Parameter, ...]:
    given = node.args
    for odd in (*given.posonlyargs, given.vararg, given.kwarg):
        if odd is not None:
            star = "*" if odd is given.vararg else "**" if odd is given.kwarg else ""
            file.report(SHAPE, odd, f"a claim cannot name `{star}{odd.arg}`", "take named parameters alone")
    ordinary = [*given.posonlyargs, *given.args]
    missing = len(ordinary) - len(given.defaults)
    defaults = [*([None] * missing), *given.defaults, *given.kw_defaults]
    return tuple(
        Parameter(argument.arg, _annotation(file, node, argument), None if default is None else file.code(default))
        for argument, default in zip([*ordinary, *given.kwonlyargs], defaults, strict=True)
    )


def _annotation(file: _File, node: ast.FunctionDef, argument: ast.arg) -> str:
    annotation = argument.annotation
    if annotation is None:
        file.report(
            TYPE,
            argument,
            f"`{argument.arg}` of `{node.name}` has no type",
            f"write `{argument.arg}: float` (or {_either(TYPES)})",
        )
        return ""
    quoted = isinstance(annotation, ast.Constant) and isinstance(annotation.value, str)
    text = str(annotation.value) if quoted and isinstance(annotation, ast.Constant) else file.code(annotation)
    if text not in TYPES:
        file.report(TYPE, annotation, f"an argument cannot be read as `{text}`", f"annotate it with {_either(TYPES)}")
    return text


def _either(words: tuple[str, ...]) -> str:
    return f"{', '.join(f'`{word}`' for word in words[:-1])} or `{words[-1]}`"


def _options(file: _File, decorator: ast.AST) -> dict[str, Any]:
    """Return the options of `@proof(…)` that make sense, and say what is wrong with the others."""
    options: dict[str, Any] = {}
    if not isinstance(decorator, ast.Call):
        return options
    for stray in decorator.args:
        file.report(OPTION, stray, "`@proof` takes its options by name", f"write {_either(_OPTIONS)} before it")
    for keyword in decorator.keywords:
        name = keyword.arg or "**"
        if name not in _OPTIONS:
            file.report(OPTION, keyword, f"`@proof` has no option `{name}`", f"its options are {_either(_OPTIONS)}")
            continue
        try:
            value = ast.literal_eval(keyword.value)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            file.report(OPTION, keyword.value, f"`{name}` cannot be read without running the file", "write a literal")
            continue
        understood = _option(name, value)
        if understood is None:
            wanted = {
                "outputs": 'a tuple of names, as in `("loss", "steps")`',
                "device": _either(tuple(f'"{device}"' for device in DEVICES)),
                "timeout": "seconds above 0",
                "memory": 'bytes above 0, or text such as `"4GB"`',
                "reads": 'a tuple of paths below `verify/`, as in `("data/losses.csv",)`',
                "processes": f"{_PROCESSES.start} to {_PROCESSES.stop - 1}",
            }[name]
            file.report(OPTION, keyword.value, f"`{name}={file.code(keyword.value)}` makes no sense", f"write {wanted}")
        else:
            options[name] = understood
    return options


def _option(name: str, value: object) -> object:
    """Return an option's value as a signature holds it, or `None` where it is none."""
    number = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf")
    if name == "outputs":
        named = isinstance(value, tuple | list) and all(isinstance(each, str) for each in value)
        return tuple(value) if named and value and isinstance(value, tuple | list) else None
    if name == "reads":
        paths = value if isinstance(value, tuple | list) and all(isinstance(each, str) for each in value) else ()
        plain = all(each and not each.startswith("/") and ".." not in each.split("/") for each in paths)
        return tuple(paths) if paths and plain else None
    if name == "device":
        return value if value in DEVICES else None
    if isinstance(value, str) and name == "memory":
        try:
            size = written.parse(re.sub(r"(?<=[\d\s])B$", "bytes", value)).value
        except written.WrittenError:
            return None
        return round(size) if isinstance(size, float) and size > 0 else None
    if not number or not isinstance(value, int | float):
        return None
    if name == "processes":
        return value if value in _PROCESSES and isinstance(value, int) else None
    return round(value) if name == "memory" else float(value)


def _outputs(file: _File, node: ast.FunctionDef, decorator: ast.AST, named: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the names of a proof's outputs, from its `return`s or its decorator."""
    returns = [(each, _keys(each.value)) for each in _returns(node)]
    known = [(each, keys) for each, keys in returns if keys is not None]
    first = named or (known[0][1] if known else None)
    for each, keys in known:
        if first is not None and set(keys) != set(first):
            where = "`outputs=`" if named else "the first `return`"
            file.report(
                DISAGREE,
                each,
                f"this returns {_listed(keys)}, but {where} says {_listed(first)}",
                "return the same everywhere",
            )
    names = first or ()
    for name in dict.fromkeys(names):
        if not name.isidentifier() or names.count(name) > 1:
            wrong = "stands twice" if name.isidentifier() else "is no plain name"
            file.report(OUTPUT, known[0][0] if known and not named else decorator, f"the output `{name}` {wrong}")
    if named:
        return tuple(dict.fromkeys(named))
    unread = next((each for each, keys in returns if keys is None), None)
    if first is None or unread is not None:
        place = file.name_span(node) if unread is None else unread
        message = f"which outputs `{node.name}` has cannot be read here"
        file.report(UNREADABLE, place, message, 'return a dict literal, or write `@proof(outputs=("name", …))`')
    return tuple(dict.fromkeys(names))


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "nothing"


def _returns(function: ast.FunctionDef) -> Iterator[ast.Return]:
    """Yield the `return`s of a function itself, in the order of the file."""
    waiting: list[ast.AST] = list(reversed(function.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Return):
            yield node
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting += reversed(list(ast.iter_child_nodes(node)))


def _keys(value: ast.expr | None) -> tuple[str, ...] | None:
    """Return the keys of a dict literal or of `dict(k=…)`; `None` for anything else."""
    if isinstance(value, ast.Dict):
        keys = [key.value for key in value.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
        return tuple(keys) if len(keys) == len(value.keys) else None
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "dict" and not value.args:
        names = [keyword.arg for keyword in value.keywords if keyword.arg is not None]
        return tuple(names) if len(names) == len(value.keywords) else None
    return None
