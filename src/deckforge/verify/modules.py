"""The files of `verify/` as the package `verify`, wherever they lie, and without touching `sys.path`.

A course's proofs are files of its own with names of its own: `verify/random.py` must neither hide the standard
`random` nor be hidden by it. So `verify` becomes a package whose `__path__` is the course's folder. `from .naive import
attention`, `from verify import naive` and a package's `__init__.py` work as they do anywhere.

Python that stands in a lesson comes with the request for it, and is a module of the same package.

The server compiles what it has seen once; executing a module is left to the children.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import linecache
import sys
from typing import TYPE_CHECKING, Any

from deckforge import library
from deckforge.model import blocks
from deckforge.model.claims import PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import CodeType, ModuleType

PACKAGE = "verify"
_IN_LESSON = f"{PACKAGE}.{PREFIX}:"
"""What a lesson's module is imported as: no dot but one, so that `from .naive import attention` finds a file."""


def absolute(module: str) -> str:
    """Return what a proof's module is imported as: `backprop` is `verify.backprop`; the package's own are its own."""
    first, _, rest = module.partition(".")
    if first == PREFIX and rest:
        return f"{_IN_LESSON}{rest}"
    return f"{library.PACKAGE}.{rest}" if first == library.PREFIX and rest else f"{PACKAGE}.{module}"


def called(module: str) -> str:
    """Return the module of a claim's target, from what it is imported as: the way back of `absolute`."""
    if module.startswith(f"{library.PACKAGE}."):
        return f"{library.PREFIX}.{module.removeprefix(f'{library.PACKAGE}.')}"
    if module.startswith(_IN_LESSON):
        return f"{PREFIX}.{module.removeprefix(_IN_LESSON)}"
    return module.removeprefix(f"{PACKAGE}.")


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads a file from the code that was compiled before the fork; compiles it, writing nothing, where it is new."""

    compiled: dict[str, CodeType] = {}  # noqa: RUF012 - shared on purpose: one server, one set of files

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        if path not in self.compiled:
            self.compiled[path] = self.source_to_code(self.get_data(path), path)
        return self.compiled[path]


def install(folder: Path) -> None:
    """Make `import verify.…` find the files of `folder`; none of them is executed here."""
    inside = (str(folder), str(folder) + "/")

    def finder(path: str) -> importlib.machinery.FileFinder:
        if path != inside[0] and not path.startswith(inside[1]):
            raise ImportError(path)
        return importlib.machinery.FileFinder(path, (_Loader, [".py"]))

    sys.path_hooks.insert(0, finder)
    sys.meta_path.insert(0, _PackageFinder(folder))
    sys.modules.pop(PACKAGE, None)


class _Program(importlib.abc.Loader):
    """Loads Python that stands in a lesson; what tracebacks show of it are the lesson's own lines."""

    taken: dict[str, tuple[str, CodeType | str]] = {}  # noqa: RUF012 - shared on purpose, as above
    """By module: the lesson's file, and its code, or its text where that does not compile."""

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """Leave it to the machinery."""

    def exec_module(self, module: ModuleType) -> None:
        exec(code_of(module.__name__), module.__dict__)  # noqa: S102 - in a child, which is there for it


def code_of(module: str) -> CodeType:
    """Return the code of a lesson's module that the server took in.

    Raises:
        SyntaxError: it is no Python.
    """
    path, code = _Program.taken[module]
    return compile(code, path, "exec", dont_inherit=True) if isinstance(code, str) else code


def take(root: Path, module: str, program: Mapping[str, Any]) -> None:
    """Take in Python that stands in a lesson, before the fork; none of it is executed here."""
    path, text = str(root / program["file"]), str(program["text"])
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
    lines: Sequence[int] | None = program["notes"] and [line for line, _ in program["notes"]]
    try:
        tree = blocks.instrument(ast.parse(text), lines or ())
        _Program.taken[module] = path, compile(tree, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        _Program.taken[module] = path, text  # the child says what is wrong


class _PackageFinder:
    """Answers for the name `verify`, and for lessons; everything below it comes from its `__path__`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find_spec(
        self, fullname: str, path: object = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        if fullname in _Program.taken:
            return importlib.util.spec_from_loader(fullname, _Program(), origin=_Program.taken[fullname][0])
        if fullname != PACKAGE:
            return None
        init = self.folder / "__init__.py"
        if init.is_file():
            return importlib.util.spec_from_file_location(
                fullname, init, loader=_Loader(fullname, str(init)), submodule_search_locations=[str(self.folder)]
            )
        spec = importlib.machinery.ModuleSpec(fullname, None, is_package=True)
        spec.submodule_search_locations = [str(self.folder)]
        return spec


def compile_once(folder: Path, module: str) -> None:
    """Compile the file of a module (`verify.attention`) before the fork; what does not compile fails in the child."""
    path = folder.joinpath(*module.split(".")[1:]).with_suffix(".py")
    name = str(path)
    if name in _Loader.compiled or not path.is_file():
        return
    try:
        _Loader.compiled[name] = compile(path.read_bytes(), name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, OSError):
        return
