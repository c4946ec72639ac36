"""How much processor time of the grader one test of a submission may take."""

from __future__ import annotations

import ctypes
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SECONDS = 60.0  # of this process, without the guest's; the longest test of a right solution takes some ten
LOOK = 1.0  # seconds between two looks at a thread's clock


class OutOfPatience(BaseException):
    """The test's own arithmetic takes too long. No Exception, so that nothing which expects those goes on."""


@contextmanager
def time_bound(seconds: float | None = None) -> Iterator[None]:
    """Within it, OutOfPatience is raised once so many `seconds` of the grader's processor are used (None: SECONDS): a
    result of another shape can make a test work for any time. By a timer of this process in its main thread; in a
    thread of a Dask worker by that thread's own clock, where the system has one (Linux); elsewhere nothing."""
    seconds = SECONDS if seconds is None else seconds
    if threading.current_thread() is not threading.main_thread():
        bound = _of_thread if hasattr(time, "pthread_getcpuclockid") else _of_nothing
    else:
        bound = _of_process if hasattr(signal, "setitimer") else _of_nothing
    with bound(seconds):
        yield


@contextmanager
def _of_nothing(seconds: float) -> Iterator[None]:
    yield


@contextmanager
def _of_process(seconds: float) -> Iterator[None]:
    def stop(*_: Any) -> None:
        raise OutOfPatience(f"more than {seconds:g} s of processor time")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def _of_thread(seconds: float) -> Iterator[None]:
    """Another thread looks at this one's clock, and raises in it between two of its steps, as a signal would."""
    thread, changing, done = threading.get_ident(), threading.Lock(), threading.Event()
    clock = time.pthread_getcpuclockid(thread)
    until = time.clock_gettime(clock) + seconds

    def watch() -> None:
        while not done.wait(min(LOOK, seconds)):
            with changing:
                if not done.is_set() and time.clock_gettime(clock) > until:
                    _raise_in(thread, OutOfPatience)
                    return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        with changing:
            done.set()
            _raise_in(thread, None)  # what was asked for and has not happened yet
        watcher.join()


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    raised = ctypes.py_object(error) if error else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), raised)
