"""Bytes to UTF-8: what editors, browsers and spreadsheets save as text, whatever they call it.

Every reader of a text format gets UTF-8 without a byte-order mark and with plain line ends, so that places in it mean
the same to everybody. What had to be guessed is told; what is no text is refused.
"""

from __future__ import annotations

from deckforge.diagnostics import Code, Diagnostic, Outcome, Severity
from deckforge.model.source import Span

NOT_TEXT = Code(
    "DF170",
    "import-not-text",
    Severity.ERROR,
    "A file that should be text holds bytes that no text has.",
    "It was damaged, or it is a picture, a program or a document of a word processor; whatever came out of it would be "
    "noise on a card.",
    "deckforge import notes.docx",
    "deckforge import notes.md        saved from the word processor as text or Markdown",
)
OTHER_ENCODING = Code(
    "DF171",
    "import-other-encoding",
    Severity.NOTE,
    "A file is not UTF-8 and was read in the encoding that it looks like.",
    "UTF-16 says so itself in its first bytes. Windows-1252 does not: letters with accents may come out wrong where it "
    "was something else, so look at them once.",
    "notes.txt, saved by an old editor: the byte 0x93 where a quotation mark should be",
    "notes.txt, saved as UTF-8",
)
TOO_LARGE = Code(
    "DF172",
    "import-too-large",
    Severity.ERROR,
    "A file is larger than any study material.",
    "Reading it would take all memory; most often it is not the file that was meant.",
    "deckforge import server.log",
    "Split the file, or import the part that is wanted.",
)
CODES = (NOT_TEXT, OTHER_ENCODING, TOO_LARGE)

MAX_TEXT = 20_000_000
"""Bytes of a text file: a hundred thousand cards."""

_UTF8_MARK = b"\xef\xbb\xbf"
_MARKS = ((_UTF8_MARK, "utf-8"), (b"\xff\xfe\0\0", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127], None)
_MOST_CONTROLS = 0.02


def as_utf8(data: bytes, name: str) -> Outcome[bytes]:
    """Return a text file's bytes as UTF-8; nothing, and an error, where they are no text."""
    if len(data) > MAX_TEXT:
        message = f"{name} has {len(data) / 1e6:.0f} MB, and {MAX_TEXT / 1e6:.0f} MB are the most"
        return Outcome(b"", (TOO_LARGE.at(None, message, fix="split it"),))
    found: list[Diagnostic] = []
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        message = f"{name} says that it is {_called(encoding)}, and byte {error.start:,} is not"
        return Outcome(b"", (NOT_TEXT.at(None, message, fix="save it again, as UTF-8"),))
    if encoding != "utf-8":
        message = f"{name} was read as {_called(encoding)}"
        found.append(OTHER_ENCODING.at(Span(name, 0, 0), message, fix="save it as UTF-8 if letters look wrong"))
    text = text.removeprefix("\ufeff")
    kept = text.translate(_CONTROLS)
    if "\0" in text or len(text) - len(kept) > _MOST_CONTROLS * len(text):
        message = f"{name} is no text: it holds bytes that no text has"
        return Outcome(b"", (NOT_TEXT.at(None, message, fix="name the file that holds the text"),))
    return Outcome(kept.replace("\r\n", "\n").replace("\r", "\n").encode(), tuple(found))


def _encoding(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    head = data[:4096]
    if len(head) > 3 and head.count(0) > len(head) / 4:
        # Western text in UTF-16 has a zero in every other byte; which of the two says which end comes first.
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252" if not _undefined(data) else "latin-1"
    return "utf-8"


def _undefined(data: bytes) -> bool:
    """Tell whether a file holds one of the five bytes that Windows-1252 has no character for."""
    return any(byte in data for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D))


def _called(encoding: str) -> str:
    return {"cp1252": "Windows-1252", "latin-1": "Latin-1"}.get(encoding, encoding.upper())
