"""What people already have, taken in: documents, pastes, decks and tables become lessons.

A reader turns bytes into a `draft` (texts are Markdown, nothing is resolved yet) and diagnostics; `writer` turns a draft
into a lesson's Markdown. Like `exchange`, this is no stage: only `cli` sees it.
"""
