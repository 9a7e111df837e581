"""Documents that mean no good, or came through the wrong program: diagnostics, and never a break."""

from __future__ import annotations

import pytest

from deckforge.diagnostics import has_errors
from deckforge.intake import draft
from deckforge.intake.documents import read, read_document, recognise

DOCUMENT = "# Flashcards: Café\n\n### Card 1 | Easy\n**Front:** Où est-ce?\n**Back:** Là – “ici”.\n"


def cards(data: bytes) -> list[tuple[str, str]]:
    """The cards that come out of some bytes."""
    return [
        (item.front, item.answer)
        for lesson in read(data, "cards.md").value
        for part in lesson.content
        if isinstance(part, draft.Section)
        for item in part.items
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_document_in_any_encoding_and_with_any_line_ends(encoding: str, end: str) -> None:
    assert cards(DOCUMENT.replace("\n", end).encode(encoding)) == [("Où est-ce?", "Là – “ici”.")]


@pytest.mark.parametrize(
    "data", [b"", b" \n\t\n", b"\0\0\0\0", bytes(range(256)) * 4, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"]
)
def test_what_is_no_text_makes_no_lesson(data: bytes) -> None:
    outcome = read(data, "cards.md")
    assert outcome.value == ()
    assert not data.strip() or has_errors(outcome.diagnostics)


def test_what_would_run_is_shown_as_words() -> None:
    hostile = (
        "### Card 1\n**Front:** <img src=x onerror=alert(1)> <script>alert(2)</script>\n"
        "**Back:** [click](javascript:alert(3)) <a href='vbscript:x'>here</a> <iframe src=//x></iframe>"
        " ![](data:image/svg+xml;base64,PHN2Zz4=) <b onclick='x()'>bold\n"
    )
    ((front, answer),) = cards(b"# Flashcards\n\n" + hostile.encode())
    assert "alert(1)" not in front
    assert "&lt;script" in front
    for refused in ("](javascript:", "](vbscript:", "<iframe", "](data:", "<b onclick"):
        assert refused not in answer


def test_a_lesson_of_ours_is_no_document() -> None:
    ours = b"---\nid: relu\ntitle: ReLU\n---\n\n## Flashcards\n\n### Why? {#why .easy}\n\n#### Answer\n\nSo.\n"
    assert recognise(ours, "relu.md") < 0.2
    assert recognise(DOCUMENT.encode(), "cards.md") > 0.6
    assert recognise(b"term\tdefinition\nother\tmeaning\n", "paste.txt") < 0.2


@pytest.mark.parametrize(
    "text",
    [
        "> " * 5_000 + "deep",
        "- " * 3_000 + "deep",
        "<details>" * 5_000,
        "[" * 20_000,
        "*" * 20_000 + "a",
        "`" * 20_001,
        "| a " * 5_000 + "|\n" + "|---" * 5_000 + "|\n",
        "**" + "x" * 200_000 + "**: y",
        "### Card " + "9" * 5_000,
        "Difficulty: " + "Easy | " * 5_000,
        "(" * 10_000 + "5 points" + ")" * 10_000,
        "Card 1-99999999: all\n" * 50,
        "a) " * 10_000,
        "1. B " * 5_000,
        "\u202e\u2066" * 3_000 + "### Card 1",
    ],
    ids=range(15),
)
def test_absurd_texts_come_through(text: str) -> None:
    document = f"# Quiz\n\n## Part A\n\n### Question 1\n{text}\n\n**Answer:** A\n\n## Source Mapping\n\n{text}\n"
    assert read_document(document, "absurd.md").account.missing == ()
