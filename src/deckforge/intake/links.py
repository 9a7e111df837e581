"""What a document calls its items, made links to them; and links and pictures that lead nowhere, made words."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from deckforge.diagnostics import Code, Severity
from deckforge.intake.draft import Section
from deckforge.intake.texts import mapped, mapped_section
from deckforge.intake.writer.escapes import line
from deckforge.intake.writer.sections import key
from deckforge.read.markdown.events import stream

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from deckforge.diagnostics import Diagnostic
    from deckforge.intake.draft import Lesson, Prose

LEADS_NOWHERE = Code(
    "DF183",
    "import-address-left-out",
    Severity.WARNING,
    "A link or picture of an imported text has an address that a lesson cannot use.",
    "A picture from the web would make a card depend on the network, and a file that did not come along cannot be "
    "shown. The words stay, and the address beside them.",
    "![loss](https://example.org/loss.png)",
    "![The loss over 2,000 steps](loss.png)        with `loss.png` in `content/media/`",
)
CODES = (LEADS_NOWHERE,)

_NAME = re.compile(
    r"\b(card|question|problem|exercise|flashcard|item|row)(s?) (\d{1,4})((?:(?:, ?(?:and )?| and | & )\d{1,4})*)\b",
    re.IGNORECASE,
)
_WEB = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_CLAIM = re.compile(r"(?:claim|cite|given|wrong):", re.IGNORECASE)


def named(lesson: Lesson) -> Lesson:
    """Return a lesson in which "Card 3" in advice, tables and prose is a link to that card."""
    names = {
        key(item.label): item.id
        for part in lesson.content
        if isinstance(part, Section)
        for item in part.items
        if item.label and item.id
    }
    if not names:
        return lesson

    def linked(text: str) -> str:
        return _linked(text, names) if _NAME.search(text) else text

    content: list[Prose | Section] = []
    for part in lesson.content:
        if isinstance(part, Section):
            content.append(replace(mapped_section(part, linked), items=part.items))
        else:
            content.append(replace(part, text=linked(part.text)))
    return replace(lesson, content=tuple(content))


def _linked(text: str, names: Mapping[str, str]) -> str:
    data = text.encode()
    out: list[bytes] = []
    at = depth = 0
    for kind, _, start, end in stream(data):
        if kind in ("+Link", "+Heading", "+Image", "+CodeBlock"):
            depth += 1
        elif kind in ("-Link", "-Heading", "-Image", "-CodeBlock"):
            depth -= 1
        elif kind == "Text" and not depth and start >= at:
            words = data[start:end].decode()
            made = _NAME.sub(lambda match: _links(match, names), words)
            out += [data[at:start], made.encode()]
            at = end
    return b"".join([*out, data[at:]]).decode()


def _links(match: re.Match[str], names: Mapping[str, str]) -> str:
    """Return names as links. A plural counts on ("Cards 1, 2 and 5"), a singular does not ("Card 2, 3 minutes")."""
    word, plural, first, rest = match.groups()

    def link(shown: str, number: str) -> str:
        id_ = names.get(key(f"{word} {number}"))
        return f"[{shown}](#{id_})" if id_ else shown

    counted = re.sub(r"\d+", lambda each: link(each[0], each[0]), rest) if plural else rest
    return link(f"{word}{plural} {first}", first) + counted


def usable(lesson: Lesson, media: Collection[str], targets: Collection[str], found: list[Diagnostic]) -> Lesson:
    """Return a lesson whose links and pictures lead to a file of `media`, an id or anchor of `targets`, or the web."""
    here = {each.name for each in lesson.media} | set(media)

    def checked(text: str) -> str:
        return _usable(text, here, targets, found, lesson.origin) if "](" in text or "][" in text else text

    return mapped(lesson, checked)


def _usable(text: str, media: Collection[str], targets: Collection[str], found: list[Diagnostic], origin: str) -> str:
    from deckforge.intake.writer.mended import mended

    data = mended(text, cloze=True).encode()  # addresses stand beside their links
    out: list[bytes] = []
    at = 0
    opened: list[tuple[int, str, bool]] = []
    edits: list[tuple[int, int, str]] = []
    for kind, value, start, end in stream(data):
        if kind in ("+Link", "+Image"):
            opened.append((start, value["dest_url"], kind == "+Image"))
        elif kind in ("-Link", "-Image"):
            begin, target, picture = opened.pop()
            if not _leads(target, media, targets, picture=picture):
                edits.append((begin, end, target))
    for begin, end, target in edits:
        if begin < at:
            continue
        source = data[begin:end].decode()
        words = source[source.index("[") + 1 : source.rindex("](")]
        shown = f"{words} ({line(target)})" if words.strip() else line(target)
        found.append(LEADS_NOWHERE.at(None, f"{origin}: `{target[:80]}` cannot be used; its words are kept"))
        out += [data[at:begin], shown.encode()]
        at = end
    return b"".join([*out, data[at:]]).decode() if edits else text


def _leads(target: str, media: Collection[str], targets: Collection[str], *, picture: bool) -> bool:
    if _CLAIM.match(target):
        return True
    if picture:
        return unquote(target) in media
    if _WEB.match(target):
        return True
    if target.startswith("#"):
        return target[1:] in targets
    return unquote(target.partition("#")[0]) in media
