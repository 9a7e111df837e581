"""Words that the site uses: for verdicts, counts, sizes, kinds."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from deckforge.model.claims import IMPORTED, ClaimKind, Status
from deckforge.model.course import SectionKind
from deckforge.model.items import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deckforge.model.claims import Claim, Measurement, Verdict
    from deckforge.model.course import Lesson, Section
    from deckforge.model.items import AnyItem, Choice, Option

SECTIONS = {
    SectionKind.FLASHCARDS: ("Flashcards", "card", "cards"),
    SectionKind.QUIZ: ("Quiz", "question", "questions"),
    SectionKind.PROBLEMS: ("Problems", "problem", "problems"),
    SectionKind.TERMS: ("Terms", "term", "terms"),
}
"""Each section's name, and what one and many of its items are called."""

KINDS = {
    Kind.CARD: "Card",
    Kind.CLOZE: "Fill in",
    Kind.CHOICE: "Choice",
    Kind.SHORT: "Short answer",
    Kind.ESSAY: "Essay",
    Kind.NUMERIC: "Number",
    Kind.PROBLEM: "Problem",
    Kind.TERM: "Term",
}

STATES = {
    "proven": "Proven",
    "unrefuted": "No counterexample found",
    "cited": "Cited",
    "given": "Given",
    "wrong": "False on purpose",
    "unproven": "Unproven",
    "stale": "Stale",
    "inconclusive": "Inconclusive",
    "failed": "Failed",
    "refuted": "Refuted",
}
"""Each state of a number and its word, in the order of a summary."""


def plural(count: int, one: str, many: str) -> str:
    """Return `1 card` or `3 cards`."""
    return f"{count:,} {one if count == 1 else many}"


def state(verdict: Verdict) -> str:
    """Return a key of `STATES`: the verdict's word, but `wrong` for a false value that was shown to be false."""
    if verdict.claim.kind is ClaimKind.WRONG and verdict.status is Status.PROVEN:
        return "wrong"
    return str(verdict.status)


def look(verdict: Verdict) -> str:
    """Return how a number with this verdict looks: states that mean the same to a reader look the same."""
    key = state(verdict)
    if key == "unrefuted":
        return "proven"
    if key in ("unproven", "stale", "inconclusive"):
        return "doubt"
    return "false" if key in ("refuted", "failed") else key


def tip(verdict: Verdict) -> str:
    """Return a number's evidence in a line or two."""
    word = STATES[state(verdict)]
    if verdict.measured and verdict.status in (Status.PROVEN, Status.REFUTED):
        text = f"{word}: measured {verdict.measured}"
        allowed = f"; {verdict.claim.text} stands for {verdict.interval}" if verdict.interval else ""
        return f"{text}{allowed}. {verdict.claim.proof}"
    return f"{word}: {verdict.reason}" if verdict.reason else word


def summary(verdicts: Iterable[Verdict]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return `58 numbers` and, for each state that occurs, its look and `52 proven`."""
    found = tuple(verdicts)
    counts = Counter(state(verdict) for verdict in found)
    looks = {state(verdict): look(verdict) for verdict in found}
    parts = tuple((looks[key], f"{counts[key]:,} {word.lower()}") for key, word in STATES.items() if counts[key])
    return plural(counts.total(), "number", "numbers"), parts


def of_lesson(lesson: Lesson, verdicts: Mapping[Claim, Verdict]) -> tuple[Verdict, ...]:
    """Return the verdicts of a lesson's claims in the order of the file."""
    return tuple(verdicts[claim] for claim in lesson.all_claims())


def counts(lesson: Lesson) -> tuple[str, ...]:
    """Return `7 cards`, `5 questions` and so on, for the kinds of section that the lesson has."""
    totals = Counter(dict.fromkeys(SECTIONS, 0))
    for section in lesson.sections:
        totals[section.kind] += len(section.items)
    return tuple(plural(totals[kind], one, many) for kind, (_, one, many) in SECTIONS.items() if totals[kind])


def section_title(section: Section) -> str:
    """Return `Quiz`, or `Quiz: Part B`."""
    name = SECTIONS[section.kind][0]
    return f"{name}: {section.title}" if section.title else name


def place(lesson: Lesson, section: Section) -> int:
    """Return which of a lesson's sections this is, from 1: the same on every page that shows it."""
    return next(number for number, each in enumerate(lesson.sections, 1) if each is section)


def labels(lesson: Lesson) -> Mapping[str, str]:
    """Return what to call each item: `Card 3`, by id, counted through the lesson."""
    found: dict[str, str] = {}
    totals: Counter[SectionKind] = Counter()
    for section in lesson.sections:
        for item in section.items:
            totals[section.kind] += 1
            found.setdefault(item.id, f"{SECTIONS[section.kind][1].capitalize()} {totals[section.kind]}")
    return found


def worth(section: Section, item: AnyItem) -> int | None:
    """Return the points an item is worth: its own, else its section's."""
    return section.points if item.points is None else item.points


def letter(item: Choice, option: Option) -> str:
    """Return the letter of an option: `A` for the first, `AA` behind `Z`, as a list of type A counts."""
    number, found = next(place for place, each in enumerate(item.options, 1) if each is option), ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def total(section: Section) -> int:
    """Return the points of a whole section."""
    return sum(worth(section, item) or 0 for item in section.items)


def letter_anchor(letter: str) -> str:
    """Return the anchor of a letter of the glossary, in characters that stand in an address as they are."""
    return f"letter-{letter.lower()}" if letter.isascii() and letter.isalpha() else f"letter-u{ord(letter[0]):x}"


def key(text: str) -> str:
    """Return a short name for a line that has no id, the same as long as its words are."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:8]


def size(count: int) -> str:
    """Return a file's size for a person: `830 B`, `12 kB`, `1.3 MB`."""
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def origin(measurement: Measurement) -> str:
    """Return where a measurement comes from.

    A run of this build and one kept from the build before are told in the same words: or else the second build's page
    would differ from the first's.
    """
    if measurement.method == IMPORTED:
        return f"imported from {measurement.environment.get('imported from', 'elsewhere')}; not measured by DeckForge"
    return "a committed receipt" if measurement.origin == "receipt" else "run where this page was built"


def seconds(value: float) -> str:
    """Return a duration in two digits."""
    return f"{value:.2g} s" if value >= 0.001 else "under 1 ms"
