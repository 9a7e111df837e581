"""What a proof says, as a digest that changes when the meaning may have changed and stays when only the looks have.

A fingerprint covers the function, every module-level name that it reaches through the files of `verify/`, and what
those files do when they are imported. It is taken from syntax trees, written out in a form of our own in which
comments, formatting, docstrings and positions have no place, so that Python 3.10 to 3.13 give the same digest for the
same file (`ast.dump` does not). The `@proof` decorator is left out: another time limit is not another measurement.

What it cannot see: packages that are installed (their versions are recorded with a measurement), and data files.

Nothing but the standard library is imported, and nothing newer than Python 3.10 is used, so that any interpreter can be
asked whether it agrees.
"""

from __future__ import annotations

import ast
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PACKAGE = "verify"
"""The name of the package that the files of `verify/` are loaded as."""

IN_LESSON = "lesson:"
"""What the name of a module begins with that stands in a lesson: nothing can import it; it is a module of `verify`."""

IMPORT_TIME = "<module>"
"""The name of the part that holds what a file does when it is imported."""

_LEFT_OUT = frozenset({"ctx", "kind", "type_comment", "type_ignores"})
_DOCUMENTED = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def dump(node: object) -> str:
    """Return a syntax tree as text: fields sorted, and empty ones, docstrings, contexts and positions left out."""
    out: list[str] = []
    _dump(node, out)
    return "".join(out)


def _dump(node: object, out: list[str]) -> None:
    if isinstance(node, ast.Constant):
        out.append(f"{type(node.value).__name__}:{_constant(node.value)}")
    elif isinstance(node, ast.AST):
        out.append(f"{type(node).__name__}(")
        for name in sorted(node._fields):
            value = getattr(node, name, None)
            if name in _LEFT_OUT or value is None or value == []:
                continue
            if name == "body" and isinstance(node, _DOCUMENTED):
                value = without_docstring(value)
            elif name == "values" and isinstance(node, ast.JoinedStr):
                value = _merged(value)
            out.append(f"{name}=")
            _dump(value, out)
            out.append(",")
        out.append(")")
    elif isinstance(node, list):
        out.append("[")
        for each in node:
            _dump(each, out)
            out.append(",")
        out.append("]")
    else:
        out.append(ascii(node))  # a name; `ascii`, since what `repr` escapes depends on Python's Unicode tables


def _constant(value: object) -> str:
    # `hex`, since Python refuses to print integers of thousands of digits in decimal.
    return hex(value) if isinstance(value, int) else ascii(value)


def without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements of a body behind its docstring."""
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return body[1:]
    return body


def _merged(values: list[ast.expr]) -> list[ast.expr]:
    """Return the pieces of an f-string with neighbouring texts as one and no empty ones: versions differ in that."""
    merged: list[ast.expr] = []
    for value in values:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            if not value.value:
                continue
            before = merged[-1] if merged else None
            if isinstance(before, ast.Constant) and isinstance(before.value, str):
                merged[-1] = ast.Constant(before.value + value.value)
                continue
        merged.append(value)
    return merged


def digest(text: str) -> str:
    """Return the digest of a part."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass
class Module:
    """A file of `verify/`: its dotted name (`""` for `verify/__init__.py`), its path below `verify/`, and its tree.

    `root` is the package that the name is relative to: `verify`, or that of the proofs that come with deckforge.

    What its top level does is sorted out once: `bound` maps a name to the statements that bind it, `imported` to the
    absolute dotted name that an import makes it stand for, `stars` are the modules it imports everything from, `needs`
    all that it imports, and `effects` the statements that do more than bind a name.
    """

    name: str
    path: str
    tree: ast.Module
    root: str = PACKAGE
    bound: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    effects: list[ast.stmt] = field(default_factory=list)

    def __post_init__(self) -> None:
        for statement in without_docstring(self.tree.body):
            self._take(statement)

    @property
    def package(self) -> str:
        """The absolute dotted name that `from . import …` starts from."""
        whole = f"{self.root}.{self.name}" if self.name else self.root
        return whole if self.path.endswith("__init__.py") else whole.rpartition(".")[0]

    def _take(self, statement: ast.stmt) -> None:
        if isinstance(statement, _DEFINITIONS):
            self.bound.setdefault(statement.name, []).append(statement)
            return
        if isinstance(statement, _IMPORTS):
            self._take_import(statement)
            return
        names = set()
        for node in ast.walk(statement):  # `try: import a` and `if …: def f(): …` bind names as well
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            elif isinstance(node, _DEFINITIONS):
                names.add(node.name)
            elif isinstance(node, _IMPORTS):
                self._take_import(node)
        for name in names:
            self.bound.setdefault(name, []).append(statement)
        # `n = 3` matters to whoever uses n; `torch.backends.x = True`, `if …:` and `_ = seed(0)` matter to everybody.
        if "_" in names or not _plain(statement):
            self.effects.append(statement)

    def _take_import(self, statement: ast.Import | ast.ImportFrom) -> None:
        for name, dotted, needed in imported_names(statement, self.package):
            self.needs.append(needed)
            if name == "*":
                self.stars.append(dotted)
            else:
                self.imported[name] = dotted


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)


def _plain(statement: ast.stmt) -> bool:
    """Tell whether a statement only gives names their values."""
    if isinstance(statement, ast.Assign):
        return all(_only_names(target) for target in statement.targets)
    return isinstance(statement, (ast.AnnAssign, ast.AugAssign)) and isinstance(statement.target, ast.Name)


def _only_names(target: ast.expr) -> bool:
    if isinstance(target, (ast.Tuple, ast.List)):
        return all(_only_names(each) for each in target.elts)
    return isinstance(target, ast.Name)


def imported_names(statement: ast.Import | ast.ImportFrom, package: str) -> Iterator[tuple[str, str, str]]:
    """Yield for each name that an import binds: the name, the dotted name it stands for, and what has to be loaded."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            first = alias.name.split(".")[0]  # `import a.b` binds `a`; `import a.b as c` binds `a.b`
            yield (alias.asname, alias.name, alias.name) if alias.asname else (first, first, alias.name)
        return
    module = statement.module or ""
    if statement.level:
        parts = package.split(".")
        base = ".".join(parts[: len(parts) - statement.level + 1])
        module = f"{base}.{module}" if base and module else base or module
    for alias in statement.names:
        dotted = module if alias.name == "*" else f"{module}.{alias.name}"
        yield alias.asname or alias.name, dotted, dotted


def _references(node: ast.AST) -> Iterator[tuple[str, ...]]:
    """Yield the names in a tree with the attributes taken of them: `("attention", "naive")` for `attention.naive()`."""
    chain: list[str] = []
    inner = node
    while isinstance(inner, ast.Attribute):
        chain.insert(0, inner.attr)
        inner = inner.value
    if isinstance(inner, ast.Name):
        yield (inner.id, *chain)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
        yield (node.value,)  # an annotation in quotes, or `globals()["name"]`
        return
    for child in ast.iter_child_nodes(node):
        yield from _references(child)


class _Walk:
    """One walk from a function through all that it reaches; `parts` grows on the way."""

    def __init__(self, modules: Mapping[str, Module]) -> None:
        self.modules = modules
        self.root = next((module.root for module in modules.values()), PACKAGE)
        self.parts: dict[str, str] = {}
        self.seen: set[tuple[str, ...]] = set()

    def resolve(self, dotted: str) -> tuple[Module | None, tuple[str, ...]]:
        """Return the file of `verify/` that a dotted name leads to, and the names that are left to look up in it."""
        if dotted != self.root and not dotted.startswith(f"{self.root}."):
            return None, ()
        rest = dotted.split(".")[self.root.count(".") + 1 :]
        module, name = self.modules.get(""), ""
        while rest:
            below = f"{name}.{rest[0]}" if name else rest[0]
            package = any(known == below or known.startswith(f"{below}.") for known in self.modules)
            if not package or (module is not None and rest[0] in module.bound):
                break
            module, name, rest = self.modules.get(below), below, rest[1:]
        return module, tuple(rest)

    def load(self, module: Module) -> None:
        """Take in what a file does when it is imported, with the packages above it and the files that it imports."""
        part = f"{module.path}::{IMPORT_TIME}"
        if part in self.parts:
            return
        self.parts[part] = digest("".join(dump(statement) for statement in module.effects))
        names = module.name.split(".")
        for count in range(len(names)):
            if above := self.modules.get(".".join(names[:count])):
                self.load(above)
        for dotted in module.needs:
            needed, _ = self.resolve(dotted)
            if needed:
                self.load(needed)
        for statement in module.effects:
            self.follow(module, statement)

    def name(self, module: Module, name: str, rest: tuple[str, ...] = ()) -> None:
        """Take in a module-level name of a file, and all that it reaches; any other name is of no interest."""
        key = (module.path, name, *rest)
        if key in self.seen:
            return
        self.seen.add(key)
        statements = [_undecorated(module, statement) for statement in module.bound.get(name, [])]
        dotted = module.imported.get(name) or (None if statements else self.starred(module, name, {module.name}))
        if not statements and not dotted:
            return
        part = f"{module.path}::{name}"
        if part not in self.parts:
            self.parts[part] = digest("".join([*map(dump, statements), f"import {dotted}" if dotted else ""]))
            for statement in statements:
                self.follow(module, statement)
        if dotted:
            self.target(".".join((dotted, *rest)))

    def starred(self, module: Module, name: str, seen: set[str]) -> str | None:
        """Return the dotted name that `from … import *` makes of a name, if it does."""
        for star in reversed(module.stars):
            found, rest = self.resolve(star)
            if found is None or rest or found.name in seen:
                continue
            seen.add(found.name)
            if name in found.bound or name in found.imported:
                return f"{star}.{name}"
            if further := self.starred(found, name, seen):
                return further
        return None

    def target(self, dotted: str) -> None:
        """Take in what a dotted name means: a name of a file of ours, or the whole file."""
        module, rest = self.resolve(dotted)
        if module is None:
            return
        self.load(module)
        for name in rest[:1] or (*module.bound, *module.imported):
            self.name(module, name, rest[1:])

    def follow(self, module: Module, node: ast.AST) -> None:
        """Take in every module-level name that a tree mentions, and what it imports by itself."""
        for first, *rest in _references(node):
            self.name(module, first, tuple(rest))
        for each in ast.walk(node):
            if isinstance(each, _IMPORTS):
                for _, _, needed in imported_names(each, module.package):
                    self.target(needed)


def _undecorated(module: Module, statement: ast.stmt) -> ast.stmt:
    """Return a function without its `@proof`, which says how to run it and not what it measures."""
    if not isinstance(statement, ast.FunctionDef):
        return statement
    kept = [each for each in statement.decorator_list if not is_proof(module, each)]
    if len(kept) == len(statement.decorator_list):
        return statement
    return ast.FunctionDef(**{**dict(ast.iter_fields(statement)), "decorator_list": kept})


def is_proof(module: Module, decorator: ast.expr) -> bool:
    """Tell whether a decorator is deckforge's `proof`, whatever the file calls it."""
    inner = decorator.func if isinstance(decorator, ast.Call) else decorator
    dotted = next(_references(inner), ("",))
    return ".".join((module.imported.get(dotted[0], ""), *dotted[1:])) == "deckforge.proof.proof"


def fingerprint(modules: Mapping[str, Module], module: str, function: str) -> tuple[str, dict[str, str]]:
    """Return a function's fingerprint and the digests of its parts by name (`attention.py::naive`), sorted.

    `modules` are the files of `verify/` by dotted name (`""` is `verify/__init__.py`); `module` is one of them.
    """
    walk = _Walk(modules)
    walk.load(modules[module])
    walk.name(modules[module], function)
    nothing = digest("")
    parts = {name: walk.parts[name] for name in sorted(walk.parts) if walk.parts[name] != nothing}
    return digest_of(parts), parts


def of_program(modules: Mapping[str, Module], module: Module, name: str, noted: str) -> tuple[str, dict[str, str]]:
    """Return the fingerprint and parts of a whole module that is executed as it stands: itself, and what it reaches.

    `noted` says which of its lines are looked at.
    """
    walk = _Walk(modules)
    walk.load(module)
    walk.follow(module, module.tree)
    nothing, own = digest(""), f"{module.path}::"
    parts = {part: value for part, value in walk.parts.items() if value != nothing and not part.startswith(own)}
    parts[own + name] = digest(dump(module.tree) + noted)
    parts = dict(sorted(parts.items()))
    return digest_of(parts), parts


def digest_of(parts: Mapping[str, str]) -> str:
    """Return the fingerprint that some parts make."""
    text = "\n".join(f"{name} {value}" for name, value in sorted(parts.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
