"""What a test does with a result has a bound in time, and what takes longer is the submission's."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from autograder.course import load_course
from autograder.grading.one import grade
from autograder.testing import patience
from tests.engine.grading.handed_in import sums
from tests.engine.tiny_course import SOLUTION
from tests.engine.tools import own_modules

HIDDEN = "tests/hidden/step00/test_sums.py"
SLOW = """
from autograder import exercise

@exercise("00.double")
def test_it_works_for_as_long_as_the_answer_says(learner):
    for _ in range(learner.sums.double(5 * 10**11)):
        try:
            pass
        except Exception:
            pass

@exercise("00.total")
def test_the_next_one_runs(learner):
    assert learner.sums.total([1]) == 1
"""


def spin() -> None:
    while True:
        pass


def test_it_ends_what_takes_too_long_and_leaves_nothing_behind() -> None:
    before = signal.getsignal(signal.SIGPROF)
    with pytest.raises(patience.OutOfPatience), patience.time_bound(0.05):
        spin()
    with patience.time_bound(60):
        pass
    assert signal.getsignal(signal.SIGPROF) == before and signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


@pytest.mark.skipif(not hasattr(time, "pthread_getcpuclockid"), reason="a thread has no clock of its own here")
def test_a_thread_of_a_worker_is_bounded_by_its_own_clock() -> None:
    def bounded() -> str:
        with pytest.raises(patience.OutOfPatience), patience.time_bound(0.05):
            spin()
        with patience.time_bound(60):
            return "goes on"

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(bounded).result() == "goes on"


def test_a_test_that_works_too_long_on_an_answer_is_the_submissions_timeout(
    write_course: Callable[..., Any], tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS", 0.3)
    course = load_course(write_course({HIDDEN: SLOW}))
    with own_modules():
        report = grade(sums(SOLUTION), course, tiny_sandbox, course.steps, "salt")
    double, total = report.exercises
    assert (double.status, total.status) == ("timeout", "passed")
    assert next(t.message for t in double.tests if t.outcome == "timeout").startswith("What came back takes too long")
    assert report.steps[0].seconds >= 0.3
