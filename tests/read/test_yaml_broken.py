"""What authors get wrong in YAML, each with the code and the place (`code@line:column`) that they are shown.

Each input has one mistake, and one diagnostic says so: never a traceback, never a list of consequences.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckforge.diagnostics import Diagnostic, Severity, in_order
from deckforge.model.source import Source
from deckforge.read.header import read_header
from deckforge.read.text import Text
from deckforge.read.yaml_lesson import read_yaml_lesson

BODY = "id: a\ntitle: b\ncontent:\n"
QUIZ = BODY + "  - section: quiz\n    items:\n      - id: q\n        front: Why?\n"
RUBRIC = QUIZ + "        kind: essay\n        rubric:\n          levels: [Full, Part]\n          rows:\n"
CARDS = BODY + "  - section: flashcards\n    items:\n      - id: q\n        front: Why?\n"

HEADERS = [
    ("a tab", "id: a\ntitle: b\ntags:\n\t- x\n", "DF111@4:1"),
    ("a colon in a text", "id: a\ntitle: Warm-up: why\n", "DF110@2:15"),
    ("a text that begins with a star", "id: a\ntitle: *bold*\n", "DF110@2:8"),
    ("an unquoted code span", "id: a\ntitle: `relu`\n", "DF110@2:8"),
    ("a link", "id: a\ntitle: [ReLU](relu.md)\n", "DF110@2:14"),
    ("a cloze", "id: a\ntitle: {{c1::ReLU}} is a function\n", "DF119@2:9"),
    ("an open quote", 'id: a\ntitle: "Gradient flow\n', "DF110@2:8"),
    ("an escape that is none", 'id: a\ntitle: "\\sigma"\n', "DF110@2:9"),
    ("a quote inside quotes", "id: a\ntitle: 'It's dead'\n", "DF110@2:12"),
    ("a line that is no key", "id: a\ntitle: b\nwhat is this\ntags: [x]\n", "DF110@3:1"),
    ("a key too far right", "id: a\n title: b\n", "DF110@2:7"),
    ("an entry outside of its list", "id: a\ntitle: b\ntags:\n- x\nobjectives: y\n - z: 1\n", "DF110@6:5"),
    ("an open list", "id: a\ntitle: b\ntags: [x, y\n", "DF110@3:7"),
    ("an open mapping", "id: a\ntitle: b\ntags: {x: 1\n", "DF110@3:7"),
    ("a list on the key's line", "id: a\ntags: - x\n", "DF110@2:7"),
    ("text behind a bar", "id: a\ntitle: | text\n", "DF110@2:8"),
    ("an at sign", "id: a\ntitle: @home\n", "DF110@2:8"),
    ("a control character", "id: a\ntitle: b\x07\n", "DF109@2:9"),
    ("an anchor", "id: &x a\ntitle: b\n", "DF112@1:5"),
    ("an alias", "id: a\ntitle: *x\n", "DF112@2:8"),
    ("a merge", "id: a\ntitle: b\n<<: *x\n", "DF112@3:5"),
    ("a tag", "id: a\ntitle: !!python/object:os.system b\n", "DF113@2:8"),
    ("a word that begins with an exclamation mark", "id: a\ntitle: !important\n", "DF113@2:8"),
    ("a key twice", "id: a\ntitle: b\nid: c\n", "DF114@3:1"),
    ("a second document", "id: a\ntitle: b\n---\nid: c\n", "DF117@3:1"),
    ("a key that is a list", "id: a\ntitle: b\n? [x]\n: y\n", "DF119@3:3"),
    ("deep", "id: a\ntitle: " + "[" * 60 + "]" * 60, "DF118@2:47"),
    ("a list", "- id: a\n- title: b\n", "DF115@1:1"),
    ("a text", "id:a\n", "DF115@1:1"),
    ("nothing", "", "DF116@1:1"),
    ("a comment alone", "# later\n", "DF116@1:1"),
    ("a misspelt key", "id: a\ntitel: b\ntitle: c\n", "DF120@2:1"),
    ("a missing key", "title: b\n", "DF121@1:1"),
    ("an empty value", "id:\ntitle: b\n", "DF126@1:4"),
    ("blanks", "id: a\ntitle: '  '\n", "DF126@2:8"),
    ("a mapping for a text", "id: a\ntitle: {x: y}\n", "DF122@2:9"),
    ("a list for a text", "id: a\ntitle: [b, c]\n", "DF122@2:9"),
    ("a text for a list", "id: a\ntitle: b\nobjectives: Explain it\n", "DF122@3:13"),
    ("a mapping for a list", "id: a\ntitle: b\ntags: {x: y}\n", "DF122@3:8"),
    ("a tag with a space", "id: a\ntitle: b\ntags: [back prop]\n", "DF124@3:8"),
    ("an empty list", "id: a\ntitle: b\nobjectives:\n", "DF126@3:12"),
    ("a deck with a hole", "id: a\ntitle: b\ndeck: A::::B\n", "DF124@3:7"),
    ("a text for a record", "id: a\ntitle: b\nconnections: [chain-rule]\n", "DF122@3:15"),
    ("a claim that nothing answers", "id: a\ntitle: b\nclaims:\n  - text: x = 1\n    value: 1\n", "DF140@4:11"),
    (
        "a claim with proof and citation",
        "id: a\ntitle: b\nclaims:\n  - {text: x = 1, proof: a.b.c, cite: fa3}\n",
        "DF140@4:33",
    ),
    (
        "a claim whose value stands twice",
        "id: a\ntitle: b\nclaims:\n  - {text: 1 + 1, value: 1, proof: a.b.c}\n",
        "DF141@4:26",
    ),
    ("a claim of unknown kind", "id: a\ntitle: b\nclaims:\n  - {text: '1', kind: wrnog, proof: a.b.c}\n", "DF123@4:23"),
    ("arguments as a list", "id: a\ntitle: b\nclaims:\n  - {text: '1', proof: a.b.c, with: [w2]}\n", "DF122@4:37"),
    ("a connection to nothing", "id: a\ntitle: b\nconnections:\n  - text: see there\n", "DF142@4:5"),
    ("a connection to two", "id: a\ntitle: b\nconnections:\n  - {lesson: x, topic: y, text: z}\n", "DF142@4:6"),
    ("a comment behind a text", "id: a\ntitle: Issue #5 explained\n", "DF130@2:14"),
    ("TeX in double quotes", 'id: a\ntitle: "$\\theta$"\n', "DF131@2:10"),
    ("a folded list", "id: a\ntitle: b\nobjectives:\n  - >\n    Know\n    - this\n    - that\n", "DF132@6:5"),
]
LESSONS = [
    ("no content", "id: a\ntitle: b\n", "DF121@1:1"),
    ("content that is a text", "id: a\ntitle: b\ncontent: Prose.\n", "DF122@3:10"),
    ("an entry that is a text", BODY + "  - Prose.\n", "DF122@4:5"),
    ("an entry that is neither", BODY + "  - title: x\n", "DF121@4:5"),
    ("attributes of a heading in the prose", BODY + "  - prose: |\n      ### x {#x .easy}\n", "DF240@5:17"),
    ("an unknown section", BODY + "  - section: flashcard\n    items: []\n", "DF123@4:14"),
    ("a section without items", BODY + "  - section: quiz\n", "DF121@4:5"),
    ("a misspelt key of an item", CARDS + "        anwser: x\n", "DF120@8:9"),
    (
        "an item without a front",
        BODY + "  - section: flashcards\n    items:\n      - id: q\n        answer: x\n",
        "DF121@6:9",
    ),
    ("a difficulty that is none", CARDS + "        difficulty: esay\n", "DF123@8:21"),
    ("three levels", CARDS + "        bloom: [apply, analyze, create]\n", "DF127@8:33"),
    ("a level that is none", CARDS + "        bloom: memorize\n", "DF123@8:16"),
    ("points that are no number", QUIZ + "        kind: short\n        points: ten\n", "DF124@9:17"),
    ("points below one", QUIZ + "        kind: short\n        points: 0\n", "DF124@9:17"),
    ("minutes with a unit", CARDS + "        minutes: 5 min\n", "DF124@8:18"),
    ("words backwards", QUIZ + "        kind: short\n        words: 60-20\n", "DF124@9:16"),
    ("yes", CARDS + "        critical: yes\n", "DF123@8:19"),
    ("a quiz item without a kind", QUIZ + "", "DF128@6:9"),
    ("words on a card", CARDS + "        words: 10\n", "DF125@8:9"),
    ("hints on a card", CARDS + "        hints: [x]\n", "DF125@8:9"),
    ("options that are a mapping", QUIZ + "        kind: choice\n        options: {a: true}\n", "DF122@9:19"),
    (
        "a claim in a text that is no Markdown",
        "id: a\ntitle: b\nsource: in [8](cite:fa3)\ncontent: []\n",
        "DF135@3:12",
    ),
    (
        "an empty text of an option",
        QUIZ + "        kind: choice\n        options:\n          - {text: '', key: true}\n          - {text: x}\n",
        "DF126@10:20",
    ),
    ("an option without text", QUIZ + "        kind: choice\n        options:\n          - key: true\n", "DF121@10:13"),
    ("a rubric with uneven cells", RUBRIC + "            - {component: x, cells: [a]}\n", "DF129@12:30"),
    (
        "a score beyond 100",
        QUIZ + "        kind: short\n    performance:\n      - {score: 90-110, level: x, advice: y}\n",
        "DF267@10:17",
    ),
    (
        "a claim in an unknown item",
        "id: a\ntitle: b\nclaims:\n  - {text: '1', in: z, kind: given}\ncontent: []\n",
        "DF292@4:21",
    ),
    (
        "a claim that is nowhere",
        "id: a\ntitle: b\nclaims:\n  - {text: x = 1, kind: given}\ncontent: []\n",
        "DF290@4:12",
    ),
]


def shown(text: str, diagnostics: tuple[Diagnostic, ...]) -> str:
    source = Source("a.yaml", text.encode())
    places = ((each, source.position(each.span.start)) for each in in_order(diagnostics) if each.span)
    return " ".join(f"{each.code.id}@{place.line}:{place.column}" for each, place in places)


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in HEADERS], ids=[row[0] for row in HEADERS])
def test_a_mistake_in_a_header_is_shown_once_and_at_its_place(text: str, expected: str) -> None:
    _, diagnostics = read_header(Text.of_file("a.yaml", text.encode()))
    assert shown(text, diagnostics) == expected
    assert all(each.fix for each in diagnostics), "every mistake comes with what to do"


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in LESSONS], ids=[row[0] for row in LESSONS])
def test_a_mistake_in_a_lesson_is_shown_once_and_at_its_place(text: str, expected: str) -> None:
    assert shown(text, read_yaml_lesson(Source("a.yaml", text.encode())).diagnostics) == expected


def test_all_mistakes_are_shown_at_once() -> None:
    text = """\
id: a
titel: b
tags: [back prop]
content:
  - section: quiz
    items:
      - id: q
        front: Why?
        kind: chioce
        points: ten
      - id: r
        kind: card
        front: What?
        anwser: this
        bloom: [apply, aply]
"""
    outcome = read_yaml_lesson(Source("a.yaml", text.encode()))
    assert shown(text, outcome.diagnostics) == (
        "DF121@1:1 DF120@2:1 DF124@3:8 DF123@9:15 DF124@10:17 DF120@14:9 DF123@15:24"
    )
    assert [item.id for item in outcome.value.items] == ["q", "r"], "what can be read is read all the same"


def test_a_misspelt_word_comes_with_the_one_that_was_meant() -> None:
    text = CARDS + "        difficulty: esay\n        anwser: x\n        kind: crad\n"
    fixes = {each.fix for each in read_yaml_lesson(Source("a.yaml", text.encode())).diagnostics}
    assert fixes == {"did you mean `easy`?", "did you mean `answer`?", "did you mean `card`?"}


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
    header, diagnostics = read_header(Text.of_file("a.yaml", "\n".join(lines).encode()))
    assert header.id == ""
    assert sum(each.code.name == "yaml-alias" for each in diagnostics) == 9 + 8 * 9


def test_what_only_might_be_wrong_is_a_warning() -> None:
    _, (comment,) = read_header(Text.of_file("a.yaml", b"id: a\ntitle: b  # a note to myself\n"))
    assert comment.severity is Severity.WARNING


@pytest.mark.parametrize(
    "title",
    ["1e-4", "1:30", "010", "no", "null", "~", "0x1F", "2026-01-08", "1_000", ".inf", "+1", "yes", "0o7", "=", "12e03"],
)
def test_scalars_are_what_is_written(title: str) -> None:
    header, diagnostics = read_header(Text.of_file("a.yaml", f"id: a\ntitle: {title}\n".encode()))
    assert (header.title, diagnostics) == (title, ())


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    text = "\ufeffid: a\r\ntitle: é\r\ncontent:\r\n  - prose: |\r\n      One.\r\n\r\n      Two [x](claim:).\r\n"
    outcome = read_yaml_lesson(Source("a.yaml", text.encode()))
    assert outcome.value.title == "é"
    assert shown(text, outcome.diagnostics) == "DF204@7:11"


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_at_all_makes_it_fail(text: str) -> None:
    source = Source("a.yaml", text.encode("utf-8", "replace"))
    outcome = read_yaml_lesson(source)
    assert all(each.span and 0 <= each.span.start <= each.span.end <= len(source.data) for each in outcome.diagnostics)
    assert outcome.diagnostics, "no such text is a lesson"


PIECES = (
    [
        "id",
        "title",
        "content",
        "items",
        "section",
        "quiz",
        ":",
        "[",
        "]",
        "{",
        "}",
        ",",
        '"',
        "'",
        "|",
        ">",
        "|2-",
        "#",
        "&a",
        "*a",
        "!t",
        "---",
        "...",
        "é",
        "𝛼",
        "\\n",
        "%",
        "@",
        "<<",
    ],
    [": ", "\n", "\n  ", "\n    ", "- ", ", ", " # ", "\t", "? "],
)
YAMLISH = st.lists(st.sampled_from([*PIECES[0], *PIECES[1]]), max_size=40).map("".join)


@settings(deadline=None)
@given(YAMLISH)
def test_nothing_like_yaml_makes_it_fail(text: str) -> None:
    source = Source("a.yaml", text.encode())
    outcome = read_yaml_lesson(source)
    assert all(each.span and 0 <= each.span.start <= each.span.end <= len(source.data) for each in outcome.diagnostics)
