"""Questions of a quiz: choices with their keys, numbers, answers in words."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from deckforge.intake import draft
from deckforge.intake.documents import structures, values
from deckforge.intake.documents.account import Use
from deckforge.intake.documents.agree import agreed, limited
from deckforge.intake.documents.blocks import Block, blocks
from deckforge.intake.documents.codes import NO_ANSWER, NO_KEY
from deckforge.intake.documents.dialect import joined, ours
from deckforge.intake.documents.keys import feedback, letters_of
from deckforge.intake.documents.labels import normal
from deckforge.intake.documents.options import RawOption, read_options
from deckforge.intake.documents.shared import (
    NAMES,
    common,
    hints_of,
    title_and_front,
    titled,
    together,
    unbold,
    with_hints,
)
from deckforge.intake.documents.structures import lines_of
from deckforge.model.items import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckforge.intake.documents.maker import Maker
    from deckforge.intake.documents.raw import RawItem

_BESIDE = ("mistakes", "rubric", "criteria", "points_of")
"""Parts that a choice has no place for: they go into its explanation."""
_NUMBER = re.compile(r"[-−+]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?")


def question(raw: RawItem, make: Maker) -> draft.Item:
    """Return a question as what its type, its options and its key make of it."""
    said = raw.meta.get("type") or (raw.group.meta.get("type") if raw.group else None)
    kind = (values.kind(said[0]) or values.kind_in(said[0]) or said[0]) if said else ""
    options = read_options(raw.parts.get("options", ()))
    key_text = joined(raw.parts.get("key", ())).strip()
    if options and not _is_choice(kind, options, key_text):
        raw.parts.setdefault("tasks", []).extend(_as_tasks(options))
        options = []
    if not options and kind in ("", "choice") and (numbered := _numbered_options(raw, key_text)):
        options = numbered
    if not options and not key_text and not raw.has("answer"):
        _answer_below(raw)
    truth = re.match(r"^\W*(?:true|false)\b", key_text, re.IGNORECASE) is not None
    if not options and (kind == "truth" or (truth and kind in ("", "choice"))):
        options = [RawOption("A", [Block("text", ((0, "True"),))]), RawOption("B", [Block("text", ((0, "False"),))])]
    if options:
        return _choice(raw, make, options)
    if kind == "numeric" and (number := _numeric(raw, make)):
        return number
    return _written(raw, make, kind)


def _numbered_options(raw: RawItem, key: str) -> list[RawOption]:
    """Return the entries of a numbered list as options, where the key is one of their numbers.

    They are taken off the front, and the key becomes a letter.
    """
    number = re.fullmatch(r"\W*(?:option )?(\d{1,2})\W*", key.split("\n", maxsplit=1)[0], re.IGNORECASE)
    front = raw.parts.get("front", [])
    last = next((at for at in range(len(front) - 1, -1, -1) if front[at].kind == "list"), None)
    if number is None or last is None:
        return []
    entries = front[last].entries
    if any(entry.number is None for entry in entries) or not 2 <= len(entries) <= 8:
        return []
    if not 1 <= int(number[1]) <= len(entries):
        return []
    del front[last]
    first = raw.parts["key"][0]
    raw.parts["key"][0] = Block("text", ((first.first, chr(64 + int(number[1]))),))
    return [RawOption(chr(65 + at), blocks(entry.lines)) for at, entry in enumerate(entries)]


def _answer_below(raw: RawItem) -> None:
    """Take the one entry of a list below a question as its answer, where nothing else answers it."""
    *before, last = raw.parts.get("front") or [Block("text", ())]
    asks = bool(before) and before[-1].text.rstrip("*_ ").endswith("?")
    if asks and last.kind == "list" and len(last.entries) == 1:
        raw.parts["front"] = before
        raw.parts["key"] = blocks(last.entries[0].lines)


def _is_choice(kind: str, options: list[RawOption], key: str) -> bool:
    if kind in ("choice", "truth"):
        return True
    if len(options) < 2 or any(values.without_points(option.text)[1] for option in options):
        return False
    named = bool(letters_of(key.split("\n", maxsplit=1)[0], options)[0]) if key else False
    return named or any(option.marked for option in options) or not kind


def _as_tasks(options: list[RawOption]) -> list[Block]:
    made: list[Block] = []
    for option in options:
        first, *rest = option.blocks
        made.append(Block("text", ((first.first, f"{option.letter.lower()}) {first.text}"),)))
        made += rest
    return made


def _choice(raw: RawItem, make: Maker, options: list[RawOption]) -> draft.Item:
    shared = common(raw, make)
    parts = raw.parts
    title, front = title_and_front(raw, make.text(unbold(parts.get("front", []))), make)
    keyed, behind = _keys(parts.get("key", []), options)
    explained = _reblocked(behind) + parts.get("explanation", []) + parts.get("answer", [])
    said, explanation = feedback(explained, options)
    wrong, other = feedback(parts.get("wrong", []), options)
    for letter, found in wrong.items():
        said.setdefault(letter, []).extend(found)
    keyed = keyed or _marked(options)
    make.ledger.enter(lines_of(parts.get("key", [])), Use.METADATA)
    of_keys = [block for letter in sorted(keyed) for block in said.pop(letter, [])]
    before = [block for block in explanation if of_keys and block.first < of_keys[0].first]
    behind_them = [block for block in explanation if not of_keys or block.first >= of_keys[0].first]
    told = together(
        make.text(before),
        make.text(of_keys),
        make.text(behind_them),
        titled("Why the others are wrong", make.text(other)),
        *(titled(NAMES[name], make.text(parts[name])) for name in _BESIDE if parts.get(name)),
        make.text(parts.get("tasks", ())),
    )
    made = tuple(_option(option, said.get(option.letter, []), option.letter in keyed, make) for option in options)
    front = with_hints(front or raw.label or "Question", hints_of(raw, make))
    gap = make.text(parts.get("gap", ()))
    if not keyed:
        return _keyless(
            raw, make, draft.Item(kind=Kind.SHORT, title=title, front=front, answer=told, gap=gap, **shared), made
        )
    return draft.Item(kind=Kind.CHOICE, title=title, front=front, options=made, explanation=told, gap=gap, **shared)


def _marked(options: list[RawOption]) -> set[str]:
    """Return the options with a mark beside them; without any, the only one that is bold."""
    marked = {option.letter for option in options if option.marked}
    bold = {option.letter for option in options if option.bold}
    return marked or (bold if len(bold) == 1 else set())


def _option(option: RawOption, said: list[Block], key: bool, make: Maker) -> draft.Option:
    text = make.text(option.blocks) if option.lines != (0,) else option.text
    if option.bold and re.fullmatch(r"\*\*[^*]+\*\*\.?", text):
        text = text.replace("**", "")
    lines = tuple(line for line in (*option.lines, *lines_of(said)) if line)
    return draft.Option(text=text, key=key, feedback=make.text(said), lines=lines)


def _keyless(raw: RawItem, make: Maker, item: draft.Item, options: tuple[draft.Option, ...]) -> draft.Item:
    """Return a choice whose key is nowhere as a question that is answered in words, its options in the question.

    Nothing can grade a choice without a key, and a lesson may not hold one.
    """
    name = raw.label or "this question"
    lines = lines_of(raw.parts.get("key", [])) or raw.marks
    make.report(NO_KEY, lines, f"no option of {name} is named as its key", "make a choice of it: `- [x]` marks the key")
    listed = "\n".join(f"- {chr(65 + at)}) {_indented(option.text)}" for at, option in enumerate(options[:26]))
    feedbacks = [f"{chr(65 + at)}) {option.feedback}" for at, option in enumerate(options) if option.feedback]
    answer = together(item.answer or make.text(raw.parts.get("key", ())), *feedbacks, titled("Gap", item.gap))
    return replace(item, front=together(item.front, listed), answer=answer, gap="")


def _indented(text: str) -> str:
    """Return a text as the rest of a list's entry."""
    return text.replace("\n", "\n  ")


def _reblocked(found: list[Block]) -> list[Block]:
    """Return text blocks whose text begins anew, as what Markdown makes of them now."""
    return [
        one
        for block in found
        for one in (blocks(block.lines) if block.kind == "text" and re.match(r"\s*[-*+]\s", block.text) else [block])
    ]


def _keys(found: list[Block], options: list[RawOption]) -> tuple[set[str], list[Block]]:
    """Return the letters that a key names, and what it says besides: nothing where it repeats the option's words."""
    keyed: set[str] = set()
    rest: list[Block] = []
    for at, block in enumerate(found):
        if at and keyed and not (block.kind == "list" and len(keyed) == 0):
            rest.append(block)
            continue
        if block.kind == "list":
            for entry in block.entries:
                letters, behind = letters_of(entry.lines[0][1], options)
                keyed |= set(letters)
                if not letters or not _repeats(behind, letters, options):
                    rest += [Block("text", ((entry.lines[0][0], behind),))] if behind else []
            continue
        letters, behind = letters_of(block.text, options) if block.kind == "text" else ((), block.text)
        keyed |= set(letters)
        if not letters:
            rest.append(block)
        elif behind.strip(" *_") and not _repeats(behind, letters, options):
            rest.append(Block("text", ((block.first, _unrepeated(behind, letters, options)),)))
    return keyed, rest


def _repeats(text: str, letters: Sequence[str], options: list[RawOption]) -> bool:
    said = normal(values.plain(text))
    return any(option.letter in letters and said == normal(values.plain(option.text)) for option in options)


def _unrepeated(text: str, letters: Sequence[str], options: list[RawOption]) -> str:
    """Return what a key says behind the words of its option."""
    for option in options:
        wording = option.text.strip().rstrip(".")
        if option.letter in letters and len(wording) > 3 and text.startswith(wording):
            rest = re.sub(r"^[\s.*_]*(?:[–—:-]+\s*|because\s+)?", "", text[len(wording) :])
            return rest or text
    if text.startswith("(") and text.endswith(")") and text.count("(") == 1:
        return text[1:-1]
    return re.sub(r"^(?:[–—:-]\s*)", "", text)


def _numeric(raw: RawItem, make: Maker) -> draft.Item | None:
    """Return a question that is answered by a number: the number is given by the document, nobody has measured it."""
    source = [*raw.parts.get("key", []), *raw.parts.get("answer", [])]
    text = joined(source)
    number = _NUMBER.search(values.plain(text.split("\n")[0]))
    if number is None or len(text) > 400:
        return None
    shared = common(raw, make)
    front = make.text(unbold(raw.parts.get("front", [])))
    title, front = title_and_front(raw, front, make)
    make.ledger.enter(lines_of(source), Use.FIELD)
    first, _, rest = values.plain(text.split("\n")[0]).partition(number[0])
    unit = ours(rest.strip())
    answer = f"{ours(first)} [{number[0]}](given:){f' {unit}' if unit else ''}"
    answer = together(answer.strip(), ours("\n".join(text.split("\n")[1:])))
    explanation = together(
        make.text(raw.parts.get("explanation", ())),
        *(
            titled(NAMES[name], make.text(raw.parts[name]))
            for name in ("wrong", "gap", "mistakes", "rubric", "criteria")
            if raw.parts.get(name)
        ),
    )
    return draft.Item(
        kind=Kind.NUMERIC,
        title=title,
        front=with_hints(front or raw.label, hints_of(raw, make)),
        answer=answer,
        explanation=explanation,
        **shared,
    )


def _written(raw: RawItem, make: Maker, kind: str) -> draft.Item:
    shared = common(raw, make)
    parts = raw.parts
    tasks, rest = structures.tasks(parts.get("tasks", ()), make.text)
    front = together(make.text(unbold(parts.get("front", []))), make.text(rest))
    title, front = title_and_front(raw, front, make)
    rubric, beside = structures.rubric(parts.get("rubric", []), make.text)
    of_rubric = structures.entries(beside, make.text) if beside and rubric is None else None
    criteria = list(structures.entries(parts.get("criteria", []), make.text) or ())
    loose = "" if criteria else make.text(parts.get("criteria", ()))
    answer = together(make.text(parts.get("answer", ())), make.text(parts.get("key", ())))
    key_points = parts.get("points_of", [])
    if key_points and not answer:
        answer = make.text(key_points)
    elif key_points:
        listed = structures.entries(key_points, make.text)
        if listed is not None and not criteria:
            criteria = list(listed)
        else:
            answer = together(answer, titled("Key points", make.text(key_points)))
    if of_rubric and not criteria:
        criteria = list(of_rubric)
    elif beside:
        answer = together(answer, titled("Rubric", make.text(beside)))
    explanation = make.text(parts.get("explanation", ()))
    answer = together(
        answer,
        explanation if not answer else titled("Explanation", explanation),
        titled("Criteria", loose),
        *(titled(NAMES[name], make.text(parts[name])) for name in ("wrong", "gap", "mistakes") if parts.get(name)),
    )
    essay = kind == "essay" or (not kind and rubric is not None and not tasks and not parts.get("key"))
    if not answer and not (essay and (rubric or criteria)):
        make.report(
            NO_ANSWER,
            raw.marks,
            f"{raw.label or 'this question'} has no answer",
            "write a model answer into the lesson",
        )
    if not front and tasks:
        title, front = "", title or raw.label
    made = draft.Item(
        kind=Kind.ESSAY if essay else Kind.SHORT,
        title=title,
        front=with_hints(front or raw.label or "Question", hints_of(raw, make)),
        tasks=tasks,
        answer=answer,
        rubric=rubric,
        criteria=tuple(criteria),
        **shared,
    )
    return agreed(limited(made, raw, make), raw, make)
