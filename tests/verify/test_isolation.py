"""Proofs that misbehave: each gets one clear failure, and the proof beside it its result.

All tests of a process share one server, and most run their proof together with a harmless one (`fine.double`), two at a
time, as a real run would.
"""

from __future__ import annotations

import ctypes.util
import errno
import os
import platform
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deckforge.verify import calls, limits
from deckforge.verify.child import seed_of
from deckforge.verify.driver import Driver, Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckforge.verify.driver import Answer

pytest.importorskip("torch")

FILES = {
    "fine.py": """
        import torch

        def double(x=1.0):
            return {"value": 2 * x}

        def slope(w=3.0):
            t = torch.tensor([w], requires_grad=True)
            (torch.rand(600, 600) @ torch.rand(600, 600)).sum()
            t.square().sum().backward()
            return {"slope": t.grad.item()}
    """,
    "bad.py": """
        import ctypes, os, signal, sys, time
        import torch

        def raises():
            numbers = []
            return {"value": first(numbers)}

        def first(numbers):
            return numbers[0]

        def spins():
            while True:
                pass

        def tensor_memory():
            return {"value": torch.zeros(10**9).sum().item()}

        def python_memory():
            return {"value": len(bytearray(4 * 10**9))}

        def segfault():
            ctypes.string_at(0)

        def aborts():
            os.abort()

        def exits_at_once():
            os._exit(0)

        def leaves():
            sys.exit(0)

        def prints():
            line = b"x" * 2**20
            for _ in range(1000):
                os.write(1, line)
            return {"value": 1}

        def prints_and_fails():
            print("the loss was", 17)
            raise RuntimeError("too high\\nsecond line")

        def asks_for_input():
            return {"value": input()}
    """,
    "nasty.py": """
        import os, signal, tempfile, threading, time

        def closes_everything():
            os.closerange(0, 256)
            return {"value": 1}

        def replaces_its_report():
            os.dup2(os.open("elsewhere", os.O_WRONLY | os.O_CREAT), 3)
            return {"value": 1}

        def forges_a_result():
            for text in ('{"outputs": {"value": 42}, "method": "cuda", "faults": {}}', "[1]", "null", "{" * 10_000):
                os.write(3, text.encode() + b"\\n")
            os._exit(0)

        def writes_where_results_go():
            os.write(3, b"not JSON at all\\n")
            return {"value": 1}

        def stops_itself():
            os.kill(os.getpid(), signal.SIGSTOP)

        def leaves_threads():
            for _ in range(20):
                threading.Thread(target=time.sleep, args=(600,)).start()
            return {"value": 1}

        def opens_everything():
            held = []
            while True:
                held.append(open("/dev/null"))

        def makes_files_forever():
            for n in range(10**9):
                os.close(os.open(f"file{n}", os.O_CREAT | os.O_WRONLY))

        def raises_what_cannot_be_shown():
            class Odd(Exception):
                def __str__(self):
                    raise ValueError("no")
            raise Odd()

        def ignores_every_signal():
            for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP, 32, 33}:
                signal.signal(number, signal.SIG_IGN)
            while True:
                time.sleep(1)
    """,
    "table.py": """
        import pathlib

        def reads(path=""):
            return {"value": (pathlib.Path(__file__).parent / path).read_text()}

        def finds(path=""):
            return {"value": len(list(pathlib.Path(path).iterdir()))}
    """,
    "calls.py": """
        import ctypes, mmap, os, socket

        libc = ctypes.CDLL(None, use_errno=True)

        def socket_of(family=0, kind=1):
            socket.socket(family, kind, 0).close()
            return {"value": 1}

        def call(number=0, first=0):
            found = libc.syscall(number, ctypes.c_ulong(first), 0, 0, 0, 0)
            return {"value": 0 if found >= 0 else ctypes.get_errno()}

        def trace():
            return {"value": libc.ptrace(0, 0, 0, 0)}

        def memory_file():
            file = os.memfd_create("cuda")
            os.write(file, b"hello")
            with mmap.mmap(file, 5) as view:
                return {"value": view[:].decode()}
    """,
    "returns.py": """
        import numpy, torch

        def given(what=""):
            return {
                "a tensor": {"value": torch.tensor([1.0])},
                "a long tensor": {"value": torch.ones(3)},
                "an array": {"value": numpy.ones(3)},
                "a numpy scalar": {"value": numpy.float32(0.5)},
                "nan": {"value": float("nan")},
                "infinity": {"value": float("-inf")},
                "nan among samples": {"value": [1.0, float("nan")]},
                "nothing": None,
                "no outputs": {},
                "a list": [1.0],
                "None": {"value": None},
                "complex": {"value": 1j},
                "a nested dict": {"value": {"a": 1}},
                "samples": {"value": (1, 2.5)},
                "no samples": {"value": []},
                "samples of texts": {"value": ["a"]},
                "another name": {"valeu": 1.0},
                "too many": {"value": 1.0, "more": 2.0},
                "a number for a name": {1: 1.0},
                "true": {"value": True},
                "a whole number": {"value": 2**70},
                "a text": {"value": "flash"},
                "a long text": {"value": "x" * 20_000},
                "too long a number": {"value": 10**6000},
            }[what]
    """,
    "crowd.py": """
        import os, subprocess, sys, time

        def daemon():
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    time.sleep(300)
                os._exit(0)
            return {"value": 1}

        def forks_forever():
            if os.fork() == 0:
                while True:
                    os.setsid()
                    if os.fork() != 0:
                        os._exit(0)
            return {"value": 1}

        def many():
            for _ in range(2000):
                if os.fork() == 0:
                    time.sleep(300)
            time.sleep(300)

        def program():
            return {"value": subprocess.run(["echo", "hello"], capture_output=True, text=True).stdout}
    """,
    "murder.py": """
        import os, signal, time

        def parent():
            os.kill(os.getppid(), signal.SIGKILL)
            return {"value": 1}

        def freeze():
            os.kill(os.getppid(), signal.SIGSTOP)
            time.sleep(300)

        def waits():
            time.sleep(300)

        def triple(x=1.0):
            return {"value": 3 * x}
    """,
    "slow_import.py": """
        import time
        time.sleep(300)

        def proof():
            return {"value": 1}
    """,
    "broken_import.py": """
        import no_such_package

        def proof():
            return {"value": 1}
    """,
    "broken_syntax.py": "def proof(:\n",
    # Names of the standard library and of each other, on purpose.
    "random.py": """
        import random
        from random import Random

        import verify.random
        from verify import shared
        from .deep.json import NUMBER

        def proof():
            assert random.random and Random and verify.random.proof is proof
            return {"value": shared.NUMBER + NUMBER}
    """,
    "shared.py": "NUMBER = 1",
    "deep/json.py": "from json import loads\nNUMBER = loads('41')",
    "luck.py": """
        import random
        import numpy, torch

        def draw(n=1):
            return {"torch": torch.rand(()).item(), "python": random.random(), "numpy": float(numpy.random.rand())}
    """,
    "world.py": """
        import os, pathlib, socket, tempfile

        def writes(path=""):
            pathlib.Path(path).write_text("evil")
            return {"value": 1}

        def scratch():
            pathlib.Path("here").write_text("mine")
            pathlib.Path(os.environ["HOME"], "there").write_text("mine")
            with tempfile.NamedTemporaryFile() as file:
                file.write(b"mine")
            os.rename("here", "moved")
            os.mkdir("locked")
            pathlib.Path("locked/file").write_text("mine")
            os.chmod("locked", 0)
            return {"value": os.getcwd()}

        def loopback():
            with socket.create_server(("127.0.0.1", 0)) as server:
                with socket.create_connection(server.getsockname(), timeout=5) as client:
                    client.sendall(b"hello")
                    with server.accept()[0] as peer:
                        return {"value": peer.recv(5).decode()}

        def internet():
            socket.create_connection(("192.0.2.1", 80), timeout=5)

        def sees(name=""):
            return {"value": os.environ.get(name, "nothing")}

        def threads():
            status = pathlib.Path(f"/proc/{os.getppid()}/status").read_text()
            return {"value": int(status.split("Threads:")[1].split()[0])}
    """,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("course") / "verify"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return root


@pytest.fixture(scope="module")
def driver(folder: Path) -> Iterator[Driver]:
    with pytest.MonkeyPatch.context() as patch, Driver(folder) as driver:
        patch.setenv("GITHUB_TOKEN", "secret")
        driver.run([Request("verify.fine", "double")])
        yield driver


TAKEN_DOWN = "took down or froze the process that runs proofs"
TRIPLE = Request("verify.murder", "triple", {"x": 2.0})
FINE = Request("verify.fine", "double", {"x": 4.0}, ("value",))


def run(driver: Driver, target: str, **more: object) -> Answer:
    """Run a proof between two harmless ones, and see that those have their results and that one server did it all."""
    module, _, function = target.rpartition(".")
    starts = driver.starts
    before, answer, after = driver.run([FINE, Request(f"verify.{module}", function, **more), FINE], jobs=2)  # type: ignore[arg-type]
    assert before.outputs == after.outputs == {"value": 8.0}
    assert not before.failure
    assert driver.starts == starts
    assert bool(answer.failure) is not bool(answer.outputs)
    return answer


def descendants(driver: Driver) -> list[int]:
    """The processes that came from the driver's server, without the server itself."""
    mark = f"DECKFORGE_SERVER={driver._mark}".encode()
    assert driver._process is not None
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal() and mark in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return [pid for pid in found if pid != driver._process.pid]


def test_a_proof_computes_in_its_child(driver: Driver) -> None:
    """Parallel matrix products and autograd work: nothing was computed before the fork."""
    answer = run(driver, "fine.slope", arguments={"w": 5.0})
    assert answer.outputs == {"slope": 10.0}
    assert answer.method == "run"
    assert answer.versions["torch"]
    assert "limits" in answer.held


def test_answers_come_in_the_order_of_the_requests(driver: Driver) -> None:
    requests = [Request("verify.fine", "double", {"x": float(n)}) for n in range(20)]
    seen: list[object] = []
    answers = driver.run(requests, jobs=3, done=lambda request, answer: seen.append((request, answer)))
    assert [answer.outputs["value"] for answer in answers] == [2.0 * n for n in range(20)]
    assert len(seen) == 20
    assert all(pair in seen for pair in zip(requests, answers, strict=True))


def test_an_exception_is_told_in_a_line_with_its_place(driver: Driver) -> None:
    answer = run(driver, "bad.raises")
    assert answer.failure == "IndexError: list index out of range (verify/bad.py:10)"
    assert "verify/bad.py:7, in raises" in answer.trace
    assert "return numbers[0]" in answer.trace
    assert "child.py" not in answer.trace


def test_what_a_failed_proof_printed_is_shown(driver: Driver) -> None:
    answer = run(driver, "bad.prints_and_fails")
    assert answer.failure.startswith("RuntimeError: too high (verify/bad.py:")
    assert answer.trace.endswith("the loss was 17")


def test_a_proof_that_runs_too_long_is_stopped(driver: Driver) -> None:
    assert run(driver, "bad.spins", timeout=1.0).failure == "ran longer than 1 s, and was stopped"


@pytest.mark.parametrize("which", ["tensor_memory", "python_memory"])
def test_a_proof_that_takes_too_much_memory_fails(driver: Driver, which: str) -> None:
    answer = run(driver, f"bad.{which}", memory=5 * 10**8)
    assert answer.failure == 'needs more memory than the 500 MB that it may use; raise it with @proof(memory="…")'
    assert f"in {which}" in answer.trace


@pytest.mark.parametrize(
    ("which", "failure"),
    [
        ("segfault", "crashed (SIGSEGV)"),
        ("aborts", "crashed (SIGABRT)"),
        ("exits_at_once", "ended its own process (exit code 0) before it returned"),
        ("leaves", "SystemExit: 0 (verify/bad.py:32)"),
    ],
)
def test_a_proof_that_ends_its_process_says_how(driver: Driver, which: str, failure: str) -> None:
    assert run(driver, f"bad.{which}").failure == failure


def test_a_gigabyte_of_output_is_let_go(driver: Driver) -> None:
    assert run(driver, "bad.prints").outputs == {"value": 1}


@pytest.mark.parametrize(
    ("which", "failure"),
    [
        ("closes_everything", "closed or replaced what its result is reported through"),
        ("replaces_its_report", "closed or replaced what its result is reported through"),
        ("forges_a_result", "ended its own process (exit code 0) before it returned"),
        ("stops_itself", "ran longer than 1 s, and was stopped"),
        ("ignores_every_signal", "ran longer than 1 s, and was stopped"),
        ("opens_everything", "OSError: [Errno 24] Too many open files"),
        ("raises_what_cannot_be_shown", "Odd, which cannot be shown"),
    ],
)
def test_a_nasty_proof_has_one_clear_failure(driver: Driver, which: str, failure: str) -> None:
    assert run(driver, f"nasty.{which}", timeout=1.0 if "longer" in failure else 30.0).failure.startswith(failure)


@pytest.mark.parametrize("which", ["leaves_threads", "writes_where_results_go"])
def test_a_careless_proof_has_its_result(driver: Driver, which: str) -> None:
    assert run(driver, f"nasty.{which}").outputs == {"value": 1}


def test_a_folder_that_fills_up_is_stopped_and_gone(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    failure = run(driver, "nasty.makes_files_forever", timeout=120.0).failure
    assert failure == f"left more than {limits.FOLDER_FILES:,} files or 4 GB in its folder, and was stopped"
    assert driver._scratch is not None
    assert list(driver._scratch.glob("*/*/file*")) == []


def test_nobody_answers_a_proof_that_asks(driver: Driver) -> None:
    assert run(driver, "bad.asks_for_input").failure.startswith("EOFError")


@pytest.mark.parametrize(
    ("what", "failure"),
    [
        ("a tensor", "output value is a tensor of shape (1,): return .item()"),
        ("a long tensor", "output value is a tensor of shape (3,): return a number of it, or .tolist() for samples"),
        ("an array", "output value is an array of shape (3,): return a number of it, or .tolist() for samples"),
        ("nan", "output value is nan, which is no measurement"),
        ("infinity", "output value is -inf, which is no measurement"),
        ("nan among samples", "output value is nan, which is no measurement"),
        ("nothing", "returned None, not a dict of named outputs"),
        ("no outputs", "returned no outputs"),
        ("a list", "returned a list, not a dict of named outputs"),
        ("None", "output value is None: return a number, a boolean, a text, or a list of samples"),
        ("complex", "output value is a complex: return a number, a boolean, a text, or a list of samples"),
        ("a nested dict", "output value is a dict: return a number, a boolean, a text, or a list of samples"),
        ("no samples", "output value has 0 samples; it takes 1 to 20000"),
        ("samples of texts", "output value holds a str among its samples, which are plain numbers"),
        ("another name", "returned valeu, but declares value"),
        ("too many", "returned more, value, but declares value"),
        ("a number for a name", "returned a dict whose keys are not all names"),
        ("a long text", "output value is a text of 20000 characters, and 10000 are the limit"),
    ],
)
def test_what_is_no_output_is_refused(driver: Driver, what: str, failure: str) -> None:
    answer = driver.run([Request("verify.returns", "given", {"what": what}, ("value",))])[0]
    assert failure in (answer.failure, answer.faults.get("value"))
    assert not answer.outputs


def test_a_number_too_long_to_write_is_refused(driver: Driver) -> None:
    answer = driver.run([Request("verify.returns", "given", {"what": "too long a number"}, ("value",))])[0]
    assert answer.failure.startswith("ValueError: Exceeds the limit")


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("a numpy scalar", 0.5),
        ("samples", (1.0, 2.5)),
        ("true", True),
        ("a whole number", 2**70),
        ("a text", "flash"),
    ],
)
def test_what_is_an_output_keeps_its_type(driver: Driver, what: str, value: object) -> None:
    answer = driver.run([Request("verify.returns", "given", {"what": what}, ("value",))])[0]
    assert answer.failure == ""
    assert answer.outputs == {"value": value}
    assert type(answer.outputs["value"]) is type(value)


@pytest.mark.parametrize("which", ["daemon", "forks_forever"])
def test_what_a_proof_leaves_behind_is_killed(driver: Driver, which: str) -> None:
    assert run(driver, f"crowd.{which}").outputs == {"value": 1}
    assert descendants(driver) == []


def test_a_crowd_of_processes_is_stopped(driver: Driver) -> None:
    failure = run(driver, "crowd.many", timeout=60.0).failure
    # Where the kernel counts, `fork` itself refuses; where it does not (for root), the server counts.
    assert failure.startswith((f"started more than {limits.PROCESSES} processes", "BlockingIOError"))
    assert descendants(driver) == []


def test_a_proof_may_start_programs(driver: Driver) -> None:
    assert run(driver, "crowd.program").outputs == {"value": "hello\n"}


def test_a_slow_import_is_blamed_on_the_file(driver: Driver) -> None:
    answer = run(driver, "slow_import.proof", timeout=1.0)
    assert answer.failure == "importing verify/slow_import.py took longer than 1 s, and was stopped"


def test_a_file_that_does_not_import_fails_each_of_its_proofs_alone(driver: Driver) -> None:
    answer = run(driver, "broken_import.proof")
    assert answer.failure == "ModuleNotFoundError: No module named 'no_such_package' (verify/broken_import.py:2)"
    answer = run(driver, "broken_syntax.proof")
    assert answer.failure.startswith("SyntaxError: ")
    assert answer.failure.endswith("(verify/broken_syntax.py:1)")


def test_files_are_a_package_beside_the_standard_library(driver: Driver) -> None:
    assert run(driver, "random.proof").outputs == {"value": 42}


def test_random_numbers_follow_from_the_proof_and_its_arguments(driver: Driver) -> None:
    one, again, other = (run(driver, "luck.draw", arguments={"n": n}).outputs for n in (1, 1, 2))
    assert one == again
    assert not set(one.values()) & set(other.values())
    assert seed_of("luck.draw", {"n": 1}) == seed_of("luck.draw", {"n": 1}) != seed_of("luck.draw", {"n": 2})


def test_a_proof_writes_into_its_scratch_folder_which_is_then_gone(driver: Driver) -> None:
    answer = run(driver, "world.scratch")
    assert answer.failure == ""
    assert not Path(str(answer.outputs["value"])).exists()


def held(driver: Driver, layer: str, version: int = 0) -> None:
    """Go on where the kernel grants a layer, Landlock's in some version at least; else skip, saying so."""
    granted = [each for each in driver.run([FINE])[0].held if each.startswith(layer)]
    if not granted or version > int("".join(filter(str.isdigit, granted[0])) or 0):
        pytest.skip(f"this kernel does not grant the layer {layer!r} {version or ''}, and a measurement says so")


def test_a_proof_cannot_write_elsewhere(driver: Driver, folder: Path, tmp_path: Path) -> None:
    held(driver, "writes")
    for place in (folder / "fine.py", tmp_path / "new"):
        assert run(driver, "world.writes", arguments={"path": str(place)}).failure.startswith("PermissionError")
    assert "evil" not in (folder / "fine.py").read_text()
    assert not (tmp_path / "new").exists()


def test_a_proof_cannot_kill_its_server(driver: Driver) -> None:
    held(driver, "writes", version=6)
    assert run(driver, "murder.parent").failure.startswith("PermissionError")


def test_the_network_ends_at_loopback(driver: Driver) -> None:
    held(driver, "network")
    assert run(driver, "world.loopback").outputs == {"value": "hello"}
    assert run(driver, "world.internet").failure.startswith("OSError: [Errno 101]")


def test_a_proof_cannot_write_into_the_home_folder(driver: Driver) -> None:
    held(driver, "writes")
    place = Path.home() / ".deckforge-isolation-test"
    assert run(driver, "world.writes", arguments={"path": str(place)}).failure.startswith("PermissionError")
    assert not place.exists()


def test_a_proof_cannot_look_into_the_home_folder(driver: Driver) -> None:
    held(driver, "reads")
    answer = run(driver, "table.finds", arguments={"path": str(Path(pwd.getpwuid(os.getuid()).pw_dir))})
    assert answer.failure.startswith("PermissionError")
    assert run(driver, "table.finds", arguments={"path": "/etc"}).outputs


def test_a_proof_reads_the_data_that_it_declares(driver: Driver, folder: Path) -> None:
    held(driver, "reads")
    for name in ("one.csv", "more/two.csv"):
        (folder / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "data" / name).write_text(name)
    arguments = {"path": "data/one.csv"}
    failure = run(driver, "table.reads", arguments=arguments).failure
    assert 'declare the data that a proof reads, @proof(reads=("data/one.csv",))' in failure
    assert run(driver, "table.reads", arguments=arguments, reads=("data/one.csv",)).outputs == {"value": "one.csv"}
    arguments = {"path": "data/more/two.csv"}
    assert run(driver, "table.reads", arguments=arguments, reads=("data/one.csv",)).failure
    assert run(driver, "table.reads", arguments=arguments, reads=("data/more",)).outputs == {"value": "more/two.csv"}


def test_a_proof_cannot_read_its_lesson(tmp_path: Path, folder: Path, driver: Driver) -> None:
    """It could return what the lesson says, whatever is measured."""
    held(driver, "reads")
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "lesson.md").write_text("[42](claim:table.reads.value)")
    shutil.copytree(folder, tmp_path / "verify")
    with Driver(tmp_path / "verify", preload=False) as other:
        arguments = {"path": "../content/lesson.md"}
        answers = other.run([Request("verify.table", "reads", arguments), Request("verify.calls", "memory_file")])
    assert answers[0].failure.startswith("PermissionError")
    assert answers[1].outputs == {"value": "hello"}, "what is imported can still be read"


AF_PACKET, AF_ALG, AF_VSOCK, CLONE_NEWUTS = 17, 38, 40, 0x04000000


@pytest.mark.parametrize("family", [AF_PACKET, AF_ALG, AF_VSOCK])
def test_sockets_are_local_or_of_its_own_network(driver: Driver, family: int) -> None:
    held(driver, "calls")
    assert run(driver, "calls.socket_of", arguments={"family": family}).failure.startswith("PermissionError")
    assert run(driver, "calls.socket_of", arguments={"family": int(socket.AF_UNIX)}).outputs


def test_without_a_network_of_its_own_a_proof_has_none(folder: Path, driver: Driver) -> None:
    held(driver, "calls")
    with Driver(folder, layers=("limits", "calls"), preload=False) as other:
        internet, local = other.run(
            [
                Request("verify.calls", "socket_of", {"family": int(family)})
                for family in (socket.AF_INET, socket.AF_UNIX)
            ]
        )
    assert internet.failure.startswith("PermissionError")
    assert local.outputs


def test_calls_that_no_proof_needs_are_refused(driver: Driver) -> None:
    held(driver, "calls")
    assert run(driver, "calls.trace").outputs == {"value": -1}
    if platform.machine() != "x86_64":
        pytest.skip("the numbers below are those of x86-64")
    refused = {"ptrace": 101, "bpf": 321, "mount": 165, "unshare": 272, "keyctl": 250, "perf_event_open": 298}
    numbers = {**refused, "clone": 56, "io_uring_setup": 425, "x32 ptrace": 0x40000000 + 521}
    wanted = [
        Request("verify.calls", "call", {"number": number, "first": CLONE_NEWUTS if name == "clone" else 0})
        for name, number in numbers.items()
    ]
    found = dict(zip(numbers, (answer.outputs.get("value") for answer in driver.run(wanted)), strict=True))
    expected = {**dict.fromkeys(refused, errno.EPERM), "clone": errno.EPERM}
    assert found == {**expected, "io_uring_setup": errno.ENOSYS, "x32 ptrace": errno.ENOSYS}


def test_what_cuda_and_threads_need_is_left(driver: Driver) -> None:
    assert run(driver, "calls.memory_file").outputs == {"value": "hello"}
    assert run(driver, "nasty.leaves_threads").outputs


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_has_the_numbers_that_the_kernel_has(machine: str) -> None:
    """Compared with the table of libseccomp, where that is installed."""
    name = ctypes.util.find_library("seccomp")
    if name is None:
        pytest.skip("libseccomp is not installed: its table of numbers is what this compares with")
    resolve = ctypes.CDLL(name).seccomp_syscall_resolve_name_arch
    architecture, table = calls._TABLES[machine]
    assert {call: resolve(ctypes.c_uint32(architecture), call.encode()) for call in table} == table


def test_on_an_unknown_machine_there_is_no_filter() -> None:
    assert calls.program("pdp11", calls.LOCAL) == b""
    assert len(calls.program("x86_64", calls.LOCAL)) % 8 == 0


def test_a_proof_sees_no_secrets(driver: Driver) -> None:
    assert run(driver, "world.sees", arguments={"name": "GITHUB_TOKEN"}).outputs == {"value": "nothing"}
    assert run(driver, "world.sees", arguments={"name": "PATH"}).outputs == {"value": os.environ["PATH"]}


def test_the_server_has_one_thread(driver: Driver) -> None:
    """A second one would not survive the fork, and whoever waits for it would wait forever."""
    assert run(driver, "world.threads").outputs == {"value": 1}


def test_a_proof_that_takes_the_server_down_fails_alone(folder: Path) -> None:
    """Without the layers that forbid it: the others are measured on a new server, in the old order."""
    requests = [TRIPLE, Request("verify.murder", "parent"), TRIPLE]
    with Driver(folder, layers=("limits",), preload=False) as driver:
        answers = driver.run(requests, jobs=2)
        assert [answer.outputs for answer in answers] == [{"value": 6.0}, {}, {"value": 6.0}]
        assert answers[1].failure == TAKEN_DOWN
        assert driver.starts > 1
        assert descendants(driver) == []


def test_a_proof_that_freezes_the_server_fails_too(folder: Path) -> None:
    with Driver(folder, layers=("limits",), grace=1.0, preload=False) as driver:
        assert driver.run([Request("verify.murder", "freeze", timeout=1.0)])[0].failure == TAKEN_DOWN


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_an_end_in_the_middle_leaves_no_process_and_no_folder(folder: Path, tmp_path: Path, sent: int) -> None:
    script = tmp_path / "interrupted.py"
    script.write_text(
        textwrap.dedent(f"""
        import sys
        from pathlib import Path
        from deckforge.verify.driver import Driver, Request
        with Driver(Path({str(folder)!r}), preload=False) as driver:
            driver.run([Request("verify.murder", "triple")])
            print(driver._mark, driver._scratch, flush=True)
            waits = Request("verify.murder", "waits")
            driver.run([waits, Request("verify.crowd", "daemon"), waits], jobs=2)
        """)
    )
    process = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    mark, scratch = process.stdout.readline().split()
    time.sleep(0.1)
    process.send_signal(sent)
    _, errors = process.communicate(timeout=60)
    assert ("KeyboardInterrupt" in errors) is (sent == signal.SIGINT)

    def left() -> list[str]:
        alive = [
            entry for entry in Path("/proc").iterdir() if entry.name.isdecimal() and mark.encode() in _environ(entry)
        ]
        return [entry.name for entry in alive] + [scratch] * Path(scratch).exists()

    until = time.monotonic() + 60  # a server whose driver was killed cleans up by itself, in its own time
    while left() and time.monotonic() < until:
        time.sleep(0.01)
    assert left() == []


def _environ(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""
