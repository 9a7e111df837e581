"""Pictures of measurements: accessible, in the colours of the site, the same bytes every time, and right."""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deckforge.emit.site.plots import _usual, picture, plot, standalone
from deckforge.measures import Measure
from deckforge.model.claims import Claim, ClaimKind, Measurement, Samples, Status, Trial, Verdict
from deckforge.model.source import Span
from deckforge.proof import budget, samples, scaling
from tests.verify.test_measures import inputs, naive

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deckforge.model.claims import Scalar

HERE = Span("content/x.md", 0, 1)
NS = "{http://www.w3.org/2000/svg}"


def verdict(text: str, rule: str, trials: Sequence[Trial], value: Scalar | tuple[float, ...] = 1.0) -> Verdict:
    claim = Claim(ClaimKind.CLAIM, text, "m.f.it", (), "", "x", "", "", HERE, HERE)
    measurement = Measurement(
        "m.f", {}, {"it": value}, "", "", "cpu", "cpu", {}, "", "", 1.0, "live", "",
        samples={"it": Samples(rule, tuple(trials))},
    )  # fmt: skip
    return Verdict(claim, Status.PROVEN, "", measurement=measurement)


def of(text: str, measure: Measure, count: int = 1) -> Verdict:
    trial = Trial({name: tuple(map(float, values)) for name, values in measure.series.items()}, measure.facts)
    return verdict(text, measure.rule, [trial] * count, measure.value)


def paired(text: str = "~2x", facts: Mapping[str, Scalar] | None = None) -> Verdict:
    chance = random.Random(1)
    trials = [
        Trial(
            {
                "baseline": tuple(2e-3 * chance.lognormvariate(0, 0.1) for _ in range(25)),
                "candidate": tuple(1e-3 * chance.lognormvariate(0, 0.1) for _ in range(25)),
            },
            facts or {},
        )
        for _ in range(5)
    ]
    return verdict(text, "paired-v1", trials)


def drawn() -> dict[str, Verdict]:
    random.seed(1)
    timed = [Trial({"seconds": tuple(0.01 + 0.001 * k for k in range(9))}, {"work": 1e9})] * 3
    return {
        "speedup": paired(),
        "bound": paired("≥ 1.5x"),
        "rate": verdict("~70 GB/s", "timed-v1", timed),
        "growth": of("O(N²)", scaling(lambda n: 4.0 * n**2, [2**k for k in range(8, 16)])),
        "budget": of("16 GB", budget(weights=4 * 10**9, gradients=4 * 10**9, states=8 * 10**9)),
        "mean": of("2.8 on average", samples(lambda: random.gauss(2.8, 0.5), 300)),
    }


@pytest.mark.parametrize("name", drawn())
def test_a_picture_is_well_formed_and_says_in_words_what_it_shows(name: str) -> None:
    found = ET.fromstring(standalone(plot(drawn()[name], "a.1")))
    title, description = found.find(f"{NS}title"), found.find(f"{NS}desc")
    assert title is not None
    assert description is not None
    assert title.text
    assert description.text
    assert re.search(r"\d", description.text)
    assert found.attrib["role"] == "img"
    assert found.attrib["aria-labelledby"] == f"{title.attrib['id']} {description.attrib['id']}"
    assert "nan" not in ET.tostring(found, "unicode").lower()


@pytest.mark.parametrize("name", drawn())
def test_equal_measurements_give_equal_bytes(name: str) -> None:
    assert plot(drawn()[name], "a.1") == plot(drawn()[name], "a.1")


@pytest.mark.parametrize("name", drawn())
def test_every_colour_follows_light_and_dark(name: str) -> None:
    svg = plot(drawn()[name], "a.1")
    for colour in re.findall(r"(?:fill|stroke):([^;\"]+)", svg):
        assert colour == "none" or colour.startswith("var(--")
    assert "prefers-color-scheme:dark" in standalone(svg)


def test_ids_are_the_pages_own() -> None:
    first, second = (plot(paired(), anchor) for anchor in ("flow.1", "flow.2"))
    ids = [set(re.findall(r' id="([^"]+)"', svg)) for svg in (first, second)]
    assert len(ids[0]) == 2
    assert not ids[0] & ids[1]


def test_a_speedup_shows_every_round_of_every_process_and_what_is_allowed() -> None:
    found = ET.fromstring(plot(paired(), "a"))
    small = [dot for dot in found.iter("circle") if float(dot.attrib["r"]) < 3]
    assert len(small) == 5 * 25
    words = [text.text for text in found.iter("text")]
    assert "process 5" in words
    assert "together" in words
    assert "allowed" in words
    description = found.findtext("desc") or ""
    assert "from 5 processes and 125 rounds" in description
    assert "The writing allows [1.5, 2.5]x." in description


def test_a_contended_measurement_is_drawn_without_an_estimate() -> None:
    description = ET.fromstring(plot(paired(facts={"other processes": 2}), "a")).findtext("desc") or ""
    assert description.startswith("No estimate.")


def test_a_growth_says_over_which_sizes() -> None:
    description = ET.fromstring(plot(drawn()["growth"], "a")).findtext("desc") or ""
    assert "exponent 2.00 over N = 4,096 to 32,768" in description


def test_a_wild_round_stands_at_the_edge() -> None:
    assert _usual([1.0, 1.1, 1.2, 1.3, 90.0]) == (1.0, pytest.approx(1.2 + 0.9, abs=0.3))
    assert _usual([2.0, 2.0, 2.0]) == (2.0, 2.0)


def test_a_picture_on_a_page_can_be_scrolled_to_by_keyboard() -> None:
    shown = str(picture(drawn()["budget"], "a"))
    assert shown.startswith('<div class="df-plot" tabindex="0" role="group" aria-label="Picture"')
    assert "min-width" in shown
    assert "min-width" not in plot(drawn()["budget"], "a")


def test_a_budgets_parts_fill_its_bar() -> None:
    found = ET.fromstring(plot(drawn()["budget"], "a"))
    bars = [float(box.attrib["width"]) for box in found.iter("rect") if box.attrib["height"] == "36.0"]
    assert bars[0] == pytest.approx(2 * bars[1], rel=0.02)  # the largest first
    assert "states 8 GB, weights 4 GB, gradients 4 GB; together 16 GB" in (found.findtext("desc") or "")


def test_the_picture_in_the_readme_is_what_is_measured() -> None:
    pytest.importorskip("torch")
    from deckforge.proof import peak_memory

    memory = scaling(lambda n: peak_memory(naive, inputs=inputs(n)), [2**k for k in range(10, 18)])
    file = Path(__file__).parents[2] / "docs" / "images" / "attention-memory.svg"
    assert file.read_text() == standalone(plot(of("O(N²)", memory), "attention-memory")) + "\n"


def test_what_has_no_samples_has_no_picture() -> None:
    claim = drawn()["speedup"].claim
    assert plot(Verdict(claim, Status.UNPROVEN, ""), "a") == ""
    assert picture(Verdict(claim, Status.UNPROVEN, ""), "a") == ""
    assert plot(verdict("1", "search-v1", [Trial()]), "a") == ""
    assert plot(verdict("1", "growth-v1", [Trial()]), "a") == "", "a receipt of another shape"
