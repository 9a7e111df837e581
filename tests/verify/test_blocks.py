"""Lessons that run: blocks marked `run` must come to their end, and what their comments state must be so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deckforge.verify.notes import Notes
from tests.example import Example, places

if TYPE_CHECKING:
    from pathlib import Path

    from deckforge.pipeline import Result

HEADER = "---\nid: sums\ntitle: Sums\n---\n\n# Sums\n\n"


def lesson(folder: Path, text: str) -> Example:
    return Example(folder, {"content/sums.md": HEADER + text})


def verdicts(result: Result) -> list[tuple[str, str, str]]:
    """Written value, verdict and measured value of every claim, in the order of the lesson."""
    assert result.verification is not None
    found = [result.verification.verdicts[claim] for claim in result.course.all_claims()]
    return [(each.claim.text, each.status.value, each.measured) for each in found]


def messages(result: Result) -> list[str]:
    """What is said, without the notes."""
    return [each.message for each in result.diagnostics if each.severity.name != "NOTE"]


RUNS = """\
```python run
import torch

rate = 0.1 * (2048 / 256)  # = 0.8
print(rate * 3)  # 2.5
weights = torch.ones(2, 3)
print(weights.shape)  # 2, 3
print(f"sum {weights.sum():.1f}")  # 6.0
print(weights.mean() > 0.5)  # True
for number in range(3):
    print(number)  # 0 1 2
for number in range(3):
    same = 7 * 1  # 7
    other = number * 2  # 4
if rate > 1:
    print(rate)  # 3
print(weights)  # 1
print({})  # 1
print(float("nan"))  # 1
print("nothing here", end="!")  # words
```
"""


def test_what_lines_come_to_is_compared_with_their_comments(tmp_path: Path) -> None:
    result = lesson(tmp_path, RUNS).verify()
    assert verdicts(result) == [
        ("0.8", "proven", "0.8"),
        ("2.5", "refuted", "2.4"),
        ("2", "proven", "2"),
        ("3", "proven", "3"),
        ("6.0", "proven", "6.0"),
        ("True", "proven", "True"),
        ("0", "proven", "0"),
        ("1", "proven", "1"),
        ("2", "proven", "2"),
        ("7", "proven", "7"),
        ("4", "failed", ""),
        ("3", "failed", ""),
        ("1", "proven", "1"),  # six times the same number
        ("1", "failed", ""),
        ("1", "failed", ""),
    ]
    assert messages(result) == [
        "the line comes to 2.4; its comment says `2.5`, which allows [2.45, 2.55]",
        "`4` cannot be compared: the line comes to 0, 2, 4, and its comment states 1 value",
        "`3` cannot be compared: the line was never executed",
        "`1` cannot be compared: the line comes to a dict, which is no number",
        "`1` cannot be compared: the line comes to nan, which is no measurement",
    ]
    assert places(result)[0] == "content/sums.md:12:20 DF631 claim-refuted"
    assert result.verification is not None
    assert result.verification.blocks == (1, 1)


FAILS = """\
```python run
import math
def broken(x):
    return 1 / x
print(math.pi)  # 3.14
broken(0)
```

1. In a list

   ```python run
   from verify.helper import twice
   twice("a", "b")
   ```

```python run timeout=1
import time
time.sleep(60)
```

```python run
import os
os._exit(0)
```

```python run
raise SystemExit(3)
```

```python run
print(0.5 + 0.5)  # 1.0
```
"""


def test_a_block_that_fails_is_shown_at_its_line_and_the_others_stand(tmp_path: Path) -> None:
    example = lesson(tmp_path, FAILS).write({"verify/helper.py": "def twice(x): return 2 * x\n"})
    result = example.verify()
    assert places(result) == [
        "content/sums.md:11:5 DF641 code-block-failed",
        "content/sums.md:20:4 DF641 code-block-failed",
        "content/sums.md:23:1 DF641 code-block-failed",
        "content/sums.md:28:1 DF641 code-block-failed",
        "content/sums.md:34:1 DF641 code-block-failed",
    ]
    assert messages(result) == [
        "this code block fails: ZeroDivisionError: division by zero",
        "this code block fails: TypeError: twice() takes 1 positional argument but 2 were given",
        "this code block fails: ran longer than 1 s, and was stopped",
        "this code block fails: ended its own process (exit code 0) before it returned",
        "this code block fails: SystemExit: 3",
    ]
    assert verdicts(result) == [("3.14", "failed", ""), ("1.0", "proven", "1.0")]
    assert result.verification is not None
    assert result.verification.blocks == (1, 6)


def test_blocks_of_one_name_are_one_program_and_others_are_alone(tmp_path: Path) -> None:
    text = """\
```python run=chain
x = 3.0
```

Later in the same lesson:

```python run=chain
print(x * 2)  # 6.0
y = x / 0
```

```python run
print(x)  # 3.0
```
"""
    result = lesson(tmp_path, text).verify()
    assert places(result) == [
        "content/sums.md:16:1 DF641 code-block-failed",
        "content/sums.md:20:1 DF641 code-block-failed",
    ]
    assert messages(result)[1] == "this code block fails: NameError: name 'x' is not defined"
    sound = lesson(tmp_path, text.replace("y = x / 0\n", "").replace("print(x)", "print(3.0 * 1)")).verify()
    assert verdicts(sound) == [("6.0", "proven", "6.0"), ("3.0", "proven", "3.0")]
    assert sound.verification is not None
    assert sound.verification.blocks == (3, 3)


def test_what_is_known_is_not_run_again(tmp_path: Path) -> None:
    text = "```python run\nx = 1.5\nprint(x * 2)  # 3.0\n```\n\n```python run\nimport math\n```\n"
    example = lesson(tmp_path, text)

    def measured() -> int:
        verification = example.verify().verification
        assert verification is not None
        return verification.measured

    assert measured() == 2
    assert measured() == 0
    example.replace("content/sums.md", "# 3.0", "# = 3.1 (a comment is no part of the program)")
    result = example.verify()
    assert verdicts(result) == [("3.1", "refuted", "3.0")]
    assert result.verification is not None
    assert result.verification.measured == 0
    example.replace("content/sums.md", "x * 2", "x * 4")
    assert measured() == 1


def test_proofs_of_a_lesson(tmp_path: Path) -> None:
    text = """\
Ten halvings leave [0.00098](claim:this.halve.product?depth=10), five [0.4](claim:this.halve.product?depth=5).
In all it took [9](claim:this.loud.value).

```python proof=halve
from .sums import double

FACTOR = double(0.25)["value"]

def halve(depth: int = 5) -> dict[str, float]:
    \"\"\"What is left, a ratio.\"\"\"
    return {"product": FACTOR**depth}
```

```python proof=loud
from deckforge.proof import proof

@proof(timeout=20)
def loud() -> dict[str, float]:
    \"\"\"Nothing good.\"\"\"
    return {"value": halve(3)["product"] / 0}
```
"""
    other = "---\nid: other\ntitle: Other\n---\n\nTwo leave [0.25](claim:lesson.sums.halve.product?depth=2).\n"
    example = lesson(tmp_path, text).write({"content/other.md": other})
    result = example.verify()
    assert verdicts(result) == [
        ("0.25", "proven", "0.25"),
        ("0.00098", "proven", "0.0009766"),
        ("0.4", "refuted", "0.0312"),
        ("9", "failed", ""),
    ]
    assert [place for place in places(result) if "DF63" in place] == [
        "content/sums.md:8:72 DF631 claim-refuted",
        "content/sums.md:9:16 DF633 proof-failed",
    ]
    assert "ZeroDivisionError: float division by zero (content/sums.md:27)" in messages(result)[-1]
    assert result.course.proofs["lesson.sums.loud"].timeout == 20


def test_blocks_say_what_they_take_from_the_future(tmp_path: Path) -> None:
    def proof(name: str) -> str:
        head = f"```python proof={name}\nfrom __future__ import annotations\n\ndef {name}(x: float = 1.0) -> Later:\n"
        return f'{head}    """A."""\n    return {{"y": 2 * x}}\n```\n\n'

    text = f"Two is [2.0](claim:this.one.y) and [6.0](claim:this.two.y?x=3).\n\n{proof('one')}{proof('two')}"
    text += "```python run=a\nx = 1.5\n```\n\n"
    text += "```python run=a\nfrom __future__ import annotations; y: Z = x * 2  # 3.0\n```\n"
    assert verdicts(lesson(tmp_path, text).verify()) == [
        ("2.0", "proven", "2.0"),
        ("6.0", "proven", "6.0"),
        ("3.0", "proven", "3.0"),
    ]


def test_a_timing_in_a_lesson(tmp_path: Path) -> None:
    text = """\
As fast as itself: [~1x](claim:this.same.speedup "[0.01, 100]").

```python proof=same
from deckforge.proof import proof, speedup

@proof(processes=3, timeout=120)
def same() -> dict:
    \"\"\"The same function twice, a ratio.\"\"\"
    return {"speedup": speedup(lambda: sum(range(999)), lambda: sum(range(999)), rounds=8)}
```
"""
    found = verdicts(lesson(tmp_path, text).verify())
    assert [(shown, state) for shown, state, _ in found] == [("~1x", "proven")]


def test_a_receipt_of_a_lesson_s_proof_says_what_changed(tmp_path: Path) -> None:
    block = "```python proof=f\ndef f():\n    '''A.'''\n    return {'y': 3.0}\n```\n"
    example = lesson(tmp_path, f"Three is [3](claim:this.f.y).\n\n{block}")
    example.verify(record=True)
    (receipt,) = (tmp_path / "verify/receipts").rglob("*.json")
    assert receipt.relative_to(tmp_path / "verify/receipts").as_posix() == "lesson/sums/f.cpu.json"
    from deckforge.verify import receipts

    ((loaded,),) = receipts.load(example.project).value.by_key.values()
    assert receipts.staleness(loaded, example.check().course.proofs["lesson.sums.f"]) == ""
    example.replace("content/sums.md", "3.0}", "3.5}")
    assert receipts.staleness(loaded, example.check().course.proofs["lesson.sums.f"]) == "`sums::f` changed"


def test_a_part_of_the_lessons_is_asked_for(tmp_path: Path) -> None:
    other = "---\nid: other\ntitle: Other\n---\n\n```python run\n1 / 0\n```\n"
    example = lesson(tmp_path, "```python run\nimport math\n```\n").write({"content/other.md": other})
    result = example.verify(only=("sums",))
    assert messages(result) == []
    assert result.verification is not None
    assert result.verification.blocks == (1, 1)


def test_without_torch_nothing_passes_for_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from deckforge.verify import environment

    monkeypatch.setattr(environment, "why_not", lambda: "torch is not installed: pip install it")
    monkeypatch.setattr(environment, "torch_version", lambda: "")
    result = lesson(tmp_path, "```python run\nimport math\n```\n\n```python run\nprint(2.0 * 1)  # 2.0\n```\n").verify()
    assert places(result) == [
        "content/sums.md:8:1 DF642 code-block-not-run",
        "content/sums.md:13:19 DF636 claim-unproven",
    ]
    assert result.verification is not None
    assert result.verification.blocks == (0, 2)


@pytest.mark.parametrize(
    ("values", "names", "outputs", "fault"),
    [
        ([1.5], ["a"], {"a": 1.5}, ""),
        ([2, 2, 2], ["a"], {"a": 2}, ""),
        ([1, 1.0], ["a"], {}, "the line comes to 1, 1.0, and its comment states 1 value"),
        ([1, True], ["a"], {}, "the line comes to 1, True, and its comment states 1 value"),
        ([(1, (2, 3))], ["a", "b", "c"], {"a": 1, "b": 2, "c": 3}, ""),
        ([[1, 2]], ["a", "b", "c"], {}, "the line comes to 1, 2, and its comment states 3 values"),
        (["loss 0.24"], ["a"], {"a": 0.24}, ""),
        (["12,000 steps"], ["a"], {"a": 12000}, ""),
        (["from 1 to 2"], ["a"], {}, "the line comes to the text 'from 1 to 2', which holds 2 numbers"),
        ([""], ["a"], {}, "the line comes to the text '', which holds no numbers"),
        ([None], ["a"], {}, "the line comes to a NoneType, which is no number"),
        ([float("inf")], ["a"], {}, "the line comes to inf, which is no measurement"),
        ([], ["a"], {}, "the line was never executed"),
        (list(range(1000)), ["a"], {}, "the line comes to 0, 1, 2, 3, 4, …, and its comment states 1 value"),
    ],
)
def test_what_is_noted(values: list[object], names: list[str], outputs: dict[str, object], fault: str) -> None:
    notes = Notes()
    for value in values:
        assert notes.take(7, value) is value
    found, faults = notes.outputs([(7, names)])
    assert found == {"ran": True, **outputs}
    assert faults == (dict.fromkeys(names, fault) if fault else {})


def test_what_is_noted_is_what_it_was_then() -> None:
    notes = Notes()
    values = [1, 2]
    notes.take(1, values)
    values.append(3)
    assert notes.outputs([(1, ["a", "b"])])[0] == {"ran": True, "a": 1, "b": 2}
