"""A process beside a run that outlives it, whatever ended it, and takes away what it had not finished.

`python sweeper.py OUT TEMPORARY` waits until its standard input ends, which it does with the run, and then removes the
run's temporary folder and, from the folder of a class, files that were not finished. Needs nothing but Python's own
library: it is no part of the engine that it sweeps up after.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

OWN = ".lmi"
WRITING = "writing"  # locked, shared, by whoever writes into the folder
DRAFT = re.compile(r"\..*\.[0-9a-f]{8}\.tmp")  # as autograder.files calls what is not whole
PATIENCE = 10.0


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """While nobody writes into the folder of a class."""
    at = os.open(out / OWN / WRITING, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(at, fcntl.LOCK_EX)
        yield
    finally:
        os.close(at)


def sweep(out: Path) -> None:
    """Remove from the folder of a class what someone who was killed had not finished; nobody may be writing."""
    for folder in _folders(out):
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if DRAFT.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    os.unlink(entry.path)


def _folders(out: Path) -> Iterator[Path]:
    yield from (out, out / OWN)
    for parent in (out, out / OWN):
        with suppress(OSError):
            yield from (Path(entry.path) for entry in os.scandir(parent) if entry.is_dir(follow_symlinks=False))


def _remove(folder: Path) -> None:
    """Until it is gone: what is ending may still put something there."""
    deadline = time.monotonic() + PATIENCE
    while folder.exists() and time.monotonic() < deadline:
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.05)


def main(out: Path, temporary: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    _remove(temporary)
    with suppress(OSError), alone(out):
        sweep(out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
