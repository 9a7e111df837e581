r"""A difference for a person, with the words that changed, and as JSON for a program.

```json
{"version": 1, "old": "v1.2", "differs": true, "full_sync": false,
 "new": ["warm-up"],
 "updated": [{"item": "clip", "fields": [{"name": "Back", "old": "<p>…</p>", "new": "<p>…</p>"}],
              "tags_added": [], "tags_removed": [], "cards_added": 0, "cards_left_empty": 0}],
 "touched": [], "moved": [{"item": "clip", "old": "Networks", "new": "Networks::Training"}],
 "reordered": [], "retired": ["momentum"], "searches": ["\"note:Networks · *\" (\"ID:momentum\")"],
 "note_types": [{"name": "Networks · Card", "what": ["the style"]}],
 "media": {"new": [], "gone": []},
 "refused": [{"why": "schema", "what": "Networks · Card", "message": "…", "fix": "…"}],
 "unknown": []}
```

`why` is `schema`, `kind`, `duplicate` or `stale`. `version` grows when a key goes or changes its meaning.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from difflib import SequenceMatcher
from html import unescape
from typing import TYPE_CHECKING

from deckforge.diagnostics.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from deckforge.exchange.diff_model import Diff, Update

VERSION = 1
_MOST = 30
"""Notes shown of one kind; `--format json` has all of them."""
_CONTEXT = 4
"""Words shown before and after a change."""
_LONGEST = 200
_TAG = re.compile(r"<[^>]*>")


def machine(diff: Diff, old: str) -> str:
    """Return the difference as a JSON document."""
    updates = [
        asdict(each) | {"fields": [{"name": name, "old": was, "new": text} for name, was, text in each.fields]}
        for each in diff.updated
    ]
    document = {
        "version": VERSION,
        "old": old,
        "differs": diff.differs,
        "full_sync": diff.forces_full_sync,
        "new": diff.new,
        "updated": updates,
        "touched": diff.touched,
        "moved": [asdict(each) for each in diff.moved],
        "reordered": diff.reordered,
        "retired": diff.retired,
        "searches": diff.searches,
        "note_types": [asdict(each) for each in diff.types],
        "media": {"new": diff.media_new, "gone": diff.media_gone},
        "refused": [asdict(each) for each in diff.refused],
        "unknown": diff.unknown,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def text(diff: Diff, old: str) -> str:
    """Return the difference as text, one block a kind; what Anki would refuse comes first."""
    if not diff.differs:
        return f"Nothing has changed since {printable(old)}.{_unknown(diff)}\n"
    blocks = [
        _block("Anki would refuse, or ask for a full sync", [_pair(each.message, each.fix) for each in diff.refused]),
        _block("new", diff.new),
        _block("updated", [_update(each) for each in diff.updated], "fields and tags are replaced, progress stays"),
        _block("newer without a change", diff.touched, "what learners wrote into these is overwritten, for nothing"),
        _block(
            "moved",
            [f"{each.item}  {each.old or '(no deck)'} → {each.new}" for each in diff.moved],
            "Anki leaves existing cards where they are",
        ),
        _block("reordered", _packed(diff.reordered), "no effect on cards that learners have", len(diff.reordered)),
        _block("retired", _packed(diff.retired), "they stay with learners until deleted", len(diff.retired)),
        _searches(diff),
        _block(
            "note types",
            [f"{each.name}  {', '.join(each.what)}" for each in diff.types],
            "every card of these looks new; progress stays",
        ),
        _block("new media", diff.media_new),
        _block("media no longer used", diff.media_gone, "they stay until the learner runs Tools → Check Media"),
    ]
    head = f"Since {printable(old)}, a learner's collection will see:{_unknown(diff)}"
    return "\n\n".join([head, *(block for block in blocks if block)]) + "\n"


def _unknown(diff: Diff) -> str:
    return f"\n(A lock file does not tell: {', '.join(diff.unknown)}.)" if diff.unknown else ""


def _block(title: str, entries: Sequence[str], remark: str = "", count: int | None = None) -> str:
    if not entries:
        return ""
    shown = list(entries[:_MOST])
    if len(entries) > _MOST:
        shown.append(f"… and {len(entries) - _MOST} more: --format json has them all")
    head = f"{len(entries) if count is None else count} {title}" + (f" ({remark})" if remark else "")
    return "\n".join([head, *(f"  {line}" for entry in shown for line in printable(entry, keep="\n").split("\n"))])


def _packed(items: Sequence[str]) -> list[str]:
    """Return names in lines of some width."""
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + len(item) < 100:
            lines[-1] += f", {item}"
        else:
            lines.append(item)
    return lines


def _pair(message: str, fix: str) -> str:
    return f"{message}\n    help: {fix}"


def _searches(diff: Diff) -> str:
    if not diff.searches:
        return ""
    them = "it" if len(diff.retired) == 1 else "them"
    how = "this search finds" if len(diff.searches) == 1 else f"these {len(diff.searches)} searches find"
    return "\n".join([f"In Anki's browser, {how} {them}:", *(f"  {search}" for search in diff.searches)])


def _update(update: Update) -> str:
    lines = [update.item]
    lines += [f"  {name}: {words(was, text)}" for name, was, text in update.fields]
    tags = [f"+{tag}" for tag in update.tags_added] + [f"-{tag}" for tag in update.tags_removed]
    lines += [f"  tags: {' '.join(tags)}"] if tags else []
    if update.cards_added:
        lines.append(f"  {_count(update.cards_added, 'card')} more")
    if update.cards_left_empty:
        lines.append(f"  {_count(update.cards_left_empty, 'card')} without a question, until Tools → Empty Cards")
    return "\n".join(lines)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def words(old: str, new: str) -> str:
    """Return the words of a field that changed, with some around them: `… of [-0.5-]{+0.25+} leave …`."""
    one, other = _plain(old), _plain(new)
    if one == other:
        return "only the markup"
    shown = " ".join(_changes(one, other))
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for number, (kind, a, b, c, d) in enumerate(blocks):
        if kind != "equal":
            yield (f"[-{' '.join(old[a:b])}-]" if b > a else "") + (f"{{+{' '.join(new[c:d])}+}}" if d > c else "")
            continue
        before = list(old[a : min(b, a + _CONTEXT)]) if number else []
        after = list(old[max(a, b - _CONTEXT) : b]) if number < len(blocks) - 1 else []
        if len(before) + len(after) >= b - a:
            yield " ".join(old[a:b])
        else:
            yield from _around(before, after)


def _around(before: Iterable[str], after: Iterable[str]) -> Iterator[str]:
    yield " ".join([*before, "…", *after])


def _plain(html: str) -> list[str]:
    return unescape(_TAG.sub(" ", html)).split()
