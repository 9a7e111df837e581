"""An item of the outline to a draft: its kind, its texts, its values."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from deckforge.intake import draft
from deckforge.intake.documents import structures, values
from deckforge.intake.documents.account import Use
from deckforge.intake.documents.blocks import Block, blocks
from deckforge.intake.documents.codes import AS_CODE, NO_ANSWER, NO_KEY, POINTS, VALUE, WORDS
from deckforge.intake.documents.dialect import joined, ours
from deckforge.intake.documents.keys import feedback, letters_of
from deckforge.intake.documents.labels import label_of, normal
from deckforge.intake.documents.options import RawOption, read_options
from deckforge.intake.documents.structures import lines_of
from deckforge.model.items import Kind, Range

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deckforge.diagnostics import Code
    from deckforge.intake.documents.account import Ledger
    from deckforge.intake.documents.dialect import Definitions
    from deckforge.intake.documents.raw import RawItem, Said

_NUMBER = re.compile(r"[-−+]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?")
_WORDS = re.compile(r"\S*\w\S*")
_CONCEPT = re.compile(
    r"^(.*?)\s*[(\[]((?:core )?concepts?\b[^)\]]*|lesson [^)\]]*|section [^)\]]*|§[^)\]]*)[)\]]$", re.IGNORECASE
)
_LABEL_ONLY = {
    "explanation": "Explanation",
    "wrong": "Why the others are wrong",
    "gap": "Gap",
    "mistakes": "Common mistakes",
    "rubric": "Rubric",
    "criteria": "Criteria",
    "points_of": "Key points",
}


_TABLES = ("rubric", "mistakes", "options", "wrong", "explanation", "key")
"""Parts whose tables are taken apart: what their columns are called stands nowhere any more."""


class Maker:
    """Makes texts of blocks: enters their lines in the ledger, and says where a text had to be kept as code."""

    def __init__(
        self, ledger: Ledger, defined: Definitions, report: Callable[[Code, Sequence[int], str, str], None]
    ) -> None:
        self.ledger = ledger
        self.defined = defined
        self.report = report

    def text(self, found: Sequence[Block]) -> str:
        """Return blocks as a text in our dialect."""
        return self._text(found, Use.FIELD)

    def prose(self, found: Sequence[Block]) -> str:
        """Return blocks as a text that is kept as prose."""
        return self._text(found, Use.PROSE)

    def cloze(self, found: Sequence[Block]) -> str:
        """Return blocks as a text with deletions."""
        return self._text(found, Use.FIELD, cloze=True)

    def _text(self, found: Sequence[Block], use: Use, *, cloze: bool = False) -> str:
        lines = lines_of(found)
        self.ledger.enter([number for block in found if block.kind != "rule" for number in block.numbers], use)
        self.ledger.enter(lines, Use.METADATA)
        made, as_code = ours(joined(found), self.defined, cloze=cloze)
        if as_code:
            self.report(
                AS_CODE,
                lines,
                "this text could not be rewritten, and stands in a code block as it is",
                "look at its markup",
            )
        return made

    def words(self, text: str, lines: Sequence[int]) -> str:
        """Return a text that stood in a title or a value."""
        self.ledger.enter(lines, Use.METADATA)
        return self._words(text)

    def _words(self, text: str) -> str:
        return ours(text.strip(), self.defined)[0]


def build(raw: RawItem, make: Maker) -> draft.Item:
    """Return the item that the outline holds."""
    make.ledger.enter(raw.marks, Use.METADATA)
    for name in _TABLES:
        heads = [block.numbers[:2] for block in raw.parts.get(name, ()) if block.kind == "table"]
        make.ledger.enter([line for head in heads for line in head], Use.METADATA)
    made = {"card": _card, "problem": _problem}.get(raw.word, _question)(raw, make)
    extra = dict(made.extra)
    for name, (value, lines) in raw.extra.items():
        extra[name] = make.words(value, lines)
    lines = tuple(
        sorted(
            {
                *raw.marks,
                *(line for _, of in raw.meta.values() for line in of),
                *(line for part in raw.parts.values() for line in lines_of(part)),
                *(line for _, found in raw.hints for line in lines_of(found)),
                *(line for _, of in raw.extra.values() for line in of),
            }
        )
    )
    return replace(made, extra=extra, lines=lines)


# Values


def _shared(raw: RawItem, make: Maker) -> dict[str, Any]:
    """Return the values that all kinds share."""
    group = raw.group.meta if raw.group else {}
    said = {**{name: group[name] for name in ("difficulty",) if name in group}, **raw.meta}
    extra: dict[str, str] = {}
    found: dict[str, Any] = {"label": raw.label, "extra": extra}
    for name, (value, lines) in said.items():
        make.ledger.enter(lines, Use.METADATA)
        if not _take(name, value, found, raw) and not values.empty(value):
            extra[name.capitalize()] = make.words(values.plain(value), lines)
            if name in ("difficulty", "bloom", "points", "minutes") and lines:
                make.report(
                    VALUE,
                    lines,
                    f"`{values.plain(value)}` is no {name} that is known",
                    "write it into the lesson by hand, if it matters",
                )
    return found


def _take(name: str, value: str, found: dict[str, Any], raw: RawItem) -> bool:
    """Put a value where it belongs; tell whether it could be understood."""
    match name:
        case "difficulty":
            found["difficulty"] = values.difficulty(value)
            return found["difficulty"] is not None
        case "bloom":
            found["bloom"] = values.bloom(value)
            return bool(found["bloom"])
        case "concept":
            placed = _CONCEPT.match(values.plain(value))
            if placed and placed[1]:
                found["concepts"] = values.several(placed[1], commas=False)
                found.setdefault("source", placed[2])
            else:
                found["concepts"] = values.several(value, commas=False)
            return bool(found["concepts"])
        case "source":
            found["source"] = values.plain(value)
            return True
        case "requires":
            found["requires"] = values.several(value)
            return True
        case "tags":
            found["tags"] = values.tags(value)
            return True
        case "terms":
            found["terms"] = values.several(value)
            return True
        case "minutes":
            found["minutes"] = values.minutes(value)
            return found["minutes"] is not None
        case "points":
            found["points"] = values.points(value)
            return found["points"] is not None
        case "critical":
            said = values.flag(value)
            if said is None:
                return False
            found["critical"], why = said
            if found["critical"]:
                found["why"] = ours(why)[0]
            return True
        case "words":
            return True
        case "id":
            return normal(value) in (str(raw.number), f"{raw.word} {raw.number}")
        case "type":
            if raw.word == "problem":
                found["problem_type"] = values.problem_type(value)
                return found["problem_type"] is not None
            return bool(
                values.kind(value)
                or values.kind_in(value)
                or normal(value) in ("basic", "card", "flashcard", "cloze", "standard")
            )
    return False


def _title_and_front(raw: RawItem, front: str, make: Maker) -> tuple[str, str]:
    """Return the title and what is asked: a title alone is what is asked, and one that the text repeats is left out."""
    title = make.words(raw.title, raw.marks) if raw.title else ""
    if not front:
        return "", title
    if normal(values.plain(title)) == normal(values.plain(front)):
        return "", front
    return title, front


def _unbold(found: list[Block]) -> list[Block]:
    """Return blocks without the emphasis of a stem that is bold as a whole."""
    texts = [block for block in found if block.kind == "text"]
    if texts and len(texts) == len(found):
        whole = "\n".join(block.text for block in texts)
        match = re.fullmatch(r"\s*(\*\*|__)((?:(?!\1).)+)\1\s*", whole, re.DOTALL)
        if match:
            lines = match[2].split("\n")
            return [Block("text", ((block.first, line),)) for block, line in zip(texts, lines, strict=False)]
    if texts and found[0].kind == "text":
        match = re.fullmatch(r"\s*(\*\*|__)((?:(?!\1).)+)\1\s*", found[0].text)
        if (
            match
            and match[2].rstrip().endswith(("?", "."))
            and not label_of(found[0].text.rstrip("*_ ").rstrip("?.") + ":**")
        ):
            return [Block("text", ((found[0].first, match[2]),)), *found[1:]]
    return found


def _hints(raw: RawItem, make: Maker) -> tuple[draft.Hint, ...]:
    made = list(structures.hints(raw.parts.get("hints", ()), make.text))
    for name, found in raw.hints:
        lists = [block for block in found if block.kind == "list"]
        if (
            not name
            and len(found) == 1
            and lists
            and len(raw.hints) == 1
            and len(lists[0].entries) > 1
            and all(re.match(r"^\W*hint", entry.text, re.IGNORECASE) for entry in lists[0].entries)
        ):
            made += structures.hints(found, make.text)
        else:
            made.append(structures.hint(name, found, make.text))
    return tuple(hint for hint in made if hint.text)


def _titled(name: str, text: str) -> str:
    return f"**{name}:**\n\n{text}" if text else ""


def _together(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text)


# Kinds


def _card(raw: RawItem, make: Maker) -> draft.Item:
    shared = _shared(raw, make)
    cloze = any("{{c" in block.text for block in raw.parts.get("front", ())) or "{{c" in raw.title
    front_blocks = _unbold(raw.parts.get("front", []))
    front = make.cloze(front_blocks) if cloze else make.text(front_blocks)
    title, front = _title_and_front(raw, front, make)
    answer = make.text(raw.parts.get("back", ()))
    if (not answer and not cloze) or not front:
        what = "answer" if front else "question"
        make.report(
            NO_ANSWER,
            raw.marks or lines_of(front_blocks),
            f"{raw.label or 'this card'} has no {what}",
            "write it into the lesson",
        )
    return draft.Item(
        kind=Kind.CLOZE if cloze else Kind.CARD,
        title=title,
        front=front or raw.label or "Card",
        answer=answer,
        hints=_hints(raw, make),
        short_question=make.text(raw.parts.get("short_question", ())),
        in_short=make.text(raw.parts.get("in_short", ())),
        **shared,
    )


def _problem(raw: RawItem, make: Maker) -> draft.Item:
    shared = _shared(raw, make)
    shared.setdefault("problem_type", None)
    group = raw.group.meta.get("type") if raw.group else None
    if shared["problem_type"] is None and group:
        shared["problem_type"] = values.problem_type(group[0])
    parts = raw.parts
    tasks, rest = structures.tasks(parts.get("tasks", ()), make.text)
    front = _together(make.text(_unbold(parts.get("front", []))), make.text(rest))
    title, front = _title_and_front(raw, front, make)
    mistakes, other = structures.mistakes(parts.get("mistakes", ()), make.text)
    solution = _together(
        make.text(parts.get("solution", ())),
        _titled("Common mistakes", make.text(other)),
        *(
            _titled(_LABEL_ONLY[name], make.text(parts[name]))
            for name in ("explanation", "rubric", "criteria", "points_of")
            if parts.get(name)
        ),
    )
    if not solution or not (front or tasks):
        what = "solution" if front or tasks else "statement"
        make.report(NO_ANSWER, raw.marks, f"{raw.label or 'this problem'} has no {what}", "write it into the lesson")
    if not front and tasks:
        title, front = "", title or raw.label or "Problem"
    made = draft.Item(
        kind=Kind.PROBLEM,
        title=title,
        front=front or raw.label or "Problem",
        tasks=tasks,
        hints=_hints(raw, make),
        solution=solution,
        mistakes=mistakes,
        extension=make.text(parts.get("extension", ())),
        **shared,
    )
    return _agreed(made, raw, make)


def _question(raw: RawItem, make: Maker) -> draft.Item:
    said = raw.meta.get("type") or (raw.group.meta.get("type") if raw.group else None)
    kind = (values.kind(said[0]) or values.kind_in(said[0]) or said[0]) if said else ""
    options = read_options(raw.parts.get("options", ()))
    key_text = joined(raw.parts.get("key", ())).strip()
    if options and not _is_choice(kind, options, key_text):
        raw.parts.setdefault("tasks", []).extend(_as_tasks(options))
        options = []
    truth = re.match(r"^\W*(?:true|false)\b", key_text, re.IGNORECASE) is not None
    if not options and (kind == "truth" or (truth and kind in ("", "choice"))):
        options = [RawOption("A", [Block("text", ((0, "True"),))]), RawOption("B", [Block("text", ((0, "False"),))])]
    if options:
        return _choice(raw, make, options)
    if kind == "numeric" and (number := _numeric(raw, make)):
        return number
    return _written(raw, make, kind)


def _is_choice(kind: str, options: list[RawOption], key: str) -> bool:
    if kind in ("choice", "truth"):
        return True
    if len(options) < 2:
        return False
    named = bool(letters_of(key.split("\n", maxsplit=1)[0], options)[0]) if key else False
    return (
        named
        or any(option.marked for option in options)
        or (not kind and not any(values.without_points(option.text)[1] for option in options))
    )


def _as_tasks(options: list[RawOption]) -> list[Block]:
    made: list[Block] = []
    for option in options:
        first, *rest = option.blocks
        made.append(Block("text", ((first.first, f"{option.letter.lower()}) {first.text}"),)))
        made += rest
    return made


def _choice(raw: RawItem, make: Maker, options: list[RawOption]) -> draft.Item:
    shared = _shared(raw, make)
    parts = raw.parts
    front = make.text(_unbold(parts.get("front", [])))
    title, front = _title_and_front(raw, front, make)
    keys, behind = _keys(parts.get("key", []), options)
    explained = _reblocked(behind) + parts.get("explanation", []) + parts.get("answer", [])
    said, explanation = feedback(explained, options)
    wrong, other = feedback(parts.get("wrong", []), options)
    keyed = keys or {option.letter for option in options if option.marked}
    bold = [option.letter for option in options if option.bold]
    if not keyed and len(bold) == 1:
        keyed = set(bold)
    make.ledger.enter(lines_of(parts.get("key", [])), Use.METADATA)
    why = make.text(explanation)
    for letter in sorted(keyed):
        of_key = said.pop(letter, []) + wrong.pop(letter, [])
        why = (
            _together(why, make.text(of_key))
            if explanation and explanation[0].first < (of_key[0].first if of_key else 0)
            else _together(make.text(of_key), why)
        )
    made = []
    for option in options:
        own = said.get(option.letter, []) + wrong.get(option.letter, [])
        lines = tuple(line for line in (*option.lines, *lines_of(own)) if line)
        text = make.text(option.blocks) if option.lines != (0,) else option.text
        if option.bold and re.fullmatch(r"\*\*[^*]+\*\*\.?", text):
            text = text.replace("**", "")
        made.append(draft.Option(text=text, key=option.letter in keyed, feedback=make.text(own), lines=lines))
    explanation_text = _together(
        why,
        _titled("Why the others are wrong", make.text(other)),
        *(
            _titled(_LABEL_ONLY[name], make.text(parts[name]))
            for name in ("mistakes", "rubric", "criteria", "points_of", "tasks")
            if name in _LABEL_ONLY and parts.get(name)
        ),
        make.text(parts.get("tasks", ())),
    )
    if not keyed:
        shown = joined(parts.get("key", ()))
        make.report(
            NO_KEY,
            lines_of(parts.get("key", [])) or raw.marks,
            f"no option of {raw.label or 'this question'} is named as its key",
            "mark the right option with `[x]`",
        )
        if shown:
            explanation_text = _together(make.text(parts["key"]), explanation_text) if not behind else explanation_text
    return draft.Item(
        kind=Kind.CHOICE,
        title=title,
        front=front or raw.label or "Question",
        options=tuple(made),
        explanation=explanation_text,
        gap=make.text(parts.get("gap", ())),
        hints=_hints(raw, make),
        in_short=make.text(parts.get("in_short", ())),
        **shared,
    )


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
    shared = _shared(raw, make)
    front = make.text(_unbold(raw.parts.get("front", [])))
    title, front = _title_and_front(raw, front, make)
    make.ledger.enter(lines_of(source), Use.FIELD)
    first, _, rest = values.plain(text.split("\n")[0]).partition(number[0])
    answer = f"{ours(first)[0]}[{number[0]}](given:){ours(rest.strip())[0] and ' ' + ours(rest.strip())[0]}"
    answer = _together(answer.strip(), ours("\n".join(text.split("\n")[1:]))[0])
    explanation = _together(
        make.text(raw.parts.get("explanation", ())),
        *(
            _titled(_LABEL_ONLY[name], make.text(raw.parts[name]))
            for name in ("wrong", "gap", "mistakes", "rubric", "criteria")
            if raw.parts.get(name)
        ),
    )
    return draft.Item(
        kind=Kind.NUMERIC,
        title=title,
        front=front or raw.label,
        answer=answer,
        explanation=explanation,
        hints=_hints(raw, make),
        **shared,
    )


def _written(raw: RawItem, make: Maker, kind: str) -> draft.Item:
    shared = _shared(raw, make)
    parts = raw.parts
    tasks, rest = structures.tasks(parts.get("tasks", ()), make.text)
    front = _together(make.text(_unbold(parts.get("front", []))), make.text(rest))
    title, front = _title_and_front(raw, front, make)
    rubric, beside = structures.rubric(parts.get("rubric", []), make.text)
    of_rubric = structures.entries(beside, make.text) if beside and rubric is None else None
    criteria = list(structures.entries(parts.get("criteria", []), make.text) or ())
    loose = "" if criteria else make.text(parts.get("criteria", ()))
    answer = _together(make.text(parts.get("answer", ())), make.text(parts.get("key", ())))
    key_points = parts.get("points_of", [])
    if key_points and not answer:
        answer = make.text(key_points)
    elif key_points:
        listed = structures.entries(key_points, make.text)
        if listed is not None and not criteria:
            criteria = list(listed)
        else:
            answer = _together(answer, _titled("Key points", make.text(key_points)))
    if of_rubric and not criteria:
        criteria = list(of_rubric)
    elif beside:
        answer = _together(answer, _titled("Rubric", make.text(beside)))
    explanation = make.text(parts.get("explanation", ()))
    answer = _together(
        answer,
        explanation if not answer else _titled("Explanation", explanation),
        _titled("Criteria", loose),
        *(
            _titled(_LABEL_ONLY[name], make.text(parts[name]))
            for name in ("wrong", "gap", "mistakes")
            if parts.get(name)
        ),
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
        front=front or raw.label or "Question",
        tasks=tasks,
        answer=answer,
        rubric=rubric,
        criteria=tuple(criteria),
        hints=_hints(raw, make),
        **shared,
    )
    return _agreed(_limited(made, raw, make), raw, make)


def _limited(made: draft.Item, raw: RawItem, make: Maker) -> draft.Item:
    """Give a written question its length, unless its own answer does not keep it."""
    said: Said | None = raw.meta.get("words")
    if said is None:
        return made
    value, lines = said
    limit = values.stretch(f"{value} {'limit' if 'limit' in ' '.join(raw.meta) else ''}")
    count = len(_WORDS.findall(re.sub(r"[*_`#|]|\]\([^)]*\)", " ", made.answer)))
    if limit and (
        not made.answer or limit.low * 1.05 <= count <= limit.high * 0.95 or limit.low <= count <= limit.high
    ):
        return replace(made, words=limit)
    if limit:
        message = f"the model answer has {count} words, and {value} are asked for"
        make.report(WORDS, lines, message, "shorten or lengthen the answer, then give the question its `words=`")
    return replace(made, front=_together(made.front, f"**Length:** {make.words(value, lines)}"))


def _agreed(made: draft.Item, raw: RawItem, make: Maker) -> draft.Item:
    """Let the points of the item be the sum of its parts; what the document says of the whole is told."""
    own = made.points
    if own is None and raw.group and "points" in raw.group.meta:
        own = values.points_in(raw.group.meta["points"][0])
    sums = [
        _sum([task.points for task in made.tasks]),
        _sum([row.points for row in made.rubric.rows]) if made.rubric else None,
    ]
    known = [each for each in sums if each is not None]
    if not known:
        return made
    wanted = known[0]
    if len(known) == 2 and known[0] != known[1] and made.rubric:
        message = f"the tasks of {raw.label} make {known[0]} points, and its rubric {known[1]}"
        make.report(POINTS, raw.marks, message, "give the rows of the rubric the points of the tasks")
        rows = tuple(
            replace(
                row,
                component=f"{row.component}: {row.points} p." if row.points is not None else row.component,
                points=None,
            )
            for row in made.rubric.rows
        )
        made = replace(made, rubric=replace(made.rubric, rows=rows))
    if own is not None and own != wanted:
        message = f"{raw.label} is worth {own} points, and its parts make {wanted}"
        make.report(POINTS, raw.marks, message, "correct the parts, or leave the sum")
        return replace(made, points=wanted, extra={**made.extra, "Points as stated": str(own)})
    if made.points is None:
        return replace(made, points=wanted)
    return made


def _sum(points: list[int | None]) -> int | None:
    known = [number for number in points if number is not None]
    return sum(known) if known and len(known) == len(points) else None


__all__ = ["Maker", "Range", "build"]
