"""`deckforge fmt`: one form for every lesson, and what the lesson says stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings

from deckforge import fmt
from deckforge.cli import cli
from deckforge.intake import draft, ids, writer
from deckforge.model.source import Source
from deckforge.read.markdown import read_markdown_lesson
from tests.example import Example
from tests.intake import drafts

SLOW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

LESSON = """\
---
id: plates
title: Plates
---
# Plates
Prose with  two spaces, a hard\x20\x20
break and `code  kept`.


```python
a = 1\x20\x20\x20


b = 2
```
## Flashcards
### Where do plates part? {concept=spreading .low #parting .synthesize .recall}
#### Answer
At ridges.
### Where do they meet?
#### Answer
|edge|what|
| :-- | --: |
| trench   |sinks|
"""

FORMATTED = """\
---
id: plates
title: Plates
---

# Plates

Prose with  two spaces, a hard\\
break and `code  kept`.

```python
a = 1\x20\x20\x20


b = 2
```

## Flashcards

### Where do plates part? {#parting .easy .create .remember concept=spreading}

#### Answer

At ridges.

### Where do they meet? {#where-do-they-meet}

#### Answer

| edge | what |
|:---|---:|
| trench | sinks |
"""


def meaning(text: str, *, ids_too: bool = True) -> object:
    lesson = read_markdown_lesson(Source("lesson.md", text.encode())).value
    return fmt.meaning(lesson, frozenset() if ids_too else frozenset({"id", "item"}))


def test_a_lesson_is_put_in_order() -> None:
    assert fmt.formatted(LESSON) == FORMATTED
    assert meaning(LESSON, ids_too=False) == meaning(FORMATTED, ids_too=False)


def test_what_is_in_order_stays_as_it_is() -> None:
    assert fmt.formatted(FORMATTED) == FORMATTED


def test_line_ends_of_windows_become_plain_ones() -> None:
    assert fmt.formatted(LESSON.replace("\n", "\r\n")) == FORMATTED


def test_an_id_that_another_lesson_has_is_not_given_again() -> None:
    assert "{#where-do-they-meet-2}" in fmt.formatted(LESSON, ["where-do-they-meet"])


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[2] / "content").glob("*.md")), ids=lambda path: path.name
)
def test_the_course_that_comes_with_the_tool_is_in_order(path: Path) -> None:
    assert fmt.formatted(path.read_text()) == path.read_text()


@given(drafts.lessons)
@SLOW
def test_any_lesson_keeps_its_meaning_and_is_settled_at_once(lesson: draft.Lesson) -> None:
    text = writer.write(ids.named(lesson, ()))
    made = fmt.formatted(text)
    assert meaning(made) == meaning(text)
    assert fmt.formatted(made) == made


@given(drafts.texts)
@SLOW
def test_any_text_keeps_its_meaning_whatever_is_wrong_with_it(text: str) -> None:
    item = f"### Front {{.low #x}}\n\n{text}\n\n#### Answer\n\n{text}\n"
    whole = f"---\nid: a\ntitle: A\n---\n\n{text}\n\n## Flashcards\n\n{item}"
    made = fmt.formatted(whole)
    normal = whole.replace("\r\n", "\n").replace("\r", "\n")
    assert meaning(made, ids_too=False) == meaning(normal, ids_too=False)
    assert fmt.formatted(made) == made


def test_the_command_checks_writes_and_is_content(tmp_path: Path) -> None:
    example = Example(tmp_path, {"content/plates.md": LESSON})

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli, ["fmt", "--project", str(tmp_path), *arguments], catch_exceptions=False)
        return done.exit_code, done.output

    assert run("--check") == (1, "would format  content/plates.md, 1 id added\n1 lesson, 1 to format\n")
    assert (example.root / "content/plates.md").read_text() == LESSON
    assert run() == (0, "formatted  content/plates.md, 1 id added\n1 lesson, 1 formatted\n")
    assert (example.root / "content/plates.md").read_text() == FORMATTED
    assert run("--check") == (0, "1 lesson, 0 to format\n")
