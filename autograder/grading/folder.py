"""The folder of a class as one run's own: nobody else grades into it meanwhile, and what a run leaves is swept up.

`.lmi/lock` is locked by the run that has the folder and names it. Whoever writes a submission's files locks
`.lmi/writing` meanwhile, shared, and looks whether the folder is still its run's: a worker that outlives a killed run
by a moment cannot write into the next one's. Two kernel locks, which end with the processes that hold them.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.grading import sweeper
from autograder.grading.sweeper import OWN, WRITING

LOCK = "lock"
TEMPORARY = "lmi-run-"
_mine: dict[Path, str] = {}  # folders that this process has, and for which run


class FolderTaken(OSError):
    """Another run has the folder; the text says which, and what to do."""


@contextmanager
def claimed(out: Path, run: str) -> Iterator[None]:
    """Have the folder for this run, alone, with temporary files in a place that goes with it.

    Raises FolderTaken. Inside another `claimed` of the same run it does nothing.
    """
    if _mine.get(out) == run:
        yield
        return
    (out / OWN).mkdir(parents=True, exist_ok=True)
    lock = os.open(out / OWN / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        _take(lock, out)
        with sweeper.alone(out):  # what is left of a run that was killed has ended, or is kept out from here on
            _write_owner(lock, run)
            sweeper.sweep(out)
        _mine[out] = run
        with _swept(out):
            yield
    finally:
        _mine.pop(out, None)
        os.close(lock)


@contextmanager
def writing(out: Path, run: str) -> Iterator[None]:
    """While this run writes into the folder. Raises FolderTaken when it is another's by now."""
    (out / OWN).mkdir(parents=True, exist_ok=True)
    at = os.open(out / OWN / WRITING, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(at, fcntl.LOCK_SH)
        owner = _owner(out)
        if owner.get("run", run) != run:
            raise FolderTaken(f"{out}: another run has taken this folder over ({_told(owner)})")
        yield
    finally:
        os.close(at)


def is_of(out: Path, run: str) -> bool:
    """Whether this run has the folder, as far as can be seen from here."""
    return bool(_owner(out).get("run") == run)


def sweep(out: Path) -> None:
    """Remove what a worker that was killed had not finished."""
    with sweeper.alone(out):
        sweeper.sweep(out)


def _take(lock: int, out: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        who = _told(_owner(out))
        raise FolderTaken(
            f"{out}: another run is working in this folder ({who}). Wait until it has ended, or choose another folder."
        ) from None
    except OSError as error:
        why = f"{out}: this file system cannot keep two runs apart ({error.strerror})"
        raise FolderTaken(f"{why}. Choose a folder on another one.") from None


def _write_owner(lock: int, run: str) -> None:
    started = datetime.now(UTC).isoformat(timespec="seconds")
    text = json.dumps({"run": run, "process": os.getpid(), "machine": socket.gethostname(), "started": started})
    os.ftruncate(lock, 0)
    os.pwrite(lock, text.encode(), 0)


def _owner(out: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        found = json.loads((out / OWN / LOCK).read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return found
    return {}


def _told(owner: dict[str, Any]) -> str:
    if not owner:
        return "it does not say which"
    return f"process {owner.get('process')} on {owner.get('machine')}, since {owner.get('started')}"


# ---------------------------------------------------------------- what a run leaves behind


@contextmanager
def _swept(out: Path) -> Iterator[None]:
    """Temporary files lie in a folder of this run's, and a process of its own takes it away, however the run ends."""
    _clear_earlier()
    place = Path(tempfile.mkdtemp(prefix=TEMPORARY))
    place.chmod(0o711)  # guests that are users of their own go through it to what is theirs
    held = os.open(place / "new", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(held, fcntl.LOCK_EX)
    os.rename(place / "new", place / LOCK)  # it is never there and not locked while this run is
    before = os.environ.get("TMPDIR"), tempfile.tempdir
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", sweeper.__file__, str(out), str(place)],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True, cwd="/",
    )  # fmt: skip
    try:
        os.environ["TMPDIR"], tempfile.tempdir = str(place), None
        yield
    finally:
        tempfile.tempdir = before[1]
        os.environ.pop("TMPDIR")
        if before[0] is not None:
            os.environ["TMPDIR"] = before[0]
        os.close(held)
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def _clear_earlier() -> None:
    """Remove the temporary folders of runs that ended with the whole machine."""
    for place in Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*"):
        with suppress(OSError):
            held = os.open(place / LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if place.lstat().st_uid == os.getuid():
                    shutil.rmtree(place, ignore_errors=True)
            finally:
                os.close(held)


@contextmanager
def interruptible() -> Iterator[None]:
    """A terminal that closes and a polite `kill` end what is inside like Ctrl-C. For the main thread."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
