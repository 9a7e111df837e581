"""System calls that no proof needs, refused by the kernel: a seccomp filter that a process puts on itself.

A list of what is refused, since what torch, CUDA and Python's own libraries may call is not ours to list. It holds what
looks into or reaches other processes (`ptrace`), what changes what the machine is (`mount`, `bpf`, clocks, modules,
keys), what could get round the other layers (new namespaces; `io_uring`, whose work no filter sees), and every kind of
socket but local ones and, in a network of the proof's own, those of the internet. Making memory files stays allowed,
because CUDA needs it. The filter is a program for the kernel's classic BPF machine, and written here, since it is
shorter than a dependency.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

_TABLES = {
    "x86_64": (0xC000003E, {
        "socket": 41, "clone": 56, "clone3": 435,
        "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "pidfd_getfd": 438, "kcmp": 312,
        "bpf": 321, "perf_event_open": 298, "userfaultfd": 323,
        "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161, "open_tree": 428, "move_mount": 429,
        "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "mount_setattr": 442,
        "unshare": 272, "setns": 308, "open_by_handle_at": 304, "fanotify_init": 300,
        "add_key": 248, "request_key": 249, "keyctl": 250,
        "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
        "kexec_load": 246, "kexec_file_load": 320, "init_module": 175, "finit_module": 313, "delete_module": 176,
        "reboot": 169, "swapon": 167, "swapoff": 168, "acct": 163, "quotactl": 179, "quotactl_fd": 443,
        "settimeofday": 164, "clock_settime": 227, "clock_adjtime": 305, "adjtimex": 159,
        "sethostname": 170, "setdomainname": 171, "syslog": 103, "vhangup": 153, "iopl": 172, "ioperm": 173,
    }),
    "aarch64": (0xC00000B7, {
        "socket": 198, "clone": 220, "clone3": 435,
        "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "pidfd_getfd": 438, "kcmp": 272,
        "bpf": 280, "perf_event_open": 241, "userfaultfd": 282,
        "mount": 40, "umount2": 39, "pivot_root": 41, "chroot": 51, "open_tree": 428, "move_mount": 429,
        "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "mount_setattr": 442,
        "unshare": 97, "setns": 268, "open_by_handle_at": 265, "fanotify_init": 262,
        "add_key": 217, "request_key": 218, "keyctl": 219,
        "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
        "kexec_load": 104, "kexec_file_load": 294, "init_module": 105, "finit_module": 273, "delete_module": 106,
        "reboot": 142, "swapon": 224, "swapoff": 225, "acct": 89, "quotactl": 60, "quotactl_fd": 443,
        "settimeofday": 170, "clock_settime": 112, "clock_adjtime": 266, "adjtimex": 171,
        "sethostname": 161, "setdomainname": 162, "syslog": 116, "vhangup": 58,
    }),
}  # fmt: skip
"""By machine: how the kernel calls its architecture, and the numbers of calls."""

_ABSENT = ("clone3", "io_uring_setup", "io_uring_enter", "io_uring_register")
"""Refused as if the kernel did not have them, upon which callers do without: `clone3` hides its flags from a filter."""
_NEW_NAMESPACES = 0x7E020080
"""The flags of `clone` that make namespaces."""
LOCAL = (1, 16)
"""Families of sockets between processes of one machine, and for questions to the kernel: which interfaces are there?"""
INTERNET = (2, 10)

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_MODE_FILTER = 2
_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_LOAD, _EQUAL, _ANY_BIT, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_X32 = 0x40000000
"""Where x86-64 has its second set of numbers, which nothing of today uses."""


def refuse(*, internet: bool) -> bool:
    """Put the filter on this process and all that come from it; tell whether the kernel took it.

    `internet` allows sockets that reach beyond this machine, for a process that has a network of its own.
    """
    found = program(platform.machine(), (*LOCAL, *(INTERNET if internet else ())))
    if not found:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    code = ctypes.create_string_buffer(found, len(found))
    # The kernel's `struct sock_fprog`: how many instructions there are, and where.
    whole = ctypes.create_string_buffer(struct.pack("HP", len(found) // 8, ctypes.addressof(code)))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_MODE_FILTER), whole, 0, 0) == 0)


def program(machine: str, families: tuple[int, ...]) -> bytes:
    """Return the filter for a machine, allowing sockets of some families; nothing where its numbers are not known."""
    if machine not in _TABLES:
        return b""
    architecture, calls = _TABLES[machine]
    refused, absent = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS
    code = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, refused),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":
        code += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, absent)]
    for name, number in calls.items():
        if name not in ("socket", "clone"):
            code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, absent if name in _ABSENT else refused)]
    code += [
        (_EQUAL, 0, 4, calls["clone"]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_ANY_BIT, 0, 1, _NEW_NAMESPACES),
        (_RETURN, 0, 0, refused),
        (_RETURN, 0, 0, _ALLOW),
        (_EQUAL, 0, 2 + len(families), calls["socket"]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        *((_EQUAL, len(families) - place, 0, family) for place, family in enumerate(families)),
        (_RETURN, 0, 0, refused),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("HBBI", *each) for each in code)
