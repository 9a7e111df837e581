"""What a reader of documents has to say: what it kept without understanding, and what the document has wrong."""

from __future__ import annotations

from deckforge.diagnostics import Code, Severity

KEPT = Code(
    "DF150",
    "document-part-not-understood",
    Severity.WARNING,
    "A part of a document is no item and no guide, and was kept as prose.",
    "Nothing of a document is dropped. Most often such a part is a paragraph to read, and is where it belongs; "
    "sometimes it is a question that is written in a way nobody has seen before.",
    "## Quick check\n\nName the colours of the rainbow. -> red, orange, …",
    "### Card 1\n\n**Front:** Name the colours of the rainbow.\n\n**Back:** red, orange, …",
)
CHAT = Code(
    "DF151",
    "chat-left-out",
    Severity.NOTE,
    "Words around the document were left out.",
    "A language model says that here are the flashcards, and offers to write more; that is not study material.",
    "**Back:** Lava.\n\nLet me know if you would like more cards!",
    "**Back:** Lava.",
)
COUNT = Code(
    "DF152",
    "document-count-disagrees",
    Severity.WARNING,
    "A document says how many items it has, and another number was found.",
    "Either the document counts wrongly, or an item of it was not recognised: look at what was kept as prose.",
    "**Total Cards:** 2\n\n### Card 1",
    "**Total Cards:** 1\n\n### Card 1",
)
NO_ANSWER = Code(
    "DF153",
    "document-item-unanswered",
    Severity.WARNING,
    "An item of a document has no answer, or no question.",
    "A learner would turn the card and see nothing; the lesson cannot be built until somebody writes it.",
    "### Card 1\n\n**Front:** What is magma called above ground?",
    "### Card 1\n\n**Front:** What is magma called above ground?\n\n**Back:** Lava.",
)
NO_KEY = Code(
    "DF154",
    "document-key-not-found",
    Severity.WARNING,
    "The key of a choice names no option, or is nowhere in the document.",
    "Without a key nobody can be graded. The words of the key are kept in the explanation.",
    "A) one\nB) two\n\n**Correct Answer:** E",
    "A) one\nB) two\n\n**Correct Answer:** B",
)
POINTS = Code(
    "DF155",
    "document-points-disagree",
    Severity.WARNING,
    "The points of a question, of its tasks and of its rubric disagree.",
    "A lesson is scored by one sum. That of the parts was taken; what the document said of the whole is told here.",
    "### Question 3 (10 points)\n\na) Name it. (4 points)\nb) Prove it. (5 points)",
    "### Question 3 (9 points)\n\na) Name it. (4 points)\nb) Prove it. (5 points)",
)
WORDS = Code(
    "DF156",
    "document-answer-outside-words",
    Severity.WARNING,
    "A model answer is shorter or longer than the answer that the document asks for.",
    "A lesson may not ask for a length that its own answer does not have; the limit was kept as words of the question.",
    "**Word Limit:** 600-800 words\n\n**Model Answer:** War and hunger.",
    "**Word Limit:** 2-20 words\n\n**Model Answer:** War and hunger.",
)
VALUE = Code(
    "DF157",
    "document-value-not-understood",
    Severity.WARNING,
    "A value of an item is none of the words that are known for it.",
    "It was kept beside the item, by the name that the document gives it, and decides nothing.",
    "**Difficulty:** spicy",
    "**Difficulty:** hard",
)
ROW = Code(
    "DF158",
    "export-row-unmatched",
    Severity.WARNING,
    "A row of an export belongs to no card of the document.",
    "The rows of an export become the short forms of the cards that ask the same; this one was kept as prose.",
    "front,back\nA question that no card asks,its answer",
    "### Card 9\n\n**Front:** A question that a card asks\n\n**Back:** its answer",
)
COMMENT = Code(
    "DF160",
    "comment-kept",
    Severity.NOTE,
    "A comment of the document was kept as words.",
    "In the source nobody saw it; whoever takes the lesson over decides whether somebody should.",
    "<!-- check this number -->",
    "Check this number.",
)
REFERENCE = Code(
    "DF161",
    "document-names-unknown-item",
    Severity.WARNING,
    "A table or an advice names an item that the document does not have.",
    "Nothing can be linked to; the words are kept.",
    "| Missed | Review |\n|---|---|\n| Question 9 | The chain rule |",
    "| Missed | Review |\n|---|---|\n| Question 3 | The chain rule |",
)
CODES = (KEPT, CHAT, COUNT, NO_ANSWER, NO_KEY, POINTS, WORDS, VALUE, ROW, COMMENT, REFERENCE)
