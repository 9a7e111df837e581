"""What a push would do, worked out from what the course gives and what Anki has; nothing is sent here.

Texts and tags are compared by `push_rules`. Decks likewise: a card that lies where the last push left it follows its
lesson, one that a learner moved stays. Whatever is left alone is in the plan too, with its reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckforge.exchange.push_package import inside
from deckforge.exchange.push_record import Base, Record
from deckforge.exchange.push_rules import RETIRED, SUSPENDED, Side, decide, merged_tags, note_hash, plain, type_hash
from deckforge.exchange.push_steps import Addition, Left, Mode, Move, Options, Plan, Restyling, Retirement, Update, Why

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deckforge.exchange.packed import NoteType, PackedNote
    from deckforge.exchange.push_collection import Found, TheirNote
    from deckforge.exchange.push_package import Shipped


def plan(shipped: Shipped, found: Found, options: Options) -> Plan:
    """Return what a push would do."""
    left: list[Left] = []
    there = _by_item(found.notes)
    deep, shallow, restylings = _types(shipped, found, options, left)

    additions: list[Addition] = []
    updates: list[Update] = []
    moves: list[Move] = []
    for item, note in shipped.notes.items():
        base = found.record.notes.get(item, Base())
        candidates = there.get(item, [])
        if not candidates:
            why = _absent(item, note, found, deep, options)
            if why is None:
                additions.append(Addition(item, shipped.deck(item)))
            else:
                left.append(Left(item, why, found.elsewhere.get(item, "")))
            continue
        theirs = _one(candidates, note.id)
        if theirs is None:
            left.append(Left(item, Why.DOUBLE))
        elif theirs.type != note.type:
            left.append(Left(item, Why.RETYPED, found.types[theirs.type].name))
        elif theirs.type in shallow:
            left.append(Left(item, Why.SCHEMA, found.types[theirs.type].name))
        else:
            update = _update(shipped, theirs, base, options, left)
            if update is not None:
                updates.append(update)
            moves += _moves(shipped, item, theirs, base, left)

    retirements, before = _retired(shipped, found, there, options, left)
    return Plan(
        additions=tuple(additions),
        updates=tuple(updates),
        moves=tuple(moves),
        retirements=tuple(retirements),
        restylings=tuple(restylings),
        pictures=tuple(sorted(shipped.pictures - found.pictures)),
        left=tuple(dict.fromkeys(left)),
        retire=options.retire,
        retired_before=before,
    )


def remember(shipped: Shipped, before: Found, after: Found, done: Plan) -> Record:
    """Return the record of a push: of what holds now, and of what was left alone, what was known of it before.

    `done` is what was sent. A text that Anki changed under our hand but not into what we sent is one that it writes in
    its own way: both hashes are kept, so that the next push does not send it again.
    """
    old, earlier = before.record, _by_item(before.notes)
    sent = {each.item for each in done.updates} | {each.item for each in done.additions}
    notes: dict[str, Base] = {}
    for item, candidates in _by_item(after.notes).items():
        base = old.notes.get(item, Base())
        ours = shipped.notes.get(item)
        theirs = _one(candidates, ours.id if ours else 0)
        if theirs is None or ours is None or theirs.type != ours.type:
            if base != Base():
                notes[item] = base
            continue
        hashes = base.sent, base.seen
        have, want = note_hash(theirs.fields, ours), note_hash(dict(ours.fields), ours)
        then = _one(earlier.get(item, []), ours.id)
        if have == want or (item in sent and (then is None or note_hash(then.fields, ours) != have)):
            hashes = want, have
        settled = all(card.deck.casefold() == shipped.deck(item).casefold() for card in theirs.cards)
        tags = merged_tags(ours.tags, base.tags, theirs.tags)
        notes[item] = Base(
            *hashes,
            shipped.deck(item) if settled else base.deck,
            ours.tags if tags is None else base.tags,
        )
    # What a learner deleted, or gave another note type, stays known: or the next push would bring it back.
    notes |= {item: base for item, base in old.notes.items() if item in shipped.notes and item not in notes}

    types: dict[str, Base] = dict(old.types)
    restyled = {each.type for each in done.restylings}
    for number, type_ in shipped.types.items():
        if number not in after.types:
            continue
        have, want = type_hash(after.types[number]), type_hash(type_)
        changed = number in before.types and type_hash(before.types[number]) != have
        if have == want or (number in restyled and changed):
            types[str(number)] = Base(want, have)
    return Record({item: base for item, base in notes.items() if base != Base()}, types)


def _by_item(notes: Iterable[TheirNote]) -> dict[str, list[TheirNote]]:
    found: dict[str, list[TheirNote]] = {}
    for note in notes:
        found.setdefault(note.item, []).append(note)
    return found


def _one(notes: Sequence[TheirNote], id_: int) -> TheirNote | None:
    """Return the note of an item: the only one, else the one that still has the id that we gave it."""
    if len(notes) == 1:
        return notes[0]
    return next((note for note in notes if note.id == id_), None)


# Note types


def _types(
    shipped: Shipped, found: Found, options: Options, left: list[Left]
) -> tuple[frozenset[int], frozenset[int], list[Restyling]]:
    """Return the types that no new note can be handed over for, those that no note can be updated of, and what to do.

    A package with another schema makes Anki add fields, and the learner choose between two collections (a full sync).
    An update by name is harmless as long as the names are there: a learner may well have added a field of their own.
    """
    deep: set[int] = set()
    shallow: set[int] = set()
    restylings = []
    for number, ours in shipped.types.items():
        theirs = found.types.get(number)
        if theirs is None:
            continue
        if not _same_schema(ours, theirs):
            deep.add(number)
        if not {name for name, _ in ours.fields} <= {name for name, _ in theirs.fields}:
            shallow.add(number)
        if {each.name for each in ours.templates} != {each.name for each in theirs.templates}:
            left.append(Left(ours.name, Why.SCHEMA))
            continue
        base = found.record.types.get(str(number), Base())
        side = decide(
            type_hash(ours),
            type_hash(theirs),
            base,
            mod=theirs.mod,
            our_mod=shipped.mods[str(number)],
            built=shipped.built,
        )
        if _ours(side, options):
            restylings.append(_restyling(ours, theirs))
        else:
            left += _left(ours.name, side)
    return frozenset(deep), frozenset(shallow), restylings


def _same_schema(ours: NoteType, theirs: NoteType) -> bool:
    """Compare as Anki's importer does: pair by pair, by id where both have one, else by name; and the kind."""

    def match(one: tuple[str, int | None], other: tuple[str, int | None]) -> bool:
        return one[1] == other[1] if one[1] and other[1] else one[0] == other[0]

    templates = [[(each.name, each.id) for each in type_.templates] for type_ in (ours, theirs)]
    return ours.kind == theirs.kind and all(
        len(mine) == len(yours) and all(map(match, mine, yours))
        for mine, yours in ((ours.fields, theirs.fields), (templates[0], templates[1]))
    )


def _restyling(ours: NoteType, theirs: NoteType) -> Restyling:
    there = {each.name: (each.front, each.back) for each in theirs.templates}
    changed = [
        (each.name, each.front, each.back) for each in ours.templates if there[each.name] != (each.front, each.back)
    ]
    css = None if ours.css.strip() == theirs.css.strip() else ours.css
    return Restyling(theirs.id, theirs.name, tuple(changed), css)


# Notes


def _absent(item: str, note: PackedNote, found: Found, deep: frozenset[int], options: Options) -> Why | None:
    """Return why a note that is not there is not added either."""
    if item in found.elsewhere:
        return Why.RETYPED
    if item in found.record.notes and not options.restore:
        return Why.DELETED
    return Why.SCHEMA if note.type in deep else None


def _update(shipped: Shipped, theirs: TheirNote, base: Base, options: Options, left: list[Left]) -> Update | None:
    item, ours = theirs.item, shipped.notes[theirs.item]
    side = decide(
        note_hash(dict(ours.fields), ours),
        note_hash(theirs.fields, ours),
        base,
        mod=theirs.mod,
        our_mod=shipped.mods[item],
        built=shipped.built,
    )
    fields: tuple[tuple[str, str, str], ...] = ()
    if _ours(side, options):
        pairs = [(name, theirs.fields.get(name, ""), text) for name, text in ours.fields]
        fields = tuple((name, old, new) for name, old, new in pairs if plain(old) != plain(new))
    else:
        left += _left(item, side, ", ".join(_differing(ours, theirs)))
    tags = merged_tags(ours.tags, base.tags, theirs.tags)
    if not fields and tags is None:
        return None
    before = {tag.casefold(): tag for tag in theirs.tags}
    after = {tag.casefold(): tag for tag in (theirs.tags if tags is None else tags)}
    back = SUSPENDED.casefold() in before
    return Update(
        item,
        theirs.id,
        fields,
        tags,
        tuple(tag for key, tag in after.items() if key not in before),
        tuple(tag for key, tag in before.items() if key not in after),
        tuple(card.id for card in theirs.cards) if back else (),
    )


def _differing(ours: PackedNote, theirs: TheirNote) -> list[str]:
    return [name for name, text in ours.fields if plain(theirs.fields.get(name, "")) != plain(text)]


def _ours(side: Side, options: Options) -> bool:
    return side is Side.OURS or (options.overwrite and side in (Side.CONFLICT, Side.UNCLEAR))


def _left(name: str, side: Side, detail: str = "") -> list[Left]:
    why = {Side.THEIRS: Why.EDITED, Side.CONFLICT: Why.CONFLICT, Side.UNCLEAR: Why.UNCLEAR}.get(side)
    return [] if why is None else [Left(name, why, detail)]


def _moves(shipped: Shipped, item: str, theirs: TheirNote, base: Base, left: list[Left]) -> list[Move]:
    """Return the cards that follow the course; one that a learner moved (or studies in a filtered deck) stays."""
    new = shipped.deck(item)
    going: dict[str, list[int]] = {}
    for card in theirs.cards:
        if card.deck.casefold() == new.casefold():
            continue
        follows = card.deck.casefold() == base.deck.casefold() if base.deck else inside(card.deck, shipped.root)
        if follows:
            going.setdefault(card.deck, []).append(card.id)
        else:
            left.append(Left(item, Why.MOVED, card.deck))
    return [Move(item, tuple(cards), deck, new) for deck, cards in going.items()]


def _retired(
    shipped: Shipped, found: Found, there: Mapping[str, Sequence[TheirNote]], options: Options, left: list[Left]
) -> tuple[list[Retirement], int]:
    """Return the notes to retire, and how many were retired before."""
    known = shipped.known | found.record.notes.keys()
    retirements = []
    before = 0
    for item, notes in there.items():
        if item in shipped.notes:
            continue
        if item not in known:
            left.append(Left(item or "(no ID)", Why.FOREIGN))
            continue
        for note in notes:
            done = {RETIRED.casefold(), SUSPENDED.casefold()} & {tag.casefold() for tag in note.tags}
            if done and options.retire is not Mode.DELETE:
                before += 1
            else:
                retirements.append(Retirement(item, note.id, tuple(card.id for card in note.cards)))
    return retirements, before
