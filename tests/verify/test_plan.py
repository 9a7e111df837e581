"""From the text of a claim's arguments to a run: typed by the proof's annotations, completed by its defaults."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckforge.model.claims import Parameter, Scalar
from deckforge.verify.plan import Misfit, convert, plan, shard, typed, unclaimed
from tests.example import Example

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "annotation", "value"),
    [
        ("3", "int", 3),
        ("1e9", "int", 10**9),
        ("-2.0", "int", -2),
        ("9007199254740993", "int", 9007199254740993),
        ("3", "float", 3.0),
        ("1e-4", "float", 1e-4),
        ("true", "bool", True),
        ("False", "bool", False),
        ("1e9", "str", "1e9"),
        ("", "str", ""),
    ],
)
def test_an_argument_is_what_the_annotation_says(text: str, annotation: str, value: Scalar) -> None:
    converted = convert(text, annotation)
    assert converted == value
    assert type(converted) is type(value)


@pytest.mark.parametrize(
    ("text", "annotation"),
    [("1.5", "int"), ("inf", "int"), ("nan", "float"), ("inf", "float"), ("x", "float"), ("1", "bool"), ("1", "list")],
)
def test_what_does_not_fit_is_refused_by_name(text: str, annotation: str) -> None:
    with pytest.raises(Misfit, match="depth"):
        convert(text, annotation, "depth")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_survives_its_text(value: float) -> None:
    assert convert(repr(value), "float") == value


@given(st.integers())
def test_an_int_survives_its_text(value: int) -> None:
    assert convert(str(value), "int") == value


@pytest.mark.parametrize(
    ("annotation", "default", "value"),
    [
        ("float", "0.5", 0.5),
        ("float", "1", 1.0),
        ("int", "1_000_000", 10**6),
        ("int", "24 * 10**9", 24 * 10**9),
        ("float", "1 / 3", 1 / 3),
        ("float", "-1e-4", -1e-4),
        ("str", "'adam'", "adam"),
        ("bool", "True", True),
    ],
)
def test_defaults_are_read_from_the_source(annotation: str, default: str, value: Scalar) -> None:
    ((name, found),) = typed([Parameter("x", annotation, default)], [])
    assert (name, found) == ("x", value)
    assert type(found) is type(value)


@pytest.mark.parametrize("default", ["math.pi", "[1]", "None", "f()", "10**10**10", "1 / 0", "'a' * 3"])
def test_a_default_that_is_no_literal_has_to_be_given(default: str) -> None:
    with pytest.raises(Misfit, match="give the argument"):
        typed([Parameter("x", "float", default)], [])
    assert typed([Parameter("x", "float", default)], [("x", "2")]) == (("x", 2.0),)


def test_arguments_are_complete_and_sorted_however_they_were_given() -> None:
    parameters = [Parameter("depth", "int", "50"), Parameter("factor", "float", None)]
    one = typed(parameters, [("factor", "0.5")])
    assert one == typed(parameters, [("depth", "50"), ("factor", "5e-1")]) == (("depth", 50), ("factor", 0.5))
    for arguments in ([], [("factor", "1"), ("factor", "1")], [("factor", "1"), ("width", "1")]):
        with pytest.raises(Misfit):
            typed(parameters, arguments)


@given(st.lists(st.integers()), st.integers(1, 9))
def test_shards_are_all_of_it_and_overlap_nowhere(runs: list[int], of: int) -> None:
    parts = [shard(runs, which, of) for which in range(1, of + 1)]  # type: ignore[type-var, arg-type]
    assert sorted(run for part in parts for run in part) == sorted(runs)  # type: ignore[type-var]
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert math.fsum(map(len, parts)) == len(runs)


def test_gpu_proofs_that_no_claim_names_are_measured_where_there_is_a_gpu(tmp_path: Path) -> None:
    """Their receipts are then there for the claims to come; what needs an argument waits for a claim."""
    proofs = '''
from deckforge.proof import proof

@proof(device="cuda")
def claimed(n: int = 1) -> dict[str, int]:
    """One. Output: value."""
    return {"value": n}

@proof(device="cuda")
def spare(n: int = 2) -> dict[str, int]:
    """Another. Output: value."""
    return {"value": n}

@proof(device="cuda")
def asks(n: int) -> dict[str, int]:
    """A third. Output: value."""
    return {"value": n}
'''
    lesson = "---\nid: m\ntitle: M\n---\n\n# M\n\n[1](claim:m.claimed.value)\n"
    course = Example(tmp_path, {"content/m.md": lesson, "verify/m.py": proofs.lstrip()}).check().course
    runs, _ = plan(course)
    assert [(run.signature.name, run.arguments) for run in unclaimed(course, "cuda", runs.values())] == [
        ("spare", (("n", 2),))
    ]
