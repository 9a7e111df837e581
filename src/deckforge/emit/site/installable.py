"""What makes the site one that can be installed and read offline: a manifest, and a service worker over the built site.

The worker is written after the site generator has run, by whichever it was: `finish` walks the built site, names in
the worker what to keep from the start (the pages where studying begins, everything that they load, the data of every
lesson), and links the manifest from each page. Its version is a digest of the whole site, so that a new build brings
a new worker, which takes the place of what the old one kept. Pages that a reader opens are kept as they are opened.
"""

from __future__ import annotations

import hashlib
import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from deckforge.model.course import Course

MANIFEST = "manifest.webmanifest"
WORKER = "sw.js"
_PAPER, _ACCENT = "#faf9f6", "#17645f"
_SHELL = re.compile(
    r"(?:index\.html|(?:study|progress|practice)/(?:[^/]+/)?index\.html|manifest\.webmanifest"
    r"|assets/(?!media/|anki/|images/social).*\.(?:css|js|woff2|svg|png|webmanifest))"
)
"""What is kept from the start; pictures of lessons and the search index only once they are asked for."""
_SKIPPED = re.compile(r"assets/(?:javascripts/lunr/.*|.*\.map)")


def webmanifest(course: Course) -> bytes:
    """Return what a browser needs to know to install the site."""
    icons = [
        {"src": "assets/icons/icon.svg", "sizes": "any", "type": "image/svg+xml"},
        {"src": "assets/icons/icon-192.png", "sizes": "192x192", "type": "image/png"},
        {"src": "assets/icons/icon-512.png", "sizes": "512x512", "type": "image/png"},
        {"src": "assets/icons/icon-maskable.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    values = {
        "id": f"./?course={course.id}",
        "name": course.title,
        "short_name": _short(course.title),
        "description": course.description,
        "lang": course.language,
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": _PAPER,
        "theme_color": _PAPER,
        "icons": icons,
    }
    return (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode()


def _short(title: str) -> str:
    """Return what stands below an icon: as many words as fit into about twelve letters, at least one."""
    words = title.split()
    while len(words) > 1 and len(" ".join(words)) > 12:
        words.pop()
    return " ".join(words)


def finish(site: Path) -> None:
    """Write the service worker of a built site, and link the manifest from its pages; a site without one is left.

    The search index is written as a script too: a page opened from a file can load that, and nothing else.
    """
    if not (site / MANIFEST).is_file():
        return
    index = site / "search" / "search_index.json"
    if index.is_file():
        index.with_suffix(".js").write_bytes(b"var __index = " + index.read_bytes())
    for page in sorted(site.rglob("*.html")):
        depth = len(page.relative_to(site).parts) - 1
        _link(page, "../" * depth)
    contents = {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file() and path.name != WORKER
    }
    (site / WORKER).write_bytes(worker(contents))


def _link(page: Path, root: str) -> None:
    """Link the manifest and the icon for home screens from a page of the theme's; sheets for paper need neither."""
    html = page.read_text(encoding="utf-8")
    links = f'<link rel="manifest" href="{root}{MANIFEST}">'
    links += f'<link rel="apple-touch-icon" href="{root}assets/icons/icon-192.png">'
    if page.name != "404.html" and page.parent.name != "print" and links not in html:
        page.write_text(html.replace("</head>", f"{links}</head>", 1), encoding="utf-8")


def worker(contents: Mapping[str, bytes]) -> bytes:
    """Return the service worker of a site with these files, by their path."""
    whole = hashlib.sha256()
    for path, data in sorted(contents.items()):
        whole.update(f"{path}\0{len(data)}\0".encode())
        whole.update(data)
    shell = [address(path) for path in sorted(contents) if _SHELL.fullmatch(path) and not _SKIPPED.fullmatch(path)]
    source = (files("deckforge.emit.site") / "assets" / "worker.js").read_text(encoding="utf-8")
    source = source.replace('"VERSION"', json.dumps(whole.hexdigest()[:16]))
    return source.replace('["SHELL"]', json.dumps(shell, ensure_ascii=False, indent=0)).encode()


def address(path: str) -> str:
    """Return the address by which a file is asked for, relative to the root: a page's is its folder."""
    return "./" if path == "index.html" else path.removesuffix("index.html")
