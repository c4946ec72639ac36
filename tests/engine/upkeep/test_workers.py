"""Tasks in processes: the longest first, never a crowd of threads, and a task that dies costs no other its result."""

from __future__ import annotations

import os
from concurrent.futures import Future
from functools import partial

import pytest

from autograder.upkeep.workers import Task, Workers


def done_in_order(workers: Workers) -> list[str]:
    return [done.task.about for done in workers.results()]


def test_the_longest_is_first() -> None:
    workers = Workers(1)
    for name, seconds in (("short", 1.0), ("long", 9.0), ("unknown", float("inf")), ("middle", 5.0)):
        workers.add(Task(name, int, seconds=seconds))
    assert done_in_order(workers) == ["unknown", "long", "middle", "short"]


def test_a_result_can_bring_more_to_do() -> None:
    workers = Workers(1)
    workers.add(Task("first", int))
    found = []
    for done in workers.results():
        found.append(done.task.about)
        if done.task.about == "first":
            workers.add(Task("second", int))
    assert found == ["first", "second"]


def test_values_come_from_processes() -> None:
    workers = Workers(2)
    for number in range(3):
        workers.add(Task(number, partial(pow, number, 2)))
    assert {done.task.about: done.value for done in workers.results()} == {0: 0, 1: 1, 2: 4}


@pytest.mark.parametrize(("jobs", "together"), [(1, 1), (2, 1), (4, 2)])
def test_with_two_threads_only_as_many_run_as_have_a_job_for_each(jobs: int, together: int) -> None:
    workers = Workers(jobs)
    for number in range(4):
        workers.add(Task(number, int, threads=2))
    while len(workers._running) < jobs and (task := workers._longest()):
        workers._waiting.remove(task)
        workers._running[Future()] = task
    assert len(workers._running) == together


def test_what_goes_wrong_is_told() -> None:
    workers = Workers(1)
    workers.add(Task("bad", partial(int, "x")))
    (done,) = workers.results()
    assert done.value is None and (done.problem or "").startswith("ValueError: invalid literal")


def test_a_process_that_dies_leaves_every_task_with_a_reason() -> None:
    workers = Workers(2)
    for number in range(4):
        workers.add(Task(number, partial(os._exit, 7)))
    assert ["it ended before it was done" in (done.problem or "") for done in workers.results()] == [True] * 4
