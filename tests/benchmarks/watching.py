"""A run of `lmi grade` looked at from outside: what it uses while it grades, and what it leaves."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
LMI = [sys.executable, "-c", "from autograder.cli import main; main()"]
EVERY = 1.0  # seconds between two looks
GONE = 30.0  # seconds after which what is left is left for good
MIB = 2**20


@dataclass(frozen=True)
class Look:
    """What a run uses at one moment. Memory in MiB, as RSS; `processor` in seconds, of all its processes so far."""

    seconds: float
    graded: int
    parent: float
    worker: float  # the largest
    descriptors: int  # of the parent
    worker_descriptors: int  # of the worker that has most
    processes: int
    processor: float  # less at the very end: what has ended under bubblewrap is nobody's child any more


@dataclass
class Watched:
    """A finished run: its exit status, what it printed, looks at it in their order, and what it left behind."""

    status: int
    printed: str
    seconds: float
    looks: list[Look]
    left: list[str] = field(default_factory=list)

    def grading(self, count: int) -> list[Look]:
        """The looks from the first submission done to the last."""
        return [look for look in self.looks if 0 < look.graded < count]


class _Family:
    """All processes that a run has started, while it runs and after.

    `mark` is a part of the course's path that no other has: what escaped can be told by it, for a sandbox shows its
    guests the course's kit, and its mounts name it.
    """

    def __init__(self, run: subprocess.Popen[str], mark: str):
        self._run, self._mark = run, mark
        self._seen: dict[tuple[int, float], psutil.Process] = {}

    def look(self, seconds: float, graded: int) -> Look | None:
        """None when the run has just ended."""
        try:
            parent = psutil.Process(self._run.pid)
            children = parent.children(recursive=True)
            own, descriptors = parent.memory_info().rss / MIB, parent.num_fds()
        except psutil.Error:
            return None
        workers, worker_descriptors, processor = [0.0], [0], _used(parent)
        for child in children:
            with suppress(psutil.Error):
                self._seen[child.pid, child.create_time()] = child
                processor += _used(child)
                if "multiprocessing.spawn" in " ".join(child.cmdline()):
                    workers.append(child.memory_info().rss / MIB)
                    worker_descriptors.append(child.num_fds())
        return Look(
            seconds, graded, own, max(workers), descriptors, max(worker_descriptors), 1 + len(children), processor
        )

    def left(self) -> list[str]:
        """Processes that go on, with the namespaces that they keep."""
        found = {process.pid for process in self._seen.values() if _goes_on(process)}
        found |= {pid for pid in psutil.pids() if self._is_marked(pid)}
        return [f"process {pid}" for pid in sorted(found)]

    def _is_marked(self, pid: int) -> bool:
        """Whether a process of another mount namespace sees the course, or was told of it."""
        with suppress(OSError):
            place = Path("/proc", str(pid))
            told = (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
            elsewhere = os.readlink(place / "ns" / "mnt") != os.readlink("/proc/self/ns/mnt")
            return self._mark.encode() in told or (elsewhere and self._mark in (place / "mountinfo").read_text())
        return False


def _used(process: psutil.Process) -> float:
    """Processor seconds of a process, and of its children that have ended."""
    used = process.cpu_times()
    return float(used.user + used.system + used.children_user + used.children_system)


def _goes_on(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return bool(process.is_running()) and process.status() != psutil.STATUS_ZOMBIE
    return False


def watched(course: Path, out: Path, temporary: Path, arguments: Sequence[str]) -> Watched:
    """Run `lmi grade` on a course, into the folder `out`, with temporary files below `temporary`."""
    temporary.mkdir(exist_ok=True)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(temporary), "LMI_SALT": "salt"}
    mounted = _mounts(temporary)
    with open(temporary.with_suffix(".log"), "w+", encoding="utf-8") as log:
        started, looks = time.monotonic(), list[Look]()
        run = subprocess.Popen(
            [*LMI, "grade", "-o", str(out), *arguments], cwd=course, env=environment, text=True, stdout=log,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        family = _Family(run, course.parent.name)
        try:
            while run.poll() is None:
                if look := family.look(time.monotonic() - started, _done(out)):
                    looks.append(look)
                with suppress(subprocess.TimeoutExpired):
                    run.wait(EVERY)
        finally:
            run.kill()
        seconds, deadline = time.monotonic() - started, time.monotonic() + GONE
        while (left := _left(family, out, temporary)) and time.monotonic() < deadline:
            time.sleep(0.2)
        log.seek(0)
        left += [f"mount {line}" for line in _mounts(temporary) - mounted]
        return Watched(run.returncode, log.read(), seconds, looks, left)


def _done(out: Path) -> int:
    """How many submissions have a folder."""
    with suppress(FileNotFoundError), os.scandir(out) as entries:
        return sum(entry.is_dir() and not entry.name.startswith(".") for entry in entries)
    return 0


def _left(family: _Family, out: Path, temporary: Path) -> list[str]:
    files = [*temporary.iterdir(), *out.rglob("*.tmp")]
    return [*family.left(), *(f"file {path}" for path in files)]


def _mounts(below: Path) -> set[str]:
    return {line for line in Path("/proc/self/mountinfo").read_text().splitlines() if str(below) in line}
