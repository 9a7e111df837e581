"""What a header says, and what the attributes behind a heading say."""

from __future__ import annotations

import pytest

from deckforge.diagnostics import Diagnostic
from deckforge.model.claims import ClaimKind
from deckforge.model.items import Bloom, Difficulty, Kind, ProblemType, Range
from deckforge.model.source import Source, Span
from deckforge.read.attributes import ItemFields, RawAttribute, item_fields, section_fields
from deckforge.read.header import Header, read_header
from deckforge.read.text import Text

FRONT_MATTER = """\
---
id: gradient-flow
title: Gradient flow
claims:
  - text: "L = 0.5 × (0.24 - 1)² = 0.2888"
    value: "0.2888"
    proof: backprop.relu_chain.loss
    with: {w2: 0.3, lr: 1e-4}
    tolerance: ±5%
  - text: 75 %
    cite: fa3
    in: peak
  - {text: 0.1 %, kind: wrong, proof: schedules.warmup.share}
  - {text: seed 42, value: 42, kind: given}
---

# Gradient flow
"""


def header(text: str = FRONT_MATTER) -> tuple[Source, Header]:
    source = Source("content/a.md", text.encode())
    start, end = source.data.index(b"\n") + 1, source.data.index(b"\n---\n", 4) + 1
    found, diagnostics = read_header(Text.of_file(source.path, source.data).slice(start, end))
    assert diagnostics == ()
    return source, found


def test_claims_say_what_answers_for_them() -> None:
    _, found = header()
    assert [(claim.kind, claim.value, claim.target, claim.item) for claim in found.claims] == [
        (ClaimKind.CLAIM, "0.2888", "backprop.relu_chain.loss", ""),
        (ClaimKind.CITE, "75 %", "fa3", "peak"),
        (ClaimKind.WRONG, "0.1 %", "schedules.warmup.share", ""),
        (ClaimKind.GIVEN, "42", "", ""),
    ]
    assert found.claims[0].arguments == (("w2", "0.3"), ("lr", "1e-4")), "numbers stay as they are written"
    assert found.claims[0].override == "±5%"
    assert [claim.offset for claim in found.claims] == [24, 0, 0, 5]


def test_places_are_those_of_the_file_also_in_front_matter() -> None:
    source, found = header()
    assert source.text(found.claims[0].value_span) == '"0.2888"'
    assert source.text(found.claims[1].item_span) == "peak"
    assert source.position(found.claims[3].span.start).line == 14


def test_a_single_word_may_stand_for_a_list_of_one() -> None:
    _, found = header("---\nid: a\ntitle: b\ntags: backprop\nrequires: x\n---\n")
    assert (found.tags, found.requires) == (("backprop",), ("x",))


# ── attributes ───────────────────────────────────────────────────────────────────────────────────────────────────────


def attributes(written: str) -> list[RawAttribute]:
    """`#id .class key=value` as a heading's scanner hands it over, with places counted in `written`."""
    found = []
    at = 0
    for piece in written.split(" "):
        span = Span("a.md", at, at + len(piece.encode()))
        if piece[:1] in ("#", "."):
            found.append(RawAttribute(piece[0], piece[1:], span))
        else:
            name, equals, value = piece.partition("=")
            found.append(RawAttribute(name, value if equals else None, span))
        at = span.end + 1
    return found


def item(written: str, default: Kind | None = Kind.CARD) -> tuple[ItemFields, tuple[Diagnostic, ...]]:
    return item_fields(default, attributes(written), Span("a.md", 0, len(written.encode())))


def test_attributes_say_everything_about_an_item_but_its_texts() -> None:
    found, diagnostics = item(
        "#dw2 .short .hard .apply .analyze .critical concept=relu,chain-rule tags=x,y source=§3 terms=slope "
        "requires=a,b points=10 minutes=15-20 words=600-800"
    )
    assert diagnostics == ()
    assert found == ItemFields(
        kind=Kind.SHORT,
        id="dw2",
        difficulty=Difficulty.HARD,
        bloom=(Bloom.APPLY, Bloom.ANALYZE),
        concepts=("relu", "chain-rule"),
        tags=("x", "y"),
        source="§3",
        terms=("slope",),
        requires=("a", "b"),
        critical=True,
        points=10,
        minutes=Range(15, 20),
        words=Range(600, 800),
    )


@pytest.mark.parametrize(
    ("word", "field", "value"),
    [
        ("low", "difficulty", Difficulty.EASY),
        ("moderate", "difficulty", Difficulty.MEDIUM),
        ("high", "difficulty", Difficulty.HARD),
        ("remembering", "bloom", (Bloom.REMEMBER,)),
        ("analyse", "bloom", (Bloom.ANALYZE,)),
        ("analysis", "bloom", (Bloom.ANALYZE,)),
        ("synthesize", "bloom", (Bloom.CREATE,)),
        ("synthesis", "bloom", (Bloom.CREATE,)),
    ],
)
def test_synonyms_are_read_as_the_word_they_stand_for(word: str, field: str, value: object) -> None:
    found, diagnostics = item(f"#x .{word}")
    assert (getattr(found, field), diagnostics) == (value, ())


def test_a_warm_up_is_easy_unless_it_says_otherwise() -> None:
    assert item("#x .warm-up", Kind.PROBLEM)[0].difficulty is Difficulty.EASY
    assert item("#x .warm-up .hard", Kind.PROBLEM)[0].difficulty is Difficulty.HARD
    assert item("#x .debug", Kind.PROBLEM)[0] == ItemFields(kind=Kind.PROBLEM, id="x", type=ProblemType.DEBUG)


@pytest.mark.parametrize(
    ("written", "code", "place", "fix"),
    [
        ("#x .meduim", "DF133", ".meduim", "did you mean `.medium`?"),
        ("#x easy", "DF133", "easy", "write `.easy`"),
        ("#x difficulty=easy", "DF133", "difficulty=easy", "write `.easy`"),
        ("#x .concept", "DF133", ".concept", "write `concept=…`"),
        ("#x concpet=relu", "DF133", "concpet=relu", "did you mean `concept=`?"),
        ("#x .easy .hard", "DF134", ".hard", "keep one of the two"),
        ("#x .card .term", "DF134", ".term", "keep one of the two"),
        ("#x points=5 points=6 .short", "DF134", "points=6", "keep one of the two"),
        ("#x .apply .analyze .create", "DF127", ".create", "keep the levels that fit best"),
        ("#x words=10", "DF125", "words=10", "remove it, or make the item one of `short`, `essay`"),
        ("#x .short .warm-up", "DF125", ".warm-up", "remove it, or make the item one of `problem`"),
        ("#x .both .choice", "DF125", ".both", "remove it, or make the item one of `card`, `term`"),
        ("#x concept=", "DF126", "concept=", "write `concept=value` without spaces, or remove it"),
        ("#x concept", "DF126", "concept", "write `concept=value` without spaces, or remove it"),
        ("#x concept=a,,b", "DF126", "", "write a word, or leave `concept` out"),
        ("#x .short points=ten", "DF124", "ten", "write a number from 1 to 1000000"),
        ("#x minutes=20-15", "DF124", "20-15", "write 15-20"),
    ],
)
def test_a_wrong_attribute_is_shown_at_its_place(written: str, code: str, place: str, fix: str) -> None:
    _, diagnostics = item(written)
    source = Source("a.md", written.encode())
    assert [(each.code.id, source.text(each.span), each.fix) for each in diagnostics if each.span] == [
        (code, place, fix)
    ]


def test_what_a_kind_does_not_have_goes_no_further() -> None:
    found, _ = item("#x .card words=10 points=5 .warm-up")
    assert (found.words, found.points, found.type, found.difficulty) == (None, None, None, None)


def test_an_item_of_a_quiz_has_to_say_its_kind() -> None:
    found, (missing,) = item("#x .easy", None)
    assert found.kind is None
    assert missing.code.name == "missing-kind"
    assert "`.choice`" in missing.fix


def test_a_section_has_points_and_minutes() -> None:
    found, diagnostics = section_fields(attributes("points=15 minutes=35-45"), Span("a.md", 0, 1))
    assert (found.points, found.minutes, diagnostics) == (15, Range(35, 45), ())
    _, diagnostics = section_fields(attributes("#quiz .easy words=5"), Span("a.md", 0, 1))
    assert [each.code.id for each in diagnostics] == ["DF133"] * 3
