"""A document's header into the header of a lesson: what is missing is added, and nothing that stands there changes."""

from __future__ import annotations

import re

_KEY = re.compile(r"([a-z_]+):(.*)")
_FLOW = re.compile(r"\[(.*)\]\s*")
_LISTS = ("objectives", "connections")


def merged_header(old: str, new: str) -> str:
    """Return the old header with the keys, tags, objectives and connections that only the new one has."""
    here, there = _keys(old), _keys(new)
    missing = []
    text = old
    for key, lines in there.items():
        if key in ("id", "title"):
            continue
        if key not in here:
            missing += lines
        elif key == "tags":
            text = _tags(text, here[key], lines)
        elif key in _LISTS:
            text = _entries(text, here[key], lines)
    if missing:
        close = re.search(r"^(?:---|\.\.\.)[ \t]*$", text[4:], re.MULTILINE)
        at = close.start() + 4 if close else len(text)
        text = text[:at] + "\n".join(missing) + "\n" + text[at:]
    return text


def _keys(text: str) -> dict[str, list[str]]:
    """Return the lines of each key of a header."""
    found: dict[str, list[str]] = {}
    key = ""
    for line in text.strip().splitlines()[1:]:
        match = _KEY.match(line)
        if line.strip() in ("---", "..."):
            break
        if match:
            key = match[1]
            found[key] = [line]
        elif key:
            found[key].append(line)
    return found


def _tags(text: str, old: list[str], new: list[str]) -> str:
    here, there = (_FLOW.search(lines[0].partition(":")[2]) for lines in (old, new))
    if not here or not there or len(old) > 1:
        return text
    have = [each.strip() for each in here[1].split(",") if each.strip()]
    more = [each.strip() for each in there[1].split(",") if each.strip() and each.strip() not in have]
    return text.replace(old[0], f"tags: [{', '.join([*have, *more])}]", 1) if more else text


def _entries(text: str, old: list[str], new: list[str]) -> str:
    """Return the text with the entries of a list that it does not have."""
    have = {_words(entry) for entry in _blocks(old)}
    more = [line for entry in _blocks(new) if _words(entry) not in have for line in entry]
    written = "\n".join(old)
    kept = written.rstrip()
    return text.replace(kept, "\n".join([kept, *more]), 1) if more and kept in text and len(old) > 1 else text


def _blocks(lines: list[str]) -> list[list[str]]:
    found: list[list[str]] = []
    for line in lines[1:]:
        if line.lstrip().startswith("- "):
            found.append([line])
        elif found and line.strip():
            found[-1].append(line)
    return found


def _words(entry: list[str]) -> str:
    """Return an entry as it is compared: an author may quote it in another way, or put links to proofs into it."""
    bare = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(entry))
    return " ".join(re.findall(r"\w+", bare.casefold()))
