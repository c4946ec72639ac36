"""Grading on the workers of a Dask cluster: on those that would grade as this process does, and whatever ends them.

Workers see the course and the reports at the same paths as the one who grades (a shared file system), and each writes
what it has graded itself: what is lost with a worker, a scheduler or the network is no more than what was being graded.
"""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.grading import folder, state
from autograder.grading.here import Died
from autograder.grading.worker import Job, Named, Outcome, Source, Task

if TYPE_CHECKING:
    from distributed import Client, Future

PATIENCE = 60.0  # seconds that a cluster has to come back, with a worker that can grade
PAUSE = 0.5
FRUITLESS = 5  # tries in a row of which nothing comes before a cluster is given up

Place = dict[str, str]  # what a process grades with → a digest of it

_able_for = set[str]()  # runs for which this worker has been looked at


class ClusterError(Exception):
    """The Dask cluster cannot be reached, or none of its workers can grade."""


@dataclass(frozen=True)
class Unable:
    """A worker that would not grade as it should, and why."""

    worker: str
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.worker}: {'; '.join(self.reasons)}"


class _Lost(Exception):
    """The scheduler has gone, and with it what it knew."""


class Cluster:
    """The cluster at an address, for one run. `tell` hears of each worker that is left out. Raises ClusterError."""

    def __init__(self, address: str, job: Job, tell: Callable[[str], None] = lambda text: None):
        self._address, self._job, self._tell = address, job, tell
        self._here = place(job.root, job.run)
        self._told = set[Unable]()
        with closing(self._connect(wait=False)) as client:
            try:
                self._able(client)
            except _Lost:
                raise ClusterError(f"the Dask cluster at {address} went away as it was asked") from None

    def each(self, task: Task, named: Sequence[Named]) -> Iterator[tuple[Named, Outcome | Exception | None]]:
        """What comes of the task for each, or the exception that kept it from coming.

        A worker that ends costs another try elsewhere; if several end with the same submission, it has Died. When the
        scheduler goes, the rest is given to it again as soon as it is back.
        """
        left = dict(enumerate(named))
        fruitless = 0
        while left:
            before = len(left)
            with closing(self._connect()) as client:
                try:
                    for key, result in self._results(client, task, left):
                        yield left.pop(key), result
                except _Lost:
                    fruitless = fruitless + 1 if len(left) == before else 0
                    if fruitless == FRUITLESS:
                        raise ClusterError(f"the Dask cluster at {self._address} went away again and again") from None
                    self._tell(f"The scheduler at {self._address} has gone; {len(left)} are left for when it is back.")

    def _results(
        self, client: Client, task: Task, left: dict[int, Named]
    ) -> Iterator[tuple[int, Outcome | Exception | None]]:
        from distributed import KilledWorker, as_completed

        able = self._able(client)

        def given(key: int) -> Future:
            # A worker that its nanny starts again has another address: so the able ones are preferred, not demanded.
            return client.submit(
                _there, task, *left[key], self._job, self._here,
                pure=False, workers=able, allow_other_workers=True, retries=0,
            )  # fmt: skip

        keys = {future: key for key in left for future in [given(key)]}
        waiting = as_completed(list(keys), loop=client.loop)
        for future in waiting:
            key = keys.pop(future)
            if future.status not in ("finished", "error"):
                raise _Lost
            try:
                error = future.exception() if future.status == "error" else None
                result = None if error else future.result()
            except (OSError, CancelledError):
                raise _Lost from None
            if isinstance(result, Unable):
                able = self._able(client)
                again = given(key)
                keys[again] = key
                waiting.add(again)
            elif isinstance(error, KilledWorker):
                yield key, Died(str(error))
            else:
                yield key, error or result

    def _able(self, client: Client) -> list[str]:
        """The workers that can grade; says why the others cannot. Waits for one, if there is none."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                answers = client.run(unable, self._job, self._here, on_error="return")
            except OSError:
                raise _Lost from None
            found = {worker: _reasons(answer) for worker, answer in answers.items()}
            for worker, reasons in found.items():
                self._say(Unable(worker, reasons))
            able = [worker for worker, reasons in found.items() if not reasons]
            if able:
                return able
            if found and all(found.values()):
                why = Counter(reasons for reasons in found.values())
                said = "\n".join(f"  {'; '.join(reasons)} ({count} of them)" for reasons, count in why.most_common())
                raise ClusterError(f"no worker of the Dask cluster at {self._address} can grade this:\n{said}")
            if time.monotonic() > until:
                raise ClusterError(f"the Dask cluster at {self._address} has no workers")
            time.sleep(PAUSE)

    def _say(self, one: Unable) -> None:
        if one.reasons and one not in self._told:
            self._told.add(one)
            self._tell(f"Left out, for it would not grade as it should: worker {one}")

    def _connect(self, wait: bool = True) -> Client:
        """A client of the scheduler; of one that has just gone, when it is back."""
        from distributed import Client

        for name in ("distributed", "distributed.client"):  # what there is to say, `tell` hears
            logging.getLogger(name).setLevel(logging.CRITICAL)
        until = time.monotonic() + (PATIENCE if wait else 0)
        while True:
            try:
                return Client(self._address, set_as_default=False)
            except (ValueError, OSError) as error:
                if time.monotonic() > until:
                    raise ClusterError(f"there is no Dask cluster at {self._address}: {error}") from None
            time.sleep(PAUSE)


def _there(task: Task, name: str, source: Source, job: Job, here: Place) -> Any:
    """Run by a worker: the task, if it would come out as at the one who asks."""
    if reasons := unable(job, here):
        from distributed import get_worker

        return Unable(get_worker().address, reasons)
    return task(name, source, job)


def unable(job: Job, here: Place) -> tuple[str, ...]:
    """Run by a worker: why it would not grade as the one who asks, whose place is `here`; nothing if it would."""
    if job.run in _able_for:
        return ()
    reasons = tuple(_why(job, here))
    if not reasons:
        _able_for.add(job.run)
    return reasons


def _why(job: Job, here: Place) -> Iterator[str]:
    if job.out is not None and not folder.is_of(job.out, job.run):
        yield f"{job.out} is not the folder of this run there: it has to be on a file system that all share"
    try:
        there = place(job.root, job.run)
    except Exception as error:
        yield f"the course at {job.root} cannot be read there ({type(error).__name__}: {str(error)[:200]})"
    else:
        if differ := [what for what in here if here[what] != there[what]]:
            yield f"not as here: {', '.join(differ)} (a worker that was started before a change has to start again)"
    if os.environ.get("LMI_SALT", job.salt) != job.salt:
        yield "LMI_SALT is another there"
    if job.backend == "bwrap":
        from autograder.sandbox import bwrap_problem

        if problem := bwrap_problem():
            yield f"bubblewrap does not work there: {problem}"


def place(root: Path, run: str) -> Place:
    """What this process would grade with."""
    files = state.course_files(root, run).files
    return {
        "the engine": state.engine_digest(),
        "Python or an installed package": state.installed(),
        "the course": state.digest_of(sorted((owner, sorted(found.items())) for owner, found in files.items())),
        "an LMI_ setting or its folder": state.settings_digest(times=False),
    }


def _reasons(answer: object) -> tuple[str, ...]:
    return answer if isinstance(answer, tuple) else (f"{type(answer).__name__}: {answer}",)
