"""Keys of choices, and what is said about each option: in a list, in a table, in sentences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.intake.documents import values
from deckforge.intake.documents.blocks import Block, blocks, cells
from deckforge.intake.documents.labels import LONGEST, normal
from deckforge.intake.documents.structures import cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.intake.documents.options import RawOption

_LETTERS = re.compile(
    r"^\W*(?:(?:the )?(?:correct )?(?:answers?|options?|choices?|key)(?: (?:is|are))?\s*:?\s*)?"
    r"[(\[]?(?:\*\*)?([A-Ha-h])(?:\*\*)?[)\]]?"
    r"((?:\s*(?:,|;|/|&|\+|\band\b|\bor\b)+\s*(?:and\s+)?(?:options?\s+)?[(\[]?(?:\*\*)?[A-Ha-h](?:\*\*)?[)\]]?(?![\w']))*)"
    r"(?:(?![\w'])|(?=\s))\s*(?P<rest>.*)$",
    re.DOTALL,
)
_JOINED = re.compile(r"^[A-H]{2,5}$")
_RUN = re.compile(
    r"(?:^|(?<=[\s,;|]))(?:Q(?:uestion)?\s*)?#?(\d{1,3})\s*[.):=\-–—]+\s*\(?([A-Ha-h](?:\s*[,&/]\s*[A-Ha-h])*|True|False|T|F)\)?(?=$|[\s,;|])",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"^\s*(?:[❌✗✘✅✓✔☒☑🔴🟢]️?\s*)?(?P<mark>\*\*|__)?\s*(?:[❌✗✘✅✓✔]️?\s*)?(?:why\s+)?(?P<word>(?:options?|choices?|answers?|distractors?)\s+)?[(\[]?(?P<letters>[A-Ha-h](?:\s*(?:,|/|&|and|or)+\s*[A-Ha-h])*)(?![\w'])[)\]]?",
    re.IGNORECASE,
)
_STRIPPED = re.compile(
    r"^(?:\s*(?:\*\*|__)?\s*[).:：](?:\*\*|__)?|(?:\*\*|__)?\s*[:：](?:\*\*|__)?|(?:\*\*|__)?\s+[–—-]\s|(?:\*\*|__)\s*[–—-]\s)\s*"
)
_JUDGED = re.compile(
    r"^\W*(?:is|are|was|would be)?\s*(?:not\s+|partially\s+|partly\s+)?(?:in)?(?:correct|wrong|right|false|true)\b",
    re.IGNORECASE,
)


def letters_of(text: str, options: Sequence[RawOption]) -> tuple[tuple[str, ...], str]:
    """Return the letters that a key names and what follows them; no letters where it names none of the options."""
    if len(text) > LONGEST:
        return (), text
    known = [option.letter for option in options]
    shown = values.plain(text)
    if _JOINED.match(shown) and len(set(shown)) == len(shown) and all(sign in known for sign in shown):
        return tuple(shown), ""
    match = _LETTERS.match(text.replace("__", "**") if "__" in text else text)
    if match:
        first = match[1].upper()
        rest = match["rest"]
        found = [first, *(sign.upper() for sign in re.findall(r"(?<![A-Za-z'])[A-Ha-h](?![A-Za-z'])", match[2]))]
        sentence = (
            not match[2]
            and first == "A"
            and re.match(r"[a-z]", rest)
            and not re.match(r"(?:is|because|since)\b", rest)
            and text.strip()[:1] in "Aa"
        )
        if all(letter in known for letter in found) and not sentence:
            return tuple(dict.fromkeys(found)), re.sub(r"^(?:\*\*|[\s).:：–—\]*-])+", "", rest) if rest else ""
    said = normal(values.plain(text))
    for option in options:
        wording = normal(values.plain(option.text))
        if wording and (said == wording or (len(wording) > 12 and said.startswith(wording))):
            rest = text.strip()[len(option.text.strip()) :] if len(said) > len(wording) else ""
            return (option.letter,), rest.strip(" .–—-:")
    truth = re.match(r"^\W*(true|false|t|f)\b[\s.:–—*_-]*(.*)$", text, re.IGNORECASE | re.DOTALL)
    if truth:
        wanted = "true" if truth[1].lower().startswith("t") else "false"
        for option in options:
            if normal(option.text) == wanted:
                return (option.letter,), truth[2]
    return (), text


def run_of_keys(text: str) -> list[tuple[int, str]]:
    """Return the keys of a line such as `1. B  2. C  3. A`; none where it holds anything else."""
    found = [(int(match[1]), match[2]) for match in _RUN.finditer(text)]
    rest = _RUN.sub("", text)
    return found if found and not re.sub(r"[\s,;|*]", "", rest) else []


def about(text: str, known: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Return the letters of the options that a sentence is about, and the sentence without a label of them."""
    match = _ABOUT.match(text) if len(text) <= LONGEST else None
    if match is None:
        return (), text
    letters = tuple(letter.upper() for letter in re.findall(r"(?<![A-Za-z])[A-Ha-h](?![A-Za-z])", match["letters"]))
    if not letters or any(letter not in known for letter in letters):
        return (), text
    rest = text[match.end() :]
    stripped = _STRIPPED.match(rest)
    if stripped:
        return letters, _closed(rest[stripped.end() :], match["mark"], stripped[0])
    judged = _JUDGED.match(rest)
    named = re.match(r"^\s*(?:\([^)]*\)|\*\*|__)", rest)
    if match["word"] or match["mark"] or judged or (named and match["letters"].isupper()):
        return letters, re.sub(r"^[\s❌✗✘✅✓✔️]+", "", text.strip())
    return (), text


def _closed(rest: str, mark: str | None, sign: str) -> str:
    """Return a text behind a label whose emphasis ends later: `**A) Clipping** bounds it` keeps its own."""
    if mark and mark not in sign and rest.count(mark) % 2:
        return mark + rest
    return rest


def feedback(found: Sequence[Block], options: Sequence[RawOption]) -> tuple[dict[str, list[Block]], list[Block]]:
    """Divide what is said of a question's options: by letter, and what is about none of them."""
    known = [option.letter for option in options]
    said: dict[str, list[Block]] = {}
    rest: list[Block] = []
    last: list[str] = []
    for block in found:
        if block.kind == "list" and (mine := _of_list(block, known)):
            for letter, blocks_of in mine[0].items():
                said.setdefault(letter, []).extend(blocks_of)
            rest += mine[1]
            last = []
        elif block.kind == "table" and (rows := _of_table(block, options)):
            for letter, blocks_of in rows.items():
                said.setdefault(letter, []).extend(blocks_of)
            last = []
        elif block.kind in ("text", "heading"):
            letters, text = about(block.title if block.kind == "heading" else block.text, known)
            if letters:
                last = list(letters)
                for letter in letters:
                    own = [Block("text", ((block.first, text),))] if text.strip(" *_") else []
                    said.setdefault(letter, []).extend(own)
            elif (last and said[last[0]] and block.first == said[last[0]][-1].numbers[-1] + 1) or (
                last and not said[last[0]]
            ):
                for letter in last:
                    said[letter].append(block)
            else:
                last = []
                rest.append(block)
        elif last and block.kind != "rule" and not said[last[0]]:
            for letter in last:
                said[letter].append(block)
        else:
            if block.kind != "rule":
                last = []
            rest.append(block)
    return {letter: blocks_of for letter, blocks_of in said.items() if blocks_of}, rest


def _of_list(block: Block, known: Sequence[str]) -> tuple[dict[str, list[Block]], list[Block]] | None:
    said: dict[str, list[Block]] = {}
    rest: list[Block] = []
    for entry in block.entries:
        letters, text = about(entry.lines[0][1], known)
        if not letters:
            # An entry that is about no option stays an entry.
            rest.append(
                Block(
                    "list",
                    tuple(
                        (number, f"- {line}" if at == 0 else f"  {line}")
                        for at, (number, line) in enumerate(entry.lines)
                    ),
                    entries=(entry,),
                )
            )
            continue
        lines = ((entry.lines[0][0], text), *entry.lines[1:])
        for letter in letters:
            said.setdefault(letter, []).extend(
                blocks([line for line in lines if line[1].strip() or line is not lines[0]])
            )
    return (said, rest) if said else None


def _of_table(block: Block, options: Sequence[RawOption]) -> dict[str, list[Block]] | None:
    _, rows = cells(block)
    known = [option.letter for option in options]
    said: dict[str, list[Block]] = {}
    for number, row in rows:
        letters, _ = about(row[0], known)
        bare = re.sub(r"[^A-Za-z]", "", re.sub(r"(?i)option", "", row[0])).upper()
        if not letters and len(bare) == 1 and bare in known:
            letters = (bare,)
        if not letters:
            named = [
                option.letter for option in options if normal(option.text) and normal(option.text) == normal(row[0])
            ]
            letters = tuple(named)
        if not letters:
            return None
        wording = {option.letter: normal(option.text) for option in options}
        kept = [text for text in row[1:] if text and not _verdict(text) and normal(text) != wording.get(letters[0], "")]
        for letter in letters:
            for text in kept:
                said.setdefault(letter, []).extend(cell(number, text))
    return said or None


def _verdict(text: str) -> bool:
    """Tell whether a cell only says whether an option is right."""
    return bool(re.fullmatch(r"\W*(?:(?:in)?correct|wrong|right|yes|no|true|false)?\W*", text.strip(), re.IGNORECASE))
