"""`content/identities.lock` and `content/notetypes/`: which items are notes that learners have from elsewhere.

The file has three lines an item, sorted, so that git merges it (`merge=union`); GUIDs are quoted as in an address:

    slope-left
    k%3C4bQ%5B%5Dz 1607392319495
    (an empty line)

that is the item, the GUID and the id of its note type (0: one of the tool's own). A note type is a JSON file, named by
its id.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from deckforge.diagnostics import Code, Severity
from deckforge.model.identity import Identity, KeptField, KeptTemplate, KeptType
from deckforge.model.source import Span
from deckforge.read.files import MAX_TEXT, read_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.project import Project
    from deckforge.read.values import Found

BROKEN = Code(
    "DF189",
    "identities-corrupt",
    Severity.ERROR,
    "`content/identities.lock`, or a note type in `content/notetypes/`, cannot be read.",
    "They say which notes of learners' collections the items are. Without them learners would get every one of these "
    "notes a second time, without their progress. So nothing is guessed.",
    "slope-left\n1607392319495",
    "slope-left\nk4bQz 1607392319495",
)
CODES = (BROKEN,)

PATH = "content/identities.lock"
TYPES = "content/notetypes"

_VALUE = re.compile(r"(\S+) (\d{1,16})")
_KEY = re.compile(r"[^\s<>=|]\S*")
_CONFLICT = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?: .*)?")


def read(project: Project, found: Found) -> tuple[Mapping[str, Identity], Mapping[int, KeptType]]:
    """Return the identities by item, and the note types that they need by id."""
    path = project.root / PATH
    data = read_bytes(project, path, MAX_TEXT, found) if path.is_file() else None
    identities = parse(data or b"", found)
    types: dict[int, KeptType] = {}
    for number in sorted({each.type for each in identities.values() if each.type}):
        place = project.root / TYPES / f"{number}.json"
        if not place.is_file():
            fix = f"restore {TYPES}/{number}.json from git, or import the deck again"
            found.append(BROKEN.at(Span(PATH, 0, 0), f"there is no note type {number}", fix=fix))
            continue
        text = read_bytes(project, place, MAX_TEXT, found)
        try:
            types[number] = type_of(json.loads(text or b""))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            message = f"{TYPES}/{number}.json is no note type: {error}"
            found.append(BROKEN.at(Span(PATH, 0, 0), message, fix="restore it from git, or import the deck again"))
    return identities, types


def parse(data: bytes, found: Found) -> dict[str, Identity]:
    """Return the identities by item; what cannot be read is a diagnostic."""
    identities: dict[str, Identity] = {}
    key, start = "", 0
    for raw in data.split(b"\n"):
        span, start = Span(PATH, start, start + len(raw)), start + len(raw) + 1
        line = raw.decode("utf-8", "replace").strip()
        value = _VALUE.fullmatch(line)
        if not line or _CONFLICT.fullmatch(line):
            continue
        if value and key:
            # A merge may leave two values: both branches imported the same deck, and either is right.
            identities[key] = Identity(unquote(value[1]), int(value[2]))
        elif not value and _KEY.fullmatch(line):
            key = line
        else:
            found.append(
                BROKEN.at(span, f"`{line[:60]}` is no item and no GUID with a note type", fix="restore the file")
            )
    return identities


def write(identities: Mapping[str, Identity]) -> bytes:
    """Return the file's bytes."""
    rows = (f"{item}\n{quote(each.guid, safe='')} {each.type}\n\n" for item, each in sorted(identities.items()))
    return "".join(rows).encode()


def type_of(document: Any) -> KeptType:
    """Return the note type that a JSON document describes.

    Raises:
        KeyError, TypeError, ValueError: it describes none.
    """
    return KeptType(
        int(document["id"]),
        str(document["name"]),
        int(document["mod"]),
        bool(document["cloze"]),
        tuple(
            KeptField(str(each["name"]), int(each.get("id") or 0), str(each.get("source") or ""))
            for each in document["fields"]
        ),
        tuple(
            KeptTemplate(str(each["name"]), int(each.get("id") or 0), str(each["front"]), str(each["back"]))
            for each in document["templates"]
        ),
        str(document["css"]),
    )


def document(type_: KeptType) -> bytes:
    """Return a note type as the JSON file that describes it."""
    whole = {
        "id": type_.id,
        "name": type_.name,
        "mod": type_.mod,
        "cloze": type_.cloze,
        "fields": [{"name": f.name, "id": f.id, "source": f.source} for f in type_.fields],
        "templates": [{"name": t.name, "id": t.id, "front": t.front, "back": t.back} for t in type_.templates],
        "css": type_.css,
    }
    return (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode()
