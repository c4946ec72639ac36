"""Many submissions → their reports: here one after another, in several processes, or on a Dask cluster.

Each submission's reports are written as soon as it is graded, so that a run which ends early, whatever ends it, loses
nothing that was done: the next one into the same folder takes what counts still (`kept`) and goes on with the rest.
"""

from __future__ import annotations

import atexit
import errno
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence, Set
from concurrent.futures import Executor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.course import Course, CourseError, load_course
from autograder.grading import folder, here, kept
from autograder.grading.kept import Kept
from autograder.grading.salt import seed_of
from autograder.report import Report, keep_failure
from autograder.submission import Submission, SubmissionError

if TYPE_CHECKING:
    from autograder.grading.class_book import ClassBook
    from autograder.sandbox import Sandbox

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
    regrade: bool = False  # what is graded already, too
    gradebook: str | None = None  # a database's URL or a path; in the folder when None
    explained: bool = True  # name known mistakes
    run: str = field(default_factory=lambda: secrets.token_hex(8), compare=False)


@dataclass
class Outcome:
    """What came of one submission: a report, or the reason why there is none.

    `taken`: as an earlier run graded it; else `why` says why it was graded, and `full` that there is no room to.
    """

    name: str
    report: Report | None = None
    problem: str | None = None
    taken: bool = False
    why: tuple[str, ...] = ()
    full: bool = False


@dataclass
class ClassResult:
    """What came of all of them, in the order of their names.

    `graded_in_all` and `failed_in_all` count what the class's files hold: earlier runs into the same folder, too.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    graded_in_all: int = 0
    failed_in_all: int = 0

    @property
    def taken(self) -> int:
        return sum(outcome.taken for outcome in self.outcomes)

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

    These hold all submissions in the folder, of earlier runs too. What such a run graded and nothing has changed for
    is taken, first of all. `on_done` hears of each as it is finished. An interruption still writes the class's files
    for what was graded. Raises FolderTaken, and DiskFull.
    """
    if job.out is None:
        return _graded(submissions, job, jobs, dask, on_done, ClassResult())
    from autograder.grading.class_book import ClassBook
    from autograder.grading.gradebook import GradebookError

    with folder.claimed(job.out, job.run):
        result, book = ClassResult(), ClassBook(job.out, job.run, job.gradebook, load_course(job.root))
        book.catch_up()  # before anything that is there is replaced
        try:
            _graded(submissions, job, jobs, dask, on_done, result)
        except DiskFull:
            with suppress(OSError, GradebookError):
                _write_class(result, book)
            raise
        except BaseException:
            _write_class(result, book)
            raise
        finally:
            close_sandboxes()
        _write_class(result, book)
    return result


def _write_class(result: ClassResult, book: ClassBook) -> None:
    if result.outcomes:
        counts = f"{result.taken} taken, {len(result.reports) - result.taken} graded, {len(result.failures)} not"
        result.graded_in_all, result.failed_in_all = book.write(result.failures, counts)


def _graded(
    submissions: Sequence[Named],
    job: Job,
    jobs: int,
    dask: str | None,
    on_done: Callable[[Outcome], None],
    result: ClassResult,
) -> ClassResult:
    for outcome in grade_each(submissions, job, jobs, dask):
        if outcome.full:
            raise DiskFull(f"{outcome.problem}. Free some space and give the same command again: it goes on from here.")
        if outcome.problem and job.out:
            outcome.problem = keep_failure(outcome.problem, job.out / outcome.name)
        result.outcomes.append(outcome)
        on_done(outcome)
    return result


def grade_each(
    submissions: Sequence[Named],
    job: Job,
    jobs: int = 1,
    dask: str | None = None,
) -> Iterator[Outcome]:
    """The outcome of each: first of those that are taken as they are, then of each as it is graded."""
    if dask is None and (jobs == 1 or len(submissions) == 1):
        yield from _through(_Here(), submissions, job)
        return
    with here.executor(jobs) if dask is None else _cluster(dask) as pool:
        yield from _through(pool, submissions, job)


def _through(pool: Executor, submissions: Sequence[Named], job: Job) -> Iterator[Outcome]:
    before = [named for named in submissions if job.out and kept.is_recorded(named[0], job.out)]
    lost: list[Named] = []
    taken = set[str]()
    for (name, _), outcome in _each(pool, take_one, before, job):
        if isinstance(outcome, Outcome):
            taken.add(name)
            yield outcome
    rest = [named for named in submissions if named[0] not in taken]
    for named, outcome in _each(pool, grade_one, rest, job):
        if isinstance(outcome, here.Died):
            lost.append(named)
        elif isinstance(outcome, Exception):
            yield Outcome(named[0], problem=f"the grading process failed: {type(outcome).__name__}: {outcome}")
        elif outcome:
            yield outcome
    if lost and job.out:
        folder.sweep(job.out)  # what the dead were writing
    for name, path in lost:
        yield _alone(name, path, job)


def _each(
    pool: Executor, task: Callable[[str, Source, Job], Outcome | None], named: Sequence[Named], job: Job
) -> Iterator[tuple[Named, Outcome | Exception | None]]:
    """What comes of the task for each, or the exception that kept it from coming."""
    if isinstance(pool, _Here):
        yield from ((one, task(*one, job)) for one in named)
        return
    futures = {pool.submit(task, *one, job): one for one in named}
    for future in as_completed(list(futures)):
        error = future.exception()
        if error is not None and not isinstance(error, Exception):
            raise error
        yield futures.pop(future), error or future.result()


class _Here(Executor):
    """No pool: this process, one after another."""


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


# ---------------------------------------------------------------- one worker


def take_one(name: str, source: Source, job: Job) -> Outcome | None:
    """The outcome of a submission that was graded before, where nothing of it has to be graded again."""
    try:
        with _one_at_a_time:
            course = _course(job.root, job.run)
            submission = _read(name, source, course)
            found, now = _look(submission, course, job)
            if found.report is None or not kept.whole(found, now):
                return None
            assert job.out is not None
            with folder.writing(job.out, job.run):
                kept.show_again(name, job.out, course.feedback)
            return Outcome(name, found.report, taken=True)
    except Exception:  # it is graded, and whatever is wrong is said then
        return None


def grade_one(name: str, source: Source, job: Job, only: Set[str] | None = None) -> Outcome:
    """Read, grade and report one submission; whatever goes wrong with it is an outcome, not an exception.

    `only`: the exercises to grade; all of them when None. A sandbox that ended is replaced, once.
    """
    from autograder.grading.one import GradingError, SandboxLost
    from autograder.sandbox import SandboxUnavailable

    try:
        with _one_at_a_time:
            course = _course(job.root, job.run)
            try:
                return _outcome(name, source, course, job, only)
            except (SandboxLost, SandboxUnavailable):
                close_sandboxes()
                return _outcome(name, source, course, job, only)
    except SubmissionError as error:
        return Outcome(name, problem=str(error))
    except CourseError as error:
        return Outcome(name, problem=f"the course cannot be read: {error.problems[0]}")
    except Exception as error:
        close_sandboxes()  # the next submission starts from a fresh one
        expected = isinstance(error, GradingError | SandboxUnavailable | OSError)
        said = str(error) if expected else f"the grader itself failed: {type(error).__name__}: {error}"
        return Outcome(name, problem=said, full=getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT))


def _outcome(name: str, source: Source, course: Course, job: Job, only: Set[str] | None) -> Outcome:
    from autograder.grading.one import grade, limits_in_force
    from autograder.report import write_reports

    submission = _read(name, source, course)
    steps = [course.step(step) for step in job.steps]
    found, now = _look(submission, course, job) if job.out and only is None else (Kept(), None)
    if found.report and now and kept.whole(found, now):  # by a worker that died before it could say so
        return Outcome(name, found.report, taken=True)
    left = [step for step in steps if step.id not in found.steps]
    if left:
        sandbox, how = _sandbox(job, course.kit), (job.until_failed, job.pictures, job.apart, job.explained)
        report = grade(submission, course, sandbox, left, job.salt, job.seed, only, *how)
    else:
        report = kept.alone(found)
    if job.out:
        report = kept.joined(found, report, job.steps, limits_in_force(steps))
        with folder.writing(job.out, job.run):
            kept.forget(name, job.out)
            write_reports(report, job.out / name, course.feedback)
            if now:
                kept.keep(submission, job, now, course.feedback, found.why, _time_of(source))
    return Outcome(name, report, taken=not left, why=found.why)


def _read(name: str, source: Source, course: Course) -> Submission:
    from autograder.submission import read_submission

    if isinstance(source, SubmissionError):
        raise source
    return source if isinstance(source, Submission) else replace(read_submission(source, course), name=name)


def _time_of(source: Source) -> str | None:
    """When this was handed in, as far as its file or folder tells: not what is in it, whose times a learner chooses."""
    paths = source if isinstance(source, tuple) else (source,)
    times = [path.stat().st_mtime for path in paths if isinstance(path, Path)]
    return datetime.fromtimestamp(max(times), UTC).isoformat(timespec="seconds") if times else None


def _look(submission: Submission, course: Course, job: Job) -> tuple[Kept, kept.Basis]:
    steps = [course.step(step) for step in job.steps]
    now = kept.basis(submission, seed_of(submission, job.salt, job.seed), course, steps, job)
    return kept.look(submission.name, job, now), now


@lru_cache(maxsize=1)
def _course(root: Path, run: str) -> Course:
    """The course as this process found it when it first needed it in this run, whatever is edited since."""
    return load_course(root)


_one_at_a_time = threading.Lock()  # a Dask worker has several threads; pytest, the folder and the sandbox are one
_open: dict[tuple[Path, str, int, tuple[Path, ...]], Sandbox] = {}


def _sandbox(job: Job, kit: Path) -> Sandbox:
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
        _open.popitem()[1].close()


class ClusterError(Exception):
    """The Dask cluster cannot be reached."""


class DiskFull(OSError):
    """There is no room for a report; what was graded before is kept."""
