"""A model value with its texts changed: the model is frozen, so what holds a changed text is made anew."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from deckforge.model.rich import Rich

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def rewritten(value: T, change: Callable[[Rich], Rich]) -> T:
    """Return a model value with every text in it changed; the value itself where nothing is."""
    if isinstance(value, Rich):
        return change(value)  # type: ignore[return-value] # a text for a text
    if isinstance(value, tuple):
        found = tuple(rewritten(each, change) for each in value)
        same = all(new is old for new, old in zip(found, value, strict=True))
        return value if same else found  # type: ignore[return-value] # a tuple for a tuple
    if not is_dataclass(value) or isinstance(value, type):
        return value
    old = {field.name: getattr(value, field.name) for field in fields(value)}
    new = {name: rewritten(each, change) for name, each in old.items()}
    changed = {name: each for name, each in new.items() if each is not old[name]}
    return replace(value, **changed) if changed else value
