"""When a measurement is still one of the proof that stands in the file: a table of edits, and every Python at hand."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deckforge.read import fingerprint as fingerprints
from deckforge.read.fingerprint import Module, digest_of, dump, fingerprint

BASE = {
    "attention.py": '''
"""Attention."""

from __future__ import annotations

import torch
from deckforge.proof import proof

from . import setup
from .shapes import heads as h
import verify.tools.timing

SCALE = 0.5
UNUSED = 3


def naive(q):
    """Plain attention."""
    return q * SCALE


def unrelated():
    return UNUSED


@proof(timeout=5)
def memory(n: int = 1024) -> dict[str, float]:
    """Bytes that attention keeps."""
    return {"bytes": naive(n) + h(n) + verify.tools.timing.now(), "name": f"{n:>{4}} of"}
''',
    "setup.py": "import torch\n\ntorch.set_num_threads(1)\n\nSPARE = 1\n",
    "shapes.py": "def heads(n):\n    return n // WIDTH\n\nWIDTH = 64\n\ndef other():\n    return 0\n",
    "tools/__init__.py": "",
    "tools/timing.py": "def now():\n    return later()\n\ndef later():\n    return 0\n\ndef never():\n    return 1\n",
}


def modules(files: dict[str, str]) -> dict[str, Module]:
    """The files as modules, by dotted name."""
    read = {}
    for path, text in files.items():
        name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        read[name] = Module(name, path, ast.parse(text))
    return read


def parts(files: dict[str, str], name: str = "attention", function: str = "memory") -> dict[str, str]:
    return fingerprint(modules(files), name, function)[1]


def edited(path: str, old: str, new: str) -> dict[str, str]:
    assert old in BASE[path]
    return {**BASE, path: BASE[path].replace(old, new)}


def test_what_a_proof_reaches_is_named() -> None:
    assert sorted(parts(BASE)) == [
        "attention.py::SCALE", "attention.py::h", "attention.py::memory", "attention.py::naive",
        "attention.py::verify", "setup.py::<module>", "setup.py::torch", "shapes.py::WIDTH", "shapes.py::heads",
        "tools/timing.py::later", "tools/timing.py::now",
    ]  # fmt: skip


SAME = {
    "a comment": ("attention.py", "SCALE = 0.5", "SCALE = 0.5  # 1/sqrt(d)"),
    "formatting": ("attention.py", "return q * SCALE", "return (\n        q\n        * SCALE\n    )"),
    "quotes": ("attention.py", '"bytes"', "'bytes'"),
    "a docstring": ("attention.py", '"""Plain attention."""', '"""Attention as it is written down."""'),
    "the module's docstring": ("attention.py", '"""Attention."""', '"""Of attention."""'),
    "a constant that is not used": ("attention.py", "UNUSED = 3", "UNUSED = 4"),
    "another function": ("attention.py", "return UNUSED", "return -UNUSED"),
    "a new function": ("attention.py", "SCALE = 0.5", "SCALE = 0.5\n\ndef new(): return naive(1)\n"),
    "the proof's limits": ("attention.py", "@proof(timeout=5)", "@proof"),
    "the order of definitions": (
        "shapes.py",
        BASE["shapes.py"],
        "WIDTH = 64\n\ndef heads(n):\n    return n // WIDTH\n",
    ),
    "another import": ("attention.py", "import torch\n", "import torch\nimport math\n"),
    "a helper's other function": ("tools/timing.py", "return 1", "return 2"),
    "a name nobody takes from a module": ("setup.py", "SPARE = 1", "SPARE = 2"),
    "a number in other letters": ("shapes.py", "WIDTH = 64", "WIDTH = 0x40"),
}


@pytest.mark.parametrize(("path", "old", "new"), SAME.values(), ids=SAME)
def test_what_changes_only_the_looks_changes_nothing(path: str, old: str, new: str) -> None:
    assert parts(edited(path, old, new)) == parts(BASE)


CHANGED = {
    "the proof": ("attention.py", "+ h(n)", "- h(n)", "attention.py::memory"),
    "a type": ("attention.py", "n: int", "n: float", "attention.py::memory"),
    "a default": ("attention.py", "= 1024", "= 2048", "attention.py::memory"),
    "an f-string": ("attention.py", "{4}} of", "{5}} of", "attention.py::memory"),
    "a function it calls": ("attention.py", "q * SCALE", "q + SCALE", "attention.py::naive"),
    "a constant that one uses": ("attention.py", "SCALE = 0.5", "SCALE = 0.25", "attention.py::SCALE"),
    "an imported function": ("shapes.py", "n // WIDTH", "n % WIDTH", "shapes.py::heads"),
    "a constant of another file": ("shapes.py", "WIDTH = 64", "WIDTH = 32", "shapes.py::WIDTH"),
    "int or float": ("shapes.py", "WIDTH = 64", "WIDTH = 64.0", "shapes.py::WIDTH"),
    "a function two files away": ("tools/timing.py", "return 0", "return 5", "tools/timing.py::later"),
    "what an import does": ("setup.py", "threads(1)", "threads(2)", "setup.py::<module>"),
    "what a package does": ("tools/__init__.py", "", "print(1)", "tools/__init__.py::<module>"),
    "a binding under a condition": ("attention.py", "UNUSED = 3", "if 1:\n    UNUSED = 3", "attention.py::<module>"),
    "a decorator of another kind": ("attention.py", "@proof(timeout=5)", "@twice\n@proof", "attention.py::memory"),
    "another thing under the same name": ("attention.py", "import heads as h", "import other as h", "attention.py::h"),
}


@pytest.mark.parametrize(("path", "old", "new", "part"), CHANGED.values(), ids=CHANGED)
def test_what_may_change_a_measurement_is_named(path: str, old: str, new: str, part: str) -> None:
    before, after = parts(BASE), parts(edited(path, old, new) if old else {**BASE, path: new})
    assert part in {name for name in {*before, *after} if before.get(name) != after.get(name)}
    assert digest_of(before) != digest_of(after)


REACH = {
    "through a module": ("from . import b\ndef f(): return b.g()", "b.py::g"),
    "through a module's other name": ("import verify.b as z\ndef f(): return z.g()", "b.py::g"),
    "through the package": ("import verify.b\ndef f(): return verify.b.g()", "b.py::g"),
    "through a star": ("from .b import *\ndef f(): return g()", "b.py::g"),
    "through two stars": ("from .c import *\ndef f(): return g()", "b.py::g"),
    "through a name passed on": ("from .d import again\ndef f(): return again()", "b.py::g"),
    "from inside the function": ("def f():\n    from verify.b import g\n    return g()", "b.py::g"),
    "the module itself, inside": ("def f():\n    from . import b\n    return b.g()", "b.py::g"),
    "as a value": ("from . import b\ndef f(): return call(b)", "b.py::g"),
    "as a default": ("from .b import g\ndef f(x=g()): return x", "b.py::g"),
    "through a class": ("from .b import g\nclass A:\n    def m(self): return g()\ndef f(): return A().m()", "b.py::g"),
    "under a condition": ("try:\n    from .b import g\nexcept ImportError:\n    pass\ndef f(): return g()", "b.py::g"),
    "by its name in quotes": ("from .b import g\ndef f(): return globals()['g']()", "b.py::g"),
    "in a circle": ("from .e import back\ndef f(): return back()", "a.py::f"),
}


@pytest.mark.parametrize(("text", "part"), REACH.values(), ids=REACH)
def test_whatever_the_way_to_another_file(text: str, part: str) -> None:
    files = {
        "a.py": text,
        "b.py": "def g(): return 1\n",
        "c.py": "from .b import *\n",
        "d.py": "from .b import g as again\n",
        "e.py": "from .a import f\ndef back(): return f\n",
    }
    found = parts(files, "a", "f")
    assert part in found
    if part == "b.py::g":
        assert parts({**files, "b.py": "def g(): return 2\n"}, "a", "f")[part] != found[part]


def test_two_names_that_change_places_are_a_change() -> None:
    files = {"a.py": "from .b import g as x, h as y\ndef f(): return x() - y()", "b.py": "def g(): ...\ndef h(): ..."}
    swapped = {**files, "a.py": files["a.py"].replace("g as x, h as y", "h as x, g as y")}
    assert fingerprint(modules(files), "a", "f") != fingerprint(modules(swapped), "a", "f")


def test_a_file_named_like_a_standard_module_is_ours_only_by_a_relative_import() -> None:
    files = {"a.py": "import random\ndef f(): return random.random()", "random.py": "def random(): ..."}
    assert list(parts(files, "a", "f")) == ["a.py::f", "a.py::random"]
    ours = {**files, "a.py": "from . import random\ndef f(): return random.random()"}
    assert "random.py::random" in parts(ours, "a", "f")


PYTHONS = sorted(
    {*Path.home().glob(".pyenv/versions/3.1[0-9].*/bin/python")}
    | {Path(found) for minor in range(10, 15) if "shims" not in (found := shutil.which(f"python3.{minor}") or "shims")}
)
SCRIPT = """
import ast, importlib.util, json, sys, warnings
warnings.simplefilter("ignore")
sys.setrecursionlimit(10000)
spec = importlib.util.spec_from_file_location("fingerprint", sys.argv[1])
module = importlib.util.module_from_spec(spec)
sys.modules["fingerprint"] = module
spec.loader.exec_module(module)
out = {}
for path in json.load(sys.stdin):
    tree = ast.parse(open(path, encoding="utf-8").read())
    out[path] = [module.digest(module.dump(tree)), len(module.Module("x", "x.py", tree).effects)]
print(json.dumps(out))
"""


@pytest.mark.parametrize("python", PYTHONS, ids=str)
def test_every_python_gives_the_same_digests(python: Path, tmp_path: Path) -> None:
    """All of this package, the tests, and syntax on which versions differ: f-strings, comments, `match`."""
    root = Path(__file__).parents[2]
    odd = tmp_path / "odd.py"
    odd.write_text(
        'x = 3\ns = f"a{x!r:>{x}}b" "c" f"" f"{x=}" u"d"\n'
        't = f"{x:%Y-%m}{{}}" f"{f\'{x}\'}"\nb = b"\\xff"\nn = 0xffff\n'
        "c = 1j\ne = ...\nz = 1e400\nd = x[1:2, ::3]\n"
        'p = "\\U0001fae8\\u0378"\nmatch x:\n    case {"a": 1, **r} if r: pass\n    case [1, *_] | None: pass\n'
        "with (open(p) as g, open(p) as h): pass\nasync def f(a, /, b: int = 1, *c, d=2, **k) -> None:\n"
        "    [i async for i in a]\n@f\nclass A(B, metaclass=C): x: int = 1\nlambda: (yield)\n"
        "big = 1" + "0" * 4000 + "\n",
        encoding="utf-8",
    )
    paths = [
        str(odd),
        *map(str, sorted((root / "src").rglob("*.py"))),
        *map(str, sorted((root / "tests").rglob("*.py"))),
    ]
    # What only newer versions can parse is no file of proofs for the older ones.
    paths = [path for path in paths if "except*" not in Path(path).read_text(encoding="utf-8")]
    here, there = (
        json.loads(
            subprocess.run(
                [executable, "-c", SCRIPT, fingerprints.__file__],
                input=json.dumps(paths), capture_output=True, text=True, check=True,
            ).stdout
        )
        for executable in (sys.executable, str(python))
    )  # fmt: skip
    assert there == here


def test_the_dump_forgets_only_what_has_no_meaning() -> None:
    assert dump(ast.parse("x = 'a'")) == dump(ast.parse("x = u'a'  # text"))
    assert dump(ast.parse("x = 1")) != dump(ast.parse("x = True"))
    assert dump(ast.parse("x = 'a'")) != dump(ast.parse("x = b'a'"))
    assert dump(ast.parse("'text'\nx = 1")) != dump(ast.parse("x = 1\n'text'")), "only the first text is a docstring"
