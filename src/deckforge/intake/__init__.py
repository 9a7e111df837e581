"""What people already have, taken in: documents, pastes, decks and tables become lessons.

A reader (`readers`) turns bytes into a `draft`, whose texts are Markdown and in which nothing is resolved yet, and
diagnostics; `writer` turns a draft into a lesson's Markdown. Like `exchange`, this is no stage: only `cli` sees it.
"""
