"""How fast a large deck is packed, and how small it is: `python bench/package.py [NOTES] [--json]`.

The prose is the project's own documentation and lessons, every paragraph once: repeated text would deflate to nothing
and measure nothing. The size is compared with the stored zip that genanki writes.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import sys
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from deckforge.emit import anki  # noqa: E402
from tests.anki.build import card, context, course, lesson, p, rich  # noqa: E402


def prose() -> list[str]:
    """Return every sentence-like stretch of the repository's documents and docstrings, each once."""
    files = sorted([*ROOT.glob("docs/*.md"), *ROOT.glob("content/*.md"), *ROOT.glob("src/**/*.py")])
    texts = "\n\n".join(path.read_text(encoding="utf-8") for path in files)
    found = (" ".join(part.split()) for part in re.split(r"\n\s*\n|(?<=[.:])\s", texts))
    return [text for text in dict.fromkeys(found) if len(text) > 40]


def main(arguments: list[str]) -> None:
    """Build packages of so many notes (default: as many as there is prose for) and print what came of it."""
    from html import escape

    numbers = [int(word) for word in arguments if word.isdigit()]
    texts = prose()
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
