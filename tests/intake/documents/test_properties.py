"""Whatever comes in: a draft and an account of every line come out, and nothing breaks."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deckforge.intake.documents import Use, read, read_document, recognise
from tests.intake.documents.fixtures import variations
from tests.intake.documents.words import lost, texts

LINES = st.sampled_from(
    [
        "# Flashcards: Sums", "## Quiz", "## Part A: Multiple Choice (5 points each)", "### Card 1 | Easy",
        "### Card 2", "### Question 1: Title", "## Problem 1: Warm-Up", "### A title", "**Front:** What is it?",
        "**Back:** It.", "**Difficulty:** Hard | **Time:** 5 min", "**Options:**", "A) one", "B) two",
        "- C) three", "- [x] four", "**Correct Answer: B**", "**Explanation:**",
        "- **Option A is wrong** because", "**Hints:**", "1. first", "2. second", "<details>",
        "<summary>Hint 1 (Conceptual)</summary>", "</details>", "<details><summary>Answer", "**Solution:**",
        "**Common Mistakes:**", "| Mistake | Why |", "|---|---|", "| a | b | c |", "| 1 | B |", "## Answer Key",
        "1. B  2. C", "**Rubric (10 points):**", "| Component | Full |", "| Forces (3 pts) | all |",
        "**Tasks:**", "a) Say it. (5 points)", "## Source Mapping", "| Card | Source |",
        "## Spaced Repetition Schedule", "| Day | Cards |", "## Key Terms", "- **Word**: meaning",
        "## Core Concepts", "### Concept 1: Idea", "```", "````", "```csv", "~~~", "    code", "> quote",
        "> **Hint:** look", "---", "***", "", "", "<!-- difficulty: easy -->", "<!-- open", "-->", "{{c1::x}}",
        "$$", "\\(x\\)", "[a][b]", "[b]: https://example.org", "[^1]", "[^1]: note", "[x](claim:a.b)",
        "<script>", "</b>", "é\u0301\u200b\ufeff", "🟢", "Total Cards: 5", "\t- x", "- \t", "Q: Why?", "A: So.",
        "[FRONT]", "**[BACK]**", "Let me know if you like it!", "\u2028", "\x0b", "?",
    ]
)  # fmt: skip
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@given(st.lists(LINES, max_size=40))
@SLOW
def test_any_lines_give_a_draft_whose_account_has_every_line(lines: list[str]) -> None:
    document = "\n".join(lines)
    reading = read_document(document, "any.md")
    full = {number for number, line in enumerate(document.split("\n"), 1) if line.strip()}
    assert reading.account.missing == ()
    assert set(reading.account.uses) == full


@given(st.text(max_size=400))
@SLOW
def test_any_text_gives_a_draft_whose_account_has_every_line(text: str) -> None:
    for outcome in [read(text.encode("utf-8", "surrogatepass"), "any.md")]:
        for lesson in outcome.value:
            assert lesson.title
    assert 0 <= recognise(text.encode("utf-8", "replace"), "any.md") <= 1


@given(st.binary(max_size=300))
@SLOW
def test_no_bytes_break_the_reader(data: bytes) -> None:
    read(data, "any.md")


@given(st.sampled_from([each.document for each in variations()]), st.integers(0, 2**32))
@SLOW
def test_a_mutated_document_never_breaks_the_reader(document: str, seed: int) -> None:
    chance = random.Random(seed)
    lines = document.split("\n")
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                del lines[at]
                lines = lines or [""]
            case 1:
                lines.insert(at, lines[chance.randrange(len(lines))])
            case 2:
                lines[at] = lines[at][: chance.randint(0, len(lines[at]))]
            case 3:
                lines[at] = "".join(chance.sample(lines[at], len(lines[at])))
            case _:
                other = chance.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
    reading = read_document("\n".join(lines), "mutated.md")
    assert reading.account.missing == ()


@given(st.sampled_from([each.document for each in variations()]), st.integers(0, 2**32))
@SLOW
def test_lines_in_another_order_lose_no_word(document: str, seed: int) -> None:
    """The reader's own account is not believed: the words are looked for."""
    blocks = document.split("\n\n")
    random.Random(seed).shuffle(blocks)
    shuffled = "\n\n".join(blocks)
    assert lost(shuffled, read_document(shuffled, "shuffled.md")) == []


@pytest.mark.parametrize(
    "piece",
    [
        "### Card 1 | Easy\n**Front:** Why?\n**Back:** So.\n\n",
        "<details><summary>Hint</summary>\n",
        "> " * 40 + "deep\n",
        "- a\n  - b\n    - c\n",
        "**Q:** x\n**A:** y\n",
        "A) x\nB) y\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n",
        "[a][b] \\( \\[ $ ` * _ ~ {{c1:: <b> \n",
        "```\n",
        "<!-- \n",
        "# x\n",
        "1. What?\n   A) x\n   B) y\n",
        "**Hint 1:** look\n",
    ],
)
def test_a_long_document_is_read_in_time_that_grows_with_it(piece: str) -> None:
    """No count is hidden in a loop over all items: twelve thousand lines of anything come through."""
    document = "# Quiz: Many\n\n" + piece * (6_000 // max(1, piece.count("\n")))
    reading = read_document(document, "long.md")
    assert reading.account.missing == ()


def test_an_account_says_what_every_line_was_used_for() -> None:
    document = "\n".join(
        [
            "Sure! Here are your cards:",
            "# Flashcards: Bees",
            "### Card 1",
            "**Front:** Who?",
            "**Back:** She.",
            "# Else",
            "Words.",
        ]
    )
    account = read_document(document, "bees.md").account
    assert account.of(Use.CHAT) == (1,)
    assert account.of(Use.METADATA) == (2, 3)
    assert account.of(Use.FIELD) == (4, 5)
    assert account.of(Use.PROSE) == (6, 7)


def test_definitions_that_nothing_refers_to_stay_where_they_are() -> None:
    document = (
        "# Flashcards: Bees\n\n### Card 1\n**Front:** Who?[^1]\n**Back:** See [it][bee].\n\n"
        "[^1]: Asked once.\n[^2]: Of no use.\n[bee]: https://example.org/bee\n[ant]: https://example.org/ant\n"
    )
    reading = read_document(document, "bees.md")
    whole = " ".join(texts(reading.lesson))
    assert reading.account.missing == ()
    for words in ("Asked once", "Of no use", "https://example.org/bee", "https://example.org/ant"):
        assert words in whole
