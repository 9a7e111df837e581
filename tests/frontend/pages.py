"""Pages with the study elements over the course of the golden files, as it is or of any size, without a generator."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import material

from deckforge.emit.site import study

ASSETS = Path(study.__file__).parent / "assets"
GOLDEN = Path(__file__).parents[1] / "site" / "golden"
THEME = Path(material.__file__).parent / "templates" / "assets" / "stylesheets"

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Study</title>
{styles}<script defer src="{root}assets/study.js"></script></head>
<body data-md-color-scheme="{scheme}" data-md-color-primary="custom"><main class="md-typeset">
<div class="df">{content}</div></main></body></html>
"""

PAGES = {
    "study": '<df-study deck="*"><p>Questions without a script.</p></df-study>',
    "progress": "<df-progress><p>Progress without a script.</p></df-progress>",
    "home": "<df-home></df-home>",
    "marks": """<df-checklist id="list"><label><input type="checkbox"> One</label>
<label><input type="checkbox"> Two</label></df-checklist>
<p>Gradient flow <df-mastery concept="gradient-flow"></df-mastery></p>
<df-mastery><svg width="9" height="9"><a data-concept="gradient-flow" href="#x"><rect width="9" height="9"/></a>
<a data-concept="nothing" href="#y"><rect width="9" height="9"/></a></svg></df-mastery>""",
    "nowhere": '<df-study deck="gone"><p>Questions without a script.</p></df-study>',
}


def golden(name: str) -> dict[str, Any]:
    """What a golden script hands over."""
    text = (GOLDEN / f"study-{name}.js").read_text()
    found: dict[str, Any] = json.loads(text[text.index(",") + 1 : text.rindex(")")])
    return found


def course(cards: int = 0) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The course and its lessons; with `cards` a lesson a hundred, each with so many copies of the course's cards."""
    whole = golden("course")
    whole["worker"] = ""
    lessons = [golden(f"lesson-{lesson['id']}") for lesson in whole["lessons"]]
    if not cards:
        return whole, lessons
    summary = next(item for item in whole["items"] if item["kind"] == "card")
    text = next(item for lesson in lessons for item in lesson["items"] if item["id"] == summary["id"])
    names = [f"l{number}" for number in range(-(-cards // 100))]
    whole["lessons"] = [
        {"id": name, "title": name, "url": f"@/{name}/", "script": f"@/assets/study/lesson-{name}.js"} for name in names
    ]
    whole["decks"] = [{"id": "*", "title": "All", "url": "@/study.html", "lessons": names}]
    whole["items"] = [summary | {"id": f"card-{at}", "lesson": f"l{at // 100}"} for at in range(cards)]
    made = [
        {
            "schema": whole["schema"],
            "course": whole["id"],
            "lesson": name,
            "items": [text | {"id": f"card-{at}"} for at in range(cards) if at // 100 == int(name[1:])],
            "sections": [],
        }
        for name in names
    ]
    return whole, made


def write(folder: Path, cards: int = 0, **changes: Any) -> Path:
    """Write the pages of `PAGES`, and each again in the dark as `dark-…`; `changes` are of the course's data."""
    whole, lessons = course(cards)
    shutil.copytree(ASSETS, folder / "assets")
    data = folder / "assets" / "study"
    data.mkdir()
    (data / "course.js").write_text(f"deckforge.register('course', {json.dumps(whole | changes)});\n")
    for lesson in lessons:
        text = f"deckforge.register('lesson', {json.dumps(lesson)});\n"
        (data / f"lesson-{lesson['lesson']}.js").write_text(text)
    for style in sorted(THEME.glob("*.css")):
        shutil.copy(style, folder / "assets" / re.sub(r"\..*", ".css", style.name))
    names = ("main", "palette", "deckforge", "study")
    styles = "".join(f'<link rel="stylesheet" href="assets/{name}.css">\n' for name in names)
    for name, content in PAGES.items():
        for prefix, scheme in (("", "default"), ("dark-", "slate")):
            page = PAGE.format(styles=styles, root="", scheme=scheme, content=content)
            (folder / f"{prefix}{name}.html").write_text(page)
    return folder
