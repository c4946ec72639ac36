"""What runs one submission inside the sandbox: imports its modules, calls its functions, knows nothing of tests.

A guest serves calls over a channel of its own until the channel closes. Forked by `zygote`, once it is shut in.
"""

from __future__ import annotations

import importlib
import os
import resource
import shutil
import sys
import tempfile
import time
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import torch

from autograder.sandbox import ordinary, protocol
from autograder.sandbox.cutting import cut
from autograder.sandbox.raising import by_a_statement, only_raises
from autograder.sandbox.streams import Kept, Streams
from autograder.sandbox.worlds import Worlds, set_seeds

PACKAGE, KIT = "exercises", "kit"
PROBES = "probes"  # a module of the kit by which tests set and read what a submission holds


# ---------------------------------------------------------------- one submission


class Handles:
    """What a submission returned that is not data, kept here under numbers that no other guest gives out."""

    def __init__(self, guest: int) -> None:
        self.next = guest * 10**6
        self.kept: dict[int, tuple[str, Any]] = {}  # with the module that each came from

    def keep(self, home: str, value: Any) -> dict[str, Any]:
        self.kept[self.next] = home, value
        self.next += 1
        return {"$": "handle", "id": self.next - 1, "type": type(value).__name__}

    def open(self, tree: dict[str, Any]) -> Any:
        return self.find(tree["id"])[1]

    def find(self, number: int) -> tuple[str, Any]:
        if number not in self.kept:
            raise Missing("the process that held this object has been ended")
        return self.kept[number]


class Printed:
    """Streams for a submission, of which the first bytes of each call are kept."""

    def __init__(self, limit: int):
        self._kept = Kept(limit)
        self._streams = Streams(self._kept.add, self._kept.add)

    def begin(self) -> None:
        self._streams.install()
        sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc, assignment]
        self._kept.take()

    def end(self) -> str:
        self._streams.flush()
        return self._kept.take()


class _Submission(NamedTuple):
    home: Path
    kit_root: Path
    handles: Handles
    printed: Printed
    worlds: Worlds


def serve(channel: int, limits: dict[str, float], settings: dict[str, Any]) -> None:
    """Write the submission's files, then answer calls until the channel closes; ends the process."""
    channel = _leave_only(channel)
    home = Path(tempfile.mkdtemp(prefix="submission-", dir=settings["tmp"]))
    try:
        os.chdir(home)
        read, write = _reader(channel), _writer(channel)
        start, _ = protocol.decode(read, 0)
        _write_files(home, start["files"])
        torch.set_num_threads(
            int(settings["threads"])
        )  # here, for it starts threads, and only one may enter namespaces
        ordinary.settle()
        sys.path[:0] = [settings["kit_root"], str(home)]
        submission = _Submission(
            home,
            Path(settings["kit_root"]),
            Handles(start["guest"]),
            Printed(int(limits["output_kb"] * 1024)),
            Worlds(alone=True),
        )
        write(protocol.encode({"ready": True}, {}))  # from here on a failure is the submission's
        while True:
            request, tensors = protocol.decode(read, 2**40)
            _allow_cpu(limits)
            write(_answer(request, tensors, submission))
    except EOFError:
        pass
    finally:
        if not settings["isolated"]:
            shutil.rmtree(home, ignore_errors=True)
        os._exit(0)


def _leave_only(channel: int) -> int:
    """Close every descriptor but the channel, which becomes 3; 0, 1 and 2 lead nowhere."""
    os.dup2(channel, 3)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.closerange(4, resource.getrlimit(resource.RLIMIT_NOFILE)[0] + 4096)
    return 3


def _reader(channel: int) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        data = bytearray(size)
        view = memoryview(data)
        while view:
            came = os.readv(channel, [view])
            if not came:
                raise EOFError
            view = view[came:]
        return bytes(data)

    return read


def _writer(channel: int) -> Callable[[bytes], None]:
    def write(data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(channel, view) :]

    return write


def _write_files(home: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = home / PACKAGE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="surrogateescape", newline="")


def _allow_cpu(limits: dict[str, float]) -> None:
    used = time.process_time()
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used + limits["call_cpu_seconds"]) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


# ---------------------------------------------------------------- one call


def _answer(request: dict[str, Any], tensors: dict[str, Any], submission: _Submission) -> bytes:
    started = time.process_time()

    def message(body: dict[str, Any], tensors_back: dict[str, Any]) -> bytes:
        spent = max(0.0, time.process_time() - started)
        printed = _from_home(submission.printed.end(), submission.home)
        body |= {"id": request["id"], "printed": printed, "cpu_seconds": spent}
        return protocol.encode(body, tensors_back)

    try:
        submission.printed.begin()
        tree, tensors_back = _value(request, tensors, submission)
        return message({"value": tree}, tensors_back)
    except BaseException as error:  # whatever a submission raises, SystemExit too, is an answer
        return message({"error": _describe(error, submission.home)}, {})


def _value(request: dict[str, Any], tensors: dict[str, Any], submission: _Submission) -> tuple[Any, dict[str, Any]]:
    """What the target of a request is, what it returns when it is to be called, or whether it only raises."""
    path, handles, worlds = request["target"], submission.handles, submission.worlds
    home, found = handles.find(path["handle"]) if "handle" in path else _module(path["module"], worlds)
    with worlds.calling(home):
        found = _find(found, path, submission)
        if request["op"] == "only_raises":
            found = only_raises(found)
        elif request["op"] != "get":
            args, kwargs = protocol.unpack(request["arguments"], tensors, handles.open, protocol.records_for(found))
            set_seeds(request["seed"])
            found = found(*args, **kwargs)
            found = (found, *args) if request["op"] == "call_and_look" else found
        return protocol.pack(found, lambda value: handles.keep(home, value))


def _find(found: Any, path: dict[str, Any], submission: _Submission) -> Any:
    """What the path leads to. A name below a package of the kit may be that of a module: `kit.folder.plots.f`."""
    of_kit = path.get("module", "").startswith(f"{KIT}.")
    for at, name in enumerate(path["names"]):
        if of_kit and name == PROBES:
            found = _probes(submission.kit_root, [path["module"], *path["names"][: at + 1]])
        elif "handle" in path or hasattr(found, name):
            found = getattr(found, name)
        elif of_kit and hasattr(found, "__path__"):
            _, found = _module(".".join([path["module"], *path["names"][: at + 1]]), submission.worlds)
        else:
            raise Missing(f"{path['module'].split('.')[-1]}.py has no `{name}`")
    return found


def _probes(root: Path, names: list[str]) -> types.ModuleType:
    """The kit's probes, made from their file for each call: those that a submission can import it could replace."""
    full = ".".join([PACKAGE, *names])
    path = root.joinpath(*full.split(".")).with_suffix(".py")
    if not path.is_file():
        raise Missing(f"there is no {full}")
    probes = types.ModuleType(full)
    exec(compile(path.read_bytes(), str(path), "exec"), vars(probes))
    return probes


class Missing(Exception):
    """The submission has no such module or function."""


def _module(name: str, worlds: Worlds) -> tuple[str, Any]:
    full = f"{PACKAGE}.{name}"
    if full in sys.modules:
        return full, sys.modules[full]
    try:
        with worlds.importing(full):
            set_seeds(0)
            return full, importlib.import_module(full)
    except ModuleNotFoundError as error:
        if error.name and f"{full}.".startswith(f"{error.name}."):
            raise Missing(f"there is no {name.replace('.', '/')}.py in the submission") from None
        raise ImportProblem(error) from error
    except BaseException as error:
        raise ImportProblem(error) from error


class ImportProblem(Exception):
    """A module of the submission could not be imported; the argument is why."""


def _describe(error: BaseException, home: Path) -> dict[str, Any]:
    kind = "error"
    if isinstance(error, ImportProblem):
        kind, error = "import", error.args[0]
    elif isinstance(error, Missing):
        kind = "missing"
    elif isinstance(error, NotImplementedError) and _raised_in(error, home):
        kind = "not_started"
    if isinstance(error, MemoryError) or "DefaultCPUAllocator" in _text(error):
        kind = "out_of_memory"
    nearest = next(c.__name__ for c in type(error).__mro__ if c.__module__ == "builtins")
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(str(home))]
    for frame in frames:
        frame.filename = os.path.relpath(frame.filename, home)
    where = {"file": frames[-1].filename, "line": frames[-1].lineno, "function": frames[-1].name} if frames else None
    if isinstance(error, SyntaxError) and str(error.filename).startswith(str(home)):
        where = {"file": os.path.relpath(str(error.filename), home), "line": error.lineno}
    lines = traceback.format_list(frames[-12:]) + traceback.format_exception_only(error)
    message, text = _from_home(_text(error), home), _from_home("".join(lines), home)
    return {
        "kind": kind, "type": nearest, "message": cut(message, *protocol.MESSAGE),
        "traceback": cut(text, *protocol.TRACEBACK, begin=0.25), "where": where,
    }  # fmt: skip


def _from_home(text: str, home: Path) -> str:
    """A text in which the submission's files have the paths that its author knows; `home` is another in each guest."""
    return text.replace(f"{home}{os.sep}", "")


def _raised_in(error: BaseException, home: Path) -> bool:
    """Whether a line of the submission raises it, and not a library that it calls."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and frames[-1].filename.startswith(str(home)) and by_a_statement(error)


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return "(its message could not be read)"
