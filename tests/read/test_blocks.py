"""Python in lessons, read without running it: what its comments state, and what is wrong with a block, at its place."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from deckforge.model import blocks
from tests.example import Example, places

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "---\nid: sums\ntitle: Sums\n---\n\n# Sums\n\n"


def lesson(folder: Path, text: str) -> Example:
    return Example(folder, {"content/sums.md": HEADER + text})


@pytest.mark.parametrize(
    ("line", "stated"),
    [
        ("print(x)  # 0.8", ["0.8"]),
        ("print(x)  # = 0.8", ["0.8"]),
        ("print(x)  # =0.8", ["0.8"]),
        ("print(x)  # -> 0.8", ["0.8"]),
        ("print(x)  # → 0.8", ["0.8"]),
        ("print(x)  #> 0.8", ["0.8"]),
        ("print(x)  # 0.8 (as by hand)", ["0.8"]),
        ("print(x)  # 0.8; so it grows", ["0.8"]),
        ("print(x)  # ~0.8", ["~0.8"]),
        ("print(x)  # = ≈ 0.8", ["≈ 0.8"]),
        ("print(x)  # −1.2×10⁻⁷", ["−1.2×10⁻⁷"]),
        ("print(x)  # 2–4", ["2–4"]),
        ("print(x)  # ≥ 5", ["≥ 5"]),
        ("print(x)  # 75 %", ["75"]),
        ("print(x)  # 8 GB", ["8"]),  # a word for the reader: the line comes to 8
        ("print(x)  # 1.5M parameters", ["1.5M"]),
        ("print(x)  # 250 steps", ["250"]),
        ("print(x)  # True", ["True"]),
        ("print(x, y)  # 0.5 0.25", ["0.5", "0.25"]),
        ("print(x, y)  # 0.5, 0.25", ["0.5", "0.25"]),
        ("print(x.shape)  # [2, 3]", ["2", "3"]),
        ("print(x.shape)  # (2, 3)", ["2", "3"]),
        ("x * 2  # 0.8", ["0.8"]),
        ("y = x * 2  # 0.8", ["0.8"]),
        ("y: float = x * 2  # 0.8", ["0.8"]),
        ("x[0] = x[1] * 2  # 0.8", ["0.8"]),
        ("for i in range(3): print(i)  # 0 1 2", ["0", "1", "2"]),
        ("print(\n    x,\n)  # 0.8", ["0.8"]),
        # Prose, and lines that come to nothing that could be another than they say.
        ("print(x)  # 0.8 is what we had, and 0.9 is what we get", []),
        ("print(x)  # step 9", []),
        ("print(x)  # about right", []),
        ("print(x)  # float32", []),
        ("print(x)  # 16 heads of 64 dimensions each", []),
        ("print(x)  # 2024-05-01", []),
        ("print(x)  # TODO", []),
        ("print(x)", []),
        ("lr = 0.1  # 0.2", []),
        ("print('done')  # 3", []),
        ("import math  # 3", []),
        ("x += 1  # 3", []),
        ("print(*x)  # 3", []),
        ("for i in range(3):  # 3\n    pass", []),
        ("def f():  # 3\n    return 4  # 4", []),
        ("# 0.8", []),
        ("s = '# 0.8'", []),
        ("s = f(\n    a,  # 3\n    b)", []),
    ],
)
def test_what_a_comment_states(line: str, stated: list[str]) -> None:
    found = list(blocks.notes(line, ast.parse(line)))
    assert [value.text for _, values in found for value in values] == stated
    lines = line.split("\n")
    for number, values in found:
        assert all(lines[number - 1][value.start : value.end] == value.text for value in values)


def test_a_comment_is_a_claim_at_its_place(tmp_path: Path) -> None:
    example = lesson(tmp_path, "- In a list\n\n  ```python run\n  é = 3.0\n  print(é * 2)  # = 6.0\n  ```\n")
    result = example.check()
    assert places(result) == []
    (claim,) = result.course.all_claims()
    assert (claim.text, claim.reference, claim.proof) == ("6.0", "this.run-1.value_1", "lesson.sums.run-1")
    assert claim.context == "print(é * 2)  # = 6.0"
    source = result.course.sources["content/sums.md"]
    position = source.position(claim.text_span.start)
    assert (position.line, position.column, source.text(claim.text_span)) == (12, 21, "6.0")


def test_a_claim_of_the_header_on_the_same_number_comes_first(tmp_path: Path) -> None:
    header = 'claims:\n  - {text: "# 6.0", value: "6.0", proof: sums.double.value, with: {x: 3}}\n'
    text = "```python run\nx = 3.0\nprint(x * 2)  # 6.0\n```\n"
    example = Example(tmp_path, {"content/sums.md": HEADER.replace("---\n\n", f"{header}---\n\n") + text})
    assert [claim.reference for claim in example.check().course.all_claims()] == ["sums.double.value?x=3"]


def test_a_block_of_a_yaml_lesson(tmp_path: Path) -> None:
    text = """\
        id: sums
        title: Sums
        content:
          - prose: |
              # Sums

              Ten halvings leave [0.00098](claim:this.halve.product?depth=10).

              ```python proof=halve
              def halve(depth: int = 5) -> dict[str, float]:
                  \"\"\"What is left, a ratio.\"\"\"
                  return {"product": 0.5**depth}
              ```

              ```python run
              x = 0.5**2
              print(x)  # 0.25
              print(x
              ```
        """
    result = Example(tmp_path, {"content/sums.yaml": text}).check()
    assert places(result) == ["content/sums.yaml:18:12 DF542 block-syntax"]
    signature = result.course.proofs["lesson.sums.halve"]
    source = result.course.sources["content/sums.yaml"]
    assert source.text(signature.span) == "halve"
    assert signature.outputs == ("product",)


@pytest.mark.parametrize(
    ("block", "place"),
    [
        ("```bash run\nls\n```", "8:1 DF541 block-language"),
        ("``` run\nls\n```", ""),  # a fence without a language has `run` for one
        ("```json proof=x\n{}\n```", "8:1 DF541 block-language"),
        ("```python run\nx = (1\n```", "9:5 DF542 block-syntax"),
        ("```python run\n>>> 1 + 1\n2\n```", "9:1 DF542 block-syntax"),
        ("```python run\nreturn 3\n```", "9:1 DF542 block-syntax"),
        ("```python run timout=5\n```", "8:1 DF543 block-option"),
        ("```python run timeout=soon\n```", "8:1 DF543 block-option"),
        ("```python run timeout=0\n```", "8:1 DF543 block-option"),
        ("```python run run=a\n```", "8:1 DF543 block-option"),
        ("```python run=../a\n```", "8:1 DF543 block-option"),
        ("```python run proof=f\ndef f(): ...\n```", "8:1 DF543 block-option"),
        ("```python proof\n```", "8:1 DF543 block-option"),
        ("```python proof=2x\n```", "8:1 DF543 block-option"),
        ("```python proof=f timeout=5\ndef f(): ...\n```", "8:1 DF543 block-option"),
        ("```python proof=f\nf = 3\n```", "8:1 DF544 proof-block-without-function"),
        ("```python proof=f\ndef f(x):\n    '''A.'''\n    return {'y': x}\n```", "9:7 DF514 proof-parameter-type"),
        ("```python proof=f\ndef f():\n    '''A.'''\n    return 3\n```", "11:5 DF512 proof-outputs-unreadable"),
        ("```python proof=f\ndef f():\n    return {'y': 3}\n```", "9:5 DF516 proof-undocumented"),
        ("```python proof=f\nasync def f(): ...\n```", "9:1 DF519 proof-not-at-top-level"),
        ("```python\nx = (1\n```", ""),
        ("```python hl_lines=3\nrunning = 1\n```", ""),
        ("```python title=run.py\nx = (1\n```", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_block(tmp_path: Path, block: str, place: str) -> None:
    result = lesson(tmp_path, block + "\n").check()
    assert places(result) == ([f"content/sums.md:{place}"] if place else [])


def test_a_proof_is_defined_once(tmp_path: Path) -> None:
    block = "```python proof=f\ndef f():\n    '''A.'''\n    return {'y': 3}\n```\n\n"
    assert places(lesson(tmp_path, block + block).check()) == ["content/sums.md:9:5 DF518 duplicate-proof"]


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("this.f.y", ""),
        ("lesson.sums.f.y", ""),
        ("this.f.z", "DF503 unknown-output"),
        ("this.f.y?x=1", "DF504 unknown-argument"),
        ("this.g.y", "DF502 unknown-proof"),
        ("this.broken.y", ""),  # what is wrong with it is said of its block
        ("this.f", "DF509 incomplete-claim-target"),
        ("this", "DF509 incomplete-claim-target"),
        ("lesson.sum.f.y", "DF501 unknown-proof-module"),
    ],
)
def test_claims_of_a_lesson_s_own_proofs(tmp_path: Path, target: str, code: str) -> None:
    block = "```python proof=f\ndef f():\n    '''A.'''\n    return {'y': 3}\n```\n"
    broken = "```python proof=broken\ndef broken(:\n```\n"
    result = lesson(tmp_path, f"Three is [3](claim:{target}).\n\n{block}\n{broken}").check()
    found = [each.partition(" ")[2] for each in places(result)]
    assert found == [code] * bool(code) + ["DF542 block-syntax"]


def test_the_names_of_lessons_are_taken(tmp_path: Path) -> None:
    example = lesson(tmp_path, "Text.\n").write({"verify/lesson.py": "", "verify/this/one.py": ""})
    assert places(example.check()) == [
        "verify/lesson.py:1:1 DF523 proof-file-reserved",
        "verify/this/one.py:1:1 DF523 proof-file-reserved",
    ]


def test_fingerprints_ignore_looks_and_see_what_is_reached(tmp_path: Path) -> None:
    helper = "def twice(x: float) -> float:\n    return 2 * x\n"
    text = """\
```python proof=f
from .helper import twice
def f():
    '''A.'''
    return {'y': twice(3)}
```

```python run
from verify.helper import twice
print(twice(2) * 1.0)  # 4.0
```
"""

    def fingerprints(text: str, helper: str) -> dict[str, str]:
        result = lesson(tmp_path, text).write({"verify/helper.py": helper}).check()
        assert places(result) == []
        return {name: each.fingerprint for name, each in result.course.proofs.items() if name.startswith("lesson.")}

    before = fingerprints(text, helper)
    looks = text.replace("def f", "# a comment\n\n\ndef f").replace("# 4.0", "# = 4.1 (hm)").replace("2) * 1", "2)*1")
    assert fingerprints(f"A line above.\n\n{looks}", helper) == before
    changed = fingerprints(text, helper.replace("2 *", "3 *"))
    assert all(changed[name] != before[name] for name in before)
    other = fingerprints(text.replace("twice(2)", "twice(3)"), helper)
    assert [name for name in before if other[name] != before[name]] == ["lesson.sums.run-1"]
