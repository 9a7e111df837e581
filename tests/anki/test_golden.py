"""What the real Anki makes of one card of each note type, kept to be read in a diff.

`DECKFORGE_GOLDEN=write pytest tests/anki/test_golden.py` writes the files again; look at what changed first.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deckforge.emit.anki.notetypes import SHAPES
from tests.anki.build import card, demo, lesson
from tests.anki.learner import learner, package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.anki.learner import Learner

GOLDEN = Path(__file__).with_name("golden")
ITEMS = {
    "card": "vanishing",
    "card-both": "both-ways",
    "cloze": "scaler",
    "choice": "fix",
    "numeric": "dw2",
    "written": "pipeline",
    "problem": "dead-relu",
    "term": "bfloat16",
}


@pytest.fixture(scope="module")
def anki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Learner]:
    folder = tmp_path_factory.mktemp("golden")
    with learner(folder / "anki") as found:
        both = card("both-ways", "What is a ReLU?", "The larger of its input and zero.", both=True)
        made = demo()
        found.take(package(folder, replace(made, lessons=(*made.lessons, lesson("more", both)))))
        yield found


def shown(anki: Learner, item: str) -> str:
    """Return every card of an item as HTML without scripts, an element a line."""
    parts = []
    for each in anki.note(item).cards():
        rendered = each.render_output()
        for side, text in (("front", rendered.question_text), ("back", rendered.answer_text)):
            body = re.sub(r"<script>.*?</script>", "<script>…</script>", text, flags=re.DOTALL)
            lines = [
                line.strip() for line in re.sub(r"(<(?:li|div|details|p|table|label)\b)", r"\n\1", body).split("\n")
            ]
            parts.append(
                f"<!-- {each.template()['name']} {each.ord + 1}: {side} -->\n" + "\n".join(filter(None, lines))
            )
    return "\n\n".join(parts) + "\n"


def test_there_is_one_for_every_template_of_every_note_type() -> None:
    kept = "".join((GOLDEN / f"{key}.golden").read_text(encoding="utf-8") for key in ITEMS)
    for shape in SHAPES.values():
        for number, (name, _) in enumerate(shape.templates, start=1):
            assert f"<!-- {name} {number}: back -->" in kept, (shape.key, name)


@pytest.mark.parametrize("key", ITEMS)
def test_a_card_is_as_it_was(anki: Learner, key: str) -> None:
    path = GOLDEN / f"{key}.golden"
    now = shown(anki, ITEMS[key])
    if os.environ.get("DECKFORGE_GOLDEN") == "write":
        path.write_text(now, encoding="utf-8", newline="\n")
    assert now == path.read_text(encoding="utf-8")
