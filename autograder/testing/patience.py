"""How much processor time of the grader one test of a submission may take."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SECONDS = 60.0  # of this process, without the guest's; the longest test of a right solution takes some ten


class OutOfPatience(BaseException):
    """The test's own arithmetic takes too long. No Exception, so that nothing which expects those goes on."""


@contextmanager
def time_bound(seconds: float | None = None) -> Iterator[None]:
    """Within it, OutOfPatience is raised once this process has used so many `seconds` of its processor (None: SECONDS):
    a result of another shape can make a test work for any time. Only where a process may have a timer, in its main
    thread; elsewhere nothing."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: Any) -> None:
        raise OutOfPatience(f"more than {seconds:g} s of processor time")

    seconds = SECONDS if seconds is None else seconds
    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
