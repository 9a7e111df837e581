"""What a proof may not do, put on its own process by the process itself before any of the proof's code runs.

Layers, each kept only if the kernel grants it, and named in the measurement so that nobody has to guess:

- `limits`: memory, processor time, file sizes, no core dumps, and a bound on processes where that can be had;
- `network`: a network namespace of its own in which only the loopback interface is up;
- `writes`: Landlock; files can be written below the scratch folder alone, and signals reach only its own processes;
- `reads`: Landlock; home folders and the course cannot be read (see `reading`);
- `calls`: seccomp; system calls that no proof needs are refused (see `calls`).

They keep mistakes of a proof from hurting its neighbours and the machine. They are no wall against malice: whoever can
write a proof can already run code on the machine that builds the course.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import math
import os
import resource
import socket
import stat
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from deckforge.verify import calls

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PROCESSES = 64
"""How many processes a proof may have at a time."""
FILE_BYTES = 10**9
"""How large a file in the scratch folder may grow."""
FOLDER_FILES, FOLDER_BYTES = 20_000, 4 * 10**9
"""How many files the scratch folder may hold, and how much; counted from outside, about once a second."""
REPORT_BYTES = 64 * 2**20
"""Memory beyond the limit that is set free to report that the limit was met."""

_libc = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_CHILD_SUBREAPER = 36
_CLONE_NEWIPC = 0x08000000
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_SIOCGIFFLAGS = 0x8913
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 0x1

# Landlock has the same three numbers on every architecture.
_LANDLOCK_CREATE_RULESET = 444
_LANDLOCK_ADD_RULE = 445
_LANDLOCK_RESTRICT_SELF = 446
_LANDLOCK_VERSION = 1
_LANDLOCK_PATH_BENEATH = 1
_WRITE_FILE = 1 << 1
_READ_FILE = 1 << 2
_READ_FOLDER = 1 << 3
_READS = _READ_FILE | _READ_FOLDER
# Removing, making (files, folders, sockets, pipes, devices, links): bits 4 to 12. Executing stays free.
_WRITES = _WRITE_FILE | sum(1 << bit for bit in range(4, 13))
_REFER = 1 << 13
_TRUNCATE = 1 << 14
_SCOPES = 0b11  # abstract sockets and signals stay among the proof's own processes


def die_with_parent(signal: int) -> None:
    """Ask the kernel to send this process `signal` when its parent dies."""
    _prctl(_PR_SET_PDEATHSIG, signal)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies, so that none escapes being killed."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def confine(
    scratch: str,
    readable: Sequence[str],
    listed: str,
    *,
    wanted: Iterable[str],
    timeout: float,
    memory: int,
    cuda: bool,
) -> tuple[str, ...]:
    """Put the wanted layers on this process, and return the names of those that hold.

    `readable` are the files and folders that may be read beside the scratch folder, `listed` is one of which the names
    may be read. `memory` is in bytes, counted from what the process has now; `timeout` in seconds. A process that will
    use a GPU keeps `/dev` and `/proc` writable, which its driver needs, and has no limit on memory, because unified
    addressing reserves more than the machine has, nor on the size of a file.
    """
    wanted = set(wanted)
    held = []
    if "network" in wanted and _own_network():
        held.append("network")
    if "limits" in wanted:
        _limit(timeout, None if cuda else memory, own_namespace="network" in held)
        held.append("limits")
    landlocked = [layer for layer in ("writes", "reads") if layer in wanted]
    if landlocked:
        version = _restrict_files(
            [scratch, *(("/dev", "/proc") if cuda else ())] if "writes" in wanted else None,
            [scratch, *readable] if "reads" in wanted else None,
            listed,
        )
        held += [f"{layer} (Landlock {version})" for layer in landlocked if version]
    if "calls" in wanted and calls.refuse(internet="network" in held):
        held.append("calls (seccomp)")
    return tuple(sorted(held))


def allow_a_report() -> None:
    """Raise this process's memory limit by what a report needs."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def data_bytes() -> int:
    """Return how much data (what `RLIMIT_DATA` counts) this process has, in bytes."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0


def _limit(timeout: float, memory: int | None, *, own_namespace: bool) -> None:
    _lower(resource.RLIMIT_CORE, 0)
    if memory is not None:  # a GPU's driver keeps memory in files that have no name
        _lower(resource.RLIMIT_FSIZE, FILE_BYTES)
    # Wall time is watched from outside. This is for the day when nobody watches, so it leaves room for threads.
    _lower(resource.RLIMIT_CPU, (math.ceil(timeout) + 5) * (os.cpu_count() or 1))
    if own_namespace:
        # Outside a user namespace of our own the count would be of all of the user's processes.
        _lower(resource.RLIMIT_NPROC, 8 * PROCESSES)  # threads count too
    if memory is not None:
        soft = data_bytes() + memory
        _lower(resource.RLIMIT_DATA, soft + REPORT_BYTES)
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _lower(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, value))


def _own_network() -> bool:
    """Move into a network namespace with only loopback, which is up; the user stays the same."""
    user, group = os.getuid(), os.getgid()
    if _libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC) != 0:
        return False
    try:
        Path("/proc/self/setgroups").write_text("deny", "ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", "ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", "ascii")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            interface = struct.pack("16sh14x", b"lo", 0)
            flags = struct.unpack("16sh14x", fcntl.ioctl(any_socket, _SIOCGIFFLAGS, interface))[1]
            fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | _IFF_UP))
    except OSError:
        return False
    return True


def _restrict_files(writable: Iterable[str] | None, readable: Iterable[str] | None, listed: str) -> int:
    """Allow writing below some places, and to `/dev/null`, and reading in some; `None` leaves that free.

    `listed` is a folder whose names may be read, where reading is not free. Returns Landlock's version, 0 where there
    is none.
    """
    version = _libc.syscall(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), _LANDLOCK_VERSION)
    if version < 1:
        return 0
    writes = _WRITES | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    rights = (0 if writable is None else writes) | (0 if readable is None else _READS)
    scopes = 0 if writable is None else _SCOPES
    fields = (rights,) if version < 4 else (rights, 0) if version < 6 else (rights, 0, scopes)
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    ruleset = _libc.syscall(_LANDLOCK_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return 0
    try:
        if writable is not None:
            for folder in writable:
                _allow(ruleset, folder, writes)
            _allow(ruleset, "/dev/null", _WRITE_FILE | (_TRUNCATE & writes))
        if readable is not None:
            _allow(ruleset, listed, _READ_FOLDER)
        for place in readable or ():
            with contextlib.suppress(FileNotFoundError, PermissionError):  # gone by now, or never ours to read
                _allow(ruleset, place, _READS)
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        return 0 if _libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0) != 0 else int(version)
    except OSError:
        return 0
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _READ_FILE | _WRITE_FILE | _TRUNCATE  # all that Landlock knows of a file
        rule = struct.pack("=Qi", rights, place)
        if _libc.syscall(_LANDLOCK_ADD_RULE, ruleset, _LANDLOCK_PATH_BENEATH, rule, 0) != 0:
            raise OSError(ctypes.get_errno(), f"Landlock refuses {path}")
    finally:
        os.close(place)


def _prctl(option: int, value: int) -> None:
    _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0)
