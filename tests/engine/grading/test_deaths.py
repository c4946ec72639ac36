"""A process that dies costs nobody else a grade, and none outlives the one that started it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder.grading import here, many
from autograder.grading.many import grade_class
from autograder.grading.worker import Job, Outcome
from tests.engine import tools
from tests.engine.grading.handed_in import sums
from tests.engine.tiny_course import SOLUTION, STUB, write_tiny_course
from tests.engine.tools import BACKEND, ROOT, own_modules

CLASS = [(name, sums(text, name)) for name, text in (("ada", SOLUTION), ("ben", STUB), ("chloe", tools.ONLY_DOUBLE))]


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    with own_modules():
        yield Job(write_tiny_course(tmp_path / "course"), tmp_path / "out", ("00",), BACKEND, threads=1, salt="salt")


def workers() -> list[psutil.Process]:
    """Processes of this one that grade."""
    children = psutil.Process().children()
    return [child for child in children if any("multiprocessing.spawn" in word for word in child.cmdline())]


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_nobody_a_grade(job: Job) -> None:
    killed = []

    def kill_the_others(outcome: Outcome) -> None:
        if not killed:
            killed.extend(workers())
            for process in killed:
                process.kill()

    result = grade_class(CLASS, job, jobs=2, on_done=kill_the_others)
    assert killed and [one.submission for one in result.graded] == ["ada", "ben", "chloe"]


class Deadly(Executor):
    """Grades in this process; the process of a submission named here dies as often as said."""

    def __init__(self, deaths: dict[str, int]):
        self.deaths, self.pools = deaths, list[int]()

    @contextmanager
    def executor(self, jobs: int) -> Iterator[Executor]:
        self.pools.append(jobs)
        yield self

    def submit(self, fn: Callable[..., Any], /, name: str, *rest: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.deaths[name] = self.deaths.get(name, 0) - 1
        if self.deaths[name] >= 0:
            future.set_exception(here.Died())
        else:
            future.set_result(Outcome(name, problem=f"{name} was graded"))
        return future


@pytest.mark.parametrize(
    ("deaths", "said"),
    [
        (1, "ben was graded"),
        (2, many.OUT_OF_MEMORY),
    ],
)
def test_a_submission_whose_process_died_is_tried_once_more_alone(
    job: Job, monkeypatch: pytest.MonkeyPatch, deaths: int, said: str
) -> None:
    deadly = Deadly({"ben": deaths})
    monkeypatch.setattr(many.here, "executor", deadly.executor)
    result = grade_class(CLASS, job, jobs=2)
    assert result.failures == {"ada": "ada was graded", "ben": said, "chloe": "chloe was graded"}
    assert deadly.pools == [2, 1]


def test_a_process_that_ends_itself_is_replaced() -> None:
    with here.executor(1) as pool:
        with pytest.raises(here.Died):
            pool.submit(partial(os._exit, 7)).result()
        assert pool.submit(abs, -3).result() == 3


@pytest.mark.skipif(os.name != "posix", reason="kills as posix does")
def test_nothing_outlives_a_run_that_is_killed(job: Job, tmp_path: Path) -> None:
    for name in ("ada", "ben"):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            archive.writestr(tools.SUMS, "import time\ntime.sleep(60)\n")
    shutil.rmtree(job.root / "autograder")  # it only marks the place, and would stand before the engine's own
    run_lmi = [sys.executable, "-c", "from autograder.cli import main; main()"]
    command = [*run_lmi, "grade", "--jobs", "2", "--sandbox", BACKEND]
    paths = os.environ | {"PYTHONPATH": str(ROOT)}
    run = subprocess.Popen(
        [*command, "-o", str(tmp_path / "out"), str(tmp_path / "ada.zip"), str(tmp_path / "ben.zip")],
        cwd=job.root, env=paths, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        family = _family(run, 8)  # two workers, their sandboxes, and in these what runs the submissions
        run.send_signal(signal.SIGKILL)
        gone, left = psutil.wait_procs(family, timeout=5)
        assert not [process for process in left if process.status() != psutil.STATUS_ZOMBIE]
    finally:
        run.kill()
        run.wait()


def _family(run: subprocess.Popen[bytes], count: int) -> list[psutil.Process]:
    """All that a run has started, once it is so many processes."""
    for _ in range(600):
        assert run.poll() is None, run.stdout.read().decode()
        with suppress(psutil.Error):
            family = psutil.Process(run.pid).children(recursive=True)
            if len(family) >= count:
                return family
        time.sleep(0.1)
    raise AssertionError("the run did not begin within a minute")
