"""The zip around a package, opened as what it is: a file from anybody.

Nothing is unpacked under a name that the package chose, nothing grows beyond what a collection may be, and what a
member says about its own size is not believed.
"""

from __future__ import annotations

import sys
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from deckforge.diagnostics import Code, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

UNREADABLE = Code(
    "DF750",
    "package-unreadable",
    Severity.ERROR,
    "The file is no Anki package: it is no zip archive, or it is cut off or damaged.",
    "Packages are zip archives. A download that broke off looks like one that ends too early.",
    "deckforge pull notes.txt",
    "deckforge pull notes.apkg        exported with File › Export…, “Anki deck package (.apkg)”",
)
NO_COLLECTION = Code(
    "DF751",
    "package-without-collection",
    Severity.ERROR,
    "The archive holds no collection: nothing named `collection.anki21b`, `collection.anki21` or `collection.anki2`.",
    "It is a zip archive of something else; an add-on, say, or a course's sources.",
    "deckforge pull add-on.ankiaddon",
    "deckforge pull notes.apkg",
)
NEWER = Code(
    "DF752",
    "package-newer",
    Severity.ERROR,
    "The package is of a format that this version of the tool does not know.",
    "Anki marks each format with a number so that older programs do not misread it.",
    "a package that says it is of format 9",
    "export with “Support older Anki versions”, or update the tool",
)
TOO_LARGE = Code(
    "DF753",
    "package-too-large",
    Severity.ERROR,
    "Unpacked, the package would be larger than any course is.",
    "A small archive can unpack to more than a disk holds. The limits are 1 GiB for the collection, 64 MiB for the "
    "list of media and 100,000 files.",
    "a 1 MB file that unpacks to 10 GB",
    "export the deck of this course alone, without media",
)
UNSAFE_NAME = Code(
    "DF754",
    "package-unsafe-name",
    Severity.ERROR,
    "A file in the package has a name that leads out of a folder.",
    "Anki names its members by numbers and its media without folders; `../` in either is somebody's attempt to write "
    "elsewhere. Nothing of such a package is used.",
    'the media list holds "../../.bashrc"',
    "export the deck again from a collection that you trust",
)
CODES = (UNREADABLE, NO_COLLECTION, NEWER, TOO_LARGE, UNSAFE_NAME)

MAX_COLLECTION = 1 << 30
MAX_MEDIA_LIST = 1 << 26
MAX_MEMBERS = 100_000
MAX_RATIO = 1_100
"""Deflate cannot do better than 1,032 to 1; Zstandard can, so its output is only counted."""
_CHUNK = 1 << 18


class BadPackage(Exception):  # noqa: N818 - never leaves this package: `read_package` turns it into its diagnostic
    """What is wrong with a package, as a code and a sentence."""

    def __init__(self, code: Code, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.fix = code, message, fix


@dataclass(frozen=True, slots=True)
class Archive:
    """An open package."""

    zip: zipfile.ZipFile

    @property
    def names(self) -> dict[str, int]:
        """The members by name, with the sizes that they claim."""
        return {info.filename: info.file_size for info in self.zip.infolist()}

    def stream(self, name: str, limit: int, *, zstandard: bool = False) -> Iterator[bytes]:
        """Yield the bytes of a member, unpacked, up to a limit.

        Raises:
            BadPackage: there are more, or they cannot be unpacked.
        """
        info = self.zip.getinfo(name)
        if info.flag_bits & 1:
            raise BadPackage(UNREADABLE, f"`{name}` in it is encrypted", "export the deck again with Anki")
        if info.file_size > limit or info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise BadPackage(TOO_LARGE, f"`{name}` in it would unpack to {info.file_size:,} bytes")
        total = 0
        try:
            with self.zip.open(info) as member:
                for chunk in _unpacked(member) if zstandard else iter(lambda: member.read(_CHUNK), b""):
                    total += len(chunk)
                    if total > limit:
                        raise BadPackage(TOO_LARGE, f"`{name}` in it unpacks to more than {limit:,} bytes")
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as error:
            raise BadPackage(UNREADABLE, f"`{name}` in it cannot be unpacked: {error}", "export it again") from None

    def read(self, name: str, limit: int, *, zstandard: bool = False) -> bytes:
        """Return the bytes of a member, unpacked.

        Raises:
            BadPackage: there are more than `limit`, or they cannot be unpacked.
        """
        return b"".join(self.stream(name, limit, zstandard=zstandard))


def open_archive(file: IO[bytes]) -> Archive:
    """Return the archive in a file.

    Raises:
        BadPackage: it is none, or holds what no package does.
    """
    try:
        archive = zipfile.ZipFile(file)
        infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError) as error:
        raise BadPackage(UNREADABLE, f"it is no zip archive, or cut off ({error})", "export it again") from None
    if len(infos) > MAX_MEMBERS:
        raise BadPackage(TOO_LARGE, f"it holds {len(infos):,} files")
    for info in infos:
        check_name(info.orig_filename)
    return Archive(archive)


def check_name(name: str) -> None:
    """Make sure that a name stays in its folder, on every system.

    Raises:
        BadPackage: it does not.
    """
    parts = name.replace("\\", "/").split("/")
    if not name or name.startswith(("/", "\\")) or ".." in parts or "\0" in name or name[1:2] == ":":
        raise BadPackage(UNSAFE_NAME, f"it holds a file named {name[:80]!r}")


if sys.version_info >= (3, 14):

    def _unpacked(member: IO[bytes]) -> Iterator[bytes]:
        """Yield what a Zstandard stream unpacks to, a piece at a time."""
        from compression.zstd import ZstdError, ZstdFile

        try:
            with ZstdFile(member) as unpacked:
                while chunk := unpacked.read(_CHUNK):
                    yield chunk
        except ZstdError as error:
            raise OSError(str(error)) from None

else:

    def _unpacked(member: IO[bytes]) -> Iterator[bytes]:
        """Yield what a Zstandard stream unpacks to, a piece at a time."""
        from zstandard import ZstdDecompressor, ZstdError

        try:
            with ZstdDecompressor(max_window_size=1 << 27).stream_reader(member) as unpacked:
                while chunk := unpacked.read(_CHUNK):
                    yield chunk
        except ZstdError as error:
            raise OSError(str(error)) from None
