"""What is said of proofs that ran without isolation, which `--no-sandbox` asks for."""

from __future__ import annotations

import ctypes
import os
import pwd
import socket
from pathlib import Path

from deckforge.diagnostics import Code, Severity

NO_SANDBOX = Code(
    "DF661",
    "no-sandbox",
    Severity.WARNING,
    "Proofs ran without isolation, as `--no-sandbox` asks.",
    "A mistake in a proof can then write into your files, use the network and take all memory; and what it measured "
    "may depend on this machine.",
    "deckforge build --no-sandbox",
    "Leave the option out. Where a layer of isolation does not work, `deckforge doctor` says so, and the others hold.",
)
CODES = (NO_SANDBOX,)


def probe(outside: str) -> dict[str, str | bool]:
    """Try what a proof may not do: write to `outside`, use a network, look at home and into a process; runs in a child.

    Outputs: wrote, whether the file could be written; interfaces, the names of those that there are; listed, whether
    the home folder could be; called, whether the memory of a process could be asked for.
    """
    try:
        Path(outside).write_text("this should not have been possible", "ascii")
        wrote = True
    except OSError:
        wrote = False
    try:
        os.listdir(pwd.getpwuid(os.getuid()).pw_dir)  # noqa: PTH208 - a list, and not an iterator that asks for nothing
        listed = True
    except (OSError, KeyError):
        listed = False
    called = ctypes.CDLL(None).process_vm_readv(os.getpid(), None, 0, None, 0, 0) == 0
    interfaces = ", ".join(name for _, name in socket.if_nameindex())
    return {"wrote": wrote, "interfaces": interfaces, "listed": listed, "called": called}


NONE = "none (--no-sandbox)"
"""What a measurement's environment says of its isolation then."""
