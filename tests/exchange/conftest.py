"""What the tests of pushing share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deckforge.exchange import ankiconnect
from tests.example import Example
from tests.exchange.pushing import FILES, Pushing
from tests.exchange.server import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def push(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Pushing]:
    """A course that nobody has pushed yet, and an empty collection."""
    monkeypatch.setattr(ankiconnect, "_PAUSES", (0, 0))
    monkeypatch.delenv("DECKFORGE_ANKI_KEY", raising=False)
    with serving(tmp_path / "anki") as server:
        yield Pushing(Example(tmp_path / "course", FILES), server, monkeypatch, capsys)


@pytest.fixture
def pushed(push: Pushing) -> Pushing:
    """The same after a first push."""
    assert push().code == 0
    push.server.anki.log.clear()
    return push
