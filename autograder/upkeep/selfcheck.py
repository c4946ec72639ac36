"""The course checks itself: manifests, stubs, figures, reference, banks and checkpoints."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from autograder.course import Course, Step, audit_course
from autograder.grading import Job, Outcome, grade_one
from autograder.report import Report
from autograder.submission import BankError, solutions
from autograder.testing import Checkpoint, verify_checkpoints
from autograder.upkeep.cases import STUBS, Case, other_cases, reference
from autograder.upkeep.figures import figure_problems, galleries
from autograder.upkeep.forms import form_cases
from autograder.upkeep.reach import Reach
from autograder.upkeep.share import Share
from autograder.upkeep.stub_files import stale_stubs
from autograder.upkeep.together import together
from autograder.upkeep.workers import Done, Task, Workers

OVERHEAD_SECONDS = 0.5  # of grading a submission, besides its tests


@dataclass(frozen=True)
class Finding:
    """One thing that was checked; `problem` is None when it is sound."""

    what: str
    problem: str | None = None
    skipped: bool = False


def selfcheck(
    course: Course, steps: Sequence[Step], job: Job, jobs: int = 1, quick: bool = False, share: Share | None = None
) -> Iterator[Finding]:
    """Check everything about `steps`; yields a finding for each check as it is done.

    A bank's file is graded on the exercises whose tests can run what it replaces, in one submission with others that it
    cannot meet. When `quick`: of right and wrong ones only the first for each exercise, on that exercise alone and
    with one thread, no right one where the tests take long, and no checkpoint that is slow. With a `share` only that
    share of the bank's files and of the checkpoints; reference and stubs belong to every share.
    """
    problems = audit_course(course)
    yield from (Finding(str(p.file), str(p)) for p in problems)
    if problems:
        return  # nothing can be graded soundly
    stale = stale_stubs(course)
    yield from (Finding(str(path), f"stub out of step: {why}") for path, why in stale)
    if not stale:
        yield Finding("manifests, tests and stubs agree")
    for gallery in galleries(course, None if len(steps) == len(course.steps) else steps):
        wrong = figure_problems(course, gallery)
        yield from (Finding(f"figures of {gallery.name}", problem) for problem in wrong)
        if not wrong:
            yield Finding(f"figures of {gallery.name}")
    job = replace(job, out=None, until_failed=True, pictures=False, explained=False)
    yield from _Run(course, job, Workers(jobs), quick, share or Share()).findings(steps)


@dataclass(frozen=True)
class _Graded:
    """What a task grades; the others are a step's, whose checkpoints it computes."""

    step: Step
    case: Case
    first: bool = False
    seconds: float = math.inf


@dataclass(frozen=True)
class _Run:
    course: Course
    job: Job
    workers: Workers
    quick: bool
    share: Share

    def findings(self, steps: Sequence[Step]) -> Iterator[Finding]:
        for step in steps:
            self.workers.add(self._task(_Graded(step, reference(self.course, step), first=True)))
            self.workers.add(Task(step, partial(_recorded, self.course.root, step.id, self.share, self.quick)))
        for done in self.workers.results():
            if isinstance(done.task.about, Step):
                yield from _of_checkpoints(done)
            else:
                yield from self._of_grading(done)

    def _of_grading(self, done: Done) -> Iterator[Finding]:
        graded: _Graded = done.task.about
        outcome = done.value or Outcome(graded.case.name, problem=f"the grading process failed: {done.problem}")
        problem = graded.case.judge(outcome.report) if outcome.report else outcome.problem
        parts = graded.case.parts
        if problem and parts:
            for part in parts:
                self.workers.add(self._task(replace(graded, case=part)))
            return
        yield from (Finding(_name(graded.step, case), problem) for case in parts or [graded.case])
        if graded.first and outcome.report is not None:  # else the grader does not work
            try:
                self._add_others(graded.step, outcome.report)
            except BankError as error:
                yield Finding(f"step {graded.step.id} banks", str(error))

    def _add_others(self, step: Step, solved: Report) -> None:
        seconds = {exercise.id: exercise.seconds for exercise in solved.exercises}
        reach = Reach(solutions(self.course, step), solved)
        cases = [
            *other_cases(self.course, step, solved, reach, self.quick),
            *form_cases(self.course, step, solved, self.quick),
        ]
        held = (case for case in cases if case.name == STUBS or self.share.holds(_name(step, case)))
        for case in together(self.course, step, held, reach):
            expected = sum(seconds.get(id, 0) for id in (seconds if case.only is None else case.only))
            self.workers.add(self._task(_Graded(step, case, seconds=OVERHEAD_SECONDS + expected)))

    def _task(self, graded: _Graded) -> Task:
        case = graded.case
        job = replace(self.job, steps=(graded.step.id,), threads=case.threads, apart=case.apart)
        return Task(
            graded, partial(grade_one, case.name, case.submission, job, case.only), case.threads, graded.seconds
        )


def _name(step: Step, case: Case) -> str:
    return f"step {step.id} {case.name}"


def _recorded(root: Path, step: str, share: Share, quick: bool) -> list[Finding]:
    """A step's checkpoints computed again, those of the share; runs in a process of the workers."""
    import torch

    torch.set_num_threads(1)  # beside the other processes

    def wanted(name: str, recorded: Checkpoint) -> bool:
        return share.holds(f"checkpoint {name}") and not (quick and recorded.slow)

    results = verify_checkpoints(root, [step], wanted)
    return [Finding(f"checkpoint {r.name}", None if r.sound else r.message, r.status == "skipped") for r in results]


def _of_checkpoints(done: Done) -> Iterator[Finding]:
    if done.problem:
        yield Finding(f"checkpoints of step {done.task.about.id}", f"the process failed: {done.problem}")
    yield from done.value or ()
