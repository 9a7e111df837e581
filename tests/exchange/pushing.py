"""A course, the Anki that runs, and `deckforge push` between them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from deckforge import cli
from tests.example import Example

if TYPE_CHECKING:
    from anki.collection import Collection

    from tests.exchange.server import Server

COURSE = """\
id: example
title: An example
deck: Examples
"""

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000000020001e221bc33"
    "0000000049454e44ae426082"
)

FIRST = """\
---
id: first
title: First
deck: First
---

## Flashcards

### What is one? {#one .easy}

#### Answer

One.

### What is two? {#two .easy}

#### Answer

Two.

### What is three? {#three .easy}

#### Answer

Three, see ![a dot](media/dot.png).
"""

SECOND = """\
---
id: second
title: Second
deck: Second
---

## Terms

### Ring {#ring .both}

A group with a product.
"""

FILES = {
    "content/course.yaml": COURSE,
    "content/first.md": FIRST,
    "content/second.md": SECOND,
    "content/media/dot.png": PNG,
}
START = 1_700_000_000


@dataclass
class Done:
    """What a run of the command left: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        return json.loads(self.out)


@dataclass
class Pushing:
    """A course on disk and a server with a collection. Every push builds at a later time than the one before."""

    example: Example
    server: Server
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    clock: int = START
    untouched: dict[str, Any] = field(default_factory=dict)

    def __call__(self, *arguments: str, yes: bool = True) -> Done:
        self.clock += 1000
        self.monkeypatch.setenv("SOURCE_DATE_EPOCH", str(self.clock))
        whole = ["push", "--project", str(self.example.root), "--url", self.server.url, *arguments]
        with pytest.raises(SystemExit) as end:
            cli.main([*whole, *(["--yes"] if yes else [])])
        shown = self.capsys.readouterr()
        return Done(int(end.value.code or 0), shown.out, shown.err)

    def json(self, *arguments: str) -> dict[str, Any]:
        done = self("--format", "json", *arguments)
        assert done.code in (0, 6), done.err
        return done.report

    @property
    def collection(self) -> Collection:
        return self.server.anki.collection

    @property
    def schema(self) -> int:
        return int(self.collection.db.scalar("select scm from col"))

    def note(self, item: str) -> Any:
        (found,) = self.collection.find_notes(f'"ID:{item}"')
        return self.collection.get_note(found)

    def deck(self, item: str) -> str:
        return str(self.collection.decks.name(self.note(item).cards()[0].did))

    def study(self, item: str) -> None:
        """Have the first card of an item reviewed."""
        card = self.note(item).cards()[0]
        card.ivl, card.type, card.queue, card.due, card.reps = 21, 2, 2, 99, 7
        self.collection.update_card(card)

    def edit(self, item: str, **fields: str) -> None:
        """Edit a note as a learner does in Anki."""
        note = self.note(item)
        for name, text in fields.items():
            note[name] = text
        self.collection.update_note(note)

    def everything(self) -> dict[str, list[Any]]:
        """All rows of the collection but those of this course's notes, to see that nothing else was touched."""
        ours = "select n.id from notes n join notetypes t on t.id = n.mid where t.name like 'An example%'"
        db = self.collection.db
        return {
            "notes": db.all(f"select * from notes where id not in ({ours}) order by id"),
            "cards": db.all(f"select * from cards where nid not in ({ours}) order by id"),
            "types": db.all("select id, name, mtime_secs, config from notetypes where name not like 'An example%'"),
            "decks": db.all(
                "select id, name, common, kind from decks where name not like 'Examples%' and id != 1 order by id"
            ),
        }
