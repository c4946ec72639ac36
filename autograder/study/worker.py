"""The process in which `lmi watch` runs tests: everything slow is imported before the first save.

It reads a JSON line for each check, `{"ticket", "steps"}`, and answers with one, `{"ticket", "run"}`. Each check needs
fresh modules. On Linux it is a fork of this process, which stays as it was; elsewhere this process does one check and
ends, and the next was started meanwhile (`recheck`). A new request, or the end of input, ends a check that still runs.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from autograder.sandbox import import_often_used

PRELOADED = (
    "torch", "numpy", "safetensors.torch", "pytest", "pytest_jsonreport.plugin",
    "autograder.testing.plugin", "autograder.testing.verdict", "autograder.learner", "autograder.expect",
    "autograder.study.running",
)  # fmt: skip
NOT_PRELOADED = {"exercises", "reference", "tests", "conftest"}


def main() -> None:
    """Serve until the input ends."""
    sys.dont_write_bytecode = True  # its check of a file's age is too coarse for two saves in a second
    requests, answers = _take_channel()
    for name in PRELOADED:
        importlib.import_module(name)
    import_often_used()
    root = Path.cwd()
    _say(answers, {"forks": can_fork()})
    for request in _lines(requests):
        if can_fork():
            _check_in_fork(root, request, requests, answers)
        else:
            _say(answers, {"ticket": request["ticket"], "run": _check(root, request["steps"])})
            return


def can_fork() -> bool:
    """Whether a fork is safe after importing torch, and its end can be waited for together with the input."""
    if sys.platform != "linux":
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return False
    return True


def _take_channel() -> tuple[int, int]:
    """Keep standard input and output for the protocol; a learner's code finds both empty."""
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    return requests, answers


def _lines(requests: int) -> Iterator[dict[str, Any]]:
    """Requests, read without a buffer that `select` would not know of."""
    line = b""
    while byte := os.read(requests, 1):
        line += byte
        if byte == b"\n":
            yield json.loads(line)
            line = b""


def _say(answers: int, message: dict[str, Any]) -> None:
    data = json.dumps(message).encode() + b"\n"
    while data:
        data = data[os.write(answers, data) :]


def _check(root: Path, ids: list[str]) -> dict[str, Any]:
    """What the public tests of some steps find, as data."""
    from autograder.course import CourseError, load_course
    from autograder.study.running import Run, run_tests

    try:
        course = load_course(root)
        return run_tests(course, [course.step(id) for id in ids]).as_data()
    except (CourseError, LookupError) as error:
        return Run(problem=str(error.args[0])).as_data()


# ---------------------------------------------------------------- a fork for each check


def _check_in_fork(root: Path, request: dict[str, Any], requests: int, answers: int) -> None:
    with tempfile.TemporaryFile() as result:
        child = os.fork()
        if child == 0:
            _be_the_child(root, request, result, requests, answers)
        if not _ended_first(child, requests):
            _end(child)
            return
        _end(child)
        result.seek(0)
        written = result.read()
    found = json.loads(written) if written else {"run": {"findings": [], "problem": ENDED}, "imported": []}
    _say(answers, {"ticket": request["ticket"], "run": found["run"]})
    for name in found["imported"]:
        with suppress(Exception):  # it only saves time
            importlib.import_module(name)


ENDED = "The process that ran the tests ended in the middle: your code ended it, or ran out of memory."


def _be_the_child(root: Path, request: dict[str, Any], result: IO[bytes], requests: int, answers: int) -> None:
    try:
        os.setsid()
        os.close(requests)
        os.close(answers)
        run = _check(root, request["steps"])
        result.write(json.dumps({"run": run, "imported": _imported(root)}).encode())
        result.flush()
    finally:
        os._exit(0)


def _imported(root: Path) -> list[str]:
    """Packages that the check brought in: the next one need not wait for them."""
    names = {name.partition(".")[0] for name in list(sys.modules)} - NOT_PRELOADED - sys.stdlib_module_names
    return sorted(name for name in names if _is_installed(name, root))


def _is_installed(name: str, root: Path) -> bool:
    file = getattr(sys.modules.get(name), "__file__", None)
    return isinstance(file, str) and "site-packages" in Path(file).parts and root not in Path(file).parents


def _ended_first(child: int, requests: int) -> bool:
    """Wait until the child ends (true), or there is something to read: a new request or the end (false)."""
    watched = os.pidfd_open(child)
    try:
        ready, _, _ = select.select([watched, requests], [], [])
        return watched in ready
    finally:
        os.close(watched)


def _end(child: int) -> None:
    """End a check and whatever it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


if __name__ == "__main__":
    main()
    os._exit(0)  # there is nothing to tidy up, and tidying up torch takes a while
