"""The grader's own memory: how much grading one submission may take, and how it is used again."""

from __future__ import annotations

import ctypes
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

HOST_MB = 3072  # on top of what this process has; references take 250, and 1,800 of addresses for what they import
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of glibc's mallopt
FROM_THE_SYSTEM, TO_THE_SYSTEM = 2**25, 2**28  # bytes: larger than the first is asked for, more than the second given


@cache
def keep_freed_memory() -> None:
    """Have what one test has freed serve the next, in this process: to give a tensor's pages back to the system and to
    ask for others takes half of the time that grading spends in the kernel. With glibc only."""
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None:
        mallopt(M_MMAP_THRESHOLD, FROM_THE_SYSTEM)
        mallopt(M_TRIM_THRESHOLD, TO_THE_SYSTEM)


@contextmanager
def memory_bound(mb: int = HOST_MB) -> Iterator[None]:
    """Within it an allocation that would take this process beyond `mb` more raises MemoryError or, in torch,
    RuntimeError: a result of the wrong shape can make a test ask for any amount. Linux only; elsewhere nothing."""
    if sys.platform != "linux":
        yield
        return
    import psutil

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = psutil.Process().memory_info().vms + mb * 2**20
    within = [limit for limit in (wanted, soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(within), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
