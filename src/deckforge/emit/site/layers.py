"""A drawing of a graph in layers: who needs what stands below it, edges run down, and few of them cross.

The usual four steps, each small because concept maps are: edges that others imply are left out; every node goes into
the first row below all that it needs (a row holds so many and no more); within the rows, nodes are sorted by the mean
place of their neighbours, the best of some sweeps is kept; and the places are the ones that bring every node as near
to its neighbours as the gaps allow. An edge that passes a row gets a narrow place of its own in it.

Everything is a function of the graph and its order: the same map gives the same drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Edge: TypeAlias = tuple[str, str]
"""From what is needed to what needs it."""
_SWEEPS = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where the middle of a node is: `x` in the unit of the widths, `row` from 0."""

    x: float
    row: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Nodes by their name, and every edge as the places that it runs through, its two ends included."""

    nodes: Mapping[str, Place]
    edges: tuple[tuple[Edge, tuple[Place, ...]], ...]
    width: float
    rows: int


def lay_out(nodes: Sequence[str], edges: Iterable[Edge], *, across: int, width: float, gap: float) -> Drawing:
    """Return the drawing of a graph: at most `across` nodes in a row, each `width` wide, with `gap` between."""
    known = dict.fromkeys(nodes)
    wanted = [(start, end) for start, end in dict.fromkeys(edges) if start in known and end in known and start != end]
    direct = _direct(tuple(known), _without_circles(tuple(known), wanted))
    rows_of = _rows(tuple(known), direct, across)
    columns, chains = _columns(tuple(known), direct, rows_of)
    columns = _fewest_crossings(columns, chains)
    sizes = {name: width if name in known else gap / 3 for column in columns for name in column}
    xs = _positions(columns, chains, sizes, gap)
    left = min((xs[name] - sizes[name] / 2 for name in xs), default=0.0)
    right = max((xs[name] + sizes[name] / 2 for name in xs), default=0.0)
    row = {name: number for number, column in enumerate(columns) for name in column}
    places = {name: Place(round(xs[name] - left, 1), row[name]) for name in xs}
    return Drawing(
        {name: places[name] for name in known},
        tuple(((chain[0], chain[-1]), tuple(places[name] for name in chain)) for chain in chains),
        round(right - left, 1),
        len(columns),
    )


def _without_circles(nodes: Sequence[str], edges: Sequence[Edge]) -> list[Edge]:
    """Return the edges without those that close a circle: such a map is a mistake that has its own diagnostic."""
    after: dict[str, list[str]] = {name: [] for name in nodes}
    kept: list[Edge] = []
    for start, end in edges:
        if not _reaches(end, start, after):
            after[start].append(end)
            kept.append((start, end))
    return kept


def _reaches(start: str, end: str, after: Mapping[str, Sequence[str]]) -> bool:
    pending, seen = [start], {start}
    while pending:
        name = pending.pop()
        if name == end:
            return True
        new = [other for other in after[name] if other not in seen]
        seen.update(new)
        pending += new
    return False


def _direct(nodes: Sequence[str], edges: Sequence[Edge]) -> list[Edge]:
    """Return the edges that no path of others implies."""
    after: dict[str, list[str]] = {name: [] for name in nodes}
    for start, end in edges:
        after[start].append(end)
    return [
        (start, end)
        for start, end in edges
        if not any(other != end and _reaches(other, end, after) for other in after[start])
    ]


def _rows(nodes: Sequence[str], edges: Sequence[Edge], across: int) -> dict[str, int]:
    """Return the row of each node: below all that it needs, and where there is room."""
    before: dict[str, list[str]] = {name: [] for name in nodes}
    for start, end in edges:
        before[end].append(start)
    found: dict[str, int] = {}
    filled: list[int] = []
    while len(found) < len(nodes):
        name = next(each for each in nodes if each not in found and all(other in found for other in before[each]))
        row = max((found[other] + 1 for other in before[name]), default=0)
        while row < len(filled) and filled[row] >= across:
            row += 1
        filled += [0] * (row + 1 - len(filled))
        filled[row] += 1
        found[name] = row
    return found


def _columns(
    nodes: Sequence[str], edges: Sequence[Edge], rows: Mapping[str, int]
) -> tuple[list[list[str]], list[list[str]]]:
    """Return what stands in each row, and the chain of each edge, with a place in every row that it passes."""
    columns: list[list[str]] = [[] for _ in range(max(rows.values(), default=-1) + 1)]
    for name in nodes:
        columns[rows[name]].append(name)
    chains: list[list[str]] = []
    for start, end in edges:
        chain = [start]
        for row in range(rows[start] + 1, rows[end]):
            passing = f"{start}\x1f{row}"
            if passing not in columns[row]:
                columns[row].append(passing)
            chain.append(passing)
        chains.append([*chain, end])
    return columns, chains


def _links(chains: Sequence[Sequence[str]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the neighbours of each place in the row above and in the row below."""
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for upper, lower in dict.fromkeys(pair for chain in chains for pair in pairwise(chain)):
        below.setdefault(upper, []).append(lower)
        above.setdefault(lower, []).append(upper)
    return above, below


def _fewest_crossings(columns: list[list[str]], chains: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the rows in an order in which few edges cross: sweeps down and up, the best of them."""
    above, below = _links(chains)
    best, fewest = columns, _crossings(columns, below)
    for sweep in range(_SWEEPS):
        neighbours = below if sweep % 2 else above
        order = {name: place for column in columns for place, name in enumerate(column)}
        swept: list[list[str]] = []
        for column in reversed(columns) if sweep % 2 else columns:
            means = {name: _mean([order[each] for each in neighbours.get(name, ())], order[name]) for name in column}
            moved = sorted(column, key=lambda name: means[name])
            order.update({name: place for place, name in enumerate(moved)})
            swept.append(moved)
        columns = swept[::-1] if sweep % 2 else swept
        if (count := _crossings(columns, below)) < fewest:
            best, fewest = columns, count
    return best


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _crossings(columns: Sequence[Sequence[str]], below: Mapping[str, Sequence[str]]) -> int:
    count = 0
    for upper, lower in pairwise(columns):
        order = {name: place for place, name in enumerate(lower)}
        ends = [(start, order[end]) for start, name in enumerate(upper) for end in below.get(name, ())]
        count += sum((a - c) * (b - d) < 0 for at, (a, b) in enumerate(ends) for c, d in ends[:at])
    return count


def _positions(
    columns: Sequence[Sequence[str]], chains: Sequence[Sequence[str]], sizes: Mapping[str, float], gap: float
) -> dict[str, float]:
    """Return where the middle of each place is."""
    above, below = _links(chains)
    room = max((sum(sizes[name] + gap for name in column) - gap for column in columns), default=0.0)
    xs: dict[str, float] = {}
    for column in columns:
        at = (room - sum(sizes[name] + gap for name in column) + gap) / 2
        for name in column:
            xs[name] = at + sizes[name] / 2
            at += sizes[name] + gap
    for sweep in range(_SWEEPS):
        for column in reversed(columns) if sweep % 2 else columns:
            near = {name: [*above.get(name, ()), *below.get(name, ())] for name in column}
            wanted = [_mean([xs[each] for each in near[name]], xs[name]) for name in column]
            xs.update(zip(column, _apart(wanted, [sizes[name] for name in column], gap, room), strict=True))
    return xs


def _apart(wanted: Sequence[float], sizes: Sequence[float], gap: float, room: float) -> list[float]:
    """Return the places nearest to those wanted that keep order, gaps and room (pooled as in isotonic regression)."""
    offsets = [0.0]
    for before, after in pairwise(sizes):
        offsets.append(offsets[-1] + (before + after) / 2 + gap)
    blocks: list[tuple[float, int]] = []  # the mean of a run that stands shoulder to shoulder, and its length
    for place, offset in zip(wanted, offsets, strict=True):
        mean, size = place - offset, 1
        while blocks and blocks[-1][0] > mean:
            other, more = blocks.pop()
            mean, size = (mean * size + other * more) / (size + more), size + more
        blocks.append((mean, size))
    low = sizes[0] / 2
    high = max(low, room - offsets[-1] - sizes[-1] / 2)
    means = [min(max(mean, low), high) for mean, size in blocks for _ in range(size)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]
