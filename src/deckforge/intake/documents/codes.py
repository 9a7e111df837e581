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
    "## Mnemonics\n\nRoy G. Biv",
    "Move it into an item, or leave it as a part of the page.",
)
CHAT = Code(
    "DF151",
    "chat-left-out",
    Severity.NOTE,
    "Words around the document were left out.",
    'A language model says "Here are your flashcards" and "Let me know"; that is not study material.',
    "Let me know if you would like more cards!",
)
COUNT = Code(
    "DF152",
    "document-count-disagrees",
    Severity.WARNING,
    "A document says how many items it has, and another number was found.",
    "Either the document counts wrongly, or an item of it was not recognised: look at what was kept as prose.",
    "**Total Cards:** 5        and four cards below",
)
NO_ANSWER = Code(
    "DF153",
    "document-item-unanswered",
    Severity.WARNING,
    "An item of a document has no answer, or no question.",
    "A learner would turn the card and see nothing; the lesson cannot be built until somebody writes it.",
    "### Question 3\n\nWhich of these is an upper bound?\n\nA) 1\nB) 2",
)
NO_KEY = Code(
    "DF154",
    "document-key-not-found",
    Severity.WARNING,
    "The key of a choice names no option, or is nowhere in the document.",
    "Without a key nobody can be graded. The words of the key are kept in the explanation.",
    "A) one\nB) two\n\n**Correct Answer:** E",
)
POINTS = Code(
    "DF155",
    "document-points-disagree",
    Severity.WARNING,
    "The points of a question, of its tasks and of its rubric disagree.",
    "A lesson is scored by one sum. That of the parts was taken; what the document said of the whole is told here.",
    "### Question 3 (10 points)\n\na) Name it. (4 points)\nb) Prove it. (5 points)",
)
WORDS = Code(
    "DF156",
    "document-answer-outside-words",
    Severity.WARNING,
    "A model answer is shorter or longer than the answer that the document asks for.",
    "A lesson may not ask for a length that its own answer does not have; the limit was kept as words of the question.",
    "**Word Limit:** 600-800 words        and a model answer of 500",
)
VALUE = Code(
    "DF157",
    "document-value-not-understood",
    Severity.WARNING,
    "A value of an item is none of the words that are known for it.",
    "It was kept beside the item, by the name that the document gives it, and decides nothing.",
    "**Difficulty:** spicy",
)
ROW = Code(
    "DF158",
    "export-row-unmatched",
    Severity.WARNING,
    "A row of an export belongs to no card of the document.",
    "The rows of an export become the short forms of the cards that ask the same; this one was kept as prose.",
    "```\nA question that no card asks\tits answer\n```",
)
AS_CODE = Code(
    "DF159",
    "text-kept-as-code",
    Severity.WARNING,
    "A text could not be written in the dialect of lessons, and was kept as it stands, in a code block.",
    "Whatever is wrong with its markup would have been dropped or read differently without a word.",
)
COMMENT = Code(
    "DF160",
    "comment-kept",
    Severity.NOTE,
    "A comment of the document was kept as words.",
    "In the source nobody saw it; whoever takes the lesson over decides whether somebody should.",
    "<!-- check this number -->",
)
REFERENCE = Code(
    "DF161",
    "document-names-unknown-item",
    Severity.WARNING,
    "A table or an advice names an item that the document does not have.",
    "Nothing can be linked to; the words are kept.",
    "| Question 9 | The chain rule |        in a quiz of five questions",
)
CODES = (KEPT, CHAT, COUNT, NO_ANSWER, NO_KEY, POINTS, WORDS, VALUE, ROW, AS_CODE, COMMENT, REFERENCE)
