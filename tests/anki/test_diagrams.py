"""Mermaid diagrams: drawn once, committed, and then the same picture everywhere; shown as text, aloud, where not."""

from __future__ import annotations

import base64
import json
import os
import shutil
import stat
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from deckforge import draw
from deckforge.diagnostics import Severity
from deckforge.emit.anki.package import rows_digest
from deckforge.model import diagrams
from deckforge.model.rich import Code, Image
from tests.anki.build import HERE, card, claim, course, lesson, rich
from tests.anki.learner import learner
from tests.example import Example, places

ROOT = Path(__file__).parents[2]
LOOP = "flowchart LR\n  accTitle: Loss to gradients\n  A[Loss] --> B{x < 5?}\n  B -->|List#lt;int#gt;| A\n"
LESSON = f"""\
---
id: flow
title: Flow
---

# Flow

## Flashcards

### A loop {{#shows .easy .remember}}

What does this show?

```mermaid
{LOOP}```

#### Answer

A loop.
"""
COURSE = "id: example\ntitle: An example\n"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>drawn</title></svg>\n'


def block(text: str = LOOP, **more: object) -> Code:
    return Code(text, "mermaid", "", more.pop("marks", ()), HERE)  # type: ignore[arg-type]


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Example:
    """A course with one diagram, on a machine with neither browser nor Mermaid."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv(draw.MERMAID, raising=False)
    monkeypatch.delenv(draw.BROWSER, raising=False)
    made = Example(tmp_path / "course", {"content/flow.md": LESSON, "content/course.yaml": COURSE})
    (tmp_path / "bin").mkdir()
    return made


def browser(example: Example, answers: object, *, status: int = 0) -> None:
    """Install a program that behaves as a browser would that drew this, and a Mermaid for it to load."""
    program = example.root.parent / "bin" / "chromium"
    printed = base64.b64encode(json.dumps(answers).encode()).decode()
    log = example.root.parent / "runs"
    program.write_text(f"#!/bin/sh\necho run >>'{log}'\necho '<pre id=\"drawings\">{printed}</pre>'\nexit {status}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    example.write({"node_modules/mermaid/dist/mermaid.min.js": "var mermaid;"})


def runs(example: Example) -> int:
    log = example.root.parent / "runs"
    return len(log.read_text().splitlines()) if log.exists() else 0


def fields(example: Example) -> str:
    return example.outputs()["tables/example.txt"].decode()


def test_without_a_browser_the_diagram_is_shown_as_text_and_said_so_at_its_place(example: Example) -> None:
    result = example.build()
    assert places(result) == ["content/flow.md:14:1 DF902 diagram-not-drawn"]
    (found,) = [each for each in result.diagnostics if each.code is draw.UNDRAWN]
    assert "no Chromium is installed" in found.message
    assert "A[Loss] --&gt; B{x &lt; 5?}" in fields(example)
    assert "<img" not in fields(example)


def test_a_drawing_is_made_once_and_kept_with_the_course(example: Example) -> None:
    browser(example, [{"svg": DRAWING}])
    result = example.build()
    assert places(result) == []
    (kept,) = (example.root / "content/media/mermaid").iterdir()
    assert kept.name.startswith("flowchart-")
    assert kept.read_text() == DRAWING
    assert 'alt=""Loss to gradients""' in fields(example)
    again = example.build()
    assert places(again) == []
    assert again.written is not None
    assert again.written.changed == ()
    assert runs(example) == 1


def test_a_machine_without_a_browser_makes_the_same_notes_from_a_kept_drawing(example: Example) -> None:
    browser(example, [{"svg": DRAWING}])
    example.build()
    first = example.outputs()["decks/example.apkg"]
    shutil.rmtree(example.root / "build")
    shutil.rmtree(example.root.parent / "bin")
    result = example.build(locked=True)
    assert places(result) == []
    assert rows_digest(example.outputs()["decks/example.apkg"]) == rows_digest(first)


def test_a_drawing_reaches_anki_as_a_picture(example: Example, tmp_path: Path) -> None:
    browser(example, [{"svg": DRAWING}])
    example.build()
    with learner(tmp_path / "anki") as anki:
        anki.take(example.outputs()["decks/example.apkg"])
        assert anki.problems() == []
        (name,) = [path.name for path in (tmp_path / "anki/collection.media").iterdir()]
        front = anki.note("shows")["Front"]
        assert front.endswith(
            f'<p class="df-diagram" style="--wide: 9px"><img src="{name}" alt="Loss to gradients"></p>'
        )
        assert name.endswith(".svg")


def test_what_mermaid_cannot_read_is_an_error_at_the_diagram(example: Example) -> None:
    browser(example, [{"error": "Parse error on line 2"}])
    result = example.build()
    assert places(result, Severity.ERROR) == ["content/flow.md:14:1 DF319 broken-diagram"]
    assert result.written is None
    assert not (example.root / "content/media").exists()


@pytest.mark.parametrize("status", [0, 1])
def test_a_browser_that_draws_nothing_is_told_from_a_broken_diagram(example: Example, status: int) -> None:
    browser(example, [], status=status)
    (example.root.parent / "bin/chromium").write_text(f"#!/bin/sh\nexit {status}\n")
    result = example.build()
    assert places(result) == ["content/flow.md:14:1 DF902 diagram-not-drawn"]
    assert result.written is not None


def test_with_locked_nothing_is_drawn(example: Example) -> None:
    example.build()
    browser(example, [{"svg": DRAWING}])
    result = example.build(locked=True)
    assert places(result) == ["content/flow.md:14:1 DF902 diagram-not-drawn"]
    assert runs(example) == 0


def test_a_changed_diagram_leaves_its_old_drawing_to_be_deleted(example: Example) -> None:
    browser(example, [{"svg": DRAWING}])
    example.build()
    example.replace("content/flow.md", "A[Loss]", "A[The loss]")
    result = example.build()
    assert [each.code.name for each in result.diagnostics] == ["unused-media"]
    assert runs(example) == 2


def test_nothing_is_drawn_for_a_course_without_diagrams(example: Example) -> None:
    browser(example, [{"svg": DRAWING}])
    example.replace("content/flow.md", "```mermaid", "```text")
    example.build()
    assert runs(example) == 0


def test_a_diagram_needs_words(example: Example) -> None:
    example.replace("content/flow.md", "  accTitle: Loss to gradients\n", "")
    assert places(example.check()) == ["content/flow.md:14:1 DF318 diagram-without-words"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("flowchart LR\n accTitle: A loop\n A-->A", "A loop"),
        ("flowchart LR\n accDescr: It turns.\n A-->A", "It turns."),
        ("flowchart LR\n accTitle : A loop\n accDescr {\n It\n turns\n }\n A-->A", "A loop. It turns."),
        ("flowchart LR\n A[accTitle: no]-->A", ""),
        ("flowchart LR\n accTitle:\n A-->A", ""),
    ],
)
def test_a_diagram_s_words_are_mermaid_s_own(text: str, words: str) -> None:
    assert diagrams.words(block(text)) == words


def test_a_drawing_s_name_is_a_function_of_the_text_alone() -> None:
    name = diagrams.path(block(LOOP))
    assert diagrams.path(block(f"\n{LOOP}\n\n".replace("\n", "  \n"))) == name
    assert diagrams.path(block(LOOP.replace("Loss", "loss"))) != name
    assert diagrams.path(block("%%{init: {}}%%\nsequenceDiagram\nA->>B: x")).rpartition("/")[2].startswith("sequence")
    assert diagrams.path(block("---\ntitle: T\n---\npie\n")).rpartition("/")[2].startswith("pie-")


def test_a_claim_on_a_diagram_is_still_answered_for() -> None:
    from deckforge.model.rich import Mark

    number = claim("5", "a.b.c")
    code = block(LOOP, marks=(Mark(LOOP.index("5"), LOOP.index("5") + 1, number),))
    made = course(lesson("one", card("a", rich("Look: ", code))), media={diagrams.path(code): DRAWING.encode()})
    shown = diagrams.drawn(made)
    (front,) = [item.front for item in shown.items.values() for item in [item[1]]]
    assert [type(piece) for piece in front.pieces] == [str, str, Image, str]
    assert shown.all_claims() == made.all_claims() == (number,)


def test_a_course_without_drawings_is_left_as_it_is() -> None:
    made = course(lesson("one", card("a", rich("Look: ", block()))))
    assert diagrams.drawn(made) is made


def test_tools_are_found_where_people_install_them(tmp_path: Path) -> None:
    def executable(path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        return path

    def script(path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
        return path

    chrome = executable(tmp_path / "bin/google-chrome")
    path = {"PATH": str(tmp_path / "bin")}
    assert "Mermaid is not installed" in str(draw.find(tmp_path, path))
    # Beside Mermaid's own command line, wherever a link on the path leads to.
    program = executable(tmp_path / "lib/node_modules/@mermaid-js/mermaid-cli/src/cli.js")
    beside = script(tmp_path / "lib/node_modules/mermaid/dist/mermaid.min.js")
    (tmp_path / "bin/mmdc").symlink_to(program)
    assert draw.find(tmp_path / "course", path) == draw.Tools(chrome, beside)
    own = script(tmp_path / "course/node_modules/mermaid/dist/mermaid.min.js")
    assert draw.find(tmp_path / "course", path) == draw.Tools(chrome, own)
    named = script(tmp_path / "named/dist/mermaid.min.js")
    for given in (named, tmp_path / "named"):
        assert draw.find(tmp_path / "course", {**path, draw.MERMAID: str(given)}) == draw.Tools(chrome, named)
    assert "names no file" in str(draw.find(tmp_path, {**path, draw.MERMAID: str(tmp_path / "none.js")}))
    assert "names no program" in str(draw.find(tmp_path, {**path, draw.BROWSER: "netscape"}))
    assert "no Chromium" in str(draw.find(tmp_path, {"PATH": str(tmp_path / "nowhere")}))


def test_what_the_real_mermaid_draws_can_be_shown_by_anything(tmp_path: Path) -> None:
    """Well-formed, of a size, on a ground of its own, with labels that are no HTML; the same a second time."""
    tools = draw.find(ROOT, os.environ)
    if isinstance(tools, str):
        pytest.skip(f"diagrams are drawn by Mermaid in a browser, and {tools}")
    texts = [
        LOOP,
        'flowchart TD\n  A["a & b"] -->|"x < 5 and y > 3"| B["`**bold** and _not_`"]\n',
        "sequenceDiagram\n  Worker->>Server: gradients\n  Server-->>Worker: weights\n",
        "stateDiagram-v2\n  [*] --> Training\n  Training --> [*]\n",
        "classDiagram\n  Optimizer <|-- Adam\n  Optimizer : +step()\n",
        'pie title Memory\n  "Adam" : 8\n  "Weights" : 2\n',
        "flowchart LR\n  A[Loss --> B\n",
    ]
    drawings = draw.run(tools, texts)
    assert drawings == draw.run(tools, texts)
    assert isinstance(drawings, list)
    *drawn, (nothing, error) = drawings
    assert nothing == ""
    assert "Parse error" in error
    for text, (svg, failure) in zip(texts, drawn, strict=False):
        assert failure == "", text
        root = ET.fromstring(svg)
        assert float(root.get("width", "0")) > 50
        assert float(root.get("height", "0")) > 50
        names = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert not names & {"foreignObject", "script", "image"}
        assert "#f7f5f1" in svg
        words = " ".join("".join(root.itertext()).split())
        assert "Loss" in words or text is not LOOP
    assert "<title" in drawn[0][0]
