"""Compile lessons into Anki decks, tables and a study site, and prove the numbers they state.

The public surface for authors is `deckforge.proof`; for everyone else it is the `deckforge` command.
"""

__version__ = "0.1.0"
