"""Drafts that Hypothesis makes: lessons with texts that are as nasty as texts get."""

from __future__ import annotations

from hypothesis import strategies as st

from deckforge.intake import draft
from deckforge.model.course import SectionKind
from deckforge.model.items import Bloom, Difficulty, Kind, ProblemType, Range

NASTY = (
    "# A heading",
    "## Quiz",
    "### Which? {#which .choice}",
    "#### Answer",
    "##### Deep {x}",
    "Title\n---",
    "Title\n===",
    "---",
    "```python\nx = 1  # {#a} | b",
    "```text\n┌─┐\n└─┘\n```",
    "~~~\ncode",
    "    indented",
    "- one\n- two\n  - three",
    "1. first\n2. second",
    "- [ ] box\n- [x] ticked",
    "- []\n- [x]B",
    "[x] not a box",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "| a |\n|---|\n| 1 | 2 |",
    "a | b | c",
    "|---|",
    "> quote\n> more",
    "> [!NOTE]\n> told",
    "> # heading inside",
    "$x^{2}$",
    "$|x|$ and $\\|y\\|$",
    "$$\na\n\nb\n$$",
    "$$ open",
    "costs $5 and $6",
    "\\(x\\) \\[y\\]",
    "**bold** *it* `a|b` ~~gone~~",
    "2*3*4 ~5~ x_1_2",
    '[link](https://example.org "t")',
    "[value](claim:sums.double.value)",
    "open ](claim:sums.double.value",
    "[ref][r]\n\n[r]: https://example.org",
    "[r]: https://example.com/unused",
    "note[^1]\n\n[^1]: the note",
    "lost[^2]",
    "<script>alert(1)</script>",
    "<b>bold</b> <i>open",
    "</div>",
    "<!-- hidden -->",
    "List<int> a < b > c & d &amp; e",
    "<details><summary>s</summary>\n\nx\n\n</details>",
    "{{c1::deleted}}",
    "{{c1::open",
    "}} {{",
    "{#id .easy}",
    "C #",
    "#hash ##two",
    "line\\\nbreak",
    "two  \nspaces",
    "Ünïcödé 数学 🎓",
    "a\u00a0b\u2028c",
    "![alt](picture.png)",
    "(5 points)",
    "Performance guide",
    "a" * 70 + " long",
)
"""What breaks a writer that trusts its texts."""

_plain = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
_pieces = st.lists(st.one_of(st.sampled_from(NASTY), _plain), min_size=1, max_size=3)
texts = st.tuples(_pieces, st.sampled_from(["\n\n", "\n", " "])).map(lambda pair: pair[1].join(pair[0]))
"""A text: nasty pieces, as paragraphs, lines or words."""
some = texts.filter(lambda text: any(character.isalnum() for character in text))
"""A text with a word in it."""
maybe = st.one_of(st.just(""), texts)
lines = st.one_of(st.sampled_from(["Section 2: Norms", 'it\'s "quoted"', "a, b", "{x}"]), _plain)
ranges = st.tuples(st.integers(1, 40), st.integers(0, 20)).map(lambda pair: Range(pair[0], sum(pair)))


def _item(kind: Kind) -> st.SearchStrategy[draft.Item]:
    own: dict[str, st.SearchStrategy[object]] = {}
    if kind in (Kind.SHORT, Kind.ESSAY, Kind.PROBLEM):
        own["tasks"] = st.lists(st.builds(draft.Task, text=some, points=st.integers(1, 9)), max_size=3).map(tuple)
    if kind in (Kind.SHORT, Kind.ESSAY):
        own["criteria"] = st.lists(some, max_size=2).map(tuple)
        row = st.builds(draft.RubricRow, component=some, points=st.integers(1, 9), cells=st.tuples(texts, texts))
        own["rubric"] = st.one_of(
            st.none(),
            st.builds(
                draft.Rubric, levels=st.tuples(some, some), rows=st.lists(row, min_size=1, max_size=2).map(tuple)
            ),
        )
        own["words"] = st.one_of(st.none(), ranges)
    if kind is Kind.PROBLEM:
        own["hints"] = st.lists(st.builds(draft.Hint, text=some, name=lines), max_size=2).map(tuple)
        own["mistakes"] = st.lists(st.builds(draft.Mistake, mistake=some, why=some, prevention=maybe), max_size=2).map(
            tuple
        )
        own |= {"solution": some, "extension": maybe, "problem_type": st.sampled_from([None, *ProblemType])}
    if kind is Kind.CHOICE:
        option = st.builds(draft.Option, text=some, key=st.booleans(), feedback=maybe)
        own |= {"options": st.lists(option, min_size=2, max_size=4).map(tuple), "explanation": maybe, "gap": maybe}
    if kind in (Kind.CARD, Kind.CLOZE, Kind.SHORT, Kind.ESSAY, Kind.TERM):
        own["answer"] = some
    if kind is Kind.NUMERIC:
        own |= {"answer": st.sampled_from(["42", "About -0.5", "[3](given:) apples"]), "explanation": maybe}
    if kind in (Kind.CARD, Kind.TERM):
        own["both"] = st.booleans()
    front = some
    if kind is Kind.CLOZE:
        front = some.map(lambda text: f"{text}\n\nIt is {{{{c1::deleted}}}}.")
    elif kind is Kind.TERM:
        front = some.map(lambda text: text.split("\n")[0]).filter(lambda text: any(c.isalnum() for c in text))
    return st.builds(
        draft.Item,
        kind=st.just(kind),
        front=front,
        title=st.just("") if kind is Kind.TERM else st.one_of(st.just(""), some),
        difficulty=st.sampled_from([None, *Difficulty]),
        bloom=st.lists(st.sampled_from(list(Bloom)), max_size=2, unique=True).map(tuple),
        tags=st.lists(lines, max_size=2).map(tuple),
        source=st.one_of(st.just(""), lines),
        terms=st.lists(lines, max_size=2).map(tuple),
        critical=st.booleans(),
        why=maybe,
        minutes=st.one_of(st.none(), ranges),
        short_question=maybe,
        in_short=maybe,
        extra=st.dictionaries(st.sampled_from(["Time", "Notes: more"]), some, max_size=1),
        **own,  # type: ignore[arg-type]
    )


KINDS = {
    SectionKind.FLASHCARDS: (Kind.CARD, Kind.CLOZE),
    SectionKind.QUIZ: (Kind.CHOICE, Kind.SHORT, Kind.ESSAY, Kind.NUMERIC),
    SectionKind.PROBLEMS: (Kind.PROBLEM,),
    SectionKind.TERMS: (Kind.TERM,),
}


@st.composite
def _section(draw: st.DrawFn) -> draft.Section:
    kind = draw(st.sampled_from(list(KINDS)))
    items = draw(st.lists(st.one_of([_item(each) for each in KINDS[kind]]), min_size=1, max_size=3))
    labelled = tuple(
        draft.Item(**{**{name: getattr(item, name) for name in draft.Item.__slots__}, "label": f"Card {number}"})
        for number, item in enumerate(items, 1)
    )
    advice = st.lists(
        st.builds(draft.Advice, text=some, labels=st.sampled_from([(), ("Card 1",), ("Card 1", "Card 99")])), max_size=2
    ).map(tuple)
    review = st.builds(draft.Review, day=st.integers(0, 60), text=some, labels=st.sampled_from([(), ("Card 1",)]))
    bands = (
        draft.Band(low=0, high=59, level="Low", advice=draw(some)),
        draft.Band(low=60, high=100, level="Ok", advice="Go on."),
    )
    return draft.Section(
        kind=kind,
        title=draw(st.one_of(st.just(""), lines)),
        instructions=draw(maybe),
        points=draw(st.one_of(st.none(), st.integers(1, 50))),
        minutes=draw(st.one_of(st.none(), ranges)),
        items=labelled,
        performance=draw(st.sampled_from([(), bands])),
        review=draw(advice),
        checklist=draw(advice),
        progression=draw(advice),
        source_mapping=draw(advice),
        schedule=draw(st.lists(review, max_size=2).map(tuple)),
    )


prose = st.builds(draft.Prose, text=maybe, heading=st.one_of(st.just(""), some), level=st.integers(1, 6)).filter(
    lambda each: bool(each.text or each.heading)
)

lessons = st.builds(
    draft.Lesson,
    title=lines.filter(lambda text: bool(text.strip())),
    origin=st.just("made.md"),
    id=st.just("made-lesson"),
    description=maybe,
    source=st.one_of(st.just(""), lines),
    deck=st.sampled_from(["", "A", "A::B: c", "::x::"]),
    tags=st.lists(lines, max_size=2).map(tuple),
    objectives=st.lists(some, max_size=2).map(tuple),
    connections=st.lists(st.builds(draft.Connection, to=some, text=maybe), max_size=2).map(tuple),
    content=st.lists(st.one_of(prose, _section()), max_size=3).map(tuple),
)
"""A lesson with a few sections; its items have labels and no ids."""
