"""Blocks: paragraphs, headings inside a field, quotes and alerts, lists, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deckforge.diagnostics import Code, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deckforge.read.markdown.render import Renderer

ATTRIBUTES = Code(
    "DF240",
    "attributes-without-effect",
    Severity.ERROR,
    "A heading has attributes that nothing reads.",
    "Items and sections take attributes, and a heading of the prose an id; anywhere else they would be lost.",
    "##### A closer look {#closer}",
    "##### A closer look",
)
NESTED_HEADING = Code(
    "DF241",
    "heading-not-at-top-level",
    Severity.ERROR,
    "A heading stands inside a quote or a list of an item.",
    "Only headings at the outermost level structure a lesson; this one begins no item and no part.",
    "> ### Why? {#why}",
    "### Why? {#why}",
)
CODES: tuple[Code, ...] = (ATTRIBUTES, NESTED_HEADING)


def _paragraph(r: Renderer, _value: None, _start: int, _end: int) -> None:
    r.newline()
    r.line("<p>")


def _paragraph_end(r: Renderer, _value: None, _start: int, _end: int) -> None:
    r.newline()
    r.write("</p>\n")


def _heading(r: Renderer, value: Any, start: int, end: int) -> None:
    r.newline()
    if r.field.section and r.depth:
        r.wrong(
            NESTED_HEADING,
            start,
            start + len(r.text.data[start:end].rstrip()),
            "this heading stands inside a quote or list, where it structures nothing",
            "move it out, or write its text in bold",
        )
    elif value["id"] or value["classes"] or value["attrs"]:
        r.wrong(
            ATTRIBUTES,
            start,
            start + len(r.text.data[start:end].rstrip()),
            "nothing reads the attributes of a heading in this place",
            "take the braces away",
        )
    r.line(f"<{value['level'].lower()}>")


def _heading_end(r: Renderer, value: str, _start: int, _end: int) -> None:
    r.newline()
    r.write(f"</{value.lower()}>\n")


def _quote(r: Renderer, value: str | None, _start: int, _end: int) -> None:
    r.newline()
    if value is None:
        r.line("<blockquote>\n")
    else:
        title = f'<p class="df-alert-title">{value}</p>\n'
        r.line(f'<div class="df-alert df-{value.lower()}">\n{title}')


def _quote_end(r: Renderer, value: str | None, _start: int, _end: int) -> None:
    r.newline()
    r.write("</blockquote>\n" if value is None else "</div>\n")


def _list_start(r: Renderer, value: int | None, _start: int, _end: int) -> None:
    r.newline()
    r.line("<ul>\n" if value is None else "<ol>\n" if value == 1 else f'<ol start="{value}">\n')


def _list_end(r: Renderer, value: bool, _start: int, _end: int) -> None:
    r.newline()
    r.write("</ol>\n" if value else "</ul>\n")


def _item(r: Renderer, _value: None, _start: int, _end: int) -> None:
    r.newline()
    r.line("<li>")


def _item_end(r: Renderer, _value: None, _start: int, _end: int) -> None:
    r.newline()
    r.write("</li>\n")


def _table(r: Renderer, value: Sequence[str], _start: int, _end: int) -> None:
    r.newline()
    r.alignments = value
    r.write('<div class="df-table"><table>')


def _table_end(r: Renderer, _value: None, _start: int, _end: int) -> None:
    r.newline()
    r.write("</tbody></table></div>\n")


def _table_head(r: Renderer, _value: None, _start: int, _end: int) -> None:
    r.head, r.cell = True, 0
    r.write("<thead><tr>")


def _table_head_end(r: Renderer, _value: None, _start: int, _end: int) -> None:
    r.head = False
    r.newline()
    r.write("</tr></thead><tbody>\n")


def _row(r: Renderer, _value: None, _start: int, _end: int) -> None:
    r.cell = 0
    r.write("<tr>")


def _row_end(r: Renderer, _value: None, _start: int, _end: int) -> None:
    r.newline()
    r.write("</tr>\n")


def _cell(r: Renderer, _value: None, _start: int, _end: int) -> None:
    if r.cell:
        r.words.append("\t")
    align = r.alignments[r.cell] if r.cell < len(r.alignments) else "None"
    style = "" if align == "None" else f' style="text-align: {align.lower()}"'
    r.write(f"<{'th' if r.head else 'td'}{style}>")


def _cell_end(r: Renderer, _value: None, _start: int, _end: int) -> None:
    r.cell += 1
    r.write("</th>" if r.head else "</td>")


HANDLERS: dict[str, Callable[[Renderer, Any, int, int], None]] = {
    "+Paragraph": _paragraph,
    "-Paragraph": _paragraph_end,
    "+Heading": _heading,
    "-Heading": _heading_end,
    "+BlockQuote": _quote,
    "-BlockQuote": _quote_end,
    "+List": _list_start,
    "-List": _list_end,
    "+Item": _item,
    "-Item": _item_end,
    "+Table": _table,
    "-Table": _table_end,
    "+TableHead": _table_head,
    "-TableHead": _table_head_end,
    "+TableRow": _row,
    "-TableRow": _row_end,
    "+TableCell": _cell,
    "-TableCell": _cell_end,
}
