"""The proofs that come with the package: `claim:deckforge.memory.adam_states.bytes?params=1e9`.

Every course can use them; they are read, run and shown like a course's own. This module only says where they are and
what they are called. A proof here is short, has a default for every argument, and ends its docstring with the outputs
and their units, one a line. Where torch can count the thing itself, it does; where a formula is the source, the number
is computed in two ways that have to agree.
"""

from __future__ import annotations

from pathlib import Path

PREFIX = "deckforge"
"""What a claim's target begins with."""

PACKAGE = "deckforge.library"
"""What the modules are imported from."""

FOLDER = Path(__file__).parent
SHOWN = "deckforge/library/"
"""How their folder is called in diagnostics and on the evidence page."""
