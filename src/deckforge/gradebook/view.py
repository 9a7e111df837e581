"""The class's table in a terminal, as JSON, and as CSV for a spreadsheet."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from deckforge.gradebook.table import ClassTable

LEAST = 12
"""How many items a terminal shows; the other forms have all."""


def date(day: int | None) -> str:
    """Return a day counted from 1970 as people write it, or nothing."""
    return "" if day is None else f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day):%Y-%m-%d}"


def show(table: ClassTable, console: Console, *, every: bool) -> None:
    """Print learners, concepts and items; `every` prints all items, else the hardest."""
    from rich.table import Table

    def head(first: str, *columns: str) -> Table:
        made = Table(first, box=None, pad_edge=False, title=None)
        for column in columns:
            made.add_column(column, justify="right")
        return made

    console.print(f"{table.title}: {_count(len(table.learners), 'learner')} on {date(table.day)}\n")
    learners = head("learner", "seen", "right", "mastery", "answers", "minutes", "days", "last")
    for each in table.learners:
        counts = (str(each.answers), f"{each.minutes:.0f}", str(each.days), date(each.last))
        learners.add_row(each.name, _share(each.seen), _share(each.right), _bar(each.mastery), *counts)
    console.print(learners)
    if table.concepts:
        console.print()
        # More learners than a terminal is wide are shown by their mean, lowest and highest.
        wide = len(table.learners) <= 6
        names = [each.name for each in table.learners] if wide else ["lowest", "highest"]
        concepts = head("concept", "items", "class", *names)
        for row in table.concepts:
            shown = row.mastery if wide else (min(row.mastery, default=0.0), max(row.mastery, default=0.0))
            concepts.add_row(row.title, str(row.items), _bar(row.mean), *map(_share, shown))
        console.print(concepts)
    answered = [row for row in table.items if row.learners]
    listed = answered if every else answered[:LEAST]
    if listed:
        console.print()
        items = head("item", "still missed", "right", "learners", "answers")
        items.columns[0].max_width = 64
        for item in listed:
            items.add_row(item.text, _share(item.missed), _share(item.right), str(item.learners), str(item.answers))
        console.print(items)
    rest = [
        (len(answered) - len(listed), "answered items more: --all lists them"),
        (len(table.items) - len(answered), "items that nobody has answered"),
        (table.gone, "answers to items that are no longer in the course, not counted"),
    ]
    for count, what in rest:
        if count:
            console.print(f"{count} {what}")


def _share(value: float | None) -> str:
    return "·" if value is None else f"{value:.0%}".replace("%", " %")


def _bar(value: float) -> Text:
    from rich.text import Text

    filled = round(value * 8)
    colour = "green" if value >= 0.75 else "yellow" if value >= 0.4 else "red"
    return Text.assemble(("█" * filled, colour), ("░" * (8 - filled), "dim"), f" {_share(value):>5}")


def as_json(table: ClassTable) -> str:
    """Return all of it as JSON; shares are 0 to 1."""
    document = dataclasses.asdict(table)
    document["day"] = date(table.day)
    for learner in document["learners"]:
        learner["last"] = date(learner["last"])
    for row in (*document["concepts"], *document["items"]):
        row["mastery"] = dict(zip((each.name for each in table.learners), row["mastery"], strict=True))
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def as_csv(table: ClassTable) -> str:
    """Return one table with a column for each learner and a row for each concept and item: their mastery."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["kind", "id", "title", "items", "class", *(_cell(each.name) for each in table.learners)])
    for concept in table.concepts:
        shares = [f"{share:.3f}" for share in (concept.mean, *concept.mastery)]
        writer.writerow(["concept", concept.id, _cell(concept.title), concept.items, *shares])
    for item in table.items:
        shares = [f"{share:.3f}" for share in (item.mean, *item.mastery)]
        writer.writerow(["item", item.id, _cell(item.text), 1, *shares])
    return out.getvalue()


def _cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: names come from learners."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
