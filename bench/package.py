"""How fast a large deck is packed, and how small it is: `python bench/package.py [NOTES] [--json]`.

The prose is the project's own documentation and lessons, and where more is asked for the docstrings of Python's
standard library, every stretch once: repeated text would deflate to nothing and measure nothing. The size is compared
with the stored zip that genanki writes.
"""

from __future__ import annotations

import ast
import io
import itertools
import json
import os
import re
import sys
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from deckforge.emit import anki  # noqa: E402
from tests.anki.build import card, context, course, lesson, p, rich  # noqa: E402


def prose(wanted: int) -> list[str]:
    """Return sentence-like stretches, each once: the repository's, and as many of the library's as are wanted."""
    files = sorted([*ROOT.glob("docs/*.md"), *ROOT.glob("content/*.md"), *ROOT.glob("src/**/*.py")])
    found = dict.fromkeys(stretches("\n\n".join(path.read_text(encoding="utf-8") for path in files)))
    for path in sorted(Path(os.__file__).parent.rglob("*.py")):
        if len(found) >= wanted:
            break
        if "site-packages" not in path.parts:
            found.update(dict.fromkeys(stretches("\n\n".join(docstrings(path)))))
    return list(found)


def stretches(text: str) -> list[str]:
    """Return the sentences and paragraphs of a text that are long enough for a field."""
    found = (" ".join(part.split()) for part in re.split(r"\n\s*\n|(?<=[.:])\s", text))
    return [each for each in found if len(each) > 40]


def docstrings(path: Path) -> list[str]:
    """Return the docstrings of a file; none for one that this Python does not read."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return []
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef))
    return [text for text in map(ast.get_docstring, nodes) if text]


def main(arguments: list[str]) -> None:
    """Build packages of so many notes (default: as many as there is prose for) and print what came of it."""
    from html import escape

    numbers = [int(word) for word in arguments if word.isdigit()]
    texts = prose(3 * numbers[0] if numbers else 0)
    wanted = min(numbers[0], len(texts) // 3) if numbers else len(texts) // 3
    parts = iter(texts)
    cards = [
        card(f"note-{number}", rich(escape(question)), p(escape(answer), "</p><p>", escape(more)))
        for number, (question, answer, more) in enumerate(
            itertools.islice(zip(parts, parts, parts, strict=False), wanted)
        )
    ]
    made = course(lesson("prose", *cards))
    start = time.perf_counter()
    outcome = anki.emit(context(Path("/nonexistent"), made))
    seconds = time.perf_counter() - start
    (data,) = [each.data for each in outcome.value if each.path.endswith(".apkg")]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        stored = sum(info.file_size for info in package.infolist())
    result = {
        "notes": len(cards),
        "seconds": round(seconds, 3),
        "bytes": len(data),
        "stored_bytes": stored,
        "ratio": round(len(data) / stored, 3),
    }
    if "--json" in arguments:
        print(json.dumps(result))
    else:
        print("{notes} notes in {seconds} s: {bytes:,} bytes, {ratio} of the {stored_bytes:,} stored".format(**result))


if __name__ == "__main__":
    main(sys.argv[1:])
