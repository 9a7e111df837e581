"""A claim by a proof that comes with the package is read, checked, run and shown like any other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from deckforge import explain
from deckforge.emit import Context
from deckforge.emit.site import emit as emit_site
from deckforge.model import outputs
from deckforge.model.claims import Status
from deckforge.read import proofs
from tests.example import Example, places

LESSON = """\
---
id: adam
title: Adam
---

# Adam

Its states take [{value}](claim:{target}).

## Flashcards

### How much do Adam's states take? {{#states .easy .remember concept=chain-rule}}

#### Answer

8 bytes a parameter.
"""


def lesson(
    value: str = "8 GB", target: str = "deckforge.memory.adam_states.bytes?params=1e9"
) -> dict[str, str | bytes]:
    return {"content/adam.md": LESSON.format(value=value, target=target)}


def test_a_course_without_proofs_of_its_own_can_claim(tmp_path: Path) -> None:
    example = Example(tmp_path, lesson())
    (tmp_path / "verify" / "sums.py").unlink()
    first, second = example.verify(), example.verify()
    assert first.verification
    assert second.verification
    [verdict] = first.verification.verdicts.values()
    assert verdict.status is Status.PROVEN
    assert verdict.measurement
    assert verdict.measurement.outputs["bytes"] == 8 * 10**9
    assert (first.verification.measured, second.verification.reused) == (1, 1)  # the cache knows it


def test_a_wrong_number_is_refuted_and_the_proof_is_shown(tmp_path: Path) -> None:
    result = Example(tmp_path, lesson("9 GB")).verify()
    [found] = [each for each in result.diagnostics if each.code.name == "claim-refuted"]
    assert "8 GB" in found.fix
    [related] = found.related
    assert related.span.path == "deckforge/library/memory.py"
    assert result.course.sources[related.span.path].text(related.span) == "adam_states"


def test_misspelt_names_are_suggested(tmp_path: Path) -> None:
    for wrong, right in (
        ("deckforge.memory.adam_state.bytes", "adam_states"),
        ("deckforge.memroy.adam_states.bytes", "deckforge.memory"),
        ("deckforge.memory.adam_states.byte", "bytes"),
        ("deckforge.memory.adam_states.bytes?parms=1", "params"),
    ):
        result = Example(tmp_path, lesson(target=wrong)).check()
        [found] = [each for each in result.diagnostics if each.code.id.startswith("DF50")]
        assert f"did you mean `{right}`" in found.fix, wrong


def test_no_file_of_a_course_can_take_their_name(tmp_path: Path) -> None:
    fake = (
        '"""Fake."""\n\nfrom deckforge.proof import proof\n\n\n'
        '@proof\ndef adam_states(params: int = 1):\n    """0."""\n    return {"bytes": 0}\n'
    )
    for path in ("verify/deckforge.py", "verify/deckforge/memory.py"):
        example = Example(tmp_path / path.replace("/", "-"), {**lesson(), path: fake})
        result = example.verify()
        assert f"{path}:1:1 DF523 proof-file-reserved" in places(result)
        assert result.verification
        [verdict] = result.verification.verdicts.values()
        assert verdict.status is Status.PROVEN


def test_a_receipt_is_kept_and_found(tmp_path: Path) -> None:
    example = Example(tmp_path, lesson())
    example.verify(record=True)
    [path] = (tmp_path / "verify" / "receipts").rglob("*.json")
    assert path.relative_to(tmp_path).as_posix().startswith("verify/receipts/deckforge/memory/adam_states.cpu-")
    example.replace("content/adam.md", "[8 GB](claim:deckforge.memory.adam_states.bytes?params=1e9)", "8 GB")
    assert "receipt-orphan" not in str(places(example.check()))
    result = example.verify()
    assert not [each for each in result.diagnostics if each.code.name == "receipt-orphan"]


def test_explain_shows_the_evidence(tmp_path: Path) -> None:
    Example(tmp_path, lesson())
    text = explain.explain("deckforge.memory.adam_states", tmp_path)
    assert "returned  bytes = 8000000000" in text
    assert "proof     deckforge/library/memory.py:" in text


def test_the_evidence_page_shows_the_whole_proof(tmp_path: Path) -> None:
    example = Example(tmp_path, lesson())
    context = Context(example.project, example.check().course, {}, 0)
    result = example.verify()
    assert result.verification
    pages = emit_site(replace(context, course=result.course, verdicts=result.verification.verdicts)).value
    [page] = [artifact.data.decode() for artifact in pages if artifact.path == "build/pages/evidence/adam/index.md"]
    assert "adam_states" in page
    assert "live_bytes" in page  # of the body


def test_every_output_has_a_unit_and_every_argument_a_default() -> None:
    for name, signature in proofs.library_signatures().items():
        assert signature.summary.endswith((".", ")", ":")), name
        assert set(outputs.units(signature.doc, signature.outputs)) == set(signature.outputs), name
        assert all(not parameter.required for parameter in signature.parameters), name
        assert signature.fingerprint, name


def test_units_are_read_from_a_sentence_too() -> None:
    doc = "Peak.\n\nOutputs: naive, fused (bytes), ratio (dimensionless)."
    assert outputs.units(doc, ("naive", "fused", "ratio")) == {
        "naive": "bytes",
        "fused": "bytes",
        "ratio": "dimensionless",
    }


def test_what_a_helper_says_is_part_of_a_proofs_fingerprint() -> None:
    """`cosine` reaches `_run` of its file, so an edit of either makes receipts stale."""
    parts = proofs.library_signatures()["deckforge.schedules.cosine"].parts
    assert "deckforge/library/schedules.py::_run" in parts
    assert "deckforge/library/schedules.py::cosine" in parts
