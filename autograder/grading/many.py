"""Many submissions → their reports: here one after another, in several processes, or on a Dask cluster.

Each submission's reports are written as soon as it is graded, so that a run which ends early, whatever ends it, loses
nothing that was done: the next one into the same folder takes what counts still (`kept`) and goes on with the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from autograder.course import load_course
from autograder.grading import folder, here, kept
from autograder.grading.cluster import Cluster
from autograder.grading.worker import Graded, Job, Named, Outcome, Source, Task, close_sandboxes, grade_one, take_one
from autograder.report import keep_failure

if TYPE_CHECKING:
    from autograder.grading.class_book import ClassBook

Result = tuple[Named, Outcome | Exception | None]
Each = Callable[[Task, Sequence[Named]], Iterator[Result]]

OUT_OF_MEMORY = (
    "the grader ran out of memory on this submission: "
    "its process was ended twice, the second time with nothing beside it"
)

ENDED_THERE = (
    "each worker of the cluster that graded this submission was ended, most likely for memory: "
    "the scheduler's log says more; grade it again here to see"
)


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
    def graded(self) -> list[Graded]:
        return [outcome.graded for outcome in self._sorted() if outcome.graded]

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
    tell: Callable[[str], None] = lambda text: None,
) -> ClassResult:
    """Grade each (name, where it is or what it holds); write every report, then the class's files and the gradebook.

    These hold all submissions in the folder, of earlier runs too. What such a run graded and nothing has changed for
    is taken, first of all. `on_done` hears of each as it is finished, `tell` of workers of a cluster that cannot be
    used. An interruption still writes the class's files for what was graded. Raises FolderTaken, DiskFull and
    ClusterError.
    """
    if job.out is None:
        return _graded(grade_each(submissions, job, jobs, dask, tell), job, on_done, ClassResult())
    from autograder.grading.class_book import ClassBook
    from autograder.grading.gradebook import GradebookError

    with folder.claimed(job.out, job.run):
        result, book = ClassResult(), ClassBook(job.out, job.run, job.gradebook, load_course(job.root))
        book.catch_up()  # before anything that is there is replaced
        try:
            _graded(grade_each(submissions, job, jobs, dask, tell), job, on_done, result)
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
    if result.outcomes or book.has_reports():  # a worker may have written one that nobody heard of
        counts = f"{result.taken} taken, {len(result.graded) - result.taken} graded, {len(result.failures)} not"
        result.graded_in_all, result.failed_in_all = book.write(result.failures, counts)


def _graded(
    outcomes: Iterable[Outcome], job: Job, on_done: Callable[[Outcome], None], result: ClassResult
) -> ClassResult:
    for outcome in outcomes:
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
    tell: Callable[[str], None] = lambda text: None,
) -> Iterator[Outcome]:
    """The outcome of each: first of those that are taken as they are, then of each as it is graded.

    `tell` hears of workers that a cluster has and that cannot be used. Raises ClusterError.
    """
    if dask is not None:
        yield from _through(Cluster(dask, job, tell).each, submissions, job, _ended_there)
    elif jobs == 1 or len(submissions) == 1:
        yield from _through(partial(_each_here, job), submissions, job, partial(_alone, job))
    else:
        with here.executor(jobs) as pool:
            yield from _through(partial(_each_in, pool, job), submissions, job, partial(_alone, job))


def _through(
    each: Each, submissions: Sequence[Named], job: Job, try_alone: Callable[[str, Source], Outcome]
) -> Iterator[Outcome]:
    before = [named for named in submissions if job.out and kept.is_recorded(named[0], job.out)]
    lost: list[Named] = []
    taken = set[str]()
    for (name, _), outcome in each(take_one, before):
        if isinstance(outcome, Outcome):
            taken.add(name)
            yield outcome
    rest = [named for named in submissions if named[0] not in taken]
    for named, outcome in each(grade_one, rest):
        if isinstance(outcome, here.Died):
            lost.append(named)
        elif isinstance(outcome, Exception):
            yield Outcome(named[0], problem=f"the grading process failed: {type(outcome).__name__}: {outcome}")
        elif outcome:
            yield outcome
    if lost and job.out:
        folder.sweep(job.out)  # what the dead were writing
    yield from (try_alone(*named) for named in lost)


def _each_here(job: Job, task: Task, named: Sequence[Named]) -> Iterator[Result]:
    """What comes of the task for each, in this process, one after another."""
    return ((one, task(*one, job)) for one in named)


def _each_in(pool: Executor, job: Job, task: Task, named: Sequence[Named]) -> Iterator[Result]:
    """What comes of the task for each, or the exception that kept it from coming."""
    futures = {pool.submit(task, *one, job): one for one in named}
    for future in as_completed(list(futures)):
        error = future.exception()
        if error is not None and not isinstance(error, Exception):
            raise error
        yield futures.pop(future), error or future.result()


def _ended_there(name: str, source: Source) -> Outcome:
    return Outcome(name, problem=ENDED_THERE)


def _alone(job: Job, name: str, source: Source) -> Outcome:
    """The outcome of a submission whose process died, with the machine to itself: it may have died of the others."""
    with here.executor(1) as pool:
        try:
            return pool.submit(grade_one, name, source, job).result()
        except here.Died:
            return Outcome(name, problem=OUT_OF_MEMORY)


class DiskFull(OSError):
    """There is no room for a report; what was graded before is kept."""
