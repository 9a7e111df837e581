"""The concept map as a picture: a row of boxes below another, each a link, arrows from what is needed to what needs it.

Two drawings stand on the page, a wide one and a narrow one for phones, and the style sheet shows the one that fits.
Colours are the site's variables; `data-concept` is where the study elements put how well a learner knows a concept.
The list of concepts below says the same in words.

The links are `xlink:href`: when it swaps pages the theme sets the `href` of whatever has one, and that of an SVG link
cannot be set.
"""

from __future__ import annotations

import textwrap
from html import escape
from typing import TYPE_CHECKING

from deckforge.emit.site.layers import lay_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from deckforge.emit.site.layers import Place
    from deckforge.model.course import Concept

_LINE = 18
"""The height of a line of text; the text is 15 high."""
_EDGE = 44
"""Between two rows, where the arrows run."""
_PAD = 8
_MARGIN = 3
SHAPES = (("wide", 4, 158, 22), ("narrow", 2, 138, 14))
"""Each drawing: its name, how many boxes stand beside each other, how wide they are and how far apart."""


def concept_map(concepts: Sequence[Concept]) -> Markup:
    """Return the map as a page's HTML; nothing where no concept builds on another."""
    from markupsafe import Markup

    if not any(concept.requires for concept in concepts):
        return Markup("")
    drawn = "".join(_svg(concepts, *shape) for shape in SHAPES)
    return Markup(f'<div class="df-maps" data-search-exclude>{drawn}</div>')  # noqa: S704 - ours, escaped above


def _svg(concepts: Sequence[Concept], name: str, across: int, width: int, gap: int) -> str:
    edges = [(before, concept.id) for concept in concepts for before in concept.requires]
    drawing = lay_out([concept.id for concept in concepts], edges, across=across, width=width, gap=gap)
    lines = {concept.id: wrapped(concept.title, width) for concept in concepts}
    height = max(len(each) for each in lines.values()) * _LINE + 2 * _PAD
    step = height + _EDGE
    arrows = "".join(_arrow(places, height, step) for _, places in drawing.edges)
    boxes = "".join(_box(concept, lines[concept.id], drawing.nodes[concept.id], (width, height), step)
                    for concept in concepts)  # fmt: skip
    size = (drawing.width + 2 * _MARGIN, drawing.rows * step - _EDGE + 2 * _MARGIN)
    return (
        f'<svg class="df-map df-map--{name}" viewBox="{-_MARGIN} {-_MARGIN} {size[0]:g} {size[1]:g}" '
        f'width="{size[0]:g}" height="{size[1]:g}" role="group" aria-label="Concept map">'
        f'<g class="df-map__arrows" aria-hidden="true">{arrows}</g>{boxes}</svg>'
    )


def wrapped(title: str, width: int) -> list[str]:
    """Return a title in lines that fit into a box, at most three."""
    return textwrap.wrap(title, width=int((width - 2 * _PAD) / 8), max_lines=3, placeholder=" …") or [title]


def _box(concept: Concept, lines: Sequence[str], place: Place, size: tuple[int, int], step: int) -> str:
    width, height = size
    left, top = place.x - width / 2, place.row * step
    first = top + (height - len(lines) * _LINE) / 2 + _LINE - 4.5
    spans = "".join(f'<tspan x="{place.x:g}" y="{first + number * _LINE:g}">{escape(line)}</tspan>'
                    for number, line in enumerate(lines))  # fmt: skip
    return (
        f'<a class="df-node" xlink:href="#{escape(concept.id)}" data-concept="{escape(concept.id)}" '
        f'role="link" aria-label="{escape(concept.title)}">'
        f'<rect x="{left:g}" y="{top:g}" width="{width}" height="{height}" rx="9"/>'
        f'<text text-anchor="middle" aria-hidden="true">{spans}</text></a>'
    )


def _arrow(places: Sequence[Place], height: int, step: int) -> str:
    """Return an edge as a curve from box to box, straight through the rows that it passes, with its head."""
    start, end = places[0], places[-1]
    at = (start.x, start.row * step + height)
    path = [f"M{at[0]:g} {at[1]:g}"]
    for place in places[1:]:
        top = place.row * step - (6 if place is end else 0)
        middle = (at[1] + top) / 2
        path.append(f"C{at[0]:g} {middle:g} {place.x:g} {middle:g} {place.x:g} {top:g}")
        at = (place.x, top)
        if place is not end:
            at = (place.x, place.row * step + height)
            path.append(f"V{at[1]:g}")
    tip = end.row * step - 1
    head = (
        f'<path class="df-map__head" d="M{end.x - 4.5:g} {tip - 8:g}L{end.x:g} {tip:g}L{end.x + 4.5:g} {tip - 8:g}z"/>'
    )
    return f'<path d="{"".join(path)}"/>{head}'
