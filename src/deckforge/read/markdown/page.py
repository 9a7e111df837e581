"""One text as a page of fields: its events, watched for losses, with the definitions of footnotes set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.diagnostics import Code, Diagnostic, Related, Severity, has_errors
from deckforge.read.markdown.claims import unread
from deckforge.read.markdown.events import Event, stream
from deckforge.read.markdown.losses import Watch
from deckforge.read.markdown.render import Field, Page, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deckforge.model.rich import Rich
    from deckforge.read.markdown.scope import Scope
    from deckforge.read.text import Text

TWICE = Code(
    "DF232",
    "footnote-defined-twice",
    Severity.ERROR,
    "A footnote is defined twice.",
    "Only the first definition is shown; the other would be lost.",
    "[^run]: On one H100.\n\n[^run]: In bfloat16.",
    "[^run]: On one H100.\n\n[^type]: In bfloat16.",
)
UNUSED = Code(
    "DF233",
    "footnote-not-used",
    Severity.ERROR,
    "A footnote is defined, and nothing refers to it.",
    "It is shown where it is referred to, so it would be lost.",
    "As measured.\n\n[^run]: On one H100.",
    "As measured.[^run]\n\n[^run]: On one H100.",
)
CODES: tuple[Code, ...] = (TWICE, UNUSED)


class Reader:
    """Reads one text: `events()` yields what stands outside of footnotes, `finish()` returns what was wrong."""

    def __init__(self, text: Text) -> None:
        self.watch = Watch(text)
        self.places: dict[str, tuple[int, int]] = {}
        self.page = Page(text)
        if b"[^" in text.data:
            self.page.footnotes = self._definitions(text)

    def events(self) -> Iterator[Event]:
        """Yield the events of the text, watched, without the definitions of footnotes."""
        text = self.page.text
        watched = self.watch.see(stream(text.data, self.watch.broken))
        return _outside(watched) if self.page.footnotes else watched

    def finish(self, texts: Iterable[Rich]) -> tuple[Diagnostic, ...]:
        """Return all diagnostics, once every field has been rendered; `texts` are those that were kept."""
        self.watch.finish()
        for label, (start, end) in self.places.items():
            if label not in self.page.noted:
                message = f"nothing refers to the footnote `{label}`, so it is not shown"
                fix = f"write `[^{label}]` where it belongs, or take it out"
                self.page.found.append(UNUSED.at(self.page.text.span(start, end), message, fix=fix))
        # A text that was left out for another mistake has been reported.
        if self.watch.links and not has_errors((*self.page.found, *self.watch.found)):
            made = (claim for text in texts for claim in text.all_claims())
            self.page.found.extend(unread(self.page.text, self.watch.links, made))
        return (*self.page.found, *self.watch.found)

    def _definitions(self, text: Text) -> dict[str, list[Event]]:
        """Return the events of every footnote by its label."""
        found: dict[str, list[Event]] = {}
        label, depth = "", 0
        collected: list[Event] = []
        for event in stream(text.data):
            kind, value, start, _ = event
            if kind == "+FootnoteDefinition":
                depth += 1
                label, collected = value, []
                end = start + len(b"[^]:") + len(label.encode())
                if label in self.places:
                    first = Related(text.span(*self.places[label]), "the first definition")
                    message = f"the footnote `{label}` is defined a second time"
                    fix = "give it another name"
                    self.page.found.append(TWICE.at(text.span(start, end), message, fix=fix, related=(first,)))
                else:
                    self.places[label] = (start, end)
            elif kind == "-FootnoteDefinition":
                depth -= 1
                found.setdefault(label, collected)
            elif depth:
                collected.append(event)
        return found


def _outside(events: Iterable[Event]) -> Iterator[Event]:
    depth = 0
    for event in events:
        if event[0] == "+FootnoteDefinition":
            depth += 1
        elif event[0] == "-FootnoteDefinition":
            depth -= 1
        elif not depth:
            yield event


def rich(text: Text, scope: Scope, *, inline: bool = False, cloze: bool = False) -> tuple[Rich, tuple[Diagnostic, ...]]:
    """Render one piece of Markdown, a field, that is a text of its own.

    With `inline`, a lone paragraph gives up its `<p>`: a title, a cell, an option. With `cloze`, deletions are read.
    """
    reader = Reader(text)
    field = Field(reader.page, scope, cloze=cloze, section=bool(scope.item))
    made = render(list(reader.events()), field, inline=inline)
    return made, reader.finish((made,))
