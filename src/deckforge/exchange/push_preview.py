"""A push as text for a person and as JSON for a program: what would be done, what was, and what is left alone.

A change of a text is shown around the first place where the words differ, without markup: enough to recognise the
edit, not to review it. The JSON document has every field whole.

```json
{"version": 1, "profile": "User 1", "pushed": true, "complete": true,
 "added": [{"item": "…", "deck": "…"}],
 "updated": [{"item": "…", "fields": {"Back": {"old": "…", "new": "…"}}, "tags_added": [], "tags_removed": []}],
 "moved": [{"item": "…", "cards": 1, "old": "…", "new": "…"}],
 "retired": {"how": "suspend", "items": ["…"], "before": 0},
 "note_types": [{"name": "…", "templates": ["Question"], "css": true}],
 "pictures": ["…"],
 "left": [{"name": "…", "why": "conflict", "detail": "…", "open": true}],
 "refused": ["…"], "still_to_do": 0}
```
"""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING

from deckforge.diagnostics.text import printable
from deckforge.exchange.push_steps import OPEN, Mode, Why

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deckforge.exchange.push import Report
    from deckforge.exchange.push_steps import Plan, Restyling, Update

VERSION = 1
_MOST = 20
"""Lines shown of one kind."""
_BEFORE, _SHOWN = 12, 44
"""Characters shown before a difference, and in all."""
_TAG = re.compile(r"<[^>]*>")
_HOW = {
    Mode.DELETE: "to be deleted, history and all",
    Mode.SUSPEND: "to be suspended and tagged",
    Mode.TAG: "to be tagged",
    Mode.KEEP: "to be kept as they are",
}


def text(profile: str, plan: Plan) -> str:
    """Return the preview of a plan."""
    where = f" (profile {profile})" if profile else ""
    blocks = [
        _block("new notes", [f"{each.item}  in {each.deck}" for each in plan.additions]),
        _block("changed notes", [line for each in plan.updates for line in _update(each)], len(plan.updates)),
        _block("moved notes", [f"{each.item}  {each.old} → {each.new}" for each in plan.moves]),
        _block(f"notes no longer in the course: {_HOW[plan.retire]}", [each.item for each in plan.retirements]),
        _block(
            "note types",
            [f"{each.name}  {', '.join(_parts(each))}" for each in plan.restylings],
        ),
        _block("pictures", list(plan.pictures)),
        _left(plan),
    ]
    shown = [block for block in blocks if block]
    if not plan.changes:
        shown.insert(0, f"Anki{where} has all of the course: nothing to change.\n")
    else:
        shown.insert(0, f"To be done in Anki{where}:\n")
    return "\n".join(shown)


def outcome(report: Report, package: str) -> str:
    """Return what became of a push; `package` is the file to import by hand where that is needed."""
    lines = []
    if report.pushed:
        lines.append(
            "Done." if report.rest is None or not report.rest.changes else "Done, but not all of it was taken:"
        )
        if report.rest is not None and report.rest.changes:
            lines.append(text("", report.rest))
            lines.append("A note that is open in Anki's browser or editor is not changed: close it, and push again.")
    lines += [f"Not done: {each}" for each in report.refused]
    if any(each.why is Why.SCHEMA for each in report.plan.left):
        lines.append(
            f"Some note types have other fields or templates in Anki than in the course. Import {package} there by "
            "hand, after a backup: Anki then asks whether to merge note types, which costs a full sync."
        )
    return "".join(f"{line}\n" for line in lines)


def machine(report: Report) -> str:
    """Return the report as JSON."""
    plan, rest = report.plan, report.rest
    still = 0
    if rest is not None:
        parts = (rest.additions, rest.updates, rest.moves, rest.restylings, rest.pictures)
        still = sum(map(len, parts)) + (len(rest.retirements) if rest.retire is not Mode.KEEP else 0)
    document = {
        "version": VERSION,
        "profile": report.profile,
        "pushed": report.pushed,
        "complete": report.complete,
        "added": [{"item": each.item, "deck": each.deck} for each in plan.additions],
        "updated": [
            {
                "item": each.item,
                "fields": {name: {"old": old, "new": new} for name, old, new in each.fields},
                "tags_added": list(each.tags_added),
                "tags_removed": list(each.tags_removed),
            }
            for each in plan.updates
        ],
        "moved": [
            {"item": each.item, "cards": len(each.cards), "old": each.old, "new": each.new} for each in plan.moves
        ],
        "retired": {
            "how": plan.retire.value,
            "items": [each.item for each in plan.retirements],
            "before": plan.retired_before,
        },
        "note_types": [
            {"name": each.name, "templates": [name for name, _, _ in each.templates], "css": each.css is not None}
            for each in plan.restylings
        ],
        "pictures": list(plan.pictures),
        "left": [
            {"name": each.name, "why": each.why.name.lower(), "detail": each.detail, "open": each.why in OPEN}
            for each in plan.left
        ],
        "refused": list(report.refused),
        "still_to_do": still,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _block(title: str, lines: Sequence[str], count: int | None = None) -> str:
    if not lines:
        return ""
    shown = [f"    {printable(line)}" for line in lines[:_MOST]]
    if len(lines) > _MOST:
        shown.append(f"    … and {len(lines) - _MOST} more")
    number = len(lines) if count is None else count
    if number == 1:
        title = re.sub(r"\b(note|picture|note type)s\b", r"\1", title, count=1)
    return "\n".join([f"  {number} {title}", *shown]) + "\n"


def _update(update: Update) -> Iterable[str]:
    for name, old, new in update.fields:
        yield f"{update.item}  {name}: {difference(old, new)}"
    tags = [f"+{tag}" for tag in update.tags_added] + [f"−{tag}" for tag in update.tags_removed]
    if tags:
        yield f"{update.item}  tags: {' '.join(tags)}"


def _parts(each: Restyling) -> list[str]:
    return [name for name, _, _ in each.templates] + ([] if each.css is None else ["style"])


def _left(plan: Plan) -> str:
    if not plan.left:
        return ""
    lines = [
        f"{each.name}  {each.why.value}{f': {each.detail}' if each.detail else ''}"
        for each in sorted(plan.left, key=lambda each: each.why not in OPEN)
    ]
    return _block("left alone", lines)


def difference(old: str, new: str) -> str:
    """Return `“before” → “after”` around the first difference of two fields, without markup where it is not markup."""
    one, other = (" ".join(unescape(_TAG.sub(" ", text)).split()) for text in (old, new))
    if one == other:  # the markup alone differs
        one, other = old, new
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"“{_around(one, same)}” → “{_around(other, same)}”"


def _around(text: str, at: int) -> str:
    start = max(0, at - _BEFORE)
    if start:
        start = text.find(" ", start, at) + 1 or start
    piece = text[start : start + _SHOWN]
    return ("…" if start else "") + piece + ("…" if start + _SHOWN < len(text) else "")
