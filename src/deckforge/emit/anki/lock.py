"""`content/anki.lock`: when each note last changed, kept so that a build changes nothing else.

Anki updates a note when the package's copy is newer than the learner's, and then replaces every field and tag. So a
note's modification time must move when its content does, and only then; the time of the build says nothing. The file
holds, per note, that time and a hash of the content, in three lines, sorted by id:

    gradient-flow
    1763800000 6f1d0c2ab4e98d75 card
    (an empty line)

Nothing in it is a count or the time of the file itself, so that git merges what two branches changed (`merge=union`).
Where the merge was done by something that does not know `merge=union`, the reader skips conflict markers, and of two
values for one id the later one counts. Entries of vanished items stay: a returning item must not look older than it
was. Note types have entries of their own, `notetype:card`, for their templates, style and fields; behind the hash
stands their schema (see `schema`).
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Severity
from deckforge.model.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deckforge.diagnostics import Diagnostic
    from deckforge.emit.anki.notetypes import NoteType

PATH = "content/anki.lock"

CORRUPT_LOCK = Code(
    "DF701",
    "corrupt-lock",
    Severity.ERROR,
    "A line of `content/anki.lock` cannot be read.",
    "The file says when each note last changed. A note whose entry is lost counts as changed, and the next package "
    "then overwrites what learners wrote into theirs. So nothing is guessed.",
    "vanishing\nyesterday 6f1d0c2ab4e98d75 card",
    "vanishing\n1763800000 6f1d0c2ab4e98d75 card",
)
LOCKED = Code(
    "DF702",
    "lock-out-of-date",
    Severity.ERROR,
    "With `--locked`, the build would have to change `content/anki.lock`.",
    "Notes have changed since the lock file was committed. On a server, writing a new lock file would give the notes "
    "other modification times than the next build on your machine, and learners would get the same change twice.",
    "deckforge build --locked",
    "deckforge build && git commit content/anki.lock",
)
CODES = (CORRUPT_LOCK, LOCKED)

_PART = r"[^\s;,=]+=-?[0-9a-f]+"
_PARTS = rf"{_PART}(?:,{_PART})*"
_VALUE = re.compile(rf"(\d{{1,12}}) ([0-9a-f]{{16}})(?: ([a-z][a-z0-9]*(?:;\d+;{_PARTS};{_PARTS})?))?")
_KEY = re.compile(r"[^\s<>=|]\S*")
_CONFLICT = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?: .*)?")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a note or note type: `mod` in seconds since 1970, and a hash.

    `type` is the key of a note's type, and the schema of a note type as `schema.write` gives it.
    """

    mod: int
    hash: str
    type: str = ""


def read(data: bytes) -> tuple[dict[str, Entry], tuple[Diagnostic, ...]]:
    """Return the entries by key, and what could not be read."""
    entries: dict[str, Entry] = {}
    found: list[Diagnostic] = []
    key, key_span, empty = "", Span(PATH, 0, 0), False
    start = 0

    def corrupt(span: Span, message: str) -> None:
        fix = "restore the file from git; without it, delete the line, and its note counts as changed"
        found.append(CORRUPT_LOCK.at(span, message, fix=fix))

    for raw in data.split(b"\n"):
        span, start = Span(PATH, start, start + len(raw.rstrip(b"\r"))), start + len(raw) + 1
        try:
            line = raw.decode("utf-8").removeprefix("\ufeff").strip()
        except UnicodeDecodeError:
            corrupt(span, "this line is no UTF-8 text")
            continue
        if not line or _CONFLICT.fullmatch(line):
            continue
        value = _VALUE.fullmatch(line)
        if value is None:
            if empty:
                corrupt(key_span, f"`{key}` has no modification time and hash behind it")
            if _KEY.fullmatch(line) is None:
                corrupt(span, f"`{line[:60]}` is neither an id nor a time with a hash")
                key, empty = "", False
                continue
            key, key_span, empty = line, span, True
        elif not key:
            corrupt(span, f"`{line}` stands behind no id")
        else:
            entry = Entry(int(value[1]), value[2], value[3] or "")
            # A merge may leave two values for one id. The later one is what some learner may already have.
            entries[key] = max(entries.get(key, entry), entry, key=lambda each: (each.mod, each.hash))
            empty = False
    if empty:
        corrupt(key_span, f"`{key}` has no modification time and hash behind it")
    return entries, tuple(found)


def write(entries: Mapping[str, Entry]) -> bytes:
    """Return the file's bytes."""
    return "".join(
        f"{key}\n{entry.mod} {entry.hash}{f' {entry.type}' if entry.type else ''}\n\n"
        for key, entry in sorted(entries.items())
    ).encode()


def advance(old: Mapping[str, Entry], current: Mapping[str, tuple[str, str]], now: int) -> dict[str, Entry]:
    """Return the entries after a build: `current` is the hash and the type of what there is, by key.

    What did not change keeps its time; what did gets a later one, even where a clock went backwards.
    """
    entries = dict(old)
    for key, (content, type_) in current.items():
        before = old.get(key)
        if before is None:
            entries[key] = Entry(now, content, type_)
        elif before.hash == content and not before.type:
            entries[key] = Entry(before.mod, content, type_)  # a file from before types were written down
        elif before.hash != content or before.type != type_:
            entries[key] = Entry(max(now, before.mod + 1), content, type_)
    return entries


def digest(content: object) -> str:
    """Return the hash of a note's or note type's content, given as plain data."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def type_content(type_: NoteType) -> object:
    """Return what a learner gets of a note type, as plain data."""
    return [
        type_.name,
        type_.css,
        [(field.name, field.id) for field in type_.fields],
        [(each.name, each.id, each.front, each.back) for each in type_.templates],
    ]


def newest(data: bytes) -> int:
    """Return the latest modification time in the file's bytes, 0 where there is none: when the course last changed."""
    return max((entry.mod for entry in read(data)[0].values()), default=0)


def names(keys: Iterable[str], most: int = 8) -> str:
    """Return keys for a message: the first few, and how many more."""
    keys = list(keys)
    shown = ", ".join(keys[:most])
    return f"{shown} and {len(keys) - most} more" if len(keys) > most else shown
