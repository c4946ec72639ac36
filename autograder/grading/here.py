"""Processes of this machine that grade: one that dies costs no other its work, and none outlives its parent."""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import Any


class Died(Exception):
    """The process that ran a task has ended before it was done: by the kernel for memory, by hand, by a crash."""


@contextmanager
def executor(jobs: int) -> Iterator[Executor]:
    """An executor with `jobs` processes. A task whose process died raises Died; a new process takes its place.

    Where what is inside ends early, the processes end at once, in the middle of what they do.
    """
    pool = _Pools(jobs)
    try:
        yield pool
    except BaseException:
        pool.end()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class _Pools(ThreadPoolExecutor):
    """Pools of one process each, for a death ends the whole of its pool; each thread uses one of them at a time."""

    def __init__(self, jobs: int):
        super().__init__(jobs)
        self._ending = False
        self._busy = set[ProcessPoolExecutor]()
        self._free = queue.SimpleQueue[ProcessPoolExecutor]()
        for _ in range(jobs):
            self._free.put(_one_process())

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(self._run, fn, *args, **kwargs)

    def _run(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        pool = self._free.get()
        self._busy.add(pool)
        try:
            if self._ending:
                raise Died("the run has ended")
            return pool.submit(fn, *args, **kwargs).result()
        except BrokenProcessPool:
            pool.shutdown()
            self._busy.discard(pool)
            pool = _one_process()
            raise Died("it ended before it was done: memory ran out, or something else ended it") from None
        finally:
            self._busy.discard(pool)
            self._free.put(pool)

    def end(self) -> None:
        """Kill the processes; what they were doing is not done, and nothing new is begun."""
        self._ending = True
        super().shutdown(wait=False, cancel_futures=True)
        while self._busy:  # one that is about to begin has no process yet
            for pool in list(self._busy):
                for process in list((pool._processes or {}).values()):
                    process.kill()
            time.sleep(0.01)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=wait, cancel_futures=cancel_futures)
        while not self._free.empty():
            self._free.get().shutdown(wait)


def _one_process() -> ProcessPoolExecutor:
    """It starts with its first task."""
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    """End this process as soon as the one that started it has ended, however that was, and for no Ctrl-C of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
