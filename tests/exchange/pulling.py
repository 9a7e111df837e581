"""A course on disk, a learner who edits its notes in the real Anki, and what `pull` makes of their export."""

from __future__ import annotations

import io
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anki.collection import ExportAnkiPackageOptions

from deckforge import pipeline
from deckforge.exchange import pull_command
from deckforge.verify import Options
from tests.anki.learner import Learner, learner
from tests.example import Example

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from deckforge.diagnostics import Diagnostic

BUILT = 1_780_000_000
EDITED = BUILT + 86_400
DECK = "build/decks/example.apkg"

MARKDOWN = """\
---
id: flow
title: Gradient flow
tags: [backprop]
claims:
  - text: "twice = 2 * 4.0  # 8.0"
    value: "8.0"
    proof: sums.double.value
    with: {x: 4}
---

# Gradient flow

A lesson on *gradients*.

## Flashcards

### Why do gradients vanish in deep networks? {#vanishing .easy .remember .critical}

#### Answer

Each layer multiplies by its *Jacobian*; fifty factors of
0.25 leave [0.5](claim:sums.double.value?x=0.25) of `grad` for $w_2$,
and a\\_b & c < d. See [the other](#scaler).

- one of **two** things
- another

#### Why it matters

Nothing learns.

### What prints? {#prints .easy}

#### Answer

```python
twice = 2 * 4.0  # 8.0
```

### The scaler starts at {{c1::$2^{16}$}} and grows {{c2::slowly::how}}. {#scaler .cloze .easy}

## Quiz

### Which one removes the cause? {#fix .choice .medium}

- [ ] Gradient clipping
  > Clipping bounds
  > exploding gradients.
- [x] ReLU

#### Explanation

Only ReLU changes a factor.

### What is twice 3? {#twice .numeric}

#### Answer

[6.0](claim:sums.double.value?x=3)

### Design the training {#design .essay points=10}

#### Tasks

1. Choose the precision. (4 points)
2. Estimate the memory. (6 points)

#### Model answer

Shard the moments.

#### Rubric

| | Complete | Missing |
|---|---|---|
| Precision (4 points) | every tensor named | one format for all |
| Memory (6 points) | computed | guessed |

## Problems

### A dead ReLU {#dead .problem}

Show that it stays dead.

#### Hint: Conceptual

Look at the derivative.

#### Solution

The factor is zero.

#### Mistakes

| Mistake | Why | Prevention |
|---|---|---|
| small is zero | zero is zero | write the factor |
"""

YAML = """\
id: terms
title: Terms
content:
  - section: terms
    items:
      - id: stride
        front: Stride
        definition: |
          How many elements further in memory
          the next one *along an axis* lies.
      - id: rank
        front: Rank
        definition: "The number of \\"axes\\" of a tensor."
      - id: axis
        front: 'Axis'
        definition: One direction of a tensor
"""

FILES = {"content/flow.md": MARKDOWN, "content/terms.yaml": YAML}


@dataclass
class Pulled:
    """What a pull showed and said."""

    text: str
    found: tuple[Diagnostic, ...]


class Course(Example):
    """A course that has been built, and can be pulled into."""

    def deck(self) -> bytes:
        """Build, and return the package."""
        result = pipeline.build(self.project, Options(), only=("decks",))
        assert not [each for each in result.diagnostics if each.severity.name == "ERROR"], result.diagnostics
        return (self.root / DECK).read_bytes()

    def pull(self, file: Path, *, write: bool = False, style: str = "text") -> Pulled:
        out = io.StringIO()
        with redirect_stdout(out):
            found = pull_command.run(self.project, file, write=write, style=style)
        return Pulled(out.getvalue(), found)

    def read(self, name: str = "content/flow.md") -> str:
        return (self.root / name).read_text()


@dataclass
class Reader:
    """A learner with the course's notes, who edits and exports them."""

    learner: Learner
    folder: Path

    def edit(self, item: str, *changes: tuple[str, str, str], tags: Mapping[str, bool] | None = None) -> None:
        """Replace text in fields (field, old, new), add (`True`) and remove tags; all on the day after the build."""
        note = self.learner.note(item)
        for field, old, new in changes:
            assert note[field].count(old) == 1, f"{old!r} in {note[field]!r}"
            note[field] = note[field].replace(old, new)
        for tag, there in (tags or {}).items():
            (note.tags.append if there else note.tags.remove)(tag)
        self.learner.collection.update_note(note)
        self.learner.collection.db.execute("update notes set mod = ? where id = ?", EDITED, note.id)

    def export(self, name: str = "notes.apkg", *, legacy: bool = False) -> Path:
        path = self.folder / name
        options: Any = ExportAnkiPackageOptions(with_deck_configs=True, with_media=True, legacy=legacy)
        self.learner.collection.export_anki_package(out_path=str(path), options=options, limit=None)
        return path


@contextmanager
def reader(deck: bytes, folder: Path) -> Iterator[Reader]:
    """Open a new collection and import a package into it."""
    with learner(folder / "anki") as found:
        assert found.take(deck)["conflicting"] == 0
        yield Reader(found, folder)
