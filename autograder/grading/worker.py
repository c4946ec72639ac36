"""One submission in the process that grades it: read, taken or graded, reported. What goes wrong is an outcome."""

from __future__ import annotations

import atexit
import errno
import secrets
import threading
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.course import Course, CourseError, load_course
from autograder.grading import folder, kept
from autograder.grading.kept import Kept
from autograder.grading.salt import seed_of
from autograder.report import Report
from autograder.submission import Submission, SubmissionError

if TYPE_CHECKING:
    from autograder.sandbox import Sandbox

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
    hidden: bool = True  # run hidden tests, too
    run: str = field(default_factory=lambda: secrets.token_hex(8), compare=False)


@dataclass(frozen=True, slots=True)
class Graded:
    """What a class is told of a report that lies in its folder: thousands of them are held at once."""

    submission: str
    score: float
    max_score: float
    seed: int
    counts: Mapping[str, int]  # of exercises, by status


@dataclass
class Outcome:
    """What came of one submission: it was graded, or the reason why not.

    `report` is there where none is written. `taken`: as an earlier run graded it; else `why` says why it was graded,
    and `full` that there is no room to.
    """

    name: str
    report: Report | None = None
    problem: str | None = None
    graded: Graded | None = None
    taken: bool = False
    why: tuple[str, ...] = ()
    full: bool = False


Task = Callable[[str, Source, Job], Outcome | None]


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
            return _graded(name, found.report, job, taken=True)
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
    from autograder.grading.named import names_for
    from autograder.grading.one import grade, limits_in_force
    from autograder.report import write_named, write_reports

    submission = _read(name, source, course)
    steps = [course.step(step) for step in job.steps]
    found, now = _look(submission, course, job) if job.out and only is None else (Kept(), None)
    if found.report and now and kept.whole(found, now):  # by a worker that died before it could say so
        return _graded(name, found.report, job, taken=True)
    left = [step for step in steps if step.id not in found.steps]
    if left:
        sandbox, how = _sandbox(job, course.kit), (job.until_failed, job.pictures, job.apart, job.explained, job.hidden)
        report = grade(submission, course, sandbox, left, job.salt, job.seed, only, *how)
    else:
        report = kept.alone(found)

    def came_from(text: str) -> Mapping[Path, str]:
        return kept.record_of(text, submission, job, now, course.feedback, found.why, _time_of(source)) if now else {}

    if job.out:
        report = kept.joined(found, report, job.steps, limits_in_force(steps))
        with folder.writing(job.out, job.run):
            kept.forget(name, job.out)
            write_named(job.out / name, names_for(course, report))
            write_reports(report, job.out / name, course.feedback, beside=came_from)
    return _graded(name, report, job, taken=not left, why=found.why)


def _graded(name: str, report: Report, job: Job, taken: bool, why: tuple[str, ...] = ()) -> Outcome:
    counts = {str(status): count for status, count in report.counts.items()}
    short = Graded(report.submission, report.score, report.max_score, report.seed, counts)
    return Outcome(name, None if job.out else report, graded=short, taken=taken, why=why)


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
