"""Tasks for several processes: the longest first, so that none of them has nothing to do at the end."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from autograder.grading import executor


@dataclass(frozen=True)
class Task:
    """`run` travels to a process and gives a value; `about` stays here. `seconds`: how long it may take, roughly."""

    about: Any
    run: Callable[[], Any]
    threads: int = 1
    seconds: float = math.inf


@dataclass(frozen=True)
class Done:
    """A task with its value, or with the reason why it has none."""

    task: Task
    value: Any = None
    problem: str | None = None


class Workers:
    """`jobs` processes, or this one when that is enough.

    Of tasks with several threads only so many run at once as have a job for each thread: more would say more of the
    machine than of what they run. The others run beside them.
    """

    def __init__(self, jobs: int):
        self.jobs = jobs
        self._waiting: list[Task] = []
        self._running: dict[Future[Any], Task] = {}

    def add(self, task: Task) -> None:
        """May be called while results are read."""
        self._waiting.append(task)

    def results(self) -> Iterator[Done]:
        """Each task as it is done."""
        with nullcontext(_Here()) if self.jobs == 1 else executor(self.jobs) as pool:
            while self._waiting or self._running:
                self._start(pool)
                for future in wait(self._running, return_when=FIRST_COMPLETED).done:
                    yield _done(self._running.pop(future), future)

    def _start(self, pool: Executor) -> None:
        while len(self._running) < self.jobs and (task := self._longest()):
            self._waiting.remove(task)
            self._running[pool.submit(task.run)] = task

    def _longest(self) -> Task | None:
        crowd = sum(task.threads > 1 for task in self._running.values())
        ready = (task for task in self._waiting if task.threads == 1 or crowd < max(1, self.jobs // task.threads))
        return max(ready, key=lambda task: task.seconds, default=None)


def _done(task: Task, future: Future[Any]) -> Done:
    if error := future.exception():
        return Done(task, problem=f"{type(error).__name__}: {error}")
    return Done(task, future.result())


class _Here(Executor):
    """Runs what it is given at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future
