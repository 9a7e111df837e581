"""The drawing of the concept map: rows that go down, boxes that do not touch, the same for the same map."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from deckforge.emit.site.concept_map import SHAPES, concept_map, wrapped
from deckforge.emit.site.layers import Drawing, lay_out
from deckforge.model.course import Concept
from tests.site.build import span

NAMES = [f"n{number}" for number in range(14)]
GRAPHS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=30)
WIDTH, GAP = 100.0, 20.0


def drawing(edges: list[tuple[str, str]], across: int = 3) -> Drawing:
    return lay_out(NAMES, edges, across=across, width=WIDTH, gap=GAP)


@settings(deadline=None)
@given(GRAPHS, st.integers(1, 4))
def test_whatever_the_map_boxes_stand_apart_below_what_they_need(edges: list[tuple[str, str]], across: int) -> None:
    """Circles and edges to oneself included: they are left out of the drawing, and everything else is drawn."""
    drawn = drawing(edges, across)
    assert set(drawn.nodes) == set(NAMES)
    rows: dict[int, list[float]] = {}
    for place in drawn.nodes.values():
        rows.setdefault(place.row, []).append(place.x)
        assert WIDTH / 2 - 0.2 <= place.x <= drawn.width - WIDTH / 2 + 0.2
    for xs in rows.values():
        assert len(xs) <= across
        assert all(right - left >= WIDTH + GAP - 0.2 for left, right in pairwise(sorted(xs)))
    for (start, end), places in drawn.edges:
        assert places[0] == drawn.nodes[start]
        assert places[-1] == drawn.nodes[end]
        assert [place.row for place in places] == list(range(places[0].row, places[-1].row + 1))
        assert len(places) > 1


@settings(deadline=None)
@given(GRAPHS)
def test_an_edge_in_passing_touches_no_box(edges: list[tuple[str, str]]) -> None:
    drawn = drawing(edges)
    for _, places in drawn.edges:
        for passing in places[1:-1]:
            beside = [place.x for place in drawn.nodes.values() if place.row == passing.row]
            assert all(abs(passing.x - x) > WIDTH / 2 for x in beside)


@settings(deadline=None)
@given(GRAPHS)
def test_who_reaches_whom_stays_when_implied_edges_go(edges: list[tuple[str, str]]) -> None:
    order = {name: place for place, name in enumerate(NAMES)}
    forward = [(start, end) for start, end in edges if order[start] < order[end]]
    kept = [edge for edge, _ in drawing(forward).edges]
    assert reached(kept) == reached(forward)
    assert all((start, end) not in reached([other for other in kept if other != (start, end)]) for start, end in kept)


def reached(edges: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """Every pair with a path from the first to the second."""
    found = set(edges)
    while more := {(a, d) for a, b in found for c, d in found if b == c} - found:
        found |= more
    return found


def test_rows_are_sorted_so_that_edges_do_not_cross() -> None:
    nodes = ["a", "b", "c", "d"]
    drawn = lay_out(nodes, [("a", "d"), ("b", "c")], across=2, width=WIDTH, gap=GAP)
    xs = {name: place.x for name, place in drawn.nodes.items()}
    assert (xs["a"] < xs["b"]) == (xs["d"] < xs["c"])


def test_the_map_is_made_of_links_that_progress_can_colour() -> None:
    concepts = (
        Concept("chain-rule", "The chain rule", None, (), span()),
        Concept("flow", "Gradients & <signals> through many layers of a network", None, ("chain-rule",), span()),
    )
    made = str(concept_map(concepts))
    assert made.count('<a class="df-node" xlink:href="#flow" data-concept="flow"') == len(SHAPES)
    assert 'aria-label="Gradients &amp; &lt;signals&gt; through many layers of a network"' in made
    assert "\n" not in made
    assert made == str(concept_map(concepts))
    assert not re.search(r"<(style|script)|id=", made)


def test_without_connections_there_is_nothing_to_draw() -> None:
    assert str(concept_map((Concept("a", "A", None, (), span()), Concept("b", "B", None, (), span())))) == ""


@settings(deadline=None)
@given(st.text(min_size=1, max_size=200))
def test_a_title_takes_three_lines_at_most(title: str) -> None:
    assert 1 <= len(wrapped(title, 150)) <= 3
