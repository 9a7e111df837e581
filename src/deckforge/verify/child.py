"""One run of one proof, in a process that exists for nothing else.

The server forks; `run` confines the new process, imports the proof's module, calls the proof, checks what it returned,
and reports. A report is one line of JSON for each thing that has happened so far (`held`, `imported`, then `outputs` or
`failure`), so that the server knows how far a process came that says nothing any more.
"""

from __future__ import annotations

import gc
import hashlib
import importlib
import json
import math
import os
import random
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from deckforge.measures import Measure
from deckforge.verify import limits, modules, notes

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACES = (
    "HOME", "TMPDIR", "TEMP", "TMP", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR", "TORCH_HOME",
    "TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR", "TRITON_HOME", "CUDA_CACHE_PATH", "TORCH_EXTENSIONS_DIR",
)  # fmt: skip
"""Environment variables that tell libraries where to write; all of them are the scratch folder."""

NOT_SETTLED = 70
"""Exit code of a process that could not even leave the server's files behind."""
NOT_HEARD = 71
"""Exit code of a process that could not report, because its proof had closed or replaced what reports go through."""
TEXT_LIMIT = 10_000
SAMPLES_LIMIT = 20_000


class NotAnOutput(Exception):  # noqa: N818 - reads as what it says
    """What a proof returned is no output; the text says in one line what to do."""


def run(request: Mapping[str, Any], report: int, output: int, scratch: str, server: int) -> NoReturn:
    """Run a proof and end the process. `report` and `output` are open for writing; nothing here returns."""
    try:
        _settle(output, report, scratch, server)
    except BaseException:
        os._exit(NOT_SETTLED)  # nothing can be reported yet
    report_to = _Report(request["token"])
    try:
        _work(request, scratch, report_to)
    except BaseException as error:  # whatever it is, it is what has to be told
        limits.allow_a_report()
        report_to.say(_failure(error, request))
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError, AttributeError):
                continue
        os._exit(0)


def seed_of(proof: str, arguments: Mapping[str, object], process: int = 0) -> int:
    """Return the seed of a run: the same proof with the same arguments draws the same numbers everywhere.

    Of a proof that is repeated, each process draws its own.
    """
    text = json.dumps([proof, sorted(arguments.items()), *([process] if process else [])])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


_REPORT = 3
"""The descriptor that reports go to, after everything that came with the fork is closed."""


class _Report:
    """Where reports go. Each carries a token, so that what a proof writes there by mistake is no report."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._pipe = self._identity()

    def say(self, message: Mapping[str, object]) -> None:
        """Report something, or end the process where nobody would hear it."""
        data = json.dumps({"token": self._token, **message}, allow_nan=False).encode() + b"\n"
        if self._identity() != self._pipe:
            os._exit(NOT_HEARD)
        while data:
            data = data[os.write(_REPORT, data) :]

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = os.fstat(_REPORT)
        except OSError:
            return None
        return found.st_dev, found.st_ino


def _settle(output: int, report: int, scratch: str, server: int) -> None:
    """Leave the server's session and files behind."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    # Out of the way first: either pipe may have been opened as one of the numbers that it must become.
    output, report = os.dup(output), os.dup(report)
    for source, target in ((nothing, 0), (output, 1), (output, 2), (report, 64)):
        os.dup2(source, target)
    os.dup2(64, _REPORT, inheritable=False)
    os.closerange(_REPORT + 1, 2**16)
    os.chdir(scratch)
    os.environ.update(dict.fromkeys(PLACES, scratch))
    tempfile.tempdir = None
    if os.getppid() != server:
        os._exit(0)


def _work(request: Mapping[str, Any], scratch: str, report: _Report) -> None:
    cuda = request["device"] == "cuda"
    held = limits.confine(
        scratch,
        request["readable"],
        request["listed"],
        wanted=request["layers"],
        timeout=request["timeout"],
        memory=request["memory"],
        cuda=cuda,
    )
    # After the new user namespace, since a change of credentials clears it.
    limits.die_with_parent(signal.SIGKILL)
    report.say({"held": held})

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.enable()
    seed = seed_of(request["proof"], request["arguments"], request.get("process", 0))
    _seed(seed, cuda=cuda)

    program = request["program"]
    if program and program["notes"] is not None:
        importlib.import_module(modules.PACKAGE)
        report.say({"imported": True})
        _seed(seed, cuda=cuda)
        outputs, faults = notes.run(request["module"], program["notes"])
        report.say({"outputs": outputs, "faults": faults, "samples": {}, "method": "run"})
        return
    module = importlib.import_module(request["module"])
    report.say({"imported": True})
    function = getattr(module, request["function"])
    _seed(seed, cuda=cuda)
    returned = function(**request["arguments"])
    alone = request.get("processes", 1) > 1
    samples = {name: _trial(value, alone=alone) for name, value in _measures(returned)}
    outputs, faults = _outputs(returned, request["outputs"])
    measure = sys.modules.get("deckforge.measure")
    methods = [value.method for _, value in _measures(returned)] + (measure.METHODS if measure else [])
    method = " + ".join(dict.fromkeys(filter(None, methods))) or ("cuda" if cuda else "run")
    report.say({"outputs": outputs, "faults": faults, "samples": samples, "method": method})


def _seed(seed: int, *, cuda: bool) -> None:
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed % 2**32)
    if "torch" in sys.modules:
        torch = sys.modules["torch"]
        torch.set_num_threads(1)
        # `torch.manual_seed` would look for every device first, which takes milliseconds.
        torch.default_generator.manual_seed(seed)
        if cuda:
            torch.cuda.manual_seed_all(seed)


def _outputs(returned: object, declared: list[str]) -> tuple[dict[str, object], dict[str, str]]:
    """Return what a proof returned as data, and for each output that is no number, boolean, text or samples, why.

    Raises:
        NotAnOutput: it is no mapping of the declared names.
    """
    if not isinstance(returned, dict):
        raise NotAnOutput(f"returned {_called(returned)}, not a dict of named outputs")
    if any(not isinstance(name, str) for name in returned):
        raise NotAnOutput("returned a dict whose keys are not all names")
    if not returned:
        raise NotAnOutput("returned no outputs")
    if declared and set(declared) != set(returned):
        raise NotAnOutput(f"returned {', '.join(sorted(returned))}, but declares {', '.join(sorted(declared))}")
    outputs: dict[str, object] = {}
    faults: dict[str, str] = {}
    for name, value in returned.items():
        try:
            outputs[name] = _output(name, value)
        except NotAnOutput as error:
            faults[name] = str(error)
    return outputs, faults


def _measures(returned: object) -> list[tuple[str, Measure]]:
    """Return the outputs that measures of `deckforge.proof` made."""
    if not isinstance(returned, dict):
        return []
    return [(str(name), value) for name, value in returned.items() if isinstance(value, Measure)]


def _trial(measure: Measure, *, alone: bool) -> dict[str, object]:
    """Return what a measure kept as data.

    Raises:
        NotAnOutput: it is a timing of a proof that is not run as one.
    """
    if measure.repeats and not alone:
        raise NotAnOutput("times something in one process, beside others: write @proof(processes=10)")
    for name, values in measure.series.items():
        _samples(name, list(values))
    series = {name: [float(value) for value in values] for name, values in measure.series.items()}
    return {"rule": measure.rule, "series": series, "facts": dict(measure.facts)}


def _output(name: str, value: Any) -> object:
    if isinstance(value, Measure):
        value = value.value
    if hasattr(value, "dtype") and hasattr(value, "item") and not hasattr(value, "requires_grad"):
        shape = tuple(getattr(value, "shape", ()))
        value = value.item() if shape == () else value  # a numpy scalar is a number by another name
    if isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        if len(value) > TEXT_LIMIT:
            raise NotAnOutput(f"output {name} is a text of {len(value)} characters, and {TEXT_LIMIT} are the limit")
        return value
    if isinstance(value, float):
        return _finite(name, value)
    if isinstance(value, list | tuple):
        return _samples(name, value)
    raise NotAnOutput(f"output {name} is {_called(value)}{_instead(value)}")


def _samples(name: str, values: list[Any] | tuple[Any, ...]) -> list[float]:
    if not values or len(values) > SAMPLES_LIMIT:
        raise NotAnOutput(f"output {name} has {len(values)} samples; it takes 1 to {SAMPLES_LIMIT}")
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise NotAnOutput(f"output {name} holds {_called(value)} among its samples, which are plain numbers")
    return [_finite(name, float(value)) for value in values]


def _finite(name: str, value: float) -> float:
    if not math.isfinite(value):
        raise NotAnOutput(f"output {name} is {value}, which is no measurement")
    return value


def _called(value: object) -> str:
    if value is None:
        return "None"
    if hasattr(value, "dtype"):
        kind = "a tensor" if hasattr(value, "requires_grad") else "an array"
        return f"{kind} of shape {tuple(getattr(value, 'shape', ()))}"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _instead(value: Any) -> str:
    if hasattr(value, "dtype"):
        size = math.prod(getattr(value, "shape", ()))
        return ": return .item()" if size == 1 else ": return a number of it, or .tolist() for samples"
    return ": return a number, a boolean, a text, or a list of samples"


def _failure(error: BaseException, request: Mapping[str, Any]) -> dict[str, object]:
    """Return a failure in one line, with the part of the traceback that is the author's."""
    try:
        return _told(error, request)
    except Exception:  # an error may be so broken that it cannot even be told
        return {"failure": f"{type(error).__name__}, which cannot be shown", "trace": ""}


def _told(error: BaseException, request: Mapping[str, Any]) -> dict[str, object]:
    if isinstance(error, NotAnOutput):
        return {"failure": str(error), "trace": ""}
    if _is_out_of_memory(error):
        cuda = request["device"] == "cuda"
        allowed = "the GPU has" if cuda else f"the {_size(request['memory'])} that it may use"
        raise_it = "" if cuda else '; raise it with @proof(memory="…")'
        return {"failure": f"needs more memory than {allowed}{raise_it}", "trace": _trace(error, request)}
    first = (str(error).strip().splitlines() or [""])[0][:300]
    message = f"{type(error).__name__}: {first}" if first else type(error).__name__
    if own := _undeclared(error, request):
        message = f'{message}: declare the data that a proof reads, @proof(reads=("{own}",))'
    place = _place(error, request["root"])
    return {"failure": f"{message} ({place})" if place else message, "trace": _trace(error, request)}


def _undeclared(error: BaseException, request: Mapping[str, Any]) -> str:
    """Return the path below `verify/` of a file that was refused because the proof does not declare it, or `""`."""
    if not isinstance(error, PermissionError) or not isinstance(error.filename, str):
        return ""
    path = Path(error.filename).resolve()
    folder = Path(request["root"], "verify")
    return path.relative_to(folder).as_posix() if folder in path.parents and path.exists() else ""


def _is_out_of_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError | OSError) and "annot allocate memory" in str(error).replace(
        "can't", "cannot"
    )


def _size(size: int) -> str:
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size >= unit:
            return f"{size / unit:g} {name}"
    return f"{size} bytes"


def _relative(path: str, root: str) -> str | None:
    return path[len(root) + 1 :].replace(os.sep, "/") if path.startswith(root + os.sep) else None


def _place(error: BaseException, root: str) -> str:
    """Return `file:line` of the innermost frame that is the course's own, or of its line that does not parse."""
    if isinstance(error, SyntaxError) and error.filename and _relative(error.filename, root):
        return f"{_relative(error.filename, root)}:{error.lineno}"
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if own := _relative(frame.filename, root):
            place = f"{own}:{frame.lineno}"
    return place


def _trace(error: BaseException, request: Mapping[str, Any]) -> str:
    """Return the frames from the course's own first one on, at most twelve, and the error itself."""
    frames = traceback.extract_tb(error.__traceback__)
    root = request["root"]
    own = [number for number, frame in enumerate(frames) if _relative(frame.filename, root)]
    shown = frames[own[0] :] if own else frames[-2:]
    if len(shown) > 12:
        shown = [*shown[:6], *shown[-6:]]
    lines = []
    for frame in shown:
        name = _relative(frame.filename, root) or "/".join(Path(frame.filename).parts[-3:])
        lines += [f"{name}:{frame.lineno}, in {frame.name}", f"    {frame.line}"]
    lines += [line.rstrip() for line in traceback.format_exception_only(error)]
    return "\n".join(lines)[:4000]
