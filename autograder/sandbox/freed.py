"""How a process uses the memory that it has freed: again, where the system's allocator can be told so."""

from __future__ import annotations

import ctypes
import sys
from functools import cache

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of glibc's mallopt
FROM_THE_SYSTEM = 2**25  # bytes: what is larger is asked of the system, and given back when it is freed


@cache
def keep_freed_memory(most: int) -> None:
    """Have what one call has freed serve the next, in this process and what it forks: to give a tensor's pages back to
    the system and to ask for others takes half of the time that grading spends in the kernel. With glibc only.

    `most`: bytes that are kept at the end of the heap.
    """
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None:
        mallopt(M_MMAP_THRESHOLD, FROM_THE_SYSTEM)
        mallopt(M_TRIM_THRESHOLD, most)
