"""Items to notes: what fills the fields, what answers for a number, and what cannot become a note."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from deckforge.catalogue import page
from deckforge.diagnostics import Severity
from deckforge.emit import anki as emitter
from deckforge.emit.anki import lock, media
from deckforge.emit.anki import notes as notes_module
from deckforge.emit.anki.fields import bounds
from deckforge.emit.anki.notes import from_course
from deckforge.emit.anki.notetypes import field_names
from deckforge.emit.options import keeps_order
from deckforge.model.claims import ClaimKind, Status, Verdict
from deckforge.model.course import Reference
from deckforge.model.items import Choice, Cloze
from tests.anki.build import (
    HERE,
    PNG,
    card,
    claim,
    context,
    course,
    image,
    lesson,
    make,
    measured,
    option,
    p,
    rich,
    signature,
)

if TYPE_CHECKING:
    from pathlib import Path

    from deckforge.model.claims import Claim
    from deckforge.model.course import Course
    from deckforge.model.items import AnyItem


def fields(item: AnyItem, made: Course | None = None, verdicts: dict[Claim, Verdict] | None = None) -> dict[str, str]:
    """Return the filled fields of an item's note."""
    whole = replace(made or course(), lessons=(lesson("flow", item),))
    every = {each: Verdict(each, Status.PROVEN, "", measurement=measured("live")) for each in whole.all_claims()}
    (note,) = from_course(whole, every | (verdicts or {})).value.notes
    return {name: text for name, text in zip(field_names(note.type), note.fields, strict=True) if text}


# What answers for a number.

GPU = {"proofs": {"speed.ratio": signature("speed.ratio", "cuda"), "sums.double": signature("sums.double")}}
FAST = claim("1.9×", "speed.ratio.value", n=4096)
SIX = claim("6.0", "sums.double.value", x=3)


def back(number: Claim, verdict: Verdict | None = None, made: Course | None = None) -> str:
    found = fields(card("a", "A?", p(number)), made or course(**GPU), {number: verdict} if verdict else None)
    return found["Back"]


def test_a_proof_on_a_cpu_says_only_that_it_was_checked() -> None:
    shown = '<span class="df-n df-proof" title="checked by running sums.double (x = 3)">6.0</span>'
    assert back(SIX) == f"<p>{shown}</p>"


@pytest.mark.parametrize(
    "measurement",
    [
        measured("live", made="2026-05-01T10:00:00Z", seconds=7.5),
        measured("cache", made="2020-05-01T10:00:00Z"),
        measured("receipt"),
        None,
    ],
)
@pytest.mark.parametrize("status", [Status.PROVEN, Status.UNPROVEN, Status.STALE])
def test_a_note_does_not_tell_one_machine_from_another(measurement: object, status: Status) -> None:
    assert back(SIX, Verdict(SIX, status, "", measurement=measurement)) == back(SIX)


@pytest.mark.parametrize("status", [Status.REFUTED, Status.INCONCLUSIVE, Status.FAILED])
def test_a_number_that_its_proof_does_not_bear_out_is_never_called_checked(status: Status) -> None:
    assert "df-unproven" in back(SIX, Verdict(SIX, status, "", measurement=measured("live")))


def test_a_receipt_names_its_device() -> None:
    receipt = Verdict(FAST, Status.PROVEN, "", measurement=measured("receipt", "NVIDIA H100 80GB HBM3"))
    assert 'class="df-n df-proof" title="measured on NVIDIA H100 80GB HBM3 by speed.ratio (n = 4096)"' in back(
        FAST, receipt
    )


@pytest.mark.parametrize(
    "verdict",
    [
        None,
        Verdict(FAST, Status.UNPROVEN, ""),
        Verdict(FAST, Status.STALE, "", measurement=measured("receipt", "NVIDIA H100")),
        Verdict(FAST, Status.PROVEN, "", measurement=measured("live", "NVIDIA H100")),
    ],
)
def test_a_claim_for_a_gpu_without_a_receipt_is_marked_unproven(verdict: Verdict | None) -> None:
    assert 'class="df-n df-unproven" title="unproven: needs a GPU to run speed.ratio (n = 4096)"' in back(FAST, verdict)


def test_citations_and_premises_say_so() -> None:
    paper = Reference("fa3", "FlashAttention-3", (), "2024", "", "", HERE)
    cited, given = claim("75 %", "fa3", ClaimKind.CITE), claim("0.3", "", ClaimKind.GIVEN)
    assert 'df-cite" title="source: FlashAttention-3 (2024)"' in back(cited, made=course(references=(paper,)))
    assert 'df-given" title="given"' in back(given)
    assert "df-unproven" in back(cited)


def test_every_number_is_listed_once_behind_the_answer() -> None:
    found = fields(card("a", rich("Is it ", SIX, "?"), p(SIX, " and ", FAST)), course(**GPU))
    assert found["Evidence"].count("<li>") == 2
    assert "checked by running <code>sums.double</code> with x = 3" in found["Evidence"]


def test_no_mark_gives_an_answer_away() -> None:
    """A value stated as wrong looks like any other text before the answer, and options are not marked at all."""
    wrong = claim("7.0", "sums.double.value", ClaimKind.WRONG, x=3)
    options = (option(rich(SIX), key=True), option(rich(wrong)))
    found = fields(make(Choice, "a", rich("Is it ", wrong, "?"), options=options), course(**GPU))
    assert found["Front"] == "Is it 7.0?"
    assert "df-n" not in found["Options"]
    assert "stated as wrong, and refuted by running <code>sums.double</code>" in found["Evidence"]


# Options.


@pytest.mark.parametrize(
    ("texts", "fixed"),
    [
        (("ReLU", "tanh", "sigmoid"), False),
        (("ReLU", "tanh", "All of the above"), True),
        (("ReLU", "tanh", "None of these"), True),
        (("ReLU", "tanh", "Both A and B"), True),
        (("ReLU", "tanh", "A and B"), True),
        (("True", "False"), True),
        (("Yes.", "No."), True),
        (("All weights", "No weights"), False),
        (("The values above zero", "The values below zero"), False),
        (("Both moments of Adam", "Neither moment"), False),
    ],
)
def test_options_keep_their_order_only_where_one_speaks_of_the_others(texts: tuple[str, ...], fixed: bool) -> None:
    assert keeps_order([option(text) for text in texts]) is fixed


# Numbers to type.


@pytest.mark.parametrize(
    ("text", "override", "low", "high"),
    [
        ("-0.608", "", -0.6085, -0.6075),
        ("8.0 GB", "", 7.95e9, 8.05e9),
        ("16", "±2", 14, 18),
    ],
)
def test_a_typed_answer_is_judged_by_the_claim_s_interval(text: str, override: str, low: float, high: float) -> None:
    found = bounds(text, override)
    assert float(found["Low"]) == pytest.approx(low, rel=1e-9)
    assert float(found["High"]) == pytest.approx(high, rel=1e-9)
    assert float(found["Low"]) <= low < high <= float(found["High"]), "both ends belong to it"


def test_a_word_is_compared_as_text_and_a_bound_is_open() -> None:
    assert bounds("bfloat16", "") == {"Accepted": "bfloat16"}
    assert bounds("≥ 5", "")["High"] == ""
    assert bounds("no value at all, really", "") == {}


# What cannot become a note.


def codes(made: Course) -> list[str]:
    return [each.code.name for each in from_course(made, {}).diagnostics]


def test_an_item_without_a_card_is_an_error_and_left_out() -> None:
    made = course(lesson("flow", make(Cloze, "a", rich("No deletion.")), card("b", rich("")), card("c", "C?")))
    assert codes(made) == ["note-without-card", "note-without-card"]
    assert [note.item for note in from_course(made, {}).value.notes] == ["c"]


def test_one_id_twice_is_an_error() -> None:
    assert codes(course(lesson("flow", card("a", "A?")), lesson("chain", card("a", "B?")))) == ["duplicate-guid"]


def test_two_pictures_of_one_name_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "name", lambda *_: "same.png")
    pictures = {"content/media/one.png": PNG, "content/media/two.png": PNG + b"other"}
    made = course(lesson("flow", card("a", rich(image("one.png"))), card("b", rich(image("two.png")))), media=pictures)
    assert codes(made) == ["media-name-collision"]


def test_braces_that_anki_would_read_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes_module, "fields", lambda *_: {"ID": "a", "Front": "A?", "Back": "{{Back}}"})
    assert codes(course(lesson("flow", card("a", "A?")))) == ["field-with-template-braces"]


def test_two_spellings_of_a_deck_are_a_warning() -> None:
    made = course(lesson("one", card("a", "A?"), deck="Training"), lesson("two", card("b", "B?"), deck="training"))
    assert codes(made) == ["deck-spelled-twice"]
    assert {note.deck for note in from_course(made, {}).value.notes} == {"Networks::Training"}


def test_errors_leave_no_artifact(tmp_path: Path) -> None:
    made = emitter.emit(context(tmp_path, course(lesson("flow", make(Cloze, "a", rich("No deletion."))))))
    assert made.value == ()


def test_tags_have_no_spaces_and_no_twins() -> None:
    made = course(lesson("flow", card("a", "A?", tags=("two words", "Backprop")), tags=("backprop",)))
    assert from_course(made, {}).value.notes[0].tags == ("backprop", "two_words", "lesson::flow")


@pytest.mark.parametrize("code", [*lock.CODES, *notes_module.CODES], ids=lambda code: code.id)
def test_every_code_has_its_page(code) -> None:
    assert len(code.why) > 60
    assert code.example or code.severity is Severity.NOTE
    assert code.summary in page(code)
