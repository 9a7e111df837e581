"""Seventy-five ways to write a study document: what is made of each, whole, and that nothing of it is lost."""

from __future__ import annotations

import pytest

from deckforge.intake.documents import read_document
from tests.intake.documents.fixtures import Variation, variations
from tests.intake.documents.shown import shown
from tests.intake.documents.words import lost


@pytest.mark.parametrize("variation", [pytest.param(each, id=each.name) for each in variations()])
def test_every_item_key_hint_rubric_and_solution_is_in_place(variation: Variation) -> None:
    reading = read_document(variation.document, "document.md")
    variation.check(shown(reading))
    assert reading.account.missing == ()
    assert lost(variation.document, reading) == []
