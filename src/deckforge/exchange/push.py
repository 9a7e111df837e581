"""`deckforge push`: the course into the Anki that runs, over AnkiConnect, so that afterwards both say the same.

An import can add and update, and nothing else: cards never move, notes never go, an edit of the learner's is either
kept or lost. Push looks first (`push_collection`), works out what it would do (`push_plan`), shows it (`push_preview`),
asks, does it, and looks again. Why it is done in this way and no other:

- **What is new goes in as a package.** AnkiConnect's `addNote` gives a note a random GUID and `createModel` gives
  fields random ids; whoever imported a package later, from here or from a download, would get every note twice. Only
  a package carries the GUIDs and ids that make the next update an update.
- **Nothing else does.** AnkiConnect's `importPackage` takes learning progress, presets and, from Anki 26.09 on, merges
  note types: a package whose type differs makes Anki change the schema and ask for a full sync, and one whose note has
  another type in Anki melts the two types together. So the package that Anki gets holds the new notes alone, of types
  that the collection does not have or has field by field, for decks whose preset it must not touch
  (`push_package.only`). Where the types differ, the notes stay out, and a person imports the file by hand, where Anki
  asks before it merges. It travels through the media folder, because Anki may live in another container, and is
  removed from there whatever happens.
- **Changes go note by note**, with the fields that differ, and tags as a difference: `updateNote`. Cards follow their
  lesson with `changeDeck`, which keeps their schedule. Templates and style go by `updateModelTemplates` and
  `updateModelStyling`, which no schema notices. Pictures go first: they are named by their bytes, so that nothing is
  overwritten and no note is seen without its picture.
- **Nobody's edit is lost by surprise.** Who changed a note is told by a record of the last push in the collection's own
  media folder (`push_record`). Both changed it: listed, and left, unless `--overwrite`.
- **Only what is ours is touched**: notes of a note type with our permanent id, and an ID that this course has or had.

Every step can be repeated, and the record is written last: after a failure in the middle the next push looks, finds
the done steps done, and does the rest.
"""

from __future__ import annotations

import base64
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from deckforge.errors import AnkiError
from deckforge.exchange import push_package, push_record
from deckforge.exchange.ankiconnect import Refused, Request
from deckforge.exchange.push_collection import PARCEL, Found, survey
from deckforge.exchange.push_plan import plan, remember
from deckforge.exchange.push_rules import RETIRED, SUSPENDED
from deckforge.exchange.push_steps import Mode, Options, Plan
from deckforge.progress import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from deckforge.exchange.ankiconnect import AnkiConnect
    from deckforge.exchange.push_package import Shipped
    from deckforge.progress import Progress

T = TypeVar("T")

_CARDS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a push.

    `plan` is what was shown; `pushed` whether it was done. `rest` is what a second look found still to do, and
    `refused` what Anki said about single steps.
    """

    profile: str
    plan: Plan
    pushed: bool = False
    rest: Plan | None = None
    refused: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing is left that somebody has to look at."""
        undone = self.rest is not None and self.rest.changes
        return not (self.plan.open or undone or self.refused)


@contextmanager
def _unwatched() -> Iterator[Progress]:
    yield silent


def push(
    shipped: Shipped,
    anki: AnkiConnect,
    options: Options,
    *,
    show: Callable[[str, Plan], None],
    ask: Callable[[], bool] | None,
    dry_run: bool = False,
    watch: Callable[[], AbstractContextManager[Progress]] = _unwatched,
) -> Report:
    """Look, `show(profile, plan)`, and, where `ask()` agrees or nobody is to be asked, do it.

    Where Anki changed while somebody thought about the answer, the new plan is shown and they are asked again. Nobody
    is asked where nothing changes but our own record. With `dry_run`, showing is all. `watch` opens a display of
    progress; none is open while somebody is shown or asked something.

    Raises:
        AnkiError: Anki cannot be reached, refuses, or went away; the text says what had been done by then.
    """

    def look() -> Found:
        with watch() as progress:
            return survey(anki, shipped, progress)

    found = look()
    intended = plan(shipped, found, options)
    while True:
        show(found.profile, intended)
        if dry_run:
            return Report(found.profile, intended)
        if not intended.changes:
            if found.leftover or remember(shipped, found, found, intended) != found.record:
                break
            return Report(found.profile, intended)
        if ask is None:
            break
        if not ask():
            return Report(found.profile, intended)
        again = look()
        if plan(shipped, again, options) == intended:
            found = again
            break
        found, intended = again, plan(shipped, again, options)

    work = _Work(shipped, anki, found, intended)
    with watch() as progress:
        work.run(progress)
    try:
        if found.leftover:
            anki.tell("deleteMediaFile", filename=PARCEL)
        after = look()
        record = remember(shipped, found, after, intended)
        if record != found.record:
            name = push_record.file_name(shipped.course.id)
            anki.tell("storeMediaFile", filename=name, data=push_record.write(record))
    except AnkiError as error:
        raise work.stopped(error, "looking at what became of it") from error
    rest = plan(shipped, replace(after, record=record), options)
    return Report(found.profile, intended, pushed=True, rest=rest, refused=tuple(work.refused))


@dataclass(frozen=True, slots=True)
class _Step:
    """One kind of work: `run` does it and yields how many of `total` each request has done."""

    name: str
    total: int
    run: Callable[[], Iterator[int]]


@dataclass(slots=True)
class _Work:
    """A plan while it is carried out; `done` counts by step, `refused` collects what Anki said to single requests."""

    shipped: Shipped
    anki: AnkiConnect
    found: Found
    plan: Plan
    done: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)

    def run(self, progress: Progress) -> None:
        """Do everything, in an order in which each step needs only those before it.

        Raises:
            AnkiError: Anki went away, or refused a whole step.
        """
        for step in self.steps():
            progress(step.name, 0, step.total)
            try:
                for count in step.run():
                    self.done[step.name] += count
                    progress(step.name, self.done[step.name], step.total)
            except AnkiError as error:
                raise self.stopped(error, step.name) from error
            except KeyboardInterrupt:
                raise self.stopped(AnkiError("stopped from the keyboard"), step.name) from None

    def steps(self) -> list[_Step]:
        """Return the work in its order, without what there is nothing of."""
        intended = self.plan
        retirements = len(intended.retirements) if intended.retire is not Mode.KEEP else 0
        every = [
            _Step("pictures", len(intended.pictures), self._pictures),
            _Step("note types", len(intended.restylings), self._restylings),
            _Step("new notes", len(intended.additions), self._additions),
            _Step("updates", len(intended.updates), self._updates),
            _Step("moves", len(intended.moves), self._moves),
            _Step("retired notes", retirements, self._retirements),
        ]
        return [step for step in every if step.total]

    def stopped(self, error: AnkiError, name: str) -> AnkiError:
        """Return the failure with what had been done by then."""
        parts = []
        for step in self.steps():
            done = self.done[step.name]
            unsure = " (the ones just sent may be done too)" if step.name == name and done < step.total else ""
            parts.append(f"{done} of {step.total} {step.name}{unsure}")
        return AnkiError(
            f"{error}\nIt happened while pushing ({name}). Done: {', '.join(parts)}. "
            "Run `deckforge push` again: it looks first, and does what is missing."
        )

    def _pictures(self) -> Iterator[int]:
        bytes_of = push_package.picture(self.shipped.path, set(self.plan.pictures))
        yield from self._each(
            Request("storeMediaFile", {"filename": name, "data": base64.b64encode(data).decode()})
            for name, data in sorted(bytes_of.items())
        )

    def _restylings(self) -> Iterator[int]:
        for each in self.plan.restylings:
            if each.templates:
                sides = {name: {"Front": front, "Back": back} for name, front, back in each.templates}
                self.anki.tell("updateModelTemplates", model={"name": each.name, "templates": sides})
            if each.css is not None:
                self.anki.tell("updateModelStyling", model={"name": each.name, "css": each.css})
            yield 1

    def _additions(self) -> Iterator[int]:
        items = {each.item for each in self.plan.additions}
        parcel = push_package.only(self.shipped, items, self.found.types.keys(), self.found.decks)
        data = base64.b64encode(parcel).decode()
        try:
            # Some systems put another name on a file than was asked for; what AnkiConnect answers is the file's name.
            name = str(self.anki.tell("storeMediaFile", filename=PARCEL, data=data) or PARCEL)
            folder = str(self.anki.ask("getMediaDirPath")).rstrip("/")
            taken = self.anki.tell("importPackage", path=f"{folder}/{name}")
        except Refused:
            self._clear()
            raise
        self._clear()
        if taken is False:
            raise Refused("importPackage", "it does not take the package")
        yield len(items)

    def _clear(self) -> None:
        self.anki.tell("deleteMediaFile", filename=PARCEL)

    def _updates(self) -> Iterator[int]:
        notes = []
        for each in self.plan.updates:
            note: dict[str, object] = {"id": each.note}
            if each.fields:
                note["fields"] = {name: new for name, _, new in each.fields}
            if each.tags is not None:
                note["tags"] = list(each.tags)
            notes.append(note)
        back = [card for each in self.plan.updates for card in each.unsuspend]
        if back:  # before the tag goes that says who suspended them
            self.anki.tell("unsuspend", cards=back)
        yield from self._each(Request("updateNote", {"note": note}) for note in notes)

    def _moves(self) -> Iterator[int]:
        by_deck: dict[str, list[int]] = {}
        for move in self.plan.moves:
            by_deck.setdefault(move.new, []).extend(move.cards)
        sizes = {card: 0 for move in self.plan.moves for card in move.cards}
        sizes |= {move.cards[0]: 1 for move in self.plan.moves}  # a note counts with its first card
        for deck, cards in sorted(by_deck.items()):
            for some in _parts(cards):
                self.anki.tell("changeDeck", cards=some, deck=deck)
                yield sum(sizes[card] for card in some)

    def _retirements(self) -> Iterator[int]:
        for some in _parts(self.plan.retirements):
            notes = [each.note for each in some]
            if self.plan.retire is Mode.DELETE:
                self.anki.tell("deleteNotes", notes=notes)
            elif self.plan.retire is Mode.SUSPEND:
                cards = [card for each in some for card in each.cards]
                if cards:
                    self.anki.tell("suspend", cards=cards)
                self.anki.tell("addTags", notes=notes, tags=SUSPENDED)
            else:
                self.anki.tell("addTags", notes=notes, tags=RETIRED)
            yield len(notes)

    def _each(self, requests: Iterable[Request]) -> Iterator[int]:
        """Carry out requests that may fail one by one: a note may have gone since we looked."""
        for results in self.anki.tell_each(requests):
            wrong = [result for result in results if isinstance(result, Refused)]
            self.refused += [str(each) for each in wrong if not each.gone]
            for each in wrong:
                if each.closed:
                    raise each
            yield len(results) - len(wrong)


def _parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for at in range(0, len(values), _CARDS_AT_ONCE):
        yield values[at : at + _CARDS_AT_ONCE]
