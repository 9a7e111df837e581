"""Verdicts: what a claim and a measurement come to, and what an author is told."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckforge.diagnostics import Severity
from deckforge.model.claims import Claim, ClaimKind, Measurement, ProofSignature, Status
from deckforge.model.source import Span
from deckforge.model.statistics import mean_interval, t_quantile
from deckforge.model.written import parse
from deckforge.verify.judge import Absence, diagnose, judge

PLACE = Span("content/a.md", 10, 60)
NUMBER = Span("content/a.md", 11, 16)
PROOF = ProofSignature(
    "backprop", "chain", (), ("dw2",), "cpu", None, None, "", "", Span("verify/backprop.py", 30, 35), "f", {}
)


def claim(text: str, kind: ClaimKind = ClaimKind.CLAIM, override: str = "") -> Claim:
    target = "backprop.chain.dw2" if kind in (ClaimKind.CLAIM, ClaimKind.WRONG) else "fa3"
    return Claim(kind, text, target, (("w2", "0.3"),), override, "a", "", "", PLACE, NUMBER)


def measured(value: object, failure: str = "") -> Measurement:
    outputs = {} if failure else {"dw2": value}
    return Measurement(
        proof="backprop.chain", arguments={"w2": 0.3}, outputs=outputs, failure=failure, trace="",  # type: ignore[arg-type]
        device_class="cpu", device="cpu", environment={}, method="", made="2026-01-01T00:00:00Z", seconds=0.1,
        origin="live", fingerprint="f",
    )  # fmt: skip


CLAIM, WRONG = ClaimKind.CLAIM, ClaimKind.WRONG
TABLE = [
    (CLAIM, "-0.608", -0.60800004, Status.PROVEN, ""),
    (CLAIM, "-0.68", -0.608, Status.REFUTED, "-0.61"),
    (CLAIM, "-0.680", -0.608, Status.REFUTED, "-0.608"),
    (CLAIM, "0.1 %", 8.0, Status.REFUTED, "8.0 %"),
    (CLAIM, "8 GB", 8 * 10**9, Status.PROVEN, ""),
    (CLAIM, "8 GB", 8 * 2**30, Status.REFUTED, "8 GiB"),
    (CLAIM, "8 GiB", 8 * 10**9, Status.REFUTED, "8 GB"),
    (CLAIM, "12", 12, Status.PROVEN, ""),
    (CLAIM, "12", 13, Status.REFUTED, "13"),
    (CLAIM, "≥ 1", 0.62, Status.REFUTED, "≥ 0.62"),
    (CLAIM, "true", True, Status.PROVEN, ""),
    (CLAIM, "yes", False, Status.REFUTED, "no"),
    (CLAIM, "bfloat16", "bfloat16", Status.PROVEN, ""),
    (CLAIM, "bfloat16", "float16", Status.REFUTED, "float16"),
    (CLAIM, "(8, 64)", "(8, 64)", Status.PROVEN, ""),
    (WRONG, "9.6", -0.608, Status.PROVEN, ""),
    (WRONG, "-0.608", -0.608, Status.REFUTED, ""),
    (WRONG, "true", False, Status.PROVEN, ""),
    # Lists of samples.
    (CLAIM, "2.0x", (2.0, 2.01, 1.99, 2.0, 2.0), Status.PROVEN, ""),
    (CLAIM, "2.0x", (1.3, 1.31, 1.29, 1.3, 1.3), Status.REFUTED, "1.3x"),
    (CLAIM, "2.0x", (1.5, 2.5, 2.0, 1.7, 2.4), Status.INCONCLUSIVE, ""),
    (WRONG, "2.0x", (1.5, 2.5, 2.0, 1.7, 2.4), Status.INCONCLUSIVE, ""),
    (WRONG, "4x", (1.3, 1.31, 1.29), Status.PROVEN, ""),
    (CLAIM, "2.0x", (2.0,), Status.INCONCLUSIVE, ""),
    (CLAIM, "2.0x", (2.0, 2.0), Status.PROVEN, ""),
    (CLAIM, "2–4x", (2.1, 3.8, 3.0, 2.9, 3.1), Status.PROVEN, ""),
    (CLAIM, "≥ 2x", (2.5, 2.6, 2.4), Status.PROVEN, ""),
    # What cannot be compared.
    (CLAIM, "0.5", math.nan, Status.FAILED, ""),
    (CLAIM, "0.5", math.inf, Status.FAILED, ""),
    (CLAIM, "≤ 0.5", -math.inf, Status.FAILED, ""),
    (CLAIM, "≥ 5", 10**400, Status.FAILED, ""),
    (CLAIM, "2x", (2.0, math.nan), Status.FAILED, ""),
    (CLAIM, "2x", (), Status.FAILED, ""),
    (CLAIM, "1", True, Status.FAILED, ""),
    (CLAIM, "true", 1, Status.FAILED, ""),
    (CLAIM, "bfloat16", 16, Status.FAILED, ""),
    (CLAIM, "the gradient", 0.5, Status.FAILED, ""),
    (WRONG, "0.5", math.nan, Status.FAILED, ""),
]


@pytest.mark.parametrize(("kind", "text", "value", "status", "correction"), TABLE)
def test_verdicts(kind: ClaimKind, text: str, value: object, status: Status, correction: str) -> None:
    verdict = judge(claim(text, kind), measured(value))
    assert verdict.status is status, verdict.reason
    assert verdict.correction == correction
    diagnostic = diagnose(verdict, PROOF)
    if status is Status.PROVEN:
        assert diagnostic is None
    else:
        assert diagnostic is not None
        expected = Severity.WARNING if status is Status.INCONCLUSIVE else Severity.ERROR
        assert diagnostic.severity is expected
        assert diagnostic.related[0].span == PROOF.span


def test_a_refutation_says_all_that_is_needed() -> None:
    diagnostic = diagnose(judge(claim("-0.680"), measured(-0.608)), PROOF)
    assert diagnostic is not None
    assert diagnostic.code.id == "DF631"
    assert diagnostic.span == NUMBER
    assert diagnostic.message == (
        "`backprop.chain.dw2?w2=0.3` measured -0.608; the lesson says `-0.680`, which allows [-0.6805, -0.6795]"
    )
    assert diagnostic.fix == "write `-0.608`"


def test_more_digits_are_offered_where_rounding_loses_some() -> None:
    fixes = {
        text: (diagnose(judge(claim(text), measured(-0.608))) or pytest.fail(text)).fix
        for text in ("-0.68", "-0.7", "~5", "≥ 5", "-0.680")
    }
    assert fixes == {
        "-0.68": "write `-0.61`, or more exactly `-0.608`",
        "-0.7": "write `-0.6`, or more exactly `-0.608`",
        "~5": "write `~-0.6`",
        "≥ 5": "write `≥ -0.61`",
        "-0.680": "write `-0.608`",
    }


def test_the_other_base_is_named() -> None:
    diagnostic = diagnose(judge(claim("8 GB"), measured(8 * 2**30)), PROOF)
    assert diagnostic is not None
    assert diagnostic.fix == "true as GiB: write `8 GiB`"
    assert "measured 8.59 GB" in diagnostic.message


def test_a_value_stated_as_false_that_is_true() -> None:
    diagnostic = diagnose(judge(claim("-0.608", WRONG), measured(-0.608)), PROOF)
    assert diagnostic is not None
    assert diagnostic.code.id == "DF632"
    assert "calls false `-0.608`" in diagnostic.message


def test_an_own_tolerance_decides_and_is_said() -> None:
    assert judge(claim("8", override="±10%"), measured(8.7)).status is Status.PROVEN
    diagnostic = diagnose(judge(claim("8", override="±1%"), measured(8.3)), PROOF)
    assert diagnostic is not None
    assert "(by its own tolerance, `±1%`)" in diagnostic.message


def test_samples_show_their_interval() -> None:
    verdict = judge(claim("2.0x"), measured((1.3, 1.31, 1.29, 1.3, 1.3)))
    assert verdict.measured == "1.3x (95 %: 1.291x to 1.309x, 5 samples)"


def test_a_proof_that_failed() -> None:
    verdict = judge(claim("0.5"), measured(None, failure="ran longer than 30 s and was stopped"))
    assert verdict.status is Status.FAILED
    diagnostic = diagnose(verdict, PROOF)
    assert diagnostic is not None
    assert diagnostic.code.id == "DF633"
    assert diagnostic.message.endswith("ran longer than 30 s and was stopped")
    assert "deckforge explain" in diagnostic.fix


def test_a_failure_is_no_refutation_of_what_is_stated_as_false() -> None:
    assert judge(claim("0.5", WRONG), measured(None, failure="killed")).status is Status.FAILED


def test_a_missing_output_names_those_there_are() -> None:
    verdict = judge(claim("0.5"), replace(measured(0.5), outputs={"loss": 1.0, "dw1": 2.0}))
    assert verdict.status is Status.FAILED
    assert verdict.reason == "the proof returned no `dw2`; it returned `loss`, `dw1`"


def test_citations_and_premises_are_answered_for() -> None:
    for kind, status in ((ClaimKind.CITE, Status.CITED), (ClaimKind.GIVEN, Status.GIVEN)):
        verdict = judge(claim("75 %", kind), None)
        assert verdict.status is status
        assert verdict.answered
        assert diagnose(verdict) is None


@pytest.mark.parametrize(("status", "code"), [(Status.STALE, "DF635"), (Status.UNPROVEN, "DF636")])
def test_without_a_measurement(status: Status, code: str) -> None:
    """A stale receipt stays as evidence and decides nothing, whatever it says."""
    absence = Absence(status, "`backprop.py::chain` changed", "deckforge verify --device cuda --record")
    for evidence in (None, measured(0.5), measured(9.9)):
        verdict = judge(claim("0.5"), evidence, absence)
        assert verdict.status is status
        assert not verdict.answered
        assert verdict.interval == "[0.475, 0.525]"
        diagnostic = diagnose(verdict, PROOF, absence)
        assert diagnostic is not None
        assert (diagnostic.code.id, diagnostic.severity) == (code, Severity.WARNING)
        assert diagnostic.message.endswith("`backprop.py::chain` changed")
        assert diagnostic.fix == absence.remedy


def test_nothing_at_all_is_unproven() -> None:
    assert judge(claim("0.5"), None).status is Status.UNPROVEN


@given(st.floats(-1e9, 1e9), st.sampled_from(["3.14", "~8", "2–4x", "≥ 5", "12", "8 GB", "2^16", "0", "75 %"]))
def test_a_claim_and_its_opposite_never_agree(value: float, text: str) -> None:
    statuses = {judge(claim(text, kind), measured(value)).status for kind in (CLAIM, WRONG)}
    assert statuses == {Status.PROVEN, Status.REFUTED}


@given(st.floats(-1e9, 1e9), st.sampled_from(["3.14", "~8", "≥ 5", "12", "8 GB", "2^16", "75 %", "1e-4"]))
def test_what_the_correction_says_is_proven(value: float, text: str) -> None:
    verdict = judge(claim(text), measured(value))
    if verdict.status is Status.REFUTED:
        assert judge(claim(verdict.correction), measured(value)).status is Status.PROVEN


QUANTILES = {1: 12.7062, 2: 4.30265, 3: 3.18245, 4: 2.77645, 5: 2.57058, 9: 2.26216, 29: 2.04523, 120: 1.97993}


@pytest.mark.parametrize(("freedom", "t"), QUANTILES.items())
def test_students_t(freedom: int, t: float) -> None:
    assert t_quantile(freedom) == pytest.approx(t, abs=1e-5)


def test_students_t_falls_to_the_normal() -> None:
    values = [t_quantile(freedom) for freedom in range(1, 1200)]
    assert values == sorted(values, reverse=True)
    assert t_quantile(10**7) == pytest.approx(1.959964, abs=1e-6)


def test_the_interval_of_a_mean() -> None:
    mean, low, high = mean_interval((1.0, 2.0, 3.0))
    half = 4.30265 / math.sqrt(3)
    assert (mean, low, high) == (2.0, pytest.approx(2 - half, abs=1e-5), pytest.approx(2 + half, abs=1e-5))


def test_verdicts_use_the_one_rule_of_written_values() -> None:
    for text in ("3.14", "~8", "2–4x"):
        interval = parse(text).interval()
        assert judge(claim(text), measured(interval.high)).status is Status.PROVEN
        assert judge(claim(text), measured(math.nextafter(interval.high, math.inf))).status is Status.REFUTED
