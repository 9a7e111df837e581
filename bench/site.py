"""The study site beside plain Material with the same text: page weight, scripts, time to build, in one run.

    python bench/site.py [--rounds 5] [--project FOLDER]

The same lessons twice: as DeckForge's pages, and as the Markdown that their author wrote, given to MkDocs with the same
theme, palette and extensions and nothing of ours. Builds alternate in random order; times are medians, of the
generator's process and of everything before it that plain Material does not have (reading, checking, rendering; not
verification, whose results are cached). Weights are what a browser is sent, gzipped, for a lesson's page on a first
visit: the page, and the scripts and style sheets that it names. Every figure also stands as a ratio to plain Material.
"""

from __future__ import annotations

import argparse
import gzip
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from deckforge import pipeline
from deckforge.emit import Context
from deckforge.emit import site as emitter
from deckforge.emit.site import engine
from deckforge.project import Project
from deckforge.verify import Options

if TYPE_CHECKING:
    from deckforge.pipeline import Result

ROOT = Path(__file__).parents[1]
FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
NAMED = re.compile(r'<(?:script[^>]* src|link[^>]* href)="([^"]+\.(?:js|css))"')


class Plain:
    """The lessons as their author wrote them, with the theme and nothing of ours."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.folder = folder
        docs = folder / "docs"
        docs.mkdir(parents=True)
        (docs / "index.md").write_text("# Home\n", encoding="utf-8")
        names = []
        for path in sorted(project.content.glob("*.md")):
            text = FRONT_MATTER.sub("", path.read_text(encoding="utf-8"))
            (docs / path.name).write_text(text, encoding="utf-8")
            names.append(path.name)
        ours = yaml.safe_load(project.mkdocs.read_text(encoding="utf-8"))
        kept = {key: ours[key] for key in ("theme", "plugins", "markdown_extensions", "extra") if key in ours}
        kept["theme"]["features"] = ["navigation.prune", "navigation.footer", "content.code.copy"]
        config = {"site_name": "Plain", "nav": ["index.md", *names], **kept}
        (folder / "mkdocs.yml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")

    def build(self) -> tuple[Path, float, float]:
        """Return the site, the seconds before the generator (none) and those of the generator."""
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--quiet", "--clean"],
            check=True,
            cwd=self.folder,
            env={"PATH": "/usr/bin:/bin", "NO_MKDOCS_2_WARNING": "1"},
            stderr=subprocess.DEVNULL,
        )
        return self.folder / "site", 0.0, time.perf_counter() - start


class Ours:
    """The course as DeckForge makes its site."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.project = project
        self.folder = folder
        self.verified: Result = pipeline.verify(project, Options())
        self.built = 0

    def build(self) -> tuple[Path, float, float]:
        """Return the site, the seconds before the generator and those of the generator."""
        start = time.perf_counter()
        course = pipeline.check(self.project).course
        assert self.verified.verification is not None
        old = self.verified.verification.verdicts
        pairs = zip(course.all_claims(), self.verified.course.all_claims(), strict=True)
        verdicts = {claim: old[same] for claim, same in pairs}
        artifacts = emitter.emit(Context(self.project, course, verdicts, now=0)).value
        middle = time.perf_counter()
        self.built += 1
        staging = self.folder / str(self.built)
        staging.mkdir(parents=True)
        built = engine.build(self.project, artifacts, epoch=1_790_000_000, staging=staging)
        assert built.value is not None, built.diagnostics
        return built.value, middle - start, time.perf_counter() - middle


def gzipped(path: Path) -> int:
    """Return the bytes that a server sends for a file."""
    return len(gzip.compress(path.read_bytes(), 6))


def weights(site: Path, page: Path) -> dict[str, float]:
    """Return the bytes of a page, of what it names, and of the whole site."""
    named = [(page.parent / link).resolve() for link in NAMED.findall(page.read_text(encoding="utf-8"))]
    files = [file for file in dict.fromkeys(named) if file.is_file()]
    script, style = (sum(gzipped(file) for file in files if file.suffix == suffix) for suffix in (".js", ".css"))
    study = site / "assets" / "study.js"
    return {
        "page": gzipped(page),
        "scripts": script,
        "of them study.js": gzipped(study) if study.is_file() else 0,
        "style sheets": style,
        "first visit": gzipped(page) + script + style,
        "all pages, not gzipped": sum(path.stat().st_size for path in site.rglob("*.html")),
        "number of pages": sum(1 for _ in site.rglob("*.html")),
        "search index": (site / "search" / "search_index.json").stat().st_size,
    }


def main() -> None:
    """Build both sites in alternation and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--project", type=Path, default=ROOT)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        project = Project.find(given.project)
        arms: dict[str, Plain | Ours] = {
            "plain": Plain(project, Path(scratch) / "plain"),
            "DeckForge": Ours(project, Path(scratch) / "ours"),
        }
        sites: dict[str, Path] = {}
        laps: dict[str, list[tuple[float, float]]] = {name: [] for name in arms}
        for number in range(given.rounds):
            for name in random.Random(number).sample(list(arms), len(arms)):
                sites[name], before, generator = arms[name].build()
                laps[name].append((before, generator))
        lesson = pipeline.check(project).course.lessons[0]
        pages = {"plain": Path(lesson.path).stem, "DeckForge": f"lessons/{lesson.id}"}
        columns = {
            name: {
                "seconds before": statistics.median(before for before, _ in laps[name]),
                "seconds of the generator": statistics.median(generator for _, generator in laps[name]),
                **weights(site, site / pages[name] / "index.html"),
            }
            for name, site in sites.items()
        }
    print(f"{given.rounds} rounds; the page is {lesson.title!r}; bytes gzipped unless said\n")
    print(f"{'':<26}{'plain':>12}{'DeckForge':>12}{'ratio':>9}")
    for name, one in columns["plain"].items():
        other = columns["DeckForge"][name]
        digits = ".2f" if "seconds" in name else ",.0f"
        print(f"{name:<26}{one:>12{digits}}{other:>12{digits}}{f'{other / one:.2f}×' if one else '–':>9}")


if __name__ == "__main__":
    main()
