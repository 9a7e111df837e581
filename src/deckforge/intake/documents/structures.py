"""Lists and tables of an item: tasks, rubrics, mistakes, hints, criteria."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckforge.intake import draft
from deckforge.intake.documents import values
from deckforge.intake.documents.blocks import Block, blocks, cells
from deckforge.intake.documents.labels import LONGEST, label_of, normal, of_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Text = Callable[[Sequence[Block]], str]

_LETTERED = re.compile(r"^\s*(?:\*\*)?\(?([a-zA-Z]|[ivx]{1,4}|\d{1,2})[).](?:\*\*)?\s+(?=\S)")
_CROSS = re.compile(r"^[\s>*-]*(?:❌|✗|✘|🚫|⚠️?|\*\*❌\*\*)\s*")
_REMEDY = re.compile(
    r"(?:\s*(?:→|➜|=>|->|—|–)?\s*(?:✅|✓|✔️?)\s*)|(?:\s*(?:→|➜|=>|->)\s*)|"
    r"(?:(?:^|[.;!]?\s+)(?:\*\*|_)?(?:fix|prevention|instead|correct(?: approach)?|how to avoid(?: it)?|"
    r"avoid by|solution|remedy|to avoid|correction)\s*:\s*(?:\*\*|_)?\s*)",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"(?:^|\s)(?:\*\*|_)?(?:why(?: it'?s)?(?: is)? ?(?:wrong)?|reason|why wrong|problem|because)\s*:\s*(?:\*\*|_)?\s*",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^(?:\*\*|__)(.+?)(?:\*\*|__)\s*[:：–—-]*\s*(.*)$", re.DOTALL)


def lines_of(found: Sequence[Block]) -> tuple[int, ...]:
    """Return the numbers of the lines of some blocks."""
    return tuple(number for block in found for number in block.numbers)


def cell(number: int, text: str) -> list[Block]:
    """Return the blocks of a table's cell."""
    text = re.sub(r"<br\s*/?>", "\n", text).replace("\\|", "|")
    return [Block("text", ((number, line),)) for line in text.split("\n") if line.strip()]


def tasks(found: Sequence[Block], text: Text) -> tuple[tuple[draft.Task, ...], list[Block]]:
    """Return the tasks that stand in some blocks, and what is none."""
    made: list[draft.Task] = []
    rest: list[Block] = []
    at = 0
    while at < len(found):
        block = found[at]
        if block.kind == "list" and len(block.entries) > 0 and not (made and block.entries[0].number == 1):
            made += [_task(blocks(entry.lines), text) for entry in block.entries]
        elif block.kind == "text" and _LETTERED.match(block.text):
            own = [Block("text", ((block.first, block.text[_LETTERED.match(block.text).end() :]),))]  # type: ignore[union-attr]
            while at + 1 < len(found) and not (found[at + 1].kind == "text" and _LETTERED.match(found[at + 1].text)):
                if found[at + 1].kind == "rule" or (
                    found[at + 1].kind == "text" and found[at + 1].first > found[at].numbers[-1] + 1
                ):
                    break
                at += 1
                own.append(found[at])
            made.append(_task(own, text))
        elif (
            block.kind == "text" and made and rest == [] and block.first == found[at - 1].numbers[-1] + 1
        ) or block.kind != "rule":
            rest.append(block)
        at += 1
    return tuple(made), rest


def _task(found: list[Block], text: Text) -> draft.Task:
    lines = lines_of(found)
    worth = None
    if found and found[0].kind == "text":
        head, worth = values.without_points(found[0].text)
        if worth is not None:
            found = [Block("text", ((found[0].first, head),)), *found[1:]]
        elif len(found) > 1 and found[-1].kind == "text":
            tail, worth = values.without_points(found[-1].text)
            if worth is not None:
                found = [*found[:-1], Block("text", ((found[-1].first, tail),))]
    return draft.Task(text=text(found), points=worth, lines=lines)


def entries(found: Sequence[Block], text: Text) -> tuple[str, ...] | None:
    """Return the entries of the one list that some blocks are; `None` where they are anything else."""
    full = [block for block in found if block.kind != "rule"]
    if not full or any(block.kind != "list" for block in full):
        return None
    return tuple(text(blocks(entry.lines)) for block in full for entry in block.entries)


def hints(found: Sequence[Block], text: Text) -> Iterator[draft.Hint]:
    """Yield the hints that stand below one label: the entries of a list, or all of it as one."""
    full = [block for block in found if block.kind != "rule"]
    lists = [block for block in full if block.kind == "list"]
    if lists and full[0].kind == "list":
        for block in full:
            if block.kind != "list":
                yield draft.Hint(text=text([block]), lines=block.numbers)
                continue
            for entry in block.entries:
                yield hint("", blocks(entry.lines), text)
    elif full:
        paragraphs: list[list[Block]] = []
        for block in full:
            numbered = block.kind == "text" and re.match(r"^\W*(?:hint|tip)\s*\d", block.text, re.IGNORECASE)
            if not paragraphs or numbered:
                paragraphs.append([])
            paragraphs[-1].append(block)
        for paragraph in paragraphs:
            yield hint("", paragraph, text)


def hint(name: str, found: list[Block], text: Text) -> draft.Hint:
    """Return one hint; a label at its beginning is its name."""
    lines = lines_of(found)
    if found and found[0].kind == "text":
        label = label_of(found[0].text)
        if (
            label
            and label.bold
            and not label.bare
            and (label.part == "hint" or (not name and len(label.words.split()) <= 4 and label.rest))
        ):
            name = name or (label.aside if label.part == "hint" else label.words)
            first = Block("text", ((found[0].first, label.rest),))
            found = [first, *found[1:]] if label.rest else list(found[1:])
    if name and normal(name).isdigit():
        name = ""
    return draft.Hint(text=text(found), name=values.plain(name).strip(" :"), lines=lines)


def rubric(found: Sequence[Block], text: Text) -> tuple[draft.Rubric | None, list[Block]]:
    """Return the rubric of a table, and what else stands there."""
    table = next((block for block in found if block.kind == "table"), None)
    if table is None:
        return None, [block for block in found if block.kind != "rule"]
    rest = [block for block in found if block is not table and block.kind != "rule"]
    head, rows = cells(table)
    if not rows or len(head) < 2:
        return None, [block for block in found if block.kind != "rule"]
    made = _levels_in_rows(head, rows, text, table) if _is_level(head[0]) else _components(head, rows, text, table)
    return (made, rest) if made else (None, [block for block in found if block.kind != "rule"])


def _is_level(name: str) -> bool:
    return normal(name) in (
        "score",
        "points",
        "level",
        "grade",
        "rating",
        "band",
        "mark",
        "marks",
        "performance level",
        "performance",
    )


def _levels_in_rows(head: list[str], rows: list[tuple[int, list[str]]], text: Text, table: Block) -> draft.Rubric:
    levels = tuple(text(cell(number, row[0])) for number, row in rows)
    made = []
    for at, name in enumerate(head[1:], 1):
        component = text(cell(table.first, name))
        texts = tuple(text(cell(number, row[at])) for number, row in rows)
        made.append(draft.RubricRow(component=component, cells=texts, lines=lines_of([table])))
    return draft.Rubric(levels=levels, rows=tuple(made), lines=table.numbers)


def _components(head: list[str], rows: list[tuple[int, list[str]]], text: Text, table: Block) -> draft.Rubric | None:
    worth = next(
        (
            at
            for at, name in enumerate(head)
            if at
            and re.fullmatch(
                r"(?:max(?:imum)? )?(?:points?|pts|marks?|weight|weighting|value|possible points|"
                r"points possible)(?: possible| available)?",
                normal(name),
            )
        ),
        None,
    )
    levels = tuple(text(cell(table.first, name)) for at, name in enumerate(head) if at not in (0, worth))
    if not levels:
        return None
    made = []
    for number, row in rows:
        name, points = values.without_points(
            values.plain(row[0]) if row[0].startswith("**") and row[0].count("**") == 2 else row[0]
        )
        texts = tuple(text(cell(number, each)) for at, each in enumerate(row) if at not in (0, worth))
        if worth is not None:
            stated = re.fullmatch(r"\W*(\d+)\s*(?:points?|pts?\.?|marks?|p)?\W*", row[worth])
            if stated:
                points = int(stated[1])
            elif row[worth].strip() and not values.empty(row[worth]):
                name = f"{name} – {row[worth]}"
        if normal(name) in ("total", "total points", "sum", "overall total") and not any(texts):
            text(cell(number, name))  # it says what the rows come to
            continue
        made.append(draft.RubricRow(component=text(cell(number, name)), points=points, cells=texts, lines=(number,)))
    return draft.Rubric(levels=levels, rows=tuple(made), lines=table.numbers)


_COLUMNS = (
    ("prevention", r"prevent|fix|correct|avoid|instead|solution|how to|remedy|right way|better|do this"),
    ("why", r"why|reason|explanation|problem|consequence|impact|issue|what happens|effect|cause"),
    ("mistake", r"mistake|error|pitfall|wrong|misconception|trap|bug|students"),
)


def mistakes(found: Sequence[Block], text: Text) -> tuple[tuple[draft.Mistake, ...], list[Block]]:
    """Return the mistakes of a table or a list, and what else stands there."""
    made: list[draft.Mistake] = []
    rest: list[Block] = []
    texts: list[Block] = []
    for block in found:
        if block.kind == "table":
            made += _of_table(block, text)
        elif block.kind == "list":
            made += [_of_entry(blocks(entry.lines), text) for entry in block.entries]
        elif block.kind == "text" and (_CROSS.match(block.text) or (_REMEDY.search(block.text) and made)):
            if not _CROSS.match(block.text) and made and not made[-1].prevention:
                remedy = _REMEDY.sub("", block.text, count=1)
                last = made.pop()
                made.append(
                    draft.Mistake(
                        mistake=last.mistake,
                        why=last.why,
                        prevention=text([Block("text", ((block.first, remedy),))]),
                        lines=(*last.lines, *block.numbers),
                    )
                )
            else:
                made.append(_of_entry([block], text))
        elif block.kind != "rule":
            texts.append(block)
    rest += texts
    return tuple(made), rest


def _of_table(block: Block, text: Text) -> Iterator[draft.Mistake]:
    head, rows = cells(block)
    places: dict[str, int] = {}
    for at, name in enumerate(head):
        for column, pattern in _COLUMNS:
            if column not in places and at not in places.values() and re.search(pattern, normal(name)):
                if column != "mistake" and at == 0 and len(head) > 1 and "mistake" in normal(name):
                    continue
                places[column] = at
                break
    free = [at for at in range(len(head)) if at not in places.values()]
    numbered = [at for at in free if normal(head[at]) in ("", "no", "number") or head[at].strip() == "#"]
    free = [at for at in free if at not in numbered]
    for column in ("mistake", "why", "prevention"):
        if column not in places and free:
            places[column] = free.pop(0)
    for number, row in rows:
        said = {column: text(cell(number, row[at])) for column, at in places.items()}
        for at in free:
            if row[at]:
                said["why"] = " ".join(
                    part for part in (said.get("why", ""), f"{head[at]}: {text(cell(number, row[at]))}") if part
                )
        yield draft.Mistake(
            mistake=said.get("mistake", ""),
            why=said.get("why", ""),
            prevention=said.get("prevention", ""),
            lines=(number,),
        )


def _of_entry(found: list[Block], text: Text) -> draft.Mistake:
    """Return the mistake that an entry of a list tells: what, then why, then what to do instead."""
    lines = lines_of(found)
    number = lines[0]
    if sum(len(block.text) for block in found) > LONGEST:
        return draft.Mistake(mistake=text(found), lines=lines)
    texts = [block for block in found if block.kind == "text"]
    extra: list[Block] = [block for block in found if block.kind not in ("text", "list")]
    whole, why, prevention = _told(" ".join(block.text.strip() for block in texts))
    reason, remedy = cell(number, why), cell(number, prevention)
    for block in found:
        for entry in block.entries if block.kind == "list" else ():
            first = entry.lines[0][1]
            label = re.match(r"^\W*?(?:\*\*|__)?([A-Za-z][\w' ]{1,40}?)(?:\*\*|__)?\s*[:：](?:\*\*|__)?\s*", first)
            name = normal(label[1]) if label else ""
            rest = [
                *cell(entry.lines[0][0], first[label.end() :] if label else _CROSS.sub("", first)),
                *blocks(entry.lines[1:]),
            ]
            if re.match(r"why|reason|problem|impact|because", name) and not reason:
                reason = rest
            elif re.match(r"fix|prevent|instead|correct|avoid|how|solution|remedy|do this|better", name) and not remedy:
                remedy = rest
            elif re.match(r"\W*(?:✅|✓|✔)", first) and not remedy:
                remedy = [Block("text", ((entry.lines[0][0], re.sub(r"^\W*(?:✅|✓|✔️?)\s*", "", first)),)), *rest[1:]]
            elif not reason:
                reason = [Block("text", entry.lines)]
            else:
                extra.append(Block("text", entry.lines))
    for block in texts[1:]:
        text([block])  # its words were joined to the first line's
    return draft.Mistake(
        mistake=text(cell(number, whole)), why=text([*reason, *extra]), prevention=text(remedy), lines=lines
    )


def _told(whole: str) -> tuple[str, str, str]:
    """Return what one sentence tells of a mistake: what, why, and what to do instead."""
    whole = _CROSS.sub("", whole)
    head, colon, tail = whole.partition(":")
    if colon and of_name(head).name in ("mistake", "error", "pitfall", "wrong"):
        whole = tail.strip().removeprefix("**").strip()
    why = prevention = ""
    parts = _REMEDY.split(whole, maxsplit=1)
    if len(parts) == 2 and parts[0].strip(" *"):
        whole, prevention = parts[0].strip(), parts[1].strip()
    lead = _LEAD.match(whole)
    parts = _WHY.split(whole, maxsplit=1)
    if lead and lead[2]:
        return lead[1].strip(" :"), _WHY.sub("", f" {lead[2]}", count=1).strip(), prevention
    if len(parts) == 2 and parts[0].strip():
        return parts[0].strip(" .;–—-"), parts[1].strip(), prevention
    if lead:
        return lead[1].strip(" :"), why, prevention
    halves = re.split(r"\s+[–—]\s+|\s+-\s+|(?<=[^:]):\s+", whole, maxsplit=1)
    return (halves[0].strip(), halves[1].strip(), prevention) if len(halves) == 2 else (whole, why, prevention)
