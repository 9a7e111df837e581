"""Measurements that are kept: committed receipts, which have to be trusted, and a cache, which need not be."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deckforge.cache.measurements import Measurements, from_data, to_data
from deckforge.errors import OutputError
from deckforge.model.claims import Measurement, ProofSignature
from deckforge.model.source import Span
from deckforge.project import Project
from deckforge.verify import receipts
from deckforge.verify.receipts import Receipt, staleness

if TYPE_CHECKING:
    from pathlib import Path

PARTS = {"attention.py::speedup": "aa", "attention.py::naive": "bb", "setup.py::<module>": "cc"}
MEASURED = Measurement(
    proof="attention.speedup",
    arguments={"n": 1024, "dtype": "bf16", "causal": True},
    outputs={"ratio": (1.81, 1.79, 1.8), "bytes": 3, "name": "flash", "exact": False, "mean": 1.8},
    failure="",
    trace="",
    device_class="cuda",
    device="NVIDIA H100 80GB HBM3",
    environment={"torch": "2.8.0+cu126", "python": "3.11.7", "driver": "570.1", "cuda": "12.6"},
    method="paired",
    made="2026-01-02T03:04:05Z",
    seconds=12.5,
    origin="receipt",
    fingerprint="f00d",
)
SIGNATURE = ProofSignature(
    "attention", "speedup", (), ("ratio",), "cuda", None, None, "", "", Span("verify/attention.py", 0, 1), "f00d", PARTS
)


def saved(folder: Path, measurement: Measurement = MEASURED) -> Path:
    return receipts.save(Project(folder), measurement, PARTS)


def codes(folder: Path) -> list[str]:
    return [diagnostic.code.id for diagnostic in receipts.load(Project(folder)).diagnostics]


def test_a_receipt_comes_back_as_it_was(tmp_path: Path) -> None:
    path = saved(tmp_path)
    found = receipts.load(Project(tmp_path))
    assert found.diagnostics == ()
    (receipt,) = found.value.find("attention.speedup", {"causal": True, "n": 1024, "dtype": "bf16"}, "cuda")
    assert receipt == Receipt(MEASURED, PARTS, path.relative_to(tmp_path).as_posix())
    assert found.value.find("attention.speedup", {"causal": True, "n": 1024.0, "dtype": "bf16"}, "cuda") == ()
    assert found.value.find("attention.speedup", dict(MEASURED.arguments), "cpu") == ()


def test_a_receipt_is_a_small_sorted_file_without_a_verdict(tmp_path: Path) -> None:
    path = saved(tmp_path)
    text = path.read_text(encoding="utf-8")
    assert path.parent == tmp_path / "verify" / "receipts" / "attention"
    assert path.name.startswith("speedup.cuda.h100-80gb-hbm3-")
    assert text.endswith("}\n")
    document = json.loads(text)
    assert list(document) == sorted(document)
    assert document["outputs"]["ratio"] == [1.81, 1.79, 1.8], "samples stay in"
    assert not {"verdict", "interval", "status"} & set(document)
    before = path.read_bytes()
    assert saved(tmp_path, replace(MEASURED, arguments=dict(reversed(MEASURED.arguments.items())))) == path
    assert path.read_bytes() == before, "the order in which arguments came is of no matter"


def test_each_run_has_its_own_file(tmp_path: Path) -> None:
    others = [
        MEASURED,
        replace(MEASURED, arguments={"n": 2048}),
        replace(MEASURED, arguments={"n": 2048.0}),
        replace(MEASURED, arguments={}),
        replace(MEASURED, device_class="cpu"),
        replace(MEASURED, proof="training.attention.speedup"),
    ]
    assert len({saved(tmp_path, other) for other in others}) == len(others)
    found = receipts.load(Project(tmp_path))
    assert found.diagnostics == ()
    assert len(found.value.by_key) == len(others)
    assert found.value.other_arguments("attention.speedup", "cuda") == (
        "its defaults or `causal=true, dtype=bf16, n=1024` or `n=2048` or 1 more"
    )
    assert found.value.other_arguments("attention.speedup", "cpu") == "`causal=true, dtype=bf16, n=1024`"
    assert found.value.other_arguments("attention.memory", "cuda") == ""


def test_torn_at_any_byte_it_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    path = saved(tmp_path)
    saved(tmp_path, replace(MEASURED, arguments={"n": 1}))
    whole = path.read_bytes()
    for length in range(0, len(whole) - 2, 7):
        path.write_bytes(whole[:length])
        found = receipts.load(Project(tmp_path))
        assert [diagnostic.code.id for diagnostic in found.diagnostics] == ["DF601"]
        assert len(found.value.by_key) == 1


EDITS = {
    "a number": ('"mean": 1.8', '"mean": 4.0'),
    "a sample": ("1.79", "3.79"),
    "an argument": ('"n": 1024', '"n": 2048'),
    "the device": ("H100", "H200"),
    "the fingerprint": ("f00d", "beef"),
    "a part": ('"aa"', '"ab"'),
    "a version": ("2.8.0", "2.9.0"),
    "the date": ("2026-01-02", "2026-02-02"),
}


@pytest.mark.parametrize(("old", "new"), EDITS.values(), ids=EDITS)
def test_whatever_is_changed_by_hand_is_refused(tmp_path: Path, old: str, new: str) -> None:
    path = saved(tmp_path)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert codes(tmp_path) == ["DF603"]
    assert receipts.load(Project(tmp_path)).value.by_key == {}


def test_an_unresolved_merge_is_refused_at_its_mark(tmp_path: Path) -> None:
    path = saved(tmp_path)
    text = path.read_text(encoding="utf-8").replace(
        ' "seconds": 12.5,\n', '<<<<<<< ours\n "seconds": 12.5,\n=======\n "seconds": 9.1,\n>>>>>>> theirs\n'
    )
    path.write_text(text, encoding="utf-8")
    (diagnostic,) = receipts.load(Project(tmp_path)).diagnostics
    assert diagnostic.code.id == "DF602"
    assert diagnostic.span is not None
    assert path.read_bytes()[diagnostic.span.start :].startswith(b"<<<<<<<")


def test_a_text_that_only_looks_like_a_merge_is_none(tmp_path: Path) -> None:
    saved(tmp_path, replace(MEASURED, outputs={"name": "<<<<<<< ours"}))
    assert codes(tmp_path) == []


REFUSED = {
    "a newer form": (lambda document: {**document, "schema": 9}, "DF604"),
    "no form": (lambda document: {key: value for key, value in document.items() if key != "schema"}, "DF601"),
    "no digest": (lambda document: {key: value for key, value in document.items() if key != "sha256"}, "DF601"),
    "a list": (lambda document: [document], "DF601"),
    "a number": (lambda _: 3, "DF601"),
}


@pytest.mark.parametrize(("change", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_receipt(tmp_path: Path, change, code: str) -> None:
    path = saved(tmp_path)
    path.write_text(json.dumps(change(json.loads(path.read_text(encoding="utf-8")))), encoding="utf-8")
    assert codes(tmp_path) == [code]


def test_bytes_that_are_no_text_and_keys_that_stand_twice(tmp_path: Path) -> None:
    path = saved(tmp_path)
    whole = path.read_bytes()
    for data in (b"\xff\xfe", b"[" * 100_000, whole.replace(b'"made"', b'"seconds": 1, "made"')):
        path.write_bytes(data)
        assert codes(tmp_path) == ["DF601"]


def test_a_copied_receipt_answers_for_nothing(tmp_path: Path) -> None:
    path = saved(tmp_path)
    path.rename(path.with_name("memory.cuda.json"))
    found = receipts.load(Project(tmp_path))
    assert [diagnostic.code.id for diagnostic in found.diagnostics] == ["DF605"]
    assert path.name in found.diagnostics[0].message
    assert found.value.by_key == {}


def test_receipts_of_proofs_that_are_gone(tmp_path: Path) -> None:
    saved(tmp_path)
    loaded = receipts.load(Project(tmp_path)).value
    assert receipts.orphans(loaded, {"attention.speedup": SIGNATURE}) == ()
    (diagnostic,) = receipts.orphans(loaded, {})
    assert diagnostic.code.id == "DF606"


def test_a_failure_makes_no_receipt(tmp_path: Path) -> None:
    for wrong in (replace(MEASURED, failure="crashed"), replace(MEASURED, outputs={"x": float("nan")})):
        with pytest.raises(ValueError, match=r"."):
            saved(tmp_path, wrong)
    assert receipts.load(Project(tmp_path)).value.by_key == {}


def test_a_receipt_that_cannot_be_written_is_a_failure_of_the_tool(tmp_path: Path) -> None:
    (tmp_path / "verify").write_text("in the way")
    with pytest.raises(OutputError):
        saved(tmp_path)


def test_nothing_but_receipts_is_left_behind(tmp_path: Path) -> None:
    for _ in range(3):
        path = saved(tmp_path)
    assert [each.name for each in path.parent.iterdir()] == [path.name]


STALE = {
    "nothing": ({}, "", ""),
    "one part": ({"attention.py::naive": "xx"}, "", "`attention.py::naive` changed"),
    "an import": ({"setup.py::<module>": "xx"}, "", "what `setup.py` does on import changed"),
    "a new part": ({"attention.py::SCALE": "dd"}, "", "`attention.py::SCALE` is new"),
    "two": (
        {"attention.py::naive": "x", "attention.py::speedup": "x"}, "",
        "`attention.py::naive` changed and `attention.py::speedup` changed",
    ),
    "a patch of torch": ({}, "2.8.1+cpu", ""),
    "another torch": ({}, "2.9.0", "torch is 2.9.0 now, and was 2.8.0+cu126"),
    "a major torch": ({}, "3.8.0", "torch is 3.8.0 now, and was 2.8.0+cu126"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "torch", "expected"), STALE.values(), ids=STALE)
def test_what_has_changed_is_said(change: dict[str, str], torch: str, expected: str) -> None:
    parts = {**PARTS, **change}
    signature = replace(SIGNATURE, parts=parts, fingerprint="f00d" if parts == PARTS else "beef")
    assert staleness(Receipt(MEASURED, PARTS, "x"), signature, torch) == expected


def test_many_changes_are_counted_and_a_part_may_be_gone() -> None:
    signature = replace(SIGNATURE, parts={f"a.py::f{number}": "1" for number in range(9)}, fingerprint="beef")
    assert (
        staleness(Receipt(MEASURED, {}, "x"), signature)
        == "`a.py::f0` is new, `a.py::f1` is new, `a.py::f2` is new and 6 more"
    )
    assert "is gone" in staleness(Receipt(MEASURED, PARTS, "x"), replace(signature, parts={}))


# The cache


def ask(store: Measurements, **changes: object) -> Measurement | None:
    wanted: dict[str, object] = {
        "proof": MEASURED.proof, "arguments": MEASURED.arguments, "fingerprint": "f00d", "device_class": "cuda",
    }  # fmt: skip
    return store.get(**{**wanted, **changes})  # type: ignore[arg-type]


def test_the_cache_gives_back_what_it_was_given(tmp_path: Path) -> None:
    store = Measurements(tmp_path, "2.8.0")
    assert ask(store) is None
    assert store.put(replace(MEASURED, origin="live"))
    assert ask(store) == replace(MEASURED, origin="cache")


def test_an_entry_is_found_only_by_all_that_it_depends_on(tmp_path: Path) -> None:
    store = Measurements(tmp_path, "2.8.0")
    store.put(MEASURED)
    assert ask(store, fingerprint="beef") is None
    assert ask(store, proof="attention.memory") is None
    assert ask(store, device_class="cpu") is None
    assert ask(store, arguments={**MEASURED.arguments, "n": 1024.0}) is None
    assert ask(store, arguments={}) is None
    assert ask(Measurements(tmp_path, "2.8.1")) is None
    assert ask(Measurements(tmp_path, "2.8.0", harness=99)) is None
    assert ask(Measurements(tmp_path, "2.8.0")) is not None


def test_a_corrupt_entry_is_a_miss_and_is_written_over(tmp_path: Path) -> None:
    store = Measurements(tmp_path, "2.8.0")
    store.put(MEASURED)
    (path,) = tmp_path.rglob("*.json")
    whole = path.read_bytes()
    for data in (b"", b"{}", b"[]", b"\xff", b"null", b"[" * 100_000, whole[:-9], whole.replace(b"1.81", b"9.81"),
                 whole.replace(b"1.79", b"NaN")):  # fmt: skip
        path.write_bytes(data)
        assert ask(store) is None
    store.put(MEASURED)
    assert path.read_bytes() == whole


def test_an_entry_under_anothers_name_is_a_miss(tmp_path: Path) -> None:
    store = Measurements(tmp_path, "2.8.0")
    store.put(MEASURED)
    (first,) = tmp_path.rglob("*.json")
    store.put(replace(MEASURED, arguments={"n": 1}))
    (second,) = set(tmp_path.rglob("*.json")) - {first}
    second.write_bytes(first.read_bytes())
    assert ask(store, arguments={"n": 1}) is None


def test_a_failure_is_never_kept_and_a_full_disk_costs_only_time(tmp_path: Path) -> None:
    assert not Measurements(tmp_path, "2.8.0").put(replace(MEASURED, failure="out of memory"))
    (tmp_path / "file").write_text("")
    assert not Measurements(tmp_path / "file", "2.8.0").put(MEASURED)
    assert list(tmp_path.rglob("*.json")) == []


SCALARS = st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no failure
@given(
    st.dictionaries(st.text(max_size=5), SCALARS, max_size=3),
    st.dictionaries(
        st.text(max_size=5), SCALARS | st.lists(st.floats(allow_nan=False, allow_infinity=False)).map(tuple), max_size=3
    ),
)
def test_any_measurement_survives_json(arguments, outputs) -> None:
    measurement = replace(MEASURED, arguments=arguments, outputs=outputs)
    again = from_data(json.loads(json.dumps(to_data(measurement))), "receipt")
    assert again == measurement
    assert [type(value) for value in again.outputs.values()] == [type(value) for value in outputs.values()]
