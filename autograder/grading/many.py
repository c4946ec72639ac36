"""Many submissions → their reports: here one after another, in several processes, or on a Dask cluster.

Each submission's reports are written as soon as it is graded, so that an interrupted run loses nothing that was done.
"""

from __future__ import annotations

import atexit
import os
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence, Set
from concurrent.futures import Executor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from autograder.course import Course, CourseError, load_course
from autograder.grading import here
from autograder.report import Report, keep_failure, read_class
from autograder.submission import Submission, SubmissionError

SECRETS = ".lmi"
OUT_OF_MEMORY = (
    "the grader ran out of memory on this submission: "
    "its process was ended twice, the second time with nothing beside it"
)


Source = Path | tuple[Path, ...] | Submission | SubmissionError  # where it is, what it holds, or why it is not read
Named = tuple[str, Source]


@dataclass(frozen=True)
class Job:
    """How every submission of a class is graded; plain, for it travels to workers. Without `out` nothing is written.

    `run` tells one run from the next: a worker reads the course once for each.
    """

    root: Path
    out: Path | None
    steps: tuple[str, ...]
    backend: str
    threads: int
    salt: str
    seed: int | None = None
    until_failed: bool = False  # leave an exercise alone once a test of it has failed
    pictures: bool = True  # draw what goes with a report, for someone who reads it
    private: tuple[Path, ...] = ()  # what no guest may reach: where submissions lie, and where reports go
    apart: bool = False  # its public tests and its hidden ones, each once their own has failed
    explained: bool = True  # name known mistakes
    run: str = field(default_factory=lambda: secrets.token_hex(8), compare=False)


@dataclass
class Outcome:
    """What came of one submission: a report, or the reason why there is none."""

    name: str
    report: Report | None = None
    problem: str | None = None


@dataclass
class ClassResult:
    """What came of all of them, in the order of their names.

    `graded_in_all` and `failed_in_all` count what the class's files hold: earlier runs into the same folder, too.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    graded_in_all: int = 0
    failed_in_all: int = 0

    @property
    def reports(self) -> list[Report]:
        return [outcome.report for outcome in self._sorted() if outcome.report]

    @property
    def failures(self) -> dict[str, str]:
        return {outcome.name: outcome.problem for outcome in self._sorted() if outcome.problem}

    def _sorted(self) -> list[Outcome]:
        return sorted(self.outcomes, key=lambda outcome: outcome.name)


def grade_class(
    submissions: Sequence[Named],
    job: Job,
    jobs: int = 1,
    dask: str | None = None,
    on_done: Callable[[Outcome], None] = lambda outcome: None,
) -> ClassResult:
    """Grade each (name, where it is or what it holds); write every report, then the class's files and the gradebook.

    These hold all submissions in the folder, of earlier runs too. `on_done` hears of each as it is finished. An
    interruption still writes the class's files for what was graded.
    """
    result = ClassResult()
    try:
        for outcome in grade_each(submissions, job, jobs, dask):
            if outcome.problem and job.out:
                outcome.problem = keep_failure(outcome.problem, job.out / outcome.name)
            result.outcomes.append(outcome)
            on_done(outcome)
    finally:
        if result.outcomes and job.out:
            _write_class(result, job.out)
    return result


def grade_each(
    submissions: Sequence[Named],
    job: Job,
    jobs: int = 1,
    dask: str | None = None,
) -> Iterator[Outcome]:
    """The outcome of each, as it is graded; in order with one job."""
    if dask is None and (jobs == 1 or len(submissions) == 1):
        for name, path in submissions:
            yield grade_one(name, path, job)
        return
    executor = here.executor(jobs) if dask is None else _cluster(dask)
    lost: list[Named] = []
    with executor as pool:
        futures = {pool.submit(grade_one, name, path, job): (name, path) for name, path in submissions}
        for future in as_completed(futures):
            name, path = futures[future]
            try:
                yield future.result()
            except here.Died:
                lost.append((name, path))
            except Exception as error:
                yield Outcome(name, problem=f"the grading process failed: {type(error).__name__}: {error}")
    for name, path in lost:
        yield _alone(name, path, job)


def _alone(name: str, source: Source, job: Job) -> Outcome:
    """The outcome of a submission whose process died, with the machine to itself: it may have died of the others."""
    with here.executor(1) as pool:
        try:
            return pool.submit(grade_one, name, source, job).result()
        except here.Died:
            return Outcome(name, problem=OUT_OF_MEMORY)


@contextmanager
def _cluster(address: str) -> Iterator[Executor]:
    from distributed import Client

    try:
        client = Client(address)
    except (ValueError, OSError) as error:
        raise ClusterError(f"there is no Dask cluster at {address}: {error}") from None
    with client:
        yield client.get_executor(pure=False, retries=0)


def _write_class(result: ClassResult, out: Path) -> None:
    from autograder.grading.gradebook import Gradebook
    from autograder.grading.wrong import what_went_wrong
    from autograder.report import write_class

    reports, failures = read_class(out)
    reports |= {report.submission: report for report in result.reports}
    failures |= result.failures
    result.graded_in_all, result.failed_in_all = len(reports), len(failures)
    in_order = [reports[name] for name in sorted(reports)]
    write_class(in_order, dict(sorted(failures.items())), out, what_went_wrong(in_order))
    with Gradebook(out / "gradebook.sqlite") as book:
        for report in reports.values():
            book.add(report)


# ---------------------------------------------------------------- one worker


def grade_one(name: str, source: Source, job: Job, only: Set[str] | None = None) -> Outcome:
    """Read, grade and report one submission; whatever goes wrong with it is an outcome, not an exception.

    `only`: the exercises to grade; all of them when None.
    """
    from autograder.grading.one import GradingError
    from autograder.sandbox import SandboxUnavailable

    try:
        with _one_at_a_time:
            return Outcome(name, _report(name, source, _course(job.root, job.run), job, only))
    except SubmissionError as error:
        return Outcome(name, problem=str(error))
    except CourseError as error:
        return Outcome(name, problem=f"the course cannot be read: {error.problems[0]}")
    except Exception as error:
        close_sandboxes()  # the next submission starts from a fresh one
        expected = isinstance(error, GradingError | SandboxUnavailable | OSError)
        said = str(error) if expected else f"the grader itself failed: {type(error).__name__}: {error}"
        return Outcome(name, problem=said)


def _report(name: str, source: Source, course: Course, job: Job, only: Set[str] | None) -> Report:
    from autograder.grading.one import grade
    from autograder.report import write_reports
    from autograder.submission import read_submission

    if isinstance(source, SubmissionError):
        raise source
    submission = source if isinstance(source, Submission) else replace(read_submission(source, course), name=name)
    steps = [course.step(step) for step in job.steps]
    sandbox, how = _sandbox(job, course.kit), (job.until_failed, job.pictures, job.apart, job.explained)
    report = grade(submission, course, sandbox, steps, job.salt, job.seed, only, *how)
    if job.out:
        write_reports(report, job.out / name, course.feedback)
    return report


@lru_cache(maxsize=1)
def _course(root: Path, run: str) -> Course:
    """The course as this process found it when it first needed it in this run, whatever is edited since."""
    return load_course(root)


_one_at_a_time = threading.Lock()  # a Dask worker has several threads; pytest, the folder and the sandbox are one
_open: dict[tuple[Path, str, int, tuple[Path, ...]], object] = {}


def _sandbox(job: Job, kit: Path):  # type: ignore[no-untyped-def]
    """This process's sandbox, started on first use and shared by all the submissions that it grades."""
    import torch

    from autograder.sandbox import Sandbox

    torch.set_num_threads(job.threads)  # the host computes between the guest's calls, never beside them
    key = (job.root, job.backend, job.threads, job.private)
    if key not in _open:
        _open[key] = Sandbox(job.backend, job.root, kit, job.threads, private=job.private)
    return _open[key]


@atexit.register
def close_sandboxes() -> None:
    """End this process's sandboxes; the next submission starts one again."""
    while _open:
        _open.popitem()[1].close()  # type: ignore[attr-defined]


class ClusterError(Exception):
    """The Dask cluster cannot be reached."""


class SaltError(Exception):
    """There is no secret to draw hidden inputs from; the message says what to do."""


def read_salt(root: Path) -> str:
    """The secret that hidden inputs depend on: LMI_SALT, or one made once and kept beside the course."""
    if salt := os.environ.get("LMI_SALT"):
        return salt
    file = root / SECRETS / "salt"
    try:
        if not file.exists():
            file.parent.mkdir(mode=0o700, exist_ok=True)
            descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "w") as out:
                out.write(secrets.token_hex(16))
        salt = file.read_text().strip()
    except OSError as error:
        why = f"{file}, the secret that hidden inputs depend on, cannot be made or read ({error.strerror})"
        raise SaltError(f"{why}: make it possible, or set LMI_SALT") from None
    if not salt:
        raise SaltError(f"{file}, the secret that hidden inputs depend on, is empty: delete it, or set LMI_SALT")
    return salt
