"""Three texts, and whose is to hold: the rules of a push as properties."""

from __future__ import annotations

import base64
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckforge.exchange import push_record
from deckforge.exchange.ankiconnect import Request, batches
from deckforge.exchange.push_preview import difference
from deckforge.exchange.push_record import Base, Record
from deckforge.exchange.push_rules import RETIRED, SUSPENDED, Side, decide, merged_tags

TEXTS = st.sampled_from(["a", "b", "c"])
TIMES = st.integers(0, 6)
BUILT = st.frozensets(TIMES)
TAGS = st.lists(st.sampled_from(["own", "Own", "marked", "lesson::a", "lesson::b", "bloom::apply", "x"]), unique=True)


@given(ours=TEXTS, theirs=TEXTS, seen=TEXTS, mod=TIMES, our_mod=TIMES, built=BUILT)
def test_an_edit_is_never_overwritten_unasked(
    *, ours: str, theirs: str, seen: str, mod: int, our_mod: int, built: frozenset[int]
) -> None:
    side = decide(ours, theirs, Base(seen, seen), mod=mod, our_mod=our_mod, built=built)
    if theirs not in (ours, seen) and mod not in built:
        assert side in (Side.THEIRS, Side.CONFLICT)
    if theirs == seen != ours:
        assert side is Side.OURS
    if theirs == ours:
        assert side is Side.SAME


@given(TEXTS, TEXTS, TIMES, TIMES, BUILT)
def test_without_a_record_only_a_time_of_ours_says_untouched(
    ours: str, theirs: str, mod: int, our_mod: int, built: frozenset[int]
) -> None:
    side = decide(ours, theirs, Base(), mod=mod, our_mod=our_mod, built=built)
    assert (side is Side.OURS) == (ours != theirs and mod in built)


def test_a_text_that_anki_wrote_in_its_own_way_is_the_same() -> None:
    base = Base("ours", "ours, as Anki writes it")
    assert decide("ours", "ours, as Anki writes it", base, mod=9, our_mod=1, built=frozenset()) is Side.SAME


@given(TAGS, st.none() | TAGS, TAGS)
def test_tags_end_in_a_state_that_needs_no_second_push(
    ours: list[str], base: list[str] | None, theirs: list[str]
) -> None:
    made = merged_tags(ours, base, theirs)
    after = theirs if made is None else made
    assert merged_tags(ours, ours, after) is None
    keys = {tag.casefold() for tag in after}
    known = {tag.casefold() for tag in (*ours, *(base or ()))}
    for tag in theirs:
        of_nature = base is None and "::" in tag
        if tag.casefold() not in known and not of_nature:
            assert tag.casefold() in keys, "a learner's own tag went"
    for tag in ours:
        if base is None or tag.casefold() not in {each.casefold() for each in base}:
            assert tag.casefold() in keys, "a new tag of ours did not come"


def test_a_note_of_the_course_is_not_tagged_as_retired() -> None:
    assert merged_tags(["a"], ["a"], ["a", RETIRED, SUSPENDED, "own"]) == ("a", "own")


BASES = st.builds(Base, st.text(), st.text(), st.text(), st.none() | st.lists(st.text()).map(tuple))


@given(st.dictionaries(st.text(), BASES), st.dictionaries(st.text(), BASES))
def test_a_record_is_read_as_it_was_written(notes: dict[str, Base], types: dict[str, Base]) -> None:
    assert push_record.read(push_record.write(Record(notes, types))) == Record(notes, types)


@given(st.text() | st.booleans() | st.none() | st.binary())
def test_what_is_no_record_is_an_empty_one(data: object) -> None:
    assert push_record.read(data) == Record()


def test_a_record_that_unpacks_without_end_is_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push_record, "_MOST", 1 << 20)
    bomb = gzip.compress(b'{"deckforge": 1, "notes": {}, "types": {}, "x": "' + b" " * (1 << 21) + b'"}', 9)
    assert push_record.read(base64.b64encode(bomb).decode()) == Record()


@settings(max_examples=20)
@given(st.lists(st.integers(0, 3_000_000), max_size=4), st.integers(0, 300))
def test_batches_are_bounded_and_lose_nothing(sizes: list[int], many: int) -> None:
    requests = [Request("act", {"text": "x" * size}) for size in sizes] + [Request("small", {})] * many
    made = list(batches(requests))
    assert [request for batch in made for request in batch] == requests
    for batch in made:
        assert 0 < len(batch) <= 100
        assert len(batch) == 1 or sum(len(request.params.get("text", "")) for request in batch) <= 2_000_000


def test_a_difference_is_shown_where_it_is() -> None:
    old = "<p>It is the <b>largest</b> prime below a hundred, which everybody knows who counted: 97.</p>"
    assert difference(old, old.replace("97", "89")) == "“…counted: 97.” → “…counted: 89.”"
    assert difference("<p>x &lt; 5</p>", "<p>x &lt; 6</p>") == "“x < 5” → “x < 6”"
    assert difference("<p>one</p>", "<p class=a>one</p>") == "“<p>one</p>” → “<p class=a>one</p>”"
    assert difference("", "<p>one</p>") == "“” → “one”"
