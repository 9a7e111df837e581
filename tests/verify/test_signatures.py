"""What is known of proofs before anything runs: read from syntax trees, with every mistake at its place."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from deckforge.model.claims import Parameter
from deckforge.project import Project
from deckforge.proof import bytes_of
from deckforge.read.proofs import signatures, sources

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "from deckforge.proof import proof\n\n"


def read(folder: Path, files: dict[str, str | bytes]):
    """Write files into `verify/` and return the proofs and the diagnostics as (code, source text, message)."""
    project = Project(folder)
    for name, content in files.items():
        path = project.verify / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else textwrap.dedent(content).encode())
    found = signatures(project)
    texts = sources(project)
    wrong = [
        (diagnostic.code.id, texts[diagnostic.span.path].text(diagnostic.span), diagnostic.message)
        for diagnostic in found.diagnostics
    ]
    return found.value, wrong


def one(folder: Path, body: str):
    """Read one file `sums.py` that imports `proof`; return its proofs and the (code, source text) of what is wrong."""
    proofs, wrong = read(folder, {"sums.py": HEAD + textwrap.dedent(body)})
    return proofs, [(code, text) for code, text, _ in wrong]


def test_a_proof_is_known_without_being_run(tmp_path: Path) -> None:
    proofs, wrong = one(
        tmp_path,
        '''
        raise SystemExit("nothing imports this file")

        @proof(device="cuda", timeout=60, memory="4GB")
        def chain(w2: float, depth: int = 2 * 25, *, name: "str" = "relu", on: bool = True) -> dict[str, float]:
            """The slope of a small
            network.

            Outputs: loss, dw2
            """
            if on:
                return dict(loss=0.0, dw2=1.0)
            return {"loss": w2, "dw2": depth}
        ''',
    )
    assert wrong == []
    (found,) = proofs.values()
    assert found.qualified == "sums.chain"
    assert found.parameters == (
        Parameter("w2", "float", None),
        Parameter("depth", "int", "2 * 25"),
        Parameter("name", "str", '"relu"'),
        Parameter("on", "bool", "True"),
    )
    assert found.outputs == ("loss", "dw2")
    assert (found.device, found.timeout, found.memory) == ("cuda", 60.0, 4 * 10**9)
    assert found.summary == "The slope of a small network."
    assert found.doc.splitlines()[-1] == "Outputs: loss, dw2"
    assert (Project(tmp_path).root / found.span.path).read_bytes()[found.span.start : found.span.end] == b"chain"


@pytest.mark.parametrize(
    ("imported", "decorator"),
    [
        ("from deckforge.proof import proof", "@proof"),
        ("from deckforge.proof import proof as shown", "@shown()"),
        ("from deckforge import proof", "@proof.proof"),
        ("import deckforge.proof", "@deckforge.proof.proof"),
        ("import deckforge.proof as p", "@p.proof(timeout=1)"),
        ("try:\n    from deckforge.proof import proof\nexcept ImportError:\n    raise", "@proof"),
    ],
)
def test_whatever_the_decorator_is_called(tmp_path: Path, imported: str, decorator: str) -> None:
    proofs, wrong = read(
        tmp_path, {"a.py": f'{imported}\n\n{decorator}\ndef f() -> dict:\n    """Doc."""\n    return {{"x": 1}}\n'}
    )
    assert list(proofs) == ["a.f"]
    assert wrong == []


def test_another_decorator_of_that_name_makes_no_proof(tmp_path: Path) -> None:
    proofs, wrong = read(tmp_path, {"a.py": "from theorems import proof\n\n@proof\ndef f(*x): return x\n"})
    assert (proofs, wrong) == ({}, [])


def test_modules_are_named_from_verify_and_helpers_hold_no_proofs(tmp_path: Path) -> None:
    body = HEAD + '@proof\ndef f() -> dict:\n    """Doc."""\n    return {"x": 1}\n'
    proofs, wrong = read(
        tmp_path,
        {"random.py": body, "training/memory.py": body, "training/__init__.py": body, "_tools.py": body,
         "_more/a.py": body, ".hidden/a.py": body, "__init__.py": body},
    )  # fmt: skip
    assert list(proofs) == ["random.f", "training.f", "training.memory.f"]
    assert [code for code, *_ in wrong] == ["DF521"] * 3


def test_outputs_may_be_named_where_they_cannot_be_read(tmp_path: Path) -> None:
    proofs, wrong = one(
        tmp_path,
        '''
        @proof(outputs=("loss", "steps"))
        def f() -> dict[str, float]:
            """Doc."""
            result = measure()
            return result

        @proof(outputs=("loss",))
        def g() -> dict[str, float]:
            """Doc."""
            return {"lost": 1.0}
        ''',
    )
    assert proofs["sums.f"].outputs == ("loss", "steps")
    assert wrong == [("DF513", 'return {"lost": 1.0}')]


UNREADABLE = {
    "a variable": ("result = {'x': 1}\n    return result", "return result"),
    "a computed key": ("return {name: 1}", "return {name: 1}"),
    "another dict spread in": ("return {**others, 'x': 1}", "return {**others, 'x': 1}"),
    "positional dict": ("return dict(others, x=1)", "return dict(others, x=1)"),
    "nothing": ("pass", "f"),
    "one of two": ("if a:\n        return {'x': 1}\n    return other()", "return other()"),
    "only an inner function returns": ("def inner():\n        return {'x': 1}\n    inner()", "f"),
}


@pytest.mark.parametrize(("body", "place"), UNREADABLE.values(), ids=UNREADABLE)
def test_outputs_that_cannot_be_read(tmp_path: Path, body: str, place: str) -> None:
    proofs, wrong = one(tmp_path, f'@proof\ndef f():\n    """Doc."""\n    {body}\n')
    assert wrong == [("DF512", place)]
    assert "sums.f" in proofs, "the proof itself is known all the same"


MISTAKES = {
    "no type": ("def f(x=1)", [("DF514", "x")]),
    "a type that no text can be read as": ("def f(x: list[int])", [("DF514", "list[int]")]),
    "an optional": ("def f(x: int | None = None)", [("DF514", "int | None")]),
    "any arguments": ("def f(*xs: int)", [("DF515", "xs: int")]),
    "any names": ("def f(**named: int)", [("DF515", "named: int")]),
    "no name": ("def f(x: int, /)", [("DF515", "x: int")]),
}


@pytest.mark.parametrize(("line", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_parameters_that_a_claim_could_not_give(tmp_path: Path, line: str, expected: list[tuple[str, str]]) -> None:
    proofs, wrong = one(tmp_path, f'@proof\n{line}:\n    """Doc."""\n    return {{"y": 1}}\n')
    assert wrong == expected
    assert proofs["sums.f"].outputs == ("y",)


OPTIONS = {
    "an unknown device": ('device="gpu"', '"gpu"'),
    "a name for a literal": ("timeout=LIMIT", "LIMIT"),
    "no time": ("timeout=0", "0"),
    "no truth value either": ("timeout=True", "True"),
    "no amount": ('memory="much"', '"much"'),
    "an unknown option": ("seconds=3", "seconds=3"),
    "spread options": ("**limits", "**limits"),
    "no names": ("outputs=(1, 2)", "(1, 2)"),
    "text is no tuple of names": ('outputs="loss"', '"loss"'),
    "by position": ('"cuda"', '"cuda"'),
}


@pytest.mark.parametrize(("option", "place"), OPTIONS.values(), ids=OPTIONS)
def test_options_that_make_no_sense(tmp_path: Path, option: str, place: str) -> None:
    proofs, wrong = one(tmp_path, f'@proof({option})\ndef f():\n    """Doc."""\n    return {{"y": 1}}\n')
    assert wrong == [("DF517", place)]
    assert (proofs["sums.f"].device, proofs["sums.f"].timeout, proofs["sums.f"].memory) == ("cpu", None, None)


@pytest.mark.parametrize("size", ["4GB", "512 MiB", "2e9", "100 kB", "1.5 TB", "7B"])
def test_an_amount_of_memory_is_read_as_the_decorator_reads_it(tmp_path: Path, size: str) -> None:
    proofs, wrong = one(tmp_path, f'@proof(memory="{size}")\ndef f():\n    """Doc."""\n    return {{"y": 1}}\n')
    assert wrong == []
    assert proofs["sums.f"].memory == bytes_of(size)


def test_data_that_is_declared_is_part_of_the_proof(tmp_path: Path) -> None:
    body = '''
    @proof(reads=("data/table.csv", "data/more"))
    def last() -> dict[str, float]:
        """The last line."""
        return {"loss": 1.0}
    '''
    data = {"data/table.csv": "1\n", "data/more/a.csv": "2\n", "data/more/deep/b.csv": "3\n"}
    read(tmp_path, data)
    proofs, wrong = one(tmp_path, body)
    assert not wrong
    before = proofs["sums.last"]
    assert before.reads == ("data/table.csv", "data/more")
    assert {"data/table.csv", "data/more"} < set(before.parts)
    for name in ("data/table.csv", "data/more/deep/b.csv"):
        read(tmp_path, {**data, name: "changed\n"})
        after = one(tmp_path, body)[0]["sums.last"]
        assert after.fingerprint != before.fingerprint
        assert [part for part in after.parts if after.parts[part] != before.parts[part]] == [
            name if name in after.parts else "data/more"
        ]
        read(tmp_path, data)
    assert one(tmp_path, body)[0]["sums.last"].fingerprint == before.fingerprint


@pytest.mark.parametrize(
    ("reads", "code"),
    [
        ('("data/none.csv",)', "DF524"),
        ('("../content/lesson.md",)', "DF517"),
        ('("/etc/passwd",)', "DF517"),
        ('"data"', "DF517"),
        ("()", "DF517"),
        ("(1,)", "DF517"),
    ],
)
def test_data_that_is_not_there_or_not_ours(tmp_path: Path, reads: str, code: str) -> None:
    _, wrong = one(tmp_path, f'@proof(reads={reads})\ndef last():\n    """It."""\n    return {{"loss": 1.0}}\n')
    assert [each for each, _ in wrong] == [code]


def test_a_link_that_leads_out_of_the_folder_is_no_data(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "verify").mkdir()
    (tmp_path / "verify" / "link").symlink_to(tmp_path / "secret")
    _, wrong = one(tmp_path, '@proof(reads=("link",))\ndef last():\n    """It."""\n    return {"loss": 1.0}\n')
    assert [code for code, _ in wrong] == ["DF524"]


def test_ten_mistakes_of_one_file_are_ten_diagnostics(tmp_path: Path) -> None:
    proofs, wrong = one(
        tmp_path,
        '''
        @proof
        def a(x) -> dict:
            return {"y": 1, "y": 2}

        @proof
        def a(x: int) -> dict:
            """Again."""
            return {"y": 1}

        class Attention:
            @proof
            def memory(self): ...

        @proof
        async def later(): ...

        @proof(device="tpu")
        def b(*xs: int) -> dict:
            """Doc."""
            if xs:
                return {"dL/dw": 1}
            return {"other": 2}
        ''',
    )
    assert sorted(wrong) == [
        ("DF513", 'return {"other": 2}'), ("DF514", "x"), ("DF515", "xs: int"), ("DF516", "a"), ("DF517", '"tpu"'),
        ("DF518", "a"), ("DF519", "proof"), ("DF519", "proof"), ("DF522", 'return {"dL/dw": 1}'),
        ("DF522", 'return {"y": 1, "y": 2}'),
    ]  # fmt: skip
    assert set(proofs) == {"sums.a", "sums.b"}


def test_a_broken_file_leaves_the_others_readable(tmp_path: Path) -> None:
    proofs, wrong = read(
        tmp_path,
        {
            "broken.py": "é = 'ü'; x = = 3\n",
            "nul.py": b"x = 1\x00\n",
            "latin.py": "# é\n".encode("latin-1"),
            "good.py": HEAD + '@proof\ndef f():\n    """Doc."""\n    return {"y": 1}\n',
            "deep.py": "x = " + "(" * 500 + ")" * 500,
        },
    )
    assert list(proofs) == ["good.f"]
    assert [code for code, *_ in wrong] == ["DF511"] * 4
    assert wrong[0][1] == "="


def test_a_file_whose_name_no_claim_can_write(tmp_path: Path) -> None:
    body = HEAD + '@proof\ndef f():\n    """Doc."""\n    return {"y": 1}\n'
    proofs, wrong = read(tmp_path, {"mixed-precision.py": body, "a.py": body, "a/__init__.py": body})
    assert set(proofs) == {"a.f"}
    assert sorted(code for code, *_ in wrong) == ["DF520", "DF520"]


def test_places_behind_a_byte_order_mark_and_wide_characters(tmp_path: Path) -> None:
    lines = (
        "\ufefffrom deckforge.proof import proof",
        'π = "∂"',
        "@proof",
        "def f(Δ=π):",
        '    """Doc."""',
        '    return {"y": 1}',
        "",
    )
    _, wrong = read(tmp_path, {"a.py": "\r\n".join(lines).encode()})
    assert [(code, place) for code, place, _ in wrong] == [("DF514", "Δ")]


def test_without_a_folder_there_are_no_proofs(tmp_path: Path) -> None:
    assert signatures(Project(tmp_path)).value == {}
