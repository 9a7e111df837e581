"""What is said of proofs that ran without isolation, which `--no-sandbox` asks for."""

from __future__ import annotations

from deckforge.diagnostics import Code, Severity

NO_SANDBOX = Code(
    "DF903",
    "no-sandbox",
    Severity.WARNING,
    "Proofs ran without isolation, as `--no-sandbox` asks.",
    "A mistake in a proof can then write into your files, use the network and take all memory; and what it measured "
    "may depend on this machine.",
    "deckforge build --no-sandbox",
    "Leave the option out. Where a layer of isolation does not work, `deckforge doctor` says so, and the others hold.",
)
CODES = (NO_SANDBOX,)

NONE = "none (--no-sandbox)"
"""What a measurement's environment says of its isolation then."""
