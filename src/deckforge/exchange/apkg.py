"""An Anki package (`.apkg`, `.colpkg`) as data: legacy and current format, without Anki and without trust.

`read_package` is the door: it opens the zip (`archive`), finds the collection of the newest format in it, unpacks that
into a temporary file, reads the database (`collection`) and lists the media. What is wrong with a package is one
diagnostic, and nothing of a damaged package is used: half of it would look like somebody who deleted the other half.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

from deckforge.diagnostics import Outcome
from deckforge.exchange import archive, collection, wire
from deckforge.exchange.archive import (
    MAX_COLLECTION,
    MAX_MEDIA_LIST,
    MAX_MEMBERS,
    NEWER,
    NO_COLLECTION,
    TOO_LARGE,
    UNREADABLE,
    BadPackage,
)
from deckforge.exchange.packed import NoteType, Package, PackedCard, PackedMedia, PackedNote, PackedTemplate, Version

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from deckforge.diagnostics import Diagnostic
    from deckforge.exchange.archive import Archive

__all__ = [
    "CODES",
    "NoteType",
    "Package",
    "PackedCard",
    "PackedMedia",
    "PackedNote",
    "PackedTemplate",
    "Version",
    "read_file",
    "read_media",
    "read_package",
]

CODES = (*archive.CODES, *collection.CODES)

_COLLECTIONS = {
    Version.LATEST: "collection.anki21b",
    Version.LEGACY_2: "collection.anki21",
    Version.LEGACY_1: "collection.anki2",
}
MAX_MEDIA = 50_000_000
"""Bytes of a media file that a course may hold."""
_MAX_META = 1 << 16
_META_VERSION = 1
_ENTRIES, _ENTRY_NAME, _ENTRY_SIZE = 1, 1, 2


def read_package(path: Path) -> Outcome[Package]:
    """Return what a package holds; an empty `Package` and an error where it cannot be read as a whole."""
    try:
        with path.open("rb") as file:
            return read_file(file, path.name)
    except OSError as error:
        what = error.strerror or str(error)
        return Outcome(Package(), (UNREADABLE.at(None, f"{path.name} cannot be opened: {what}"),))


def read_file(file: IO[bytes], name: str) -> Outcome[Package]:
    """Return what an open package of this name holds."""
    try:
        return _read(archive.open_archive(file), name)
    except BadPackage as bad:
        return Outcome(Package(), (bad.code.at(None, f"{name}: {bad.message}", fix=bad.fix),))


def read_media(file: IO[bytes], wanted: Collection[str]) -> Mapping[str, bytes]:
    """Return the bytes of some media of an open package; what is damaged, or larger than a learner should load, is not.

    The package has been read, so its list of media is known to be sound.
    """
    package = archive.open_archive(file)
    version = _version(package)
    latest = version is Version.LATEST
    found = {}
    for member, name in _members(package, version):
        if name in wanted and member in package.names:
            try:
                found[name] = package.read(member, MAX_MEDIA, zstandard=latest)
            except BadPackage:
                continue
    return found


def _members(package: Archive, version: Version) -> list[tuple[str, str]]:
    """Return the member and the name of every media file."""
    if "media" not in package.names:
        return []
    data = package.read("media", MAX_MEDIA_LIST, zstandard=version is Version.LATEST)
    if version is Version.LATEST:
        entries = enumerate(wire.messages(data, _ENTRIES))
        return [(str(number), wire.text(entry, _ENTRY_NAME)) for number, entry in entries]
    return [(str(member), str(name)) for member, name in json.loads(data or b"{}").items()]


def _read(package: Archive, name: str) -> Outcome[Package]:
    version = _version(package)
    with tempfile.TemporaryDirectory(prefix="deckforge-") as folder:
        copy = Path(folder) / "collection"
        with copy.open("wb") as file:
            chunks = package.stream(_COLLECTIONS[version], MAX_COLLECTION, zstandard=version is Version.LATEST)
            for chunk in chunks:
                file.write(chunk)
        read = collection.read(copy)
    found: list[Diagnostic] = []
    if read.orphans:
        notes = "a note is" if read.orphans == 1 else f"{read.orphans} notes are"
        found.append(collection.ORPHAN.at(None, f"{name}: {notes} of a note type that is not in the package"))
    decks = tuple(sorted(read.decks.values()))
    return Outcome(Package(read.notes, read.types, decks, _media(package, version), version), tuple(found))


def _version(package: Archive) -> Version:
    """Return the format of a package: what `meta` says, else what is there."""
    names = package.names
    if "meta" in names:
        try:
            number = wire.integer(package.read("meta", _MAX_META), _META_VERSION) or 0
        except wire.WireError as error:
            raise BadPackage(collection.CORRUPT, f"its `meta` is damaged: {error}", "export it again") from None
        if number not in list(Version):
            fix = "export with “Support older Anki versions”, or update deckforge"
            raise BadPackage(NEWER, f"it is of format {number}, and this version knows 1 to {max(Version)}", fix)
        version = Version(number)
        if _COLLECTIONS[version] not in names:
            raise BadPackage(NO_COLLECTION, f"it should hold `{_COLLECTIONS[version]}` and does not", "export it again")
        return version
    for version in (Version.LEGACY_2, Version.LEGACY_1):
        if _COLLECTIONS[version] in names:
            return version
    if _COLLECTIONS[Version.LATEST] in names:
        return Version.LATEST
    raise BadPackage(NO_COLLECTION, "it is a zip archive, but holds no Anki collection", "is it the right file?")


def _media(package: Archive, version: Version) -> tuple[PackedMedia, ...]:
    """Return the media by name."""
    sizes = package.names
    if "media" not in sizes:
        return ()
    latest = version is Version.LATEST
    data = package.read("media", MAX_MEDIA_LIST, zstandard=latest)
    try:
        if latest:
            entries = list(wire.messages(data, _ENTRIES))
            found = [(wire.text(entry, _ENTRY_NAME), wire.integer(entry, _ENTRY_SIZE) or 0) for entry in entries]
        else:
            listed = json.loads(data or b"{}")
            found = [(str(name), sizes.get(str(member), 0)) for member, name in listed.items()]
    except (wire.WireError, ValueError, AttributeError, RecursionError) as error:
        message = f"its list of media is damaged: {error}"
        raise BadPackage(collection.CORRUPT, message, "export it again") from None
    if len(found) > MAX_MEMBERS:
        raise BadPackage(TOO_LARGE, f"it lists {len(found):,} media files")
    for name, _ in found:
        archive.check_name(name)
    return tuple(PackedMedia(name, size) for name, size in sorted(found))
