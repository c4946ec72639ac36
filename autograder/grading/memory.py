"""The grader's own memory: how much grading one submission may take."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager

HOST_MB = 3072  # on top of what this process has; references take 250, and 1,800 of addresses for what they import


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
