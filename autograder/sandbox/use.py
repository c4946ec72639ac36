"""What a guest uses, as the host sees it: its processes, and the memory that they hold between them.

On Linux a page counts once, whoever shares it, and not at all where the zygote has it, too. Where the host may not see
who shares what (root without CAP_SYS_PTRACE, in a container), an estimate stands in for it; elsewhere psutil's.

No cgroup is made: that takes root or a delegated subtree, which containers (where most grading is) mount read-only, so
all of this would be needed beside it; and a cgroup charges the files that a guest merely reads to the guest.
"""

from __future__ import annotations

import mmap
import os
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Literal

import psutil

Measure = Literal["PSS", "RSS", "USS"]
WATCH_SECONDS = 0.1
TOGETHER = 3  # times what one process may use in a call: to start others, and to talk to them, takes a while, too
HELPERS_NICE = 10  # of the processes that a guest starts: many of them must not slow down those of others
KIB, MIB = 2**10, 2**20
GONE = (FileNotFoundError, ProcessLookupError)  # what reading of a process that has ended raises
ESTIMATED = (
    "The memory that a submission's processes used was estimated: this machine does not let the grader see which pages "
    "they share, or what they map but do not hold."
)


class Watcher(threading.Thread):
    """Looks at a guest's use every WATCH_SECONDS, whatever the host and the guest do, and ends one that goes too far.

    `verdict` is then why: a kind of GuestGone and its message.
    """

    def __init__(self, zygote: int, limits: dict[str, float], end: Callable[[], None]):
        super().__init__(name="use of a guest", daemon=True)
        self._zygote, self._limits, self._end = zygote, limits, end
        self._stopped = threading.Event()
        self._spent_before: float | None = None  # processor seconds by the time that the call began
        self._others = set(below(zygote)[:-1])  # nothing of this guest's has run yet: they wait for it, or are dying
        self.verdict: tuple[str, str] | None = None
        self.start()

    def run(self) -> None:
        while not self._stopped.wait(WATCH_SECONDS):
            self.verdict = self._look()
            if self.verdict:
                return self._end()

    def begin(self) -> None:
        """A call begins."""
        self._spent_before = None

    def stop(self) -> None:
        """Look no more. When this returns, it ends nothing any more, either."""
        self._stopped.set()
        self.join()

    def _look(self) -> tuple[str, str] | None:
        processes = below(self._zygote)
        if len(processes) > self._limits["processes"]:
            return "error", f"it started more than {self._limits['processes']:.0f} processes"
        limit = self._limits["memory_mb"] * MIB
        started = [process for process in processes if process not in self._others]
        if len(started) < 2 and sum(map(_resident, started)) <= limit:
            return None  # at no cost for an honest one; what it maps but does not hold, its address space limits
        if len(started) > 1 and (verdict := self._look_at_time(processes, started[1:])):
            return verdict
        if memory(self._zygote, processes) > limit:
            return "out_of_memory", f"it used more than {self._limits['memory_mb']:.0f} MB of memory"
        return None

    def _look_at_time(self, processes: list[int], helpers: list[int]) -> tuple[str, str] | None:
        """What all have used, those that have ended, too; helpers wait for the work of others on the machine."""
        for helper in helpers:
            with suppress(psutil.Error, OSError):
                if (process := psutil.Process(helper)).nice() < HELPERS_NICE:
                    process.nice(HELPERS_NICE)
        spent = sum(map(_processor_seconds, processes))
        before = self._spent_before = spent if self._spent_before is None else self._spent_before
        for used, limit in (
            (spent - before, TOGETHER * self._limits["call_cpu_seconds"]),
            (spent, self._limits["cpu_seconds"]),
        ):
            if used > limit:
                return "timeout", f"its processes used more than {limit:.0f} s of processor time"
        return None


def below(process: int) -> list[int]:
    """The processes that it started, and those that they did, the nearest first."""
    if not _tells_of_children():  # a kernel that does not: read all the processes of the machine
        with suppress(psutil.Error):
            return [child.pid for child in psutil.Process(process).children(recursive=True)]
        return []
    found = [process]
    for parent in found:
        with suppress(*GONE):
            for thread in os.listdir(f"/proc/{parent}/task"):  # ten times a second: no objects for paths
                with suppress(*GONE), open(f"/proc/{parent}/task/{thread}/children", "rb", buffering=0) as children:
                    found += map(int, children.read().split())
    return found[1:]


@cache
def _tells_of_children() -> bool:
    return os.path.exists("/proc/thread-self/children")


def measure(zygote: int) -> Measure:
    """What memory is counted by here; asked while a guest is there that has not run anything of a submission."""
    if sys.platform != "linux":
        return "USS"
    return "RSS" if _exact(zygote, below(zygote)) is None else "PSS"


def memory(zygote: int, processes: Iterable[int]) -> int:
    """Bytes that these processes below the zygote hold between them, without what it holds, too."""
    if sys.platform != "linux":
        return sum(map(_unshared, processes))
    processes = list(processes)
    exact = _exact(zygote, processes)
    if exact is not None:
        return exact
    start = _private(zygote) + _shared(zygote)
    return sum(max(0, _private(process) + _shared(process) - start) for process in processes)


def _exact(zygote: int, processes: list[int]) -> int | None:
    """The same, or None where the kernel does not tell.

    All of a page's shares make one page, so that the shares of all less the zygote's pages are what it does not hold.
    Shared mappings count with their size: a page stays when all have let go of it and one could have it back.
    """
    if sys.platform != "linux":
        return None
    try:
        every = [_fields(f"/proc/{process}/smaps_rollup") for process in (zygote, *processes)]
        mapped = _shared_mappings(processes)
    except PermissionError:
        return None
    if "Pss_Anon" not in every[0]:
        return None
    private = sum(fields.get("Pss_Anon", 0) + fields.get("SwapPss", 0) for fields in every)
    shared = sum(fields.get("Pss_Shmem", 0) for fields in every)
    return private - _private(zygote) + max(shared - _shared(zygote), mapped)


def _shared_mappings(processes: list[int]) -> int:
    """Bytes of the shared memory without a name that these processes map, each once."""
    ends: dict[str, int] = {}
    for process in processes:
        with suppress(*GONE):
            for line in Path(f"/proc/{process}/maps").read_text(errors="replace").splitlines():
                if not line.endswith("(deleted)") or line.split(None, 2)[1][3] != "s":
                    continue
                addresses, _, offset, device, inode, _ = line.split(None, 5)
                low, high = (int(address, 16) for address in addresses.split("-"))
                place = f"{device} {inode}"
                ends[place] = max(ends.get(place, 0), int(offset, 16) + high - low)
    return sum(ends.values())


def _private(process: int) -> int:
    fields = _fields(f"/proc/{process}/status")
    return fields.get("RssAnon", 0) + fields.get("VmSwap", 0)


def _shared(process: int) -> int:
    return _fields(f"/proc/{process}/status").get("RssShmem", 0)


def _fields(file: str) -> dict[str, int]:
    """The bytes that a file of /proc counts in kB, by name; none of a process that has ended."""
    found: dict[str, int] = {}
    with suppress(*GONE):
        for line in Path(file).read_text(errors="replace").splitlines():
            name, _, value = line.partition(":")
            if value.endswith(" kB"):
                found[name] = int(value[:-3]) * KIB
    return found


def _processor_seconds(process: int) -> float:
    """Of it and of those that it has waited for."""
    with suppress(psutil.Error):
        times = psutil.Process(process).cpu_times()
        return float(times.user + times.system + times.children_user + times.children_system)
    return 0.0


def _resident(process: int) -> int:
    with suppress(psutil.Error, *GONE):
        if sys.platform == "linux":
            with open(f"/proc/{process}/statm", "rb", buffering=0) as pages:
                return int(pages.read().split()[1]) * mmap.PAGESIZE
        return int(psutil.Process(process).memory_info().rss)
    return 0


def _unshared(process: int) -> int:
    with suppress(psutil.Error):
        return int(psutil.Process(process).memory_full_info().uss)
    return 0
