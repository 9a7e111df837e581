"""What a proof's docstring says of its outputs: the unit of each, in the words of its author.

Two ways of writing are understood. A list, which the proofs that come with the package use:

    Outputs:
        bytes: bytes
        share: percent of the peak

and a sentence, in which a unit in parentheses stands behind the outputs that it is for:

    Outputs: naive, fused (bytes), ratio (dimensionless).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LIST = re.compile(r"^Outputs?:[ \t]*\n((?:[ \t]+\S.*\n?)+)", re.MULTILINE)
_ENTRY = re.compile(r"^[ \t]+(\w+):[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_SENTENCE = re.compile(r"Outputs?:[ \t]*(\S.*)", re.DOTALL)


def units(doc: str, outputs: Sequence[str]) -> Mapping[str, str]:
    """Return the unit of each output that the docstring names with one."""
    if listed := _LIST.search(doc):
        found = dict(_ENTRY.findall(listed[1]))
        return {name: found[name] for name in outputs if name in found}
    if (sentence := _SENTENCE.search(doc)) is None:
        return {}
    text = sentence[1].partition("\n\n")[0]
    places = {name: at.end() for name in outputs if (at := re.search(rf"\b{re.escape(name)}\b", text))}
    found = {}
    for name, end in places.items():
        if unit := re.search(r"\(([^()]*)\)", text[end:]):
            found[name] = " ".join(unit[1].split())
        elif tail := re.search(r"[;,]\s*(dimensionless|bytes|counts?)\b", text[end:]):
            found[name] = tail[1]
    return found


def prose(doc: str) -> str:
    """Return a docstring without its list of outputs."""
    return _LIST.sub("", doc).strip()
